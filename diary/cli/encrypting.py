"""``migraine encrypt``, ``decrypt`` and ``passphrase``: the diary locked with a passphrase, and opened for good."""

from __future__ import annotations

from pathlib import Path

import click

from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, patiently, say
from diary.model import DiaryError
from diary.passphrases import PASSPHRASES

STORE = DIARY[1]


@click.command(epilog=example("migraine encrypt"))
@with_options(STORE)
def encrypt(store: str | None) -> None:
    """Lock the diary with a passphrase, which is asked for; without it nobody can read the file.

    Nobody can open the diary when the passphrase is lost. Exports, reports and older backups stay as they are.
    """
    path = diary_file(store)
    if _is_encrypted(path):
        raise DiaryError(f"The diary at {path} is encrypted already. To change its passphrase: migraine passphrase")
    rows = _relock(path, None, PASSPHRASES.first(str(path)), "Encrypting")
    say(f"The diary at {path} is encrypted, read again and compared: {rows}.")
    say("Write the passphrase on paper and keep it in a safe place: nobody can open the diary without it.")
    say("Exports, reports and backups that were made before are not encrypted. Delete those that you do not need.")


@click.command(epilog=example("migraine decrypt"))
@with_options(STORE)
def decrypt(store: str | None) -> None:
    """Take the passphrase off the diary, so that it opens without one."""
    path = encrypted_file(store)
    rows = _relock(path, PASSPHRASES.of(str(path)), None, "Decrypting")
    say(f"The diary at {path} is no longer encrypted. It was read again and compared: {rows}.")


@click.command(epilog=example("migraine passphrase"))
@with_options(STORE)
def passphrase(store: str | None) -> None:
    """Give the encrypted diary another passphrase; the one of now is asked for first.

    Encrypted backups that were made before keep the passphrase of before.
    """
    path = encrypted_file(store)
    old = PASSPHRASES.of(str(path))
    _try(path, old)
    rows = _relock(path, old, PASSPHRASES.another(str(path)), "Encrypting")
    say(f"The diary at {path} has another passphrase. It was read again and compared: {rows}.")
    say("Encrypted backups that were made before still open with the passphrase of before. Keep that, too.")


def diary_file(place: str | None) -> Path:
    """The file of the diary at a path or URL, else where the settings say.

    Raises DiaryError: it is on a server, which has to be encrypted by itself.
    """
    from diary.database import file_of, url_of
    from diary.settings import diary_location

    path = file_of(url_of(place or diary_location()))
    if path is None:
        raise DiaryError("Only a diary in a file can be encrypted. Ask who runs the server to encrypt its disks.")
    return path


def encrypted_file(place: str | None) -> Path:
    """The file of the encrypted diary.

    Raises DiaryError: there is none, or it is not encrypted.
    """
    path = diary_file(place)
    if not path.is_file():
        raise DiaryError(f"There is no diary at {path}. Check the path.")
    if not _is_encrypted(path):
        raise DiaryError(f"The diary at {path} is not encrypted. To encrypt it: migraine encrypt")
    return path


def _is_encrypted(path: Path) -> bool:
    from diary.encryption import is_encrypted

    return is_encrypted(path)


def _try(path: Path, passphrase: str) -> None:
    """Raise DiaryError if the passphrase does not open the diary, before another one is asked for."""
    from diary.database import Database

    Database(str(path), migrate=False, passphrase=passphrase).close()


def _relock(path: Path, old: str | None, new: str | None, doing: str) -> str:
    """Do it while a person watches; returns how much there is."""
    from diary.relocking import relock

    (tables,) = (relock(path, old, new, tell) for _, tell in patiently([path], doing))
    return f"{counted(sum(table.one.rows for table in tables), 'row')} in {counted(len(tables), 'table')}"
