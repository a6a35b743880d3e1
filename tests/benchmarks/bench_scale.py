"""A registry on one computer: speed, memory, what a patient costs, Dask's workers, and the audit of a clinic.

Each line is a ratio or a cost measured in this run, with the machine's load beside it: where other programs run, the
figures are worse than they need be. Registries are invented from a seed; with ``--million`` a part is made where it
is worked on, so that a million patients need no file.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import psutil

from analysis.cohort.tally import Tally
from analysis.engines import connected, run, run_on, tally_part
from analysis.registry import ReadPart, parts, write_registry
from diary.store import Store
from diary.tables import Tables
from tests.benchmarks import bench_windows as windows
from tests.registry_data import AS_OF, invented_part, write_clinic, write_store

PART = 10_000
WORK = partial(tally_part, as_of=AS_OF)
CLINIC = 2_000


def main() -> None:
    """Print every figure that was asked for."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--patients", type=int, default=100_000, help="size of the large registry")
    asked.add_argument("--million", action="store_true", help="also a million patients through Dask")
    asked.add_argument("--only", choices=FIGURES, help="one figure alone")
    options = asked.parse_args()
    for name, figure in FIGURES.items():
        if options.only in (None, name) and (name != "million" or options.million or options.only):
            print(f"{name}: ", end="", flush=True)
            figure(options.patients)
            print(f"    (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)", flush=True)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the call gave."""
    start = perf_counter()
    result = call()
    return perf_counter() - start, result


# --- windows and their counts, against a table in memory of two database engines


Made = Sequence[tuple[pl.DataFrame, pl.DataFrame]]
"""Days and sessions, in parts or as a whole."""


def window_part(patients: int) -> None:
    """Ours in parts of a registry; Polars and DuckDB in the same parts, or on the whole, whichever is faster."""
    made = [windows.generate(number, min(PART, patients), number * PART) for number in range(max(patients // PART, 1))]
    ours, found = windows.best(lambda: pd.concat([windows.ours(*part) for part in made]), 2)
    in_parts = [(pl.from_pandas(days), pl.from_pandas(sessions[["patient", "start"]])) for days, sessions in made]
    made.clear()
    whole = [tuple(map(pl.concat, zip(*in_parts, strict=True)))]
    taken = {}
    for name, engine in (("Polars", by_polars), ("DuckDB", by_duckdb)):
        runs = [engine(given) for given in (in_parts, whole)]
        for _, counts in runs:
            pd.testing.assert_frame_equal(windows.tidy(found), windows.tidy(counts))
        taken[name] = min(seconds for seconds, _ in runs)
    print(f"{patients:,} patients × {windows.DAYS} days: ours {ours:.1f} s")
    shown = (f"{name} {seconds:.1f} s, ratio {ours / seconds:.2f}" for name, seconds in taken.items())
    print(f"    against {'; '.join(shown)} (goal ≤ 1)")


def by_polars(given: Made) -> tuple[float, pd.DataFrame]:
    """Seconds and counts of Polars."""
    seconds, counts = windows.best(lambda: pl.concat([windows.polars(*part) for part in given]), 2)
    return seconds, counts.to_pandas()


def by_duckdb(given: Made) -> tuple[float, pd.DataFrame]:
    """Seconds and counts of DuckDB, once its tables are filled."""
    taken, counts = [], []
    for days, sessions in given:
        with duckdb.connect() as db:
            db.register("given_days", days)
            db.register("given_sessions", sessions)
            db.execute("create table days as from given_days")
            db.execute("create table sessions as from given_sessions")
            seconds, found = windows.best(lambda db=db: db.execute(windows.DUCK).df(), 2)
        taken.append(seconds)
        counts.append(found)
    return sum(taken), pd.concat(counts)


# --- windows, outcomes, intervals, standards: everything that an audit asks, in this process


def invented_parts(patients: int, size: int = PART) -> list[ReadPart]:
    """A registry that is made part by part, where it is worked on."""
    size = min(size, patients)
    return [partial(invented_part, number, size) for number in range(patients // size)]


def apart(call: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """The largest memory in GB of a process that does nothing else, and what the call gave there."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (call, given))


def _measured(call: Callable[..., Any], given: Sequence[Any]) -> tuple[float, Any]:
    result = call(*given)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, result


def memory(patients: int) -> None:
    """The registry as Parquet, read and worked on in parts."""
    with TemporaryDirectory() as folder:
        registry = Path(folder) / "registry"
        write_registry((part() for part in invented_parts(patients)), registry)
        size = sum(file.stat().st_size for file in registry.rglob("*.parquet")) / 1e6
        most, (seconds, _) = apart(timed_run, registry)
    print(
        f"{patients:,} patients in parts of {PART:,} ({size:.0f} MB of Parquet): {most:.1f} GB at most, {seconds:.0f} s"
    )


def timed_run(registry: Path) -> tuple[float, Tally]:
    """The tally of a registry in Parquet, in this process."""
    return timed(lambda: run(parts(registry), WORK))


def cost(patients: int) -> None:
    """What a patient costs, the parts being of one size, from a hundredth of the registry to all of it."""
    _, warm = apart(costs, [PART // 10], PART // 10)
    sizes = [patients // 100, patients // 10, patients]
    _, found = apart(costs, sizes, min(1000, patients // 100))
    shown = ", ".join(f"{size:,}: {1000 * each:.2f} ms" for size, each in zip(sizes, found, strict=True))
    print(f"a patient in parts of {min(1000, patients // 100):,} costs, of {shown}; in CPU time")
    print(f"    the largest against the smallest: {found[-1] / found[0]:.2f} (goal 0.8 to 1.2); ", end="")
    print(f"a part of {PART // 10:,} alone {1000 * warm[0]:.2f} ms")


def costs(sizes: Sequence[int], part: int) -> list[float]:
    """CPU seconds a patient, for registries of these sizes, without those of inventing them."""
    return [cpu_of(invented_parts(size, part)) / size for size in [part, *sizes]][1:]


def cpu_of(made: Sequence[ReadPart]) -> float:
    """CPU seconds of the work on parts, and of adding up, but not of making the parts."""
    making = 0.0

    def work(read: ReadPart) -> Tally:
        nonlocal making
        start = process_time()
        tables = read()
        making += process_time() - start
        return WORK(lambda: tables)

    start = process_time()
    run(made, work)
    return process_time() - start - making


# --- Dask


def worker_throughput(patients: int) -> None:
    """Patients a second and worker, a worker process for each core against this process, from the same Parquet."""
    with TemporaryDirectory() as folder:
        registry = Path(folder) / "registry"
        write_registry((part() for part in invented_parts(patients // 5, patients // 50)), registry)
        read = parts(registry)
        run(read[:1], WORK)
        before, here = timed(lambda: run(read, WORK))
        with connected(None) as client:
            workers = len(client.scheduler_info()["workers"])
            run_on(client, read[:workers], WORK)
            spread, there = timed(lambda: run_on(client, read, WORK))
        after, _ = timed(lambda: run(read, WORK))
    for one, other in zip(here, there, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    local = (before + after) / 2
    took = f"local {before:.1f} s before and {after:.1f} s after, {workers} workers {spread:.1f} s"
    print(f"{patients // 5:,} patients in {len(read)} parts: {took}")
    print(f"    throughput of a worker against local: {local / (workers * spread):.0%} (goal ≥ 70 %); ", end="")
    print("the tallies are equal")


def million(_: int) -> None:
    """A million patients through two worker processes of Dask, each part made where it is worked on."""
    made = invented_parts(1_000_000)
    done = []
    with Watched() as watched:
        seconds, total = timed(lambda: run(made, WORK, engine="dask", done=lambda: done.append(1)))
    started = total.counts.loc[(total.counts["question"] == "started") & (total.counts["group"] == "all"), "n"].sum()
    print(f"{started:,} started, of 1,000,000 in {len(made)} parts: {seconds / 60:.0f} min with making them")
    print(f"    all processes together {watched.most:.1f} GB at most; the tally has {len(total.counts):,} rows")


class Watched:
    """The most memory in GB that this process and all that it started have held together."""

    def __enter__(self) -> Watched:
        self.most, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.is_set():
            self.most = max(self.most, sum(map(_held, [me, *me.children(recursive=True)])) / 1e9)
            sleep(0.5)


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


# --- a clinic


def clinic(_: int) -> None:
    """``migraine audit`` of a clinic as a whole process, against importing pandas and matplotlib; the faster of two."""
    program = str(Path(sys.executable).with_name("migraine"))
    with TemporaryDirectory() as folder:
        everybody: Tables = invented_part(0, CLINIC)
        store, files = Path(folder) / "diary.sqlite", Path(folder) / "diaries"
        with Store.open(str(store)):
            write_store(everybody, store)
        write_clinic(everybody, files)
        commands = {
            "imports": [sys.executable, "-c", "import pandas, matplotlib.figure"],
            "store": [program, "audit", "--store", str(store), "--out", f"{folder}/one"],
            "folder": [program, "audit", str(files), "--out", f"{folder}/two"],
        }
        taken = {name: min(_process(command) for _ in range(2)) for name, command in commands.items()}
    print(f"the audit of {CLINIC:,} patients, from a store {taken['store']:.1f} s, from files {taken['folder']:.1f} s")
    ratios = {name: taken[name] / taken["imports"] for name in ("store", "folder")}
    print(f"    against importing pandas and matplotlib {taken['imports']:.2f} s: ", end="")
    print(f"from a store {ratios['store']:.1f} times (goal ≤ 15), from files {ratios['folder']:.1f} times")


def _process(command: Sequence[str]) -> float:
    return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))[0]


FIGURES: dict[str, Callable[[int], None]] = {
    "windows": window_part,
    "memory": memory,
    "cost": cost,
    "workers": worker_throughput,
    "clinic": clinic,
    "million": million,
}

if __name__ == "__main__":
    main()
