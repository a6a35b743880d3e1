"""The columns of the audit's sheets: each with its header, its width, its look and what it means."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from analysis.reports.audit.pieces import LEFT_OUT
from analysis.reports.workbook.page import Column, known

LIMIT = "Limit of the 95 % interval."


class Look(NamedTuple):
    """How a column of a table is headed and shown."""

    header: str
    width: float
    style: str
    note: str = ""


def _count(header: str, note: str = "", width: float = 11) -> Look:
    return Look(header, width, "Diary count", note)


def _number(header: str, note: str = "", width: float = 11) -> Look:
    return Look(header, width, "Diary number", note)


def _change(header: str, note: str = "", width: float = 11) -> Look:
    return Look(header, width, "Diary change", note)


def _words(header: str, width: float, note: str = "") -> Look:
    return Look(header, width, "Diary words", note)


LOOKS = {
    "item": _words("What", 62),
    "group": _words("Group", 14, "all: everybody; otherwise one of the groups that are compared."),
    "value": Look("Number", 12, "Diary amount", "A count, or a mean or median as the first column says."),
    "of": _count("Of", "The denominator of the share."),
    "percent": _number("Share, %"),
    "low": _number("Low", LIMIT),
    "high": _number("High", LIMIT),
    "standard": _words("Standard", 10),
    "meaning": _words("What is asked", 62),
    "met": _count("Met"),
    "not_met": _count("Not met"),
    "not_documented": _count("Not documented", "Counted apart from what is not met.", 13),
    "measure": _words("Measure", 34),
    "unit": _words("Unit", 20),
    "n": _count("n", "People it rests on."),
    "mean": _number("Mean"),
    "sd": _number("SD", "Standard deviation."),
    "median": _number("Median"),
    "q1": _number("Lower quartile"),
    "q3": _number("Upper quartile"),
    "line": _words("Line", 46, "Three answers to one question; none of them alone tells it."),
    "cycle": _count("Cycle", "0 is the baseline.", 9),
    "change": _change("Change", "Headache days per 28 days, after minus before."),
    "threshold": _count("Fewer by, %", "At least so many per cent fewer headache days.", 11),
    "yes": _count("Sure", "By the 90 % interval of each patient."),
    "uncertain": _count("Uncertain"),
    "no": _count("Not"),
    "cannot_tell": _count("Cannot tell", "Too few days are logged."),
    "not_there": _count("Stopped before", "", 12),
    "reached": _count("Reached", "By the counts alone."),
    "started": _count("Of", "Who started long enough ago for the cycle to be over."),
    "day": _count("Day", "Days after the first session."),
    "at_risk": _count("Still observed", "Just before that day.", 12),
    "still_treated": _number("Still treated, %", "", 13),
    "event": _words("Side effect", 34),
    "sessions": _count("Sessions", "After which it was noted; of a patient: how many there were."),
    "patients": _count("Patients", "How many had it."),
    "usable": _count("Enough days"),
    "low_completeness": _count("Low completeness", "14 to 19 logged days in each 28.", 15),
    "no_days": _count("No day"),
    "stopped_before": _count("Stopped before", "", 12),
    "not_yet": _count("Not over yet"),
    "one": _words("One", 14),
    "other": _words("Other", 14),
    "difference": _change("Difference", "One minus other."),
    "source": _words("Source", 70),
    "patient": _words("Patient", 16),
    "first_session": Look("First session", 13, "Diary date"),
    "last_session": Look("Last session", 13, "Diary date"),
    "age": _count("Age", "At the first session."),
    "sex": _words("Sex", 9),
    "stopped": Look("Stopped", 13, "Diary date"),
    "stop_reason": _words("Why it was stopped", 28, "As written."),
    "days_on": _count("Days on treatment", "From the first session to the stop, or to the last day looked at.", 12),
    "session": Look("Session", 13, "Diary date"),
    "interval": _count("Interval", "Days since the session before."),
    "units": Look("Units", 9, "Diary amount"),
    "sites": _count("Sites"),
    "days": _count("Days", "Calendar days of the window."),
    "logged": _count("Logged", "Days on which the diary says whether there was headache."),
    "state": _words("Completeness", 18),
    "before": _number("Baseline", "Headache days per 28 days."),
    "after": _number("Headache days", "Per 28 days.", 12),
    "change_percent": Look("Change, %", 11, "Diary percent"),
    "response_30": _words("≥ 30 % fewer", 13, "yes, uncertain or no, by the interval; empty: cannot tell."),
    "response_50": _words("≥ 50 % fewer", 13),
    "response_75": _words("≥ 75 % fewer", 13),
    "fades": _change("Weeks 9-12 minus 5-8", "Headache days per 28 days.", 14),
    "migraine_days": _number("Migraine days"),
    "moderate_severe_days": _number("Moderate or severe days", "", 13),
    "headache_hours": _number("Headache hours"),
    "acute_days": _number("Days with acute medicine", "", 13),
    "clear_days": _number("Headache-free days", "", 13),
}
"""How each column of an audit's tables is shown; one that is not here is not shown."""


SIGNED = {"mean": _change("Mean"), "low": _change("Low", LIMIT), "high": _change("High", LIMIT)}
"""The looks of a mean and its limits where they are a difference."""


def columns(frame: pd.DataFrame, **other: Look) -> list[Column]:
    """The columns of the frame that are known, in its order; *other* looks instead of the usual ones."""
    looks = {**LOOKS, **other}
    return [_column(frame[name], looks[name]) for name in frame.columns if name in looks]


def _column(values: pd.Series[Any], look: Look) -> Column:
    return Column(look.header, cells(values, look.style), look.width, look.note, look.style)


def cells(values: pd.Series[Any], style: str) -> list[Any]:
    """Values as cells: dates as dates, whole counts as whole numbers, and a count that is left out as a star.

    >>> cells(pd.Series([8, None], dtype="Int64"), "Diary count"), cells(pd.Series([1.5, None]), "Diary number")
    ([8, '*'], [1.5, None])
    """
    if style == "Diary date":
        return known(values.dt.date)
    plain = known(values)
    if style == "Diary count" and values.dtype == "Int64":
        return [LEFT_OUT if value is None else value for value in plain]
    return plain
