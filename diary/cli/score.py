"""``migraine score``: totals and answers of questionnaires, as numbers; their texts are their owners'."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import click

from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import notes, say, table
from diary.cli.values import DAY, SCORE
from diary.cli.words import score_in_words
from diary.entries import own_source
from diary.model import DiaryError, Problem, Score

if TYPE_CHECKING:
    from diary.store import Store


@click.group(epilog=example("migraine score add hit6 64 --date 2026-03-01"))
def score() -> None:
    """Questionnaire scores such as HIT-6 and MIDAS: totals, or one answer with --item."""


@score.command(epilog=example("migraine score add hit6 64 --date 2026-03-01", "migraine score add midas 21"))
@click.argument("instrument")
@click.argument("value", type=SCORE)
@click.option("--date", "day", type=DAY, default="today", help="The day on which it was filled in.")
@click.option("--item", metavar="N", help="The number of one question; without it the value is the total.")
@with_options(*DIARY)
def add(instrument: str, value: float, day: date, item: str | None, patient: str | None, store: str | None) -> None:
    """Record a score: the INSTRUMENT's name and its VALUE."""
    with writing(store, patient) as (diary, who):
        record(diary, Score(who, day, instrument_name(instrument), value, item))


def instrument_name(text: str) -> str:
    """The instrument's name in small letters and digits.

    >>> instrument_name("HIT-6")
    'hit6'

    Raises DiaryError: nothing is left of it.
    """
    name = re.sub(r"[^a-z0-9]", "", text.casefold())
    if not name:
        raise DiaryError(f"{text!r} names no questionnaire. Write a name such as hit6 or midas.")
    return name


ANSWERS: dict[str, tuple[tuple[str, ...], frozenset[int]]] = {
    "hit6": (("1", "2", "3", "4", "5", "6"), frozenset({6, 8, 10, 11, 13})),
    "midas": (("1", "2", "3", "4", "5"), frozenset(range(91))),
}
"""The numbers of each questionnaire's questions that are added up, and the values that an answer can have."""


def refuse_impossible(score: Score) -> None:
    """Raise DiaryError if the questionnaire cannot give this total, has no such question, or no such answer."""
    from diary.checks import check_score

    for problem in check_score(score):
        raise DiaryError(f"{problem.what} {problem.remedy}")
    if score.item is None or score.instrument not in ANSWERS:
        return
    items, values = ANSWERS[score.instrument]
    if score.item not in items:
        raise DiaryError(f"{score.instrument} has no question {score.item!r}. Write a number from 1 to {len(items)}.")
    if score.value not in values:
        allowed = ", ".join(map(str, sorted(values))) if len(values) < 10 else f"{min(values)} to {max(values)}"
        raise DiaryError(f"An answer in {score.instrument} cannot be {score.value:g}. It can be: {allowed}.")


def record(diary: Store, score: Score) -> None:
    """Record the score and print how it stands then.

    Raises DiaryError: the questionnaire cannot give it.
    """
    refuse_impossible(score)
    before = find_score(diary, score)
    added = diary.record(own_source(score.patient), score)
    item = f" --item {score.item}" if score.item else ""
    name = f"{score.instrument} --date {score.date}{item}"
    say(f"{score.date}: {score_in_words(score)}. To take it back: migraine score remove {name}")
    if before and before.value != score.value:
        say(f"Before: {score_in_words(before)}.")
    notes([*added.problems, *([] if score.instrument in ANSWERS else [_unknown(score.instrument)])])


def _unknown(instrument: str) -> Problem:
    return Problem(
        instrument,
        "The lowest and highest total of this questionnaire are not known here, so the value was not checked.",
        f"Compare it with your papers. Known are: {', '.join(ANSWERS)}.",
    )


def find_score(diary: Store, like: Score) -> Score | None:
    """The score of the same day, instrument and item."""
    for found in diary.batch(like.patient, like.date, like.date).scores:
        if (found.instrument, found.item) == (like.instrument, like.item):
            return found
    return None


@score.command("list", epilog=example("migraine score list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """All scores, by day."""
    with reading(store, patient) as (diary, who):
        scores = diary.batch(who).scores
    if not scores:
        return say("No scores are recorded. Record one with: migraine score add hit6 64")
    rows = [(str(one.date), one.instrument, one.item or "total", f"{one.value:g}") for one in scores]
    return table("", ("Date", "Questionnaire", "Item", "Value"), rows, numbers=[3])


@score.command(epilog=example("migraine score remove hit6 --date 2026-03-01"))
@click.argument("instrument")
@click.option("--date", "day", type=DAY, required=True, help="The day on which it was filled in.")
@click.option("--item", metavar="N", help="The number of one question; without it, the total.")
@with_options(*DIARY)
def remove(instrument: str, day: date, item: str | None, patient: str | None, store: str | None) -> None:
    """Take back a score; the history of the diary keeps it."""
    with reading(store, patient) as (diary, who):
        found = find_score(diary, Score(who, day, instrument_name(instrument), 0, item))
        if found is None:
            raise DiaryError(f"There is no such score on {day}. See them with: migraine score list")
        diary.remove(found)
    say(f"Removed: {found.date}, {score_in_words(found)}.")
