"""The table that an app exports: headers, scale and forms are known, so that nothing has to be found out or asked.

An app is declared, and read by the readers of general tables::

    TABLE = AppTable(
        "Some Tracker",
        columns=(
            Column("start_time", "start"),
            Column("end_time", "end"),
            Column("intensity", "pain"),
            Column(("medication", "medicine"), "medicine"),  # renamed in a later version
        ),
        needs=("start_time", "end_time", "intensity"),
        scale="0-10",
    )
    LAYOUT = attack_layout(TABLE, takes="…", leaves="…", blanks="…")
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from diary.importers.attack_table import read_attacks
from diary.importers.columns import Parsed, each
from diary.importers.day_table import read_days
from diary.importers.file import File
from diary.importers.general import joined
from diary.importers.headers import SEARCHED_ROWS, Header, Headers
from diary.importers.layout import Layout
from diary.importers.options import DateOrder, DurationUnit, Options, Scale
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.table import Table, table_under
from diary.importers.words import fold
from diary.model import Batch

FIXED = ("date_order", "scale", "duration_unit")
"""The options that an app can decide."""

MOST_COLUMNS = 200
"""More than any app writes; what stands further to the right is not read."""

ALL_TOLD = ("medicine", "dose")
"""Fields of which every column is read."""


class Column(NamedTuple):
    """What an app writes under a *header*, and the *field* that it is read as: one of ``headers.csv``,
    ``utc_offset`` or ``end_utc_offset``.

    *form* rewrites a cell into what the general readers take, and leaves alone what it does not know: the reader
    will say what is wrong with it. Of several headers (an old and a new name), and of several columns of one field,
    the first that says something counts; only of medicines all do. A header may stand in several columns, each with
    a field of its own.
    """

    header: str | tuple[str, ...]
    field: str
    form: Callable[[Cell], Cell] | None = None

    def places(self, places: Mapping[str, int]) -> list[int]:
        """Where a table has it; *places* are the table's folded headers, each with its column."""
        headers = (self.header,) if isinstance(self.header, str) else self.header
        return [places[fold(header)] for header in headers if fold(header) in places]

    def cells(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells of the column, rewritten; None where one says nothing."""
        told: Parsed[Cell] = each(cells, self.form or _as_written)
        return told.values


def _as_written(cell: Cell) -> Cell:
    return cell


Part = tuple[Column, list[int]]
"""A column, and the places at which a file has it."""


@dataclass(frozen=True, slots=True)
class AppTable:
    """The table of one app. *name* is the source of its facts.

    A sheet holds it if one of its first *searched* rows has every header in *needs*; other columns may be missing,
    or come on top. *date_order*, *scale* and *duration_unit* are what the app always writes; None where that depends
    on its settings. *events_only*: it lists headaches and says nothing of the days between.
    """

    name: str
    columns: tuple[Column, ...]
    needs: tuple[str, ...]
    date_order: DateOrder | None = None
    scale: Scale | None = None
    duration_unit: DurationUnit | None = None
    events_only: bool = True
    searched: int = SEARCHED_ROWS

    def header_row(self, sheet: Sheet) -> int | None:
        """The row, from zero, that has every header that the table needs; None where there is none."""
        needed = {fold(header) for header in self.needs}
        for index, row in enumerate(sheet.rows[: self.searched]):
            if len(row) >= len(needed) and needed <= {fold(cell) for cell in row if isinstance(cell, str)}:
                return index
        return None

    def claims(self, file: File) -> bool:
        """Does one of the file's sheets hold the table?"""
        return any(self.header_row(sheet) is not None for sheet in file.sheets)

    def tables(self, file: File, options: Options) -> list[Table]:
        """The table of each sheet that holds it."""
        found = [(sheet, self.header_row(sheet)) for sheet in file.sheets]
        return [self.table(sheet, row, options) for sheet, row in found if row is not None]

    def table(self, sheet: Sheet, row: int, options: Options) -> Table:
        """The table under the headers in this row: right of what the file has stands what the app declares."""
        titles = sheet.rows[row][:MOST_COLUMNS]
        width = len(titles)
        fields = self._fields(_places(titles))
        read = {place for parts in fields for _, at in parts for place in at}
        unread = [Header(n, str(text).strip(), None) for n, text in enumerate(titles) if text and n not in read]
        named = [_header(width + n, parts, titles) for n, parts in enumerate(fields)]
        rows = [cells[:width] + [None] * (width - len(cells)) for cells in sheet.rows[row + 1 :]]
        told = [_first_told(rows, parts) for parts in fields]
        rows = [cells + [column[n] for column in told] for n, cells in enumerate(rows)]
        known: dict[str, Any] = {name: value for name in FIXED if (value := getattr(self, name)) is not None}
        table = table_under(
            replace(sheet, rows=[*sheet.rows[: row + 1], *rows]),
            Headers(row, (*unread, *named)),
            replace(options, **known),
            dict.fromkeys(known, "as its program writes it"),
        )
        _note_lengths(table, sheet, width)
        return table

    def _fields(self, places: Mapping[str, int]) -> list[list[Part]]:
        """The columns that are there, with their places; those of one field together."""
        fields: dict[tuple[str, int], list[Part]] = defaultdict(list)
        for n, column in enumerate(self.columns):
            at = column.places(places)
            if at:
                fields[column.field, n if column.field in ALL_TOLD else 0].append((column, at))
        return list(fields.values())


def _header(place: int, parts: Sequence[Part], titles: Row) -> Header:
    column, at = parts[0]
    return Header(place, str(titles[at[0]]).strip(), column.field)


def _first_told(rows: Sequence[Row], parts: Sequence[Part]) -> list[Cell]:
    """For each row the first of the columns that says something."""
    columns = [column.cells([cells[place] for cells in rows]) for column, at in parts for place in at]
    if len(columns) == 1:
        return columns[0]
    return [next((cell for cell in row if cell is not None), None) for row in zip(*columns, strict=True)]


def _note_lengths(table: Table, sheet: Sheet, width: int) -> None:
    """Note rows that are longer or shorter than the headers: an app fills in every cell, be it with nothing."""
    for index, row in enumerate(table.rows):
        cells = sheet.rows[row]
        if len(cells) < width or any(cell is not None for cell in cells[width:]):
            table.note(
                index,
                f"The row has {len(cells)} cells where the headers are {width}.",
                "Check it against the app: the file was cut short, or a comma splits one of its texts.",
            )


def _places(row: Row) -> dict[str, int]:
    """The folded texts of a row, each with the first column that has it."""
    return {fold(cell): place for place, cell in reversed(list(enumerate(row))) if isinstance(cell, str)}


def attack_layout(app: AppTable, *, takes: str, leaves: str, blanks: str) -> Layout:
    """The layout of an app that writes one row for each attack."""

    def read(file: File, patient: str, options: Options) -> Batch:
        tables = app.tables(file, options)
        return joined(sum((read_attacks(t, patient, app.name, app.events_only) for t in tables), Batch()))

    return Layout(app.name, app.claims, read, takes, leaves, blanks)


def day_layout(app: AppTable, *, takes: str, leaves: str, blanks: str) -> Layout:
    """The layout of an app that writes one row for each day."""

    def read(file: File, patient: str, options: Options) -> Batch:
        tables = app.tables(file, options)
        return joined(sum((read_days(t, patient, app.name, app.events_only) for t in tables), Batch()))

    return Layout(app.name, app.claims, read, takes, leaves, blanks)
