"""A file that was sent is read: by what its owner said of it, in time, and only if it is about this patient."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from time import monotonic

from diary.database import Database
from diary.facts import key_of, mentioned
from diary.importers import File, Options, Progress
from diary.importers.mapping import filled_sheets, fitting_profile
from diary.importers.options import Refusal, UnknownLayout
from diary.importers.profile import Profile
from diary.model import Batch
from diary.reading import read_file
from diary.rows import find_keys
from diary.web.access import Access
from diary.web.uploads import Upload


class OthersError(Refusal):
    """The file is about another patient."""


class TooLongError(Refusal):
    """The file takes too long to read."""


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
