"""What a report is made of: tables of text, and questions with their answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd


class TextTable(NamedTuple):
    """A table of text as it is printed."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Point(NamedTuple):
    """One of the four questions of the first page, with its answer in plain sentences."""

    question: str
    answer: str


class Section(NamedTuple):
    """One point of the letter: paragraphs, then tables, then figures by the names of their charts."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[TextTable, ...] = ()
    figures: tuple[str, ...] = ()


ASSUMED = "assumed"
"""The source of headache-free days that rest on silence."""


def row(outcomes: pd.DataFrame, cycle: int, phase: str, measure: str) -> pd.Series[Any]:
    """One row of the outcomes."""
    key = (outcomes["cycle"] == cycle) & (outcomes["phase"] == phase) & (outcomes["measure"] == measure)
    return outcomes.loc[key].iloc[0]
