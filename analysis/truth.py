"""Three-valued answers as whole numbers: yes is 1, unknown 0, no −1.

So *and* is the smaller of two answers, *or* the larger, and *not* the negative (Kleene's strong logic), for
whole columns of patients at once. An answer is unknown only where what is not known could turn it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.grid import Ints
from analysis.outcome import Sums

YES, UNKNOWN, NO = 1, 0, -1


def answers(yes: Any, no: Any) -> Ints:
    """Yes where *yes* holds, no where *no* does, elsewhere unknown.

    >>> answers(np.array([True, False, False]), np.array([False, False, True])).tolist()
    [1, 0, -1]
    """
    return np.where(yes, YES, np.where(no, NO, UNKNOWN))


def reaches(sums: Sums, least: Any) -> Ints:
    """Whether so many days are counted in each span, whatever the days that are not known turn out to be.

    >>> total, days = np.array([15.0, 12.0, 12.0]), np.array([30, 30, 30])
    >>> reaches(Sums(total, known=np.array([20, 27, 28]), asked=days, days=days), 15).tolist()
    [1, 0, -1]
    """
    return answers(sums.total >= least, sums.total + sums.days - sums.known < least)


def words(answer: Ints, yes: str = "yes", unknown: str = "unknown", no: str = "no") -> Any:
    """Each answer as a word.

    >>> words(np.array([1, 0, -1])).tolist()
    ['yes', 'unknown', 'no']
    """
    return np.array([no, unknown, yes], dtype=object)[np.asarray(answer) + 1]
