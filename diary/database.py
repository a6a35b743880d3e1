"""A database: how it is opened, read and written, and what is said when that fails.

SQLite by default, PostgreSQL by URL. On both, one writer works at a time and a reader sees one moment, so that nobody
writes over what he has not read. SQLite has its write lock for that; in PostgreSQL every writer first takes one
advisory lock, which ends with its transaction, so that no two can wait for each other. A writer sees what is there now
(READ COMMITTED, whatever the server's default is: the snapshot of an earlier moment would not hold what the writer
before it wrote), a reader one snapshot (REPEATABLE READ).

An SQLite file may be encrypted (:mod:`diary.encryption`); it is opened by another driver then, and used like any other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from diary.encryption import Lock, draft_of, driver, is_encrypted, lock_of, remove_database, salt_of
from diary.model import DiaryError
from diary.passphrases import PASSPHRASES, PassphraseError
from diary.schema import REVISION
from diary.settings import private_file

WRITER_LOCK = 0x6D696772
"""The first key of the PostgreSQL advisory lock that a writer holds until its transaction ends ("migr").

The second is the number of a table of the diary, however a role's search path leads to it, so that two diaries on one
server do not wait for each other; 0 while it has no tables yet.
"""

TAKE_TURN = f"SELECT pg_advisory_xact_lock({WRITER_LOCK}, coalesce(to_regclass('alembic_version')::oid::int, 0))"

SILENCE = 120
"""Seconds after which PostgreSQL ends the transaction of a writer that says nothing more: asleep, or cut off."""

POOL = {"pool_size": 4, "max_overflow": 4, "pool_pre_ping": True, "pool_recycle": 1800}
"""The connections to a server that one program keeps: four, as many again while it is busy.

A command uses one. Each is asked whether it still lives before it is used, so that a server that was restarted is
not noticed; and none is older than half an hour, less than what firewalls leave open.
"""


class StoreError(DiaryError):
    """The diary cannot be opened, read or written."""


class Database:
    """One database, opened and brought to the newest schema; or only looked at, with *migrate* False.

    *location* is a path or an SQLAlchemy URL; *wait* is how many seconds to wait for another writer. *passphrase* opens
    an encrypted file; where it is not given, that of :data:`diary.passphrases.PASSPHRASES` does.
    *version* is the schema that it was at, empty for a new database; *lock* is that of an encrypted file.
    """

    def __init__(
        self, location: str, wait: float = 10.0, *, migrate: bool = True, passphrase: str | None = None
    ) -> None:
        self.url = url_of(location)
        self.path = file_of(self.url)
        self.lock = self._found_lock(passphrase)
        self._inode = _inode(self.path)
        self._opened = False
        self._engine = _sqlite(self.url, wait, self.lock) if self.is_sqlite else _postgresql(self.url, wait)
        event.listen(self._engine, "handle_error", self._in_words)
        self._reader = _isolated(self._engine, "REPEATABLE READ")
        self._writer = _isolated(self._engine, "READ COMMITTED").execution_options(writes=True)
        try:
            self.version = self._known_version()
            self._opened = True
            self._tidy()
            if migrate and self.version < REVISION:
                self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of one's own rather than a server."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees the database as it is at one moment."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that has the right to write from its start; all of it is kept, or nothing."""
        with self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def connect(self, path: Path, **options: Any) -> Any:
        """The driver's own connection to this file or one beside it, with the same lock where this one is encrypted.

        *options* are those of :func:`sqlite3.connect`.
        """
        if self.lock is None:
            return sqlite3.connect(path, **options)
        connection = driver().connect(path, **options)
        self.lock.open(connection)
        return connection

    def _tidy(self) -> None:
        """Remove what a program left behind that was ended while it decrypted this diary.

        That is over: it has the diary for itself as long as it works, and here it is open.
        """
        if self.lock and self.path:
            remove_database(draft_of(self.path))

    def _found_lock(self, passphrase: str | None) -> Lock | None:
        if self.path is None:
            return None
        private_file(self.path)
        if not is_encrypted(self.path):
            return None
        found = PASSPHRASES.of(str(self.path)) if passphrase is None else passphrase
        return lock_of(found, salt_of(self.path))

    def _in_words(self, context: sa.ExceptionContext) -> DiaryError | None:
        if context.is_pre_ping:  # the pool makes a new connection then
            return None
        error = self._meaning(context.original_exception)
        error.__cause__ = context.original_exception
        return error

    def _meaning(self, error: BaseException) -> DiaryError:
        code: Any = getattr(error, "sqlite_errorcode", None)
        if code != sqlite3.SQLITE_NOTADB:
            return StoreError(sentence(error, self.url))
        if _inode(self.path) != self._inode:
            return StoreError(f"The diary at {self.path} has become another file meanwhile. Start the command again.")
        if self.lock is None or self._opened:
            return StoreError(sentence(error, self.url))
        PASSPHRASES.forget(str(self.path))
        return PassphraseError(
            f"The passphrase does not open the diary at {self.path}. Look at the language of the keyboard and type it "
            f"again; if it is right, the file is damaged or no diary: restore it from a backup."
        )

    def _known_version(self) -> str:
        with self.reading() as connection:
            version = stored_version(connection, self.url)
        if version > REVISION:
            raise StoreError(
                f"The diary at {shown(self.url)} was written by a newer version of this program (schema {version}, "
                f"this one knows {REVISION}). Update the program and try again."
            )
        return version

    def _migrate(self) -> None:
        from diary.backups import before
        from diary.migrations import upgrade  # alembic loads only when there is something to do

        if self.version:
            before(self, "before migration")
        try:
            with self.writing() as connection:
                upgrade(connection)
        except StoreError as error:
            if getattr(error.__cause__, "sqlstate", None) != FORBIDDEN:
                raise
            raise StoreError(
                f"The diary at {shown(self.url)} has no tables of this version of the program, and you may not make "
                f"them. Ask its owner to run once: migraine imports --store …"
            ) from error


def url_of(location: str) -> sa.URL:
    """The SQLAlchemy URL of a path or URL; PostgreSQL is always reached through psycopg.

    >>> url_of("postgresql://clinic/diary").drivername
    'postgresql+psycopg'

    Raises StoreError: the URL cannot be read, or names a database that is not supported.
    """
    if "://" not in location:
        return sa.URL.create("sqlite", database=location)
    try:
        url = sa.make_url(location)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError("The diary's URL cannot be read. Write it like postgresql://user@host/name.") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise StoreError(f"{url.drivername!r} is not a database that can hold a diary. Use sqlite or postgresql.")
    return url


def file_of(url: sa.URL) -> Path | None:
    """The file of the URL; None where it is a server or in memory.

    >>> str(file_of(url_of("mine.sqlite"))), file_of(url_of(":memory:")), file_of(url_of("postgresql://clinic/diary"))
    ('mine.sqlite', None, None)
    """
    path = url.database or ""
    return Path(path) if url.get_backend_name() == "sqlite" and path and not path.startswith((":", "file:")) else None


def _inode(path: Path | None) -> int | None:
    """What tells a file from one that has taken its name."""
    try:
        return path.stat().st_ino if path else None
    except OSError:
        return None


def shown(url: sa.URL) -> str:
    """The place as it may be shown: a path, or the URL without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _sqlite(url: sa.URL, wait: float, lock: Lock | None) -> sa.Engine:
    engine = _encrypted(url, wait, lock) if lock else sa.create_engine(url, connect_args={"timeout": wait})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _encrypted(url: sa.URL, wait: float, lock: Lock) -> sa.Engine:
    engine = sa.create_engine(url, module=driver(), connect_args={"timeout": wait})
    event.listen(engine, "connect", lambda connection, _record: lock.open(connection))
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Take transactions out of sqlite3's hands, which would begin them too late (see :func:`_begin`).

    With a write-ahead log readers and the writer do not wait for each other; with full synchronisation
    what was acknowledged survives a loss of power. SQLite before 3.51.3 has a fault in that log (the
    "WAL-reset bug": two checkpoints and a commit within the same instant), which a diary's few writes
    make unlikely, and a newer SQLite impossible.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    """A writer takes its lock first: a reader that turns writer later fails when another was faster."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: sa.URL, wait: float) -> sa.Engine:
    settings = {"connect_timeout": max(2, ceil(wait)), "application_name": "migraine"}
    own = {name: value for name, value in settings.items() if name not in url.query}
    try:
        engine = sa.create_engine(url, connect_args=own, pool_timeout=wait, **POOL)
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs psycopg. Install it with: pip install 'migraine-diary[postgres]'") from None

    @event.listens_for(engine, "begin")
    def take_turn(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{SILENCE}s'")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(wait * 1000))}")
            connection.exec_driver_sql(TAKE_TURN)

    return engine


def _isolated(engine: sa.Engine, level: str) -> sa.Engine:
    """The engine, its transactions at that level; of SQLite, which knows one level only, the engine itself."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level=level)


def stored_version(connection: sa.Connection, url: sa.URL) -> str:
    """The schema that the database is at; empty text for a new database.

    Raises StoreError: the file is a database, but not a diary.
    """
    inspector = sa.inspect(connection)
    if inspector.has_table("alembic_version"):
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")
    if url.get_backend_name() == "sqlite" and inspector.get_table_names():
        raise StoreError(f"The file {shown(url)} is a database, but not a diary. Name another file.")
    return ""


SQLITE_SENTENCES = {
    sqlite3.SQLITE_BUSY: "is being written by another program. Try again in a moment.",
    sqlite3.SQLITE_LOCKED: "is being written by another program. Try again in a moment.",
    sqlite3.SQLITE_READONLY: "can only be read. Allow writing to the file and its folder, or name another place.",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full. Nothing was changed; make room and try again.",
    sqlite3.SQLITE_NOTADB: "is not a diary. Name another file, or restore it from a backup.",
    sqlite3.SQLITE_CORRUPT: "is damaged. Restore it from a backup.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that the folder exists and may be written.",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error. Check the disk and try again.",
    sqlite3.SQLITE_CONSTRAINT: "still needs this entry for others. Remove those first.",
}
FORBIDDEN = "42501"
"""PostgreSQL's word for what the role has no right to."""

POSTGRESQL_SENTENCES = {
    "55P03": SQLITE_SENTENCES[sqlite3.SQLITE_BUSY],
    "25006": "can only be read. Ask for the right to write, or name another place.",
    FORBIDDEN: "does not allow this. Ask for the right to read and write.",
    "53100": SQLITE_SENTENCES[sqlite3.SQLITE_FULL],
    "57P01": "has closed the connection. Look what is there, and try again.",
    "25P03": "heard nothing of this program for too long. Nothing was changed; try again.",
    "23503": SQLITE_SENTENCES[sqlite3.SQLITE_CONSTRAINT],
}
"""What the commonest errors mean, by SQLite's primary result code and by PostgreSQL's SQLSTATE."""


def sentence(error: BaseException, url: sa.URL) -> str:
    """What to tell a person about a database error. Nothing of the diary's content is in it."""
    code: Any = getattr(error, "sqlite_errorcode", None)
    state = getattr(error, "sqlstate", None)
    meaning = SQLITE_SENTENCES.get(code & 0xFF) if code is not None else POSTGRESQL_SENTENCES.get(str(state))
    if meaning is None and state is None and url.get_backend_name() != "sqlite":
        meaning = "cannot be reached. Check its name, the network and the password, and try again."
    name = getattr(error, "sqlite_errorname", None) or state or type(error).__name__
    return f"The diary at {shown(url)} {meaning or f'cannot be used ({name}). Run migraine doctor.'}"
