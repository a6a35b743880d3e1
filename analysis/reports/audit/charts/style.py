"""What the charts of an audit share: three looks that stay apart in grey print, and the reach of an interval."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts.style import INK, OPEN, RULE, SEVERITY_COLOURS

Dash = Literal["-", "--", ":"]

LOOKS: tuple[tuple[str, Dash, str], ...] = (
    ("o", "-", SEVERITY_COLOURS["severe"]),
    ("s", "--", "#d55e00"),
    ("^", ":", "#6f7f8c"),
)
"""Marker, line and colour of up to three things that are compared: told apart by shape too."""


def limits(ax: Axes, x: Any, low: Any, high: Any, colour: str) -> None:
    """An interval as a line with short ends."""
    ax.vlines(x, low, high, color=colour, linewidth=1.1, zorder=2)
    ax.plot(x, low, linestyle="none", marker="_", markersize=5, color=colour, zorder=2)
    ax.plot(x, high, linestyle="none", marker="_", markersize=5, color=colour, zorder=2)


def zero_line(ax: Axes) -> None:
    """Where nothing changed."""
    ax.axhline(0, color=INK, linewidth=0.9, zorder=1)


def rules(ax: Axes) -> None:
    """Pale lines across, behind everything."""
    ax.yaxis.grid(True, color=RULE, linewidth=0.5)
    ax.tick_params(colors=OPEN)


def plain_numbers(values: pd.Series[Any]) -> Any:
    """Numbers as matplotlib takes them, NaN where not known."""
    return values.to_numpy(dtype=float, na_value=np.nan)


def cycle_axis(ax: Axes, cycles: list[int], names: list[str] | None = None) -> None:
    """One place for each cycle, with its name below."""
    ax.set_xticks(cycles, names or [f"cycle {cycle}" for cycle in cycles])
    ax.set_xlim(cycles[0] - 0.5, cycles[-1] + 0.5)
