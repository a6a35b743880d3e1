"""Where each patient of a clinic stands: the last session, when the next is due, and how much of late is logged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from diary.database import Database
from diary.model import DECISIONS
from diary.rows import frame, near
from diary.schema import TABLES
from diary.session_checks import CYCLE

RECENT = 28
"""Days, up to today, of which the logged ones are counted."""

SILENCE = 14
"""Days that a list of headaches may say nothing and still be read as headache-free, as everywhere."""

HALTS = ("stop", "pause")
"""Decisions after which no session is due."""


class Standing(NamedTuple):
    """One patient: the last therapeutic *session*, when the next is *due*, and *logged* of the last 28 days.

    *halted* is ``stop`` or ``pause`` where that was decided since the last session; then nothing is due.
    """

    patient: str
    session: date | None
    due: date | None
    halted: str | None
    logged: int


def overview(database: Database, as_of: date) -> list[Standing]:
    """Every patient as of a day, by code."""
    with database.reading() as connection:
        patients = connection.scalars(sa.select(TABLES["patients"].c.patient)).all()
        sessions = _sessions(connection, as_of)
        halts = _halts(connection, as_of, sessions)
        logged = _logged(connection, as_of)
    return [_standing(code, sessions.get(code), halts.get(code), logged.get(code, 0)) for code in sorted(patients)]


def _standing(patient: str, session: date | None, halted: str | None, logged: int) -> Standing:
    due = session + CYCLE if session and not halted else None
    return Standing(patient, session, due, halted, logged)


def _sessions(connection: sa.Connection, as_of: date) -> dict[str, date]:
    """The last therapeutic session of each patient who had one."""
    given = TABLES["treatments"].c
    therapeutic = (given.kind == "botulinum", given.purpose != "cosmetic", given.start <= as_of)
    query = sa.select(given.patient, sa.func.max(given.start)).where(*therapeutic).group_by(given.patient)
    return {row[0]: row[1] for row in connection.execute(query)}


def _halts(connection: sa.Connection, as_of: date, sessions: dict[str, date]) -> dict[str, str | None]:
    """The stop or pause of each patient for whom the last decision since the last session was one."""
    said = TABLES["consultations"].c
    query = sa.select(said.patient, said.date, said.answer).where(said.topic == "decision", said.date <= as_of)
    found: dict[str, str | None] = {}
    for patient, day, answer in connection.execute(query.order_by(said.date)):
        decision = answer.strip().casefold()
        if decision in DECISIONS and day >= sessions.get(patient, date.min):
            found[patient] = decision if decision in HALTS else None
    return found


def _logged(connection: sa.Connection, as_of: date) -> dict[str, int]:
    """How many of the last 28 days are logged, for each patient with any."""
    from diary.days import day_table  # pandas loads only when a list is asked for

    first = as_of - timedelta(days=RECENT - 1)
    before = first - timedelta(days=SILENCE + 1)  # a headache so long ago can still make the silence after it short
    told = ("sources", "days", "attacks", "doses")
    days = day_table({name: frame(connection, name, near(name, before, as_of)) for name in told}, SILENCE)
    recent = days.loc[days["logged"] & (days["date"].dt.date >= first) & (days["date"].dt.date <= as_of)]
    return {str(patient): int(number) for patient, number in recent.groupby("patient").size().items()}
