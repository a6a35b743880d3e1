"""The first page: today and yesterday, and the days before that are still open. One tap saves one answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from diary import recording
from diary.entries import Entry, Taken, intakes, minutes_in
from diary.factors import WORDS, NotChosenError, write_down
from diary.medicines import find_medicine, suggest_medicine
from diary.model import ADJUNCT, FEATURES, SEVERITIES, Dose
from diary.recording import DayPage, NotFreeError, record_day
from diary.web import safety
from diary.web.access import PATIENT, now, patient, store, user
from diary.web.kept import kept
from diary.web.phrases import attack_span, dose_text, length, listed, pain
from diary.web.words import written

blueprint = Blueprint("log", __name__)

ASKED_FOR = timedelta(days=14)
"""How far back a day that nothing is said of is asked for."""

LOOKED_AT = timedelta(days=42)
"""How far back it is looked whether a diary was kept at all: before it was, no day is missing."""

OWN_MEDICINES, SEEN_WITHIN = 6, timedelta(days=365)
"""How many of one's own medicines are offered, of those taken within this time."""

HOURS = (1, 2, 4, 8, 12, 24)
"""What is offered for how long it lasted."""

LONGEST_NOTE = 2000

CHANGED = "changed"
"""Under this the session remembers the day that was changed last, so that its page says so and offers to undo it."""

NOTED = "noted"
"""Under this the session remembers the day of which everyday factors were written down last."""


class Card(NamedTuple):
    """One day as it is shown: what is stored, and what is offered.

    *unknown* holds the medicines that nobody knows, each with a known name that looks like it, or nothing. *fault* is
    the field and what is wrong with it. *factors* are the everyday factors to watch, with what is written down of each;
    *noted* is whether that was just now.
    """

    page: DayPage
    title: str
    words: str
    changed: bool
    offers: Sequence[str]
    all_features: bool
    unknown: Mapping[str, str]
    fault: tuple[str, str]
    factors: Mapping[str, float | None]
    noted: bool


@blueprint.get("/")
def index() -> str:
    """Today and yesterday, the day that was changed last, and the days that are open."""
    changed = session.pop(CHANGED, None)
    return shown(changed) if changed or NOTED in session else kept(shown, now().date())


def shown(changed: str | None = None, fault: tuple[str, str] = ("", "")) -> str:
    """The page; *fault* is about the day that was to be *changed*."""
    who, today = patient(), now().date()
    doses = store().doses(who, today - SEEN_WITHIN, today)
    pages = recording.read_pages(store(), who, today - LOOKED_AT, today)
    recent = [pages[-1], pages[-2]]
    recent += [page for page in pages[:-2] if str(page.date) == changed]
    if changed and date.fromisoformat(changed) < pages[0].date:
        recent.append(recording.read_page(store(), who, date.fromisoformat(changed)))
    usual, factors = own_medicines(doses), watched(who, [page.date for page in recent])
    noted = session.pop(NOTED, None)
    cards = [
        _card(page, today, str(page.date) == changed, usual, fault, factors[page.date], str(page.date) == noted)
        for page in recent
    ]
    kinds = {} if user().role == PATIENT else class_words()
    given = {"hours": HOURS, "features": FEATURES, "kinds": kinds}
    return render_template("log/index.html", cards=cards, missed=missed(pages[:-2]), **given)


def card_of(page: DayPage) -> Card:
    """A day as it is shown on a page of its own."""
    today = now().date()
    usual = own_medicines(store().doses(patient(), today - SEEN_WITHIN, today))
    factors = watched(patient(), [page.date])[page.date]
    return _card(page, today, False, usual, ("", ""), factors, session.pop(NOTED, None) == str(page.date))


def watched(who: str, days: Sequence[date]) -> dict[date, dict[str, float | None]]:
    """For each day the factors that are watched, and what else is written down of it; None is not known."""
    facts = store().batch(who, min(days), max(days), ("choices", "factors"))
    chosen: dict[str, float | None] = dict.fromkeys(choice.name for choice in facts.choices)
    return {day: chosen | {one.name: one.value for one in facts.factors if one.date == day} for day in days}


def _card(
    page: DayPage,
    today: date,
    changed: bool,
    usual: Sequence[str],
    fault: tuple[str, str],
    factors: Mapping[str, float | None],
    noted: bool,
) -> Card:
    titles = {today: gettext("Today"), today - timedelta(days=1): gettext("Yesterday")}
    taken = {medicine_text(dose) for dose in page.doses}
    offers = [text for text in usual if text not in taken]
    title = titles.get(page.date, "")
    known = page.log is not None and all(getattr(page.log, name) is not None for name in FEATURES)
    fault, saved = (fault if changed else ("", "")), changed and not fault[1]
    unknown = unknown_of(page.doses)
    return Card(page, title, day_text(page), saved, offers, known, unknown, fault, factors, noted)


def missed(pages: Sequence[DayPage]) -> list[date]:
    """The days within :data:`ASKED_FOR` of which nothing is said, once the diary has begun; the latest first.

    "I don't know" is something that is said.
    """
    begun = [page for page in pages if page.answered]
    since = max(begun[0].date, pages[-1].date + timedelta(days=2) - ASKED_FOR) if begun else date.max
    return [page.date for page in reversed(pages) if page.date > since and not page.answered and page.log is None]


def own_medicines(doses: Sequence[Dose]) -> list[str]:
    """What the patient takes, the most used first."""
    return [text for text, _ in Counter(map(medicine_text, doses)).most_common(OWN_MEDICINES)]


@blueprint.app_template_filter()
def medicine_text(dose: Dose) -> str:
    """The medicine and its amount, such as "Sumatriptan 50 mg", as it is read again."""
    amount = () if dose.amount is None else (written(dose.amount),)
    return " ".join((dose.medicine, *amount, *((dose.unit,) if dose.unit and amount else ())))


def unknown_of(doses: Sequence[Dose]) -> dict[str, str]:
    """The names among the doses that are not known, each with a known name that looks like it, or nothing."""
    names = {dose.medicine for dose in doses if dose.medicine_class is None and find_medicine(dose.medicine) is None}
    return {name: suggest_medicine(name) or "" for name in names}


def class_words() -> dict[str, str]:
    """What kinds of medicines there are, in the words of the page."""
    return {
        "non_opioid": gettext("simple painkiller, such as ibuprofen, aspirin or paracetamol"),
        "triptan": gettext("triptan, such as sumatriptan"),
        "combination": gettext("combined painkiller, such as one with caffeine or codeine"),
        "opioid": gettext("opioid, such as tramadol"),
        "gepant": gettext("gepant, such as rimegepant"),
        "ditan": gettext("ditan, such as lasmiditan"),
        "ergotamine": gettext("ergotamine"),
        "other_acute": gettext("another medicine against an attack"),
        ADJUNCT: gettext("taken beside, such as one against nausea, or oxygen"),
    }


def day_text(page: DayPage) -> str:
    """What is stored about the day, in a line; empty where nothing is."""
    log = page.log
    if page.answered:
        free = log is not None and log.headache is False and not page.attacks
        state = gettext("No headache") if free else gettext("Headache")
    elif log is None:
        return listed(map(dose_text, page.doses))
    else:
        state = gettext("Not known, so it counts as not logged")
    details = [pain(log), length(log.minutes) if log.minutes else ""] if log else []
    attacks = [attack_span(attack) for attack in page.attacks]
    return listed([state, *details, *attacks, *_medicines(page)])


def _medicines(page: DayPage) -> list[str]:
    if page.doses or page.log is None:
        return [dose_text(dose) for dose in page.doses]
    said = {
        False: gettext("nothing taken"),
        True: gettext("a medicine was taken"),
        None: gettext("medicines not known"),
    }
    return [said[page.log.acute]] if page.answered else []


@blueprint.post("/log/<day>/headache")
def headache(day: str) -> Any:
    """Whether there was headache, and how bad it was; or that the person does not know."""
    who, page = _asked(day)
    answer = request.form.get("headache", "")
    if answer == "unknown":
        recording.record_not_known(store(), who, page, now())
    elif answer == SEVERITIES[0]:
        return _record(page, Entry({}, free=True), "headache")
    elif answer in SEVERITIES:
        return _record(page, of_headache(page, {"severity": SEVERITIES.index(answer)}), "headache")
    else:
        abort(400)
    return _back(page)


def of_headache(page: DayPage, said: Mapping[str, Any]) -> Entry:
    """What is said of the day's headache.

    Of a day that becomes a headache day, what was taken is asked next. Until then it is not known, never nothing.
    """
    there = page.log is not None and (page.log.headache or page.log.acute)
    return Entry({"headache": True, **said}, Taken() if page.doses or there else Taken(state="unknown"))


@blueprint.post("/log/<day>/hours")
def hours(day: str) -> Any:
    """How long it lasted on this day."""
    _, page = _asked(day)
    minutes = minutes_in(request.form.get("hours") or request.form.get("other", ""))
    if minutes is None:
        return _refused(page, "hours", gettext("This is no number of hours. Write it as 3, 3.5 or 2:30."))
    if not 0 < minutes <= 24 * 60:
        return _refused(page, "hours", gettext("A day has 24 hours. A longer attack has its own page, with its times."))
    return _record(page, of_headache(page, {"minutes": minutes}), "hours")


@blueprint.post("/log/<day>/taken")
def taken(day: str) -> Any:
    """What was taken: one's own medicine, another, nothing, or not known."""
    who, page = _asked(day)
    if (answer := request.form.get("answer")) in ("nothing", "unknown"):
        return _record(page, Entry({}, Taken(state="nothing" if answer == "nothing" else "unknown")), "medicine")
    text = request.form.get("own") or request.form.get("medicine", "").strip()
    at = _clock(request.form.get("at", ""))
    if at and datetime.combine(page.date, at) > now():
        return _refused(page, "medicine", gettext("This time is in the future. Add it when it has come."))
    said = Taken((text,), "named", at)
    doses, elsewhere = intakes(who, page.date, said)
    if elsewhere:
        return _refused(page, "medicine", gettext("This is no medicine against an attack. Note it under Treatments."))
    if not doses:
        return _refused(page, "medicine", gettext("This names no medicine. Write it as “sumatriptan 50 mg”."))
    return _record(page, Entry({}, said, again="again" in request.form), "medicine")


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
    except ValueError:
        abort(400)


@blueprint.post("/log/<day>/not-taken")
def not_taken(day: str) -> Response:
    """An intake that is wrong is taken back."""
    _, page = _asked(day)
    for dose in page.doses:
        if dose.dose_id == request.form.get("dose"):
            recording.take_back_dose(store(), page, dose, now())
    return _back(page)


@blueprint.post("/log/<day>/kind")
def kind(day: str) -> Response:
    """What kind of medicine a name is that the program does not know: it holds for the whole diary."""
    _, page = _asked(day)
    said = request.form.get("kind")
    if user().role == PATIENT or said not in class_words():
        abort(400)
    store().class_medicine(request.form.get("name", ""), said)
    return _back(page)


@blueprint.post("/log/<day>/details")
def details(day: str) -> Any:
    """What came with it, what one could do, bleeding, and a note."""
    _, page = _asked(day)
    form = request.form
    note = form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        return _refused(page, "note", gettext("This note is too long. Shorten it to %(n)s letters.", n=LONGEST_NOTE))
    said: dict[str, Any] = {"note": note or None, "menses": {"yes": True, "no": False}.get(form.get("menses", ""))}
    if "headache" in form:
        absent = False if "no_others" in form else None
        said |= {name: True if name in form.getlist("with") else absent for name in FEATURES}
        said["disability"] = int(form["disability"]) if form.get("disability") in ("0", "1", "2", "3") else None
        return _record(page, of_headache(page, said), "note")
    return _record(page, Entry(said), "note")


@blueprint.post("/log/<day>/factors")
def factors(day: str) -> Any:
    """What is written down of the everyday factors; one that is left empty is not known."""
    who, page = _asked(day)
    said = {name: text.strip() for name, text in request.form.items() if name != safety.TOKEN}
    values = {name: _amount(text) for name, text in said.items()}
    wrong = [name for name, text in said.items() if text and values[name] is None]
    if wrong:
        return _refused(page, wrong[0], gettext("Write a number, yes or no, or leave it empty."))
    try:
        write_down(store(), who, page.date, values)
    except NotChosenError:
        abort(400)
    session[NOTED] = str(page.date)
    if page.date >= now().date() - timedelta(days=1):
        return redirect(url_for("log.index", _anchor=f"day-{page.date}"), 303)
    return redirect(url_for("month.day", day=page.date), 303)


def _amount(text: str) -> float | None:
    """How much of a factor: a number, or a word for one, in English or the language of the page."""
    words = WORDS | {gettext("Yes").casefold(): 1.0, gettext("No").casefold(): 0.0}
    if text.casefold() in words:
        return words[text.casefold()]
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d{1,6}([.,]\d{1,6})?", text) else None


@blueprint.post("/log/<day>/undo")
def undo(day: str) -> Response:
    """The day's answers as they were before the last tap."""
    who, page = _asked(day)
    recording.undo(store(), who, page, now())
    return _back(page)


def _asked(text: str) -> tuple[str, DayPage]:
    """The patient, and the day that the address names; ends the request with 404 where that is no day to log."""
    who = patient()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if not date(1900, 1, 1) <= day <= now().date():
        abort(404)
    return who, recording.read_page(store(), who, day)


def _record(page: DayPage, entry: Entry, field: str) -> Any:
    try:
        record_day(store(), patient(), page.date, entry, now())
    except NotFreeError:
        return _refused(page, field, gettext("This day has an attack. If that is wrong, take the attack back first."))
    return _back(page)


def _refused(page: DayPage, field: str, why: str) -> tuple[str, int]:
    """The page again, with what is wrong beside the field. Nothing was changed."""
    return shown(str(page.date), (field, why)), 422


def _back(page: DayPage) -> Response:
    """To the day on the page, so that a reload sends nothing again."""
    session[CHANGED] = str(page.date)
    return redirect(url_for("log.index", _anchor=f"day-{page.date}"), 303)
