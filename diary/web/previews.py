"""What was read in a file, as the page shows it before anything is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext

from diary.entries import days_of
from diary.forms import without_options
from diary.importers.options import Question, Refusal, UnknownLayout
from diary.importers.profile import ProfileError
from diary.model import Batch, DayLog, DiaryError, Problem
from diary.own_classes import unknown_names
from diary.reading import layout_of
from diary.totals import shown_totals
from diary.web.access import store
from diary.web.columns import Asked as AskedTable
from diary.web.columns import asked as asked_table
from diary.web.phrases import attack_span, dose_text, length, listed, pain
from diary.web.questions import ANSWERED_BY, COLUMNS, LABELS, Field, field
from diary.web.reading import OthersError, TooLongError
from diary.web.uploads import Preview, Upload
from diary.web.work import Work

FIRST_DAYS = 7
"""How many days are shown as they were read."""

N_ = str
"""Marks a text for the catalogues."""

TOTALS = {
    "logged": N_("Days logged"),
    "headache": N_("Headache days"),
    "intake_days": N_("Days with medicine"),
    "attacks": N_("Attacks"),
    "doses": N_("Intakes"),
    "sessions": N_("Botox sessions"),
    "preventives": N_("Preventives"),
    "scores": N_("Scores"),
    "events": N_("Side effects"),
    "factors": N_("Everyday factors"),
}
"""What is counted in a file, as the page says it."""


class Card(NamedTuple):
    """A file and what was read in it. *asked* is what has to be said first, *more* what else can be.

    *table* is there where it is asked what its columns are.
    """

    upload: Upload
    preview: Preview
    asked: list[Field]
    more: list[Field]
    said: dict[str, str]
    totals: list[tuple[str, int]]
    days: list[tuple[date, str]]
    layout: str
    unknown: Mapping[str, int]
    table: AskedTable | None


def card_of(upload: Upload, preview: Preview, faults: Mapping[str, str], of_columns: bool) -> Card:
    """The file as it is shown; *of_columns*: it is asked what its columns are."""
    of_columns = of_columns or preview.wanted == COLUMNS
    preview = preview._replace(batch=Batch()) if of_columns else preview
    batch = preview.batch
    shown = {name for name in (preview.wanted, *faults) if name in LABELS}
    return Card(
        upload,
        preview,
        [field(name) for name in LABELS if name in shown],
        [field(name) for name in LABELS if name not in shown],
        dict(request.form) if faults else {name: _written(value) for name, value in upload.answers.items()},
        [(TOTALS[name], number) for name, number in shown_totals(batch).items()],
        first_days(batch),
        layout_of(batch),
        unknown_names(store().classed(batch.doses)),
        asked_table(upload.sheets, request.form, upload.profile) if of_columns else None,
    )


def _written(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def preview_of(upload: Upload, work: Work) -> Preview:
    """What reading the file has brought, in the words of the page."""
    try:
        batch, others = work.result()
    except (UnknownLayout, ProfileError) as error:
        return Preview(Batch(), in_page_words(str(error), upload), COLUMNS if upload.sheets else "")
    except Question as question:
        return Preview(Batch(), in_page_words(str(question), upload), ANSWERED_BY[type(question)])
    except (OthersError, TooLongError) as error:
        return Preview(Batch(), REFUSED[type(error)])
    except DiaryError as error:
        return Preview(Batch(), in_page_words(str(error), upload))
    problems = [Problem(*(in_page_words(part, upload) for part in problem)) for problem in batch.problems]
    assumptions = [in_page_words(sentence, upload) for sentence in batch.assumptions]
    return Preview(replace(batch, problems=tuple(problems), assumptions=tuple(assumptions)), disputed=others)


REFUSED: dict[type[Refusal], str] = {
    OthersError: "This file is about another patient, so nothing of it is shown. Choose that patient first.",
    TooLongError: "This file takes too long here. Read it with: migraine import FILE",
}
"""What the page says of a file that it does not take."""


def in_page_words(text: str, upload: Upload) -> str:
    """The sentence with the file's own title, and without what to type into a terminal.

    >>> upload = Upload("7f", "diary.csv", None, (), 0)
    >>> in_page_words("7f is unclear. Say which with --date-order dmy.", upload)
    'diary.csv is unclear.'
    """
    return without_options(text).replace(upload.name, upload.title)


def first_days(batch: Batch) -> list[tuple[date, str]]:
    """The first days as they were read, to be compared with the file."""
    touched = {day.date for day in batch.days} | {dose.taken.date() for dose in batch.doses}
    touched |= {day for attack in batch.attacks for day in days_of(attack)}
    return [(day, day_in_words(batch, day)) for day in sorted(touched)[:FIRST_DAYS]]


def day_in_words(batch: Batch, day: date) -> str:
    """What the file says of one day."""
    logs = [log for log in batch.days if log.date == day]
    attacks = [attack for attack in batch.attacks if day in days_of(attack)]
    doses = [dose for dose in batch.doses if dose.taken.date() == day]
    parts = [part for log in logs for part in log_parts(log, named=bool(doses))]
    parts += [part for attack in attacks for part in (attack_span(attack), pain(attack))]
    return listed([*parts, *map(dose_text, doses)])


def log_parts(log: DayLog, *, named: bool) -> list[str]:
    """Whether there was headache, how bad, how long, and whether anything was taken, unless that is *named*."""
    state = {True: gettext("Headache"), False: gettext("No headache"), None: gettext("headache not known")}
    taken = {True: gettext("a medicine was taken"), False: gettext("nothing taken"), None: ""}
    return [
        state[log.headache],
        pain(log),
        length(log.minutes) if log.minutes else "",
        "" if named else taken[log.acute],
    ]
