"""Effect sizes of single-case research, on counts by week: secondary, and labelled "assumes independent weeks".

Parker, Vannest & Davis (2011), Behavior Modification 35(4):303-322, doi:10.1177/0145445511399147.
Pustejovsky (2018), Journal of School Psychology 68:99-112, doi:10.1016/j.jsp.2018.02.003.

Each takes the counts before and after, in order, with at least one count each.
A phase without a count, or with one that is not known, raises ValueError.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _counts(phase: ArrayLike) -> Floats:
    counts = np.asarray(phase, dtype=np.float64)
    if counts.size == 0 or np.isnan(counts).any():
        raise ValueError("A phase has no count, or one that is not known. Leave such weeks out, and keep at least one.")
    return counts


def _signs(before: ArrayLike, after: ArrayLike) -> Floats:
    """For each pair: 1 where *after* is lower, −1 where higher, 0 where equal, to nine decimals."""
    return np.asarray(np.sign(np.round(np.subtract.outer(_counts(before), _counts(after)), 9)))


def nonoverlap(before: ArrayLike, after: ArrayLike) -> float:
    """NAP for a decrease: the share of before-after pairs in which *after* is lower; ties count one half.

    >>> nonoverlap(before=[3, 3, 4, 5], after=[2, 3])
    0.875
    """
    return float((1 + _signs(before, after).mean()) / 2)


def tau(before: ArrayLike, after: ArrayLike) -> float:
    """Tau (non-overlap, no trend removed) for a decrease: pairs lower minus pairs higher, over all pairs.

    >>> tau(before=[3, 3, 4, 5], after=[2, 3])
    0.75
    """
    return float(_signs(before, after).mean())


def tau_u(before: ArrayLike, after: ArrayLike) -> float:
    """Tau-U for a decrease, the variant that subtracts the trend of *before*: (S of pairs − S of baseline) ÷ all pairs.

    >>> tau_u(before=[5, 5, 5], after=[2, 3])
    1.0
    """
    later = np.triu(_signs(before, before), 1).sum()
    pairs = _signs(before, after)
    return float((pairs.sum() - later) / pairs.size)


class LogRatio(NamedTuple):
    """A log response ratio with its standard error."""

    value: float
    error: float


def log_ratio(before: ArrayLike, after: ArrayLike) -> LogRatio:
    """LRRd: the logarithm of the mean after over the mean before, corrected for small samples; negative is fewer.

    Not a number where a phase is all zeros or a single count.

    >>> found = log_ratio([5, 6, 4, 6], [5, 4, 3, 3, 2, 3, 2, 2, 3, 3, 4, 4])
    >>> round(found.value, 6), round(found.error, 5)
    (-0.506054, 0.12497)
    """
    first, second = _log_mean(_counts(before)), _log_mean(_counts(after))
    return LogRatio(second.value - first.value, float(np.hypot(first.error, second.error)))


def _log_mean(counts: Floats) -> LogRatio:
    """The logarithm of the mean, with half its squared standard error added back, and its standard error."""
    mean = counts.mean()
    if mean <= 0 or len(counts) < 2:
        return LogRatio(float("nan"), float("nan"))
    error = counts.std(ddof=1) / np.sqrt(len(counts)) / mean
    return LogRatio(float(np.log(mean) + error**2 / 2), float(error))
