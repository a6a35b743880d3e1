"""Files into the diary: choose, look at what was read, answer what a file leaves open, then add it or throw it away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from diary.importers import File
from diary.importers.mapping import filled_sheets
from diary.web.access import access, chosen, database, now, patient, store, user
from diary.web.answers import Answers
from diary.web.columns import may_keep, meanings, profile_said
from diary.web.imports import KINDS, changes, has_facts, imports_of, new_entries, undone_in_words
from diary.web.jobs import begin_adding, begin_reading, look, uploads
from diary.web.previews import card_of
from diary.web.questions import read_answers
from diary.web.said import say
from diary.web.uploads import Upload, Uploads
from diary.web.work import Work, Workers

blueprint = Blueprint("importing", __name__)
blueprint.add_app_template_test(has_facts, "worth_adding")
blueprint.add_app_template_filter(changes)
blueprint.add_app_template_filter(new_entries)

VISIT = "uploads"
"""Under this the cookie holds a random word that leads to the files this browser sent."""

MOST_FILES = 10
"""How many files of one person can wait at the same time."""

SECONDS = 15 * 60
"""How long one file may be read; a longer one is for the command line."""


@blueprint.record_once
def set_up(state: BlueprintSetupState) -> None:
    """Each application has its own files, and those who read them."""
    state.app.extensions["uploads"] = Uploads(state.app.extensions["access"].now)
    state.app.extensions["workers"] = Workers()


@blueprint.get("/import")
def index() -> str:
    """What waits for a decision, what was just added, a place for files, and the imports so far.

    As long as a file is being read or added, how far that is.
    """
    busy = _busy()
    return _waiting(*busy) if busy else _page({})


@blueprint.get("/import/progress")
def progress() -> str | tuple[str, dict[str, str]]:
    """How far it is, to be put in its place on the page; where it has ended, the page is to be loaded again."""
    busy = _busy()
    if busy:
        return render_template("importing/work.html", work=busy[1])
    patient()
    return "", {"HX-Refresh": "true"}


def _waiting(upload: Upload, work: Work) -> str:
    return render_template("importing/progress.html", upload=upload, work=work)


def _busy() -> tuple[Upload, Work] | None:
    """The file of this browser that is being read or added, and that. Nothing of a diary is looked at for it."""
    about = (user().patient or chosen() or "") if access().clinic else ""
    whose = (str(session.get(VISIT)), user().name, about)
    doing = ((upload, upload.work) for upload in uploads().of(whose))
    return next(((upload, work) for upload, work in doing if work and work.is_running), None)


@blueprint.post("/import")
def send() -> Any:
    """Keep the files that were chosen; the page that follows reads the first."""
    whose = _whose()
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        return _page({"files": gettext("No file was chosen. Choose the file that holds the diary.")}), 422
    if len(uploads().of(whose)) + len(sent) > MOST_FILES:
        return _page({"files": gettext("These are more than %(n)s files. Send fewer at a time.", n=MOST_FILES)}), 422
    for file in sent:
        uploads().keep(file, whose)
    return _back()


@blueprint.post("/import/answer")
def answer() -> Any:
    """What the person says about the file; it is read anew with that."""
    upload = _asked()
    if upload.preview is None:
        return _back()
    said = Answers(request.form, now())
    answers = read_answers(said)
    wanted = upload.preview.wanted
    if wanted and wanted not in answers:
        said.faults.setdefault(wanted, gettext("Choose or write an answer, or discard the file."))
    if said.faults:
        return _page(said.faults), 422
    upload.answers, upload.preview = answers, None
    return _back()


@blueprint.post("/import/columns")
def columns() -> Any:
    """What the columns of the table are, as the person says; the file is read anew with that.

    With ``look`` only another sheet, or the table without a row of names, is asked about.
    """
    upload = _asked()
    if upload.preview is None:
        return _back()
    upload.sheets = upload.sheets or filled_sheets(File(upload.path).sheets)
    if "look" in request.form:
        return _page({}, of_columns=True)
    profile = profile_said(upload.sheets, request.form, gettext("my table"))
    if profile is None:
        fault = gettext(
            "These columns do not make a diary. It needs a date, or a start, and something about headache: whether "
            "there was one, how bad, or how long."
        )
        return _page({"columns": fault}, of_columns=True), 422
    upload.profile, upload.keep = profile, "keep" in request.form and may_keep()
    upload.preview = None
    return _back()


@blueprint.post("/import/add")
def add() -> Response:
    """Add to the diary what the preview showed: all of it or nothing."""
    upload = _asked()
    writing = database()
    with upload.lock:
        if upload.preview and has_facts(upload.preview.batch) and not (upload.added or upload.work):
            begin_adding(upload, upload.preview.batch, writing, request.form.get("counts") == "file")
    look(upload)
    return _back()


@blueprint.post("/import/cancel")
def cancel() -> Response:
    """Stop reading or adding the file, and forget it."""
    if uploads().cancel(_asked()):
        flash(gettext("Stopped. Nothing was added, and the file is no longer here."))
    return _back()


@blueprint.post("/import/discard")
def discard() -> Response:
    """Forget the file."""
    uploads().discard(_asked())
    return _back()


@blueprint.post("/import/undo")
def undo() -> Response:
    """Take an import back whole."""
    number = request.form.get("import", "")
    if number not in {str(one.import_id) for one in imports_of(patient())}:
        abort(404)
    undone = store().undo(int(number))
    for upload in uploads().of(_whose()):
        if upload.added and str(upload.added.import_id) == number:
            uploads().discard(upload)
    flash(undone_in_words(undone))
    if undone.kept:
        flash(ngettext("%(num)s entry stays.", "%(num)s entries stay.", len(undone.kept)))
    say(undone.kept)
    return _back()


def _whose() -> tuple[str, ...]:
    """From which browser a file came and, in a clinic, from whom and about whom: nobody else gets to see it."""
    about = patient() if access().clinic else ""  # at home a first file can say who its owner is
    if VISIT not in session:
        session[VISIT] = secrets.token_urlsafe(16)
    return (str(session[VISIT]), user().name, about)


def _asked() -> Upload:
    """The file that the form names; where it is no longer there, the page says so."""
    found = [upload for upload in uploads().of(_whose()) if upload.name == request.form.get("file")]
    if not found:
        flash(gettext("This file is no longer here. Choose it again."))
        abort(_back())
    return found[0]


def _back() -> Response:
    return redirect(url_for("importing.index"), 303)


def _page(faults: Mapping[str, str], *, of_columns: bool = False) -> str:
    """The page. One file is shown at a time, the others wait. *of_columns*: it is asked what its columns are."""
    mine = uploads().of(_whose())
    waiting = [upload for upload in mine if upload.added is None]
    if waiting:
        begin_reading(waiting[0], SECONDS)
        if work := look(waiting[0]):
            return _waiting(waiting[0], work)
    return render_template(
        "importing/index.html",
        done=[upload for upload in mine if upload.added],
        card=card_of(waiting[0], waiting[0].preview, faults, of_columns) if waiting and waiting[0].preview else None,
        meanings=meanings(),
        may_keep=may_keep(),
        waiting=[upload.title for upload in waiting[1:]],
        imports=imports_of(patient())[::-1],
        faults=faults,
        kinds=KINDS,
    )
