"""Point 9: whether headache days rise again towards the end of a cycle."""

from __future__ import annotations

from analysis.findings import Findings
from analysis.reports.outcome_tables import phase_table
from analysis.reports.pieces import Section
from analysis.wearoff import interval_sentence

NO_CYCLE = "No session is recorded, so there is no cycle in which it could be looked for."


def wear_off_section(findings: Findings) -> Section:
    """Weeks 9-12 against weeks 5-8, and headache days in each phase of each cycle."""
    if findings.evidence.cycles.empty:
        return Section("Wearing off", (NO_CYCLE,))
    paragraphs = str(findings.evidence.wear_off), interval_sentence(findings.evidence.cycles)
    return Section("Wearing off", paragraphs, (phase_table(findings),))
