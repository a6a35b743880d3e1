"""The visual language of every chart: print sizes, colours that survive grey print, one way to show what is missing.

Headache is one blue, darker where worse; a treatment is vermilion; a day that nobody logged is open and hatched,
never empty. The steps of the ramp differ by at least 12 units of CIE lightness, so that they stay apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

Place = Literal["lower left", "upper left"]

WIDTH_CM = 17.0
"""The text width of an A4 page with 2 cm margins; charts are drawn at the size at which they are printed."""

TEXT = 8.0
"""Smallest text in any chart, in points."""

TITLE = 9.5

INK = "#222222"
QUIET = "#5f5f5f"
RULE = "#d9d9d9"
OPEN = "#8c8c8c"
ASSUMED_EDGE = "#b9c6cc"
FREE = "#dde6eb"
SEVERITY_COLOURS = {"mild": "#93c0e0", "moderate": "#3c82bb", "severe": "#0b2f5c"}
UNSTATED = "#6f7f8c"
BASELINE = "#c4c4c4"
AFTER = "#8fbbd9"
PALE = "#cfe2f0"
OVER_LIMIT = SEVERITY_COLOURS["severe"]
SESSION = "#d55e00"
HATCH = "//////"

RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "legend.fontsize": TEXT,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "migraine-diary",
}
"""What matplotlib is told. Letters become outlines, so that a chart needs no font where it is shown."""


def new_figure(height_cm: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the text of an A4 page, with *panels* axes one below the other that share their x axis."""
    with mpl.rc_context(RC):
        figure = Figure(figsize=(WIDTH_CM / 2.54, height_cm / 2.54), layout="constrained")
        axes = figure.subplots(panels, 1, sharex=True, squeeze=False)[:, 0]
    return figure, list(axes)


def plain(ax: Axes, title: str, key: Sequence[Any] = (), columns: int = 4) -> None:
    """Take away all ink that says nothing; put the title, and below it the *key* to the fills, above the axes."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(OPEN)
    ax.tick_params(length=0, colors=QUIET, labelsize=TEXT)
    ax.set_axisbelow(True)
    lines = -(-len(key) // columns)
    ax.set_title(title, loc="left", fontsize=TITLE, fontweight="bold", color=INK, pad=6 + 13 * lines)
    if key:
        put_key(ax, key, columns, loc="lower left", anchor=(0, 1))


def put_key(ax: Axes, key: Sequence[Any], columns: int, loc: Place, anchor: tuple[float, float]) -> None:
    """What the fills mean, in one or two lines without a frame."""
    ax.legend(
        handles=key,
        loc=loc,
        bbox_to_anchor=anchor,
        ncols=columns,
        frameon=False,
        borderaxespad=0,
        borderpad=0.2,
        fontsize=TEXT,
        handlelength=1.4,
        handleheight=1.0,
        handletextpad=0.5,
        columnspacing=1.6,
    )


def solid(colour: str, label: str) -> Patch:
    """The key to a filled area."""
    return Patch(facecolor=colour, edgecolor="none", label=label)


def hatched(label: str) -> Patch:
    """The key to days that are not logged."""
    return Patch(facecolor="white", edgecolor=OPEN, hatch=HATCH, linewidth=0.5, label=label)


def symbol(marker: str, label: str, face: str, edge: str = SESSION) -> Line2D:
    """The key to a marker."""
    return Line2D(
        [], [], linestyle="none", marker=marker, markersize=5.5, markerfacecolor=face, markeredgecolor=edge, label=label
    )


def open_bars(ax: Axes, left: Any, bottom: Any, height: Any, width: Any) -> None:
    """Days that are not logged, as open hatched bars on top of what is known."""
    ax.bar(
        left,
        height,
        width,
        bottom=bottom,
        align="edge",
        facecolor="white",
        edgecolor=OPEN,
        hatch=HATCH,
        linewidth=0.5,
        zorder=1.5,
    )


def say(ax: Axes, title: str, sentence: str) -> Axes:
    """A chart that has nothing to draw says so in a sentence."""
    ax.set_axis_off()
    ax.set_title(title, loc="left", fontsize=TITLE, fontweight="bold", color=INK)
    ax.text(0.0, 0.9, sentence, transform=ax.transAxes, fontsize=TEXT, color=QUIET, va="top")
    return ax


def level_line(ax: Axes, y: float, text: str) -> None:
    """A dashed level across the chart with its name at the right, seen on pale and on dark fills alike."""
    ax.axhline(y, color="white", linewidth=2.2, alpha=0.8, zorder=2.5)
    ax.axhline(y, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2.6)
    label_right(ax, y, text)


def label_right(ax: Axes, y: float, text: str, colour: str = INK) -> None:
    """A direct label in the right margin, at the height of what it names."""
    ax.annotate(
        text,
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=TEXT,
        color=colour,
        annotation_clip=False,
    )


def shorten(text: str, letters: int) -> str:
    """The text, cut to so many letters if it is longer.

    >>> shorten("candesartan cilexetil", 12)
    'candesartan…'
    """
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def spread(heights: NDArray[np.float64], gap: float, top: float) -> NDArray[np.float64]:
    """Heights moved apart, from 0 to *top*, so that neighbours are at least *gap* from each other, in the same order.

    >>> spread(np.array([5.0, 5.0, 9.0]), gap=2, top=28).tolist()
    [4.0, 6.0, 9.0]
    >>> spread(np.array([28.0, 28.0]), gap=2, top=28).tolist()
    [26.0, 28.0]
    """
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(heights))
    placed = np.empty(len(heights))
    placed[order] = np.clip(_pooled(heights[order] - steps), 0, top - gap * (len(heights) - 1)) + steps
    return placed


def _pooled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest values that never fall (pool adjacent violators): labels that would cross share a mean."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, size = float(value), 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    return np.repeat([mean for mean, _ in pools], [size for _, size in pools])
