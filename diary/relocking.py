"""A diary encrypted, decrypted, or given another passphrase: written to a new file, compared, and put in its place.

Whenever the program is killed, the diary is the old one or the new one, whole. While it works nobody else can have the
diary open, so that nothing is written into the old file that the new one does not have. The old file is written over
with zeros before it is given up; what a solid-state disk or a file system keeps of it elsewhere is out of reach.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import FileIO
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from typing import Any

import sqlalchemy as sa

from diary.copying import Compared, Tell, compare_connections
from diary.database import Database, StoreError, sentence, url_of
from diary.encryption import SALT, Lock, draft_of, driver, is_encrypted, lock_of, remove_database
from diary.passphrases import PASSPHRASES
from diary.settings import private_file

BLOCK = 2**20
"""Bytes that are written over at a time."""


def relock(path: Path, old: str | None, new: str | None, tell: Tell = lambda part: None) -> list[Compared]:
    """Bring the diary from the passphrase *old* to *new*; None stands for none. Returns every table, compared.

    Nobody else in this process may have it open.

    Raises DiaryError: *old* does not open it, another program has it open, or it cannot be written. It is as it was.
    """
    PASSPHRASES.forget(str(path))
    path = path.resolve()  # else a link to the diary would be replaced, and not the diary
    with _contents(path) as contents, _alone(path, _lock(path, old)) as held:
        draft = draft_of(path)
        _write_draft(held, draft, None if new is None else lock_of(new, secrets.token_bytes(SALT)))
        compared = _compared(held, draft, new, tell)
        _swap(held, draft, path, contents)
    return compared


def _lock(path: Path, passphrase: str | None) -> Lock | None:
    """The lock of the diary, which the passphrase opens, and which has the tables of today."""
    with closing(Database(str(path), passphrase=passphrase)) as diary:
        return diary.lock


@contextmanager
def _contents(path: Path) -> Iterator[list[FileIO]]:
    """The old files, open to be written over when they have lost their names.

    They are opened before SQLite locks the diary and closed after: a file that a process closes loses all its locks.
    Windows does not let go of the name of an open file, so nothing is written over there.
    """
    names = [] if os.name == "nt" else [path, path.with_name(f"{path.name}-wal")]
    files = [name.open("r+b", buffering=0) for name in names if name.exists()]
    try:
        yield files
    finally:
        for file in files:
            file.close()


@contextmanager
def _alone(path: Path, lock: Lock | None) -> Iterator[Any]:
    """A connection to the diary while nobody else has one; there is no log beside the file any more.

    SQLCipher's driver is used also for a diary that is not encrypted, because only it can write the other one.
    """
    with closing(driver().connect(path, timeout=0, isolation_level=None)) as connection:
        if lock:
            lock.open(connection)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except driver().Error as error:
            raise _not_alone(path, error) from error
        yield connection


def _not_alone(path: Path, error: Any) -> StoreError:
    if error.sqlite_errorcode != SQLITE_BUSY:
        return StoreError(sentence(error, url_of(str(path))))
    return StoreError(
        f"The diary at {path} is open in another program, so nothing was changed. "
        f"Stop that first, such as migraine serve, and try again."
    )


def _write_draft(held: Any, draft: Path, lock: Lock | None) -> None:
    """Write everything into a new file beside the diary."""
    remove_database(draft)
    private_file(draft)
    word = "''" if lock is None else f'"{lock.word}"'
    try:
        held.execute(f"ATTACH DATABASE ? AS draft KEY {word}", (str(draft),))
        held.execute("SELECT sqlcipher_export('draft')")
        held.execute("DETACH DATABASE draft")
    except driver().Error as error:
        raise _unwritten(draft) from error


def _compared(held: Any, draft: Path, new: str | None, tell: Tell) -> list[Compared]:
    """Every table of the diary and of the new file, as it is opened with the passphrase that was given."""
    with (
        closing(Database(str(draft), passphrase=new)) as target,
        target.reading() as there,
        _around(held).connect() as here,
    ):
        compared = compare_connections(here, there, tell)
        whole = there.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
    if is_encrypted(draft) != (new is not None) or not whole or not all(table.same for table in compared):
        raise _unwritten(draft)
    return compared


def _unwritten(draft: Path) -> StoreError:
    remove_database(draft)
    return StoreError(
        f"The new file {draft} could not be written as it should be, so nothing was changed. "
        f"Make room on the disk, look at it with migraine doctor, and try again."
    )


def _around(held: Any) -> sa.Engine:
    """SQLAlchemy's face of the connection."""
    return sa.create_engine("sqlite://", module=driver(), creator=lambda: held, poolclass=sa.pool.StaticPool)


def _swap(held: Any, draft: Path, path: Path, contents: list[FileIO]) -> None:
    """Put the new file in the place of the diary, and write over what was there.

    Whoever has opened the old file just now waits for its lock until it holds nothing any more, and is told so.
    """
    _sync(draft)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # the old file's, which is at rest
    if os.name == "nt":
        held.close()
    os.replace(draft, path)
    _sync(path.parent)
    for file in contents:
        _write_over(file)


def _write_over(file: FileIO) -> None:
    left = file.seek(0, os.SEEK_END)
    file.seek(0)
    while left > 0:
        left -= file.write(bytes(min(left, BLOCK)))
    os.fsync(file.fileno())


def _sync(path: Path) -> None:
    """Have the disk keep what was written: a file, or the names in a folder, which Windows does by itself."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
