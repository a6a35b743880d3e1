"""Where the words beside a bar stand, so that they neither leave the picture nor hide the bar."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap
from typing import NamedTuple

from analysis.pages.results import Picture

LETTER, LINE, PADDING, GAP = 5.4, 12.5, 6.0, 5.0
"""Width of a letter, height of a line, and the room around them, in points of the picture."""

LETTERS = 46
"""A longer line is broken."""


class Tip(NamedTuple):
    """A frame in points from the picture's upper left corner, and its lines with the place of each."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[float, float, str], ...]


def tip_of(picture: Picture, number: int, word: Callable[[str], str] = str) -> Tip:
    """What one mark says, as *word* says it: at its right, or at its left where there is no room."""
    mark = picture.marks[number]
    lines = [part for line in mark.lines for part in wrap(word(line), LETTERS)]
    width = LETTER * max(map(len, lines)) + 2 * PADDING
    height = LINE * len(lines) + 2 * PADDING
    right = mark.x + mark.width + GAP
    x = right if right + width <= picture.width else max(0.0, mark.x - GAP - width)
    y = max(0.0, min(mark.y, picture.height - height))
    placed = tuple((x + PADDING, y + PADDING + LINE * (n + 0.8), line) for n, line in enumerate(lines))
    return Tip(x, y, width, height, placed)
