"""How often, out of what was logged: the rate of a window, and what the missing days could do to it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import day_number

PER = 28
"""Days to which every rate is scaled."""


class Rate(NamedTuple):
    """*events* on *logged* days of which something is known, in a window of *days* days.

    >>> print(Rate(9, 24, 28))
    10.5 per 28 days (9 on 24 logged days)
    >>> Rate(9, 24, 28).if_missing_free, Rate(9, 24, 28).if_missing_headache
    (9.0, 13.0)
    """

    events: float
    logged: int
    days: int

    @property
    def per_28(self) -> float:
        """Events for each 28 logged days; not a number where nothing is logged."""
        return self.events * PER / self.logged if self.logged else float("nan")

    @property
    def if_missing_free(self) -> float:
        """Events for each 28 days, had every missing day been free of them."""
        return self.events * PER / self.days if self.days else float("nan")

    @property
    def if_missing_headache(self) -> float:
        """Events for each 28 days, had every missing day had one."""
        return (self.events + self.days - self.logged) * PER / self.days if self.days else float("nan")

    def __str__(self) -> str:
        if not self.logged:
            return "not known (no day is logged)"
        return f"{self.per_28:.1f} per 28 days ({self.events:g} on {self.logged} logged days)"


def day_rate(marked: pd.DataFrame, column: str, start: date, end: date) -> Rate:
    """The rate of a marked column on one patient's days from *start* up to, not including, *end*."""
    day = day_number(marked["date"])
    inside = marked.loc[(day >= day_number([start])[0]) & (day < day_number([end])[0]), column]
    known = inside.dropna()
    return Rate(float(np.sum(known.to_numpy(float))), len(known), (end - start).days)
