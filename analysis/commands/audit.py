"""``migraine audit``: what became of everyone who started, in a clinic or in a registry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from analysis.commands.options import DEFINITIONS, RULES, LastDay
from diary.cli.options import DIARY, READING, example, with_options
from diary.cli.say import problem_table, say
from diary.model import DiaryError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from analysis.cohort.audit import Audit
    from analysis.commands.looking import Looked
    from analysis.definitions import DayRules

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
    from analysis.commands.looking import beside
    from analysis.workers import processes, seldom_searching

    with seldom_searching(), processes(beside(folder, asked["store"])) as executor:
        found = looked_at(folder, executor, **asked)
        _print(found, suppress, _write(found, out, suppress, executor))


class Answer(NamedTuple):
    """The audit, the definition of its days, and what it rests on."""

    audit: Audit
    day_rules: DayRules
    looked: Looked


def looked_at(
    folder: Path | None,
    executor: Executor,
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
) -> Answer:
    """The audit of a folder, a registry or a store.

    Raises DiaryError: nothing can be read there, or the engine cannot work on it.
    """
    from analysis.commands.looking import Question, look_at_folder, look_at_registry, look_at_store
    from analysis.definitions import day_rules
    from analysis.registry import is_registry
    from analysis.rules import check_rule_set

    check_rule_set(rules)
    question = Question(day_rules(*definition), baseline_blocks, cycles, years or (), rules)
    if folder is not None and is_registry(folder):
        looked = look_at_registry(folder, question, as_of, engine, scheduler)
    elif engine != "local" or scheduler:
        raise DiaryError(
            "The engine dask needs a registry. Write one first: migraine registry convert FOLDER --out registry."
        )
    elif folder is None:
        looked = look_at_store(store, question, as_of, silence_days, executor)
    else:
        looked = look_at_folder(folder, question, as_of, silence_days, executor, **answers)
    from analysis.cohort.audit import audit as audit_of

    return Answer(audit_of(looked.tally, cycles), question.day_rules, looked)


def _write(found: Answer, out: Path, suppress: bool, executor: Executor) -> list[Path]:
    from analysis.commands.progress import steps
    from analysis.disclosure import LEAST
    from analysis.reports.audit import write_audit

    with steps() as step:
        return write_audit(
            found.audit,
            out,
            as_of=found.looked.as_of,
            day_rules=found.day_rules,
            people=found.looked.people,
            least=LEAST if suppress else None,
            problems=found.looked.problems,
            inputs=found.looked.inputs,
            step=step,
            executor=executor,
        )


def _print(found: Answer, suppress: bool, written: Iterable[Path]) -> None:
    """The sentences of the audit, what needs a look, and the files."""
    from analysis.disclosure import LEAST
    from analysis.reports.audit import audit_content
    from analysis.reports.terminal import print_files, wide_console

    least = LEAST if suppress else None
    content = audit_content(found.audit, as_of=found.looked.as_of, day_rules=found.day_rules, least=least)
    say(content.headline)
    for point in content.points:
        say(f"{point.question} {point.answer}")
    if not suppress:
        problem_table(found.looked.problems)
    print_files(list(written), wide_console())
