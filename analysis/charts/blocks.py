"""Headache days in each 28 days: the baseline, then every cycle's phases, with how sure we are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from analysis.charts import timeline
from analysis.charts.style import (
    AFTER,
    BASELINE,
    INK,
    PALE,
    QUIET,
    RC,
    TEXT,
    hatched,
    level_line,
    open_bars,
    plain,
    say,
    solid,
    symbol,
)
from analysis.reports.words import number

TITLE = "Headache days per 28 days"
SESSION_HEIGHT = 29.4
MEASURE = "headache_days"
FEW = 40
"""Up to so many blocks the intervals are drawn bold."""


def draw_blocks(windows: pd.DataFrame, outcomes: pd.DataFrame, treatments: pd.DataFrame, ax: Axes) -> Axes:
    """Headache days per 28 days (0-28) in the baseline and in each phase of each cycle, over time.

    A filled bar is what was counted, the hatched part above it the days that nobody logged: its lower edge
    holds if all of them were free, its upper edge if all had headache. The dot is the estimate; the line is the
    interval of the change, drawn from the baseline, so that a line wholly below the baseline is a clear fall.
    A window in which too little is logged is hatched from top to bottom.
    """
    shown = block_table(windows, outcomes)
    if shown.empty:
        return say(ax, TITLE, "There is no baseline and no cycle to show yet.")
    with rc_context(RC):
        timeline.block_axes(ax, shown)
        _draw_bars(ax, shown)
        _draw_estimates(ax, shown)
        _draw_baseline(ax, shown)
        cosmetic = timeline.mark_sessions(treatments, ax, SESSION_HEIGHT)
        ax.set_ylim(-timeline.LANE * timeline.mark_lanes(treatments, ax), 33)
        plain(ax, TITLE, _key(shown, outcomes, cosmetic), columns=3)
    return ax


def block_table(windows: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row a block in calendar order: *value*, *sure* (all missing days free), *most* (none free), *low*, *high*.

    All are headache days per 28 days; *low* and *high* limit the change and are drawn from the baseline, 0-28.
    """
    rows = outcomes[outcomes["measure"].eq(MEASURE)]
    after = rows.rename(columns={"after": "value", "if_missing_free": "sure", "if_missing_headache": "most"})
    after["low"] = (rows["before"] + rows["low"]).clip(0, 28)
    after["high"] = (rows["before"] + rows["high"]).clip(0, 28)
    columns = ["cycle", "phase", "value", "sure", "most", "low", "high"]
    values = pd.concat([_baseline_row(rows), after[columns]], ignore_index=True)
    return timeline.blocks(windows).merge(values, how="left", on=["cycle", "phase"])


def _baseline_row(rows: pd.DataFrame) -> pd.DataFrame:
    """The baseline as a block: its rate is in every outcome row, its open share follows from the counts."""
    first = rows.dropna(subset="before").head(1)
    days = first["before_days"].astype("Float64")
    counted = first["before"] * first["before_logged"] / 28
    return pd.DataFrame(
        {
            "cycle": pd.array([0] * len(first), dtype="Int16"),
            "phase": pd.array(["baseline"] * len(first), dtype="string"),
            "value": first["before"].to_numpy(),
            "sure": (counted * 28 / days).to_numpy(),
            "most": ((counted + days - first["before_logged"]) * 28 / days).to_numpy(),
            "low": pd.array([pd.NA] * len(first), dtype="Float64"),
            "high": pd.array([pd.NA] * len(first), dtype="Float64"),
        }
    ).astype(dict.fromkeys(("value", "sure", "most"), "Float64"))


def _column(shown: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return shown[name].to_numpy(dtype=float, na_value=np.nan)


def _draw_bars(ax: Axes, shown: pd.DataFrame) -> None:
    left, width = timeline.edges(shown)
    value, sure, most = (_column(shown, name) for name in ("value", "sure", "most"))
    known = ~np.isnan(value)
    colours = shown["phase"].map({"baseline": BASELINE, "late": PALE}).fillna(AFTER).to_numpy(dtype=object)
    ax.bar(left[known], sure[known], width[known], align="edge", color=list(colours[known]), zorder=2)
    gap = known & (most - sure > 1e-9)
    open_bars(ax, left[gap], sure[gap], (most - sure)[gap], width[gap])
    open_bars(ax, left[~known], 0, 28, width[~known])
    for x in (left + width / 2)[~known & (width * timeline.points_per_day(ax) > TEXT * 1.3)]:
        ax.text(x, 14, "cannot tell", rotation=90, ha="center", va="center", fontsize=TEXT, zorder=3, bbox=_paper())


def _paper() -> dict[str, Any]:
    return {"facecolor": "white", "edgecolor": "none", "pad": 1.0}


def _draw_estimates(ax: Axes, shown: pd.DataFrame) -> None:
    left, width = timeline.edges(shown)
    middle = left + width / 2
    value = _column(shown, "value")
    few = len(shown) <= FEW
    low, high = _column(shown, "low"), _column(shown, "high")
    ax.vlines(middle, low, high, color=INK if few else QUIET, linewidth=1.1 if few else 0.5, zorder=3)
    faces = np.where(shown["usable"].to_numpy(dtype=bool), INK, "white")
    ax.scatter(middle, value, 14 if few else 5, list(faces), marker="o", edgecolors=INK, linewidths=0.8, zorder=3.5)


def _draw_baseline(ax: Axes, shown: pd.DataFrame) -> None:
    for value in shown.loc[shown["phase"].eq("baseline"), "value"].dropna():
        level_line(ax, value, f"baseline\n{number(value)}")


def _key(shown: pd.DataFrame, outcomes: pd.DataFrame, cosmetic: NDArray[np.bool_]) -> list[Any]:
    level = outcomes["level"].dropna().head(1)
    share = "".join(f"{100 * value:g} % " for value in level)
    key: list[Any] = [
        solid(BASELINE, "counted in the baseline"),
        solid(AFTER, "counted in weeks 1–12"),
        hatched("days not logged"),
        Line2D(
            [],
            [],
            color=INK,
            marker="o",
            markersize=3.5,
            linewidth=1.1,
            label=f"estimate, {share}interval of the change",
        ),
    ]
    if shown["phase"].eq("late").any():
        key.append(solid(PALE, "counted after week 12"))
    if (~shown["usable"] & shown["value"].notna()).any():
        key.append(symbol("o", "few days logged", "white", INK))
    return [*key, *timeline.session_key(cosmetic, "v")]


def describe_blocks(windows: pd.DataFrame, outcomes: pd.DataFrame) -> str:
    """The block chart in words: baseline, range and last value after the sessions, and what cannot be told."""
    shown = block_table(windows, outcomes)
    if shown.empty:
        return "Headache days per 28 days: there is no baseline and no cycle to show yet."
    is_baseline = shown["phase"].eq("baseline")
    before, after = shown.loc[is_baseline, "value"].dropna(), shown.loc[~is_baseline, "value"]
    known = after.dropna()
    text = f"Headache days per 28 days: {number(before.iloc[0])} at baseline" if len(before) else TITLE
    if len(known):
        low, high, last = map(number, (known.min(), known.max(), known.iloc[-1]))
        text += f"; after the sessions between {low} and {high}, {last} at the end"
    unknown = int(shown["value"].isna().sum())
    return text + (f". In {unknown} of {len(shown)} windows too few days are logged to tell." if unknown else ".")
