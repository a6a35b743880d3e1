"""Everybody's change in one cycle, side by side from the largest fall to the largest rise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from analysis.charts.style import AFTER, RC, SEVERITY_COLOURS, plain, say, solid
from analysis.reports import words
from analysis.reports.audit.charts.style import rules, zero_line

FEW = 200
"""Up to so many people each has a bar of their own."""

STEPS = 1000
"""Steps of the outline of more people than that: finer ones cannot be seen."""


def title(cycle: int) -> str:
    """What the chart shows."""
    return f"Change in headache days per 28 days of each patient in cycle {cycle}"


def draw_waterfall(changes: pd.DataFrame, cycle: int, ax: Axes) -> Axes:
    """A bar for each patient, or the outline of many; below the line: fewer headache days than at baseline."""
    mine = changes.loc[changes["cycle"] == cycle].sort_values("change")
    total = int(mine["n"].sum())
    if not total:
        return say(ax, title(cycle), "No change is known in this cycle.")
    with rc_context(RC):
        edges, heights = outline(mine)
        for fewer, colour in ((True, AFTER), (False, SEVERITY_COLOURS["severe"])):
            side = np.where((heights < 0) == fewer, heights, 0.0)
            ax.stairs(side, edges, fill=True, color=colour, linewidth=0)
        if total <= FEW:
            ax.vlines(edges[1:-1], 0, heights[:-1], color="white", linewidth=0.4)
        zero_line(ax)
        rules(ax)
        ax.set_xlim(0, total)
        ax.set_ylim(top=max(ax.get_ylim()[1], 1.0))
        ax.set_ylabel("days per 28 days")
        ax.set_xlabel(f"{total:,} patients whose change is known, from the largest fall to the largest rise")
        plain(ax, title(cycle), _key(mine), columns=2)
    return ax


def outline(mine: pd.DataFrame) -> tuple[Any, Any]:
    """Edges and heights of the steps: one a person, or :data:`STEPS` of equal width where there are more people."""
    n, change = mine["n"].to_numpy(dtype=int), mine["change"].to_numpy(dtype=float)
    total = int(n.sum())
    edges = np.linspace(0, total, min(total, STEPS) + 1)
    middle = (edges[:-1] + edges[1:]) / 2
    return edges, change[np.searchsorted(np.cumsum(n), middle)]


def _parts(mine: pd.DataFrame) -> tuple[int, int, int]:
    """How many have fewer, as many, and more headache days."""
    sign = np.sign(mine["change"].to_numpy(dtype=float))
    n = mine["n"].to_numpy(dtype=int)
    return int(n[sign < 0].sum()), int(n[sign == 0].sum()), int(n[sign > 0].sum())


def _key(mine: pd.DataFrame) -> list[Any]:
    fewer, same, more = _parts(mine)
    unchanged = f", {same:,} with as many" if same else ""
    return [
        solid(AFTER, f"{fewer:,} with fewer headache days than at baseline{unchanged}"),
        solid(SEVERITY_COLOURS["severe"], f"{more:,} with more"),
    ]


def describe_waterfall(changes: pd.DataFrame, cycle: int) -> str:
    """The chart in words."""
    mine = changes.loc[changes["cycle"] == cycle].sort_values("change")
    if mine.empty:
        return f"{title(cycle)}: no change is known in this cycle."
    fewer, same, more = _parts(mine)
    _, heights = outline(mine)
    return (
        f"{title(cycle)}: {fewer:,} have fewer headache days, {same:,} as many and {more:,} more; the middle one "
        f"{words.signed(float(np.median(heights)))}, from {words.signed(heights[0])} to {words.signed(heights[-1])}."
    )
