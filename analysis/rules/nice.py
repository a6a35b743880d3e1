"""NICE technology appraisal guidance 260 (2012): who may start botulinum toxin type A, and when to stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.consultations import MANAGED, NO_OVERUSE, NOT_MANAGED
from analysis.grid import Grid, Ints, day_grid, day_number
from analysis.medication import OVERUSE_DAYS
from analysis.months import NEVER, diary_end, figures, first_session, month_counts, months_before, span_sums
from analysis.outcome import Sums
from analysis.preventives import failed_medicines
from analysis.rules.base import (
    BASELINE,
    CYCLE,
    Case,
    compared,
    fell,
    fewer,
    fewer_than,
    months_keep,
    verdicts,
    window_of,
)
from analysis.truth import NO, UNKNOWN, YES

NAME = "nice-ta260"
SOURCE = "NICE technology appraisal guidance 260 (2012), https://www.nice.org.uk/guidance/ta260"

NICE_STOP = "nice-ta260 stop: less than 30 % fewer headache days after two cycles"
NICE_EPISODIC = "nice-ta260 stop: episodic for three months"
NICE_START = "nice-ta260 start"


def nice_ta260(case: Case) -> pd.DataFrame:
    """NICE technology appraisal guidance 260 (2012): who may start, and when to stop.

    Start: headaches on at least 15 days a month, at least 8 of them with migraine; at least three preventives have not
    worked, were not tolerated, or are unsuitable; medication overuse is managed. Stop: less than a 30 % reduction in
    headache days a month after two cycles, or fewer than 15 headache days a month for three consecutive months.
    """
    return pd.concat([too_little(case), episodic(case), may_start(case)], ignore_index=True)


def too_little(case: Case) -> pd.DataFrame:
    """Whether headache days fell by less than 30 %, from the baseline to the whole of cycle 2."""
    grid = day_grid(case.marked)
    base, after = window_of(case, grid, 0, BASELINE), window_of(case, grid, 2, CYCLE)
    answer = -fell(base, after, 30)
    last = window_of(case, grid, 2, "9-12")
    alone = " Weeks 9-12 alone: " + fewer(base.sums, last.sums) + "."
    alone = np.where(last.usable, alone, "").astype(object)
    because = compared(base, after, "cycle 2", answer, alone)
    return verdicts(grid, NICE_STOP, answer, because, "the whole of cycle 2 against the baseline")


def episodic(case: Case) -> pd.DataFrame:
    """Whether each of the last three whole calendar months after the first session had fewer than 15 headache days."""
    return months_keep(case, NICE_EPISODIC, fewer_than(15))


def may_start(case: Case) -> pd.DataFrame:
    """Whether the diary before the first session, and the treatments in it, meet the criteria for starting.

    Without a session it is the diary up to its end.
    """
    grid = day_grid(case.marked)
    first, end = first_session(case.treatments, grid, case.as_of), diary_end(grid, case.as_of)
    months = months_before(np.minimum(first, end), 3)
    inside = months[:, :-1] >= grid.first[:, None]
    headache = span_sums(case.marked, grid, "headache_day", months)
    migraine = span_sums(case.marked, grid, "migraine_day", months)
    start = np.where(first == NEVER, end, first)
    recorded, failed = preventives_before(case, grid, start)
    noted = overuse_noted(case, grid, start)
    managed = np.where(noted == UNKNOWN, _no_overuse(case, grid, months, inside), noted)
    parts = np.stack(
        [
            _each_month(headache, 15, inside),
            _each_month(migraine, 8, inside),
            np.where(failed >= 3, YES, UNKNOWN),
            managed,
        ]
    )
    seen = inside.any(axis=1)
    text = (
        month_counts(months, headache, "Headache days", inside)
        + "; "
        + month_counts(months, migraine, "migraine days", inside)
        + "; preventives recorded before the first session: "
        + figures(recorded)
        + ", failed or unsuitable "
        + figures(failed)
        + " (at least 3 of these are asked for); "
        + _of_overuse(noted, managed)
        + "."
    )
    answer = np.where(seen, parts.min(axis=0), UNKNOWN)
    return verdicts(grid, NICE_START, answer, np.where(seen, text, _NO_MONTH), _BEFORE)


def _of_overuse(noted: Ints, managed: Ints) -> Any:
    """What is said of overuse: what a visit noted, else what the diary shows."""
    told = [noted == YES, noted == NO, managed > 0]
    return np.select(told, [_MANAGED, _NOT_MANAGED, _NO_OVERUSE], _OVERUSE).astype(object)


_BEFORE = "up to three whole calendar months before the first session"
_NO_MONTH = "No whole calendar month before the first session is in the diary."
_NO_OVERUSE = "no class of acute medicine reached its overuse limit in these months"
_MANAGED = "overuse of acute medicine was noted as managed, or as none"
_NOT_MANAGED = "overuse of acute medicine was noted as not managed"
_OVERUSE = "how overuse of acute medicine was managed is not documented"


def _each_month(sums: Sums, least: int, inside: Any) -> Ints:
    """Whether every month that is in the diary reaches *least*; unknown where none is in it."""
    surely = (sums.total >= least) | ~inside
    possibly = (sums.total + sums.days - sums.known >= least) | ~inside
    return np.where(~possibly.all(axis=1), NO, np.where(surely.all(axis=1) & inside.any(axis=1), YES, UNKNOWN))


def _no_overuse(case: Case, grid: Grid, months: Ints, inside: Any) -> Ints:
    """Yes where no class can have reached its ICHD-3 8.2 limit in any month, else unknown: it may have been managed."""
    below = np.ones(len(grid.patients), bool)
    for name, limit in OVERUSE_DAYS.items():
        sums = span_sums(case.marked, grid, f"{name}_day", months)
        below &= ((sums.total + sums.days - sums.known < limit) | ~inside).all(axis=1)
    return np.where(below, YES, UNKNOWN)


def overuse_noted(case: Case, grid: Grid, day: Ints) -> Ints:
    """What the latest visit up to each patient's *day* noted of overuse: managed or none, not managed, or nothing."""
    answer = np.full(len(grid.patients), UNKNOWN)
    if case.consultations is None:
        return answer
    mine = case.consultations.loc[case.consultations["topic"] == "overuse_managed"].sort_values("date", kind="stable")
    patient, when = grid.number(mine["patient"]), day_number(mine["date"])
    found = mine["answer"].map({MANAGED: YES, NO_OVERUSE: YES, NOT_MANAGED: NO}).fillna(UNKNOWN).to_numpy(np.int64)
    early = (patient >= 0) & (when <= day[patient])
    answer[patient[early]] = found[early]
    return answer


def preventives_before(case: Case, grid: Grid, day: Ints) -> tuple[Ints, Ints]:
    """How many different preventives were begun before each patient's *day*, and how many of these had failed by it."""
    mine = case.treatments.loc[case.treatments["kind"] == "preventive"]
    patient = grid.number(mine["patient"])
    early = (patient >= 0) & (day_number(mine["start"]) < day[patient])
    mine, patient = mine.loc[early], patient[early]
    ended = mine["end"].notna().to_numpy(bool) & (day_number(mine["end"]) <= day[patient])
    medicines = list(zip(patient.tolist(), mine["product"].str.casefold(), strict=True))
    failed = failed_medicines(zip(medicines, mine["reason"].fillna(""), ended, strict=True))
    return _per_patient(grid, set(medicines)), _per_patient(grid, failed)


def _per_patient(grid: Grid, medicines: Any) -> Ints:
    owners = np.array([patient for patient, _ in medicines], dtype=np.int64)
    return np.bincount(owners, minlength=len(grid.patients))
