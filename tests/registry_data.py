"""Invented patients of a registry, as many as are asked for: the same seed gives the same patients.

Each patient is drawn from a seed of its own number's part, so that a registry of a million needs no file: a part is
made where it is worked on. Nothing here resembles a real person.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diary.model import ACUTE_CLASSES, FEATURES, SEVERITIES
from diary.tables import (
    ATTACKS,
    CANONICAL,
    CONSULTATIONS,
    DAY_LOGS,
    DAYS,
    DOSES,
    EVENTS,
    INJECTIONS,
    PATIENTS,
    SCORES,
    TREATMENTS,
    Tables,
    conform,
    facts_frame,
)

FIRST = np.datetime64("2024-01-01", "s")
DAY = np.timedelta64(86_400, "s")
SPAN = 400
AS_OF = date(2025, 2, 3)
"""The last of the 400 days, 1 January 2024 being the first."""

SESSIONS = (112, 200, 290, 376, 396)
"""About when sessions are given, in days after the first; each patient has the first three to five of them."""

SILENT, STOPPING, UNWELL = 0.03, 0.15, 0.1
"""Shares of patients without any diary, with a decision to stop, and of sessions with a side effect."""


def invented_part(number: int, patients: int, span: int = SPAN, seed: int = 7) -> Tables:
    """The tables of part *number*, with so many patients, whose codes go on from part to part."""
    rng = np.random.default_rng([seed, number])
    codes = pd.array([f"P{number * patients + i:07d}" for i in range(patients)], dtype="string")
    treatments = _treatments(rng, codes)
    return Tables(
        _days(rng, codes, span),
        facts_frame((), ATTACKS),
        _doses(rng, codes, span),
        treatments,
        facts_frame((), INJECTIONS),
        _scores(rng, codes),
        _events(rng, treatments),
        consultations=_consultations(rng, codes),
        patients=_patients(rng, codes),
    )


def _days(rng: np.random.Generator, codes: Any, span: int) -> pd.DataFrame:
    """Headache on 18 of 28 days at first and fewer from the first session on; one day in eight is not logged."""
    n = len(codes) * span
    day = np.tile(np.arange(span), len(codes))
    before, after = rng.uniform(0.5, 0.9, len(codes)), rng.uniform(0.2, 0.9, len(codes))
    chance = np.where(day < SESSIONS[0], before.repeat(span), after.repeat(span))
    logged = rng.random(n) > 0.12
    headache = rng.random(n) < chance
    days = pd.DataFrame(
        {
            "patient": codes.repeat(span),
            "date": FIRST + day * DAY,
            "logged": logged,
            "headache": _flag(headache, logged),
            "kind": pd.Categorical.from_codes(
                np.where(logged & headache, rng.integers(0, 2, n), -1),
                pd.Index(["migraine", "tension"], dtype="string"),
            ),
            "severity": _whole(np.where(headache, rng.integers(1, 4, n), 0), logged, "Int8"),
            "minutes": _whole(np.where(headache, rng.integers(30, 1_000, n), 0), logged, "Int16"),
            "starts": _whole(headache.astype(int), logged, "Int8"),
            **{name: _flag(headache & (rng.random(n) < 0.5), logged & headache) for name in FEATURES},
            **_intakes(rng, headache, logged),
            "source": pd.Categorical.from_codes(np.where(logged, 0, -1), pd.Index(["day table"], dtype="string")),
        }
    )
    kept = rng.random(len(codes)) > SILENT
    return conform(days.loc[kept.repeat(span)], DAYS)


def _intakes(rng: np.random.Generator, headache: Any, logged: Any) -> dict[str, Any]:
    """Which medicines were taken: a triptan, an ordinary painkiller, or nothing."""
    triptan, painkiller = (headache & (rng.random(len(headache)) < share) for share in (0.2, 0.3))
    taken = dict.fromkeys(ACUTE_CLASSES, np.zeros(len(headache), dtype=bool))
    taken |= {"triptan": triptan, "non_opioid": painkiller, "acute": triptan | painkiller}
    return {name: _flag(values, logged) for name, values in taken.items()}


def _flag(values: Any, known: Any) -> Any:
    return pd.arrays.BooleanArray(values & known, ~known)


def _whole(values: Any, known: Any, dtype: str) -> Any:
    return pd.arrays.IntegerArray(np.where(known, values, 0).astype(dtype.lower()), ~known)


def _treatments(rng: np.random.Generator, codes: Any) -> pd.DataFrame:
    """Three to five sessions each, about every twelve weeks; one patient in sixteen was never treated."""
    days = np.array(SESSIONS) + rng.integers(-6, 7, (len(codes), len(SESSIONS)))
    there = np.arange(len(SESSIONS)) < rng.choice([0, 3, 4, 5], len(codes), p=[0.06, 0.38, 0.37, 0.19])[:, None]
    patient = codes.repeat(len(SESSIONS))[there.ravel()]
    number = np.flatnonzero(there.ravel()) % len(SESSIONS)
    return conform(
        pd.DataFrame(
            {
                "treatment_id": pd.Series(patient) + "-" + pd.Series(number).astype("string"),
                "patient": patient,
                "kind": "botulinum",
                "purpose": "therapeutic",
                "product": "onabotulinumtoxinA",
                "start": FIRST + days[there] * DAY,
                "amount": rng.choice([155.0, 165.0, 195.0], there.sum()),
                "unit": "U",
                "sites": 31,
                "source": "log",
            }
        ),
        TREATMENTS,
    )


def _doses(rng: np.random.Generator, codes: Any, span: int) -> pd.DataFrame:
    """Five timed intakes of each patient whose relief is known."""
    n = len(codes) * 5
    return conform(
        pd.DataFrame(
            {
                "dose_id": pd.Series(codes.repeat(5)) + "-" + pd.Series(np.arange(n) % 5).astype("string"),
                "patient": codes.repeat(5),
                "taken": FIRST + rng.integers(0, span, n) * DAY + rng.integers(0, 86_400, n) * np.timedelta64(1, "s"),
                "timed": True,
                "medicine": "sumatriptan",
                "medicine_class": "triptan",
                "amount": 50.0,
                "unit": "mg",
                "relief": rng.integers(0, 4, n),
                "source": "log",
            }
        ),
        DOSES,
    )


def _scores(rng: np.random.Generator, codes: Any) -> pd.DataFrame:
    """A HIT-6 two weeks before the first session, and one half a year later."""
    when = np.tile([SESSIONS[0] - 14, SESSIONS[2] - 14], len(codes))
    value = rng.integers(36, 79, len(when)).astype(float)
    scores = {"patient": codes.repeat(2), "date": FIRST + when * DAY, "instrument": "hit6", "value": value}
    return conform(pd.DataFrame(scores | {"item": None, "source": "log"}), SCORES)


def _events(rng: np.random.Generator, treatments: pd.DataFrame) -> pd.DataFrame:
    """A side effect some days after some sessions."""
    after = treatments.loc[rng.random(len(treatments)) < UNWELL]
    days = rng.integers(0, 8, len(after))
    return conform(
        pd.DataFrame(
            {
                "patient": after["patient"],
                "date": after["start"] + days * DAY,
                "event": rng.choice(["neck pain", "eyelid ptosis"], len(after)),
                "severity": "mild",
                "treatment_id": after["treatment_id"],
                "source": "log",
            }
        ),
        EVENTS,
    )


def _consultations(rng: np.random.Generator, codes: Any) -> pd.DataFrame:
    """Some decide to stop, with a reason; half are asked about side effects at their second session."""
    stop = codes[rng.random(len(codes)) < STOPPING]
    asked = codes[rng.random(len(codes)) < 0.5]
    day = FIRST + rng.integers(300, 390, len(stop)) * DAY
    told = [
        {"patient": stop, "date": day, "topic": "decision", "answer": "stop"},
        {"patient": stop, "date": day, "topic": "stop_reason", "answer": rng.choice(["no effect", "moved"], len(stop))},
        {"patient": asked, "date": FIRST + SESSIONS[1] * DAY, "topic": "side_effects_asked", "answer": "none"},
    ]
    return conform(pd.concat([pd.DataFrame(rows | {"source": "log"}) for rows in told]), CONSULTATIONS)


def _patients(rng: np.random.Generator, codes: Any) -> pd.DataFrame:
    born, sex = rng.integers(1950, 2004, len(codes)), rng.choice(["f", "m"], len(codes), p=[0.8, 0.2])
    return conform(pd.DataFrame({"patient": codes, "born": born, "sex": sex}), PATIENTS)


def divided(tables: Tables, size: int) -> Iterator[Tables]:
    """The same patients in parts of so many."""
    codes = tables.patients["patient"].tolist()
    for start in range(0, len(codes), size):
        yield of_patients(tables, set(codes[start : start + size]))


def of_patients(tables: Tables, codes: set[str]) -> Tables:
    """The tables of these patients alone."""
    mine = {
        table.name: frame.loc[frame["patient"].isin(codes)].reset_index(drop=True)
        for table in CANONICAL
        if "patient" in (frame := getattr(tables, table.name))
    }
    texts = {name: mine["days"][name].astype("string") for name in ("kind", "source")}
    return replace(tables, **mine | {"days": conform(mine["days"].assign(**texts), DAYS)})


# --- the same patients as a clinic keeps them: a store, or a folder of files


def write_store(tables: Tables, location: Path) -> None:
    """Put the patients into an empty store, as rows, which takes a tenth of the time of facts."""
    with sqlite3.connect(location) as connection:
        for name, frame in _facts(tables).items():
            dated = {
                column: frame[column].dt.strftime("%Y-%m-%d" if column != "taken" else "%Y-%m-%d %H:%M:%S.000000")
                for column in frame.select_dtypes("datetime64[s]")
            }
            frame.assign(**dated).to_sql(name, connection, if_exists="append", index=False)
    connection.close()


def _facts(tables: Tables) -> dict[str, pd.DataFrame]:
    """The rows of each table of a store, in the order in which they need each other."""
    named = [pd.DataFrame({"patient": tables.patients["patient"], "source": name}) for name in ("day table", "log")]
    return {
        "patients": tables.patients,
        "sources": pd.concat(named).assign(events_only=False, medication=True),
        "day_logs": conform(tables.days.loc[tables.days["logged"]].assign(note=None, entered=None), DAY_LOGS),
        "doses": pd.concat([tables.doses, *(_day_doses(tables.days, *one) for one in MEDICINES.items())]),
        "treatments": tables.treatments,
        "scores": tables.scores.assign(item=""),
        "events": tables.events,
        "consultations": tables.consultations,
    }


MEDICINES = {"triptan": "sumatriptan", "non_opioid": "ibuprofen"}


def _day_doses(days: pd.DataFrame, medicine_class: str, medicine: str) -> pd.DataFrame:
    """An intake on each day that has one of this class."""
    taken = days.loc[days[medicine_class].fillna(False), ["patient", "date"]].rename(columns={"date": "taken"})
    names = taken["patient"] + f"-{medicine}-" + taken["taken"].dt.strftime("%Y%m%d")
    about = {"timed": False, "medicine": medicine, "medicine_class": medicine_class, "source": "day table"}
    return conform(taken.assign(dose_id=names, **about), DOSES)


def write_clinic(tables: Tables, folder: Path) -> None:
    """Write a file for each patient with a diary, and the list of treatments."""
    folder.mkdir()
    days = tables.days.loc[tables.days["logged"]]
    kept = pd.DataFrame(
        {
            "Date": days["date"].dt.strftime("%Y-%m-%d"),
            "Severity": days["severity"].map(dict(enumerate(SEVERITIES))),
            "Nausea": days["nausea"].map({True: "yes", False: "no"}),
            "Medication": days["triptan"].map({True: "sumatriptan 50 mg", False: "none"}),
        }
    )
    for code, diary in kept.groupby(days["patient"]):
        diary.to_csv(folder / f"{code}.csv", index=False)
    listed = ["patient", "kind", "purpose", "start", "amount", "unit"]
    tables.treatments[listed].to_csv(folder / "treatments.csv", index=False)
