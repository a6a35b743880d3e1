"""A clinic's own list of treatments beside the diaries: ``treatments.csv``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from diary.importers.columns import is_blank, number_of, plain_text
from diary.importers.dates import read_moments
from diary.importers.sheets import Cell, Row, read_sheets
from diary.model import PURPOSES, TREATMENT_KINDS, DiaryError, Problem, Treatment

SOURCE = "treatment list"
STEM = "treatments"
NEEDED = ("patient", "start")
COLUMNS = (*NEEDED, "kind", "purpose", "amount", "unit", "product", "end", "group")
MEANT = {"kind": "botulinum", "purpose": "therapeutic"}
"""What an empty cell means."""

PRODUCT = "botulinum toxin"
"""The product of a session that names none."""


Trouble = tuple[str, str]
"""What is wrong with a row, and what to do."""


class TreatmentError(DiaryError):
    """The list of treatments cannot be read as one."""


class TreatmentList(NamedTuple):
    """The treatments, the group of each patient who has one, and the rows that could not be read."""

    treatments: tuple[Treatment, ...] = ()
    groups: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


def is_treatment_list(path: Path) -> bool:
    """Whether a file of a clinic's folder is its list of treatments, by its name.

    >>> is_treatment_list(Path("Treatments.csv")), is_treatment_list(Path("P001.csv"))
    (True, False)
    """
    return path.stem.casefold() == STEM and not path.is_dir()


def read_treatment_list(path: Path, date_order: Any = None) -> TreatmentList:
    """The treatments in a table of patient, kind, purpose, start, amount, unit, and perhaps product, end, group.

    Without a kind a row is a botulinum session, without a purpose it is therapeutic.

    Raises TreatmentError: a needed column is missing. DiaryError: the file cannot be read, or its dates can be read
    in two ways.
    """
    rows = read_sheets(path)[0].rows
    header = [str(plain_text(cell) or "").casefold() for cell in rows[0]]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise TreatmentError(
            f"{path.name} has no column {' and no column '.join(missing)}. Its columns are: {', '.join(COLUMNS)}."
        )
    cells = {name: [_cell(row, header.index(name)) for row in rows[1:]] for name in COLUMNS if name in header}
    return _read(path.name, cells, date_order)


def _cell(row: Row, column: int) -> Cell:
    return row[column] if column < len(row) and not is_blank(row[column]) else None


def _read(name: str, cells: Mapping[str, Sequence[Cell]], date_order: Any) -> TreatmentList:
    starts, ends = (_days(cells.get(column), column, date_order, len(cells["start"])) for column in ("start", "end"))
    treatments: dict[str, Treatment] = {}
    groups: dict[str, str] = {}
    problems: list[Problem] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        said = {column: values[number] for column, values in cells.items()}
        if all(value is None for value in said.values()):
            continue
        trouble = _trouble(said, start, end) or _other_group(said, groups) or _keep(treatments, said, start, end)
        if trouble:
            problems.append(Problem(f"{name}, row {number + 2}", *trouble))
    return TreatmentList(tuple(treatments.values()), groups, tuple(problems))


def _keep(
    treatments: dict[str, Treatment], said: Mapping[str, Cell], start: date | None, end: date | None
) -> Trouble | None:
    """Note the row's treatment; one that is there already is trouble."""
    one = _treatment(said, start, end)
    if one.treatment_id in treatments:
        return "The same treatment stands above already.", "Delete the row that is wrong."
    treatments[one.treatment_id] = one
    return None


def _other_group(said: Mapping[str, Cell], groups: dict[str, str]) -> Trouble | None:
    """Note the patient's group; a second one is trouble."""
    group, patient = plain_text(said.get("group")), str(plain_text(said["patient"]))
    if group and groups.setdefault(patient, group) != group:
        return f"{patient} is in the group {groups[patient]!r} already.", "Give each patient one group, or none."
    return None


def _days(cells: Sequence[Cell] | None, header: str, order: Any, length: int) -> list[date | None]:
    """The dates of a column; what is no date is None."""
    moments = read_moments(cells or [None] * length, header, order).parsed.values
    return [moment.date() if isinstance(moment, datetime) else moment for moment in moments]


def _trouble(said: Mapping[str, Cell], start: date | None, end: date | None) -> Trouble | None:
    """What is wrong with a row, and what to do; None where nothing is."""
    if said["patient"] is None:
        return "The row names no patient.", "Write the patient's code in it."
    if start is None:
        return f"{_quoted(said['start'])} is not a date.", "Write it as year-month-day, such as 2026-03-01."
    if said.get("end") is not None and end is None:
        return f"{_quoted(said['end'])} is not a date.", "Write it as year-month-day, or leave it empty."
    if said.get("amount") is not None and number_of(said["amount"]) is None:
        return f"{_quoted(said['amount'])} is not a number.", "Write the units alone, such as 155."
    if _word(said, "kind") == "preventive" and said.get("product") is None:
        return "The preventive has no name.", "Write it in the column product."
    for column, known in (("kind", TREATMENT_KINDS), ("purpose", PURPOSES)):
        if _word(said, column) not in known:
            return f"The {column} {_quoted(said[column])} is not known.", f"Write one of: {', '.join(known)}."
    return None


def _quoted(cell: Cell) -> str:
    return "The empty cell" if cell is None else f'"{cell}"'


def _word(said: Mapping[str, Cell], column: str) -> str:
    return (plain_text(said.get(column)) or MEANT[column]).casefold()


def _treatment(said: Mapping[str, Cell], start: date | None, end: date | None) -> Treatment:
    assert start is not None  # _trouble has seen it
    kind, amount = _word(said, "kind"), number_of(said.get("amount"))
    units = "U" if kind == "botulinum" and amount is not None else None
    return Treatment(
        str(plain_text(said["patient"])),
        kind,
        plain_text(said.get("product")) or PRODUCT,
        start,
        end=end,
        purpose=_word(said, "purpose"),
        amount=amount,
        unit=plain_text(said.get("unit")) or units,
        source=SOURCE,
    )
