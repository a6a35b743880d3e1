"""A day of the diary is read and recorded: what every door does with an entry, without a word about it.

What an entry means is in :mod:`diary.entries`; here it meets what the diary has already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from diary.entries import Entry, Taken, changed, intakes, new_intakes, not_known, own_source, with_intakes
from diary.facts import touches
from diary.model import Attack, DayLog, DiaryError, Dose, Problem

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


class Recorded(NamedTuple):
    """A day as it was and as it is now. *already* are intakes that were there, and so were not added again."""

    before: DayPage
    after: DayPage
    problems: tuple[Problem, ...] = ()
    already: tuple[Dose, ...] = ()


class NotFreeError(DiaryError):
    """A day cannot be headache-free: the diary has a headache on one of the *pages*. Nothing was changed."""

    def __init__(self, pages: Sequence[DayPage]) -> None:
        days = ", ".join(str(page.date) for page in pages)
        super().__init__(f"The diary has a headache on {days}, so nothing was changed. Correct that first.")
        self.pages = tuple(pages)


def read_page(diary: Store, patient: str, day: date) -> DayPage:
    """The day as it stands."""
    return read_pages(diary, patient, day, day)[0]


def read_pages(diary: Store, patient: str, first: date, last: date) -> list[DayPage]:
    """The days from *first* to *last* as they stand."""
    facts = diary.batch(patient, first, last, ("days", "attacks", "doses"))
    return pages_of(facts.days, facts.attacks, facts.doses, first, last)


def pages_of(
    logs: Sequence[DayLog], attacks: Sequence[Attack], doses: Sequence[Dose], first: date, last: date
) -> list[DayPage]:
    """The facts of one patient, day by day from *first* to *last*."""
    by_date = {log.date: log for log in logs}
    return [
        DayPage(
            day,
            by_date.get(day),
            tuple(attack for attack in attacks if touches(attack, day, day)),
            tuple(dose for dose in doses if dose.taken.date() == day),
        )
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def record_day(diary: Store, patient: str, day: date, entry: Entry, entered: datetime) -> Recorded:
    """Record what is said about one day; *entered* is when that is.

    Raises NotFreeError: the day is said to be free and an attack touches it.
    """
    page = read_page(diary, patient, day)
    if entry.free and page.attacks:
        raise NotFreeError([page])
    found, problems = intakes(patient, day, entry.taken)
    new, already = new_intakes(diary.classed(found), page.doses, again=entry.again)
    cleared = page.doses if entry.taken.state in ("nothing", "unknown") else ()
    doses = [dose for dose in (*page.doses, *new) if dose not in cleared]
    logs = _day_logs(page, entry, patient, doses, entered)
    added = diary.record(own_source(patient), *logs, *new, instead_of=cleared)
    after = read_page(diary, patient, day)
    return Recorded(page, after, (*problems, *added.problems, *_odd(after, new)), tuple(already))


def _day_logs(page: DayPage, entry: Entry, patient: str, doses: Sequence[Dose], entered: datetime) -> list[DayLog]:
    """The day log to record: none where only the names of medicines are said of a day without one."""
    if page.log is None and not entry.values and not entry.free and entry.taken.state == "named":
        return []
    return [changed(page.log or DayLog(patient, page.date), entry, doses, entered)]


def _odd(page: DayPage, doses: Sequence[Dose]) -> list[Problem]:
    from diary.checks import check_day, unknown_medicines

    return [*(check_day(page.log) if page.log else ()), *unknown_medicines(doses)]


def record_free_days(
    diary: Store, patient: str, pages: Sequence[DayPage], entry: Entry, entered: datetime
) -> tuple[list[DayLog], list[Problem]]:
    """Record that every one of the days was headache-free; returns the days as they stand, and problems.

    Raises NotFreeError: the diary has a headache on one of them; then nothing is recorded.
    """
    headaches = [page for page in pages if page.attacks or (page.log and page.log.headache)]
    if headaches:
        raise NotFreeError(headaches)
    logs = [changed(page.log or DayLog(patient, page.date), entry, page.doses, entered) for page in pages]
    return logs, diary.record(own_source(patient), *logs).problems


def record_not_known(diary: Store, patient: str, page: DayPage, entered: datetime) -> None:
    """Record that the person was asked about the day and does not know: it stays not logged, and is asked no more."""
    day = not_known(page.log or DayLog(patient, page.date))
    day = with_intakes(day, day, Taken(), page.doses)
    diary.record(own_source(patient), replace(day, entered=entered))


def take_back(diary: Store, page: DayPage) -> Recorded:
    """Make the day not logged; medicines and attacks stay.

    Raises DiaryError: nothing was said about the day.
    """
    if page.log is None:
        raise DiaryError(f"There is nothing to take back on {page.date}. Look the day up first.")
    diary.remove(page.log)
    return Recorded(page, read_page(diary, page.log.patient, page.date))


def take_back_dose(diary: Store, page: DayPage, dose: Dose, entered: datetime) -> None:
    """Take an intake out of the day. Without any left, it is not known whether something was taken."""
    if page.log is None:
        diary.remove(dose)
    else:
        left = [other for other in page.doses if other != dose]
        day = with_intakes(page.log, page.log, Taken(state="unknown"), left)
        diary.record(replace(day, entered=entered), instead_of=[dose])


def undo(diary: Store, patient: str, page: DayPage, entered: datetime) -> None:
    """Make the day's log what it was before it was last changed or taken back; the first one is taken back.

    Intakes stay as they are. Undone twice, the day is as it was at first.
    """
    changes = diary.history(patient, page.log or DayLog(patient, page.date))
    if changes and isinstance(was := changes[-1].was, DayLog):
        diary.record(replace(with_intakes(was, was, Taken(), page.doses), entered=entered))
    elif page.log is not None:
        diary.remove(page.log)
