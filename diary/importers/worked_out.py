"""Cells that follow from several cells of a row: worked out before an app's table is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from diary.importers.sheets import Cell, Sheet
from diary.importers.words import fold


def with_worked_out(
    sheet: Sheet, row: int, titles: Sequence[str], work_out: Callable[[Mapping[str, Cell]], Sequence[Cell]]
) -> Sheet:
    """The sheet with columns of these titles, put in the place of those that it has or at its right.

    *row* is the row of its headers, from zero; *work_out* makes the new cells of each row below from its cells, by
    folded header.

    >>> sheet = Sheet("", [["Day", "Count"], ["Mon", 2]])
    >>> with_worked_out(sheet, 0, ["Count", "Twice"], lambda cells: [0, cells["count"] * 2]).rows
    [['Day', 'Count', 'Twice'], ['Mon', 0, 4]]
    """
    header = list(sheet.rows[row])
    width = max(map(len, sheet.rows[row:]))
    header += [None] * (width - len(header))
    places = {fold(cell): n for n, cell in reversed(list(enumerate(header))) if isinstance(cell, str)}
    header += [title for title in titles if fold(title) not in places]
    targets = [header.index(title) if fold(title) not in places else places[fold(title)] for title in titles]

    def worked_out(cells: Sequence[Cell]) -> list[Cell]:
        wide = [*cells, *[None] * (len(header) - len(cells))]
        if any(cells):
            for target, cell in zip(targets, work_out({title: wide[n] for title, n in places.items()}), strict=True):
                wide[target] = cell
        return wide

    return replace(sheet, rows=[*sheet.rows[:row], header, *map(worked_out, sheet.rows[row + 1 :])])
