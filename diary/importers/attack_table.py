"""One row for each attack, with the time at which it began."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from diary.importers.columns import read_numbers, read_texts
from diary.importers.dates import Moment, are_clocks, order_of, read_clocks, read_moments
from diary.importers.day_rows import TOLD, Key, day_doses, day_rows, joined_rows, read_blanks, say_silence
from diary.importers.headers import Header
from diary.importers.intakes import doses
from diary.importers.medicine_columns import Medicines, read_medicines
from diary.importers.merging import Placed, merge_day, merge_days
from diary.importers.sheets import Cell
from diary.importers.table import (
    Headaches,
    Table,
    date_header,
    dated_rows,
    drop_repeats,
    keep_first,
    read_headaches,
)
from diary.importers.words import fold, vocabulary
from diary.model import FEATURES, Attack, Batch, DayLog, Dose, Problem, Source

SOURCE = "attack table"
SINGLE = ("date", "start", "time", "end", "end_date", "end_time", "duration", "kind", "patient", *FEATURES)
MOST_OFFSET = 14 * 60
"""Minutes by which the farthest time zone is away from UTC."""

CLOCK = re.compile(r"\d{1,2}:\d{2}")
MIDNIGHT = re.compile(r"\b0?0:00(?::00(?:\.0+)?)?\b")


class Beginning(NamedTuple):
    """The column that dates a row, and the one with the time of day; None where the first holds both."""

    dated: Header
    clock: Header | None


def beginning(table: Table) -> Beginning | None:
    """Where a table says when an attack began; None where it has no place for the time of day."""
    dated = date_header(table.headers)
    start = next(iter(table.headers.of("start")), None)
    clock = start or next(iter(table.headers.of("time")), None)
    if start and not are_clocks(table.cells(start)):
        return Beginning(start, None)
    if dated and clock:
        return Beginning(dated, clock)
    return Beginning(dated, None) if dated and any(map(_has_clock, table.cells(dated))) else None


def _has_clock(cell: Cell) -> bool:
    """A time of day other than midnight, which some programs add to every date."""
    if isinstance(cell, datetime):
        return cell.time() != time()
    return isinstance(cell, str) and CLOCK.search(MIDNIGHT.sub("", cell)) is not None


def claims_attacks(table: Table) -> bool:
    """A start, or a date with a time of day, and something about headache or its end."""
    return table.headers.has(*TOLD, "end", "end_time") and beginning(table) is not None


def read_attacks(table: Table, patient: str, source: str = SOURCE, events_only: bool | None = None) -> Batch:
    """The attacks of a table. A row without a time of day, or without headache, is about its day.

    *events_only* says whether the table lists headaches only; where it is None, the rows decide.
    """
    began = beginning(table)
    assert began is not None  # claims_attacks has seen it
    keep_first(table, *SINGLE)
    table, keys, moments, offsets = dated_rows(drop_repeats(table), began.dated, patient)
    starts = starts_of(table, began, moments)
    headaches = read_headaches(table)
    medicines = read_medicines(table)
    if events_only is None and read_blanks(table, keys, headaches, medicines, starts):
        events_only = False
    offsets |= _offsets(table, "utc_offset")
    headaches.minutes = _by_the_clock(table, headaches.minutes, offsets)
    attacks = _told_apart(table, _attacks(table, keys, starts, offsets, headaches, source))
    headaches.minutes = [None if index in attacks else length for index, length in enumerate(headaches.minutes)]
    days = _days(table, day_rows(table, keys, headaches, medicines, source), attacks, medicines)
    facts, problems = _doses(table, keys, attacks, medicines, source)
    return Batch(
        sources=tuple(_sources(table, days, attacks, medicines, source, events_only)),
        days=tuple(days),
        attacks=tuple(sorted(set(attacks.values()), key=lambda attack: (attack.patient, attack.start))),
        doses=tuple(facts),
        assumptions=tuple(table.assumptions),
        problems=(*table.problems, *problems),
    )


def starts_of(table: Table, began: Beginning, moments: Sequence[Moment]) -> list[datetime | None]:
    """The start of each row; None where the time of day is not known."""
    if began.clock:
        clocks = table.take(began.clock, read_clocks(table.cells(began.clock)))
        return [datetime.combine(m, clock) if clock else None for m, clock in zip(moments, clocks, strict=True)]
    cells = table.cells(began.dated)
    timed = any(isinstance(cell, datetime) for cell in cells)
    starts: list[datetime | None] = []
    for cell, moment in zip(cells, moments, strict=True):
        if isinstance(moment, datetime):
            starts.append(moment)
        else:  # a real cell at midnight comes without its time; beside timed cells it has one
            at_midnight = timed and isinstance(cell, date)
            starts.append(datetime.combine(moment, time()) if at_midnight else None)
    return starts


def _attacks(
    table: Table,
    keys: Sequence[Key],
    starts: Sequence[datetime | None],
    offsets: Mapping[int, int],
    headaches: Headaches,
    source: str,
) -> dict[int, Attack]:
    """The attack of each row that has a start and does not deny a headache."""
    ends = _ends(table, starts, headaches.minutes)
    ongoing = _ongoing(table)
    notes = table.read("note", read_texts)
    attacks = {}
    for index, start in enumerate(starts):
        if start is not None and headaches.present[index] is not False:
            attacks[index] = Attack(
                keys[index][0],
                start,
                ends[index],
                offsets.get(index),
                ongoing[index] and ends[index] is None,
                headaches.kind[index],
                headaches.severity[index],
                headaches.intensity[index],
                **{name: values[index] for name, values in headaches.features.items()},
                note=notes[index],
                source=source,
            )
    return attacks


def _offsets(table: Table, name: str) -> dict[int, int]:
    """The offsets from UTC of the starts or ends, where the table has a column for them."""
    offsets = table.read(name, lambda cells: read_numbers(cells, -MOST_OFFSET, MOST_OFFSET))
    return {index: round(offset) for index, offset in enumerate(offsets) if offset is not None}


def _by_the_clock(table: Table, minutes: Sequence[int | None], offsets: Mapping[int, int]) -> list[int | None]:
    """The minutes between what the clock shows at the start and at the end, which may be in another zone by then.

    Where that would leave nothing, they stay as they are: after a flight to the west.
    """
    ends = _offsets(table, "end_utc_offset")
    shifts = [ends[i] - offsets[i] if i in ends and i in offsets else 0 for i in range(len(minutes))]
    told = [
        length + shift if length and length + shift > 0 else length
        for length, shift in zip(minutes, shifts, strict=True)
    ]
    if told != list(minutes):
        table.assume("Where the clock changed during an attack, or the patient travelled, its end is local time there.")
    return told


def _ends(table: Table, starts: Sequence[datetime | None], minutes: Sequence[int | None]) -> list[datetime | None]:
    """The end of each row, from its end or else its duration; None, and a problem, where it is before the start."""
    stated = _stated_ends(table, starts)
    ends: list[datetime | None] = []
    for index, (start, end, length) in enumerate(zip(starts, stated, minutes, strict=True)):
        if start is None:
            ends.append(None)
        elif end is None:
            ends.append(start + timedelta(minutes=length) if length else None)
        elif end <= start:
            when = "before it starts" if end < start else "in the minute in which it starts"
            table.note(index, f"The attack ends {when}.", "Correct the end; it was left open.")
            ends.append(None)
        else:
            ends.append(end)
    return ends


def _stated_ends(table: Table, starts: Sequence[datetime | None]) -> list[datetime | None]:
    """The ends that columns state: a moment, a date and a time, or a time of the same or the next day."""
    end = next(iter(table.headers.of("end")), None)
    clock_header = next(iter(table.headers.of("end_time")), None)
    if end and not are_clocks(_without_ongoing(table, end)):
        return [m if isinstance(m, datetime) else _midnight(m) for m in _end_moments(table, end)]
    clock_header = clock_header or end
    if clock_header is None:
        return [None] * len(starts)
    clocks = table.take(clock_header, read_clocks(_without_ongoing(table, clock_header)))
    dated = next(iter(table.headers.of("end_date")), None)
    dates = _end_moments(table, dated) if dated else [None] * len(starts)
    return [_end(table, *parts) for parts in zip(starts, dates, clocks, strict=True)]


def _midnight(moment: Moment | None) -> datetime | None:
    """A real cell at midnight comes without its time."""
    return datetime.combine(moment, time()) if moment else None


def _end(table: Table, start: datetime | None, day: Moment | None, clock: time | None) -> datetime | None:
    if clock is None or start is None:
        return None
    if day is not None:
        return datetime.combine(day, clock)
    end = datetime.combine(start, clock)
    if end < start:
        table.assume("An end earlier in the day than its start is taken to be on the next day.")
        end += timedelta(days=1)
    return end


def _end_moments(table: Table, header: Header) -> list[Moment | None]:
    """A column of ends, in the order in which the dates of the starts are written."""
    began = beginning(table)
    order, why = table.options.date_order, table.why("date_order")
    if began and not order:
        order, why = order_of(table.cells(began.dated), header.text), f'as in the column "{began.dated.text}"'
    cells = _without_ongoing(table, header)
    return table.take(header, read_moments(cells, header.text, order, epoch1904=table.sheet.epoch1904, why=why).parsed)


def _without_ongoing(table: Table, header: Header) -> list[Cell]:
    return [None if _says_ongoing(cell) else cell for cell in table.cells(header)]


def _says_ongoing(cell: Cell) -> bool:
    return isinstance(cell, str) and fold(cell) in vocabulary("ongoing")


def _ongoing(table: Table) -> list[bool]:
    """The rows whose end or duration says that the attack was still going on."""
    columns = [table.cells(h) for name in ("end", "end_time", "end_date", "duration") for h in table.headers.of(name)]
    return [any(map(_says_ongoing, row)) for row in zip(*columns, strict=True)] or [False] * len(table.rows)


def _told_apart(table: Table, attacks: dict[int, Attack]) -> dict[int, Attack]:
    """Of attacks that begin at the same time the longest and worst, for each of their rows."""
    best: dict[str, int] = {}
    for index in sorted(attacks, key=lambda index: _weight(attacks[index]), reverse=True):
        first = best.setdefault(attacks[index].attack_id, index)
        if first != index:
            table.note(
                index,
                f"Another attack begins at the same time ({table.place(first)}): the longer or worse one was kept.",
                "Correct the start of one of them.",
            )
    return {index: attacks[best[attack.attack_id]] for index, attack in attacks.items()}


def _weight(attack: Attack) -> tuple[datetime, int, float, str]:
    return attack.end or attack.start, attack.severity or 0, attack.intensity or 0, attack.note or ""


def _days(
    table: Table, rows: Sequence[list[Placed]], attacks: Mapping[int, Attack], medicines: Medicines | None
) -> list[DayLog]:
    """The days of the rows that are no attack, and of the others what an attack has no place for.

    A headache-free hour on a day with an attack frees no day.
    """
    attacked = {(attack.patient, attack.start.date()) for attack in attacks.values()}
    placed = [
        _one_start(one)
        for index, row in enumerate(rows)
        if index not in attacks
        for one in row
        if one.day.headache or (one.day.patient, one.day.date) not in attacked
    ]
    of_attacks = {index: rows[index][0] for index in attacks if rows[index]}
    silent = {(attack.patient, attack.start.date()) for index, attack in attacks.items() if not rows[index]}
    days, joined = merge_days([*placed, *_beside_attacks(of_attacks, silent, medicines)])
    table.problems += map(joined_rows, joined)
    return days


def _beside_attacks(rows: Mapping[int, Placed], silent: Set[Key], medicines: Medicines | None) -> Iterator[Placed]:
    """What the rows of attacks say of their days alone: disability, menstruation, and of medicines what no dose can.

    That nothing was taken is said only if every row of the day says it; a day in *silent* has an attack whose row
    says nothing but its start.
    """
    by_day: dict[Key, list[int]] = defaultdict(list)
    for index, row in rows.items():
        by_day[row.day.patient, row.day.date].append(index)
    for key, indexes in by_day.items():
        day = merge_day([rows[index].day for index in indexes])
        unnamed = medicines is not None and any(medicines.taken[i] and not medicines.texts[i] for i in indexes)
        none = key not in silent and all(rows[index].day.acute is False for index in indexes)
        blanks_tell = medicines is not None and medicines.blank_is_none
        if unnamed or (none and not blanks_tell) or day.disability is not None or day.menses is not None:
            acute = True if unnamed else False if none else None
            log = DayLog(
                *key, headache=True, acute=acute, disability=day.disability, menses=day.menses, source=day.source
            )
            yield Placed(log, rows[indexes[0]].place, inferred=True)


def _one_start(placed: Placed) -> Placed:
    """A headache row of an attack table is one attack that began on its date, at an unknown time."""
    if placed.inferred or not placed.day.headache:
        return placed
    return replace(placed, day=replace(placed.day, starts=1))


def _doses(
    table: Table, keys: Sequence[Key], attacks: Mapping[int, Attack], medicines: Medicines | None, source: str
) -> tuple[list[Dose], list[Problem]]:
    """The doses of each row, tied to its attack where there is one; at what time they were taken is not known."""
    if medicines is None:
        return [], []
    rows = [(keys[index], text, table.place(index)) for index, text in enumerate(medicines.texts)]
    facts, problems = day_doses((row for index, row in enumerate(rows) if index not in attacks), source)
    for index, attack in attacks.items():
        (patient, day), text, place = rows[index]
        taken = datetime.combine(day, time())
        found, odd = doses(patient, taken, text, timed=False, source=source, attack_id=attack.attack_id)
        facts += found
        problems += [problem._replace(where=place) for problem in odd]
    return facts, problems


def _sources(
    table: Table,
    days: Sequence[DayLog],
    attacks: Mapping[int, Attack],
    medicines: Medicines | None,
    source: str,
    events_only: bool | None,
) -> Iterator[Source]:
    """Where it is not known beforehand, the table lists headaches only unless some row says that there was none."""
    patients = dict.fromkeys([*(attack.patient for attack in attacks.values()), *(day.patient for day in days)])
    has_place = medicines is not None and medicines.blank_is_none
    for patient in patients:
        free = any(day.headache is False for day in days if day.patient == patient)
        listing = not free if events_only is None else events_only
        yield say_silence(table, Source(patient, source, listing, has_place))
