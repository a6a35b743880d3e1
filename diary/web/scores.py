"""Questionnaires on the page: a total, or all answers that are added up; their texts are their owners'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from diary.instruments import INSTRUMENTS, SAFETY, Instrument, Scale, asks_for_care, find_fault, with_total
from diary.model import Score
from diary.questionnaires import form_of, save
from diary.web.access import now, patient, store
from diary.web.answers import WHOLE, Answers
from diary.web.phrases import listed
from diary.web.record import find, said_before
from diary.web.said import say
from diary.web.words import number, written

blueprint = Blueprint("scores", __name__)

CARE = "care"
"""Under this the session remembers that what is said for safety has to be said on the next page."""

FEW = 14
"""Up to so many values of a scale are a menu, more of them a number to write."""


class Form(NamedTuple):
    """A questionnaire as it was filled in on one day. *scores* are its total and its answers."""

    date: date
    code: str
    scores: Sequence[Score]

    @property
    def name(self) -> str:
        """What the questionnaire is called."""
        return INSTRUMENTS[self.code].name if self.code in INSTRUMENTS else self.code

    @property
    def value(self) -> str:
        """The total; where there is none, each score by its letters."""
        totals = [number(score.value) for score in self.scores if score.item is None]
        return totals[0] if totals else listed(f"{score.item} {number(score.value)}" for score in self.scores)


def forms(scores: Iterable[Score]) -> list[Form]:
    """The questionnaires that the scores belong to, the latest first."""
    ordered = sorted(scores, key=_form_key)
    return [Form(*key, list(found)) for key, found in groupby(ordered, key=_form_key)][::-1]


def _form_key(score: Score) -> tuple[date, str]:
    return score.date, score.instrument


@blueprint.get("/scores")
def index() -> str:
    """The questionnaires to choose from, and those that were filled in."""
    care = SAFETY if session.pop(CARE, False) else ""
    filled = forms(store().facts("scores", patient()))
    return render_template("scores/index.html", instruments=INSTRUMENTS.values(), forms=filled, care=care)


@blueprint.route("/scores/new/<code>", methods=["GET", "POST"])
def add(code: str) -> str | tuple[str, int] | Response:
    """Fill one in."""
    instrument = INSTRUMENTS.get(code) or abort(404)
    if request.method == "GET":
        patient()
        return _page(instrument, {"date": now().date().isoformat()}, {})
    return _save(instrument, [])


@blueprint.route("/scores/<name>", methods=["GET", "POST"])
def correct(name: str) -> str | tuple[str, int] | Response:
    """Correct one that was filled in."""
    score: Score = find("scores", name)
    before = form_of(store(), score)
    instrument = INSTRUMENTS.get(score.instrument) or abort(404)
    if request.method == "GET":
        return _page(instrument, _filled(score.date, before), {}, before)
    return _save(instrument, before)


def _filled(day: date, scores: Iterable[Score]) -> dict[str, str]:
    return {"date": day.isoformat()} | {_field(score.item): written(score.value) for score in scores}


def _field(item: str | None) -> str:
    """The name of the field of an item, or of the total."""
    return "total" if item is None else f"item-{item}"


def _page(instrument: Instrument, form: dict[str, str], faults: dict[str, str], before: Sequence[Score] = ()) -> str:
    fields = [(item, _field(item), _choices(scale), scale_words(scale)) for item, scale in instrument.items.items()]
    total = None if instrument.total is None and instrument.items else instrument.total
    return render_template(
        "scores/form.html",
        instrument=instrument,
        fields_of=fields,
        has_total=instrument.total is not None or not instrument.items,
        total_choices=_choices(total) if total else (),
        form=form,
        faults=faults,
        today=now().date().isoformat(),
        before=[each for score in before for each in said_before(score, in_words)],
    )


def _choices(scale: Scale) -> list[tuple[str, str]]:
    """The values of a scale that has only a few; none where a number has to be written."""
    values = scale.only or (range(int(scale.low), int(scale.high) + 1) if scale.whole else ())
    return [(written(value), number(value)) for value in values] if len(values) <= FEW else []


@blueprint.app_template_filter()
def scale_words(scale: Scale) -> str:
    """Which values there are."""
    if scale.only:
        return listed(map(number, scale.only))
    limits = {"low": number(scale.low), "high": number(scale.high)}
    if scale.whole:
        return str(gettext("%(low)s to %(high)s, a whole number", **limits))
    return str(gettext("%(low)s to %(high)s", **limits))


def in_words(score: Score) -> str:
    """The total, or the answer to one question, with its value."""
    what = score.instrument if score.item is None else gettext("question %(item)s", item=score.item)
    return f"{what}: {number(score.value)}"


def _save(instrument: Instrument, before: Sequence[Score]) -> tuple[str, int] | Response:
    said = Answers(request.form, now())
    scores = read_form(patient(), instrument, said)
    if said.faults:
        return _page(instrument, dict(request.form), said.faults, before), 422
    problems = save(store(), scores, before)
    session[CARE] = asks_for_care(scores)
    flash(gettext("%(name)s is noted.", name=instrument.name))
    say(problems)
    return redirect(url_for("scores.index"), 303)


def read_form(who: str, instrument: Instrument, said: Answers) -> list[Score]:
    """The scores that the form makes; what is wrong with it stands in its faults."""
    like = Score(who, said.day_needed("date"), instrument.code, 0)
    answers = {item: said.number(_field(item), 0, 1000) for item in instrument.items}
    given = {item: value for item, value in answers.items() if value is not None}
    total = said.number(_field(None), 0, 1000)
    _mark(_as_given(like, given, total), said)
    return [] if said.faults else _complete(like, instrument, given, total, said)


def _mark(scores: Iterable[Score], said: Answers) -> None:
    """Say beside each field that its value cannot be."""
    for score in scores:
        if fault := find_fault(score):
            said.faults[_field(score.item)] = " ".join(fault)


def _complete(
    like: Score, instrument: Instrument, given: dict[str, float], total: float | None, said: Answers
) -> list[Score]:
    """The scores with their total; what is missing, or contradicts itself, is said."""
    if not given and total is None:
        said.faults[WHOLE] = gettext("Nothing is filled in yet. Write the total, or every answer.")
        return []
    if not given or instrument.total is None:
        return _as_given(like, given, total)
    if any(item not in given for item in instrument.scored):
        return _unfinished(instrument, given, said)
    beside = all(item in given for item in instrument.beside)
    scores = with_total(like, [given[item] for item in (instrument.items if beside else instrument.scored)])
    if total is not None and total != scores[-1].value:
        added = number(scores[-1].value)
        said.faults["total"] = gettext("The answers add up to %(sum)s. Correct one of them, or leave this.", sum=added)
    return scores


def _as_given(like: Score, given: dict[str, float], total: float | None) -> list[Score]:
    """The scores of the answers and of the total as they are written, nothing added up."""
    answers = [replace(like, item=item, value=value) for item, value in given.items()]
    return answers if total is None else [*answers, replace(like, value=total)]


def _unfinished(instrument: Instrument, given: dict[str, float], said: Answers) -> list[Score]:
    """Say which answers are missing."""
    for item in instrument.scored:
        if item not in given:
            said.faults[_field(item)] = gettext("Answer this too, or write only the total.")
    return []
