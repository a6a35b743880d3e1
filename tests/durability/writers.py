"""Several processes write to one diary at once; every entry must be there, once, as it was written."""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta
from typing import NoReturn

from diary.model import DayLog, Dose
from diary.store import Store
from tests.durability.steps import MARCH, PERSON

AT_ONCE = (1, 1, 2, 5, 20)
"""How many entries a writer records at a time."""

TURN = 600
"""Seconds to wait for one's turn: this is about entries, not about speed."""


def entries_of(writer: int, number: int) -> list[Dose]:
    """The entries of one writer."""
    first = datetime(2010, 1, 1) + timedelta(days=writer)
    return [Dose(f"W{writer}", first + timedelta(hours=hour), f"medicine {hour}") for hour in range(number)]


def write_at_once(location: str, writers: int, entries: int) -> tuple[int, list[str]]:
    """So many entries from so many processes: how many writes that took, and what is wrong afterwards."""
    Store.open(location).close()
    shares = [entries // writers + (writer < entries % writers) for writer in range(writers)]
    children = [_started(location, writer, share) for writer, share in enumerate(shares)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    writes = sum(len(_portions(writer, share)) for writer, share in enumerate(shares))
    return writes, [*(f"a writer ended with {code}" for code in codes if code), *_faults(location, shares, writes)]


def _started(location: str, writer: int, share: int) -> int:
    pid = os.fork()
    if pid == 0:
        _write(location, writer, share)
    return pid


def _write(location: str, writer: int, share: int) -> NoReturn:
    """Write, each time also correcting the one day that all of them correct."""
    code = 1
    try:
        with Store.open(location, wait=TURN) as store:
            for number, portion in enumerate(_portions(writer, share)):
                store.record(*portion, DayLog(PERSON, MARCH, headache=True, note=f"{writer}, {number}"))
        code = 0
    finally:
        os._exit(code)


def _portions(writer: int, share: int) -> list[list[Dose]]:
    """What a writer records in each of its writes."""
    rng, left, portions = random.Random(writer), entries_of(writer, share), []
    while left:
        size = rng.choice(AT_ONCE)
        portions.append(left[:size])
        left = left[size:]
    return portions


def _faults(location: str, shares: list[int], writes: int) -> list[str]:
    with Store.open(location) as store:
        found = {writer: sorted(store.doses(f"W{writer}"), key=_taken) for writer in range(len(shares))}
        corrections = len(store.history(PERSON, DayLog(PERSON, MARCH)))
    wrong = [
        f"{len(found[writer])} entries of writer {writer} instead of {share}, or not as written"
        for writer, share in enumerate(shares)
        if found[writer] != entries_of(writer, share)
    ]
    return wrong + [f"{corrections} corrections of {writes - 1}"] * (corrections != writes - 1)


def _taken(dose: Dose) -> datetime:
    return dose.taken
