"""Botulinum sessions that stand in a table: a column of a diary, or a table of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from math import isfinite
from typing import NamedTuple

from diary.importers.columns import Fault, each, number_of
from diary.importers.dates import said
from diary.importers.headers import Header, Headers
from diary.importers.sheets import Cell
from diary.importers.table import Table, date_header, dated_rows, drop_repeats, keep_first
from diary.importers.words import fold, normal, vocabulary
from diary.model import Batch, Treatment

SOURCE = "session table"
UNITS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:u|units?|iu|e|einheiten|ui|unites|unidades|unita|eenheden)?\.?")
BOTOX = re.compile(r"\bbotox\b|\bonabotulinumtoxina\b", re.IGNORECASE)
BRAND = re.compile(r"\b(?:botox|onabotulinumtoxina|dysport|azzalure|xeomin|bocouture|jeuveau|myobloc)\b", re.IGNORECASE)


class Given(NamedTuple):
    """What a cell says of a session: *units* and *product*, each None where the cell leaves it open."""

    units: float | None
    product: str | None


def read_column(table: Table, keys: Sequence[tuple[str, date]], source: str) -> list[Treatment]:
    """The sessions of a diary's Botox column, one for each date with units or a mark in it."""
    header = next(iter(table.headers.of("botox")), None)
    if header is None:
        return []
    sessions = _sessions(keys, table.take(header, each(table.cells(header), read_given)), header.text, source)
    if sessions:
        days = ", ".join(said(session.start) for session in sessions)
        table.assume(f'The column "{header.text}" is read as botulinum sessions: {days}.')
    return sessions


def _sessions(
    keys: Sequence[tuple[str, date]], given: Iterable[Given | None], header: str, source: str
) -> list[Treatment]:
    named = "onabotulinumtoxinA" if BOTOX.search(header) else "botulinum toxin"
    sessions: dict[tuple[str, date], Treatment] = {}
    for key, one in zip(keys, given, strict=True):
        if one and (key not in sessions or sessions[key].amount is None):
            unit = None if one.units is None else "U"
            sessions[key] = Treatment(
                key[0], "botulinum", one.product or named, key[1], amount=one.units, unit=unit, source=source
            )
    return [sessions[key] for key in sorted(sessions)]


def read_given(cell: Cell) -> Given | Fault | None:
    """One cell of a Botox column; None where it says that nothing was given. A 1 is a mark, not one unit.

    >>> read_given("155 U"), read_given("x"), read_given(0)
    (Given(units=155.0, product=None), Given(units=None, product=None), None)
    >>> read_given("Dysport 500 units")
    Given(units=500.0, product='Dysport')
    """
    brand = BRAND.search(str(cell))
    product = "onabotulinumtoxinA" if brand and BOTOX.match(brand[0]) else brand[0] if brand else None
    text = fold(BRAND.sub("", str(cell))).strip(" ,:;-")
    if brand and not text:
        return Given(None, product)
    if vocabulary("no", "none").get(text) or cell is False or number_of(cell) == 0:
        return None
    if cell is True or text == "1" or vocabulary("yes").get(text):
        return Given(None, product)
    units = UNITS.fullmatch(text)
    if units is None:
        return Fault(f'"{cell}" is not a number of units.', "Write the units alone, such as 155, or yes.")
    amount = float(units[1].replace(",", "."))
    if not isfinite(amount):
        return Fault(f"{text[:20]}… is not a number of units.", "Write the units alone, such as 155, or yes.")
    return Given(amount if amount != 1 else None, product) if amount else None


def _is_about_botox(table: Table) -> bool:
    return table.headers.has("botox", "botox_date") or BOTOX.search(table.sheet.name) is not None


def session_header(headers: Headers) -> Header | None:
    """The column of session dates."""
    return next(iter(headers.of("botox_date")), None) or date_header(headers)


def claims_sessions(table: Table) -> bool:
    """Dates in a table, or on a sheet, that is about Botox and not about headache."""
    about_headache = table.headers.has("headache", "pain", "migraine", "duration", "start", "medicine")
    return session_header(table.headers) is not None and _is_about_botox(table) and not about_headache


def read_session_table(table: Table, patient: str, source: str = SOURCE) -> Batch:
    """The sessions of a table, one a row; without a column of units the units are not known."""
    header = session_header(table.headers)
    assert header is not None  # claims_sessions has seen it
    keep_first(table, "botox_date", "botox", "units")
    table, keys, *_ = dated_rows(drop_repeats(table), header, patient)
    amounts = next((found for name in ("units", "dose", "botox") for found in table.headers.of(name)), None)
    given: list[Given | None] = [Given(None, None)] * len(keys)
    if amounts:
        cells = table.cells(amounts)
        read = table.take(amounts, each(cells, read_given))
        given = [Given(None, None) if cell is None else one for cell, one in zip(cells, read, strict=True)]
    about = header.text if BOTOX.search(normal(header.text)) else table.sheet.name
    sessions = _sessions(keys, given, f"{about} {amounts.text if amounts else ''}", source)
    return Batch(treatments=tuple(sessions), assumptions=tuple(table.assumptions), problems=tuple(table.problems))
