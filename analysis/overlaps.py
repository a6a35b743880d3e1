"""Secondary rows: how little the weeks of a cycle overlap with those of the baseline.

Counts by week, of the weeks with at least five logged days, scaled to seven; the formulas are those of
:mod:`analysis.estimates.overlap`. They take weeks as independent of each other, which weeks of one person are not, so
they stand beside the interval of the change and never instead of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.estimates import overlap
from analysis.grid import Floats, day_grid, day_number
from analysis.outcome import Slices, window_sums
from analysis.reports.words import count, number, signed

WEEK = 7
LEAST_LOGGED = 5
"""Logged days from which a week has a count."""

LEAST_WEEKS = 3
"""Weeks with a count that each side needs: a convention of this program."""

ASSUMES = "assumes independent weeks"


class Overlap(NamedTuple):
    """The weeks of one cycle against those of the baseline: NAP 0-1, Tau −1 to 1, and the log response ratio.

    *lrr* is negative where the weeks have fewer headache days, *lrr_error* its standard error; both are not a number
    where a side has none at all.
    """

    patient: str
    cycle: int
    before_weeks: int
    after_weeks: int
    nap: float
    tau: float
    lrr: float
    lrr_error: float

    def __str__(self) -> str:
        if np.isnan(self.nap):
            return (
                f"Cycle {self.cycle}, weekly counts: cannot tell ({count(self.before_weeks, 'week')} of the baseline "
                f"and {self.after_weeks} of the cycle have {LEAST_LOGGED} logged days; {LEAST_WEEKS} each are needed)."
            )
        weeks = f"{self.before_weeks} weeks of the baseline, {self.after_weeks} of the cycle"
        ratio = f"{signed(self.lrr, 2)} (SE {number(self.lrr_error, 2)})" if not np.isnan(self.lrr) else "cannot tell"
        return (
            f"Cycle {self.cycle}, headache days by week ({weeks}): NAP {number(self.nap, 2)}, "
            f"Tau {signed(self.tau, 2)}, log response ratio {ratio}; {ASSUMES}."
        )

    def patient_sentence(self) -> str:
        """The same in plain words."""
        if np.isnan(self.nap):
            return "Too few weeks are filled in to set one week against another."
        return (
            f"Take one week from before and one from round {self.cycle}. The later week has fewer headache days "
            f"about {round(100 * self.nap)} times in 100, if a tie counts as half."
        )


def overlaps(marked: pd.DataFrame, windows: pd.DataFrame, column: str = "headache_day") -> list[Overlap]:
    """The weeks of each whole cycle against those of its patient's baseline, by patient and cycle.

    *marked* are marked days (:func:`analysis.definitions.mark_days`), *windows* the WINDOWS table. A week is counted
    from the first day of its window.
    """
    mine = windows.loc[windows["phase"].isin(["baseline", "cycle"])]
    weeks = [row[~np.isnan(row)] for row in weekly_counts(marked, mine, column)]
    keys = list(zip(mine["patient"], mine["cycle"], strict=True))
    counted = dict(zip(keys, weeks, strict=True))
    return [overlap_of(who, int(cycle), counted[who, 0], counted[who, cycle]) for who, cycle in keys if cycle > 0]


def overlap_of(patient: str, cycle: int, before: Floats, after: Floats) -> Overlap:
    """The effect sizes of two series of weekly counts, or none of them where a side has too few weeks.

    >>> found = overlap_of("P1", 1, np.array([5.0, 6, 4, 6]), np.array([5.0, 4, 3, 3, 2, 3, 2, 2, 3, 3, 4, 4]))
    >>> print(found)
    Cycle 1, headache days by week (4 weeks of the baseline, 12 of the cycle): NAP 0.94, Tau +0.88,
    log response ratio −0.51 (SE 0.12); assumes independent weeks.
    """
    if min(len(before), len(after)) < LEAST_WEEKS:
        return Overlap(patient, cycle, len(before), len(after), *[float("nan")] * 4)
    sizes = overlap.nonoverlap(before, after), overlap.tau(before, after), *overlap.log_ratio(before, after)
    return Overlap(patient, cycle, len(before), len(after), *sizes)


def weekly_counts(marked: pd.DataFrame, windows: pd.DataFrame, column: str) -> Floats:
    """A row for each window and a column for each of its weeks: the count scaled to seven days, NaN where too few.

    The last week of a window may be a short one.
    """
    grid = day_grid(marked)
    start, end = day_number(windows["start"]), day_number(windows["end"])
    most = int(-(-(end - start).max(initial=0) // WEEK))
    first = np.minimum(start[:, None] + WEEK * np.arange(most), end[:, None])
    last = np.minimum(first + WEEK, end[:, None])
    who = np.broadcast_to(grid.number(windows["patient"])[:, None], first.shape)
    sums = window_sums(marked, column, Slices(grid.rows(who, first), grid.rows(who, last)), last - first)
    counted = sums.known >= LEAST_LOGGED
    return np.divide(WEEK * sums.total, sums.known, out=np.full(first.shape, np.nan), where=counted)
