"""What was noted at visits, by topic: each answer in the words in which it was written, with its day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from analysis.reports.words import day

NOT_DOCUMENTED = "not documented"

MANAGED, NOT_MANAGED, NO_OVERUSE, NOT_ASKED = "managed", "not managed", "no overuse", "not asked"
"""The answers on overuse that are counted. The record has the same words; a test holds them together."""


class Answer(NamedTuple):
    """One answer of a visit, and the note beside it."""

    date: date
    answer: str
    note: str = ""

    def __str__(self) -> str:
        return in_words(self.answer, self.note, self.date)


def in_words(answer: str, note: str, when: date) -> str:
    """An answer with its note and its day.

    >>> in_words("managed", "triptans stopped", date(2026, 3, 1))
    'managed (triptans stopped), noted on 1 Mar 2026'
    """
    return f"{answer}{f' ({note})' if note else ''}, noted on {day(when)}"


def answers(consultations: pd.DataFrame, topic: str, as_of: date | None = None) -> list[Answer]:
    """One patient's answers to the topic up to *as_of*, oldest first."""
    mine = consultations.loc[consultations["topic"] == topic].sort_values("date", kind="stable")
    given = [
        Answer(when.date(), said, "" if pd.isna(note) else note)
        for when, said, note in zip(mine["date"], mine["answer"], mine["note"], strict=True)
    ]
    return [one for one in given if as_of is None or one.date <= as_of]
