"""The check interval: a second, wider answer beside the serial interval.

It takes the widest of four ways in which days can depend on each other: the autocorrelation of
:mod:`analysis.estimates.serial`, and the over-dispersion of weeks, fortnights and blocks of 28 days (Pearson's
chi-square over its degrees of freedom, at least 1). Each gives an effective number of days, and the same hybrid-score
limits. It is wider where headache drifts from month to month, which the serial interval does not see.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimates.serial import Estimate, Floats, Pair, Phase, _row, serial_pair, share_contrast

BLOCKS = (7, 14, 28)
"""Lengths, in days, over which dispersion is looked at."""
METHOD = "widest of serial and block-dispersion Newcombe"


def check_interval(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> Estimate:
    """The change in the share of days, after − before, with the check interval.

    *before* and *after* are 1, 0 or NaN (not observed) for each day in calendar order.

    A baseline of three months, of which the second was a bad one:

    >>> from analysis.estimates.serial import serial_newcombe
    >>> calm, bad = [1, 0, 0, 0, 1, 0, 0], [0, 1, 1, 0, 1, 1, 1]
    >>> before, after = 4 * calm + 4 * bad + 4 * calm, 12 * calm
    >>> for change in (serial_newcombe(before, after), check_interval(before, after)):
    ...     print([round(28 * x, 1) for x in (change.value, change.low, change.high)])
    [-4.0, -7.9, 0.1]
    [-4.0, -10.9, 3.6]

    Raises ValueError: a phase has no observed day.
    """
    value, low, high = check_rows(_row(before), _row(after), level)
    return Estimate(float(value[0]), float(low[0]), float(high[0]), METHOD, level)


def check_rows(before: Floats, after: Floats, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """:func:`check_interval` for many comparisons at once: a row each, a column a day, NaN where not observed."""
    return check_contrast(serial_pair(before, after), before, after, level)


def check_contrast(pair: Pair, before: Floats, after: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """:func:`check_rows` for comparisons whose pair is known already."""
    value, low, high = share_contrast(pair, 1.0, level)
    for length in BLOCKS:
        _, lower, upper = share_contrast(_dispersed(pair, before, after, length), 1.0, level)
        low, high = np.minimum(low, lower), np.maximum(high, upper)
    return value, low, high


def _dispersed(pair: Pair, before: Floats, after: Floats, length: int) -> Pair:
    """The pair with effective numbers of days from the dispersion of blocks of that length."""
    ratio = dispersion(pair, before, after, length)
    return pair._replace(before=_shrunk(pair.before, ratio), after=_shrunk(pair.after, ratio))


def _shrunk(phase: Phase, ratio: Floats) -> Phase:
    return phase._replace(n=phase.m / ratio)


def dispersion(pair: Pair, before: Floats, after: Floats, length: int) -> Floats:
    """How much more the blocks of both phases vary than independent days would: at least 1; 1 where it is not known."""
    squares0, free0 = _pearson(before, pair.before.mean, length)
    squares1, free1 = _pearson(after, pair.after.mean, length)
    free = free0 + free1
    return np.maximum(np.divide(squares0 + squares1, free, out=np.ones_like(squares0), where=free > 0), 1.0)


def _pearson(days: Floats, mean: Floats, length: int) -> tuple[Floats, Floats]:
    """Pearson's chi-square of the blocks' counts around the phase's rate, and its degrees of freedom."""
    width = -(-days.shape[1] // length) * length
    padded = np.full((len(days), width), np.nan)
    padded[:, : days.shape[1]] = days
    blocks = padded.reshape(len(days), -1, length)
    seen = (~np.isnan(blocks)).sum(axis=2)
    expected = seen * mean[:, None]
    spread = expected * (1 - mean[:, None])
    square = (np.nansum(blocks, axis=2) - expected) ** 2
    squares = np.divide(square, spread, out=np.zeros_like(spread), where=spread > 0).sum(axis=1)
    varies = (mean > 0) & (mean < 1)
    return squares, np.where(varies, np.maximum((seen > 0).sum(axis=1) - 1, 0), 0).astype(np.float64)
