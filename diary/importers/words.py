"""What people write in cells, in seven languages: ``words.csv`` as look-ups. A word is compared folded."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

YES_NO = ("yes", "no", "none")
GRADES = ("none", "mild", "moderate", "severe")
KINDS = ("migraine", "probable", "tension", "cluster", "other")
UNITS = ("days", "hours", "minutes")
MONTHS = tuple(f"month {number}" for number in range(1, 13))


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Small letters without accents, and single spaces. Remembered: a diary says the same few words in every row.

    >>> fold("  Übelkeit  STARK ")
    'ubelkeit stark'
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(text.casefold().split())


def normal(header: str) -> str:
    """A header as letters and digits alone, so that spelling and punctuation do not matter.

    >>> normal("Start-Zeit / Début:")
    'start zeit debut'
    """
    return " ".join(re.sub(r"[\W_]+", " ", fold(header)).split())


@cache
def vocabulary(*meanings: str) -> dict[str, str]:
    """Folded words of these meanings, each with its meaning.

    >>> vocabulary("yes", "no")["oui"], vocabulary("mild", "severe")["leicht"]
    ('yes', 'mild')
    """
    return {fold(row["word"]): row["meaning"] for row in _rows("words.csv") if row["meaning"] in meanings}


@cache
def synonyms() -> dict[str, str]:
    """Normal headers, each with the field that it names (``headers.csv``)."""
    return {normal(row["synonym"]): row["field"] for row in _rows("headers.csv")}


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
