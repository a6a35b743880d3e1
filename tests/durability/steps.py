"""A random script of writes, and what is known of the diary after each of them.

Whoever has the seed knows the script: the process that writes, and the one that looks afterwards. What is known is
kept here in plain dicts, by other means than the diary's, so that the one can be held against the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import TextIOBase
from pathlib import Path
from typing import Any, NamedTuple

from analysis.cli import migraine
from diary.copying import copy_diary, existing, vacant
from diary.facts import NAMES, Key, key_of
from diary.model import Attack, DayLog, Dose, Fact, Injection, Treatment
from diary.reading import read_file
from diary.store import Store

PERSON = "P1"
WAIT = 120.0
"""Seconds to wait for a turn; new diaries on one server wait for those that others begin there."""

MARCH = date(2024, 3, 1)
WRITTEN = ("days", "attacks", "doses", "treatments", "injections")
"""The kinds of facts that the script writes."""


class Export(NamedTuple):
    """A file that is imported, and the facts in it."""

    path: Path
    facts: tuple[Fact, ...]


class Copy(NamedTuple):
    """A copy of the diary, and the facts that it must hold."""

    path: Path
    facts: dict[tuple[str, Key], Fact]


@dataclass(frozen=True)
class Known:
    """What a diary holds: its facts; the files of the imports that hold; those undone; changes by hand; its copies."""

    facts: dict[tuple[str, Key], Fact]
    imported: tuple[str, ...] = ()
    undone: int = 0
    changes: int = 0
    copies: tuple[Copy, ...] = ()

    def of_kind(self, name: str) -> list[Any]:
        """The person's own facts of one kind."""
        return [fact for (kind, _), fact in self.facts.items() if kind == name and fact.patient == PERSON]

    def having(self, *facts: Fact) -> Known:
        """With these facts."""
        return replace(self, facts=self.facts | named(facts))

    def without(self, *facts: Fact) -> Known:
        """Without these facts."""
        gone = named(facts)
        return replace(self, facts={name: fact for name, fact in self.facts.items() if name not in gone})

    def changed(self) -> Known:
        """With one more change in the history."""
        return replace(self, changes=self.changes + 1)


def named(facts: tuple[Fact, ...]) -> dict[tuple[str, Key], Fact]:
    """The facts by kind and key."""
    return {(NAMES[type(fact)], key_of(fact)): fact for fact in facts}


Tell = Callable[[], None]
"""Says that a write is acknowledged."""


class Step(NamedTuple):
    """One write: how it is done, which must tell when it is acknowledged, and what is known once it is."""

    name: str
    write: Callable[[Store, str, Tell], None]
    after: Known


def next_step(rng: random.Random, known: Known, exports: list[Export], folder: Path) -> Step:
    """One of the writes that the diary as it is allows."""
    number = rng.randrange(10**6)
    return rng.choice([*own_entries(rng, known, number), *files(rng, known, exports, number, folder)])


def own_entries(rng: random.Random, known: Known, number: int) -> list[Step]:
    """What a person can enter, correct or take back."""
    day = DayLog(PERSON, MARCH + timedelta(number % 900), headache=True, severity=2, note=f"written {number}")
    dose = Dose(PERSON, datetime(2024, 3, 1, 8) + timedelta(hours=number), "sumatriptan", medicine_class="triptan")
    steps = [_command(known, number), _recorded("log", known, day), _recorded("dose", known, dose)]
    steps += [_session(known, number), *_attack(known, number)]
    if days := known.of_kind("days"):
        steps += [_recorded("correct", known, replace(rng.choice(days), severity=3, note=f"corrected {number}"))]
    if facts := [*days, *known.of_kind("doses")]:
        steps += [_removed(known, rng.choice(facts))]
    return steps


def _recorded(name: str, known: Known, *facts: Fact) -> Step:
    replaced = [fact for fact in facts if known.facts.get((NAMES[type(fact)], key_of(fact)), fact) != fact]
    after = known.having(*facts)
    for _ in replaced:
        after = after.changed()
    return Step(name, telling(lambda store, place: store.record(*facts)), after)


def _removed(known: Known, fact: Fact) -> Step:
    return Step("remove", telling(lambda store, place: store.remove(fact)), known.without(fact).changed())


def _attack(known: Known, number: int) -> list[Step]:
    """An attack begins, or the one that goes on is over."""
    going_on = [attack for attack in known.of_kind("attacks") if attack.ongoing]
    if not going_on:
        began = datetime(2022, 1, 1) + timedelta(minutes=number)
        return [_recorded("attack start", known, Attack(PERSON, began, ongoing=True, severity=2))]
    attack = going_on[0]
    ended = replace(attack, end=attack.start + timedelta(hours=5), ongoing=False)
    return [_recorded("attack stop", known, ended)]


def _session(known: Known, number: int) -> Step:
    """A session with where it was injected: rows in two tables."""
    session = Treatment(PERSON, "botulinum", "Botox", MARCH + timedelta(number % 900), amount=155.0, unit="U")
    injected = [
        Injection(session.treatment_id, muscle, side, sites=2, units=10.0)
        for muscle in ("frontalis", "temporalis", "trapezius")
        for side in ("left", "right")
    ]
    return _recorded("session", known, session, *injected)


def _command(known: Known, number: int) -> Step:
    """``migraine log`` as a person calls it: the first line that it prints is its word that the day is kept."""
    day = date(2021, 1, 1) + timedelta(number % 900)
    entered = DayLog(PERSON, day, headache=True, severity=1, acute=False, menses=bool(number % 2))
    said = ("--severity", "mild", "--took", "nothing", "--menses" if entered.menses else "--no-menses")

    def write(store: Store, place: str, tell: Tell) -> None:
        with redirect_stdout(FirstLine(tell)):
            migraine(["log", str(day), *said, "--store", place, "--patient", PERSON], standalone_mode=False)

    before = known.facts.get(("days", (PERSON, day)))
    after = known.having(entered)
    return Step("migraine log", write, after if before is None else after.changed())


class FirstLine(TextIOBase):
    """Somewhere to print to, that tells as soon as anything is printed."""

    def __init__(self, tell: Tell) -> None:
        self.tell: Tell | None = tell

    def write(self, text: str) -> int:
        """Tell, the first time."""
        if self.tell:
            self.tell()
        self.tell = None
        return len(text)


def files(rng: random.Random, known: Known, exports: list[Export], number: int, folder: Path) -> list[Step]:
    """A file is imported, an import is taken back, the diary is copied."""
    steps = []
    if fresh := [export for export in exports if export.path.name not in known.imported]:
        steps += [_imported(known, rng.choice(fresh))] * 2
    if known.imported:
        steps.append(_undone(known, rng.choice([one for one in exports if one.path.name in known.imported])))
    if rng.random() < 0.3:  # it takes longer than everything else
        steps.append(_copied(known, folder / f"copy-{rng.getrandbits(60)}.sqlite"))
    return steps


def _imported(known: Known, export: Export) -> Step:
    def write(store: Store, place: str) -> None:
        batch = read_file(export.path, patient=export.path.stem)
        store.add(batch, layout="table", file_name=export.path.name)

    after = known.having(*export.facts)
    return Step("import", telling(write), replace(after, imported=(*known.imported, export.path.name)))


def _undone(known: Known, export: Export) -> Step:
    def write(store: Store, place: str) -> None:
        store.undo(next(one.import_id for one in store.imports() if one.file_name == export.path.name))

    left = tuple(name for name in known.imported if name != export.path.name)
    after = known.without(*export.facts)
    return Step("undo", telling(write), replace(after, imported=left, undone=known.undone + 1))


def _copied(known: Known, target: Path) -> Step:
    def write(store: Store, place: str) -> None:
        with existing(place) as source, vacant(str(target)) as copy:
            copy_diary(source, copy)

    return Step("store copy", telling(write), replace(known, copies=(*known.copies, Copy(target, known.facts))))


def telling(write: Callable[[Store, str], Any]) -> Callable[[Store, str, Tell], None]:
    """The write, which tells when it has returned."""

    def told(store: Store, place: str, tell: Tell) -> None:
        write(store, place)
        tell()

    return told


def make_exports(folder: Path, count: int = 6, days: int = 40) -> list[Export]:
    """Files to import, each of a patient of its own, and the facts in them."""
    return [_export(folder / f"F{number}.csv", days) for number in range(count)]


def _export(path: Path, days: int) -> Export:
    severities = ("none", "mild", "severe") * days
    rows = (f"{MARCH + timedelta(day)},{severities[day]},{day} of {path.stem}" for day in range(days))
    path.write_text("\n".join(["Date,Severity,Notes", *rows]) + "\n", encoding="utf-8")
    return Export(path, read_file(path, patient=path.stem).days)
