"""The diaries of a clinic, in parts: from a folder of files, one a patient, or from a store.

Files are read by the code of ``migraine import``. A file that cannot be read is a problem among the others and never
stops the rest.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.commands.treatments import TreatmentList, is_treatment_list, read_treatment_list
from analysis.workers import HERE, seldom_searching
from diary.days import day_tables
from diary.importers import Options
from diary.intake import sort_out
from diary.model import Batch, DiaryError, Problem
from diary.reading import digest, layout_of, read_file
from diary.store import Store
from diary.tables import FACTS, PATIENTS, TREATMENTS, TableError, Tables, conform, facts_frame

PATIENTS_A_PART = 5_000
"""How many patients an audit looks at together; a part of 400 days each takes about a gigabyte."""

FILES_AT_ONCE = 50
"""How many files become facts together: between them the progress is shown."""

MANY = 400
"""From so many files or patients on, other processes are worth their start."""

IN_MEMORY = "sqlite://"
EXPORTED = "day_logs.csv"
"""In a folder that ``migraine export`` wrote, which is one source of many patients."""

Frames = dict[str, pd.DataFrame]
"""The fact tables (:data:`diary.tables.FACTS`) by their names."""

Done = Callable[[int], None]
"""Is told how many more files, or patients, have been read."""


class Diaries(NamedTuple):
    """Diaries in parts, each patient whole in one of them; what was read, what was assumed, what needs a look.

    *groups* holds the group of each patient who is in one.
    """

    parts: list[Tables]
    inputs: list[dict[str, str]]
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    groups: Mapping[str, str] = {}


class Files(NamedTuple):
    """What some files came to: their facts, the patients in each of them, and what is to be said of them."""

    frames: Frames
    patients: dict[Path, frozenset[str]]
    inputs: list[dict[str, str]]
    assumptions: tuple[str, ...]
    problems: tuple[Problem, ...]


def stored_parts(
    place: str | None, silence_days: int = 14, size: int = PATIENTS_A_PART, done: Done = lambda number: None
) -> Iterator[Tables]:
    """The diaries of a store, so many patients at a time; see :meth:`diary.store.Store.frames_by_part`.

    Raises DiaryError: the store cannot be read.
    """
    with Store.open(place) as store:
        for frames in store.frames_by_part(size):
            yield day_tables(frames, silence_days)
            done(len(frames["patients"]))


def folder_parts(
    folder: Path,
    options: Options | None = None,
    silence_days: int = 14,
    size: int = PATIENTS_A_PART,
    done: Done = lambda number: None,
    executor: Executor = HERE,
) -> Diaries:
    """The diaries in a folder, one file a patient, the file's name without its ending being the patient's code.

    A file with a column of patients keeps its codes. ``treatments.csv`` adds sessions, and patients without a diary.
    A patient in several files is taken together by the rules of ``migraine import``. A folder that ``migraine
    export`` wrote is read as a whole. *executor* reads the files, so many of them at a time.

    Raises DiaryError: there is no such folder, nothing in it, or the list of treatments cannot be read.
    """
    options = options or Options()
    paths, listed = files_of(folder), treatment_list(folder, options)
    found = list(_read(paths, options, done, executor))
    frames, contradictions = _taken_together(found, options)
    frames, differences = with_treatments(frames, listed)
    problems = (*(problem for files in found for problem in files.problems), *contradictions)
    return Diaries(
        [day_tables(part, silence_days) for part in divided(frames, size)],
        [one for files in found for one in files.inputs],
        tuple(dict.fromkeys(sentence for files in found for sentence in files.assumptions)),
        (*problems, *listed.problems, *differences),
        listed.groups,
    )


def files_of(folder: Path) -> list[Path]:
    """The files of a clinic's folder by name, without hidden ones and those that a program keeps beside an open file.

    Raises DiaryError: there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise DiaryError(f"There is no folder {folder}. Name the folder that holds the diaries, one file a patient.")
    if (folder / EXPORTED).is_file():
        return [folder]
    every = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~")))
    if not every:
        raise DiaryError(f"The folder {folder} is empty. Put the diaries into it, one file a patient.")
    return [path for path in every if not is_treatment_list(path)]


def readers(files: int) -> int:
    """How many processes are worth their start to read so many files: one for each core, or none."""
    return os.cpu_count() or 0 if files >= MANY else 0


def treatment_list(folder: Path, options: Options) -> TreatmentList:
    """The clinic's list of treatments; an empty one where there is none.

    Raises DiaryError: there are two, or it cannot be read.
    """
    exported = (folder / EXPORTED).is_file()
    found = [] if exported else sorted(filter(is_treatment_list, folder.iterdir()))
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DiaryError(f"There are several lists of treatments: {names}. Keep one of them.")
    return read_treatment_list(found[0], options.date_order) if found else TreatmentList()


# --- reading files


def _read(paths: Sequence[Path], options: Options, done: Done, executor: Executor) -> Iterator[Files]:
    """What the files came to, in order."""
    chunks = [paths[start : start + FILES_AT_ONCE] for start in range(0, len(paths), FILES_AT_ONCE)]
    for files in executor.map(partial(read_files, options=options), chunks):
        done(len(files.inputs))
        yield files


def read_files(paths: Sequence[Path], options: Options) -> Files:
    """What the files hold; each problem names its file."""
    with seldom_searching():
        batches = {path: read_one(path, options) for path in paths}
        frames, misfits = _fitting_frames(list(batches.values()))
    return Files(
        frames,
        {path: frozenset(codes_of(batch)) for path, batch in batches.items()},
        [{"name": path.name, "sha256": digest(path) or ""} for path in paths],
        tuple(sentence for batch in batches.values() for sentence in batch.assumptions),
        (*(problem for batch in batches.values() for problem in batch.problems), *misfits),
    )


def read_one(path: Path, options: Options) -> Batch:
    """The facts in a file; of one that cannot be read, a problem."""
    try:
        batch = read_file(path, patient=path.stem, options=options)
    except DiaryError as error:
        return Batch(problems=(problem_of(path, str(error)),))
    except Exception as error:  # a fault of the program in one file must not cost the others
        return Batch(problems=(problem_of(path, f"It could not be read ({type(error).__name__}). Please report it."),))
    problems = (problem._replace(where=f"{path.name}, {problem.where}") for problem in batch.problems)
    return replace(batch, problems=tuple(problems))


def problem_of(path: Path, message: str) -> Problem:
    """A message about a file as a problem: its last sentence says what to do.

    >>> problem_of(Path("P1.pdf"), "P1.pdf is a PDF document. Export the diary as csv instead.").remedy
    'Export the diary as csv instead.'
    """
    what, _, remedy = message.rpartition(". ")
    return Problem(path.name, f"{what}." if what else message, remedy if what else "Correct the file and try again.")


def _fitting_frames(batches: Sequence[Batch]) -> tuple[Frames, list[Problem]]:
    """The fact tables; where a value does not fit, without it, each fact being looked at as an import does."""
    try:
        return fact_frames(batches), []
    except TableError:
        fit, problems = zip(*map(sort_out, batches), strict=True)
        return fact_frames(fit), list(chain.from_iterable(problems))


def fact_frames(batches: Sequence[Batch]) -> Frames:
    """The fact tables of all batches; everyone of whom something is said is among the patients.

    Raises TableError: a value does not fit its column.
    """
    frames = {
        name: facts_frame(chain.from_iterable(getattr(batch, name) for batch in batches), table)
        for name, table in FACTS.items()
    }
    return with_patients(frames, {code for batch in batches for code in codes_of(batch)})


def with_patients(frames: Frames, codes: Iterable[str]) -> Frames:
    """The same, with these codes among the patients."""
    more = pd.DataFrame({"patient": sorted(set(codes) - set(frames["patients"]["patient"]))})
    return frames | {"patients": pd.concat([frames["patients"], conform(more, PATIENTS)], ignore_index=True)}


def codes_of(batch: Batch) -> set[str]:
    """Everyone of whom something is said."""
    return {fact.patient for name in FACTS if name != "injections" for fact in getattr(batch, name)}


# --- patients in several files


def _taken_together(found: Sequence[Files], options: Options) -> tuple[Frames, list[Problem]]:
    """The facts of all files. Of patients who are in several, an import into an empty diary says what holds."""
    frames = _joined([files.frames for files in found])
    patients = {path: codes for files in found for path, codes in files.patients.items()}
    paths = crowded(patients, said_twice(frames))
    if not paths:
        return frames, []
    merged, problems = _imported(paths, options)
    codes = frozenset(chain.from_iterable(patients[path] for path in paths))
    return _joined([of_patients(frames, codes, others=True), merged]), problems


def _joined(parts: Sequence[Frames]) -> Frames:
    if not parts:
        return {name: facts_frame((), table) for name, table in FACTS.items()}
    return {name: pd.concat([frames[name] for frames in parts], ignore_index=True) for name in FACTS}


def said_twice(frames: Frames) -> set[str]:
    """The patients of whom two rows of a table stand under one key."""
    doubled = (
        frames[name].loc[frames[name].duplicated(list(table.key), keep=False), "patient"]
        for name, table in FACTS.items()
        if "patient" in table.names
    )
    return set(chain.from_iterable(doubled))


def crowded(patients: Mapping[Path, frozenset[str]], twice: Iterable[str]) -> list[Path]:
    """The files whose patients are in other files too, or of whom something is said *twice*; and so on from there.

    >>> one, other, third = Path("P1.csv"), Path("all.csv"), Path("P3.csv")
    >>> crowded({one: {"P1"}, other: {"P1", "P2"}, third: {"P3"}}, []) == [one, other]
    True
    """
    times = Counter(chain.from_iterable(patients.values()))
    together = {code for code, number in times.items() if number > 1} | set(twice)
    while True:
        paths = [path for path, codes in patients.items() if codes & together]
        more = together.union(*(patients[path] for path in paths))
        if more == together:
            return paths
        together = more


def _imported(paths: Iterable[Path], options: Options) -> tuple[Frames, list[Problem]]:
    """The files as ``migraine import`` takes them together, and what contradicts itself."""
    problems: list[Problem] = []
    with Store.open(IN_MEMORY) as store:
        for path in paths:
            batch = read_one(path, options)
            problems += store.add(batch, layout=layout_of(batch), file_name=path.name).problems
        return store.frames(), problems


# --- the clinic's list of treatments


def with_treatments(frames: Frames, listed: TreatmentList) -> tuple[Frames, tuple[Problem, ...]]:
    """The facts with the listed treatments. Who is only in the list has no diary, and is a problem.

    The list holds where a diary has the same session; where their units differ, that is a problem.
    """
    own = frames["treatments"]
    given = facts_frame({one.treatment_id: one for one in listed.treatments}.values(), TREATMENTS)
    kept = own.loc[~own["treatment_id"].isin(given["treatment_id"])]
    treatments = pd.concat([kept, given]).sort_values(["patient", "start", "treatment_id"], ignore_index=True)
    unknown = sorted(set(given["patient"]) - set(frames["patients"]["patient"]))
    problems = (*_differences(own, given), *map(_no_diary, unknown))
    return with_patients(frames | {"treatments": treatments}, unknown), problems


def _differences(own: pd.DataFrame, given: pd.DataFrame) -> Iterator[Problem]:
    both = own.merge(given, on="treatment_id", suffixes=("_diary", ""))
    differing = both.loc[(both["amount_diary"] != both["amount"]).fillna(False)]
    for patient, start, diary, listed in differing[["patient", "start", "amount_diary", "amount"]].itertuples(
        index=False
    ):
        yield Problem(
            f"{patient}, session {start:%Y-%m-%d}",
            f"The diary says {diary:g} units, the list of treatments {listed:g}; the list is taken.",
            "Correct the one that is wrong.",
        )


def _no_diary(patient: str) -> Problem:
    return Problem(
        f"list of treatments, patient {patient}",
        "There is no diary of this patient, who counts as started without one.",
        "Add the diary under this code, or correct the code in the list.",
    )


# --- parts


def divided(frames: Frames, size: int) -> Iterator[Frames]:
    """The facts of so many patients at a time."""
    codes = frames["patients"]["patient"].drop_duplicates().sort_values().tolist()
    if len(codes) <= size:
        yield frames
        return
    for start in range(0, len(codes), size):
        yield of_patients(frames, codes[start : start + size])


def of_patients(frames: Frames, codes: Iterable[str], *, others: bool = False) -> Frames:
    """The facts about these patients, or about all *others*."""
    wanted = list(codes)
    mine = {
        name: frame.loc[frame["patient"].isin(wanted) != others] for name, frame in frames.items() if "patient" in frame
    }
    sessions = frames["injections"]["treatment_id"].isin(mine["treatments"]["treatment_id"])
    mine["injections"] = frames["injections"].loc[sessions]
    return {name: mine[name].reset_index(drop=True) for name in frames}
