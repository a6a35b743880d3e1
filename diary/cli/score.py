"""``migraine score``: totals and answers of questionnaires, as numbers; their texts are their owners'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, notes, say, table
from diary.cli.values import DAY, SCORE
from diary.cli.words import score_in_words
from diary.instruments import INSTRUMENTS, SAFETY, Instrument, Scale, asks_for_care, with_total
from diary.model import DiaryError, Score
from diary.questionnaires import find_score, form_of, instrument_name, item_name, save

if TYPE_CHECKING:
    from diary.store import Store


@click.group(epilog=example("migraine score add hit6 64 --date 2026-03-01"))
def score() -> None:
    """Questionnaire scores such as HIT-6 and MIDAS: totals, or answers that are added up."""


@score.command(
    epilog=example(
        "migraine score add hit6 64 --date 2026-03-01",
        'migraine score add hit6 --answers "13 11 10 11 8 10"',
        "migraine score add msq 45 --item RR",
    )
)
@click.argument("instrument")
@click.argument("value", type=SCORE, required=False)
@click.option("--answers", metavar="N ...", help="The answers to all questions in their order; the total is added up.")
@click.option("--date", "day", type=DAY, default="today", help="The day on which it was filled in.")
@click.option("--item", metavar="N", help="One question, or one part with a score of its own; else VALUE is the total.")
@with_options(*DIARY)
def add(
    instrument: str,
    value: float | None,
    answers: str | None,
    day: date,
    item: str | None,
    patient: str | None,
    store: str | None,
) -> None:
    """Record a score: the INSTRUMENT's name and its VALUE, or all its answers."""
    name = instrument_name(instrument)
    with writing(store, patient) as (diary, who):
        record(diary, entered(Score(who, day, name, value or 0, item_name(item)), value, answers))


def entered(like: Score, value: float | None, answers: str | None) -> list[Score]:
    """The scores that are meant: the one of *value*, or all answers with their total.

    Raises DiaryError: neither or both are given, an answer is no number, or they are not as many as the questions.
    """
    if (value is None) == (answers is None) or (answers is not None and like.item):
        raise DiaryError("Write either one VALUE, such as hit6 64, or all the answers with --answers.")
    if answers is None:
        return [like]
    return with_total(like, [SCORE.convert(text, None, None) for text in re.split(r"[,;]\s*|\s+", answers.strip())])


def record(diary: Store, scores: Sequence[Score]) -> None:
    """Record the scores of one form and print how it stands then.

    Raises DiaryError: the questionnaire cannot give them.
    """
    last = scores[-1]
    before = find_score(diary, last)
    problems = save(diary, scores)
    say(f"{last.date}: {form_in_words(scores)}. To take it back: migraine score remove {take_back(scores)}")
    if before and before.value != last.value:
        say(f"Before: {score_in_words(before)}.")
    notes(problems)
    if asks_for_care(scores):
        say(SAFETY)


def form_in_words(scores: Sequence[Score]) -> str:
    """What was recorded: the total with how many answers, or each score.

    >>> form_in_words(with_total(Score("P1", date(2026, 3, 1), "gad7", 0), [1, 0, 2, 1, 0, 0, 1]))
    'gad7 5 with its 7 answers'
    """
    if scores[-1].item is None and len(scores) > 1:
        return f"{score_in_words(scores[-1])} with its {counted(len(scores) - 1, 'answer')}"
    return "; ".join(map(score_in_words, scores))


def take_back(scores: Sequence[Score]) -> str:
    """What to write behind ``migraine score remove`` to be rid of the scores."""
    name = f"{scores[0].instrument} --date {scores[0].date}"
    if len(scores) > 1:
        return f"{name} --all"
    return f"{name} --item {scores[0].item}" if scores[0].item else name


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


@score.command(epilog=example("migraine score show", "migraine score show hit6"))
@click.argument("instrument", required=False)
def show(instrument: str | None) -> None:
    """What the questionnaires measure and which values they have; with INSTRUMENT, one of them in full."""
    if instrument is None:
        rows = [(one.code, one.name, one.measures, _range(one)) for one in INSTRUMENTS.values()]
        return table("", ("Name", "Questionnaire", "What it measures", "Values"), rows)
    known = INSTRUMENTS.get(instrument_name(instrument))
    if known is None:
        raise DiaryError(f"{instrument!r} is not known here. Known are: {', '.join(INSTRUMENTS)}.")
    for line in described(known):
        say(line)
    return None


def described(instrument: Instrument) -> Iterator[str]:
    """The questionnaire in a line for each thing that is known of it."""
    yield f"{instrument.name} measures {instrument.measures}."
    yield f"Values: {_range(instrument)}. The {instrument.better} value is the better one."
    if instrument.items:
        answers = "; ".join(f"{', '.join(items)} (each {scale})" for scale, items in _by_scale(instrument).items())
        yield f"In the order of --answers: {answers}."
    if instrument.remark:
        yield instrument.remark
    if instrument.recall:
        yield f"It asks about the {instrument.recall} days before it."
    if instrument.apart:
        yield f"For a comparison, let {instrument.apart} days pass between two."
    yield f"Source: {instrument.source}."
    yield f"Licence: {instrument.licence}"


def _range(instrument: Instrument) -> str:
    if instrument.total is not None:
        return f"total {instrument.total}"
    return (
        f"a score for each of {', '.join(instrument.items)}" if instrument.items else "a total; limits not known here"
    )


def _by_scale(instrument: Instrument) -> dict[Scale, list[str]]:
    items: dict[Scale, list[str]] = {}
    for item, scale in instrument.items.items():
        items.setdefault(scale, []).append(item)
    return items


@score.command(epilog=example("migraine score remove hit6 --date 2026-03-01"))
@click.argument("instrument")
@click.option("--date", "day", type=DAY, required=True, help="The day on which it was filled in.")
@click.option("--item", metavar="N", help="One question, or one part; without it, the total.")
@click.option("--all", "whole", is_flag=True, help="The total and all the answers of that day.")
@with_options(*DIARY)
def remove(instrument: str, day: date, item: str | None, whole: bool, patient: str | None, store: str | None) -> None:
    """Take back a score; the history of the diary keeps it."""
    with reading(store, patient) as (diary, who):
        like = Score(who, day, instrument_name(instrument), 0, item_name(item))
        found = form_of(diary, like) if whole else [one for one in [find_score(diary, like)] if one]
        if not found:
            raise DiaryError(f"There is no such score on {day}. See them with: migraine score list")
        diary.remove(*found)
    say(f"Removed: {day}, {'; '.join(map(score_in_words, found))}.")
