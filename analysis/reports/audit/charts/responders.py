"""Shares with at least 30, 50 and 75 % fewer headache days in each cycle, of everyone who started."""

from __future__ import annotations

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.benchmarks import BENCHMARKS, LABEL
from analysis.charts.style import BASELINE, INK, QUIET, RC, TEXT, label_right, plain, say
from analysis.cohort.tally import ALL
from analysis.reports import words
from analysis.reports.audit.charts.style import LOOKS, cycle_axis, limits, plain_numbers, rules

TITLE = "At least 30, 50 and 75 % fewer headache days, of everyone who started"
NOTHING = "No cycle has enough people yet."
APART = 0.16
SHORT = ("usual care", "placebo", "onabotulinumtoxinA")
"""The benchmarks in a word: the groups of trials that :data:`BENCHMARKS` holds."""


def draw_responders(responders: pd.DataFrame, ax: Axes) -> Axes:
    """A dot and its 95 % interval for each threshold and cycle; published shares at 50 % of other patients beside."""
    shown = responder_table(responders)
    if shown.empty:
        return say(ax, TITLE, NOTHING)
    with rc_context(RC):
        thresholds = sorted(shown["threshold"].unique().tolist())
        for at, (threshold, (marker, _, colour)) in enumerate(zip(thresholds, LOOKS, strict=True)):
            mine = shown.loc[shown["threshold"] == threshold]
            x = mine["cycle"].to_numpy() + (at - 1) * APART
            limits(ax, x, plain_numbers(mine["low"]), plain_numbers(mine["high"]), colour)
            ax.plot(x, plain_numbers(mine["percent"]), marker, linestyle="none", color=colour, zorder=3, clip_on=False)
        for benchmark, name in zip(BENCHMARKS, SHORT, strict=True):
            ax.axhline(benchmark.responders, color=BASELINE, linewidth=1, linestyle=(0, (5, 2)), zorder=0.9)
            label_right(ax, benchmark.responders, f"{name}\n{benchmark.responders:.1f} %", QUIET)
        ax.annotate(
            f"{LABEL},\n≥ 50 %:",
            (1, 1),
            (4, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            fontsize=TEXT,
            fontweight="bold",
            color=INK,
        )
        names = {c: f"cycle {c}\nof {_started(shown, c)}" for c in sorted(shown["cycle"].unique().tolist())}
        cycle_axis(ax, list(names), list(names.values()))
        ax.set_ylim(0, max(60.0, 5 + shown["high"].max()))
        ax.set_ylabel("% of those who started")
        rules(ax)
        key = [Line2D([], [], marker=m, linestyle="-", color=c) for m, _, c in LOOKS]
        for handle, threshold in zip(key, thresholds, strict=True):
            handle.set_label(f"at least {threshold} % fewer")
        plain(ax, TITLE, key, columns=3)
    return ax


def responder_table(responders: pd.DataFrame) -> pd.DataFrame:
    """The rows of everybody, of the cycles that anybody has had."""
    mine = responders.loc[responders["group"] == ALL]
    there = mine["started"].sub(mine["not_there"].fillna(0)).fillna(0) > 0
    return mine.loc[mine["cycle"].isin(mine.loc[there & mine["percent"].notna(), "cycle"])].reset_index(drop=True)


def _started(shown: pd.DataFrame, cycle: int) -> str:
    found = shown.loc[shown["cycle"] == cycle, "started"].iloc[0]
    return "*" if pd.isna(found) else f"{int(found):,}"


def describe_responders(responders: pd.DataFrame) -> str:
    """The chart in words."""
    shown = responder_table(responders)
    if shown.empty:
        return f"{TITLE}: {NOTHING}"
    said = [
        f"cycle {row['cycle']}, at least {row['threshold']} %: {words.number(row['percent'])} %"
        for row in shown.dropna(subset="percent").to_dict("records")
    ]
    others = [f"{benchmark.group} {benchmark.responders:.1f} %" for benchmark in BENCHMARKS]
    return f"{TITLE}. {'; '.join(said)}. {LABEL}, at least 50 % fewer: {', '.join(others)}."
