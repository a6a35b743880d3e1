"""How often somebody may try a password: after a few failures there is a wait, and it grows.

Failures are counted for each user name and for each address, and kept in the diary, so that a restart forgets none.
As long as a wait lasts, attempts are turned away unread and count for nothing. Time forgives failures one by one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import NamedTuple

import sqlalchemy as sa

from diary.schema import LOGIN_ATTEMPTS

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
KEPT = timedelta(days=1)
"""A count is forgotten when nothing has failed for so long."""

ATTEMPTS = LOGIN_ATTEMPTS.c


class Subject(NamedTuple):
    """What failures are counted for, how many of them are *free* of a wait, and in what time one is *forgiven*."""

    kind: str
    value: str
    free: int
    forgiven: timedelta

    @property
    def key(self) -> str:
        """A hash: what was typed as a name may be a password in the wrong box."""
        return sha256(f"{self.kind}\x1f{self.value}".encode()).hexdigest()


def of_user(name: str) -> Subject:
    """Attempts under one user name, whether anybody has it or not."""
    return Subject("user", name, 5, timedelta(hours=1))


def of_address(address: str) -> Subject:
    """Attempts from one address, behind which there may be a whole clinic."""
    return Subject("address", address, 20, timedelta(minutes=3))


def wait_after(failures: float, free: int) -> timedelta:
    """How long the next attempt has to wait.

    >>> [wait_after(failures, 5).seconds for failures in (4, 4.9, 6, 7, 30)]
    [0, 30, 60, 120, 900]
    """
    beyond = ceil(failures) - free
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(beyond, 10)) if beyond >= 0 else timedelta()


def waiting(connection: sa.Connection, subject: Subject, now: datetime) -> timedelta:
    """How long the subject still has to wait; nothing where it need not."""
    failures, failed_at = _count(connection, subject)
    return max(timedelta(), failed_at + wait_after(failures, subject.free) - now)


def count_failure(connection: sa.Connection, subject: Subject, now: datetime) -> None:
    """One failure more, and those less that time has forgiven."""
    failures, failed_at = _count(connection, subject)
    left = max(0.0, failures - (now - failed_at) / subject.forgiven)
    forget(connection, subject)
    values = {"subject": subject.key, "failures": left + 1, "failed_at": now}
    connection.execute(LOGIN_ATTEMPTS.insert().values(values))
    connection.execute(LOGIN_ATTEMPTS.delete().where(ATTEMPTS.failed_at < now - KEPT))


def forget(connection: sa.Connection, subject: Subject) -> None:
    """No failures any more."""
    connection.execute(LOGIN_ATTEMPTS.delete().where(ATTEMPTS.subject == subject.key))


def _count(connection: sa.Connection, subject: Subject) -> tuple[float, datetime]:
    query = sa.select(ATTEMPTS.failures, ATTEMPTS.failed_at).where(ATTEMPTS.subject == subject.key)
    row = connection.execute(query).first()
    return (row.failures, row.failed_at) if row else (0.0, datetime.min)
