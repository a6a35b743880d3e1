"""What changed: the answer first, then its pictures and how firm it is.

The first page holds what is quick to work out. Pictures and details are parts of their own: with scripts they come into
the page by themselves, without they are pages behind a link.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext

from analysis.pages.choice import chosen, selects
from analysis.pages.results import Picture, Result, Results
from analysis.pages.tips import tip_of
from analysis.pages.told import FILTERS, TRANSLATIONS, page_language, worded
from analysis.pages.verdicts import Verdicts
from diary.web.access import patient, store
from diary.web.kept import kept
from diary.web.said import add_sentences

blueprint = Blueprint(
    "outcome",
    __name__,
    template_folder="../templates",
    static_folder="static",
    static_url_path="/outcome/static",  # "/static" is that of the record's pages
)

FIRST = "blocks"
"""The chart that belongs to the answer itself."""

FEW = 24
"""Up to so many bars of a picture are each a stop of the tabulator key; where there are more, arrow keys lead on."""


@blueprint.record
def prepare(joined: BlueprintSetupState) -> None:
    """Give the application a place for results, the verdicts for its list of patients, and the map to tap."""
    from analysis.charts.tap_map import tap_map

    joined.app.extensions["results"] = Results()
    joined.app.extensions["sites"] = tap_map()
    joined.app.jinja_env.filters.update(FILTERS)
    add_sentences(joined.app, TRANSLATIONS)
    joined.app.extensions["verdicts"] = Verdicts(joined.app.extensions["access"].store)


@blueprint.get("/outcome")
def index() -> str:
    """The answer: warnings, the sentence, the four questions, the block chart, and what to keep in mind."""
    return kept(_answer, chosen(), _results().drawn)


def _answer() -> str:
    result = _result()
    if result is None:
        return render_template("outcome/empty.html")
    charts = result.charts
    return render_template(
        "outcome/index.html",
        **_about(result),
        opening=result.opening,
        has_session=not result.findings.windows.empty,
        assumptions=result.assumptions,
        first=[name for name in charts if name == FIRST],
        others=[name for name in charts if name != FIRST],
        drawn={name: result.drawn(name, page_language()) for name in charts},
        selects=selects(chosen()),
    )


@blueprint.get("/outcome/details")
def details() -> str:
    """How firm the answer is: other readings and rule sets, criteria, what was recorded, definitions."""
    result = _result() or abort(404)
    return _part("outcome/details.html", **_about(result), content=result.content)


@blueprint.get("/outcome/figure/<name>")
def figure(name: str) -> str:
    """One picture with its numbers."""
    result, drawn = _drawn(name)
    return _part("outcome/figure.html", **_about(result), picture=drawn)


@blueprint.get("/outcome/chart/<name>.svg")
def chart(name: str) -> Response:
    """The picture alone."""
    return Response(_drawn(name)[1].svg, mimetype="image/svg+xml")


def names() -> dict[str, str]:
    """What each picture is called before it is there."""
    return {
        "blocks": gettext("Headache days, block by block"),
        "phases": gettext("Within a cycle"),
        "severity": gettext("How bad the headaches were"),
        "course": gettext("The long course"),
        "medication": gettext("Acute medicine"),
        "calendar": gettext("The calendar"),
        "injections": gettext("The injection map"),
    }


def _result() -> Result | None:
    """What is said of the patient's diary; None where it has no day yet."""
    who = patient()
    return _results().of(store(), who, chosen())


def _results() -> Results:
    found: Results = current_app.extensions["results"]
    return found


def _drawn(name: str) -> tuple[Result, Picture]:
    result = _result()
    if result is None or name not in result.charts:
        abort(404)
    return result, result.picture(name, page_language())


def _about(result: Result) -> dict[str, Any]:
    """What every part needs: the choice as it stands in an address, and how a tip is laid out."""
    tips = partial(tip_of, word=worded)
    return {"query": chosen().query, "tip_of": tips, "names": names(), "few": FEW, "period": result.opening.period}


def _part(template: str, **values: Any) -> str:
    """A part alone where a script asks for it, and else as a page of its own."""
    frame = "outcome/part.html" if "HX-Request" in request.headers else "outcome/page.html"
    return render_template(template, frame=frame, **values)
