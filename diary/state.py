"""Whether anything changed: a few numbers that differ as soon as a diary does.

A fact that is added is one more row; one that is corrected or removed is one more line of the history; an import that
came in, or was taken back, is one more of those. So the diary is as it was exactly where none of these numbers differs.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import sqlalchemy as sa

from diary.rows import of_patient
from diary.schema import HISTORY, IMPORTS, TABLES

State = tuple[int, ...]
"""How many rows there are, the latest line of the history, and perhaps the imports that came and went."""


def state_of(connection: sa.Connection, patient: str | None) -> State:
    """The state of one patient's facts and imports, or of all; one query."""
    row = connection.execute(_numbers(patient is None), {} if patient is None else {"whose": patient}).one()
    return tuple(int(number) for number in row)


@cache
def _numbers(of_all: bool) -> sa.Select[tuple[int, ...]]:
    """The query, put together once."""
    patient: Any = None if of_all else sa.bindparam("whose", type_=sa.Text)
    counts = [
        sa.select(sa.func.count()).select_from(table).where(of_patient(name, patient)) for name, table in TABLES.items()
    ]
    mine = sa.true() if of_all else HISTORY.c.patient == patient
    shared = sa.true() if of_all else sa.or_(IMPORTS.c.patient == patient, IMPORTS.c.patient.is_(None))
    latest = sa.select(sa.func.coalesce(sa.func.max(HISTORY.c.history_id), 0)).where(mine)
    came = sa.select(sa.func.coalesce(sa.func.max(IMPORTS.c.import_id), 0)).where(shared)
    went = sa.select(sa.func.count(IMPORTS.c.undone_at)).where(shared)
    return sa.select(*(number.scalar_subquery() for number in (*counts, latest, came, went)))


def states_of(connection: sa.Connection) -> dict[str, State]:
    """The state of every patient's facts: one query for each table, however many patients there are."""
    counts: Counter[str] = Counter()
    for name in TABLES:
        for patient, count in connection.execute(_counted(name)):
            counts[patient] += count
    found = connection.execute(sa.select(HISTORY.c.patient, sa.func.max(HISTORY.c.history_id)).group_by("patient"))
    latest = {str(row[0]): int(row[1]) for row in found}
    return {patient: (count, latest.get(patient, 0)) for patient, count in counts.items()}


def _counted(name: str) -> sa.Select[Any]:
    """How many rows of the table belong to each patient."""
    table, treatments = TABLES[name], TABLES["treatments"]
    if name != "injections":
        return sa.select(table.c.patient, sa.func.count()).group_by(table.c.patient)
    both = table.join(treatments, table.c.treatment_id == treatments.c.treatment_id)
    return sa.select(treatments.c.patient, sa.func.count()).select_from(both).group_by(treatments.c.patient)
