"""The questions of an audit: what is counted of each part, so that the audit can be made of the sum alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.people import OTHERS, STATES, Cohort
from analysis.cohort.standards import STANDARDS, WORDS, standards_table
from analysis.cohort.tally import ALL, NO_CYCLE, Tally, count_values, count_words, join_counts, moments
from analysis.rules import verdict_table
from analysis.scores import TOTAL, score_table
from analysis.side_effects import side_effect_table, therapeutic_sessions
from analysis.windows import CYCLE

MOST_CYCLES = 5
"""Cycles that are looked at; PREEMPT had five."""

THRESHOLDS = (30, 50, 75)
DUST = 1e-9
"""What decimal fractions may lack of a whole per cent: exactly 30 % is 30 %."""

VERDICTS = ("met", "not met", "cannot tell")
RESPONSES = ("yes", "uncertain", "no")
PRESENCE = (*STATES, "stopped before", "not yet")
"""What there is of a cycle: how much of it is logged; or that the treatment stopped before it; or that it is too early
for it. Who stopped counts in a cycle from the day on which it would be over, had every session been in time: counted
earlier, a cycle that few have come to yet would be made up of those who stopped.
"""

STOPPED, NOT_YET = PRESENCE[-2:]
MEASURES = ("headache_days", *(measure.name for measure in OTHERS))


def tally(part: Cohort, most_cycles: int = MOST_CYCLES, rules: str | None = None) -> Tally:
    """Everything that an audit needs to know of this part; also how often each rule of the set *rules* was met."""
    started = part.people.loc[part.people["sessions"] > 0]
    cycles = every_cycle(part, started, most_cycles)
    counts = [
        *_people(part.people, started),
        *_baselines(cycles),
        *_cycles(cycles),
        *_responses(cycles),
        *_standards(part, started),
        *_side_effects(part, started),
        *_scores(part, started),
        *([] if rules is None else _rules(part, started, rules)),
    ]
    return Tally(join_counts(counts), _moments(cycles, most_cycles))


def both(frame: pd.DataFrame) -> pd.DataFrame:
    """Every row once in the group of everybody, and once more in its own group where it has one."""
    return pd.concat([frame.assign(group=ALL), frame.loc[frame["group"] != ""]], ignore_index=True)


def every_cycle(part: Cohort, started: pd.DataFrame, most: int) -> pd.DataFrame:
    """A row for each patient who started and each cycle from 0 to *most*, there or not, with ``presence``."""
    every = pd.MultiIndex.from_product([started["patient"], range(most + 1)], names=["patient", "cycle"])
    cycles = part.cycles.set_index(["patient", "cycle"]).reindex(every).reset_index()
    about = started.set_index("patient").reindex(cycles["patient"])
    cycles["group"] = about["group"].array
    cycles["presence"] = _presence(cycles, about, part)
    return cycles


def _presence(cycles: pd.DataFrame, about: pd.DataFrame, part: Cohort) -> Any:
    """Of :data:`PRESENCE`, for each cycle; *about* is its patient's row of the people."""
    there = cycles["session"].notna() | (cycles["cycle"] == 0)
    until = pd.Timestamp(part.as_of + timedelta(days=1))
    over = cycles["session"] + pd.Timedelta(days=CYCLE) <= until
    next_one = there.shift(-1, fill_value=False) & (cycles["cycle"].shift(-1, fill_value=0) > 0)
    closed = (cycles["cycle"] == 0) | over | next_one
    cycle_days = pd.to_timedelta(cycles["cycle"].astype("int64") * CYCLE, unit="D")
    in_time = about["first_session"].array + cycle_days.array <= until
    missing = np.where(about["stopped"].notna() & in_time, STOPPED, NOT_YET)
    return np.where(there, np.where(closed, cycles["state"], NOT_YET), missing)


def _people(people: pd.DataFrame, started: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """How many there are, who they are, and how long they were treated."""
    yield count_values("patients", ALL, NO_CYCLE, np.ones(len(people)))
    every = both(started)
    group = every["group"]
    yield count_values("started", group, NO_CYCLE, np.ones(len(every)))
    yield count_values("age", group, NO_CYCLE, every["age"])
    sex = every["sex"].str.casefold()
    known = sex.isin(["female", "f", "male", "m", "other", "x"])
    yield count_values("female", group, NO_CYCLE, sex.isin(["female", "f"]).astype(float).where(known.fillna(False)))
    yield count_values("sessions", group, NO_CYCLE, every["sessions"])
    yield count_values("days until stopped", group, NO_CYCLE, every["days_on"].where(every["ended"]))
    yield count_values("days still treated", group, NO_CYCLE, every["days_on"].mask(every["ended"]))


def _baselines(cycles: pd.DataFrame) -> Iterator[pd.DataFrame]:
    base = both(cycles.loc[cycles["cycle"] == 0])
    yield count_values("baseline headache_days", base["group"], NO_CYCLE, base["after"])
    for measure in OTHERS:
        yield count_values(f"baseline {measure.name}", base["group"], NO_CYCLE, base[measure.name])


def _cycles(cycles: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """What there is of each cycle, and the change in it."""
    every = both(cycles)
    group, cycle = every["group"], every["cycle"]
    yield count_words("presence", group, cycle, every["presence"], PRESENCE)
    counted = every["presence"].isin(STATES) & (cycle > 0)
    change = every["change"].where(counted)
    yield count_values("change", group, cycle, change)
    baseline = _per_patient(every, every["after"].where(cycle == 0))
    stopped_at_baseline = change.fillna(0.0).where(change.notna() | ((every["presence"] == STOPPED) & baseline.notna()))
    yield count_values("change, stoppers at baseline", group, cycle, stopped_at_baseline)
    for name in ("interval", "units", "sites"):
        yield count_values(name, group, cycle, every[name])
    yield count_values("fades", group, cycle, every["fades"].where(counted))
    for measure in OTHERS:
        yield count_values(f"change {measure.name}", group, cycle, every[f"{measure.name}_change"].where(counted))
    clear = _per_patient(every, every["clear_days"].where(cycle == 0))
    doubled = (every["clear_days"] >= 2 * clear).astype(float).where(clear.gt(0) & every["clear_days"].notna())
    yield count_values("clear days doubled", group, cycle, doubled.where(counted))


def _per_patient(cycles: pd.DataFrame, values: pd.Series[Any]) -> pd.Series[Any]:
    """The one known value of each patient on all of their rows."""
    found: pd.Series[Any] = values.groupby([cycles["group"], cycles["patient"]], observed=True).transform("max")
    return found


def _responses(cycles: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Who reached which threshold in which cycle: by the counts alone, by the interval, and for the first time."""
    every = both(cycles.loc[cycles["presence"].isin(STATES) & (cycles["cycle"] > 0)])
    group, cycle = every["group"], every["cycle"]
    for threshold in THRESHOLDS:
        reached = (every["change_percent"] <= -threshold + DUST).fillna(False)
        yield count_values(f"reached {threshold}", group, cycle, reached.astype(float).where(reached))
        yield count_words(f"response {threshold}", group, cycle, every[f"response_{threshold}"], RESPONSES)
        first = every.loc[reached].drop_duplicates(["group", "patient"])
        yield count_values(f"first reached {threshold}", first["group"], first["cycle"], np.ones(len(first)))


def _standards(part: Cohort, started: pd.DataFrame) -> Iterator[pd.DataFrame]:
    found = standards_table(part, started)
    for standard in STANDARDS:
        mine = both(found.loc[found["standard"] == standard])
        yield count_words(standard, mine["group"], NO_CYCLE, mine["verdict"], WORDS)


def _rules(part: Cohort, started: pd.DataFrame, rules: str) -> Iterator[pd.DataFrame]:
    """What each rule of a set says of those who started and have a diary."""
    found = verdict_table(part.case, rules)
    found = found.loc[found["patient"].isin(started["patient"])]
    found = found.assign(group=started.set_index("patient")["group"].reindex(found["patient"]).array)
    for rule, mine in found.groupby("rule", observed=True):
        every = both(mine)
        yield count_words(f"rule {rule}", every["group"], NO_CYCLE, every["verdict"], VERDICTS)


def _side_effects(part: Cohort, started: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Sessions after which each side effect was noted, and the patients who had it."""
    groups = started.set_index("patient")["group"]
    sessions = therapeutic_sessions(part.tables.treatments)
    sessions = sessions.loc[sessions["patient"].isin(started["patient"])].drop_duplicates(["patient", "start"])
    sessions = sessions.assign(group=groups.reindex(sessions["patient"]).array)
    every = both(sessions)
    yield count_values("sessions in all", every["group"], NO_CYCLE, np.ones(len(every)))
    effects = side_effect_table(part.tables.events, part.tables.treatments)
    effects = effects.loc[effects["treatment_id"].isin(sessions["treatment_id"])]
    effects = effects.assign(group=groups.reindex(effects["patient"]).array)
    for event, mine in effects.groupby("name", observed=True):
        at_sessions = both(mine.drop_duplicates("treatment_id"))
        people = both(mine.drop_duplicates("patient"))
        yield count_values(f"side effect {event}", at_sessions["group"], NO_CYCLE, np.ones(len(at_sessions)))
        yield count_values(f"patients with {event}", people["group"], NO_CYCLE, np.ones(len(people)))


def _scores(part: Cohort, started: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """HIT-6 and MIDAS at baseline, and how much the latest one that can be compared differs from it."""
    table = score_table(part.tables.scores, part.case.windows, part.as_of)
    table = table.loc[(table["item"] == TOTAL) & table["patient"].isin(started["patient"])]
    table = table.assign(group=started.set_index("patient")["group"].reindex(table["patient"]).array)
    for instrument in ("hit6", "midas"):
        mine = table.loc[table["instrument"] == instrument]
        base = both(mine.loc[mine["role"] == "baseline"])
        yield count_values(f"baseline {instrument}", base["group"], NO_CYCLE, base["value"])
        told = mine.loc[mine["change"].notna()].sort_values("date", kind="stable")
        latest = both(told.drop_duplicates("patient", keep="last"))
        yield count_values(f"change {instrument}", latest["group"], NO_CYCLE, latest["change"])


def _moments(cycles: pd.DataFrame, most: int) -> pd.DataFrame:
    """For the model: the rate of headache days at baseline and in each cycle, of everyone with any."""
    counted = cycles.assign(rate=cycles["after"].where(cycles["presence"].isin(STATES)))
    every = both(counted)
    wide = every["rate"].to_numpy(float, na_value=np.nan).reshape(-1, most + 1)
    return moments(every["group"].to_numpy()[:: most + 1], wide)
