"""What must hold of whatever a reader gives back, however damaged the file was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from diary.checks import RANGES
from diary.facts import CLASSES, misfit, tidied, unknown_word
from diary.model import Attack, Batch, DayLog, Dose, Fact, Problem

OWN_TEXT = "is not plain text"
"""Half a character, which some programs write into JSON: the store leaves such an entry out, and says so."""


def faults(batch: Batch, *, whole: bool = True) -> Iterator[str]:
    """Sentences about what a reader must not give back: a problem that says nothing, or a fact beyond its model.

    Not *whole* are the facts of an export of the diary: numbers come back as they were, and ``migraine check`` tells
    which are beyond their scale.
    """
    yield from chain.from_iterable(map(_problem, batch.problems))
    yield from (f"an assumption that says nothing: {text!r}" for text in batch.assumptions if not says(text))
    for name in CLASSES:
        for fact in getattr(batch, name):
            yield from _fact(fact)
            yield from _beyond(fact) if whole else ()


def says(text: Any) -> bool:
    """Is it text with something in it?"""
    return isinstance(text, str) and bool(text.strip())


def _problem(problem: Problem) -> Iterator[str]:
    if not all(map(says, problem)):
        yield f"a problem that does not say where, what and what to do: {problem!r}"


def _fact(fact: Fact) -> Iterator[str]:
    trouble = misfit(tidied(fact))
    if trouble and OWN_TEXT not in trouble:
        yield f"{trouble} {fact!r}"
    if trouble := unknown_word(fact):
        yield f"{trouble} {fact!r}"


def _beyond(fact: Fact) -> Iterator[str]:
    if not isinstance(fact, (DayLog, Attack, Dose)):
        return
    for member, (low, high) in RANGES.items():
        value = getattr(fact, member, None)
        if value is not None and not low <= value <= high:
            yield f"{member} {value!r} in {fact!r}"
