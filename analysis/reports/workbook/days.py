"""Days: every calendar date of the diary, as what it counts as. All other sheets count here."""

from __future__ import annotations

from itertools import count

import pandas as pd
from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from analysis.definitions import MIGRAINE_DAY
from analysis.findings import Findings
from analysis.measures import CLASS_WORDS
from analysis.reports.workbook.page import FIRST, QUIET, Column, Page, add_sheet, known, set_print
from diary.model import ACUTE_CLASSES

NOTE = (
    "1 yes, 0 no, empty not known. Correct a day in all of its columns: Windows, Outcomes and the charts follow; "
    "columns with a header in grey italics do not."
)
FLAG = "1 yes, 0 no, empty = not known."
FLAGS = {
    "headache_day": ("Headache", "A headache day by the definition under Methods."),
    "migraine_day": ("Migraine", MIGRAINE_DAY),
    "moderate_severe_day": ("Moderate or severe", "Headache of moderate or severe peak."),
    "severe_day": ("Severe", "Headache of severe peak."),
    "clear_day": ("Headache free", "No headache at all. Means are taken over the days with 0 here."),
    "acute_day": ("Acute medicine", "Any acute medicine was taken."),
}
QUANTITIES = {
    "hours": ("Hours", "Hours of headache on this date, 0-24; 0 on a headache-free day.", "Diary number"),
    "attack_starts": ("Attacks", "Attacks that began on this date.", "Diary count"),
    "peak": ("Severity", "The day's peak: 0 none, 1 mild, 2 moderate, 3 severe.", "Diary count"),
    "intensity": ("Intensity", "The day's peak on the 0-10 numeric rating scale.", "Diary amount"),
}
CLASS_HEADERS = {f"{name}_day": name.replace("_", " ").capitalize() for name in ACUTE_CLASSES}

HEADERS = (
    {name: header for name, (header, _) in FLAGS.items()}
    | {name: header for name, (header, *_) in QUANTITIES.items()}
    | CLASS_HEADERS
)
"""The header in this sheet of each marked column that is counted."""

OF_MEASURE = {"intensity_when": "intensity", "peak_when": "peak"}
"""Columns on headache days only; here they are the whole column, counted on days that are not headache-free."""


def header_of(column: str) -> str:
    """The header under which this sheet holds a marked column.

    >>> header_of("severe_day"), header_of("peak_when")
    ('Severe', 'Severity')
    """
    return HEADERS[OF_MEASURE.get(column, column)]


def days_sheet(workbook: Workbook, findings: Findings) -> Page:
    """A row for each calendar date, with the date as a date and every flag as 1, 0 or empty."""
    page = add_sheet(workbook, "Days", "Days", NOTE, freeze=f"B{FIRST}")
    columns = day_columns(findings.marked)
    page.table("Days", columns)
    last = FIRST + len(findings.marked) - 1
    _checks(page, columns, last)
    _shades(page, columns, last)
    set_print(page, findings.patient, landscape=True, repeat="1:3")
    return page


def day_columns(marked: pd.DataFrame) -> list[Column]:
    """The columns of the sheet; medicine classes that were never taken are left out."""
    logged = marked["logged"].map({True: "yes", False: "no"}).tolist()
    kind, source = known(marked["kind"]), known(marked["source"])
    return [
        Column("Date", marked["date"].dt.date.tolist(), 13, "The patient's local day.", "Diary date"),
        Column("Logged", logged, 9, "yes: the diary says whether there was headache on this day.", "Diary line"),
        *_flags(marked),
        *(Column(header, known(marked[name]), 10, note, style) for name, (header, note, style) in QUANTITIES.items()),
        Column("Label", kind, 12, "The patient's or the app's own word.", "Diary line", fixed=True),
        Column("Source", source, 14, "Where it comes from; 'assumed' rests on silence.", "Diary line", fixed=True),
    ]


def _flags(marked: pd.DataFrame) -> list[Column]:
    """What the day counts as, and the classes of medicine that were ever taken."""
    taken = [name for name in ACUTE_CLASSES if marked[f"{name}_day"].fillna(False).any()]
    notes = dict(FLAGS) | {
        f"{name}_day": (CLASS_HEADERS[f"{name}_day"], f"Counted as {CLASS_WORDS[name]}.") for name in taken
    }
    return [
        Column(header, known(marked[name]), 14, f"{note} {FLAG}", "Diary count")
        for name, (header, note) in notes.items()
    ]


def _checks(page: Page, columns: list[Column], last: int) -> None:
    """Only 1, 0 or nothing in a flag, only yes or no in Logged."""
    flags = DataValidation("list", formula1='"1,0"', allow_blank=True, showErrorMessage=True)
    flags.error = "1 yes, 0 no; leave it empty where it is not known."
    logged = DataValidation("list", formula1='"yes,no"', allow_blank=False, showErrorMessage=True)
    logged.error = "yes or no: does the diary say whether there was headache on this day?"
    for letter, column in zip(map(get_column_letter, count(1)), columns, strict=False):
        if FLAG in column.note:
            flags.add(f"{letter}{FIRST}:{letter}{last}")
    logged.add(f"B{FIRST}:B{last}")
    page.sheet.add_data_validation(flags)
    page.sheet.add_data_validation(logged)


def _shades(page: Page, columns: list[Column], last: int) -> None:
    """Days that are not logged are grey, headache days shaded."""
    grey = FormulaRule([f'$B{FIRST}="no"'], font=Font(color=QUIET), fill=PatternFill(bgColor="F2F2F2"))
    blue = FormulaRule([f"$C{FIRST}=1"], fill=PatternFill(bgColor="CFE2F0"))
    page.sheet.conditional_formatting.add(f"A{FIRST}:{get_column_letter(len(columns))}{last}", grey)
    page.sheet.conditional_formatting.add(f"C{FIRST}:C{last}", blue)
