"""``migraine forget``: a patient is erased, everywhere that this program knows of, and there is a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from diary.cli.backup import FOLDER, ask_passphrase
from diary.cli.files import claim
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, say

if TYPE_CHECKING:
    from diary.database import Database
    from diary.forgetting import Receipt


@click.command(epilog=example("migraine forget P-014", "migraine forget P-014 --receipt receipt.txt"))
@click.argument("patient")
@click.option("--in", "folders", type=FOLDER, multiple=True, metavar="FOLDER", help="Look for backups here, too.")
@click.option(
    "--receipt", type=click.Path(path_type=Path), metavar="FILE", help="Write the receipt to a new file, too."
)
@click.option("--yes", is_flag=True, help="Do not ask. Backups that are locked with a passphrase are deleted then.")
@with_options(DIARY[1])
def forget(patient: str, folders: Sequence[Path], receipt: Path | None, yes: bool, store: str | None) -> None:
    """Erase PATIENT for good: every entry, what was said before, imports, access log, accounts, and in every backup.

    Nothing brings it back. Backups that hold others are written anew without the patient, the others are deleted. What
    stays is that somebody was forgotten, and when. What you have written elsewhere, such as reports and exports, this
    program does not know; delete that yourself.
    """
    from diary.database import Database
    from diary.forgetting import forget as forget_patient
    from diary.settings import diary_location

    with closing(Database(store or diary_location())) as database:
        passphrase = ask_passphrase(new=False) if any_sealed(database, folders) and not yes else None
        if not yes and click.prompt(f"This cannot be undone. Type the code {patient!r} again to go on") != patient:
            raise click.ClickException("That was another code, so nothing was changed. Try again.")
        file = claim(receipt, force=False) if receipt else None
        done = forget_patient(database, patient, folders=folders, passphrase=passphrase)
    lines = receipt_lines(done)
    for line in lines:
        say(line)
    if file:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not done.whole:
        click.get_current_context().exit(1)


def any_sealed(database: Database, folders: Sequence[Path]) -> bool:
    """Whether a passphrase is needed to look into one of the backups."""
    from diary.backups import SEALED, backups_of

    found = [backup for folder in (None, *folders) for backup in backups_of(database.url, folder)]
    return any(backup.path.suffix == SEALED for backup in found)


def receipt_lines(receipt: Receipt) -> list[str]:
    """What was erased, in words. Nothing of the diary's content is in it."""
    rows = [f"  {counted(number, 'row')} of {table}" for table, number in sorted(receipt.rows.items())]
    files = {
        "Backups written anew without the patient": receipt.rewritten,
        "Backups and leftovers deleted": receipt.deleted,
        "Profiles deleted": receipt.profiles,
    }
    named = [f"{what}: {', '.join(names) if names else 'none'}." for what, names in files.items()]
    return [
        f"Patient {receipt.patient} was forgotten at {receipt.at:%Y-%m-%d %H:%M} UTC.",
        "Erased from the diary:" if rows else "The diary itself held nothing about the patient.",
        *rows,
        *named,
        f"Uploaded files deleted: {receipt.uploads}. The diary holds {counted(receipt.left, 'patient')} now.",
        "Not known here, and not erased: reports, exports and copies that were written elsewhere, backups in other "
        "folders, and what a server or the disk itself keeps (its backups, its logs).",
        "If the page is running (migraine serve), end it and start it again: it may still show what it had read.",
        *([] if receipt.whole else [STILL_OPEN]),
    ]


STILL_OPEN = (
    "Another program has the diary open, so traces may remain in its files. End that program and run this again, "
    "although nothing is known of the patient any more."
)
