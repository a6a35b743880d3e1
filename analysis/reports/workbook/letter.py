"""Letter: the points of the letter as text and tables, to read beside the numbers or to copy from."""

from __future__ import annotations

from itertools import chain

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from analysis.reports.letter import Letter
from analysis.reports.pieces import Section, TextTable
from analysis.reports.workbook.page import LINE, Page, add_sheet, lines, set_print

COLUMNS, WIDTH = 14, 9
"""So many columns, each so many letters wide: a column of a table takes one or more of them."""

MOST = 200
"""A longer text is given no more room than one of so many letters."""

NOTE = "The same points as letter.pdf and letter.docx. Text only: it does not recalculate."


def letter_sheet(workbook: Workbook, letter: Letter) -> Page:
    """Warnings, the headline, and each point with its tables."""
    page = add_sheet(workbook, "Letter", letter.title, NOTE)
    most = max((len(table.header) for section in letter.sections for table in section.tables), default=1)
    for at in range(1, max(COLUMNS, most) + 1):
        page.sheet.column_dimensions[get_column_letter(at)].width = WIDTH
    row = 4
    for text, style in chain(((text, "Diary lead") for text in letter.warnings), [(letter.headline, "Diary lead")]):
        row = _text(page, row, text, style)
    for heading, section in letter.numbered:
        row = _section(page, row + 1, heading, section)
    for fact in letter.facts:
        row = _text(page, row + 1, fact, "Diary fine print")
    set_print(page, letter.patient, landscape=False)
    return page


def _section(page: Page, row: int, heading: str, section: Section) -> int:
    """One point; the next free row."""
    row = _text(page, row, heading, "Diary lead")
    for text in section.paragraphs:
        row = _text(page, row, text)
    for table in section.tables:
        if table.rows:
            row = _table(page, row, table)
    return row


def _text(page: Page, row: int, text: str, style: str = "Diary text") -> int:
    page.paragraph(row, text, style, 1, COLUMNS)
    return row + 1


def _table(page: Page, row: int, table: TextTable) -> int:
    """A table in merged cells, so that long texts have room; the next free row."""
    if table.title:
        row = _text(page, row, table.title, "Diary label")
    spans = column_spans(table)
    for cells in (table.header, *table.rows):
        _line(page, row, cells, spans, heads=cells is table.header)
        row += 1
    return _text(page, row, table.note, "Diary fine print") if table.note else row


def column_spans(table: TextTable) -> list[int]:
    """How many columns of the sheet each column of the table takes: the longest takes what is left over.

    >>> column_spans(TextTable("", ("What", "Which"), (("Patient", 80 * "x"),)))
    [2, 12]
    """
    columns = list(zip(table.header, *table.rows, strict=True))
    spans = [1] * len(columns)
    longest = [min(MOST, max(map(len, cells))) for cells in columns]
    for _ in range(COLUMNS - len(columns)):
        tightest = max(range(len(columns)), key=lambda at: longest[at] / spans[at])
        spans[tightest] += 1
    return spans


def _line(page: Page, row: int, cells: tuple[str, ...], spans: list[int], *, heads: bool) -> None:
    """One row of a table, as high as its longest cell needs."""
    at, height = 1, 1
    for text, span in zip(cells, spans, strict=True):
        cell = page.put(row, at, text, "Diary header" if heads else "Diary text")
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        page.merge(row, at, at + span - 1)
        height, at = max(height, lines(text, span * WIDTH)), at + span
    page.sheet.row_dimensions[row].height = LINE * height
