"""Who read and wrote whose diary, and when: lines that are added, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from diary.database import Database
from diary.schema import ACCESS_LOG

COMMAND_LINE = "command line"
"""Who works on the server itself; no user's name has a space in it."""


class Access(NamedTuple):
    """One line: *user* did *action* to the diary of *patient* through *what*; *at* is in UTC.

    *action* is ``read``, ``write``, ``list`` (all patients), ``refused``, ``login``, ``login failed``, ``logout``,
    ``password``, ``user added``, ``user disabled``, ``user enabled``, ``restored`` (from a backup) or ``forgotten`` (a
    patient, and not which). *what* is the page, the user it was done to, or the backup. *user* is None where somebody
    failed to log in under a name that nobody has.
    """

    at: datetime
    user: str | None
    action: str
    patient: str | None = None
    what: str | None = None


def note_access(connection: sa.Connection, access: Access) -> None:
    """One more line."""
    values = access._asdict()
    connection.execute(ACCESS_LOG.insert().values(user_name=values.pop("user"), **values))


def read_accesses(
    connection: sa.Connection,
    *,
    patient: str | None = None,
    user: str | None = None,
    since: datetime | None = None,
    most: int | None = None,
) -> list[Access]:
    """The lines about a patient, by a user, and *since* then, as far as they are given; the *most* recent ones.

    The latest comes first.
    """
    log = ACCESS_LOG.c
    wanted = ((log.patient, patient), (log.user_name, user))
    same = (column == value for column, value in wanted if value is not None)
    query = sa.select(log.at, log.user_name, log.action, log.patient, log.what).where(sa.true(), *same)
    if since is not None:
        query = query.where(log.at >= since)
    return [Access(*row) for row in connection.execute(query.order_by(log.access_id.desc()).limit(most))]


class NotingDatabase(Database):
    """The same database; each transaction that writes begins with a note, and is kept or lost together with it."""

    def __init__(self, database: Database, note: Callable[[sa.Connection], None]) -> None:
        vars(self).update(vars(database))  # the same connections: nothing is opened anew
        self._note = note

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """As that of the database, with the note."""
        with super().writing() as connection:
            self._note(connection)
            yield connection
