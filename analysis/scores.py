"""Questionnaires: what a total means, and whether it changed by as much as a published criterion asks.

Which values can be entered is said in :mod:`diary.instruments`; grades and criteria are said here only. A grade or a
criterion that no public source confirms is left out. Nothing here says why a total changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Floats, Ints, day_number
from analysis.rules import ahs
from analysis.rules.ahs import ScorePair, five_points, midas_better
from analysis.truth import answers, words
from analysis.windows import BLOCK

NAMES = {
    "hit6": "HIT-6",
    "midas": "MIDAS",
    "msq": "MSQ v2.1",
    "pgic": "PGIC",
    "phq9": "PHQ-9",
    "gad7": "GAD-7",
    "asc12": "ASC-12",
    "mibs4": "MIBS-4",
    "mtoq4": "mTOQ-4",
    "mtoq6": "mTOQ-6",
    "mfiq": "MFIQ",
}
"""The questionnaires that are known, in the order in which they are reported."""

PARTS = {
    ("msq", "RR"): "role function restrictive",
    ("msq", "RP"): "role function preventive",
    ("msq", "EF"): "emotional function",
    ("mfiq", "PF"): "physical function",
    ("mfiq", "UA"): "usual activities",
    ("mfiq", "SF"): "social function",
    ("mfiq", "EF"): "emotional function",
    ("mfiq", "GUA"): "usual activities over all",
}
"""Items that are scores in their own right."""

HIGHER_IS_BETTER = ("msq", "mtoq4", "mtoq6")
"""The questionnaires whose higher end is the better one."""

APART = {"midas": 84}
"""Days that have to lie between two forms for both to be compared: MIDAS asks about three months."""

TOTAL = ""
"""The item of a total, in the tables of this module."""

COMPARABLE = ("after", "baseline")
KEY = ["patient", "instrument", "item"]
SCORE_COLUMNS = (
    *KEY,
    "date",
    "value",
    "band",
    "role",
    "baseline_date",
    "baseline",
    "change",
    "change_percent",
    "reason",
)
CRITERION_COLUMNS = (*KEY, "date", "criterion", "verdict", "because", "source")

IS_A_CHANGE = ("pgic",)
"""Questionnaires that ask about the change itself, so that two of them are not compared."""

IMPOSSIBLE = "not a possible total: look at the form"
ASKED_DIRECTLY = "it asks about the change itself"
NO_BASELINE = f"not recorded in the {BLOCK} days up to the first session"
TOO_SOON = "too soon after the one before it: both ask about some of the same days"


# --- grades


class Bands(NamedTuple):
    """The grades of a total: each begins at its *lowest* value, the last ends at *highest*."""

    lowest: tuple[int, ...]
    names: tuple[str, ...]
    highest: int
    source: str

    def names_of(self, values: Floats) -> Any:
        """The grade of each value; missing for one that cannot be, such as 49.5 or a total too high.

        >>> BANDS["hit6"].names_of(np.array([49, 50, 49.5, 79])).tolist()
        ['little or no impact', 'some impact', None, None]
        """
        names = np.array(self.names, dtype=object)[np.searchsorted(self.lowest, values, side="right") - 1]
        names[(values < self.lowest[0]) | (values > self.highest) | (values % 1 != 0)] = None
        return names


BANDS = {
    "hit6": Bands(
        (36, 50, 56, 60),
        ("little or no impact", "some impact", "substantial impact", "severe impact"),
        78,
        "HIT-6 user guide; severe from 60 as in https://doi.org/10.1186/s10194-022-01467-z",
    ),
    "midas": Bands(
        (0, 6, 11, 21),
        (
            "grade I, little or no disability",
            "grade II, mild disability",
            "grade III, moderate disability",
            "grade IV, severe disability",
        ),
        270,
        "Stewart and others (2001), Neurology",
    ),
    "pgic": Bands(
        (1, 2, 3, 4, 5, 6, 7),
        (
            "very much better",
            "much better",
            "a little better",
            "no change",
            "a little worse",
            "much worse",
            "very much worse",
        ),
        7,
        "the words are this program's own",
    ),
    "phq9": Bands(
        (0, 5, 10, 15, 20),
        ("none or minimal", "mild", "moderate", "moderately severe", "severe"),
        27,
        "Kroenke and others (2001), J Gen Intern Med 16:606-613",
    ),
    "gad7": Bands(
        (0, 5, 10, 15),
        ("minimal", "mild", "moderate", "severe"),
        21,
        "Spitzer and others (2006), https://doi.org/10.1001/archinte.166.10.1092",
    ),
    "asc12": Bands(
        (0, 3, 6, 9),
        ("none", "mild", "moderate", "severe"),
        24,
        "Lipton and others (2008), https://doi.org/10.1002/ana.21211",
    ),
}
"""The grades that a public source confirms. Of MIBS-4 and mTOQ-4 the sources differ; the others have none."""


# --- criteria of a meaningful change


class Criterion(NamedTuple):
    """A published criterion on one score: *judge* answers it for pairs of a baseline and a later value.

    *open_where* says why it cannot be told although both are recorded.
    """

    instrument: str
    item: str
    name: str
    source: str
    judge: Callable[[ScorePair], Ints]
    open_where: str = ""
    needs_baseline: bool = True


def told_by(enough: Callable[[ScorePair], Any]) -> Callable[[ScorePair], Ints]:
    """Yes where both values are recorded and *enough* holds, no where it does not."""
    return lambda pair: answers(pair.known & enough(pair), pair.known & ~enough(pair))


def from_11(enough: Callable[[ScorePair], Any]) -> Callable[[ScorePair], Ints]:
    """The same, for those only whose MIDAS was at least 11 at the start."""
    return lambda pair: np.where(pair.before >= 11, told_by(enough)(pair), 0)


def lower_by(points: float) -> Callable[[ScorePair], Ints]:
    """At least so many points lower."""
    return told_by(lambda pair: -rise(pair) >= points)


def higher_by(low: float, high: float | None = None) -> Callable[[ScorePair], Ints]:
    """At least *high* points higher; surely not below *low*; between them it cannot be told.

    >>> higher_by(5.0, 7.9)(ScorePair(np.array([40.0, 40.0, 40.0]), np.array([44.9, 45.0, 47.9]))).tolist()
    [-1, 0, 1]
    """
    return lambda pair: answers(rise(pair) >= (high or low), rise(pair) < low)


def rise(pair: ScorePair) -> Floats:
    """How much higher the later value is, without the dust of decimal fractions."""
    return np.asarray(np.round(pair.after - pair.before, 6))


def half(pair: ScorePair) -> Any:
    """Whether the later value is at most half of the first."""
    return 2 * pair.after <= pair.before


def much_better(pair: ScorePair) -> Ints:
    """Whether the later PGIC says much better or very much better, whatever was said before."""
    return answers(pair.after <= 2, pair.after > 2)


BELOW_11 = "the criterion is for a MIDAS of 11 or more at the start"
COLE = "Cole and others (2009), https://doi.org/10.1111/j.1468-2982.2009.01852.x"

CRITERIA = (
    Criterion(
        "hit6",
        TOTAL,
        "at least 5 points lower (PREEMPT, AHS)",
        ahs.SOURCE,
        told_by(five_points),
    ),
    Criterion(
        "hit6",
        TOTAL,
        "at least 6 points lower (Houts 2020)",
        "Houts and others (2020), chronic migraine, https://doi.org/10.1111/head.13946",
        lower_by(6),
    ),
    Criterion(
        "midas",
        TOTAL,
        "at least 5 points lower from 11-20, 30 % from above 20 (AHS)",
        ahs.SOURCE,
        from_11(midas_better),
        BELOW_11,
    ),
    Criterion(
        "midas",
        TOTAL,
        "at least 5 points lower (COMPEL)",
        "COMPEL study (2018), https://doi.org/10.1186/s10194-018-0840-8",
        told_by(five_points),
    ),
    Criterion(
        "midas",
        TOTAL,
        "at least 50 % lower, from 11 or more (Italy)",
        "Italian rule for CGRP antibodies, as in table 3 of https://doi.org/10.1186/s10194-023-01539-8; written for "
        "antibodies, shown for comparison",
        from_11(half),
        BELOW_11,
    ),
    Criterion("msq", "RR", "at least 5 points higher (Cole 2009)", COLE, higher_by(5)),
    Criterion(
        "msq",
        "RR",
        "at least 10.9 points higher (Diener 2020)",
        "Diener and others (2020), https://doi.org/10.1007/s40122-020-00198-w",
        higher_by(10.9),
    ),
    Criterion(
        "msq",
        "RP",
        "at least 5.0 to 7.9 points higher (Cole 2009)",
        COLE,
        higher_by(5.0, 7.9),
        "inside the range that the source gives, 5.0 to 7.9",
    ),
    Criterion(
        "msq",
        "EF",
        "at least 8.0 to 10.6 points higher (Cole 2009)",
        COLE,
        higher_by(8.0, 10.6),
        "inside the range that the source gives, 8.0 to 10.6",
    ),
    Criterion(
        "pgic",
        TOTAL,
        "much or very much better",
        "counted together in an analysis of PROMISE-2, https://index.mirasmart.com/aan2022/PDFfiles/AAN2022-000573.html",
        much_better,
        needs_baseline=False,
    ),
    Criterion(
        "phq9",
        TOTAL,
        "at least 5 points lower (Löwe 2004)",
        "Löwe and others (2004), https://doi.org/10.1097/00005650-200412000-00006",
        lower_by(5),
    ),
    Criterion(
        "gad7",
        TOTAL,
        "at least 4 points lower (Toussaint 2020)",
        "Toussaint and others (2020), https://doi.org/10.1016/j.jad.2020.01.032",
        lower_by(4),
    ),
)
"""The criteria of a change in one person, each by its source; those of groups are not among them."""


# --- tables


def score_table(scores: pd.DataFrame, windows: pd.DataFrame, as_of: date | None = None) -> pd.DataFrame:
    """Each total, and each part that is a score of its own, with its grade and its change since the baseline.

    The *role* is "baseline" for the last one in the 28 days up to and including the first therapeutic session,
    "after" for those of later days, "before" for earlier ones, "no session" where there was none, and "not possible"
    for a total that its questionnaire cannot give. A change is told of "after" only; *reason* says why there is none.
    A form that comes too soon after the one before it (:data:`APART`) is not compared. *as_of* is the last day that
    may be used.
    """
    table = _scores(scores, as_of)
    group: Ints = np.asarray(table.groupby(KEY, sort=False).ngroup(), dtype=np.int64)
    table["band"] = _bands(table)
    table["role"] = _roles(_days_since_first_session(table, windows), group, _impossible(table))
    is_baseline = table["role"] == "baseline"
    for name, source in (("baseline_date", "date"), ("baseline", "value")):
        table[name] = table[source].where(is_baseline).groupby(group).transform("first")
    table["reason"] = _reasons(table, _too_soon(table, group))
    table["change"] = (table["value"] - table["baseline"]).where(_compared(table)).round(6)
    table["change_percent"] = (100 * table["change"] / table["baseline"]).where(table["baseline"] > 0)
    return table[list(SCORE_COLUMNS)]


def _compared(table: pd.DataFrame) -> Any:
    return (table["role"] == "after") & (table["reason"] == "")


def _reasons(table: pd.DataFrame, too_soon: Any) -> Any:
    """Why a score is not compared with a baseline; empty where it is, and where there is nothing to compare."""
    after = table["role"] == "after"
    why = {
        IMPOSSIBLE: table["role"] == "not possible",
        ASKED_DIRECTLY: after & table["instrument"].isin(IS_A_CHANGE),
        NO_BASELINE: after & table["baseline"].isna(),
        TOO_SOON: after & too_soon,
    }
    return pd.array(np.select([where.to_numpy(bool) for where in why.values()], list(why), ""), dtype="string")


def _scores(scores: pd.DataFrame, as_of: date | None) -> pd.DataFrame:
    """Totals and parts, by patient, questionnaire, part and day; answers to single questions are left out."""
    item = scores["item"].fillna(TOTAL).str.upper()
    parts = {instrument + " " + part for instrument, part in PARTS}
    kept = ((item == TOTAL) | (scores["instrument"] + " " + item).isin(parts)) & scores["value"].notna()
    if as_of is not None:
        kept &= scores["date"] <= pd.Timestamp(as_of)
    table = scores.assign(item=item, value=scores["value"].astype("float64")).loc[kept]
    return table.sort_values([*KEY, "date"], kind="stable", ignore_index=True)


def _days_since_first_session(table: pd.DataFrame, windows: pd.DataFrame) -> Floats:
    """Days from the first therapeutic session to each score; not a number for patients who had none."""
    first = windows.loc[(windows["cycle"] == 1) & (windows["phase"] == "cycle")].set_index("patient")["start"]
    session = first.reindex(table["patient"])
    since = (day_number(table["date"]) - day_number(session)).astype(np.float64)
    return np.where(session.isna(), np.nan, since)


def _last_of_each(group: Ints, among: Any) -> Any:
    """Which row is the last one of its group *among* some."""
    rows = np.flatnonzero(among)
    ends = np.append(group[rows][1:] != group[rows][:-1], True)[: len(rows)]
    last = np.zeros(len(group), bool)
    last[rows[ends]] = True
    return last


def _roles(since: Floats, group: Ints, impossible: Any) -> Any:
    is_baseline = _last_of_each(group, (since >= -BLOCK) & (since <= 0) & ~impossible)
    where = [impossible, np.isnan(since), is_baseline, since > 0]
    return pd.array(np.select(where, ["not possible", "no session", "baseline", "after"], "before"), dtype="string")


def _impossible(table: pd.DataFrame) -> Any:
    """Totals that have no grade although their questionnaire has grades for all there can be."""
    graded = table["instrument"].isin(list(BANDS)) & (table["item"] == TOTAL)
    return (graded & table["band"].isna()).to_numpy(bool)


def _bands(table: pd.DataFrame) -> Any:
    band = np.full(len(table), None, dtype=object)
    for instrument, bands in BANDS.items():
        mine = ((table["instrument"] == instrument) & (table["item"] == TOTAL)).to_numpy(bool)
        band[mine] = bands.names_of(table.loc[mine, "value"].to_numpy())
    return pd.array(band, dtype="string")


def _too_soon(table: pd.DataFrame, group: Ints) -> Any:
    """Forms that come too soon after the last one that is compared, from the baseline on.

    One that is left out does not push the next one away. Every patient's n-th form is looked at at once.
    """
    apart = table["instrument"].map(APART).fillna(0).to_numpy(np.int64)
    rows = np.flatnonzero((apart > 0) & table["role"].isin(COMPARABLE).to_numpy(bool))
    number = pd.Series(group[rows]).groupby(group[rows]).cumcount().to_numpy()
    day = day_number(table["date"])
    compared = np.full(group.max(initial=-1) + 1, -(10**9))
    too_soon = np.zeros(len(table), bool)
    for n in range(number.max(initial=-1) + 1):
        these = rows[number == n]
        too_soon[these] = day[these] - compared[group[these]] < apart[these]
        kept = these[~too_soon[these]]
        compared[group[kept]] = day[kept]
    return too_soon


def criterion_table(table: pd.DataFrame) -> pd.DataFrame:
    """Each criterion of :data:`CRITERIA` on each later score of a :func:`score_table`: yes, no or cannot tell.

    *because* gives both values, or says what is missing; *source* is the criterion's own.
    """
    found = [_judged(table, criterion) for criterion in CRITERIA]
    judged = pd.concat(found, ignore_index=True).astype({"criterion": "string", "verdict": "string"})
    return judged.sort_values([*KEY, "date"], kind="stable", ignore_index=True)


def _judged(table: pd.DataFrame, criterion: Criterion) -> pd.DataFrame:
    mine = (table["instrument"] == criterion.instrument) & (table["item"] == criterion.item)
    rows = table.loc[mine & (table["role"] == "after")].reset_index(drop=True)
    usable = rows["change"].notna() | (not criterion.needs_baseline)
    pair = ScorePair(*(rows[name].where(usable).to_numpy(np.float64) for name in ("baseline", "value")))
    answer = criterion.judge(pair)
    verdict = words(answer, unknown="cannot tell")
    because = np.where(usable, _values(pair, criterion), rows["reason"])
    because = because + np.where(usable & (answer == 0), f": {criterion.open_where}", "").astype(object)
    told = rows.assign(criterion=criterion.name, verdict=verdict, because=because, source=criterion.source)
    return told[list(CRITERION_COLUMNS)]


def _values(pair: ScorePair, criterion: Criterion) -> Any:
    """Such as "64 → 58"."""
    before, after = (pd.Series(values).map("{:g}".format).to_numpy(object) for values in pair)
    return before + " → " + after if criterion.needs_baseline else after


def score_name(instrument: str, item: str = TOTAL) -> str:
    """A score by the name that is printed.

    >>> score_name("hit6"), score_name("msq", "RR"), score_name("own form")
    ('HIT-6', 'MSQ v2.1 role function restrictive', 'OWN FORM')
    """
    name = NAMES.get(instrument, instrument.upper())
    return f"{name} {PARTS.get((instrument, item), item)}".strip()
