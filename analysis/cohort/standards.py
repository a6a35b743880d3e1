"""What an audit asks to be documented and done, after NICE technology appraisal guidance 260: S1 to S9.

The target of each is everyone to whom it applies. What is not documented is counted apart from what is not met, so
that a thin record is not taken for poor care, nor for good care.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.people import Cohort
from analysis.eligibility import standards_before_start
from analysis.grid import day_grid
from analysis.rules import nice
from analysis.rules.base import BASELINE, CYCLE, fell, window_of
from analysis.side_effects import asked_sessions
from analysis.truth import NO, UNKNOWN, YES
from analysis.windows import CYCLE as CYCLE_DAYS

STANDARDS = {
    "S1": "diagnosis of chronic migraine evidenced in the diary",
    "S2": "at least three preventives without response, not tolerated, or unsuitable before",
    "S3": "overuse of acute medicines looked at",
    "S4": "diary of at least 28 days before the first session",
    "S5": "response checked after the second cycle",
    "S6": "stopped where headache days fell by less than 30 % after two cycles",
    "S7": "reviewed where headache days stayed below 15 a month for three months",
    "S8": "at least 12 weeks between sessions",
    "S9": "side effects asked about after every session",
}
"""The standards, drawn from NICE TA260 (https://www.nice.org.uk/guidance/ta260); S4, S8 and S9 are this program's."""

MET, NOT_MET, NOT_DOCUMENTED = "met", "not met", "not documented"
WORDS = (MET, NOT_MET, NOT_DOCUMENTED)

BEFORE = {
    "S1": "diagnosis_evidenced",
    "S2": "preventives_documented",
    "S3": "overuse_addressed",
    "S4": "baseline_diary",
}


def standards_table(part: Cohort, started: pd.DataFrame) -> pd.DataFrame:
    """``patient``, ``group``, ``standard`` and ``verdict`` of :data:`WORDS`, for every standard that applies."""
    found = {**_before_start(part), **_after_two_cycles(part), **_intervals(part), **_asked(part)}
    rows = [_rows(standard, verdict, started) for standard, verdict in found.items()]
    return pd.concat(rows, ignore_index=True)


def _rows(standard: str, verdict: pd.Series[Any], started: pd.DataFrame) -> pd.DataFrame:
    """The verdicts of those who started, by patient; missing where the standard does not apply."""
    mine = pd.DataFrame({"patient": started["patient"].array, "group": started["group"].array, "standard": standard})
    return mine.assign(verdict=verdict.reindex(started["patient"]).array).dropna(subset="verdict")


def _before_start(part: Cohort) -> dict[str, pd.Series[Any]]:
    """S1 to S4. Who has no diary at all has none of them documented."""
    everyone = part.people["patient"]
    if part.case.marked.empty:
        return {standard: pd.Series(NOT_DOCUMENTED, index=everyone, dtype="object") for standard in BEFORE}
    table = standards_before_start(part.case, part.tables.consultations).set_index("patient")
    return {
        standard: table[column]
        .map({True: MET, False: NOT_MET})
        .astype("object")
        .reindex(everyone)
        .fillna(NOT_DOCUMENTED)
        for standard, column in BEFORE.items()
    }


def _after_two_cycles(part: Cohort) -> dict[str, pd.Series[Any]]:
    """S5 to S7, of those who had a second session."""
    second = _second_sessions(part)
    checked = _noted(part, "response_check", second)
    s5 = pd.Series(np.where(checked, MET, NOT_DOCUMENTED), index=second.index, dtype="object")
    failed = _by_patient(part, _little_fall(part)).reindex(second.index).fillna(UNKNOWN)
    people = part.people.set_index("patient").reindex(second.index)
    stopped = np.where(people["sessions"] > 2, NOT_MET, np.where(people["ended"], MET, NOT_DOCUMENTED))
    s6 = pd.Series(stopped, index=second.index, dtype="object").where(failed == YES)
    episodic = _by_patient(part, _answers(nice.episodic(part.case))).reindex(second.index).fillna(UNKNOWN)
    reviewed = _noted(part, "success_review", second)
    s7 = pd.Series(np.where(reviewed, MET, NOT_DOCUMENTED), index=second.index, dtype="object").where(episodic == YES)
    return {"S5": _over(s5, second, part), "S6": _over(s6, second, part), "S7": s7}


def _over(verdict: pd.Series[Any], second: pd.Series[Any], part: Cohort) -> pd.Series[Any]:
    """The verdicts of those whose second cycle is over."""
    return verdict.where(second + pd.Timedelta(days=CYCLE_DAYS - 1) <= pd.Timestamp(part.as_of))


def _second_sessions(part: Cohort) -> pd.Series[Any]:
    """The day of each patient's second session."""
    return part.cycles.loc[part.cycles["cycle"] == 2].set_index("patient")["session"]


def _noted(part: Cohort, topic: str, since: pd.Series[Any]) -> Any:
    """Whether the topic was noted after each patient's day."""
    table = part.tables.consultations
    mine = table.loc[(table["topic"] == topic) & (table["date"] <= pd.Timestamp(part.as_of))]
    last = mine.groupby("patient")["date"].max().reindex(since.index)
    return (last > since).to_numpy()


def _little_fall(part: Cohort) -> Any:
    """Whether headache days fell by less than 30 % from the baseline to the whole of cycle 2."""
    grid = day_grid(part.case.marked)
    return -fell(window_of(part.case, grid, 0, BASELINE), window_of(part.case, grid, 2, CYCLE), 30)


def _answers(verdicts: pd.DataFrame) -> Any:
    return verdicts["verdict"].map({"met": YES, "not met": NO}).fillna(UNKNOWN).astype(int).to_numpy()


def _by_patient(part: Cohort, answers: Any) -> pd.Series[Any]:
    """Answers for each patient of the grid, by patient."""
    return pd.Series(answers, index=day_grid(part.case.marked).patients)


def _intervals(part: Cohort) -> dict[str, pd.Series[Any]]:
    """S8, of those with at least two sessions."""
    later = part.cycles.loc[part.cycles["interval"].notna()]
    kept = later.groupby("patient")["interval"].min() >= CYCLE_DAYS
    return {"S8": kept.map({True: MET, False: NOT_MET}).astype("object")}


def _asked(part: Cohort) -> dict[str, pd.Series[Any]]:
    """S9, of those who came back after a session: whether after every session but the last they were asked."""
    sessions = asked_sessions(part.tables.treatments, part.tables.consultations)
    sessions = sessions.loc[sessions["start"] <= pd.Timestamp(part.as_of)]
    followed = sessions.loc[sessions["patient"].duplicated(keep="last")]
    every = followed.groupby("patient")["asked"].all()
    return {"S9": every.map({True: MET, False: NOT_DOCUMENTED}).astype("object")}
