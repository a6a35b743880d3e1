"""A process writes to a diary and is killed with SIGKILL at a random moment; then the diary is looked at.

Each kill is a fork of this process, which has loaded everything already, so that it costs milliseconds. Half of them
come from outside after a random time; the other half from within, at a random statement or, in SQLite, at a random
point inside a statement.
"""

from __future__ import annotations

import mmap
import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from select import select
from time import monotonic, sleep
from typing import Any, NamedTuple, NoReturn

import sqlalchemy as sa
from click import ClickException
from sqlalchemy import event

from diary.model import DiaryError
from diary.store import Store
from tests.durability.looking import Found, look, look_at_copy
from tests.durability.steps import WAIT, Copy, Export, Known, Step, next_step

MOST_WRITES = 30
"""After so many the writer waits to be killed."""

PATIENCE = 120
"""Seconds after which a writer that says nothing is a fault."""

PHASES = ("between two writes", "inside a transaction", "during a commit")
"""Where a kill struck, as the shared byte counts."""

ACKNOWLEDGED = b"\x06"


class Round(NamedTuple):
    """One kill: of which random seed, on the diary at *location*, of which *known* is true."""

    seed: str
    location: str
    known: Known
    exports: list[Export]
    folder: Path


class Ending(NamedTuple):
    """What a kill left: so many writes *acknowledged*, killed *during* one, its *faults*; and what is known now."""

    acknowledged: int
    during: str
    phase: str
    faults: tuple[str, ...]
    known: Known


class Writer(NamedTuple):
    """A process that writes: its number, the end of the pipe that it acknowledges to, and the byte of its phase."""

    pid: int
    acknowledgements: int
    phase: mmap.mmap


Kill = Callable[[Writer, random.Random], bytes]
"""Kills a writer in its own way; returns the acknowledgements that it had to read before."""


def kill_and_look(one: Round, kill: Kill | None = None) -> Ending:
    """Let a process write, kill it, and say what is there afterwards."""
    rng = random.Random(f"{one.seed}/kill")
    trap = rng.choice((_no_trap, trap_at_a_statement, trap_inside_a_statement)) if kill is None else _no_trap
    writer = _started(one, lambda: trap(rng))
    read = (kill or (kill_after_a_while if trap is _no_trap else wait_for_the_trap))(writer, rng)
    _, status = os.waitpid(writer.pid, 0)
    said = read + _rest(writer.acknowledgements)
    phase = PHASES[writer.phase[0]]
    return _judged(one, said.count(ACKNOWLEDGED), phase, _ending_faults(status, said))


# --- the process that writes


def _started(one: Round, set_trap: Callable[[], None]) -> Writer:
    read, write = os.pipe()
    phase = mmap.mmap(-1, 1)
    pid = os.fork()
    if pid == 0:
        _write_until_killed(one, write, phase, set_trap)
    os.close(write)
    return Writer(pid, read, phase)


def _write_until_killed(one: Round, pipe: int, phase: mmap.mmap, set_trap: Callable[[], None]) -> NoReturn:
    """What the process does: it never returns to what the parent was doing."""

    def tell() -> None:
        phase[0] = 0
        os.write(pipe, ACKNOWLEDGED)

    try:
        _watch(phase)
        set_trap()
        with Store.open(one.location, wait=WAIT) as store:
            tell()
            for step in _script(one, MOST_WRITES):
                step.write(store, one.location, tell)
            sleep(PATIENCE)
    except (DiaryError, ClickException) as error:
        os.write(pipe, f"|{error}".encode())
    except BaseException as error:
        os.write(pipe, f"!{type(error).__name__}: {error}".encode())
    os._exit(1)


def _script(one: Round, most: int) -> Iterator[Step]:
    """The writes of this round, one after the other."""
    rng, known = random.Random(one.seed), one.known
    for _ in range(most):
        step = next_step(rng, known, one.exports, one.folder)
        yield step
        known = step.after


def _watch(phase: mmap.mmap) -> None:
    """Keep in the shared byte whether a transaction is open, or is being committed."""

    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            phase[0] = 1

    def committing(_connection: sa.Connection) -> None:
        phase[0] *= 2 if phase[0] == 1 else 1

    event.listen(sa.Engine, "begin", begun)
    event.listen(sa.Engine, "commit", committing)


# --- the ways to be killed


def _no_trap(rng: random.Random) -> None:
    pass


def trap_at_a_statement(rng: random.Random) -> None:
    """Be killed at one of the next statements, before or after it, or as it is committed."""
    count = _countdown(rng.randrange(1, 300))
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(sa.Engine, name, count, named=True)


def trap_inside_a_statement(rng: random.Random) -> None:
    """Be killed while SQLite works on a statement, after so many of its steps; a server is trapped at a statement."""
    ticks = int(10 ** rng.uniform(0, 3.3))
    count = _countdown(ticks)

    def connected(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_progress_handler(count, 20)
        else:
            trap_at_a_statement(rng)

    event.listen(sa.Engine, "connect", connected)


def _countdown(left: int) -> Callable[..., int]:
    """A function that kills the process when it is called for the *left*-th time."""

    def count(*_event: object, **_named: object) -> int:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    return count


def kill_after_a_while(writer: Writer, rng: random.Random) -> bytes:
    """SIGKILL at some moment within the next write or two."""
    said = wait_a_while(writer, rng)
    os.kill(writer.pid, signal.SIGKILL)
    return said


def wait_a_while(writer: Writer, rng: random.Random) -> bytes:
    """A random number of writes, and then a random part of the time that two take."""
    start = monotonic()
    said = _acknowledged(writer.acknowledgements, rng.choice((0, 0, 1, 2, 3, 5)))
    typical = (monotonic() - start) / len(said) if said else 0.1
    sleep(rng.uniform(0, 2 * typical))
    return said


def wait_for_the_trap(writer: Writer, _rng: random.Random) -> bytes:
    """Until the process is dead, or has written all that it should without coming to the trap."""
    said = _acknowledged(writer.acknowledgements, MOST_WRITES + 1)
    os.kill(writer.pid, signal.SIGKILL)
    return said


def _acknowledged(pipe: int, most: int) -> bytes:
    """So many acknowledgements; fewer if the process ends, or says nothing for long."""
    said = b""
    while len(said) < most and select([pipe], [], [], PATIENCE)[0]:
        more = os.read(pipe, most - len(said))
        if not more:
            break
        said += more
    return said


def until_it_ends(writer: Writer) -> bytes:
    """What a writer says until it ends by itself, as its server is gone."""
    said = _acknowledged(writer.acknowledgements, 10_000)
    os.kill(writer.pid, signal.SIGKILL)
    return said


def _rest(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as left:
        return left.read()


# --- what is left


def _ending_faults(status: int, said: bytes) -> tuple[str, ...]:
    """What is wrong with how the process ended: it may be killed, or be told in a sentence that its server is gone."""
    words = said.lstrip(ACKNOWLEDGED).decode(errors="replace")
    told = words.startswith("|") and words.endswith(".")
    return () if told or (os.WIFSIGNALED(status) and not words) else (f"the writer ended by itself: {words}",)


def _judged(one: Round, acknowledged: int, phase: str, faults: tuple[str, ...]) -> Ending:
    """What was written, held against what is there. The first acknowledgement is of the opening."""
    steps = list(_script(one, max(1, acknowledged)))
    done, pending = steps[: max(0, acknowledged - 1)], steps[-1]
    before = done[-1].after if done else one.known
    found = look(one.location)
    after = pending.after if acknowledged and found.is_as(pending.after) else before
    faults = (*faults, *found.faults, *_losses(found, after), *_copy_faults(before.copies, after.copies))
    during = pending.name if acknowledged else "opening"
    return Ending(len(done), during, phase, faults, replace(after, copies=()))


def _losses(found: Found, known: Known) -> Iterator[str]:
    """In words, how what is there differs from what is known."""
    if found.is_as(known):
        return
    lost = [name for name, fact in known.facts.items() if found.facts.get(name) != fact]
    more = [name for name in found.facts if name not in known.facts]
    yield f"{len(lost)} entries are not as they were acknowledged ({lost[:3]}), {len(more)} are too many ({more[:3]})"
    yield f"imports {found.imported} of {known.imported}, {found.undone} undone of {known.undone}"
    yield f"{found.changes} changes of {known.changes}"


def _copy_faults(acknowledged: tuple[Copy, ...], begun: tuple[Copy, ...]) -> Iterator[str]:
    """Copies that are not whole: one that was acknowledged is complete, one that was begun is, or there is none."""
    for copy in begun:
        found = look_at_copy(copy.path)
        if found != copy.facts and (found or copy in acknowledged):
            yield f"the copy {copy.path.name} holds {len(found)} facts of {len(copy.facts)}"
