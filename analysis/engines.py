"""Who works on the parts of a registry: this process, or the workers of a Dask cluster.

The work on a part gives a :class:`analysis.cohort.tally.Tally`. Tallies are added up two by two where they are, so
that nobody ever holds the whole, and a single one comes back. A tally is whole numbers, so that the sum is the same
in whatever order, on however many machines, and also where a worker was lost in between and its parts were done anew.
Dask is loaded only where it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.cohort.people import cohort
from analysis.cohort.questions import MOST_CYCLES, tally
from analysis.cohort.tally import Tally, add_up
from analysis.definitions import DEFAULT, DayRules
from diary.model import DiaryError
from diary.tables import Tables

if TYPE_CHECKING:
    from distributed import Client, Future

P = TypeVar("P")

ENGINES = ("local", "dask")
THREADS = "threads"
"""In the place of a scheduler's address: the threads of this process instead of worker processes."""

ANY_PORT = "127.0.0.1:0"
"""Where a cluster of one's own shows its state: to this computer alone, and at a port that is free."""

WORKERS = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ": {
        "MALLOC_TRIM_THRESHOLD_": 2**28,
        "MALLOC_MMAP_THRESHOLD_": 2**28,
        "MALLOC_ARENA_MAX": 1,
        **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), 1),
    },
}
"""How the workers of a cluster of one's own are set: they keep the memory that a part needed for the next part.

By default, a worker gives memory back after each step and asks for it again, a page at a time, and looks every ten
milliseconds at what it is doing: a part took half as long again as in this process. For workers that others start, the
three ``MALLOC_`` settings are environment variables.
"""

RETRIES = 3
"""How often a part is done anew after an error, such as a disk that could not be reached for a moment."""


class EngineError(DiaryError):
    """The engine that was asked for cannot work."""


def tally_part(
    read: Callable[[], Tables],
    *,
    as_of: date,
    day_rules: DayRules = DEFAULT,
    baseline_blocks: int | None = None,
    most_cycles: int = MOST_CYCLES,
    years: Sequence[int] = (),
    rules: str | None = None,
) -> Tally:
    """The tally of a part of a registry, which is read here. With ``functools.partial`` this is work for an engine."""
    part = cohort(read(), as_of=as_of, day_rules=day_rules, baseline_blocks=baseline_blocks, years=years)
    return tally(part, most_cycles, rules)


def run(
    parts: Iterable[P],
    work: Callable[[P], Tally],
    *,
    engine: str = "local",
    scheduler: str | None = None,
    done: Callable[[], None] = lambda: None,
) -> Tally:
    """The tallies of all parts, added up. *done* is called after each part.

    *engine* "local" does one part after the other. "dask" gives them to the cluster whose *scheduler* is at that
    address, or else to as many worker processes as this computer has cores, or, where *scheduler* is "threads", to
    threads of this process. For Dask, *work* and each part must be small to send: a part is then a way to read it
    (:func:`analysis.registry.parts`) rather than its tables.

    Raises EngineError: there is no part; no such engine; Dask is not installed; the cluster cannot be reached; or
    several workers died of the same part.
    """
    if engine not in ENGINES:
        raise EngineError(f"There is no engine {engine!r}. Choose one of: {', '.join(ENGINES)}.")
    total = _run_here(parts, work, done) if engine == "local" else run_dask(list(parts), work, scheduler, done)
    if total is None:
        raise EngineError("There is nobody to look at. Name a folder, a diary or a registry that holds patients.")
    return total


def _run_here(parts: Iterable[P], work: Callable[[P], Tally], done: Callable[[], None]) -> Tally | None:
    """One part after the other; sums of equal numbers of parts are added up, so that few are kept at a time."""
    sums: list[tuple[int, Tally]] = []
    for part in parts:
        size, total = 1, work(part)
        while sums and sums[-1][0] == size:
            size, total = size * 2, add_up([sums.pop()[1], total])
        sums.append((size, total))
        done()
    return add_up(total for _, total in sums) if sums else None


def run_dask(
    parts: Sequence[P], work: Callable[[P], Tally], scheduler: str | None, done: Callable[[], None]
) -> Tally | None:
    """The parts on the workers of a Dask cluster; None where there is no part. See :func:`run`."""
    if not parts:
        return None
    with connected(scheduler) as client:
        try:
            return run_on(client, parts, work, done)
        except _distributed().KilledWorker as error:
            raise EngineError(
                "Several workers died of the same part, most likely for want of memory. "
                "Make the registry anew with a smaller --part-size, or give the workers more memory."
            ) from error


@contextmanager
def connected(scheduler: str | None) -> Iterator[Client]:
    """The cluster at an address; or one of this computer's own, which ends with the block. See :func:`run`.

    Raises EngineError: Dask is not installed, or the cluster cannot be reached.
    """
    if scheduler is None:
        client = _own_cluster()
    elif scheduler == THREADS:
        client = _distributed().Client(n_workers=1, processes=False, dashboard_address=ANY_PORT)
    else:
        client = _reached(scheduler)
    with client:
        yield client


def _own_cluster() -> Client:
    """As many worker processes as this computer has cores."""
    distributed = _distributed()
    import dask

    with dask.config.set(WORKERS):
        client: Client = distributed.Client(
            n_workers=os.cpu_count(), threads_per_worker=1, processes=True, dashboard_address=ANY_PORT
        )
    return client


def _distributed() -> Any:
    """The library of Dask clusters.

    Raises EngineError: it is not installed.
    """
    try:
        import distributed
    except ModuleNotFoundError:
        raise EngineError("This engine needs Dask. Install it with: pip install 'migraine-diary[scale]'") from None
    return distributed


def _reached(address: str) -> Client:
    try:
        client: Client = _distributed().Client(address)
        return client
    except (OSError, ValueError) as error:
        raise EngineError(
            f"There is no Dask cluster at {address}. Start one with: dask scheduler, or leave out --scheduler."
        ) from error


def run_on(
    client: Client, parts: Sequence[P], work: Callable[[P], Tally], done: Callable[[], None] = lambda: None
) -> Tally:
    """The parts on the workers that the client knows.

    Sums go before parts, so that a worker holds few tallies. What a lost worker had done is done again by others.
    """
    futures = client.map(work, parts, pure=False, retries=RETRIES)
    total = _sum_on(client, futures)
    for future in _distributed().as_completed(futures):
        future.release()  # its tally may go as soon as it is added up
        done()
    result: Tally = total.result()
    return result


def _sum_on(client: Client, futures: Sequence[Future[Tally]]) -> Future[Tally]:
    """The sum of all, as a tree of sums of two; of a single one, the sum of itself."""
    pairs = [futures[start : start + 2] for start in range(0, len(futures), 2)]
    sums = client.map(add_up, pairs, pure=False, retries=RETRIES, priority=1)
    return sums[0] if len(sums) == 1 else _sum_on(client, sums)
