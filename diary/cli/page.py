"""One day of the diary as it stands: what is said before and after an entry."""

from __future__ import annotations

from datetime import date

from diary.cli.say import say
from diary.cli.words import day_in_words, dose_in_words
from diary.model import Dose, Problem
from diary.recording import DayPage


def page_in_words(page: DayPage) -> str:
    """All that the diary says about the day."""
    return day_in_words(page.log, page.attacks, page.doses)


def confirm(before: DayPage, after: DayPage, correct: str) -> None:
    """Say how the day stands now, and what was there before."""
    was, now = page_in_words(before), page_in_words(after)
    if was == now:
        say(f"{after.date}: {now}. Nothing has changed.")
        return
    say(f"{after.date}: {now}. {correct}")
    if not before.blank:
        say(f"Before: {was}.")


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
