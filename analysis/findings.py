"""One patient's answer, in tables: everything that a report then lays out."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from analysis.definitions import DEFAULT, DayRules, mark_days
from analysis.evidence import Evidence
from analysis.outcome import outcome_table
from analysis.rules import Case, Verdict
from analysis.windows import COMPLETENESS, Completeness, window_table
from diary.model import DiaryError
from diary.tables import Tables


class Findings(NamedTuple):
    """The tables of one patient, what was made of them, and under which definitions.

    *as_of* is the last day that was used; *baseline_blocks* is what was asked for, None = up to three.
    """

    patient: str
    as_of: date
    tables: Tables
    marked: pd.DataFrame
    windows: pd.DataFrame
    outcomes: pd.DataFrame
    evidence: Evidence
    day_rules: DayRules
    rule_set: str
    baseline_blocks: int | None
    completeness: Completeness = COMPLETENESS

    @property
    def verdicts(self) -> list[Verdict]:
        """What the chosen rule set says, and which other readings would turn it."""
        return self.evidence.verdicts


def find(
    tables: Tables,
    *,
    as_of: date | None = None,
    baseline_blocks: int | None = None,
    rules: str = "nice-ta260",
    day_rules: DayRules = DEFAULT,
    usual_level: float | None = None,
    count_gepants: bool = False,
) -> Findings:
    """What changed after each session, for the one patient whose tables these are.

    *as_of* None uses the whole diary. *usual_level* is a clinic's mean of headache days per 28 days; with it, the
    regression to that mean is shown. *count_gepants*: days with a gepant count towards medication overuse.

    Raises DiaryError: the diary is empty, holds several patients, or has no day up to *as_of*; or there is no rule set
    of that name.
    """
    patients = tables.days["patient"].unique()
    if len(patients) == 0:
        raise DiaryError("There is no day in this diary yet. Log a day, or import a file.")
    if len(patients) > 1:
        raise DiaryError(f"This diary holds {len(patients)} patients. Name one with --patient.")
    last = tables.days["date"].max().date()
    used = tables.days if as_of is None else tables.days.loc[tables.days["date"] <= pd.Timestamp(as_of)]
    if used.empty:
        raise DiaryError(f"The diary has no day up to {as_of}. Choose a later --as-of.")
    marked = mark_days(used.reset_index(drop=True), day_rules, tables.doses)
    windows = window_table(marked, tables.treatments, as_of=as_of, baseline_blocks=baseline_blocks)
    case = Case(marked, windows, tables.treatments, as_of, tables.scores, tables.consultations)
    outcomes = outcome_table(marked, windows)
    evidence = Evidence(case, outcomes, rules, day_rules, tables, usual_level, count_gepants)
    return Findings(
        str(patients[0]),
        last if as_of is None else as_of,
        tables,
        marked,
        windows,
        outcomes,
        evidence,
        day_rules,
        rules,
        baseline_blocks,
    )
