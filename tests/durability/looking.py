"""A diary after a kill: what is in it, and whether it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from diary.database import Database
from diary.facts import NAMES
from diary.history import read_changes, read_imports
from diary.model import Batch, DayLog
from diary.rows import find
from diary.schema import METADATA, TABLES
from diary.store import Store
from tests.durability.steps import MARCH, WAIT, WRITTEN, Known, named

AFTERWARDS = DayLog("after", MARCH, headache=True)
"""What is written after each kill, to see that the diary still takes something."""


class Found(NamedTuple):
    """What a diary holds, as :class:`~tests.durability.steps.Known` has it; and what is wrong with it."""

    facts: dict[Any, Any]
    imported: tuple[str, ...]
    undone: int
    changes: int
    faults: tuple[str, ...]

    def is_as(self, known: Known) -> bool:
        """Whether it holds that, and nothing else."""
        ours = (known.facts, sorted(known.imported), known.undone, known.changes)
        return ours == (self.facts, sorted(self.imported), self.undone, self.changes)


def look(location: str) -> Found:
    """What the diary holds now. It is opened as any command opens it, and written to afterwards."""
    with closing(Database(location, WAIT)) as database:
        with database.writing():
            pass  # our turn: whatever the killed program had sent to a server is over
        with database.reading() as connection:
            found = _read(connection)
    return found._replace(faults=(*found.faults, *_writing_faults(location)))


def _read(connection: sa.Connection) -> Found:
    facts = {name: find(connection, name) for name in WRITTEN}
    imports = read_imports(connection, None, undone=True)
    changes = [one for one in read_changes(connection) if one.action != "undone" and one.was != AFTERWARDS]
    return Found(
        facts_of(Batch(**{name: tuple(found) for name, found in facts.items()})),
        tuple(str(one.file_name) for one in imports if one.undone_at is None),
        sum(one.undone_at is not None for one in imports),
        sum(NAMES[type(one.was)] in WRITTEN for one in changes),
        (*_damage(connection), *_orphans(connection), *_half_imports(connection)),
    )


def facts_of(batch: Batch) -> dict[Any, Any]:
    """The facts by kind and key, without the moment at which they were entered."""
    facts = [fact for name in WRITTEN for fact in getattr(batch, name)]
    found = named(tuple(replace(fact, entered=None) if hasattr(fact, "entered") else fact for fact in facts))
    return {name: fact for name, fact in found.items() if fact != AFTERWARDS}


def _damage(connection: sa.Connection) -> Iterator[str]:
    """What SQLite finds by itself; a server checks its pages and references as it reads and writes."""
    if connection.dialect.name != "sqlite":
        return
    for check in ("integrity_check", "foreign_key_check"):
        rows = connection.exec_driver_sql(f"PRAGMA {check}").fetchall()
        yield from (f"{check}: {row}" for row in rows if tuple(row) != ("ok",))


def _orphans(connection: sa.Connection) -> Iterator[str]:
    """Rows that need others which are not there, for every reference that the tables declare."""
    for table in METADATA.sorted_tables:
        for link in table.foreign_key_constraints:
            owner = link.referred_table.alias()
            pairs = [(element.parent, owner.c[element.column.name]) for element in link.elements]
            there = sa.exists().where(*(child == parent for child, parent in pairs))
            lost = sa.select(sa.func.count()).where(*(child.is_not(None) for child, _ in pairs), ~there)
            if number := connection.scalar(lost.select_from(table)):
                yield f"{number} rows of {table.name} without their {link.referred_table.name}"


def _half_imports(connection: sa.Connection) -> Iterator[str]:
    """Imports of which fewer rows are there than their own line says; undone ones of which any is left."""
    days = TABLES["days"].c.import_id
    there = Counter({row[0]: row[1] for row in connection.execute(sa.select(days, sa.func.count()).group_by(days))})
    for one in read_imports(connection, None, undone=True):
        due = 0 if one.undone_at else one.counts["added"]["days"]
        if there[one.import_id] != due:
            yield f"import {one.import_id} has {there[one.import_id]} days of {due}"


def _writing_faults(location: str) -> Iterator[str]:
    with Store.open(location, wait=WAIT) as store:
        store.record(AFTERWARDS)
        if store.day("after", MARCH) != AFTERWARDS:
            yield "what was written afterwards is not there"
        store.remove(AFTERWARDS)


def look_at_copy(path: Path) -> dict[Any, Any]:
    """The facts in a copy of the diary; none where there is no diary, or none yet."""
    if not path.exists():
        return {}
    with Store.open(str(path)) as store:
        return facts_of(store.batch(names=WRITTEN))
