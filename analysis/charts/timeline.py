"""The time axis that the charts share: dates, sessions above, preventives in lanes below, and the windows as bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from analysis.charts.style import INK, QUIET, RULE, SESSION, TEXT, shorten, symbol
from analysis.reports.words import DAY_ZERO, are_relative, number
from analysis.windows import CYCLE

BLOCKS = ("baseline", "1-4", "5-8", "9-12", "late")
"""The phases that follow each other without overlap: what a time axis can show side by side."""

SHORTEST_DAYS = 14
"""Fewer days than this, as after week 12 of a session a little late, are left blank: too few to stand for 28."""

LANE = 3.2
"""Height of a preventive's lane, in days of the axis above it."""

LANE_LETTERS = 28


def numbers(dates: Any) -> NDArray[np.float64]:
    """Dates as days since 1970; missing dates are NaN."""
    seconds = np.asarray(dates, dtype="datetime64[s]") - np.datetime64(0, "s")
    return np.asarray(seconds / np.timedelta64(1, "D"), dtype=np.float64)


def blocks(windows: pd.DataFrame) -> pd.DataFrame:
    """The baseline and every cycle's phases in calendar order, without windows that overlap them or are too short."""
    chosen = windows[windows["phase"].isin(BLOCKS) & (windows["days"] >= SHORTEST_DAYS)]
    return chosen.sort_values("start", kind="stable").reset_index(drop=True)


def edges(shown: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Left edges and widths of the blocks' bars, in days, with a little air between them."""
    left, right = numbers(shown["start"]), numbers(shown["end"])
    air = 0.08 * np.minimum(right - left, 28)
    return left + air / 2, right - left - air


def sessions(treatments: pd.DataFrame) -> pd.DataFrame:
    """The botulinum sessions in calendar order."""
    return treatments[treatments["kind"].eq("botulinum").fillna(False)].sort_values("start", kind="stable")


def others(treatments: pd.DataFrame) -> pd.DataFrame:
    """Preventives and other treatments that last, in calendar order."""
    return treatments[treatments["kind"].ne("botulinum").fillna(False)].sort_values("start", kind="stable")


def is_cosmetic(sessions: pd.DataFrame) -> NDArray[np.bool_]:
    """Which sessions start no cycle."""
    return sessions["purpose"].eq("cosmetic").fillna(False).to_numpy(dtype=bool)


def units_text(amount: Any, unit: Any) -> str:
    """An amount with its unit, or nothing where it is not known.

    >>> units_text(155.0, "U"), units_text(float("nan"), "U")
    ('155 U', '')
    """
    if pd.isna(amount):
        return ""
    return f"{amount:g}" if pd.isna(unit) else f"{amount:g} {unit}"


def date_axis(ax: Axes, first: float, last: float) -> None:
    """Months and years along the bottom: each quarter in a diary of up to four years, each year in a longer one.

    In a de-identified report, days since the first session: every twelfth week, or every 48th.
    """
    ax.set_xlim(first, last)
    if are_relative():
        _day_axis(ax, first, last)
        return
    yearly = last - first > 4 * 366
    begin, end = pd.to_datetime(np.ceil([first, last]), unit="D")
    ticks = pd.date_range(begin, end, freq="YS" if yearly else "QS")
    ax.set_xticks(numbers(ticks), [f"{day:%Y}" if yearly else _month_name(day, ticks[0]) for day in ticks])


def _day_axis(ax: Axes, first: float, last: float) -> None:
    zero, step = float(numbers([DAY_ZERO])[0]), CYCLE if last - first <= 4 * 366 else 4 * CYCLE
    days = np.arange(np.ceil((first - zero) / step), (last - zero) / step) * step
    ax.set_xticks(zero + days, [f"day {number(day, 0)}" for day in days])


def _month_name(day: pd.Timestamp, first: pd.Timestamp) -> str:
    return f"{day:%b}\n{day:%Y}" if day == first or day.month == 1 else f"{day:%b}"


def points_per_day(ax: Axes) -> float:
    """How wide a day is on paper, in points."""
    left, right = ax.get_xlim()
    return float(ax.bbox.width / ax.get_figure(root=True).dpi * 72 / (right - left))  # type: ignore[union-attr]


def mark_sessions(treatments: pd.DataFrame, ax: Axes, height: float) -> NDArray[np.bool_]:
    """A triangle at each session, at *height*, with its units where there is room; an open one if it was cosmetic.

    Returns which of the shown ones are cosmetic.
    """
    given = sessions(treatments)
    days = numbers(given["start"])
    given = given[(days >= ax.get_xlim()[0]) & (days <= ax.get_xlim()[1])]
    cosmetic = is_cosmetic(given)
    triangles(ax, numbers(given["start"]), height, np.where(cosmetic, "white", SESSION))
    _label_sessions(given[~cosmetic], ax, height)
    return cosmetic


def session_key(cosmetic: NDArray[np.bool_], marker: str) -> list[Any]:
    """The key to the kinds of session that are shown."""
    therapeutic = [symbol(marker, "botulinum session", SESSION)] if (~cosmetic).any() else []
    return [*therapeutic, symbol(marker, "cosmetic session", "white")] if cosmetic.any() else therapeutic


def triangles(ax: Axes, days: NDArray[np.float64], height: float, faces: Any = SESSION) -> None:
    """The sign of a session on every time axis."""
    ax.scatter(days, np.full(len(days), height), 26, faces, marker="v", edgecolors=SESSION, zorder=4, clip_on=False)


def _label_sessions(given: pd.DataFrame, ax: Axes, height: float) -> None:
    days = numbers(given["start"])
    if len(days) > 1 and np.diff(days).min() * points_per_day(ax) < 3.5 * TEXT:
        return
    for day, amount, unit in zip(days, given["amount"], given["unit"], strict=True):
        ax.annotate(
            units_text(amount, unit),
            (day, height),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=TEXT,
            color=INK,
            annotation_clip=False,
        )


def mark_lanes(treatments: pd.DataFrame, ax: Axes) -> int:
    """One lane below zero for each preventive, from its first to its last day, with its name. Returns how many."""
    first, last = ax.get_xlim()
    lasting = others(treatments)
    start = numbers(lasting["start"])
    end = np.nan_to_num(numbers(lasting["end"]) + 1, nan=last)
    seen = lasting.assign(left=np.maximum(start, first), right=np.minimum(end, last)).query("right > left")
    lanes = list(seen.groupby(seen["product"].str.casefold(), sort=False))
    for lane, (_, spans) in enumerate(lanes, start=1):
        _draw_lane(ax, spans, -LANE * lane)
    return len(lanes)


def _draw_lane(ax: Axes, spans: pd.DataFrame, bottom: float) -> None:
    left, right = spans["left"].to_numpy(), spans["right"].to_numpy()
    ax.bar(left, LANE * 0.8, right - left, bottom, align="edge", facecolor=RULE, edgecolor=QUIET, linewidth=0.5)
    room = (ax.get_xlim()[1] - left[0]) * points_per_day(ax)
    name = shorten(str(spans["product"].iloc[0]), LANE_LETTERS)
    at_right = room < len(name) * TEXT * 0.65
    ax.annotate(
        name,
        (right[-1] if at_right else left[0], bottom + LANE * 0.4),
        xytext=(-3 if at_right else 3, 0),
        textcoords="offset points",
        ha="right" if at_right else "left",
        va="center",
        fontsize=TEXT,
        color=INK,
    )


def block_axes(ax: Axes, shown: pd.DataFrame, top: float = 28) -> None:
    """Dates along the bottom and days per 28 days at the left, with faint rules at whole weeks' worth of days."""
    date_axis(ax, numbers(shown["start"]).min() - 3, numbers(shown["end"]).max() + 3)
    ax.set_yticks(np.arange(0, top + 1, 7))
    ax.yaxis.grid(True, color=RULE, linewidth=0.5)
    ax.set_ylim(0, top)
    ax.set_ylabel("days per 28 days")
