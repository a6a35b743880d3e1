"""How facts get into the database: sort out what does not fit, compare with what is there, write the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from diary.facts import CLASSES, NAMES, Key, key_of, mentioned, misfit, tidied
from diary.history import note_changes, note_import, settled_by_hand
from diary.merge import Merge, merge, place
from diary.model import Batch, Fact, Problem
from diary.own_classes import classed, read_classes
from diary.rows import find_keys, insert, update
from diary.seen import count_seen, remove_replaced, told_once
from diary.twins import Twins

Settled = Mapping[str, Mapping[Key, Collection[Fact]]]


class Added(NamedTuple):
    """What adding facts did: how many of each kind were new, said nothing new, or replaced what was there.

    *import_id* is None where nothing changed, and for own entries. *problems* are about facts that were left out.
    *seen* are attacks and intakes that the diary has from another source, and so were not added; those *replaced*
    were taken out, because the new source is preferred.
    """

    import_id: int | None
    added: dict[str, int]
    unchanged: dict[str, int]
    corrected: dict[str, int]
    problems: list[Problem]
    seen: list[Twins]
    replaced: list[Twins]


def import_batch(
    connection: sa.Connection, batch: Batch, origin: Mapping[str, str | None], prefer: str | None = None
) -> Added:
    """Add what came out of a file. *origin* is its layout, file_name and file_hash; *prefer*, the source that wins."""
    fit, problems = sort_out(batch)
    once = told_once(connection, _classed(connection, fit), prefer)
    patients = [key_of(fact)[0] for fact in mentioned(fit)["patients"]]
    merges = plan(connection, once.batch, settled_by_hand(connection, patients), prefer)
    import_id = None
    if any(found.changes for found in merges.values()):
        sole = patients[0] if len(patients) == 1 else None
        counts = _counts(merges) | {"seen": count_seen(once.seen)}
        import_id = note_import(connection, sole, batch.assumptions, counts, origin)
    write(connection, merges, import_id)
    remove_replaced(connection, once.replaced, import_id)
    return _added(import_id, merges, problems)._replace(seen=once.seen, replaced=once.replaced)


def _classed(connection: sa.Connection, batch: Batch) -> Batch:
    """The batch, with the classes that a person gave to medicines that the program does not know."""
    return replace(batch, doses=classed(batch.doses, read_classes(connection)))


def disputed(connection: sa.Connection, batch: Batch) -> int:
    """How many entries of a file the diary has otherwise, or again, from another source: one of the two is to hold."""
    fit, _ = sort_out(batch)
    once = told_once(connection, _classed(connection, fit), None)
    settled = settled_by_hand(connection, [key_of(fact)[0] for fact in mentioned(fit)["patients"]])
    kept, taken = (
        sum(len(found.corrected) for found in plan(connection, once.batch, settled, source).values())
        for source in (None, source_of(batch))
    )
    return len(once.seen) + taken - kept


def source_of(batch: Batch) -> str | None:
    """The source of the facts of a file, where it is one alone."""
    names = {source.source for source in batch.sources}
    return names.pop() if len(names) == 1 else None


def record_facts(connection: sa.Connection, facts: Iterable[Fact]) -> Added:
    """Add what a person enters; it may bring back what was removed or corrected by hand."""
    fit, problems = sort_out(batch_of(facts))
    merges = plan(connection, _classed(connection, fit), {})
    write(connection, merges, None)
    return _added(None, merges, problems)


def batch_of(facts: Iterable[Fact]) -> Batch:
    """Facts of any kind as a batch.

    >>> from diary.model import Patient, Source
    >>> batch_of([Patient("P1"), Source("P1", "log")]).sources
    (Source(patient='P1', source='log', events_only=False, medication=False),)
    """
    by_kind: dict[str, list[Any]] = {name: [] for name in CLASSES}
    for fact in facts:
        by_kind[NAMES[type(fact)]].append(fact)
    return Batch(**{name: tuple(found) for name, found in by_kind.items()})


def sort_out(batch: Batch) -> tuple[Batch, list[Problem]]:
    """The facts that the tables can hold, tidied; and a problem for each of the others."""
    troubles = [(fact, misfit(fact)) for name in CLASSES for fact in map(tidied, getattr(batch, name))]
    fit = batch_of(fact for fact, trouble in troubles if trouble is None)
    return fit, [unfit(fact, trouble) for fact, trouble in troubles if trouble is not None]


def unfit(fact: Fact, trouble: str) -> Problem:
    """A fact that no table can hold."""
    return Problem(place(fact), f"{trouble} The entry was left out.", "Correct it and try again.")


def plan(connection: sa.Connection, batch: Batch, settled: Settled, prefer: str | None = None) -> dict[str, Merge]:
    """What is to be written for each kind of fact, in the order in which the tables need each other."""
    merges: dict[str, Merge] = {}
    for name in CLASSES:
        facts = [*getattr(batch, name), *_owners(connection, name, batch)]
        lost = _without_session(connection, facts, merges["treatments"]) if name == "injections" else set()
        stored = find_keys(connection, name, {key_of(fact) for fact in facts})
        merges[name] = merge((fact for fact in facts if fact not in lost), stored, settled.get(name, {}), prefer)
        merges[name].problems.extend(orphan(fact) for fact in facts if fact in lost)
    return merges


def _owners(connection: sa.Connection, name: str, batch: Batch) -> list[Fact]:
    """The patients and sources that facts name, but of which neither the batch nor the diary says more."""
    owners = {key_of(fact): fact for fact in mentioned(batch).get(name, ())}
    known = {key_of(fact) for fact in getattr(batch, name)} | find_keys(connection, name, owners).keys()
    return [fact for key, fact in owners.items() if key not in known]


def _without_session(connection: sa.Connection, injections: Iterable[Fact], treatments: Merge) -> set[Fact]:
    """The injections whose treatment is neither in the diary nor about to be."""
    sessions = {key_of(injection)[:1] for injection in injections}
    known = find_keys(connection, "treatments", sessions).keys() | {key_of(fact) for fact in treatments.added}
    return {injection for injection in injections if key_of(injection)[:1] not in known}


def orphan(injection: Fact) -> Problem:
    """An injection without its session."""
    return Problem(place(injection), "Its session is not in the diary.", "Record the session together with it.")


def write(connection: sa.Connection, merges: Mapping[str, Merge], import_id: int | None) -> None:
    """Write what was planned, the old facts to the history first."""
    for name, planned in merges.items():
        insert(connection, name, planned.added, import_id)
        note_changes(connection, [was for was, _ in planned.corrected], "corrected", import_id)
        update(connection, name, [now for _, now in planned.corrected], import_id)


def _counts(merges: Mapping[str, Merge]) -> dict[str, dict[str, int]]:
    return {
        "added": {name: len(planned.added) for name, planned in merges.items()},
        "unchanged": {name: len(planned.unchanged) for name, planned in merges.items()},
        "corrected": {name: len(planned.corrected) for name, planned in merges.items()},
    }


def _added(import_id: int | None, merges: Mapping[str, Merge], problems: list[Problem]) -> Added:
    contradictions = [problem for planned in merges.values() for problem in planned.problems]
    return Added(import_id, **_counts(merges), problems=problems + contradictions, seen=[], replaced=[])
