"""How bad the headache days were: mild, moderate and severe days in each block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.charts import timeline
from analysis.charts.style import RC, SEVERITY_COLOURS, TEXT, UNSTATED, hatched, open_bars, plain, say
from analysis.reports.words import number

TITLE = "Severity of the headache days"
STACK = {"severe": 3, "moderate": 2, "mild": 1, "not stated": 0}
FILLS: dict[str, dict[str, Any]] = {
    **{name: {"facecolor": colour} for name, colour in SEVERITY_COLOURS.items()},
    "not stated": {"facecolor": "white", "edgecolor": UNSTATED, "hatch": "oo", "linewidth": 0.5},
}
MISSING = "not logged"
HEIGHT = 30.0


def draw_severity(marked: pd.DataFrame, windows: pd.DataFrame, ax: Axes) -> Axes:
    """Severe, moderate and mild headache days per 28 calendar days of each block, days not logged hatched on top."""
    shown = severity_table(marked, windows)
    if shown.empty:
        return say(ax, TITLE, "There is no baseline and no cycle to show yet.")
    with rc_context(RC):
        timeline.block_axes(ax, shown)
        _draw_stack(ax, shown)
        _name_cycles(ax, shown)
        ax.set_ylim(0, 32)
        used = [name for name in STACK if shown[name].any()]
        key: list[Any] = [Patch(label=name, **FILLS[name]) for name in used]
        plain(ax, TITLE, [*key, hatched(MISSING)] if shown[MISSING].any() else key, columns=5)
    return ax


def severity_table(marked: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """The blocks with their headache days by worst severity, and their days not logged, each × 28 ÷ calendar days."""
    shown = timeline.blocks(windows)
    headache = marked["headache_day"].to_numpy(dtype=bool, na_value=False)
    peak = marked["peak"].to_numpy(dtype=float, na_value=0)
    share = 28 / shown["days"].to_numpy(dtype=float)
    for name, severity in STACK.items():
        shown[name] = _inside(marked, shown, headache & (peak == severity)) * share
    known = marked["headache_day"].notna().to_numpy()
    shown[MISSING] = 28 - _inside(marked, shown, known) * share
    return shown


def _inside(marked: pd.DataFrame, shown: pd.DataFrame, flags: Any) -> Any:
    """How many of the flagged days fall into each block: differences of one running count."""
    dates = marked["date"].to_numpy()
    order = np.argsort(dates, kind="stable")
    running = np.concatenate([[0], np.cumsum(flags[order])])
    first, outside = (np.searchsorted(dates[order], shown[side].to_numpy()) for side in ("start", "end"))
    return running[outside] - running[first]


def _draw_stack(ax: Axes, shown: pd.DataFrame) -> None:
    left, width = timeline.edges(shown)
    bottom = np.zeros(len(shown))
    for name in STACK:
        height = shown[name].to_numpy()
        some = height > 0
        ax.bar(left[some], height[some], width[some], bottom[some], align="edge", zorder=2, **FILLS[name])
        bottom = bottom + height
    missing = shown[MISSING].to_numpy()
    gap = missing > 1e-9
    open_bars(ax, left[gap], bottom[gap], missing[gap], width[gap])


def _name_cycles(ax: Axes, shown: pd.DataFrame) -> None:
    """A triangle where each cycle begins; "baseline" and the cycles' names above, where there is room for them."""
    spans = shown.groupby("cycle").agg(start=("start", "min"), end=("end", "max"))
    left, right = timeline.numbers(spans["start"]), timeline.numbers(spans["end"])
    timeline.triangles(ax, left[spans.index > 0], HEIGHT)
    room = (right - left) * timeline.points_per_day(ax)
    for cycle, start, points in zip(spans.index, left, room, strict=True):
        name = f"cycle {cycle}" if cycle else "baseline"
        if points > len(name) * TEXT * 0.6:
            ax.annotate(name, (start, HEIGHT), (5, 0), textcoords="offset points", va="center", fontsize=TEXT)


def describe_severity(marked: pd.DataFrame, windows: pd.DataFrame) -> str:
    """The severity chart in words: the first and the last block."""
    shown = severity_table(marked, windows)
    if shown.empty:
        return "Severity of the headache days: there is no baseline and no cycle to show yet."
    said = f"Days per 28 days by worst severity. First block: {_words(shown.iloc[0])}."
    return said if len(shown) == 1 else f"{said} Last of {len(shown)} blocks: {_words(shown.iloc[-1])}."


def _words(block: pd.Series[Any]) -> str:
    return ", ".join(f"{number(block[name])} {name}" for name in (*STACK, MISSING) if block[name] > 0) or "no headache"
