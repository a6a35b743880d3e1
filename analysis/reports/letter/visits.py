"""What was noted at visits, as the letter repeats it."""

from __future__ import annotations

from datetime import date

from analysis.consultations import NOT_DOCUMENTED, Answer, answers
from analysis.findings import Findings


def cut(findings: Findings) -> date | None:
    """The last day that was asked for; None where it is only the diary's own end, which a visit may follow."""
    last = findings.tables.days["date"].max().date()
    return findings.as_of if findings.as_of < last else None


def noted(findings: Findings, topic: str) -> list[Answer]:
    """The answers to the topic, oldest first."""
    return answers(findings.tables.consultations, topic, cut(findings))


def said(findings: Findings, topic: str) -> str:
    """The latest answer in words, or that it is not documented."""
    given = noted(findings, topic)
    return str(given[-1]) if given else NOT_DOCUMENTED
