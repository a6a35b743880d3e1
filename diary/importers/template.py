"""Layout "template": our own workbook, filled in by hand or exported, sheet by sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from diary.entries import factor_name
from diary.importers.columns import (
    Fault,
    Parsed,
    each,
    plain_text,
    read_durations,
    read_flags,
    read_grades,
    read_numbers,
)
from diary.importers.dates import read_clocks, read_moments
from diary.importers.day_rows import SILENCE, day_doses, joined_rows, spread, within_a_day
from diary.importers.file import File
from diary.importers.headers import SEARCHED_ROWS, Header, Headers
from diary.importers.intakes import doses, told_apart
from diary.importers.layout import Layout
from diary.importers.medicine_columns import Medicines, read_medicines
from diary.importers.merging import Placed, merge_days
from diary.importers.options import Options
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.table import Table, drop_repeats, table_under
from diary.importers.words import KINDS, fold, vocabulary
from diary.model import (
    FEATURES,
    AdverseEvent,
    Attack,
    Batch,
    Consultation,
    DayLog,
    Dose,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Score,
    Source,
    Treatment,
)
from diary.side_effects import standard_name
from diary.template import (
    ATTACKS,
    BOTOX,
    CHOICES,
    DIARY,
    EXAMPLE,
    EXPORT,
    FACTORS,
    INJECTIONS,
    MEDICATION,
    PATIENTS,
    PREVENTIVES,
    SCORES,
    SIDE_EFFECTS,
    SOURCES,
    VISITS,
    Field,
    SheetPlan,
    shown_text,
)

SOURCE = "template"
ENOUGH = 0.6
"""Share of a sheet's columns that must be there for the sheet to be ours."""

INSTRUMENTS = {"hit6": "hit6", "midas": "midas", "msq": "msq", "phq9": "phq9", "gad7": "gad7"}

Values = Mapping[str, Any]


def claims(file: File) -> bool:
    """A sheet with the name and most of the headers of one of ours."""
    return any(_headers(sheet, plan) for sheet, plan in _planned(file.sheets))


def _planned(sheets: Sequence[Sheet]) -> list[tuple[Sheet, SheetPlan]]:
    plans = {plan.name.casefold(): plan for plan in EXPORT}
    return [(s, plans[s.name.strip().casefold()]) for s in sheets if s.name.strip().casefold() in plans]


def _headers(sheet: Sheet, plan: SheetPlan) -> Headers | None:
    """The row that has most of the plan's headers; None where none has enough of them."""
    fields = {field.header.casefold(): field for field in plan.fields}
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        texts = [cell.strip().casefold() if isinstance(cell, str) else None for cell in row]
        present = sum(field.header.casefold() in texts for field in plan.visible())
        if present >= ENOUGH * len(plan.visible()):
            columns = [
                Header(column, str(row[column]).strip(), _name(fields.get(text)))
                for column, text in enumerate(texts)
                if text and text != EXAMPLE.casefold()
            ]
            return Headers(number, tuple(columns))
    return None


def _name(field: Field | None) -> str | None:
    if field is None:
        return None
    return "medicine" if field.form == "medicine" else field.name


def read_template(file: File, patient: str, options: Options) -> Batch:
    """The facts of every sheet of ours; other sheets with something in them are named among the assumptions."""
    batch = Batch()
    stated: set[str] = set()
    read = {"Read me"}
    for sheet, plan in _planned(file.sheets):
        headers = _headers(sheet, plan)
        if headers:
            read.add(sheet.name)
            table = drop_repeats(_without_examples(table_under(sheet, headers, options), plan))
            facts = READERS[plan.name](table, patient)
            batch += replace(facts, assumptions=tuple(table.assumptions), problems=tuple(table.problems))
            if plan is SOURCES:
                stated = {source.patient for source in facts.sources if source.source == SOURCE}
    others = [sheet.name for sheet in file.sheets if sheet.name not in read and any(map(any, sheet.rows))]
    if others:
        batch += Batch(assumptions=(f"Sheets that were not read: {', '.join(others)}.",))
    batch = _with_silence(_with_intakes(batch, options, stated), stated)
    return replace(batch, assumptions=tuple(dict.fromkeys(batch.assumptions)))


def _with_intakes(batch: Batch, options: Options, stated: set[str]) -> Batch:
    """Where intakes stand in their own sheet only, a logged day without one is a day without medicine.

    Nothing is added for the patients of whom the file *stated* its own sources: it is an export.
    """
    dosed = {(dose.patient, dose.taken.date()) for dose in batch.doses if _is_written(dose, stated)}
    ours = [day for day in batch.days if _is_written(day, stated)]
    if not dosed or options.blank_medication == "unknown" or any(day.acute is not None for day in ours):
        return batch
    days = [
        replace(day, acute=False)
        if _is_written(day, stated) and day.headache is not None and (day.patient, day.date) not in dosed
        else day
        for day in batch.days
    ]
    sources = [replace(source, medication=True) if _is_written(source, stated) else source for source in batch.sources]
    sentence = "Days without an intake in the sheet Medication are taken as days without medicine."
    return replace(batch, days=tuple(days), sources=tuple(sources), assumptions=(*batch.assumptions, sentence))


def _is_written(fact: DayLog | Attack | Dose | Source, stated: set[str]) -> bool:
    """Written into the template by hand, not exported into it."""
    return fact.source == SOURCE and fact.patient not in stated


def _with_silence(batch: Batch, stated: set[str]) -> Batch:
    """The batch with each patient's source marked, where it lists headaches only."""
    logged: dict[str, dict[date, bool]] = defaultdict(dict)
    for day in batch.days:
        if _is_written(day, stated) and day.headache is not None:
            logged[day.patient][day.date] = day.headache
    for attack in batch.attacks:
        if _is_written(attack, stated):
            logged[attack.patient][attack.start.date()] = True
    listing = {code for code, days in logged.items() if all(days.values()) and _has_gaps(days)}
    derived = {source.patient: source for source in batch.sources if _is_written(source, stated)}
    others = [source for source in batch.sources if not _is_written(source, stated)]
    ours = [replace(derived.get(code, Source(code, SOURCE)), events_only=code in listing) for code in logged]
    return replace(
        batch,
        sources=(*others, *ours),
        assumptions=(*batch.assumptions, SILENCE) if listing else batch.assumptions,
    )


def _has_gaps(days: Mapping[date, bool]) -> bool:
    return (max(days) - min(days)).days + 1 > len(days)


LAYOUT = Layout(SOURCE, claims, read_template)


def _without_examples(table: Table, plan: SheetPlan) -> Table:
    """The table without its example rows; one that was written over is a problem, as it may hold an entry."""
    marked = {index for index, row in enumerate(table.rows) if EXAMPLE in table.sheet.rows[row]}
    for index in marked:
        if not _is_example(table.sheet.rows[table.rows[index]], plan):
            what = "The row is still marked as an example, so it was not read."
            table.note(index, what, "Delete the words at its right end if it is an entry.")
    return table.without(marked)


def _is_example(row: Row, plan: SheetPlan) -> bool:
    """The cells of one of our examples, as a spreadsheet program gives them back."""
    told = [plain_text(cell) for cell in row if cell is not None and cell != EXAMPLE]
    return any(told == [plain_text(cell) for cell in example if cell is not None] for example in plan.examples)


# One column after the other: each form has its reader


def _read_columns(table: Table, plan: SheetPlan) -> list[dict[str, Any]]:
    """The values of each row by field name; a column that is missing is not known throughout."""
    names = [_name(field) or "" for field in plan.fields]
    columns = [table.read(name, _reader(table, field)) for name, field in zip(names, plan.fields, strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _reader(table: Table, field: Field) -> Callable[[Sequence[Cell]], Parsed[Any]]:
    if field.form == "date":
        return lambda cells: _dates(table, field, cells)
    if field.form == "choice":
        return lambda cells: each(cells, lambda cell: _choice(cell, field))
    return FORMS[field.form]


def _dates(table: Table, field: Field, cells: Sequence[Cell]) -> Parsed[Any]:
    order = table.options.date_order
    parsed = read_moments(cells, field.header, order, epoch1904=table.sheet.epoch1904).parsed
    return parsed._replace(values=[m and date(m.year, m.month, m.day) for m in parsed.values])


def _choice(cell: Cell, field: Field) -> str | Fault:
    text = fold(str(cell))
    if text in field.choices:
        return text
    return Fault(f'"{cell}" is not one of {", ".join(field.choices)}.', "Choose one of them, or leave it empty.")


def _kind(cell: Cell) -> str | Fault:
    found = vocabulary(*KINDS).get(fold(str(cell)))
    return found or Fault(
        f'"{cell}" is not a type of headache that is known here.', f"Choose one of {', '.join(KINDS)}."
    )


def _texts(cells: Sequence[Cell]) -> Parsed[Any]:
    return Parsed([shown_text(cell) if isinstance(cell, str) else plain_text(cell) for cell in cells], {})


def _whole(cells: Sequence[Cell]) -> Parsed[Any]:
    parsed = read_numbers(cells, -1e6, 1e6)
    return parsed._replace(values=[None if value is None else round(value) for value in parsed.values])


def _clocks(cells: Sequence[Cell]) -> Parsed[Any]:
    return read_clocks([None if _says_ongoing(cell) else cell for cell in cells])


def _says_ongoing(cell: Cell) -> bool:
    return isinstance(cell, str) and fold(cell) in vocabulary("ongoing")


def _moments(cells: Sequence[Cell]) -> Parsed[Any]:
    parsed = read_moments(cells).parsed
    return parsed._replace(values=[m and datetime(*m.timetuple()[:6]) for m in parsed.values])


FORMS: dict[str, Callable[[Sequence[Cell]], Parsed[Any]]] = {
    "flag": read_flags,
    "grade": read_grades,
    "intensity": lambda cells: read_numbers(cells, 0, 10),
    "hours": lambda cells: read_durations(cells, "Hours"),
    "number": lambda cells: read_numbers(cells, 0, 1e9),
    "whole": _whole,
    "time": _clocks,
    "moment": _moments,
    "kind": lambda cells: each(cells, _kind),
    "text": _texts,
    "medicine": _texts,
}
"""How the cells of a form are read."""


def _key(table: Table, index: int, values: dict[str, Any], patient: str, *needed: str) -> bool:
    """Fill in patient and source where they are blank. False, and a problem, where something needed is missing."""
    values["exported"] = bool(values.get("source"))
    values["patient"] = values.get("patient") or patient
    values["source"] = values.get("source") or SOURCE
    missing = [name for name in needed if _says_nothing(values.get(name), exported=values["exported"])]
    for name in missing[:1]:
        header = next(iter(table.headers.of(name)), None)
        if all(problem.where != table.place(index, header) for problem in table.problems):
            dated = "date" in name or name == "start"
            table.note(index, f"The row has no {'date' if dated else name}.", "Fill it in, or delete the row.", header)
    return not missing


def _says_nothing(value: Any, *, exported: bool) -> bool:
    """A name that a person writes is more than blanks; one that was exported comes back as it is."""
    return value in (None, "") or not (exported or str(value).strip())


def _only(values: Values, *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _complete(table: Table, plan: SheetPlan, patient: str, *needed: str) -> list[tuple[int, dict[str, Any]]]:
    rows = enumerate(_read_columns(table, plan))
    return [(index, values) for index, values in rows if _key(table, index, values, patient, *needed)]


# One sheet after the other


def _read_diary(table: Table, patient: str) -> Batch:
    """Days, and the medicines that stand in them. A row that names its source is an export's, and taken as it is."""
    rows = _complete(table, DIARY, patient, "date")
    exported = {index for index, values in rows if values.pop("exported")}
    kept = {index for index, _ in rows}
    written = table.without({index for index in range(len(table.rows)) if index in exported or index not in kept})
    taken = read_medicines(written)
    places = {written.rows[index]: index for index in range(len(written.rows))}
    placed: list[Placed] = []
    texts = []
    for index, values in rows:
        text = values.pop("medicine")
        if index in exported:
            values["acute"] = {"none": False, "yes": True}.get(text or "")
            placed.append(Placed(DayLog(**values), table.place(index)))
            continue
        _infer_headache(table, index, values)
        place = places[table.rows[index]]
        values["acute"] = _acute(taken, place, values["headache"])
        minutes = values["minutes"]
        values["minutes"] = within_a_day(minutes)
        placed += spread(table, index, DayLog(**values), minutes)
        if taken:
            texts.append(((values["patient"], values["date"]), taken.texts[place], table.place(index)))
    days, joined = merge_days(placed)
    table.problems += map(joined_rows, joined)
    intakes, problems = day_doses(texts, SOURCE)
    table.problems += problems
    patients = dict.fromkeys(day.patient for day in days if day.source == SOURCE)
    sources = [Source(code, SOURCE, medication=taken.blank_is_none) for code in patients] if taken else []
    return Batch(sources=tuple(sources), days=tuple(days), doses=tuple(intakes))


def _acute(taken: Medicines | None, index: int, headache: bool | None) -> bool | None:
    if taken is None:
        return None
    return False if headache is not None and taken.is_none(index) else taken.taken[index]


def _infer_headache(table: Table, index: int, values: dict[str, Any]) -> None:
    """A severity, intensity or length above zero is a headache, a severity of none is none, where no cell says it."""
    header = next(iter(table.headers.of("headache")), None)
    if values["headache"] is not None or (header and plain_text(table.cells(header)[index])):
        return
    told = [values[name] for name in ("severity", "intensity") if values[name] is not None]
    if told or values["minutes"]:
        values["headache"] = bool(values["minutes"]) or max(told) > 0


def _read_attacks(table: Table, patient: str) -> Batch:
    attacks, days = [], []
    ends = table.headers.of("end.time")
    ongoing = [_says_ongoing(cell) for cell in table.cells(ends[0])] if ends else [False] * len(table.rows)
    for index, values in _complete(table, ATTACKS, patient, "start.date"):
        day, clock = values["start.date"], values["start.time"]
        shared = _only(values, "patient", "kind", "severity", "intensity", *FEATURES, "note", "source", "entered")
        if clock is None:
            ached = any((values["severity"], values["intensity"])) or values["severity"] is values["intensity"] is None
            days.append(Placed(DayLog(date=day, headache=ached, starts=int(ached), **shared), table.place(index)))
            continue
        start = datetime.combine(day, clock)
        attacks.append(
            Attack(
                start=start,
                end=_end(table, index, start, values),
                utc_offset=values["utc_offset"],
                ongoing=bool(values["ongoing"] or ongoing[index]),
                attack_id=values["attack_id"] or "",
                **shared,
            )
        )
    logs, joined = merge_days(days)
    table.problems += map(joined_rows, joined)
    return Batch(attacks=tuple(attacks), days=tuple(logs))


def _end(table: Table, index: int, start: datetime, values: Values) -> datetime | None:
    """The end; without a date it is on the same or the next day. None, and a problem, if it is before the start."""
    clock, day = values["end.time"], values["end.date"]
    if clock is None:
        return None
    end = datetime.combine(day or start, clock)
    if day is None and end < start:
        end += timedelta(days=1)
        table.assume("An end earlier in the day than its start is taken to be on the next day.")
    if end <= start and not values["exported"]:
        table.note(index, "The attack does not end after it starts.", "Correct the end; it was left open.")
        return None
    return end


def _read_medication(table: Table, patient: str) -> Batch:
    facts: list[Dose] = []
    written: list[Dose] = []
    for index, values in _complete(table, MEDICATION, patient, "taken.date", "medicine"):
        del values["exported"]
        clock = values.pop("taken.time")
        taken = datetime.combine(values.pop("taken.date"), clock or time())
        if values["dose_id"]:
            timed = values.pop("timed")
            facts.append(Dose(taken=taken, timed=clock is not None if timed is None else timed, **values))
            continue
        text = " ".join(
            str(plain_text(part)) for part in (values["medicine"], values["amount"], values["unit"]) if part
        )
        found, odd = doses(values["patient"], taken, text, timed=clock is not None, source=values["source"])
        written += [replace(dose, relief=values["relief"]) for dose in found]
        table.problems += [problem._replace(where=table.place(index)) for problem in odd]
    return Batch(doses=(*facts, *told_apart(sorted(written, key=lambda d: (d.taken, d.dose_id, d.relief or 0)))))


def _read_botox(table: Table, patient: str) -> Batch:
    sessions = []
    for _, values in _complete(table, BOTOX, patient, "start"):
        if not values["treatment_id"]:
            values["unit"] = None if values["amount"] is None else "U"
        values["product"] = values["product"] or "onabotulinumtoxinA"
        sessions.append(_treatment("botulinum", values))
    return Batch(treatments=tuple(sessions))


def _read_preventives(table: Table, patient: str) -> Batch:
    rows = _complete(table, PREVENTIVES, patient, "product", "start")
    return Batch(treatments=tuple(_treatment(values.pop("kind") or "preventive", values) for _, values in rows))


def _treatment(kind: str, values: dict[str, Any]) -> Treatment:
    del values["exported"]
    values["purpose"] = values["purpose"] or "therapeutic"
    values["treatment_id"] = values["treatment_id"] or ""
    return Treatment(kind=kind, **values)


def _read_scores(table: Table, patient: str) -> Batch:
    scores = []
    for _, values in _complete(table, SCORES, patient, "date", "instrument", "value"):
        if not values.pop("exported"):
            plain = "".join(filter(str.isalnum, fold(values["instrument"])))
            values["instrument"] = INSTRUMENTS.get(plain, values["instrument"])
        scores.append(Score(**values))
    return Batch(scores=tuple(scores))


def _read_events(table: Table, patient: str) -> Batch:
    names = ("patient", "date", "event", "severity", "resolved", "treatment_id", "action", "serious", "note", "source")
    events = []
    for _, values in _complete(table, SIDE_EFFECTS, patient, "date", "event"):
        if not values["exported"]:
            values["event"] = standard_name(values["event"])
        events.append(AdverseEvent(**_only(values, *names)))
    return Batch(events=tuple(events))


def _read_factors(table: Table, patient: str) -> Batch:
    factors = []
    for _, values in _complete(table, FACTORS, patient, "date", "name", "value"):
        if not values.pop("exported"):
            values["name"] = factor_name(values["name"])
        factors.append(Factor(**values))
    return Batch(factors=tuple(factors))


def _read_choices(table: Table, patient: str) -> Batch:
    rows = _complete(table, CHOICES, patient, "name", "chosen")
    return Batch(
        choices=tuple(FactorChoice(**_only(values, "patient", "name", "chosen", "source")) for _, values in rows)
    )


def _read_injections(table: Table, patient: str) -> Batch:
    names = ("treatment_id", "muscle", "side", "sites", "units")
    rows = _complete(table, INJECTIONS, patient, *names)
    return Batch(injections=tuple(Injection(**_only(values, *names)) for _, values in rows))


def _read_visits(table: Table, patient: str) -> Batch:
    names = ("patient", "date", "topic", "answer")
    rows = _complete(table, VISITS, patient, *names)
    return Batch(consultations=tuple(Consultation(**_only(values, *names, "note", "source")) for _, values in rows))


def _read_patients(table: Table, patient: str) -> Batch:
    rows = _complete(table, PATIENTS, patient)
    return Batch(patients=tuple(Patient(**_only(values, "patient", "born", "sex", "note")) for _, values in rows))


def _read_sources(table: Table, patient: str) -> Batch:
    names = ("patient", "source", "events_only", "medication")
    rows = _complete(table, SOURCES, patient, *names)
    return Batch(sources=tuple(Source(**_only(values, *names)) for _, values in rows))


READERS: dict[str, Callable[[Table, str], Batch]] = {
    "Diary": _read_diary,
    "Attacks": _read_attacks,
    "Medication": _read_medication,
    "Botox": _read_botox,
    "Preventives": _read_preventives,
    "Scores": _read_scores,
    "Side effects": _read_events,
    "Factors": _read_factors,
    "Chosen factors": _read_choices,
    "Injections": _read_injections,
    "Visits": _read_visits,
    "Patients": _read_patients,
    "Sources": _read_sources,
}
