"""Calendar months: guidelines speak of days a month, and a month is not 28 days.

14 headache days in 28 are 15.2 in a mean month, so a limit of 15 a month can fall between the two. Limits are
therefore held against whole calendar months, and blocks of 28 days stand beside them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grid import Grid, Ints, day_number
from analysis.outcome import Slices, Sums, window_sums
from analysis.reports.words import are_relative, month
from analysis.truth import NO, UNKNOWN, YES
from analysis.windows import BLOCK, therapeutic_sessions

MONTH = 365.25 / 12
"""Mean length of a calendar month, in days."""

NEVER = 10**6
"""A day behind every diary."""


def first_session(treatments: pd.DataFrame, grid: Grid, as_of: date | None = None) -> Ints:
    """Day of each patient's first therapeutic session; :data:`NEVER` for patients without one."""
    patient, day = therapeutic_sessions(treatments, grid, as_of)
    first = np.full(len(grid.patients), NEVER)
    np.minimum.at(first, patient, day)
    return first


def diary_end(grid: Grid, as_of: date | None = None) -> Ints:
    """The first day behind each patient's diary, or behind *as_of*."""
    end = grid.first + grid.length
    return end if as_of is None else np.minimum(end, day_number([as_of])[0] + 1)


def month_number(day: Ints) -> Ints:
    """Months since 1970-01 of the calendar month that holds each day."""
    return np.asarray(day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def first_days(month: Ints) -> Ints:
    """First day of each calendar month.

    >>> first_days(month_number(np.array([40]))).tolist()
    [31]
    """
    return np.asarray(month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def months_before(day: Ints, n: int) -> Ints:
    """First days of the *n* whole calendar months before each day, and the first day outside the last.

    >>> months_before(np.array([40]), 2).tolist()
    [[-31, 0, 31]]
    """
    return first_days(month_number(day)[:, None] + np.arange(-n, 1))


def blocks_before(day: Ints, n: int) -> Ints:
    """First days of the *n* blocks of 28 days before each day, and that day."""
    return np.asarray(day[:, None] - BLOCK * np.arange(n, -1, -1))


def span_sums(marked: pd.DataFrame, grid: Grid, column: str, edges: Ints, patient: Ints | None = None) -> Sums:
    """Sums of a marked column between consecutive edges: a row for each patient, or for each of those named."""
    shape = (len(edges), edges.shape[1] - 1)
    who = np.repeat(np.arange(len(edges)) if patient is None else patient, shape[1])
    start, end = edges[:, :-1].ravel(), edges[:, 1:].ravel()
    sums = window_sums(marked, column, Slices(grid.rows(who, start), grid.rows(who, end)), end - start)
    return Sums._make(part.reshape(shape) for part in sums)


# --- more than three months

BEFORE, NOW = "before the first session", "now"

LONG = "for more than three months"
SO_FAR = "so far"
NOT_HELD = "not"
OPEN = "cannot tell"

MORE_THAN_THREE = 4
"""Whole calendar months that are more than three: the "> 3 months" of ICHD-3 is strict."""


class Stretch(NamedTuple):
    """The last four whole calendar months before a day: their *edges*, and which are *inside* the diary.

    *when* says before what; *there* are the patients whom it concerns.
    """

    when: str
    edges: Ints
    inside: NDArray[np.bool_]
    there: NDArray[np.bool_]


def stretches(treatments: pd.DataFrame, grid: Grid, as_of: date | None = None) -> tuple[Stretch, Stretch]:
    """The months before the first session, and the last ones of the diary that lie behind the first session."""
    first, end = first_session(treatments, grid, as_of), diary_end(grid, as_of)
    treated = first < NEVER
    before, now = months_before(np.minimum(first, end), MORE_THAN_THREE), months_before(end, MORE_THAN_THREE)
    since = np.maximum(grid.first, np.where(treated, first, grid.first))
    return (
        Stretch(BEFORE, before, before[:, :-1] >= grid.first[:, None], treated),
        Stretch(NOW, now, now[:, :-1] >= since[:, None], np.ones_like(treated)),
    )


def held(answer: Ints, inside: NDArray[np.bool_]) -> Any:
    """Whether what was asked of each month held for more than three: a word for each patient.

    :data:`LONG` where it held in all four; :data:`SO_FAR` where it held in all that are in the diary, and these are
    fewer; :data:`NOT_HELD` where it surely did not in one; else :data:`OPEN`.

    >>> three = np.array([[False, True, True, True]])
    >>> held(np.array([[1, 1, 1, 1]]), ~three | three)[0], held(np.array([[0, 1, 1, 1]]), three)[0]
    ('for more than three months', 'so far')
    """
    lowest = np.where(inside, answer, YES).min(axis=1)
    some = inside.any(axis=1)
    word = np.where(lowest == NO, NOT_HELD, np.where(inside.all(axis=1), LONG, SO_FAR)).astype(object)
    return np.where(some & (lowest != UNKNOWN), word, OPEN)


# --- in words


def month_counts(months: Ints, sums: Sums, named: str, inside: Any = None) -> Any:
    """A sentence part such as "Headache days in 2025-07: 12 (31 of 31 days known), …"; months not *inside* left out."""
    text: Any = np.full(len(months), f"{named} in", object)
    for k in range(months.shape[1] - 1):
        part = " " + month_names(months[:, k]) + ": " + figures(sums.total[:, k])
        part = part + " (" + figures(sums.known[:, k]) + " of " + figures(sums.days[:, k]) + " days known),"
        text = text + (part if inside is None else np.where(inside[:, k], part, "").astype(object))
    return pd.Series(text).str.rstrip(",").to_numpy(object)


def month_names(day: Ints) -> Any:
    """The calendar month of each day.

    >>> month_names(np.array([0])).tolist()
    ['1970-01']
    """
    months = day.astype("datetime64[D]").astype("datetime64[M]")
    if are_relative():
        return np.array([month(str(one)) for one in months.ravel()], dtype=object).reshape(months.shape)
    return months.astype(str).astype(object)


def figures(values: Any, digits: int = 0) -> Any:
    """Numbers as text.

    >>> figures([3.0]).tolist(), figures([3.0], 1).tolist()
    (['3'], ['3.0'])
    """
    rounded = np.round(np.asarray(values, dtype=np.float64), digits)
    return (rounded.astype(np.int64) if digits == 0 else rounded).astype(str).astype(object)
