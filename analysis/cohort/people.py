"""What each patient of a part gives to an audit: when they started and stopped, their baseline, and each cycle.

Everyone with a therapeutic session counts as started, also without any diary. The same functions serve one part of a
registry and a whole clinic; nothing here depends on who else is in the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.definitions import DEFAULT, DayRules, mark_days
from analysis.followup import HALTS
from analysis.grid import day_number
from analysis.measures import BY_NAME, Measure
from analysis.outcome import change_table, outcome_table
from analysis.products import is_other_toxin
from analysis.rules import Case
from analysis.windows import CYCLE, LOW, is_therapeutic, window_table
from diary.tables import Tables

LONGEST_INTERVAL = 182
"""Days after a session from which on, without another, the treatment counts as stopped twelve weeks after it: by then
a whole cycle was left out. A convention of this program."""

PHASES = ("baseline", "cycle", "5-8", "9-12")
OTHERS = tuple(
    BY_NAME[name] for name in ("migraine_days", "moderate_severe_days", "headache_hours", "acute_days", "clear_days")
)
"""What is looked at beside headache days."""

STATES = ("usable", "low completeness", "cannot tell", "no days")
"""How much of a window is logged, as :func:`analysis.windows.window_table` calls it."""


class Caseload(NamedTuple):
    """Every single patient of an audit, and their cycles; the tables are those of :class:`Cohort`."""

    people: pd.DataFrame
    cycles: pd.DataFrame


class Cohort(NamedTuple):
    """One part of an audit.

    *people*, a row for each patient: ``patient``, ``group``, ``first_session``, ``last_session`` (both missing where
    never treated), ``sessions``, ``age`` at the first session, ``sex``, ``stopped`` (the day), ``stop_reason``,
    ``days_on`` (from the first session to the stop, or to the last day that is looked at), ``ended`` (stopped).

    *cycles*, a row for each patient and cycle, cycle 0 being the baseline: ``patient``, ``group``, ``cycle``,
    ``session``, ``interval`` (days since the session before), ``units``, ``sites``, ``state`` (of :data:`STATES`),
    ``before``, ``after``, ``change``, ``change_percent``, ``low``, ``high`` of headache days, ``response_30`` …,
    ``fades`` (weeks 9-12 minus weeks 5-8), and ``<measure>`` and ``<measure>_change`` of :data:`OTHERS`.

    *case* is what clinical rules look at, *tables* the facts up to *as_of*, the last day.
    """

    people: pd.DataFrame
    cycles: pd.DataFrame
    case: Case
    tables: Tables
    as_of: date

    @property
    def caseload(self) -> Caseload:
        """What is told of single patients."""
        return Caseload(self.people, self.cycles)


def one_caseload(parts: Iterable[Caseload]) -> Caseload:
    """All patients of several parts, in the order that they have in one."""
    people, cycles = (pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True))
    return Caseload(
        people.sort_values("patient", kind="stable", ignore_index=True),
        cycles.sort_values(["patient", "cycle"], kind="stable", ignore_index=True),
    )


def cohort(
    tables: Tables,
    *,
    as_of: date,
    day_rules: DayRules = DEFAULT,
    baseline_blocks: int | None = None,
    groups: Mapping[str, str] | None = None,
    years: Sequence[int] = (),
) -> Cohort:
    """The part of an audit that these patients are, up to and with the day *as_of*.

    *groups* gives the group of each patient, where groups are compared; who is not in it is in the group "". Where
    *years* are given, the groups are those who started in each of them.
    """
    tables = up_to(tables, as_of)
    marked = mark_days(tables.days, day_rules, tables.doses)
    windows = window_table(marked, tables.treatments, as_of=as_of, baseline_blocks=baseline_blocks)
    sessions = session_table(tables.treatments, as_of)
    people = people_table(tables, sessions, as_of)
    people["group"] = _started_in(people, years) if years else _named(people, groups or {})
    cycles = cycle_table(marked, windows, sessions, people)
    case = Case(marked, windows, tables.treatments, as_of, tables.scores, tables.consultations)
    return Cohort(people, cycles, case, tables, as_of)


CUT = ("days", "treatments", "scores", "events", "consultations")


def up_to(tables: Tables, as_of: date) -> Tables:
    """The tables without the days, treatments, scores, side effects and visits of days after *as_of*."""
    return replace(tables, **{name: _begun(getattr(tables, name), as_of) for name in CUT})


def _begun(table: pd.DataFrame, as_of: date) -> pd.DataFrame:
    when = table["start" if "start" in table else "date"]
    return table.loc[when <= pd.Timestamp(as_of)].reset_index(drop=True)


def _named(people: pd.DataFrame, groups: Mapping[str, str]) -> Any:
    """The group of each patient, "" where they are in none."""
    return pd.Series(groups, dtype="object").reindex(people["patient"]).fillna("").astype("string").array


def _started_in(people: pd.DataFrame, years: Sequence[int]) -> Any:
    """The year in which each patient started, "" for other years."""
    year = people["first_session"].dt.year
    return year.astype("Int64").astype("string").where(year.isin(years)).fillna("").array


def session_table(treatments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Each therapeutic session up to *as_of*: ``patient``, ``cycle``, ``session``, ``interval``, ``gap``, ``units``,
    ``sites``. Two on one day are one, with the units and sites of both. The units are those of onabotulinumtoxinA,
    missing where another product is named.

    *interval* is the days since the session before, *gap* those to the next one, or to *as_of*.
    """
    mine = treatments.loc[is_therapeutic(treatments) & (treatments["start"] <= pd.Timestamp(as_of))]
    counted = mine["amount"].where((mine["unit"] == "U").fillna(False))
    on_day = mine.assign(units=counted, other=is_other_toxin(mine["product"])).groupby(
        ["patient", "start"], observed=True
    )
    given = on_day[["units", "sites"]].sum(min_count=1)
    mine = given.assign(units=given["units"].mask(on_day["other"].any())).reset_index()
    day = pd.Series(day_number(mine["start"]), index=mine.index)
    by_patient = day.groupby(mine["patient"])
    return pd.DataFrame(
        {
            "patient": mine["patient"],
            "cycle": by_patient.cumcount() + 1,
            "session": mine["start"],
            "interval": (day - by_patient.shift()).astype("Int32"),
            "gap": (by_patient.shift(-1).fillna(day_number([as_of])[0]) - day).astype("int64"),
            "units": mine["units"],
            "sites": mine["sites"],
        }
    ).reset_index(drop=True)


def people_table(tables: Tables, sessions: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The people of :class:`Cohort`, without their group, sorted by patient."""
    every = pd.concat([tables.days["patient"], sessions["patient"], tables.patients["patient"]]).drop_duplicates()
    people = pd.DataFrame({"patient": every.sort_values().to_numpy()}).astype("string")
    by_patient = sessions.groupby("patient")
    about = tables.patients.set_index("patient")
    found = {
        "first_session": by_patient["session"].min(),
        "last_session": by_patient["session"].max(),
        "sessions": by_patient.size(),
        "born": about["born"].astype("Int32"),
        "sex": about["sex"],
        "stopped": stops(tables.consultations, sessions),
        "stop_reason": _last_answer(tables.consultations, "stop_reason", as_of),
    }
    for name, by_code in found.items():
        people[name] = by_code.reindex(people["patient"]).array
    people["sessions"] = people["sessions"].fillna(0).astype("int64")
    people["age"] = people["first_session"].dt.year.astype("Int32") - people.pop("born")
    until = people["stopped"].fillna(pd.Timestamp(as_of))
    people["days_on"] = (until - people["first_session"]).dt.days.astype("Int32")
    people["ended"] = people["stopped"].notna()
    return people


def stops(consultations: pd.DataFrame, sessions: pd.DataFrame) -> pd.Series[Any]:
    """The day on which each patient first stopped, by patient; who goes on is not in it.

    A decision to stop or to pause counts from its day, where no session comes within :data:`LONGEST_INTERVAL` days
    after it; without a decision, the treatment stopped twelve weeks after a session after which so many days went by.
    """
    silent = sessions.loc[sessions["gap"] > LONGEST_INTERVAL, ["patient", "session", "gap"]]
    ends = pd.DataFrame({"patient": silent["patient"], "day": silent["session"] + pd.Timedelta(days=CYCLE)})
    halted = consultations["answer"].str.strip().str.casefold().isin(HALTS)
    told = consultations.loc[(consultations["topic"] == "decision") & halted, ["patient", "date"]]
    told = told.rename(columns={"date": "day"})
    kept = _without_session_soon(told, sessions)
    return pd.concat([kept, ends]).groupby("patient")["day"].min()


def _without_session_soon(told: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The decisions after which no session came within :data:`LONGEST_INTERVAL` days, and before which one had."""
    both = told.reset_index().merge(sessions[["patient", "session"]], on="patient")
    after = (both["session"] - both["day"]).dt.days
    undone = set(both.loc[(after > 0) & (after <= LONGEST_INTERVAL), "index"])
    treated = set(both.loc[after <= 0, "index"])
    return told.loc[told.index.isin(treated - undone)]


def _last_answer(consultations: pd.DataFrame, topic: str, as_of: date) -> pd.Series[Any]:
    mine = consultations.loc[(consultations["topic"] == topic) & (consultations["date"] <= pd.Timestamp(as_of))]
    return mine.sort_values("date", kind="stable").groupby("patient")["answer"].last()


# --- cycles


def cycle_table(
    marked: pd.DataFrame, windows: pd.DataFrame, sessions: pd.DataFrame, people: pd.DataFrame
) -> pd.DataFrame:
    """The cycles of :class:`Cohort`: every session, and cycle 0 for everyone who started."""
    started = people.loc[people["sessions"] > 0, ["patient"]].assign(cycle=0)
    cycles = pd.concat([started, sessions.drop(columns="gap")], ignore_index=True)
    shown = windows.loc[windows["phase"].isin(PHASES)].reset_index(drop=True)
    whole = shown.loc[shown["phase"].isin(PHASES[:2])].reset_index(drop=True)
    for beside in (_states(whole), _headache(marked, whole), _fading(marked, shown), *_others(marked, whole)):
        cycles = cycles.merge(beside, on=["patient", "cycle"], how="left", validate="one_to_one")
    cycles["state"] = cycles["state"].fillna("no days").astype("string")
    cycles["group"] = cycles["patient"].map(people.set_index("patient")["group"])
    return cycles.sort_values(["patient", "cycle"], ignore_index=True)


def _states(whole: pd.DataFrame) -> pd.DataFrame:
    """How much of each window is logged."""
    low = whole["reason"].str.startswith(LOW).fillna(False)
    state = np.select([whole["usable"], low, whole["logged"] > 0], STATES[:3], STATES[3])
    return whole[["patient", "cycle", "days", "logged"]].assign(state=state)


def _headache(marked: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Headache days of each cycle against the baseline; of cycle 0, the baseline itself as ``after``."""
    columns = ["before", "after", "change", "change_percent", "low", "high"]
    columns += [f"response_{threshold}" for threshold in (30, 50, 75)]
    rows = outcome_table(marked, whole, measures=(BY_NAME["headache_days"],))
    return pd.concat([rows[["patient", "cycle", *columns]], _baselines(marked, whole, BY_NAME["headache_days"])])


def _baselines(marked: pd.DataFrame, whole: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The rate of each baseline, as ``after`` of cycle 0."""
    rates = change_table(marked, whole.loc[whole["cycle"] == 0].assign(cycle=1), (measure,))
    return rates[["patient", "after"]].assign(cycle=0)


def _others(marked: pd.DataFrame, whole: pd.DataFrame) -> list[pd.DataFrame]:
    """The other measures: their rate in each window, and the change from the baseline."""
    parts = []
    for measure in OTHERS:
        rates = change_table(marked, whole, (measure,))[["patient", "cycle", "after", "change"]]
        rates = pd.concat([rates, _baselines(marked, whole, measure)])
        parts.append(rates.rename(columns={"after": measure.name, "change": f"{measure.name}_change"}))
    return parts


def _fading(marked: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Weeks 9-12 minus weeks 5-8 of each cycle, headache days per 28."""
    rates = change_table(marked, shown, (BY_NAME["headache_days"],))
    early, late = (rates.loc[rates["phase"] == phase].set_index(["patient", "cycle"])["after"] for phase in PHASES[2:])
    return (late - early).rename("fades").reset_index()
