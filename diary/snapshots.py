"""One moment of an SQLite diary, while others write: as a file, or as bytes that never touch the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from diary.database import Database, stored_version
from diary.manifest import BackupError

Counts = dict[str, int]
"""How many rows each table has."""

ROLLBACK_JOURNAL = b"\x01\x01"
"""The 19th and 20th byte of a database that needs no write-ahead log beside it."""


class Moment(NamedTuple):
    """What a diary was at one moment: its schema, and the rows of every table."""

    schema: str
    tables: Counts


def moment_of(database: Database, connection: sa.Connection, names: Iterable[str] | None = None) -> Moment:
    """What the diary is in this transaction; of the tables with these *names*, else of all."""
    found = sa.inspect(connection).get_table_names() if names is None else names
    count = sa.select(sa.func.count())
    tables = {name: connection.scalar(count.select_from(sa.table(name))) or 0 for name in sorted(found)}
    return Moment(stored_version(connection, database.url), tables)


def snapshot_file(database: Database, path: Path) -> Moment:
    """Write the database, as it is at one moment, into the empty file."""
    with database.reading() as connection:
        moment = moment_of(database, connection)
        with closing(sqlite3.connect(path, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is thrown away as a whole
            _driver(connection).backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    return moment


def snapshot_bytes(database: Database) -> tuple[bytes, Moment]:
    """The same in memory."""
    with database.reading() as connection, closing(sqlite3.connect(":memory:")) as target:
        moment = moment_of(database, connection)
        _driver(connection).backup(target)
        data = target.serialize()
    return data[:18] + ROLLBACK_JOURNAL + data[20:], moment


def _driver(connection: sa.Connection) -> Any:
    """SQLite's own connection, within the same transaction."""
    return connection.connection.driver_connection


@contextmanager
def opened_copy(source: Path | bytes) -> Iterator[sqlite3.Connection]:
    """A database to be looked at: a file, which stays as it is and gets no files beside it, or one in memory."""
    if isinstance(source, bytes):
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(source)
            yield connection
    else:
        uri = f"{source.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            yield connection


def examined(source: Path | bytes) -> Counts:
    """The rows of every table of a database that SQLite finds nothing wrong with.

    Raises BackupError: it is damaged, or no database.
    """
    try:
        with opened_copy(source) as connection:
            if trouble := trouble_in(connection):
                raise BackupError(f"The copy is damaged ({trouble}). Take an earlier one: migraine backups")
            return _counts(connection)
    except sqlite3.Error as error:
        raise BackupError(f"The copy is damaged ({error}). Take an earlier one: migraine backups") from error


def trouble_in(connection: Any) -> str:
    """What SQLite itself finds wrong with a database; empty where nothing is. Raises sqlite3.Error: no database."""
    first = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if first != "ok":
        return first
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"a row of {orphan[0]} lacks the row of {orphan[2]} that it belongs to" if orphan else ""


def _counts(connection: sqlite3.Connection) -> Counts:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    names = sorted(name for (name,) in tables)
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
