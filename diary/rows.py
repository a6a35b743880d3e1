"""Facts as rows of the database: found, written and deleted by their keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from diary.facts import CLASSES, NAMES, ORDER, Key, key_of
from diary.model import Dose, Fact
from diary.schema import TABLES, columns_of, row_of
from diary.tables import FACTS, conform

if TYPE_CHECKING:
    import pandas as pd

MANY = 1000
"""How many keys one statement asks for; SQLite takes 32,766 values, PostgreSQL 65,535."""

Span = tuple[str, str]
"""Patients, from the first to the last of them, in the order of the database."""


def slices(keys: Collection[Any]) -> Iterator[Sequence[Any]]:
    """The keys, so many at a time as one statement can ask for."""
    listed = list(keys)
    return (listed[start : start + MANY] for start in range(0, len(listed), MANY))


def key_columns(name: str) -> list[sa.Column[Any]]:
    """The key columns of the named table."""
    return [TABLES[name].columns[column] for column in FACTS[name].key]


def db_key(key: Key) -> Key:
    """The key as the table has it, where nothing in a key can be NULL."""
    return tuple("" if part is None else part for part in key)


def has_key(name: str, key: Key) -> sa.ColumnElement[bool]:
    """The condition that a row of the named table is the one with this key."""
    return sa.and_(*(column == part for column, part in zip(key_columns(name), db_key(key), strict=True)))


def of_patient(name: str, patient: str | None) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to the patient, or to anyone where that is None."""
    if patient is None:
        return sa.true()
    if name == "injections":
        treatments = TABLES["treatments"].columns
        own = sa.select(treatments.treatment_id).where(treatments.patient == patient)
        return TABLES[name].columns.treatment_id.in_(own)
    return TABLES[name].columns.patient == patient


def of_span(name: str, span: Span) -> sa.ColumnElement[bool]:
    """The condition that a row belongs to one of the patients from the first to the last of the span."""
    if name == "injections":
        treatments = TABLES["treatments"].columns
        own = sa.select(treatments.treatment_id).where(treatments.patient.between(*span))
        return TABLES[name].columns.treatment_id.in_(own)
    return TABLES[name].columns.patient.between(*span)


def spans(connection: sa.Connection, size: int) -> Iterator[Span]:
    """All patients, so many at a time, in the order of the database, which is that of its comparisons."""
    code = TABLES["patients"].columns.patient
    codes = connection.execute(sa.select(code).order_by(code)).scalars().all()
    return ((codes[start], codes[start : start + size][-1]) for start in range(0, len(codes), size))


def near(name: str, first: date | None, last: date | None) -> sa.ColumnElement[bool]:
    """A condition that rows of the named table meet if they may have to do with any day from *first* to *last*.

    It keeps the years that nobody asks for in the database; :func:`diary.facts.touches` decides.
    """
    columns, conditions = TABLES[name].columns, []
    begins = next((columns[column] for column in BEGINS if column in columns), None)
    if begins is None:
        return sa.true()
    if last is not None:
        conditions.append(begins < last + timedelta(days=1))
    if first is not None and name in ("days", "doses", "scores", "events", "factors"):
        conditions.append(begins >= first)
    if first is not None and name == "attacks":
        conditions.append(sa.func.coalesce(columns.end, columns.start) >= first)
    return sa.and_(sa.true(), *conditions)


BEGINS = ("date", "start", "taken")
"""The columns that say when a fact begins; a table has one of them at most."""


def find(connection: sa.Connection, name: str, *conditions: sa.ColumnElement[bool]) -> list[Fact]:
    """The facts in the named table that meet the conditions, in no order."""
    rows = connection.execute(sa.select(*columns_of(name)).where(*conditions)).mappings()
    return [CLASSES[name](**row) for row in rows]


def find_keys(connection: sa.Connection, name: str, keys: Collection[Key]) -> dict[Key, Fact]:
    """The facts in the named table that have one of the keys."""
    found = {}
    for some in slices([db_key(key) for key in keys]):
        for fact in find(connection, name, sa.tuple_(*key_columns(name)).in_(some)):
            found[key_of(fact)] = fact
    return found


def insert(connection: sa.Connection, name: str, facts: Sequence[Fact], import_id: int | None) -> None:
    """New rows for new facts."""
    if facts:
        connection.execute(TABLES[name].insert(), [row_of(fact) | {"import_id": import_id} for fact in facts])


def update(connection: sa.Connection, name: str, facts: Sequence[Fact], import_id: int | None) -> None:
    """Other values in the rows of facts that are corrected."""
    columns = key_columns(name)
    same_key = (column == sa.bindparam(f"key_{column.name}") for column in columns)
    rows = [row_of(fact) | {"import_id": import_id} for fact in facts]
    if rows:
        keyed = [row | {f"key_{column.name}": row[column.name] for column in columns} for row in rows]
        connection.execute(TABLES[name].update().where(*same_key), keyed)


def reclass(connection: sa.Connection, doses: Collection[Dose], medicine_class: str | None) -> None:
    """Another class for doses; they still belong to the import that they came with."""
    column = TABLES["doses"].columns.dose_id
    for names in slices([dose.dose_id for dose in doses]):
        connection.execute(TABLES["doses"].update().where(column.in_(names)).values(medicine_class=medicine_class))


def delete(connection: sa.Connection, fact: Fact) -> None:
    """No row for the fact any more."""
    name = NAMES[type(fact)]
    connection.execute(TABLES[name].delete().where(has_key(name, key_of(fact))))


DEPENDANTS = {
    "patients": ("sources",),
    "sources": tuple(name for name, table in FACTS.items() if "source" in table.names and name != "sources"),
    "treatments": ("injections",),
}
"""The tables whose rows need a row of another."""


def is_needed(connection: sa.Connection, fact: Fact) -> bool:
    """Whether another fact belongs to this one: to a patient, to a source, to a session."""
    keys = [column.name for column in key_columns(NAMES[type(fact)])]
    for name in DEPENDANTS.get(NAMES[type(fact)], ()):
        same = (TABLES[name].columns[key] == getattr(fact, key) for key in keys)
        if connection.execute(sa.select(sa.literal(1)).select_from(TABLES[name]).where(*same).limit(1)).first():
            return True
    return False


def frame(connection: sa.Connection, name: str, condition: sa.ColumnElement[bool]) -> pd.DataFrame:
    """The rows of the named table that meet the condition as the fact table of :mod:`diary.tables`, in order.

    They are taken as the driver gives them: SQLite's text for a date, and 0 and 1 for yes and no, are what
    :func:`diary.tables.conform` reads at once, where objects for each would take a third of the time.
    """
    import pandas as pd

    table = FACTS[name]
    found = connection.execute(sa.select(*columns_of(name)).where(condition))
    values = pd.DataFrame(found.cursor.fetchall(), columns=table.names, dtype=object)
    by = list(ORDER.get(name, table.key))
    return conform(values, table).sort_values(by, na_position="first", kind="stable", ignore_index=True)


def last_day(connection: sa.Connection) -> date | None:
    """The last day of which a day log or an attack says something; None where there is none.

    An attack that ends at midnight does not touch the day that begins then.
    """
    days, attacks = TABLES["days"].columns, TABLES["attacks"].columns
    logged = connection.execute(sa.select(sa.func.max(days.date))).scalar()
    began = connection.execute(sa.select(sa.func.max(attacks.start))).scalar()
    ended = connection.execute(sa.select(sa.func.max(attacks.end)).where(attacks.end > attacks.start)).scalar()
    touched = (began and began.date(), ended and (ended - timedelta(seconds=1)).date())
    return max(filter(None, (logged, *touched)), default=None)
