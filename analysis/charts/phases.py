"""The course inside a cycle: weeks 1-4, 5-8 and 9-12 after each session, all cycles on top of each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import NDArray

from analysis.charts.style import (
    AFTER,
    OPEN,
    QUIET,
    RC,
    RULE,
    SEVERITY_COLOURS,
    TEXT,
    level_line,
    plain,
    say,
    spread,
)
from analysis.charts.timeline import SHORTEST_DAYS
from analysis.reports.words import number

TITLE = "Headache days per 28 days within a cycle"
PHASES = ("1-4", "5-8", "9-12", "late")
LATE_PLACE = 3.0
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
FEW = 8
"""Up to so many cycles each line has its name."""


def draw_phases(outcomes: pd.DataFrame, ax: Axes) -> Axes:
    """Headache days per 28 days in weeks 1-4, 5-8 and 9-12 of each cycle, thin; their mean, bold; the baseline, dashed.

    Days after week 12 stand apart and are in no mean. A phase in which too little is logged is a gap in its line;
    under each phase stands how many cycles it rests on.
    """
    table = phase_table(outcomes)
    if table.isna().all(axis=None):
        return say(ax, TITLE, "There is no cycle with enough logged days yet.")
    with rc_context(RC):
        _label_axes(ax, table)
        ax.plot(range(3), table.iloc[:, :3].T.to_numpy(), color=AFTER, linewidth=1, marker="o", markersize=3)
        ax.plot([LATE_PLACE] * len(table), table["late"], "o", color=AFTER, markersize=3)
        _draw_mean(ax, table)
        _name_cycles(ax, table)
        _draw_baseline(ax, outcomes)
        plain(ax, TITLE)
    return ax


def phase_table(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Headache days per 28 days, a row a cycle, a column a phase; missing where it cannot be told."""
    rows = outcomes[outcomes["measure"].eq("headache_days") & outcomes["phase"].isin(PHASES)]
    rows = rows[~(rows["after_days"] < SHORTEST_DAYS).fillna(False)]
    wide = rows.pivot(index="cycle", columns="phase", values="after")
    return wide.reindex(columns=list(PHASES)).astype(float)


def _label_axes(ax: Axes, table: pd.DataFrame) -> None:
    late = bool(table["late"].notna().any())
    places = [0, 1, 2, LATE_PLACE] if late else [0, 1, 2]
    names = [f"weeks {phase.replace('-', '–')}" for phase in PHASES[:3]] + ["after week 12"]
    counts = table.notna().sum()
    ax.set_xticks(places, [f"{names[i]}\n{_cycles(int(counts.iloc[i]))}" for i in range(len(places))])
    ax.set_xlim(-0.3, LATE_PLACE + 0.5 if late else 2.6)
    ax.set_ylim(0, 28)
    ax.set_yticks(range(0, 29, 7))
    ax.yaxis.grid(True, color=RULE, linewidth=0.5)
    ax.set_ylabel("days per 28 days")


def _cycles(count: int) -> str:
    return f"{count} cycle" if count == 1 else f"{count} cycles"


def _draw_mean(ax: Axes, table: pd.DataFrame) -> None:
    mean = table.iloc[:, :3].mean()
    dark = SEVERITY_COLOURS["severe"]
    ax.plot(range(3), mean, color=dark, linewidth=2.6, marker="o", markersize=5, zorder=3)
    ax.annotate("mean", (0, mean.iloc[0]), (-6, 0), textcoords="offset points", ha="right", va="center", color=dark)


def _name_cycles(ax: Axes, table: pd.DataFrame) -> None:
    """Write each cycle's number beside its last point, and beside its late days; none where they are too many."""
    if len(table) > FEW:
        return
    gap = 28 * TEXT * 1.15 / (ax.bbox.height / ax.get_figure(root=True).dpi * 72)  # type: ignore[union-attr]
    for place, column in ((2, "9-12"), (LATE_PLACE, "late")):
        known = table[column].dropna()
        _write(ax, place, known, spread(known.to_numpy(), gap, 28))


def _write(ax: Axes, place: float, known: pd.Series[float], heights: NDArray[np.float64]) -> None:
    for cycle, value, height in zip(known.index, known, heights, strict=True):
        ax.plot([place + 0.03, place + 0.09], [value, height], color=OPEN, linewidth=0.5)
        ax.text(place + 0.1, height, f"cycle {cycle}", va="center", fontsize=TEXT, color=QUIET, zorder=4, bbox=PAPER)


def _draw_baseline(ax: Axes, outcomes: pd.DataFrame) -> None:
    for value in outcomes.loc[outcomes["measure"].eq("headache_days"), "before"].dropna().head(1):
        level_line(ax, value, f"baseline\n{number(value)}")


def describe_phases(outcomes: pd.DataFrame) -> str:
    """The phase chart in words: the mean of each phase and how many cycles it rests on."""
    table = phase_table(outcomes)
    if table.isna().all(axis=None):
        return "Headache days within a cycle: there is no cycle with enough logged days yet."
    parts = [
        f"weeks {phase} {number(table[phase].mean())} ({_cycles(int(table[phase].notna().sum()))})"
        for phase in PHASES[:3]
        if table[phase].notna().any()
    ]
    before = outcomes.loc[outcomes["measure"].eq("headache_days"), "before"].dropna()
    baseline = f"; baseline {number(before.iloc[0])}" if len(before) else ""
    return f"Headache days per 28 days within a cycle, mean of the cycles: {', '.join(parts)}{baseline}."
