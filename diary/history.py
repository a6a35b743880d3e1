"""What came in and when, and what was said before it was corrected or removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from diary.facts import CLASSES, NAMES, Key, fact_from, key_of, plain
from diary.model import Fact
from diary.rows import db_key, key_columns, slices
from diary.schema import HISTORY, IMPORTS, TABLES
from diary.tables import FACTS


class Import(NamedTuple):
    """One import that changed the diary. *patient* is None where the file held several; times are in UTC.

    *counts* holds, for ``added``, ``unchanged``, ``corrected`` and ``seen``, the number of facts of each kind.
    *undone_at* is when it was taken back; None where it holds.
    """

    import_id: int
    patient: str | None
    file_name: str | None
    file_hash: str | None
    layout: str
    assumptions: tuple[str, ...]
    counts: dict[str, dict[str, int]]
    imported_at: datetime
    undone_at: datetime | None = None


class Change(NamedTuple):
    """What the diary said before: *was* was changed at *changed_at* (UTC).

    *action* is ``corrected``; ``removed``; ``undone``, with the import that had said it; or ``classed``, where a
    person said what kind of medicine it is.

    *import_id* is the import that did it; None where a person did it by hand. *origin* is the import that *was* had
    come with.
    """

    history_id: int
    was: Fact
    action: str
    changed_at: datetime
    import_id: int | None
    origin: int | None


def now() -> datetime:
    """This moment in UTC, to the second, without a zone as databases keep it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def note_import(
    connection: sa.Connection,
    patient: str | None,
    assumptions: Sequence[str],
    counts: Mapping[str, Mapping[str, int]],
    origin: Mapping[str, str | None],
) -> int:
    """A line for an import from *origin*: its layout, file_name and file_hash. Returns its import_id."""
    values = {"patient": patient, "assumptions": list(assumptions), "counts": counts, "imported_at": now(), **origin}
    return int(connection.execute(IMPORTS.insert().values(values).returning(IMPORTS.c.import_id)).scalar_one())


def read_imports(connection: sa.Connection, patient: str | None, *, undone: bool = False) -> list[Import]:
    """The imports, oldest first, that a patient had part in; with *undone* also those that were taken back."""
    query = sa.select(IMPORTS).order_by(IMPORTS.c.import_id)
    if not undone:
        query = query.where(IMPORTS.c.undone_at.is_(None))
    if patient is not None:
        query = query.where(sa.or_(IMPORTS.c.patient == patient, IMPORTS.c.patient.is_(None)))
    rows = connection.execute(query).mappings()
    return [Import(**(dict(row) | {"assumptions": tuple(row["assumptions"])})) for row in rows]


def note_undone(connection: sa.Connection, import_id: int) -> None:
    """Remember that an import was taken back now."""
    connection.execute(IMPORTS.update().where(IMPORTS.c.import_id == import_id).values(undone_at=now()))


def note_changes(connection: sa.Connection, facts: Sequence[Fact], action: str, import_id: int | None) -> None:
    """Keep what facts of one kind say, just before they are corrected or removed."""
    if not facts:
        return
    name = NAMES[type(facts[0])]
    origins = _origins(connection, name, facts)
    done = {"table_name": TABLES[name].name, "changed_at": now(), "import_id": import_id, "action": action}
    rows = []
    for fact in facts:
        patient, origin = origins[db_key(key_of(fact))]
        rows.append(done | {"patient": patient, "key": _key(fact), "row": plain(fact) | {"import_id": origin}})
    connection.execute(HISTORY.insert(), rows)


def _key(fact: Fact) -> list[Any]:
    values = plain(fact)
    return [values[column] for column in FACTS[NAMES[type(fact)]].key]


def _origins(connection: sa.Connection, name: str, facts: Sequence[Fact]) -> dict[Key, tuple[str, int | None]]:
    """For each key the patient whom the row belongs to, and the import that it came with."""
    columns = key_columns(name)
    query = sa.select(*columns, _owner(name), TABLES[name].c.import_id)
    found = {}
    for keys in slices([db_key(key_of(fact)) for fact in facts]):
        for row in connection.execute(query.where(sa.tuple_(*columns).in_(keys))):
            *key, patient, import_id = row
            found[tuple(key)] = (patient, import_id)
    return found


def _owner(name: str) -> sa.ColumnElement[str]:
    if name != "injections":
        return TABLES[name].c.patient.label("owner")
    session = TABLES["treatments"].c.treatment_id == TABLES[name].c.treatment_id
    return sa.select(TABLES["treatments"].c.patient).where(session).scalar_subquery().label("owner")


def read_changes(connection: sa.Connection, patient: str | None = None) -> list[Change]:
    """What was said before, oldest first."""
    query = sa.select(HISTORY).order_by(HISTORY.c.history_id)
    if patient is not None:
        query = query.where(HISTORY.c.patient == patient)
    return [_change(row) for row in connection.execute(query).mappings()]


def _change(row: sa.RowMapping) -> Change:
    was = fact_from(KINDS[row["table_name"]], row["row"])
    origin = row["row"]["import_id"]
    return Change(row["history_id"], was, row["action"], row["changed_at"], row["import_id"], origin)


KINDS: dict[str, type[Fact]] = {table.name: CLASSES[name] for name, table in FACTS.items()}


def settled_by_hand(connection: sa.Connection, patients: Collection[str]) -> dict[str, dict[Key, list[Fact]]]:
    """For each kind of fact and each key, what a person has corrected or removed by hand.

    To class a medicine is no correction of what the file says.
    """
    settled: dict[str, dict[Key, list[Fact]]] = {name: {} for name in CLASSES}
    for some in slices(patients):
        by_hand = sa.and_(HISTORY.c.import_id.is_(None), HISTORY.c.action.in_(("corrected", "removed")))
        query = sa.select(HISTORY).where(by_hand, HISTORY.c.patient.in_(some))
        for row in connection.execute(query).mappings():
            was = _change(row).was
            settled[NAMES[type(was)]].setdefault(key_of(was), []).append(was)
    return settled
