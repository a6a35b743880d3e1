"""How often the intervals of one person's change hold the truth: a simulation with a fixed seed.

`python tests/benchmarks/coverage.py` simulates headache days (the parts "grid" and "drift") in under ten minutes on two
cores, prints the tables, and writes `data/coverage/coverage.csv` (every cell) and `data/coverage/coverage.png` and
`.svg`; the rows of the other parts are kept. `--part hours` (or another name in `PARTS`; more than once for several)
simulates that part instead, at about five minutes each. `--quick` runs a few cells with few patients, and
writes nothing.

**The grid**: 486 cells. Baseline 28, 56 or 84 days; after it 84 or 168; 8, 15 or 22 headache days per 28; an effect
of 0, -30 or -60 %; 0, 15 or 30 % of days missing at random; lag-1 autocorrelation .1, .3 or .5. In each phase the days
are a stationary two-state Markov chain, and the phases are independent. Nominal level: 95 %.

**The methods**: our serial and check intervals, and Newcombe's (1998), which takes days as independent, with 20,000
patients a cell (standard error of a coverage of 95 %: 0.15 points); Newey-West (Bartlett weights, lag 4 (N/100)^(2/9),
t with N - 2 degrees of freedom) with the same 20,000; a moving-block bootstrap (blocks of 7 days, 999 resamples,
percentiles) with 1,000 (standard error 0.7). The lowest of many simulated cells lies below its true coverage by chance
alone, so the ten lowest cells of the serial and of the check interval are simulated again with 200,000 new patients
(0.05), and these figures stand beside the first.

**Slow drift**: no effect, 14 days per 28, and a logit that wanders from week to week, as a stationary AR(1) or as a
random walk. No interval from the days alone can tell such a drift from an effect; the table shows how each degrades.

**Amounts**: on the grid's headache days, hours are lognormal (median 6, sigma 0.9; the long-tailed: median 3, sigma
1.5), at most 24, and depend on the day before as the days do; one attack begins, and 0.3 more on average. The
interval is the "serial score" of `serial_amount`; beside it stands the "serial t" of `serial_mean`, which takes the
means to be normal. 10,000 patients a cell (0.22), and 100,000 new ones (0.07) in the ten lowest cells. Hours of
headaches that all last the whole day need no simulation: their interval is exactly that of the days.

**Mean peak intensity**: 1 to 10 on headache days, from a normal distribution (mean 6, standard deviation 2, an AR(1)
over days), and falls by half as many per cent as headache days do. The interval is the "serial t"; patients with fewer
than two headache days in a phase have none, and are not counted.

**What was found**: the serial interval holds the truth in at least 94.5 % of patients in every cell (94.9 % in the ten
lowest cells, simulated again), the check interval in at least 96.0 %. Newcombe's interval falls to 73 %, Newey-West to
80 %, the block bootstrap to 73 %. Slow drift is not covered: averaged over the lengths of the phases, the serial
interval then holds the truth in 81 to 92 %, the check interval in 87 to 95 %; with the strongest drift and the longest
phases in 69 and 76 %.

The score interval of headache hours holds the truth in 96.4 % on average and at least 94.8 % (95.2 % in the ten lowest
cells, simulated again); of long-tailed hours in 96.3 and 94.8 % (95.0); of attacks in 96.8 and 93.9 % (94.2; lowest
where attacks begin on most days and headaches come in long runs). The t interval would hold hours in 93.3 and 84 %,
long-tailed ones in 92.0 and 77 %, attacks in 93.9 and 88 %: worst after a baseline of 28 days with few headache days.
The score interval is wider by 7, 9 and 17 %. The t interval of mean peak intensity holds the truth in 94.9 % on average
and at least 93.5 % (93.7).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy.stats import lognorm, norm
from scipy.stats import t as student

from analysis.charts.style import (
    INK,
    QUIET,
    RC,
    RULE,
    SEVERITY_COLOURS,
    label_right,
    new_figure,
    plain,
    solid,
)
from analysis.estimates.check import check_rows
from analysis.estimates.serial import mover, serial_amount_rows, serial_mean_rows, serial_newcombe_rows, wilson

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
Method = Callable[[Floats, Floats, np.random.Generator], Limits]
Simulate = Callable[["Scenario", int, np.random.Generator], "Days"]

SEED = 20261104
LEVEL = 0.95
BATCH = 2_000
"""Patients simulated at a time; their days stay in the processor's cache."""
OUTPUT = Path(__file__).parents[2] / "data" / "coverage"


class Scenario(NamedTuple):
    """Days *before* and *after*, headache days per 28 before, *effect* and *missing* in %, lag-1 autocorrelation *r*.

    *drift* names a slow drift of the logit, *size* is its standard deviation (of the step, for a random walk).
    """

    before: int
    after: int
    rate: float
    effect: float
    missing: float
    r: float
    drift: str = "none"
    size: float = 0.0

    @property
    def shares(self) -> tuple[float, float]:
        """The true share of headache days, before and after."""
        return self.rate / 28, self.rate / 28 * (1 + self.effect / 100)


class Days(NamedTuple):
    """Simulated patients, a row each: their days before and after, and the true change of the mean day."""

    before: Floats
    after: Floats
    truth: float


GRID = tuple(
    Scenario(*cell)
    for cell in product((28, 56, 84), (84, 168), (8, 15, 22), (0, -30, -60), (0, 15, 30), (0.1, 0.3, 0.5))
)
DRIFTS = (("none", 0.0), ("AR(1)", 0.3), ("AR(1)", 0.6), ("random walk", 0.1), ("random walk", 0.2))
DRIFTING = tuple(
    Scenario(before, after, 14, 0, 0, 0.3, *drift) for drift, before, after in product(DRIFTS, (28, 84), (84, 168))
)
WEEKLY_AR = 0.9
"""What one week's drift keeps of the last one's, in the AR(1) scenarios: half of it is gone after 6.6 weeks."""

MOST_HOURS = 24.0


class Hours(NamedTuple):
    """How long a headache of one day lasts: lognormal, and at most 24 hours."""

    median: float
    sigma: float

    @property
    def mean(self) -> float:
        """E min(X, 24) of the lognormal X."""
        hours = lognorm(self.sigma, scale=self.median)
        below = hours.mean() * norm.cdf(np.log(MOST_HOURS / self.median) / self.sigma - self.sigma)
        return float(below + MOST_HOURS * hours.sf(MOST_HOURS))


HOURS = Hours(6.0, 0.9)
LONG_TAILED = Hours(3.0, 1.5)
"""Most headaches are short, and one in twelve lasts the day."""
MORE_ATTACKS = 0.3
"""Attacks that begin on a headache day beyond the first, on average."""
INTENSITY, INTENSITY_SD = 6.0, 2.0
"""Peak intensity of a headache day before it is rounded and held within 1 to 10."""


# --- simulated patients


def simulate_days(scenario: Scenario, patients: int, rng: np.random.Generator) -> Days:
    """Patients of one scenario with headache (1), none (0), or nothing written down (NaN)."""
    before, after = scenario.shares
    if scenario.drift == "none":
        phases = [
            markov_days(np.full((n, 1), p), scenario.r, patients, rng)
            for n, p in ((scenario.before, before), (scenario.after, after))
        ]
    else:
        share = drifting_share(scenario, patients, rng)
        phases = np.split(markov_days(share, scenario.r, patients, rng), [scenario.before])
    seen_before, seen_after = (lose(days.T, scenario.missing, rng) for days in phases)
    return Days(seen_before, seen_after, after - before)


def markov_days(share: Floats, r: float, patients: int, rng: np.random.Generator) -> Floats:
    """Days of a two-state Markov chain, a row a day, a column a patient, with lag-1 autocorrelation *r*.

    *share* is the chance of headache on each day (a row a day); where it does not change, the chain is stationary.
    """
    chance = rng.random((len(share), patients))
    days = np.empty_like(chance)
    days[0] = chance[0] < share[0]
    for today in range(1, len(share)):
        days[today] = chance[today] < (1 - r) * share[today] + r * days[today - 1]
    return days


def drifting_share(scenario: Scenario, patients: int, rng: np.random.Generator) -> Floats:
    """The chance of headache on each day (a row a day), a logit that takes a step every seven days."""
    n = scenario.before + scenario.after
    steps = scenario.size * rng.standard_normal((-(-n // 7), patients))
    if scenario.drift == "AR(1)":
        steps[1:] *= np.sqrt(1 - WEEKLY_AR**2)
    keep = WEEKLY_AR if scenario.drift == "AR(1)" else 1.0
    for week in range(1, len(steps)):
        steps[week] += keep * steps[week - 1]
    share = scenario.rate / 28
    return np.repeat(1 / (1 + (1 - share) / share * np.exp(-steps)), 7, axis=0)[:n]


def lose(days: Floats, percent: float, rng: np.random.Generator) -> Floats:
    """The days with some of them not written down, at random."""
    return np.where(rng.random(days.shape) < percent / 100, np.nan, days) if percent else days.copy()


def simulate_hours(scenario: Scenario, patients: int, rng: np.random.Generator, hours: Hours = HOURS) -> Days:
    """The same patients with headache hours in place of yes and no."""
    days = simulate_days(scenario, patients, rng)
    before, after = (phase * lasting_hours(hours, phase.shape, scenario.r, rng) for phase in (days.before, days.after))
    return Days(before, after, days.truth * hours.mean)


def lasting_hours(hours: Hours, shape: tuple[int, ...], r: float, rng: np.random.Generator) -> Floats:
    """How long a headache of each day would last; the logarithm is an AR(1) over days."""
    return np.minimum(hours.median * np.exp(hours.sigma * daily_noise(shape, r, rng)), MOST_HOURS)


def daily_noise(shape: tuple[int, ...], r: float, rng: np.random.Generator) -> Floats:
    """Standard normal numbers, a column a day, an AR(1) over days."""
    noise = rng.standard_normal(shape)
    noise[:, 1:] *= np.sqrt(1 - r**2)
    for today in range(1, shape[1]):
        noise[:, today] += r * noise[:, today - 1]
    return noise


def simulate_attacks(scenario: Scenario, patients: int, rng: np.random.Generator) -> Days:
    """The same patients with the attacks that began on each day: one on a headache day, now and then more."""
    days = simulate_days(scenario, patients, rng)
    before, after = (phase * (1.0 + rng.poisson(MORE_ATTACKS, phase.shape)) for phase in (days.before, days.after))
    return Days(before, after, days.truth * (1 + MORE_ATTACKS))


def simulate_intensity(scenario: Scenario, patients: int, rng: np.random.Generator) -> Days:
    """The same patients with the peak intensity (1 to 10) of their headache days, and nothing on the others.

    Intensity falls by half as many per cent as headache days do.
    """
    days = simulate_days(scenario, patients, rng)
    centres = INTENSITY, INTENSITY * (1 + scenario.effect / 200)
    before, after = (
        np.where(phase == 1, peak_intensity(centre, phase.shape, scenario.r, rng), np.nan)
        for phase, centre in zip((days.before, days.after), centres, strict=True)
    )
    return Days(before, after, mean_intensity(centres[1]) - mean_intensity(centres[0]))


def peak_intensity(centre: float, shape: tuple[int, ...], r: float, rng: np.random.Generator) -> Floats:
    """How intense a headache of each day would be, in whole numbers from 1 to 10, from an AR(1) over days."""
    return np.clip(np.rint(centre + INTENSITY_SD * daily_noise(shape, r, rng)), 1, 10)


def mean_intensity(centre: float) -> float:
    """The mean of those whole numbers: 1, and the chance of being above each of 1 to 9."""
    return float(1 + norm.sf((np.arange(1, 10) + 0.5 - centre) / INTENSITY_SD).sum())


# --- methods


def serial(before: Floats, after: Floats, rng: np.random.Generator) -> Limits:
    """Our interval."""
    return serial_newcombe_rows(before, after, LEVEL)[1:3]


def check(before: Floats, after: Floats, rng: np.random.Generator) -> Limits:
    """Our check interval."""
    return check_rows(before, after, LEVEL)[1:3]


def newcombe(before: Floats, after: Floats, rng: np.random.Generator) -> Limits:
    """Newcombe's hybrid score interval (1998, method 10), the days taken as independent."""
    sides = [(np.nanmean(days, axis=1), np.count_nonzero(~np.isnan(days), axis=1)) for days in (before, after)]
    z = norm.ppf((1 + LEVEL) / 2)
    (p0, limits0), (p1, limits1) = [(p, wilson(p, n.astype(float), z)) for p, n in sides]
    return mover(p0, limits0, p1, limits1)[1:]


def newey_west(before: Floats, after: Floats, rng: np.random.Generator) -> Limits:
    """Difference of means with Newey and West's (1987) variance; days that are missing take part in no product."""
    n = np.count_nonzero(~np.isnan(before), axis=1) + np.count_nonzero(~np.isnan(after), axis=1)
    lag = int(4 * (n.mean() / 100) ** (2 / 9))
    half = student.ppf((1 + LEVEL) / 2, n - 2) * np.sqrt(
        (_bartlett_variance(before, lag) + _bartlett_variance(after, lag)) * n / (n - 2)
    )
    value = np.nanmean(after, axis=1) - np.nanmean(before, axis=1)
    return value - half, value + half


def _bartlett_variance(days: Floats, lag: int) -> Floats:
    """Variance of the mean of each row."""
    seen = ~np.isnan(days)
    rest = np.where(seen, days - np.nanmean(days, axis=1, keepdims=True), 0.0)
    total = (rest**2).sum(axis=1)
    for apart in range(1, lag + 1):
        total += 2 * (1 - apart / (lag + 1)) * (rest[:, apart:] * rest[:, :-apart]).sum(axis=1)
    return np.asarray(np.maximum(total, 0) / seen.sum(axis=1) ** 2)


BLOCK, RESAMPLES = 7, 999


def block_bootstrap(before: Floats, after: Floats, rng: np.random.Generator) -> Limits:
    """Moving-block bootstrap of the difference of shares, percentiles.

    The patients of one batch are resampled with the same blocks, which changes no single interval's coverage.
    """
    change = _resampled_share(after, rng) - _resampled_share(before, rng)
    low, high = np.quantile(change, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return low, high


def _resampled_share(days: Floats, rng: np.random.Generator) -> Floats:
    """The share of headache days in each resample: a row a patient, a column a resample."""
    starts = days.shape[1] - BLOCK + 1
    drawn = rng.multinomial(days.shape[1] // BLOCK, np.full(starts, 1 / starts), RESAMPLES).T.astype(float)
    events, seen = (_block_sums(values) @ drawn for values in (np.nan_to_num(days), ~np.isnan(days)))
    return np.asarray(events / np.maximum(seen, 1))


def _block_sums(values: NDArray[Any]) -> Floats:
    total = np.cumsum(np.pad(values.astype(float), ((0, 0), (1, 0))), axis=1)
    return np.asarray(total[:, BLOCK:] - total[:, :-BLOCK])


def serial_score(before: Floats, after: Floats, rng: np.random.Generator, most: float = np.inf) -> Limits:
    """Our interval for amounts."""
    return serial_amount_rows(before, after, LEVEL, most=most)[1:3]


def serial_t(before: Floats, after: Floats, rng: np.random.Generator) -> Limits:
    """Our interval for means over headache days; for amounts, what the score interval is compared with."""
    return serial_mean_rows(before, after, LEVEL)[1:3]


DAY_METHODS: dict[str, Method] = {
    "serial": serial,
    "check": check,
    "Newcombe": newcombe,
    "Newey-West": newey_west,
    "block bootstrap": block_bootstrap,
}
HOUR_METHODS: dict[str, Method] = {"serial score": partial(serial_score, most=MOST_HOURS), "serial t": serial_t}
COUNT_METHODS: dict[str, Method] = {"serial score": serial_score, "serial t": serial_t}
DAY_PATIENTS = {"serial": 20_000, "check": 20_000, "Newcombe": 20_000, "Newey-West": 20_000, "block bootstrap": 1_000}
AMOUNT_PATIENTS = {"serial score": 10_000, "serial t": 10_000}
QUICK_PATIENTS = 1_000
AGAIN_CELLS = 10


class Part(NamedTuple):
    """One table of the full run: what is simulated, and how many patients of each scenario each method sees.

    The lowest cells of the methods in *again* are simulated again, with so many new patients.
    """

    title: str
    scenarios: tuple[Scenario, ...]
    simulate: Simulate
    methods: dict[str, Method]
    patients: dict[str, int]
    again: dict[str, int]


DAYS_PARTS = ["grid", "drift"]
"""What is simulated where nothing else is asked for: the interval of headache days."""

PARTS = {
    "grid": Part(
        "headache days", GRID, simulate_days, DAY_METHODS, DAY_PATIENTS, {"serial": 200_000, "check": 200_000}
    ),
    "drift": Part("headache days, slow drift", DRIFTING, simulate_days, DAY_METHODS, DAY_PATIENTS, {}),
    "hours": Part("headache hours", GRID, simulate_hours, HOUR_METHODS, AMOUNT_PATIENTS, {"serial score": 100_000}),
    "long-tailed hours": Part(
        "headache hours, long-tailed",
        GRID,
        partial(simulate_hours, hours=LONG_TAILED),
        HOUR_METHODS,
        AMOUNT_PATIENTS,
        {"serial score": 100_000},
    ),
    "attacks": Part("attacks", GRID, simulate_attacks, COUNT_METHODS, AMOUNT_PATIENTS, {"serial score": 100_000}),
    "intensity": Part(
        "mean peak intensity",
        GRID,
        simulate_intensity,
        {"serial t": serial_t},
        {"serial t": 10_000},
        {"serial t": 100_000},
    ),
}
"""The tables of the full run, by the name in the CSV file."""


# --- coverage


class Coverage(NamedTuple):
    """How often one method held the truth in one scenario.

    *part* names one of PARTS, or one with "again"; *patients* are those that have an interval; *error* is the standard
    error of the coverage; *half_width* is half the interval's mean width, per 28 days (of intensity: in points).
    """

    part: str
    before: int
    after: int
    rate: float
    effect: float
    missing: float
    r: float
    drift: str
    size: float
    method: str
    patients: int
    coverage: float
    error: float
    half_width: float


def cover(scenario: Scenario, patients: dict[str, int], *, part: str = "grid", again: bool = False) -> list[Coverage]:
    """The coverage of some of the part's methods, each over the first so many of the *patients* of a scenario.

    With *again*, the patients are new ones.
    """
    rng = np.random.default_rng([SEED + again, *_numbers(scenario)])
    tallies = {name: Tally() for name in patients}
    most = max(patients.values())
    for done in range(0, most, BATCH):
        days = PARTS[part].simulate(scenario, min(BATCH, most - done), rng)
        for name in patients:
            count = min(len(days.before), patients[name] - done)
            if count > 0:
                limits = PARTS[part].methods[name](days.before[:count], days.after[:count], rng)
                tallies[name] += tally(limits, days.truth)
    label = f"{part} again" if again else part
    scale = 1 if part == "intensity" else 28
    return [_coverage(label, scenario, name, found, scale) for name, found in tallies.items()]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of some patients: how many have an interval, how many of these hold the truth, and all their widths."""

    told: int = 0
    held: int = 0
    width: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        """Both, together."""
        return Tally(self.told + other.told, self.held + other.held, self.width + other.width)


def tally(limits: Limits, truth: float) -> Tally:
    """What the intervals of some patients come to."""
    low, high = limits
    held = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    return Tally(int(np.sum(~np.isnan(high - low))), int(np.sum(held)), float(np.nansum(high - low)))


def _numbers(scenario: Scenario) -> list[int]:
    """The scenario as whole numbers that seed its random numbers, whatever the order in which the scenarios are run."""
    drift = sorted({name for name, _ in DRIFTS}).index(scenario.drift)
    return [round(abs(number) * 100) for number in (*scenario[:6], scenario.size)] + [drift]


def _coverage(part: str, scenario: Scenario, method: str, found: Tally, scale: int) -> Coverage:
    share = found.held / found.told
    error = float(np.sqrt(share * (1 - share) / found.told))
    return Coverage(part, *scenario, method, found.told, share, error, scale * found.width / found.told / 2)


def cover_all(scenarios: Iterable[Scenario], patients: dict[str, int], workers: int, **options: Any) -> pd.DataFrame:
    """:func:`cover` for many scenarios, in several processes: a row for each scenario and method."""
    run = partial(cover, patients=patients, **options)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return _rows(pool.map(run, scenarios, chunksize=4))


def _rows(parts: Iterable[list[Coverage]]) -> pd.DataFrame:
    return pd.DataFrame([row for part in parts for row in part], columns=list(Coverage._fields))


def simulate_part(name: str, workers: int) -> pd.DataFrame:
    """One table of the full run, its lowest cells again below it."""
    part = PARTS[name]
    first = cover_all(part.scenarios, part.patients, workers, part=name)
    again = [
        cover_all(worst(first, method), {method: patients}, workers, part=name, again=True)
        for method, patients in part.again.items()
    ]
    return pd.concat([first, *again], ignore_index=True)


def simulate_quickly() -> pd.DataFrame:
    """A few cells of every part, with few patients."""
    return _rows(
        cover(cell, dict.fromkeys(part.methods, QUICK_PATIENTS), part=name)
        for name, part in PARTS.items()
        for cell in part.scenarios[::25]
    )


def simulate_parts(names: Sequence[str], workers: int, kept: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every table one below the other: the named ones simulated, the others from those *kept*."""
    tables = []
    for name in PARTS:
        if name in names:
            tables.append(simulate_part(name, workers))
        elif kept is not None:
            tables.append(kept.loc[kept["part"].isin([name, f"{name} again"])])
    return pd.concat(tables, ignore_index=True)


def worst(table: pd.DataFrame, method: str, cells: int = AGAIN_CELLS) -> list[Scenario]:
    """The scenarios in which the method's coverage was lowest."""
    rows = table.loc[table["method"] == method].nsmallest(cells, "coverage")
    return [Scenario(*row) for row in rows[list(Scenario._fields)].itertuples(index=False, name=None)]


# --- what is printed and drawn


def by_autocorrelation(table: pd.DataFrame) -> str:
    """Mean and lowest coverage over the cells, a line a method, a column an autocorrelation."""
    cells = table.groupby(["method", "r"], sort=False)["coverage"].agg(["mean", "min"])
    lines = [f"{'method':<16}" + "".join(f"{f'r = {r}':>16}" for r in table["r"].unique()) + f"{'error':>8}"]
    lines.append(f"{'':<16}" + f"{'mean':>9}{'least':>7}" * table["r"].nunique())
    for method, rows in cells.groupby(level="method", sort=False):
        error = table.loc[table["method"] == method, "error"].max()
        numbers = "".join(f"{100 * mean:9.1f}{100 * least:7.1f}" for mean, least in rows.itertuples(index=False))
        lines.append(f"{method:<16}{numbers}{100 * error:8.2f}")
    return "\n".join(lines)


def lowest_cells(table: pd.DataFrame, part: str, method: str) -> str:
    """The ten lowest cells of a method, with the figure from new patients beside them where there is one."""
    mine = table.loc[table["method"] == method]
    cells = mine.loc[mine["part"] == part].nsmallest(AGAIN_CELLS, "coverage")
    again = mine.loc[mine["part"] == f"{part} again"]
    keys = list(Scenario._fields)
    both = cells.merge(again[[*keys, "coverage"]], on=keys, how="left", suffixes=("", "_again"))
    shown = both[["before", "after", "rate", "effect", "missing", "r", "coverage", "coverage_again"]].copy()
    shown[["coverage", "coverage_again"]] = (100 * shown[["coverage", "coverage_again"]]).round(2)
    return shown.dropna(axis="columns", how="all").to_string(index=False)


def by_drift(table: pd.DataFrame) -> str:
    """Coverage under slow drift, a line a drift, a column a method, the mean of four lengths of phases."""
    wide = table.pivot_table(index=["drift", "size"], columns="method", values="coverage", sort=False)
    return (100 * wide).round(1).to_string()


def report(table: pd.DataFrame) -> str:
    """All that is printed."""
    return "\n\n".join(_section(table, name) for name in PARTS if name in set(table["part"]))


def _section(table: pd.DataFrame, name: str) -> str:
    """What is printed of one part."""
    part, cells = PARTS[name], table.loc[table["part"] == name]
    text = by_drift(cells) if name == "drift" else by_autocorrelation(cells)
    lowest = (f"\nThe ten lowest cells: {method}\n{lowest_cells(table, name, method)}" for method in part.again)
    return "\n".join([f"Coverage of nominal 95 % intervals, %: {part.title}", text, *lowest])


def draw_coverage(table: pd.DataFrame, ax: Axes) -> Axes:
    """Coverage of each method: a dot a cell, a shade an autocorrelation, a bar at the mean of the cells.

    The methods for headache days first, then those for headache hours.
    """
    table = table.assign(method=table["method"].where(table["part"] == "grid", "hours:\n" + table["method"]))
    shades = dict(zip(sorted(table["r"].unique()), SEVERITY_COLOURS.values(), strict=True))
    methods = list(table["method"].unique())
    rng = np.random.default_rng(SEED)
    with rc_context(RC):
        for (method, r), cells in table.groupby(["method", "r"], sort=False):
            place = methods.index(method) + 0.27 * (list(shades).index(r) - 1)
            percent = 100 * cells["coverage"].to_numpy()
            ax.plot(place + rng.uniform(-0.09, 0.09, len(percent)), percent, ".", color=shades[r], markersize=2.2)
            ax.hlines(percent.mean(), place - 0.12, place + 0.12, color=INK, linewidth=1.6, zorder=3)
        ax.set_xticks(range(len(methods)), [name.replace("block ", "block\n") for name in methods])
        ax.set_ylabel("coverage of a 95 % interval, %")
        ax.yaxis.grid(True, color=RULE, linewidth=0.5)
        ax.axhline(95, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
        ax.axhline(94, color=QUIET, linewidth=0.6, zorder=1)
        label_right(ax, 95.5, "95 %\nnominal")
        label_right(ax, 92.9, "94 %\nrequired")
        plain(
            ax,
            "How often the interval holds the true change",
            [solid(c, f"autocorrelation {r}") for r, c in shades.items()],
        )
    return ax


def write_outputs(table: pd.DataFrame, folder: Path) -> None:
    """The cells as CSV, and the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    rounded = table.round({"coverage": 5, "error": 5, "half_width": 3})
    rounded.to_csv(folder / "coverage.csv", index=False, lineterminator="\n")
    figure, (ax,) = new_figure(height_cm=9)
    draw_coverage(table.loc[table["part"].isin(["grid", "hours"])], ax)
    with rc_context(RC):
        figure.savefig(folder / "coverage.png", dpi=200, metadata={"Software": None})
        figure.savefig(folder / "coverage.svg", metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the simulation and print what came out."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="every 25th cell with 1,000 patients; writes nothing")
    options.add_argument(
        "--part", action="append", choices=PARTS, help="simulate this one, and keep the rest of the CSV file"
    )
    options.add_argument("--workers", type=int, default=2, help="processes to use (default: 2)")
    chosen = options.parse_args(arguments)
    start = perf_counter()
    table = simulate_quickly() if chosen.quick else _simulated(chosen.part or DAYS_PARTS, chosen.workers)
    print(report(table))
    print(f"\n{perf_counter() - start:.0f} s")
    if not chosen.quick:
        write_outputs(table, OUTPUT)


def _simulated(parts: Sequence[str], workers: int) -> pd.DataFrame:
    """The chosen parts, beside what the CSV file holds of the others."""
    return simulate_parts(parts, workers, pd.read_csv(OUTPUT / "coverage.csv", keep_default_na=False))


if __name__ == "__main__":
    main()
