"""European Headache Federation, guideline on the use of onabotulinumtoxinA in chronic migraine (2018).

Stop where headache days fell by less than 30 % in the first two to three cycles; continued response compares the
four weeks before a session with the four weeks after it; success is fewer than 10 headache days a month for three
months, and the patient is seen again four to five months after stopping.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.grid import Grid, Ints, day_grid
from analysis.months import NEVER, diary_end, span_sums
from analysis.outcome import Sums
from analysis.rules.base import (
    BASELINE,
    CYCLE,
    TURNED,
    Case,
    Found,
    comparable,
    counted,
    fell,
    fewer,
    fewer_than,
    months_keep,
    not_compared,
    verdicts,
    window_of,
)
from analysis.truth import UNKNOWN
from analysis.windows import BLOCK, COMPLETENESS, therapeutic_sessions

NAME = "ehf-2018"
SOURCE = "European Headache Federation guideline (2018), J Headache Pain, https://doi.org/10.1186/s10194-018-0921-8"

EHF_STOP = "ehf-2018 stop: less than 30 % fewer headache days in each of the first two to three cycles"
EHF_CONTINUE = "ehf-2018 continue: at least 30 % fewer headache days in the four weeks after the latest session"
EHF_SUCCESS = "ehf-2018 success: fewer than 10 headache days a month for three months"


def ehf_2018(case: Case) -> pd.DataFrame:
    """The three questions of the guideline that a diary can answer.

    Intensity, disability and the patient's preference, which it also weighs, are not in these verdicts.
    """
    return pd.concat([no_response(case), continued(case), success(case)], ignore_index=True)


def no_response(case: Case) -> pd.DataFrame:
    """Whether headache days fell by less than 30 % in cycle 1, in cycle 2, and in cycle 3 once it is over."""
    grid = day_grid(case.marked)
    base = window_of(case, grid, 0, BASELINE)
    cycles = [window_of(case, grid, k, CYCLE) for k in (1, 2, 3)]
    short = [-fell(base, cycle, 30) for cycle in cycles]
    third = np.where(cycles[2].there & cycles[2].over, short[2], short[1])
    answer = np.minimum(np.minimum(short[0], short[1]), third)
    text = counted("Baseline", base.sums)
    for k, (cycle, one) in enumerate(zip(cycles, short, strict=True), start=1):
        text = text + _beside(base, cycle, f"cycle {k}", one)
    told = base.there & base.usable & (base.sums.total > 0)
    because = np.where(told, text + ".", not_compared(base, cycles[1], "cycle 2"))
    return verdicts(grid, EHF_STOP, answer, because, "each whole cycle, 1 to 3, against the baseline")


def _beside(base: Found, cycle: Found, name: str, answer: Ints) -> Any:
    """What one cycle adds to the counts of the baseline."""
    text = counted(f"; {name}", cycle.sums) + ": " + fewer(base.sums, cycle.sums)
    open_ = np.where(answer == UNKNOWN, ", which the days that are missing could turn", "").astype(object)
    lacking = np.where(cycle.there, f"; {name}: " + cycle.reason, f"; there is no {name} yet").astype(object)
    return np.where(comparable(base, cycle), text + open_, lacking)


def continued(case: Case) -> pd.DataFrame:
    """Whether headache days fell by at least 30 % from the four weeks before the latest session to those after it.

    The latest session is the last one that four weeks of diary follow.
    """
    grid = day_grid(case.marked)
    session = _latest_session(case, grid)
    before, after = (_four_weeks(case, grid, session + shift) for shift in (-BLOCK, 0))
    answer = fell(before, after, 30)
    text = counted("Four weeks before the session", before.sums) + counted("; four weeks after it", after.sums)
    text = text + ": " + fewer(before.sums, after.sums) + "." + np.where(answer == UNKNOWN, TURNED, "").astype(object)
    text = text + " Before a later session wearing off may show, which makes this fall look larger."
    told = comparable(before, after)
    return verdicts(grid, EHF_CONTINUE, answer, np.where(told, text, _why_not(session, before)), _AROUND)


_AROUND = "the four weeks before against the four weeks after the latest session that four weeks of diary follow"


def _latest_session(case: Case, grid: Grid) -> Ints:
    """The last therapeutic session that four weeks of diary follow; :data:`NEVER` where there is none."""
    patient, day = therapeutic_sessions(case.treatments, grid, case.as_of)
    followed = day + BLOCK <= diary_end(grid, case.as_of)[patient]
    latest = np.full(len(grid.patients), -NEVER)
    np.maximum.at(latest, patient[followed], day[followed])
    return np.where(latest == -NEVER, NEVER, latest)


def _four_weeks(case: Case, grid: Grid, start: Ints) -> Found:
    """The headache days of the 28 days from each start."""
    sums = span_sums(case.marked, grid, "headache_day", np.stack([start, start + BLOCK], axis=1))
    sums = Sums._make(part[:, 0] for part in sums)
    there = np.ones(len(start), bool)
    return Found(sums, there, there, sums.asked >= COMPLETENESS.full, np.full(len(start), "", object))


def _why_not(session: Ints, before: Found) -> Any:
    few = f"Fewer than {COMPLETENESS.full} of the 28 days before or after the latest session are logged."
    none = np.where(before.usable & (before.sums.total == 0), "The four weeks before had no headache day.", few)
    return np.where(session == NEVER, "No session is followed by four weeks of diary yet.", none)


def success(case: Case) -> pd.DataFrame:
    """Whether each of the last three whole calendar months after the first session had fewer than 10 headache days."""
    return months_keep(case, EHF_SUCCESS, fewer_than(10))
