"""The chart of the patient's page: headache days in four weeks, before the first session and in each round after it."""

from __future__ import annotations

from math import isnan

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from analysis.charts.style import AFTER, BASELINE, HATCH, INK, OPEN, QUIET, RC, RULE, SEVERITY_COLOURS, say
from analysis.reports.words import number

TITLE = "Your headache days"
LARGE = 12.0
"""Smallest text, in points: the page is read by somebody with migraine."""

MOST = 7
"""Rounds that have room at this size; of more, the latest are shown."""

NO_ROUND = "There is no round of injections to show yet."
TOO_FEW = "too few days\nwritten down"


def draw_rounds(outcomes: pd.DataFrame, ax: Axes) -> Axes:
    """A bar for the time before the first session, and one for each round; an open one where it cannot be told."""
    rates = round_rates(outcomes)
    if rates.empty:
        return say(ax, TITLE, NO_ROUND)
    with rc_context(RC):
        for at, (name, rate) in enumerate(rates.items()):
            _bar(ax, at, rate, BASELINE if name == "before" else AFTER)
        ax.set_xticks(range(len(rates)), [name.replace("round", "round\n") for name in rates.index])
        ax.set_xlim(-0.6, len(rates) - 0.4)
        ax.set_ylim(0, 28)
        ax.set_yticks(range(0, 29, 7))
        ax.set_ylabel("days in four weeks", fontsize=LARGE)
        ax.yaxis.grid(True, color=RULE, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.spines["bottom"].set_color(OPEN)
        ax.tick_params(length=0, colors=QUIET, labelsize=LARGE)
        ax.set_title(TITLE, loc="left", fontsize=LARGE + 1, fontweight="bold", color=INK)
    return ax


def _bar(ax: Axes, at: int, rate: float, colour: str) -> None:
    if isnan(rate):
        ax.bar(at, 28, 0.7, facecolor="white", edgecolor=OPEN, hatch=HATCH, linewidth=0.5)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
        ax.text(at, 14, TOO_FEW, ha="center", va="center", rotation=90, fontsize=LARGE, color=QUIET, bbox=box)
        return
    ax.bar(at, rate, 0.7, color=colour)
    ink = SEVERITY_COLOURS["severe"]
    ax.text(at, rate + 0.5, number(rate, 0), ha="center", va="bottom", fontsize=LARGE + 2, fontweight="bold", color=ink)


def round_rates(outcomes: pd.DataFrame) -> pd.Series[float]:
    """Headache days per 28 days: ``before``, then ``round 1``, …; missing where it cannot be told."""
    mine = outcomes.loc[(outcomes["phase"] == "cycle") & (outcomes["measure"] == "headache_days")]
    if mine["before"].isna().all() and mine["after"].isna().all():
        return pd.Series(dtype=float)
    latest = mine.sort_values("cycle").tail(MOST)
    names = ["before", *(f"round {cycle}" for cycle in latest["cycle"])]
    return pd.Series([latest["before"].iloc[0], *latest["after"]], names, dtype="Float64").astype(float)


def describe_rounds(outcomes: pd.DataFrame) -> str:
    """The chart in words."""
    rates = round_rates(outcomes)
    if rates.empty:
        return f"{TITLE}: {NO_ROUND[0].lower()}{NO_ROUND[1:]}"
    said = [f"{name} {'cannot tell' if isnan(rate) else number(rate, 0)}" for name, rate in rates.items()]
    return f"{TITLE} in four weeks: {', '.join(said)}."
