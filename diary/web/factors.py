"""Everyday factors: the few that a person watches are chosen here, before anything is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import format_decimal, gettext
from werkzeug.wrappers import Response

from diary.factors import USUAL, NamelessError, TooManyError, choose
from diary.model import MOST_FACTORS
from diary.web.access import now, patient, store
from diary.web.phrases import listed

blueprint = Blueprint("factors", __name__)

LONGEST_NAME = 40

N_ = str
"""Marks a text for the catalogues."""

NAMES = {
    "sleep": N_("sleep"),
    "water": N_("water"),
    "exercise": N_("exercise"),
    "alcohol": N_("alcohol"),
    "stress": N_("stress"),
    "meals": N_("meals"),
}
"""The usual factors as the page calls them; one's own are called as they were written."""


@blueprint.get("/factors")
def index() -> str:
    """The factors that are watched, and more to choose from."""
    return _page()


@blueprint.post("/factors")
def add() -> Response | tuple[str, int]:
    """Watch the factors that were ticked, and one's own."""
    own = request.form.get("own", "").strip()
    names = [*(name for name in request.form.getlist("usual") if name in USUAL), *([own] if own else [])]
    if fault := _fault(names, own):
        return _page(fault), 422
    return redirect(url_for("factors.index"), 303)


def _fault(names: list[str], own: str) -> str:
    """What stands against these names; where nothing does, they are chosen."""
    if not names:
        return str(gettext("Nothing was chosen. Tick one, or write a word of your own."))
    if len(own) > LONGEST_NAME:
        return str(gettext("This name is too long. Shorten it to %(n)s letters.", n=LONGEST_NAME))
    try:
        choose(store(), patient(), names, now().date())
    except NamelessError:
        return str(gettext("This is no name. Write a word such as sleep."))
    except TooManyError as error:
        return str(
            gettext(
                "That would be %(wanted)s. Watch %(most)s at most: take one out first.",
                wanted=error.wanted,
                most=MOST_FACTORS,
            )
        )
    return ""


def _page(fault: str = "") -> str:
    who = patient()
    chosen = store().facts("choices", who)
    days = Counter(one.name for one in store().facts("factors", who))
    names = {choice.name for choice in chosen}
    return render_template(
        "factors/index.html",
        choices=chosen,
        days=days,
        usual=[(name, factor_word(name)) for name in USUAL if name not in names],
        most=MOST_FACTORS,
        room=len(chosen) < MOST_FACTORS,
        faults={"own": fault} if fault else {},
    )


@blueprint.app_template_filter()
def factor_word(name: str) -> str:
    """What the page calls a factor."""
    return str(gettext(NAMES[name])) if name in NAMES else name


@blueprint.app_template_filter()
def amount(value: float) -> str:
    """How much of a factor, as a number is written in the language of the page."""
    return str(format_decimal(value, format="#.######"))


@blueprint.app_template_filter()
def factors_text(values: Mapping[str, Any]) -> str:
    """The factors with what is written down of each, in a line; those of which nothing is are named alone."""
    return listed(
        factor_word(name) if value is None else f"{factor_word(name)} {amount(value)}" for name, value in values.items()
    )
