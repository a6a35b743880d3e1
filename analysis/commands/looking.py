"""What an audit looks at: the diaries of a store, a folder or a registry, part by part.

This process reads; where there are many patients, others beside it look at those that it has read, a part each.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.cohort.people import Caseload, cohort, one_caseload
from analysis.cohort.questions import tally
from analysis.cohort.tally import Tally, add_up
from analysis.commands.diaries import MANY, PATIENTS_A_PART, files_of, folder_parts, readers
from analysis.commands.progress import counting
from analysis.definitions import DayRules
from analysis.engines import run, tally_part
from analysis.registry import is_registry, last_day, open_registry, parts
from analysis.workers import HERE
from diary.days import day_tables
from diary.importers import Options
from diary.model import DiaryError, Problem
from diary.store import Store
from diary.tables import Tables

BESIDE = 500
"""Patients in a part that a process beside this one looks at while this one reads the next."""


class Question(NamedTuple):
    """What is asked of every part, of :func:`analysis.cohort.people.cohort` and of its tally."""

    day_rules: DayRules
    baseline_blocks: int | None
    most_cycles: int
    years: Sequence[int]
    rules: str


class Looked(NamedTuple):
    """The tally of everybody, and what it rests on. *people* is None for a registry."""

    tally: Tally
    as_of: date
    people: Caseload | None = None
    problems: tuple[Problem, ...] = ()
    inputs: Sequence[dict[str, str]] = ()


def beside(folder: Path | None, store: str | None) -> int:
    """How many other processes are worth their start; those of a registry are its engine's."""
    if folder is not None:
        return 0 if is_registry(folder) else readers(len(files_of(folder)))
    with Store.open(store) as diary:
        return (os.cpu_count() or 1) - 1 if len(diary.patients()) >= MANY else 0


def look_at_registry(
    folder: Path, question: Question, as_of: date | None, engine: str, scheduler: str | None
) -> Looked:
    """A registry, on the engine that was asked for.

    Raises DiaryError: there is no day in it, or the engine cannot work on it.
    """
    found = open_registry(folder)
    last = as_of or found.as_of
    if last is None:
        raise DiaryError("The registry holds no day and no session. Say up to which day with --as-of.")
    with counting("Looking at the parts", found.parts) as done:
        work = partial(tally_part, as_of=last, **question._asdict())
        return Looked(run(parts(folder), work, engine=engine, scheduler=scheduler, done=lambda: done(1)), last)


def look_at_store(
    place: str | None, question: Question, as_of: date | None, silence_days: int, executor: Executor
) -> Looked:
    """A store. All of its patients are seen as they were at one moment.

    Raises DiaryError: it cannot be read, or there is no day in it.
    """
    with Store.open(place) as diary, counting("Looking at the diaries", len(diary.patients())) as done:
        last = _known(as_of or diary.last_day())
        look = partial(_look_at_facts, silence_days=silence_days, question=question, as_of=last)
        futures: list[Future[_Part]] = []
        number = -(-len(diary.patients()) // _size(executor))
        for facts in diary.frames_by_part(_size(executor)):
            idle = len(futures) == number - 1  # behind the last part there is nothing left to read
            futures.append((HERE if idle else executor).submit(look, facts))
            _wait_for_all_but_few(futures)
            done(len(facts["patients"]))
    return _together(futures, last)


def look_at_folder(
    folder: Path, question: Question, as_of: date | None, silence_days: int, executor: Executor, **answers: Any
) -> Looked:
    """A folder of files; *answers* are those of :class:`diary.importers.Options`.

    Raises DiaryError: there is no such folder, or no day in it.
    """
    with counting("Reading", len(files_of(folder))) as done:
        found = folder_parts(folder, Options(**answers), silence_days, _size(executor), done, executor)
    last = _known(as_of or max(filter(None, map(last_day, found.parts)), default=None))
    look = partial(_look_at, question=question, as_of=last, groups=found.groups)
    futures = [executor.submit(look, part) for part in found.parts]
    return _together(futures, last)._replace(problems=found.problems, inputs=found.inputs)


def _size(executor: Executor) -> int:
    """How many patients make a part."""
    return PATIENTS_A_PART if executor is HERE else BESIDE


def _known(last: date | None) -> date:
    if last is None:
        raise DiaryError("There is no day and no session in these diaries. Import some, or name another folder.")
    return last


class _Part(NamedTuple):
    caseload: Caseload
    tally: Tally


def _look_at_facts(facts: Mapping[str, pd.DataFrame], *, silence_days: int, question: Question, as_of: date) -> _Part:
    return _look_at(day_tables(facts, silence_days), question=question, as_of=as_of)


def _look_at(tables: Tables, *, question: Question, as_of: date, groups: Mapping[str, str] | None = None) -> _Part:
    part = cohort(
        tables,
        as_of=as_of,
        day_rules=question.day_rules,
        baseline_blocks=question.baseline_blocks,
        groups=groups,
        years=question.years,
    )
    return _Part(part.caseload, tally(part, question.most_cycles, question.rules))


def _wait_for_all_but_few(futures: Sequence[Future[Any]]) -> None:
    """Parts that are read wait in memory until a process has time for them: let there be few of them."""
    for future in futures[: -2 * (os.cpu_count() or 1)]:
        future.result()


def _together(futures: Sequence[Future[_Part]], as_of: date) -> Looked:
    if not futures:
        _known(None)
    _load_what_comes_next()
    caseloads, tallies = zip(*(future.result() for future in futures), strict=True)
    return Looked(add_up(tallies), as_of, one_caseload(caseloads))


def _load_what_comes_next() -> None:
    """A second of loading, done while others look at the last parts; each of these is else loaded where it is used."""
    import statsmodels.duration.survfunc
    import statsmodels.stats.proportion  # noqa: F401

    import analysis.reports.audit  # noqa: F401
