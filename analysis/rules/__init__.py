"""Named clinical rules: each gives ``met``, ``not met`` or ``cannot tell``, and because of what.

The rules describe what a guideline asks; they decide nothing. A rule set is one guideline, in a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.medication import OVERUSE_DAYS
from analysis.months import MONTH, NEVER
from analysis.rules import ahs, dmkg, ehf, hull, ihs, nice
from analysis.rules.base import CANNOT_TELL, COLUMNS, MET, NOT_MET, Case, Found, Verdict
from analysis.rules.nice import NICE_EPISODIC, NICE_START, NICE_STOP, episodic, may_start, nice_ta260, too_little
from diary.model import DiaryError

__all__ = [
    "CANNOT_TELL",
    "MET",
    "MONTH",
    "NEVER",
    "NICE_EPISODIC",
    "NICE_START",
    "NICE_STOP",
    "NOT_MET",
    "OVERUSE_DAYS",
    "RULE_SETS",
    "RULE_SOURCES",
    "Case",
    "Found",
    "RuleSet",
    "Verdict",
    "all_verdicts",
    "check_rule_set",
    "episodic",
    "may_start",
    "nice_ta260",
    "too_little",
    "verdict_table",
]

RuleSet = Callable[[Case], pd.DataFrame]

RULE_SETS: dict[str, RuleSet] = {
    nice.NAME: nice.nice_ta260,
    ehf.NAME: ehf.ehf_2018,
    dmkg.NAME: dmkg.dmkg_2018,
    ahs.NAME: ahs.ahs_2021,
    hull.NAME: hull.hull_responder,
    ihs.NAME: ihs.ihs_2025,
}
RULE_SOURCES = {module.NAME: module.SOURCE for module in (nice, ehf, dmkg, ahs, hull, ihs)}


def verdict_table(case: Case, rules: str = nice.NAME) -> pd.DataFrame:
    """What the named rule set says of each patient: columns patient, rule, verdict, because, window, flips.

    *flips* is filled where a rule on calendar months would be answered otherwise in blocks of 28 days;
    :func:`analysis.sensitivity.checked_verdicts` looks at other windows, baselines and definitions too.

    Raises DiaryError: there is no rule set of that name.
    """
    check_rule_set(rules)
    if not len(case.marked):
        return pd.DataFrame({name: [] for name in COLUMNS}, dtype="string")
    return RULE_SETS[rules](case)


def check_rule_set(name: str) -> None:
    """Raise DiaryError if there is no rule set of that name."""
    if name not in RULE_SETS:
        raise DiaryError(f"There is no rule set {name!r}. Choose one of: {', '.join(RULE_SETS)}.")


def all_verdicts(case: Case) -> pd.DataFrame:
    """The verdicts of every rule set side by side: those of :func:`verdict_table`, with the set's name in *rules*."""
    tables = [verdict_table(case, name).assign(rules=name) for name in RULE_SETS]
    return pd.concat(tables, ignore_index=True)[["patient", "rules", *COLUMNS[1:]]].astype("string")
