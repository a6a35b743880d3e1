"""What a person's own entry does to a day, an attack or an intake: plain functions, for every door alike.

An entry changes only what it says. Who records it decides where the rest comes from: the diary as it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

from diary.model import ACUTE_CLASSES, FEATURES, Attack, DayLog, Dose, Problem, Source, identity, last_date

SOURCE = "log"
"""The source of what a person enters."""

HEADACHE_ONLY = ("kind", "severity", "intensity", "minutes", "starts", *FEATURES)
"""What only a headache has."""


def factor_name(text: str) -> str:
    """The name of an everyday factor, in small letters and single spaces.

    >>> factor_name(" Screen  time ")
    'screen time'
    """
    return " ".join(text.casefold().split())


def minutes_in(text: str) -> int | None:
    """The minutes of a duration as a person writes it; None where it is none, or nobody's.

    >>> [minutes_in(text) for text in ("3", "3,5 h", "2h30", "2:30", "45 min", "long")]
    [180, 210, 150, 150, 45, None]
    """
    written = text.casefold().replace(" ", "").replace(",", ".")
    if found := re.fullmatch(r"(\d{1,9}(?:\.\d+)?)(?:h|hours?)?", written):
        return round(float(found[1]) * 60)
    if found := re.fullmatch(r"(\d{1,9})(?:h|:)([0-5]?\d)(?:min|m)?", written):
        return int(found[1]) * 60 + int(found[2])
    if found := re.fullmatch(r"(\d{1,9})(?:min|m|minutes?)", written):
        return int(found[1])
    return None


class Taken(NamedTuple):
    """What is said of medicines: *names* as written; or that ``nothing`` was taken; or that it is ``unknown``.

    *state* is None where nothing is said. *at* is the time of day of the names.
    """

    names: tuple[str, ...] = ()
    state: Literal["named", "nothing", "unknown"] | None = None
    at: time | None = None


class Entry(NamedTuple):
    """What a person says about a day or an attack, by the names of the model, and of medicines.

    *free* says that the day was headache-free; *again*, that what was taken was taken once more.
    """

    values: Mapping[str, Any]
    taken: Taken = Taken()
    again: bool = False
    free: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is said at all."""
        return not (self.values or self.taken.state or self.free)


def own_source(patient: str) -> Source:
    """The source of own entries: it speaks of days, and has a place for medicines."""
    return Source(patient, SOURCE, events_only=False, medication=True)


def with_headache(before: DayLog) -> DayLog:
    """The day as one with headache; the severity 0 of a headache-free day is no grade of a headache."""
    return replace(before, headache=True, severity=before.severity or None)


def amended(before: DayLog, said: Mapping[str, Any]) -> DayLog:
    """The day with what is newly said. Anything that only a headache has makes it a headache day.

    >>> day = amended(DayLog("P1", date(2026, 3, 1), headache=False, severity=0), {"minutes": 90})
    >>> day.headache, day.severity, day.minutes
    (True, None, 90)
    """
    if not any(said.get(name) for name in ("headache", *HEADACHE_ONLY)):
        return replace(before, **said)
    return replace(with_headache(before), **said)


def headache_free(before: DayLog) -> DayLog:
    """The day without headache, and without what only a headache has; note, bleeding and medicines stay.

    >>> headache_free(DayLog("P1", date(2026, 3, 1), headache=True, severity=3, nausea=True, menses=True))
    ... # doctest: +ELLIPSIS
    DayLog(patient='P1', date=datetime.date(2026, 3, 1), headache=False, kind=None, severity=0, ... menses=True, ...
    """
    unsaid: dict[str, Any] = dict.fromkeys(HEADACHE_ONLY)
    return replace(before, **unsaid | {"headache": False, "severity": 0})


def not_known(before: DayLog) -> DayLog:
    """The day of which it is not known whether there was headache, nor what was taken; note and bleeding stay."""
    unsaid: dict[str, Any] = dict.fromkeys(HEADACHE_ONLY)
    return replace(before, **unsaid | {"headache": None, "disability": None, "acute": None})


def changed(before: DayLog, entry: Entry, doses: Collection[Dose], entered: datetime) -> DayLog:
    """The day after the entry; *doses* are all that it has then, *entered* is when it was said."""
    after = amended(headache_free(before) if entry.free else before, entry.values)
    return replace(with_intakes(before, after, entry.taken, doses), entered=entered)


def with_intakes(before: DayLog, day: DayLog, said: Taken, doses: Collection[Dose]) -> DayLog:
    """The *day*, *before* it was amended, with whether a medicine was taken; *doses* are all of that day.

    A day that says for the first time whether there was headache, and nothing of medicines, is a day on
    which nothing was taken: the entry is to be shown to the person with these words in it.
    """
    if doses:
        return replace(day, acute=any_acute(doses))
    if said.state is not None:
        return replace(day, acute=None if said.state == "unknown" else False)
    first_word = day.headache is not None and before.headache is None
    return replace(day, acute=False) if first_word and before.acute is None else day


def any_acute(doses: Collection[Dose]) -> bool | None:
    """Whether an acute medicine is among the doses; None where a name that is not known may be one.

    >>> from diary.model import ADJUNCT
    >>> any_acute([Dose("P1", datetime(2026, 3, 1), "Metoclopramide", medicine_class=ADJUNCT)])
    False
    """
    classes = {dose.medicine_class for dose in doses}
    if classes & set(ACUTE_CLASSES):
        return True
    return None if None in classes else False


def intakes(patient: str, day: date, said: Taken, attack: Attack | None = None) -> tuple[list[Dose], list[Problem]]:
    """The doses that are said, and problems about names that are no acute medicine."""
    from diary.medicines import doses

    taken = datetime.combine(day, said.at or time())
    name = attack.attack_id if attack else None
    return doses(patient, taken, "; ".join(said.names), timed=said.at is not None, source=SOURCE, attack_id=name)


def new_intakes(doses: Collection[Dose], there: Collection[Dose], *, again: bool) -> tuple[list[Dose], list[Dose]]:
    """The doses to record, and those that the day has already; with *again* every one is a further intake.

    >>> dose = Dose("P1", datetime(2026, 3, 1), "Sumatriptan", timed=False)
    >>> new_intakes([dose], [dose], again=False)[0]
    []
    >>> new_intakes([dose], [dose], again=True)[0] == [dose]
    False
    """
    names = {dose.dose_id for dose in there}
    known = [] if again else [dose for dose in doses if dose.dose_id in names]
    new: list[Dose] = []
    for dose in doses:
        if dose.dose_id not in names:
            new.append(dose)
        elif again:
            new.append(replace(dose, dose_id=_free_name(dose, names | {other.dose_id for other in new})))
    return new, known


def _free_name(dose: Dose, names: Collection[str]) -> str:
    number = 1
    while (name := identity(dose.dose_id, number)) in names:
        number += 1
    return name


def days_of(attack: Attack) -> Iterator[date]:
    """The dates that the attack touches.

    >>> len(list(days_of(Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 2, 4)))))
    2
    """
    first = attack.start.date()
    return (first + timedelta(days=n) for n in range((last_date(attack) - first).days + 1))
