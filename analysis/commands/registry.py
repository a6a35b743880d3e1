"""``migraine registry``: the diaries of many patients as Parquet, in parts that many computers can work on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diary.cli.opening import opened
from diary.cli.options import DIARY, READING, example, with_options
from diary.cli.say import counted, problem_table, say
from diary.model import Problem

if TYPE_CHECKING:
    from analysis.registry import Registry
    from diary.importers import Options

_, STORE = DIARY


@click.group(epilog=example("migraine registry convert --out registry", "migraine audit registry --engine dask"))
def registry() -> None:
    """A registry of many patients, as a folder of Parquet files that migraine audit reads."""


@registry.command(
    epilog=example(
        "migraine registry convert diaries --out registry",
        "migraine registry convert --store postgresql://user@host/diary --out registry --part-size 20000",
    )
)
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[FOLDER]")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new folder for the registry."
)
@click.option(
    "--part-size",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Patients in each part: one computer holds one part in memory at a time.",
)
@click.option(
    "--silence-days",
    type=click.IntRange(0, 365),
    default=14,
    show_default=True,
    help="In a list of headaches only: the longest silence that is read as headache-free days.",
)
@with_options(STORE, *READING)
def convert(
    folder: Path | None, out: Path, part_size: int, silence_days: int, store: str | None, **answers: Any
) -> None:
    """Write the diaries of FOLDER, one file a patient, as a registry; without FOLDER, those of the diary on disk.

    A patient is whole in one part. Nothing is left out: free text and codes are in the registry too.
    """
    from analysis.registry import check_new
    from diary.importers import Options

    check_new(out)
    if folder is None:
        found = convert_store(store, out, part_size, silence_days)
    else:
        found, problems = convert_folder(folder, out, part_size, silence_days, Options(**answers))
        problem_table(problems)
    parts, patients = counted(found.parts, "part"), counted(found.patients, "patient")
    last = f"; the last day is {found.as_of}" if found.as_of else ""
    say(f"Written: {out}, with {patients} in {parts}{last}.")
    say("It is not encrypted: keep it where nobody else can read it.")


def convert_store(place: str | None, out: Path, size: int, silence_days: int) -> Registry:
    """Write a store as a registry, one part in memory at a time.

    Raises DiaryError: it cannot be read, or nobody is in it.
    """
    from analysis.commands.diaries import stored_parts
    from analysis.commands.progress import counting
    from analysis.registry import write_registry

    with opened(place) as diary:
        patients = len(diary.patients())
    with counting("Converting", patients) as done:
        return write_registry(stored_parts(place, silence_days, size, done), out)


def convert_folder(
    folder: Path, out: Path, size: int, silence_days: int, options: Options
) -> tuple[Registry, tuple[Problem, ...]]:
    """Write a folder of files as a registry; also what needs a look.

    Raises DiaryError: there is no such folder, or nobody in it.
    """
    from analysis.commands.diaries import files_of, folder_parts, readers
    from analysis.commands.progress import counting
    from analysis.registry import write_registry
    from analysis.workers import processes

    number = len(files_of(folder))
    with counting("Reading", number) as done, processes(readers(number)) as executor:
        found = folder_parts(folder, options, silence_days, size, done, executor)
    return write_registry(found.parts, out), found.problems
