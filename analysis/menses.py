"""Whether migraine goes with menstruation, by the rule of ICHD-3 A1.1.

Perimenstrual days are days −2, −1, +1, +2 and +3, where the first day of bleeding is day +1: there is no day 0.
Migraine on at least one of them, in at least two of three cycles in a row, is menstrual: "pure" (A1.1.1) where there is
migraine at no other time of these cycles, "related" (A1.1.2) where there is also at other times (Headache
Classification Committee, Cephalalgia 2018; 38: 1-211). The diary must have been kept over these days: a recollection
does not count, and neither does a day that nobody wrote about.

Conventions of this program, which ICHD-3 leaves open: bleeding is a new one after ten days without; the latest three
cycles are looked at, with first days at most 45 days apart, as otherwise one may not have been written down; and days
that run on from a perimenstrual migraine day belong to its attack, up to the 72 hours of ICHD-3 1.1, so to four
calendar days in all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.grid import Grid, Ints, day_grid, running_total
from analysis.reports.words import count

PURE, RELATED, EITHER = "A1.1.1 pure menstrual", "A1.1.2 menstrually related", "A1.1.1 or A1.1.2"
NEITHER, CANNOT_TELL = "not menstrual", "cannot tell"

OFFSETS = np.array([-2, -1, 0, 1, 2])
"""Days −2, −1, +1, +2 and +3, counted from the first day of bleeding."""

BETWEEN = 10
"""Days without bleeding after which bleeding is a new one."""

MOST_APART = 45
"""Days from one first day to the next beyond which the two are not taken as cycles in a row."""

CYCLES, NEEDED = 3, 2
"""How many cycles in a row are looked at, and in how many of them migraine must be perimenstrual."""

ATTACK_DAYS = 4
"""The most calendar days that an attack of 72 hours touches."""

Flags = NDArray[np.bool_]


class Relation(NamedTuple):
    """What the latest three cycles of one patient say.

    *starts*: how often bleeding began in the diary. *hits*, *misses* and *open*: of the latest three cycles, those with
    perimenstrual migraine, without, and of which it is not known; all 0 where there are no three in a row. *other*:
    migraine days of these cycles outside the perimenstrual attacks; *unknown*: other days of which it is not known.
    """

    patient: str
    relation: str
    starts: int
    hits: int
    misses: int
    open: int
    other: int
    unknown: int

    def __str__(self) -> str:
        return f"Menstrual relation (ICHD-3 A1.1): {self.relation}. {self._because()}"

    def _because(self) -> str:
        if not self.hits + self.misses + self.open:
            return (
                f"The diary has {count(self.starts, 'first day')} of bleeding; {CYCLES} in a row, at most {MOST_APART} "
                "days apart, are needed."
            )
        return (
            f"Migraine on days −2 to +3 in {self.hits} of the latest {CYCLES} cycles, none in {self.misses}, not known "
            f"in {self.open}; {count(self.other, 'migraine day')} at other times of these cycles "
            f"({count(self.unknown, 'day')} not known)."
        )

    def patient_sentence(self) -> str:
        """The same in plain words."""
        if self.relation == CANNOT_TELL:
            return "The diary cannot yet say if your migraine goes with your period. Log three periods in a row."
        found = f"You had migraine around your period in {self.hits} of the last {CYCLES} cycles"
        return {
            PURE: f"{found}, and at no other time.",
            RELATED: f"{found}, and at other times too.",
            EITHER: f"{found}. Too few other days are filled in to say if you had it then too.",
            NEITHER: f"{found}. That is too few to say that it goes with your period.",
        }[self.relation]


def menstrual_relations(marked: pd.DataFrame) -> list[Relation]:
    """The menstrual relation of each patient in whose diary bleeding begins at least once.

    *marked* are marked days (:func:`analysis.definitions.mark_days`).
    """
    table = menstrual_table(marked)
    return [Relation(*row) for row in table.itertuples(index=False, name=None)]


def menstrual_table(marked: pd.DataFrame) -> pd.DataFrame:
    """A row for each patient in whose diary bleeding begins: the values of :class:`Relation`."""
    grid = day_grid(marked)
    first, owner = first_days(marked, grid)
    patient, starts = np.unique(owner, return_counts=True)
    last = np.cumsum(starts) - 1
    latest = first[np.maximum(last[:, None] + np.arange(1 - CYCLES, 1), 0)]
    enough = (starts >= CYCLES) & (np.diff(latest, axis=1) <= MOST_APART).all(axis=1)
    table = pd.DataFrame({"patient": grid.patients[patient].astype("string"), "relation": CANNOT_TELL})
    table["starts"] = starts
    counts = _counts(marked, grid, patient[enough], latest[enough])
    for name in ("hits", "misses", "open", "other", "unknown"):
        table[name] = 0
        table.loc[enough, name] = counts[name]
    table.loc[enough, "relation"] = _relation(counts)
    return table


def first_days(marked: pd.DataFrame, grid: Grid) -> tuple[Ints, Ints]:
    """Rows on which a bleeding begins, and the patient number of each.

    The day before must be logged, so that the first day that was written down is the first day.
    """
    bleeding = marked["menses"].fillna(False).to_numpy(bool)
    logged = marked["logged"].to_numpy(bool)
    total = running_total(bleeding)
    row = np.flatnonzero(bleeding)
    owner = np.searchsorted(grid.offset, row, side="right") - 1
    begin = grid.offset[owner]
    before = np.maximum(row - BETWEEN, begin)
    new = (total[row] == total[before]) & (row > begin) & logged[np.maximum(row - 1, 0)]
    return row[new], owner[new]


def _counts(marked: pd.DataFrame, grid: Grid, patient: Ints, first: Ints) -> dict[str, Ints]:
    """The counts of :class:`Relation` for patients with three first days, a row each."""
    begin, end = grid.offset[patient], grid.offset[patient] + grid.length[patient]
    days = first[:, :, None] + OFFSETS
    inside = (days >= begin[:, None, None]) & (days < end[:, None, None])
    at = np.clip(days, 0, len(marked) - 1)
    yes, no = ((marked["migraine_day"] == answer).fillna(False).to_numpy(bool) for answer in (True, False))
    near = np.zeros(len(marked), bool)
    near[at[inside]] = True
    elsewhere = ~near & ~_of_attacks(yes, near, grid)
    low, high = np.maximum(first[:, 0] - 2, begin), np.minimum(first[:, -1] + 3, end)
    other, unknown = running_total(elsewhere & yes), running_total(elsewhere & ~yes & ~no)
    hits = (inside & yes[at]).any(axis=2).sum(axis=1)
    misses = (inside & no[at]).all(axis=2).sum(axis=1)
    return {
        "hits": hits,
        "misses": misses,
        "open": CYCLES - hits - misses,
        "other": other[high] - other[low],
        "unknown": unknown[high] - unknown[low],
    }


def _of_attacks(migraine: Flags, near: Flags, grid: Grid) -> Flags:
    """Days of unbroken runs of migraine, of at most four days, that touch a perimenstrual day."""
    begins = migraine & ~np.append(False, migraine[:-1])
    begins[grid.offset] = migraine[grid.offset]
    run = np.cumsum(begins)
    length = np.bincount(run[migraine], minlength=run.max(initial=0) + 1)
    touched = np.bincount(run[migraine & near], minlength=len(length)) > 0
    return np.asarray(migraine & ((length <= ATTACK_DAYS) & touched)[run])


def _relation(counts: dict[str, Ints]) -> Any:
    """The relation by its counts: what the days that are not known could turn is not told."""
    menstrual = np.where(counts["other"] > 0, RELATED, np.where(counts["unknown"] > 0, EITHER, PURE))
    surely_not = np.where(counts["misses"] > CYCLES - NEEDED, NEITHER, CANNOT_TELL)
    return np.where(counts["hits"] >= NEEDED, menstrual, surely_not)
