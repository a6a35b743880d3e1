"""Taking an import back: the diary as it would be if the file had never come, apart from what a person did since.

What the import added is removed; what it corrected, or took out for a preferred source, says again what it said
before. What was corrected since, by hand or by a later file, stays. The history keeps all that the import had said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

import sqlalchemy as sa

from diary.database import StoreError
from diary.facts import CLASSES, NAMES, Key, key_of
from diary.history import Change, Import, note_changes, note_undone, read_changes, read_imports
from diary.merge import place
from diary.model import Dose, Fact, Problem
from diary.own_classes import classed, read_classes
from diary.rows import delete, find, find_keys, insert, is_needed, update
from diary.schema import TABLES

Past = Mapping[Key, Sequence[Change]]
"""What was said before about facts of one kind, by key, oldest first."""


class Undone(NamedTuple):
    """What taking an import back did: how many facts of each kind were *removed*, or *restored* to what they were.

    *kept* says what stays although it came with the import, and why.
    """

    taken_back: Import
    removed: dict[str, int]
    restored: dict[str, int]
    kept: list[Problem]


class _Reversal(NamedTuple):
    """Facts of one kind: to *remove*, to put *back*, and to *amend*; the latter two with the import they came with."""

    remove: list[Fact]
    back: list[tuple[Fact, int | None]]
    amend: list[tuple[Fact, int | None]]


def undo_import(connection: sa.Connection, import_id: int) -> Undone:
    """Take one import back. Raises StoreError: there is no such import, or it was taken back before."""
    taken_back = find_import(connection, import_id)
    note_undone(connection, import_id)
    gone = {one.import_id for one in read_imports(connection, None, undone=True) if one.undone_at} | {import_id}
    past = _by_kind(read_changes(connection, taken_back.patient))
    undone = Undone(taken_back, {}, {}, [])
    for name in reversed(CLASSES):  # what needs others goes before them
        reversal = _plan(connection, name, import_id, past[name], gone)
        undone.removed[name], undone.restored[name] = len(reversal.remove), len(reversal.back) + len(reversal.amend)
        undone.kept.extend(_kept(connection, name, import_id, past[name]))
        _write(connection, name, reversal, import_id)
    return undone


def find_import(connection: sa.Connection, import_id: int) -> Import:
    """The import of that number.

    Raises StoreError: there is none, or it was taken back already.
    """
    found = {one.import_id: one for one in read_imports(connection, None, undone=True)}.get(import_id)
    if found is None:
        raise StoreError(f"There is no import {import_id}. See their numbers with: migraine imports")
    if found.undone_at is not None:
        raise StoreError(f"Import {import_id} was taken back already, so there is nothing to do.")
    return found


def _by_kind(changes: Iterable[Change]) -> dict[str, Past]:
    past: dict[str, dict[Key, list[Change]]] = {name: defaultdict(list) for name in CLASSES}
    for change in changes:
        past[NAMES[type(change.was)]][key_of(change.was)].append(change)
    return dict(past)


def said_before(changes: Sequence[Change], gone: Collection[int]) -> Change | None:
    """The latest of a fact's changes whose *was* holds if the imports *gone* had never been; None if nothing does."""
    for change in reversed(changes):
        if change.action == "removed" and change.import_id not in gone:
            return None
        if change.origin not in gone:
            return change
    return None


def _plan(connection: sa.Connection, name: str, import_id: int, past: Past, gone: Collection[int]) -> _Reversal:
    """What becomes of the facts that the import says now, and of those that it took out.

    A patient or source that others needed when its own import was taken back goes when nobody needs it any more.
    """
    said_by = gone if name in ("patients", "sources") else {import_id}
    said = {key_of(fact): fact for fact in find(connection, name, TABLES[name].c.import_id.in_(said_by))}
    taken_out = [key for key, changes in past.items() if any(_is_taken_out(change, import_id) for change in changes)]
    absent = set(taken_out) - find_keys(connection, name, taken_out).keys()
    earlier = {key: change for key in (*said, *absent) if (change := said_before(past.get(key, ()), gone))}
    facts = _with_classes(connection, [change.was for change in earlier.values()])
    holds = {key: (fact, earlier[key].origin) for key, fact in zip(earlier, facts, strict=True)}
    return _Reversal(
        [fact for key, fact in said.items() if key not in holds and not is_needed(connection, fact)],
        [holds[key] for key in sorted(absent, key=str) if key in holds],
        [holds[key] for key in said if key in holds],
    )


def _is_taken_out(change: Change, import_id: int) -> bool:
    return (change.action, change.import_id) == ("removed", import_id)


def _with_classes(connection: sa.Connection, facts: Sequence[Fact]) -> Sequence[Fact]:
    """The facts; doses with the classes that a person gave to their names since."""
    if not facts or not isinstance(facts[0], Dose):
        return facts
    return classed(cast(Sequence[Dose], facts), read_classes(connection))


def _write(connection: sa.Connection, name: str, reversal: _Reversal, import_id: int) -> None:
    """Write what was planned, what the import said to the history first."""
    now = find_keys(connection, name, [key_of(fact) for fact, _ in reversal.amend])
    note_changes(connection, [*reversal.remove, *now.values()], "undone", import_id)
    for fact in reversal.remove:
        delete(connection, fact)
    for fact, origin in reversal.back:
        insert(connection, name, [fact], origin)
    for fact, origin in reversal.amend:
        update(connection, name, [fact], origin)


def _kept(connection: sa.Connection, name: str, import_id: int, past: Past) -> list[Problem]:
    """The entries of the import that a person has corrected since, and the sessions that later entries need."""
    mine = {key for key, changes in past.items() if any(_is_corrected(change, import_id) for change in changes)}
    by_hand = find(connection, name, TABLES[name].c.import_id.is_(None)) if mine else []
    needed = find(connection, name, TABLES[name].c.import_id == import_id) if name == "treatments" else []
    return [
        *(corrected(fact) for fact in by_hand if key_of(fact) in mine),
        *(still_needed(fact) for fact in needed if is_needed(connection, fact)),
    ]


def _is_corrected(change: Change, import_id: int) -> bool:
    return (change.action, change.import_id, change.origin) == ("corrected", None, import_id)


def corrected(fact: Fact) -> Problem:
    """An entry of an import that a person has corrected."""
    return Problem(place(fact), "It was corrected by hand and stays.", "If it is wrong too, remove it by hand.")


def still_needed(fact: Fact) -> Problem:
    """A session of which a person has recorded the injections."""
    return Problem(place(fact), "It stays, as injections were recorded for it.", "If it is wrong, remove it by hand.")
