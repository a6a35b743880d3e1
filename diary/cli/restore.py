"""``migraine restore``: the diary as a backup has it, compared with what it is now before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from diary.cli.arrivals import NOUNS
from diary.cli.backup import ask_passphrase, rows_in, when
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, say, table

if TYPE_CHECKING:
    from diary.backups import Backup
    from diary.database import Database
    from diary.restoring import Difference

OTHER_NOUNS = {
    "patients": ("patient", "patients"),
    "sources": ("source", "sources"),
    "day_logs": ("day", "days"),
    "imports": ("import", "imports"),
    "history": ("line of the history", "lines of the history"),
    "medicines": ("answer about a medicine", "answers about medicines"),
    "users": ("user", "users"),
}
"""One and many of what stands in a table, where :data:`NOUNS` does not say it."""


@click.command(epilog=example("migraine restore latest", "migraine restore NAME --into elsewhere.sqlite"))
@click.argument("backup")
@click.option("--into", metavar="PLACE", help="Write it to a new path or an empty database, and leave the diary alone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_options(DIARY[1])
def restore(backup: str, into: str | None, yes: bool, store: str | None) -> None:
    """Go back to a BACKUP: its path, its name as migraine backups shows it, or "latest", the last that is whole.

    It is opened in a place of its own, read, and compared with the diary; then you are asked. The diary that is
    replaced is backed up first, so that this can be taken back too. The access log of a clinic stays as it is, and
    everybody has to log in again, with the password of then.
    """
    from diary.database import url_of
    from diary.restoring import fill, find_backup, opened_backup, usable
    from diary.settings import diary_location

    location = store or diary_location()
    found = find_backup(url_of(location), backup)
    with opened_backup(found, url_of(location), passphrase_of(found)) as copy:
        say(f"The backup of {when(found)} is whole: {rows_in(found)}.")
        if into is not None:
            fill(into, copy)
            note_lock(copy, into)
            return say(f"Written to {into}, read again and compared. Your diary is as it was.")
        with usable(location) as diary:
            if diary is not None:
                return go_back(found, diary, copy, sure=yes)
        return replace_damaged(location, copy, sure=yes)


def passphrase_of(backup: Backup) -> str | None:
    """The passphrase of a backup that is locked with one; it is asked for."""
    return ask_passphrase(new=False) if backup.manifest and backup.manifest.sealed else None


def go_back(backup: Backup, diary: Database, copy: Database, *, sure: bool) -> None:
    """Show what would change in the diary, ask, and swap."""
    from diary.restoring import differences, swap

    found = differences(diary, copy)
    if all(one.same for one in found):
        return say("The diary holds the same as the backup, so there is nothing to do.")
    print_differences(found)
    if not sure:
        click.confirm("Let the diary be as it was then?", abort=True)
    kept = swap(diary, copy, backup.path.name)
    say("The diary is as it was then, read again and compared.")
    return say(f"To take that back: migraine restore {kept.path.name}")


def replace_damaged(location: str, copy: Database, *, sure: bool) -> None:
    """Ask, put what cannot be read aside, and write the diary anew."""
    from diary.database import shown, url_of
    from diary.restoring import fill, put_aside

    place = shown(url_of(location))
    say(f"There is no diary at {place} that can be read, so nothing can be compared.")
    if not sure:
        click.confirm("Write the diary there as the backup has it?", abort=True)
    if aside := put_aside(url_of(location)):
        say(f"What was there is kept at {aside}")
    fill(location, copy)
    note_lock(copy, place)
    say(f"The diary is at {place} again, read again and compared.")


def note_lock(copy: Database, place: str) -> None:
    """Say that what came out of an encrypted backup is not encrypted any more."""
    if copy.lock:
        say(f"Note: {place} is not encrypted, as the backup is. To encrypt it: migraine encrypt --store {place}")


def print_differences(found: Sequence[Difference]) -> None:
    """Print what a restore would take away, bring back and change: in words, and by table."""
    changed = [one for one in found if not one.same]
    header = ("Table", "Rows now", "in the backup", "only now", "only in the backup", "differing")
    table("", header, [tuple(map(str, one)) for one in changed], numbers=(1, 2, 3, 4, 5))
    say(f"You would lose: {_in_words((one.table, one.only_now) for one in changed)}.")
    say(f"You would get back: {_in_words((one.table, one.only_then) for one in changed)}.")
    say(f"These would read as they did then: {_in_words((one.table, one.differing) for one in changed)}.")


def _in_words(numbers: Iterable[tuple[str, int]]) -> str:
    nouns = NOUNS | OTHER_NOUNS
    return ", ".join(counted(number, *nouns[name]) for name, number in numbers if number) or "nothing"
