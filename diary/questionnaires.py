"""Filled-in questionnaires in the diary: what an entry does to them, for every door alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from diary.entries import own_source
from diary.facts import key_of
from diary.instruments import INSTRUMENTS, contradicting_totals, overlapping_forms
from diary.model import DiaryError, Problem, Score

if TYPE_CHECKING:
    from diary.store import Store


def item_name(text: str | None) -> str | None:
    """A question's number or letters as they are kept, in capitals.

    >>> item_name(" rr "), item_name(None)
    ('RR', None)
    """
    return text.strip().upper() or None if text else None


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


def save(diary: Store, scores: Sequence[Score], before: Iterable[Score] = ()) -> list[Problem]:
    """Record the scores of one form, instead of those *before*. Returns what is odd about it, and was not already.

    Raises DiaryError: the questionnaire cannot give them.
    """
    refuse_impossible(scores)
    last = scores[-1]
    odd_already = odd_forms(diary, last)
    kept = {key_of(score) for score in scores}
    gone = [score for score in before if key_of(score) not in kept]
    added = diary.record(own_source(last.patient), *scores, instead_of=gone)
    here = f"{last.patient}, {last.date}"
    odd = [one for one in odd_forms(diary, last) if one not in odd_already or one.where == here]
    return [*added.problems, *odd, *([] if last.instrument in INSTRUMENTS else [unknown(last.instrument)])]


def refuse_impossible(scores: Iterable[Score]) -> None:
    """Raise DiaryError if the questionnaire cannot give this total, has no such question, or no such answer."""
    from diary.checks import check_score

    for problem in (problem for score in scores for problem in check_score(score)):
        raise DiaryError(f"{problem.what} {problem.remedy}")


def odd_forms(diary: Store, like: Score) -> list[Problem]:
    """What is odd about the forms of this questionnaire when they are looked at together."""
    mine = [score for score in diary.facts("scores", like.patient) if score.instrument == like.instrument]
    return [*contradicting_totals(mine), *overlapping_forms(mine)]


def unknown(instrument: str) -> Problem:
    """A questionnaire whose values nobody can check here."""
    return Problem(
        instrument,
        "This questionnaire is not known here, so the value was not checked.",
        f"Compare it with your papers. Known are: {', '.join(INSTRUMENTS)}.",
    )


def form_of(diary: Store, like: Score) -> list[Score]:
    """The total and all answers of the same day and instrument."""
    found = diary.batch(like.patient, like.date, like.date).scores
    return [one for one in found if one.instrument == like.instrument]


def find_score(diary: Store, like: Score) -> Score | None:
    """The score of the same day, instrument and item."""
    item = item_name(like.item)
    return next((one for one in form_of(diary, like) if item_name(one.item) == item), None)
