"""What adds up: counts of values, and sums for the model, of any number of patients.

A tally holds whole numbers only, so that adding up in any order, on any number of machines, gives the very same
answer. Values are kept to four decimals: a rate to 0.0001 days per 28.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ALL = "all"
"""The group of everybody."""

NO_CYCLE = -1
"""The cycle of what belongs to no cycle."""

PLACES = 4
SCALE = 10**PLACES

KEY = ["question", "group", "cycle", "value"]


class Tally(NamedTuple):
    """How often each value was found, and the sums that a model needs.

    *counts*: ``question``, ``group``, ``cycle`` (−1 = none), ``value`` and ``n``, how many had it.
    *moments*: ``group``, ``pattern`` (which visits are known, such as "1101"), ``n``, and for every pair of known
    visits the sums ``s<i>`` and products ``q<i>_<j>`` of their values times 10,000 (products: times 10⁸).
    """

    counts: pd.DataFrame
    moments: pd.DataFrame


def count_values(question: str, group: Any, cycle: Any, value: Any) -> pd.DataFrame:
    """The counts of one question: how often each value occurs in each group and cycle; unknown ones are left out.

    >>> count_values("change", ["a", "a", "b"], 1, [-2.0, -2.0, None])[["group", "value", "n"]]
      group  value  n
    0     a   -2.0  2
    """
    numbers = pd.Series(value, dtype="Float64").to_numpy(float, na_value=np.nan)
    group, cycle = (np.broadcast_to(np.asarray(given), numbers.shape) for given in (group, cycle))
    frame = pd.DataFrame(
        {"question": question, "group": group, "cycle": cycle, "value": np.round(numbers, PLACES) + 0.0}
    )
    return _summed(frame.dropna(subset="value").assign(n=1))


def count_words(question: str, group: Any, cycle: Any, words: Any, known: Sequence[str]) -> pd.DataFrame:
    """The counts of a question that is answered in words: the value is the word's place among the *known* ones."""
    places = pd.Series(words, dtype="object").map({word: place for place, word in enumerate(known)})
    return count_values(question, group, cycle, places)


def _summed(frame: pd.DataFrame) -> pd.DataFrame:
    summed: pd.DataFrame = frame.groupby(KEY, sort=True, as_index=False, observed=True)[["n"]].sum()
    return summed


def join_counts(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The counts of several questions, in one order."""
    return _summed(pd.concat(list(parts), ignore_index=True))


def moments(group: Any, visits: Any) -> pd.DataFrame:
    """The sums that the model needs, by group and by which visits are known.

    *visits*: a row for each patient and a column for each visit, NaN where it is not known. Patients without any
    known visit are left out.

    >>> moments(["a", "a"], [[1.0, 2.0], [3.0, np.nan]])[["pattern", "n", "s0", "s1", "q0_1"]].to_numpy().tolist()
    [['10', 1, 30000, 0, 0], ['11', 1, 10000, 20000, 200000000]]
    """
    values = np.asarray(visits, dtype=float)
    there = ~np.isnan(values)
    whole = np.where(there, np.round(values * SCALE), 0).astype(np.int64)
    names = np.array(["0", "1"])[there.astype(int)]
    group = np.broadcast_to(np.asarray(group), len(values))
    columns: dict[str, Any] = {"group": group, "pattern": list(map("".join, names)), "n": 1}
    columns |= {f"s{one}": whole[:, one] for one in range(values.shape[1])}
    columns |= {f"q{one}_{other}": whole[:, one] * whole[:, other] for one, other in _pairs(values.shape[1])}
    return _totalled(pd.DataFrame(columns).loc[there.any(axis=1)])


def _totalled(frame: pd.DataFrame) -> pd.DataFrame:
    totals: pd.DataFrame = frame.groupby(["group", "pattern"], sort=True, as_index=False).sum()
    return totals


def _pairs(visits: int) -> list[tuple[int, int]]:
    return [(one, other) for one in range(visits) for other in range(one, visits)]


def add_up(tallies: Iterable[Tally]) -> Tally:
    """All tallies as one. The order does not matter.

    >>> one = Tally(count_values("units", "all", -1, [155.0]), moments("all", [[1.0]]))
    >>> add_up([one, one]).counts["n"].tolist()
    [2]
    """
    every = list(tallies)
    sums = pd.concat([each.moments for each in every], ignore_index=True)
    return Tally(join_counts(each.counts for each in every), _totalled(sums))


class Summary(NamedTuple):
    """*n* values: mean, standard deviation, median and quartiles; not a number where there is none."""

    n: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float


def values_of(tally: Tally, question: str, group: str = ALL, cycle: int = NO_CYCLE) -> pd.Series[int]:
    """How many had each value, by value, from the lowest on."""
    counts = tally.counts
    mine = (counts["question"] == question) & (counts["group"] == group) & (counts["cycle"] == cycle)
    return counts.loc[mine].set_index("value")["n"].sort_index()


def summary(counts: pd.Series[int]) -> Summary:
    """The summary of values and how many had each; quantiles as numpy's default (linear) gives them.

    >>> summary(pd.Series([1, 2, 1], index=[10.0, 20.0, 40.0]))
    Summary(n=4, mean=22.5, sd=12.583057392117917, median=20.0, q1=17.5, q3=25.0)
    """
    n = int(counts.sum())
    if not n:
        return Summary(0, *[float("nan")] * 5)
    value, times = counts.index.to_numpy(float), counts.to_numpy(np.int64)
    mean = float((value * times).sum() / n)
    sd = float(np.sqrt((times * (value - mean) ** 2).sum() / (n - 1))) if n > 1 else float("nan")
    q1, median, q3 = (_quantile(value, times, share) for share in (0.25, 0.5, 0.75))
    return Summary(n, mean, sd, median, q1, q3)


def _quantile(value: Any, times: Any, share: float) -> float:
    """The quantile, between the two values whose places it falls between."""
    ends = np.cumsum(times)
    place = share * (ends[-1] - 1)
    places = np.floor(place), min(np.floor(place) + 1, ends[-1] - 1)
    below, above = value[np.searchsorted(ends, places, side="right")]
    return float(below + (place - np.floor(place)) * (above - below))
