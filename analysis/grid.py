"""Days as a grid of rows: where each patient's calendar begins, so that a window is a slice.

The days table has no gaps, so a patient's window [start, end) is the rows from ``row(start)`` to
``row(end)``, and its sum is a difference of two running totals. This is what makes one patient and
a hundred thousand the same computation.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diary.tables import TableError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY_SECONDS = 86_400


class Grid(NamedTuple):
    """*first* day number (days since 1970-01-01), *length* in days and *offset* of the first row, by patient."""

    patients: pd.Index[str]
    first: Ints
    length: Ints
    offset: Ints

    def rows(self, patient: Ints, day: Ints) -> Ints:
        """The row of each day, held inside its patient's calendar: a day before it is its first row,
        a day after it is the row behind its last.
        """
        inside: Ints = np.clip(day - self.first[patient], 0, self.length[patient])
        return self.offset[patient] + inside

    def number(self, patients: pd.Series[str]) -> Ints:
        """Each code's number in the grid; −1 where it has no days."""
        return np.asarray(self.patients.get_indexer(pd.Index(patients)), dtype=np.int64)


def day_number(dates: Any) -> Ints:
    """Days since 1970-01-01.

    >>> day_number(pd.Series(pd.to_datetime(["1970-01-02"])))
    array([1])
    """
    values = np.asarray(dates)
    if values.dtype == "datetime64[s]":
        return values.view(np.int64) // DAY_SECONDS
    return values.astype("datetime64[D]").astype(np.int64)


def day_grid(days: pd.DataFrame) -> Grid:
    """The grid of a days table.

    Raises TableError: the table has a gap, a day twice, or is not sorted by patient and date.
    """
    code, patients = pd.factorize(days["patient"])
    day = day_number(days["date"])
    start = np.flatnonzero(np.diff(code, prepend=-1))
    length = np.diff(np.append(start, len(days)))
    expected = np.arange(len(days)) + np.repeat(day[start] - start, length)
    if len(start) != len(patients) or not np.array_equal(day, expected):
        raise TableError(
            "The days table must hold every calendar date of a patient once and in order. "
            "Sort it by patient and date, and add the dates that are not logged."
        )
    return Grid(pd.Index(patients), day[start], length.astype(np.int64), start.astype(np.int64))


def running_total(values: Any) -> Any:
    """Totals of all rows before each row, and of all: the sum of rows [a, b) is ``total[b] − total[a]``."""
    total = np.zeros(len(values) + 1, dtype=np.int64 if np.asarray(values).dtype.kind in "biu" else np.float64)
    np.cumsum(values, out=total[1:])
    return total
