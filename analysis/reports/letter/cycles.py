"""Point 6: every measure at baseline and in each cycle, and the change in the latest cycle that can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.definitions import day_rules, mark_days
from analysis.findings import Findings
from analysis.measures import BY_NAME, MEASURES, SHARE, Measure
from analysis.outcome import outcome_table
from analysis.reports import words
from analysis.reports.answer import latest_cycle, points
from analysis.reports.outcome_tables import summary_table
from analysis.reports.pieces import Section, TextTable, row
from diary.tables import DAYS

MOST_CYCLES = 4
"""So many cycles stand side by side on a page; of more, the latest."""

LONG_DAYS = BY_NAME["headache_days"]._replace(words="headache days of at least 4 hours")
NOTHING = "No cycle has enough logged days to be compared with a baseline yet."


def cycles_section(findings: Findings) -> Section:
    """Every measure that the diary can tell of; the headache days of each cycle stand in the long course."""
    latest = latest_cycle(findings.outcomes)
    if findings.windows.empty or latest is None:
        return Section("Cycles", (NOTHING,), (summary_table(findings),) if len(findings.windows) else ())
    _, how_much, how_sure, _ = points(findings, latest)
    paragraphs = f"Cycle {latest}: {how_much.answer}", how_sure.answer
    return Section("Cycles", paragraphs, (measures_by_cycle(findings, latest),), ("blocks",))


def measures_by_cycle(findings: Findings, latest: int) -> TextTable:
    """A row for each measure: baseline, the latest cycles, and the change in cycle *latest* with its interval."""
    cycles = sorted(findings.outcomes["cycle"].unique())[-MOST_CYCLES:]
    header = (
        "Per 28 days",
        "Baseline",
        *(f"Cycle {cycle}" for cycle in cycles),
        f"Change, cycle {latest} (95 % interval)",
        "In %",
    )
    rows = tuple(_line(*found, cycles, latest) for found in _measures(findings, latest))
    shown = (
        "" if len(cycles) == findings.outcomes["cycle"].nunique() else f" The latest {len(cycles)} cycles are shown."
    )
    note = f"– too little is logged to tell. Measures never recorded, and medicines never taken, are left out.{shown}"
    return TextTable("Every measure, baseline and cycles", header, rows, note)


def _measures(findings: Findings, latest: int) -> Iterator[tuple[Measure, pd.DataFrame]]:
    """The measures that the diary tells of, each with the outcomes that hold it."""
    for measure in MEASURES:
        if _is_told(measure, findings.outcomes, latest):
            yield measure, findings.outcomes
        if measure.name == "headache_days" and findings.day_rules.name != "4h":
            long_days = _long_days(findings)
            if _is_told(measure, long_days, latest):
                yield LONG_DAYS, long_days


def _is_told(measure: Measure, outcomes: pd.DataFrame, latest: int) -> bool:
    found = row(outcomes, latest, "cycle", measure.name)
    if pd.isna(found["change"]):
        return False
    return not (measure.kind == SHARE and found["before"] == 0 == found["after"])


def _long_days(findings: Findings) -> pd.DataFrame:
    """Headache days by the definition of at least 4 hours."""
    marked = mark_days(findings.marked[DAYS.names], day_rules("4h"), findings.tables.doses)
    return outcome_table(marked, findings.windows, measures=(BY_NAME["headache_days"],))


def _line(measure: Measure, outcomes: pd.DataFrame, cycles: list[int], latest: int) -> tuple[str, ...]:
    found = row(outcomes, latest, "cycle", measure.name)
    after = [_cell(row(outcomes, cycle, "cycle", measure.name)["after"]) for cycle in cycles]
    change = f"{words.signed(found['change'])} ({words.interval(found['low'], found['high'])})"
    percent = "–" if pd.isna(found["change_percent"]) else words.signed(found["change_percent"], 0)
    return words.sentence_case(measure.words), _cell(found["before"]), *after, change, percent


def _cell(value: Any) -> str:
    return "–" if pd.isna(value) else words.number(value)
