"""What facts add up to, counted day by day: to be compared with the source, or with one's own memory."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from diary.entries import days_of
from diary.model import ADJUNCT, Batch

PatientDay = tuple[str, date]


class Totals(NamedTuple):
    """How much there is. *logged* counts days that say whether there was headache; *intake_days*, those with medicine.

    Silences in a list of headaches are not counted as logged here.
    """

    logged: int
    headache: int
    intake_days: int
    attacks: int
    doses: int
    sessions: int
    preventives: int
    scores: int
    events: int
    factors: int = 0


def headache_days(batch: Batch) -> set[PatientDay]:
    """The days with headache: said so, or touched by an attack."""
    said = {(day.patient, day.date) for day in batch.days if day.headache}
    return said | {(attack.patient, day) for attack in batch.attacks for day in days_of(attack)}


def logged_days(batch: Batch) -> set[PatientDay]:
    """The days of which is said whether there was headache."""
    return headache_days(batch) | {(day.patient, day.date) for day in batch.days if day.headache is not None}


def intake_days(batch: Batch) -> set[PatientDay]:
    """The days with an acute medicine: said so, or by an intake of one, or of one whose name is not known."""
    said = {(day.patient, day.date) for day in batch.days if day.acute}
    acute = (dose for dose in batch.doses if dose.medicine_class != ADJUNCT)
    return said | {(dose.patient, dose.taken.date()) for dose in acute}


def totals(batch: Batch, dates: Collection[date] | None = None) -> Totals:
    """The totals of a batch; of its days, only those among *dates* where these are given.

    >>> from diary.model import DayLog
    >>> days = DayLog("P1", date(2026, 3, 1), headache=True), DayLog("P1", date(2026, 3, 2), headache=False)
    >>> totals(Batch(days=days))[:3]
    (2, 1, 0)
    """
    logged, headache, intake = (
        len({day for day in days if dates is None or day[1] in dates})
        for days in (logged_days(batch), headache_days(batch), intake_days(batch))
    )
    kinds = [treatment.kind for treatment in batch.treatments]
    return Totals(
        logged,
        headache,
        intake,
        attacks=len(batch.attacks),
        doses=len(batch.doses),
        sessions=kinds.count("botulinum"),
        preventives=kinds.count("preventive"),
        scores=len(batch.scores),
        events=len(batch.events),
        factors=len(batch.factors),
    )


ALWAYS = ("logged", "headache", "attacks", "doses")
"""The totals that are shown even where they are zero."""


def shown_totals(batch: Batch) -> dict[str, int]:
    """The totals of a batch that are worth showing, by name.

    >>> shown_totals(Batch())
    {'logged': 0, 'headache': 0, 'attacks': 0, 'doses': 0}
    """
    return {name: number for name, number in totals(batch)._asdict().items() if number or name in ALWAYS}
