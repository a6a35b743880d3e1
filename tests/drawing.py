"""Tables drawn by hand, so that a test's input can be read, and counted, in the test itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from diary.model import (
    AdverseEvent,
    Attack,
    Consultation,
    DayLog,
    Dose,
    Fact,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Score,
    Source,
    Treatment,
)
from diary.tables import DAYS, FACTS, TREATMENTS, Table, conform, facts_frame

KINDS: dict[str, type[Fact]] = {
    "patients": Patient,
    "sources": Source,
    "days": DayLog,
    "attacks": Attack,
    "doses": Dose,
    "treatments": Treatment,
    "injections": Injection,
    "scores": Score,
    "events": AdverseEvent,
    "factors": Factor,
    "choices": FactorChoice,
    "consultations": Consultation,
}
CELLS = {"": None, "yes": True, "no": False}


def drawn(picture: str, table: Table) -> pd.DataFrame:
    """A table from lines of cells between bars, the header first; an empty cell is "not known"."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in picture.strip().splitlines()]
    rows = [[CELLS.get(cell, cell) for cell in line] for line in lines]
    return conform(pd.DataFrame(rows, columns=header, dtype=object), table)


def day_frame(picture: str, patient: str = "P1") -> pd.DataFrame:
    """The days table of one patient: ``date | logged | headache | …``, with yes, no or nothing in its cells."""
    header, *lines = picture.strip().splitlines()
    return drawn("\n".join([f"patient | {header}", *(f"{patient} | {line}" for line in lines)]), DAYS)


def diary_of(patient: str, headache: str, start: str = "2026-03-01", **columns: Iterable[Any]) -> pd.DataFrame:
    """The days table of one patient, a mark a day: 1 headache, 0 none, . not logged. Spaces are for the eye.

    Further columns are drawn below it in the same way (``severity="3.0"``), or listed, None where not known.
    """
    marks = {name: read_marks(column) for name, column in {"headache": headache, **columns}.items()}
    days = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in marks.items()})
    days["patient"], days["logged"] = patient, days["headache"].notna()
    days["date"] = pd.date_range(start, periods=len(days))
    booleans = [c.name for c in DAYS.columns if c.dtype == "boolean" and c.name in days]
    return conform(days.astype(dict.fromkeys(booleans, "boolean")), DAYS)


def read_marks(column: Iterable[Any]) -> list[Any]:
    """The numbers of a drawn row, None where there is a dot; a list is taken as it stands."""
    if isinstance(column, str):
        return [None if mark == "." else int(mark) for mark in re.sub(r"\s", "", column)]
    return list(column)


def together(*diaries: pd.DataFrame) -> pd.DataFrame:
    """The days of several patients as one table."""
    return conform(pd.concat(diaries, ignore_index=True), DAYS)


def sessions(patient: str, *dates: str, purpose: str = "therapeutic") -> pd.DataFrame:
    """A treatments table of botulinum sessions."""
    return treatments(*(Treatment(patient, "botulinum", "Botox", day(text), purpose=purpose) for text in dates))


def treatments(*given: Treatment) -> pd.DataFrame:
    """A treatments table."""
    return facts_frame(given, TREATMENTS)


def record(*facts: Fact) -> Mapping[str, pd.DataFrame]:
    """The fact tables, by name, of a handful of facts."""
    return {name: facts_frame([f for f in facts if type(f) is kind], FACTS[name]) for name, kind in KINDS.items()}


def logs(patient: str, headache: str, start: str = "2026-03-01") -> list[DayLog]:
    """Day logs, drawn like :func:`diary_of`; a dot writes nothing."""
    marks = enumerate(read_marks(headache))
    return [DayLog(patient, day(start) + timedelta(n), bool(mark)) for n, mark in marks if mark is not None]


def day(text: str) -> date:
    """A date like 2026-03-01."""
    return date.fromisoformat(text)


def shown(table: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a table as rows of plain values: dates as text, None where not known."""
    return [tuple(map(_plain, row)) for row in table[list(columns)].itertuples(index=False, name=None)]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return value.item() if hasattr(value, "item") else value
