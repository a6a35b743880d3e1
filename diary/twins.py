"""The same attack, or the same intake, told by two sources: recognised, and counted once.

Plain functions on facts. Two sources that speak of one calendar day need none of this: a day has one row.

- Two attacks are one if they overlap in time. An attack whose end is unknown is taken to reach to the end of the
  day on which it began, so that two attacks of one day are one where neither times say otherwise.
- Two intakes are one if they are of the same medicine, do not differ in amount, and were taken within an hour of
  each other; or, where one of the times is unknown, on the same day or in the same attack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from diary.medicines import find_medicine
from diary.model import Attack, Batch, Dose, last_date

ABOUT_THE_SAME = timedelta(hours=1)
"""How far apart two people's, or two apps', times of one intake may be: an intake is often noted afterwards."""


T = TypeVar("T", Attack, Dose)
Place = tuple[str, date | str | None]
"""A patient, with a day or the name of an attack."""


class Twin(NamedTuple, Generic[T]):
    """The same headache or intake from two sources: *new* comes now, *there* was in the diary."""

    new: T
    there: T


Twins = Twin[Attack] | Twin[Dose]


class Once(NamedTuple):
    """What to do so that everything is counted once.

    *batch* is what is left to add; of each twin one side is dropped: the new one, which is then among *seen*,
    or the one that was there, which is then among *replaced*.
    """

    batch: Batch
    seen: list[Twins]
    replaced: list[Twins]


def counted_once(batch: Batch, there: Batch, prefer: str | None = None) -> Once:
    """The *batch* without what another source has said already, *there* being the diary's attacks and doses.

    What was there is kept, unless *prefer* names the new one's source. Intakes stay with the attack that is kept.

    >>> app = Attack("P1", datetime(2026, 3, 1, 8), datetime(2026, 3, 1, 12), source="app")
    >>> watch = Attack("P1", datetime(2026, 3, 1, 9), datetime(2026, 3, 1, 11), source="watch")
    >>> once = counted_once(Batch(attacks=(watch,)), Batch(attacks=(app,)))
    >>> once.batch.attacks, len(once.seen)
    ((), 1)
    """
    attacks = attack_twins(batch.attacks, there.attacks)
    moved = {lost.attack_id: kept.attack_id for lost, kept in _lost_and_kept(attacks, prefer)}
    doses, stored = _tied(batch.doses, moved), _tied(there.doses, moved)
    twins: list[Twins] = [*attacks, *dose_twins(doses, stored)]
    seen = [twin for twin in twins if twin.new.source != prefer]
    replaced = [twin for twin in twins if twin.new.source == prefer]
    dropped = {twin.new for twin in seen} | {twin.there for twin in replaced}
    changed = [dose for dose, was in zip(stored, there.doses, strict=True) if dose != was]
    left = replace(
        batch,
        attacks=tuple(attack for attack in batch.attacks if attack not in dropped),
        doses=tuple(dose for dose in (*doses, *changed) if dose not in dropped),
    )
    return Once(left, seen, replaced)


def _lost_and_kept(twins: Sequence[Twin[Attack]], prefer: str | None) -> Iterator[Twin[Attack]]:
    """The attacks that are not kept, each with the one in its place; the first of several comes last, and holds."""
    for twin in reversed(twins):
        yield Twin(twin.there, twin.new) if twin.new.source == prefer else twin


def _tied(doses: Iterable[Dose], moved: dict[str, str]) -> list[Dose]:
    """The doses, tied to the attack that takes the place of the one they were tied to."""
    return [replace(dose, attack_id=moved.get(dose.attack_id or "", dose.attack_id)) for dose in doses]


def attack_twins(new: Iterable[Attack], there: Iterable[Attack]) -> list[Twin[Attack]]:
    """Each new attack with those of other sources that overlap it; one long attack may be several elsewhere."""
    known: dict[tuple[str, date], list[Attack]] = defaultdict(list)
    ids = set()
    for attack in there:
        ids.add(attack.attack_id)
        for day in _dates(attack):
            known[attack.patient, day].append(attack)
    twins = []
    for attack in new:
        if attack.attack_id not in ids:
            near = dict.fromkeys(other for day in _dates(attack) for other in known.get((attack.patient, day), ()))
            twins += [Twin(attack, other) for other in near if is_same_attack(attack, other)]
    return twins


def _dates(attack: Attack) -> Iterator[date]:
    first = attack.start.date()
    return (first + timedelta(days=n) for n in range((last_date(attack) - first).days + 1))


def is_same_attack(one: Attack, other: Attack) -> bool:
    """Whether two sources mean one headache.

    >>> morning = Attack("P1", datetime(2026, 3, 1, 8), datetime(2026, 3, 1, 10), source="app")
    >>> is_same_attack(morning, Attack("P1", datetime(2026, 3, 1, 7), source="watch"))
    True
    >>> is_same_attack(morning, Attack("P1", datetime(2026, 3, 1, 20), source="watch"))
    False
    """
    if one.source == other.source or one.patient != other.patient:
        return False
    return one.start < _reach(other) and other.start < _reach(one)


def _reach(attack: Attack) -> datetime:
    """The end of an attack, or of the day on which it began."""
    if attack.end is not None and attack.end > attack.start:
        return attack.end
    return datetime.combine(attack.start, time()) + timedelta(days=1)


def dose_twins(new: Sequence[Dose], there: Sequence[Dose]) -> list[Twin[Dose]]:
    """Each new intake with the one of another source that it repeats; each of these is repeated once at most."""
    places: dict[Place, list[Dose]] = defaultdict(list)
    for dose in sorted(there, key=_order):
        for place in {_day(dose), dose.attack_id}:
            places[dose.patient, place].append(dose)
    done = {dose.dose_id for dose in there}  # a new intake of that name is no new one
    repeated: set[str] = set()
    twins = []
    for dose in sorted(new, key=_order):
        near = (other for place in _places(dose) for other in places.get((dose.patient, place), ()))
        same = (other for other in near if other.dose_id not in repeated and is_same_dose(dose, other))
        other = next(same, None) if dose.dose_id not in done else None
        if other is not None:
            repeated.add(other.dose_id)
            twins.append(Twin(dose, other))
    return twins


def _order(dose: Dose) -> tuple[datetime, str]:
    return dose.taken, dose.dose_id


def _day(dose: Dose, later: int = 0) -> date:
    return dose.taken.date() + timedelta(days=later)


def _places(dose: Dose) -> list[date | str]:
    """Where an intake that is the same may be: in the same attack, on the day, or on the days beside it."""
    days: list[date | str] = [_day(dose), _day(dose, -1), _day(dose, 1)]
    return days if dose.attack_id is None else [dose.attack_id, *days]


def is_same_dose(one: Dose, other: Dose) -> bool:
    """Whether two sources mean one intake; see the rules of this module.

    >>> app = Dose("P1", datetime(2026, 3, 1, 9), "Imigran", amount=50, unit="mg", source="app")
    >>> is_same_dose(app, Dose("P1", datetime(2026, 3, 1), "sumatriptan", timed=False, source="sheet"))
    True
    """
    if one.source == other.source or one.patient != other.patient:
        return False
    return (
        _substance(one.medicine) == _substance(other.medicine) and _same_amount(one, other) and _same_time(one, other)
    )


@lru_cache(maxsize=4096)
def _substance(name: str) -> str:
    known = find_medicine(name)
    return known.generic if known else " ".join(name.casefold().split())


def _same_amount(one: Dose, other: Dose) -> bool:
    """Amounts contradict each other only in the same unit."""
    return None in (one.amount, other.amount) or one.unit != other.unit or one.amount == other.amount


def _same_time(one: Dose, other: Dose) -> bool:
    if one.timed and other.timed:
        return abs(one.taken - other.taken) <= ABOUT_THE_SAME
    return one.taken.date() == other.taken.date() or _in_one_attack(one, other)


def _in_one_attack(one: Dose, other: Dose) -> bool:
    return one.attack_id is not None and one.attack_id == other.attack_id
