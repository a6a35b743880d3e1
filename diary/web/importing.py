"""Files into the diary: choose, look at what was read, answer what a file leaves open, then add it or throw it away."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import Any, NamedTuple

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from diary.checks import days_to_come
from diary.database import Database
from diary.entries import days_of
from diary.facts import key_of, mentioned
from diary.forms import without_options
from diary.history import Import
from diary.importers import File, Options, Progress
from diary.importers.mapping import filled_sheets, fitting_profile
from diary.importers.options import (
    AmbiguousBlank,
    AmbiguousDates,
    AmbiguousDuration,
    AmbiguousScale,
    Question,
    Refusal,
    UnknownLayout,
    UnknownYear,
    UnnamedHeadache,
)
from diary.importers.profile import CHOICES, Profile, ProfileError
from diary.intake import Added, disputed, source_of
from diary.model import Batch, DayLog, DiaryError, Problem
from diary.own_classes import unknown_names
from diary.reading import digest, layout_of, read_file
from diary.rows import find_keys
from diary.store import Store
from diary.totals import shown_totals
from diary.undo import Undone
from diary.web.access import Access, access, chosen, database, now, patient, store, user
from diary.web.answers import Answers
from diary.web.columns import Asked as AskedTable
from diary.web.columns import asked as asked_table
from diary.web.columns import keep, kept_profiles, may_keep, meanings, place, profile_said
from diary.web.phrases import attack_span, dose_text, length, listed, pain
from diary.web.said import say
from diary.web.uploads import Preview, Upload, Uploads
from diary.web.work import StoppableDatabase, Work, Workers

blueprint = Blueprint("importing", __name__)

VISIT = "uploads"
"""Under this the cookie holds a random word that leads to the files this browser sent."""

MOST_FILES = 10
"""How many files of one person can wait at the same time."""

SECONDS = 15 * 60
"""How long one file may be read; a longer one is for the command line."""

COLUMNS = "columns"
"""Is wanted of a table that nobody knows: what its columns are."""

ADDING, READING = "adding", "reading"
"""What is done with a file."""

FIRST_DAYS = 7
"""How many days are shown as they were read."""

N_ = str
"""Marks a text for the catalogues."""

CHOICES_ASKED = CHOICES | {"blank_headache": ("free", "unknown")}
"""The answers that are chosen from a few."""

LABELS = {
    "date_order": N_("Dates are written as"),
    "scale": N_("How bad it was is written as"),
    "duration_unit": N_("How long it lasted is in"),
    "blank_medication": N_("Where no medicine stands"),
    "blank_headache": N_("A day with entries, but no headache in them"),
    "headache_words": N_("Your words that mean headache"),
    "year": N_("The year of the sheet"),
    "time_zone": N_("Where the diary was kept"),
}
"""What a person may say about a file."""

WORDS = {
    ("date_order", "dmy"): N_("day, month, year"),
    ("date_order", "mdy"): N_("month, day, year"),
    ("date_order", "ymd"): N_("year, month, day"),
    ("scale", "0-10"): N_("0 none to 10 worst"),
    ("scale", "0-3"): N_("0 none to 3 severe"),
    ("scale", "1-4"): N_("1 mild to 4 very severe"),
    ("scale", "0-100"): N_("0 none to 100 worst"),
    ("scale", "10-0"): N_("10 none to 0 worst"),
    ("scale", "3-0"): N_("3 none to 0 worst"),
    ("scale", "100-0"): N_("100 none to 0 worst"),
    ("scale", "words"): N_("words"),
    ("duration_unit", "hours"): N_("hours"),
    ("duration_unit", "minutes"): N_("minutes"),
    ("blank_medication", "none"): N_("nothing was taken"),
    ("blank_medication", "unknown"): N_("it is not known"),
    ("blank_headache", "free"): N_("was free of headache"),
    ("blank_headache", "unknown"): N_("is not known"),
}
"""The answers to choose from, as the page says them."""

ANSWERED_BY: dict[type[Question], str] = {
    AmbiguousDates: "date_order",
    AmbiguousScale: "scale",
    AmbiguousDuration: "duration_unit",
    AmbiguousBlank: "blank_headache",
    UnnamedHeadache: "headache_words",
    UnknownYear: "year",
}
"""Which answer each question of the importers asks for."""

TOTALS = {
    "logged": N_("Days logged"),
    "headache": N_("Headache days"),
    "intake_days": N_("Days with medicine"),
    "attacks": N_("Attacks"),
    "doses": N_("Intakes"),
    "sessions": N_("Botox sessions"),
    "preventives": N_("Preventives"),
    "scores": N_("Scores"),
    "events": N_("Side effects"),
    "factors": N_("Everyday factors"),
}
KINDS = {
    "days": N_("Days"),
    "attacks": N_("Attacks"),
    "doses": N_("Intakes"),
    "treatments": N_("Treatments"),
    "injections": N_("Injections"),
    "scores": N_("Scores"),
    "events": N_("Side effects"),
    "factors": N_("Everyday factors"),
    "choices": N_("Chosen factors"),
    "consultations": N_("Answers of visits"),
}
"""What is recorded; patients and sources go without saying."""


@blueprint.record_once
def set_up(state: BlueprintSetupState) -> None:
    """Each application has its own files, and those who read them."""
    state.app.extensions["uploads"] = Uploads(state.app.extensions["access"].now)
    state.app.extensions["workers"] = Workers()


class OthersError(Refusal):
    """The file is about another patient."""


class TooLongError(Refusal):
    """The file takes too long to read."""


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
    doing = ((upload, upload.work) for upload in _uploads().of(whose))
    return next(((upload, work) for upload, work in doing if work and work.is_running), None)


@blueprint.post("/import")
def send() -> Any:
    """Keep the files that were chosen; the page that follows reads the first."""
    whose = _whose()
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        return _page({"files": gettext("No file was chosen. Choose the file that holds the diary.")}), 422
    if len(_uploads().of(whose)) + len(sent) > MOST_FILES:
        return _page({"files": gettext("These are more than %(n)s files. Send fewer at a time.", n=MOST_FILES)}), 422
    for file in sent:
        _uploads().keep(file, whose)
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
        return _page({"columns": gettext(NOT_A_DIARY)}, of_columns=True), 422
    upload.profile, upload.keep = profile, "keep" in request.form and may_keep()
    upload.preview = None
    return _back()


NOT_A_DIARY = N_(
    "These columns do not make a diary. It needs a date, or a start, and something about headache: whether there was "
    "one, how bad, or how long."
)


@blueprint.post("/import/add")
def add() -> Response:
    """Add to the diary what the preview showed: all of it or nothing."""
    upload = _asked()
    writing = database()
    with upload.lock:
        if upload.preview and has_facts(upload.preview.batch) and not (upload.added or upload.work):
            begin_adding(upload, upload.preview.batch, writing, request.form.get("counts") == "file")
    _look(upload)
    return _back()


def begin_adding(upload: Upload, batch: Batch, writing: Database, preferred: bool) -> None:
    """Add the facts, beside this request; it is decided upon by that.

    Where the diary has another word from another source, the file's holds if it is *preferred*.
    """
    uploads, prefer, where = _uploads(), source_of(batch) if preferred else None, place()

    def job(work: Work) -> None:
        diary, named = Store(StoppableDatabase(writing, work)), {"layout": layout_of(batch), "file_name": upload.title}
        added = diary.add(batch, **named, file_hash=digest(upload.path), prefer=prefer)
        uploads.decide(upload, added)
        if upload.profile and upload.keep:
            keep(upload.profile, upload.answers, where)

    upload.work = _workers().begin(ADDING, job)


@blueprint.post("/import/cancel")
def cancel() -> Response:
    """Stop reading or adding the file, and forget it."""
    if _uploads().cancel(_asked()):
        flash(gettext("Stopped. Nothing was added, and the file is no longer here."))
    return _back()


@blueprint.post("/import/discard")
def discard() -> Response:
    """Forget the file."""
    _uploads().discard(_asked())
    return _back()


@blueprint.post("/import/undo")
def undo() -> Response:
    """Take an import back whole."""
    number = request.form.get("import", "")
    if number not in {str(one.import_id) for one in imports_of(patient())}:
        abort(404)
    undone = store().undo(int(number))
    for upload in _uploads().of(_whose()):
        if upload.added and str(upload.added.import_id) == number:
            _uploads().discard(upload)
    flash(undone_in_words(undone))
    if undone.kept:
        flash(ngettext("%(num)s entry stays.", "%(num)s entries stay.", len(undone.kept)))
    say(undone.kept)
    return _back()


def undone_in_words(undone: Undone) -> str:
    """What taking an import back did."""
    return str(
        gettext(
            "%(file)s was taken back. Entries removed: %(removed)s. Entries as they were before: %(restored)s.",
            file=undone.taken_back.file_name or undone.taken_back.layout,
            removed=sum(undone.removed.get(kind, 0) for kind in KINDS),
            restored=sum(undone.restored.get(kind, 0) for kind in KINDS),
        )
    )


def _uploads() -> Uploads:
    found: Uploads = current_app.extensions["uploads"]
    return found


def _workers() -> Workers:
    found: Workers = current_app.extensions["workers"]
    return found


def _whose() -> tuple[str, ...]:
    """From which browser a file came and, in a clinic, from whom and about whom: nobody else gets to see it."""
    about = patient() if access().clinic else ""  # at home a first file can say who its owner is
    if VISIT not in session:
        session[VISIT] = secrets.token_urlsafe(16)
    return (str(session[VISIT]), user().name, about)


def _asked() -> Upload:
    """The file that the form names; where it is no longer there, the page says so."""
    found = [upload for upload in _uploads().of(_whose()) if upload.name == request.form.get("file")]
    if not found:
        flash(gettext("This file is no longer here. Choose it again."))
        abort(_back())
    return found[0]


def _back() -> Response:
    return redirect(url_for("importing.index"), 303)


def _page(faults: Mapping[str, str], *, of_columns: bool = False) -> str:
    """The page. One file is shown at a time, the others wait. *of_columns*: it is asked what its columns are."""
    mine = _uploads().of(_whose())
    waiting = [upload for upload in mine if upload.added is None]
    if waiting:
        _begin_reading(waiting[0])
        if work := _look(waiting[0]):
            return _waiting(waiting[0], work)
    return render_template(
        "importing/index.html",
        done=[upload for upload in mine if upload.added],
        card=_card(waiting[0], waiting[0].preview, faults, of_columns) if waiting and waiting[0].preview else None,
        meanings=meanings(),
        may_keep=may_keep(),
        waiting=[upload.title for upload in waiting[1:]],
        imports=imports_of(patient())[::-1],
        faults=faults,
        kinds=KINDS,
    )


def imports_of(who: str) -> list[Import]:
    """The imports about the patient, oldest first; in a clinic without those about others as well."""
    found = store().imports(who, undone=True)
    return [one for one in found if one.patient == who or not access().clinic]


class Field(NamedTuple):
    """What can be said about a file: a choice of a few, or a line where there are none."""

    name: str
    label: str
    choices: list[tuple[str, str]]


class Card(NamedTuple):
    """A file and what was read in it. *asked* is what has to be said first, *more* what else can be.

    *table* is there where it is asked what its columns are.
    """

    upload: Upload
    preview: Preview
    asked: list[Field]
    more: list[Field]
    said: dict[str, str]
    totals: list[tuple[str, int]]
    days: list[tuple[date, str]]
    layout: str
    unknown: Mapping[str, int]
    table: AskedTable | None


def _card(upload: Upload, preview: Preview, faults: Mapping[str, str], of_columns: bool) -> Card:
    of_columns = of_columns or preview.wanted == COLUMNS
    preview = preview._replace(batch=Batch()) if of_columns else preview
    batch = preview.batch
    shown = {name for name in (preview.wanted, *faults) if name in LABELS}
    return Card(
        upload,
        preview,
        [field(name) for name in LABELS if name in shown],
        [field(name) for name in LABELS if name not in shown],
        dict(request.form) if faults else {name: _written(value) for name, value in upload.answers.items()},
        [(TOTALS[name], number) for name, number in shown_totals(batch).items()],
        first_days(batch),
        layout_of(batch),
        unknown_names(store().classed(batch.doses)),
        asked_table(upload.sheets, request.form, upload.profile) if of_columns else None,
    )


def field(name: str) -> Field:
    """One thing that can be said about a file, in the language of the page."""
    return Field(
        name,
        gettext(LABELS[name]),
        [(value, gettext(WORDS[name, value])) for value in CHOICES_ASKED.get(name, ())],
    )


def _written(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def read_answers(said: Answers) -> dict[str, Any]:
    """The answers that were given, by name of the option; what is wrong with one stands in the faults."""
    answers: dict[str, Any] = {name: said.one_of(name, allowed) for name, allowed in CHOICES_ASKED.items()}
    words = (said.text("headache_words") or "").split(",")
    answers["headache_words"] = tuple(word.strip() for word in words if word.strip())
    answers["year"] = said.whole("year", 1950, 2099)
    answers["time_zone"] = said.text("time_zone")
    return {name: value for name, value in answers.items() if value}


def _begin_reading(upload: Upload) -> None:
    """Read the file beside this request, unless that was done; once, so that what is added is what was shown."""
    who, found, profiles, today = patient(), access(), kept_profiles(), now().date()

    def job(work: Work) -> tuple[Batch, int]:
        batch = read_upload(upload, who, profiles, within(SECONDS, work.go_on))
        batch = replace(batch, problems=(*batch.problems, *days_to_come(batch, today)))
        refuse_others(batch, who, found)
        with found.database.reading() as connection:
            return batch, disputed(connection, batch)

    with upload.lock:
        if upload.preview is None and upload.work is None:
            upload.work = _workers().begin(READING, job)


def read_upload(upload: Upload, who: str, profiles: Sequence[Profile], tell: Progress) -> Batch:
    """The facts of the file; by one of the *profiles*, where nothing else knows its columns.

    Raises DiaryError, as :func:`diary.reading.read_file` does.
    """
    options = Options(**upload.answers)
    try:
        return read_file(upload.path, patient=who, options=options, progress=tell, profile=upload.profile)
    except UnknownLayout:
        upload.sheets = filled_sheets(File(upload.path).sheets)
        upload.profile = fitting_profile(profiles, upload.sheets)
        if upload.profile is None:
            raise
    return read_file(upload.path, patient=who, options=options, profile=upload.profile)


def _look(upload: Upload) -> Work | None:
    """Wait a moment for what is being done with the file. It is returned if it goes on; else what came out is kept.

    Raises what adding it was ended by, or what is a fault of the program.
    """
    work = upload.work
    if work and not work.wait(_workers().patience):
        return work
    with upload.lock:
        if work and upload.work is work:
            upload.work = None
            _take(upload, work)
    return None


def _take(upload: Upload, work: Work) -> None:
    try:
        if work.kind == READING:
            upload.preview = preview_of(upload, work)
        else:
            work.result()
    except DiaryError:
        raise
    except Exception:  # what cannot be read at all must not stand in the way of every later visit
        _uploads().discard(upload)
        raise


def preview_of(upload: Upload, work: Work) -> Preview:
    """What reading the file has brought, in the words of the page."""
    try:
        batch, others = work.result()
    except (UnknownLayout, ProfileError) as error:
        return Preview(Batch(), in_page_words(str(error), upload), COLUMNS if upload.sheets else "")
    except Question as question:
        return Preview(Batch(), in_page_words(str(question), upload), ANSWERED_BY[type(question)])
    except (OthersError, TooLongError) as error:
        return Preview(Batch(), REFUSED[type(error)])
    except DiaryError as error:
        return Preview(Batch(), in_page_words(str(error), upload))
    problems = [Problem(*(in_page_words(part, upload) for part in problem)) for problem in batch.problems]
    assumptions = [in_page_words(sentence, upload) for sentence in batch.assumptions]
    return Preview(replace(batch, problems=tuple(problems), assumptions=tuple(assumptions)), disputed=others)


REFUSED: dict[type[Refusal], str] = {
    OthersError: "This file is about another patient, so nothing of it is shown. Choose that patient first.",
    TooLongError: "This file takes too long here. Read it with: migraine import FILE",
}
"""What the page says of a file that it does not take."""


def within(seconds: float, tell: Progress) -> Progress:
    """Told how far the reading is, it tells that on, and ends it when the time is over."""
    end = monotonic() + seconds

    def go_on(part: float) -> None:
        if monotonic() > end:
            raise TooLongError
        tell(part)

    return go_on


def refuse_others(batch: Batch, who: str, found: Access) -> None:
    """Raise OthersError where the file is about anybody but the patient; at home a new diary takes whom it is about."""
    named = {str(key_of(one)[0]) for one in mentioned(batch)["patients"]}
    is_first = not found.clinic and len(named) == 1 and not found.store.patients()
    if not (named <= {who} or is_first) or touches_others(batch, named, found.database):
        raise OthersError


def touches_others(batch: Batch, named: Collection[str], database: Database) -> bool:
    """Whether an entry goes by the name of one that the diary has of somebody else, and would write over it."""
    keys = {kind: {key_of(fact) for fact in getattr(batch, kind)} for kind in ("attacks", "doses", "treatments")}
    keys["treatments"] |= {key_of(injection)[:1] for injection in batch.injections}
    with database.reading() as connection:
        found = [fact for kind, wanted in keys.items() for fact in find_keys(connection, kind, wanted).values()]
    return any(getattr(fact, "patient", None) not in named for fact in found)


def in_page_words(text: str, upload: Upload) -> str:
    """The sentence with the file's own title, and without what to type into a terminal.

    >>> upload = Upload("7f", "diary.csv", None, (), 0)
    >>> in_page_words("7f is unclear. Say which with --date-order dmy.", upload)
    'diary.csv is unclear.'
    """
    return without_options(text).replace(upload.name, upload.title)


def has_facts(batch: Batch) -> bool:
    """Whether anything was read that can be added."""
    return any(getattr(batch, kind) for kind in KINDS)


blueprint.add_app_template_test(has_facts, "worth_adding")


def first_days(batch: Batch) -> list[tuple[date, str]]:
    """The first days as they were read, to be compared with the file."""
    touched = {day.date for day in batch.days} | {dose.taken.date() for dose in batch.doses}
    touched |= {day for attack in batch.attacks for day in days_of(attack)}
    return [(day, day_in_words(batch, day)) for day in sorted(touched)[:FIRST_DAYS]]


def day_in_words(batch: Batch, day: date) -> str:
    """What the file says of one day."""
    logs = [log for log in batch.days if log.date == day]
    attacks = [attack for attack in batch.attacks if day in days_of(attack)]
    doses = [dose for dose in batch.doses if dose.taken.date() == day]
    parts = [part for log in logs for part in log_parts(log, named=bool(doses))]
    parts += [part for attack in attacks for part in (attack_span(attack), pain(attack))]
    return listed([*parts, *map(dose_text, doses)])


def log_parts(log: DayLog, *, named: bool) -> list[str]:
    """Whether there was headache, how bad, how long, and whether anything was taken, unless that is *named*."""
    state = {True: gettext("Headache"), False: gettext("No headache"), None: gettext("headache not known")}
    taken = {True: gettext("a medicine was taken"), False: gettext("nothing taken"), None: ""}
    return [
        state[log.headache],
        pain(log),
        length(log.minutes) if log.minutes else "",
        "" if named else taken[log.acute],
    ]


@blueprint.app_template_filter()
def changes(added: Added) -> list[tuple[str, str]]:
    """What adding did to each kind of which there was anything, in words."""
    found = [(gettext(words), _changes(added, kind)) for kind, words in KINDS.items()]
    return [one for one in found if one[1]]


def _changes(added: Added, kind: str) -> str:
    new, corrected, there = (counts.get(kind, 0) for counts in (added.added, added.corrected, added.unchanged))
    return listed(
        [
            gettext("%(n)s new", n=new) if new else "",
            gettext("%(n)s corrected", n=corrected) if corrected else "",
            gettext("%(n)s there before", n=there) if there else "",
        ]
    )


@blueprint.app_template_filter()
def new_entries(counts: Mapping[str, Mapping[str, int]]) -> int:
    """How many entries an import added."""
    return sum(counts.get("added", {}).get(kind, 0) for kind in KINDS)
