"""Migraine-Navigator: the CSV of its log.

After the app's own source (github.com/AreTaj/Migraine-Navigator): local date and time, pain from 0 to 10, and in later
versions the time zone of the place, from which the offset from UTC follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from diary.importers.app_table import AppTable, Column
from diary.importers.attack_table import read_attacks
from diary.importers.file import File
from diary.importers.general import joined
from diary.importers.instants import rules_of
from diary.importers.layout import Layout
from diary.importers.options import Options
from diary.importers.sheets import Cell
from diary.importers.worked_out import with_worked_out
from diary.model import Batch

OFFSET = "UTC offset of the time zone"
TABLE = AppTable(
    "Migraine-Navigator",
    columns=(
        Column("Date", "date"),
        Column("Time", "time"),
        Column("Timezone", "time_zone"),
        Column(OFFSET, "utc_offset"),
        Column("Pain Level", "pain"),
        Column("Medication", "medicine"),
        Column("Dosage", "dose"),
        Column("Notes", "note"),
    ),
    needs=("Date", "Time", "Pain Level", "Medication", "Dosage", "Physical Activity"),
    date_order="ymd",
    scale="0-10",
)


def offset(cells: Mapping[str, Cell]) -> list[Cell]:
    """Minutes east of UTC at the date and time of a row; None where it does not have all three.

    >>> offset({"date": "2024-07-01", "time": "09:30", "timezone": "America/Los_Angeles"})
    [-420]
    """
    rules = rules_of(str(cells.get("timezone") or ""))
    try:
        local = datetime.fromisoformat(f"{cells.get('date')} {cells.get('time')}").replace(tzinfo=rules)
    except ValueError:
        return [None]
    shift = local.utcoffset()
    return [None] if shift is None else [shift // timedelta(minutes=1)]


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks, and the days of rows without a time or without pain."""
    batch = Batch()
    for sheet in file.sheets:
        row = TABLE.header_row(sheet)
        if row is not None:
            table = TABLE.table(with_worked_out(sheet, row, [OFFSET], offset), row, options)
            batch += read_attacks(table, patient, TABLE.name, TABLE.events_only)
    return joined(batch)


LAYOUT = Layout(
    TABLE.name,
    TABLE.claims,
    read,
    takes="Attacks with start, offset from UTC, pain 0-10, medicine with dosage, and notes; days of rows without a "
    "time.",
    leaves="Sleep, activity, triggers and the place. The app has no end of an attack.",
    blanks="A pain level of 0 is no pain; a row without a level but with a time is an attack of unknown intensity. "
    "A blank medicine is unknown where other rows say None.",
)
