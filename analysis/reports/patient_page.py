"""One page for the patient, in plain words and large type: what changed, and what a diary cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.findings import Findings
from analysis.followup import follow_up
from analysis.medication import overuse_plain
from analysis.months import NOW
from analysis.reports import words
from analysis.reports.answer import latest_cycle
from analysis.reports.content import Content
from analysis.reports.pdf import Data, drawings, printable, typeset
from analysis.reports.pieces import row
from analysis.reports.urgent import serious_warning_plain
from analysis.wearoff import patient_sentence as wear_off_plain

TEMPLATE = Path(__file__).with_name("patient.typ")
CHART = "rounds"

MOST_CHANGES = 3
"""So many other changes are named."""

NO_REASON = "It cannot say why your headaches changed. Many things can change them."
NOT_A_DOCTOR = "It cannot say what to do next. Talk about that at your visit."
NO_VISIT = "No next visit is written down. Ask your clinic when to come."


def write_patient_page(
    findings: Findings,
    content: Content,
    charts: Mapping[str, bytes | Path],
    alt: Mapping[str, str],
    path: Path,
    *,
    made: date,
) -> Path:
    """Write the page to *path*, and return it. *charts* are SVG and *alt* their texts, both by name.

    Raises PdfError: Typst refuses the chart, or a font is not there.
    """
    used = {CHART: charts[CHART]} if CHART in charts else {}
    data = printable(page_data(findings, content)) | {"charts": list(used), "drawn": drawings(used, alt)}
    path.write_bytes(typeset(data, made, TEMPLATE))
    return path


def page_data(findings: Findings, content: Content) -> Data:
    """What the page says, in its order."""
    latest = latest_cycle(findings.outcomes)
    return {
        "title": "Your headache diary",
        "patient": findings.patient,
        "as_of": words.day(findings.as_of),
        "headline": content.plain[0],
        "warnings": serious_warning_plain(findings),
        "told": _told(findings, latest),
        "cannot": _cannot(findings, latest),
        "next": next_visit(findings),
    }


def _told(findings: Findings, latest: int | None) -> list[str]:
    """What else the diary tells: medicine, overuse, the last weeks of a round."""
    evidence = findings.evidence
    said = [] if latest is None else _medicine(findings, latest)
    if (evidence.overuse["when"] == NOW).any():
        said.append(overuse_plain(evidence.overuse, NOW))
    return said if evidence.cycles.empty else [*said, wear_off_plain(evidence.wear_off)]


def _medicine(findings: Findings, latest: int) -> list[str]:
    found = row(findings.outcomes, latest, "cycle", "acute_days")
    if pd.isna(found["change"]):
        return []
    before, after = words.number(found["before"], 0), words.number(found["after"], 0)
    return [f"You took headache medicine on about {before} days in four weeks before, and about {after} after."]


def _cannot(findings: Findings, latest: int | None) -> list[str]:
    """What the diary cannot say."""
    days = findings.marked
    open_days = int((~days["logged"]).sum())
    blank = f"{open_days} of its {len(days)} days are blank. They count neither way." if open_days else ""
    return [text for text in (NO_REASON, _other(findings, latest), blank, NOT_A_DOCTOR) if text]


def _other(findings: Findings, latest: int | None) -> str:
    """What else changed: the first few of it, for there is one page."""
    if latest is None:
        return ""
    found = findings.evidence.confounded[latest]
    more = len(found.what) - MOST_CHANGES
    if more <= 0:
        return found.patient_sentence()
    return found._replace(what=(*found.what[:MOST_CHANGES], f"and {more} more")).patient_sentence()


def next_visit(findings: Findings) -> str:
    """When to come next, as far as it is written down."""
    tables = findings.tables
    now = follow_up(tables.treatments, tables.consultations, findings.as_of, [findings.patient]).due.iloc[0]
    if pd.notna(now["review"]) and now["review"] >= pd.Timestamp(findings.as_of):
        return f"Your next visit is on {words.day(now['review'])}."
    if pd.notna(now["due"]) and now["due"] >= pd.Timestamp(findings.as_of):
        return f"Your next injections are due on {words.day(now['due'])}."
    if pd.notna(now["due"]):
        return f"Your next injections were due on {words.day(now['due'])}. Ask your clinic for a date."
    return NO_VISIT
