"""The change of headache days by cycle, as three lines that are never shown apart."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.charts.style import RC, plain, say
from analysis.cohort.lines import LINES, STOPPERS
from analysis.cohort.tally import ALL
from analysis.reports import words
from analysis.reports.audit.charts.style import LOOKS, cycle_axis, limits, plain_numbers, rules, zero_line
from analysis.reports.audit.pieces import people

TITLE = "Change in headache days per 28 days, from baseline"
NOTHING = "No cycle has enough people yet."
APART = 0.13
ROOM = 100
"""Letters below the axis that have room side by side; longer ones stand below each other."""


def draw_lines(lines: pd.DataFrame, ax: Axes) -> Axes:
    """Mean change with its 95 % interval in each cycle: still treated; all, modelled; all, stoppers at baseline."""
    shown = line_table(lines)
    if shown.empty:
        return say(ax, TITLE, NOTHING)
    with rc_context(RC):
        zero_line(ax)
        for at, (line, (marker, dash, colour)) in enumerate(zip(LINES, LOOKS, strict=True)):
            mine = shown.loc[shown["line"] == line]
            x = mine["cycle"].to_numpy() + (at - 1) * APART
            limits(ax, x, plain_numbers(mine["low"]), plain_numbers(mine["high"]), colour)
            ax.plot(x, plain_numbers(mine["change"]), marker, linestyle=dash, color=colour, linewidth=1.4, zorder=3)
        cycle_axis(ax, sorted(shown["cycle"].unique().tolist()), _names(shown))
        rules(ax)
        ax.set_ylabel("days per 28 days")
        key = [Line2D([], [], marker=m, linestyle=d, color=c) for m, d, c in LOOKS]
        for handle, line in zip(key, LINES, strict=True):
            handle.set_label(line)
        plain(ax, TITLE, key, columns=3)
    return ax


def line_table(lines: pd.DataFrame) -> pd.DataFrame:
    """The rows of everybody, of the cycles that anybody had: of those who stopped before, it is known without them."""
    mine = lines.loc[lines["group"] == ALL]
    known = mine.loc[mine["change"].notna() & (mine["line"] != STOPPERS), "cycle"].unique()
    return mine.loc[mine["cycle"].isin(known)].reset_index(drop=True)


def _names(shown: pd.DataFrame) -> list[str]:
    """Each cycle's name, and how many people each of its three lines rests on, below each other where they are many.

    >>> _names(pd.DataFrame({"cycle": 1, "line": LINES, "n": [142, 146, None]}))
    ['cycle 1\\nn = 142 · 146 · *']
    """
    n = shown.set_index(["cycle", "line"])["n"].unstack("line")[list(LINES)]
    said = {cycle: list(map(people, row)) for cycle, *row in n.itertuples(name=None)}
    between = " · " if sum(len(f"n = {' · '.join(row)}") for row in said.values()) <= ROOM else "\n"
    return [f"cycle {cycle}\nn = {between.join(row)}" for cycle, row in said.items()]


def describe_lines(lines: pd.DataFrame) -> str:
    """The chart in words."""
    shown = line_table(lines)
    if shown.empty:
        return f"{TITLE}: {NOTHING}"
    said = [
        f"cycle {cycle}: " + "; ".join(map(_said, mine.to_dict("records"))) for cycle, mine in shown.groupby("cycle")
    ]
    return f"{TITLE}, three lines with 95 % intervals. {'. '.join(said)}."


def _said(row: dict[Hashable, Any]) -> str:
    if pd.isna(row["change"]):
        return f"{row['line']} {words.NOT_TOLD}"
    limits = "" if pd.isna(row["low"]) else f" ({words.interval(row['low'], row['high'])})"
    return f"{row['line']} {words.signed(row['change'])}{limits}"
