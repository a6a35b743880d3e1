"""Processes beside this one, for work that is worth their start.

They begin empty, on every system alike, and load what they need while this process goes on. Ctrl-C reaches this process
alone: what is under way beside it is finished, nothing more is begun, and nobody has to read five tracebacks.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from threading import current_thread, main_thread
from typing import Any, TypeVar

from diary.model import DiaryError

R = TypeVar("R")

SELDOM = (200_000, 20, 20)
"""New objects between two searches for cycles, and how many searches until older objects are looked through too."""


class Here(Executor):
    """Does in this process, at once, what is submitted; of a map, each piece when it is asked for."""

    def submit(self, work: Callable[..., R], /, *given: Any, **named: Any) -> Future[R]:
        """The work, which is done; or the error that ended it, for whoever asks for the result."""
        future: Future[R] = Future()
        try:
            future.set_result(work(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def map(
        self, work: Callable[..., R], *given: Iterable[Any], timeout: float | None = None, chunksize: int = 1
    ) -> Iterator[R]:
        """One piece after the other.

        >>> next(Here().map(len, [[1, 2], None]))
        2
        """
        return map(work, *given)


HERE = Here()


@contextmanager
def processes(number: int) -> Iterator[Executor]:
    """So many processes, which are there from now on; with none, or where there can be none, all is done in this one.

    Raises DiaryError: one of them was ended from outside.
    """
    pool = _pool(number) if number else None
    if pool is None:
        yield HERE
        return
    with pool:
        with _deaf_to_ctrl_c():
            pool.submit(int)  # the first piece of work starts them all
        try:
            yield pool
        except BrokenProcessPool as error:
            raise DiaryError(
                "A process beside this one was ended from outside, most likely for want of memory. "
                "Close other programs and try again."
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _pool(number: int) -> ProcessPoolExecutor | None:
    """None on a system that has no locks between processes, such as some phones and sandboxes."""
    try:
        return ProcessPoolExecutor(number, get_context("spawn"), gc.set_threshold, SELDOM)
    except (ImportError, NotImplementedError, OSError):
        return None


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that are started meanwhile are never told of Ctrl-C."""
    if current_thread() is not main_thread():  # where nobody else may say how a signal is taken
        yield
        return
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


@contextmanager
def seldom_searching() -> Iterator[None]:
    """Search seldom for objects that hold each other: where a million facts and cells hold none, it takes a fifth of
    the time and finds nothing."""
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
