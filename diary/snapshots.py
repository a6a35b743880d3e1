"""One moment of an SQLite diary, while others write: as a file, or as bytes that never touch the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from diary.database import Database, stored_version
from diary.encryption import database_errors
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
    return Moment(stored_version(connection, database.url), counts_of(connection, found))


def counts_of(connection: sa.Connection, names: Iterable[str]) -> Counts:
    """The rows of these tables."""
    count = sa.select(sa.func.count())
    return {name: connection.scalar(count.select_from(sa.table(name))) or 0 for name in sorted(names)}


def snapshot_file(database: Database, path: Path) -> Moment:
    """Write the database, as it is at one moment, into the empty file; encrypted as the diary is.

    Raises BackupError: it cannot be written.
    """
    with in_words(), database.reading() as connection:
        moment = moment_of(database, connection)
        with closing(database.connect(path, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is thrown away as a whole
            _driver(connection).backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    return moment


def snapshot_bytes(database: Database) -> tuple[bytes, Moment]:
    """The same in memory. Raises BackupError: the diary is encrypted already."""
    if database.lock:
        raise BackupError("The diary is encrypted, and so are its backups. Leave --encrypt out.")
    with in_words(), database.reading() as connection, closing(sqlite3.connect(":memory:")) as target:
        moment = moment_of(database, connection)
        _driver(connection).backup(target)
        data = target.serialize()
    return data[:18] + ROLLBACK_JOURNAL + data[20:], moment


def fill_memory(memory: Database, data: bytes) -> None:
    """Put the bytes of a database into one that is in memory."""
    with outside(memory) as driver:
        driver.deserialize(data)


def compact(database: Database) -> bool:
    """Write the database anew, without a trace of what was deleted; False where another program kept it from that."""
    with in_words(), outside(database) as driver:
        driver.execute("PRAGMA secure_delete = ON")
        driver.execute("VACUUM")
        return not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]


def examined(database: Database, source: Path | bytes) -> Counts:
    """The rows of every table of a copy of the database that SQLite finds nothing wrong with.

    Raises BackupError: it is damaged, or no database.
    """
    with in_words(), closing(_copy(database, source)) as connection:
        if trouble := trouble_in(connection):
            raise BackupError(f"The diary is damaged ({trouble}). Go back to a backup: migraine restore latest")
        return _counts(connection)


def trouble_in(connection: Any) -> str:
    """What SQLite itself finds wrong with a database; empty where nothing is. Raises sqlite3.Error: no database."""
    first = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if first != "ok":
        return first
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"a row of {orphan[0]} lacks the row of {orphan[2]} that it belongs to" if orphan else ""


@contextmanager
def outside(database: Database) -> Iterator[Any]:
    """SQLite's own connection, outside of any transaction."""
    with database.reading() as connection:
        driver = _driver(connection)
        driver.rollback()
        yield driver
        driver.execute("BEGIN")


@contextmanager
def in_words() -> Iterator[None]:
    """What SQLite says of a copy, as a sentence."""
    try:
        yield
    except database_errors() as error:
        raise BackupError(
            f"The diary cannot be copied whole ({error}), so nothing was done. Run migraine doctor."
        ) from error


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def _copy(database: Database, source: Path | bytes) -> Any:
    if isinstance(source, Path):
        return database.connect(source)
    memory = sqlite3.connect(":memory:")
    memory.deserialize(source)
    return memory


def _counts(connection: Any) -> Counts:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    names = sorted(name for (name,) in tables)
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
