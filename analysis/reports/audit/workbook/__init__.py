"""``audit.xlsx``: the audit in words, and every number behind it; of a clinic also a row a patient and a cycle."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from analysis.cohort.people import Caseload
from analysis.cohort.tally import ALL
from analysis.reports.audit.content import AuditContent
from analysis.reports.audit.workbook.columns import SIGNED
from analysis.reports.audit.workbook.sheets import (
    EVERYONE,
    change_sheet,
    group_sheet,
    methods_sheet,
    numbers_sheet,
    patient_sheets,
    problem_sheet,
    summary_sheet,
)
from analysis.reports.workbook.page import Page, add_styles
from analysis.reports.workbook.save import workbook_bytes
from diary import __version__
from diary.model import DiaryError


def write_workbook(content: AuditContent, path: Path, people: Caseload | None = None) -> Path:
    """Write the audit as an Excel workbook; the same input gives the same bytes.

    Raises DiaryError: the file cannot be written.
    """
    workbook = _empty(content)
    pages = _pages(workbook, content, people)
    try:
        path.write_bytes(workbook_bytes(workbook, pages))
    except OSError as error:
        raise DiaryError(
            f"The workbook {path} cannot be written: {error.strerror}. "
            "Close it if it is open, or choose another folder."
        ) from error
    return path


def _pages(workbook: Workbook, content: AuditContent, people: Caseload | None) -> list[Page]:
    audit = content.audit
    of_everybody = {
        "Responders": _everybody(audit.responders),
        "First response": _everybody(audit.first_response),
        "Persistence": _everybody(audit.persistence),
        "Side effects": audit.side_effects,
        "Missing data": audit.missing,
    }
    return [
        summary_sheet(workbook, content),
        numbers_sheet(workbook, content, "Standards", NOT_DOCUMENTED, audit.standards),
        numbers_sheet(workbook, content, "Overview", EVERYONE, _everybody(audit.overview).round({"value": 1})),
        numbers_sheet(workbook, content, "Baseline", "Of those of whom it is known.", _everybody(audit.baseline)),
        change_sheet(workbook, content),
        *(numbers_sheet(workbook, content, name, NOTES[name], frame) for name, frame in of_everybody.items()),
        numbers_sheet(workbook, content, "Wearing off", WEEKS, _by_cycle(audit.wearing_off), **SIGNED),
        *([] if people is None else patient_sheets(workbook, content, people)),
        *([group_sheet(workbook, content)] if len(audit.comparison) else []),
        numbers_sheet(workbook, content, "Other patients", OTHERS, audit.other_patients),
        methods_sheet(workbook, content),
        problem_sheet(workbook, content),
    ]


def _everybody(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.loc[frame["group"] == ALL].drop(columns="group").reset_index(drop=True)


def _by_cycle(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["cycle", "n", "mean", "low", "high"]]


NOT_DOCUMENTED = (
    "The target of each is everyone to whom it applies. What is not documented is not met, and stands apart."
)
OTHERS = "Published figures of other patients: how much can change without the treatment, not how much did here."
WEEKS = "Weeks 9-12 minus weeks 5-8, headache days per 28 days; above zero: more towards the end of a cycle."
NOTES = {
    "Responders": "Everyone who started long enough ago for the cycle to be over is the denominator. "
    "Limits are those of 95 % intervals.",
    "First response": "The cycle in which a threshold was reached for the first time. " + EVERYONE,
    "Persistence": "Kaplan and Meier's estimate, on every day on which somebody stopped.",
    "Side effects": "By session: what was noted after it. What nobody asked for is not here.",
    "Missing data": "How many of everyone who started have what of each cycle. Cycle 0 is the baseline.",
}


def _empty(content: AuditContent) -> Workbook:
    """A workbook without sheets, dated by the audit rather than by the clock."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    add_styles(workbook)
    about = workbook.properties
    about.creator, about.title = f"migraine-diary {__version__}", content.title
    about.created = about.modified = datetime.combine(content.as_of, time())
    return workbook
