"""Passwords: which are too weak, and how they are kept: as Argon2id hashes, from which nobody reads them."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 256
"""Characters of a password. Length protects better than rules about digits and signs."""

FEWEST_DIFFERENT = 5
"""Different characters of a password: "aaaaaaaaaaaa" is long, and guessed at once."""

WORST = frozenset(
    {
        "012345678910",
        "0123456789012",
        "111222333444",
        "1234567890123",
        "123456789012",
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "changemenow1",
        "headache1234",
        "iloveyou1234",
        "letmeinplease",
        "migraine1234",
        "password1234",
        "password12345",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopas",
        "welcome12345",
    }
)
"""Long ones that are guessed first."""

WEAKNESSES = {
    "short": f"The password is shorter than {LEAST} characters. Take a longer one, such as four words.",
    "long": f"The password is longer than {MOST} characters. Take a shorter one.",
    "name": "The password has the user's name in it. Take another one.",
    "common": "The password is one of those that are guessed first. Take another one, such as four words.",
}
"""What is wrong with a password, and what to do, by the word of :func:`weakness`."""

HASHER = PasswordHasher()
"""Argon2id with the parameters that argon2-cffi recommends (RFC 9106, the profile for little memory)."""


def weakness(password: str, name: str) -> str | None:
    """Why this is no password for the user of that *name*: a key of :data:`WEAKNESSES`; None where it will do.

    >>> weakness("correct horse battery", "anna"), weakness("annas-password", "Anna"), weakness("secret", "anna")
    (None, 'name', 'short')
    """
    plain = _plain(password)
    if len(plain) < LEAST:
        return "short"
    if len(plain) > MOST:
        return "long"
    if name.casefold() in plain.casefold():
        return "name"
    common = plain.casefold() in WORST or len(set(plain.casefold())) < FEWEST_DIFFERENT
    return "common" if common else None


def hashed(password: str) -> str:
    """The hash to keep, with its salt and its parameters."""
    return HASHER.hash(_plain(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one of the *stored* hash.

    Where there is none, as much work is done for the answer False: how long it takes does not tell who has an account.
    """
    try:
        return HASHER.verify(stored or _nobody(), _plain(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(stored)


def first_password() -> str:
    """A random password to begin with, which its owner replaces: 96 bits."""
    return secrets.token_urlsafe(12)


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe(16))


def _plain(password: str) -> str:
    """The same characters on every keyboard: an é is one, however it is typed (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
