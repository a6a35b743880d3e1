"""Placebo in time: the real comparison again, at dates on which nothing was injected.

Where at least six months of diary precede the first session, the same two windows (as long as the baseline and as the
cycle, and as far apart) are laid around sham session dates, one every seven days, such that both lie wholly before the
real first session. If changes as large as the real one turn up there, it is no more than this diary does by itself.
The sham windows overlap each other: their share is a description, not a p-value.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.serial import serial_newcombe_rows
from analysis.grid import Floats, Grid, Ints, day_grid, day_number, running_total
from analysis.outcome import day_values
from analysis.rates import PER
from analysis.reports.words import signed
from analysis.windows import BASELINE, BLOCK, CLOSINGS, COMPLETENESS, FULL, Completeness, Spans, least_blocks

LEAST_DIARY = 6 * BLOCK
"""Days of diary that must precede the first session."""
EVERY = 7
"""Days from one sham date to the next."""
MEASURE = "headache_day"
NOT_ENOUGH = (
    "Placebo in time cannot be shown: it needs six months of diary before the first session, "
    "and enough logged days in the windows that are compared."
)


class Sham(NamedTuple):
    """One comparison around a *session*: the change in headache days per 28 days, with its serial 95 % limits."""

    session: date
    change: float
    low: float
    high: float


class PlaceboInTime(NamedTuple):
    """The comparison of one *cycle* with the baseline, and the same at the sham dates, in the order of time."""

    cycle: int
    real: Sham
    shams: tuple[Sham, ...]

    @property
    def changes(self) -> Floats:
        """The sham changes, from the largest fall to the largest rise."""
        return np.sort([sham.change for sham in self.shams])

    @property
    def as_large(self) -> int:
        """How many sham changes are at least as large a fall as the real one."""
        return int((self.changes <= self.real.change + 1e-9).sum())

    @property
    def share(self) -> float:
        """The share of sham changes that are at least as large a fall as the real one, 0 to 1."""
        return self.as_large / len(self.shams)

    @property
    def rank(self) -> int:
        """The place of the real change among all, 1 = the largest fall; behind the sham changes that equal it."""
        return self.as_large + 1

    @property
    def clear(self) -> int:
        """How many sham comparisons have a 95 % interval that leaves out zero, with nothing injected."""
        return sum(sham.high < 0 or sham.low > 0 for sham in self.shams)

    def __str__(self) -> str:
        changes, count = self.changes, len(self.shams)
        return (
            f"Placebo in time (sham dates before treatment: {count}): the same comparison gave changes from "
            f"{signed(changes[0])} to {signed(changes[-1])} headache days per 28 days (median "
            f"{signed(np.median(changes))}). The change in cycle {self.cycle} was {signed(self.real.change)}; "
            f"sham changes that low or lower: {self.as_large} of {count}."
        )


def placebo_in_time(
    marked: pd.DataFrame, windows: pd.DataFrame, cycle: int, *, completeness: Completeness = COMPLETENESS
) -> PlaceboInTime | None:
    """The change in headache days of one patient's *cycle*, beside the changes at sham session dates.

    *marked* are the marked days and *windows* the WINDOWS table of one patient; a sham date is used where both of its
    windows are as complete as a usable window has to be. None where fewer than :data:`LEAST_DIARY` days precede the
    first session, where the real windows are not usable, or where no sham date is.
    """
    base, after = _window(windows, 0, "baseline"), _window(windows, cycle, "cycle")
    if base is None or after is None or len(marked) == 0:
        return None
    layout = Layout(base.days, after.start - base.end, after.days)
    grid = day_grid(marked)
    session = sham_sessions(layout, int(grid.first[0]), base.end)
    values = day_values(marked, MEASURE)
    session = session[_complete(layout, grid, values, session, completeness)]
    if base.end - grid.first[0] < LEAST_DIARY or not len(session):
        return None
    *shams, real = _compared(layout, grid, values, np.append(session, base.end))
    return PlaceboInTime(cycle, real, tuple(shams))


def placebo_sentence(found: PlaceboInTime | None) -> str:
    """What placebo in time says, or that it cannot be shown."""
    return NOT_ENOUGH if found is None else str(found)


class Window(NamedTuple):
    """First day and first day outside, as day numbers."""

    start: int
    end: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.end - self.start


class Layout(NamedTuple):
    """Days of the baseline, days from the session to the compared window, and days of that window."""

    baseline: int
    wait: int
    cycle: int


def _window(windows: pd.DataFrame, cycle: int, phase: str) -> Window | None:
    """The usable window of that cycle and phase."""
    rows = windows.loc[(windows["cycle"] == cycle) & (windows["phase"] == phase) & windows["usable"]]
    return Window(int(day_number(rows["start"])[0]), int(day_number(rows["end"])[0])) if len(rows) else None


def sham_sessions(layout: Layout, first_day: int, first_session: int) -> Ints:
    """Every seventh day, back from the last one whose windows lie between the diary's first day and the first session.

    >>> sham_sessions(Layout(28, 0, 84), first_day=0, first_session=133)
    array([28, 35, 42, 49])
    """
    last = first_session - layout.wait - layout.cycle
    return np.arange(last, first_day + layout.baseline - 1, -EVERY)[::-1]


def _complete(
    layout: Layout, grid: Grid, values: Floats, session: Ints, completeness: Completeness
) -> NDArray[np.bool_]:
    """Whether both windows of each sham session are usable, by the days on which the measure is known."""
    known = running_total(~np.isnan(values))
    begins = session + layout.wait
    sides = (session - layout.baseline, session), (begins, begins + layout.cycle)
    least = [least_blocks(grid, known, _spans(*side))[1] for side in sides]
    return np.asarray(np.minimum(*least) >= completeness.full)


def _spans(start: Ints, end: Ints) -> Spans:
    zero = np.zeros_like(start)
    return Spans(zero, zero, zero + BASELINE, start, end, zero + CLOSINGS.index(FULL))


def _compared(layout: Layout, grid: Grid, values: Floats, session: Ints) -> list[Sham]:
    """The comparison around each session; all windows lie inside the diary."""
    row = session - grid.first[0]
    before = values[(row - layout.baseline)[:, None] + np.arange(layout.baseline)]
    after = values[(row + layout.wait)[:, None] + np.arange(layout.cycle)]
    change, low, high, _ = serial_newcombe_rows(before, after)
    dates = session.astype("datetime64[D]").tolist()
    return [Sham(*found) for found in zip(dates, *(PER * limit for limit in (change, low, high)), strict=True)]
