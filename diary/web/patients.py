"""The patients of a clinic, for its clinicians: who is due, how much is logged, and whose diary is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from diary.model import Patient
from diary.overview import RECENT, Standing, overview
from diary.web import access

blueprint = Blueprint("patients", __name__)

Verdicts = Callable[[Iterable[str]], Mapping[str, str]]
"""The verdict on each of some patients, in words, by code: ``app.extensions["verdicts"]``."""

LONGEST_CODE = 64


@blueprint.route("/patients", methods=["GET", "POST"])
def index() -> str:
    """All patients, those who are due first; what is searched for is sent, so that no code stands in an address."""
    access.everyone()
    wanted = request.form.get("search", "").strip()
    return _page(wanted)


@blueprint.post("/patients/choose")
def choose() -> Response:
    """Open the diary of a patient."""
    access.everyone()
    code = request.form.get("patient", "")
    if code not in access.store().patients():
        abort(404)
    access.choose(code)
    return redirect("/", 303)


@blueprint.post("/patients/new")
def new() -> Response | tuple[str, int]:
    """Begin the diary of a new patient, and open it."""
    access.everyone()
    code = request.form.get("code", "").strip()
    if fault := _fault_of(code):
        return _page("", code, fault), 422
    access.store().record(Patient(code))
    access.choose(code)
    flash(gettext("The diary of %(code)s begins here.", code=code))
    return redirect("/", 303)


def due_words(standing: Standing, today: date) -> str:
    """When the next session is due, as seen from today."""
    if standing.halted:
        return gettext("stopped") if standing.halted == "stop" else gettext("paused")
    if standing.due is None:
        return gettext("no session yet")
    days = (standing.due - today).days
    if days == 0:
        return gettext("due today")
    if days < 0:
        return ngettext("%(num)d day overdue", "%(num)d days overdue", -days)
    return ngettext("due in %(num)d day", "due in %(num)d days", days)


def _page(wanted: str, code: str = "", fault: str = "") -> str:
    today = access.now().date()
    standings = overview(access.access().database, today)
    found = [one for one in standings if wanted.casefold() in one.patient.casefold()]
    return render_template(
        "patients/index.html",
        standings=sorted(found, key=lambda one: (one.due or date.max, one.patient)),
        number=len(standings),
        wanted=wanted,
        verdicts=_verdicts([one.patient for one in found]),
        due_words=due_words,
        today=today,
        recent=RECENT,
        code=code,
        fault=fault,
    )


def _verdicts(codes: list[str]) -> Mapping[str, str]:
    """The verdicts, where the analysis is there to say them."""
    verdicts: Verdicts | None = current_app.extensions.get("verdicts")
    return verdicts(codes) if verdicts else {}


def _fault_of(code: str) -> str:
    """What is wrong with the code of a new patient; empty where nothing is."""
    if not code:
        return gettext("The code is empty. Write one that says nothing about who it is, such as P-014.")
    if len(code) > LONGEST_CODE or not code.isprintable():
        return gettext("This is too long for a code, or has signs that cannot be seen. Write a short one.")
    if code in access.store().patients():
        return gettext("There is a patient with this code already. Choose them in the list, or write another code.")
    return ""
