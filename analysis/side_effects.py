"""Side effects: each one beside its session, how often they are recorded, and which call for medical advice.

What is counted is what was written down, and to which session a person put it down; the rest is counted apart. A
session after which nothing is recorded may have been one after which nobody asked (:func:`asked_sessions`), so a rate
is that of what was recorded. All functions take the tables of one patient or of many.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.reports.words import number
from analysis.windows import is_therapeutic
from diary.model import PURPOSES, SEVERITIES

WITHIN = pd.Timedelta(days=84)
"""How long after a session a side effect is counted as near to it: one cycle of twelve weeks, a convention."""


class RedFlag(NamedTuple):
    """An urgent side effect in plain words, and the parts of words by which it is recognised."""

    plain: str
    signs: tuple[str, ...]


RED_FLAG_WORDS = {
    "swallowing difficulty": RedFlag("trouble swallowing", ("swallow", "dysphag")),
    "voice change": RedFlag("changed voice", ("voice", "hoarse", "dysphon")),
    "slurred speech": RedFlag("trouble speaking", ("speech", "speak", "slur", "dysarth")),
    "breathing difficulty": RedFlag("trouble breathing", ("breath", "dyspn")),
    "double vision": RedFlag("seeing double", ("double vision", "seeing double", "double sight", "diplop")),
    "blurred vision": RedFlag("blurred sight", ("blur", "unclear vision")),
    "generalised weakness": RedFlag(
        "weakness all over",
        ("generalised weak", "generalized weak", "generalised muscle weak", "generalized muscle weak", "general weak")
        + ("weakness all over", "weak all over", "whole body weak", "asthenia"),
    ),
    "incontinence": RedFlag("loss of bladder control", ("incontinen", "bladder control", "bowel control")),
    "allergic reaction": RedFlag(
        "allergic reaction",
        ("allerg", "anaphyl", "hypersens", "hives", "urticaria", "angioedema", "angio oedema")
        + ("throat swelling", "swollen throat", "swollen tongue", "tongue swelling"),
    ),
}
"""The urgent side effects by their standard names.

All but the last stand in the boxed warning of the US label of botulinum toxins, "distant spread of toxin effect"
(openFDA, onabotulinumtoxinA). That an allergic reaction is urgent too is a convention of this program.
"""

RED_FLAGS = tuple(RED_FLAG_WORDS)
"""The standard names of the urgent side effects."""

ADVICE = "This can be serious. Seek medical advice now; with trouble breathing or swallowing call emergency services."
"""What is said where an urgent or serious side effect is not over."""


def folded(names: pd.Series[Any]) -> pd.Series[Any]:
    """Names in small letters, with single blanks for everything that is no letter or figure.

    >>> folded(pd.Series(["Injection-site  Pain"], dtype="string")).tolist()
    ['injection site pain']
    """
    return names.astype("string").str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()


def red_flags(names: pd.Series[Any]) -> pd.Series[Any]:
    """The standard name of each urgent side effect, missing where a name is not urgent.

    >>> red_flags(pd.Series(["Dysphagia", "neck pain"], dtype="string")).tolist()
    ['swallowing difficulty', <NA>]
    """
    written = folded(names)
    found = pd.Series(pd.NA, index=names.index, dtype="string")
    for name, flag in RED_FLAG_WORDS.items():
        found = found.mask(found.isna() & written.str.contains("|".join(flag.signs)).fillna(False).astype(bool), name)
    return found


def side_effect_table(events: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """One row for each side effect, with the session that it is put down to.

    *events* and *treatments* are those of :mod:`diary.tables`. Columns: patient, date, event (as written), name (the
    standard name of an urgent one, else the small letters of the event), treatment_id; session and purpose of the
    botulinum session that it is put down to, missing where there is none; days_after, from that session; near, the
    latest therapeutic session on the day or within the 84 days before it, whatever it is put down to; severity,
    resolved; duration in days, missing where the end is not known or before the start; action, serious; and red_flag,
    by the name alone. By patient and date.
    """
    sessions = treatments.loc[treatments["kind"] == "botulinum", ["treatment_id", "start", "purpose"]]
    found = events.sort_values(["date", "patient", "event"], kind="stable", ignore_index=True)
    linked = found[["treatment_id"]].merge(sessions, on="treatment_id", how="left")
    urgent = red_flags(found["event"])
    duration = (found["resolved"] - found["date"]).dt.days.astype("Int32")
    return pd.DataFrame(
        {
            "patient": found["patient"],
            "date": found["date"],
            "event": found["event"],
            "name": urgent.fillna(folded(found["event"])),
            "treatment_id": found["treatment_id"],
            "session": linked["start"],
            "purpose": linked["purpose"].fillna(PURPOSES[0]).where(linked["start"].notna()),
            "days_after": (found["date"] - linked["start"]).dt.days.astype("Int32"),
            "near": _near(found, treatments),
            "severity": found["severity"],
            "resolved": found["resolved"],
            "duration": duration.mask(duration < 0),
            "action": found["action"],
            "serious": found["serious"],
            "red_flag": urgent.notna().astype(bool),
        }
    ).sort_values(["patient", "date"], kind="stable", ignore_index=True)


def therapeutic_sessions(treatments: pd.DataFrame) -> pd.DataFrame:
    """The botulinum sessions against migraine, by patient and day."""
    mine = treatments.loc[is_therapeutic(treatments)]
    return mine.sort_values(["patient", "start"], kind="stable", ignore_index=True)


def _near(events: pd.DataFrame, treatments: pd.DataFrame) -> pd.Series[Any]:
    """The latest therapeutic session within the 84 days before each of the events, which are in order of date."""
    sessions = therapeutic_sessions(treatments)[["patient", "start"]].sort_values("start", kind="stable")
    beside = pd.merge_asof(
        events[["patient", "date"]], sessions, left_on="date", right_on="start", by="patient", tolerance=WITHIN
    )
    return beside["start"]


def asked_sessions(treatments: pd.DataFrame, consultations: pd.DataFrame) -> pd.DataFrame:
    """The therapeutic sessions with a column *asked*: side effects are noted as asked for afterwards.

    That is at a consultation after the day of the session, up to and including the day of the next one.
    """
    sessions = therapeutic_sessions(treatments)
    later = sessions.assign(later=sessions.groupby("patient")["start"].shift(-1)).sort_values("start", kind="stable")
    mine = consultations.loc[consultations["topic"] == "side_effects_asked", ["patient", "date"]].sort_values("date")
    beside = pd.merge_asof(
        later,
        mine,
        left_on="start",
        right_on="date",
        by="patient",
        direction="forward",
        allow_exact_matches=False,
    )
    asked = beside["date"].notna() & (beside["later"].isna() | (beside["date"] <= beside["later"]))
    marked = beside[sessions.columns].assign(asked=asked)
    return marked.sort_values(["patient", "start"], kind="stable", ignore_index=True)


def rate_table(events: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """How often each side effect is recorded, over all therapeutic sessions of *treatments*, a row for each name.

    Columns: name, red_flag; ``sessions_with`` it of ``sessions``, their ``rate`` and its 95 % limits ``low`` and
    ``high`` (0-1, missing without a session); ``patients_with`` it of ``patients``, those with a session; ``events``,
    of them ``mild``, ``moderate``, ``severe``, ``not_graded`` and ``serious`` (a clinician said so); ``unlinked``, not
    put down to a session, of them ``unlinked_near``, within 84 days after one; ``elsewhere``, put down to something
    else: a cosmetic session, or one that is not in *treatments*.

    The limits are Wilson's (J Am Stat Assoc 1927; 22: 209, doi:10.1080/01621459.1927.10502953), which take the sessions
    as independent of each other; those of one patient are not. To count only sessions after which side effects were
    asked for, pass only those (:func:`asked_sessions`). The commonest first.
    """
    table, sessions = side_effect_table(events, treatments), therapeutic_sessions(treatments)
    counts = _counts(table, sessions)
    low, high = _limits(counts["sessions_with"], len(sessions))
    rates = counts.assign(rate=counts["sessions_with"] / (len(sessions) or np.nan), low=low, high=high)
    ordered = rates.reset_index().sort_values(["sessions_with", "events", "name"], ascending=[False, False, True])
    return ordered[list(RATE_COLUMNS)].reset_index(drop=True)


RATE_COLUMNS = (
    "name",
    "red_flag",
    "sessions_with",
    "sessions",
    "rate",
    "low",
    "high",
    "patients_with",
    "patients",
    "events",
    *SEVERITIES[1:],
    "not_graded",
    "serious",
    "unlinked",
    "unlinked_near",
    "elsewhere",
)


def _counts(table: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The whole numbers of :func:`rate_table`, by name."""
    linked = table["purpose"].eq("therapeutic").fillna(False).astype(bool)
    unlinked = table["treatment_id"].isna()
    flags = {
        **{grade: table["severity"].eq(grade).fillna(False) for grade in SEVERITIES[1:]},
        "not_graded": table["severity"].isna(),
        "serious": table["serious"].fillna(False),
        "unlinked": unlinked,
        "unlinked_near": unlinked & table["near"].notna(),
        "elsewhere": ~unlinked & ~linked,
    }
    by = table["name"]
    counts = pd.DataFrame(flags).astype("int64").groupby(by).sum()
    treated = table["patient"].isin(sessions["patient"].unique())
    return counts.assign(
        red_flag=table["red_flag"].groupby(by).any(),
        events=by.groupby(by).size(),
        sessions_with=table["treatment_id"].where(linked).groupby(by).nunique(),
        sessions=len(sessions),
        patients_with=table["patient"].where(treated).groupby(by).nunique(),
        patients=sessions["patient"].nunique(),
    )


def _limits(count: pd.Series[Any], sessions: int) -> tuple[Any, Any]:
    """Wilson's 95 % limits of each share of the sessions; not a number without a session."""
    if not sessions:
        return np.nan, np.nan
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count.to_numpy(np.int64), sessions, method="wilson")
    return low, high


def serious_events(events: pd.DataFrame) -> pd.DataFrame:
    """The events that are urgent by their name, or that a clinician called serious.

    With the column *red_flag*: the standard name of an urgent one, missing where only a clinician said so. One whose
    name is urgent stays among them where a clinician said that it was not serious.
    """
    marked = events.assign(red_flag=red_flags(events["event"]))
    mine = marked.loc[marked["red_flag"].notna() | marked["serious"].fillna(False).astype(bool)]
    return mine.sort_values(["patient", "date", "event"], kind="stable", ignore_index=True)


class Published(NamedTuple):
    """What was seen in other patients: in *percent* of the *patients* of a study, over the whole of it."""

    name: str
    percent: float
    patients: int
    source: str

    def __str__(self) -> str:
        return f"Other patients: {self.name} in {number(self.percent)} % of {self.patients} ({self.source})."


HULL = "Hull clinic, J Headache Pain 2014; 15: 54, doi:10.1186/1129-2377-15-54"
REPOSE = "REPOSE, many clinics, J Headache Pain 2019, doi:10.1186/s10194-019-0976-1"
COMPEL = "COMPEL, open trial, treatment-related only, J Headache Pain 2018; 19: 13, doi:10.1186/s10194-018-0840-8"

PUBLISHED = (
    Published("injection-site pain for at least 24 hours", 14.9, 254, HULL),
    Published("neck stiffness", 14.6, 254, HULL),
    Published("eyelid ptosis", 11.0, 254, HULL),
    Published("cannot frown", 5.9, 254, HULL),
    Published("worse headache for five days", 4.3, 254, HULL),
    Published("swallowing difficulty", 2.0, 254, HULL),
    Published("fainting during injection", 1.2, 254, HULL),
    Published("eyelid ptosis", 5.4, 633, REPOSE),
    Published("neck pain", 2.8, 633, REPOSE),
    Published("muscle stiffness", 2.7, 633, REPOSE),
    Published("neck pain", 4.1, 716, COMPEL),
    Published("eyelid ptosis", 2.5, 716, COMPEL),
    Published("muscle stiffness", 2.4, 716, COMPEL),
    Published("injection-site pain", 2.0, 716, COMPEL),
    Published("muscle weakness", 1.4, 716, COMPEL),
)
"""Shares of patients, not of sessions: to be shown beside a patient's own record, never to judge it."""
