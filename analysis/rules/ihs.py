"""International Headache Society, position statement on treatment goals (2025): what burden is left.

Days with migraine or with moderate or severe headache, in each month: none is freedom, fewer than 4 are optimal
control, 4 to 6 modest, more than 6 insufficient. It is said beside a change, because a large fall can leave a
large burden, and a small one may leave none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.rules.base import MET, NOT_MET, Case, Limit, at_most, fewer_than, months_keep

NAME = "ihs-2025"
SOURCE = (
    "International Headache Society position statement (Sacco and others, Cephalalgia 2025), "
    "https://doi.org/10.1177/03331024251320608"
)
DAYS = "Days with migraine or moderate to severe headache"


class Band(NamedTuple):
    """A band that is reached where every month keeps the *limit*; *name* is the band, *rule* its verdict."""

    name: str
    rule: str
    limit: Limit


BANDS = (
    Band("freedom", "ihs-2025 residual burden: freedom (none in three months)", at_most(0)),
    Band("optimal", "ihs-2025 residual burden: optimal or better (fewer than 4 days a month)", fewer_than(4)),
    Band("modest", "ihs-2025 residual burden: modest or better (6 days a month or fewer)", at_most(6)),
)
INSUFFICIENT = "insufficient"
"""The band of those who do not reach the last one."""

ACUTE = " Whether acute treatment works well enough, which optimal control also asks for, is not in these counts."


def ihs_2025(case: Case) -> pd.DataFrame:
    """A verdict for each band, from the last three whole calendar months after the first session."""
    marked = case.marked.assign(burden_day=case.marked["migraine_day"] | case.marked["moderate_severe_day"])
    tables = [months_keep(case._replace(marked=marked), b.rule, b.limit, "burden_day", DAYS) for b in BANDS]
    tables[1] = tables[1].assign(because=tables[1]["because"] + ACUTE)
    table = pd.concat(tables, ignore_index=True)
    band = table["patient"].map(residual_band(table))
    return table.assign(because=table["because"] + (" Band: " + band + ".").fillna(""))


def residual_band(verdicts: pd.DataFrame) -> pd.Series[str]:
    """Each patient's band by the verdicts of :func:`ihs_2025`; missing where the diary cannot tell.

    It is the first band that is met, if the one before it is surely not.
    """
    wide = verdicts.pivot(index="patient", columns="rule", values="verdict")
    band = pd.Series(INSUFFICIENT, index=wide.index, dtype="string").where(wide[BANDS[-1].rule] == NOT_MET)
    for better, this in zip((None, *BANDS), BANDS, strict=False):
        missed = np.ones(len(wide), bool) if better is None else (wide[better.rule] == NOT_MET).to_numpy()
        band = band.mask((wide[this.rule] == MET).to_numpy() & missed, this.name)
    return band
