"""Attacks on the page: one begins or ends now with one tap, or is noted afterwards; each can be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from diary.attacks import begun_elsewhere, find_attack, offset_of, record_attack
from diary.entries import Entry
from diary.model import FEATURES, KINDS, SEVERITIES, Attack, DiaryError, Problem
from diary.web.access import now, patient, store
from diary.web.answers import Answers
from diary.web.phrases import attack_span, listed, pain
from diary.web.record import find, said_before
from diary.web.said import say

blueprint = Blueprint("attacks", __name__)

LATEST = 30
"""How many attacks the page lists."""

BAD = SEVERITIES[1:]


@blueprint.get("/attacks")
def index() -> str:
    """What goes on now, and the latest attacks."""
    return _page({}, {})


def _page(form: dict[str, Any], faults: dict[str, str]) -> str:
    who = patient()
    latest = store().facts("attacks", who)[::-1]
    return render_template(
        "attacks/index.html",
        going_on=store().open_attack(who),
        latest=latest[:LATEST],
        more=max(0, len(latest) - LATEST),
        bad=BAD,
        form=form,
        faults=faults,
        now=now(),
    )


@blueprint.post("/attacks/start")
def start() -> Response:
    """An attack begins now."""
    who = patient()
    if store().open_attack(who) is None:
        begun = now()
        attack = Attack(who, begun, utc_offset=offset_of(begun), ongoing=True, severity=_severity())
        say(_record(attack))
        flash(gettext("An attack began now. When it is over, tap: It is over."))
    return redirect(url_for("attacks.index"), 303)


def _severity() -> int | None:
    said = request.form.get("severity", "")
    return SEVERITIES.index(said) if said in BAD else None


@blueprint.post("/attacks/stop")
def stop() -> Response:
    """The attack that goes on is over now."""
    going_on = store().open_attack(patient())
    if going_on is not None and going_on.start < now():
        ended = replace(going_on, end=now(), ongoing=False, severity=_severity() or going_on.severity)
        say(_record(ended))
        flash(gettext("It is over: %(span)s.", span=attack_span(ended)))
    elif going_on is not None:
        flash(gettext("It has only just begun. Tap again in a minute, or remove it below."))
    return redirect(url_for("attacks.index"), 303)


@blueprint.post("/attacks")
def add() -> tuple[str, int] | Response:
    """An attack that is over is noted, or one whose end is not known."""
    who = patient()
    said = Answers(request.form, now())
    start, end = _times(said)
    if start is None or said.faults:
        return _page(dict(request.form), said.faults), 422
    attack = find_attack(store(), who, start) or Attack(who, start)
    say(_record(replace(attack, end=end, ongoing=False, severity=_severity() or attack.severity)))
    flash(gettext("Noted: %(span)s.", span=attack_span(replace(attack, end=end, ongoing=False))))
    return redirect(url_for("attacks.index"), 303)


@blueprint.route("/attacks/<name>", methods=["GET", "POST"])
def correct(name: str) -> str | tuple[str, int] | Response:
    """Correct one attack."""
    attack: Attack = find("attacks", name)
    if request.method == "GET":
        return _form(attack, _filled(attack), {})
    said = Answers(request.form, now())
    start, end = _times(said)
    goes_on = attack.ongoing and end is None
    if start is None or said.faults:
        return _form(attack, dict(request.form), said.faults), 422
    try:
        there = attack if start == attack.start.replace(second=0) else begun_elsewhere(store(), attack, start)
    except DiaryError as error:
        said.refuse(error, "start")
        return _form(attack, dict(request.form), said.faults), 422
    say(_record(replace(there, end=end, ongoing=goes_on, **_pain(said, attack))))
    flash(gettext("Corrected. The history keeps what was there before."))
    return redirect(url_for("attacks.index"), 303)


def _form(attack: Attack, form: dict[str, Any], faults: dict[str, str]) -> str:
    return render_template(
        "attacks/correct.html",
        before=said_before(attack, in_words),
        form=form,
        faults=faults,
        present=request.form.getlist("with") if request.method == "POST" else _present(attack),
        bad=BAD,
        kinds=KINDS,
        features=FEATURES,
        now=now(),
    )


def in_words(attack: Attack) -> str:
    """The attack with its times, and what is known of it."""
    return listed([attack_span(attack), pain(attack), attack.note or ""])


def _filled(attack: Attack) -> dict[str, Any]:
    return {
        "start": attack.start.isoformat("T", "minutes"),
        "end": attack.end.isoformat("T", "minutes") if attack.end else "",
        "severity": SEVERITIES[attack.severity] if attack.severity else "",
        "kind": attack.kind or "",
        "note": attack.note or "",
    }


def _present(attack: Attack) -> list[str]:
    return [name for name in FEATURES if getattr(attack, name)]


def _times(said: Answers) -> tuple[datetime | None, datetime | None]:
    """Start and end; an end that is not after the start is a fault."""
    start, end = said.moment("start"), said.moment("end")
    if start is None:
        said.faults.setdefault("start", gettext("Write when it began, such as 2026-03-01 22:30."))
    if start and end and end <= start:
        said.faults["end"] = gettext("It would end before it began. Check both times, or leave the end empty.")
    return start, end


def _pain(said: Answers, attack: Attack) -> dict[str, Any]:
    """What the form says of the pain. What is not ticked is not known, unless it was said not to be there."""
    severity = said.one_of("severity", BAD)
    present = request.form.getlist("with")
    features = {name: True if name in present else _still_absent(attack, name) for name in FEATURES}
    grade = SEVERITIES.index(severity) if severity else None
    return features | {"severity": grade, "kind": said.one_of("kind", KINDS), "note": said.text("note")}


def _still_absent(attack: Attack, name: str) -> bool | None:
    return False if getattr(attack, name) is False else None


def _record(attack: Attack) -> list[Problem]:
    problems, _ = record_attack(store(), attack, Entry({}), now())
    return problems
