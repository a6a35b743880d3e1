"""A column that is called after a medicine: how many of it were taken, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from diary.importers.columns import Fault, Parsed, is_blank, number_of, plain_text, shortened
from diary.importers.headers import column_name
from diary.importers.sheets import Cell
from diary.importers.words import YES_NO, fold, vocabulary
from diary.medicines import MEASURES, bare_name, find_medicine, much_of, unit_of

MOST = 4
"""More of one medicine a day is as likely a number of milligrams; but of simple analgesics people take
:data:`MOST_SIMPLE`."""

MOST_SIMPLE = 12
SIMPLE = ("non_opioid", "combination")
STRENGTHS = (2.5,)
"""Triptans come in tablets of 2.5 mg, and nobody takes two and a half."""

UNKNOWN = "?"
"""What a cell is read as that says something, and nobody knows what."""

HEADED = re.compile(r"(?P<name>.*[^\d\s(\[,.])[\s,(\[]+(?P<unit>[^\W\d_]+)\s*[)\]]?\s*")
WORDS = {"half": 0.5, "halbe": 0.5, "demi": 0.5, "one": 1, "eine": 1, "un": 1, "une": 1, "two": 2, "zwei": 2, "deux": 2}
BEGINS = re.compile(r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)(?P<clock>:\d\d)?|[x×](?![^\W\d_])|½|II+\b)", re.IGNORECASE)
SHOWN = 40
HALF = re.compile(r"\s*(\d{0,3})\s*(?:½|1/2)\s*")
ONLY = "Write only how many, such as 2, 0.5 or 50 mg, or yes or no; the rest belongs in a column for notes."


def left_open(cell: Cell) -> str | None:
    """A word such as "unknown", or a question mark, is no blank."""
    return UNKNOWN if isinstance(cell, str) and any(sign.isalnum() or sign == "?" for sign in cell) else None


def yes_no(cell: Cell) -> bool | None:
    """Whether the cell says yes or no; None where it says anything else."""
    if isinstance(cell, bool):
        return cell
    meaning = vocabulary(*YES_NO).get(fold(plain_text(cell) or ""))
    return None if meaning is None else meaning == "yes"


def read_counts(cells: Sequence[Cell], header: str) -> Parsed[str]:
    """How much of the medicine in the header was taken: a number, an amount with its unit, or yes and no.

    Each cell is read by itself, so that the same row says the same in a longer table. A number is how many, unless
    the header says its unit; where it is as likely milligrams, it is said that it was taken, and no amount.

    >>> read_counts([2, "x", 0, None, "100 mg", "half"], "Sumatriptan 50 mg").values
    ['2 x Sumatriptan 50 mg', 'Sumatriptan', '', None, 'Sumatriptan 100 mg', '0.5 x Sumatriptan 50 mg']
    >>> read_counts([400, 800], "Ibuprofen (mg)").values, read_counts([400, 1], "Ibuprofen").values
    (['Ibuprofen 400 mg', 'Ibuprofen 800 mg'], ['Ibuprofen', '1 x Ibuprofen'])
    """
    name, unit = _name_and_unit(column_name(header))
    known = {cell: _count(cell, name, unit) for cell in {*map(_key, cells)}}
    read = [known[_key(cell)] for cell in cells]
    numbers = [number for number, count in zip(map(_number, cells), read, strict=True) if count.is_open and number]
    faults = {index: count.fault for index, count in enumerate(read) if count.fault}
    return Parsed(
        [count.text for count in read], faults, notices=(_open(header, name, max(numbers)),) if numbers else ()
    )


class Count(NamedTuple):
    """What a cell says of the medicine at the head of its column. *is_open*: its number may be milligrams."""

    text: str | None
    fault: Fault | None = None
    is_open: bool = False


def _key(cell: Cell) -> Cell:
    """True and 1 are equal, and not the same."""
    return str(cell) if isinstance(cell, bool) else cell


def _number(cell: Cell) -> float | None:
    """A number, also as a word, as "x2", or with a half."""
    if not isinstance(cell, str):
        return number_of(cell)
    if half := HALF.fullmatch(cell):
        return float(half[1] or 0) + 0.5
    word = fold(cell)
    return WORDS.get(word, number_of(word[1:] if word[:1] in "x×" else cell))


def _count(cell: Cell, name: str, unit: str) -> Count:
    bare, number, text = bare_name(name), _number(cell), plain_text(cell) or ""
    if is_blank(cell):
        return Count(left_open(cell))
    if number is not None and number >= 0 and (unit or (4 * number).is_integer()):
        if unit in MEASURES:
            return Count(f"{bare} {number:g} {unit}" if number else "")
        if _may_be_strength(number, name):
            return Count(bare, is_open=True)
        return Count("" if not number else f"{name} {number:g} {unit}" if unit else f"{number:g} x {name}")
    answer = yes_no(cell)
    if answer is not None:
        return Count(bare if answer else "")
    begins = BEGINS.match(text)
    is_none = begins and begins["number"] and not begins["clock"] and not float(begins["number"].replace(",", "."))
    if is_none:
        return Count("")
    if said := much_of(name, text):
        return Count(said)
    if begins:
        return Count(bare, Fault(f'"{shortened(text, SHOWN)}" was kept as taken, and how much was left open.', ONLY))
    return Count(UNKNOWN, Fault(f'"{shortened(text, SHOWN)}" says neither how many were taken nor yes or no.', ONLY))


def _name_and_unit(header: str) -> tuple[str, str]:
    """The medicine, and the unit of the numbers under it where the header has one: of "Ibuprofen (mg)", mg.

    A "dose" may be so many tablets or so many milligrams.
    """
    found = HEADED.fullmatch(header)
    unit = unit_of(found["unit"]) if found else None
    if found is None or unit is None:
        return header, ""
    return found["name"].rstrip(" ,(["), "" if unit == "doses" else unit


def _may_be_strength(number: float, name: str) -> bool:
    known = find_medicine(name)
    is_simple = known is not None and known.medicine_class in SIMPLE
    return number > (MOST_SIMPLE if is_simple else MOST) or (not is_simple and number in STRENGTHS)


def _open(header: str, name: str, most: float) -> Fault:
    bare = bare_name(name)
    return Fault(
        f'Numbers up to {most:g} in the column "{header}" can be tablets or milligrams: that it was taken was kept, '
        "how much was left open.",
        f'If they are milligrams, call the column "{bare} (mg)" and import the file again; if you have imported it '
        "already, take that import back first: migraine imports.",
    )
