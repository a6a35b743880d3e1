"""The sheets of the audit: the words of the content first, then every table with its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from openpyxl import Workbook

from analysis.cohort.lines import LINES
from analysis.cohort.people import Caseload
from analysis.cohort.tally import ALL
from analysis.reports import words
from analysis.reports.audit.content import AuditContent
from analysis.reports.audit.tables import line_table
from analysis.reports.audit.workbook.chart import line_chart
from analysis.reports.audit.workbook.columns import LOOKS, SIGNED, Look, columns
from analysis.reports.workbook.page import FIRST, HEADER, LINE, Column, Page, add_sheet, lines, set_print
from diary import __version__

SUMMARY_WIDTHS = (20, 32, 32, 38, 1, 1, 1)
"""A title above a table runs over seven columns; the last of them are empty."""
LONG = 100
"""Rows of a table that is not printed to be read from beginning to end."""

EVERYONE = "Everyone who started is the denominator. Limits are those of 95 % intervals."


def numbers_sheet(
    workbook: Workbook, content: AuditContent, name: str, note: str, frame: pd.DataFrame, **looks: Look
) -> Page:
    """A sheet with one table of numbers, with a filter."""
    page = add_sheet(workbook, name, name, note, freeze=f"A{FIRST}")
    shown = columns(frame, **looks)
    page.table(name.replace(" ", "_"), shown)
    _raise_rows(page, shown)
    _print(page, content, landscape=True, repeat=f"1:{HEADER}")
    return page


def _raise_rows(page: Page, shown: list[Column]) -> None:
    """Rows as high as their longest text, of a table that is short enough to be read as one."""
    texts = [column for column in shown if column.style == "Diary words"]
    if not texts or len(texts[0].values) > LONG:
        return
    for at in range(len(texts[0].values)):
        most = max(lines(str(column.values[at] or ""), column.width - 3) for column in texts)
        page.sheet.row_dimensions[FIRST + at].height = LINE * most


def summary_sheet(workbook: Workbook, content: AuditContent) -> Page:
    """The first page of the report in words, the three lines, and what to keep in mind."""
    page = add_sheet(workbook, "Summary", content.title, f"{content.period} As of {words.day(content.as_of)}.".strip())
    _widths(page, SUMMARY_WIDTHS)
    page.paragraph(4, content.headline, "Diary lead", 1, 4)
    row = 6
    for point in content.points:
        page.paragraph(row, point.question, "Diary label", 1, 1)
        page.paragraph(row, point.answer, "Diary text", 2, 4)
        row += 1
    row = _text_table(page, row + 1, content)
    page.put(row, 1, "Keep in mind", "Diary label")
    for below, caution in enumerate(content.cautions, start=row + 1):
        page.paragraph(below, caution, "Diary text", 1, 4)
    _print(page, content, landscape=False)
    return page


def _text_table(page: Page, row: int, content: AuditContent) -> int:
    """The three lines as they are printed; the next free row."""
    table = line_table(content.audit)
    if not table.rows:
        return row
    cells = [Column(header, [line[at] for line in table.rows], 0, "") for at, header in enumerate(table.header)]
    row = page.block(row, table.title, cells)
    page.paragraph(row, table.note, "Diary fine print", 1, 4)
    return row + 2


def change_sheet(workbook: Workbook, content: AuditContent) -> Page:
    """The three lines side by side for each cycle, and their chart."""
    wide = wide_lines(content.audit.lines)
    note = "Mean change from the baseline. None of the three lines tells it alone. " + EVERYONE
    page = add_sheet(workbook, "Change", "Change in headache days per 28 days", note, freeze=f"A{FIRST}")
    looks = {name: _line_look(name) for name in wide.columns if name != "cycle"}
    page.table("Change", columns(wide, **looks))
    page.sheet.row_dimensions[HEADER].height = 4.2 * LINE
    if wide.filter(like="change").notna().any(axis=None):
        values = tuple(wide.columns.tolist().index(f"{line}: change") + 1 for line in LINES)
        page.sheet.add_chart(line_chart(page.sheet, HEADER, len(wide), values), f"A{FIRST + len(wide) + 2}")
    _print(page, content, landscape=True)
    page.sheet.page_setup.fitToHeight = 1
    return page


def wide_lines(table: pd.DataFrame) -> pd.DataFrame:
    """A row for each cycle, and for each line its n, change and limits; of everybody."""
    mine = table.loc[table["group"] == ALL]
    parts = [
        mine.loc[mine["line"] == line].set_index("cycle")[["change", "low", "high", "n"]].add_prefix(f"{line}: ")
        for line in LINES
    ]
    return pd.concat(parts, axis=1).reset_index()


def _line_look(name: str) -> Look:
    line, _, value = name.partition(": ")
    header = words.sentence_case(line) if value == "change" else LOOKS[value].header
    return {**LOOKS, **SIGNED}[value]._replace(header=header, width=17 if value == "change" else 9)


def group_sheet(workbook: Workbook, content: AuditContent) -> Page:
    """The comparison, then the numbers of each group."""
    audit = content.audit
    note = "Nobody was put into a group by lot. Differences: the first group minus the second, with 95 % intervals."
    page = add_sheet(workbook, "Groups", "Groups", note, freeze=f"A{FIRST}")
    page.table("Groups", columns(audit.comparison, one=LOOKS["one"]._replace(width=20), **SIGNED))
    row = FIRST + len(audit.comparison) + 1
    tables = {
        "Change in headache days": columns(_of_groups(audit.lines), **SIGNED),
        "Responders": columns(_of_groups(audit.responders)),
        "Baseline": columns(_of_groups(audit.baseline)),
        "Overview": columns(_of_groups(audit.overview).round({"value": 1})),
    }
    for title, shown in tables.items():
        row = page.block(row, title, shown) + 1
    _print(page, content, landscape=True)
    return page


def _of_groups(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.loc[frame["group"] != ALL]


def patient_sheets(workbook: Workbook, content: AuditContent, people: Caseload) -> list[Page]:
    """A row for each patient, and one for each cycle of each patient."""
    note = "Single patients: not to leave the clinic."
    about = people.people.drop(columns=["ended", "group"] if _ungrouped(people.people) else ["ended"])
    cycles = people.cycles.drop(columns=["group"] if _ungrouped(people.people) else [])
    return [
        numbers_sheet(workbook, content, "Patients", note, about),
        numbers_sheet(workbook, content, "Cycles", f"{note} Cycle 0 is the baseline.", cycles),
    ]


def _ungrouped(people: pd.DataFrame) -> bool:
    return bool((people["group"] == "").all())


def methods_sheet(workbook: Workbook, content: AuditContent) -> Page:
    """How everything was worked out, with its sources."""
    page = add_sheet(workbook, "Methods", "Methods", f"migraine-diary {__version__}")
    _widths(page, (32, 100))
    _texts(page, content.methods)
    _print(page, content, landscape=False)
    return page


def problem_sheet(workbook: Workbook, content: AuditContent) -> Page:
    """What in the data needs a look, and what to do about it."""
    note = "None of these stopped the audit." if content.problems else "There are none."
    page = add_sheet(workbook, "Problems", "Problems in the data", note, freeze=f"A{FIRST}")
    widths = (40, 70, 50)
    names = ("Where", "What", "What to do")
    parts = zip(names, widths, strict=True)
    page.table(
        "Problems",
        [Column(name, [each[at] for each in content.problems], width, "") for at, (name, width) in enumerate(parts)],
    )
    for row, problem in enumerate(content.problems, start=FIRST):
        most = max(lines(text, width) for text, width in zip(problem, widths, strict=True))
        page.sheet.row_dimensions[row].height = LINE * most
    _print(page, content, landscape=True, repeat=f"1:{HEADER}")
    return page


def _texts(page: Page, texts: Iterable[tuple[str, str]]) -> None:
    for row, (name, text) in enumerate(texts, start=4):
        page.paragraph(row, name, "Diary label", 1, 1)
        page.paragraph(row, text, "Diary text", 2, 2)


def _widths(page: Page, widths: tuple[float, ...]) -> None:
    for letter, width in zip("ABCDEFG", widths, strict=False):
        page.sheet.column_dimensions[letter].width = width


def _print(page: Page, content: AuditContent, **setup: Any) -> None:
    set_print(page, "", **setup)
    page.sheet.oddHeader.left.text = f"Audit, as of {words.day(content.as_of)}"
    page.sheet.oddFooter.left.text = "Describes; decides nothing."
