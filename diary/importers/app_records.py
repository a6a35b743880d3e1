"""What the JSON files of apps have in common: attacks that end, intakes by name, and what is said of whole days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from diary.importers import intakes
from diary.importers.instants import Instant
from diary.importers.preventives import Intake, proposals
from diary.importers.records import Record
from diary.medicines import find_medicine
from diary.model import ADJUNCT, Attack, Dose, Problem


def end_after(record: Record, start: Instant, end: Instant | None) -> datetime | None:
    """The end of an attack; None, and a problem, where it is not after the start."""
    if end is None or end.since(start) > timedelta(0):
        return end.after(start) if end else None
    when = "before it starts" if end.since(start) else "in the second in which it starts"
    record.note(f"The attack ends {when}.", "Correct the end; it was left open.")
    return None


class Found(NamedTuple):
    """An attack and the record in which it stands."""

    record: Record
    attack: Attack


def told_apart(found: Iterable[Found]) -> list[Found]:
    """The attacks by start. Of several that begin in the same second the longest and worst is kept."""
    best: dict[str, Found] = {}
    for one in sorted(found, key=lambda one: _weight(one.attack), reverse=True):
        first = best.setdefault(one.attack.attack_id, one)
        if first is not one:
            what = f"Another attack begins at the same time ({first.record.place}): the longer or worse one was kept."
            one.record.note(what, "Correct the start of one of them.")
    return sorted(best.values(), key=lambda one: one.attack.start)


def _weight(attack: Attack) -> tuple[datetime, float, str]:
    return attack.end or attack.start, attack.intensity or 0, attack.note or ""


@dataclass(slots=True)
class Intakes:
    """The intakes of a file, one after the other: acute medicines become doses, preventives are proposed."""

    patient: str
    source: str
    doses: list[Dose] = field(default_factory=list)
    preventives: list[Intake] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        record: Record,
        name: str,
        taken: datetime | date,
        amount: str = "",
        *,
        preventive: bool = False,
        attack_id: str | None = None,
    ) -> None:
        """One intake of so much; *taken* is a date where the time of day is not known.

        *preventive*: the app keeps the medicine as one.
        """
        timed = isinstance(taken, datetime)
        moment = taken if isinstance(taken, datetime) else datetime.combine(taken, time())
        medicine = find_medicine(name)
        known = medicine.medicine_class if medicine else None
        if known == "preventive" or (preventive and known != "botulinum"):
            self.preventives.append(Intake(name, moment.date(), amount))
            return
        text = f"{name} {amount}".strip()
        found, odd = intakes.doses(self.patient, moment, text, timed=timed, source=self.source, attack_id=attack_id)
        self.doses += found
        self.problems += [problem._replace(where=record.place) for problem in odd]

    def facts(self) -> tuple[Dose, ...]:
        """The doses by time, each with a name of its own."""
        return tuple(intakes.told_apart(sorted(self.doses, key=lambda dose: (dose.taken, dose.dose_id))))

    def proposals(self) -> list[Problem]:
        """What was odd about the intakes, and the preventives among them."""
        return self.problems + proposals(self.preventives)

    def acute_days(self) -> set[date]:
        """The dates on which an acute medicine was taken."""
        return {dose.taken.date() for dose in self.doses if dose.medicine_class != ADJUNCT}
