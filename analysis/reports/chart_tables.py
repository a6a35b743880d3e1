"""The numbers of each chart as a table of text: what a picture shows, for those who would rather read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.charts.blocks import TITLE as BLOCKS
from analysis.charts.blocks import block_table
from analysis.charts.calendar import (
    ASSUMED,
    FREE_DAY,
    MILD,
    MODERATE,
    NOT_LOGGED,
    SEVERE,
    UNSTATED_DAY,
    calendar_months,
    day_states,
)
from analysis.charts.calendar import TITLE as CALENDAR
from analysis.charts.medication import NAMES, medicines_used, monthly_intake
from analysis.charts.medication import TITLE as MEDICATION
from analysis.charts.severity import MISSING, STACK, severity_table
from analysis.charts.severity import TITLE as SEVERITY
from analysis.course import course_table
from analysis.findings import Findings
from analysis.medication import OVERUSE_DAYS
from analysis.reports import words
from analysis.reports.letter.course import cycles_table
from analysis.reports.letter.injections import injections_section
from analysis.reports.outcome_tables import phase_table
from analysis.reports.pieces import TextTable

MEASURE = "headache_days"


def chart_table(name: str, findings: Findings) -> TextTable:
    """The numbers of the chart of that name, a row for each of its bars, points or months."""
    return TABLES["calendar" if name.startswith("calendar") else name](findings)


def block_numbers(findings: Findings) -> TextTable:
    """Each block of the block chart, with what the days that are missing could do, and the interval of its change."""
    shown = block_table(findings.windows, findings.outcomes)
    mine = findings.outcomes.loc[findings.outcomes["measure"] == MEASURE]
    change = mine[["cycle", "phase", "change", "low", "high"]].rename(columns={"low": "least", "high": "greatest"})
    told = shown.merge(change, how="left", on=["cycle", "phase"])
    header = ("", "Dates", "Logged", "Headache days", "If missing days were free", "If they were headache", CHANGE)
    rows = tuple(_block_row(block) for _, block in told.iterrows())
    return TextTable(BLOCKS, header, rows, "Of the baseline and of each part of a cycle, per 28 days.")


CHANGE = "Change (95 % interval)"


def _block_row(block: pd.Series[Any]) -> tuple[str, ...]:
    change = ""
    if pd.notna(block["change"]):
        change = f"{words.signed(block['change'])} ({words.interval(block['least'], block['greatest'])})"
    return (
        words.sentence_case(str(block["name"])),
        words.span(block["start"], block["end"]),
        f"{block['logged']} of {block['days']}",
        *(words.number(block[name]) for name in ("value", "sure", "most")),
        change,
    )


def severity_numbers(findings: Findings) -> TextTable:
    """Each block with its days by worst severity."""
    names = [*STACK, MISSING]
    rows = tuple(
        (words.sentence_case(str(block["name"])), *(words.number(block[name]) for name in names))
        for _, block in severity_table(findings.marked, findings.windows).iterrows()
    )
    header = ("", *(words.sentence_case(name) for name in names))
    return TextTable(SEVERITY, header, rows, "Days per 28 calendar days, by the worst of the day.")


def medication_numbers(findings: Findings) -> TextTable:
    """The intake days of each calendar month, class by class."""
    rows = tuple(
        row
        for name in medicines_used(findings.marked)
        for row in _intake_rows(monthly_intake(findings.marked, name), name)
    )
    header = ("Month", "Medicine", "Intake days", "Not known", "Limit of ICHD-3 8.2")
    return TextTable(MEDICATION, header, rows)


def _intake_rows(months: pd.DataFrame, name: str) -> list[tuple[str, ...]]:
    medicine = NAMES[name].replace("\n", " ")
    limit = OVERUSE_DAYS.get(name)
    return [
        (words.month(start), medicine, str(taken), str(missing), "" if limit is None else f"{limit} days")
        for start, taken, missing in zip(months["start"], months["taken"], months["missing"], strict=True)
    ]


def course_numbers(findings: Findings) -> TextTable:
    """Every cycle over the years."""
    return cycles_table(course_table(findings.windows, findings.outcomes, findings.tables.treatments))


def calendar_numbers(findings: Findings) -> TextTable:
    """How many days of each kind every calendar month has."""
    marked = findings.marked
    states = pd.Series(day_states(marked), index=marked.index)
    counts = pd.crosstab(marked["date"].dt.to_period("M"), states)
    rows = tuple(
        (
            words.month(month),
            *(
                str(sum(counts[state].get(month, 0) for state in kind if state in counts))
                for kind in CALENDAR_COLUMNS.values()
            ),
        )
        for month in calendar_months(marked).to_timestamp()
    )
    return TextTable(CALENDAR, ("Month", *CALENDAR_COLUMNS), rows)


CALENDAR_COLUMNS = {
    "Severe": (SEVERE,),
    "Moderate": (MODERATE,),
    "Mild": (MILD,),
    "Not stated": (UNSTATED_DAY,),
    "Headache-free": (FREE_DAY, ASSUMED),
    "Not logged": (NOT_LOGGED,),
}
"""The columns of the calendar's table, and the states of a day that each counts."""


def injection_numbers(findings: Findings) -> TextTable:
    """What each muscle received in the session that the injection map shows."""
    return injections_section(findings).tables[-1]


TABLES: dict[str, Callable[[Findings], TextTable]] = {
    "blocks": block_numbers,
    "severity": severity_numbers,
    "medication": medication_numbers,
    "phases": phase_table,
    "course": course_numbers,
    "calendar": calendar_numbers,
    "injections": injection_numbers,
}
"""How the table of each chart is made; the patient's chart of rounds is drawn on paper only."""
