"""What is done with a file beside the requests: it is read, and it is added; each request looks how far that is."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app

from diary.checks import days_to_come
from diary.database import Database
from diary.intake import disputed, source_of
from diary.model import Batch, DiaryError
from diary.reading import digest, layout_of
from diary.store import Store
from diary.web.access import access, now, patient
from diary.web.columns import keep, kept_profiles, place
from diary.web.previews import preview_of
from diary.web.reading import read_upload, refuse_others, within
from diary.web.uploads import Upload, Uploads
from diary.web.work import StoppableDatabase, Work, Workers

ADDING, READING = "adding", "reading"
"""What is done with a file."""


def uploads() -> Uploads:
    """The files that were sent to the running application."""
    found: Uploads = current_app.extensions["uploads"]
    return found


def workers() -> Workers:
    """Those who read and add them."""
    found: Workers = current_app.extensions["workers"]
    return found


def begin_reading(upload: Upload, seconds: float) -> None:
    """Read the file beside this request, unless that was done; once, so that what is added is what was shown.

    After so many *seconds* it is given up.
    """
    who, found, profiles, today = patient(), access(), kept_profiles(), now().date()

    def job(work: Work) -> tuple[Batch, int]:
        batch = read_upload(upload, who, profiles, within(seconds, work.go_on))
        batch = replace(batch, problems=(*batch.problems, *days_to_come(batch, today)))
        refuse_others(batch, who, found)
        with found.database.reading() as connection:
            return batch, disputed(connection, batch)

    with upload.lock:
        if upload.preview is None and upload.work is None:
            upload.work = workers().begin(READING, job)


def begin_adding(upload: Upload, batch: Batch, writing: Database, preferred: bool) -> None:
    """Add the facts, beside this request; it is decided upon by that.

    Where the diary has another word from another source, the file's holds if it is *preferred*.
    """
    mine, prefer, where = uploads(), source_of(batch) if preferred else None, place()

    def job(work: Work) -> None:
        diary, named = Store(StoppableDatabase(writing, work)), {"layout": layout_of(batch), "file_name": upload.title}
        added = diary.add(batch, **named, file_hash=digest(upload.path), prefer=prefer)
        mine.decide(upload, added)
        if upload.profile and upload.keep:
            keep(upload.profile, upload.answers, where)

    upload.work = workers().begin(ADDING, job)


def look(upload: Upload) -> Work | None:
    """Wait a moment for what is being done with the file. It is returned if it goes on; else what came out is kept.

    Raises what adding it was ended by, or what is a fault of the program.
    """
    work = upload.work
    if work and not work.wait(workers().patience):
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
        uploads().discard(upload)
        raise
