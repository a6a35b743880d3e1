"""Point 12: what the clinician decided. The report decides nothing."""

from __future__ import annotations

from analysis.consultations import Answer
from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.letter.visits import noted
from analysis.reports.pieces import Section, TextTable

NO_DECISION = "No decision is recorded; this report makes none."

WORDS = {
    "continue": "to continue",
    "raise": "to raise the dose",
    "stretch": "to lengthen the interval between sessions",
    "stop": "to stop",
    "pause": "to pause, and see whether it is still needed",
}
"""The decisions of :data:`diary.model.DECISIONS`, in words."""

CHECKS = {
    "response_check": "Response after the second cycle",
    "success_review": "Review of whether it is still needed",
    "stop_reason": "Why the treatment was stopped",
}


def decision_section(findings: Findings) -> Section:
    """The latest decision with its note, what was checked before it, and earlier decisions."""
    given = noted(findings, "decision")
    latest = _decided(given[-1]) if given else NO_DECISION
    earlier = (_earlier(given[:-1]),) if len(given) > 1 else ()
    return Section("The clinician's decision", (latest, *_checks(findings)), earlier)


def _decided(one: Answer) -> str:
    note = f" {one.note.rstrip('.')}." if one.note else ""
    return f"Decided on {words.day(one.date)}: {WORDS.get(one.answer, one.answer)}.{note}"


def _checks(findings: Findings) -> tuple[str, ...]:
    """What else was noted about going on or stopping; what was not is left to the audit."""
    found = {topic: noted(findings, topic) for topic in CHECKS}
    return tuple(f"{CHECKS[topic]}: {given[-1]}." for topic, given in found.items() if given)


def _earlier(given: list[Answer]) -> TextTable:
    rows = tuple((words.day(one.date), WORDS.get(one.answer, one.answer), one.note) for one in given)
    return TextTable("Earlier decisions", ("Date", "Decision", "Note"), rows)
