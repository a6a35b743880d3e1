"""What there is of each cycle of everyone who started: enough days, too few, none, stopped before, or not over yet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.charts.style import FREE, HATCH, INK, OPEN, RC, TEXT, plain, say
from analysis.reports import words

TITLE = "What is known of each cycle, of everyone who started"
NOTHING = "Nobody has started yet."
PARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "usable": ("enough days logged", {"facecolor": "#0b2f5c"}),
    "low_completeness": ("low completeness", {"facecolor": "#3c82bb"}),
    "cannot_tell": ("too few days to tell", {"facecolor": "#93c0e0"}),
    "no_days": ("no day logged", {"facecolor": "white", "edgecolor": OPEN, "hatch": HATCH}),
    "stopped_before": ("stopped before", {"facecolor": "#e6e6e6", "edgecolor": "#5f5f5f", "hatch": "...."}),
    "not_yet": ("not over yet", {"facecolor": FREE}),
}
"""Each part with its name and its fill, from what is known to what is not."""

INKS = {"usable": "white", "low_completeness": "white"}
ROOM = 4.0
"""A part gets its number where it is at least so many per cent wide."""


def draw_missing(missing: pd.DataFrame, ax: Axes) -> Axes:
    """A bar for each cycle, in parts of everyone who started; numbers that are left out have no part."""
    shares = part_shares(missing)
    if shares.empty:
        return say(ax, TITLE, NOTHING)
    with rc_context(RC):
        place = np.arange(len(missing))[::-1]
        left = np.zeros(len(missing))
        for name, (_, look) in PARTS.items():
            width = shares[name].to_numpy()
            ax.barh(place, width, 0.72, left, linewidth=0.5, **{"edgecolor": "white", **look})
            _write(ax, place, left, width, missing[name], INKS.get(name, INK))
            left = left + width
        ax.set_yticks(place, ["baseline", *(f"cycle {cycle}" for cycle in missing["cycle"].iloc[1:])])
        ax.set_xlim(0, 100)
        ax.set_xticks(range(0, 101, 25), [f"{share} %" for share in range(0, 101, 25)])
        key = [Patch(label=label, **{"edgecolor": "none", **look}) for label, look in PARTS.values()]
        plain(ax, TITLE, key, columns=3)
    return ax


def part_shares(missing: pd.DataFrame) -> pd.DataFrame:
    """Each part in per cent of everyone who started; 0 where the number is left out. Empty where nobody started."""
    counts = missing[list(PARTS)].astype("Float64").fillna(0).astype(float)
    started = counts.sum(axis=1).max()
    return 100 * counts / started if started > 0 else counts.iloc[:0]


def _write(ax: Axes, place: Any, left: Any, width: Any, counts: pd.Series[Any], ink: str) -> None:
    for y, start, wide, count in zip(place, left, width, counts, strict=True):
        if wide >= ROOM:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8} if ink == INK else None
            ax.text(
                start + wide / 2, y, f"{int(count):,}", ha="center", va="center", fontsize=TEXT, color=ink, bbox=box
            )


def describe_missing(missing: pd.DataFrame) -> str:
    """The chart in words."""
    if part_shares(missing).empty:
        return f"{TITLE}: {NOTHING}"
    said = []
    for row in missing.to_dict("records"):
        known = [
            f"{label} {int(row[name]):,}" for name, (label, _) in PARTS.items() if pd.notna(row[name]) and row[name]
        ]
        when = f"cycle {row['cycle']}" if row["cycle"] else "baseline"
        said.append(f"{when}: {words.listed(known) if known else words.NOT_TOLD}")
    return f"{TITLE}. {'. '.join(said)}."
