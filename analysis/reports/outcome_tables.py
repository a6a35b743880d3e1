"""The tables of outcomes: the cycles, the measures, the phases, and the windows they rest on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.measures import MEASURES, SHARE
from analysis.reports import words
from analysis.reports.pieces import TextTable, row
from analysis.windows import CYCLE, ENDS


def summary_table(findings: Findings) -> TextTable:
    """The table of the first page and of the terminal: headache days, baseline and each cycle."""
    header = ("", "Dates", "Logged", "Headache days", "Change (95 % interval)", "≥ 30 % fewer", "≥ 50 % fewer")
    windows = findings.windows.loc[findings.windows["phase"].isin(["baseline", "cycle"])]
    rows = [_summary_row(findings, window) for _, window in windows.iterrows()]
    return TextTable(
        "Headache days per 28 days, before and after each session",
        header,
        tuple(rows),
        "Baseline: the 28-day blocks before the first session. A cycle: days 0-83 after a session, or until the next. "
        f"Counted by the definitions {words.listed([repr(name) for name in findings.day_rules.names])}.",
    )


def _summary_row(findings: Findings, window: pd.Series[Any]) -> tuple[str, ...]:
    name = words.sentence_case(window["name"])
    dates = words.span(window["start"], window["end"])
    logged = f"{window['logged']} of {window['days']}"
    if window["cycle"] == 0:
        outcomes = findings.outcomes
        mine = outcomes.loc[outcomes["measure"] == "headache_days", "before"]
        return name, dates, logged, words.number(mine.iloc[0]) if len(mine) else words.NOT_TOLD, "", "", ""
    found = row(findings.outcomes, int(window["cycle"]), "cycle", "headache_days")
    change = words.NOT_TOLD
    if window["closed_by"] == ENDS and pd.isna(found["change"]):
        return name, dates, logged, "–", f"not over yet: day {window['days']} of {CYCLE}", "–", "–"
    if pd.notna(found["change"]):
        change = f"{words.signed(found['change'])} ({words.interval(found['low'], found['high'])})"
    answers = (words.NOT_TOLD if pd.isna(found[f"response_{t}"]) else str(found[f"response_{t}"]) for t in (30, 50))
    return name, dates, logged, words.number(found["after"]), change, *answers


def measure_table(findings: Findings, latest: int | None) -> TextTable:
    """Every measure that the diary can tell of, in the latest whole cycle against the baseline."""
    title = "All measures" if latest is None else f"All measures: baseline against cycle {latest}"
    header = ("Measure", "Unit", "Baseline", f"Cycle {latest or ''}".strip(), "Change", "95 % interval", "Change in %")
    rows = []
    for measure in MEASURES if latest is not None else ():
        found = row(findings.outcomes, int(latest or 0), "cycle", measure.name)
        if pd.isna(found["change"]) or (measure.kind == SHARE and found["before"] == 0 == found["after"]):
            continue
        percent = "–" if pd.isna(found["change_percent"]) else f"{words.signed(found['change_percent'], 0)} %"
        rows.append(
            (
                words.sentence_case(measure.words),
                measure.unit,
                words.number(found["before"]),
                words.number(found["after"]),
                words.signed(found["change"]),
                words.interval(found["low"], found["high"]),
                percent,
            )
        )
    note = "Measures that the diary does not record often enough, and medicines never taken, are left out."
    return TextTable(title, header, tuple(rows), note)


def phase_table(findings: Findings) -> TextTable:
    """Headache days in each phase of each cycle; later days and weeks 21-24 beside them."""
    phases = ("1-4", "5-8", "9-12", "late", "21-24")
    header = ("", "Weeks 1-4", "Weeks 5-8", "Weeks 9-12", "Day 84 and later", "Weeks 21-24*")
    mine = findings.outcomes.loc[findings.outcomes["measure"] == "headache_days"]
    wide = mine.set_index(["cycle", "phase"])["after"]
    rows = [
        (f"Cycle {cycle}", *(words.number(wide[cycle, p]) if (cycle, p) in wide.index else "–" for p in phases))
        for cycle in sorted(mine["cycle"].unique())
    ]
    return TextTable(
        "Headache days per 28 days within each cycle",
        header,
        tuple(rows),
        "* counted from the first session, where the second came 12 weeks (± 7 days) after it: the period that "
        "the PREEMPT trials were judged on. – no such days.",
    )


def window_text(windows: pd.DataFrame) -> TextTable:
    """What was compared: every window, what closed it, and whether it can be used."""
    rows = tuple(
        (
            words.sentence_case(w["name"]),
            words.span(w["start"], w["end"]),
            f"{w['logged']} of {w['days']}",
            str(w["closed_by"]),
            "usable" if w["usable"] else str(w["reason"]),
        )
        for _, w in windows.iterrows()
    )
    return TextTable("Windows", ("Window", "Dates", "Logged", "Closed by", "Usable"), rows)
