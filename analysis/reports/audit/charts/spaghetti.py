"""Headache days of single patients, baseline and each cycle, as many small panels; only for a clinic's own eyes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.charts.style import INK, OPEN, QUIET, RC, RULE, SESSION, SEVERITY_COLOURS, TEXT, TITLE, WIDTH_CM, shorten
from analysis.reports import words

COLUMNS = 6
MOST = 24
"""Panels that can still be read on half a page."""

ROW_CM = 2.3
HEADING = "Headache days per 28 days of single patients: baseline (0) and each cycle"


def patients_shown(cycles: pd.DataFrame) -> list[str]:
    """At most :data:`MOST` patients with a baseline, evenly spread from the largest fall to the largest rise.

    The change is that of the latest cycle in which it is known; those who stopped before any are not left out, but
    stand at the end.
    """
    counted = cycles.loc[cycles["after"].notna()]
    with_baseline = counted.loc[counted["cycle"] == 0, "patient"]
    latest = counted.loc[counted["cycle"] > 0].sort_values("cycle", kind="stable").groupby("patient")["change"].last()
    order = latest.reindex(with_baseline).sort_values(kind="stable", na_position="last").index.tolist()
    places = np.linspace(0, max(0, len(order) - 1), min(MOST, len(order))).round().astype(int)
    return [str(order[place]) for place in places]


def spaghetti_figure(cycles: pd.DataFrame, stopped: set[str]) -> Figure:
    """A panel for each patient shown: a point for each window that is known, a gap where it is not.

    A cross behind the last point marks who stopped. The panels are not tied to each other, which would take twice as
    long: all have the same limits.
    """
    shown = patients_shown(cycles)
    rows = max(1, -(-len(shown) // COLUMNS))
    most = max(1, int(cycles["cycle"].max())) if len(cycles) else 1
    with rc_context(RC):
        figure = Figure(figsize=(WIDTH_CM / 2.54, (rows * ROW_CM + 1.4) / 2.54), layout="constrained")
        axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for ax, patient in zip(axes, shown, strict=False):
            _panel(ax, cycles.loc[cycles["patient"] == patient], patient, most, patient in stopped)
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
        figure.suptitle(HEADING, x=0.01, ha="left", fontsize=TITLE, fontweight="bold", color=INK)
    return figure


def _panel(ax: Axes, mine: pd.DataFrame, patient: str, most: int, stopped: bool) -> None:
    known = mine.set_index("cycle")["after"].reindex(range(most + 1))
    value: Any = known.to_numpy(dtype=float, na_value=np.nan)
    ax.axhline(value[0], color=OPEN, linewidth=0.8, linestyle=(0, (3, 2)))
    ax.plot(range(most + 1), value, marker="o", markersize=3, linewidth=1.2, color=SEVERITY_COLOURS["severe"])
    if stopped:
        ax.plot(int(mine["cycle"].max()) + 0.6, value[0], marker="x", markersize=5, color=SESSION)
    ax.set_title(shorten(patient, 14), fontsize=TEXT, color=QUIET, loc="left", pad=2)
    ax.set_ylim(0, 29.5)
    ax.set_yticks([0, 14, 28])
    ax.set_xticks(range(0, most + 1, 1 + most // 6))
    ax.set_xlim(-0.4, most + 0.8)
    ax.yaxis.grid(True, color=RULE, linewidth=0.5)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(OPEN)
    ax.tick_params(length=0, colors=QUIET, labelsize=TEXT - 1)
    ax.label_outer()


def describe_spaghetti(cycles: pd.DataFrame) -> str:
    """The chart in words."""
    shown = patients_shown(cycles)
    everyone = int((cycles["after"].notna() & (cycles["cycle"] == 0)).sum())
    return (
        f"{HEADING}: {words.count(len(shown), 'patient')} of {everyone} with a baseline, from the largest fall to the "
        "largest rise. The numbers of every patient are in audit.xlsx."
    )
