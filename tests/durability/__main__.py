"""Kills, and writers at once, as often as is asked for: ``python -m tests.durability kills --on sqlite --kills 500``.

``--keep`` writes what was found to ``tests/threats/results``, from where it comes into SECURITY.md. The normal suite
runs a few of the same. ``--on server`` starts a PostgreSQL of its own and kills its processes instead of the writer.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from tests.durability.kills import PHASES, Ending, Round, kill_and_look
from tests.durability.places import Ground, in_files, in_schemas, make_diary, on_our_own_server, revisions
from tests.durability.steps import Known, make_exports
from tests.durability.writers import write_at_once
from tests.threats.results import write_result

POSTGRES = "MIGRAINE_TEST_POSTGRES"
WHERE = {"sqlite": "on SQLite", "postgresql": "on PostgreSQL", "server": "of a PostgreSQL server"}
A_DIARY = 6
"""How many kills one diary sees before the next one begins."""


def kills(ground: Ground, folder: Path, count: int, seed: int) -> Iterator[Ending]:
    """So many kills, diary after diary, each at one of the schemas that a diary can have."""
    rng, exports, schemas = random.Random(seed), make_exports(folder), revisions()
    for first in range(0, count, A_DIARY):
        with ground.place() as location:
            known = make_diary(location, rng.choice(schemas), exports)
            for number in range(first, min(first + A_DIARY, count)):
                ending = kill_and_look(Round(f"{seed}/{number}", location, known, exports, folder), ground.kill)
                known = ending.known
                yield ending
                if ending.faults:
                    break


def run_kills(options: argparse.Namespace) -> int:
    """Kill, print what was found, and return how many kills left something wrong."""
    shares = [options.kills // options.jobs + (job < options.kills % options.jobs) for job in range(options.jobs)]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("fork")) as pool:
        seeds = range(options.seed, options.seed + options.jobs)
        endings = [ending for part in pool.map(run_part, repeat(options.on), shares, seeds) for ending in part]
    writes = sum(ending.acknowledged for ending in endings)
    phases = Counter(ending.phase for ending in endings)
    inside = len(endings) - phases[PHASES[0]]
    failed = sum(bool(ending.faults) for ending in endings)
    print(f"{len(endings):,} kills, {failed} left something wrong; {writes:,} acknowledged writes")
    print(", ".join(f"{phases[phase]} {phase}" for phase in PHASES))
    print(", ".join(f"{number} during {name}" for name, number in Counter(one.during for one in endings).most_common()))
    if options.keep:
        counts = {"inside a transaction": inside, "acknowledged writes": writes}
        write_result(
            "kills-of-the-server" if options.on == "server" else f"kills-{options.on}",
            unit=f"kills {WHERE[options.on]}",
            tried=len(endings),
            failed=failed,
            failure="with a loss",
            command="make durability",
            counts=counts,
            versions=options.versions,
        )
    return failed


def run_part(on: str, count: int, seed: int) -> list[Ending]:
    """One job's share of the kills."""
    with ground_of(on) as (ground, folder):
        return [ending._replace(known=Known({})) for ending in reported(kills(ground, folder, count, seed), count)]


def reported(endings: Iterator[Ending], count: int) -> Iterator[Ending]:
    """The endings; each that left something wrong is printed, and now and then how far it is."""
    for number, ending in enumerate(endings):
        if ending.faults:
            print(f"kill {number}, {ending.phase} of {ending.during}: {'; '.join(ending.faults)}", flush=True)
        elif number and number % 100 == 0:
            print(f"{number} of {count}", flush=True)
        yield ending


def run_writers(options: argparse.Namespace) -> int:
    """Write from several processes, print what was found, and return how much is wrong."""
    with ground_of(options.on) as (ground, _), ground.place() as location:
        writes, faults = write_at_once(location, options.writers, options.entries)
    lines = [f"{options.entries:,} entries from {options.writers} writers in {writes:,} writes", *faults]
    print("\n".join([*lines, f"{len(faults)} faults"]))
    if options.keep:
        write_result(
            f"writers-{options.on}",
            unit=f"entries {WHERE[options.on]}",
            tried=options.entries,
            failed=len(faults),
            failure="lost or doubled",
            command="make durability",
            counts={"writers at once": options.writers, "writes": writes},
            versions=options.versions,
        )
    return len(faults)


@contextmanager
def ground_of(name: str) -> Iterator[tuple[Ground, Path]]:
    """Where the diaries are made, and a folder for what comes beside them."""
    with TemporaryDirectory() as place:
        folder, own = Path(place), Path(place) / "server"
        if name == "sqlite":
            yield in_files(folder), folder
        elif name == "postgresql":
            yield in_schemas(os.environ[POSTGRES]), folder
        else:
            own.mkdir()
            folder.chmod(0o755)
            with on_our_own_server(own) as ground:
                yield ground, folder


def versions(on: str) -> dict[str, str]:
    """The version of the server, where there is one."""
    if on == "sqlite" or POSTGRES not in os.environ:
        return {}
    engine = sa.create_engine(os.environ[POSTGRES])
    with engine.connect() as connection:
        version = str(connection.exec_driver_sql("SHOW server_version").scalar())
    engine.dispose()
    return {"postgresql": version.split()[0]}


def main() -> int:
    """Do what the words ask for; 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("kills", "writers"))
    parser.add_argument("--on", choices=("sqlite", "postgresql", "server"), default="sqlite")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="so many diaries at a time, each with its own seed")
    parser.add_argument("--keep", action="store_true", help="write the result for SECURITY.md")
    options = parser.parse_args()
    options.versions = versions(options.on)
    return 1 if (run_kills if options.what == "kills" else run_writers)(options) else 0


if __name__ == "__main__":
    sys.exit(main())
