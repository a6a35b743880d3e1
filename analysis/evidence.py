"""What one patient's diary says beside the outcome: criteria, other rule sets, and how firm the answer is."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from analysis.confounders import Confounded, change_table, confounded, without_changes
from analysis.criteria import Chronic, chronic_table, statuses
from analysis.definitions import DayRules
from analysis.medication import overuse_limits, overuse_table
from analysis.menses import Relation, menstrual_relations
from analysis.overlaps import Overlap, overlaps
from analysis.placebo import PlaceboInTime, placebo_in_time
from analysis.regression import Regression, regression_to_the_mean
from analysis.rules import Case, Verdict, all_verdicts, verdict_table
from analysis.sensitivity import estimate_table, sensitivity_table, with_flips
from analysis.triggers import Association, associations
from analysis.wearoff import WearOff, cycle_table, wear_off
from diary.tables import Tables


class Evidence:
    """What stands beside the *outcomes* of the one patient whose *case* and *tables* they are.

    Each part is worked out when it is first asked for, and kept: a page that shows only the answer does not wait for
    how firm it is. *usual_level* is the clinic's mean of headache days per 28 days, for regression to the mean.
    *count_gepants*: days with a gepant count towards medication overuse. *first_verdicts* is what the chosen rule set
    says, before other readings are looked at.

    Raises DiaryError: there is no rule set of that name.
    """

    def __init__(
        self,
        case: Case,
        outcomes: pd.DataFrame,
        rules: str,
        day_rules: DayRules,
        tables: Tables,
        usual_level: float | None,
        count_gepants: bool = False,
    ) -> None:
        self._case, self._outcomes, self._tables = case, outcomes, tables
        self._rules, self._day_rules = rules, day_rules
        self._usual_level, self._count_gepants = usual_level, count_gepants
        self.first_verdicts = verdict_table(case, rules)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The first verdicts, each with the readings that would turn it."""
        table = with_flips(self.first_verdicts, self.sensitivity)
        return [Verdict(*row) for row in table[list(Verdict._fields)].itertuples(index=False, name=None)]

    @cached_property
    def rule_sets(self) -> pd.DataFrame:
        """The verdicts of every rule set."""
        return all_verdicts(self._case)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """The verdicts of the chosen rule set under other readings."""
        return sensitivity_table(self._case, self._rules, day_rules=self._day_rules, doses=self._tables.doses)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """The change under other readings."""
        return estimate_table(self._case, day_rules=self._day_rules, doses=self._tables.doses)

    @cached_property
    def chronic(self) -> list[Chronic]:
        """Whether the diary is compatible with chronic migraine, before the first session and now."""
        return statuses(chronic_table(self._case.marked, self._case.treatments, as_of=self._case.as_of))

    @cached_property
    def overuse(self) -> pd.DataFrame:
        """Intake days against the limits of medication overuse."""
        limits = overuse_limits(gepants=self._count_gepants)
        return overuse_table(self._case.marked, self._case.treatments, as_of=self._case.as_of, limits=limits)

    @cached_property
    def wear_off(self) -> WearOff:
        """Whether headache days rise towards the end of a cycle."""
        return wear_off(self._case.marked, self._case.windows)

    @cached_property
    def cycles(self) -> pd.DataFrame:
        """The cycles that :attr:`wear_off` is pooled from."""
        return cycle_table(self._case.marked, self._case.windows)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What else changed between the baseline and each cycle."""
        return change_table(self._case.marked, self._case.windows, self._case.treatments)

    @cached_property
    def confounded(self) -> dict[int, Confounded]:
        """The same in words, by cycle."""
        patient = str(self._case.marked["patient"].iloc[0])
        return {int(cycle): confounded(self.changes, patient, int(cycle)) for cycle in self.cycles["cycle"]}

    @cached_property
    def without_changes(self) -> pd.DataFrame:
        """The outcomes with the days around each change left out."""
        return without_changes(self._case.marked, self._case.windows, self.changes)

    @cached_property
    def placebo(self) -> PlaceboInTime | None:
        """About the latest cycle that can be compared; None where six months of diary before treatment are missing."""
        told = self._whole.loc[self._whole["change"].notna()]
        if told.empty:
            return None
        return placebo_in_time(self._case.marked, self._case.windows, int(told["cycle"].max()))

    @cached_property
    def overlaps(self) -> list[Overlap]:
        """How the weeks of each cycle overlap those of the baseline."""
        return overlaps(self._case.marked, self._case.windows)

    @cached_property
    def menstrual(self) -> list[Relation]:
        """Whether headache comes with menstruation."""
        return menstrual_relations(self._case.marked)

    @cached_property
    def associations(self) -> list[Association]:
        """Of the everyday factors that the patient chose beforehand; none where none was chosen."""
        choices = self._tables.choices
        chosen = dict(zip(choices["name"], choices["chosen"].dt.date, strict=True))
        return associations(self._case.marked, self._tables.factors, chosen) if chosen else []

    @cached_property
    def regression(self) -> Regression | None:
        """Regression to the mean; None unless the clinic entered a usual level."""
        before = self._whole["before"].dropna()
        if self._usual_level is None or before.empty:
            return None
        return regression_to_the_mean(float(before.iloc[0]), mean=self._usual_level)

    @property
    def _whole(self) -> pd.DataFrame:
        whole = (self._outcomes["phase"] == "cycle") & (self._outcomes["measure"] == "headache_days")
        return self._outcomes.loc[whole]
