"""Shares of patients with their intervals: Wilson for one group, Newcombe for the difference of two."""

from __future__ import annotations

from typing import NamedTuple


class Share(NamedTuple):
    """*percent* of *of*, with the limits of its 95 % interval in per cent; not a number where there is nobody.

    >>> print(share(49, 161))
    30.4 % (49 of 161; 95 % interval 23.9 to 37.9)
    """

    n: int
    of: int
    percent: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.percent:.1f} % ({self.n} of {self.of}; 95 % interval {self.low:.1f} to {self.high:.1f})"


def share(n: int, of: int) -> Share:
    """The share with Wilson's interval (Wilson 1927, J Am Stat Assoc 22:209-212)."""
    from statsmodels.stats.proportion import proportion_confint

    if not of:
        return Share(n, of, *[float("nan")] * 3)
    low, high = proportion_confint(n, of, method="wilson")
    return Share(n, of, 100 * n / of, 100 * float(low), 100 * float(high))


class Difference(NamedTuple):
    """The first group's value minus the second's, with the limits of its 95 % interval."""

    difference: float
    low: float
    high: float


def share_difference(one: Share, other: Share) -> Difference:
    """The difference of two shares in percentage points (Newcombe 1998, Stat Med 17:873-890, method 10).

    >>> [round(limit, 2) for limit in share_difference(share(56, 70), share(48, 80))]
    [20.0, 5.24, 33.39]
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    if not one.of or not other.of:
        return Difference(*[float("nan")] * 3)
    low, high = confint_proportions_2indep(one.n, one.of, other.n, other.of, method="newcomb")
    return Difference(one.percent - other.percent, 100 * float(low), 100 * float(high))
