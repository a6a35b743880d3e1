"""Treatments and Methods: what was given and felt, and how everything was counted."""

from __future__ import annotations

from typing import Any

import pandas as pd
from openpyxl import Workbook

from analysis.findings import Findings
from analysis.reports.content import Content
from analysis.reports.words import day
from analysis.reports.workbook.page import FIRST, LINE, Column, Page, add_sheet, known, lines, set_print
from analysis.scores import score_name
from diary import __version__
from diary.model import Problem

IN_ORDER = "In order of time. An empty last day: a session, or still running."
NO_TREATMENT = "No session and no preventive is recorded. Add a session with: migraine botox add DATE."
HOW = (
    (
        "Live formulas",
        "Windows (days, logged, coverage), Outcomes (rates, changes, bounds) and the numbers behind the charts are "
        "formulas over the sheet Days. Correct a day in all of its columns and they follow.",
    ),
    (
        "Fixed values",
        "Headers in grey italics mark values that the program computed: dates of the windows, whether a window is "
        "usable, limits, responses, cautions. They do not recalculate; nor do the sentences of Summary. After a "
        "correction, make the report again.",
    ),
)


def treatments_sheet(workbook: Workbook, findings: Findings, content: Content) -> Page:
    """Sessions and preventives, then injections, questionnaires and side effects where there are any."""
    tables = findings.tables
    page = add_sheet(
        workbook,
        "Treatments",
        "Treatments",
        NO_TREATMENT if tables.treatments.empty else IN_ORDER,
        freeze=f"A{FIRST}",
    )
    page.table("Treatments", _treatments(tables.treatments, content))
    row = FIRST + len(tables.treatments) + 1
    blocks = {
        "Injections": _injections(tables.injections, tables.treatments),
        "Questionnaires": _scores(tables.scores),
        "Side effects": _events(tables.events),
    }
    for title, columns in blocks.items():
        if columns[0].values:
            row = page.block(row, title, columns) + 1
    set_print(page, findings.patient, landscape=True)
    return page


def _days(values: pd.Series[Any]) -> list[Any]:
    return known(values.dt.date)


def _treatments(treatments: pd.DataFrame, content: Content) -> list[Column]:
    mine = treatments.sort_values(["start", "kind"], kind="stable")
    since = [row[3] or None for row in content.treatments.rows]
    return [
        Column("From", _days(mine["start"]), 13, "The session, or the first day.", "Diary date"),
        Column("Last day", _days(mine["end"]), 13, "Empty: a session, or still running.", "Diary date"),
        Column("Kind", known(mine["kind"]), 14, "botulinum, preventive or other."),
        Column("Purpose", known(mine["purpose"]), 13, "A cosmetic session starts no cycle."),
        Column("Product", known(mine["product"]), 24, "As written."),
        Column("Amount", known(mine["amount"]), 10, "Units of toxin, or dose a day.", "Diary amount"),
        Column("Unit", known(mine["unit"]), 9, "U, mg, …"),
        Column("Sites", known(mine["sites"]), 8, "Injection sites.", "Diary count"),
        Column("Protocol", known(mine["protocol"]), 14, "The injection paradigm."),
        Column("Since the last session, or until", since, 24, "Counted between therapeutic sessions."),
        Column("Note", known(mine["note"]), 36, "As written."),
    ]


def _injections(injections: pd.DataFrame, treatments: pd.DataFrame) -> list[Column]:
    mine = injections.merge(treatments[["treatment_id", "start"]], on="treatment_id")
    mine = mine.sort_values(["start", "muscle", "side"], kind="stable")
    return [
        Column("Session", _days(mine["start"]), 0, "", "Diary date"),
        Column("Units", known(mine["units"]), 0, "", "Diary amount"),
        Column("Muscle", known(mine["muscle"]), 0, ""),
        Column("Side", known(mine["side"]), 0, ""),
        Column("Sites", known(mine["sites"]), 0, "", "Diary count"),
    ]


def _scores(scores: pd.DataFrame) -> list[Column]:
    totals = scores.loc[scores["item"].isna()].sort_values(["date", "instrument"], kind="stable")
    names = [score_name(str(name)) for name in totals["instrument"]]
    return [
        Column("Date", _days(totals["date"]), 0, "", "Diary date"),
        Column("Total", known(totals["value"]), 0, "", "Diary amount"),
        Column("Questionnaire", names, 0, ""),
    ]


def _events(events: pd.DataFrame) -> list[Column]:
    mine = events.sort_values("date", kind="stable")
    return [
        Column("Date", _days(mine["date"]), 0, "", "Diary date"),
        Column("Over by", _days(mine["resolved"]), 0, "", "Diary date"),
        Column("Side effect", known(mine["event"]), 0, ""),
        Column("Severity", known(mine["severity"]), 0, ""),
        Column("Note", known(mine["note"]), 0, ""),
    ]


def criteria_sheet(workbook: Workbook, findings: Findings, content: Content) -> Page:
    """Criteria, the verdicts of every rule set, and how firm the answer is; none of it recalculates."""
    page = add_sheet(workbook, "Criteria", "Criteria and rules", "Computed by the program; it does not recalculate.")
    for letter, width in zip("ABC", (44, 62, 44), strict=True):
        page.sheet.column_dimensions[letter].width = width
    row = 4
    for table in content.further:
        row = _named(page, row, table.title, tuple((line[0], _joined(line[1:])) for line in table.rows))
    set_print(page, findings.patient, landscape=False)
    return page


def _joined(cells: tuple[str, ...]) -> str:
    return ". ".join(cell for cell in cells if cell)


def methods_sheet(workbook: Workbook, findings: Findings, content: Content) -> Page:
    """Definitions with their sources, what the workbook recalculates, assumptions, and problems in the data."""
    version = f"migraine-diary {__version__}, as of {day(findings.as_of)}"
    page = add_sheet(workbook, "Methods", "Methods", version)
    for letter, width in zip("ABC", (28, 62, 44), strict=True):
        page.sheet.column_dimensions[letter].width = width
    row = _named(page, 4, "Definitions", content.methods)
    row = _named(page, row, "This workbook", HOW)
    row = _named(page, row, "Assumptions", tuple(("", text) for text in content.assumptions))
    _problems(page, row, content.problems)
    set_print(page, findings.patient, landscape=False)
    return page


def _named(page: Page, row: int, title: str, texts: tuple[tuple[str, str], ...]) -> int:
    """Names and what they mean, below a title; the next free row."""
    if not texts:
        return row
    page.put(row, 1, title, "Diary lead")
    for below, (name, text) in enumerate(texts, start=row + 1):
        page.put(below, 1, name, "Diary label")
        page.paragraph(below, text, first=2, last=3)
    return row + len(texts) + 2


def _problems(page: Page, row: int, problems: tuple[Problem, ...]) -> None:
    if not problems:
        return
    columns = [Column(name, [problem[at] for problem in problems], 0, "") for at, name in enumerate(PROBLEM)]
    page.block(row, "Problems in the data", columns)
    for below, problem in enumerate(problems, start=row + 2):
        most = max(lines(text, width) for text, width in zip(problem, (28, 62, 44), strict=True))
        page.sheet.row_dimensions[below].height = LINE * most


PROBLEM = ("Where", "What", "What to do")
