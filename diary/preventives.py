"""Preventive medicines: their names, their courses, and what an entry does to them, for every door alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from diary.consultation import REASONS, is_known_reason
from diary.entries import own_source
from diary.model import ACUTE_CLASSES, DiaryError, Problem, Treatment

if TYPE_CHECKING:
    from diary.store import Store


def name_of(text: str) -> str:
    """The preventive's name as the list of medicines has it, else as written.

    >>> name_of("topiramate 100 mg"), name_of("grandmother's syrup")
    ('Topiramate', "grandmother's syrup")

    Raises DiaryError: it is botulinum toxin, several medicines, or nothing.
    """
    from diary.medicines import read_intakes

    named = read_intakes(text)
    known = named[0].medicine if named else None
    if len(named) > 1:
        raise DiaryError(f"{text!r} names several medicines. Record them one by one.")
    if known and known.medicine_class == "botulinum":
        raise DiaryError(f"{known.name} is recorded as a session: migraine botox add DATE --units 155")
    if not text.strip():
        raise DiaryError("The name is empty. Write the name of the medicine, such as topiramate.")
    return text.strip() if known is None or known.medicine_class == "not_a_medicine" else known.name


def name_used(diary: Store, who: str, name: str) -> str:
    """The name under which the diary has the substance already, so that a brand does not count as another medicine."""
    found = find_named(diary, who, name)
    return found[-1].product if found else name


def dose_of(text: str) -> tuple[float | None, str | None]:
    """The dose that stands beside the name.

    >>> dose_of("topiramate 100 mg"), dose_of("topiramate")
    ((100.0, 'mg'), (None, None))
    """
    from diary.medicines import read_intakes

    named = read_intakes(text)
    return (named[0].amount, named[0].unit) if named else (None, None)


def save(diary: Store, treatment: Treatment, before: Treatment | None = None) -> list[Problem]:
    """Record the preventive, instead of the one *before*. Returns what is odd about it."""
    from diary.checks import check_treatment

    gone = [before] if before and before.treatment_id != treatment.treatment_id else []
    added = diary.record(own_source(treatment.patient), treatment, instead_of=gone)
    return [*added.problems, *check_treatment(treatment), *acute(treatment)]


def acute(treatment: Treatment) -> list[Problem]:
    """That what is taken to prevent is known as a medicine against attacks."""
    from diary.medicines import find_medicine

    known = find_medicine(treatment.product)
    if known is None or known.medicine_class not in ACUTE_CLASSES:
        return []
    what = f"{known.name} is known as an acute medicine."
    return [Problem(str(treatment.start), what, "If it was taken against an attack, record it with: migraine dose")]


def uncounted(day: date, reason: str | None) -> list[Problem]:
    """A note on a reason in other words than the known ones, which a checklist cannot count."""
    if not reason or is_known_reason(reason):
        return []
    what = f"{reason!r} is kept as written, and a checklist cannot count it."
    return [Problem(str(day), what, f"To have it counted, begin it with one of: {', '.join(REASONS)}.")]


def find_running(diary: Store, who: str, name: str) -> Treatment | None:
    """The preventive of that name which is still taken."""
    running = [found for found in find_named(diary, who, name) if found.end is None]
    return running[-1] if running else None


def find_ended(diary: Store, who: str, name: str, day: date) -> Treatment | None:
    """The course that was stopped on that day already, to which a reason can be added."""
    return next((found for found in find_named(diary, who, name) if found.end == day), None)


def find_named(diary: Store, who: str, name: str) -> list[Treatment]:
    """All courses of the preventive, by whatever name of its substance."""
    return [
        found
        for found in diary.treatments(who)
        if found.kind == "preventive" and substance(found.product) == substance(name)
    ]


def substance(name: str) -> str:
    """What is in it, where the name is known.

    >>> substance("Topamax") == substance("topiramate")
    True
    """
    from diary.medicines import find_medicine

    known = find_medicine(name)
    return known.generic if known else name.casefold()
