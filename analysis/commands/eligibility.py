"""``migraine eligibility``: what guidelines ask before the start, and what of it is documented."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.commands.options import DEFINITIONS, LastDay, Session, SessionValue
from diary.cli.options import DIARY, READING, example, with_options

if TYPE_CHECKING:
    import pandas as pd

    from analysis.definitions import DayRules
    from diary.tables import Tables

RULES = "One checklist: nice-ta260, ehf-2018, dmkg-2018, sign-155, us-label, uk-smpc, preempt or record; else all."
"""Named here as well as in :mod:`analysis.eligibility`, so that help loads no pandas; a test holds them together."""

NOT_A_DECISION = (
    "This says what is documented. Whether to treat is for the clinic and the patient to decide; "
    "what is not documented can be added with: migraine visit add, migraine preventive start."
)


@click.command(epilog=example("migraine eligibility", "migraine eligibility diary.xlsx --rules nice-ta260"))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--rules", metavar="NAME", help=RULES)
@click.option(
    "--botox",
    "sessions",
    multiple=True,
    type=SessionValue(),
    help="A therapeutic session that the diary does not hold, such as 2026-03-01:155. Repeat it for each.",
)
@click.option("--as-of", type=LastDay(), help="The last day to use; the diary's last day if not given.")
@click.option(
    "--silence-days",
    type=click.IntRange(0, 365),
    default=14,
    show_default=True,
    help="In a list of headaches only: the longest silence that is read as headache-free days.",
)
@click.option("--definition", multiple=True, metavar="NAME", help=DEFINITIONS)
@click.option("--count-gepants", is_flag=True, help="Count gepant days towards medication overuse.")
@with_options(*DIARY, *READING)
def eligibility(
    files: tuple[Path, ...],
    rules: str | None,
    sessions: tuple[Session, ...],
    as_of: date | None,
    definition: tuple[str, ...],
    count_gepants: bool,
    silence_days: int,
    patient: str | None,
    store: str | None,
    **reading: Any,
) -> None:
    """A checklist: what guidelines ask before the first session, and what of it is documented.

    FILE is a diary spreadsheet or an app's export. Without FILE, the diary on this computer is used.
    """
    from analysis.commands.gather import gather_files, gather_stored
    from analysis.commands.progress import steps
    from analysis.definitions import day_rules
    from diary.importers import Options

    rules_of_day = day_rules(*definition)
    with steps() as step:
        step("Reading the diary")
        if files:
            found = gather_files(files, sessions, patient, silence_days, Options(**reading))
        else:
            found = gather_stored(sessions, patient, silence_days, store)
        table = checklist(found.tables, rules_of_day, rules=rules, as_of=as_of, count_gepants=count_gepants)
    print_checklist(table)


def checklist(
    tables: Tables, rules_of_day: DayRules, *, rules: str | None, as_of: date | None, count_gepants: bool
) -> pd.DataFrame:
    """The checklist of the one patient whose tables these are; see :func:`analysis.eligibility.eligibility_table`."""
    from analysis.definitions import mark_days
    from analysis.eligibility import eligibility_table
    from analysis.medication import overuse_limits
    from analysis.rules import Case
    from analysis.windows import window_table
    from diary.model import DiaryError

    if tables.days.empty:
        raise DiaryError("There is no day in this diary yet. Log a day, or import a file.")
    marked = mark_days(tables.days, rules_of_day, doses=tables.doses)
    windows = window_table(marked, tables.treatments, as_of=as_of)
    case = Case(marked, windows, tables.treatments, as_of, tables.scores, tables.consultations)
    limits = overuse_limits(gepants=count_gepants)
    return eligibility_table(case, tables.consultations, patients=tables.patients, rules=rules, limits=limits)


def print_checklist(table: pd.DataFrame) -> None:
    """Each rule set with its criteria, and how many are documented as met."""
    from analysis.eligibility import documented_as_met
    from diary.cli import say

    for rules, mine in table.groupby("rules", sort=False):
        rows = list(mine[["criterion", "verdict", "evidence"]].itertuples(index=False, name=None))
        say.table(f"{rules}: {documented_as_met(mine)}", ("Criterion", "Verdict", "Evidence"), rows)
        say.say(f"Source: {'; '.join(mine['source'].unique())}.")
        say.say("")
    say.say(NOT_A_DECISION)
