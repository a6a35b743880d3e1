"""Point 13: when the patient is due and seen next, and what the diary says around a stop."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.followup import (
    HALTS,
    SEEN_AGAIN,
    START,
    FollowUp,
    Stop,
    against_start,
    follow_up,
    interval_sentence,
    phase_means,
    phase_sentence,
    seen_again,
    stops,
)
from analysis.rates import Rate
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable
from analysis.rules.ehf import SOURCE as EHF
from analysis.windows import BLOCK, CYCLE

TITLE = "Next review"

NOT_DOCUMENTED = "Next review: not documented."
NO_SESSION = "No therapeutic session is recorded, so none is due."
ICHD = "ICHD-3 1.3 names for chronic migraine"
THRESHOLD = {"nice-ta260": "NICE TA260 names before a first session"}
"""Who names 15 headache days a month, and what for, where the rule set does."""


def next_review_section(findings: Findings) -> Section:
    """The due date, the review that was noted, the regularity of the sessions, and each stop with the diary around it.

    Nothing is decided here: a noted decision is repeated, and the days around it are counted.
    """
    tables = findings.tables
    followed = follow_up(tables.treatments, tables.consultations, findings.as_of, [findings.patient])
    now = followed.due.iloc[0]
    found = stops(followed, findings.marked, findings.as_of)
    said = [_due(now, findings.as_of), _review(now, findings.as_of), *_course(findings, followed), *_after_stop(now)]
    if not found:
        return Section(TITLE, tuple(said))
    return Section(TITLE, (*said, _threshold(findings.rule_set)), (_stop_table(found),))


def _due(now: pd.Series[Any], as_of: date) -> str:
    """What is due, or why nothing is."""
    if now["sessions"] == 0:
        return NO_SESSION
    last = f"The last session was on {words.day(now['session'])}{_units(now['units'])}."
    if now["decision"] in HALTS:
        return f"{last} Noted on {words.day(now['since'])}: {HALTS[now['decision']]}. No session is due."
    stretched = f" A longer interval was noted on {words.day(now['since'])}." if now["decision"] == "stretch" else ""
    return (
        f"{last} The next is due on {words.day(now['due'])}, {CYCLE} days later: on {words.day(as_of)} it is "
        f"{now['status']}.{stretched}"
    )


def _units(units: Any) -> str:
    return "" if pd.isna(units) else f" ({units:g} U)"


def _review(now: pd.Series[Any], as_of: date) -> str:
    """The review as it was noted."""
    if pd.isna(now["review_text"]):
        return NOT_DOCUMENTED
    noted = f"noted on {words.day(now['review_noted'])}"
    if pd.isna(now["review"]):
        return f"Next review, {noted}: {now['review_text']}."
    passed = " This day has passed." if now["review"] < pd.Timestamp(as_of) else ""
    return f"Next review: {words.day(now['review'])} ({noted}).{passed}"


def _course(findings: Findings, followed: FollowUp) -> list[str]:
    """How regular the sessions were, and how a cycle goes on; nothing where there was no session."""
    if followed.sessions.empty:
        return []
    means = phase_means(findings.outcomes, findings.windows)
    return [interval_sentence(followed.sessions), phase_sentence(means)]


def _after_stop(now: pd.Series[Any]) -> list[str]:
    """When a guideline asks for the patient to be seen again; nothing where the treatment goes on."""
    if now["decision"] not in HALTS:
        return []
    first, last = seen_again(now["since"].date())
    months = "-".join(map(str, SEEN_AGAIN))
    return [
        f"Patients who stop after success are to be seen again {months} months later, to make sure that the headache "
        f"has not become chronic again ({EHF}): counted from the note, {words.day(first)} to {words.day(last)}."
    ]


def _threshold(rule_set: str) -> str:
    """What the days around a stop are held against."""
    return (
        f"Days around a stop are held against the {START} headache days a month that {THRESHOLD.get(rule_set, ICHD)}. "
        "Whether to start again is the clinician's decision."
    )


def _stop_table(found: list[Stop]) -> TextTable:
    rows = tuple(row for stop in found for row in _stop_rows(stop))
    header = "Days", "Logged", "Headache days per 28", f"Against {START} a month"
    return TextTable("Headache days around a stop", header, rows)


def _stop_rows(stop: Stop) -> list[tuple[str, ...]]:
    """The 28 days before, those after, and the latest; what is not over yet is said to be so."""
    when = f"{HALTS[stop.decision]} {words.day(stop.since)}"
    until = "latest" if stop.restart is None else f"before the restart on {words.day(stop.restart)}"
    rows = [
        _row(f"{BLOCK} before: {when}", stop.before),
        _row(f"{BLOCK} from: {when}", stop.after),
    ]
    return rows if stop.latest is None else [*rows, _row(f"{BLOCK} {until}", stop.latest)]


def _row(name: str, rate: Rate | None) -> tuple[str, ...]:
    if rate is None:
        return name, "not over yet", "", ""
    return name, f"{rate.logged} of {rate.days}", words.number(rate.per_28), against_start(rate)
