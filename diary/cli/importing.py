"""``migraine import``: files into the diary, with totals to compare and every problem by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from diary.cli.opening import MYSELF, opened, whose
from diary.cli.options import DIARY, READING, example, with_options
from diary.cli.say import counted, patiently, problem_table, say
from diary.cli.totals import print_totals
from diary.model import Batch, DiaryError

if TYPE_CHECKING:
    from diary.importers import Progress
    from diary.intake import Added
    from diary.store import Store

NOUNS = {
    "days": ("day", "days"),
    "attacks": ("attack", "attacks"),
    "doses": ("intake", "intakes"),
    "treatments": ("treatment", "treatments"),
    "injections": ("injection", "injections"),
    "scores": ("score", "scores"),
    "events": ("side effect", "side effects"),
}
"""One and many of what is recorded; patients and sources go without saying."""


UNNAMED = "?"
"""Stands for the patient of a file, where the diary holds several and none is named."""


class Arrival(NamedTuple):
    """What became of one file. *error* is None where it could be read; *added*, where nothing was recorded."""

    path: Path
    batch: Batch
    added: Added | None = None
    error: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether anything was read."""
        return any(getattr(self.batch, name) for name in NOUNS)


@click.command(
    "import", epilog=example("migraine import diary.xlsx", "migraine import *.csv --date-order dmy --dry-run")
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Read and print everything, and record nothing.")
@with_options(*READING, *DIARY)
def import_(files: Sequence[Path], dry_run: bool, patient: str | None, store: str | None, **answers: Any) -> None:
    """Read each FILE into the diary: a spreadsheet, an app's export, or what migraine export wrote.

    Reading a file again changes nothing. What a file leaves open is asked for, never guessed.
    """
    if dry_run:
        who = patient or MYSELF
        arrivals = [arrive(path, who, answers, None, tell) for path, tell in patiently(files, "Reading")]
    else:
        with opened(store) as diary:
            who = UNNAMED if patient is None and len(diary.patients()) > 1 else whose(diary.patients(), patient)
            arrivals = [arrive(path, who, answers, diary, tell) for path, tell in patiently(files, "Importing")]
    for arrival in arrivals:
        print_arrival(arrival)
    if not any(arrival.arrived for arrival in arrivals):
        click.get_current_context().exit(1)


def arrive(
    path: Path, patient: str, answers: Mapping[str, Any], diary: Store | None, progress: Progress | None = None
) -> Arrival:
    """Read the file and record it, where there is a diary to record it in; *progress* is told how far it is."""
    from diary.importers import Options
    from diary.reading import read_file

    try:
        batch = read_file(path, patient=patient, options=Options(**answers), progress=progress)
        if patient == UNNAMED and any(source.patient == UNNAMED for source in batch.sources):
            raise DiaryError(f"{path.name} does not say whose it is, and the diary has several. Add --patient CODE.")
        added = _add(diary, batch, path) if diary else None
    except DiaryError as error:
        return Arrival(path, Batch(), error=str(error))
    return Arrival(path, batch, added)


def _add(diary: Store, batch: Batch, path: Path) -> Added:
    from diary.reading import digest, layout_of

    return diary.add(batch, layout=layout_of(batch), file_name=path.name, file_hash=digest(path))


def print_arrival(arrival: Arrival) -> None:
    """Print what was read from a file, what was assumed, what needs a look, and what it did to the diary."""
    if arrival.error:
        click.echo(f"Error: {arrival.error}", err=True)
        return
    print_totals(f"{arrival.path.name}", arrival.batch)
    for sentence in arrival.batch.assumptions:
        say(f"Assumed: {sentence}")
    problem_table([*arrival.batch.problems, *(arrival.added.problems if arrival.added else ())])
    if not arrival.arrived:
        say("Nothing could be read. Correct the file and import it again.")
    elif arrival.added is None:
        say("Nothing was recorded (--dry-run). Compare the totals with the file, then import it without --dry-run.")
    else:
        say(added_in_words(arrival.added))
        say("Compare the totals above with the file.")


def added_in_words(added: Added) -> str:
    """What adding did to the diary."""
    return (
        f"Added: {_numbers(added.added)}. Corrected: {_numbers(added.corrected)}. "
        f"Unchanged: {_numbers(added.unchanged)}."
    )


def _numbers(counts: Mapping[str, int]) -> str:
    """How many of each kind.

    >>> _numbers({"days": 84, "attacks": 1, "doses": 0, "sources": 1})
    '84 days, 1 attack'
    """
    return ", ".join(counted(counts[name], *NOUNS[name]) for name in NOUNS if counts.get(name)) or "nothing"
