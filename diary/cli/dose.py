"""``migraine dose``: an acute medicine that was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import click

from diary.cli.opening import writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.page import already_there, confirm, still_open
from diary.cli.say import notes
from diary.cli.values import CLOCK, DAY, RELIEF, not_in_future
from diary.entries import Taken, intakes, new_intakes, own_source, with_intakes
from diary.model import DayLog, DiaryError, Dose
from diary.recording import DayPage, read_page

if TYPE_CHECKING:
    from diary.store import Store


@click.command(
    epilog=example(
        'migraine dose "sumatriptan 50 mg" --at now',
        'migraine dose "ibuprofen 400 mg" --date yesterday --relief 2',
    )
)
@click.argument("medicine")
@click.option("--date", "day", type=DAY, default="today", help="The day; today if not given.")
@click.option("--at", type=CLOCK, help="The time, or now; without it only the day is known.")
@click.option("--relief", type=RELIEF, help="How much it helped: 0 not at all to 3 completely.")
@click.option("--again", is_flag=True, help="It was taken once more that day.")
@with_options(*DIARY)
def dose(
    medicine: str,
    day: date,
    at: time | None,
    relief: int | None,
    again: bool,
    patient: str | None,
    store: str | None,
) -> None:
    """Record that an acute MEDICINE was taken, such as "sumatriptan 50 mg".

    It does not say whether there was a headache; that is: migraine log.
    """
    if at:
        not_in_future(datetime.combine(day, at))
    with writing(store, patient) as (diary, who):
        found, problems = intakes(who, day, Taken((medicine,), "named", at))
        if not found:
            raise DiaryError(" ".join(f"{problem.what} {problem.remedy}" for problem in problems) or NO_MEDICINE)
        record(diary, read_page(diary, who, day), diary.classed(found), relief, again)


NO_MEDICINE = 'That names no medicine. Write its name and amount, such as "sumatriptan 50 mg".'


def record(diary: Store, page: DayPage, found: Sequence[Dose], relief: int | None, again: bool) -> None:
    """Record the doses; the relief of one that is there already is changed."""
    from diary.checks import unknown_medicines

    who = found[0].patient
    new, known = new_intakes(found, page.doses, again=again)
    eased = [] if relief is None else [each for each in page.doses if each.dose_id in {one.dose_id for one in known}]
    facts = [each if relief is None else replace(each, relief=relief) for each in (*new, *eased)]
    added = diary.record(own_source(who), *facts, *_day_log(page, [*page.doses, *new]))
    after = read_page(diary, who, page.date)
    what = "it" if len(after.doses) == 1 else "all medicines of that day"
    confirm(page, after, f"To take {what} back: migraine log {page.date} --took none")
    there = [] if eased else map(already_there, known)
    notes([*added.problems, *unknown_medicines(new), *there, *([] if after.answered else [still_open(page.date)])])


def _day_log(page: DayPage, doses: Sequence[Dose]) -> list[DayLog]:
    """The day log, where there is one, with that something was taken."""
    return [with_intakes(page.log, page.log, Taken(), doses)] if page.log else []
