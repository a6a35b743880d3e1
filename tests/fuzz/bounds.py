"""What one input may cost: two seconds of processor time, and 500 MB of memory."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple

SECONDS = 2
MEMORY = 500_000_000


class HungError(BaseException):
    """It takes too long. Not an Exception, so that nothing takes it for a damaged file."""


class Cost(NamedTuple):
    """What something took: seconds of the processor, and on the clock, which runs on while other programs work."""

    processor: float
    clock: float


def bound_memory() -> None:
    """Let this process, and those that it starts, have no more than :data:`MEMORY` of address space."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@contextmanager
def bounded_time() -> Iterator[None]:
    """Raises HungError when this process has worked for :data:`SECONDS` inside."""

    def end(_signal: int, _frame: object) -> None:
        raise HungError(f"more than {SECONDS} s of processor time")

    signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Meter:
    """Measures from when it is made."""

    def __init__(self) -> None:
        self.began = Cost(_processor(), perf_counter())

    def cost(self) -> Cost:
        """What was used since, by this process and those that it started and that have ended."""
        return Cost(_processor() - self.began.processor, perf_counter() - self.began.clock)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak() -> int:
    """Bytes of the largest process so far: this one, or one that it started."""
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return largest * (1 if sys.platform == "darwin" else 1024)
