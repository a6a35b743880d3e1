"""What else changed: treatments begun, stopped or changed, cosmetic sessions, an overused medicine that was given up.

A cycle is compared with the baseline, so whatever changed from 84 days before the first session to the end of that
cycle stands between the two, and the comparison is *confounded*. A cosmetic session counts where it lies in the cycle,
or in the 84 days before its session or before the first one. Beside it stands the same comparison with the days around
each change left out, 28 on either side. It cannot take out what lasts longer than that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Grid, Ints, day_grid, day_number, running_total
from analysis.measures import BY_NAME, CLASS_WORDS, Measure
from analysis.medication import OVERUSE_DAYS
from analysis.months import first_session, months_before, span_sums
from analysis.outcome import day_values, outcome_table, window_slices
from analysis.reports.words import count, day, fewer, interval, listed
from analysis.windows import BLOCK, CANNOT, COMPLETENESS, LOW, Completeness

BEFORE = 84
"""Days before a session in which a change still counts: the length of a cycle."""

AROUND = 28
"""Days on either side of a change that the sensitivity row leaves out."""

WITHDRAWN_DAYS = 2
"""Days of intake per 28 days up to which a withdrawal had succeeded in the CHARM trial (Pijpers)."""

MONTHS = 3
"""Whole calendar months before the first session in which overuse is looked for."""

STARTED, STOPPED, CHANGED = "started", "stopped", "dose changed"
COSMETIC, WITHDRAWN = "cosmetic session", "withdrawn"

CGRP_ANTIBODIES = ("erenumab", "fremanezumab", "galcanezumab", "eptinezumab", "aimovig", "ajovy", "emgality", "vyepti")
"""Antibodies against CGRP or its receptor, by substance and by brand."""

Changes = pd.DataFrame
"""A row a change: patient, what, kind (one of the words above), date."""


def change_table(marked: pd.DataFrame, windows: pd.DataFrame, treatments: pd.DataFrame) -> pd.DataFrame:
    """What changed between the baseline and each cycle: columns patient, cycle, what, kind, date; in order of time.

    *marked* are marked days (:func:`analysis.definitions.mark_days`), *windows* the WINDOWS table.
    """
    changes = pd.concat(
        [medicine_changes(treatments), cosmetic_sessions(treatments), withdrawals(marked, treatments)],
        ignore_index=True,
    )
    cycles = windows.loc[windows["phase"] == "cycle", ["patient", "cycle", "start", "end"]]
    first = cycles.groupby("patient")["start"].transform("min")
    both = cycles.assign(first=first).merge(changes, on="patient")
    rows: pd.DataFrame = both.loc[_stands_between(both), ["patient", "cycle", "what", "kind", "date"]]
    return rows.sort_values(["patient", "cycle", "date", "what"], ignore_index=True)


def _stands_between(both: pd.DataFrame) -> Any:
    """Whether the change lies where it counts for the cycle that stands beside it."""
    when, before = both["date"], pd.Timedelta(days=BEFORE)
    lasting = when >= both["first"] - before
    near = (when >= both["start"] - before) | (lasting & (when < both["first"]))
    return (when < both["end"]) & np.where(both["kind"] == COSMETIC, near, lasting)


def medicine_changes(treatments: pd.DataFrame) -> Changes:
    """Courses of other treatment that were started, stopped, or followed the next day by another dose.

    The date of a stop is the last day on which it was taken.
    """
    mine = treatments.loc[treatments["kind"] != "botulinum"].assign(name=lambda rows: rows["product"].str.casefold())
    mine = mine.sort_values(["patient", "name", "start"], kind="stable", ignore_index=True)
    same = (mine[["patient", "name"]] == mine[["patient", "name"]].shift()).fillna(False).all(axis=1)
    follows = same & ~(mine["start"] > mine["end"].shift() + pd.Timedelta(days=1))
    followed = follows.shift(-1, fill_value=False)
    other_dose = (mine[["amount", "unit"]] != mine[["amount", "unit"]].shift()).fillna(False).any(axis=1)
    what = mine["product"] + np.where(mine["name"].str.contains("|".join(CGRP_ANTIBODIES)), " (CGRP antibody)", "")
    return pd.concat(
        [
            _changes(mine.loc[~follows, "patient"], what, STARTED, mine["start"]),
            _changes(mine.loc[follows & other_dose, "patient"], what, CHANGED, mine["start"]),
            _changes(mine.loc[mine["end"].notna() & ~followed, "patient"], what, STOPPED, mine["end"]),
        ],
        ignore_index=True,
    )


def cosmetic_sessions(treatments: pd.DataFrame) -> Changes:
    """Sessions of botulinum toxin for looks: they start no cycle, and are toxin all the same."""
    mine = treatments.loc[(treatments["kind"] == "botulinum") & (treatments["purpose"] == "cosmetic").fillna(False)]
    return _changes(mine["patient"], mine["product"], COSMETIC, mine["start"])


def withdrawals(marked: pd.DataFrame, treatments: pd.DataFrame) -> Changes:
    """Classes of acute medicine that reached their overuse limit before the first session, and then were given up.

    The limit is that of ICHD-3 8.2, in a whole calendar month of the last three. Given up: in 28 days, at least 20 of
    them known, intake days come to at most 2 per 28. The date is the first day without it of the first such 28 days.
    """
    grid = day_grid(marked)
    first = first_session(treatments, grid)
    months = months_before(np.minimum(first, grid.first + grid.length), MONTHS)
    found = [_withdrawal(marked, grid, months, name, limit) for name, limit in OVERUSE_DAYS.items()]
    return pd.concat(found, ignore_index=True)


def _withdrawal(marked: pd.DataFrame, grid: Grid, months: Ints, name: str, limit: int) -> Changes:
    over = span_sums(marked, grid, f"{name}_day", months).total >= limit
    last = over.shape[1] - np.argmax(over[:, ::-1], axis=1)
    after = grid.rows(np.arange(len(grid.patients)), months[np.arange(len(months)), last])
    given_up = _next(_hardly_taken(marked, f"{name}_day"))[after]
    inside = over.any(axis=1) & (given_up + BLOCK <= grid.offset + grid.length)
    when = marked["date"].iloc[given_up[inside]].reset_index(drop=True)
    patient = pd.Series(grid.patients[inside], dtype="string")
    return _changes(patient, pd.Series(CLASS_WORDS[name], index=patient.index), WITHDRAWN, when)


def _hardly_taken(marked: pd.DataFrame, column: str) -> Any:
    """Whether each row is a day without it, and the 28 from it on have enough known days, at most 2 per 28 with it."""
    taken = day_values(marked, column)
    total, known = running_total(np.nan_to_num(taken)), running_total(~np.isnan(taken))
    events, days = total[BLOCK:] - total[:-BLOCK], known[BLOCK:] - known[:-BLOCK]
    return (taken[: len(days)] == 0) & (days >= COMPLETENESS.full) & (BLOCK * events <= WITHDRAWN_DAYS * days)


def _next(answers: Any) -> Ints:
    """The row of the first yes at or after each row, and behind all rows where there is none."""
    size = len(answers) + BLOCK + 1
    row = np.full(size, 2 * size)
    row[: len(answers)] = np.where(answers, np.arange(len(answers)), 2 * size)
    return np.minimum.accumulate(row[::-1])[::-1]


def _changes(patient: Any, what: Any, kind: str, when: Any) -> Changes:
    """Changes of one kind, of the rows that *patient* has."""
    rows = pd.DataFrame({"patient": patient, "what": what, "kind": kind, "date": when}).loc[patient.index]
    return pd.DataFrame(rows).astype({"patient": "string", "what": "string", "kind": "string", "date": "datetime64[s]"})


class Confounded(NamedTuple):
    """Whether the comparison of one cycle with the baseline is confounded, and by *what*, in words."""

    cycle: int
    what: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.what)

    def __str__(self) -> str:
        if not self.what:
            return (
                f"No other change of treatment is recorded from 84 days before the first session to the end of cycle "
                f"{self.cycle}."
            )
        return (
            f"Confounded: between the baseline and the end of cycle {self.cycle}, {listed(list(self.what))}. The "
            "comparison cannot tell these changes and the sessions apart."
        )

    def patient_sentence(self) -> str:
        """The same in plain words."""
        if not self.what:
            return "Your diary shows no other change of treatment in this time."
        return f"Other things changed too: {'; '.join(self.what)}. So the diary cannot tell one from the other."


WORDS = {
    STARTED: "{what} started on {date}",
    STOPPED: "{what} stopped on {date}",
    CHANGED: "the dose of {what} changed on {date}",
    COSMETIC: "cosmetic {what} was given on {date}",
    WITHDRAWN: "{what} went from a month at the overuse limit to at most "
    f"{WITHDRAWN_DAYS} in the 28 days from {{date}}",
}


def confounded(changes: pd.DataFrame, patient: str, cycle: int) -> Confounded:
    """What stands between one patient's baseline and cycle, from :func:`change_table`."""
    mine = changes.loc[(changes["patient"] == patient) & (changes["cycle"] == cycle)]
    rows = zip(mine["what"], mine["kind"], mine["date"], strict=True)
    return Confounded(cycle, tuple(WORDS[kind].format(what=what, date=day(when)) for what, kind, when in rows))


def without_changes(
    marked: pd.DataFrame,
    windows: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    measures: tuple[Measure, ...] = (BY_NAME["headache_days"],),
    completeness: Completeness = COMPLETENESS,
) -> pd.DataFrame:
    """The sensitivity rows: each confounded cycle against the baseline, with 28 days around each change left out.

    An OUTCOMES table of whole cycles. Baseline and cycle need at least 28 days that are left, and of these as many
    logged ones in each 28 as any window.
    """
    grid = day_grid(marked)
    near = _near(grid, changes, len(marked))
    left = _left_out(marked, near, measures)
    rows = outcome_table(left, _rejudged(left, windows, grid, near, completeness), measures=measures)
    keys = pd.MultiIndex.from_frame(changes[["patient", "cycle"]])
    of_change = pd.MultiIndex.from_frame(rows[["patient", "cycle"]]).isin(keys)
    return rows.loc[of_change & (rows["phase"] == "cycle")].reset_index(drop=True)


def _near(grid: Grid, changes: pd.DataFrame, rows: int) -> Any:
    """Whether each row lies within 28 days of a change of its patient."""
    patient, when = grid.number(changes["patient"]), day_number(changes["date"])
    edge = np.zeros(rows + 1, np.int64)
    np.add.at(edge, grid.rows(patient, when - AROUND), 1)
    np.add.at(edge, grid.rows(patient, when + AROUND + 1), -1)
    return np.cumsum(edge)[:-1] > 0


def _left_out(marked: pd.DataFrame, near: Any, measures: tuple[Measure, ...]) -> pd.DataFrame:
    """The marked days with some of them not observed."""
    columns = {"headache", *(measure.column for measure in measures)}
    hidden = {name: marked[name].mask(near) for name in sorted(columns)}
    return marked.assign(logged=marked["logged"] & ~near, **hidden)


def _rejudged(
    marked: pd.DataFrame, windows: pd.DataFrame, grid: Grid, near: Any, completeness: Completeness
) -> pd.DataFrame:
    """The same windows, judged by the days that are left of them."""
    low, high = window_slices(grid, windows, grid.number(windows["patient"]))
    total, open_days = running_total(marked["logged"].to_numpy(bool)), running_total(~near)
    logged, left = total[high] - total[low], open_days[high] - open_days[low]
    full, shown = ((left >= BLOCK) & (BLOCK * logged >= least * left) for least in completeness)
    counted = pd.Series(logged).astype("string") + " logged of " + pd.Series(left).astype("string")
    short = counted + " days that are left without those around a change"
    reason = (CANNOT + ": " + short).mask(shown, LOW + ": " + short).mask(full, "")
    return windows.assign(logged=logged, usable=full, reason=reason.to_numpy())


def sensitivity_sentence(row: pd.Series[Any]) -> str:
    """One row of :func:`without_changes` in words."""
    words = BY_NAME[row["measure"]].words
    left = f"With the 28 days on either side of each change left out, cycle {row['cycle']}"
    if pd.isna(row["change"]):
        return f"{left} cannot be compared: {row['caution']}"
    limits = interval(row["low"], row["high"])
    return (
        f"{left} has {fewer(row['change'])} {words} per 28 days than the baseline (95 % interval {limits}; "
        f"{count(int(row['after_logged']), 'day')} of the cycle are left). What lasts longer than 28 days stays in."
    )
