"""``migraine import``: files into the diary, with totals to compare and every problem by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from diary.cli.arrivals import Arrival, print_arrival
from diary.cli.opening import MYSELF, opened, whose
from diary.cli.options import DIARY, READING, example, with_options
from diary.cli.say import patiently, say
from diary.model import Batch, DiaryError

if TYPE_CHECKING:
    from diary.importers import Progress
    from diary.importers.profile import Profile
    from diary.intake import Added
    from diary.store import Store

UNNAMED = "?"
"""Stands for the patient of a file, where the diary holds several and none is named."""


class Reading(NamedTuple):
    """How files are to be read: what a person answered, which columns are what, and which source wins."""

    answers: Mapping[str, Any]
    profile: Profile | None = None
    prefer: str | None = None


@click.command(
    "import",
    epilog=example(
        "migraine import diary.xlsx",
        "migraine import *.csv --date-order dmy --dry-run",
        "migraine import my-table.ods --map",
        "migraine import --undo 3",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Read and print everything, and record nothing.")
@click.option("--map", "ask", is_flag=True, help="Ask what each column is; for a table that is not recognised.")
@click.option(
    "--profile", "named", metavar="NAME", help="Read the columns as saved under NAME, or in a shared .toml file."
)
@click.option("--prefer", metavar="SOURCE", help="Which source holds where two tell of the same; else what was there.")
@click.option("--undo", type=int, metavar="N", help="Take import N back; migraine imports shows the numbers.")
@with_options(*READING, *DIARY)
def import_(
    files: Sequence[Path],
    dry_run: bool,
    ask: bool,
    named: str | None,
    prefer: str | None,
    undo: int | None,
    patient: str | None,
    store: str | None,
    **answers: Any,
) -> None:
    """Read each FILE into the diary: a spreadsheet, an app's export, or what migraine export wrote.

    Reading a file again changes nothing. What a file leaves open is asked for, never guessed.
    """
    if undo is not None:
        return take_back(files, undo, store)
    if not files:
        raise click.UsageError("Name a file, as in: migraine import diary.xlsx")
    profile = profile_for(files[0], answers, named, ask=ask)
    reading = Reading(answers, profile, prefer)
    arrivals = read_only(files, patient, reading) if dry_run else record(files, patient, store, reading)
    for arrival in arrivals:
        print_arrival(arrival)
    if not any(arrival.arrived for arrival in arrivals):
        click.get_current_context().exit(1)
    if ask and profile:
        from diary.cli.mapping import offer_to_save

        offer_to_save(profile)
    return None


def take_back(files: Sequence[Path], number: int, place: str | None) -> None:
    """Take an import back and print what that did.

    Raises DiaryError: there is no such import. UsageError: files are named as well.
    """
    from diary.cli.imports import print_undone

    if files:
        raise click.UsageError("--undo takes an import back and reads no file. Leave out the one or the other.")
    with opened(place) as diary:
        print_undone(diary.undo(number), diary.imports())


def profile_for(path: Path, answers: Mapping[str, Any], named: str | None, *, ask: bool) -> Profile | None:
    """The profile that is named, or that the answers to questions make; None where neither is wanted."""
    if ask and named:
        raise click.UsageError(
            "--map asks what the columns are, and --profile says it. Leave out the one or the other."
        )
    if ask:
        from diary.cli.mapping import ask_profile

        return ask_profile(path, answers)
    if named is None:
        return None
    from diary.profiles import find_profile

    return find_profile(named)


def read_only(files: Sequence[Path], patient: str | None, reading: Reading) -> list[Arrival]:
    """The files, read and not recorded."""
    return [arrive(path, patient or MYSELF, reading, None, tell) for path, tell in patiently(files, "Reading")]


def record(files: Sequence[Path], patient: str | None, place: str | None, reading: Reading) -> list[Arrival]:
    """The files, read and recorded one after the other."""
    with opened(place) as diary:
        who = UNNAMED if patient is None and len(diary.patients()) > 1 else whose(diary.patients(), patient)
        arrivals = [arrive(path, who, reading, diary, tell) for path, tell in patiently(files, "Importing")]
        note_unknown_source(diary.sources(), reading.prefer)
    return arrivals


def note_unknown_source(known: Sequence[str], preferred: str | None) -> None:
    """Say so where the diary has nothing from the preferred source."""
    if preferred is not None and preferred not in known:
        names = ", ".join(known) or "none"
        say(f'Note: There is no source "{preferred}" in the diary, so nothing was preferred. There is: {names}.')


def arrive(
    path: Path, patient: str, reading: Reading, diary: Store | None, progress: Progress | None = None
) -> Arrival:
    """Read the file and record it, where there is a diary to record it in; *progress* is told how far it is."""
    from diary.checks import days_to_come
    from diary.importers import Options
    from diary.own_classes import classed, unknown_names
    from diary.reading import read_file

    try:
        options = Options(**reading.answers)
        batch = read_file(path, patient=patient, options=options, progress=progress, profile=reading.profile)
        batch = replace(batch, problems=(*batch.problems, *days_to_come(batch, date.today())))
        if patient == UNNAMED and any(source.patient == UNNAMED for source in batch.sources):
            raise DiaryError(f"{path.name} does not say whose it is, and the diary has several. Add --patient CODE.")
        added = _add(diary, batch, path, reading.prefer) if diary else None
        unknown = unknown_names(classed(batch.doses, diary.own_classes() if diary else {}))
    except DiaryError as error:
        return Arrival(path, Batch(), error=str(error))
    return Arrival(path, batch, added, unknown=unknown)


def _add(diary: Store, batch: Batch, path: Path, prefer: str | None) -> Added:
    from diary.reading import digest, layout_of

    return diary.add(batch, layout=layout_of(batch), file_name=path.name, file_hash=digest(path), prefer=prefer)
