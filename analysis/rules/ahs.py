"""American Headache Society, consensus statement (2021): when to continue a CGRP antibody.

It was written for antibodies, not for botulinum toxin, and is shown for comparison. Continue where, six months
after the start of a treatment given every three months, one of these is reached: at least 50 % fewer headache
days; at least 50 % fewer moderate or severe ones; HIT-6 at least 5 points lower; MIDAS at least 5 points lower
from 11-20, or 30 % lower from above 20; MPFID at least 5 points lower.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Floats, Grid, Ints, day_grid, day_number
from analysis.months import NEVER, figures
from analysis.rules.base import BASELINE, CYCLE, Case, one_way, part, verdicts, window_of
from analysis.truth import NO, UNKNOWN, answers
from analysis.windows import BLOCK, therapeutic_sessions

NAME = "ahs-2021"
SOURCE = (
    "American Headache Society consensus statement (2021) on CGRP antibodies, as in table 3 of "
    "https://doi.org/10.1186/s10194-023-01539-8; written for antibodies, shown for comparison"
)
AHS_CONTINUE = "ahs-2021 continue: 50 % fewer headache days, or a questionnaire clearly better, at six months"
WINDOW = "the whole of cycle 2 against the baseline; questionnaires from its week 9 to four weeks after its week 12"

WEEK_9, FOUR_WEEKS_AFTER = 56, 84 + BLOCK
"""Days after the second session between which a questionnaire counts as that of six months."""


def ahs_2021(case: Case) -> pd.DataFrame:
    """Whether one of the criteria is reached.

    Where none is, and HIT-6 or MIDAS is not recorded at both times, it cannot be told. MPFID, which is rarely
    asked, counts where it is recorded.
    """
    grid = day_grid(case.marked)
    reached, said = [], []
    for column, what in (("headache_day", "headache days"), ("moderate_severe_day", "moderate or severe days")):
        base, after = (window_of(case, grid, *at, column) for at in ((0, BASELINE), (2, CYCLE)))
        reached.append(one_way(base, after, 50))
        said.append(part(base, after, what))
    for instrument, (name, enough) in QUESTIONNAIRES.items():
        scores = score_pair(case, grid, instrument)
        lower = np.where(scores.known, answers(enough(scores), ~enough(scores)), UNKNOWN)
        reached.append(np.where(scores.known | (instrument != "mpfid"), lower, NO))
        said.append(_said(name, scores))
    because = said[0]
    for one in said[1:]:
        because = because + "; " + one
    because = pd.Series(because).str.slice(0, 1).str.upper() + pd.Series(because).str.slice(1) + "."
    return verdicts(grid, AHS_CONTINUE, np.stack(reached).max(axis=0), because.to_numpy(object), WINDOW)


class ScorePair(NamedTuple):
    """A questionnaire's total at the start and at six months; not a number where it is not recorded."""

    before: Floats
    after: Floats

    @property
    def known(self) -> Any:
        """Where both are recorded."""
        return ~np.isnan(self.before) & ~np.isnan(self.after)


def five_points(scores: ScorePair) -> Any:
    """Whether the total is at least 5 points lower."""
    return scores.before - scores.after >= 5


def midas_better(scores: ScorePair) -> Any:
    """At least 5 points lower from 11-20, at least 30 % lower from above 20; below 11 there is no criterion."""
    fall = scores.before - scores.after
    return np.where(scores.before > 20, 10 * fall >= 3 * scores.before, (scores.before >= 11) & (fall >= 5))


QUESTIONNAIRES: dict[str, tuple[str, Any]] = {
    "hit6": ("HIT-6", five_points),
    "midas": ("MIDAS", midas_better),
    "mpfid": ("MPFID", five_points),
}


def score_pair(case: Case, grid: Grid, instrument: str) -> ScorePair:
    """The last total in the four weeks before the first session, and the last one around the end of cycle 2."""
    first, second = session_day(case, grid, 1), session_day(case, grid, 2)
    before = _last_total(case, grid, instrument, first - BLOCK, first)
    return ScorePair(before, _last_total(case, grid, instrument, second + WEEK_9, second + FOUR_WEEKS_AFTER))


def session_day(case: Case, grid: Grid, number: int) -> Ints:
    """The day of the therapeutic session of that number, from 1; :data:`NEVER` where there are fewer."""
    patient, day = therapeutic_sessions(case.treatments, grid, case.as_of)
    begins = np.searchsorted(patient, np.arange(len(grid.patients)))
    found = np.full(len(grid.patients), NEVER)
    mine = np.arange(len(patient)) - begins[patient] == number - 1
    found[patient[mine]] = day[mine]
    return found


def _last_total(case: Case, grid: Grid, instrument: str, start: Ints, last: Ints) -> Floats:
    """The last total of each patient from *start* to *last*, both inside; not a number where there is none."""
    found = np.full(len(grid.patients), np.nan)
    if case.scores is None:
        return found
    mine = case.scores.loc[(case.scores["instrument"] == instrument) & case.scores["item"].isna()].sort_values("date")
    patient, day = grid.number(mine["patient"]), day_number(mine["date"])
    until = np.inf if case.as_of is None else day_number([case.as_of])[0]
    kept = (patient >= 0) & (day >= start[patient]) & (day <= np.minimum(last[patient], until))
    found[patient[kept]] = mine["value"].to_numpy(float, na_value=np.nan)[kept]
    return found


def _said(name: str, scores: ScorePair) -> Any:
    before, after = (figures(np.nan_to_num(total)) for total in scores)
    return np.where(scores.known, f"{name} " + before + " → " + after, f"{name} not recorded at both times")
