"""``migraine audit``: what became of everyone who started, in a clinic or in a registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from analysis.commands.options import DEFINITIONS, RULES, LastDay
from diary.cli.options import DIARY, READING, example, with_options
from diary.cli.say import problem_table, say
from diary.model import DiaryError, Problem

if TYPE_CHECKING:
    from analysis.cohort.people import Cohort
    from analysis.cohort.tally import Tally
    from analysis.definitions import DayRules
    from diary.tables import Tables

_, STORE = DIARY


@click.command(
    epilog=example(
        "migraine audit diaries --out audit",
        "migraine audit --store postgresql://user@host/diary --suppress",
        "migraine audit registry --engine dask",
    )
)
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[FOLDER]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="migraine-audit",
    show_default=True,
    help="The folder to write into.",
)
@click.option("--rules", default="nice-ta260", show_default=True, help=RULES)
@click.option("--definition", multiple=True, metavar="NAME", help=DEFINITIONS)
@click.option("--as-of", type=LastDay(), help="The last day to use; the last day in the diaries if not given.")
@click.option("--baseline-blocks", type=click.IntRange(1, 13), metavar="N", help="Blocks of 28 days before the start.")
@click.option("--cycles", type=click.IntRange(1, 20), default=5, show_default=True, help="Cycles to look at.")
@click.option("--years", nargs=2, type=int, metavar="YEAR YEAR", help="Compare those who started in these two years.")
@click.option("--suppress", is_flag=True, help="Leave out numbers from 1 to 7, and all that names a single patient.")
@click.option(
    "--silence-days",
    type=click.IntRange(0, 365),
    default=14,
    show_default=True,
    help="In a list of headaches only: the longest silence that is read as headache-free days.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where it is computed: here, or by a Dask cluster, which needs a registry.",
)
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: the cluster's address, or threads.")
@with_options(STORE, *READING)
def audit(folder: Path | None, out: Path, suppress: bool, **asked: Any) -> None:
    """What became of everyone who started: audit.xlsx, audit.pdf, audit.json and charts.

    FOLDER holds diaries, one file a patient, with treatments.csv beside them; or a registry that migraine registry
    wrote. Without FOLDER, the diary on disk is used. Nothing is stored, and one bad file never stops the rest.
    """
    from analysis.commands.progress import steps
    from analysis.disclosure import LEAST
    from analysis.reports.audit import write_audit

    found = looked_at(folder, **asked)
    with steps() as step:
        written = write_audit(
            found.audit,
            out,
            as_of=found.as_of,
            day_rules=found.day_rules,
            people=found.people,
            least=LEAST if suppress else None,
            problems=found.problems,
            inputs=found.inputs,
            step=step,
        )
    _print(found, suppress, written)


class Looked(NamedTuple):
    """The audit, and what it rests on. *people* is None for a registry."""

    audit: Any
    as_of: date
    day_rules: DayRules
    people: Cohort | None
    problems: tuple[Problem, ...]
    inputs: list[dict[str, str]]


def looked_at(
    folder: Path | None,
    *,
    rules: str,
    definition: tuple[str, ...],
    as_of: date | None,
    baseline_blocks: int | None,
    cycles: int,
    years: tuple[int, int] | None,
    silence_days: int,
    engine: str,
    scheduler: str | None,
    store: str | None,
    **answers: Any,
) -> Looked:
    """The audit of a folder, a registry or a store.

    Raises DiaryError: nothing can be read there, or the engine cannot work on it.
    """
    from analysis.cohort.audit import audit as audit_of
    from analysis.definitions import day_rules
    from analysis.registry import is_registry
    from analysis.rules import check_rule_set

    check_rule_set(rules)
    asked: dict[str, Any] = {
        "day_rules": day_rules(*definition),
        "baseline_blocks": baseline_blocks,
        "most_cycles": cycles,
        "years": years or (),
        "rules": rules,
    }
    if folder is not None and is_registry(folder):
        tally, last = _of_registry(folder, as_of, engine, scheduler, asked)
        return Looked(audit_of(tally, cycles), last, asked["day_rules"], None, (), [])
    if engine != "local" or scheduler:
        raise DiaryError(
            "The engine dask needs a registry. Write one first: migraine registry convert FOLDER --out registry."
        )
    diaries = _diaries(folder, store, silence_days, answers)
    last = as_of or _last_day(diaries.parts)
    people, tally = _of_parts(diaries.parts, last, diaries.groups, asked)
    return Looked(audit_of(tally, cycles), last, asked["day_rules"], people, diaries.problems, diaries.inputs)


def _of_registry(
    folder: Path, as_of: date | None, engine: str, scheduler: str | None, asked: dict[str, Any]
) -> tuple[Tally, date]:
    """The tally of a registry's parts, and the last day that was used."""
    from analysis.commands.progress import counting
    from analysis.engines import run, tally_part
    from analysis.registry import open_registry, parts

    found = open_registry(folder)
    last = as_of or found.as_of
    if last is None:
        raise DiaryError("The registry holds no day and no session. Say up to which day with --as-of.")
    with counting("Looking at the parts", found.parts) as done:
        work = partial(tally_part, as_of=last, **asked)
        return run(parts(folder), work, engine=engine, scheduler=scheduler, done=lambda: done(1)), last


def _diaries(folder: Path | None, store: str | None, silence_days: int, answers: dict[str, Any]) -> Any:
    """The diaries of a folder or of the store, in parts."""
    from analysis.commands.diaries import Diaries, files_of, folder_parts, stored_parts
    from analysis.commands.progress import counting, steps
    from diary.importers import Options

    if folder is None:
        with steps() as step:
            step("Reading the diary")
            return Diaries(list(stored_parts(store, silence_days)), [])
    with counting("Reading", len(files_of(folder))) as done:
        return folder_parts(folder, Options(**answers), silence_days, done=done)


def _last_day(parts: Iterable[Tables]) -> date:
    """The last day of any diary, or of any session.

    Raises DiaryError: there is none.
    """
    from analysis.registry import last_day

    days = [day for part in parts if (day := last_day(part)) is not None]
    if not days:
        raise DiaryError("There is no day and no session in these diaries. Import some, or name another folder.")
    return max(days)


def _of_parts(
    parts: Sequence[Tables], as_of: date, groups: Mapping[str, str], asked: dict[str, Any]
) -> tuple[Cohort | None, Tally]:
    """The tally of all parts, and the people of a clinic that is one part."""
    from analysis.cohort.people import cohort
    from analysis.cohort.questions import tally
    from analysis.cohort.tally import add_up

    to_cohort = {name: asked[name] for name in ("day_rules", "baseline_blocks", "years")}
    found = [cohort(part, as_of=as_of, groups=groups, **to_cohort) for part in parts]
    tallies = (tally(part, asked["most_cycles"], asked["rules"]) for part in found)
    return (found[0] if len(found) == 1 else None), add_up(tallies)


def _print(found: Looked, suppress: bool, written: Iterable[Path]) -> None:
    """The sentences of the audit, what needs a look, and the files."""
    from analysis.disclosure import LEAST
    from analysis.reports.audit import audit_content
    from analysis.reports.terminal import print_files, wide_console

    least = LEAST if suppress else None
    content = audit_content(found.audit, as_of=found.as_of, day_rules=found.day_rules, least=least)
    say(content.headline)
    for point in content.points:
        say(f"{point.question} {point.answer}")
    if not suppress:
        problem_table(found.problems)
    print_files(list(written), wide_console())
