"""Summary: the first page of the report, in a workbook. The words come from the content; the charts are live."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.pagebreak import Break

from analysis.findings import Findings
from analysis.reports.content import Content
from analysis.reports.words import NOT_TOLD, day
from analysis.reports.workbook.charts import ROWS, acute_chart, headache_chart, place, severity_chart
from analysis.reports.workbook.outcomes import AFTER, BEFORE, shown
from analysis.reports.workbook.page import FIRST, Column, Formula, Page, add_sheet, known, set_print

WIDTHS = (23, 25, 13, 17, 26, 15, 15)
CHART_ROWS = ROWS + 1
"""Rows from one chart to the next."""

SEVERE, ACUTE = 3, 6
"""Which of the numbers behind the charts each of the further charts needs."""

NUMBERS = "Numbers behind the charts"
LIVE = "These numbers and the charts follow the sheet Days; the sentences above say what the program found."


def summary_sheet(workbook: Workbook, findings: Findings, content: Content) -> Page:
    """The answer in words, the table, a chart, the rules and the cautions; then the other charts and their numbers."""
    note = f"Patient {content.patient} · {content.period} · as of {day(findings.as_of)}"
    page = add_sheet(workbook, "Summary", content.title, note)
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        page.sheet.column_dimensions[letter].width = width
    row = _table(page, _points(page, 4, content), content)
    numbers = chart_numbers(findings)
    chart_row = row
    row = _rules(page, row + (CHART_ROWS if numbers else 0), content)
    if numbers:
        _charts(page, row, chart_row, numbers)
    set_print(page, findings.patient, landscape=False)
    return page


def _points(page: Page, row: int, content: Content) -> int:
    """What is urgent, the headline and the four questions; the next free row."""
    for text in content.warnings:
        page.paragraph(row, text, "Diary lead")
        row += 1
    page.paragraph(row, content.headline, "Diary lead")
    for below, point in enumerate(content.points, start=row + 2):
        page.paragraph(below, point.question, "Diary label", 1, 1)
        page.paragraph(below, point.answer, "Diary text", 2, 7)
    return row + 3 + len(content.points)


def _table(page: Page, row: int, content: Content) -> int:
    """The summary table as it is printed everywhere; the next free row. Without a session there is none."""
    table = content.summary
    if not table.rows:
        return row
    columns = [Column(header, [line[at] for line in table.rows], 0, "") for at, header in enumerate(table.header)]
    row = page.block(row, table.title, columns)
    page.paragraph(row, table.note, "Diary fine print")
    return row + 2


def _rules(page: Page, row: int, content: Content) -> int:
    """What the rules say, and what to keep in mind; the next free row."""
    page.put(row, 1, "Rules", "Diary label")
    for below, verdict in enumerate(content.verdicts, start=row + 1):
        page.paragraph(below, verdict.rule, first=1, last=2)
        page.paragraph(below, verdict.verdict, "Diary label", 3, 3)
        page.paragraph(below, verdict.because, first=4, last=7)
    row += len(content.verdicts) + 2
    page.put(row, 1, "Keep in mind", "Diary label")
    for below, caution in enumerate(content.cautions, start=row + 1):
        page.paragraph(below, caution)
    return row + len(content.cautions) + 2


def _charts(page: Page, row: int, chart_row: int, numbers: list[Column]) -> None:
    """The first chart in its place above; the others on a page of their own, with the numbers of all three."""
    page.sheet.row_breaks.append(Break(id=row - 1))
    header = row + 2 + 2 * CHART_ROWS
    end = page.block(header - 1, NUMBERS, numbers)
    page.paragraph(end, LIVE, "Diary fine print")
    first, last = header + 1, end - 1
    page.sheet.add_chart(place(headache_chart(page.sheet, first, last), chart_row))
    for column, draw, top in ((SEVERE, severity_chart, row + 1), (ACUTE, acute_chart, row + 1 + CHART_ROWS)):
        if _told(numbers[column]):
            page.sheet.add_chart(place(draw(page.sheet, first, last), top))


def _told(column: Column) -> bool:
    return any(isinstance(value, Formula) and value.now != NOT_TOLD for value in column.values)


def chart_numbers(findings: Findings) -> list[Column]:
    """Baseline and cycles as the charts need them, each number a formula over Outcomes; empty without a session."""
    outcomes = shown(findings.outcomes)
    cycles = [f"Cycle {cycle}" for cycle in sorted(outcomes["cycle"].unique())]
    if not cycles:
        return []
    days, worse, severe, acute = (
        _rates(outcomes, name) for name in ("headache_days", "moderate_severe_days", "severe_days", "acute_days")
    )
    return [
        Column("Window", [_label(*both) for both in zip(["Baseline", *cycles], days, strict=True)], 0, ""),
        Column("Headache days", [_same(rate) for rate in days], 0, "", "Diary number"),
        Column("Baseline", [_same(days[0])] * len(days), 0, "", "Diary number"),
        Column("Severe", [_same(rate) for rate in severe], 0, "", "Diary number"),
        Column("Moderate", [_less(*both) for both in zip(worse, severe, strict=True)], 0, "", "Diary number"),
        Column("Mild or not graded", [_less(*both) for both in zip(days, worse, strict=True)], 0, "", "Diary number"),
        Column("Acute medicine days", [_same(rate) for rate in acute], 0, "", "Diary number"),
    ]


class Rate(NamedTuple):
    """A rate in the sheet Outcomes: its cell, and its value now, None where it is not told."""

    cell: str
    now: float | None


def _rates(outcomes: pd.DataFrame, measure: str) -> list[Rate]:
    """The measure at baseline and in each whole cycle; without a cell where Outcomes leaves the measure out."""
    whole = outcomes.loc[(outcomes["phase"] == "cycle") & (outcomes["measure"] == measure)]
    if whole.empty:
        return [Rate("", None)] * (1 + outcomes["cycle"].nunique())
    rows = [FIRST + n for n in whole.index]
    cells = [f"Outcomes!${BEFORE}${rows[0]}", *(f"Outcomes!${AFTER}${row}" for row in rows)]
    values = known(pd.concat([whole["before"].head(1), whole["after"]]))
    return [Rate(*both) for both in zip(cells, values, strict=True)]


def _label(name: str, rate: Rate) -> Formula:
    """The window's name; a column that is not there must not be read as zero."""
    untold = f"{name}: {NOT_TOLD}"
    return Formula(f'=IF(ISNUMBER({rate.cell}),"{name}","{untold}")', untold if rate.now is None else name)


def _same(rate: Rate) -> Formula | str:
    return Formula(f"={rate.cell}", _now(rate.now)) if rate.cell else NOT_TOLD


def _less(whole: Rate, part: Rate) -> Formula | str:
    """What is left of the whole, never below zero: its parts may be known on fewer days."""
    if not whole.cell or not part.cell:
        return NOT_TOLD
    now = None if whole.now is None or part.now is None else max(0.0, whole.now - part.now)
    told = f"AND(ISNUMBER({whole.cell}),ISNUMBER({part.cell}))"
    return Formula(f'=IF({told},MAX(0,{whole.cell}-{part.cell}),"{NOT_TOLD}")', _now(now))


def _now(value: float | None) -> float | str:
    return NOT_TOLD if value is None else value
