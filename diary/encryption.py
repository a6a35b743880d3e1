"""The lock of an encrypted diary: SQLCipher, reached through sqlcipher3, which is loaded only where there is one.

The file is what SQLCipher 4 makes of a passphrase by itself (AES-256, an HMAC on every page, the key by PBKDF2 with
HMAC-SHA512, https://www.zetetic.net/sqlcipher/design/), so that its own tools open it, too. The key is worked out here
once, and not anew for every connection, of which each would take as long.
"""

from __future__ import annotations

import sqlite3
import sys
from hashlib import pbkdf2_hmac
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from diary.passphrases import PassphraseError, plain

PLAIN_HEAD = b"SQLite format 3\0"
"""How a file begins that is not encrypted; an encrypted one begins with its random salt."""

SALT = len(PLAIN_HEAD)
"""Bytes of the salt."""

PAGE = 4096
"""Bytes of a page: the size of an encrypted file is a multiple of it."""

ITERATIONS = 256_000
"""Rounds of PBKDF2 in SQLCipher 4."""

MISSING = "The diary is encrypted, which needs sqlcipher3. Install it with: pip install 'migraine-diary[encrypted]'"


class Lock(NamedTuple):
    """What opens an encrypted file: the key that the passphrase came to, with the file's salt."""

    key: bytes
    salt: bytes

    @property
    def word(self) -> str:
        """Key and salt as SQLCipher takes them in a statement. They are hexadecimal: nothing in them ends a text."""
        return f"x'{self.key.hex()}{self.salt.hex()}'"

    def open(self, connection: Any) -> None:
        """Let the new *connection* read and write. What it reads first tells whether this is the right lock."""
        connection.execute("PRAGMA cipher_log_level = NONE")  # else a wrong passphrase prints lines for developers
        connection.execute(f'PRAGMA key = "{self.word}"')
        connection.execute("PRAGMA cipher_compatibility = 4")


def is_encrypted(path: Path) -> bool:
    """Whether the file looks like an encrypted database: whole pages that do not begin as SQLite's do.

    One of which nothing can be known, because it cannot be read, does not.
    """
    try:
        with path.open("rb") as file:
            head, size = file.read(SALT), path.stat().st_size
    except OSError:
        return False
    return size > 0 and size % PAGE == 0 and head != PLAIN_HEAD


def salt_of(path: Path) -> bytes:
    """The salt of an encrypted file."""
    with path.open("rb") as file:
        return file.read(SALT)


def draft_of(path: Path) -> Path:
    """Where a diary is written anew before it takes the place of the other.

    >>> draft_of(Path("diary.sqlite")).name
    'diary.sqlite.relocking'
    """
    return path.with_name(f"{path.name}.relocking")


def remove_database(path: Path) -> None:
    """Remove a database with the files that SQLite keeps beside it, if there are any."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def lock_of(passphrase: str, salt: bytes) -> Lock:
    """The lock of the passphrase. It takes a tenth of a second, so that guessing takes long.

    >>> len(lock_of("four words in a row", bytes(16)).key)
    32
    """
    return Lock(pbkdf2_hmac("sha512", plain(passphrase).encode(), salt, ITERATIONS, 32), salt)


def driver() -> ModuleType:
    """sqlcipher3, which speaks as Python's sqlite3 does.

    Raises PassphraseError: it is not installed.
    """
    try:
        from sqlcipher3 import dbapi2
    except ModuleNotFoundError:
        raise PassphraseError(MISSING) from None
    module: ModuleType = dbapi2
    return module


def database_errors() -> tuple[type[Exception], ...]:
    """The errors of sqlite3, and of sqlcipher3 where that is in use."""
    other = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error,) if other is None else (sqlite3.Error, other.Error)
