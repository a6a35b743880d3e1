"""Whether anything changed: a few numbers that differ as soon as a diary does.

A fact that is added is one more row; one that is corrected or removed is one more line of the history; an import that
came in, or was taken back, is one more of those. So the diary is as it was exactly where none of these numbers differs.
"""

from __future__ import annotations

import sqlalchemy as sa

from diary.rows import of_patient
from diary.schema import HISTORY, IMPORTS, TABLES

State = tuple[int, ...]
"""How many rows each table has, the latest line of the history, and the imports that came and went."""


def state_of(connection: sa.Connection, patient: str | None) -> State:
    """The state of one patient's facts, or of all; one query."""
    whose = sa.true() if patient is None else HISTORY.c.patient == patient
    counts = [
        sa.select(sa.func.count()).select_from(table).where(of_patient(name, patient)) for name, table in TABLES.items()
    ]
    latest = sa.select(sa.func.coalesce(sa.func.max(HISTORY.c.history_id), 0)).where(whose)
    came = sa.select(sa.func.coalesce(sa.func.max(IMPORTS.c.import_id), 0))
    went = sa.select(sa.func.count(IMPORTS.c.undone_at))
    numbers = (*counts, latest, came, went)
    row = connection.execute(sa.select(*(number.scalar_subquery() for number in numbers))).one()
    return tuple(int(number) for number in row)
