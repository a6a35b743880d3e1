"""The few everyday factors that a person watches: chosen before anything is looked at, and written down with a day.

What every door does with them, without a word about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from diary.entries import factor_name, own_source
from diary.model import MOST_FACTORS, DiaryError, Factor, FactorChoice, Problem

if TYPE_CHECKING:
    from diary.store import Store

USUAL = ("sleep", "water", "exercise", "alcohol", "stress", "meals")
"""What people watch most; any other word will do."""

WORDS = {"yes": 1.0, "no": 0.0}
"""What stands for a number."""


class NamelessError(DiaryError):
    """A factor's name is empty, or holds a sign that separates names from values."""


class TooManyError(DiaryError):
    """More factors than may be watched; *wanted* is how many."""

    def __init__(self, wanted: int) -> None:
        super().__init__(
            f"That would be {wanted} factors. At most {MOST_FACTORS}, chosen before you look: the more are tried, the "
            "more seem to go with headache by chance. Drop one: migraine factor drop NAME"
        )
        self.wanted = wanted


class NotChosenError(DiaryError):
    """The factor *name* is not one that the person chose."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not one of your factors. Choose it first: migraine factor choose {name}")
        self.name = name


def checked_name(text: str) -> str:
    """The factor's name.

    Raises NamelessError: it is none.
    """
    name = factor_name(text)
    if not name or "=" in name:
        raise NamelessError(f"{text!r} is no name of a factor. Write a word such as sleep.")
    return name


def choose(diary: Store, patient: str, names: Iterable[str], day: date) -> tuple[list[str], list[Problem]]:
    """Watch these factors from *day* on, beside those that were chosen; returns all that are, and problems.

    Raises NamelessError, or TooManyError: then nothing is chosen.
    """
    wanted = [checked_name(name) for name in names]
    chosen = [choice.name for choice in diary.facts("choices", patient)]
    new = [name for name in dict.fromkeys(wanted) if name not in chosen]
    if len(chosen) + len(new) > MOST_FACTORS:
        raise TooManyError(len(chosen) + len(new))
    added = diary.record(own_source(patient), *(FactorChoice(patient, name, day) for name in new))
    return [*chosen, *new], added.problems


def write_down(diary: Store, patient: str, day: date, values: Mapping[str, float | None]) -> list[Problem]:
    """Record what is said of the day's factors, by name; None takes back what was said before. Returns problems.

    Raises NotChosenError: one of them is neither chosen nor written down; then nothing is recorded.
    """
    facts = diary.batch(patient, day, day, ("choices", "factors"))
    said = {one.name: one.value for one in facts.factors}
    known = {choice.name for choice in facts.choices} | said.keys()
    for name in values:
        if name not in known:
            raise NotChosenError(name)
    new = {name: value for name, value in values.items() if value is not None and value != said.get(name)}
    gone = [one for one in facts.factors if one.name in values and values[one.name] is None]
    written = [Factor(patient, day, name, value) for name, value in new.items()]
    return diary.record(own_source(patient), *written, instead_of=gone).problems
