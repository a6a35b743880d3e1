"""A diary is killed while it is encrypted, decrypted or given another passphrase, and looked at afterwards.

``python -m tests.durability.relocking --kills 300``: half of them between two lines of the program, the
other half at a random moment, also inside SQLCipher. The normal suite runs a few of the same.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import traceback
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from diary import relocking
from diary.copying import compare_diaries
from diary.database import Database
from diary.passphrases import PassphraseError
from diary.relocking import relock
from diary.store import Store
from tests.test_copying import live

ONE, TWO = "four words in a row", "and four other ones"
WAYS = ((None, ONE), (ONE, TWO), (ONE, None))
"""From one passphrase to the other; None stands for none."""

SPREAD = 0.618034
"""Multiples of it, without what is before the point, lie evenly between 0 and 1, however many there are."""


def make(folder: Path) -> dict[str | None, Path]:
    """A diary in which everything has happened, by the passphrase that opens it."""
    made = {words: folder / f"{words}.sqlite" for words in (None, ONE)}
    with Store.open(str(made[None])) as store:
        live(store)
    shutil.copy(made[None], made[ONE])
    relock(made[ONE], None, ONE)
    return made


def lines_of(path: Path, old: str | None, new: str | None) -> int:
    """How many lines of the program are run."""
    seen = [0]

    def count() -> None:
        seen[0] += 1

    traced(count, path, old, new)
    return seen[0]


def traced(each: Any, path: Path, old: str | None, new: str | None) -> None:
    """Do it, and call *each* before every line of the module that does it."""

    def trace(frame: Any, event: str, _arg: object) -> Any:
        if frame.f_code.co_filename != relocking.__file__:
            return None
        if event == "line":
            each()
        return trace

    sys.settrace(trace)
    try:
        relock(path, old, new)
    finally:
        sys.settrace(None)


def kill_at_line(line: int, path: Path, old: str | None, new: str | None) -> bool:
    """Do it in a process that is killed before that line; whether it was."""
    left = [line]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return _killed(_fork(lambda: traced(count, path, old, new)))


def kill_after(seconds: float, path: Path, old: str | None, new: str | None) -> bool:
    """Do it in a process that is killed after so long; whether it was at work then."""
    pid = _fork(lambda: relock(path, old, new))
    sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return _killed(pid)


def _fork(work: Any) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def _killed(pid: int) -> bool:
    """Whether the process was killed; it may have been ready before. Raises RuntimeError: it failed by itself."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the process that was to be killed ended with {code}")
    return code != 0


def look(path: Path, made: Path, old: str | None, new: str | None) -> tuple[str, str]:
    """Which diary is there, the "old" or the "new" one; and what is wrong, empty where nothing is.

    Either has to say all that it said; what was broken off can be done again; and nothing is left beside it then.
    """
    state = "old" if opens(path, old) else "new"
    words = old if state == "old" else new
    with closing(Database(str(made))) as before, closing(Database(str(path), passphrase=words)) as now:
        if not all(table.same for table in compare_diaries(before, now)):
            return state, "it does not say what it said"
    if state == "old":
        relock(path, old, new)
    names = {file.name for file in path.parent.iterdir() if file.name.startswith(path.name)}
    left = ", ".join(sorted(names - {path.name}))
    return state, f"left behind: {left}" if left else ""


def opens(path: Path, passphrase: str | None) -> bool:
    """Whether the diary opens with the passphrase, or, where there is none, without one."""
    try:
        with closing(Database(str(path), passphrase=passphrase or "")) as database:
            return (database.lock is None) == (passphrase is None)
    except PassphraseError:
        return False


def run(kills: int, seed: int) -> tuple[Counter[str], list[str]]:
    """So many attempts to kill: what the kills left, and what was wrong."""
    rng, states, faults = random.Random(seed), Counter[str](), []
    with TemporaryDirectory(prefix="relocking-") as name:
        folder = Path(name)
        made = make(folder)
        lines, seconds = measure(made, folder)
        for number in range(kills):
            old, new = WAYS[number % len(WAYS)]
            path = Path(shutil.copy(made[old], folder / f"{number}.sqlite"))
            if number // len(WAYS) % 2:
                killed = kill_after(rng.uniform(0, seconds), path, old, new)
            else:
                killed = kill_at_line(1 + int((number + 1) * SPREAD % 1 * lines), path, old, new)
            state, fault = look(path, made[None], old, new)
            states[state] += killed
            faults += [f"kill {number}: {fault}"] * bool(fault)
    return states, faults


def measure(made: dict[str | None, Path], folder: Path) -> tuple[int, float]:
    """How many lines encrypting has, and how many seconds it takes; the other ways are nearly as long."""
    path = Path(shutil.copy(made[None], folder / "measured.sqlite"))
    began = monotonic()
    return lines_of(path, None, ONE), monotonic() - began


def main() -> int:
    """Kill, print what was found, and return how many kills left something wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    states, faults = run(options.kills, options.seed)
    print(f"{states.total()} kills, {len(faults)} left something wrong; {states['old']} old, {states['new']} new")
    print(*faults, sep="\n")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
