"""Side effects on the page: what, how bad, from when to when; where one may be serious, what to do is said first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from diary.model import SEVERITIES, AdverseEvent, DiaryError, Treatment
from diary.noticed import advice, latest_session, named, save, sessions_of
from diary.side_effects import find_side_effect, is_red_flag, known_side_effects, suggest_side_effect
from diary.web.access import now, patient, store
from diary.web.answers import Answers
from diary.web.phrases import alphabetical, listed
from diary.web.record import find, said_before
from diary.web.said import say
from diary.web.vocabulary import named as worded
from diary.web.words import short_day

blueprint = Blueprint("side_effects", __name__)

URGENT = "urgent"
"""Under this the session remembers what has to be said first on the next page."""

BAD = SEVERITIES[1:]


@blueprint.get("/side-effects")
def index() -> str:
    """What was noticed, the latest first."""
    who = patient()
    events = store().facts("events", who)[::-1]
    sessions = {one.treatment_id: one for one in sessions_of(store(), who)}
    urgent = session.pop(URGENT, "")
    return render_template(
        "side_effects/index.html", events=events, sessions=sessions, urgent=urgent, can_be_serious=is_red_flag
    )


@blueprint.route("/side-effects/new", methods=["GET", "POST"])
def add() -> str | tuple[str, int] | Response:
    """Note one."""
    who = patient()
    if request.method == "GET":
        offered = latest_session(sessions_of(store(), who), now().date())
        form = {"date": now().date().isoformat(), "session": offered.treatment_id if offered else ""}
        return _page(form, {})
    return _save(None)


@blueprint.route("/side-effects/<name>", methods=["GET", "POST"])
def correct(name: str) -> str | tuple[str, int] | Response:
    """Correct one, or say that it is over."""
    event: AdverseEvent = find("events", name)
    return _page(_filled(event), {}, event) if request.method == "GET" else _save(event)


@blueprint.post("/side-effects/<name>/over")
def over(name: str) -> Response:
    """It is over since today."""
    event: AdverseEvent = find("events", name)
    save(store(), replace(event, resolved=now().date()))
    flash(gettext("It is noted as over since today."))
    return redirect(url_for("side_effects.index"), 303)


def _filled(event: AdverseEvent) -> dict[str, Any]:
    return {
        "known": event.event if find_side_effect(event.event) else "",
        "event": "" if find_side_effect(event.event) else event.event,
        "date": event.date.isoformat(),
        "resolved": event.resolved.isoformat() if event.resolved else "",
        "severity": event.severity or "",
        "session": event.treatment_id or "",
        "action": event.action or "",
        "serious": {True: "yes", False: "no", None: ""}[event.serious],
        "note": event.note or "",
    }


def _page(form: dict[str, Any], faults: dict[str, str], event: AdverseEvent | None = None, urgent: str = "") -> str:
    sessions = sessions_of(store(), patient())
    return render_template(
        "side_effects/form.html",
        known=sorted(((one.name, worded(one.name)) for one in known_side_effects()), key=alphabetical),
        sessions=[(one.treatment_id, session_words(one)) for one in reversed(sessions)],
        bad=BAD,
        form=form,
        faults=faults,
        urgent=urgent,
        before=said_before(event, in_words) if event else [],
        today=now().date().isoformat(),
    )


def session_words(one: Treatment) -> str:
    """The session by its day, and that it was cosmetic."""
    day = short_day(one.start)
    return str(gettext("%(day)s, cosmetic", day=day)) if one.purpose == "cosmetic" else day


def in_words(event: AdverseEvent) -> str:
    """The side effect with how bad it was, when it was over, and what was done."""
    ended = gettext("over on %(day)s", day=short_day(event.resolved)) if event.resolved else ""
    severity = worded(event.severity) if event.severity else ""
    return listed([worded(event.event), severity, short_day(event.date), ended, event.action or "", event.note or ""])


def _save(before: AdverseEvent | None) -> tuple[str, int] | Response:
    said = Answers(request.form, now())
    event = read_form(patient(), said, before)
    urgent = advice(event)
    if not said.faults:
        try:
            problems = save(store(), event, before)
        except DiaryError as error:
            said.refuse(error)
    if said.faults:
        return _page(dict(request.form), said.faults, before, urgent), 422
    session[URGENT] = urgent
    flash(gettext("Noted: %(what)s.", what=worded(event.event)))
    say(problems)
    if unknown := _unknown(event):
        flash(unknown)
    return redirect(url_for("side_effects.index"), 303)


def read_form(who: str, said: Answers, before: AdverseEvent | None) -> AdverseEvent:
    """The side effect as the form says it; what is wrong with it stands in its faults."""
    chosen = said.one_of("known", [one.name for one in known_side_effects()])
    written = said.text("event") or chosen
    if written is None:
        said.faults.setdefault("known", gettext("Choose a side effect, or write what it was."))
    return AdverseEvent(
        who,
        said.day_needed("date"),
        named(written) if written else "",
        said.one_of("severity", BAD),
        said.day("resolved"),
        said.one_of("session", [one.treatment_id for one in sessions_of(store(), who)]),
        said.text("action"),
        said.yes_no("serious"),
        said.text("note"),
        before.source if before else "log",
    )


def _unknown(event: AdverseEvent) -> str:
    """That the name is not known, with one that looks like it where there is one."""
    if find_side_effect(event.event):
        return ""
    meant = suggest_side_effect(event.event)
    if meant is None:
        return str(gettext("It is kept as you wrote it. If the spelling is right, leave it as it is."))
    return str(gettext("It is kept as you wrote it. If you mean “%(name)s”, correct it.", name=worded(meant.name)))
