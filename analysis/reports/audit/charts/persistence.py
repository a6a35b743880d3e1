"""How many are still treated, by days after the first session."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from analysis.charts.style import PALE, QUIET, RC, SEVERITY_COLOURS, TEXT, plain, say
from analysis.cohort.audit import DAYS_SHOWN
from analysis.cohort.tally import ALL
from analysis.reports import words
from analysis.reports.audit.charts.style import plain_numbers, rules
from analysis.reports.audit.pieces import NONE, people

TITLE = "Still treated, by days after the first session"
NOTHING = "Nobody has started yet."
RISK_LINE = -24.0
"""Where the numbers at risk stand, in points below the axis."""


def draw_persistence(persistence: pd.DataFrame, ax: Axes) -> Axes:
    """Kaplan and Meier's curve with its 95 % limits, and below it how many were still observed."""
    mine = known_days(persistence)
    if len(mine) < 2:
        return say(ax, TITLE, NOTHING)
    with rc_context(RC):
        day = mine["day"].to_numpy(dtype=float)
        low, high = (_limit(mine, name) for name in ("low", "high"))
        ax.fill_between(day, low, high, step="post", color=PALE, linewidth=0)
        ax.step(
            day, plain_numbers(mine["still_treated"]), where="post", color=SEVERITY_COLOURS["severe"], linewidth=1.6
        )
        ax.set_ylim(0, 102)
        ax.set_yticks(range(0, 101, 25))
        ax.set_ylabel("still treated, %")
        last = float(day[-1])
        ticks = _ticks(last)
        ax.set_xlim(-0.01 * last, last * 1.02)
        ax.set_xticks(ticks, [f"day {tick}" for tick in ticks])
        rules(ax)
        _numbers_at_risk(ax, mine, ticks)
        plain(ax, TITLE)
    return ax


def known_days(persistence: pd.DataFrame) -> pd.DataFrame:
    """The days of everybody on which the share is known."""
    mine = persistence.loc[persistence["group"] == ALL].dropna(subset="still_treated")
    return mine.reset_index(drop=True)


def _limit(mine: pd.DataFrame, name: str) -> Any:
    """A limit; where it is not known, because nobody or everybody has stopped, the share itself."""
    return plain_numbers(mine[name].fillna(mine["still_treated"]))


def _ticks(last: float) -> list[int]:
    """Day 0, each year, and within the first year what the table tells of."""
    years = range(365, int(last) + 1, 365 * (1 + int(last) // 3650))
    return [0, *(day for day in DAYS_SHOWN[:-1] if day <= last), *years]


def _numbers_at_risk(ax: Axes, mine: pd.DataFrame, ticks: list[int]) -> None:
    """Below each tick how many were still observed just before it."""
    look: dict[str, Any] = {"textcoords": "offset points", "va": "top", "fontsize": TEXT, "annotation_clip": False}
    ax.annotate("still observed:", (0, 0), (0, RISK_LINE), xycoords="axes fraction", color=QUIET, **look)
    for tick in ticks:
        below: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "ha": "center"}
        ax.annotate(at_risk_on(mine, tick), (tick, 0), (0, RISK_LINE - 1.5 * TEXT), **below, **look)


def at_risk_on(mine: pd.DataFrame, day: float) -> str:
    """How many were still observed just before the day; a dash where the table does not tell of it.

    >>> at_risk_on(pd.DataFrame({"day": [0.0, 84.0], "at_risk": [1500, None]}), 0)
    '1,500'
    """
    found = mine.loc[mine["day"] == day, "at_risk"]
    return people(found.iloc[0]) if len(found) else NONE


def describe_persistence(persistence: pd.DataFrame) -> str:
    """The chart in words."""
    mine = known_days(persistence)
    if len(mine) < 2:
        return f"{TITLE}: {NOTHING}"
    told = mine.loc[mine["day"].isin(DAYS_SHOWN)]
    said = [
        f"day {int(day)} {words.number(share)} % ({at_risk_on(mine, day)} observed)"
        for day, share in zip(told["day"], told["still_treated"], strict=True)
    ]
    last = mine.iloc[-1]
    said.append(f"at the last step, day {int(last['day'])}, {words.number(last['still_treated'])} %")
    return f"{TITLE}: {', '.join(said)}."
