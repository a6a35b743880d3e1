"""Where somebody is logged in: a random token in their browser, of which the diary keeps the hash alone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from diary.schema import WEB_SESSIONS

IDLE = timedelta(minutes=30)
"""Without a request for so long, one has to log in again."""

LONGEST = timedelta(hours=12)
"""And after so long in any case."""

NOTICED = timedelta(minutes=1)
"""How exactly the last request is kept, so that not every reading is a writing."""

SESSIONS = WEB_SESSIONS.c


def begin_session(connection: sa.Connection, name: str, now: datetime) -> str:
    """A new token for the user; what has run out, of anybody, is forgotten."""
    token = secrets.token_urlsafe(32)
    connection.execute(WEB_SESSIONS.delete().where(~_alive(now)))
    times = {"created_at": now, "seen_at": now, "expires_at": now + LONGEST}
    connection.execute(WEB_SESSIONS.insert().values(token_hash=_hash(token), user_name=name, **times))
    return token


def session_user(connection: sa.Connection, token: str, now: datetime) -> tuple[str, datetime] | None:
    """The name of the token's user, and when they were seen last; None where the token holds no more."""
    query = sa.select(SESSIONS.user_name, SESSIONS.seen_at).where(_has(token), _alive(now))
    row = connection.execute(query).first()
    return (row.user_name, row.seen_at) if row else None


def see_session(connection: sa.Connection, token: str, now: datetime) -> None:
    """The token's user is there now."""
    connection.execute(WEB_SESSIONS.update().where(_has(token)).values(seen_at=now))


def end_session(connection: sa.Connection, token: str) -> None:
    """The token holds no more."""
    connection.execute(WEB_SESSIONS.delete().where(_has(token)))


def end_sessions(connection: sa.Connection, name: str) -> None:
    """No token of the user holds any more."""
    connection.execute(WEB_SESSIONS.delete().where(SESSIONS.user_name == name))


def _alive(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(SESSIONS.expires_at > now, SESSIONS.seen_at > now - IDLE)


def _has(token: str) -> sa.ColumnElement[bool]:
    return SESSIONS.token_hash == _hash(token)


def _hash(token: str) -> str:
    """A plain hash will do: nobody guesses 256 random bits."""
    return sha256(token.encode()).hexdigest()
