"""A report without the person: a code for the patient, days since the first session for dates, and no free text.

Every date is moved by the same number of days, so that the first therapeutic session falls on day zero; made and
written inside :func:`analysis.reports.words.relative_days`, a report then says "day -28" for a date. The same-length
months around it begin anew, so a rule on calendar months may be answered otherwise than in the full report.

What stays: days and what was felt on them, products, doses, units, muscles, standard names of side effects, the words
that a checklist counts. What goes: notes, lot, injector, year of birth, sex, any other free text, names of imports,
and the names of facts, from which patient and date could be guessed.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analysis.consultations import MANAGED, NO_OVERUSE, NOT_ASKED, NOT_MANAGED
from analysis.preventives import CONTRAINDICATED, FAILED, OTHERWISE
from analysis.reports.pieces import ASSUMED
from analysis.reports.words import DAY_ZERO
from analysis.side_effects import red_flags
from analysis.windows import is_therapeutic
from diary.model import DECISIONS, DiaryError
from diary.tables import CANONICAL, Tables, conform

LEFT_OUT = "left out"
"""What stands where something was written down and is not passed on."""

NOTE = (
    "De-identified: days are counted from the first therapeutic session, day 0, which is 1 January 2000 in the data "
    "files. Notes, lots, names and other free text are left out, and so are the names of the files that were read."
)
"""What a de-identified report says of itself."""

ANSWERS = {*DECISIONS, MANAGED, NOT_MANAGED, NO_OVERUSE, NOT_ASKED}
"""The answers at a visit that are words of the program, and not of a person."""

SIDE_EFFECTS = {
    *("neck pain", "neck stiffness", "neck weakness", "shoulder pain", "eyelid ptosis", "brow ptosis"),
    *("brow asymmetry", "cannot frown", "facial weakness", "muscle weakness", "muscle stiffness", "muscle pain"),
    *("muscle spasm", "difficulty chewing", "injection-site pain", "injection-site bleeding"),
    *("injection-site infection", "bruising", "swelling", "worse headache", "dry eye", "watering eye", "dry mouth"),
    *("numbness", "skin tightness", "nausea", "dizziness", "fainting", "tiredness", "flu-like symptoms", "rash"),
    *("itching", "swallowing difficulty", "voice change", "slurred speech", "breathing difficulty", "double vision"),
    *("blurred vision", "generalised weakness", "incontinence", "allergic reaction"),
}
"""The standard names of side effects. The record has the same; a test holds them together."""

GONE = ("note", "entered", "utc_offset", "born", "sex", "protocol")
"""Columns that are emptied wherever they stand."""

HIDDEN = ("lot", "injector", "action")
"""Columns of which it is only said that there was something."""

NAMES = {"attacks": "A", "doses": "D", "treatments": "T"}
"""The tables whose rows have names, and the letter that their new names begin with."""


def deidentified(tables: Tables, code: str) -> Tables:
    """The tables of one patient under *code*, moved to day zero, without what could tell who it is.

    Raises DiaryError: the code is blank, or the one that the patient has already.
    """
    patient = tables.days["patient"].iloc[0] if len(tables.days) else None
    if not code.strip() or code == patient:
        raise DiaryError(f"{code!r} cannot stand for the patient. Choose another code with --deidentify.")
    names = {name: new for table, letter in NAMES.items() for name, new in _names(getattr(tables, table), letter)}
    by, changed = DAY_ZERO - pd.Timestamp(first_day(tables)), {}
    for table in CANONICAL:
        frame = _emptied(_renamed(_moved(getattr(tables, table.name), by), names, code))
        changed[table.name] = conform(_reworded(frame, table.name, by), table)
    return Tables(**{field.name: changed[field.name] for field in fields(Tables)})


def first_day(tables: Tables) -> date:
    """The first therapeutic session, or without one the first day of the diary: day zero."""
    given = tables.treatments
    sessions = given.loc[is_therapeutic(given), "start"]
    first: pd.Timestamp = sessions.min() if len(sessions) else tables.days["date"].min()
    return first.date()


def moved(day: date, tables: Tables) -> date:
    """A day of the diary, such as the one as of which it is read, where :func:`deidentified` puts it."""
    by: timedelta = DAY_ZERO.date() - first_day(tables)
    return day + by


def _moved(frame: pd.DataFrame, by: pd.Timedelta) -> pd.DataFrame:
    """Every date by the same number of days; times of day stay."""
    dates = [name for name in frame.columns if frame[name].dtype.kind == "M"]
    return frame.assign(**{name: frame[name] + by for name in dates})


def _names(frame: pd.DataFrame, letter: str) -> list[tuple[str, str]]:
    """The names of a table's rows, and new ones in order of time."""
    when, name = ("taken" if "taken" in frame else "start"), frame.columns[0]
    ordered = frame.sort_values([when, name], kind="stable")[name]
    return [(old, f"{letter}{n}") for n, old in enumerate(ordered, start=1)]


def _renamed(frame: pd.DataFrame, names: dict[str, str], code: str) -> pd.DataFrame:
    """Patient, and names of facts, under their new names; a name that belongs to nothing is left out."""
    named = {name: frame[name].map(names) for name in ("attack_id", "dose_id", "treatment_id") if name in frame}
    return frame.assign(**named, **({"patient": code} if "patient" in frame else {}))


def _emptied(frame: pd.DataFrame) -> pd.DataFrame:
    """Without notes and whatever else could tell a person; of a lot or an injector, only that it is left out."""
    gone = {name: None for name in GONE if name in frame}
    hidden = {name: frame[name].mask(frame[name].notna(), LEFT_OUT) for name in HIDDEN if name in frame}
    sources = {"source": _sources(frame["source"])} if "source" in frame else {}
    return frame.assign(**gone, **hidden, **sources)


def _sources(source: pd.Series[Any]) -> pd.Series[Any]:
    """Only whether a day rests on silence; the name of an app or a file is nobody's business."""
    text = source.astype("string")
    return text.mask(text.notna() & (text != ASSUMED), "diary")


def _reworded(frame: pd.DataFrame, table: str, by: pd.Timedelta) -> pd.DataFrame:
    """The free text of one table in words of the program."""
    if table == "doses":
        return frame.assign(medicine=frame["medicine_class"].fillna("other"))
    if table == "treatments":
        return frame.assign(reason=frame["reason"].map(_reason, na_action="ignore"))
    if table == "events":
        standard = frame["event"].where(frame["event"].isin(SIDE_EFFECTS), red_flags(frame["event"]))
        return frame.assign(event=standard.fillna("another side effect"))
    if table == "consultations":
        return frame.assign(answer=[_answer(*one, by) for one in zip(frame["topic"], frame["answer"], strict=True)])
    if table in ("factors", "choices"):
        numbers = {name: f"factor {n}" for n, name in enumerate(sorted(set(frame["name"])), start=1)}
        return frame.assign(name=frame["name"].map(numbers))
    return frame


def _reason(text: str) -> str:
    """Why a preventive was stopped, where it is said in one of the known ways, and without what follows."""
    head = text.partition(":")[0].strip()
    known = any(words.fullmatch(head) for words in (FAILED, OTHERWISE, CONTRAINDICATED))
    return head if known else LEFT_OUT


def _answer(topic: str, answer: str, by: pd.Timedelta) -> str:
    """An answer in words of the program as it is, the next review moved, and of any other that it is left out."""
    if answer in ANSWERS:
        return answer
    day = pd.to_datetime(answer, format="%Y-%m-%d", errors="coerce") if topic == "next_review" else pd.NaT
    return LEFT_OUT if pd.isna(day) else str((day + by).date())
