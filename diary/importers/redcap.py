"""REDCap: a flat CSV export of a study, with raw or labelled headers.

Every study names its own fields. What is read is a field with a common name for something in a headache diary; of a
checkbox with several boxes (``symptoms___nausea``) each box whose name is known. A row is a day, an attack or an
intake, as in any other table; rows of other forms, such as the demographics, say nothing here and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from diary.importers import attack_table, day_table, dose_table
from diary.importers.columns import is_blank
from diary.importers.file import File
from diary.importers.general import joined
from diary.importers.headers import LONGEST, Header, Headers, field_of
from diary.importers.layout import Layout
from diary.importers.options import Options, UnknownLayout
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.table import Table, table_under
from diary.importers.words import normal
from diary.model import FEATURES, Batch

NAME = "REDCap"
RECORD = "record id"
OF_REDCAP = frozenset(
    {"redcap event name", "redcap repeat instrument", "redcap repeat instance"}
    | {"event name", "repeat instrument", "repeat instance"}
)
BOX = re.compile(r"(?P<field>.+)(?:___(?P<raw>\w+)|\(choice=(?P<label>.+)\))")
"""A header of one box of a checkbox field, raw or labelled."""

SHAPES: tuple[tuple[Callable[[Table], bool], Callable[[Table, str, str], Batch]], ...] = (
    (dose_table.claims_doses, dose_table.read_doses),
    (attack_table.claims_attacks, attack_table.read_attacks),
    (day_table.claims_days, day_table.read_days),
)
"""What a row can be about, from the most to the least particular."""


def claims(file: File) -> bool:
    """The headers that REDCap itself writes: the record, and the event or the repetition."""
    return any(_is_redcap(sheet.rows[0]) for sheet in file.sheets if sheet.rows)


def _is_redcap(row: Sequence[Cell]) -> bool:
    titles = {normal(cell) for cell in row if isinstance(cell, str)}
    return RECORD in titles and bool(OF_REDCAP & titles)


def read(file: File, patient: str, options: Options) -> Batch:
    """The rows about headaches or intakes; the record is the patient.

    Raises UnknownLayout: no field has a name that says what it is.
    """
    batch = Batch()
    for sheet in file.sheets:
        batch += _read(sheet, file.name, patient, options)
    return joined(batch)


def _read(sheet: Sheet, name: str, patient: str, options: Options) -> Batch:
    headers = Headers(0, tuple(_headers(sheet.rows[0])))
    table = table_under(_without_other_forms(sheet, headers), headers, options)
    for claims_shape, read_shape in SHAPES:
        if claims_shape(table):
            return read_shape(table, patient, NAME)
    fields = ", ".join(f'"{header.text}"' for header in headers.columns[:12])
    raise UnknownLayout(
        f"{name} is an export of REDCap, and no field of it is known as the date and the pain of a diary: it has "
        f"{fields}. Rename the fields, for example to diary_date and pain_level."
    )


def _headers(row: Sequence[Cell]) -> Iterator[Header]:
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            yield Header(place, cell, _field(cell))


def _field(text: str) -> str | None:
    """What a field holds; None for what REDCap writes itself, and for what is not known.

    >>> _field("record_id"), _field("headache_severity"), _field("symptoms___photophobia"), _field("symptoms___3")
    ('patient', 'pain', 'light', None)
    >>> _field("Symptoms (choice=Nausea)")
    'nausea'
    """
    if normal(text) == RECORD:
        return "patient"
    if normal(text) in OF_REDCAP:
        return None
    box = BOX.fullmatch(text[:LONGEST])
    if box:
        names = (box["raw"] or box["label"], box["field"])
        return next((field for name in names if (field := field_of(name)) in FEATURES), None)
    return field_of(text)


def _without_other_forms(sheet: Sheet, headers: Headers) -> Sheet:
    """The sheet with boxes that have no tick left blank, and blank rows where only a record is named."""
    boxes = {header.column for header in headers.columns if BOX.fullmatch(header.text[:LONGEST])}
    told = {header.column for header in headers.columns if header.field not in (None, "patient")}
    rows: list[Row] = [[_ticked(c) if n in boxes else c for n, c in enumerate(row)] for row in sheet.rows[1:]]
    return replace(sheet, rows=[sheet.rows[0], *(row if _says(row, told) else [] for row in rows)])


def _says(row: Row, columns: Iterable[int]) -> bool:
    return any(not is_blank(row[n]) for n in columns if n < len(row))


def _ticked(cell: Cell) -> Cell:
    """A box without a tick is exported for every form, also for one that nobody filled in: it says nothing."""
    if str(cell).strip().casefold() == "checked":
        return True
    return None if str(cell).strip().casefold() in ("0", "0.0", "unchecked") else cell


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Days, attacks or intakes of any number of records: fields with common names, and boxes named after a "
    "feature.",
    leaves="Fields with names of a study's own, boxes that are only numbered, events and instances.",
    blanks="A box without a tick leaves it open. A blank field is not recorded. A row with nothing but a record "
    "belongs to another form.",
)
