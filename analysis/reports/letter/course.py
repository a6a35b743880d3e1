"""The long course: all cycles over the years, so that a slow rise of headache days is seen."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.course import long_course
from analysis.findings import Findings
from analysis.followup import RESTART
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable

TITLE = "The long course"


def course_section(findings: Findings) -> Section:
    """The best, the typical and the latest cycle, intervals, stops and units in sentences; then every cycle."""
    course = long_course(findings.marked, findings.windows, findings.outcomes, findings.tables.treatments)
    if course.table.empty:
        return Section(TITLE, course.sentences())
    return Section(TITLE, course.sentences(), (cycles_table(course.table),), ("course",))


def cycles_table(course: pd.DataFrame) -> TextTable:
    """Every cycle as text, from :func:`analysis.course.course_table`."""
    header = (
        "Cycle",
        "Session",
        "Days since the last",
        "Given",
        "Headache days per 28",
        "Logged",
        "Change from the baseline (95 % interval)",
        "Moderate or severe",
    )
    note = (
        "Days 0-83 of each cycle, per 28 days. Under 84 days since the last session is early, over 112 late; over "
        f"{RESTART}, when at least one whole cycle was left out, is a restart: a convention of this program."
    )
    return TextTable("All cycles", header, tuple(_row(cycle) for _, cycle in course.iterrows()), note)


def _row(cycle: pd.Series[Any]) -> tuple[str, ...]:
    low = "" if cycle["usable"] or pd.isna(cycle["headache"]) else " (low completeness)"
    return (
        str(cycle["cycle"]),
        words.day(cycle["session"]),
        _since(cycle),
        _given(cycle),
        f"{words.number(cycle['headache'])}{low}",
        f"{'0' if pd.isna(cycle['logged']) else cycle['logged']} of {cycle['days']}",
        _change(cycle),
        words.number(cycle["moderate_severe"]),
    )


def _since(cycle: pd.Series[Any]) -> str:
    if pd.isna(cycle["since"]):
        return "first session"
    timing = "" if cycle["timing"] == "on time" else f" ({cycle['timing']})"
    return f"{cycle['since']}{timing}"


def _given(cycle: pd.Series[Any]) -> str:
    """Product, units and sites, as far as they are documented."""
    product = "" if pd.isna(cycle["product"]) else str(cycle["product"])
    unit = "" if pd.isna(cycle["unit"]) else f" {cycle['unit']}"
    units = "units not documented" if pd.isna(cycle["units"]) else f"{cycle['units']:g}{unit}"
    sites = "" if pd.isna(cycle["sites"]) else f", {words.count(cycle['sites'], 'site')}"
    return f"{product} {units}{sites}".strip()


def _change(cycle: pd.Series[Any]) -> str:
    if pd.isna(cycle["change"]):
        return words.NOT_TOLD
    return f"{words.signed(cycle['change'])} ({words.interval(cycle['low'], cycle['high'])})"
