"""Point 15: what to keep in mind when reading all of the above."""

from __future__ import annotations

from analysis.findings import Findings
from analysis.reports.answer import latest_cycle
from analysis.reports.cautions import cautions
from analysis.reports.pieces import Section

SELECTION = (
    "The baseline is often the worst time: many people start treatment then, and the months after it are better by "
    "themselves (regression to the mean)."
)
ONE_DEFINITION = "Numbers by one definition of a headache day are not to be compared with numbers by another."
FREQUENCY = "Where the number of days stays, severity, hours and questionnaires may still have changed."
DECIDES = "This letter describes a diary. It decides nothing, and makes no diagnosis."


def caveats_section(findings: Findings) -> Section:
    """The cautions that no other point has, and what holds for every before/after comparison in one person."""
    told = set(map(str, findings.evidence.confounded.values()))
    said = [text for text in cautions(findings, latest_cycle(findings.outcomes)) if text not in told]
    selection = () if any("regression to the mean" in text for text in said) else (SELECTION,)
    return Section("Keep in mind", (*said, *selection, FREQUENCY, ONE_DEFINITION, DECIDES))
