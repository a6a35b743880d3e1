"""The Hull clinic's responder: any of three, of which each alone is easier to reach by chance than it sounds.

At least 50 % fewer headache days, or at least 50 % fewer migraine days, or at least twice as many days free of
headache ("crystal clear"), in the month after treatment against the month before. Having three ways to respond
raises the share of people who respond by chance; :func:`chance` computes it for a diary's own numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grid import day_grid
from analysis.rules.base import BASELINE, Case, Found, one_way, part, verdicts, window_of
from analysis.truth import answers
from analysis.windows import BLOCK

NAME = "hull"
SOURCE = "Hull clinic (2014), J Headache Pain, https://doi.org/10.1186/1129-2377-15-54"

HULL = "hull responder: half the headache days, or half the migraine days, or twice the headache-free days"
WINDOW = "weeks 1-4 of cycle 2 against the baseline"

RUNS = 4000
SEED = 20140815
CORRELATION = 0.3
"""Correlation of one day with the next in the simulated diaries: days come in runs. Assumed."""


def hull_responder(case: Case) -> pd.DataFrame:
    """Whether one of the three is reached in the month after the second session; all three are said."""
    grid = day_grid(case.marked)
    pairs = {what: _pair(case, grid, column) for what, column in COMPONENTS.items()}
    halved = [one_way(*pairs[what], 50) for what in ("headache days", "migraine days")]
    doubled = at_least_twice(*pairs["headache-free days"])
    answer = np.maximum(np.maximum(*halved), doubled)
    text: Any = ""
    for what, pair in pairs.items():
        text = text + ("" if what == "headache days" else "; ") + part(*pair, what)
    text = pd.Series(text).str.replace("^h", "H", regex=True).to_numpy(object)
    because = text + "." + _by_chance(pairs["headache days"], pairs["migraine days"])
    return verdicts(grid, HULL, answer, because, WINDOW)


COMPONENTS = {"headache days": "headache_day", "migraine days": "migraine_day", "headache-free days": "clear_day"}


def _pair(case: Case, grid: Any, column: str) -> tuple[Found, Found]:
    return window_of(case, grid, 0, BASELINE, column), window_of(case, grid, 2, "1-4", column)


def at_least_twice(before: Found, after: Found) -> Any:
    """Whether days became at least twice as many; unknown where there was none and now is one: nothing doubles."""
    b, a = before.sums, after.sums
    gap0, gap1 = b.days - b.known, a.days - a.known
    told = before.usable & after.usable
    surely = (b.total > 0) & (a.total * b.days >= 2 * (b.total + gap0) * a.days)
    possibly = (a.total + gap1) * b.days >= 2 * b.total * a.days
    none = (b.total == 0) & (a.total + gap1 == 0)
    return answers(told & surely, told & (~possibly | none))


# --- what chance alone would do


class Chance(NamedTuple):
    """How often each component, and any of the three, is reached in simulated diaries in which nothing changes, 0-1."""

    headache: float
    migraine: float
    clear: float
    any: float

    def __str__(self) -> str:
        return (
            f"By chance: in {RUNS} simulated diaries with these numbers and no change, any of the three is "
            f"reached in {_share(self.any)}, half the headache days in {_share(self.headache)}"
        )


def _share(reached: float) -> str:
    return f"{100 * reached:.0f} %" if reached > 0.005 else "fewer than 1 %"


@lru_cache(maxsize=2048)
def chance(headache: int, migraine: int, before_days: int = BLOCK, after_days: int = BLOCK) -> Chance:
    """What chance alone reaches, with so many headache and migraine days per 28 before and after alike.

    A day repeats the one before with probability :data:`CORRELATION`, and is drawn anew otherwise, so that days
    come in runs. People who start in a bad month reach more than this. Seeded: the same numbers give the same answer.

    >>> few, many = chance(8, 4), chance(20, 10)
    >>> few.headache <= few.any, many.any > many.headache
    (True, True)
    """
    state = _simulated(headache / BLOCK, min(migraine, headache) / BLOCK, before_days + after_days)
    counts = [(state >= 1), (state == 2), (state == 0)]
    h, m, c = ((days[:, :before_days].sum(1), days[:, before_days:].sum(1)) for days in counts)
    reached = [_halved(h, before_days, after_days), _halved(m, before_days, after_days)]
    reached.append((c[0] > 0) & (c[1] * before_days >= 2 * c[0] * after_days))
    each = [float(hits.mean()) for hits in reached]
    return Chance._make([*each, float(np.logical_or.reduce(reached).mean())])


def _halved(counts: tuple[Any, Any], before_days: int, after_days: int) -> NDArray[np.bool_]:
    before, after = counts
    return np.asarray((before > 0) & (2 * after * before_days <= before * after_days))


def _simulated(headache: float, migraine: float, days: int) -> NDArray[np.int8]:
    """Diaries of 0 free, 1 headache, 2 migraine: a row a diary."""
    random = np.random.default_rng(SEED)
    drawn = random.random((RUNS, days))
    fresh = random.random((RUNS, days)) >= CORRELATION
    origin = np.maximum.accumulate(np.where(fresh, np.arange(days), 0), axis=1)
    value = np.take_along_axis(drawn, origin, axis=1)
    return ((value < headache).astype(np.int8) + (value < migraine)).astype(np.int8)


def _by_chance(headache: tuple[Found, Found], migraine: tuple[Found, Found]) -> Any:
    """The chance sentence of each patient, computed once for each set of numbers that occurs; empty where untold."""
    (h0, h1), (m0, m1) = headache, migraine
    told = h0.usable & h1.usable & (m0.sums.known > 0) & (m1.sums.known > 0)
    rates = (_whole_rate(h0), _whole_rate(m0), h0.sums.days, h1.sums.days)
    keys = np.stack([np.where(told, values, 0) for values in rates], axis=1)
    different, which = np.unique(keys, axis=0, return_inverse=True)
    said = [f" {chance(*map(int, key))}." if key[2] else "" for key in different]
    return np.array(said, dtype=object)[which.ravel()]


def _whole_rate(found: Found) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.rint(np.nan_to_num(BLOCK * found.sums.total / found.sums.known)).astype(np.int64)
