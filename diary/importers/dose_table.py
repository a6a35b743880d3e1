"""One row for each intake of an acute medicine, or for each dose of a preventive and each change of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from diary.importers.attack_table import Beginning, beginning, starts_of
from diary.importers.columns import read_grades, read_texts
from diary.importers.day_rows import TOLD, Key
from diary.importers.headers import TAKEN
from diary.importers.intakes import doses, told_apart
from diary.importers.medicine_columns import read_taken
from diary.importers.preventives import Intake, preventive_in, proposals
from diary.importers.table import Table, date_header, dated_rows, drop_repeats, keep_first
from diary.model import Batch, Dose, Problem

SOURCE = "dose table"
SINGLE = ("date", "start", "time", "dose", "unit", "relief", "patient")


def claims_doses(table: Table) -> bool:
    """A date and a medicine, and nothing about headache."""
    dated = date_header(table.headers) is not None or beginning(table) is not None
    return dated and table.headers.has("medicine", TAKEN) and not table.headers.has(*TOLD, "end", "end_time")


def read_doses(table: Table, patient: str, source: str = SOURCE) -> Batch:
    """The intakes of a table; one without a time of day is known by its date alone."""
    header = date_header(table.headers)
    began = beginning(table) or (Beginning(header, None) if header else None)
    assert began is not None  # claims_doses has seen it
    keep_first(table, *SINGLE)
    table, keys, moments, _ = dated_rows(drop_repeats(table), began.dated, patient)
    facts, problems = _doses(table, keys, starts_of(table, began, moments), source)
    return Batch(
        doses=tuple(told_apart(sorted(facts, key=_order))),
        assumptions=tuple(table.assumptions),
        problems=(*table.problems, *problems),
    )


def _doses(
    table: Table, keys: Sequence[Key], times: Sequence[datetime | None], source: str
) -> tuple[list[Dose], list[Problem]]:
    reliefs = table.read("relief", read_grades)
    facts, problems = [], []
    preventives: dict[str, list[Intake]] = defaultdict(list)
    for index, text in enumerate(_texts(table)):
        if not text:
            continue
        patient, day = keys[index]
        if preventive := preventive_in(text, day):
            preventives[patient].append(preventive)
            continue
        known = times[index]
        taken = known or datetime.combine(day, time())
        found, odd = doses(patient, taken, text, timed=known is not None, source=source)
        facts += [replace(dose, relief=reliefs[index]) for dose in found]
        problems += [problem._replace(where=table.place(index)) for problem in odd]
    return facts, problems + [problem for intakes in preventives.values() for problem in proposals(intakes)]


def _texts(table: Table) -> list[str]:
    """Medicine, amount and unit of each row as one text, and what stands in columns headed by a medicine."""
    columns = [table.read(name, read_texts) for name in ("medicine", "dose", "unit")]
    named = [" ".join(filter(None, parts)) if parts[0] else "" for parts in zip(*columns, strict=True)]
    counted = read_taken(table)
    return ["; ".join(filter(None, texts)) for texts in zip(named, *counted, strict=True)]


def _order(dose: Dose) -> tuple[datetime, str, int]:
    return dose.taken, dose.dose_id, dose.relief or 0
