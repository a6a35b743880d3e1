"""Daylio: a row for each mood, with activities that its owner has named, some of which mean headache."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from diary.importers.app_table import AppTable, Column
from diary.importers.columns import Parsed, read_texts
from diary.importers.day_rows import Key
from diary.importers.file import File
from diary.importers.general import joined
from diary.importers.layout import Layout
from diary.importers.merging import Placed, merge_days
from diary.importers.named_headaches import Headaches, asked_for, free_days, kind_of
from diary.importers.options import Options
from diary.importers.scales import Pain, read_pain
from diary.importers.sheets import Cell
from diary.importers.table import Table, dated_rows, drop_repeats
from diary.importers.words import fold
from diary.model import Batch, DayLog, Source

APP = AppTable(
    "Daylio",
    columns=(
        Column("full_date", "date"),
        Column("activities", "activities"),
        Column("scales", "scales"),
        Column("note_title", "title"),
        Column("note", "note"),
    ),
    needs=("full_date", "mood", "activities"),
    date_order="ymd",
    events_only=False,
)
BREAK = re.compile(r"<br\s*/?>|</?(?:p|div|li)>", re.IGNORECASE)


class Row(NamedTuple):
    """One entry: the names of its activities, and its scales by name."""

    activities: list[str]
    scales: dict[str, str]


def read(file: File, patient: str, options: Options) -> Batch:
    """The days with entries: with headache, and, as a person says, free of it or not known."""
    return joined(sum((_read(table, patient) for table in APP.tables(file, options)), Batch()))


def _read(table: Table, patient: str) -> Batch:
    table, keys, *_ = dated_rows(drop_repeats(table), table.headers.of("date")[0], patient)
    rows = _rows(table)
    headaches = asked_for((name for row in rows for name in (*row.activities, *row.scales)), table.options, "activity")
    table.assume(headaches.why)
    days, _ = merge_days(_headache_rows(table, keys, rows, headaches))
    told = {key[1] for key, row in zip(keys, rows, strict=True) if _value(row, headaches) is not None}
    free, why = free_days((day for _, day in keys), told | {day.date for day in days}, table.options)
    table.assume(*filter(None, [why]))
    return Batch(
        sources=(Source(patient, APP.name),),
        days=(*days, *(DayLog(patient, day, headache=False, severity=0, source=APP.name) for day in free)),
        assumptions=tuple(table.assumptions),
        problems=tuple(table.problems),
    )


def _rows(table: Table) -> list[Row]:
    activities, scales = table.read("activities", read_texts), table.read("scales", read_texts)
    return [Row(_listed(one), _scaled(other)) for one, other in zip(activities, scales, strict=True)]


def _listed(text: str | None) -> list[str]:
    """The names in a cell.

    >>> _listed("work | headache")
    ['work', 'headache']
    """
    return [name.strip() for name in (text or "").split("|") if name.strip()]


def _scaled(text: str | None) -> dict[str, str]:
    """The scales in a cell.

    >>> _scaled("Energy: 4 | Headache: 7")
    {'Energy': '4', 'Headache': '7'}
    """
    pairs = (item.rpartition(":") for item in _listed(text))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _headache_rows(table: Table, keys: Sequence[Key], rows: Sequence[Row], headaches: Headaches) -> Iterator[Placed]:
    """The rows that speak of headache, as day logs."""
    pain = _pain(table, rows, headaches)
    notes = [table.read(name, _read_notes) for name in ("title", "note")]
    for index, row in enumerate(rows):
        named = [name for name in row.activities if fold(name) in headaches.names]
        present = True if named else pain.present[index]
        if present is None:
            continue
        day = DayLog(
            *keys[index],
            headache=present,
            kind=next(filter(None, map(kind_of, named)), None),
            severity=pain.severity[index] if present else 0,
            intensity=pain.intensity[index],
            note=": ".join(text for column in notes if (text := column[index])) or None if present else None,
            source=APP.name,
        )
        yield Placed(day, table.place(index))


def _pain(table: Table, rows: Sequence[Row], headaches: Headaches) -> Pain:
    """The value of the scale that means headache, in each row that has it."""
    scales = [name for row in rows for name in row.scales if fold(name) in headaches.names]
    cells: list[Cell] = [_value(row, headaches) for row in rows]
    pain = read_pain(cells, scales[0] if scales else "scales", table.options.scale)
    for header in table.headers.of("scales"):
        table.take(header, Parsed(pain.present, pain.faults, pain.assumptions))
    return pain


def _value(row: Row, headaches: Headaches) -> str | None:
    return next((value for name, value in row.scales.items() if fold(name) in headaches.names), None)


def _read_notes(cells: Sequence[Cell]) -> Parsed[str]:
    """Notes as plain text; Daylio writes line breaks and some letters as HTML."""
    texts: Iterable[str | None] = read_texts(cells).values
    return Parsed([html.unescape(BREAK.sub("\n", text)).strip() or None if text else None for text in texts], {})


LAYOUT = Layout(
    APP.name,
    APP.claims,
    read,
    takes="Days with the activity, or the scale, that --headache names, and the notes of these entries.",
    leaves="Moods, other activities, and medicines among the activities.",
    blanks="A day without an entry is not known; of a day with entries but no headache, --blank-headache says it.",
)
