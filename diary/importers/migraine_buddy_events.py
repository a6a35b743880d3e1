"""The health events that stand above the attacks in Migraine Buddy's CSV: the only place for a preventive or Botox.

They are free text, so that nothing of them is filed; what is a treatment is proposed with the command that records it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from shlex import quote
from typing import NamedTuple

from diary.importers.app_table import AppTable, Column
from diary.importers.columns import read_texts
from diary.importers.dates import read_moments, said
from diary.importers.options import DateOrder
from diary.importers.preventives import Intake, proposals
from diary.importers.sheets import Cell
from diary.importers.table import Table, day_of
from diary.importers.words import fold
from diary.medicines import Intake as Taken
from diary.medicines import Medicine, read_intakes
from diary.model import Problem

UNITS = re.compile(r"\b(\d{1,4})\s*(?:u|iu|units?)\b", re.IGNORECASE)
STOPPED = re.compile(r"\b(?:stop(?:ped)?|ended|discontinued|came off)\b", re.IGNORECASE)
NO_EVENTS = "no ongoing events"
STOP = "0"
"""The dose of a preventive that is no longer taken."""


def first_date(cell: Cell) -> Cell:
    """The date, or the first of a range; nothing for the sentence that says that there are no events.

    >>> first_date("01/03/2024 - 09/03/2024"), first_date("No ongoing events recorded during this period.")
    ('01/03/2024', None)
    """
    if not isinstance(cell, str):
        return cell
    return None if fold(cell).startswith(NO_EVENTS) else cell.split(" - ")[0]


def last_date(cell: Cell) -> Cell:
    """The last date of a range; None for one date."""
    parts = cell.split(" - ") if isinstance(cell, str) else []
    return parts[1] if len(parts) == 2 else None


EVENTS = AppTable(
    "Migraine Buddy",
    columns=(
        Column("Date", "date", first_date),
        Column("Date", "end_date", last_date),
        Column("Description", "description"),
        Column("Notes", "note"),
        Column("Time Period", "period"),
    ),
    needs=("Date", "Time Period", "Description", "Notes"),
    searched=10_000,
)


class Event(NamedTuple):
    """One event that can be dated, with everything that was written about it."""

    place: str
    start: date
    end: date | None
    text: str


def event_dates(table: Table) -> list[Cell]:
    """Every date of the events as it is written."""
    return [cell for name in ("date", "end_date") for header in table.headers.of(name) for cell in table.cells(header)]


def read_events(table: Table, order: DateOrder | None) -> list[Problem]:
    """What is wrong with the events, and the treatments among them, each with the command that records it.

    How many are about something else is noted among the table's assumptions.
    """
    preventives: list[Intake] = []
    proposed: list[Problem] = []
    others = 0
    for event in _events(table, order):
        treatments = [taken for taken in read_intakes(event.text) if taken.medicine and _is_treatment(taken.medicine)]
        for taken in treatments:
            assert taken.medicine is not None  # _is_treatment has seen it
            if taken.medicine.medicine_class == "botulinum":
                proposed.append(_session(event, taken.medicine))
            elif event.end is None and STOPPED.search(event.text):
                proposed.append(_stop(event, taken.medicine))
            else:
                preventives += _preventive(event, taken)
        others += not treatments
    if others:
        table.assume(f"Health events that name no preventive and no botulinum toxin were not read: {others}.")
    return table.problems + proposed + proposals(preventives)


def _events(table: Table, order: DateOrder | None) -> Iterator[Event]:
    starts, ends = (_days(table, name, order) for name in ("date", "end_date"))
    texts = [table.read(name, read_texts) for name in ("description", "note")]
    for index, (start, end, *told) in enumerate(zip(starts, ends, *texts, strict=True)):
        if start:
            yield Event(table.place(index), start, end, "; ".join(text for text in told if text))


def _days(table: Table, name: str, order: DateOrder | None) -> list[date | None]:
    moments = table.read(name, lambda cells: read_moments(cells, "Date", order).parsed._replace(assumptions=()))
    return [day_of(moment) if moment else None for moment in moments]


def _is_treatment(medicine: Medicine) -> bool:
    return medicine.medicine_class in ("preventive", "botulinum")


def _session(event: Event, medicine: Medicine) -> Problem:
    units = UNITS.search(event.text)
    amount = f" --units {units[1]}" if units else ""
    product = "" if medicine.generic == "onabotulinumtoxinA" else f" --product {quote(medicine.name)}"
    return Problem(
        event.place,
        f"{medicine.name} stands among the health events of {said(event.start)}; it was not recorded.",
        f"If it was a treatment session, record it with: migraine botox add {event.start}{amount}{product}",
    )


def _stop(event: Event, medicine: Medicine) -> Problem:
    return Problem(
        event.place,
        f"{medicine.name} was stopped, by the health event of {said(event.start)}; this was not recorded.",
        "If it stands among your preventives, record it with: "
        f"migraine preventive stop {quote(medicine.name)} --date {event.start}",
    )


def _preventive(event: Event, taken: Taken) -> Iterator[Intake]:
    """The first day of a preventive, and the day after its last."""
    name = taken.medicine.name if taken.medicine else taken.text
    yield Intake(name, event.start, f"{taken.amount:g} {taken.unit or ''}".strip() if taken.amount else "")
    if event.end and event.end > event.start:
        yield Intake(name, event.end + timedelta(days=1), STOP)
