"""Forms in which apps write what the general readers of tables take otherwise: see :class:`app_table.Column`."""

from __future__ import annotations

from collections.abc import Callable

from diary.importers.columns import number_of
from diary.importers.sheets import Cell
from diary.importers.words import fold


def is_attack(_: Cell) -> Cell:
    """Yes, whatever the cell holds: a row is an attack, however little it says."""
    return True


def graded(cell: Cell) -> Cell:
    """A pain level of an attack; 0 is the control left alone, and leaves the pain open.

    >>> graded("0"), graded("7")
    (None, '7')
    """
    return None if number_of(cell) == 0 else cell


def taken(name: str) -> Callable[[Cell], Cell]:
    """The name of a medicine where its column says Yes, "none" where it says No.

    >>> taken("Excedrin")("Yes"), taken("Excedrin")("No")
    ('Excedrin', 'none')
    """
    return lambda cell: {"yes": name, "no": "none"}.get(fold(str(cell)), cell)
