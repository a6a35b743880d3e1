"""Attacks with their times: what an entry does to them and to their days, for every door alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from diary.entries import Entry, Taken, days_of, intakes, new_intakes, own_source, with_headache, with_intakes
from diary.model import Attack, Batch, DayLog, DiaryError, Dose, Problem, last_date
from diary.recording import read_page

if TYPE_CHECKING:
    from diary.store import Store


def find_attack(diary: Store, who: str, began: datetime) -> Attack | None:
    """The attack that began at that minute."""
    attacks = diary.batch(who, began.date(), began.date()).attacks
    return next((found for found in attacks if found.start.replace(second=0) == began), None)


def offset_of(began: datetime) -> int | None:
    """The clock's offset from UTC for an attack that begins now; where a past one was is not known."""
    now = datetime.now().astimezone()
    offset = now.utcoffset()
    recent = now.replace(tzinfo=None) - began < timedelta(minutes=2)
    return int(offset.total_seconds() // 60) if recent and offset is not None else None


def record_attack(diary: Store, attack: Attack, entry: Entry, entered: datetime) -> tuple[list[Problem], list[Dose]]:
    """Record the attack with its medicines and what it does to its days; *entered* is when it was said.

    Returns what is odd, and the intakes that were there already and so were not added again.
    """
    day = intake_day(attack, entry.taken.at)
    found, problems = intakes(attack.patient, day, entry.taken, attack)
    there = read_page(diary, attack.patient, day).doses
    doses, already = new_intakes(diary.classed(found), there, again=entry.again)
    days = _day_logs(diary, attack, day, entry.taken, doses)
    added = diary.record(own_source(attack.patient), replace(attack, entered=entered), *days, *doses)
    return [*problems, *added.problems, *odd(diary, attack, doses)], already


def begun_elsewhere(diary: Store, attack: Attack, start: datetime) -> Attack:
    """The attack as one that began at another time: the old one is taken out, and its medicines go with it.

    Raises DiaryError: another attack begins then, or the diary cannot be written.
    """
    if find_attack(diary, attack.patient, start):
        raise DiaryError("Another attack begins at this time. Correct that one, or write another time.")
    moved = replace(attack, start=start, utc_offset=None, attack_id="")
    doses = [dose for dose in diary.doses(attack.patient) if dose.attack_id == attack.attack_id]
    diary.record(moved, *(replace(dose, attack_id=moved.attack_id) for dose in doses), instead_of=[attack])
    return moved


def intake_day(attack: Attack, at: time | None) -> date:
    """The day of an intake: the attack's first, or the next where the time has come only after midnight."""
    first = attack.start.date()
    after_midnight = at is not None and at < attack.start.time() and last_date(attack) > first
    return first + timedelta(days=1) if after_midnight else first


def _day_logs(diary: Store, attack: Attack, day: date, taken: Taken, doses: Sequence[Dose]) -> list[DayLog]:
    """The day logs that the attack changes: those that say otherwise, and that of the intake."""
    logs = []
    for touched in days_of(attack):
        page = read_page(diary, attack.patient, touched)
        log = page.log
        if touched == day and (log or taken.state == "unknown"):
            before = log or DayLog(attack.patient, touched)
            logs.append(with_intakes(before, with_headache(before), taken, [*page.doses, *doses]))
        elif log and not log.headache:
            logs.append(with_headache(log))
    return logs


def odd(diary: Store, attack: Attack, doses: Sequence[Dose]) -> list[Problem]:
    """What is odd about the attack, about how it lies among the others, and about the names of medicines."""
    from diary.checks import check_attack, overlapping_attacks, unknown_medicines

    nearby = diary.batch(attack.patient, attack.start.date(), last_date(attack)).attacks
    return [*check_attack(attack), *overlapping_attacks(Batch(attacks=nearby)), *unknown_medicines(doses)]
