"""The passphrase of an encrypted diary: what will do as one, and where it comes from.

It comes from a hidden prompt, from a file that the environment names, or from standard input; never from an option's
value or from the environment itself, where other programs could read it. It is asked for once in a process.
"""

from __future__ import annotations

import os
import stat
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

from diary.model import DiaryError

VARIABLE = "MIGRAINE_PASSPHRASE_FILE"
"""The environment variable that names a file with the passphrase in its first line, readable by its owner alone."""

LEAST = 12
"""Characters of a passphrase. Whoever has the file can guess as long as he likes, so length is what protects."""

FEWEST_DIFFERENT = 5
"""Different characters of a passphrase: "aaaaaaaaaaaa" is long, and guessed at once."""

MOST = 4096
"""Bytes that are read for a passphrase."""


class PassphraseError(DiaryError):
    """A passphrase is missing, does not fit, or will not do."""


def plain(passphrase: str) -> str:
    """The same characters on every keyboard, so that what was set on one system opens on another (NFKC).

    >>> plain("cafe\\N{COMBINING ACUTE ACCENT}") == plain("caf\\N{LATIN SMALL LETTER E WITH ACUTE}")
    True
    """
    return unicodedata.normalize("NFKC", passphrase)


def good(passphrase: str) -> str:
    """The passphrase as it is, if it will do as a new one.

    >>> good("four words in a row")
    'four words in a row'

    Raises PassphraseError: it is empty, short, or too much the same.
    """
    meant = plain(passphrase)
    if not meant.strip():
        raise PassphraseError("The passphrase is empty, so nothing was changed. Take four or five words that you like.")
    if len(meant) < LEAST:
        raise PassphraseError(
            f"The passphrase is shorter than {LEAST} characters, so nothing was changed. "
            f"Take a longer one, such as four or five words: you will remember them better."
        )
    if len(set(meant.casefold())) < FEWEST_DIFFERENT:
        raise PassphraseError(
            "The passphrase repeats a few characters and is guessed at once, so nothing was changed. "
            "Take another one, such as four or five words."
        )
    return passphrase


def from_file(path: Path) -> str:
    """The passphrase in the first line of a file that its owner alone can read.

    Raises PassphraseError: it cannot be read, others can read it, or its first line is empty.
    """
    try:
        with path.open("rb") as file:
            private = os.name == "nt" or not stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
            line = file.readline(MOST) if private else b""
    except OSError as error:
        raise PassphraseError(
            f"The passphrase cannot be read from {path} ({error.strerror}). Check the name in {VARIABLE}."
        ) from error
    if not private:
        raise PassphraseError(f"Others can read the passphrase in {path}. Make it yours alone: chmod 600 {path}")
    return _first_line(line, f"the first line of {path}")


def from_input() -> str:
    """The passphrase in the next line of standard input.

    Raises PassphraseError: there is none.
    """
    return _first_line(sys.stdin.buffer.readline(MOST), "the line on standard input")


def _first_line(line: bytes, where: str) -> str:
    try:
        passphrase = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise PassphraseError(f"The passphrase in {where} is not text in UTF-8. Save it as such.") from None
    if not passphrase:
        raise PassphraseError(f"There is no passphrase in {where}. Write it there.")
    return passphrase


def nobody_to_ask(place: str, new: bool) -> str:
    """What happens where a passphrase is needed and nobody can type it. Raises PassphraseError."""
    raise PassphraseError(
        f"The diary at {place} needs its passphrase, and nobody can be asked for it here. "
        f"Name a file with it in {VARIABLE}, or give it with: migraine --passphrase-stdin …"
    )


class Passphrases:
    """The passphrases that this process knows, by the diary's place.

    *ask* is how a person is asked for one: of which diary, and whether for a new one, which is to be typed twice.
    """

    def __init__(self, ask: Callable[[str, bool], str] = nobody_to_ask) -> None:
        self.ask = ask
        self._known: dict[str, str] = {}

    def of(self, place: str) -> str:
        """That of the encrypted diary: as it was said before, from the named file, or asked for.

        Raises PassphraseError: there is none to be had.
        """
        if place not in self._known:
            self._known[place] = _named() or self.ask(place, False)
        return self._known[place]

    def first(self, place: str) -> str:
        """That of a diary that is to be encrypted: from the named file, or asked for.

        Raises PassphraseError: there is none to be had, or it will not do.
        """
        return good(_named() or self.ask(place, True))

    def another(self, place: str) -> str:
        """Another one for an encrypted diary, which is always asked for: the named file has the one of before.

        Raises PassphraseError: there is none to be had, or it will not do.
        """
        return good(self.ask(place, True))

    def forget(self, place: str) -> None:
        """The passphrase of the diary is not known any more: it was wrong, or is another one now."""
        self._known.pop(place, None)


def _named() -> str:
    """The passphrase in the file that the environment names; empty where it names none."""
    named = os.environ.get(VARIABLE, "").strip()
    return from_file(Path(named).expanduser()) if named else ""


PASSPHRASES = Passphrases()
"""Those of this process; the command line sets how to ask."""
