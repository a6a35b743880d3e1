"""How often a change over the years would be told: a simulation with a fixed seed, behind :mod:`analysis.course`.

`python -m tests.benchmarks.course` prints the table in half a minute.

Six cycles of 84 days at 4, 10 or 16 headache days per 28; each cycle's own level strays from it with a standard
deviation of 0 to 3 days. Days are a two-state Markov chain, as in `tests/benchmarks/coverage.py`, with lag-1
autocorrelation .3, and every day is logged. "Told" are limits that do not hold 0, though there is no change over the
years: 5 % are allowed. "Seen" is a lower limit above 0 where the last three cycles have 4 days more.

**What was found**, for cycles that stray by 0, 1, 2, 3 days: by days alone 5, 7 to 9, 16 to 23 and 24 to 34 % are told,
within the wider limits 2, 3 to 4, 4 to 5 and 5 to 6 %. At 10 headache days 42, 37, 25 and 19 % are seen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.course import GROUP, limits_by_cycles
from analysis.estimates.serial import serial_newcombe_rows
from tests.benchmarks.coverage import markov_days

SEED = 20261121
PATIENTS = 2_000
CYCLE = 84
RATES = (4, 10, 16)
STRAYS = (0, 1, 2, 3)
MORE = 4
AUTOCORRELATION = 0.3

Floats = NDArray[np.float64]


def six_cycles(rate: float, stray: float, more: float, patients: int, rng: np.random.Generator) -> Floats:
    """The days of simulated patients, a row each; the last three cycles have *more* headache days per 28."""
    level = rate + stray * rng.standard_normal((2 * GROUP, patients))
    level[GROUP:] += more
    share = np.repeat(np.clip(level / 28, 0.01, 0.99), CYCLE, axis=0)
    return markov_days(share, AUTOCORRELATION, patients, rng).T


def limits(days: Floats) -> tuple[Floats, Floats]:
    """Lower and upper limits, two rows each: by days alone, and the wider ones of :mod:`analysis.course`."""
    half = GROUP * CYCLE
    late = np.arange(days.shape[1]) >= half
    _, low, high, _ = serial_newcombe_rows(np.where(late, np.nan, days), np.where(late, days, np.nan))
    rates = 28 * days.reshape(len(days), 2 * GROUP, CYCLE).mean(axis=2)
    lower, upper = limits_by_cycles(rates[:, :GROUP], rates[:, GROUP:])
    low, high = 28 * low, 28 * high
    return np.stack([low, np.minimum(low, lower)]), np.stack([high, np.maximum(high, upper)])


def told(rate: float, stray: float, more: float = 0, patients: int = PATIENTS) -> list[float]:
    """The share of simulated patients, in per cent, whose limits do not hold 0: by days alone, and the wider."""
    rng = np.random.default_rng([SEED, round(rate), round(stray), round(more)])
    low, high = limits(six_cycles(rate, stray, more, patients, rng))
    return [float(share) for share in 100 * ((low > 0) | (high < 0)).mean(axis=1)]


def main() -> None:
    """Print the table."""
    print(f"{'rate':>4} {'stray':>5} {'more':>4} {'days alone':>10} {'wider':>6}")
    for rate, stray, more in [*((r, s, 0) for r in RATES for s in STRAYS), *((10, s, MORE) for s in STRAYS)]:
        by_days, wider = told(rate, stray, more)
        print(f"{rate:>4} {stray:>5} {more:>4} {by_days:>10.1f} {wider:>6.1f}")


if __name__ == "__main__":
    main()
