"""The pain column: which scale it is on, decided from its header and all of its cells, or asked for.

Grades 0-3 and words become *severity*; 0-10 and 0-100 become *intensity*. Neither is made from the other here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from diary.importers.columns import Fault, each, is_blank, number_of
from diary.importers.options import AmbiguousScale, Scale
from diary.importers.sheets import Cell
from diary.importers.words import GRADES, fold, vocabulary

HINTS: tuple[tuple[str, Scale], ...] = (
    (r"\b0\s*(?:-|–|to|bis|a|à|\.\.)\s*100\b|/\s*100\b|\bout of 100\b|%", "0-100"),
    (r"\b[01]\s*(?:-|–|to|bis|a|à|\.\.)\s*10\b|/\s*10\b|\bout of 10\b|\bnrs\b", "0-10"),
    (r"\b0\s*(?:-|–|to|bis|a|à|\.\.)\s*3\b|/\s*3\b", "0-3"),
    (r"\b1\s*(?:-|–|to|bis|a|à|\.\.)\s*4\b", "1-4"),
)
OTHER = re.compile(r"\b[01]\s*(?:-|–|to|bis|a|à|\.\.)\s*\d+\b|/\s*\d+\b|\bout of \d+\b")
"""A header that names a scale: none of those in :data:`HINTS`, where it is looked for after them."""

FEW = 0.1
"""Numbers above 10 in at most this share of a column are slips on a 0-10 scale; in most of it, the scale is 0-100."""


class Pain(NamedTuple):
    """One value for each cell: *severity* 0-3 or *intensity* 0-10; *present* is whether there was pain at all."""

    scale: Scale
    severity: list[int | None]
    intensity: list[float | None]
    present: list[bool | None]
    faults: dict[int, Fault]
    assumptions: tuple[str, ...]


def read_pain(
    cells: Sequence[Cell], header: str = "Pain", scale: Scale | None = None, why_asked: str = "as asked"
) -> Pain:
    """A pain column on the scale that its header names, that is asked for, or that all cells together prove.

    *why_asked* says on whose word *scale* is taken.

    Raises AmbiguousScale: the numbers fit two scales on which they mean different pain.

    >>> read_pain(["none", "mild", None, "severe"]).severity
    [0, 1, None, 3]
    >>> read_pain([0, 7, 10, 14]).intensity
    [0.0, 7.0, 10.0, None]
    """
    chosen, why = _decide(cells, header, scale, why_asked)
    parsed = each(cells, READERS[chosen])
    graded = chosen in ("0-3", "1-4", "3-0", "words")
    return Pain(
        chosen,
        [None if value is None else int(value) for value in parsed.values] if graded else [None] * len(cells),
        [None] * len(cells) if graded else parsed.values,
        [_present(cell, value, chosen) for cell, value in zip(cells, parsed.values, strict=True)],
        parsed.faults,
        (f'The column "{header}" is read as {MEANINGS[chosen]}, {why}.',) if any(map(_told, cells)) else (),
    )


def _told(cell: Cell) -> bool:
    return not is_blank(cell)


def _present(cell: Cell, value: float | None, scale: Scale) -> bool | None:
    """A number above zero is pain on every scale that begins at zero, even where it is too large for this one."""
    if value is not None or scale in REVERSED:
        return None if value is None else value > 0
    number = number_of(cell)
    return True if number is not None and number > 0 else None


def _decide(cells: Sequence[Cell], header: str, asked: Scale | None, why_asked: str) -> tuple[Scale, str]:
    if asked in REVERSED:
        return asked, why_asked  # a header can name the numbers; which end is worst, only a person
    for pattern, scale in HINTS:
        if re.search(pattern, header.casefold()):
            return scale, "as its header says"
    numbers = [number for number in map(number_of, cells) if number is not None]
    words = sum(1 for cell in cells if isinstance(cell, str) and fold(cell) in vocabulary(*GRADES[1:]))
    if words and words >= sum(1 for number in numbers if number):
        return "words", "as most cells are words"
    if asked:
        return asked, why_asked
    if OTHER.search(header.casefold()):
        raise AmbiguousScale(
            f'The header "{header}" names a scale that is not known. Convert its numbers to 0-10 in the file and write '
            "(0-10) in the header. Or say with --scale 0-10, 0-3, 1-4 or 0-100 how to take them as they are."
        )
    return _decide_numbers(numbers, header)


def _decide_numbers(numbers: list[float], header: str) -> tuple[Scale, str]:
    over = sum(1 for number in numbers if number > 10)
    if over > len(numbers) / 2:
        return "0-100", "as most numbers are above 10"
    if over > max(1, FEW * len(numbers)):
        _ask(header, "0-10 and 0-100", numbers)
    if max(numbers, default=0) > 4 or any(number % 1 for number in numbers):
        return "0-10", f"as it goes up to {max(number for number in numbers if number <= 10):g}"
    if any(numbers):
        _ask(header, "more than one scale", numbers)
    return "0-10", "as it holds nothing but zeros"


def _ask(header: str, scales: str, numbers: list[float]) -> None:
    raise AmbiguousScale(
        f'The numbers in the column "{header}" go from {min(numbers):g} to {max(numbers):g}, which fits {scales}. '
        "Say which with --scale 0-10, 0-3, 1-4 or 0-100, or, where 0 is the worst, with --scale 10-0, 3-0 or 100-0."
    )


def _number(high: float, convert: Callable[[float], float], *, whole: bool) -> Callable[[Cell], float | Fault]:
    """A reader of numbers from 0 to *high*; a word for "none" is 0."""

    def read(cell: Cell) -> float | Fault:
        if isinstance(cell, str) and vocabulary("no", "none").get(fold(cell)):
            return 0.0
        number = number_of(cell)
        if number is None:
            return Fault(f'"{cell}" is not a number from 0 to {high:g}.', "Use one scale, or leave the cell empty.")
        if not 0 <= number <= high or (whole and number % 1):
            return Fault(
                f"{number:g} is not on a scale from 0 to {high:g}.", "Correct the number, or leave the cell empty."
            )
        return convert(number)

    return read


def _word(cell: Cell) -> float | Fault:
    if cell == 0 and not isinstance(cell, bool):
        return 0.0
    meaning = vocabulary("no", *GRADES).get(fold(str(cell)))
    if meaning is None:
        return Fault(f'"{cell}" is not a word for severity.', "Write none, mild, moderate or severe.")
    return 0.0 if meaning == "no" else float(GRADES.index(meaning))


READERS: dict[Scale, Callable[[Cell], float | Fault]] = {
    "0-10": _number(10, float, whole=False),
    "0-100": _number(100, lambda number: number / 10, whole=False),
    "0-3": _number(3, float, whole=True),
    "1-4": _number(4, lambda number: min(number, 3), whole=True),
    "10-0": _number(10, lambda number: 10 - number, whole=False),
    "100-0": _number(100, lambda number: 10 - number / 10, whole=False),
    "3-0": _number(3, lambda number: 3 - number, whole=True),
    "words": _word,
}
REVERSED: tuple[Scale, ...] = ("10-0", "100-0", "3-0")
MEANINGS: dict[Scale, str] = {
    "0-10": "intensity from 0 to 10, the worst",
    "0-100": "intensity from 0 to 100, the worst",
    "10-0": "intensity from 10, no pain, to 0, the worst",
    "100-0": "intensity from 100, no pain, to 0, the worst",
    "3-0": "severity: 3 none, 2 mild, 1 moderate, 0 severe",
    "0-3": "severity: 0 none, 1 mild, 2 moderate, 3 severe",
    "1-4": "severity: 1 mild, 2 moderate, 3 severe, 4 very severe, which is filed as severe",
    "words": "words for severity",
}
