"""The charts: tables in, axes out, drawn at print size and readable in grey.

Each ``draw_*`` takes canonical tables and axes and returns the axes; each ``describe_*`` says the same in words,
for readers who cannot see it. ``marked`` is the day table of one patient with the flags of the day rules. Threads may
ask for charts at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import NamedTuple

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
    "OPTIONAL_CHARTS",
    "Shown",
    "calendar_pages",
    "chart_figure",
    "chart_figures",
    "chart_names",
    "chart_text",
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
    "svg_bytes",
]

DRAWING = RLock()
"""Matplotlib's settings are those of the whole program, so one chart is drawn at a time, whoever asks."""

OPTIONAL_CHARTS = ("calendar-[0-9]*", "injections")
"""Those that one diary has and another has not."""

PRINT_DPI = 200
EMPTY_CM = 2.0
LANE_CM = 0.6


class Shown(NamedTuple):
    """The tables that the charts of one patient are drawn from; *injections* None = no map.

    *word* says in another language what a chart breaks into lines; its other texts can be reworded afterwards.
    """

    marked: pd.DataFrame
    windows: pd.DataFrame
    outcomes: pd.DataFrame
    treatments: pd.DataFrame
    injections: pd.DataFrame | None = None
    word: Callable[[str], str] = str

    @property
    def mapped(self) -> tuple[pd.DataFrame, str]:
        """What the injection map shows, and what to call it; empty where there is no such session."""
        return latest_map(self.windows, self.treatments, self.injections)

    @property
    def calendars(self) -> dict[str, pd.PeriodIndex]:
        """The months of each calendar, by its name."""
        pages = calendar_pages(self.marked)
        return {f"calendar-{page + 1}" if page else "calendar": months for page, months in enumerate(pages)}

    @property
    def height(self) -> float:
        """1 where there are blocks to draw; without any, the charts of blocks hold a sentence only, and it is 0."""
        return 1.0 if len(blocks(self.windows)) else 0.0


def chart_names(shown: Shown) -> list[str]:
    """The charts that there are: calendar, blocks, severity, medication, phases, rounds, course, perhaps injections.

    A diary of more than 60 months has further calendars in order of time: ``calendar-2``, ``calendar-3``, …
    ``injections`` is the map of the latest session, where one is recorded by muscle.
    """
    return [*shown.calendars, *FIGURES, *([] if shown.mapped[0].empty else ["injections"])]


def chart_figure(name: str, shown: Shown) -> Figure:
    """The chart of that name, one of :func:`chart_names`."""
    with DRAWING:
        if name in FIGURES:
            return FIGURES[name](shown)
        return _injection_map(shown) if name == "injections" else _calendar(shown, shown.calendars[name])


def chart_text(name: str, shown: Shown) -> str:
    """What the chart of that name says, for readers who cannot see it."""
    if name in TEXTS:
        return TEXTS[name](shown)
    if name == "injections":
        return describe_injections(*shown.mapped)
    return describe_calendar(shown.marked[shown.marked["date"].dt.to_period("M").isin(shown.calendars[name])])


def chart_figures(
    marked: pd.DataFrame,
    windows: pd.DataFrame,
    outcomes: pd.DataFrame,
    treatments: pd.DataFrame,
    injections: pd.DataFrame | None = None,
) -> dict[str, Figure]:
    """Every chart of one patient under its file name; see :func:`chart_names`."""
    shown = Shown(marked, windows, outcomes, treatments, injections)
    return {name: chart_figure(name, shown) for name in chart_names(shown)}


def chart_texts(
    marked: pd.DataFrame,
    windows: pd.DataFrame,
    outcomes: pd.DataFrame,
    treatments: pd.DataFrame | None = None,
    injections: pd.DataFrame | None = None,
) -> dict[str, str]:
    """The text alternative of each chart, under the same names; of the injection map where it is drawn."""
    treatments = facts_frame((), TREATMENTS) if treatments is None else treatments
    shown = Shown(marked, windows, outcomes, treatments, injections)
    return {name: chart_text(name, shown) for name in chart_names(shown)}


def _calendar(shown: Shown, months: pd.PeriodIndex) -> Figure:
    figure, (ax,) = new_figure(2.5 + 0.345 * len(months) if len(months) else EMPTY_CM)
    draw_calendar(shown.marked, shown.treatments, ax, months)
    return figure


def _blocks(shown: Shown) -> Figure:
    lanes = others(shown.treatments)["product"].nunique()
    figure, (ax,) = new_figure(EMPTY_CM + (6.5 + LANE_CM * lanes) * shown.height)
    draw_blocks(shown.windows, shown.outcomes, shown.treatments, ax)
    return figure


def _severity(shown: Shown) -> Figure:
    figure, (ax,) = new_figure(EMPTY_CM + 5 * shown.height)
    draw_severity(shown.marked, shown.windows, ax)
    return figure


def _medication(shown: Shown) -> Figure:
    """One panel for each class that was used."""
    used = medicines_used(shown.marked)
    figure, axes = new_figure(EMPTY_CM + 2.5 * len(used), panels=max(1, len(used)))
    for medicine, ax in zip(used or ["acute"], axes, strict=True):
        draw_medication(shown.marked, ax, medicine, title=TITLE if ax is axes[0] else "")
    return figure


def _phases(shown: Shown) -> Figure:
    figure, (ax,) = new_figure(EMPTY_CM + 5.5 * shown.height)
    draw_phases(shown.outcomes, ax)
    return figure


def _rounds(shown: Shown) -> Figure:
    figure, (ax,) = new_figure(EMPTY_CM + 5.5 * shown.height)
    draw_rounds(shown.outcomes, ax)
    return figure


def _course(shown: Shown) -> Figure:
    figure, (ax,) = new_figure(EMPTY_CM + 6.5 * shown.height)
    draw_course(shown.windows, shown.outcomes, shown.treatments, ax)
    return figure


def _injection_map(shown: Shown) -> Figure:
    mapped, heading = shown.mapped
    figure, (ax,) = new_figure(map_height(mapped, shown.word))
    draw_injections(mapped, ax, heading, shown.word)
    return figure


FIGURES: dict[str, Callable[[Shown], Figure]] = {
    "blocks": _blocks,
    "severity": _severity,
    "medication": _medication,
    "phases": _phases,
    "rounds": _rounds,
    "course": _course,
}
"""How each chart is drawn that every diary has, besides its calendars."""

TEXTS: dict[str, Callable[[Shown], str]] = {
    "blocks": lambda shown: describe_blocks(shown.windows, shown.outcomes),
    "severity": lambda shown: describe_severity(shown.marked, shown.windows),
    "medication": lambda shown: describe_medication(shown.marked),
    "phases": lambda shown: describe_phases(shown.outcomes),
    "rounds": lambda shown: describe_rounds(shown.outcomes),
    "course": lambda shown: describe_course(shown.windows, shown.outcomes, shown.treatments),
}
"""What each of them says."""


def save_charts(figures: Mapping[str, Figure], folder: Path, earlier: Iterable[str] = ()) -> list[Path]:
    """Write each figure as PNG (200 dots an inch) and SVG into the folder; the same figure gives the same bytes.

    *earlier* are the names, or patterns of names, of charts that may lie there from another time, and may show what
    this time is left out: those that are not drawn now are deleted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in (path for name in earlier for kind in ("png", "svg") for path in folder.glob(f"{name}.{kind}")):
        if left.stem not in figures:
            left.unlink()
    written = []
    for stem, figure in figures.items():
        png, svg = folder / f"{stem}.png", folder / f"{stem}.svg"
        with DRAWING, rc_context(RC):
            figure.draw_without_rendering()
            figure.set_layout_engine(None)  # laid out once, for both
            figure.savefig(png, dpi=PRINT_DPI, metadata={"Software": None})
        svg.write_bytes(svg_bytes(figure))
        written += [png, svg]
    return written


def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG; the same figure gives the same bytes."""
    drawn = BytesIO()
    with DRAWING, rc_context(RC):
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()
