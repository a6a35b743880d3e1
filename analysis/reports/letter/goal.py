"""Point 14: what the patient wants, what was said to be expected, and how the patient sees the result."""

from __future__ import annotations

from analysis.findings import Findings
from analysis.reports.letter.visits import said
from analysis.reports.pieces import Section

ASKED = {
    "goal": "The patient's own goal",
    "expectations": "What the patient was told to expect",
    "view": "How the patient sees the result",
}


def goal_section(findings: Findings) -> Section:
    """The latest answer to each, in the words in which it was written, or that it is not documented."""
    paragraphs = tuple(f"{words}: {said(findings, topic)}." for topic, words in ASKED.items())
    return Section("The patient's goal and view", paragraphs)
