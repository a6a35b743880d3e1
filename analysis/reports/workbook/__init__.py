"""The workbook: the same answer with every number traceable to a day.

Summary says it in words, Letter in the points that are handed over; Outcomes and Windows are live formulas over
Days, so that a clinician can correct a day and see what it changes; Treatments, Criteria and Methods hold the rest.
Charts are Excel's own.
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from openpyxl import Workbook

from analysis.findings import Findings
from analysis.reports.content import Content
from analysis.reports.letter import Letter
from analysis.reports.workbook.days import days_sheet
from analysis.reports.workbook.letter import letter_sheet
from analysis.reports.workbook.lists import criteria_sheet, methods_sheet, treatments_sheet
from analysis.reports.workbook.outcomes import outcomes_sheet
from analysis.reports.workbook.page import add_styles
from analysis.reports.workbook.save import workbook_bytes
from analysis.reports.workbook.summary import summary_sheet
from analysis.reports.workbook.windows import windows_sheet
from diary import __version__
from diary.model import DiaryError


def write_workbook(findings: Findings, content: Content, letter: Letter, path: Path) -> Path:
    """Write the findings of one patient as an Excel workbook; the same input gives the same bytes.

    Raises DiaryError: the file cannot be written.
    """
    workbook = _empty(findings, content)
    pages = [
        summary_sheet(workbook, findings, content),
        letter_sheet(workbook, letter),
        outcomes_sheet(workbook, findings),
        windows_sheet(workbook, findings),
        days_sheet(workbook, findings),
        treatments_sheet(workbook, findings, content),
        criteria_sheet(workbook, findings, content),
        methods_sheet(workbook, findings, content),
    ]
    try:
        path.write_bytes(workbook_bytes(workbook, pages))
    except OSError as error:
        raise DiaryError(
            f"The workbook {path} cannot be written: {error.strerror}. "
            "Close it if it is open, or choose another folder."
        ) from error
    return path


def _empty(findings: Findings, content: Content) -> Workbook:
    """A workbook without sheets, dated by the findings rather than by the clock."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    add_styles(workbook)
    workbook.calculation.fullCalcOnLoad = True
    about = workbook.properties
    about.creator, about.title = f"migraine-diary {__version__}", content.title
    about.created = about.modified = datetime.combine(findings.as_of, time())
    return workbook
