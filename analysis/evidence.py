"""What one patient's diary says beside the outcome: criteria, other rule sets, and how firm the answer is."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.confounders import Confounded, change_table, confounded, without_changes
from analysis.criteria import Chronic, chronic_table, statuses
from analysis.definitions import DayRules
from analysis.medication import overuse_limits, overuse_table
from analysis.menses import Relation, menstrual_relations
from analysis.overlaps import Overlap, overlaps
from analysis.placebo import PlaceboInTime, placebo_in_time
from analysis.regression import Regression, regression_to_the_mean
from analysis.rules import Case, all_verdicts
from analysis.sensitivity import estimate_table, sensitivity_table
from analysis.triggers import Association, associations
from analysis.wearoff import WearOff, cycle_table, wear_off
from diary.tables import Tables


class Evidence(NamedTuple):
    """*rule_sets* are the verdicts of every set; *sensitivity* those of the chosen one under other readings, and
    *estimates* the change under them; *cycles* is what *wear_off* is pooled from; *confounded* is by cycle.

    *placebo* is about the latest cycle that can be compared; None where six months of diary before treatment are
    missing. *regression* is None unless the clinic entered a usual level.
    """

    rule_sets: pd.DataFrame
    sensitivity: pd.DataFrame
    estimates: pd.DataFrame
    chronic: list[Chronic]
    overuse: pd.DataFrame
    wear_off: WearOff
    cycles: pd.DataFrame
    changes: pd.DataFrame
    confounded: dict[int, Confounded]
    without_changes: pd.DataFrame
    placebo: PlaceboInTime | None
    overlaps: list[Overlap]
    menstrual: list[Relation]
    associations: list[Association]
    regression: Regression | None


def gather_evidence(
    case: Case,
    outcomes: pd.DataFrame,
    rules: str,
    day_rules: DayRules,
    tables: Tables,
    usual_level: float | None,
    count_gepants: bool = False,
) -> Evidence:
    """Everything that stands beside the *outcomes* of the one patient whose *case* and *tables* they are.

    *usual_level* is the clinic's mean of headache days per 28 days, for regression to the mean. *count_gepants*:
    days with a gepant count towards medication overuse.
    """
    patient, doses = str(case.marked["patient"].iloc[0]), tables.doses
    changes = change_table(case.marked, case.windows, case.treatments)
    cycles = cycle_table(case.marked, case.windows)
    whole = outcomes.loc[(outcomes["phase"] == "cycle") & (outcomes["measure"] == "headache_days")]
    told = whole.loc[whole["change"].notna()]
    latest = int(told["cycle"].max()) if len(told) else 0
    return Evidence(
        all_verdicts(case),
        sensitivity_table(case, rules, day_rules=day_rules, doses=doses),
        estimate_table(case, day_rules=day_rules, doses=doses),
        statuses(chronic_table(case.marked, case.treatments, as_of=case.as_of)),
        overuse_table(case.marked, case.treatments, as_of=case.as_of, limits=overuse_limits(gepants=count_gepants)),
        wear_off(case.marked, case.windows),
        cycles,
        changes,
        {int(cycle): confounded(changes, patient, int(cycle)) for cycle in cycles["cycle"]},
        without_changes(case.marked, case.windows, changes),
        placebo_in_time(case.marked, case.windows, latest) if latest else None,
        overlaps(case.marked, case.windows),
        menstrual_relations(case.marked),
        _associations(case, tables),
        _regression(whole, usual_level),
    )


def _associations(case: Case, tables: Tables) -> list[Association]:
    """Of the everyday factors that the patient chose beforehand; none where none was chosen."""
    chosen = dict(zip(tables.choices["name"], tables.choices["chosen"].dt.date, strict=True))
    return associations(case.marked, tables.factors, chosen) if chosen else []


def _regression(whole: pd.DataFrame, usual_level: float | None) -> Regression | None:
    before = whole["before"].dropna()
    if usual_level is None or before.empty:
        return None
    return regression_to_the_mean(float(before.iloc[0]), mean=usual_level)
