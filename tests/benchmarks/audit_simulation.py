"""What an audit says of a clinic whose truth is known: a simulation with a fixed seed.

`python -m tests.benchmarks.audit_simulation` invents 4,000 patients, sends their diaries through the audit (days,
windows, cohort, tally, lines) and prints, in half a minute, the three lines of the fifth cycle beside two truths.

**The clinic.** A diary of twelve weeks before the first session and sessions every twelve weeks, five at most; 15 % of
the days are not written down, at random. Headache days per 28 before treatment have a mean of 20 and a standard
deviation of 4 (at least 8, at most 27). With the full effect, reached in the third cycle after 70 and 90 % of it, they
fall by 29.5 % on average, with a standard deviation of 26.5 points: some get far better, some not at all, some worse.
Each cycle strays from that by a standard deviation of 2 days. Days are a two-state Markov chain with lag-1
autocorrelation .3.

**The stop rule.** Whoever has less than 30 % fewer headache days in cycle 2, by the days that were written down, stops
then, with a decision that is noted.

**Informative dropout.** After any cycle some do not come back, without a word, and the more so the worse the cycle
would have been that nobody saw: 3 % of those whose headache days would have been fewer by 10, 9 % of those without a
change.

**After a stop** nothing is written down any more, and a tenth of the change stays.

**The truths** are the mean differences between the true levels in cycle 5 and before treatment: had everybody gone on
("if continued"), and as it was, stops and all ("treatment policy").

**What was found**: the truths are -5.9 days (if continued) and -4.0 (treatment policy). Those still treated, two in
five, have -10.2 (-10.5 to -9.9), which holds neither. All who started, modelled, have -6.0 (-6.2 to -5.7) and,
stoppers counted as baseline, -4.0 (-4.2 to -3.8): each of these two lines holds the truth that it is about.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.audit import audit
from analysis.cohort.people import cohort
from analysis.cohort.questions import tally
from diary.tables import (
    ATTACKS,
    CONSULTATIONS,
    DAYS,
    DOSES,
    EVENTS,
    INJECTIONS,
    SCORES,
    TREATMENTS,
    Tables,
    conform,
    facts_frame,
)
from tests.benchmarks.coverage import markov_days

SEED = 20261128
PATIENTS = 4_000

BEFORE = CYCLE = 84
CYCLES = 5
FIRST_DAY = date(2024, 1, 1)
LAST_DAY = BEFORE + CYCLES * CYCLE + 27
AS_OF = FIRST_DAY + timedelta(days=LAST_DAY)
"""Late enough that who did not come back for the fifth session counts as stopped."""

LEVEL, LEVEL_SPREAD, LOWEST, HIGHEST = 20, 4, 8, 27
EFFECT, EFFECT_SPREAD = 0.295, 0.265
REACHED = np.array([0.7, 0.9, 1, 1, 1])
STRAY = 2
AUTOCORRELATION = 0.3
NOT_WRITTEN = 0.15

ENOUGH = 0.30
RULE_CYCLE = 2
LEAVING, LEAVING_PER_DAY = -2.3, 0.105
"""Logarithm of the odds of not coming back without any change, and what each day more adds to it."""

KEPT = 0.1

Floats = NDArray[np.float64]


class Patients(NamedTuple):
    """Simulated patients, a row each: their true headache days per 28 before and in each cycle, had they gone on;
    the days of their diary had they gone on (NaN: not written down); whether the rule stopped them, and how many
    sessions they had.
    """

    before: Floats
    levels: Floats
    days: Floats
    stopped: NDArray[np.bool_]
    sessions: NDArray[np.int64]

    @property
    def if_continued(self) -> float:
        """The true mean change in the last cycle, had everybody gone on."""
        return float((self.levels[:, -1] - self.before).mean())

    @property
    def treatment_policy(self) -> float:
        """The true mean change in the last cycle, as it was."""
        change = self.levels[:, -1] - self.before
        return float(np.where(self.sessions == CYCLES, change, KEPT * change).mean())


def simulate(patients: int, rng: np.random.Generator) -> Patients:
    """The clinic of the scenario."""
    before = np.clip(rng.normal(LEVEL, LEVEL_SPREAD, patients), LOWEST, HIGHEST)
    effect = rng.normal(EFFECT, EFFECT_SPREAD, patients)
    levels = before[:, None] * (1 - effect[:, None] * REACHED) + rng.normal(0, STRAY, (patients, CYCLES))
    levels = np.clip(levels, 0.5, 27.5)
    days = _diary(before, levels, rng)
    stopped = _rate(days, RULE_CYCLE) > (1 - ENOUGH) * _rate(days, 0)
    sessions = np.minimum(_stays(before, levels, rng), np.where(stopped, RULE_CYCLE, CYCLES))
    return Patients(before, levels, days, stopped & (sessions == RULE_CYCLE), sessions)


def _diary(before: Floats, levels: Floats, rng: np.random.Generator) -> Floats:
    share = np.column_stack([before, levels]).T.repeat(CYCLE, axis=0) / 28
    days = markov_days(share, AUTOCORRELATION, len(before), rng).T
    return np.where(rng.random(days.shape) < NOT_WRITTEN, np.nan, days)


def _rate(days: Floats, cycle: int) -> Floats:
    """The share of headache days among those written down in a cycle, 0 being the time before."""
    found: Floats = np.nanmean(days[:, cycle * CYCLE : (cycle + 1) * CYCLE], axis=1)
    return found


def _stays(before: Floats, levels: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many sessions each would have, were there no rule: until the first cycle that they do not come back for."""
    ahead = levels[:, 1:] - before[:, None]
    leaves = rng.random(ahead.shape) < 1 / (1 + np.exp(-LEAVING - LEAVING_PER_DAY * ahead))
    return np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, CYCLES)


# --- as a clinic has it


def tables(found: Patients, late: NDArray[np.int64] | None = None) -> Tables:
    """What the clinic knows: the diaries up to each patient's last cycle, the sessions, and the decisions to stop.

    Each begins so many days *late*; nothing is known of the days after :data:`AS_OF`.
    """
    late = np.zeros(len(found.before), dtype=np.int64) if late is None else late
    codes = pd.array([f"P{number:05d}" for number in range(len(found.before))], dtype="string")
    empty = {table.name: facts_frame((), table) for table in (ATTACKS, DOSES, INJECTIONS, SCORES, EVENTS)}
    return Tables(
        days=_day_table(found, codes, late),
        treatments=_sessions(found, codes, late),
        consultations=_decisions(found, codes, late),
        **empty,
    )


def _day_table(found: Patients, codes: Any, late: NDArray[np.int64]) -> pd.DataFrame:
    day = np.arange(found.days.shape[1])
    there = (day < (1 + found.sessions[:, None]) * CYCLE) & (day + late[:, None] <= LAST_DAY)
    patient, day = np.nonzero(there)
    headache = found.days[there]
    return conform(
        pd.DataFrame(
            {
                "patient": codes[patient],
                "date": _dates(day + late[patient]),
                "logged": ~np.isnan(headache),
                "headache": pd.array(headache, dtype="Float64").astype("boolean"),
            }
        ),
        DAYS,
    )


def _sessions(found: Patients, codes: Any, late: NDArray[np.int64]) -> pd.DataFrame:
    day = BEFORE + np.arange(CYCLES) * CYCLE + late[:, None]
    patient, number = np.nonzero((np.arange(CYCLES) < found.sessions[:, None]) & (day <= LAST_DAY))
    about = {"kind": "botulinum", "purpose": "therapeutic", "product": "onabotulinumtoxinA", "source": "log"}
    rows = pd.DataFrame({"patient": codes[patient], "start": _dates(day[patient, number]), **about})
    return conform(rows.assign(treatment_id=rows["patient"] + "-" + pd.Series(number).astype("string")), TREATMENTS)


def _decisions(found: Patients, codes: Any, late: NDArray[np.int64]) -> pd.DataFrame:
    day = BEFORE + RULE_CYCLE * CYCLE + late
    decided = found.stopped & (day <= LAST_DAY)
    rows = {
        "patient": codes[decided],
        "date": _dates(day[decided]),
        "topic": "decision",
        "answer": "stop",
        "source": "log",
    }
    return conform(pd.DataFrame(rows), CONSULTATIONS)


def _dates(day: NDArray[np.int64]) -> Any:
    return np.datetime64(FIRST_DAY, "s") + day * np.timedelta64(86_400, "s")


def lines(found: Patients, late: NDArray[np.int64] | None = None) -> pd.DataFrame:
    """The three lines of the audit in the last cycle, by the name of the line."""
    table = audit(tally(cohort(tables(found, late), as_of=AS_OF))).lines
    return table.loc[table["cycle"] == CYCLES].set_index("line")


def main(patients: int = PATIENTS) -> None:
    """Print the truths and the lines."""
    found = simulate(patients, np.random.default_rng(SEED))
    print(f"Change in cycle {CYCLES}, headache days per 28 days, of {patients} who started")
    print(f"{'the truth, if continued':48} {found.if_continued:6.1f}")
    print(f"{'the truth, treatment policy':48} {found.treatment_policy:6.1f}")
    for name, line in lines(found).iterrows():
        print(f"{name:48} {line['change']:6.1f}  ({line['low']:.1f} to {line['high']:.1f}; n {line['n']})")


if __name__ == "__main__":
    main()
