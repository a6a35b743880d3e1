"""Where the bars and points of a chart lie in its picture, and what is said when one of them is pointed at.

A page lays these over the picture, so that pointer, finger and keyboard find the same numbers as the table below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts import timeline
from analysis.charts.blocks import block_table
from analysis.charts.calendar import calendar_pages
from analysis.charts.medication import medicines_used, monthly_intake
from analysis.charts.phases import LATE_PLACE, PHASES, phase_table
from analysis.charts.severity import severity_table
from analysis.course import course_table
from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.pieces import TextTable

TOP = 28.0
MONTH_TOP = 31.0


class Box(NamedTuple):
    """A part of a chart in the numbers of its axes; *panel* counts the axes from the top."""

    left: float
    right: float
    low: float
    high: float
    panel: int = 0


class Mark(NamedTuple):
    """A part of a picture in points from its upper left corner, and the *lines* that are said of it."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


def chart_marks(name: str, figure: Figure, findings: Findings, numbers: TextTable) -> list[Mark]:
    """What can be pointed at in a chart that has been drawn; *numbers* is its table. None in the injection map."""
    if name == "phases":
        return [_placed(figure, box, lines) for box, lines in _phases(findings)]
    if name.startswith("calendar"):
        boxes, rows = _calendar(name, findings, numbers)
        return [_placed(figure, box, _said(numbers, row)) for box, row in zip(boxes, rows, strict=True)]
    boxes = BOXES[name](findings) if name in BOXES else []
    return [_placed(figure, box, _said(numbers, row)) for box, row in zip(boxes, numbers.rows, strict=bool(boxes))]


def _said(numbers: TextTable, row: Sequence[str]) -> tuple[str, ...]:
    """A row as lines, one for each column that says something."""
    cells = zip(numbers.header, row, strict=True)
    return tuple(f"{name}: {cell}" if name else cell for name, cell in cells if cell)


def _placed(figure: Figure, box: Box, lines: tuple[str, ...]) -> Mark:
    ax = figure.axes[box.panel]
    (x0, y0), (x1, y1) = ax.transData.transform([(box.left, box.low), (box.right, box.high)]) * 72 / figure.dpi
    left, right = sorted((float(x0), float(x1)))
    bottom, top = sorted((float(y0), float(y1)))
    return Mark(left, float(figure.get_figheight()) * 72 - top, right - left, top - bottom, lines)


def _spans(shown: pd.DataFrame) -> list[Box]:
    left, width = timeline.edges(shown)
    return [Box(float(x), float(x + w), 0, TOP) for x, w in zip(left, width, strict=True)]


def _course(findings: Findings) -> list[Box]:
    table = course_table(findings.windows, findings.outcomes, findings.tables.treatments)
    starts, ends = timeline.numbers(table["session"]), timeline.numbers(table["end"])
    return [Box(float(start), float(end), 0, TOP) for start, end in zip(starts, ends, strict=True)]


def _medication(findings: Findings) -> list[Box]:
    boxes = []
    for panel, name in enumerate(medicines_used(findings.marked)):
        months = monthly_intake(findings.marked, name)
        left = timeline.numbers(months["start"])
        right = left + months["length"].to_numpy()
        boxes += [Box(float(a), float(b), 0, MONTH_TOP, panel) for a, b in zip(left, right, strict=True)]
    return boxes


def _calendar(name: str, findings: Findings, numbers: TextTable) -> tuple[list[Box], list[tuple[str, ...]]]:
    """The rows of one page of the calendar, and those of the table that are about its months."""
    pages = calendar_pages(findings.marked)
    page = int(name.partition("-")[2] or 1) - 1
    before = sum(len(months) for months in pages[:page])
    boxes = [Box(0, MONTH_TOP, n, n + 1) for n in range(len(pages[page]))]
    return boxes, list(numbers.rows[before : before + len(boxes)])


def _phases(findings: Findings) -> list[tuple[Box, tuple[str, ...]]]:
    """Each phase with the mean and what it rests on, cycle by cycle."""
    table = phase_table(findings.outcomes)
    found = []
    for place, phase in zip((0, 1, 2, LATE_PLACE), PHASES, strict=True):
        known = table[phase].dropna()
        if len(known):
            name = "After week 12" if phase == "late" else f"Weeks {phase}"
            mean = [] if phase == "late" else [f"Mean: {words.number(known.mean())}"]
            cycles = [f"Cycle {cycle}: {words.number(value)}" for cycle, value in known.items()]
            found.append((Box(place - 0.28, place + 0.28, 0, TOP), (name, *mean, *cycles)))
    return found


BOXES: dict[str, Callable[[Findings], list[Box]]] = {
    "blocks": lambda found: _spans(block_table(found.windows, found.outcomes)),
    "severity": lambda found: _spans(severity_table(found.marked, found.windows)),
    "course": _course,
    "medication": _medication,
}
"""Where the rows of a chart's table lie in it."""
