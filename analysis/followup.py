"""Following up: when the next session is due, how regular sessions were, and what the diary says around a stop.

A session is due 84 days after the last therapeutic one (every 12 weeks: Bendtsen and others 2018, J Headache Pain,
doi:10.1186/s10194-018-0921-8), unless a clinician has noted a stop or a pause since. A decision of the day of a session
can only be about what comes after it, so it belongs to that session. Nothing here asks the clock: *as_of* says which
day it is, and what was written down for later days is not looked at.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import day_number
from analysis.months import MONTH
from analysis.outcome import told_rate
from analysis.rates import Rate
from analysis.reports.words import count, listed, number
from analysis.windows import BLOCK, COMPLETENESS, CYCLE, is_therapeutic
from diary.model import DECISIONS

LATE = 112
"""Days after which the next session is a late one: four months, a convention of this program."""

RESTART = 182
"""Days after which the next session is a restart: half a year, in which at least one whole cycle was left out. A
convention of this program."""

FIRST, EARLY, ON_TIME, LATE_ONE, RESTARTED = "first", "early", "on time", "late", "restart"
"""What the days since the session before make of a session."""

HALTS = {"stop": "stopped", "pause": "paused"}
"""Decisions after which no session is due, and how things stand then."""

NO_SESSION = "no session"

SEEN_AGAIN = (4, 5)
"""Months after a stop at which the patient is seen again (Bendtsen and others 2018)."""

START = 15
"""Headache days a month from which headache is chronic (ICHD-3 1.3), and which NICE TA260 asks for at the start."""


class FollowUp(NamedTuple):
    """The sessions, the decisions and what is due, of any number of patients.

    See :func:`session_table`, :func:`decision_table` and :func:`due_table`.
    """

    sessions: pd.DataFrame
    decisions: pd.DataFrame
    due: pd.DataFrame


def follow_up(
    treatments: pd.DataFrame, consultations: pd.DataFrame, as_of: date, patients: list[str] | None = None
) -> FollowUp:
    """What was given, what was decided, and what is due on the day *as_of*.

    *patients* are those who get a row in ``due``; None = whoever has had a session.
    """
    told = consultations.loc[consultations["date"] <= pd.Timestamp(as_of)].sort_values(["patient", "date"])
    sessions = session_table(treatments, as_of)
    decisions = decision_table(told, sessions)
    sessions["timing"] = _timing(sessions, decisions)
    who = sessions["patient"].unique() if patients is None else patients
    return FollowUp(sessions, decisions, due_table(who, sessions, decisions, told, as_of))


def session_table(treatments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Therapeutic botulinum sessions up to *as_of*, by patient and day; two on one day are one.

    Columns: patient, number (1 = the first), session, units, and days since the session before, missing for the first.
    """
    mine = treatments.loc[is_therapeutic(treatments) & (treatments["start"] <= pd.Timestamp(as_of))]
    sessions = mine.groupby(["patient", "start"], as_index=False)["amount"].sum(min_count=1)
    of_patient = sessions.groupby("patient")
    return pd.DataFrame(
        {
            "patient": sessions["patient"],
            "number": of_patient.cumcount() + 1,
            "session": sessions["start"],
            "units": sessions["amount"],
            "days": of_patient["start"].diff().dt.days.astype("Int32"),
        }
    )


def decision_table(consultations: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """What clinicians decided, by patient and day.

    Columns: patient, date, decision (one of :data:`diary.model.DECISIONS`), number of the session that it follows
    (0 = none), and since: the day from which it holds, where it repeats the one before it. A stop that follows a pause
    repeats it, and the other way round. Answers in other words are left out, as nothing is guessed from them.
    """
    answer = consultations["answer"].str.strip().str.casefold()
    mine = consultations.loc[(consultations["topic"] == "decision") & answer.isin(DECISIONS), ["patient", "date"]]
    mine = mine.assign(decision=answer.loc[mine.index]).reset_index(drop=True)
    mine["number"] = _sessions_up_to(sessions, mine["patient"], mine["date"])
    says = mine["decision"].where(~mine["decision"].isin(HALTS), "halt")
    same = mine[["patient", "number"]].assign(says=says)
    run = np.cumsum((same != same.shift()).to_numpy(bool, na_value=True).any(axis=1))
    return mine.assign(since=mine.groupby(run)["date"].transform("first"))


def _sessions_up_to(sessions: pd.DataFrame, patient: pd.Series[str], day: pd.Series[Any]) -> Any:
    """How many sessions each patient had had by the end of each day."""
    known = pd.Index(sessions["patient"].unique())
    beyond = 10**6  # more than any day number, so that the keys of two patients cannot meet
    keys = known.get_indexer(pd.Index(sessions["patient"])) * beyond + day_number(sessions["session"])
    number = known.get_indexer(pd.Index(patient))
    begin = np.searchsorted(keys, number * beyond - beyond // 2)
    return np.where(number < 0, 0, np.searchsorted(keys, number * beyond + day_number(day), side="right") - begin)


def _timing(sessions: pd.DataFrame, decisions: pd.DataFrame) -> Any:
    """Each session against the one before it; after a noted stop or pause it is a restart, however soon."""
    latest = decisions.drop_duplicates(["patient", "number"], keep="last")
    halted = latest.loc[latest["decision"].isin(HALTS), ["patient", "number"]].assign(halted=True)
    before = sessions[["patient"]].assign(number=sessions["number"] - 1).merge(halted, how="left")
    after_halt = before["halted"].notna().to_numpy(bool)
    days = sessions["days"].to_numpy(np.float64, na_value=np.nan)
    kinds = {
        FIRST: np.isnan(days),
        RESTARTED: after_halt | (days > RESTART),
        LATE_ONE: days > LATE,
        EARLY: days < CYCLE,
    }
    return pd.array(np.select(list(kinds.values()), list(kinds), ON_TIME), dtype="string")


def due_table(
    patients: Any, sessions: pd.DataFrame, decisions: pd.DataFrame, consultations: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Where each patient stands on the day *as_of*, by due date; those for whom nothing is due come last.

    Columns: patient; sessions, so many; session and units, of the last one; due, and days until then, negative where
    it is overdue; decision after the last session, empty where there was none, and since when it holds; review, the
    day noted for the next review, with review_text as it was written and review_noted, when; status in words.
    """
    last = sessions.drop_duplicates("patient", keep="last").rename(columns={"number": "sessions"})
    table = pd.DataFrame({"patient": pd.array(patients, dtype="string")})
    table = table.merge(last[["patient", "sessions", "session", "units"]], how="left")
    table["sessions"] = table["sessions"].fillna(0).astype("Int32")
    latest = decisions.drop_duplicates("patient", keep="last").rename(columns={"number": "sessions"})
    table = table.merge(latest[["patient", "sessions", "decision", "since"]], how="left")
    table = table.merge(_reviews(consultations), how="left")
    table["decision"] = table["decision"].astype("string").fillna("")
    halted = table["decision"].isin(HALTS)
    table["due"] = (table["session"] + pd.Timedelta(days=CYCLE)).mask(halted)
    table["days"] = (table["due"] - pd.Timestamp(as_of)).dt.days.astype("Int32")
    table["status"] = table["days"].map(due_words, na_action="ignore").astype("string").fillna(NO_SESSION)
    table["status"] = table["status"].mask(halted, table["decision"].map(HALTS))
    return table.sort_values(["due", "patient"], ignore_index=True)


def _reviews(consultations: pd.DataFrame) -> pd.DataFrame:
    """The next review as it was noted last, of each patient; not a time where the answer is not a date."""
    mine = consultations.loc[consultations["topic"] == "next_review"].drop_duplicates("patient", keep="last")
    answer = mine["answer"].str.strip()
    return pd.DataFrame(
        {
            "patient": mine["patient"],
            "review": pd.to_datetime(answer, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]"),
            "review_text": answer,
            "review_noted": mine["date"],
        }
    )


def due_words(days: int) -> str:
    """So many days until a session is due.

    >>> due_words(12), due_words(0), due_words(-1)
    ('due in 12 days', 'due today', 'overdue by 1 day')
    """
    days = int(days)  # pandas before 3.1 hands whole numbers over as fractions
    if days == 0:
        return "due today"
    return f"due in {count(days, 'day')}" if days > 0 else f"overdue by {count(-days, 'day')}"


def interval_sentence(sessions: pd.DataFrame) -> str:
    """How regular the sessions of one patient were, from :func:`follow_up`."""
    later = sessions.loc[sessions["number"] > 1]
    if later.empty:
        return "There is no second session yet, so no interval between sessions."
    counts = later["timing"].value_counts()
    meaning = {
        EARLY: f"early (fewer than {CYCLE} days)",
        ON_TIME: f"on time ({CYCLE} to {LATE} days)",
        LATE_ONE: f"late (more than {LATE} days)",
        RESTARTED: f"a restart (more than {RESTART} days, or after a noted stop)",
    }
    said = [f"{counts[kind]} {words}" for kind, words in meaning.items() if kind in counts]
    days = listed([str(n) for n in later["days"]])
    return (
        f"Days since the session before: {days}. Of {count(len(later), 'interval')}: {listed(said)}; "
        "the limits are a convention of this program."
    )


# --- how the cycle goes on


def phase_means(outcomes: pd.DataFrame, windows: pd.DataFrame, measure: str = "headache_days") -> pd.DataFrame:
    """What the cycles of each patient are like on average, part by part: weeks 1-4, 5-8, 9-12, and days 84 and later.

    Columns: patient, phase; mean, least and most per 28 days over the *cycles* whose part can be used. The parts need
    not be of the same cycles, so two means can differ because their cycles do; *cycles* says how many each has.
    """
    usable = windows.loc[windows["usable"] & windows["phase"].isin(PARTS), ["patient", "cycle", "phase"]]
    mine = outcomes.loc[(outcomes["measure"] == measure) & outcomes["after"].notna()].merge(usable)
    grouped = mine.assign(phase=pd.Categorical(mine["phase"], list(PARTS), ordered=True)).groupby(
        ["patient", "phase"], observed=True
    )["after"]
    return grouped.agg(mean="mean", least="min", most="max", cycles="size").reset_index()


PARTS = {"1-4": "weeks 1-4", "5-8": "weeks 5-8", "9-12": "weeks 9-12", "late": "day 84 and later"}
"""The parts of a cycle, and what they are called."""

NO_DURATION = (
    "How many weeks a change lasts is not put into one number: single weeks differ too much by chance for that."
)


def phase_sentence(means: pd.DataFrame) -> str:
    """The average cycle of one patient in words, from :func:`phase_means`."""
    if means.empty:
        return "No part of a cycle has enough logged days to say how it goes on."
    said = [
        f"{number(row.mean)} in {PARTS[str(row.phase)]} ({_of_cycles(row)})" for row in means.itertuples(index=False)
    ]
    return f"Headache days per 28 days, as the mean of the cycles that can be used: {listed(said)}. {NO_DURATION}"


def _of_cycles(row: Any) -> str:
    if row.cycles == 1:
        return "1 cycle"
    return f"{row.cycles} cycles, from {number(row.least)} to {number(row.most)}"


# --- around a stop


class Stop(NamedTuple):
    """A noted stop or pause, the session after it if there was one, and headache days around it.

    *before* are the 28 days before the day *since*, *after* the 28 days from it on; *latest* the last 28 days before
    the *restart*, or of what is used of the diary, where they come later than both. What is not over yet is None;
    where too few days are logged, the events are not a number.
    """

    decision: str
    since: date
    restart: date | None
    before: Rate
    after: Rate | None
    latest: Rate | None


def stops(followed: FollowUp, marked: pd.DataFrame, as_of: date) -> list[Stop]:
    """The stops and pauses of the one patient whose marked days these are, oldest first."""
    halts = followed.decisions.loc[followed.decisions["decision"].isin(HALTS)]
    halts = halts.drop_duplicates("since", keep="last").assign(number=lambda table: table["number"] + 1)
    halts = halts.merge(followed.sessions[["patient", "number", "session"]], how="left")
    return [_stop(row, marked, as_of) for row in halts.itertuples(index=False)]


def _stop(row: Any, marked: pd.DataFrame, as_of: date) -> Stop:
    since = row.since.date()
    restart = None if pd.isna(row.session) else row.session.date()
    end = as_of + timedelta(days=1) if restart is None else restart
    later = since + FOUR_WEEKS
    return Stop(
        row.decision,
        since,
        restart,
        _rate(marked, since - FOUR_WEEKS),
        _rate(marked, since) if later <= end else None,
        _rate(marked, end - FOUR_WEEKS) if later + FOUR_WEEKS <= end else None,
    )


FOUR_WEEKS = timedelta(days=BLOCK)


def _rate(marked: pd.DataFrame, start: date) -> Rate:
    return told_rate(marked, "headache_day", start, start + FOUR_WEEKS)


def seen_again(since: date) -> tuple[date, date]:
    """The first and last day on which a patient is to be seen again after a stop: 4 to 5 months later.

    >>> [str(day) for day in seen_again(date(2026, 9, 30))]
    ['2027-01-30', '2027-02-28']
    """
    first, last = ((pd.Timestamp(since) + pd.DateOffset(months=n)).date() for n in SEEN_AGAIN)
    return first, last


def against_start(rate: Rate) -> str:
    """Whether 28 days have fewer than the 15 headache days a month with which chronic migraine begins.

    28 days are not a month, and missing days count neither way: where either could turn the answer, it is not given.

    >>> against_start(Rate(9, 28, 28)), against_start(Rate(16, 27, 28))
    ('below 15 a month', '15 a month or more')
    >>> print(against_start(Rate(14, 28, 28)))
    cannot tell whether below 15 a month: the days that are missing, or the length of the month, could turn it
    """
    if rate.logged < COMPLETENESS.low:
        return f"cannot tell whether below {START} a month: too few days are logged"
    if rate.if_missing_free >= START:
        return f"{START} a month or more"
    if rate.if_missing_headache * MONTH / BLOCK < START:
        return f"below {START} a month"
    return (
        f"cannot tell whether below {START} a month: the days that are missing, or the length of the month, could "
        "turn it"
    )
