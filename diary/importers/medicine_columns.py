"""The medicines of a row: columns that name what was taken, and columns headed by a medicine that say how many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from diary.importers.columns import Fault, Parsed, each, is_blank, number_of, plain_text, read_texts
from diary.importers.headers import TAKEN, Header
from diary.importers.sheets import Cell
from diary.importers.table import Table
from diary.importers.words import YES_NO, fold, vocabulary
from diary.medicines import find_medicine, much_of, unit_of

MOST = 4
"""More of one medicine a day is as likely a number of milligrams; but of simple analgesics people take
:data:`MOST_SIMPLE`."""

MOST_SIMPLE = 12
SIMPLE = ("non_opioid", "combination")
STRENGTHS = (2.5,)
"""Triptans come in tablets of 2.5 mg, and nobody takes two and a half."""

HEADED = re.compile(r"(?P<name>.*\D)[\s,(\[]\s*(?P<unit>[^\W\d_]+)\s*[)\]]?\s*")
UNREADABLE = Fault("The cell says neither how many were taken nor yes or no.", "Write a number, yes or no in it.")


@dataclass(slots=True)
class Medicines:
    """The texts of each row's medicine cells; *taken* is False where they say that nothing was, None where blank.

    *blank_is_none*: a blank cell means that nothing was taken.
    """

    texts: list[str]
    taken: list[bool | None]
    blank_is_none: bool


def read_medicines(table: Table) -> Medicines | None:
    """The medicine columns, joined row by row; None where the table has none.

    A blank means none taken if medicines stand in other cells and no cell says "none"; otherwise it is not known.
    """
    headers = [*table.headers.of("medicine"), *table.headers.of(TAKEN)]
    if not headers:
        return None
    named, counted = _rows(table, _named(table)), _rows(table, read_taken(table))
    taken = [_taken(*row) for row in zip(named, counted, strict=True)]
    blank_is_none = _blank_is_none(table, headers, taken)
    every = [(*one, *other) for one, other in zip(named, counted, strict=True)]
    texts = ["; ".join(text for text in row if text not in (None, "", "yes")) for row in every]
    return Medicines(texts, taken, blank_is_none)


def _rows(table: Table, columns: Sequence[Sequence[str | None]]) -> list[tuple[str | None, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * len(table.rows)


def _taken(named: Sequence[str | None], counted: Sequence[str | None]) -> bool | None:
    """Whether anything was taken. "None" says so of everything, a 0 under one medicine only of that."""
    if any(named) or any(counted):
        return True
    if any(text is not None for text in named):
        return False
    return None if None in counted or not counted else False


def _blank_is_none(table: Table, headers: Sequence[Header], taken: list[bool | None]) -> bool:
    asked = table.options.blank_medication
    if not asked and (None not in taken or set(taken) == {None}):
        return None not in taken
    none = asked == "none" if asked else False not in taken
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
        return None
    text = plain_text(cell) or ""
    answer = _yes_no(cell)
    if answer is False:
        return ""
    return "yes" if answer or number_of(cell) else text


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
    return [table.take(header, read_counts(table.cells(header), header.text)) for header in headers]


def read_counts(cells: Sequence[Cell], header: str) -> Parsed[str]:
    """How much of the medicine in the header was taken: a number, an amount with its unit, or yes and no.

    A number is how many, unless the header says its unit. Where numbers of the column are as likely milligrams, it is
    said that it was taken, and no amount.

    >>> read_counts([2, "x", 0, None, "50 mg"], "Sumatriptan 50 mg").values
    ['2 x Sumatriptan 50 mg', 'Sumatriptan 50 mg', '', None, 'Sumatriptan 50 mg']
    >>> read_counts([400, 800], "Ibuprofen (mg)").values, read_counts([400, 800], "Ibuprofen").values
    (['Ibuprofen 400 mg', 'Ibuprofen 800 mg'], ['Ibuprofen', 'Ibuprofen'])
    """
    name, unit = _name_and_unit(header)
    numbers = {number for cell in cells if (number := number_of(cell)) is not None and number >= 0}
    is_open = not unit and _may_be_strengths(numbers, name)
    is_mark = not unit and numbers <= {0, 1}

    def read(cell: Cell) -> str | Fault:
        number, answer = number_of(cell), _yes_no(cell)
        if number is not None and not isinstance(cell, bool):
            if number < 0:
                return UNREADABLE
            counted = f"{name} {number:g} {unit}" if unit else name if is_open or is_mark else f"{number:g} x {name}"
            return counted if number else ""
        if answer is not None:
            return name if answer else ""
        return much_of(name, plain_text(cell) or "") or UNREADABLE

    parsed = each(cells, read)
    return parsed._replace(notices=(_open(header, name, max(numbers)),)) if is_open else parsed


def _name_and_unit(header: str) -> tuple[str, str]:
    """The medicine, and the unit of the numbers under it where the header has one: of "Ibuprofen (mg)", mg.

    A "dose" may be so many tablets or so many milligrams.
    """
    found = HEADED.fullmatch(header)
    unit = unit_of(found["unit"]) if found else None
    if found is None or unit is None:
        return header, ""
    return found["name"].rstrip(" ,(["), "" if unit == "doses" else unit


def _may_be_strengths(numbers: set[float], name: str) -> bool:
    known = find_medicine(name)
    is_simple = known is not None and known.medicine_class in SIMPLE
    most = MOST_SIMPLE if is_simple else MOST
    return bool(numbers) and (max(numbers) > most or not (is_simple or numbers.isdisjoint(STRENGTHS)))


def _open(header: str, name: str, most: float) -> Fault:
    return Fault(
        f'Numbers up to {most:g} in the column "{header}" can be tablets or milligrams: that it was taken was kept, '
        "how much was left open.",
        f'Head the column "{name} (mg)" or "{name} (tablets)", and import the file again.',
    )
