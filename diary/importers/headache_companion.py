"""Headache Companion (iOS): the JSON list of days that its settings export.

After the app's own source (github.com/unobserved-io/headache-companion): times are seconds since 1970, in early
versions since 2001. A day is made each time the app is opened, so a day without an attack says nothing. An attack
that is still open at midnight is ended by the app at 23:59:59, and may go on as another one at 00:00.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import chain
from typing import Any, NamedTuple

from diary.importers.app_records import Found, Intakes, end_after, told_apart
from diary.importers.day_rows import SILENCE, joined_rows
from diary.importers.file import File
from diary.importers.instants import Zone, zone_of
from diary.importers.layout import Layout
from diary.importers.merging import Placed, merge_days
from diary.importers.options import Options
from diary.importers.records import Record, record_of
from diary.importers.symptoms import features_of
from diary.importers.words import KINDS, fold, vocabulary
from diary.model import FEATURES, Attack, Batch, DayLog, Problem, Source

NAME = "Headache Companion"
SINCE_2001 = 978_307_200
"""Seconds from 1970 to the beginning of 2001, from which early versions count."""

LAST_SECOND = time(23, 59, 59)
TYPES = {"0": "migraine", "1": "tension", "2": "other"}
SIDES = {"1": True, "2": False}  # one side, both sides; 0 where nothing was picked
PREVENTIVE = ("1", "preventive")


class Day(NamedTuple):
    """One entry of the list; *date* is None where it has none that can be read."""

    record: Record
    date: date | None
    attacks: list[Record]
    medications: list[Record]


Attacks = tuple[Day, list[Found]]
"""A day and its attacks."""


def claims(file: File) -> bool:
    """A list of days that have attacks and medications."""
    days = file.json
    return isinstance(days, list) and any(isinstance(d, dict) and {"attacks", "medications"} <= d.keys() for d in days)


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks, intakes, notes and periods of the days."""
    top = record_of(file.json)
    days = [_day(record) for record in top.records("", "entry")]
    zone = zone_of(options)
    zone = max((zone, zone._replace(since=SINCE_2001)), key=lambda zone: _on_their_days(days, zone))
    found = [(day, list(_attacks(day, patient, zone))) for day in days]
    attacks = _joined(one.attack for one in told_apart(chain.from_iterable(attacks for _, attacks in found)))
    intakes = _intakes(days, patient, zone)
    logs, joined = merge_days(_logs(found, patient, intakes.acute_days()))
    return Batch(
        sources=(Source(patient, NAME, events_only=True, medication=True),),
        days=tuple(logs),
        attacks=tuple(map(_without_app_end, attacks)),
        doses=intakes.facts(),
        assumptions=(zone.why, SILENCE, *_ended_by_app(attacks), *_unknown_types(found)),
        problems=(*top.problems, *_misplaced(found), *map(joined_rows, joined), *intakes.proposals()),
    )


def _day(record: Record) -> Day:
    day = record.day("date")
    placed = replace(record, place=f"day {day}") if day else record
    attacks, medications = (
        [replace(one, place=f"{placed.place}, {one.place}") for one in placed.records(f"{label}s", label)]
        for label in ("attack", "medication")
    )
    return Day(placed, day, attacks, medications)


def _on_their_days(days: Iterable[Day], zone: Zone) -> int:
    """How many attacks begin on the date under which they stand, or beside it."""
    starts = [(day.date, attack.values.get("startTime")) for day in days for attack in day.attacks]
    told = [(date, zone.at(start)) for date, start in starts if date and isinstance(start, int | float)]
    return sum(1 for date, at in told if at and abs(at.local.date() - date) <= timedelta(days=1))


def _attacks(day: Day, patient: str, zone: Zone) -> Iterator[Found]:
    for record in day.attacks:
        start, end = record.instant("startTime", zone, needed=True), record.instant("stopTime", zone)
        if start:
            attack = Attack(
                patient,
                start.local,
                end_after(record, start, end),
                start.utc_offset,
                ongoing="stopTime" in record.values and record.values["stopTime"] is None,
                kind=_kind(record),
                intensity=record.number("painLevel", 0, 10) or None,
                source=NAME,
                **_features(record),
            )
            yield Found(record, attack)


def _kind(record: Record) -> str | None:
    label = record.text("headacheType") or ""
    return TYPES.get(label) or vocabulary(*KINDS).get(fold(label))


def _features(record: Record) -> dict[str, Any]:
    features = features_of(record.texts("symptoms"))
    sides = [SIDES.get(record.text(name) or "") for name in ("pressingSide", "pulsatingSide")]
    told = [side for side in sides if side is not None]
    if told:
        features["unilateral"] = all(told)
    if record.texts("auras"):
        features["aura"] = True
    if record.flag("pulsating"):
        features["pulsating"] = True
    return features


def _joined(parts: Iterable[Attack]) -> list[Attack]:
    """The attacks; one that the app ended at midnight and began again a second later is one."""
    attacks: list[Attack] = []
    for part in parts:
        if attacks and _goes_on(attacks[-1], part):
            attacks[-1] = _one(attacks[-1], part)
        else:
            attacks.append(part)
    return attacks


def _goes_on(attack: Attack, part: Attack) -> bool:
    return attack.end is not None and part.start == attack.end + timedelta(seconds=1) and part.start.time() == time()


def _one(attack: Attack, part: Attack) -> Attack:
    intensity = max((value for value in (attack.intensity, part.intensity) if value is not None), default=None)
    features = {name: getattr(part, name) for name in FEATURES if getattr(attack, name) is None}
    return replace(attack, end=part.end, ongoing=part.ongoing, intensity=intensity, **features)


def _without_app_end(attack: Attack) -> Attack:
    """An end that the app wrote at midnight is no end that a person knows of."""
    return replace(attack, end=None) if _is_app_end(attack) else attack


def _is_app_end(attack: Attack) -> bool:
    return attack.end is not None and attack.end.time() == LAST_SECOND


def _ended_by_app(attacks: Iterable[Attack]) -> list[str]:
    count = sum(map(_is_app_end, attacks))
    if not count:
        return []
    return [f"Ends at 23:59:59 ({count}) are written by the app when an attack is still open; they were left open."]


def _unknown_types(found: Iterable[Attacks]) -> list[str]:
    unknown = (one.record.text("headacheType") for _, attacks in found for one in attacks if one.attack.kind is None)
    labels = {label for label in unknown if label}
    if not labels:
        return []
    return [f"Kinds of headache that are not known and were left open: {', '.join(sorted(labels))}."]


def _misplaced(found: Iterable[Attacks]) -> list[Problem]:
    """Attacks that begin on another date than the one under which they stand: the zone may be wrong."""
    astray = [one for day, attacks in found for one in attacks if day.date and one.attack.start.date() != day.date]
    if not astray:
        return []
    what = f"The attack begins on another day, at {astray[0].attack.start}; {len(astray)} of the file do."
    remedy = "If the diary was kept in another time zone, name it with --time-zone."
    return [Problem(astray[0].record.place, what, remedy)]


def _intakes(days: Iterable[Day], patient: str, zone: Zone) -> Intakes:
    intakes = Intakes(patient, NAME)
    for day in days:
        for record in day.medications:
            _take(record, day, zone, intakes)
    return intakes


def _take(record: Record, day: Day, zone: Zone, intakes: Intakes) -> None:
    taken, name = record.instant("time", zone), record.text("name")
    when = taken.local if taken else day.date
    if name is None or when is None:
        record.note("The intake has no name or no time, so it was not read.")
        return
    preventive = fold(record.text("type") or "") in PREVENTIVE
    intakes.add(record, name, when, _amount(record), preventive=preventive)


def _amount(record: Record) -> str:
    """How much, from a count and from a strength or a form: ``2 x 200 mg``, ``2 pills``."""
    count, dose = record.number("amount", 0, 1000), record.text("dose") or ""
    strength = any(map(str.isdigit, dose))
    if not count or (count == 1 and strength):
        return dose
    return f"{count:g} x {dose}" if strength else f"{count:g} {dose}".strip()


def _logs(found: Iterable[Attacks], patient: str, acute: Collection[date]) -> Iterator[Placed]:
    """A log for each day with a note or a period. Whether there was headache, its attacks say."""
    for day, attacks in found:
        note, bleeding = day.record.text("notes"), any(one.record.flag("onPeriod") for one in attacks) or None
        if day.date and (note or bleeding):
            log = DayLog(patient, day.date, menses=bleeding, acute=day.date in acute, note=note, source=NAME)
            yield Placed(log, day.record.place)


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Attacks with start, end, pain 0-10, type, side, aura and symptoms; acute medicines with time and amount; "
    "notes; periods.",
    leaves="Sleep, diet, exercise, water and relaxation; whether a medicine helped; side effects. Preventives are "
    "proposed, not filed.",
    blanks="A day without an attack says nothing: the app makes a day whenever it is opened. A pain level of 0 and a "
    "box without a tick are the form left alone. An attack without an end had not ended.",
)
