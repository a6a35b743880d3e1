"""Wearing off: whether headache days rise again towards the end of a cycle.

The contrast is the rate of weeks 9-12 (days 56-83) minus the rate of weeks 5-8 (days 28-55), pooled over all cycles in
which both can be used. Its limits are those of :mod:`analysis.estimates.serial`, with the days in their place in the
calendar: the last day of one cycle's phase and the first of the next cycle's are not neighbours. Days 84 and later are
shown apart and are in neither phase.

Below three cycles it is described only. From three on, more headache days at the end are said to be there only where
the lower limit is above 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.serial import serial_newcombe_rows
from analysis.grid import Floats, Grid, Ints, day_grid
from analysis.outcome import LEAST_KNOWN, Slices, Sums, day_values, window_slices, window_sums
from analysis.rates import PER, Rate
from analysis.reports.words import count, interval, listed, number, signed

MIDDLE, END = "5-8", "9-12"
"""The phases that are compared, by their weeks."""

LEAST_CYCLES = 3
"""Cycles below which the contrast is described and not judged: a convention of this program."""

COLUMN = "headache_day"

CHUNK = 2048
"""Patients whose days are laid side by side at a time; bounds the memory."""

POWER = {1: 12, 2: 19, 3: 26, 4: 35}
"""How often, in per cent, a rise of 4 days per 28 would be seen, by the number of cycles: simulated by this project
(tests/benchmarks/wearoff.py) for 10 headache days per 28 and a lag-1 autocorrelation of .3."""


class WearOff(NamedTuple):
    """Weeks 9-12 against weeks 5-8 of one patient, pooled over *cycles*; *change* and its 95 % limits per 28 days."""

    cycles: int
    middle: Rate
    end: Rate
    change: float
    low: float
    high: float

    @property
    def flagged(self) -> bool:
        """Whether there are enough cycles, and the lower limit is above 0."""
        return self.cycles >= LEAST_CYCLES and self.low > 0

    def __str__(self) -> str:
        if not self.cycles:
            return (
                "Wearing off cannot be described: no cycle has enough logged days in both its weeks 5-8 and its "
                "weeks 9-12."
            )
        return f"{self._numbers()} {self._judged()}"

    def _numbers(self) -> str:
        return (
            f"Weeks 9-12 against weeks 5-8, {count(self.cycles, 'cycle')} pooled: {number(self.end.per_28)} against "
            f"{number(self.middle.per_28)} headache days per 28 days, a difference of {signed(self.change)} "
            f"(95 % interval {interval(self.low, self.high)})."
        )

    def _judged(self) -> str:
        if self.cycles < LEAST_CYCLES:
            return f"Described only: below {LEAST_CYCLES} cycles it is not judged. {power_sentence(self.cycles)}"
        if self.low > 0:
            return "Headache days were more frequent at the end of the cycles."
        if self.high < 0:
            return "Headache days were less frequent at the end of the cycles."
        return f"A difference between the phases is not shown. {power_sentence(self.cycles)}"


def power_sentence(cycles: int) -> str:
    """How often a rise of 4 days would be seen with so many cycles.

    >>> print(power_sentence(1))
    A rise of 4 days per 28 at the end of each cycle would be seen in 12 % of such diaries with 1 cycle (simulated by
    this project: 10 headache days per 28, autocorrelation .3).
    """
    most = max(POWER)
    with_cycles = count(cycles, "cycle") if cycles <= most else f"{most} cycles, and in more with {cycles}"
    return (
        f"A rise of 4 days per 28 at the end of each cycle would be seen in {POWER[min(cycles, most)]} % of such "
        f"diaries with {with_cycles} (simulated by this project: 10 headache days per 28, autocorrelation .3)."
    )


def patient_sentence(found: WearOff) -> str:
    """The same in plain words."""
    if not found.cycles:
        return "Your diary cannot yet set the last weeks of a round against the weeks before."
    numbers = (
        f"In weeks 5 to 8 after an injection you had about {number(found.middle.per_28)} headache days in 28 days. "
        f"In weeks 9 to 12 you had about {number(found.end.per_28)}."
    )
    if found.cycles < LEAST_CYCLES:
        return f"{numbers} It takes at least three rounds of injections to say if this is more than chance."
    if found.low > 0:
        return f"{numbers} So headaches came more often in the last weeks of a round."
    if found.high < 0:
        return f"{numbers} So headaches came less often in the last weeks of a round."
    return f"{numbers} The difference may be chance."


def wear_off(marked: pd.DataFrame, windows: pd.DataFrame) -> WearOff:
    """:func:`wear_off_table` for the one patient whose marked days and windows these are."""
    row = wear_off_table(marked, windows).iloc[0]
    middle, end = (
        Rate(float(row[f"{side}_total"]), int(row[f"{side}_known"]), int(row[f"{side}_days"])) for side in SIDES
    )
    return WearOff(int(row["cycles"]), middle, end, float(row["change"]), float(row["low"]), float(row["high"]))


def wear_off_table(marked: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Weeks 9-12 against weeks 5-8, a row for each patient.

    *marked* are marked days (:func:`analysis.definitions.mark_days`), *windows* the WINDOWS table. Columns: patient,
    cycles; headache days (``total``), days on which they are known and calendar days of each side (``middle_…``,
    ``end_…``); change, low and high per 28 days, not a number without a cycle. Every known day counts once, so that a
    cycle with more of them weighs more.
    """
    grid = day_grid(marked)
    used = _used(marked, windows, grid)
    rows: dict[str, Any] = {"patient": grid.patients.astype("string")}
    rows["cycles"] = np.bincount(used.patient[used.at_end], minlength=len(grid.patients))
    for side, mine in zip(SIDES, (~used.at_end, used.at_end), strict=True):
        for part in ("total", "known", "days"):
            rows[f"{side}_{part}"] = np.bincount(
                used.patient[mine], getattr(used.sums, part)[mine], minlength=len(grid.patients)
            )
    rows |= dict(zip(("change", "low", "high"), _limits(day_values(marked, COLUMN), grid, used), strict=True))
    return pd.DataFrame(rows)


SIDES = ("middle", "end")


class Used(NamedTuple):
    """The windows that are compared: whose, where among the days, what they add up to, and which are weeks 9-12."""

    patient: Ints
    slices: Slices
    sums: Sums
    at_end: NDArray[np.bool_]


def _used(marked: pd.DataFrame, windows: pd.DataFrame, grid: Grid) -> Used:
    """Weeks 5-8 and 9-12 of the cycles in which both are usable and the headache days of both are known."""
    mine = windows.loc[windows["usable"] & windows["phase"].isin([MIDDLE, END])]
    sums = _sums(marked, mine, grid)
    mine = mine.loc[sums.known >= LEAST_KNOWN * sums.asked]
    mine = mine.loc[mine.groupby(["patient", "cycle"])["phase"].transform("size") == 2]
    patient = grid.number(mine["patient"])
    slices = window_slices(grid, mine, patient)
    return Used(patient, slices, _sums(marked, mine, grid), (mine["phase"] == END).to_numpy(bool))


def _sums(marked: pd.DataFrame, windows: pd.DataFrame, grid: Grid) -> Sums:
    slices = window_slices(grid, windows, grid.number(windows["patient"]))
    return window_sums(marked, COLUMN, slices, windows["days"].to_numpy(np.int64))


def _limits(values: Floats, grid: Grid, used: Used) -> Floats:
    """Change and limits per 28 days, three rows, a column for each patient of the grid."""
    middle, end = (_only(values, used.slices, mine) for mine in (~used.at_end, used.at_end))
    found = np.full((3, len(grid.patients)), np.nan)
    at = np.unique(used.patient)
    for part in (at[i : i + CHUNK] for i in range(0, len(at), CHUNK)):
        change, low, high, _ = serial_newcombe_rows(_calendar(middle, grid, part), _calendar(end, grid, part))
        found[:, part] = PER * np.stack([change, low, high])
    return found


def _only(values: Floats, slices: Slices, which: NDArray[np.bool_]) -> Floats:
    """The values inside those windows, NaN elsewhere."""
    edge = np.zeros(len(values) + 1, np.int64)
    np.add.at(edge, slices.low[which], 1)
    np.add.at(edge, slices.high[which], -1)
    return np.where(np.cumsum(edge)[:-1] > 0, values, np.nan)


def _calendar(values: Floats, grid: Grid, patient: Ints) -> Floats:
    """The whole diaries of some patients, a row each, filled up with NaN behind their last day."""
    column = np.arange(int(grid.length[patient].max()))
    row = np.minimum(grid.offset[patient][:, None] + column, len(values) - 1)
    return np.where(column < grid.length[patient][:, None], values[row], np.nan)


def cycle_table(marked: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Each cycle by itself: what the pooled contrast is made of, and how long the cycle lasted.

    Columns: patient, cycle; headache days per 28 in weeks 5-8 (``middle``) and 9-12 (``end``), of usable windows; their
    ``difference``; ``interval``, days from this session to the next, and ``late_days``, how many of the diary's days
    lie past day 84, with their rate ``late``. What is not there is missing.
    """
    grid = day_grid(marked)
    sums = _sums(marked, windows, grid)
    rate = np.divide(PER * sums.total, sums.known, out=np.full(len(windows), np.nan), where=sums.known > 0)
    told = windows["usable"] & (sums.known >= LEAST_KNOWN * sums.asked)
    wide = windows.assign(rate=np.where(told, rate, np.nan)).pivot(
        index=["patient", "cycle"], columns="phase", values=["rate", "days"]
    )
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["rate", "days"], [MIDDLE, END, "late"]]))
    cycles = windows.loc[windows["phase"] == "cycle", ["patient", "cycle", "start"]]
    beside = wide.reindex(pd.MultiIndex.from_frame(cycles[["patient", "cycle"]]))
    later = cycles.groupby("patient")["start"].shift(-1)
    return pd.DataFrame(
        {
            "patient": cycles["patient"].to_numpy(),
            "cycle": cycles["cycle"].to_numpy(),
            "middle": beside["rate", MIDDLE].to_numpy(np.float64),
            "end": beside["rate", END].to_numpy(np.float64),
            "difference": (beside["rate", END] - beside["rate", MIDDLE]).to_numpy(np.float64),
            "interval": (later - cycles["start"]).dt.days.astype("Int32").to_numpy(),
            "late_days": beside["days", "late"].fillna(0).astype("Int32").to_numpy(),
            "late": beside["rate", "late"].to_numpy(np.float64),
        }
    )


def interval_sentence(cycles: pd.DataFrame) -> str:
    """The days between one patient's sessions, from :func:`cycle_table`, and the days past day 84."""
    known = cycles["interval"].dropna().astype(int).tolist()
    if not known:
        return "There is no second session yet, so no interval between sessions."
    days = listed([str(days) for days in known])
    past = int(cycles["late_days"].sum())
    late = f"{count(past, 'day')} past day 84 are shown apart." if past else "No day lies past day 84 of a cycle."
    return f"Days between sessions: {days}. {late}"
