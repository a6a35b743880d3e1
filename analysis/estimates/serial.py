"""One person's change with an interval that knows that headache days come in runs.

The textbook interval for two proportions takes days as independent. They are not: a headache day is
more often followed by another. The interval here shrinks the number of days to the number of
independent days that would carry as much information, and is otherwise Newcombe's hybrid-score
interval (Newcombe 1998, Statistics in Medicine 17:873-890, method 10) with Student's t in place of
the normal quantile (Satterthwaite's degrees of freedom).

For phase k (before, after) with m_k observed days and rate p_k:

1. r = (centred lag-1 products of both phases ÷ consecutive observed pairs) ÷ pooled centred variance;
2. r' = clip((r + 2/N) ÷ (1 − 6/N), 0, 0.9), with N = m_0 + m_1;
3. n*_k = m_k ÷ VIF_k, VIF_k = 1 + (2/m_k) Σ r'^(j−i) over the pairs i < j of observed days;
4. df by Welch-Satterthwaite on max(p_k(1−p_k), 0.02) ÷ n*_k;
5. Wilson limits with n*_k and t, combined as MOVER.

Amounts a day (headache hours, attacks) are skewed and cannot be negative, and a t interval of their means holds the
truth too seldom. Their limits are score limits as Wilson's are: the means μ_k that solve

    (x̄_k − μ_k)² = t² φ_k μ_k (1 − μ_k/M) ÷ n*_k

where M is the most that a day can have (24 hours; infinite for attacks, so that the last factor is 1), and the
dispersion φ_k is variance ÷ mean(1 − mean/M), of the phase's days or of all days of both, whichever is larger: a phase
of few headache days seldom shows how much they vary. The variance in step 4 is then max(φ_k x̄_k (1 − x̄_k/M),
0.02 φ_k²). Days that have all of M or nothing have φ = M, and exactly M times the limits of their shares of days.

Means over headache days (peak intensity) keep Welch's t with effective numbers of days.

How often each holds the truth is simulated in ``tests/benchmarks/coverage.py``.

All of them allow for day-to-day clustering, not for slow spontaneous change.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

UNKNOWN_R = 0.25
"""Autocorrelation taken where neither phase varies, so that it cannot be estimated."""
METHOD = "serial Newcombe"
METHOD_ASSUMED = f"serial Newcombe, autocorrelation assumed {UNKNOWN_R}"
METHOD_AMOUNT = "serial score"
METHOD_AMOUNT_ASSUMED = f"serial score, autocorrelation assumed {UNKNOWN_R}"
METHOD_MEAN = "serial t"
LEAST_VARIANCE = 0.02
"""Of a share of days, when degrees of freedom are counted: a phase of all days or none still leaves some doubt."""
NO_VARIANCE = 1e-12
"""Variance below which days count as all the same."""


class Estimate(NamedTuple):
    """A change with its limits: *value* = after − before; *level* is the confidence level of *low* and *high*."""

    value: float
    low: float
    high: float
    method: str
    level: float


class Phase(NamedTuple):
    """One phase of many comparisons: observed days, mean, centred sum of squares, effective number of days."""

    m: Floats
    mean: Floats
    squares: Floats
    n: Floats


class Pair(NamedTuple):
    """Two phases, their autocorrelation r', and where r' had to be assumed."""

    before: Phase
    after: Phase
    r: Floats
    assumed: NDArray[np.bool_]


def serial_newcombe(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> Estimate:
    """The change in the share of days, after − before, with its serial hybrid-score interval.

    *before* and *after* are 1, 0 or NaN (not observed) for each day in calendar order.

    >>> before = [int(day) for day in "1100111100110011110011001111"]
    >>> after = [int(day) for day in "0010011000000110001000110000"]
    >>> change = serial_newcombe(before, after)
    >>> [round(28 * x, 6) for x in (change.value, change.low, change.high)]
    [-10.0, -16.769563, -0.608064]

    Raises ValueError: a value is not 1, 0 or NaN, or a phase has no observed day.
    """
    x, y = _row(before), _row(after)
    if not (np.isin(x[~np.isnan(x)], (0, 1)).all() and np.isin(y[~np.isnan(y)], (0, 1)).all()):
        raise ValueError("Days must be 1 (headache), 0 (none) or NaN (not observed). Correct the values.")
    value, low, high, assumed = serial_newcombe_rows(x, y, level)
    method = METHOD_ASSUMED if assumed[0] else METHOD
    return Estimate(float(value[0]), float(low[0]), float(high[0]), method, level)


def serial_amount(before: ArrayLike, after: ArrayLike, level: float = 0.95, *, most: float = np.inf) -> Estimate:
    """The change in the mean amount a day, after − before, with its serial score interval.

    *before* and *after* are amounts of 0 or more, or NaN (not observed), for each day in calendar order;
    *most* is what a day can have at the most, in the same unit.

    Headache hours of two fortnights, the limits in hours a day:

    >>> before = [0, 6, 11, 0, 0, 4, 24, 9, 0, 0, 5, 0, 8, 0]
    >>> after = [0, 0, 5, 0, 0, 0, 0, 3, 0, 0, 0, 7, 0, 0]
    >>> change = serial_amount(before, after, most=24)
    >>> [round(x, 2) for x in (change.value, change.low, change.high)]
    [-3.71, -8.96, 1.4]

    Raises ValueError: an amount is below 0 or above *most*, or a phase has no observed day.
    """
    x, y = _row(before), _row(after)
    if min(np.nanmin(x), np.nanmin(y)) < 0 or max(np.nanmax(x), np.nanmax(y)) > most:
        allowed = f"0 to {most:g}" if np.isfinite(most) else "0 or more"
        raise ValueError(f"Amounts must be {allowed}, or NaN (not observed). Correct the values.")
    value, low, high, assumed = serial_amount_rows(x, y, level, most=most)
    method = METHOD_AMOUNT_ASSUMED if assumed[0] else METHOD_AMOUNT
    return Estimate(float(value[0]), float(low[0]), float(high[0]), method, level)


def serial_mean(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> Estimate:
    """The change in the mean of a quantity on headache days, after − before: Welch's t, effective numbers of days.

    It takes the means to be about normal: for amounts, zero on other days, :func:`serial_amount` is the right one.

    >>> round(serial_mean([4, 6, 5, 5], [1, 3, 2, 2]).value, 6)
    -3.0
    """
    value, low, high, _ = serial_mean_rows(_row(before), _row(after), level)
    return Estimate(float(value[0]), float(low[0]), float(high[0]), METHOD_MEAN, level)


def _row(days: ArrayLike) -> Floats:
    row = np.atleast_2d(np.asarray(days, dtype=np.float64))
    if np.isnan(row).all():
        raise ValueError("A phase has no observed day. Compare phases with at least one.")
    return row


def serial_newcombe_rows(
    before: Floats, after: Floats, level: float = 0.95
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """:func:`serial_newcombe` for many comparisons at once: a row each, a column a day, NaN where not observed.

    Returns value, low, high, and whether the autocorrelation was assumed.
    """
    pair = serial_pair(before, after)
    value, low, high = share_contrast(pair, 1.0, level)
    return value, low, high, pair.assumed


def serial_amount_rows(
    before: Floats, after: Floats, level: float = 0.95, *, most: float = np.inf
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """:func:`serial_amount` for many comparisons at once; the same shapes as :func:`serial_newcombe_rows`."""
    pair = serial_pair(before, after)
    value, low, high = amount_contrast(pair, 1.0, level, most=most)
    return value, low, high, pair.assumed


def serial_mean_rows(
    before: Floats, after: Floats, level: float = 0.95
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """:func:`serial_mean` for many comparisons at once; the same shapes as :func:`serial_newcombe_rows`."""
    pair = serial_pair(before, after)
    value, low, high = mean_contrast(pair, 1.0, level)
    return value, low, high, pair.assumed


def serial_pair(before: Floats, after: Floats) -> Pair:
    """What both phases of each comparison say: means, autocorrelation, effective numbers of days."""
    (m0, mean0, ss0, lag0, pairs0), (m1, mean1, ss1, lag1, pairs1) = _moments(before), _moments(after)
    n = m0 + m1
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (ss0 + ss1) / n
        r = (lag0 + lag1) / (pairs0 + pairs1) / variance
    assumed = ~(variance > NO_VARIANCE) | (pairs0 + pairs1 == 0)
    r = np.where(assumed, 0.0, r)
    corrected = np.clip((r + 2 / np.maximum(n, 1)) / np.maximum(1 - 6 / np.maximum(n, 1), 1e-9), 0, 0.9)
    r = np.where(assumed, UNKNOWN_R, corrected)
    return Pair(
        Phase(m0, mean0, ss0, effective_days(before, r)), Phase(m1, mean1, ss1, effective_days(after, r)), r, assumed
    )


def _moments(days: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Observed days, mean, centred squares, centred lag-1 products, and pairs of consecutive observed days."""
    seen = ~np.isnan(days)
    m = seen.sum(axis=1).astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean = np.where(seen, days, 0).sum(axis=1) / m
    centred = np.where(seen, days - mean[:, None], 0.0)
    pairs = (seen[:, 1:] & seen[:, :-1]).sum(axis=1).astype(np.float64)
    return m, mean, (centred**2).sum(axis=1), (centred[:, 1:] * centred[:, :-1]).sum(axis=1), pairs


def effective_days(days: Floats, r: Floats) -> Floats:
    """n* = m ÷ VIF: how many independent days would say as much as the observed ones.

    The pairs of observed days at each distance are counted for all rows at once, by the Fourier transform.
    """
    seen = (~np.isnan(days)).astype(np.float64)
    m, width = seen.sum(axis=1), seen.shape[1]
    spectrum = np.fft.rfft(seen, 2 * width, axis=1)
    at_distance = np.rint(np.fft.irfft((spectrum * spectrum.conj()).real, 2 * width, axis=1))[:, 1:width]
    weight = r[:, None] ** np.arange(1, width)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(m / (1 + 2 / m * (at_distance * weight).sum(axis=1)))


def quantile(before: Phase, after: Phase, a0: Floats, a1: Floats, level: float) -> Floats:
    """Student's t for variances *a0* and *a1* of the two means, Welch-Satterthwaite degrees of freedom."""
    from scipy.special import stdtrit  # what scipy.stats.t.ppf calls, without half a second of importing

    with np.errstate(divide="ignore", invalid="ignore"):
        spread = a0**2 / np.maximum(before.n - 1, 1e-9) + a1**2 / np.maximum(after.n - 1, 1e-9)
        df = np.maximum((a0 + a1) ** 2 / spread, 1.0)
    return np.asarray(stdtrit(df, (1 + level) / 2))


def wilson(p: Floats, n: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Wilson's limits for a proportion.

    >>> low, high = wilson(np.array([49 / 161]), np.array([161.0]), np.array([1.959964]))
    >>> float(low[0]).__round__(5), float(high[0]).__round__(5)
    (0.23852, 0.3793)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (p + t**2 / (2 * n)) / (1 + t**2 / n)
        half = t / (1 + t**2 / n) * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    return np.where(p == 0, 0.0, centre - half), np.where(p == 1, 1.0, centre + half)


def score(mean: Floats, n: Floats, dispersion: Floats, t: Floats, most: float = np.inf) -> tuple[Floats, Floats]:
    """Score limits for a mean amount whose variance is *dispersion* · μ(1 − μ/*most*) ÷ *n*, within 0 and *most*.

    Counts have dispersion 1: of 10 attacks in all, these are the limits of a Poisson mean.

    >>> low, high = score(np.array([10.0]), np.array([1.0]), np.array([1.0]), np.array([1.959964]))
    >>> float(low[0]).__round__(2), float(high[0]).__round__(2)
    (5.43, 18.41)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        k = t**2 * dispersion / n
        centre = (mean + k / 2) / (1 + k / most)
        half = np.sqrt(k * mean * _room(mean, most) + k**2 / 4) / (1 + k / most)
    return np.where(mean == 0, 0.0, centre - half), np.where(mean == most, most, centre + half)


def _room(mean: Floats, most: float) -> Floats:
    """The share of the most a day can have that a mean leaves free: 1 where there is no most."""
    return np.asarray(np.maximum(1 - mean / most, 0.0))


def mover(
    p0: Floats, limits0: tuple[Floats, Floats], p1: Floats, limits1: tuple[Floats, Floats], c: float = 1.0
) -> tuple[Floats, Floats, Floats]:
    """p1 − c·p0 with limits recovered from those of each (Newcombe 1998, method 10, when c is 1)."""
    value = p1 - c * p0
    low = value - np.sqrt((p1 - limits1[0]) ** 2 + c**2 * (limits0[1] - p0) ** 2)
    high = value + np.sqrt((limits1[1] - p1) ** 2 + c**2 * (p0 - limits0[0]) ** 2)
    return value, low, high


def share_contrast(pair: Pair, c: float, level: float) -> tuple[Floats, Floats, Floats]:
    """after − c·before for shares of days, with limits."""
    p0, p1 = pair.before.mean, pair.after.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        a0 = np.maximum(p0 * (1 - p0), LEAST_VARIANCE) / pair.before.n
        a1 = np.maximum(p1 * (1 - p1), LEAST_VARIANCE) / pair.after.n
    t = quantile(pair.before, pair.after, a0, a1, level)
    return mover(p0, wilson(p0, pair.before.n, t), p1, wilson(p1, pair.after.n, t), c)


def amount_contrast(pair: Pair, c: float, level: float, *, most: float = np.inf) -> tuple[Floats, Floats, Floats]:
    """after − c·before for amounts a day, of which a day has at most *most*, with limits."""
    p0, p1 = pair.before.mean, pair.after.mean
    d0, d1 = dispersions(pair, most)
    a0, a1 = _amount_variance(pair.before, d0, most), _amount_variance(pair.after, d1, most)
    t = quantile(pair.before, pair.after, a0, a1, level)
    return mover(p0, score(p0, pair.before.n, d0, t, most), p1, score(p1, pair.after.n, d1, t, most), c)


def _amount_variance(phase: Phase, dispersion: Floats, most: float) -> Floats:
    """Variance of the mean amount of a phase."""
    with np.errstate(divide="ignore", invalid="ignore"):
        day = np.maximum(dispersion * phase.mean * _room(phase.mean, most), LEAST_VARIANCE * dispersion**2)
        return np.asarray(day / phase.n)


def dispersions(pair: Pair, most: float = np.inf) -> tuple[Floats, Floats]:
    """φ of both phases: variance ÷ mean(1 − mean/*most*), of the phase's days or of all days, whichever is larger.

    Where no day differs from another it cannot be known, and is taken as that of days which have the same amount, or
    nothing; where there is no amount at all, of days which have *most* (or 1), or nothing.
    """
    together = _together(pair)
    known = together.squares > NO_VARIANCE * together.m
    whole = np.where(together.mean > NO_VARIANCE, together.mean, most if np.isfinite(most) else 1.0)
    d0, d1 = (
        np.where(known, np.fmax(_dispersion(phase, most), _dispersion(together, most)), whole)
        for phase in (pair.before, pair.after)
    )
    return d0, d1


def _together(pair: Pair) -> Phase:
    """The days of both phases as one."""
    before, after = pair.before, pair.after
    m = before.m + after.m
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (before.m * before.mean + after.m * after.mean) / m
    between = before.m * (before.mean - mean) ** 2 + after.m * (after.mean - mean) ** 2
    return Phase(m, mean, before.squares + after.squares + between, before.n + after.n)


def _dispersion(phase: Phase, most: float) -> Floats:
    """Variance ÷ mean(1 − mean/most) of days: at most *most*; NaN where every day has nothing, or all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.minimum(phase.squares / phase.m / (phase.mean * _room(phase.mean, most)), most))


def mean_contrast(pair: Pair, c: float, level: float) -> tuple[Floats, Floats, Floats]:
    """after − c·before for means over headache days, with limits; NaN where a phase has fewer than two of them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a0 = c**2 * pair.before.squares / (pair.before.m - 1) / pair.before.n
        a1 = pair.after.squares / (pair.after.m - 1) / pair.after.n
        t = quantile(pair.before, pair.after, a0, a1, level)
    value = pair.after.mean - c * pair.before.mean
    half = t * np.sqrt(a0 + a1)
    return value, value - half, value + half


def response(low: Any, high: Any) -> NDArray[np.object_]:
    """``yes`` where the interval of after − c·before is at most 0, ``no`` where it is above, else ``uncertain``.

    >>> response(np.array([-0.3, -0.1, 0.1]), np.array([-0.1, 0.1, 0.3])).tolist()
    ['yes', 'uncertain', 'no']
    """
    return np.where(high <= 0, "yes", np.where(low > 0, "no", "uncertain")).astype(object)
