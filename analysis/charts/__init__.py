"""The charts: tables in, axes out, drawn at print size and readable in grey.

Each ``draw_*`` takes canonical tables and axes and returns the axes; each ``describe_*`` says the same in words,
for readers who cannot see it. ``marked`` is the day table of one patient with the flags of the day rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from analysis.charts.blocks import describe_blocks, draw_blocks
from analysis.charts.calendar import calendar_pages, describe_calendar, draw_calendar
from analysis.charts.course import describe_course, draw_course
from analysis.charts.injections import describe_injections, draw_injections, latest_map, map_height
from analysis.charts.medication import TITLE, describe_medication, draw_medication, medicines_used
from analysis.charts.phases import describe_phases, draw_phases
from analysis.charts.rounds import describe_rounds, draw_rounds
from analysis.charts.severity import describe_severity, draw_severity
from analysis.charts.style import RC, new_figure
from analysis.charts.timeline import blocks, others
from diary.tables import TREATMENTS, facts_frame

__all__ = [
    "calendar_pages",
    "chart_figures",
    "chart_texts",
    "describe_blocks",
    "describe_calendar",
    "describe_course",
    "describe_injections",
    "describe_medication",
    "describe_phases",
    "describe_rounds",
    "describe_severity",
    "draw_blocks",
    "draw_calendar",
    "draw_course",
    "draw_injections",
    "draw_medication",
    "draw_phases",
    "draw_rounds",
    "draw_severity",
    "save_charts",
]

PRINT_DPI = 200
EMPTY_CM = 2.0
LANE_CM = 0.6


def chart_figures(
    marked: pd.DataFrame,
    windows: pd.DataFrame,
    outcomes: pd.DataFrame,
    treatments: pd.DataFrame,
    injections: pd.DataFrame | None = None,
) -> dict[str, Figure]:
    """Every chart of one patient under its file name: calendar, blocks, severity, medication, phases, rounds, course.

    Where *injections* hold a session by muscle, ``injections`` is the map of the latest one.
    A diary of more than 60 months has further calendars in order of time: ``calendar-2``, ``calendar-3``, …
    """
    figures = _calendars(marked, treatments)
    height = 1.0 if len(blocks(windows)) else 0.0
    lanes = others(treatments)["product"].nunique()
    figures["blocks"], (ax,) = new_figure(EMPTY_CM + (6.5 + LANE_CM * lanes) * height)
    draw_blocks(windows, outcomes, treatments, ax)
    figures["severity"], (ax,) = new_figure(EMPTY_CM + 5 * height)
    draw_severity(marked, windows, ax)
    figures["medication"] = _medication(marked)
    figures["phases"], (ax,) = new_figure(EMPTY_CM + 5.5 * height)
    draw_phases(outcomes, ax)
    figures["rounds"], (ax,) = new_figure(EMPTY_CM + 5.5 * height)
    draw_rounds(outcomes, ax)
    figures["course"], (ax,) = new_figure(EMPTY_CM + 6.5 * height)
    draw_course(windows, outcomes, treatments, ax)
    return figures | _injection_map(windows, treatments, injections)


def _injection_map(
    windows: pd.DataFrame, treatments: pd.DataFrame, injections: pd.DataFrame | None
) -> dict[str, Figure]:
    mapped, heading = latest_map(windows, treatments, injections)
    if mapped.empty:
        return {}
    figure, (ax,) = new_figure(map_height(mapped))
    draw_injections(mapped, ax, heading)
    return {"injections": figure}


def _calendars(marked: pd.DataFrame, treatments: pd.DataFrame) -> dict[str, Figure]:
    figures = {}
    for page, months in enumerate(calendar_pages(marked)):
        figure, (ax,) = new_figure(2.5 + 0.345 * len(months) if len(months) else EMPTY_CM)
        draw_calendar(marked, treatments, ax, months)
        figures[_calendar_name(page)] = figure
    return figures


def _calendar_name(page: int) -> str:
    return f"calendar-{page + 1}" if page else "calendar"


def _medication(marked: pd.DataFrame) -> Figure:
    """One panel for each class that was used."""
    used = medicines_used(marked)
    figure, axes = new_figure(EMPTY_CM + 2.5 * len(used), panels=max(1, len(used)))
    for medicine, ax in zip(used or ["acute"], axes, strict=True):
        draw_medication(marked, ax, medicine, title=TITLE if ax is axes[0] else "")
    return figure


def chart_texts(
    marked: pd.DataFrame,
    windows: pd.DataFrame,
    outcomes: pd.DataFrame,
    treatments: pd.DataFrame | None = None,
    injections: pd.DataFrame | None = None,
) -> dict[str, str]:
    """The text alternative of each chart, under the same names; of the injection map where it is drawn."""
    treatments = facts_frame((), TREATMENTS) if treatments is None else treatments
    mapped, heading = latest_map(windows, treatments, injections)
    month = marked["date"].dt.to_period("M")
    pages = {_calendar_name(page): marked[month.isin(months)] for page, months in enumerate(calendar_pages(marked))}
    return {
        **{stem: describe_calendar(days) for stem, days in pages.items()},
        "blocks": describe_blocks(windows, outcomes),
        "severity": describe_severity(marked, windows),
        "medication": describe_medication(marked),
        "phases": describe_phases(outcomes),
        "rounds": describe_rounds(outcomes),
        "course": describe_course(windows, outcomes, treatments),
        **({} if mapped.empty else {"injections": describe_injections(mapped, heading)}),
    }


def save_charts(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write each figure as PNG (200 dots an inch) and SVG into the folder; the same figure gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with rc_context(RC):
        for stem, figure in figures.items():
            png, svg = folder / f"{stem}.png", folder / f"{stem}.svg"
            figure.savefig(png, dpi=PRINT_DPI, metadata={"Software": None})
            figure.savefig(svg, metadata={"Date": None})
            written += [png, svg]
    return written
