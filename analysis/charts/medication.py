"""Days with acute medicine in each calendar month, class by class, against the overuse limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from analysis.charts import timeline
from analysis.charts.style import (
    AFTER,
    INK,
    OVER_LIMIT,
    PALE,
    RC,
    RULE,
    TEXT,
    hatched,
    level_line,
    open_bars,
    plain,
    say,
    solid,
)
from analysis.medication import OVERUSE_DAYS
from diary.model import ACUTE_CLASSES

TITLE = "Days with acute medicine in each calendar month"
NAMES = {
    "acute": "any acute\nmedicine",
    "triptan": "triptans",
    "ergotamine": "ergotamine",
    "non_opioid": "non-opioid\npainkillers",
    "opioid": "opioids",
    "combination": "combination\npainkillers",
    "ditan": "ditans",
    "gepant": "gepants",
    "other_acute": "other acute\nmedicines",
}
ENOUGH_DAYS = 20
"""A month with fewer days on which the intake is known is drawn pale."""


def medicines_used(marked: pd.DataFrame) -> list[str]:
    """The classes with at least one intake day, after "acute" for all of them together."""
    return [name for name in ("acute", *ACUTE_CLASSES) if marked[f"{name}_day"].fillna(False).any()]


def monthly_intake(marked: pd.DataFrame, medicine: str) -> pd.DataFrame:
    """One row a calendar month: its first day, *taken* and *known* days, and *missing*: all other days of the month."""
    flag = marked[f"{medicine}_day"]
    month = marked["date"].dt.to_period("M")
    days = pd.DataFrame({"month": month, "taken": flag.fillna(False).astype(int), "known": flag.notna().astype(int)})
    months = days.groupby("month", as_index=False).sum()
    months["missing"] = months["month"].dt.days_in_month - months["known"]
    return months.assign(start=months["month"].dt.start_time, length=months["month"].dt.days_in_month)


def draw_medication(marked: pd.DataFrame, ax: Axes, medicine: str = "acute", title: str = TITLE) -> Axes:
    """Days with *medicine* (a class of ``diary.model.ACUTE_CLASSES``, or "acute" for any) in each calendar month.

    Counts are of calendar months, not prorated. Days on which the intake is not known stand hatched on top;
    a month with fewer than 20 known days is pale. The line is the limit of ICHD-3 8.2 for the class, where it has one;
    months that reach it are dark. An empty *title* leaves title and key to the panel above.
    """
    if not marked[f"{medicine}_day"].fillna(False).any():
        return say(ax, TITLE, f"No intake of {_plain(medicine)} is recorded.")
    months = monthly_intake(marked, medicine)
    with rc_context(RC):
        _draw_months(ax, months, OVERUSE_DAYS.get(medicine))
        _draw_limit(ax, OVERUSE_DAYS.get(medicine))
        _label_axes(ax, months, medicine)
        plain(ax, title, medication_key() if title else ())
    return ax


def _plain(medicine: str) -> str:
    return NAMES[medicine].replace("\n", " ")


def _draw_months(ax: Axes, months: pd.DataFrame, limit: int | None) -> None:
    taken, missing = months["taken"].to_numpy(), months["missing"].to_numpy()
    colours = np.where(months["known"] < ENOUGH_DAYS, PALE, AFTER).astype(object)
    if limit is not None:
        colours[taken >= limit] = OVER_LIMIT
    left, width = timeline.numbers(months["start"]) + 1, months["length"].to_numpy() - 2
    ax.bar(left, taken, width, align="edge", color=list(colours), zorder=2)
    gap = missing > 0
    open_bars(ax, left[gap], taken[gap], missing[gap], width[gap])


def _draw_limit(ax: Axes, limit: int | None) -> None:
    if limit is not None:
        level_line(ax, limit, f"limit {limit}")


def _label_axes(ax: Axes, months: pd.DataFrame, medicine: str) -> None:
    first = timeline.numbers(months["start"])
    timeline.date_axis(ax, first[0], first[-1] + float(months["length"].iloc[-1]))
    ax.set_ylim(0, 31)
    ax.set_yticks([0, 10, 20, 30])
    ax.yaxis.grid(True, color=RULE, linewidth=0.5)
    ax.set_ylabel("days a month")
    at = (1, 1)
    ax.annotate(NAMES[medicine], at, (4, 0), "axes fraction", "offset points", va="top", fontsize=TEXT, color=INK)


def medication_key() -> list[Any]:
    """The key to the fills, the same for every class."""
    return [
        solid(AFTER, "intake days"),
        solid(OVER_LIMIT, "limit of ICHD-3 8.2 reached"),
        solid(PALE, f"under {ENOUGH_DAYS} days known"),
        hatched("not known"),
    ]


def describe_medication(marked: pd.DataFrame) -> str:
    """The medication charts in words: the most intake days in a month, and the months that reach a limit."""
    used = medicines_used(marked)
    if not used:
        return f"{TITLE}: none is recorded."
    parts = [_class_words(monthly_intake(marked, name), name) for name in used]
    return f"{TITLE}: {'; '.join(parts)}."


def _class_words(months: pd.DataFrame, medicine: str) -> str:
    most = f"{_plain(medicine)} at most {months['taken'].max()}"
    limit = OVERUSE_DAYS.get(medicine)
    if limit is None:
        return most
    return f"{most}, {int((months['taken'] >= limit).sum())} of {len(months)} months at {limit} or more"
