"""What every page of the record has: an entry is taken back with one tap, and so is that; the history keeps both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Blueprint, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response

from diary.facts import key_of
from diary.history import Change
from diary.model import Fact, identity
from diary.web.access import patient, store
from diary.web.phrases import FILTERS

blueprint = Blueprint("record", __name__)
for name, phrase in FILTERS.items():
    blueprint.add_app_template_filter(phrase, name)

PAGES = {
    "attacks": "attacks.index",
    "treatments": "treatments.index",
    "scores": "scores.index",
    "events": "side_effects.index",
    "consultations": "visits.index",
    "choices": "factors.index",
}
"""The kinds of facts that can be taken back here, each with the page that lists them."""

TAKEN_BACK = "taken back"
"""Under this the session remembers what was taken back last: its kind, and the lines of the history."""


@blueprint.app_template_filter("name")
def name_of(fact: Fact) -> str:
    """A name for the fact that can stand in an address: it tells nothing."""
    return identity(*key_of(fact))


def find(kind: str, name: str) -> Any:
    """The patient's fact of that kind and name; ends the request with 404 where there is none."""
    found = find_all(kind, [name])
    return found[0] if found else abort(404)


def find_all(kind: str, names: Sequence[str]) -> list[Any]:
    """The patient's facts of that kind with those names."""
    return [fact for fact in store().facts(kind, patient()) if name_of(fact) in names]


class Before(NamedTuple):
    """What the diary said before: until *when*, *what*, and whether it was *removed* then."""

    when: datetime
    what: str
    removed: bool


def said_before(fact: Fact, phrase: Callable[[Any], str]) -> list[Before]:
    """What was said of the fact before it was corrected or taken back, the latest first."""
    return in_words(store().history(patient(), fact), phrase)


def in_words(changes: Sequence[Change], phrase: Callable[[Any], str]) -> list[Before]:
    """What the diary said before these changes, the latest first."""
    return [Before(_local(one.changed_at), phrase(one.was), one.action == "removed") for one in reversed(changes)]


def _local(moment: datetime) -> datetime:
    """A moment in UTC by the clock on the wall."""
    return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None)


@blueprint.post("/remove/<kind>")
def remove(kind: str) -> Response:
    """Take the named facts out of the diary, and go back to their page, where that can be undone."""
    if kind not in PAGES:
        abort(404)
    who = patient()
    facts = find_all(kind, request.form.getlist("name"))
    before = {change.history_id for change in store().history(who)}
    store().remove(*facts)
    lines = [change.history_id for change in store().history(who) if change.history_id not in before]
    session[TAKEN_BACK] = {"kind": kind, "lines": lines}
    return redirect(url_for(PAGES[kind]), 303)


@blueprint.post("/remove/<kind>/undo")
def undo(kind: str) -> Response:
    """Put back what the named lines of the history say was taken back."""
    if kind not in PAGES:
        abort(404)
    who = patient()
    lines = request.form.getlist("line")
    gone = [one for one in store().history(who) if str(one.history_id) in lines and one.action == "removed"]
    store().record(*(change.was for change in gone))
    return redirect(url_for(PAGES[kind]), 303)


@blueprint.app_template_global("taken_back")
def taken_back() -> dict[str, Any] | None:
    """What was taken back just now on this page, said once: its kind, and the lines of the history."""
    last: dict[str, Any] | None = session.get(TAKEN_BACK)
    if last is None or PAGES[last["kind"]] != request.endpoint or not last["lines"]:
        return None
    session.pop(TAKEN_BACK)
    return last
