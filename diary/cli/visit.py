"""``migraine visit``: what is asked and settled at a visit, topic by topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import notes, say, table
from diary.cli.values import DAY
from diary.model import TOPICS, Consultation, DiaryError
from diary.visits import find_answer, save

if TYPE_CHECKING:
    from diary.store import Store


@click.group(epilog=example('migraine visit add goal "to work five days a week" --date 2026-03-01'))
def visit() -> None:
    """What is asked and settled at a visit: diagnosis, overuse, the patient's goal, the decision."""


@visit.command(
    epilog=example(
        'migraine visit add overuse managed --note "triptans stopped in January"',
        "migraine visit add decision continue --date 2026-03-01",
        "migraine visit add next_review 2026-06-01",
    )
)
@click.argument("topic")
@click.argument("answer")
@click.option("--date", "day", type=DAY, default="today", help="The day of the visit; today if not given.")
@click.option("--note", metavar="TEXT", help="Anything else.")
@with_options(*DIARY)
def add(topic: str, answer: str, day: date, note: str | None, patient: str | None, store: str | None) -> None:
    """Note the ANSWER to a TOPIC; see what can be noted with: migraine visit topics."""
    from diary.consultation import answer_of, topic_of

    named = topic_of(topic)
    said = answer_of(named, answer, day)
    with writing(store, patient) as (diary, who):
        record(diary, Consultation(who, day, named, said, note))


def record(diary: Store, said: Consultation) -> None:
    """Note the answer and print how it stands then; a note that was there before stays where none is given."""
    before = find_answer(diary, said)
    now = replace(said, note=said.note or (before.note if before else None))
    problems = save(diary, now)
    say(f"{now.date}: {answer_in_words(now)}. To take it back: migraine visit remove {now.topic} --date {now.date}")
    if before and before != now:
        say(f"Before: {answer_in_words(before)}.")
    notes(problems)


def answer_in_words(said: Consultation) -> str:
    """The topic with its answer, without the day.

    >>> answer_in_words(Consultation("P1", date(2026, 3, 1), "overuse_managed", "managed", "triptans stopped"))
    'overuse managed: managed (triptans stopped)'
    """
    note = f" ({said.note})" if said.note else ""
    return f"{said.topic.replace('_', ' ')}: {said.answer}{note}"


@visit.command("list", epilog=example("migraine visit list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """All that was noted at visits, by day."""
    with reading(store, patient) as (diary, who):
        found = diary.batch(who).consultations
    if not found:
        return say("Nothing is noted of a visit. Note it with: migraine visit add TOPIC ANSWER")
    rows = [(str(one.date), one.topic, one.answer, one.note or "") for one in found]
    return table("", ("Date", "Topic", "Answer", "Note"), rows)


@visit.command(epilog=example("migraine visit remove decision --date 2026-03-01"))
@click.argument("topic")
@click.option("--date", "day", type=DAY, required=True, help="The day of the visit.")
@with_options(*DIARY)
def remove(topic: str, day: date, patient: str | None, store: str | None) -> None:
    """Take back the answer to a TOPIC; the history of the diary keeps it."""
    from diary.consultation import topic_of

    named = topic_of(topic)
    with reading(store, patient) as (diary, who):
        found = find_answer(diary, Consultation(who, day, named, ""))
        if found is None:
            raise DiaryError(f"Nothing is noted of {named!r} on {day}. See what is with: migraine visit list")
        diary.remove(found)
    say(f"Removed: {found.date}, {answer_in_words(found)}.")


@visit.command(epilog=example("migraine visit topics"))
def topics() -> None:
    """What can be noted at a visit, and what each topic takes as its answer."""
    from diary.consultation import expected_answer

    rows = [(topic, meaning, expected_answer(topic)) for topic, meaning in TOPICS.items()]
    table("", ("Topic", "What it holds", "Answer"), rows)
