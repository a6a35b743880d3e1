"""Headi (Android): the CSV that it makes of its database.

After the app's own source (github.com/MrReSc/Headi): times are milliseconds since 1970, strength is 0 to 10, "null"
is an empty place, and an amount of 0 means that the medicine beside it was not taken.
"""

from __future__ import annotations

from collections.abc import Mapping

from diary.importers.app_table import AppTable, Column
from diary.importers.attack_table import read_attacks
from diary.importers.columns import number_of
from diary.importers.file import File
from diary.importers.forms import graded, is_attack
from diary.importers.general import joined
from diary.importers.instants import Instant, Zone, zone_of
from diary.importers.layout import Layout
from diary.importers.options import Options
from diary.importers.sheets import Cell
from diary.importers.worked_out import with_worked_out
from diary.model import Batch

MS = 1000
WORKED_OUT = ("start_date", "end_date", "offset of the start", "offset of the end", "medication")


def told(cell: Cell) -> Cell:
    """The cell, unless the database had nothing there."""
    return None if cell == "null" else cell


TABLE = AppTable(
    "Headi",
    columns=(
        Column("start_date", "start"),
        Column("start_date", "headache", is_attack),
        Column("end_date", "end"),
        Column("offset of the start", "utc_offset"),
        Column("offset of the end", "end_utc_offset"),
        Column("pain", "kind", told),
        Column("strength", "pain", graded),
        Column("medication", "medicine"),
        Column("medication_amount", "pieces"),
        Column("description", "note", told),
    ),
    needs=("_id", "pain", "start_date", "end_date", "duration", "strength"),
    scale="0-10",
)


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks, on the clock of the place where the diary was kept."""
    zone = zone_of(options)
    batch = Batch(assumptions=(zone.why,))
    for sheet in file.sheets:
        row = TABLE.header_row(sheet)
        if row is not None:
            local = with_worked_out(sheet, row, WORKED_OUT, lambda cells: worked_out(cells, zone))
            batch += read_attacks(TABLE.table(local, row, options), patient, TABLE.name, TABLE.events_only)
    return joined(batch)


def worked_out(cells: Mapping[str, Cell], zone: Zone) -> list[Cell]:
    """Start and end on the clock, the offset of each, and the medicine with its amount."""
    start, end = instant(cells.get("start_date"), zone), instant(cells.get("end_date"), zone)
    return [
        start.local if start else told(cells.get("start_date")),
        end.after(start) if start and end else told(cells.get("end_date")),
        start.utc_offset if start else None,
        end.utc_offset if end else None,
        medicine(cells.get("medication"), cells.get("medication_amount")),
    ]


def instant(cell: Cell, zone: Zone) -> Instant | None:
    """Milliseconds as an instant."""
    number = number_of(cell)
    return None if number is None else zone.at(number / MS)


def medicine(name: Cell, amount: Cell) -> Cell:
    """A medicine and how many pieces of it; "none" for no piece.

    >>> medicine("Ibuprofen", "2"), medicine("Ibuprofen", "0"), medicine("Ibuprofen", "null")
    ('Ibuprofen x 2', 'none', 'Ibuprofen')
    """
    number = number_of(amount)
    if number == 0 or (not told(name) and number is not None):
        return "none"
    return f"{name} x {number:g}" if number and told(name) else told(name)


LAYOUT = Layout(
    TABLE.name,
    TABLE.claims,
    read,
    takes="Attacks with start, end, strength 0-10, the name of the pain as kind where it is known, medicine with "
    "the number of pieces, and description.",
    leaves="The marked region of the head, which the app does not export, and the stopwatch's own duration.",
    blanks="An amount of 0 means that nothing was taken. A strength of 0 is left open.",
)
