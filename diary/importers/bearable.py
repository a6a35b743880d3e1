"""Bearable: a row for each thing entered, several a day: symptoms with how bad they were, and medicines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple

from diary.importers.app_table import AppTable, Column
from diary.importers.columns import Parsed, is_blank, number_of, plain_text, read_texts
from diary.importers.dates import read_clocks
from diary.importers.day_rows import Key
from diary.importers.file import File
from diary.importers.general import joined
from diary.importers.intakes import doses, told_apart
from diary.importers.layout import Layout
from diary.importers.merging import Placed, merge_days
from diary.importers.named_headaches import asked_or_known, free_days, kind_of
from diary.importers.options import Options
from diary.importers.preventives import Intake, is_preventive, proposals
from diary.importers.scales import read_pain
from diary.importers.sheets import Cell
from diary.importers.symptoms import features_of
from diary.importers.table import Table, dated_rows, drop_repeats
from diary.importers.words import GRADES, fold, vocabulary
from diary.model import Batch, DayLog, Dose, Problem, Source

APP = AppTable(
    "Bearable",
    columns=(
        Column(("date formatted", "date"), "date"),
        Column("time of day", "time"),
        Column("category", "category"),
        Column("rating/amount", "rating"),
        Column("detail", "detail"),
        Column("notes", "note"),
    ),
    needs=("category", "rating/amount", "detail"),
    scale="1-4",
    events_only=False,
)
SYMPTOM = ("symptom", "symptoms")
MEDICINE = ("meds/supplements", "medication", "medications", "meds", "supplements")
BRACKET = re.compile(r"(.*\S)\s*\(([^()]*)\)")


class Named(NamedTuple):
    """What a detail names, and what stands in brackets after it: the grade of a symptom, the unit of a medicine."""

    name: str
    bracket: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table: of which category each is, on which day, and what it names."""

    table: Table
    keys: list[Key]
    categories: list[str]
    named: list[Named]

    def of(self, categories: Sequence[str]) -> list[int]:
        """The indexes of the rows of these categories that name something."""
        return [
            index
            for index, (category, named) in enumerate(zip(self.categories, self.named, strict=True))
            if category in categories and named.name
        ]


def claims(file: File) -> bool:
    """The headers, with one of the two for the date."""
    return APP.claims(file) and bool(_tables(file, Options()))


def _tables(file: File, options: Options) -> list[Table]:
    return [table for table in APP.tables(file, options) if table.headers.has("date")]


def read(file: File, patient: str, options: Options) -> Batch:
    """The days with a headache symptom, the intakes, and the days that a person says are free."""
    return joined(sum((_read(table, patient) for table in _tables(file, options)), Batch()))


def _read(table: Table, patient: str) -> Batch:
    table, keys, *_ = dated_rows(drop_repeats(table), table.headers.of("date")[0], patient)
    categories, details = table.read("category", read_texts), table.read("detail", read_texts)
    rows = _Rows(table, keys, [fold(text or "") for text in categories], [named(text or "") for text in details])
    intakes, problems = _doses(rows)
    days = _days(rows)
    noted = _blank_is_none(table, intakes)
    taken = {dose.taken.date() for dose in intakes}
    if noted:
        days = [day if day.date in taken or day.headache is None else replace(day, acute=False) for day in days]
    return Batch(
        sources=(Source(patient, APP.name, medication=noted),),
        days=tuple(days),
        doses=tuple(intakes),
        assumptions=tuple(table.assumptions),
        problems=(*table.problems, *problems),
    )


def named(detail: str) -> Named:
    """The parts of a detail.

    >>> named("Headache (Mild)"), named("Stress")
    (Named(name='Headache', bracket='Mild'), Named(name='Stress', bracket=''))
    """
    match = BRACKET.fullmatch(detail)
    return Named(match[1], match[2].strip()) if match else Named(detail, "")


# Days


def _days(rows: _Rows) -> list[DayLog]:
    """The days that say something of headache, and those with other entries where these are free."""
    table, symptoms = rows.table, rows.of(SYMPTOM)
    headaches = asked_or_known((rows.named[index].name for index in symptoms), table.options, "symptom")
    table.assume(headaches.why)
    meant = [index for index in symptoms if fold(rows.named[index].name) in headaches.names]
    days, _ = merge_days(_headache_rows(rows, meant))
    free, why = free_days((day for _, day in rows.keys), {day.date for day in days}, table.options)
    table.assume(*filter(None, [why]))
    patient = rows.keys[0][0]
    days += [DayLog(patient, day, headache=False, severity=0, source=APP.name) for day in free]
    return _with_features(sorted(days, key=lambda day: day.date), rows, symptoms)


def _headache_rows(rows: _Rows, meant: Sequence[int]) -> Iterator[Placed]:
    """The headache rows as day logs; where no rating stands, the word in the detail says how bad it was."""
    table = rows.table
    cells = _only(table, "rating", meant)
    header = table.headers.of("rating")[0]
    pain = read_pain(cells, header.text, "1-4", table.why("scale"))
    table.take(header, Parsed(pain.present, pain.faults, pain.assumptions))
    notes = table.read("note", read_texts)
    for index in meant:
        name, grade = rows.named[index]
        severity = _grade(grade) if is_blank(cells[index]) else pain.severity[index]
        day = DayLog(
            *rows.keys[index],
            headache=pain.present[index] is not False,
            kind=kind_of(name),
            severity=severity,
            note=notes[index],
            source=APP.name,
        )
        yield Placed(day, table.place(index))


def _only(table: Table, field: str, wanted: Iterable[int]) -> list[Cell]:
    """The cells of a field in the wanted rows, and nothing in the others."""
    header, rows = table.headers.of(field)[0], set(wanted)
    return [cell if index in rows else None for index, cell in enumerate(table.cells(header))]


def _grade(word: str) -> int | None:
    meaning = vocabulary(*GRADES[1:]).get(fold(word))
    return GRADES.index(meaning) if meaning else None


def _with_features(days: Iterable[DayLog], rows: _Rows, symptoms: Sequence[int]) -> list[DayLog]:
    """The days of headache with the features that stand among the symptoms of the date."""
    by_date: dict[date, list[str]] = defaultdict(list)
    ratings = _only(rows.table, "rating", symptoms)
    for index in symptoms:
        if number_of(ratings[index]) != 0:
            by_date[rows.keys[index][1]].append(rows.named[index].name)
    features: dict[date, dict[str, Any]] = {day: dict(features_of(names)) for day, names in by_date.items()}
    return [replace(day, **features[day.date]) if day.headache and day.date in features else day for day in days]


# Medicines


def _doses(rows: _Rows) -> tuple[list[Dose], list[Problem]]:
    """The intakes; preventives are gathered and proposed as treatments."""
    table, meant = rows.table, rows.of(MEDICINE)
    amounts = [plain_text(cell) or "" for cell in table.cells(table.headers.of("rating")[0])]
    clocks = _clocks(table, meant)
    facts, problems, preventives = [], [], []
    for index in meant:
        (patient, day), (name, unit) = rows.keys[index], rows.named[index]
        amount = _amount(amounts[index], unit)
        if is_preventive(name):
            preventives.append(Intake(name, day, amount))
            continue
        clock = clocks[index]
        taken = datetime.combine(day, clock or time())
        found, odd = doses(patient, taken, _text(name, amount), timed=clock is not None, source=APP.name)
        facts += found
        problems += [problem._replace(where=table.place(index)) for problem in odd]
    ordered = sorted(facts, key=lambda dose: (dose.taken, dose.dose_id))
    return told_apart(ordered), [*problems, *proposals(preventives)]


def _clocks(table: Table, meant: Sequence[int]) -> list[time | None]:
    """The times of day that are times; Bearable also writes ``am``, ``mid`` and ``pm``."""
    if not table.headers.has("time"):
        return [None] * len(table.rows)
    cells = _only(table, "time", meant)
    timed = [cell if not isinstance(cell, str) or ":" in cell else None for cell in cells]
    return table.take(table.headers.of("time")[0], read_clocks(timed))


def _amount(number: str, unit: str) -> str:
    """An amount with its unit.

    >>> _amount("600", "mg"), _amount("2", ""), _amount("", "mg")
    ('600 mg', '2', '')
    """
    return f"{number} {unit}".strip() if number else ""


def _text(name: str, amount: str) -> str:
    """An intake as a person would write it.

    >>> _text("Ibuprofen", "600 mg"), _text("Maxalt", "2"), _text("Maxalt", "")
    ('Ibuprofen 600 mg', '2 x Maxalt', 'Maxalt')
    """
    return f"{amount} x {name}" if number_of(amount) is not None else f"{name} {amount}".strip()


def _blank_is_none(table: Table, intakes: Sequence[Dose]) -> bool:
    """Does a day without a medicine mean that nothing was taken? Yes where intakes are entered, unless denied."""
    asked = table.options.blank_medication
    if asked is None and not intakes:
        return False
    none = asked != "unknown"
    meaning = "nothing was taken" if none else "it is not known whether anything was taken"
    why = "as asked" if asked else "as medicines stand on other days; --blank-medication unknown leaves it open"
    table.assume(f"A day without a medicine means that {meaning}, {why}.")
    return none


LAYOUT = Layout(
    APP.name,
    claims,
    read,
    takes="Days with a headache symptom and how bad it was, features of migraine on these days, notes, and medicines.",
    leaves="Mood, energy, sleep, factors and other symptoms; preventives among the medicines are proposed.",
    blanks="A day without an entry is not known; of a day with entries but no headache, --blank-headache says it.",
)
