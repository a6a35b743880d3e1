"""What all rule sets share: the case they look at, the verdict they give, and how windows are compared.

Counts are compared as whole numbers, so that exactly 30 % is 30 %. Where the days that are missing could turn
the answer, it is "cannot tell".
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Floats, Grid, Ints, day_grid
from analysis.months import (
    MONTH,
    blocks_before,
    diary_end,
    figures,
    first_session,
    month_counts,
    months_before,
    span_sums,
)
from analysis.outcome import Sums, window_slices, window_sums
from analysis.truth import NO, UNKNOWN, answers, reaches, words
from analysis.windows import ENDS

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"
COLUMNS = ("patient", "rule", "verdict", "because", "window", "flips")
BASELINE, CYCLE = "baseline", "cycle"
TURNED = " The days that are missing could turn the answer."


class Verdict(NamedTuple):
    """What a rule says, the counts that give it, the days it looked at, and what would give another answer.

    *flips* names the other windows and definitions under which the verdict differs; empty where none that was
    looked at does.
    """

    rule: str
    verdict: str
    because: str
    window: str = ""
    flips: str = ""


class Case(NamedTuple):
    """What a rule set looks at: marked days, windows, treatments, the last day that may be used, scores and visits.

    *scores* is the SCORES table, *consultations* what was noted at visits; None = nothing is known of them.
    """

    marked: pd.DataFrame
    windows: pd.DataFrame
    treatments: pd.DataFrame
    as_of: date | None = None
    scores: pd.DataFrame | None = None
    consultations: pd.DataFrame | None = None


def verdicts(grid: Grid, rule: str, answer: Ints, because: Any, window: str, flips: Any = "") -> pd.DataFrame:
    """One rule's answers as rows of the verdict table."""
    rows = (grid.patients, rule, words(answer, MET, CANNOT_TELL, NOT_MET), because, window, flips)
    return pd.DataFrame(dict(zip(COLUMNS, rows, strict=True))).astype("string")


# --- windows


class Found(NamedTuple):
    """One window of each patient: its counted days, whether it is there, over, and usable, and why not."""

    sums: Sums
    there: Any
    over: Any
    usable: Any
    reason: Any


def window_of(case: Case, grid: Grid, cycle: int, phase: str, column: str = "headache_day") -> Found:
    """The days so marked in that window; nothing counted, and not usable, for patients who have none."""
    mine = case.windows.loc[(case.windows["cycle"] == cycle) & (case.windows["phase"] == phase)]
    at = grid.number(mine["patient"])
    sums = window_sums(case.marked, column, window_slices(grid, mine, at), mine["days"].to_numpy(np.int64))
    n = len(grid.patients)
    return Found(
        Sums._make(_spread(n, at, part) for part in sums),
        _spread(n, at, np.ones(len(mine), bool)),
        _spread(n, at, (mine["closed_by"] != ENDS).to_numpy(bool)),
        _spread(n, at, mine["usable"].to_numpy(bool)),
        _spread(n, at, mine["reason"].to_numpy(object), ""),
    )


def _spread(n: int, at: Ints, values: Any, nothing: Any = 0) -> Any:
    """The values at their patients' places among *n*; nothing elsewhere."""
    spread = np.full(n, nothing, dtype=values.dtype)
    spread[at] = values
    return spread


def fell(before: Found, after: Found, percent: int) -> Ints:
    """Whether days fell by at least so many per cent: unknown where a window is not usable, or the missing days decide.

    A baseline without such a day has nothing to fall from.
    """
    b, a = before.sums, after.sums
    gap0, gap1 = b.days - b.known, a.days - a.known
    hard = _short(b.total, b.days, a.total + gap1, a.days, percent)
    easy = _short(b.total + gap0, b.days, a.total, a.days, percent)
    told = comparable(before, after)
    return answers(told & ~hard & ~easy, told & hard & easy)


def one_way(before: Found, after: Found, percent: int) -> Ints:
    """:func:`fell` as one way among several to reach a rule: surely not where the baseline surely has no such day."""
    none = before.sums.total + before.sums.days - before.sums.known == 0
    return np.where(before.usable & after.usable & none, NO, fell(before, after, percent))


def comparable(before: Found, after: Found) -> Any:
    """Where both windows are usable and the first has a day that can fall."""
    return before.usable & after.usable & (before.sums.total > 0)


def _short(before: Floats, before_days: Ints, after: Floats, after_days: Ints, percent: int) -> Any:
    """Whether the rate after exceeds (100 − percent) % of the rate before, in whole numbers."""
    kept = (100 - percent) * before.astype(np.int64) * after_days
    return 100 * after.astype(np.int64) * before_days > kept


def counted(name: str, sums: Sums, what: str = "headache days") -> Any:
    """Such as "Baseline 20 headache days on 28 logged days"."""
    return f"{name} " + figures(sums.total) + f" {what} on " + figures(sums.known) + " logged days"


def fewer(before: Sums, after: Sums) -> Any:
    """The change in words: "31.0 % fewer" or "4.2 % more"; cut, not rounded, so that 29.98 % is not said to be 30."""
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = 100 * (1 - (after.total / after.known) / (before.total / before.known))
    fall = np.nan_to_num(fall, posinf=0, neginf=0)
    cut = np.floor(np.round(10 * np.abs(fall), 6)) / 10
    return figures(cut, 1) + np.where(fall >= 0, " % fewer", " % more").astype(object)


def compared(before: Found, after: Found, name: str, answer: Ints, also: Any = "") -> Any:
    """The counts of the baseline and of one later window, what is said beside them; or why they are not compared."""
    text = counted("Baseline", before.sums) + counted(f"; {name}", after.sums) + ": "
    text = text + fewer(before.sums, after.sums) + "." + also
    told = comparable(before, after)
    text = text + np.where(told & (answer == UNKNOWN), TURNED, "").astype(object)
    return np.where(told, text, not_compared(before, after, name))


def not_compared(before: Found, after: Found, name: str) -> Any:
    """Why the baseline and one later window are not compared."""
    lacks_base = np.where(before.usable, "", "Baseline: " + before.reason + ".").astype(object)
    there = f"{name[:1].upper()}{name[1:]}: " + after.reason + "."
    lacks_after = np.where(after.there, there, f"There is no {name} yet.")
    lacks_after = np.where(after.usable, "", lacks_after).astype(object)
    both = pd.Series(lacks_base + " " + lacks_after).str.strip().to_numpy(object)
    both = np.where(both == "", "The baseline has no headache day.", both)
    return np.where(before.there, both, "No therapeutic botulinum session is recorded.")


def part(before: Found, after: Found, what: str) -> Any:
    """One component in a list of several: "headache days 20.0 → 9.0 per 28 (55.0 % fewer)", or that it is not known."""
    said = f"{what} " + per_28(before.sums) + " → " + per_28(after.sums) + " per 28"
    said = said + np.where(before.sums.total > 0, " (" + fewer(before.sums, after.sums) + ")", "").astype(object)
    known = before.usable & after.usable & (before.sums.known > 0) & (after.sums.known > 0)
    return np.where(known, said, f"{what} not known")


def per_28(sums: Sums) -> Any:
    """Days per 28 known ones, as text."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return figures(np.nan_to_num(28 * sums.total / sums.known), 1)


# --- calendar months

MONTHS = 3
"""Consecutive calendar months that rules for stopping after success look at."""
LAST_MONTHS = "the last three whole calendar months"
BLOCKS = "blocks of 28 days"
BORDERLINE = " Borderline: counted in blocks of 28 days, the answer would differ."
NO_MONTHS = "Three whole calendar months after the first session are not in the diary yet."


class Limit(NamedTuple):
    """Fewer than *below* days a month; a *prorated* month, which may be a fraction, has at most so many."""

    below: int
    prorated: float

    def kept(self, scaled: Floats) -> Any:
        """Whether each month, scaled from the days that are known, keeps the limit."""
        return scaled <= self.prorated if self.prorated < self.below else scaled < self.below


def fewer_than(below: int) -> Limit:
    """Fewer than so many days a month, also of a prorated month."""
    return Limit(below, below)


def at_most(most: int) -> Limit:
    """At most so many days a month: 6.5 prorated days are more than 6."""
    return Limit(most + 1, most)


def months_keep(
    case: Case, rule: str, limit: Limit, column: str = "headache_day", named: str = "Headache days"
) -> pd.DataFrame:
    """Verdicts on each of the last three whole calendar months after the first session: does it keep the limit?"""
    grid = day_grid(case.marked)
    first, end = first_session(case.treatments, grid, case.as_of), diary_end(grid, case.as_of)
    edges = months_before(end, MONTHS)
    months, blocks = (span_sums(case.marked, grid, column, at) for at in (edges, blocks_before(end, MONTHS)))
    enough = (edges[:, 0] >= first) & (edges[:, 0] >= grid.first)
    answer = np.where(enough, (-reaches(months, limit.below)).min(axis=1), UNKNOWN)
    by_month, by_block = prorated(months, months.days, limit), prorated(blocks, MONTH, limit)
    text = month_counts(edges, months, named) + "."
    text = text + np.where(enough & (by_month * by_block < 0), BORDERLINE, "").astype(object)
    other = f"{BLOCKS} (" + words(by_block, MET, CANNOT_TELL, NOT_MET) + ")"
    flips = np.where(answer * by_block < 0, other, "")
    return verdicts(grid, rule, answer, np.where(enough, text, NO_MONTHS), LAST_MONTHS, flips)


def prorated(sums: Sums, length: Any, limit: Limit) -> Ints:
    """Whether every span, scaled from its known days to *length* days, keeps the limit; unknown where none is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = limit.kept(sums.total * length / sums.known).all(axis=1)
    known = (sums.known > 0).all(axis=1)
    return answers(known & kept, known & ~kept)
