"""The first page: did it change, by how much, how sure are we, what are we missing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.measures import BY_NAME
from analysis.reports import words
from analysis.reports.pieces import ASSUMED, Point, row

NEAR_DAILY = 26
"""Headache days per 28 days from which a count of days has little room left to show a change."""


WHAT_IT_COVERS = (
    "The interval allows for headache days coming in runs. It does not allow for slow change that would have "
    "come anyway, nor for treatment often starting in a bad month."
)


def latest_cycle(outcomes: pd.DataFrame) -> int | None:
    """The latest cycle whose headache days can be compared with the baseline, whole; None where none can."""
    whole = outcomes.loc[(outcomes["phase"] == "cycle") & (outcomes["measure"] == "headache_days")]
    told = whole.loc[whole["change"].notna(), "cycle"]
    return int(told.max()) if len(told) else None


def headline(findings: Findings, latest: int | None) -> str:
    """The answer in one sentence."""
    if latest is None:
        return f"The diary cannot tell yet whether headache days changed. {_why_not(findings)}"
    found = row(findings.outcomes, latest, "cycle", "headache_days")
    numbers = f"{words.number(found['after'])} per 28 days, against {words.number(found['before'])} at baseline"
    if found["high"] < 0:
        return f"Headache days were fewer in cycle {latest}: {numbers}."
    if found["low"] > 0:
        return f"Headache days were more in cycle {latest}: {numbers}."
    return f"No clear change in headache days in cycle {latest}: {numbers}; the difference may be chance."


def _why_not(findings: Findings) -> str:
    if findings.windows.empty:
        return "It names no therapeutic session. Record the first one, and look again."
    base = findings.windows.loc[findings.windows["cycle"] == 0].iloc[0]
    if base["logged"] == 0:
        return "It has no logged day in the four weeks before the first session."
    reasons = findings.windows.loc[findings.windows["phase"].isin(["baseline", "cycle"]) & ~findings.windows["usable"]]
    said = [f"{name}: {reason}." for name, reason in zip(reasons["name"], reasons["reason"], strict=True)]
    return " ".join(said[:3])


def points(findings: Findings, latest: int | None) -> tuple[Point, ...]:
    """The four questions of the first page: did it change, by how much, how sure are we, what are we missing."""
    if latest is None:
        return (
            Point("Did it change?", headline(findings, latest)),
            Point("What are we missing?", missing_days(findings, None)),
        )
    found = row(findings.outcomes, latest, "cycle", "headache_days")
    return (
        Point("Did it change?", headline(findings, latest) + _ceiling(findings, found, latest)),
        Point("By how much?", _how_much(findings, found, latest)),
        Point("How sure are we?", _how_sure(found)),
        Point("What are we missing?", missing_days(findings, latest)),
    )


def _ceiling(findings: Findings, found: pd.Series[Any], latest: int) -> str:
    """With near-daily headache, what hours and severe days say."""
    if found["before"] < NEAR_DAILY:
        return ""
    said = [_changed(findings, latest, name) for name in ("headache_hours", "severe_days", "moderate_severe_days")]
    also = words.listed([text for text in said if text] or ["neither was written down often enough to tell"])
    return (
        " With headache on nearly every day, a count of days has little room to show a change; "
        f"hours and severe days say more: {also}."
    )


def _changed(findings: Findings, cycle: int, measure: str) -> str:
    found = row(findings.outcomes, cycle, "cycle", measure)
    if pd.isna(found["change"]):
        return ""
    return (
        f"{BY_NAME[measure].words} {words.number(found['before'])} → {words.number(found['after'])} "
        f"({_percent(found)}; {words.interval(found['low'], found['high'])})"
    )


def _percent(found: pd.Series[Any]) -> str:
    if pd.isna(found["change_percent"]):
        return "none at baseline"
    return words.percent_fewer(found["change_percent"])


def _how_much(findings: Findings, found: pd.Series[Any], latest: int) -> str:
    text = f"{words.fewer(found['change'])} headache days per 28 days ({_percent(found)})"
    names = ("moderate_severe_days", "headache_hours", "acute_days", "clear_days")
    others = [also for also in (_arrow(findings, latest, name) for name in names) if also]
    if not others:
        return text + "."
    return f"{text}. Per 28 days, baseline → this cycle: {'; '.join(others)}."


def _arrow(findings: Findings, cycle: int, measure: str) -> str:
    found = row(findings.outcomes, cycle, "cycle", measure)
    if pd.isna(found["change"]):
        return ""
    return f"{BY_NAME[measure].words} {words.number(found['before'])} → {words.number(found['after'])}"


def _how_sure(found: pd.Series[Any]) -> str:
    limits = f"from {words.fewer(found['low'])} to {words.fewer(found['high'])}"
    text = f"The 95 % interval of the change runs {limits} per 28 days. {WHAT_IT_COVERS}"
    if pd.isna(found["response_30"]):
        return text + " Too few days are logged to say whether the fall reaches 30 %."
    return f"{text} At least 30 % fewer: {found['response_30']}; at least 50 % fewer: {found['response_50']}."


def _open_days(missing: int, days: int) -> str:
    """How many days of the diary are open.

    >>> _open_days(0, 2)
    'No day of the diary is missing.'
    >>> _open_days(1, 2)
    '1 day of 2 in the diary is not logged, and counted neither as headache nor as headache-free.'
    """
    if not missing:
        return "No day of the diary is missing."
    verb = "is" if missing == 1 else "are"
    count = words.count(missing, "day")
    return f"{count} of {days} in the diary {verb} not logged, and counted neither as headache nor as headache-free."


def missing_days(findings: Findings, latest: int | None) -> str:
    """How many days are not logged, and what they could do to the cycle *latest*; which rest on silence alone."""
    days = findings.marked
    text = _open_days(int((~days["logged"]).sum()), len(days))
    if latest is not None:
        found = row(findings.outcomes, latest, "cycle", "headache_days")
        missing = int(found["after_days"] - found["after_logged"])
        if missing:
            text += (
                f" In cycle {found['cycle']}, {missing} of {found['after_days']} days are missing: were all of them "
                f"free, it had {words.number(found['if_missing_free'])} headache days per 28; were all of them "
                f"headache, {words.number(found['if_missing_headache'])}."
            )
    base = findings.windows.loc[findings.windows["cycle"] == 0]
    for length, logged in zip(base["days"], base["logged"], strict=True):
        if length > logged:
            text += f" The baseline lacks {length - logged} of {length} days."
    assumed = int((days["source"] == ASSUMED).sum())
    if assumed:
        text += (
            f" {words.count(assumed, 'day')} counted as headache-free rest on silence alone: the source lists "
            "headaches and says nothing of the days between."
        )
    return text
