"""Whether a diary is compatible with chronic migraine: ICHD-3 1.3, as far as days can tell.

Headache on at least 15 days a month, of which at least 8 fulfil criterion C, for more than three months. "More
than" is strict: three months can only be compatible so far. Mark the days with the migraine rule ``ichd`` to
count criterion C as it stands. Criterion B (five earlier attacks) and criterion D (not better accounted for by
another diagnosis) are not in a diary, so this is never a diagnosis.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Grid, Ints, day_grid
from analysis.months import (
    BEFORE,
    LONG,
    MONTH,
    MORE_THAN_THREE,
    NOT_HELD,
    NOW,
    OPEN,
    SO_FAR,
    Stretch,
    blocks_before,
    held,
    month_counts,
    span_sums,
    stretches,
)
from analysis.outcome import Sums
from analysis.truth import reaches

HEADACHE_DAYS = 15
"""Headache days a month (ICHD-3 1.3 A)."""

MIGRAINE_DAYS = 8
"""Migraine days a month (ICHD-3 1.3 C)."""

COMPATIBLE = "compatible"
COMPATIBLE_SO_FAR = "compatible so far"
NOT_COMPATIBLE = "not compatible"
STATUSES = {LONG: COMPATIBLE, SO_FAR: COMPATIBLE_SO_FAR, NOT_HELD: NOT_COMPATIBLE, OPEN: OPEN}


class Chronic(NamedTuple):
    """One patient's status at one time (*when*), from so many whole calendar *months*.

    *borderline*: counted in blocks of 28 days scaled to a mean month, the answer would differ.
    """

    patient: str
    when: str
    status: str
    months: int
    borderline: bool
    because: str

    def __str__(self) -> str:
        text = f"{WHEN[self.when]}: {CLINICAL[self.status]} {self.because}"
        return text + (BORDERLINE if self.borderline else "")

    @property
    def plain(self) -> str:
        """The same for the patient."""
        return f"{WHEN_PLAIN[self.when]}, {PLAIN[self.status]}" + (BORDERLINE_PLAIN if self.borderline else "")


WHEN = {BEFORE: "Before the first session", NOW: "In the latest months"}
WHEN_PLAIN = {BEFORE: "Before your first Botox session", NOW: "In your latest months"}
CLINICAL = {
    COMPATIBLE: "diary compatible with chronic migraine (ICHD-3 1.3 A and C, for more than three months).",
    COMPATIBLE_SO_FAR: "diary compatible with chronic migraine so far (ICHD-3 1.3 asks for more than three months).",
    NOT_COMPATIBLE: "diary not compatible with chronic migraine (ICHD-3 1.3 A and C).",
    OPEN: "the diary cannot tell whether it is compatible with chronic migraine (ICHD-3 1.3).",
}
BORDERLINE = " Borderline: counted in blocks of 28 days, scaled to a mean month, the answer would differ."
PLAIN = {
    COMPATIBLE: "you had headache on 15 or more days every month, and migraine on 8 or more of them, for more than "
    "three months. This is what doctors look for in chronic migraine.",
    COMPATIBLE_SO_FAR: "you had headache on 15 or more days every month, and migraine on 8 or more of them. Doctors "
    "look for this over more than three months, and your diary is not that long yet.",
    NOT_COMPATIBLE: "there was a month with fewer than 15 headache days, or with fewer than 8 migraine days. Chronic "
    "migraine means more than that, every month.",
    OPEN: "your diary does not say on enough days if you had a headache, and if it was a migraine. So we cannot tell "
    "if you have headaches as often as people with chronic migraine.",
}
BORDERLINE_PLAIN = " It is a close call: counting in a slightly different way would change the answer."


def chronic_table(marked: pd.DataFrame, treatments: pd.DataFrame, *, as_of: date | None = None) -> pd.DataFrame:
    """One row for each patient and time (before the first session, now), with the fields of :class:`Chronic`.

    The last four whole calendar months are looked at, or as many of them as the diary has; now, only those that
    begin with or after the first session.
    """
    grid = day_grid(marked)
    parts = [_stretch_rows(marked, grid, stretch) for stretch in stretches(treatments, grid, as_of)]
    table = pd.concat(parts, ignore_index=True).sort_values("patient", kind="stable", ignore_index=True)
    return table.astype({"patient": "string", "when": "string", "status": "string", "because": "string"})


def statuses(table: pd.DataFrame) -> list[Chronic]:
    """The rows of :func:`chronic_table`, each of which can say itself."""
    return [Chronic._make(row) for row in table.itertuples(index=False, name=None)]


def _stretch_rows(marked: pd.DataFrame, grid: Grid, stretch: Stretch) -> pd.DataFrame:
    headache, migraine = (span_sums(marked, grid, column, stretch.edges) for column in COLUMNS)
    status = held(_fulfilled(headache, migraine), stretch.inside)
    text = month_counts(stretch.edges, headache, "Headache days", stretch.inside)
    text = text + "; " + month_counts(stretch.edges, migraine, "migraine days", stretch.inside) + "."
    rows = {
        "patient": grid.patients,
        "when": stretch.when,
        "status": pd.Series(status).map(STATUSES),
        "months": stretch.inside.sum(axis=1),
        "borderline": _borderline(marked, grid, stretch, headache, migraine),
        "because": np.where(stretch.inside.any(axis=1), text, NO_MONTH),
    }
    return pd.DataFrame(rows).loc[stretch.there]


COLUMNS = ("headache_day", "migraine_day")
NO_MONTH = "No whole calendar month of it is in the diary."


def _fulfilled(headache: Sums, migraine: Sums) -> Ints:
    return np.minimum(reaches(headache, HEADACHE_DAYS), reaches(migraine, MIGRAINE_DAYS))


def _borderline(marked: pd.DataFrame, grid: Grid, stretch: Stretch, *by_month: Sums) -> Any:
    """Whether as many blocks of 28 days, scaled to a mean month, lie on the other side than the months do."""
    edges = blocks_before(stretch.edges[:, -1], MORE_THAN_THREE)
    by_block = [span_sums(marked, grid, column, edges) for column in COLUMNS]
    months, known = _scaled(by_month, [sums.days for sums in by_month], stretch)
    blocks, also_known = _scaled(by_block, [MONTH, MONTH], stretch)
    return known & also_known & (months != blocks)


def _scaled(both: Any, lengths: Any, stretch: Stretch) -> tuple[Any, Any]:
    """Whether every span inside reaches both limits, scaled from its known days; and whether all have known days."""
    reached, known = np.ones_like(stretch.there), stretch.inside.any(axis=1)
    for sums, length, limit in zip(both, lengths, (HEADACHE_DAYS, MIGRAINE_DAYS), strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            reached &= ((sums.total * length / sums.known >= limit) | ~stretch.inside).all(axis=1)
        known &= ((sums.known > 0) | ~stretch.inside).all(axis=1)
    return reached, known
