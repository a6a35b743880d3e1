"""``migraine attack``: an attack with its times, as it happens or afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from diary.attacks import find_attack, intake_day, offset_of, record_attack
from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, HEADACHE, INTAKE, example, what_was_said, with_options
from diary.cli.page import already_there, page_in_words
from diary.cli.say import notes, say
from diary.cli.values import MOMENT, not_in_future, now
from diary.cli.words import attack_in_words, dose_in_words, moment
from diary.entries import Entry, days_of
from diary.model import Attack, DiaryError, last_date
from diary.recording import read_page

if TYPE_CHECKING:
    from diary.store import Store


@click.group(
    epilog=example(
        "migraine attack start --severity moderate",
        "migraine attack stop",
        'migraine attack add "2026-03-01 22:00" 04:00 --severity severe --took "sumatriptan 50 mg" --at 23:00',
    )
)
def attack() -> None:
    """Attacks with their times. Every date that an attack touches is a headache day."""


@attack.command(epilog=example("migraine attack start", "migraine attack start 14:30 --severity 2"))
@click.argument("when", type=MOMENT, default="now", metavar="[WHEN]")
@with_options(*HEADACHE, *INTAKE, *DIARY)
def start(when: datetime | time, patient: str | None, store: str | None, **words: Any) -> None:
    """An attack begins: now, or WHEN (14:30, or "yesterday 22:00")."""
    entry = said_of_pain(words)
    began = not_in_future(on_day(when, date.today()))
    with writing(store, patient) as (diary, who):
        open_now = diary.open_attack(who)
        if open_now and open_now.start != began:
            raise DiaryError(
                f"The attack of {moment(open_now.start)} is still going on. "
                "End it first: migraine attack stop, or migraine attack stop WHEN."
            )
        begun = open_now or Attack(who, began, utc_offset=offset_of(began), ongoing=True)
        record(diary, replace(begun, **entry.values), entry, "When it is over: migraine attack stop")


@attack.command(epilog=example("migraine attack stop", 'migraine attack stop "yesterday 23:30" --severity severe'))
@click.argument("when", type=MOMENT, default="now", metavar="[WHEN]")
@with_options(*HEADACHE, *INTAKE, *DIARY)
def stop(when: datetime | time, patient: str | None, store: str | None, **words: Any) -> None:
    """The attack that goes on is over: now, or since WHEN."""
    entry = said_of_pain(words)
    ended = not_in_future(on_day(when, date.today()))
    with reading(store, patient) as (diary, who):
        going_on = diary.open_attack(who)
        if going_on is None:
            raise DiaryError("No attack is going on. Record a past one with: migraine attack add START END.")
        _refuse_backwards(going_on.start, ended)
        record(diary, replace(going_on, end=ended, ongoing=False, **entry.values), entry)


@attack.command(
    epilog=example(
        'migraine attack add "2026-03-01 22:00" "2026-03-02 04:00" --severity severe',
        'migraine attack add "yesterday 22:00" 04:00 --took "sumatriptan 50 mg" --at 23:00',
    )
)
@click.argument("begin", type=MOMENT, metavar="START")
@click.argument("end", type=MOMENT, metavar="END")
@with_options(*HEADACHE, *INTAKE, *DIARY)
def add(begin: datetime | time, end: datetime | time, patient: str | None, store: str | None, **words: Any) -> None:
    """An attack that is over, from START to END. A time alone as END is the first such time after START."""
    entry = said_of_pain(words)
    began = not_in_future(on_day(begin, date.today()))
    ended = not_in_future(_first_after(end, began))
    _refuse_backwards(began, ended)
    with writing(store, patient) as (diary, who):
        there = find_attack(diary, who, began) or Attack(who, began)
        record(diary, replace(there, end=ended, ongoing=False, **entry.values), entry)


@attack.command("list", epilog=example("migraine attack list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """All attacks, the latest last."""
    with reading(store, patient) as (diary, who):
        attacks = diary.batch(who).attacks
    for found in attacks:
        say(attack_in_words(found))
    if not attacks:
        say("No attacks are recorded. Record one with: migraine attack start, or migraine attack add START END.")


@attack.command(epilog=example('migraine attack remove "2026-03-01 22:00"'))
@click.argument("begin", type=MOMENT, metavar="START")
@with_options(*DIARY)
def remove(begin: datetime | time, patient: str | None, store: str | None) -> None:
    """Take back the attack that began at START. Its medicines stay; its days may become not logged."""
    began = on_day(begin, date.today())
    with reading(store, patient) as (diary, who):
        found = find_attack(diary, who, began)
        if found is None:
            raise DiaryError(f"No attack began at {moment(began)}. See them with: migraine attack list")
        diary.remove(found)
        pages = [read_page(diary, who, day) for day in days_of(found)]
    say(f"Removed: {attack_in_words(found)}.")
    for page in pages:
        say(f"{page.date}: {page_in_words(page)}.")


def said_of_pain(words: Mapping[str, Any]) -> Entry:
    """What is said of the attack. An attack without pain is none.

    Raises UsageError: its severity or intensity is 0.
    """
    entry = what_was_said(**words)
    if 0 in (entry.values.get("severity"), entry.values.get("intensity")):
        raise click.UsageError("An attack has a severity above 0. A headache-free day is: migraine log DATE --none.")
    return entry


def on_day(when: datetime | time, day: date) -> datetime:
    """The moment; of a time alone, on that day."""
    return when if isinstance(when, datetime) else datetime.combine(day, when)


def _first_after(when: datetime | time, began: datetime) -> datetime:
    ended = on_day(when, began.date())
    return ended + timedelta(days=1) if isinstance(when, time) and ended <= began else ended


def _refuse_backwards(began: datetime, ended: datetime) -> None:
    if ended <= began:
        raise DiaryError(f"The attack would end at {moment(ended)}, not after its start. Check both times.")


def record(diary: Store, attack: Attack, entry: Entry, correct: str = "") -> None:
    """Record the attack with its medicines and what it does to its days, and print how it stands then."""
    if entry.taken.at:
        not_in_future(datetime.combine(intake_day(attack, entry.taken.at), entry.taken.at))
    before = find_attack(diary, attack.patient, attack.start)
    problems, already = record_attack(diary, attack, entry, now())
    confirm(diary, before, attack, correct or f'To take it back: migraine attack remove "{moment(attack.start)}"')
    notes([*problems, *map(already_there, already)])


def confirm(diary: Store, before: Attack | None, attack: Attack, correct: str) -> None:
    """Say how the attack stands now, and how it stood before if it was over already."""
    say(f"{attack_in_words(attack)}; {_medicines(diary, attack)}. {correct}")
    if before and not before.ongoing and attack_in_words(before) != attack_in_words(attack):
        say(f"Before: {attack_in_words(before)}.")


def _medicines(diary: Store, attack: Attack) -> str:
    doses = diary.doses(attack.patient, attack.start.date(), last_date(attack))
    if doses:
        return f"taken: {', '.join(map(dose_in_words, doses))}"
    log = diary.day(attack.patient, attack.start.date())
    return "medicines not known" if log and log.acute is None else "nothing taken"
