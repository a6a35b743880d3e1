"""Which days are compared: the baseline, each cycle, its phases, and what closes them.

PREEMPT counted in consecutive periods of 28 days, with a session every twelve weeks. The session day
is day 0 of the new cycle; ends are outside. A cosmetic session starts no cycle.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grid import Grid, Ints, day_grid, day_number, running_total
from diary.model import DiaryError
from diary.tables import WINDOWS, conform

Objects = NDArray[np.object_]

BLOCK = 28
CYCLE = 84
MOST_BASELINE_BLOCKS = 3
PHASES = {"cycle": (0, CYCLE), "1-4": (0, 28), "5-8": (28, 56), "9-12": (56, 84), "late": (84, 10**5)}
"""First day and first day outside, counted from the session."""

TRIAL_WEEKS = (140, 168)
"""Weeks 21-24 after the first session: the primary period of PREEMPT (Dodick 2010, Headache 50:921)."""
SECOND_SESSION = (77, 91)
"""Days after the first session within which the second keeps to the schedule: 12 weeks ± 7 days (COMPEL 2018)."""

PHASE_NAMES = ("baseline", *PHASES, "21-24")
BASELINE, CYCLE_PHASE, LATE, TRIAL = (PHASE_NAMES.index(name) for name in ("baseline", "cycle", "late", "21-24"))

FULL = "full length"
NEXT = "next session"
ENDS = "diary ends"
CLOSINGS = (FULL, NEXT, ENDS)


class Completeness(NamedTuple):
    """How many logged days in each 28 make a window usable (*full*), or just worth showing (*low*)."""

    full: int = 20
    low: int = 14


COMPLETENESS = Completeness()


class Spans(NamedTuple):
    """Windows as arrays: patient number, cycle, phase (a place in PHASE_NAMES), first day and first day outside,
    and what closes it (a place in CLOSINGS).
    """

    patient: Ints
    cycle: Ints
    phase: Ints
    start: Ints
    end: Ints
    closed_by: Ints


def window_table(
    days: pd.DataFrame,
    treatments: pd.DataFrame,
    *,
    as_of: date | None = None,
    baseline_blocks: int | None = None,
    completeness: Completeness = COMPLETENESS,
    grid: Grid | None = None,
) -> pd.DataFrame:
    """The WINDOWS table: for each patient the baseline, each cycle, its phases, and weeks 21-24.

    *as_of* is the last day that may be used; None uses the whole diary. *baseline_blocks* fixes the
    number of 28-day blocks of the baseline; None takes up to three, each usable, back from day −1.
    Patients without a therapeutic session have no windows. *grid* is the grid of *days*, where it is known already.

    Raises DiaryError: *baseline_blocks* is less than 1.
    """
    if baseline_blocks is not None and baseline_blocks < 1:
        raise DiaryError(f"A baseline cannot have {baseline_blocks} blocks of 28 days. Give a number of at least 1.")
    grid = day_grid(days) if grid is None else grid
    logged = running_total(days["logged"].to_numpy(bool))
    ends = grid.first + grid.length
    if as_of is not None:
        ends = np.minimum(ends, day_number([as_of])[0] + 1)
    patient, session = therapeutic_sessions(treatments, grid, as_of)
    base = baseline_spans(grid, logged, patient, session, baseline_blocks, completeness)
    spans = _join(base, cycle_spans(patient, session, ends), trial_spans(patient, session, ends))
    return _table(grid, logged, spans, completeness)


def is_therapeutic(treatments: pd.DataFrame) -> pd.Series[bool]:
    """Which treatments are botulinum sessions against headache; one whose purpose is not stated is taken for one."""
    cosmetic = (treatments["purpose"] == "cosmetic").fillna(False)
    return ((treatments["kind"] == "botulinum") & ~cosmetic).astype(bool)


def therapeutic_sessions(treatments: pd.DataFrame, grid: Grid, as_of: date | None = None) -> tuple[Ints, Ints]:
    """Patient number and day of each therapeutic botulinum session, in order; two on one day are one."""
    mine = treatments.loc[is_therapeutic(treatments)]
    patient, day = grid.number(mine["patient"]), day_number(mine["start"])
    keep = patient >= 0
    if as_of is not None:
        keep &= day <= day_number([as_of])[0]
    both = np.unique(np.stack([patient[keep], day[keep]], axis=1), axis=0)
    return both[:, 0], both[:, 1]


def baseline_spans(
    grid: Grid, logged: Ints, patient: Ints, session: Ints, blocks: int | None, completeness: Completeness
) -> Spans:
    """The baseline of each patient: whole 28-day blocks that end the day before the first session."""
    who, at = np.unique(patient, return_index=True)
    first = session[at]
    if blocks is None:
        edges = first[:, None] - BLOCK * np.arange(MOST_BASELINE_BLOCKS + 1)
        rows = grid.rows(np.broadcast_to(who[:, None], edges.shape), edges)
        enough = (logged[rows[:, :-1]] - logged[rows[:, 1:]]) >= completeness.full
        n = np.maximum(np.logical_and.accumulate(enough, axis=1).sum(axis=1), 1)
    else:
        n = np.full(len(who), blocks)
    return Spans(
        who,
        np.zeros_like(who),
        np.full(len(who), BASELINE),
        first - BLOCK * n,
        first,
        np.full(len(who), CLOSINGS.index(FULL)),
    )


def cycle_spans(patient: Ints, session: Ints, ends: Ints) -> Spans:
    """Each cycle and its phases, cut at the next session and where the diary ends; empty phases are left out."""
    last = np.append(patient[1:] != patient[:-1], True)[: len(patient)]
    next_session = np.where(last, 10**9, np.append(session[1:], 0)[: len(patient)])
    first = np.append(True, patient[1:] != patient[:-1])[: len(patient)]
    begin = np.flatnonzero(first)
    cycle = np.arange(len(patient)) - np.repeat(begin, np.diff(np.append(begin, len(patient)))) + 1
    one = np.repeat(np.arange(len(patient)), len(PHASES))
    bounds = np.array(list(PHASES.values()))
    spans = _cut(
        patient[one],
        cycle[one],
        np.tile([PHASE_NAMES.index(name) for name in PHASES], len(patient)),
        (session[:, None] + bounds[:, 0]).ravel(),
        (session[:, None] + bounds[:, 1]).ravel(),
        next_session[one],
        ends[patient[one]],
    )
    keep = (spans.end > spans.start) | (spans.phase == CYCLE_PHASE)
    return _take(spans, keep)


def trial_spans(patient: Ints, session: Ints, ends: Ints) -> Spans:
    """Weeks 21-24 after the first session, for those whose schedule is the trial's.

    The second session lies 12 weeks ± 7 days after the first, and the third no more than 7 days before
    the end of week 24.
    """
    who, at, n = np.unique(patient, return_index=True, return_counts=True)
    who, at, n = who[n >= 2], at[n >= 2], n[n >= 2]
    first, second = session[at], session[at + 1]
    third = np.where(n >= 3, session[np.minimum(at + 2, len(session) - 1)], 10**9)
    start, end = first + TRIAL_WEEKS[0], first + TRIAL_WEEKS[1]
    spans = _cut(who, np.full_like(who, 2), np.full(len(who), TRIAL), start, end, third, ends[who])
    kept = (second - first >= SECOND_SESSION[0]) & (second - first <= SECOND_SESSION[1]) & (third >= end - 7)
    return _take(spans, kept & (spans.end > spans.start))


def _cut(
    patient: Ints,
    cycle: Ints,
    phase: Ints,
    start: Ints,
    nominal: Ints,
    next_session: Ints,
    ends: Ints,
) -> Spans:
    """Windows held to what closes them first."""
    end = np.maximum(np.minimum(np.minimum(nominal, next_session), ends), start)
    early = (next_session < nominal) & (next_session <= ends)
    closed_by = np.where(
        early, CLOSINGS.index(NEXT), np.where(nominal <= ends, CLOSINGS.index(FULL), CLOSINGS.index(ENDS))
    )
    return Spans(patient, cycle, phase, start, end, closed_by)


def _take(spans: Spans, which: Ints | NDArray[np.bool_]) -> Spans:
    return Spans._make(part[which] for part in spans)


def _join(*parts: Spans) -> Spans:
    """All windows, by patient, cycle and phase."""
    joined = Spans._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    return _take(joined, np.lexsort((joined.phase, joined.cycle, joined.patient)))


def least_blocks(grid: Grid, logged: Ints, spans: Spans) -> tuple[Ints, Ints]:
    """Logged days of each window, and of its emptiest 28 days.

    Blocks are counted from the window's start; a last one that is short reaches back to be whole. Only a
    cycle that the diary's end cuts short is judged by all of its three blocks: the days to come are missing.
    """
    running = _running(spans)
    n = np.where(running, CYCLE // BLOCK, np.maximum(-(-(spans.end - spans.start) // BLOCK), 1))
    first = np.cumsum(n) - n
    row = np.repeat(np.arange(len(n)), n)
    start = spans.start[row] + BLOCK * (np.arange(n.sum()) - first[row])
    reach = np.where(running[row], start, np.maximum(spans.end[row] - BLOCK, spans.start[row]))
    start = np.minimum(start, reach)
    end = np.maximum(np.minimum(start + BLOCK, spans.end[row]), start)
    inside = _logged_between(grid, logged, spans.patient[row], start, end)
    total = _logged_between(grid, logged, spans.patient, spans.start, spans.end)
    return total, np.minimum.reduceat(inside, first) if len(n) else total


def _running(spans: Spans) -> NDArray[np.bool_]:
    """Cycles that the diary's end cuts short."""
    return np.asarray((spans.phase == CYCLE_PHASE) & (spans.closed_by == CLOSINGS.index(ENDS)))


def _logged_between(grid: Grid, logged: Ints, patient: Ints, start: Ints, end: Ints) -> Ints:
    return np.asarray(logged[grid.rows(patient, end)] - logged[grid.rows(patient, start)])


def _table(grid: Grid, logged: Ints, spans: Spans, completeness: Completeness) -> pd.DataFrame:
    total, least = least_blocks(grid, logged, spans)
    length = spans.end - spans.start
    usable = least >= completeness.full
    return conform(
        pd.DataFrame(
            {
                "patient": grid.patients[spans.patient].astype("string"),
                "name": _names(spans),
                "cycle": spans.cycle,
                "phase": pd.array(np.array(PHASE_NAMES, dtype=object)[spans.phase], dtype="string"),
                "start": spans.start.astype("datetime64[D]").astype("datetime64[s]"),
                "end": spans.end.astype("datetime64[D]").astype("datetime64[s]"),
                "days": length,
                "logged": total,
                "coverage": np.divide(total, length, out=np.zeros(len(total)), where=length > 0),
                "closed_by": pd.array(np.array(CLOSINGS, dtype=object)[spans.closed_by], dtype="string"),
                "usable": usable,
                "reason": _reasons(spans, least, completeness),
            }
        ),
        WINDOWS,
    )


def _names(spans: Spans) -> Objects:
    """Each window's name: built once for each cycle and phase that occurs."""
    both = spans.cycle * len(PHASE_NAMES) + spans.phase
    different, which = np.unique(both, return_inverse=True)
    return np.array([_name(*divmod(int(code), len(PHASE_NAMES))) for code in different], dtype=object)[which]


def _name(cycle: int, phase: int) -> str:
    named = {BASELINE: "baseline", CYCLE_PHASE: f"cycle {cycle}", LATE: f"cycle {cycle} late", TRIAL: "weeks 21-24"}
    return named.get(phase, f"cycle {cycle} weeks {PHASE_NAMES[phase]}")


LOW = "low completeness"
CANNOT = "cannot tell"


def _reasons(spans: Spans, least: Ints, completeness: Completeness) -> Objects:
    """Why a window is not usable; begins with :data:`LOW` where a rate may be shown, else with :data:`CANNOT`."""
    reasons = np.full(len(least), "", object)
    short = least < completeness.full
    reasons[short] = _why_short(_take(spans, short), least[short], completeness)
    return reasons


def _why_short(spans: Spans, least: Ints, completeness: Completeness) -> pd.Series[str]:
    length = spans.end - spans.start
    size = pd.Series(length).astype("string")
    fewest = pd.Series(least).astype("string")
    counted = (fewest + " of " + size + " days logged").mask(
        length > BLOCK, "only " + fewest + " logged days in its emptiest 28"
    )
    low = LOW + ": " + counted + f" ({completeness.full} in each 28 are needed)"
    few = CANNOT + ": " + counted + f" (at least {completeness.low} in each 28 are needed)"
    running = _running(spans)
    over = CANNOT + ": the diary ends after " + size + f" of {CYCLE} days"
    reason = low.mask(least < completeness.low, few).mask(running & (least < completeness.low), over)
    return reason.mask(length == 0, CANNOT + ": no day of it is in the diary")
