"""Work that outlasts a request: done in a thread, with how far it is, and stopped without a trace.

Few are done at the same time, the others wait for their turn. What a thread does is not part of any request: it is
given all that it needs, and says nothing in the language of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock, Thread
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from diary.database import Database

AT_ONCE = 2
"""So much is done at the same time."""

PATIENCE = 1.0
"""Seconds for which a page waits before it says that this takes longer."""

LOOK = 0.2
"""Seconds after which what waits for its turn looks whether it is still wanted."""


class StoppedError(Exception):
    """Nobody wants it any more."""


class Work:
    """What a thread does: *kind* says what, and *part* how far it is, from 0 to 1; None where that is not known.

    Once it is *settled* it happens, and can be stopped no more.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.part: float | None = None
        self.has_begun = False
        self._lock = Lock()
        self._stopped = self._settled = False
        self._outcome: Future[Any] = Future()

    @property
    def is_running(self) -> bool:
        """Whether there is something to wait for."""
        return not self._outcome.done()

    def go_on(self, part: float | None = None) -> None:
        """Say how far it is.

        Raises StoppedError: it is not to go on.
        """
        if self._stopped:
            raise StoppedError
        if part is not None:
            self.part = part

    def settle(self) -> None:
        """From here on it is not stopped any more.

        Raises StoppedError: it was stopped just before.
        """
        with self._lock:
            self.go_on()
            self._settled = True

    def stop(self) -> bool:
        """Let it end at its next step; False where that is too late, and it happens."""
        with self._lock:
            self._stopped = not self._settled
            return self._stopped

    def wait(self, seconds: float) -> bool:
        """Wait for so long at most; whether it has ended."""
        wait([self._outcome], seconds)
        return not self.is_running

    def result(self) -> Any:
        """What came out of it, at its end; raises what it was ended by."""
        return self._outcome.result()

    def run(self, job: Callable[[Work], Any]) -> None:
        """Do it, and keep what comes out of it, or what ends it.

        What was stopped is stopped, however it ended: its file may have gone while it was being opened.
        """
        try:
            result = job(self)
            self.go_on()
        except BaseException as error:  # it is raised again where the result is asked for
            self._outcome.set_exception(StoppedError() if self._stopped else error)
        else:
            self._outcome.set_result(result)


class Workers:
    """Those who do the work of one application; *patience* is for how many seconds its pages wait for them."""

    def __init__(self) -> None:
        self.patience = PATIENCE
        self._turns = BoundedSemaphore(AT_ONCE)

    def begin(self, kind: str, job: Callable[[Work], Any]) -> Work:
        """Do the *job* as soon as it is its turn. It is given its work, to say how far it is."""
        work = Work(kind)
        Thread(target=work.run, args=(lambda work: self._in_turn(work, job),), daemon=True).start()
        return work

    def _in_turn(self, work: Work, job: Callable[[Work], Any]) -> Any:
        while not self._turns.acquire(timeout=LOOK):
            work.go_on()
        try:
            work.has_begun = True
            work.go_on()
            return job(work)
        finally:
            self._turns.release()


class StoppableDatabase(Database):
    """The same database, written by a work: when that is stopped before the end, nothing was written."""

    def __init__(self, database: Database, work: Work) -> None:
        vars(self).update(vars(database))  # the same connections: nothing is opened anew
        self._same, self._work = database, work

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """As that of the database; it ends at the next statement after the work was stopped, and at the last."""
        with self._same.writing() as connection:
            event.listen(connection, "before_cursor_execute", self._look)
            yield connection
            self._work.settle()

    def _look(self, *_statement: object) -> None:
        self._work.go_on()
