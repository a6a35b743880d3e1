"""Windows: which days are compared, how many of them are logged, and whether that is enough."""

from __future__ import annotations

import pandas as pd
from openpyxl import Workbook

from analysis.findings import Findings
from analysis.reports.words import NOT_TOLD
from analysis.reports.workbook.page import FIRST, Column, Page, add_sheet, capital, known, live, set_print
from analysis.windows import LOW

NOTE = (
    "Days, Logged and Coverage count the sheet Days again when a day is corrected. Columns with a header in grey "
    "italics were computed by the program; they do not recalculate."
)
EMPTY = "There is no therapeutic session in this diary, so there is nothing to compare."
START, END, DAYS, LOGGED, USABLE = "D", "E", "F", "G", "J"
"""Columns that other sheets look at."""

YES = "yes"


def windows_sheet(workbook: Workbook, findings: Findings) -> Page:
    """A row for each window: its first and last day as dates, and its logged days as formulas over Days."""
    windows = findings.windows
    page = add_sheet(workbook, "Windows", "Windows", EMPTY if windows.empty else NOTE, freeze=f"B{FIRST}")
    page.table("Windows", window_columns(windows))
    set_print(page, findings.patient, landscape=True, repeat="1:3")
    return page


def window_columns(windows: pd.DataFrame) -> list[Column]:
    """The columns of the sheet."""
    names = [capital(name) for name in windows["name"]]
    last = (windows["end"] - pd.Timedelta(days=1)).where(windows["days"] > 0).dt.date
    usable = (
        "yes: compared. low completeness: shown, without a response. cannot tell: too few days are logged in one of "
        "its blocks of 28 days."
    )
    return [
        Column("Window", names, 20, "What it is called.", fixed=True),
        Column("Cycle", known(windows["cycle"]), 8, "0 = before the first session.", "Diary count", fixed=True),
        Column("Phase", known(windows["phase"]), 10, "Weeks after the session.", fixed=True),
        Column("First day", windows["start"].dt.date.tolist(), 13, "Belongs to the window.", "Diary date", fixed=True),
        Column("Last day", known(last), 13, "Belongs to the window too.", "Diary date", fixed=True),
        *_counts(windows),
        Column("Closed by", known(windows["closed_by"]), 16, "What ends the window.", fixed=True),
        Column("Usable", statuses(windows), 18, usable, fixed=True),
        Column("Reason", [reason or None for reason in windows["reason"]], 60, "Why it is not usable.", fixed=True),
    ]


def _counts(windows: pd.DataFrame) -> list[Column]:
    """The live columns."""
    rows = range(FIRST, FIRST + len(windows))
    days = [f'=IF({END}{r}="",0,{END}{r}-{START}{r}+1)' for r in rows]
    logged = [f"=COUNTIFS({inside(r)})" for r in rows]
    coverage = [f"=IF({DAYS}{r}>0,{LOGGED}{r}/{DAYS}{r},0)" for r in rows]
    return [
        Column("Days", live(days, known(windows["days"])), 8, "Calendar days, first to last.", "Diary count"),
        Column(
            "Logged", live(logged, known(windows["logged"])), 9, "Days that tell of headache or none.", "Diary count"
        ),
        Column("Coverage", live(coverage, known(windows["coverage"])), 11, "Logged ÷ days.", "Diary share"),
    ]


def statuses(windows: pd.DataFrame) -> list[str]:
    """What can be said of each window: yes, low completeness, or cannot tell."""
    low = windows["reason"].str.startswith(LOW).to_numpy(bool)
    return [YES if usable else LOW if few else NOT_TOLD for usable, few in zip(windows["usable"], low, strict=True)]


def inside(row: int) -> str:
    """The conditions of COUNTIFS for the logged days of the window in that row of this sheet."""
    return f'Days[Date],">="&Windows!${START}${row},Days[Date],"<="&N(Windows!${END}${row}),Days[Logged],"{YES}"'
