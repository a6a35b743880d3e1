"""Visits on the page: what was asked and settled, topic by topic; it describes, and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from diary.consultation import OVERUSE_ANSWERS, answer_of
from diary.model import DECISIONS, TOPICS, Consultation, DiaryError
from diary.visits import save
from diary.web.access import now, patient, store
from diary.web.answers import WHOLE, Answers
from diary.web.record import find, said_before
from diary.web.vocabulary import TOPIC_NAMES, named
from diary.web.words import short_day

blueprint = Blueprint("visits", __name__)

FIRST = ("goal", "view", "decision", "next_review")
"""The topics that stand open on the form; the others unfold."""

CHOICES = {"decision": DECISIONS, "overuse_managed": OVERUSE_ANSWERS}
"""The topics that take only certain answers."""


class Topic(NamedTuple):
    """One field of the form. *kind* is ``menu``, ``date``, ``line`` or ``area``."""

    topic: str
    label: str
    meaning: str
    kind: str
    choices: list[tuple[str, str]]


def topics(names: Iterable[str]) -> list[Topic]:
    """The fields of the named topics."""
    return [
        Topic(name, named(name), named(TOPICS[name]), _kind(name), [(one, named(one)) for one in CHOICES.get(name, ())])
        for name in names
    ]


def _kind(topic: str) -> str:
    if topic in CHOICES:
        return "menu"
    return {"next_review": "date", "chronic_since": "line"}.get(topic, "area")


@blueprint.get("/visits")
def index() -> str:
    """All visits, the latest first."""
    answers = sorted(store().facts("consultations", patient()), key=lambda one: one.date, reverse=True)
    visits = [(day, _in_order(found)) for day, found in groupby(answers, key=lambda one: one.date)]
    return render_template("visits/index.html", visits=visits, shown=shown)


def _in_order(answers: Iterable[Consultation]) -> list[Consultation]:
    order = [*FIRST, *TOPICS]
    return sorted(answers, key=lambda one: order.index(one.topic) if one.topic in order else len(order))


def shown(said: Consultation) -> str:
    """The answer as a person reads it: a day as a day, a word that is counted in the page's language."""
    if said.topic in CHOICES:
        return named(said.answer)
    if said.topic == "next_review":
        try:
            return short_day(date.fromisoformat(said.answer))
        except ValueError:
            return said.answer
    return said.answer


@blueprint.route("/visits/new", methods=["GET", "POST"])
def add() -> str | tuple[str, int] | Response:
    """Note a visit."""
    patient()
    return _page({"date": now().date().isoformat()}, {}) if request.method == "GET" else _save(None)


@blueprint.route("/visits/<name>", methods=["GET", "POST"])
def correct(name: str) -> str | tuple[str, int] | Response:
    """Correct what was noted at the visit to which the named answer belongs."""
    answer: Consultation = find("consultations", name)
    if request.method == "POST":
        return _save(answer.date)
    found = store().batch(answer.patient, answer.date, answer.date).consultations
    return _page({"date": answer.date.isoformat()} | {one.topic: one.answer for one in found}, {}, found)


def _page(form: dict[str, Any], faults: dict[str, str], found: Iterable[Consultation] = ()) -> str:
    rest = [name for name in TOPICS if name not in FIRST]
    return render_template(
        "visits/form.html",
        first=topics(FIRST),
        rest=topics(rest),
        unfolded=any(form.get(name) or name in faults for name in rest),
        form=form,
        faults=faults,
        today=now().date().isoformat(),
        before=[each for one in found for each in said_before(one, in_words)],
    )


def in_words(said: Consultation) -> str:
    """The topic with its answer."""
    return f"{named(said.topic)}: {shown(said)}"


def _save(before: date | None) -> tuple[str, int] | Response:
    who = patient()
    said = Answers(request.form, now())
    day = said.day_needed("date")
    answers = [answer for topic in TOPICS if (answer := _answer(who, day, topic, said))]
    if not answers and not said.faults:
        said.faults[WHOLE] = gettext("Nothing is filled in yet. Answer at least one topic.")
    if said.faults:
        return _page(dict(request.form), said.faults), 422
    there = {one.topic: one for one in _at(who, before or day)}
    kept = [(one.date, one.topic) for one in answers]
    noted = (_with_note(one, there.get(one.topic)) for one in answers)
    save(store(), *noted, instead_of=_unsaid(who, before, kept) if before else ())
    flash(gettext("The visit of %(day)s is noted.", day=short_day(day)))
    return redirect(url_for("visits.index"), 303)


def _at(who: str, day: date) -> tuple[Consultation, ...]:
    return store().batch(who, day, day).consultations


def _answer(who: str, day: date, topic: str, said: Answers) -> Consultation | None:
    """The answer to one topic; None where the field is empty, or says what cannot be."""
    text = said.text(topic)
    if text is None:
        return None
    try:
        return Consultation(who, day, topic, answer_of(topic, text, day))
    except DiaryError as error:
        said.refuse(error, topic)
        return None


def _with_note(said: Consultation, before: Consultation | None) -> Consultation:
    """The answer with the note that stood beside it."""
    return replace(said, note=before.note) if before else said


def _unsaid(who: str, day: date, kept: list[tuple[date, str]]) -> list[Consultation]:
    """The answers of a visit whose fields were emptied, or whose day was corrected."""
    return [one for one in _at(who, day) if (one.date, one.topic) not in kept and one.topic in TOPIC_NAMES]
