"""``migraine backup`` and ``migraine backups``: the diary in a file of its own, and which of those there are."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, say, table

if TYPE_CHECKING:
    from diary.backups import Backup

KB = 1000
LOCKED = "the locked backup"
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(epilog=example("migraine backup", "migraine backup --to /media/stick --encrypt"))
@click.option("--to", "folder", type=FOLDER, metavar="FOLDER", help="Another folder than that of the backups.")
@click.option("--encrypt", is_flag=True, help="Lock it with a passphrase, which is asked for.")
@with_options(DIARY[1])
def backup(folder: Path | None, encrypt: bool, store: str | None) -> None:
    """Back the diary up, whole and as it is at this moment, and read the backup again.

    One is made before every import, undo and migration of a diary on this computer, into the folder backups beside
    it; MIGRAINE_BACKUPS names another folder, or is "off". Kept are the last ten, the first of each of the last 14
    days and of each of the last 12 months; MIGRAINE_BACKUPS_KEEP=10,14,12 is that rule. In another folder none is
    ever deleted. A diary on a PostgreSQL server is backed up by itself only where MIGRAINE_BACKUPS names a folder.
    """
    from diary.backups import make_backup, rotate
    from diary.database import Database
    from diary.settings import diary_location

    with closing(Database(store or diary_location())) as database:
        made = make_backup(database, folder=folder, passphrase=ask_passphrase(new=True) if encrypt else None)
        if folder is None:
            rotate(database.url)
    say(f"Backed up, read again and compared: {rows_in(made)}, {size_of(made)}.")
    say(str(made.path))
    if encrypt:
        say("Without the passphrase nobody can open it, not even you. Keep the passphrase where it will not get lost.")


@click.command(epilog=example("migraine backups", "migraine backups --in /media/stick"))
@click.option("--in", "folder", type=FOLDER, metavar="FOLDER", help="Another folder than that of the backups.")
@with_options(DIARY[1])
def backups(folder: Path | None, store: str | None) -> None:
    """The backups of the diary, oldest first: when, why, how large, and whether each is still as it was written."""
    from diary.backups import MANIFEST, backups_folder, backups_of, fault_of
    from diary.database import url_of
    from diary.settings import diary_location

    url = url_of(store or diary_location())
    found = backups_of(url, folder)
    if not found:
        where = folder or backups_folder(url)
        say(f"There is no backup of this diary in {where}. Make one with: migraine backup")
        if any(where.glob(f"*{MANIFEST}")):
            say("Those of another diary, or of this one when it lay elsewhere, go by their path: migraine restore PATH")
        return
    faults = [fault_of(one) for one in found]
    header = ("Backup", "When", "Why", "Size", "Verified")
    table("", header, [_row(one, fault) for one, fault in zip(found, faults, strict=True)], numbers=(3,))
    say(f"{counted(len(found), 'backup')} in {found[0].path.parent}. To go back to one: migraine restore NAME")
    if any(faults):
        click.get_current_context().exit(1)


def ask_passphrase(*, new: bool) -> str:
    """The passphrase of locked backups: from the file that the environment names, or typed and not shown."""
    from diary.passphrases import PASSPHRASES

    return PASSPHRASES.first(LOCKED) if new else PASSPHRASES.of(LOCKED)


def _row(backup: Backup, fault: str) -> tuple[str, ...]:
    why = backup.manifest.why if backup.manifest else ""
    return backup.path.name, when(backup), why, size_of(backup), fault or "yes"


def when(backup: Backup) -> str:
    """When the backup was made, by this computer's clock."""
    if backup.manifest is None:
        return "not known"
    return f"{backup.manifest.made_at.replace(tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"


def rows_in(backup: Backup) -> str:
    """How much is in the backup."""
    if backup.manifest is None or backup.manifest.sealed:
        return "the whole diary"
    return counted(sum(backup.manifest.tables.values()), "row")


def size_of(backup: Backup) -> str:
    """The size of the backup's file."""
    size = backup.manifest.size if backup.manifest else backup.path.stat().st_size
    return f"{size / KB**2:.1f} MB" if size >= KB**2 else f"{max(1, round(size / KB))} KB"
