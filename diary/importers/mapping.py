"""A table that nobody knows, for a person to say what its columns are: what they hold, and what they most likely mean.

Nothing of it is taken without the person's word; both the command line and the page ask from here.
"""

from __future__ import annotations

from collections.abc import Iterable

from diary.importers.columns import is_blank, plain_text, shortened
from diary.importers.general import with_shape
from diary.importers.headers import column_field, nearest
from diary.importers.options import Options
from diary.importers.profile import FIELDS, Profile, header_text
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.table import Table, table_under
from diary.importers.words import normal, synonyms

SKIP = "skip"
"""The answer for a column that is not to be read."""

SHOWN_LETTERS = 24
"""How much of a cell is shown."""


def filled_sheets(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The sheets with anything in them."""
    return [sheet for sheet in sheets if any(map(any, sheet.rows))]


def table_of(profile: Profile, sheet: Sheet) -> Table | None:
    """The table as the profile reads it; None where no shape of table takes it for its own."""
    headers = profile.headers(sheet)
    found = with_shape(table_under(sheet, headers, Options())) if headers and profile.columns else None
    return found.table if found else None


def column_names(sheet: Sheet, number: int) -> dict[str, int]:
    """The place of each column, by its header or else by its number; columns without anything in them are left out."""
    below = sheet.rows[number + 1 :]
    width = max(map(len, sheet.rows))
    row: Row = [None] * width if number < 0 else [*sheet.rows[number], *[None] * (width - len(sheet.rows[number]))]
    filled = (place for place in range(width) if any(place < len(r) and not is_blank(r[place]) for r in below))
    return {header_text(row, place): place for place in filled}


def short(cell: Cell) -> str:
    """A cell, cut where it is long."""
    return shortened(plain_text(cell) or "", SHOWN_LETTERS)


def suggestion(header: str) -> str:
    """What a header most likely means, to be asked about.

    >>> suggestion("Tag"), suggestion("Headahce"), suggestion("Imigran 50 mg"), suggestion("Wetter")
    ('date', 'headache', 'taken', 'skip')
    """
    near = nearest(header)
    field = column_field(header) or (synonyms()[normal(near)] if near else None)
    return "date" if field == "day" else field if field in FIELDS else SKIP


def samples(sheet: Sheet, number: int, place: int) -> str:
    """Up to three different cells of a column."""
    cells = (row[place] for row in sheet.rows[number + 1 :] if place < len(row) and not is_blank(row[place]))
    return ", ".join(list(dict.fromkeys(map(short, cells)))[:3])


def fitting_profile(profiles: Iterable[Profile], sheets: Iterable[Sheet]) -> Profile | None:
    """The first profile that knows the columns of one of the sheets; None where there is none."""
    filled = filled_sheets(sheets)
    return next((profile for profile in profiles if any(table_of(profile, sheet) for sheet in filled)), None)
