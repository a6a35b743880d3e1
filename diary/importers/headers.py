"""Finding the row of headers, and what each column is.

Only exact synonyms count: a near miss is a suggestion, never a choice. A column may be headed by the medicine itself,
with how many were taken below.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from diary.importers.sheets import Row, Sheet
from diary.importers.words import normal, synonyms
from diary.medicines import names_only

SEARCHED_ROWS = 40
"""Titles, addresses and instructions may stand above a table, but not more than this many rows of them."""

TAKEN = "taken"
"""The field of a column that is headed by a medicine."""

LONGEST = 300
"""Characters of a header; a longer text is none."""

BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
SCALE_WORDS = re.compile(r"\b[01]\s*(?:-|–|to|bis|a|à)\s*\d{1,3}\b|/\s*\d{1,3}\b|\bout of \d{1,3}\b", re.IGNORECASE)
NUMBERED = re.compile(r"\s*#?\d+\s*$")

COUNTED_BEFORE = re.compile(
    r"^(?:(?:number|no\.|nr\.|count|quantity|qty\.?|anzahl|menge|nombre|nb\.?|how many|how much|wie viele?|combien)"
    r"(?:\s+(?:of|de|an|der))?|(?:rescue|acute|medication|medicine|meds?|medikament|akut)\s*:)\s+",
    re.IGNORECASE,
)
COUNTED_AFTER = re.compile(
    r"[\s,(\[]+(?:count|qty\.?|quantity|number|taken|used|use|anzahl|genommen|einnahmen?|pris|y/n|yes/no|ja/nein|oui/non)"
    r"\s*[)\]]?\s*$",
    re.IGNORECASE,
)


class Header(NamedTuple):
    """One column: its place from zero, its text, and the field that it names; None where it names none."""

    column: int
    text: str
    field: str | None


class Headers(NamedTuple):
    """The row of headers, from zero, and its columns."""

    row: int
    columns: tuple[Header, ...]

    def of(self, field: str) -> list[Header]:
        """The columns of a field, from left to right."""
        return [header for header in self.columns if header.field == field]

    def has(self, *fields: str) -> bool:
        """Is there a column for any of the fields?"""
        return any(header.field in fields for header in self.columns)


@lru_cache(maxsize=512)
def field_of(text: str) -> str | None:
    """The field that a header names, with its unit, scale and number left aside.

    >>> field_of("Pain level (0-10)"), field_of("Pain 1-5"), field_of("Medication 2"), field_of("Weather")
    ('pain', 'pain', 'medicine', None)
    """
    if len(text) > LONGEST:
        return None
    plain = SCALE_WORDS.sub(" ", BRACKETS.sub(" ", text))
    for candidate in (text, plain, NUMBERED.sub("", plain)):
        field = synonyms().get(normal(candidate))
        if field:
            return field
    return None


def column_field(text: str) -> str | None:
    """The field that the header of a column names; :data:`TAKEN` where it is the name of a medicine.

    >>> column_field("Pain (0-10)"), column_field("Sumatriptan 50 mg"), column_field("Sumatriptan helped?")
    ('pain', 'taken', None)
    """
    return field_of(text) or (TAKEN if names_only(column_name(text)) else None)


def column_name(header: str) -> str:
    """The header of a column without the words that say that it counts.

    >>> [column_name(header) for header in ("No. of sumatriptan", "Anzahl Triptan", "Ibuprofen (y/n)", "Rescue: Advil")]
    ['sumatriptan', 'Triptan', 'Ibuprofen', 'Advil']
    """
    name = COUNTED_BEFORE.sub("", header.strip())
    while (shorter := COUNTED_AFTER.sub("", name)) != name:
        name = shorter
    return name.strip() or header.strip()


def find_headers(sheet: Sheet) -> Headers | None:
    """The row among the first that names the most fields; None where no row names two, or a sheet is empty."""
    rows = [(index, row) for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]) if any(row)]
    best = max(rows, key=lambda item: len(known_fields(item[1])), default=None)
    if best is None or not known_fields(best[1]):
        return None
    index, row = best
    named = ((place, cell) for place, cell in enumerate(row) if isinstance(cell, str))
    return Headers(index, tuple(Header(place, cell.strip(), column_field(cell)) for place, cell in named))


def known_fields(row: Row) -> set[str]:
    """The fields that a row's texts name."""
    fields = (field_of(cell) for cell in row if isinstance(cell, str) and len(cell) < 80)
    return {field for field in fields if field}


def texts(sheet: Sheet) -> list[str]:
    """The likely headers of a sheet that no layout knows: the texts of the first row with most of them."""
    rows = sheet.rows[:SEARCHED_ROWS]
    counted = [[cell.strip() for cell in row if isinstance(cell, str) and cell.strip()] for row in rows]
    return max(counted, key=len, default=[])


def text_row(sheet: Sheet) -> int:
    """The row, from zero, that most likely holds the headers: the first of those with the most texts."""
    rows = sheet.rows[:SEARCHED_ROWS]
    counts = [sum(isinstance(cell, str) and bool(cell.strip()) for cell in row) for row in rows]
    return max(range(len(counts)), key=counts.__getitem__, default=0)


def nearest(text: str) -> str | None:
    """The synonym that a misspelt header may mean, to be suggested and never used.

    >>> nearest("Headahce"), nearest("Weather")
    ('headache', None)
    """
    from rapidfuzz import fuzz, process

    plain = normal(text)
    if plain in synonyms():
        return None
    best = process.extractOne(plain, list(synonyms()), scorer=fuzz.ratio, score_cutoff=80)
    return best[0] if best else None
