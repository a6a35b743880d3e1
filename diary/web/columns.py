"""What the columns of a table are, asked one by one; the answers are kept for the next file of this kind.

In a clinic all patients share one diary, and with it what was kept: there it is for the clinicians alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flask_babel import gettext

from diary.importers.headers import text_row
from diary.importers.mapping import SKIP, column_names, samples, suggestion, table_of
from diary.importers.profile import CHOICES, FIELDS, Profile, read_profile
from diary.importers.sheets import Sheet
from diary.model import DiaryError
from diary.profiles import save_profile, saved_profiles
from diary.web.access import PATIENT, access, user

N_ = str
"""Marks a text for the catalogues."""

MOST_COLUMNS = 100
"""So many columns are asked about; a diary has fewer."""

LONGEST_NAME = 60

MEANINGS = {
    "date": N_("the day that the row is about"),
    "start": N_("when the attack began"),
    "time": N_("the time of day at which it began"),
    "end": N_("when it ended"),
    "end_date": N_("the day on which it ended"),
    "end_time": N_("the time of day at which it ended"),
    "duration": N_("how long it lasted"),
    "headache": N_("whether there was a headache"),
    "pain": N_("how bad it was, in numbers or words"),
    "migraine": N_("whether it was a migraine"),
    "kind": N_("what kind of headache it was"),
    "unilateral": N_("on one side"),
    "pulsating": N_("pulsating"),
    "worse_moving": N_("worse when moving"),
    "nausea": N_("nausea"),
    "vomiting": N_("vomiting"),
    "light": N_("bothered by light"),
    "sound": N_("bothered by sound"),
    "aura": N_("aura"),
    "medicine": N_("the acute medicine that was taken"),
    "taken": N_("how many were taken of the medicine that the column is called after"),
    "dose": N_("how much of the medicine"),
    "unit": N_("the unit of how much"),
    "relief": N_("how well it helped, 0 to 3"),
    "disability": N_("what one could do, 0 everything to 3 in bed"),
    "menses": N_("menstrual bleeding"),
    "botox": N_("a Botox session on that day: units or a mark"),
    "botox_date": N_("the day of a Botox session"),
    "units": N_("the units of a Botox session"),
    "patient": N_("whose row it is"),
    "note": N_("notes"),
}
"""What a column can be, as the page says it, in the order of :data:`diary.importers.profile.FIELDS`."""


class Column(NamedTuple):
    """A column: the *field* of the form that asks for it, its *name*, some of its cells, and what it may mean."""

    field: str
    name: str
    samples: str
    meaning: str


class Asked(NamedTuple):
    """The *sheet* that is asked about, of several; *row* is that of the names, from one, 0 where there is none."""

    sheets: list[str]
    sheet: int
    row: int
    columns: list[Column]


def asked(sheets: Sequence[Sheet], form: Mapping[str, str], known: Profile | None = None) -> Asked | None:
    """What to ask about that of the filled *sheets* which the *form* names, or the first; None where there is none.

    What the form or the *known* profile says of a column goes before what its name suggests.
    """
    if not sheets:
        return None
    number = _number(form, sheets)
    sheet = sheets[number]
    row = -1 if "unnamed" in form else text_row(sheet)
    places = list(column_names(sheet, row).items())[:MOST_COLUMNS]
    said = known.columns if known else {}
    columns = [
        Column(f"column-{place}", name, samples(sheet, row, place), _meaning(form, place, name, said))
        for name, place in places
    ]
    return Asked([one.name for one in sheets], number, row + 1, columns)


def _number(form: Mapping[str, str], sheets: Sequence[Sheet]) -> int:
    said = form.get("sheet", "")
    return int(said) if said in map(str, range(len(sheets))) else 0


def _meaning(form: Mapping[str, str], place: int, name: str, known: Mapping[str, str]) -> str:
    said = form.get(f"column-{place}")
    if said in MEANINGS or said == SKIP:
        return str(said)
    return known.get(name, SKIP) if known else suggestion(name)


def profile_said(sheets: Sequence[Sheet], form: Mapping[str, str], otherwise: str) -> Profile | None:
    """What the form says of the columns; None where these do not make a diary. *otherwise* is its name without one."""
    table = asked(sheets, form)
    if table is None:
        return None
    named = " ".join(form.get("called", "").split())[:LONGEST_NAME]
    said = ((column.name, form.get(column.field, SKIP)) for column in table.columns)
    columns = {name: meaning for name, meaning in said if meaning in MEANINGS}
    profile = Profile(named if any(map(str.isalnum, named)) else otherwise, columns)
    return profile if table_of(profile, sheets[table.sheet]) else None


def meanings() -> list[tuple[str, str]]:
    """What a column can be, to choose from."""
    return [(SKIP, gettext("leave it out")), *((name, gettext(MEANINGS[name])) for name in FIELDS)]


# --- what was said before


def may_keep() -> bool:
    """Whether this user is offered what was said of tables before, and may add to it."""
    return not access().clinic or user().role != PATIENT


def kept_profiles() -> list[Profile]:
    """The profiles that were kept for this diary, where the user may see them; one that cannot be read is left out."""
    return [found for path in saved_profiles(place()) if (found := _readable(path))] if may_keep() else []


def _readable(path: Path) -> Profile | None:
    try:
        return read_profile(path)
    except DiaryError:  # "migraine profiles" says what is wrong with it
        return None


def keep(profile: Profile, answers: Mapping[str, Any], place: str) -> None:
    """Keep the profile for the diary at *place*, with the answers that were needed beside it.

    Raises DiaryError: it cannot be written.
    """
    needed = {name: value for name, value in answers.items() if name in CHOICES}
    save_profile(Profile(profile.name, profile.columns, {**profile.answers, **needed}), place)


def place() -> str:
    """Where the diary of this application is, as :mod:`diary.profiles` wants it."""
    url = access().database.url
    return str(url.database) if access().database.is_sqlite else url.render_as_string()
