"""Whether headaches begin more often after days with more of something: association only, never a cause.

Asked of a handful of everyday factors that were chosen beforehand, and of nothing else. The days at risk are those
whose day before was headache-free; on some of them a headache begins. A logistic regression sets these onsets against
the factor on an earlier day (a lag of at least one), adjusted for what lasts: the share of headache days in the 28 days
before, and the factor's own mean in the 14 days before that earlier day. So a bad month with little sleep is no
association by itself; a short night before a headache, in good months and bad, is.

Limits and p-values are Wald's; over the chosen factors they are held to a false discovery rate of 5 % (Benjamini &
Hochberg 1995, J R Stat Soc B 57: 289-300). With fewer than 24 onsets there is no answer. A seeded simulation
(tests/test_triggers.py) shows how often an association is said to be there where none is.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Floats, day_grid, day_number
from analysis.outcome import day_values
from analysis.reports.words import count, number
from diary.model import MOST_FACTORS, DiaryError

LEAST_ONSETS = 24
"""Headache onsets below which nothing is said."""

FALSE_DISCOVERIES = 0.05
"""The expected share of false ones among the associations that are said to be there."""

HISTORY, LEAST_HISTORY = 28, 14
"""Days before over which the share of headache days is taken, and how many of them must be known."""

FORTNIGHT, LEAST_FORTNIGHT = 14, 7
"""Days before over which the factor's own mean is taken, and how many of them must be known."""


NAN = float("nan")


class Split(NamedTuple):
    """Headache *onsets* on *days* at risk."""

    onsets: int
    days: int

    def __str__(self) -> str:
        return f"{self.onsets} of {count(self.days, 'day')}"


class Association(NamedTuple):
    """One factor and the headaches that begin *lag* days later.

    *more*: the days after a day above the factor's middle value (of a yes/no factor: after a yes); *less*: the others.
    *ratio*: the odds ratio of an onset, with its 95 % limits, for *step* more of the factor (1 for yes against no,
    otherwise one standard deviation). *p* is its p-value, *q* the same adjusted for the number of factors. All of them
    are not a number where it cannot be told.
    """

    factor: str
    lag: int
    more: Split
    less: Split
    step: float = NAN
    ratio: float = NAN
    low: float = NAN
    high: float = NAN
    p: float = NAN
    q: float = NAN

    @property
    def onsets(self) -> int:
        """Headaches that begin on a day for which the factor was written down."""
        return self.more.onsets + self.less.onsets

    @property
    def found(self) -> bool:
        """Whether an association is said to be there."""
        return self.q <= FALSE_DISCOVERIES

    def __str__(self) -> str:
        if self.onsets < LEAST_ONSETS:
            return f"{self.factor}: too few ({count(self.onsets, 'headache onset')}; {LEAST_ONSETS} are needed)."
        if np.isnan(self.q):
            return f"{self.factor}: cannot tell, as it hardly varies or splits the onsets completely."
        answer = "associated" if self.found else "an association is not shown"
        return (
            f"{self.factor}: {answer}. Onset on {self.more} with more of it {count(self.lag, 'day')} before, and on "
            f"{self.less} with less; odds ratio {number(self.ratio, 2)} for {number(self.step)} more (95 % interval "
            f"{number(self.low, 2)} to {number(self.high, 2)}; q = {number(self.q, 2)})."
        )

    def patient_sentence(self) -> str:
        """The same in plain words."""
        if self.onsets < LEAST_ONSETS:
            return f"There are too few headaches with notes on {self.factor} to say anything yet."
        if np.isnan(self.q):
            return f"Your notes on {self.factor} are too much alike to say anything."
        counts = f"A headache began on {self.more} after more {self.factor}, and on {self.less} after less."
        if self.found:
            return f"{counts} The two went together in your diary. It cannot say why."
        return f"{counts} The difference may be chance."


def associations(
    marked: pd.DataFrame, factors: pd.DataFrame, chosen: Mapping[str, date], *, lag: int = 1
) -> list[Association]:
    """Each chosen factor of one patient and the headaches that begin *lag* days later, in the order of choice.

    *marked* are marked days (:func:`analysis.definitions.mark_days`), *factors* the FACTORS table. *chosen* says since
    when each factor was chosen; what was written down before that day is not used.

    Raises DiaryError: the lag is less than a day, or more factors are chosen than may be.
    """
    if lag < 1:
        raise DiaryError("A factor is looked at on an earlier day than the headache. Give a lag of at least 1 day.")
    if len(chosen) > MOST_FACTORS:
        raise DiaryError(f"{len(chosen)} factors are chosen. Choose at most {MOST_FACTORS}, before looking.")
    headache = day_values(marked, "headache_day")
    alone = [
        _association(name, lag, headache, _on_days(marked, factors, name, since)) for name, since in chosen.items()
    ]
    return [one._replace(q=q) for one, q in zip(alone, adjusted([one.p for one in alone]), strict=True)]


def adjusted(p: list[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values; what is not a number stays so, and is not counted.

    >>> [round(q, 3) for q in adjusted([0.01, 0.04, 0.03, float("nan")])]
    [0.03, 0.04, 0.04, nan]
    """
    from scipy.stats import false_discovery_control

    values = np.array(p, dtype=np.float64)
    known = ~np.isnan(values)
    if known.any():
        values[known] = false_discovery_control(values[known])
    return [float(q) for q in values]


def _on_days(marked: pd.DataFrame, factors: pd.DataFrame, name: str, since: date) -> Floats:
    """The values of one factor on the days of the diary, NaN where it was not written down, or not chosen yet."""
    first, length = day_grid(marked).first[0], len(marked)
    mine = factors.loc[(factors["name"] == name) & (factors["date"] >= pd.Timestamp(since))]
    at = day_number(mine["date"]) - first
    inside = (at >= 0) & (at < length)
    values = np.full(length, np.nan)
    values[at[inside]] = mine["value"].to_numpy(np.float64)[inside]
    return values


class Sample(NamedTuple):
    """The days at risk that can be used: whether a headache begins, the factor, and what it is adjusted for."""

    onset: Floats
    factor: Floats
    usual: Floats
    history: Floats


def _association(name: str, lag: int, headache: Floats, values: Floats) -> Association:
    sample = _sample(lag, headache, values)
    yes_no = bool(np.isin(sample.factor, (0, 1)).all())
    more = sample.factor > (0 if yes_no or not len(sample.factor) else np.median(sample.factor))
    found = Association(name, lag, _split(sample.onset[more]), _split(sample.onset[~more]))
    spread = float(sample.factor.std()) if len(sample.factor) else 0.0
    if found.onsets < LEAST_ONSETS or spread == 0:
        return found
    return _regression(found._replace(step=1.0 if yes_no else spread), sample)


def _split(onset: Floats) -> Split:
    return Split(int(onset.sum()), len(onset))


def _sample(lag: int, headache: Floats, values: Floats) -> Sample:
    """The days whose day before was headache-free, with the factor *lag* days earlier and what was usual then."""
    before = _shifted(headache, 1)
    factor = _shifted(values, lag)
    usual = _mean_before(values, FORTNIGHT, LEAST_FORTNIGHT)
    columns = headache, factor, _shifted(usual, lag), _mean_before(headache, HISTORY, LEAST_HISTORY)
    whole = (before == 0) & ~np.isnan(columns).any(axis=0)
    return Sample(*(column[whole] for column in columns))


def _shifted(values: Floats, days: int) -> Floats:
    """The value that stood so many days earlier."""
    return np.concatenate([np.full(min(days, len(values)), np.nan), values[:-days]])


def _mean_before(values: Floats, days: int, least: int) -> Floats:
    """The mean of the known values on the days before each day; NaN where fewer than *least* are known."""
    series = pd.Series(values).shift().rolling(days, min_periods=least)
    return series.mean().to_numpy(np.float64)


def _regression(found: Association, sample: Sample) -> Association:
    """The odds ratio of an onset for one step more, its limits and p-value; not a number where it has no limit."""
    from statsmodels.discrete.discrete_model import Logit

    rest = [column for column in (sample.usual / found.step, sample.history) if column.std() > 0]
    design = np.column_stack([sample.factor / found.step, *rest, np.ones(len(sample.onset))])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fit = Logit(sample.onset, design).fit(disp=0)
    except (Warning, np.linalg.LinAlgError):
        return found
    ratio, low, high = (float(limit) for limit in np.exp([fit.params[0], *fit.conf_int()[0]]))
    return found._replace(ratio=ratio, low=low, high=high, p=float(fit.pvalues[0]))
