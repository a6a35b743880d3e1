"""``migraine side-effect``: what was noticed after a session, how bad it was, when it was over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, notes, say, table
from diary.cli.values import DAY
from diary.model import SEVERITIES, AdverseEvent, DiaryError, Problem, Treatment
from diary.noticed import WITHIN, advice, find_events, latest_session, named, save, sessions_of
from diary.side_effects import find_side_effect, is_red_flag, suggest_side_effect

if TYPE_CHECKING:
    from diary.store import Store


@click.group(
    "side-effect",
    epilog=example(
        'migraine side-effect add "neck pain" --date 2026-03-06 --severity mild --session 2026-03-01',
        'migraine side-effect resolve "neck pain" --on 2026-03-14',
    ),
)
def side_effect() -> None:
    """Side effects: what, since when, how bad, what was done, and when it was over."""


@side_effect.command(
    epilog=example(
        'migraine side-effect add "neck pain" --date 2026-03-06 --severity mild --session 2026-03-01',
        'migraine side-effect add "drooping eyelid" --action "eye drops"',
    )
)
@click.argument("event")
@click.option("--date", "day", type=DAY, default="today", help="The day on which it began; today if not given.")
@click.option("--severity", type=click.Choice(SEVERITIES[1:]), help="How bad it was at its worst.")
@click.option("--resolved", type=DAY, help="The day on which it was over.")
@click.option("--action", metavar="TEXT", help="What was done about it.")
@click.option("--serious/--not-serious", default=None, help="A clinician called it serious, or took that back.")
@click.option("--session", type=DAY, help="The day of the session that it is put down to; none if not given.")
@click.option("--note", metavar="TEXT", help="Anything else.")
@with_options(*DIARY)
def add(
    event: str,
    day: date,
    severity: str | None,
    resolved: date | None,
    action: str | None,
    serious: bool | None,
    session: date | None,
    note: str | None,
    patient: str | None,
    store: str | None,
) -> None:
    """Record the side effect EVENT. Recording it again changes only what is said anew."""
    values = {"severity": severity, "resolved": resolved, "action": action, "serious": serious, "note": note}
    said: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    with writing(store, patient) as (diary, who):
        treatment = session_of(diary, who, session) if session else None
        said |= {"treatment_id": treatment.treatment_id} if treatment else {}
        begun = AdverseEvent(who, day, named(event))
        before = next(iter(find_events(diary, who, begun.event, day)), None)
        record(diary, replace(before or begun, **said), before)


def session_of(diary: Store, who: str, day: date) -> Treatment:
    """The botulinum session of that day; the therapeutic one where there are two.

    Raises DiaryError: there is none.
    """
    found = [one for one in diary.treatments(who) if (one.kind, one.start) == ("botulinum", day)]
    if not found:
        raise DiaryError(f"There is no session on {day}. See them with: migraine botox list")
    return min(found, key=lambda one: one.purpose == "cosmetic")


def record(diary: Store, event: AdverseEvent, before: AdverseEvent | None) -> None:
    """Record the side effect and print how it stands then; where it may be serious, first what to do.

    Raises DiaryError: it is over before it began, or began before the session that it is put down to.
    """
    problems = save(diary, event)
    if urgent := advice(event):
        say(urgent)
    sessions = sessions_of(diary, event.patient)
    session = next((one for one in sessions if one.treatment_id == event.treatment_id), None)
    say(f"{event.date}: {event_in_words(event)}. To take it back: {_command('remove', event)}")
    if before and before != event:
        say(f"Before: {event_in_words(before)}.")
    say(_put_down(event, session, sessions))
    notes([*problems, *_unknown(event)])


def _command(verb: str, event: AdverseEvent) -> str:
    return f'migraine side-effect {verb} "{event.event}" --date {event.date}'


def event_in_words(event: AdverseEvent) -> str:
    """The side effect without its day and session.

    >>> event_in_words(AdverseEvent("P1", date(2026, 3, 6), "neck pain", "mild", date(2026, 3, 14), action="rest"))
    'neck pain, mild, over on 2026-03-14, what was done: rest'
    """
    parts = [
        event.event,
        event.severity,
        event.resolved and f"over on {event.resolved}",
        event.action and f"what was done: {event.action}",
        event.serious and "called serious by a clinician",
        event.note and f"note: {event.note}",
    ]
    return ", ".join(part for part in parts if part)


def _put_down(event: AdverseEvent, session: Treatment | None, sessions: Sequence[Treatment]) -> str:
    """To which session it is put down; where to none, which one it could be, for the person to say."""
    if session:
        return f"It is put down to {_session(session, event)}."
    offered = latest_session(sessions, event.date)
    if event.treatment_id:
        return "It is put down to a session that is not in this diary."
    if offered is None:
        return f"It is put down to no session; none was in the {WITHIN} days before."
    again = f"{_command('add', event)} --session {offered.start}"
    return f"It is put down to no session. To put it down to {_session(offered, event)}: {again}"


def _session(session: Treatment, event: AdverseEvent) -> str:
    days = (event.date - session.start).days
    cosmetic = "cosmetic session" if session.purpose == "cosmetic" else "session"
    return f"the {cosmetic} of {session.start}, {counted(days, 'day') + ' before' if days else 'the same day'}"


def _unknown(event: AdverseEvent) -> list[Problem]:
    """That the name is not known, with one that looks like it where there is one."""
    if find_side_effect(event.event):
        return []
    meant = suggest_side_effect(event.event)
    what = "This side effect is not known by this name, so it is kept as written."
    if meant is None:
        return [Problem(event.event, what, "Compare the spelling; if it is right, leave it as it is.")]
    remedy = f'Did you mean {meant.name}? Then take it back and add it again as "{meant.name}".'
    return [Problem(event.event, what, remedy)]


@side_effect.command("list", epilog=example("migraine side-effect list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """All side effects, by the day on which they began."""
    with reading(store, patient) as (diary, who):
        events = diary.batch(who).events
        sessions = {one.treatment_id: str(one.start) for one in diary.treatments(who)}
    if not events:
        return say('No side effects are recorded. Record one with: migraine side-effect add "neck pain"')
    header = ("Date", "Side effect", "Severity", "Over on", "Session", "What was done", "Serious", "Note")
    return table("", header, [_row(event, sessions) for event in events])


def _row(event: AdverseEvent, sessions: dict[str, str]) -> list[str]:
    session = sessions.get(event.treatment_id, "not in this diary") if event.treatment_id else ""
    serious = {True: "yes", False: "no", None: "can be" if is_red_flag(event.event) else ""}[event.serious]
    over = str(event.resolved) if event.resolved else "not known"
    return [
        str(event.date),
        event.event,
        event.severity or "",
        over,
        session,
        event.action or "",
        serious,
        event.note or "",
    ]


@side_effect.command(epilog=example('migraine side-effect resolve "neck pain" --on 2026-03-14'))
@click.argument("event")
@click.option("--on", "over", type=DAY, default="today", help="The day on which it was over; today if not given.")
@click.option("--date", "day", type=DAY, help="The day on which it began, where there are several.")
@with_options(*DIARY)
def resolve(event: str, over: date, day: date | None, patient: str | None, store: str | None) -> None:
    """Say that the side effect EVENT is over."""
    name = named(event)
    with reading(store, patient) as (diary, who):
        found = find_events(diary, who, name, day)
        going_on = [one for one in found if day or one.resolved is None]
        if found and not going_on:
            last = found[-1]
            raise DiaryError(
                f"{name} of {last.date} is over since {last.resolved}. To correct that: "
                f'migraine side-effect resolve "{name}" --date {last.date} --on {over}'
            )
        before = the_one(going_on, name)
        record(diary, replace(before, resolved=over), before)


@side_effect.command(epilog=example('migraine side-effect remove "neck pain" --date 2026-03-06'))
@click.argument("event")
@click.option("--date", "day", type=DAY, help="The day on which it began, where there are several.")
@with_options(*DIARY)
def remove(event: str, day: date | None, patient: str | None, store: str | None) -> None:
    """Take back the side effect EVENT; the history of the diary keeps it."""
    name = named(event)
    with reading(store, patient) as (diary, who):
        found = the_one(find_events(diary, who, name, day), name)
        diary.remove(found)
    say(f"Removed: {found.date}, {event_in_words(found)}.")


def the_one(found: Sequence[AdverseEvent], name: str) -> AdverseEvent:
    """The only one of them.

    Raises DiaryError: there is none, or there are several.
    """
    if not found:
        raise DiaryError(f"There is no such entry of {name}. See them with: migraine side-effect list")
    if len(found) > 1:
        days = ", ".join(str(one.date) for one in found)
        raise DiaryError(f"{name} is recorded more than once: {days}. Say which with --date.")
    return found[0]
