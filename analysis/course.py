"""The long course: every cycle over the years, how the sessions lay, and the best, the typical and the latest cycle.

A cycle is told by its first 84 days against the baseline, as in the OUTCOMES table; days past week 12 are in no number
here. How a session lies in time is named by the days since the one before (:data:`TIMINGS`).

The best of many cycles is partly chance: the lowest of ten equal cycles is lower than any of them was meant to be. So
it is shown and never tested. Whether headache days have risen over the years is told by two groups of cycles that are
chosen by their place alone: the mean of the latest three usable cycles minus the mean of the first three. Below six
usable cycles it is not computed. Its 95 % limits are the wider, at each end, of two intervals:

1. Student's t with the cycles as units (two groups of three, 4 degrees of freedom), which holds also where cycles vary
   of their own accord;
2. that of :mod:`analysis.estimates.serial` with the days as units, in their place in the calendar, which holds also
   where three cycles happen to be alike.

Where nothing changes they hold no difference in 94 to 98 of 100 diaries, whether cycles differ by chance alone or with
a standard deviation of up to 3 days per 28; the second alone does so in 66 to 95 (tests/benchmarks/course.py). Neither
allows for what else changed in those years.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.serial import serial_newcombe
from analysis.followup import LATE, RESTART
from analysis.grid import Floats, day_number
from analysis.outcome import day_values
from analysis.rates import PER
from analysis.reports.words import count, day, interval, listed, number, signed
from analysis.windows import CYCLE, is_therapeutic

ON_TIME = (CYCLE, LATE)
"""Days from one session to the next, from 12 to 16 weeks: fewer are early, more are late."""

TIMINGS = ("first", "early", "on time", "late", "restart")
"""How a session lies in time: by the days since the one before, under 84, 84-112, 113-182, or more."""

GROUP = 3
"""Cycles at each end that are compared, where there are twice as many."""

LEVEL = 0.95

POWER = "a rise of 4 days per 28 would be shown in 19 to 42 % of such diaries (simulated by this project)"
"""Simulated in tests/benchmarks/course.py: 10 headache days per 28, autocorrelation .3; cycles that differ by chance
alone (42 %) or with a standard deviation of up to 3 days (19 %)."""

COLUMN = "headache_day"

Flags = NDArray[np.bool_]


def course_table(windows: pd.DataFrame, outcomes: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """One row for each patient and cycle, in order.

    Columns: patient, cycle; ``session``, its day; ``since``, days since the session before; ``timing``, one of
    :data:`TIMINGS`; units, unit, sites and product of the session, missing where not known, units also where two
    products were given on one day. Of days 0-83: ``end``, the first day outside; ``headache`` and
    ``moderate_severe``, days per 28, missing where they cannot be told; ``logged`` of ``days``; ``before``, the
    baseline; ``change`` with ``low`` and ``high``; ``usable``, and ``reason`` where not.
    """
    cycles = windows.loc[windows["phase"] == "cycle"].sort_values(["patient", "cycle"], ignore_index=True)
    since = cycles.groupby("patient")["start"].diff().dt.days.astype("Int32")
    shown = cycles[["patient", "cycle", "start", "end", "days", "usable", "reason"]].rename(
        columns={"start": "session"}
    )
    shown = shown.assign(since=since, timing=session_timing(since))
    shown = shown.merge(_given(treatments), how="left", on=["patient", "session"])
    return shown.merge(_rates(outcomes), how="left", on=["patient", "cycle"])[COLUMNS]


COLUMNS = [
    *("patient", "cycle", "session", "end", "since", "timing", "product", "units", "unit", "sites"),
    *("headache", "logged", "days", "before", "change", "low", "high", "moderate_severe", "usable", "reason"),
]


def session_timing(since: pd.Series[int]) -> pd.Series[str]:
    """How sessions lie in time, one of :data:`TIMINGS`, by the days since the one before; missing is the first.

    >>> session_timing(pd.Series([None, 83, 84, 112, 113, 182, 183], dtype="Int32")).tolist()
    ['first', 'early', 'on time', 'on time', 'late', 'late', 'restart']
    """
    named = pd.cut(since.astype("Float64"), [-1, ON_TIME[0] - 1, ON_TIME[1], RESTART, np.inf], labels=TIMINGS[1:])
    return named.astype("string").fillna(TIMINGS[0])


def _given(treatments: pd.DataFrame) -> pd.DataFrame:
    """What was given on each day with a therapeutic session: two on one day are one session."""
    mine = treatments.loc[is_therapeutic(treatments)].rename(columns={"start": "session"})
    days = mine.groupby(["patient", "session"])
    given = days[["product", "unit"]].first()
    given[["units", "sites"]] = days[["amount", "sites"]].sum(min_count=1)
    given.loc[days["product"].nunique() > 1, "units"] = pd.NA
    return given.reset_index()


def _rates(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Each whole cycle's headache days against the baseline, with its moderate or severe ones."""
    whole = outcomes.loc[outcomes["phase"] == "cycle"]
    names = {"after": "headache", "after_logged": "logged"}
    rates = whole.loc[whole["measure"] == "headache_days"].rename(columns=names)
    severe = whole.loc[whole["measure"] == "moderate_severe_days"].rename(columns={"after": "moderate_severe"})
    columns = ["patient", "cycle", "headache", "logged", "before", "change", "low", "high"]
    return rates[columns].merge(severe[["patient", "cycle", "moderate_severe"]], how="left", on=["patient", "cycle"])


class Drift(NamedTuple):
    """Means of the first three and of the latest three usable cycles, their difference and its 95 % limits.

    All in headache days per 28 days.
    """

    first: float
    latest: float
    change: float
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"The mean of the latest {GROUP} usable cycles against that of the first {GROUP}: {number(self.latest)} "
            f"against {number(self.first)} headache days per 28 days, a difference of {signed(self.change)} "
            f"(95 % interval {interval(self.low, self.high)}). {self._judged()}"
        )

    def _judged(self) -> str:
        if self.low > 0:
            said = "Headache days were more frequent in the latest cycles."
        elif self.high < 0:
            said = "Headache days were less frequent in the latest cycles."
        else:
            said = f"A rise or fall over the years is not shown; {POWER}."
        return (
            f"{said} The interval allows for headache days that come in runs, not for what else changed in that time."
        )


class Course(NamedTuple):
    """One patient's long course. *table* is the :func:`course_table`, *open_days* the days since the last session
    at the end of the diary, *drift* None where there are fewer than six usable cycles.
    """

    table: pd.DataFrame
    open_days: int
    drift: Drift | None

    @property
    def usable(self) -> pd.DataFrame:
        """The cycles that can be compared with each other, in order."""
        return self.table[self.table["usable"] & self.table["headache"].notna()]

    @property
    def restarts(self) -> pd.DataFrame:
        """The cycles that began after more than :data:`RESTART` days without a session."""
        return self.table[self.table["timing"] == "restart"]

    @property
    def stopped(self) -> bool:
        """Whether the diary goes on for more than :data:`RESTART` days after the last session."""
        return self.open_days > RESTART

    def sentences(self) -> tuple[str, ...]:
        """The course in sentences: cycles, intervals, stops, units, and whether it changed over the years."""
        if self.table.empty:
            return ("There is no session in this diary yet, so there is no course to show.",)
        return tuple(
            text for text in (self._cycles(), self._intervals(), self._stops(), self._units(), self._drift()) if text
        )

    def _cycles(self) -> str:
        used = self.usable
        sessions = f"{count(len(self.table), 'session')} since {day(self.table['session'].iloc[0])}"
        if used.empty:
            return f"{sessions}; no cycle has enough logged days to be compared with another."
        rates, latest = used["headache"], used.iloc[-1]
        base = "" if pd.isna(latest["before"]) else f"; the baseline is {number(latest['before'])}"
        if len(used) == 1:
            return (
                f"{sessions}; only cycle {latest['cycle']} has enough logged days: {number(rates.iloc[0])}{UNIT}{base}."
            )
        best = used.sort_values("headache", kind="stable").iloc[0]
        return (
            f"{sessions}; {count(len(used), 'cycle')} with enough logged days. In the best of them (cycle "
            f"{best['cycle']}) {number(best['headache'])}{UNIT}, in a typical one (median) {number(rates.median())}, "
            f"in the latest (cycle {latest['cycle']}) {number(latest['headache'])}{base}. {BEST}"
        )

    def _intervals(self) -> str:
        since = self.table["since"].dropna().astype(int)
        if since.empty:
            return ""
        kinds = self.table["timing"].value_counts()
        told = [f"{kinds[kind]} {words}" for kind, words in TIMING_WORDS.items() if kind in kinds]
        median = f"median {number(since.median(), 0)}, from {since.min()} to {since.max()}"
        return f"Days between sessions: {median if len(since) > 1 else since.iloc[0]}; {listed(told)}."

    def _stops(self) -> str:
        gaps = [
            f"{row.since} days before the session on {day(row.session)}"
            for row in self.restarts[["since", "session"]].itertuples(index=False)
        ]
        if self.stopped:
            gaps.append(f"{self.open_days} days from the last session to the end of the diary")
        return f"Without a session for more than {RESTART} days: {listed(gaps)}." if gaps else ""

    def _units(self) -> str:
        known = self.table.dropna(subset="units")
        if known.empty:
            return "The units of the sessions are not documented."
        told = [_units_range(str(product), mine["units"]) for product, mine in known.groupby("product", sort=False)]
        missing = len(self.table) - len(known)
        rest = f"; not documented for {count(missing, 'session')}" if missing else ""
        return f"Units a session: {listed(told)}{rest}."

    def _drift(self) -> str:
        if self.drift:
            return str(self.drift)
        return (
            f"Whether headache days rise or fall over the years is not computed below {2 * GROUP} usable cycles; "
            "the cycles are described only."
        )


UNIT = " headache days per 28 days"
BEST = "The best of several cycles is partly chance, so it is no measure of the others."

TIMING_WORDS = {
    "on time": f"after {ON_TIME[0]} to {ON_TIME[1]} days",
    "early": f"earlier (under {ON_TIME[0]})",
    "late": f"later (over {ON_TIME[1]})",
    "restart": f"after a stop (over {RESTART}, a convention of this program)",
}


def _units_range(product: str, units: pd.Series[float]) -> str:
    low, high = f"{units.min():g}", f"{units.max():g}"
    return f"{low} of {product}" if low == high else f"{low} to {high} of {product}"


def long_course(
    marked: pd.DataFrame, windows: pd.DataFrame, outcomes: pd.DataFrame, treatments: pd.DataFrame
) -> Course:
    """The long course of the one patient whose marked days, windows, outcomes and treatments these are."""
    table = course_table(windows, outcomes, treatments)
    last = table["session"].max()
    open_days = 0 if table.empty else int((marked["date"].max() - last).days)
    return Course(table, open_days, cycle_drift(marked, table))


def cycle_drift(marked: pd.DataFrame, table: pd.DataFrame) -> Drift | None:
    """The latest three usable cycles of one patient against the first three; None where there are fewer than six.

    *table* is the patient's :func:`course_table`.
    """
    used = table[table["usable"] & table["headache"].notna()]
    if len(used) < 2 * GROUP:
        return None
    groups = used[:GROUP], used[-GROUP:]
    first, latest = (group["headache"].to_numpy(float) for group in groups)
    (low,), (high,) = limits_by_cycles(first[None], latest[None])
    by_days = _by_days(marked, *groups)
    before, after = float(first.mean()), float(latest.mean())
    return Drift(before, after, after - before, min(float(low), by_days[0]), max(float(high), by_days[1]))


def limits_by_cycles(first: Floats, latest: Floats) -> tuple[Floats, Floats]:
    """Student's 95 % limits of the mean of *latest* minus that of *first*, a row of three cycles for each patient.

    >>> low, high = limits_by_cycles(np.array([[8.0, 9.0, 10.0]]), np.array([[11.0, 12.0, 13.0]]))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.73], [5.27])
    """
    from scipy.special import stdtrit  # what scipy.stats.t.ppf calls, without half a second of importing

    variance = (first.var(axis=1, ddof=1) + latest.var(axis=1, ddof=1)) / GROUP
    half = stdtrit(2 * (GROUP - 1), (1 + LEVEL) / 2) * np.sqrt(variance)
    change = latest.mean(axis=1) - first.mean(axis=1)
    return change - half, change + half


def _by_days(marked: pd.DataFrame, first: pd.DataFrame, latest: pd.DataFrame) -> tuple[float, float]:
    """The serial limits of the difference, the days as units and in their place in the calendar."""
    values = day_values(marked, COLUMN)
    before, after = (np.where(_days_of(marked, cycles), values, np.nan) for cycles in (first, latest))
    found = serial_newcombe(before, after, LEVEL)
    return PER * found.low, PER * found.high


def _days_of(marked: pd.DataFrame, cycles: pd.DataFrame) -> Flags:
    """Which days lie inside one of the cycles."""
    date, start, end = (day_number(column) for column in (marked["date"], cycles["session"], cycles["end"]))
    at = np.searchsorted(start, date, side="right") - 1
    return (at >= 0) & (date < end[at])
