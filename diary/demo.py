"""An invented patient, so that every report can be seen before there is a diary of one's own.

Nobody has had these headaches. The numbers are drawn from ``random.Random(seed).random()``, which gives
the same sequence on every machine and in every Python. The story: about twenty headache days in 28 before
the first of five botulinum sessions, falling to about twelve, a little worse again before each next session.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar

from diary import demo_clinic
from diary.demo_clinic import PATIENT, SESSIONS, SOURCE
from diary.medicines import find_medicine
from diary.model import (
    FEATURES,
    Attack,
    Batch,
    DayLog,
    Dose,
    Patient,
    Source,
)

FIRST, LAST = date(2024, 6, 1), date(2025, 12, 7)

LEVELS = (19.5, 16.0, 14.5, 13.2, 12.2, 11.3)
"""Expected headache days in 28: before the first session, and in each cycle."""

WEAR_OFF = (0.3, -0.9, 0.9, 1.6)
"""What is added to the level in weeks 1-4, 5-8, 9-12 and later of a cycle."""

PERSISTENCE, CATCHING_UP = 0.35, 0.08
"""Shares of yesterday's surprise that is left today, and of all surprises so far that is taken back.

Together they give headache days a lag-1 correlation of about 0.3, and keep each four weeks near their level.
"""

MENSTRUAL_CYCLE, BLEEDING = 29, 5
PERIMENSTRUAL = (27, 28, 0, 1, 2)
"""Days of the menstrual cycle with more headache: two before the bleeding and its first three."""

GAPS = (
    (date(2024, 12, 30), 9),  # away over New Year
    (date(2025, 7, 8), 16),  # leaves weeks 5-8 of the fourth cycle with fewer than 14 logged days
    *(
        (day, 1)
        for day in (
            date(2024, 6, 9),
            date(2024, 7, 20),
            date(2024, 8, 18),
            date(2024, 10, 5),
            date(2024, 11, 17),
            date(2025, 2, 8),
            date(2025, 3, 23),
            date(2025, 5, 18),
            date(2025, 10, 11),
            date(2025, 11, 22),
        )
    ),
)
"""Days that were not written up: the first of each gap, and how many."""

FEATURE_SHARES = {
    "unilateral": 0.64,
    "pulsating": 0.71,
    "worse_moving": 0.80,
    "nausea": 0.60,
    "vomiting": 0.14,
    "light": 0.81,
    "sound": 0.80,
    "aura": 0.10,
}
"""How often a migraine has each feature, after the PREEMPT baseline diaries (J Headache Pain 2013;14(S1):P99)."""

T = TypeVar("T")


class _Medicine(NamedTuple):
    name: str
    amount: float
    unit: str


TRIPTANS = (_Medicine("Sumatriptan", 50, "mg"), _Medicine("Sumatriptan", 100, "mg"), _Medicine("Maxalt", 10, "mg"))
NSAIDS = (_Medicine("Naproxen", 500, "mg"), _Medicine("Ibuprofen", 400, "mg"), _Medicine("Ibuprofen", 600, "mg"))
COMBINATIONS = (_Medicine("Excedrin", 2, "tablets"),)


@dataclass(frozen=True, slots=True)
class _Episode:
    """One headache on one or two calendar days. *features* is empty where none were written down."""

    start: datetime
    end: datetime
    severity: int
    intensity: int
    features: dict[str, bool]
    medicines: tuple[_Medicine, ...]
    timed: bool

    @property
    def kind(self) -> str:
        return "tension" if self.severity == 1 else "migraine"

    @property
    def dates(self) -> list[date]:
        return sorted({self.start.date(), self.end.date()})

    def minutes_on(self, day: date) -> int:
        midnight = datetime.combine(day, time())
        span = min(self.end, midnight + timedelta(days=1)) - max(self.start, midnight)
        return span // timedelta(minutes=1)


def demo_batch(seed: int = 2026) -> Batch:
    """The invented patient's whole diary: the same facts for the same seed, on every machine.

    >>> demo_batch().span
    (datetime.date(2024, 6, 1), datetime.date(2025, 12, 7))
    >>> demo_batch() == demo_batch()
    True
    """
    rng = Random(seed)
    episodes = list(_episodes(rng, _headache_dates(rng)))
    attacks = {episode.start: _attack(episode) for episode in episodes if episode.timed}
    return Batch(
        patients=(Patient(PATIENT, born=1984, sex="female", note="Invented: there is no such person."),),
        sources=(Source(PATIENT, SOURCE, events_only=False, medication=True),),
        days=tuple(_day_logs(rng, episodes)),
        attacks=tuple(attacks.values()),
        doses=tuple(dose for episode in episodes for dose in _doses(rng, episode, attacks.get(episode.start))),
        treatments=(*demo_clinic.sessions(), demo_clinic.COSMETIC, *demo_clinic.preventives()),
        injections=tuple(demo_clinic.injections()),
        scores=tuple(demo_clinic.scores()),
        events=tuple(demo_clinic.side_effects()),
        consultations=tuple(demo_clinic.consultations()),
    )


# Chance, out of rng.random() alone: the other methods may change between versions of Python


def _chance(rng: Random, share: float) -> bool:
    return rng.random() < share


def _below(rng: Random, limit: int) -> int:
    return int(rng.random() * limit)


def _one_of(rng: Random, choices: Sequence[T]) -> T:
    return choices[_below(rng, len(choices))]


# Days with and without headache


def _calendar() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def _unlogged() -> set[date]:
    return {first + timedelta(days=n) for first, length in GAPS for n in range(length)}


def _cycle(day: date) -> int:
    """The session that came last, the first of them being 1; 0 before it."""
    return bisect_right([session[0] for session in SESSIONS], day)


def _probability(day: date) -> float:
    """How likely a headache is on this day, were nothing known of the day before."""
    cycle = _cycle(day)
    level = LEVELS[cycle]
    if cycle:
        week = (day - SESSIONS[cycle - 1][0]).days // 7
        level += WEAR_OFF[min(week // 4, len(WEAR_OFF) - 1)]
    perimenstrual = _menstrual_day(day) in PERIMENSTRUAL
    return level / 28 + (0.12 if perimenstrual else -0.025)  # on average of a menstrual cycle: nothing


def _menstrual_day(day: date) -> int:
    return (day - FIRST).days % MENSTRUAL_CYCLE


def _headache_dates(rng: Random) -> set[date]:
    """A chain in which part of yesterday's surprise is left today, so that headaches come in runs."""
    surprise, surprises, dates = 0.0, 0.0, set()
    for day in _calendar():
        probability = _probability(day)
        headache = _chance(rng, probability + PERSISTENCE * surprise - CATCHING_UP * surprises)
        surprise = headache - probability
        surprises += surprise
        if headache:
            dates.add(day)
    return dates


# Headaches


def _episodes(rng: Random, dates: set[date]) -> Iterator[_Episode]:
    """The logged headache days in order, each an episode of its own or with the next day's over midnight."""
    logged = dates - _unlogged()
    taken: set[date] = set()
    for day in sorted(logged):
        if day in taken:
            continue
        tomorrow = day + timedelta(days=1)
        over_midnight = tomorrow in logged and _chance(rng, 0.45)
        if over_midnight:
            taken.add(tomorrow)
        yield _episode(rng, day, *(_evening(rng) if over_midnight else _daytime(rng)))


def _daytime(rng: Random) -> tuple[int, int]:
    """From 6:00 to 14:00 on, for 4 to 10 hours: start in minutes after midnight, and length."""
    return 360 + 5 * _below(rng, 96), 240 + 5 * _below(rng, 72)


def _evening(rng: Random) -> tuple[int, int]:
    """From 15:00 to 22:00 on, until 4:00 to 14:00 of the next day: start in minutes after midnight, and length."""
    start = 900 + 5 * _below(rng, 84)
    return start, 1440 - start + 240 + 5 * _below(rng, 120)


def _episode(rng: Random, day: date, start: int, length: int) -> _Episode:
    begins = datetime.combine(day, time()) + timedelta(minutes=start)
    severity = _severity(rng, _cycle(day))
    return _Episode(
        begins,
        begins + timedelta(minutes=length),
        severity,
        intensity=3 * severity - 2 + _below(rng, 3),
        features=_features(rng, severity),
        medicines=_medicines(rng, severity),
        timed=_chance(rng, 0.4),
    )


def _severity(rng: Random, cycle: int) -> int:
    """1 to 3: severe and moderate headaches become fewer from cycle to cycle."""
    draw = rng.random()
    severe, moderate = 0.36 - 0.035 * cycle, 0.45 - 0.01 * cycle
    return 3 if draw < severe else 2 if draw < severe + moderate else 1


def _features(rng: Random, severity: int) -> dict[str, bool]:
    if _chance(rng, 0.2):
        return {}
    share = 0.35 if severity == 1 else 1.0
    found = {name: _chance(rng, share * FEATURE_SHARES[name]) for name in FEATURES}
    return found | {"vomiting": found["vomiting"] and found["nausea"]}


def _medicines(rng: Random, severity: int) -> tuple[_Medicine, ...]:
    draw = rng.random()
    if severity == 1:
        return (_one_of(rng, NSAIDS),) if draw < 0.4 else ()
    if draw < 0.15:
        return _one_of(rng, TRIPTANS), _one_of(rng, NSAIDS)
    for share, medicines in ((0.60, TRIPTANS), (0.80, NSAIDS), (0.90, COMBINATIONS)):
        if draw < share:
            return (_one_of(rng, medicines),)
    return ()


# Facts


def _day_logs(rng: Random, episodes: list[_Episode]) -> Iterator[DayLog]:
    of_day = {day: episode for episode in episodes for day in episode.dates}
    for day in _calendar():
        if day not in _unlogged():
            yield _headache_day(rng, day, of_day[day]) if day in of_day else _clear_day(day)


def _clear_day(day: date) -> DayLog:
    return DayLog(
        PATIENT,
        day,
        headache=False,
        severity=0,
        intensity=0,
        minutes=0,
        starts=0,
        acute=False,
        disability=0,
        menses=_menstrual_day(day) < BLEEDING,
        source=SOURCE,
    )


def _headache_day(rng: Random, day: date, episode: _Episode) -> DayLog:
    first = day == episode.start.date()
    return DayLog(
        PATIENT,
        day,
        headache=True,
        kind=episode.kind,
        severity=episode.severity,
        intensity=episode.intensity,
        minutes=episode.minutes_on(day),
        starts=int(first),
        acute=first and bool(episode.medicines),
        disability=max(0, episode.severity - _below(rng, 2)),
        menses=_menstrual_day(day) < BLEEDING,
        source=SOURCE,
        **_written(episode),
    )


def _written(episode: _Episode) -> dict[str, Any]:
    """The features as arguments; where none were written down they stay unknown."""
    return {name: episode.features.get(name) for name in FEATURES}


def _attack(episode: _Episode) -> Attack:
    return Attack(
        PATIENT,
        episode.start,
        episode.end,
        kind=episode.kind,
        severity=episode.severity,
        intensity=episode.intensity,
        source=SOURCE,
        **_written(episode),
    )


def _doses(rng: Random, episode: _Episode, attack: Attack | None) -> Iterator[Dose]:
    """All on the episode's first date; the time of day is known where the attack's times are."""
    for medicine in episode.medicines:
        known = find_medicine(medicine.name)
        taken = attack.start + timedelta(minutes=15 + 5 * _below(rng, 15)) if attack else None
        yield Dose(
            PATIENT,
            taken or datetime.combine(episode.start.date(), time()),
            medicine.name,
            timed=taken is not None,
            medicine_class=known.medicine_class if known else None,
            amount=medicine.amount,
            unit=medicine.unit,
            relief=_below(rng, 4) if attack else None,
            attack_id=attack.attack_id if attack else None,
            source=SOURCE,
        )
