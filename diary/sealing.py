"""Bytes locked with a passphrase, in the age format (https://age-encryption.org/v1): what a backup is kept in.

The work is done by pyrage, the Python face of the Rust implementation of age; ``age --decrypt`` opens what it wrote.
It takes about a second on purpose, so that guessing takes long, and needs the data in memory as a whole: pyrage has
no streams for passphrases.
"""

from __future__ import annotations

from types import ModuleType

from diary.model import DiaryError
from diary.passphrases import PassphraseError, good, plain

HEAD = b"age-encryption.org/v1\n"
"""How every file of the format begins."""

WRONG = "Decryption failed"
"""What pyrage says where the passphrase does not open the key in the file's head."""

TOO_SLOW = "Excessive work"
"""How what pyrage says begins where opening it here would take sixteen times as long as locking it would."""

MISSING = "Encryption needs sqlcipher3 and pyrage. Install them with: pip install 'migraine-diary[encrypted]'"


class SealError(DiaryError):
    """Something cannot be locked or unlocked."""


def is_sealed(data: bytes) -> bool:
    """Whether the bytes, or the beginning of them, are in the age format.

    >>> is_sealed(b"age-encryption.org/v1\\n-> scrypt"), is_sealed(b"SQLite format 3")
    (True, False)
    """
    return data.startswith(HEAD)


def seal(data: bytes, passphrase: str) -> bytes:
    """The *data* locked with the passphrase; another sequence of bytes every time.

    Raises DiaryError: the passphrase will not do, or pyrage is not installed.
    """
    sealed: bytes = _pyrage().passphrase.encrypt(data, plain(good(passphrase)))
    return sealed


def unseal(data: bytes, passphrase: str) -> bytes:
    """What was locked.

    Raises DiaryError: the passphrase is another one, the bytes are damaged or not sealed, or pyrage is not installed.
    """
    pyrage = _pyrage()
    if not is_sealed(data):
        raise SealError("This is not locked with a passphrase, or its beginning is damaged. Take another backup.")
    try:
        opened: bytes = pyrage.passphrase.decrypt(data, plain(passphrase))
    except pyrage.DecryptError as error:
        raise _in_words(str(error)) from error
    return opened


def _in_words(said: str) -> DiaryError:
    if said == WRONG:
        return PassphraseError("The passphrase does not open this. Type the one that it was locked with.")
    if said.startswith(TOO_SLOW):
        return SealError(
            "This was locked on a faster computer, or this one is busy: to open it here would take too long. "
            "End other programs and try again, or open it on a faster computer."
        )
    return SealError("This is locked with a passphrase, but damaged or cut short. Take another backup.")


def _pyrage() -> ModuleType:
    try:
        import pyrage
    except ModuleNotFoundError:
        raise SealError(MISSING) from None
    module: ModuleType = pyrage
    return module
