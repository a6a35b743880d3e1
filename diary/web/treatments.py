"""Treatments on the page: botulinum sessions with a map to tap, and preventives with why they were stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from diary import preventives, sessions
from diary.consultation import REASONS, reason_of
from diary.model import MUSCLES, PURPOSES, SIDES, DiaryError, Injection, Treatment
from diary.muscles import PARADIGMS, PREEMPT, area, fixed, totals
from diary.session_checks import is_botox, is_treatment, undocumented
from diary.sessions import MapSaid, Record, find_record, new_session, record_of, with_map, with_site, without_site
from diary.web.access import now, patient, store
from diary.web.answers import Answers
from diary.web.phrases import listed, map_totals, preventive_text, session_text
from diary.web.record import find, name_of, said_before
from diary.web.said import say
from diary.web.vocabulary import named
from diary.web.words import number, written

blueprint = Blueprint("treatments", __name__)

PRODUCTS = ("Botox", "Dysport", "Xeomin")
MOST_UNITS, MOST_SITES = 2000, 200

PLACES = tuple((each.muscle, side) for each in PARADIGMS[PREEMPT] for side in each.sides)
"""Every muscle and side that can be tapped."""


class Site(NamedTuple):
    """One site of the map to tap: *given* with its *units*, or empty; *further* lies beyond the fixed paradigm."""

    muscle: str
    side: str
    n: int
    given: bool
    further: bool
    units: str

    @property
    def key(self) -> str:
        """A name for it in the page."""
        return f"{self.muscle}-{self.side}-{self.n}"

    @property
    def tap(self) -> str:
        """What a tap does: one site less where it is given, else one more."""
        return f"{self.muscle} {self.side} {'-' if self.given else '+'}"


class Part(NamedTuple):
    """A part of the head with its sites, and its lines as SVG."""

    name: str
    words: str
    hands: Sequence[str]
    box: str
    lines: Sequence[dict[str, Any]]
    sites: Sequence[Site]


@blueprint.get("/treatments")
def index() -> str:
    """All sessions and preventives, the latest first."""
    latest = sorted(store().treatments(patient()), key=lambda one: one.start, reverse=True)
    given = [one for one in latest if one.kind == "botulinum"]
    lasting = [one for one in latest if one.kind != "botulinum"]
    return render_template("treatments/index.html", sessions=given, preventives=lasting, today=now().date())


# --- sessions


@blueprint.route("/treatments/session", methods=["GET", "POST"])
def add_session() -> str | tuple[str, int] | Answer:
    """A new session; with PREEMPT, its whole map is there at once."""
    who = patient()
    if request.method == "GET":
        return _session_form({"date": now().date().isoformat(), "product": sessions.PRODUCT}, {})
    said = Answers(request.form, now())
    session = _session_said(new_session(who, said.day_needed("date")), said)
    paradigm = said.one_of("paradigm", tuple(PARADIGMS))
    _refuse_unsuitable(session, paradigm, said)
    if paradigm and (session.amount, session.sites) not in ((None, None), totals(fixed("", paradigm))):
        said.faults["units"] = gettext("PREEMPT is 155 U in 31 sites. Leave this empty, or begin with an empty map.")
    if find_record(store(), who, session.start, session.purpose == "cosmetic"):
        said.faults["date"] = gettext(
            "There is a session on this day already. Correct that one, or choose another day."
        )
    if said.faults:
        return _session_form(dict(request.form), said.faults), 422
    sessions.save(store(), None, with_map(Record(session), MapSaid(paradigm)))
    return _to_session(session)


def _refuse_unsuitable(session: Treatment, paradigm: str | None, said: Answers) -> None:
    if paradigm and not (is_treatment(session) and is_botox(session)):
        said.faults["product"] = gettext(
            "PREEMPT is a paradigm of Botox against migraine. Begin with an empty map, or correct product or purpose."
        )


@blueprint.get("/treatments/session/<name>")
def session(name: str) -> str:
    """One session with its map."""
    found = record_of(store(), _session(name))
    treatment, placed = found
    return render_template(
        "treatments/session.html",
        given=treatment,
        placed=placed,
        parts=list(parts(placed)),
        rows=list(rows(placed)),
        totals=map_totals(placed, compared=_compared(treatment)),
        compared=_compared(treatment),
        problems=sessions.odd(store(), treatment),
        missing=listed(named(what) for what in undocumented(treatment, placed)),
        places=[(f"{muscle} {side}", place_words(muscle, side)) for muscle, side in PLACES],
        form={},
        faults={},
        before=said_before(treatment, session_text),
    )


def _compared(session: Treatment) -> bool:
    """Whether its units can be compared with the fixed paradigm."""
    return is_treatment(session) and is_botox(session)


def _session(name: str) -> Treatment:
    found: Treatment = find("treatments", name)
    return found if found.kind == "botulinum" else abort(404)


def _to_session(session: Treatment, anchor: str | None = None) -> Answer:
    return redirect(url_for("treatments.session", name=name_of(session), _anchor=anchor), 303)


@blueprint.post("/treatments/session/<name>/site")
def tap(name: str) -> Answer:
    """One site more, or one less, in a muscle and side."""
    before = record_of(store(), _session(name))
    muscle, side, step = (request.form.get("place", "").split(" ") + ["", "", ""])[:3]
    if (muscle, side) not in PLACES or step not in ("+", "-"):
        abort(400)
    change = with_site if step == "+" else without_site
    sessions.save(store(), before, change(before, muscle, side))
    return _to_session(before.session, request.form.get("at") or "map")


@blueprint.post("/treatments/session/<name>/paradigm")
def fill(name: str) -> Answer:
    """The whole fixed paradigm at once."""
    before = record_of(store(), _session(name))
    if _compared(before.session):
        sessions.save(store(), before, with_map(before, MapSaid(PREEMPT)))
    return _to_session(before.session, "map")


@blueprint.post("/treatments/session/<name>/place")
def place(name: str) -> Answer:
    """Units and sites of one muscle and side as they are written."""
    before = record_of(store(), _session(name))
    said = Answers(request.form, now())
    muscle, _, side = (said.text("place") or "").partition(" ")
    units, sites = said.number("units", 0, MOST_UNITS), said.whole("sites", 0, MOST_SITES)
    if (muscle, side) not in PLACES or units is None or sites is None or (units == 0) != (sites == 0):
        flash(gettext("Nothing was changed. Write units and sites, such as 12.5 and 2; or 0 and 0 for none."))
    else:
        changed = with_map(before, MapSaid(places=[Injection("", muscle, side, sites, units)]))
        emptied = changed if changed.placed else Record(replace(changed.session, amount=None, unit=None, sites=None))
        sessions.save(store(), before, emptied)
    return _to_session(before.session, "map")


@blueprint.route("/treatments/session/<name>/details", methods=["GET", "POST"])
def correct_session(name: str) -> str | tuple[str, int] | Answer:
    """Correct the day, the product, the vial, and what else is noted of a session."""
    before = record_of(store(), _session(name))
    if request.method == "GET":
        return _session_form(_session_filled(before.session), {}, before)
    said = Answers(request.form, now())
    changed = _session_said(before.session, said, mapped=bool(before.placed))
    if not said.faults:
        try:
            sessions.save(store(), before, before._replace(session=changed))
        except DiaryError as error:
            said.refuse(error, "date")
    if said.faults:
        return _session_form(dict(request.form), said.faults, before), 422
    flash(gettext("Corrected. The history keeps what was there before."))
    return _to_session(changed)


def _session_form(form: dict[str, Any], faults: dict[str, str], before: Record | None = None) -> str:
    return render_template(
        "treatments/session_form.html",
        existing=before.session if before else None,
        mapped=bool(before and before.placed),
        products=PRODUCTS,
        purposes=PURPOSES,
        form={"purpose": PURPOSES[0]} | form,
        faults=faults,
        today=now().date().isoformat(),
    )


def _session_filled(session: Treatment) -> dict[str, Any]:
    return {
        "date": session.start.isoformat(),
        "product": session.product,
        "purpose": session.purpose,
        "units": written(session.amount) if session.amount is not None else "",
        "sites": session.sites or "",
        "lot": session.lot or "",
        "expiry": session.expiry.isoformat() if session.expiry else "",
        "dilution": written(session.dilution) if session.dilution is not None else "",
        "injector": session.injector or "",
        "consent": {True: "yes", False: "no", None: ""}[session.consent],
        "note": session.note or "",
    }


def _session_said(before: Treatment, said: Answers, *, mapped: bool = False) -> Treatment:
    """The session as the form says it. Where it is *mapped*, the map says the units and sites."""
    day, purpose = said.day_needed("date"), said.one_of("purpose", PURPOSES) or PURPOSES[0]
    units, sites = said.number("units", 0.1, MOST_UNITS), said.whole("sites", 1, MOST_SITES)
    given: dict[str, Any] = (
        {} if mapped else {"amount": units, "unit": "U" if units is not None else None, "sites": sites}
    )
    return replace(
        before,
        start=day,
        purpose=purpose,
        product=said.text("product") or sessions.PRODUCT,
        lot=said.text("lot"),
        expiry=said.expiry("expiry"),
        dilution=said.number("dilution", 0.1, 20),
        injector=said.text("injector"),
        consent=said.yes_no("consent"),
        note=said.text("note"),
        treatment_id=before.treatment_id if (day, purpose) == (before.start, before.purpose) else "",
        **given,
    )


# --- the map


def parts(placed: Sequence[Injection]) -> Iterator[Part]:
    """The parts of the head with their sites; none where the application has no drawing."""
    drawing: dict[str, Any] = current_app.extensions.get("sites") or {"parts": []}
    there = {(each.muscle, each.side): each for each in placed}
    for part in drawing["parts"]:
        found = (_site(site, there.get((site["muscle"], site["side"]))) for site in part["sites"])
        box = f"0 0 {part['width']} {part['height']}"
        yield Part(
            part["name"], named(part["name"]), part["hands"], box, part["lines"], [site for site in found if site]
        )


def _site(site: dict[str, Any], there: Injection | None) -> Site | None:
    """The site as it is shown; None where it is beyond the next one that can be added."""
    muscle, side, n = site["muscle"], site["side"], site["n"]
    count = there.sites if there else 0
    if n > max(area(muscle).sites, count + 1):
        return None
    units = number(there.units / count) if there and n <= count else ""
    return Site(muscle, side, n, n <= count, not site["fixed"], units)


class Row(NamedTuple):
    """One muscle and side of the map as a table has it."""

    muscle: str
    side: str
    sites: int
    units: str
    words: str


def rows(placed: Iterable[Injection]) -> Iterator[Row]:
    """Every muscle and side, with what was given there."""
    there = {(each.muscle, each.side): each for each in placed}
    others = [key for key in there if key not in PLACES]
    for muscle, side in sorted([*PLACES, *others], key=lambda key: (MUSCLES.index(key[0]), SIDES.index(key[1]))):
        each = there.get((muscle, side))
        sites, units = (each.sites, number(each.units)) if each else (0, number(0))
        yield Row(muscle, side, sites, units, place_words(muscle, side))


def place_words(muscle: str, side: str) -> str:
    """The muscle with its side, as people say it."""
    return str(gettext("%(muscle)s, %(side)s", muscle=named(muscle), side=named(side)))


@blueprint.get("/treatments/sites.css")
def site_styles() -> Response:
    """Where each site lies in its part of the head: positions are styles, and the page has none of its own."""
    drawing = current_app.extensions.get("sites") or {"parts": []}
    lines = [line for part in drawing["parts"] for line in _styles(part)]
    return Response("\n".join(lines), content_type="text/css; charset=utf-8")


def _styles(part: dict[str, Any]) -> Iterator[str]:
    width, height = part["width"], part["height"]
    yield f".part-{part['name'].replace(' ', '-')} {{ aspect-ratio: {width} / {height}; }}"
    for site in part["sites"]:
        key = f"{site['muscle']}-{site['side']}-{site['n']}"
        yield f".at-{key} {{ left: {100 * site['x'] / width:.2f}%; top: {100 * site['y'] / height:.2f}%; }}"


# --- preventives


@blueprint.route("/treatments/preventive", methods=["GET", "POST"])
def add_preventive() -> str | tuple[str, int] | Answer:
    """A preventive is started."""
    who = patient()
    if request.method == "GET":
        return _preventive_form({"start": now().date().isoformat()}, {})
    said = Answers(request.form, now())
    written = said.needed("product", gettext("Write the name of the medicine, such as topiramate."))
    course = _course_said(Treatment(who, "preventive", _name(written, said), said.day_needed("start")), said)
    running = None if said.faults else preventives.find_running(store(), who, course.product)
    if running:
        said.faults["product"] = gettext(
            "%(what)s is still taken. For another dose, stop it first.", what=preventive_text(running)
        )
    if said.faults:
        return _preventive_form(dict(request.form), said.faults), 422
    say(preventives.save(store(), course))
    flash(gettext("Noted: %(what)s.", what=preventive_text(course)))
    return redirect(url_for("treatments.index"), 303)


def _name(written: str, said: Answers) -> str:
    """The medicine's name as the diary keeps it."""
    if not written:
        return ""
    try:
        return preventives.name_used(store(), patient(), preventives.name_of(written))
    except DiaryError as error:
        said.refuse(error, "product")
        return written


@blueprint.route("/treatments/preventive/<name>", methods=["GET", "POST"])
def correct_preventive(name: str) -> str | tuple[str, int] | Answer:
    """Correct a preventive, or say when and why it was stopped."""
    before: Treatment = find("treatments", name)
    if before.kind == "botulinum":
        abort(404)
    if request.method == "GET":
        return _preventive_form(_course_filled(before), {}, before)
    said = Answers(request.form, now())
    start = said.day_needed("start")
    course = _course_said(replace(before, start=start, treatment_id=_same_id(before, start)), said)
    if course.treatment_id != before.treatment_id and _is_there(course):
        said.faults["start"] = gettext("It was started on this day already. Correct that one, or write another day.")
    if said.faults:
        return _preventive_form(dict(request.form), said.faults, before), 422
    say(preventives.save(store(), course, before))
    flash(gettext("Noted: %(what)s.", what=preventive_text(course)))
    return redirect(url_for("treatments.index"), 303)


def _is_there(course: Treatment) -> bool:
    return any(one.treatment_id == course.treatment_id for one in store().treatments(course.patient))


def _same_id(before: Treatment, start: date) -> str:
    """The course keeps its name unless it began on another day."""
    return before.treatment_id if start == before.start else ""


def _preventive_form(form: dict[str, Any], faults: dict[str, str], before: Treatment | None = None) -> str:
    return render_template(
        "treatments/preventive_form.html",
        existing=before,
        form=form,
        faults=faults,
        reasons=REASONS,
        today=now().date().isoformat(),
        before=said_before(before, preventive_text) if before else [],
    )


def _course_filled(course: Treatment) -> dict[str, Any]:
    head, _, detail = (course.reason or "").partition(":")
    known = head in REASONS
    return {
        "start": course.start.isoformat(),
        "dose": "" if course.amount is None else f"{written(course.amount)} {course.unit or ''}".strip(),
        "end": course.end.isoformat() if course.end else "",
        "reason": head if known else "",
        "detail": detail.strip() if known else course.reason or "",
        "note": course.note or "",
    }


def _course_said(before: Treatment, said: Answers) -> Treatment:
    """The course as the form says it; what is wrong with it stands in its faults."""
    end, reason, detail = said.day("end"), said.one_of("reason", REASONS), said.text("detail")
    if end and end < before.start:
        said.faults["end"] = gettext("This is before the first day. Check both days, or leave this empty.")
    if (reason or detail) and end is None and "end" not in said.faults:
        said.faults["end"] = gettext("Write the last day on which it was taken, or leave out why it was stopped.")
    units, unit = _dose(said)
    why = f"{reason}: {detail}" if reason and detail else reason or detail
    return replace(
        before, amount=units, unit=unit, end=end, reason=reason_of(why) if why else None, note=said.text("note")
    )


def _dose(said: Answers) -> tuple[float | None, str | None]:
    """The highest dose a day, ``100 mg``; of a new preventive also where it stands beside the name."""
    text = said.text("dose")
    if text is None:
        return preventives.dose_of(said.text("product") or "")
    amount, unit = preventives.dose_of(f"x {text}")
    if amount is None:
        said.faults["dose"] = gettext("Write a number with its unit, such as 100 mg.")
    return amount, unit
