"""Reports to take along: chosen, made while the page waits, fetched once."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from analysis.pages.choice import chosen, selects
from analysis.pages.making import EVERYTHING, FHIR, Making, Makings, Order, Owner, steps_of
from diary.web.access import access, patient, user

blueprint = Blueprint("reports", __name__, template_folder="../templates")

LONGEST_CODE = 64

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
}
"""What a browser is told that a file is, by how its name ends."""


class Kind(NamedTuple):
    """A file to choose: its name, what it is called, and whom it is for."""

    name: str
    title: str
    hint: str


@blueprint.record
def prepare(joined: BlueprintSetupState) -> None:
    """Give the application a place for the reports that are being made."""
    joined.app.extensions["makings"] = Makings()


@blueprint.get("/reports")
def index() -> str:
    """What can be made."""
    patient()
    return _form()


@blueprint.post("/reports")
def make() -> Answer | tuple[str, int]:
    """Begin to make what was chosen, and go to where it can be waited for."""
    who = _owner()
    name, code = request.form.get("file", ""), request.form.get("code", "").strip()
    if name not in [kind.name for kind in kinds()]:
        abort(400)
    without_person = "without_person" in request.form
    if fault := fault_of(name, code, who[1]) if without_person else "":
        return _form(fault), 422
    order = Order(name, chosen(request.form), code if without_person else None)
    making = _makings().begin(access().store, who, order)
    return redirect(url_for("reports.wait", number=making.number), 303)


@blueprint.get("/reports/<number>")
def wait(number: str) -> str | Answer:
    """How far it is; when it is made, where to fetch it."""
    making = _mine(number)
    if making is None:
        return redirect(url_for("reports.index"), 303)
    template = "reports/state.html" if "HX-Request" in request.headers else "reports/wait.html"
    return render_template(template, making=making, steps=steps_of(making.order))


@blueprint.post("/reports/<number>/cancel")
def cancel(number: str) -> Answer:
    """Stop it, or let the file go."""
    making = _mine(number)
    if making is not None:
        making.cancel()
    return redirect(url_for("reports.index"), 303)


@blueprint.get("/reports/<number>/file")
def fetch(number: str) -> Response | Answer:
    """The file; nothing of it stays here."""
    making = _mine(number)
    content = making.file if making is not None else None
    if making is None or content is None:
        return redirect(url_for("reports.index"), 303)
    making.cancel()
    name = making.order.name
    headers = {"Content-Disposition": f"attachment; filename=migraine-{name}"}
    return Response(content, mimetype=TYPES[name.rpartition(".")[2]], headers=headers)


def kinds() -> list[Kind]:
    """The files that can be made, in the order in which they are offered."""
    return [
        Kind("patient.pdf", gettext("My page"), gettext("One page in plain words, large. PDF.")),
        Kind("letter.pdf", gettext("Letter"), gettext("For the clinic or the doctor, in fifteen points. PDF.")),
        Kind("letter.docx", gettext("Letter in Word"), gettext("The same letter, to edit.")),
        Kind("report.pdf", gettext("Report"), gettext("The whole answer with its pictures. PDF.")),
        Kind("details.pdf", gettext("Details"), gettext("Criteria, rules, and how firm the answer is. PDF.")),
        Kind("outcomes.xlsx", gettext("Workbook"), gettext("Every number, traceable to its days. Excel.")),
        Kind(FHIR, gettext("FHIR bundle"), gettext("For another medical program.")),
        Kind(EVERYTHING, gettext("Everything"), gettext("All of these, the pictures and the numbers. ZIP.")),
    ]


def fault_of(name: str, code: str, who: str) -> str:
    """What stands against a report without the person; empty where nothing does."""
    if name == FHIR:
        return str(gettext("A FHIR bundle holds dates and cannot go without the person. Choose another file."))
    if not code or len(code) > LONGEST_CODE or not code.isprintable():
        return str(gettext("Write a short code that stands for the patient, such as A1."))
    if code == who:
        return str(gettext("This is the patient's own code. Write another one."))
    return ""


def _form(fault: str = "") -> str:
    values = request.form if request.method == "POST" else request.args
    return render_template(
        "reports/index.html",
        kinds=kinds(),
        file=values.get("file", "letter.pdf"),
        without_person="without_person" in values,
        code=values.get("code", ""),
        fault=fault,
        selects=selects(chosen(values)),
    )


def _owner() -> Owner:
    who = patient()
    return user().name, who


def _makings() -> Makings:
    found: Makings = current_app.extensions["makings"]
    return found


def _mine(number: str) -> Making | None:
    return _makings().find(number, _owner())
