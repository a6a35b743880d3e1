"""The long course: every cycle over the years, one mark each, with the sessions and the gaps between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from analysis.charts.style import (
    AFTER,
    BASELINE,
    INK,
    OPEN,
    QUIET,
    RC,
    SESSION,
    SEVERITY_COLOURS,
    TEXT,
    label_right,
    plain,
    say,
    solid,
    spread,
    symbol,
)
from analysis.charts.timeline import block_axes, numbers, points_per_day, triangles
from analysis.course import course_table
from analysis.followup import RESTART
from analysis.reports.words import count, number

TITLE = "The long course: headache days per 28 days in each cycle"
NOTHING = "There is no session in this diary yet."
CYCLE = 84
TOP, SESSION_HEIGHT, UNTOLD = 28, 29.6, -1.7
"""The most that 28 days can have; the heights of the sessions, and of cycles that cannot be told."""

FEW = 15
"""Up to so many cycles the marks are large."""

GAP = "#e8e8e8"
DARK = SEVERITY_COLOURS["severe"]
DASHES = {"baseline": (0, (4, 2)), "typical": (0, (1, 1.5))}
Days = NDArray[np.float64]


def draw_course(windows: pd.DataFrame, outcomes: pd.DataFrame, treatments: pd.DataFrame, ax: Axes) -> Axes:
    """Headache days per 28 days (0-28) in the first 84 days of each cycle, over the years.

    The grey band is the baseline. A dot is a cycle; its line is the interval of the change, drawn from the baseline.
    An open dot has few logged days; an open square below zero is a cycle that cannot be told. A thin line joins
    neighbours and breaks where one cannot be told, and where more than 182 days lie between two sessions: there the
    time without a session is shaded. The units of a session stand above it where they are not those of the one before.
    """
    table = course_table(windows, outcomes, treatments)
    if table.empty:
        return say(ax, TITLE, NOTHING)
    with rc_context(RC):
        _draw_axes(ax, windows)
        _draw_gaps(ax, table, windows)
        _draw_levels(ax, windows, table)
        _draw_cycles(ax, table)
        _draw_sessions(ax, table)
        plain(ax, TITLE, _key(table, windows), columns=3)
    return ax


def _draw_axes(ax: Axes, windows: pd.DataFrame) -> None:
    block_axes(ax, windows, TOP)
    ax.set_ylim(UNTOLD - 1.2, 34)


def _middles(table: pd.DataFrame) -> Days:
    return (numbers(table["session"]) + numbers(table["end"])) / 2


def gaps(table: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """The times without a session: ``start`` and ``end`` in days since 1970, ``days`` between the two sessions.

    Each begins 84 days after a session that is followed by none for more than 182 days; *last* is the first day
    outside the diary. One that has no end yet ends there.
    """
    session = numbers(table["session"])
    after = np.append(session[1:], numbers([last])[0])
    found = pd.DataFrame({"start": session + CYCLE, "end": after, "days": after - session})
    return found[found["days"] > RESTART]


def _draw_gaps(ax: Axes, table: pd.DataFrame, windows: pd.DataFrame) -> None:
    for start, end, days in gaps(table, windows["end"].max()).itertuples(index=False, name=None):
        ax.axvspan(start, end, 0, 1, color=GAP, linewidth=0, zorder=0)
        narrow = (end - start) * points_per_day(ax) < 11 * TEXT
        ax.text(
            (start + end) / 2,
            TOP / 2,
            f"no session for {days:.0f} days" if narrow else f"no session\nfor {days:.0f} days",
            rotation=90 if narrow else 0,
            ha="center",
            va="center",
            color=QUIET,
            zorder=3,
            bbox={"facecolor": GAP, "edgecolor": "none", "pad": 1.0},
        )


def _draw_levels(ax: Axes, windows: pd.DataFrame, table: pd.DataFrame) -> None:
    """The baseline as a bar over its days and a line through all years; the median cycle as a line; both named."""
    found = levels(table)
    base = windows[windows["phase"].eq("baseline")]
    if "baseline" in found:
        left, right = numbers(base["start"]), numbers(base["end"])
        ax.bar(left, found["baseline"], right - left, align="edge", color=BASELINE, zorder=1)
    heights = spread(np.array(list(found.values())), 2 * TEXT * 1.3 * _days_per_point(ax), 34)
    for (name, value), height in zip(found.items(), heights, strict=True):
        ax.axhline(value, color=INK, linewidth=0.9, linestyle=DASHES[name], zorder=1.5)
        label_right(ax, height, f"{name}\n{number(value)}")


def levels(table: pd.DataFrame) -> dict[str, float]:
    """What every cycle can be held against: the baseline, and the median where two usable cycles or more are there."""
    before, usable = table["before"].dropna(), _usable(table)["headache"]
    found = {"baseline": float(before.iloc[0])} if len(before) else {}
    return {**found, "typical": float(usable.median())} if len(usable) > 1 else found


def _days_per_point(ax: Axes) -> float:
    """Days of the upward axis in a point of paper."""
    low, high = ax.get_ylim()
    return float((high - low) / (ax.bbox.height / ax.get_figure(root=True).dpi * 72))  # type: ignore[union-attr]


def _usable(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["usable"] & table["headache"].notna()]


def _draw_cycles(ax: Axes, table: pd.DataFrame) -> None:
    middle = _middles(table)
    value, before, low, high = (
        table[name].to_numpy(float, na_value=np.nan) for name in ("headache", "before", "low", "high")
    )
    few = len(table) <= FEW
    ax.vlines(
        middle,
        np.clip(before + low, 0, TOP),
        np.clip(before + high, 0, TOP),
        color=INK if few else QUIET,
        linewidth=1.2 if few else 0.7,
        zorder=3,
    )
    _join(ax, middle, value, table)
    faces = np.where(table["usable"].to_numpy(bool), DARK, "white")
    ax.scatter(middle, value, 26 if few else 12, list(faces), edgecolors=DARK, linewidths=0.9, zorder=4)
    untold = middle[np.isnan(value)]
    ax.scatter(untold, np.full(len(untold), UNTOLD), 16, "white", marker="s", edgecolors=OPEN, linewidths=0.9, zorder=4)


def _join(ax: Axes, middle: Days, value: Days, table: pd.DataFrame) -> None:
    """A line through neighbouring cycles, broken before each restart and where a cycle cannot be told."""
    breaks = np.flatnonzero(table["timing"].eq("restart").to_numpy(bool))
    x, y = np.insert(middle, breaks, np.nan), np.insert(value, breaks, np.nan)
    ax.plot(x, y, color=AFTER, linewidth=1.2, zorder=2.5)


def _draw_sessions(ax: Axes, table: pd.DataFrame) -> None:
    session = numbers(table["session"])
    triangles(ax, session, SESSION_HEIGHT)
    labels = units_labels(table)
    at = np.flatnonzero(labels != "")
    upright = len(at) > 1 and np.diff(session[at]).min() * points_per_day(ax) < 3.5 * TEXT
    for x, label in zip(session[at], labels[at], strict=True):
        ax.annotate(
            label,
            (x, SESSION_HEIGHT),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            va="bottom",
            rotation=90 if upright else 0,
            annotation_clip=False,
        )


def units_labels(table: pd.DataFrame) -> NDArray[np.object_]:
    """The units of each session where they differ from those of the one before; "?" where they are not known."""
    units = table["units"].astype("Float64")
    text = units.map("{:g} U".format, na_action="ignore").astype("string").fillna("?")
    return text.where(text.ne(text.shift().fillna("")), "").to_numpy(object)


def _key(table: pd.DataFrame, windows: pd.DataFrame) -> list[Any]:
    known, usable = table["headache"].notna(), table["usable"]
    key: list[Any] = [symbol("v", "session; units where they change", SESSION)]
    if table["before"].notna().any():
        key.append(solid(BASELINE, "baseline"))
    if known.any():
        key.append(Line2D([], [], color=INK, marker="o", markersize=4, markerfacecolor=DARK, label="cycle, interval"))
    if (known & ~usable).any():
        key.append(symbol("o", "few days logged", "white", DARK))
    if (~known).any():
        key.append(symbol("s", "cannot tell", "white", OPEN))
    if len(gaps(table, windows["end"].max())):
        key.append(solid(GAP, f"over {RESTART} days without a session"))
    return key


def describe_course(windows: pd.DataFrame, outcomes: pd.DataFrame, treatments: pd.DataFrame) -> str:
    """The long course in words: how many cycles, baseline, range, median and latest, gaps, and what cannot be told."""
    table = course_table(windows, outcomes, treatments)
    if table.empty:
        return f"The long course: {NOTHING[0].lower()}{NOTHING[1:]}"
    parts = [f"{TITLE}, {count(len(table), 'cycle')}", *_levels_in_words(table), *_gaps_in_words(table, windows)]
    untold = int(table["headache"].isna().sum())
    return "; ".join(parts) + "." + (f" {count(untold, 'cycle')} cannot be told." if untold else "")


def _levels_in_words(table: pd.DataFrame) -> list[str]:
    known = table["headache"].dropna()
    names = {"baseline": "baseline", "typical": "typical (median of the usable ones)"}
    told = [f"{names[name]} {number(value)}" for name, value in levels(table).items()]
    if known.empty:
        return told
    return [*told, f"cycles from {number(known.min())} to {number(known.max())}, the last {number(known.iloc[-1])}"]


def _gaps_in_words(table: pd.DataFrame, windows: pd.DataFrame) -> list[str]:
    return [f"no session for {days:.0f} days" for days in gaps(table, windows["end"].max())["days"]]
