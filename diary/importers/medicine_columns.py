"""The medicines of a row: columns that name what was taken, and columns headed by a medicine that say how many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from diary.importers.columns import Fault, Parsed, is_blank, number_of, plain_text, read_texts
from diary.importers.headers import TAKEN, Header
from diary.importers.sheets import Cell
from diary.importers.table import Table
from diary.importers.words import YES_NO, fold, vocabulary
from diary.medicines import MEASURES, Medicine, bare_name, column_name, find_medicine, much_of, unit_of
from diary.model import ACUTE_CLASSES, Problem

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


@dataclass(slots=True)
class Medicines:
    """The texts of each row's medicine cells; *taken* is False where they say that nothing was, None where blank.

    *blank_is_none*: a blank cell means that nothing was taken. *unread* are the rows of which a cell says something,
    and nobody knows what.
    """

    texts: list[str]
    taken: list[bool | None]
    blank_is_none: bool
    unread: list[bool]

    def is_none(self, index: int) -> bool:
        """Whether the row is blank, and that means that nothing was taken."""
        return self.taken[index] is None and self.blank_is_none and not self.unread[index]


def read_medicines(table: Table) -> Medicines | None:
    """The medicine columns, joined row by row; None where the table has none.

    A blank means none taken if medicines stand in other cells and no cell says "none"; otherwise it is not known.
    """
    headers = [*table.headers.of("medicine"), *table.headers.of(TAKEN)]
    if not headers:
        return None
    named, counted = _rows(table, _named(table)), _rows(table, read_taken(table))
    taken = [_taken(*row) for row in zip(named, counted, strict=True)]
    every = [(*one, *other) for one, other in zip(named, counted, strict=True)]
    says_none = False in taken or any("" in row for row in counted)
    texts = ["; ".join(text for text in row if text not in (None, "", "yes", UNKNOWN)) for row in every]
    return Medicines(texts, taken, _blank_is_none(table, headers, taken, says_none), [UNKNOWN in row for row in every])


def _rows(table: Table, columns: Sequence[Sequence[str | None]]) -> list[tuple[str | None, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * len(table.rows)


def _taken(named: Sequence[str | None], counted: Sequence[str | None]) -> bool | None:
    """Whether anything was taken. "None" says so of everything, a 0 under one medicine only of that."""
    if any(text and text != UNKNOWN for text in (*named, *counted)):
        return True
    if UNKNOWN in named or UNKNOWN in counted:
        return None
    if any(text is not None for text in named):
        return False
    return None if None in counted or not counted else False


def _blank_is_none(table: Table, headers: Sequence[Header], taken: list[bool | None], says_none: bool) -> bool:
    asked = table.options.blank_medication
    if not asked and (None not in taken or (set(taken) == {None} and not says_none)):
        return None not in taken
    none = asked == "none" if asked else not says_none
    why = table.why("blank_medication") if asked else "as no cell says none" if none else "as other cells say none"
    meaning = "that nothing was taken" if none else "that it is not known whether anything was taken"
    table.assume(f'A blank in the column "{headers[0].text}" means {meaning}, {why}.')
    return none


# Columns that name what was taken


def _named(table: Table) -> list[list[str | None]]:
    columns = [[_medicine_text(cell) for cell in table.cells(header)] for header in table.headers.of("medicine")]
    doses = [table.take(header, read_texts(table.cells(header))) for header in table.headers.of("dose")]
    if len(doses) == len(columns):
        columns = [[_with_dose(*pair) for pair in zip(*both, strict=True)] for both in zip(columns, doses, strict=True)]
    return columns


def _medicine_text(cell: Cell) -> str | None:
    """The cell's text; empty where it says that nothing was taken, ``yes`` where it does not say what.

    A number is how many were taken, of what nobody knows.
    """
    if is_blank(cell):
        return _left_open(cell)
    text = plain_text(cell) or ""
    answer = _yes_no(cell)
    if answer is False:
        return ""
    return "yes" if answer or number_of(cell) else text


def _left_open(cell: Cell) -> str | None:
    """A word such as "unknown", or a question mark, is no blank."""
    return UNKNOWN if isinstance(cell, str) and any(sign.isalnum() or sign == "?" for sign in cell) else None


def _yes_no(cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    meaning = vocabulary(*YES_NO).get(fold(plain_text(cell) or ""))
    return None if meaning is None else meaning == "yes"


def _with_dose(text: str | None, dose: str | None) -> str | None:
    return f"{text} {dose}" if text and dose and text != "yes" else text


# Columns headed by a medicine


def read_taken(table: Table) -> list[list[str | None]]:
    """Each column that is called after a medicine, as it would be written: "2 x Sumatriptan 50 mg"; empty for none."""
    headers = table.headers.of(TAKEN)
    if headers:
        names = ", ".join(header.text for header in headers)
        table.assume(f"Columns that are called after a medicine say how many of it were taken: {names}.")
        _note_doubled(table, headers)
    return [table.take(header, read_counts(table.cells(header), header.text)) for header in headers]


def _note_doubled(table: Table, headers: Sequence[Header]) -> None:
    """That another column may tell of the same intakes, or that a column of amounts belongs to nobody knows which."""
    where = table.sheet.place(table.headers.row)
    medicines = [find_medicine(header.text) for header in headers]
    doubled = [
        (one.text, other.text)
        for n, (other, second) in enumerate(zip(headers, medicines, strict=True))
        for one, first in zip(headers[:n], medicines, strict=False)
        if first and second and _may_be_the_same(first, second)
    ]
    doubled += [(named.text, headers[0].text) for named in table.headers.of("medicine")[:1]]
    for one, other in doubled:
        what = f'The columns "{one}" and "{other}" may tell of the same intakes; both were read.'
        table.problems.append(Problem(where, what, "If they do, leave one of the two out of the file."))
    for dose in table.headers.of("dose") if not table.headers.has("medicine") else ():
        what = f'The column "{dose.text}" was not read: it is not known which medicine it belongs to.'
        table.problems.append(Problem(where, what, "Write the amount in the column of the medicine: 50 mg."))


def _may_be_the_same(one: Medicine, other: Medicine) -> bool:
    """The same substances; or a class, such as any triptan, and one of it."""
    same_class = one.medicine_class == other.medicine_class
    return one.substances == other.substances or (
        same_class and {one.generic, other.generic} & set(ACUTE_CLASSES) != set()
    )


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
        return Count(_left_open(cell))
    if number is not None and number >= 0 and (unit or (4 * number).is_integer()):
        if unit in MEASURES:
            return Count(f"{bare} {number:g} {unit}" if number else "")
        if _may_be_strength(number, name):
            return Count(bare, is_open=True)
        return Count("" if not number else f"{name} {number:g} {unit}" if unit else f"{number:g} x {name}")
    answer = _yes_no(cell)
    if answer is not None:
        return Count(bare if answer else "")
    begins = BEGINS.match(text)
    is_none = begins and begins["number"] and not begins["clock"] and not float(begins["number"].replace(",", "."))
    if is_none:
        return Count("")
    if said := much_of(name, text):
        return Count(said)
    if begins:
        return Count(bare, Fault(f'"{_short(text)}" was kept as taken, and how much was left open.', ONLY))
    return Count(UNKNOWN, Fault(f'"{_short(text)}" says neither how many were taken nor yes or no.', ONLY))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


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
