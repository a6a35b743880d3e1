"""The injection map: what was injected where in one session, drawn on a head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch

from analysis.charts.heads import outlines
from analysis.charts.injection_sites import (
    BACK,
    FIXED_COUNT,
    FIXED_UNITS,
    FRONT,
    LEFT_SIDE,
    PARADIGM,
    RIGHT_SIDE,
    VIEWS,
    Place,
    fixed_sites,
    site_place,
)
from analysis.charts.style import INK, OPEN, QUIET, RC, SESSION, SEVERITY_COLOURS, WIDTH_CM, plain, say, shorten, symbol
from analysis.charts.timeline import is_cosmetic, sessions
from analysis.reports.words import count, day, listed, number
from diary.model import MUSCLES, SIDES
from diary.tables import INJECTIONS, facts_frame

Word = Callable[[str], str]
"""Says a text in another language; ``str`` leaves it as it is."""

TITLE = "Injection map"
NOTHING = "No injections by muscle are recorded yet."
HEIGHT_CM = 15.98
"""Height of the figure without the notes below the drawing."""

SCALE = 0.27
"""Centimetres on paper for a centimetre of the head."""

TOP = 14.6
ORIGINS = {RIGHT_SIDE: (3.0, 10.6), FRONT: (8.5, 11.41), LEFT_SIDE: (14.0, 10.6), BACK: (8.9, 3.9)}
"""Where each view's origin lies on the paper, in centimetres from its lower left corner."""

HANDS = {FRONT: (("R", -6.6), ("L", 6.6)), BACK: (("L", -6.6), ("R", 6.6))}
HANDS_Y = {FRONT: 9.0, BACK: 12.8}
CAPTIONS = {FRONT: (0, 10.2), RIGHT_SIDE: (0, 13.2), LEFT_SIDE: (0, 13.2), BACK: (0, 14.1)}

MARK, LETTER, RING = 0.19, 0.05, 0.08
"""Half the height of a mark, what each further letter adds to half its width, and the radius of a ring, in centimetres
on paper."""

LINE = 0.42
TABLE_TOP, COLUMNS, LONGEST_NAME = 6.7, (3.95, 4.7, 5.5, 6.35), 20
TABLE_SIDES = ("right", "midline", "left")
TOTALS_AT, TOTALS_LETTERS = (12.1, 6.7), 32
NOTES_AT, NOTES_LETTERS = (0.0, -0.6), 108

DARK = SEVERITY_COLOURS["severe"]
FIXED_NAME = "site of the fixed paradigm, with its units"
FURTHER_NAME = "further site (follow the pain)"
ABSENT_NAME = "fixed site, nothing recorded"
PLACES_NOTE = "Places within a muscle are those of the paradigm: the record holds how many sites, not where each was."


class Row(NamedTuple):
    """One muscle and side of a session; *sites* or *units* may be missing."""

    muscle: str
    side: str
    sites: int
    units: float

    @property
    def places(self) -> list[Place]:
        """The places of its sites in the drawing: fewer than its sites where there is no place for more."""
        found = (site_place(self.muscle, self.side, n) for n in range(1, self.sites + 1))
        return [place for place in found if place]

    @property
    def left_out(self) -> str:
        """What of it has no place in the drawing, in words; empty where all of it has."""
        missing = self.sites - len(self.places)
        if self.sites and not missing:
            return ""
        of_them = f"{missing} of {self.sites} sites" if self.places else self.each
        return f"{self.name} ({of_them})"

    @property
    def name(self) -> str:
        """Side and muscle as people say them."""
        return f"{self.side} {self.muscle.replace('_', ' ')}"

    @property
    def each(self) -> str:
        """Sites and the units of each of them, as in "2 × 5"."""
        if not self.sites:
            return f"{units_text(self.units)} U, sites not known"
        return f"{self.sites} × {self.units_each}"

    @property
    def units_each(self) -> str:
        """The units of one of its sites, as a number in text."""
        return units_text(self.units / self.sites)


def units_text(units: float) -> str:
    """Units with a decimal only where there is one.

    >>> units_text(5.0), units_text(12.5 / 3), units_text(float("nan"))
    ('5', '4.2', '?')
    """
    return "?" if pd.isna(units) else number(units).removesuffix(".0")


def map_rows(injections: pd.DataFrame) -> list[Row]:
    """The rows of one session's ``injections``, the paradigm's muscles first, from the brow to the shoulder."""
    summed = injections.groupby(["muscle", "side"], as_index=False)[["sites", "units"]].sum(min_count=1)
    rows = [
        Row(str(muscle), str(side), 0 if pd.isna(sites) else int(sites), np.nan if pd.isna(units) else float(units))
        for muscle, side, sites, units in summed.itertuples(index=False, name=None)
    ]
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[int, str, int, str]:
    return _place_in(MUSCLES, row.muscle), row.muscle, _place_in(SIDES, row.side), row.side


def _place_in(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def latest_map(
    windows: pd.DataFrame, treatments: pd.DataFrame, injections: pd.DataFrame | None
) -> tuple[pd.DataFrame, str]:
    """The injections of the latest session that began a cycle and has some, and what to call the session.

    Empty where there is no such session.
    """
    if injections is None:
        return facts_frame((), INJECTIONS), ""
    given = sessions(treatments)
    begun = given["start"].isin(windows.loc[windows["phase"] == "cycle", "start"])
    mapped = given[~is_cosmetic(given) & begun & given["treatment_id"].isin(injections["treatment_id"])]
    latest = mapped[mapped["start"] == mapped["start"].max()]
    heading = f"{day(latest['start'].iloc[0])}, {latest['product'].iloc[0]}" if len(latest) else ""
    return injections[injections["treatment_id"].isin(latest["treatment_id"])], heading


def map_height(injections: pd.DataFrame, word: Word = str) -> float:
    """How high a figure the map of these injections needs, in centimetres."""
    return HEIGHT_CM + LINE * len(_notes(map_rows(injections), word))


def draw_injections(injections: pd.DataFrame, ax: Axes, heading: str = "", word: Word = str) -> Axes:
    """The sites of one session on a head seen from the front, from both sides and from behind, with their units.

    *injections* are the rows of one session; *heading* says which. A filled mark is a site of the fixed paradigm
    (:mod:`analysis.charts.injection_sites`), an open square a site beyond it, a small ring a fixed site of a muscle
    and side without a row. What has no place in the drawing is written below it. What is broken into lines is said as
    *word* says it.
    """
    rows = map_rows(injections)
    title = f"{TITLE}, {heading}" if heading else TITLE
    if not rows:
        return say(ax, title, NOTHING)
    with rc_context(RC):
        for view in VIEWS:
            _draw_view(ax, view)
        kinds = {kind for row in rows for kind in _draw_row(ax, row)} | set(_draw_absent(ax, rows))
        _write_table(ax, rows)
        _write_below(ax, rows, word)
        _frame(ax, title, _key(kinds))
    return ax


def _frame(ax: Axes, title: str, key: list[Any]) -> None:
    plain(ax, title, key, columns=3)
    ax.set(xticks=[], yticks=[])
    ax.set_xlim(0, WIDTH_CM)
    ax.set_aspect("equal", anchor="NW")
    ax.spines["bottom"].set_visible(False)
    for inside in filter(None, (*ax.texts, ax.get_legend())):
        inside.set_in_layout(False)  # they have room in the axes, and shall not narrow them


def _on_paper(place: Place) -> tuple[float, float]:
    x, y = ORIGINS[place.view]
    return x + SCALE * place.x, y + SCALE * place.y


def _draw_view(ax: Axes, view: str) -> None:
    """The lines of one view, its name above, and the patient's left and right beside it."""
    for path, faint in outlines(view):
        points = np.asarray(path.vertices) * SCALE + ORIGINS[view]
        colour, width = (OPEN, 0.6) if faint else (QUIET, 1.0)
        drawn = type(path)(points, path.codes)
        ax.add_patch(PathPatch(drawn, fill=False, edgecolor=colour, linewidth=width, capstyle="round"))
    ax.text(*_on_paper(Place(view, *CAPTIONS[view])), view, ha="center", color=QUIET)
    for letter, x in HANDS.get(view, ()):
        ax.text(*_on_paper(Place(view, x, HANDS_Y[view])), letter, ha="center", fontweight="bold", color=INK)


def _draw_row(ax: Axes, row: Row) -> set[str]:
    """The marks of one muscle and side. Returns which kinds they are."""
    fixed = fixed_sites(row.muscle, row.side)
    for n, place in enumerate(row.places):
        _draw_mark(ax, *_on_paper(place), row.units_each, beyond=n >= fixed)
    return {FURTHER_NAME if n >= fixed else FIXED_NAME for n in range(len(row.places))}


def _draw_mark(ax: Axes, x: float, y: float, text: str, *, beyond: bool) -> None:
    half = MARK + LETTER * (len(text) - 1)
    style = "square,pad=0" if beyond else f"round,pad=0,rounding_size={MARK}"
    face, edge = ("white", SESSION) if beyond else (DARK, "white")
    box = FancyBboxPatch((x - half, y - MARK), 2 * half, 2 * MARK, style, facecolor=face, edgecolor=edge, zorder=3)
    ax.add_patch(box)
    ax.text(x, y, text, ha="center", va="center_baseline", color=INK if beyond else "white", zorder=4)


def _draw_absent(ax: Axes, rows: list[Row]) -> list[str]:
    """Rings at the fixed sites of muscles and sides without a row."""
    there = {(row.muscle, row.side) for row in rows}
    absent = [Row(*key, fixed_sites(*key), np.nan) for key in PARADIGM if key not in there]
    for x, y in (_on_paper(place) for row in absent for place in row.places):
        ax.add_patch(Circle((x, y), RING, facecolor="white", edgecolor=OPEN, linewidth=0.8, zorder=2.5))
    return [ABSENT_NAME] if absent else []


def _key(kinds: set[str]) -> list[Line2D]:
    marks = (
        symbol("o", FIXED_NAME, DARK, DARK),
        symbol("s", FURTHER_NAME, "white"),
        symbol("o", ABSENT_NAME, "white", OPEN),
    )
    marks[0].set_markersize(8)
    return [mark for mark in marks if mark.get_label() in kinds]


def _write_table(ax: Axes, rows: list[Row]) -> None:
    """Every muscle with the sites and units of each side, and what they add up to."""
    header = ("sites × units", "right", "", "left", "U")
    lines = [header, *(_muscle_line(rows, muscle) for muscle in dict.fromkeys(row.muscle for row in rows))]
    for n, (name, *cells) in enumerate(lines):
        y, colour = TABLE_TOP - LINE * n, INK if n else QUIET
        ax.text(0, y, shorten(name, LONGEST_NAME), color=colour)
        for x, cell in zip(COLUMNS, cells, strict=True):
            ax.text(x, y, cell, ha="right", color=colour)


def _muscle_line(rows: list[Row], muscle: str) -> tuple[str, ...]:
    mine = [row for row in rows if row.muscle == muscle]
    sides = {row.side: row.each for row in mine}
    units = units_text(sum(row.units for row in mine))
    return muscle.replace("_", " "), *(sides.get(side, "") for side in TABLE_SIDES), units


def _write_below(ax: Axes, rows: list[Row], word: Word) -> None:
    """What it adds up to, beside the head; what the drawing leaves out and what it rests on, below it."""
    _write_lines(ax, TOTALS_AT, wrap(word(total_text(rows)), TOTALS_LETTERS), INK)
    notes = _notes(rows, word)
    _write_lines(ax, NOTES_AT, notes, QUIET)
    ax.set_ylim(NOTES_AT[1] - LINE * len(notes), TOP)


def _notes(rows: list[Row], word: Word) -> list[str]:
    return [*wrap(word(_left_out_text(rows)), NOTES_LETTERS), *wrap(word(PLACES_NOTE), NOTES_LETTERS)]


def _write_lines(ax: Axes, at: tuple[float, float], lines: list[str], colour: str) -> None:
    for n, line in enumerate(lines):
        ax.text(at[0], at[1] - LINE * n, line, color=colour)


def total_text(rows: list[Row]) -> str:
    """Units and sites in all, and against the fixed paradigm.

    >>> total_text([Row("frontalis", "left", 2, 10.0)])
    '10 U in 2 sites. The fixed paradigm has 155 U of onabotulinumtoxinA in 31 sites: 145 U below it.'
    """
    units, sites = sum(row.units for row in rows), sum(row.sites for row in rows)
    if (units, sites) == (FIXED_UNITS, FIXED_COUNT):
        return f"{units_text(units)} U in {sites} sites, as many as the fixed paradigm has (of onabotulinumtoxinA)."
    fixed = f"The fixed paradigm has {FIXED_UNITS} U of onabotulinumtoxinA in {FIXED_COUNT} sites"
    given = f"{units_text(units)} U in {count(sites, 'site')}. {fixed}"
    if np.isnan(units):
        return f"{given}; the units are not known for every muscle."
    return f"{given}: {units_text(abs(units - FIXED_UNITS))} U {'above' if units > FIXED_UNITS else 'below'} it."


def _left_out_text(rows: list[Row]) -> str:
    left_out = [row.left_out for row in rows if row.left_out]
    return f"Not in the drawing: {listed(left_out)}." if left_out else ""


def describe_injections(injections: pd.DataFrame, heading: str = "") -> str:
    """The injection map in words: what it adds up to, then every muscle and side with its sites and units."""
    rows = map_rows(injections)
    title = f"{TITLE}, {heading}" if heading else TITLE
    if not rows:
        return f"{title}: {NOTHING[0].lower()}{NOTHING[1:]}"
    muscles = "; ".join(f"{row.name} {row.each}" for row in rows)
    parts = [f"{title}: {total_text(rows)}", f"Sites × units of each: {muscles}.", _left_out_text(rows), PLACES_NOTE]
    return " ".join(part for part in parts if part)
