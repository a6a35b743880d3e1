"""Differences of the same people, before and after, where there are few of them: their mean, and their ranks.

Differences are rounded to nine decimals first, so that two which a computer's arithmetic keeps apart by a trillionth
are the ties that they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

PLACES = 9

EXACT = 50
"""Number of differences up to which, without ties, the exact distribution of the ranks is used."""

NAN = float("nan")

Floats = NDArray[np.float64]


class MeanDifference(NamedTuple):
    """The mean of *n* differences with its limits at *level*, and the paired t test: *t* and *p*."""

    n: int
    mean: float
    low: float
    high: float
    level: float
    t: float
    p: float


class SignedRanks(NamedTuple):
    """The median of all pairwise means of *n* differences with its limits, and Wilcoxon's signed rank test.

    *w* is the smaller of the sums of ranks of the differences above and below 0. *method* is "exact" or "approximate":
    the normal distribution with continuity correction.
    """

    n: int
    estimate: float
    low: float
    high: float
    level: float
    w: float
    p: float
    method: str


def mean_difference(differences: ArrayLike, level: float = 0.95) -> MeanDifference:
    """The paired t test and interval; NaN are left out. Not a number where there are not two different ones.

    >>> mean_difference([1, 2, 3]).mean, round(mean_difference([1, 2, 3]).t, 6)
    (2.0, 3.464102)
    """
    from scipy.special import stdtr, stdtrit

    values = _known(differences)
    n = len(values)
    mean = float(values.mean()) if n else NAN
    if len(np.unique(values)) < 2:
        return MeanDifference(n, mean, NAN, NAN, level, NAN, NAN)
    error = float(values.std(ddof=1)) / n**0.5
    reach, t = float(stdtrit(n - 1, (1 + level) / 2)) * error, mean / error
    return MeanDifference(n, mean, mean - reach, mean + reach, level, t, float(2 * stdtr(n - 1, -abs(t))))


def signed_ranks(differences: ArrayLike, level: float = 0.95) -> SignedRanks:
    """Wilcoxon's test and the estimate of Hodges and Lehmann; NaN are left out.

    The test leaves out differences of 0 (Wilcoxon 1945, Biometrics Bulletin 1:80-83); the estimate does not (Hodges &
    Lehmann 1963, Ann Math Stat 34:598-611). The limits are pairwise means, as far from either end as a sum of ranks
    can be small by chance; exact ones hold at least the *level* (Hollander & Wolfe, Nonparametric Statistical
    Methods). Where that is not possible with so few differences, they are not a number.

    >>> found = signed_ranks([1.5, -0.5, 2.5, 3.5, 4.5, 5.5])
    >>> found.estimate, found.w, found.p, found.low, found.high
    (3.0, 1.0, 0.0625, -0.5, 5.5)
    """
    values = _known(differences)
    other = values[values != 0]
    tied = len(np.unique(np.abs(other))) < len(values)
    method = "approximate" if tied or len(values) > EXACT else "exact"
    w, p = _test(other, method)
    means = _pairwise_means(values)
    place = _place(len(values), level, method)
    low, high = (float(means[place]), float(means[-1 - place])) if 0 <= place < len(means) else (NAN, NAN)
    estimate = float(np.median(means)) if len(means) else NAN
    return SignedRanks(len(values), estimate, low, high, level, w, p, method)


def _known(differences: ArrayLike) -> Floats:
    values = np.asarray(differences, dtype=float)
    known: Floats = np.round(values[~np.isnan(values)], PLACES)
    return known


def _test(other: Floats, method: str) -> tuple[float, float]:
    """The statistic and its p value, of differences other than 0."""
    from scipy.stats import wilcoxon

    if not len(other):
        return NAN, NAN
    found = wilcoxon(other, correction=True, method={"exact": "exact", "approximate": "asymptotic"}[method])
    return float(found.statistic), float(found.pvalue)


def _pairwise_means(values: Floats) -> Floats:
    """The means of all pairs of differences, each also with itself, from the smallest on."""
    one, other = np.triu_indices(len(values))
    means: Floats = np.sort((values[one] + values[other]) / 2)
    return means


def _place(n: int, level: float, method: str) -> int:
    """How many pairwise means are below the lower limit; below 0 where even none leaves too much to chance."""
    from scipy.special import ndtri

    tail = (1 - level) / 2
    if method == "exact":
        return int(np.searchsorted(np.cumsum(_chances(n)), tail * (1 + 1e-12), side="right")) - 1
    expected, spread = n * (n + 1) / 4, (n * (n + 1) * (2 * n + 1) / 24) ** 0.5
    return int(np.floor(expected + ndtri(tail) * spread)) - 1


def _chances(n: int) -> Any:
    """The chance of each sum of ranks, 0 to n(n + 1) / 2, where every sign is as likely as the other.

    >>> (8 * _chances(3)).tolist()
    [1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]
    """
    chances = np.ones(1)
    for rank in range(1, n + 1):
        chances = (np.pad(chances, (0, rank)) + np.pad(chances, (rank, 0))) / 2
    return chances
