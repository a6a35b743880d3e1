"""The whole diary, a cell a day: rows are months, columns the days of the month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

from analysis.charts import timeline
from analysis.charts.style import (
    ASSUMED_EDGE,
    FREE,
    HATCH,
    OPEN,
    QUIET,
    RC,
    SESSION,
    SEVERITY_COLOURS,
    TEXT,
    UNSTATED,
    hatched,
    plain,
    put_key,
    say,
    shorten,
    solid,
    symbol,
)
from analysis.reports import words
from analysis.reports.words import are_relative
from diary.model import SEVERITIES

TITLE = "Every day of the diary: the worst headache of the day"
MARGIN = 13.0
"""Room for treatments at the right, in widths of a day."""

MARGIN_LETTERS = 28
PAGE_MONTHS = 60
"""As many months as fit on one A4 page with readable rows."""


OUTSIDE, FREE_DAY, MILD, MODERATE, SEVERE, UNSTATED_DAY, ASSUMED, NOT_LOGGED = range(-1, 7)


def draw_calendar(
    marked: pd.DataFrame, treatments: pd.DataFrame, ax: Axes, months: pd.PeriodIndex | None = None
) -> Axes:
    """The days of *months* (all, unless named) with their worst headache, 0-3, and the treatments.

    A day that is not logged is hatched, a day that counts as free because the diary is silent is outlined, and a
    headache whose severity is not stated is a dot. A session is a triangle on its day with its units in the margin;
    an open triangle is cosmetic. The margin also names the preventives that start and stop.
    """
    shown = calendar_months(marked) if months is None else months
    if len(shown) == 0:
        return say(ax, TITLE, "Nothing is logged yet.")
    with rc_context(RC):
        grid = state_grid(marked, shown)
        _draw_cells(ax, grid)
        cosmetic = _draw_sessions(ax, timeline.sessions(treatments), shown)
        _write_margin(ax, treatments, shown)
        _label_axes(ax, shown)
        plain(ax, TITLE)
        ax.spines["bottom"].set_visible(False)
        put_key(ax, _key(grid, cosmetic), columns=4, loc="upper left", anchor=(0, -0.06 / len(shown)))
    return ax


def calendar_months(marked: pd.DataFrame) -> pd.PeriodIndex:
    """The months from the diary's first day to its last."""
    if marked.empty:
        return pd.PeriodIndex([], freq="M")
    return pd.period_range(marked["date"].min(), marked["date"].max(), freq="M")


def calendar_pages(marked: pd.DataFrame) -> list[pd.PeriodIndex]:
    """The diary's months in runs that each fit on a page, as even as they can be; one empty run for an empty diary."""
    months = calendar_months(marked)
    pages = max(1, -(-len(months) // PAGE_MONTHS))
    rows = -(-len(months) // pages)
    return [months[page * rows : (page + 1) * rows] for page in range(pages)]


def _row(dates: Any, months: pd.PeriodIndex) -> NDArray[np.int64]:
    """The row of each date; outside the shown months it is negative or beyond the last."""
    whole = np.asarray(dates, dtype="datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return whole - months[0].ordinal


def state_grid(marked: pd.DataFrame, months: pd.PeriodIndex) -> NDArray[np.int64]:
    """The state of each cell: months x 31, OUTSIDE where the diary has no such day."""
    grid = np.full((len(months), 31), OUTSIDE)
    row = _row(marked["date"], months)
    inside = (row >= 0) & (row < len(months))
    grid[row[inside], marked["date"].dt.day.to_numpy()[inside] - 1] = day_states(marked)[inside]
    return grid


def day_states(marked: pd.DataFrame) -> NDArray[np.int64]:
    """What each day shows: a severity, free, assumed free, headache of unstated severity, or not logged."""
    headache = marked["headache"].to_numpy(dtype=bool, na_value=False)
    free = ~marked["headache"].to_numpy(dtype=bool, na_value=True)
    assumed = marked["source"].astype("string").eq("assumed").to_numpy(dtype=bool, na_value=False)
    peak = marked["peak"].to_numpy(dtype=float, na_value=0)
    states = [headache & (peak > 0), headache, free & assumed, free]
    return np.select(states, [peak.astype(int), UNSTATED_DAY, ASSUMED, FREE_DAY], NOT_LOGGED)


def _draw_cells(ax: Axes, grid: NDArray[np.int64]) -> None:
    x, y = np.arange(32), np.arange(len(grid) + 1)
    filled = np.ma.masked_where((grid < FREE_DAY) | (grid > UNSTATED_DAY), np.where(grid == UNSTATED_DAY, 0, grid))
    colours = ListedColormap([FREE, *SEVERITY_COLOURS.values()])
    ax.pcolormesh(x, y, filled, cmap=colours, vmin=-0.5, vmax=3.5, edgecolors="white", linewidth=0.8)
    _draw_open_cells(ax, grid == NOT_LOGGED, OPEN, HATCH)
    _draw_open_cells(ax, grid == ASSUMED, ASSUMED_EDGE)
    row, column = np.nonzero(grid == UNSTATED_DAY)
    ax.scatter(column + 0.5, row + 0.5, 16, UNSTATED, marker="o", linewidths=0)


def _draw_open_cells(ax: Axes, cells: NDArray[np.bool_], edge: str, hatch: str | None = None) -> None:
    """White cells with an outline, smaller than their place so that neighbours stay apart."""
    row, column = np.nonzero(cells)
    ax.bar(
        column + 0.1,
        np.full(len(row), 0.76),
        0.8,
        row + 0.12,
        align="edge",
        facecolor="white",
        edgecolor=edge,
        hatch=hatch,
        linewidth=0.5,
    )


def _draw_sessions(ax: Axes, given: pd.DataFrame, months: pd.PeriodIndex) -> NDArray[np.bool_]:
    """A triangle on the day of each session, with a white rim. Returns which of the shown ones are cosmetic."""
    row = _row(given["start"], months)
    inside = (row >= 0) & (row < len(months))
    cosmetic = timeline.is_cosmetic(given)[inside]
    column = given["start"].dt.day.to_numpy()[inside] - 0.5
    middle = row[inside] + 0.5
    faces = np.where(cosmetic, "white", SESSION)
    ax.scatter(column, middle, 26, "white", marker="^", edgecolors="white", linewidths=2.5, zorder=3)
    ax.scatter(column, middle, 26, faces, marker="^", edgecolors=SESSION, zorder=3)
    return cosmetic


def _write_margin(ax: Axes, treatments: pd.DataFrame, months: pd.PeriodIndex) -> None:
    ax.text(31.6, -0.5, "▲ session  + start  \N{MINUS SIGN} stop", va="center", fontsize=TEXT, color=QUIET)
    events = pd.concat([_running(treatments, months), _events(treatments)])
    events = events.assign(row=_row(events["date"], months)).query("0 <= row < @months.size")
    for row in np.unique(events["row"]):
        texts = events.loc[events["row"].eq(row), "text"]
        ax.text(31.6, row + 0.5, fit(list(texts), MARGIN_LETTERS), va="center", fontsize=TEXT)


def _running(treatments: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    """The preventives that were already being taken when the first shown month began."""
    lasting = timeline.others(treatments)
    first = months[0].start_time
    running = lasting[(lasting["start"] < first) & ~(lasting["end"] < first)]
    return pd.DataFrame({"date": first, "text": "on " + running["product"].astype(object)})


def _events(treatments: pd.DataFrame) -> pd.DataFrame:
    """What happened to the treatment, by date, in words."""
    given, lasting = timeline.sessions(treatments), timeline.others(treatments)
    stopped = lasting.dropna(subset="end")
    parts = [
        pd.DataFrame({"date": given["start"], "text": _session_texts(given)}),
        pd.DataFrame({"date": lasting["start"], "text": "+ " + lasting["product"].astype(object)}),
        pd.DataFrame({"date": stopped["end"], "text": "\N{MINUS SIGN} " + stopped["product"].astype(object)}),
    ]
    return pd.concat(parts).dropna().sort_values("date", kind="stable")


def _session_texts(given: pd.DataFrame) -> list[str]:
    marks = np.where(timeline.is_cosmetic(given), "△", "▲")
    amounts = zip(given["amount"], given["unit"], strict=True)
    return [f"{mark} {timeline.units_text(*amount)}".rstrip() for mark, amount in zip(marks, amounts, strict=True)]


def fit(texts: list[str], letters: int) -> str:
    """As many of the texts as fit in so many letters, and how many more there are.

    >>> fit(["▲ 155 U", "+ topiramate", "+ candesartan"], 28)
    '▲ 155 U and 2 more'
    >>> fit(["▲ 155 U", "+ topiramate"], 28)
    '▲ 155 U  + topiramate'
    """
    short = [shorten(text, letters - len(" and 9 more")) for text in texts] if len(texts) > 1 else texts
    for count in range(len(texts), 0, -1):
        more = f" and {len(texts) - count} more" if count < len(texts) else ""
        line = "  ".join(short[:count]) + more
        if len(line) <= letters:
            return line
    return shorten(texts[0], letters)


def _label_axes(ax: Axes, months: pd.PeriodIndex) -> None:
    ax.set_xlim(0, 31 + MARGIN)
    ax.set_ylim(len(months), 0)
    ax.xaxis.tick_top()
    days = np.array([1, 5, 10, 15, 20, 25, 31])
    ax.set_xticks(days - 0.5, [str(day) for day in days])
    ax.set_xlabel("day of the month", loc="left")
    ax.xaxis.set_label_position("top")
    ax.set_yticks(np.arange(len(months)) + 0.5, [_month_text(month, months[0]) for month in months])


def _month_text(month: Any, first: Any) -> str:
    if are_relative():
        return words.month(month.start_time)
    return str(month.strftime("%b %Y" if month == first or month.month == 1 else "%b"))


def _key(grid: NDArray[np.int64], cosmetic: NDArray[np.bool_]) -> list[Any]:
    """The key to what this calendar shows, and to nothing else."""
    key = {
        FREE_DAY: solid(FREE, "no headache"),
        **{state: solid(SEVERITY_COLOURS[name], name) for state, name in enumerate(SEVERITIES) if state},
        UNSTATED_DAY: symbol("o", "severity not stated", UNSTATED, "none"),
        NOT_LOGGED: hatched("not logged"),
        ASSUMED: _outlined("assumed free"),
    }
    states = [handle for state, handle in key.items() if (grid == state).any()]
    return [*states, *timeline.session_key(cosmetic, "^")]


def _outlined(label: str) -> Any:
    patch = solid("white", label)
    patch.set_edgecolor(ASSUMED_EDGE)
    patch.set_linewidth(0.5)
    return patch


def describe_calendar(marked: pd.DataFrame) -> str:
    """The calendar in words: how long, and how many days of each kind."""
    if marked.empty:
        return "Calendar of the diary: nothing is logged yet."
    states = day_states(marked)
    counts = {name: int((states == state).sum()) for state, name in enumerate(SEVERITIES)}
    headache = int(np.isin(states, (MILD, MODERATE, SEVERE, UNSTATED_DAY)).sum())
    free, missing = int(np.isin(states, (FREE_DAY, ASSUMED)).sum()), int((states == NOT_LOGGED).sum())
    first, last = (_day(day) for day in (marked["date"].min(), marked["date"].max()))
    worst = ", ".join(f"{counts[name]} {name}" for name in SEVERITIES[1:])
    unstated, assumed = int((states == UNSTATED_DAY).sum()), int((states == ASSUMED).sum())
    worst += f", {unstated} of unstated severity" if unstated else ""
    silent = f" ({assumed} of them assumed)" if assumed else ""
    length = f"{len(marked)} day" if len(marked) == 1 else f"{len(marked)} days"
    return (
        f"Calendar of {length}, {first} to {last}: {headache} with headache ({worst}), "
        f"{free} without{silent}, {missing} not logged."
    )


def _day(day: pd.Timestamp) -> str:
    return words.day(day) if are_relative() else f"{day.day} {day:%B %Y}"
