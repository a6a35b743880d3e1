"""Rows about whole days, wherever they stand: what tables of days and of attacks both make of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from diary.importers.columns import is_blank, read_flags, read_grades, read_texts
from diary.importers.dates import said
from diary.importers.intakes import doses, is_acute
from diary.importers.medicine_columns import Medicines
from diary.importers.merging import DAY_MINUTES, PEAKS, Placed
from diary.importers.named_headaches import free_days
from diary.importers.sheets import Cell
from diary.importers.table import Headaches, Table
from diary.importers.words import YES_NO, fold, vocabulary
from diary.model import DayLog, Dose, Problem, Source

Key = tuple[str, date]

TOLD = ("headache", "pain", "migraine", "duration")
"""Fields that say whether there was a headache."""

TELLING = (*TOLD, "kind", "start", "time", "end", "end_time", "botox")
"""Fields that tell of a headache, or of a session, also where they cannot be read."""


SILENCE = (
    "The file lists only days with headache; up to 14 silent days between entries are taken as headache-free; "
    "migraine report --silence-days 0 takes none."
)


def day_rows(
    table: Table, keys: Sequence[Key], headaches: Headaches, medicines: Medicines | None, source: str
) -> list[list[Placed]]:
    """Each row as a day log, with the following dates of a headache longer than a day."""
    columns: dict[str, Sequence[Any]] = {
        "headache": headaches.present,
        "kind": headaches.kind,
        "severity": headaches.severity,
        "intensity": headaches.intensity,
        "minutes": [within_a_day(minutes) for minutes in headaches.minutes],
        "acute": _acute(headaches.present, medicines),
        "disability": table.read("disability", read_grades),
        "menses": table.read("menses", read_flags),
        "note": table.read("note", read_texts),
        **headaches.features,
    }
    names = tuple(columns)
    rows = []
    for index, (key, values) in enumerate(zip(keys, zip(*columns.values(), strict=True), strict=True)):
        day = DayLog(*key, **dict(zip(names, values, strict=True)), source=source)
        rows.append(list(spread(table, index, day, headaches.minutes[index])))
    return rows


def read_blanks(
    table: Table,
    keys: Sequence[Key],
    headaches: Headaches,
    medicines: Medicines | None,
    starts: Sequence[datetime | None] | None = None,
) -> bool:
    """Whether a person had to say what rows without a word about headache mean; they are read as that says.

    It is asked where such rows stand between headaches and no row denies one: left alone, they would pass for the
    silence of a list. *starts* are those of attacks, which are headaches without a word.

    Raises AmbiguousBlank: nobody has said it.
    """
    told = {key for i, key in enumerate(keys) if headaches.present[i] or (starts and starts[i])}
    silent = [i for i in _silent_rows(table, headaches, medicines) if keys[i] not in told]
    spans = {patient: (min(told_of), max(told_of)) for patient, told_of in _by_patient(told)}
    between = (keys[i] for i in silent if keys[i][0] in spans)
    if False in headaches.present or not any(spans[who][0] < day < spans[who][1] for who, day in between):
        return False
    free, why = free_days({keys[i] for i in silent}, (), table.options)
    table.assume(why)
    for index in silent:
        headaches.present[index] = False if keys[index] in free else None
    return True


def _silent_rows(table: Table, headaches: Headaches, medicines: Medicines | None) -> Iterator[int]:
    """The rows of which no cell says anything that has to do with headache, legible or not."""
    columns = [table.cells(header) for name in TELLING for header in table.headers.of(name)]
    for index, present in enumerate(headaches.present):
        taken = medicines is not None and medicines.taken[index]
        if present is None and not taken and all(_says_nothing(cells[index]) for cells in columns):
            yield index


def _says_nothing(cell: Cell) -> bool:
    """Blank, or the No of a column that asks for migraine alone."""
    return is_blank(cell) or cell is False or vocabulary(*YES_NO).get(fold(str(cell))) in ("no", "none")


def _by_patient(keys: Iterable[Key]) -> Iterable[tuple[str, list[date]]]:
    dates: dict[str, list[date]] = defaultdict(list)
    for patient, day in keys:
        dates[patient].append(day)
    return dates.items()


def _acute(present: list[bool | None], medicines: Medicines | None) -> list[bool | None]:
    """Whether something acute was taken; a blank is "nothing" only on a logged day, and where blanks mean that."""
    if medicines is None:
        return [None] * len(present)
    answers = []
    for index, (text, headache) in enumerate(zip(medicines.texts, present, strict=True)):
        is_none = headache is not None and medicines.is_none(index)
        answers.append(is_acute(text) if text else False if is_none else medicines.taken[index])
    return answers


def within_a_day(minutes: int | None) -> int | None:
    """The minutes that the first date of a headache can be said to have; None where they do not fit on it."""
    return minutes if minutes is not None and minutes <= DAY_MINUTES else None


def spread(table: Table, index: int, day: DayLog, minutes: int | None) -> Iterator[Placed]:
    """The day of a row, unless the row says nothing. *minutes* is how long the headache was.

    Beyond a day's worth of minutes it is on the following dates too, with minutes unknown.
    """
    place = table.place(index)
    if minutes is None or minutes <= DAY_MINUTES:
        if minutes is not None or _says_anything(day):
            yield Placed(day, place)
        return
    table.note(
        index,
        f"A headache of {minutes / 60:g} hours does not fit on one date: the following dates count too, "
        "without their hours.",
        "Give its start and end times in a table of attacks for exact hours.",
    )
    yield Placed(day, place)
    for later in range(1, -(-minutes // DAY_MINUTES)):
        following = DayLog(day.patient, day.date + timedelta(days=later), headache=True, source=day.source)
        yield Placed(following, place, inferred=True)


def _says_anything(day: DayLog) -> bool:
    return any(getattr(day, name) is not None for name in (*PEAKS, "kind", "note"))


def joined_rows(rows: Sequence[Placed]) -> Problem:
    """The notice that several rows about one date became one day."""
    places = ", ".join(row.place for row in rows[:-1])
    return Problem(
        rows[-1].place,
        f"{said(rows[-1].day.date)} stands in {len(rows)} rows (also {places}): they were joined to one day.",
        "Nothing to do, unless one of the dates is wrong.",
    )


def day_doses(rows: Iterable[tuple[Key, str, str]], source: str) -> tuple[list[Dose], list[Problem]]:
    """The doses of rows given as patient and date, text, place. A date's rows are read together, in any order."""
    by_day: dict[Key, list[tuple[str, str]]] = defaultdict(list)
    for key, text, place in rows:
        if text:
            by_day[key].append((text, place))
    facts, problems = [], []
    for (patient, day), taken in by_day.items():
        text = "; ".join(sorted(text for text, _ in taken))
        found, odd = doses(patient, datetime.combine(day, time()), text, timed=False, source=source)
        facts += found
        problems += [problem._replace(where=taken[0][1]) for problem in odd]
    return facts, problems


def say_silence(table: Table, source: Source) -> Source:
    """The source, with the sentence about silent days where it lists headaches only."""
    if source.events_only:
        table.assume(SILENCE)
    return source
