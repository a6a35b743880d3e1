"""What a file leaves open, as the page asks for it, and what a person answers."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext

from diary.importers.options import (
    AmbiguousBlank,
    AmbiguousDates,
    AmbiguousDuration,
    AmbiguousScale,
    Question,
    UnknownYear,
    UnnamedHeadache,
)
from diary.importers.profile import CHOICES
from diary.web.answers import Answers

N_ = str
"""Marks a text for the catalogues."""

COLUMNS = "columns"
"""Is wanted of a table that nobody knows: what its columns are."""

CHOICES_ASKED = CHOICES | {"blank_headache": ("free", "unknown")}
"""The answers that are chosen from a few."""

LABELS = {
    "date_order": N_("Dates are written as"),
    "scale": N_("How bad it was is written as"),
    "duration_unit": N_("How long it lasted is in"),
    "blank_medication": N_("Where no medicine stands"),
    "blank_headache": N_("A day with entries, but no headache in them"),
    "headache_words": N_("Your words that mean headache"),
    "year": N_("The year of the sheet"),
    "time_zone": N_("Where the diary was kept"),
}
"""What a person may say about a file."""

WORDS = {
    ("date_order", "dmy"): N_("day, month, year"),
    ("date_order", "mdy"): N_("month, day, year"),
    ("date_order", "ymd"): N_("year, month, day"),
    ("scale", "0-10"): N_("0 none to 10 worst"),
    ("scale", "0-3"): N_("0 none to 3 severe"),
    ("scale", "1-4"): N_("1 mild to 4 very severe"),
    ("scale", "0-100"): N_("0 none to 100 worst"),
    ("scale", "10-0"): N_("10 none to 0 worst"),
    ("scale", "3-0"): N_("3 none to 0 worst"),
    ("scale", "100-0"): N_("100 none to 0 worst"),
    ("scale", "words"): N_("words"),
    ("duration_unit", "hours"): N_("hours"),
    ("duration_unit", "minutes"): N_("minutes"),
    ("blank_medication", "none"): N_("nothing was taken"),
    ("blank_medication", "unknown"): N_("it is not known"),
    ("blank_headache", "free"): N_("was free of headache"),
    ("blank_headache", "unknown"): N_("is not known"),
}
"""The answers to choose from, as the page says them."""

ANSWERED_BY: dict[type[Question], str] = {
    AmbiguousDates: "date_order",
    AmbiguousScale: "scale",
    AmbiguousDuration: "duration_unit",
    AmbiguousBlank: "blank_headache",
    UnnamedHeadache: "headache_words",
    UnknownYear: "year",
}
"""Which answer each question of the importers asks for."""


class Field(NamedTuple):
    """What can be said about a file: a choice of a few, or a line where there are none."""

    name: str
    label: str
    choices: list[tuple[str, str]]


def field(name: str) -> Field:
    """One thing that can be said about a file, in the language of the page."""
    return Field(
        name,
        gettext(LABELS[name]),
        [(value, gettext(WORDS[name, value])) for value in CHOICES_ASKED.get(name, ())],
    )


def read_answers(said: Answers) -> dict[str, Any]:
    """The answers that were given, by name of the option; what is wrong with one stands in the faults."""
    answers: dict[str, Any] = {name: said.one_of(name, allowed) for name, allowed in CHOICES_ASKED.items()}
    words = (said.text("headache_words") or "").split(",")
    answers["headache_words"] = tuple(word.strip() for word in words if word.strip())
    answers["year"] = said.whole("year", 1950, 2099)
    answers["time_zone"] = said.text("time_zone")
    return {name: value for name, value in answers.items() if value}
