"""Point 10 of the letter: side effects, and the warning that stands above every report where one may be serious.

Everything that is recorded is shown, also what was written after the last day that the report uses: a warning must
not be lost to a date.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable
from analysis.side_effects import (
    PUBLISHED,
    WITHIN,
    asked_sessions,
    rate_table,
    side_effect_table,
    therapeutic_sessions,
)
from diary.model import SEVERITIES

TITLE = "Side effects"
DAYS = WITHIN.days


def side_effects_section(findings: Findings) -> Section:
    """What is recorded of side effects, how often, and when they were asked for."""
    tables = findings.tables
    if tables.events.empty:
        return Section(TITLE, (_none_recorded(findings),))
    rates = rate_table(tables.events, tables.treatments)
    paragraphs = (_recorded(findings), _asked(findings), *_asked_after(findings))
    rated = (_rates(rates),) if len(therapeutic_sessions(tables.treatments)) else ()
    published = published_table(rates["name"])
    return Section(TITLE, paragraphs, (_events(findings), *rated, *([published] if published.rows else [])))


# --- what was asked for


def _none_recorded(findings: Findings) -> str:
    times = _times_asked(findings)
    if not times:
        return "None recorded, and no record that side effects were asked for."
    return f"None recorded. Asked for on: {'; '.join(times)}."


def _asked(findings: Findings) -> str:
    times = _times_asked(findings)
    return f"Asked for on: {'; '.join(times)}." if times else "There is no record that side effects were asked for."


def _times_asked(findings: Findings) -> list[str]:
    """The days on which side effects were asked for, with what was answered."""
    consultations = findings.tables.consultations
    mine = consultations.loc[consultations["topic"] == "side_effects_asked"].sort_values("date", kind="stable")
    return [f"{words.day(day)} (“{answer}”)" for day, answer in zip(mine["date"], mine["answer"], strict=True)]


def _asked_after(findings: Findings) -> tuple[str, ...]:
    """After how many sessions they were asked for, and what follows for the rest."""
    sessions = asked_sessions(findings.tables.treatments, findings.tables.consultations)
    if sessions.empty:
        return ()
    asked = int(sessions["asked"].sum())
    of = f"after {asked} of {words.count(len(sessions), 'therapeutic session')}"
    if asked == len(sessions):
        return (f"They were asked for {of}.",)
    return (f"They were asked for {of}. After the others, what nobody asked for may be missing here.",)


# --- what was recorded


def _recorded(findings: Findings) -> str:
    table = side_effect_table(findings.tables.events, findings.tables.treatments)
    alone = table["treatment_id"].isna()
    near = int((alone & table["near"].notna()).sum())
    said = f"{words.count(len(table), 'side effect')} recorded"
    if not alone.any():
        return f"{said}."
    return f"{said}; {int(alone.sum())} not put down to a session, of them {near} within {DAYS} days after one."


def _events(findings: Findings) -> TextTable:
    table = side_effect_table(findings.tables.events, findings.tables.treatments)
    header = ("Date", "Side effect", "Severity", "Put down to", "Over on", "What was done", "Serious")
    return TextTable("Side effects in order of time", header, tuple(_row(event) for _, event in table.iterrows()))


def _row(event: pd.Series[Any]) -> tuple[str, ...]:
    return (
        words.day(event["date"]),
        str(event["event"]),
        _said(event["severity"], "not graded"),
        _put_down_to(event),
        _over(event),
        _said(event["action"], "not documented"),
        _serious(event),
    )


def _said(value: Any, otherwise: str) -> str:
    return otherwise if pd.isna(value) else str(value)


def _put_down_to(event: pd.Series[Any]) -> str:
    if pd.notna(event["session"]):
        kind = "cosmetic session" if event["purpose"] == "cosmetic" else "session"
        return f"{kind} of {words.day(event['session'])} ({_days(event['days_after'])} after)"
    if pd.notna(event["treatment_id"]):
        return "a treatment not in this record"
    if pd.isna(event["near"]):
        return f"no session; none in the {DAYS} days before"
    after = (event["date"] - event["near"]).days
    return f"no session; {_days(after)} after that of {words.day(event['near'])}"


def _over(event: pd.Series[Any]) -> str:
    if pd.isna(event["resolved"]):
        return "not recorded as over"
    lasted = "" if pd.isna(event["duration"]) else f" ({_days(event['duration'])})"
    return f"{words.day(event['resolved'])}{lasted}"


def _days(number: Any) -> str:
    return words.count(int(number), "day")


def _serious(event: pd.Series[Any]) -> str:
    if pd.notna(event["serious"]):
        said = "yes, says a clinician" if event["serious"] else "no, says a clinician"
        return f"{said}; can be, by its name" if event["red_flag"] and not event["serious"] else said
    return "can be, by its name" if event["red_flag"] else "not documented"


# --- how often


def _rates(rates: pd.DataFrame) -> TextTable:
    header = ("Side effect", "Sessions", "Share (95 % interval)", "Severity", "Not put down to a session")
    note = (
        "Of all therapeutic sessions, those that a person put the side effect down to. Wilson's interval, as if the "
        "sessions were independent of each other."
    )
    return TextTable("How often, by session", header, tuple(_rate(rate) for _, rate in rates.iterrows()), note)


def _rate(rate: pd.Series[Any]) -> tuple[str, ...]:
    alone = f"{rate['unlinked']}, of them {rate['unlinked_near']} within {DAYS} days after one"
    return (
        words.sentence_case(str(rate["name"])),
        f"{rate['sessions_with']} of {rate['sessions']}",
        f"{_percent(rate['rate'])} % ({_percent(rate['low'])} to {_percent(rate['high'])} %)",
        _grades(rate),
        alone if rate["unlinked"] else "0",
    )


def _percent(share: float) -> str:
    return words.number(100 * share, 0)


def _grades(rate: pd.Series[Any]) -> str:
    """How many there were of each severity: ``2 mild, 1 not graded``."""
    grades = {grade: rate[grade] for grade in SEVERITIES[1:]} | {"not graded": rate["not_graded"]}
    return ", ".join(f"{number} {grade}" for grade, number in grades.items() if number)


def published_table(names: Iterable[str]) -> TextTable:
    """What studies saw of these side effects in other patients."""
    recorded = set(names)
    rows = tuple(
        (words.sentence_case(one.name), f"{words.number(one.percent)} % of {one.patients}", one.source)
        for one in PUBLISHED
        if any(one.name.startswith(name) for name in recorded)
    )
    note = "Shares of patients over a whole study, not of sessions. They say nothing about the patient of this report."
    return TextTable("Other patients", ("Side effect", "Patients", "Study"), rows, note)
