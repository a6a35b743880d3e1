"""Point 5: the baseline, its dates, and how much of it is logged."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.outcome import told_rate
from analysis.rates import day_rate
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable
from analysis.windows import BLOCK

NO_SESSION = "No therapeutic session is recorded, so there is no baseline."
WHY_SEVERAL = (
    "Cycles are compared with the whole baseline. People often start treatment after a bad month, so the last block "
    "by itself may lie higher than usual."
)


def baseline_section(findings: Findings) -> Section:
    """The baseline as one, then each of its blocks of 28 days."""
    base = findings.windows.loc[findings.windows["cycle"] == 0]
    if base.empty:
        return Section("Baseline", (NO_SESSION,))
    found = base.iloc[0]
    if found["days"] <= BLOCK:
        return Section("Baseline", (_sentence(findings, found),))
    return Section("Baseline", (_sentence(findings, found), WHY_SEVERAL), (_blocks(findings, found),))


def _sentence(findings: Findings, base: pd.Series[Any]) -> str:
    blocks = words.count(int(base["days"]) // BLOCK, "block")
    said = f"{words.span(base['start'], base['end'])}: {blocks} of 28 days, {base['logged']} of {base['days']} logged."
    if not base["usable"]:
        return f"{said} {words.sentence_case(str(base['reason']))}."
    before = told_rate(findings.marked, "headache_day", base["start"].date(), base["end"].date())
    return f"{said} It has {words.number(before.per_28)} headache days per 28 days."


def _blocks(findings: Findings, base: pd.Series[Any]) -> TextTable:
    starts = pd.date_range(base["start"], base["end"], freq=f"{BLOCK}D", inclusive="left")
    rows = tuple(_block(findings, start, start + pd.Timedelta(days=BLOCK)) for start in starts)
    return TextTable(
        "Blocks of the baseline", ("Dates", "Logged", "Headache days per 28", "Migraine days per 28"), rows
    )


def _block(findings: Findings, start: pd.Timestamp, end: pd.Timestamp) -> tuple[str, ...]:
    span = start.date(), end.date()
    logged = int(day_rate(findings.marked, "logged", *span).events)
    rates = (told_rate(findings.marked, column, *span) for column in ("headache_day", "migraine_day"))
    return words.span(start, end), f"{logged} of {BLOCK}", *(words.number(rate.per_28) for rate in rates)
