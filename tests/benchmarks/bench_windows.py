"""The window kernel for 10,000 patients × 400 days against the same counts in hand-written Polars and DuckDB.

The question, for each patient: headache days and logged days in the baseline (up to three usable blocks of 28
days), in each of three cycles and in each of their phases. All three engines start from the same table in memory
(each in its own format) and must give the same counts.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from analysis.grid import day_grid
from analysis.outcome import window_slices, window_sums
from analysis.windows import window_table
from diary.tables import TREATMENTS, conform

PATIENTS, DAYS, SESSIONS = 10_000, 400, (112, 196, 290)
FIRST = np.datetime64("2024-01-01", "s")


def generate(seed: int = 7, patients: int = PATIENTS, first: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Marked days and treatments of many invented patients: 15 % of days not logged, two in three with headache.

    *first* is the number of the first patient.
    """
    rng = np.random.default_rng(seed)
    n = patients * DAYS
    logged = rng.random(n) > 0.15
    headache = pd.array(rng.random(n) < 0.6, dtype="boolean")
    headache[~logged] = pd.NA
    codes = pd.array([f"P{i:06d}" for i in range(first, first + patients)], dtype="string")
    days = pd.DataFrame(
        {
            "patient": codes.repeat(DAYS),
            "date": np.tile(FIRST + np.arange(DAYS) * np.timedelta64(86400, "s"), patients),
            "logged": logged,
            "headache_day": headache,
        }
    )
    shift = rng.integers(-6, 7, (patients, len(SESSIONS)))
    start = FIRST + (np.array(SESSIONS) + shift) * np.timedelta64(86400, "s")
    treatments = pd.DataFrame(
        {
            "treatment_id": np.arange(start.size).astype(str),
            "patient": codes.repeat(len(SESSIONS)),
            "kind": "botulinum",
            "purpose": "therapeutic",
            "start": start.ravel(),
        }
    )
    return days, conform(treatments, TREATMENTS)


def ours(days: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """Windows and their counts by the project's kernel."""
    grid = day_grid(days)
    windows = window_table(days, treatments, grid=grid)
    slices = window_slices(grid, windows, grid.number(windows["patient"]))
    sums = window_sums(days, "headache_day", slices, windows["days"].to_numpy(np.int64))
    return windows.assign(events=sums.total.astype(int))[["patient", "cycle", "phase", "logged", "events"]]


def polars(days: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """The same in Polars: an as-of join gives each day its cycle, the rest are grouped sums."""
    sessions = sessions.sort("patient", "start").with_columns(
        cycle=pl.int_range(1, pl.len() + 1).over("patient"), first=pl.col("start").min().over("patient")
    )
    firsts = sessions.select("patient", "first").unique()
    base = (
        days.join(firsts, on="patient")
        .with_columns(back=(pl.col("first") - pl.col("date")).dt.total_days() - 1)
        .filter(pl.col("back").is_between(0, 83))
        .group_by("patient", block=pl.col("back") // 28)
        .agg(logged=pl.col("logged").sum(), events=pl.col("headache_day").sum())
        .sort("patient", "block")
        .with_columns(usable=(pl.col("logged") >= 20).cast(pl.Int8).cum_min().over("patient"))
        .filter((pl.col("usable") == 1) | (pl.col("block") == 0))
        .group_by("patient")
        .agg(pl.col("logged").sum(), pl.col("events").sum())
        .with_columns(cycle=pl.lit(0, pl.Int64), phase=pl.lit("baseline"))
    )
    placed = (
        days.join_asof(
            sessions.select("patient", "start", "cycle"),
            left_on="date",
            right_on="start",
            by="patient",
            check_sortedness=False,
        )
        .filter(pl.col("cycle").is_not_null())
        .with_columns(d=(pl.col("date") - pl.col("start")).dt.total_days())
    )
    counted = [pl.col("logged").sum(), pl.col("headache_day").sum().alias("events")]
    phase = (
        pl.when(pl.col("d") < 28)
        .then(pl.lit("1-4"))
        .when(pl.col("d") < 56)
        .then(pl.lit("5-8"))
        .when(pl.col("d") < 84)
        .then(pl.lit("9-12"))
        .otherwise(pl.lit("late"))
    )
    phases = placed.group_by("patient", "cycle", phase=phase).agg(counted)
    cycles = placed.filter(pl.col("d") < 84).group_by("patient", "cycle").agg(counted)
    order = ["patient", "cycle", "phase", "logged", "events"]
    parts = [base, cycles.with_columns(phase=pl.lit("cycle")), phases]
    return pl.concat([part.with_columns(pl.col("cycle").cast(pl.Int64)).select(order) for part in parts])


DUCK = """
with s as (select patient, start, row_number() over w as cycle, min(start) over (partition by patient) as first_one
           from sessions window w as (partition by patient order by start)),
firsts as (select distinct patient, first_one from s),
blocks as (select d.patient, (date_diff('day', d.date, f.first_one) - 1) // 28 as block,
                  count(*) filter (d.logged) as logged, count(*) filter (d.headache_day) as events
           from days d join firsts f using (patient)
           where d.date < f.first_one and d.date >= f.first_one - interval 84 day group by all),
usable as (select *, min(case when logged >= 20 then 1 else 0 end) over (partition by patient order by block) as ok
           from blocks),
placed as (select d.*, s.cycle, date_diff('day', s.start, d.date) as n
           from days d asof join s on d.patient = s.patient and d.date >= s.start)
select patient, 0 as cycle, 'baseline' as phase, sum(logged) as logged, sum(events) as events
from usable where ok = 1 or block = 0 group by patient
union all
select patient, cycle, 'cycle', count(*) filter (logged), count(*) filter (headache_day)
from placed where n < 84 group by patient, cycle
union all
select patient, cycle, case when n < 28 then '1-4' when n < 56 then '5-8' when n < 84 then '9-12' else 'late' end,
       count(*) filter (logged), count(*) filter (headache_day)
from placed group by all
"""


def best(run: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """The shortest of several runs, in seconds, and what the last one gave."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        result = run()
        taken.append(perf_counter() - start)
    return min(taken), result


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in one order and plain types, to compare the engines."""
    frame = frame.loc[frame["phase"] != "21-24"]
    frame = frame.astype({"patient": "str", "phase": "str", "cycle": int, "logged": int, "events": int})
    return frame.sort_values(["patient", "cycle", "phase"], ignore_index=True)


def main() -> None:
    """Print the times and the ratios."""
    days, treatments = generate()
    sessions = treatments[["patient", "start"]]
    our_time, our_counts = best(lambda: ours(days, treatments))
    pl_days, pl_sessions = pl.from_pandas(days), pl.from_pandas(sessions)
    pl_time, pl_counts = best(lambda: polars(pl_days, pl_sessions))
    with duckdb.connect() as db:
        db.execute("create table days as from pl_days")
        db.execute("create table sessions as from pl_sessions")
        duck_time, duck_counts = best(lambda: db.execute(DUCK).df())
    pd.testing.assert_frame_equal(tidy(our_counts), tidy(pl_counts.to_pandas()))
    pd.testing.assert_frame_equal(tidy(our_counts), tidy(duck_counts))
    print(f"windows of {PATIENTS:,} patients × {DAYS} days: ours {our_time:.2f} s")
    print(f"  against Polars {pl.__version__}: {pl_time:.2f} s, ratio {our_time / pl_time:.2f} (goal ≤ 1)")
    print(f"  against DuckDB {duckdb.__version__}: {duck_time:.2f} s, ratio {our_time / duck_time:.2f} (goal ≤ 1)")


if __name__ == "__main__":
    main()
