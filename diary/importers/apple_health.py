"""Apple Health, "Export All Health Data": the headaches, and the days of menstrual bleeding, among all else.

A headache is a record of kind Headache with the severity of :data:`SEVERITIES`. *Not present* is the statement
that there was none. Many apps write their headaches here; each record names its app.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from diary.importers.dates import YEARS
from diary.importers.day_rows import SILENCE
from diary.importers.file import File
from diary.importers.health_stream import Record, find_export, read_records
from diary.importers.instants import rules_of, zone_of
from diary.importers.layout import Layout
from diary.importers.merging import merge_day
from diary.importers.options import Options
from diary.model import Attack, Batch, DayLog, Problem, Source

NAME = "Apple Health"
HEADACHE = "HKCategoryTypeIdentifierHeadache"
FLOW = "HKCategoryTypeIdentifierMenstrualFlow"
SEVERITIES = {"": None, "Unspecified": None, "NotPresent": 0, "Mild": 1, "Moderate": 2, "Severe": 3}
FLOWS = {"": True, "Unspecified": True, "Light": True, "Medium": True, "Heavy": True, "None": False}
LONGEST = timedelta(days=31)
DAY_ENDS = (time(), time(23, 59), time(23, 59, 59))
"""Where an entry of whole days ends."""

CORRECT = "Correct the entry in Health and export again."


class Entry(NamedTuple):
    """One record with its times read.

    *start* and *end* are on the clock that the patient's phone showed at the start, so that the length is right
    over a change of the clocks; *end* is None where the entry has no length. *last* is the last date it covers.
    """

    record: Record
    value: str
    start: datetime
    utc_offset: int
    end: datetime | None
    last: date
    whole_days: bool

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"line {self.record.line}"

    @property
    def dates(self) -> list[date]:
        """The dates that it covers."""
        first = self.start.date()
        return [first + timedelta(days=n) for n in range((self.last - first).days + 1)]


@dataclass(slots=True)
class _Reading:
    """What is being read: for whom, in which time zone where one was asked for, and what was found odd."""

    patient: str
    zone: tzinfo | None
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    def note(self, place: str, what: str, remedy: str = CORRECT) -> None:
        self.problems.append(Problem(place, what, remedy))

    def assume(self, sentence: str) -> None:
        self.assumptions.append(sentence)


def claims(file: File) -> bool:
    """An XML file, or a zip archive with one, whose first element is HealthData."""
    return find_export(file) is not None


def read(file: File, patient: str, options: Options) -> Batch:
    """The headaches and the days of bleeding in an export."""
    export = find_export(file)
    assert export is not None  # claims has seen it
    reading = _Reading(patient, zone_of(options).rules if options.time_zone else None)
    found = read_records(file, export, {HEADACHE, FLOW})
    if found.broken is not None:
        what = "The file is damaged or cut short here; what stands before was read."
        reading.note(f"line {found.broken}", what, "Export it from Health again.")
    headaches = _entries(reading, found.records, HEADACHE, SEVERITIES)
    flows = _entries(reading, found.records, FLOW, FLOWS)
    if not headaches:
        what = "There is no headache in this export."
        reading.note(file.name, what, "Nothing to do, unless Health shows headaches: then export it again.")
    attacks, days = _headaches(reading, headaches)
    days += [_day(patient, day, menses=FLOWS[entry.value]) for entry in flows for day in entry.dates]
    return Batch(
        sources=tuple(_sources(reading, attacks, days)),
        days=tuple(_one_a_date(days)),
        attacks=tuple(attacks),
        assumptions=tuple(reading.assumptions),
        problems=tuple(reading.problems),
    )


# Records as entries


def _entries(reading: _Reading, records: Iterable[Record], kind: str, values: Collection[str]) -> list[Entry]:
    """The records of a kind, by start; what cannot be read is one problem each."""
    read = (_entry(reading, record, values) for record in records if record.kind == kind)
    return sorted((entry for entry in read if entry), key=lambda entry: (entry.start, entry.record.line))


def _entry(reading: _Reading, record: Record, values: Collection[str]) -> Entry | None:
    place = f"line {record.line}"
    start, end = _moment(reading, record, record.start), _moment(reading, record, record.end)
    if start is None:
        reading.note(place, f'"{record.start}" is not a date with a time, so that the entry was left out.')
        return None
    if _value(record) not in values:
        reading.note(place, f'"{record.value}" is no value that Health writes, so that the entry was left out.')
        return None
    fault = _odd_end(record, start, end)
    if fault:
        reading.note(place, f"{fault}, so that the end is not known.")
    return _timed(record, start, start if fault or end is None else end)


def _value(record: Record) -> str:
    """The last word of a value: ``HKCategoryValueSeverityMild`` is Mild."""
    return re.sub("^HKCategoryValue(?:Severity|MenstrualFlow|VaginalBleeding)", "", record.value)


def _moment(reading: _Reading, record: Record, text: str) -> datetime | None:
    """A time such as ``2024-03-01 09:00:00 -0800``, by the clock of the entry's own zone, or the one asked for."""
    zone = rules_of(record.zone) if record.zone else None
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
        local = moment.astimezone(zone or reading.zone or moment.tzinfo)
    except (ValueError, OverflowError):
        return None
    return local if local.year in YEARS else None


def _odd_end(record: Record, start: datetime, end: datetime | None) -> str | None:
    if end is None:
        return f'"{record.end}" is not a date with a time'
    if end < start:
        return "The entry ends before it starts"
    return "The entry is longer than a month" if end - start > LONGEST else None


def _timed(record: Record, start: datetime, end: datetime) -> Entry:
    offset = start.utcoffset() or timedelta()
    first, shown = start.replace(tzinfo=None), end.replace(tzinfo=None)
    return Entry(
        record,
        _value(record),
        first,
        offset // timedelta(minutes=1),
        end.astimezone(timezone(offset)).replace(tzinfo=None) if end > start else None,
        max(first, shown - timedelta(seconds=1)).date(),
        end > start and first.time() == time() and shown.time() in DAY_ENDS,
    )


# Entries as attacks and days


def _headaches(reading: _Reading, entries: list[Entry]) -> tuple[list[Attack], list[DayLog]]:
    """Attacks; days of headache without hours; and days that are stated to be free."""
    present = [entry for entry in entries if SEVERITIES[entry.value] != 0]
    whole = [entry for entry in present if entry.whole_days]
    touched = {day for entry in present for day in entry.dates}
    free = {day for entry in entries if SEVERITIES[entry.value] == 0 for day in entry.dates}
    _say_what_was_assumed(reading, entries, len(whole), len(free & touched))
    timed = _counted_once(reading, [entry for entry in present if not entry.whole_days])
    days = [_headache_day(reading.patient, day, entry) for entry in whole for day in entry.dates]
    days += [_day(reading.patient, day, headache=False, severity=0) for day in sorted(free - touched)]
    return [_attack(reading.patient, entry, apps) for entry, apps in timed], days


def _say_what_was_assumed(reading: _Reading, entries: list[Entry], whole: int, overruled: int) -> None:
    apps = Counter(entry.record.app or "an app without a name" for entry in entries)
    if apps:
        named = ", ".join(f"{app} ({count})" for app, count in sorted(apps.items()))
        reading.assume(
            f"The entries on headache in Apple Health were written by: {named}. An app that is also imported by its "
            "own file brings the same headaches again."
        )
    zoned = sum(1 for entry in entries if entry.record.zone)
    if zoned:
        reading.assume(f"Entries that name the time zone they were made in ({zoned}) are dated by the clock there.")
    if whole:
        reading.assume(f"Entries from midnight to midnight ({whole}) are days with headache, without hours.")
    if overruled:
        reading.assume(f'"Not present" on a date with a headache ({overruled}) speaks of another hour of that date.')


def _counted_once(reading: _Reading, entries: list[Entry]) -> list[tuple[Entry, tuple[str, ...]]]:
    """The headaches, by start, each with its apps: what two apps hold at one time is one headache, the longer one."""
    kept: list[tuple[Entry, tuple[str, ...]]] = []
    shared = 0
    for entry in entries:
        app = entry.record.app
        if kept and entry.start == kept[-1][0].start and app in kept[-1][1]:
            longer, other = _longer_first(kept[-1][0], entry)
            reading.note(
                other.place,
                f"Another headache begins at the same time ({longer.place}): the longer or worse one was kept.",
                "Nothing to do, or delete one of the two in Health.",
            )
            kept[-1] = longer, kept[-1][1]
        elif kept and app not in kept[-1][1] and _at_one_time(kept[-1][0], entry):
            shared += 1
            kept[-1] = _longer_first(kept[-1][0], entry)[0], (*kept[-1][1], app)
        else:
            kept.append((entry, (app,)))
    if shared:
        reading.assume(f"Headaches that two apps hold at one time ({shared}) are counted once; the longer one is kept.")
    return kept


def _at_one_time(one: Entry, later: Entry) -> bool:
    return later.start < (one.end or one.start + timedelta(seconds=1))


def _longer_first(one: Entry, other: Entry) -> tuple[Entry, Entry]:
    """The longer of two entries, or the worse, and the other."""
    first, second = sorted((one, other), key=_weight, reverse=True)
    return first, second


def _weight(entry: Entry) -> tuple[timedelta, int]:
    return (entry.end or entry.start) - entry.start, SEVERITIES[entry.value] or 0


def _attack(patient: str, entry: Entry, apps: tuple[str, ...]) -> Attack:
    return Attack(
        patient,
        entry.start,
        entry.end,
        entry.utc_offset,
        severity=SEVERITIES[entry.value],
        note=_note(*apps),
        source=NAME,
    )


def _note(*apps: str) -> str | None:
    """The note that keeps which apps wrote a headache.

    >>> _note("Headway", "Health")
    'written by Headway and Health'
    """
    return f"written by {' and '.join(apps)}" if all(apps) else None


def _headache_day(patient: str, day: date, entry: Entry) -> DayLog:
    return _day(patient, day, headache=True, severity=SEVERITIES[entry.value], note=_note(entry.record.app))


def _day(
    patient: str,
    day: date,
    *,
    headache: bool | None = None,
    severity: int | None = None,
    menses: bool | None = None,
    note: str | None = None,
) -> DayLog:
    return DayLog(patient, day, headache=headache, severity=severity, menses=menses, note=note, source=NAME)


def _one_a_date(days: Iterable[DayLog]) -> Iterator[DayLog]:
    by_date: dict[date, list[DayLog]] = defaultdict(list)
    for day in days:
        by_date[day.date].append(day)
    return (merge_day(by_date[day]) for day in sorted(by_date))


def _sources(reading: _Reading, attacks: list[Attack], days: list[DayLog]) -> Iterator[Source]:
    """Health lists headaches only, unless some entry says that there was none."""
    if attacks or days:
        listing = not any(day.headache is False for day in days)
        if listing and (attacks or any(day.headache for day in days)):
            reading.assume(SILENCE)
        yield Source(reading.patient, NAME, events_only=listing)


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Headaches with start, end and severity, entries that say there was none, and days of menstrual bleeding.",
    leaves="Everything else in Health, among it nausea and other symptoms, medicines and sleep.",
    blanks='A date without an entry says nothing; where no entry says "not present", the file is a list of headaches.',
)
