"""``migraine preventive``: medicines that are taken every day, from when to when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import notes, say, table
from diary.cli.values import AMOUNT, DAY
from diary.cli.words import amount_in_words, treatment_in_words
from diary.consultation import REASONS, reason_of
from diary.model import DiaryError, Treatment
from diary.preventives import (
    dose_of,
    find_ended,
    find_named,
    find_running,
    name_of,
    name_used,
    save,
    uncounted,
)

if TYPE_CHECKING:
    from diary.store import Store


@click.group(epilog=example('migraine preventive start topiramate --dose "100 mg" --date 2026-01-15'))
def preventive() -> None:
    """Preventive medicines: when each was started and stopped."""


@preventive.command(epilog=example('migraine preventive start topiramate --dose "100 mg" --date 2026-01-15'))
@click.argument("name")
@click.option("--date", "day", type=DAY, default="today", help="The first day; today if not given.")
@click.option("--dose", type=AMOUNT, help='The highest dose a day, such as "100 mg".')
@click.option("--note", metavar="TEXT", help="Anything else.")
@with_options(*DIARY)
def start(
    name: str,
    day: date,
    dose: tuple[float, str | None] | None,
    note: str | None,
    patient: str | None,
    store: str | None,
) -> None:
    """Start the preventive NAME. For another dose, stop it and start it again with the new one."""
    named = name_of(name)
    with writing(store, patient) as (diary, who):
        named = name_used(diary, who, named)
        running = find_running(diary, who, named)
        if running and running.start != day:
            raise DiaryError(
                f"{treatment_in_words(running)} is still taken. For another dose, stop it first: "
                f"migraine preventive stop {named!r} --date DATE"
            )
        begun = running or Treatment(who, "preventive", named, day)
        amount, unit = dose or dose_of(name)
        if amount is None:
            amount, unit = begun.amount, begun.unit
        record(diary, replace(begun, amount=amount, unit=unit, note=note or begun.note), running)


def record(diary: Store, treatment: Treatment, before: Treatment | None) -> None:
    """Record the preventive and print how it stands then."""
    problems = save(diary, treatment)
    say(f"{course_in_words(treatment)}. To take it back: migraine preventive remove {treatment.product!r}")
    if before and before != treatment:
        say(f"Before: {course_in_words(before)}.")
    notes(problems)


def course_in_words(treatment: Treatment) -> str:
    """The preventive with its days, and why it was stopped.

    >>> course_in_words(Treatment("P1", "preventive", "Topiramate", date(2026, 1, 15), date(2026, 2, 20),
    ...     amount=100, unit="mg", reason="side effects"))
    'Topiramate, 100 mg, 2026-01-15 to 2026-02-20, stopped: side effects'
    """
    why = f", stopped: {treatment.reason}" if treatment.reason else ""
    return treatment_in_words(treatment) + why


@preventive.command(epilog=example('migraine preventive stop topiramate --reason "side effects: tingling fingers"'))
@click.argument("name")
@click.option("--date", "day", type=DAY, default="today", help="The last day on which it was taken.")
@click.option("--reason", metavar="TEXT", help=f"Why it was stopped, best as one of: {', '.join(REASONS)}.")
@with_options(*DIARY)
def stop(name: str, day: date, reason: str | None, patient: str | None, store: str | None) -> None:
    """Stop the preventive NAME. More about the reason can follow a colon, "side effects: tingling fingers"."""
    named = name_of(name)
    with reading(store, patient) as (diary, who):
        running = find_running(diary, who, named) or find_ended(diary, who, named, day)
        if running is None:
            raise DiaryError(f"{named} is not being taken. See what is with: migraine preventive list")
        if day < running.start:
            raise DiaryError(f"{named} was started on {running.start}, after {day}. Check the date.")
        why = reason_of(reason) if reason else running.reason
        record(diary, replace(running, end=day, reason=why), running)
        notes(uncounted(day, why))


@preventive.command("list", epilog=example("migraine preventive list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """All preventives, by the day on which they were started."""
    with reading(store, patient) as (diary, who):
        found = [treatment for treatment in diary.treatments(who) if treatment.kind == "preventive"]
    if not found:
        return say('No preventives are recorded. Record one with: migraine preventive start NAME --dose "100 mg"')
    rows = [
        (
            one.product,
            amount_in_words(one),
            str(one.start),
            str(one.end or "still taken"),
            one.reason or "",
            one.note or "",
        )
        for one in found
    ]
    return table("", ("Medicine", "Highest dose a day", "From", "To", "Why stopped", "Note"), rows)


@preventive.command(epilog=example("migraine preventive remove topiramate --date 2026-01-15"))
@click.argument("name")
@click.option("--date", "day", type=DAY, help="The day on which it was started, where there are several.")
@with_options(*DIARY)
def remove(name: str, day: date | None, patient: str | None, store: str | None) -> None:
    """Take back the preventive NAME; the history of the diary keeps it."""
    named = name_of(name)
    with reading(store, patient) as (diary, who):
        found = [one for one in find_named(diary, who, named) if day in (None, one.start)]
        if not found:
            raise DiaryError(f"There is no such entry of {named}. See them with: migraine preventive list")
        if len(found) > 1:
            days = ", ".join(str(one.start) for one in found)
            raise DiaryError(f"{named} was started more than once: {days}. Say which with --date.")
        diary.remove(found[0])
    say(f"Removed: {course_in_words(found[0])}.")
