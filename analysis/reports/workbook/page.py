"""How the sheets look and how cells are written: one set of styles, one kind of table, one print setup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.table import Table, TableStyleInfo

HEADER = 3
"""The row of a table's header; a title and a note stand above it."""
FIRST = HEADER + 1
"""The row of a table's first record."""

INK, QUIET, RULE, SHADE = "222222", "5F5F5F", "8C8C8C", "E6EDF1"
A4 = 9
LINE = 15.0
"""Height of a line of text, in points."""
NOTE_WIDTH = 130
"""Letters in a line of the note above a table."""
LONGEST_HEADER = 60
"""Letters of a patient code in the page header; Excel refuses a header of more than 255 in all."""

NUMERIC = {
    "Diary date": "d mmm yyyy",
    "Diary count": "0",
    "Diary number": "0.0",
    "Diary change": "+0.0;\N{MINUS SIGN}0.0;0.0",
    "Diary percent": "+0;\N{MINUS SIGN}0;0",
    "Diary share": "0%",
    "Diary amount": "General",
}
"""The number format of each style that stands at the right."""

UNSAFE = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet reads text that begins so as a formula, unless it is marked as text."""


class Formula(NamedTuple):
    """A live formula, and the value that it has now, for programs that show a workbook without calculating it."""

    text: str
    now: float | str


def live(texts: Iterable[str], now: Iterable[Any]) -> list[Formula]:
    """Formulas with their present values."""
    return [Formula(text, value) for text, value in zip(texts, now, strict=True)]


def known(values: pd.Series[Any]) -> list[Any]:
    """Plain values for cells: yes and no as 1 and 0, None where not known.

    >>> known(pd.Series([True, None], dtype="boolean"))
    [1, None]
    """
    plain = values.astype("Int8") if values.dtype == "boolean" else values
    return plain.astype(object).where(plain.notna().to_numpy(), None).tolist()


class Column(NamedTuple):
    """A column of a table: *note* explains it at the header; *fixed* values do not recalculate."""

    header: str
    values: Sequence[Any]
    width: float
    note: str
    style: str = "Diary words"
    fixed: bool = False


@dataclass
class Page:
    """A sheet that is being written; *now* holds the present values of its formulas, by cell."""

    sheet: Any
    now: dict[str, float | str] = field(default_factory=dict)
    _styles: dict[str, Any] = field(default_factory=dict, repr=False)

    def put(self, row: int, column: int, value: Any, style: str = "Diary text") -> Any:
        """Write one value; None leaves the cell empty. Text stays text, whatever it begins with."""
        cell = self.sheet.cell(row, column)
        if isinstance(value, Formula):
            cell.value = value.text
            self.now[cell.coordinate] = value.now
        elif isinstance(value, str):
            cell.value = legible(value)
            cell.data_type = "s"
        elif value is not None:
            cell.value = value
        self._dress(cell, style)
        if isinstance(value, str) and value.startswith(UNSAFE):
            cell.quotePrefix = True
        return cell

    def _dress(self, cell: Any, style: str) -> None:
        """Give the cell a named style, which is looked up by its name once for each sheet."""
        if style in self._styles:
            cell._style = copy(self._styles[style])
        else:
            cell.style = style
            self._styles[style] = copy(cell._style)

    def merge(self, row: int, first: int, last: int) -> None:
        """Let the first cell run over the columns up to *last*; a line below it goes on below them.

        openpyxl's ``merge_cells`` makes every covered cell and gives it a protection anew: half the time of a letter.
        """
        cell = self.sheet.cell(row, first)
        below = cell.border.bottom
        for column in range(first + 1, last + 1) if below and below.style else ():
            self.sheet.cell(row, column)._style = copy(cell._style)
        if last > first:
            self.sheet.merged_cells.ranges.add(CellRange(min_row=row, max_row=row, min_col=first, max_col=last))

    def paragraph(self, row: int, text: str, style: str = "Diary text", first: int = 1, last: int = 7) -> None:
        """Text over several columns, in a row that is high enough for it."""
        self.put(row, first, text, style)
        self.merge(row, first, last)
        width = sum(self.sheet.column_dimensions[get_column_letter(c)].width for c in range(first, last + 1))
        size = self.sheet.cell(row, first).font.size / 11
        height = LINE * size * lines(text, width / size)
        self.sheet.row_dimensions[row].height = max(height, self.sheet.row_dimensions[row].height or 0)

    def table(self, name: str, columns: Sequence[Column]) -> None:
        """A table below title and note, with a filter, a header that stays in sight, and notes on its columns."""
        for at, column in enumerate(columns, start=1):
            self.sheet.column_dimensions[get_column_letter(at)].width = column.width
            self._header(HEADER, at, column)
        height = self.records(FIRST, columns)
        self.sheet.row_dimensions[HEADER].height = 2.2 * LINE
        self.paragraph(2, self.sheet.cell(2, 1).value, "Diary fine print", 1, _across(columns))
        if height:
            corner = f"{get_column_letter(len(columns))}{HEADER + height}"
            table = Table(displayName=name, ref=f"A{HEADER}:{corner}")
            table.tableStyleInfo = TableStyleInfo("TableStyleLight1", showRowStripes=False)
            self.sheet.add_table(table)

    def block(self, row: int, title: str, columns: Sequence[Column]) -> int:
        """A table further down, without a filter; the row behind it."""
        self.paragraph(row, title, "Diary label")
        for at, column in enumerate(columns, start=1):
            self._header(row + 1, at, column)
        widths = [self.sheet.column_dimensions[get_column_letter(at)].width for at in range(1, 1 + len(columns))]
        most = max(lines(column.header, width - 1) for column, width in zip(columns, widths, strict=True))
        self.sheet.row_dimensions[row + 1].height = LINE * (most + 0.2)
        return row + 2 + self.records(row + 2, columns)

    def records(self, row: int, columns: Sequence[Column]) -> int:
        """The values of the columns from *row* down; how many records they are."""
        for at, column in enumerate(columns, start=1):
            for below, value in enumerate(column.values):
                if value is not None:
                    self.put(row + below, at, value, column.style)
        return len(columns[0].values)

    def _header(self, row: int, at: int, column: Column) -> None:
        cell = self.put(row, at, column.header, "Diary header fixed" if column.fixed else "Diary header")
        if column.style in NUMERIC:
            cell.alignment = Alignment(horizontal="right", vertical="center", wrap_text=True)
        if column.note:
            cell.comment = Comment(column.note, "migraine-diary", height=110, width=260)


def _across(columns: Sequence[Column]) -> int:
    """How many columns a note above a table runs over."""
    edges = list(accumulate(column.width for column in columns))
    return 1 + sum(edge < NOTE_WIDTH for edge in edges[:-1])


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many letters wide.

    >>> lines("Headache days were fewer in cycle 3.", 20)
    2
    """
    return sum(max(1, -(-len(part) // max(int(width * 0.98), 1))) for part in text.split("\n"))


def add_sheet(workbook: Workbook, name: str, title: str, note: str, freeze: str | None = None) -> Page:
    """A new sheet with a title and a note, and all of its header kept in sight where *freeze* says."""
    page = Page(workbook.create_sheet(name))
    page.put(1, 1, title, "Diary title")
    page.put(2, 1, note, "Diary note")
    page.sheet.row_dimensions[1].height = 1.6 * LINE
    page.sheet.sheet_view.showGridLines = False
    page.sheet.freeze_panes = freeze
    return page


def set_print(page: Page, patient: str, *, landscape: bool, repeat: str | None = None) -> None:
    """A4, as wide as the paper, with the patient's code and the page number on every page."""
    sheet = page.sheet
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = repeat
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddHeader.left.text = f"Patient {printable(patient)}"
    sheet.oddHeader.right.text = "&A"
    sheet.oddFooter.left.text = "Describes a diary; decides nothing."
    sheet.oddFooter.right.text = "Page &P of &N"


def printable(text: str) -> str:
    """Text for a page header, in which a lone ampersand would begin a command.

    >>> printable("A&B")
    'A&&B'
    """
    return legible(text)[:LONGEST_HEADER].replace("&", "&&")


def capital(text: str) -> str:
    """Text with a capital at the beginning, and as it is behind it.

    >>> capital("painkillers (NSAIDs)")
    'Painkillers (NSAIDs)'
    """
    return text[:1].upper() + text[1:]


def legible(text: str) -> str:
    """Text without the control characters that a workbook cannot hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def add_styles(workbook: Workbook) -> None:
    """The named styles of the workbook: calm, and the same in grey print."""
    top, right = Alignment(vertical="top", wrap_text=True), Alignment(horizontal="right", vertical="top")
    words = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
    line_of_words = Alignment(horizontal="left", vertical="top", indent=1)
    middle = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    line, shade = Border(bottom=Side("thin", color=RULE)), PatternFill("solid", fgColor=SHADE)
    plain = Font("Calibri", 11, color=INK)
    styles = [
        NamedStyle("Diary title", Font("Calibri", 15, bold=True, color=INK)),
        NamedStyle("Diary lead", Font("Calibri", 13, bold=True, color=INK), alignment=top),
        NamedStyle("Diary label", Font("Calibri", 11, bold=True, color=INK), alignment=top),
        NamedStyle("Diary note", Font("Calibri", 10, color=QUIET)),
        NamedStyle("Diary fine print", Font("Calibri", 10, color=QUIET), alignment=top),
        NamedStyle("Diary text", plain, alignment=top),
        NamedStyle("Diary words", plain, alignment=words),
        NamedStyle("Diary line", plain, alignment=line_of_words),
        NamedStyle("Diary header", Font("Calibri", 11, bold=True, color=INK), shade, line, middle),
        NamedStyle("Diary header fixed", Font("Calibri", 11, bold=True, italic=True, color=QUIET), None, line, middle),
    ]
    styles += [NamedStyle(name, plain, alignment=right, number_format=text) for name, text in NUMERIC.items()]
    for style in styles:
        workbook.add_named_style(style)
