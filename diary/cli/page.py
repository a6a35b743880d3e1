"""One day of the diary as it stands: what is shown before and after an entry."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from diary.cli.say import say
from diary.cli.words import day_in_words, dose_in_words
from diary.facts import touches
from diary.model import Attack, DayLog, Dose, Problem

if TYPE_CHECKING:
    from diary.store import Store


class DayPage(NamedTuple):
    """What the diary says about one day. *log* is None where nothing was written about the day itself."""

    date: date
    log: DayLog | None
    attacks: tuple[Attack, ...]
    doses: tuple[Dose, ...]

    @property
    def answered(self) -> bool:
        """Whether the diary says if there was headache."""
        return bool(self.attacks) or (self.log is not None and self.log.headache is not None)

    @property
    def blank(self) -> bool:
        """Whether the diary says nothing at all."""
        return not (self.log or self.attacks or self.doses)

    def __str__(self) -> str:
        return day_in_words(self.log, self.attacks, self.doses)


def read_page(diary: Store, patient: str, day: date) -> DayPage:
    """The day as it stands."""
    return read_pages(diary, patient, day, day)[0]


def read_pages(diary: Store, patient: str, first: date, last: date) -> list[DayPage]:
    """The days from *first* to *last* as they stand."""
    facts = diary.batch(patient, first, last)
    logs = {log.date: log for log in facts.days}
    return [
        DayPage(
            day,
            logs.get(day),
            tuple(attack for attack in facts.attacks if touches(attack, day, day)),
            tuple(dose for dose in facts.doses if dose.taken.date() == day),
        )
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def confirm(before: DayPage, after: DayPage, correct: str) -> None:
    """Say how the day stands now, and what was there before."""
    if str(before) == str(after):
        say(f"{after.date}: {after}. Nothing has changed.")
        return
    say(f"{after.date}: {after}. {correct}")
    if not before.blank:
        say(f"Before: {before}.")


def still_open(day: date) -> Problem:
    """The diary does not say whether there was headache."""
    return Problem(
        str(day),
        "The diary does not say whether there was a headache on this day.",
        f"Say so with: migraine log {day} --severity moderate, or --none.",
    )


def already_there(dose: Dose) -> Problem:
    """A medicine that was recorded before."""
    return Problem(
        str(dose.taken.date()),
        f"{dose_in_words(dose)} is there already.",
        "If it was taken once more, add --again, or its time with --at 14:30.",
    )
