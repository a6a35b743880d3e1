"""What a file says that the diary has from another source already; :mod:`diary.twins` says what is the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from diary.facts import NAMES, in_order, key_of
from diary.history import note_changes
from diary.model import Attack, Batch, Dose, Fact, last_date
from diary.rows import delete, find, find_keys, near, slices
from diary.schema import TABLES
from diary.twins import Once, Twins, counted_once

KINDS = ("attacks", "doses")
"""The facts of which several can belong to one day, so that they must be recognised."""


def told_once(connection: sa.Connection, batch: Batch, prefer: str | None) -> Once:
    """The batch without what the diary has from another source; *prefer* is the source that wins."""
    patients = {attack.patient for attack in batch.attacks} | {dose.patient for dose in batch.doses}
    if not patients:
        return Once(batch, [], [])
    attacks = _around(connection, batch.attacks, "attacks", patients, _dates(batch.attacks, batch.doses))
    near_attacks = [*batch.attacks, *cast(Iterable[Attack], attacks)]
    doses = _around(connection, batch.doses, "doses", patients, _dates(near_attacks, batch.doses))
    there: dict[str, Any] = {"attacks": in_order(attacks), "doses": in_order(doses)}
    return counted_once(batch, Batch(**there), prefer)


def _dates(attacks: Iterable[Attack], doses: Iterable[Dose]) -> list[date]:
    dates = [dose.taken.date() for dose in doses]
    return dates + [day for attack in attacks for day in (attack.start.date(), last_date(attack))]


def _around(
    connection: sa.Connection, facts: Iterable[Fact], name: str, patients: Collection[str], dates: Collection[date]
) -> list[Fact]:
    """What the diary has under the keys of the facts, and what it has of the patients at that time."""
    found = find_keys(connection, name, {key_of(fact) for fact in facts})
    for some in slices(patients):
        of_them = TABLES[name].columns.patient.in_(some)
        for fact in find(connection, name, of_them, near(name, min(dates), max(dates))):
            found[key_of(fact)] = fact
    return list(found.values())


def remove_replaced(connection: sa.Connection, twins: Iterable[Twins], import_id: int | None) -> None:
    """Take out the attacks and intakes in whose place the preferred source's are; the history keeps them."""
    lost = {key_of(twin.there): NAMES[type(twin.there)] for twin in twins}
    for name in KINDS:
        stored = list(find_keys(connection, name, [key for key, kind in lost.items() if kind == name]).values())
        note_changes(connection, stored, "removed", import_id)
        for fact in stored:
            delete(connection, fact)


def count_seen(twins: Iterable[Twins]) -> dict[str, int]:
    """How many attacks and doses of a file the diary has from another source."""
    seen = {twin.new for twin in twins}
    return {name: sum(NAMES[type(fact)] == name for fact in seen) for name in KINDS}
