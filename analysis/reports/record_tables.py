"""The tables of what was recorded beside the days: treatments, questionnaires, side effects."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.pieces import TextTable
from analysis.scores import PARTS, TOTAL, score_name
from analysis.windows import is_therapeutic


def treatment_table(findings: Findings) -> TextTable:
    """Sessions and preventives in order of time, with the weeks since the last therapeutic session."""
    mine = findings.tables.treatments.sort_values(["start", "kind"], kind="stable")
    therapeutic = is_therapeutic(mine)
    since = mine["start"].where(therapeutic).ffill().shift()
    rows = tuple(
        (
            words.day(t["start"]),
            _treatment_name(t, therapeutic=is_session),
            "" if pd.isna(t["amount"]) else f"{t['amount']:g} {'' if pd.isna(t['unit']) else t['unit']}".strip(),
            _weeks(t["start"], before) if is_session else ("" if pd.isna(t["end"]) else f"until {words.day(t['end'])}"),
        )
        for (_, t), before, is_session in zip(mine.iterrows(), since, therapeutic, strict=True)
    )
    return TextTable("Treatments", ("From", "What", "Amount", "Since the last session, or until"), rows)


def _treatment_name(treatment: pd.Series[Any], *, therapeutic: bool) -> str:
    if treatment["kind"] == "botulinum":
        return f"{treatment['product']} session{'' if therapeutic else ' (cosmetic)'}"
    return f"{treatment['product']} ({treatment['kind']})"


def _weeks(start: Any, before: Any) -> str:
    if pd.isna(before):
        return "first session"
    days = (start - before).days
    return f"{days} days ({words.number(days / 7)} weeks)"


def score_table(findings: Findings) -> TextTable:
    """Questionnaire totals, and the parts that are scores of their own, in order of time."""
    scores = findings.tables.scores.fillna({"item": TOTAL}).sort_values(["date", "instrument", "item"])
    shown = [(i, item) in PARTS or item == TOTAL for i, item in zip(scores["instrument"], scores["item"], strict=True)]
    rows = tuple(
        (words.day(s["date"]), score_name(str(s["instrument"]), str(s["item"])), f"{s['value']:g}")
        for _, s in scores.loc[shown].iterrows()
    )
    return TextTable("Questionnaires", ("Date", "Questionnaire", "Total"), rows)


def event_table(findings: Findings) -> TextTable:
    """Side effects in order of time."""
    rows = tuple(
        (
            words.day(e["date"]),
            str(e["event"]),
            "" if pd.isna(e["severity"]) else str(e["severity"]),
            "" if pd.isna(e["resolved"]) else words.day(e["resolved"]),
        )
        for _, e in findings.tables.events.sort_values("date").iterrows()
    )
    return TextTable("Side effects", ("Date", "What", "Severity", "Over by"), rows)
