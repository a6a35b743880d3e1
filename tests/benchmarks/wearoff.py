"""How often wearing off would be seen: a simulation with a fixed seed, behind :data:`analysis.wearoff.POWER`.

`python -m tests.benchmarks.wearoff` prints the table in a few seconds.

Sessions every 84 days, 10 headache days per 28 in weeks 1-8 of each cycle and 14 in weeks 9-12 (or 10, to see how often
it is said without being there). Days are a two-state Markov chain, as in `tests/benchmarks/coverage.py`, with lag-1
autocorrelation .1, .3 or .5, and every day is logged. "Seen" is a lower 95 % limit above 0.

**What was found** (% seen after 1, 2, 3, 4 cycles): with autocorrelation .1 14, 25, 38, 50; .3 12, 19, 26, 35;
.5 7, 13, 17, 22. Without a difference it is said in 1.9 to 2.5 % (2.5 are allowed).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.estimates.serial import serial_newcombe_rows
from tests.benchmarks.coverage import markov_days

SEED = 20261104
PATIENTS = 4_000
CYCLE = 84
RATE, MORE = 10, 4
CYCLES = (1, 2, 3, 4)
AUTOCORRELATIONS = (0.1, 0.3, 0.5)


def phases(cycles: int, more: float, r: float, patients: int, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Weeks 5-8 and weeks 9-12 of simulated patients, a row each, in their place in the calendar."""
    by_phase = np.array([RATE, RATE, RATE + more]) / 28
    days = markov_days(np.tile(np.repeat(by_phase, 28), cycles)[:, None], r, patients, rng).T
    day = np.arange(CYCLE * cycles) % CYCLE
    return [np.where((day >= first) & (day < first + 28), days, np.nan) for first in (28, 56)]


def seen(cycles: int, more: float = MORE, r: float = 0.3, patients: int = PATIENTS) -> float:
    """The share of simulated patients, in per cent, whose lower limit is above 0."""
    rng = np.random.default_rng([SEED, cycles, round(10 * more), round(10 * r)])
    _, low, _, _ = serial_newcombe_rows(*phases(cycles, more, r, patients, rng))
    return float(100 * (low > 0).mean())


def main() -> None:
    """Print the table."""
    print(f"{'more days':>9} {'r':>4} " + " ".join(f"{n:>2} cycle(s)" for n in CYCLES))
    for more in (MORE, 0):
        for r in AUTOCORRELATIONS:
            print(f"{more:>9} {r:>4} " + " ".join(f"{seen(n, more, r):>10.1f}" for n in CYCLES))


if __name__ == "__main__":
    main()
