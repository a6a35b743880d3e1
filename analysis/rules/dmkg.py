"""German Migraine and Headache Society (DMKG): chronic migraine and onabotulinumtoxinA (2018).

Three-month cycles in the first year. Stop where headache days fell by less than 30 % after the third cycle, for
which the dose may first be raised to 195 units; longer intervals, of four months, after a stable first year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.grid import day_grid
from analysis.rules.base import BASELINE, CANNOT_TELL, CYCLE, Case, compared, fell, verdicts, window_of
from analysis.truth import words

NAME = "dmkg-2018"
SOURCE = "German Migraine and Headache Society (2018), Nervenarzt, https://doi.org/10.1007/s00115-018-0534-0"

DMKG_STOP = "dmkg-2018 stop: less than 30 % fewer headache days after the third cycle"
DMKG_STRETCH = "dmkg-2018 stretch: stable through the four cycles of the first year"

FIRST_YEAR = (1, 2, 3, 4)
"""Cycles of three months in the first year."""


def dmkg_2018(case: Case) -> pd.DataFrame:
    """The two questions of the recommendation that a diary can answer."""
    return pd.concat([too_little(case), stable_year(case)], ignore_index=True)


def too_little(case: Case) -> pd.DataFrame:
    """Whether headache days fell by less than 30 %, from the baseline to the whole of cycle 3."""
    grid = day_grid(case.marked)
    base, after = window_of(case, grid, 0, BASELINE), window_of(case, grid, 3, CYCLE)
    answer = -fell(base, after, 30)
    text = compared(base, after, "cycle 3", answer)
    return verdicts(grid, DMKG_STOP, answer, text, "the whole of cycle 3 against the baseline")


def stable_year(case: Case) -> pd.DataFrame:
    """Whether headache days were at least 30 % fewer in each of the first four cycles.

    What "stable" is, the recommendation leaves open; reading it so is a convention of this program.
    """
    grid = day_grid(case.marked)
    base = window_of(case, grid, 0, BASELINE)
    each = np.stack([fell(base, window_of(case, grid, k, CYCLE), 30) for k in FIRST_YEAR])
    text: Any = "At least 30 % fewer headache days than at baseline"
    for k, one in zip(FIRST_YEAR, each, strict=True):
        text = text + f"{', ' if k > 1 else ' '}in cycle {k}: " + words(one, unknown=CANNOT_TELL)
    return verdicts(
        grid, DMKG_STRETCH, each.min(axis=0), text + READ_SO, "each whole cycle, 1 to 4, against the baseline"
    )


READ_SO = '. "Stable" is read as at least 30 % fewer in each of the four: a convention of this program.'
