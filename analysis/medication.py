"""Days with acute medicine in each calendar month, held against the overuse limits of ICHD-3 8.2.

Days are counted, not tablets; two drugs of one class on a day are one day of it. Paracetamol, aspirin and the
other NSAIDs are one class (8.2.3). A combination analgesic is counted as one (8.2.5), and not as what is in it.
Unverified overuse (8.2.7) cannot be told from a diary. ICHD-3 has no code for ditans and gepants: ditans are
counted with a limit of 10 days, gepants are shown without a limit, and both are settings of this program.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.definitions import at_least
from analysis.grid import Grid, Ints, day_grid
from analysis.months import BEFORE as PRIOR
from analysis.months import (
    LONG,
    NEVER,
    NOT_HELD,
    NOW,
    OPEN,
    SO_FAR,
    Stretch,
    diary_end,
    first_days,
    first_session,
    held,
    month_names,
    month_number,
    span_sums,
    stretches,
)
from analysis.outcome import Sums
from analysis.truth import NO, YES, answers, reaches, words
from diary.model import ACUTE_CLASSES

OVERUSE_DAYS = {"ergotamine": 10, "triptan": 10, "non_opioid": 15, "opioid": 10, "combination": 10}
"""Days a month, for more than three months, from which ICHD-3 (2018), 8.2.1 to 8.2.5, speaks of overuse."""

SEVERAL = "several"
"""Several classes together, none of them overused alone (ICHD-3 8.2.6)."""

SEVERAL_DAYS = 10
"""Distinct days a month from which several classes together are overused (ICHD-3 8.2.6)."""

SETTING_DAYS = 10
"""The limit of classes that ICHD-3 does not name, where they are counted: a setting of this program."""

HEADACHE_DAYS = 15
"""Headache days a month that medication-overuse headache asks for (ICHD-3 8.2 A)."""

BEFORE, AFTER, SESSION_MONTH = "before", "after", "month of the first session"
ANY, ANY_WITH_HEADACHE = "any", "any with headache"

DTYPES = {
    "patient": "string",
    "month": "string",
    "period": "string",
    "class": "string",
    "days": "Int64",
    "known": "Int64",
    "days_in_month": "Int64",
    "limit": "Int64",
    "reached": "string",
}

CLASS_NAMES = {
    "ergotamine": "ergotamine (8.2.1)",
    "triptan": "triptans (8.2.2)",
    "non_opioid": "non-opioid painkillers (8.2.3)",
    "opioid": "opioids (8.2.4)",
    "combination": "combination painkillers (8.2.5)",
    SEVERAL: "several classes together (8.2.6)",
    "ditan": "ditans (a setting of this program)",
    "gepant": "gepants (a setting of this program)",
    "other_acute": "other acute medicines (a setting of this program)",
}
"""Each class with its code in ICHD-3."""


def overuse_limits(*, ditans: bool = True, gepants: bool = False, other: bool = False) -> dict[str, int]:
    """Limits in days a month by class: those of ICHD-3, and of the classes that are counted beside them by choice.

    >>> overuse_limits()["ditan"], "gepant" in overuse_limits()
    (10, False)
    """
    chosen = {"ditan": ditans, "gepant": gepants, "other_acute": other}
    return OVERUSE_DAYS | {name: SETTING_DAYS for name, counted in chosen.items() if counted}


def medication_table(
    marked: pd.DataFrame,
    treatments: pd.DataFrame,
    *,
    as_of: date | None = None,
    limits: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """One row for each patient, calendar month and class, and one for several classes together.

    ``days`` with an intake, of the ``known`` ones, of ``days_in_month``; ``limit`` is missing for a class without
    one. ``reached`` is yes, no or unknown: days that are not known, also those outside the diary, may have been
    intake days. ``period`` is before or after the first session. *limits* are those of :func:`overuse_limits`.
    """
    limits = overuse_limits() if limits is None else limits
    grid = day_grid(marked)
    who, month = _calendar(grid, diary_end(grid, as_of))
    edges = np.stack([first_days(month), first_days(month + 1)], axis=1)
    marked = until(with_several(marked, limits), as_of)
    counts = {name: span_sums(marked, grid, f"{name}_day", edges, who) for name in (*ACUTE_CLASSES, SEVERAL)}
    reached = overuse_answers(counts, limits)
    period = _periods(edges, first_session(treatments, grid, as_of)[who])
    parts = [
        pd.DataFrame(
            {
                "patient": grid.patients[who],
                "month": month_names(edges[:, 0]),
                "period": period,
                "class": name,
                "days": sums.total[:, 0],
                "known": sums.known[:, 0],
                "days_in_month": sums.days[:, 0],
                "limit": limits.get(name, SEVERAL_DAYS if name == SEVERAL else None),
                "reached": words(reached[name][:, 0]) if name in reached else None,
            }
        )
        for name, sums in counts.items()
    ]
    table = pd.concat([part.astype(DTYPES) for part in parts], ignore_index=True)
    order = np.arange(len(table)).reshape(len(parts), len(who)).T.ravel()
    return table.iloc[order].reset_index(drop=True)


def with_several(marked: pd.DataFrame, limits: Mapping[str, int]) -> pd.DataFrame:
    """The marked days with ``several_day``: an intake of any class that has a limit."""
    return marked.assign(several_day=at_least(1, *(marked[f"{name}_day"] for name in limits)))


def until(marked: pd.DataFrame, as_of: date | None) -> pd.DataFrame:
    """The marked days, of which those behind *as_of* say nothing."""
    if as_of is None:
        return marked
    late = marked["date"] > pd.Timestamp(as_of)
    hidden = [name for name in marked if str(name).endswith("_day")]
    return marked.assign(**{str(name): marked[name].mask(late) for name in hidden})


def overuse_answers(counts: Mapping[str, Sums], limits: Mapping[str, int]) -> dict[str, Ints]:
    """Whether each class with a limit reaches it in each span, whether several do together, and whether any of these.

    Several classes together are overused on at least ten distinct days with an intake of any, from at least two
    classes, of which none reaches its own limit: so paracetamol on six days and ibuprofen on six others are twelve
    days of one class, and no overuse. Nine known triptan days and four of other classes are surely overuse, though a
    day that is not known leaves open whether of triptans alone or of several classes.
    """
    answer = {name: reaches(counts[name], limit) for name, limit in limits.items()}
    none_alone = -np.stack(list(answer.values())).max(axis=0)
    together = reaches(counts[SEVERAL], SEVERAL_DAYS)
    used = np.stack([reaches(counts[name], 1) for name in limits])
    two = answers((used == YES).sum(axis=0) >= 2, (used != NO).sum(axis=0) < 2)
    several = np.minimum(together, two)
    return answer | {SEVERAL: np.minimum(none_alone, several), ANY: np.maximum(-none_alone, several)}


def _calendar(grid: Grid, end: Ints) -> tuple[Ints, Ints]:
    """Patient and month number of every calendar month that the diary touches."""
    first, last = month_number(grid.first), month_number(np.maximum(end - 1, grid.first))
    n = last - first + 1
    who = np.repeat(np.arange(len(n)), n)
    return who, first[who] + np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)


def _periods(edges: Ints, first: Ints) -> Any:
    """Where each month lies beside the first session; missing for patients without one."""
    period = np.where(edges[:, 1] <= first, BEFORE, np.where(edges[:, 0] >= first, AFTER, SESSION_MONTH)).astype(object)
    period[first == NEVER] = None
    return period


# --- for more than three months


def overuse_table(
    marked: pd.DataFrame,
    treatments: pd.DataFrame,
    *,
    as_of: date | None = None,
    limits: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Whether overuse held for more than three months (ICHD-3 8.2 B), before the first session and now.

    One row for each patient, ``when`` (before the first session, now) and ``class``: each class with a limit,
    several together, ``any`` of them, and ``any with headache``: any of them in months that also have at least
    15 headache days (8.2 A). ``status`` is one of the words of :func:`analysis.months.held`; ``months`` are those
    that were looked at, at most four.
    """
    limits = overuse_limits() if limits is None else limits
    grid = day_grid(marked)
    marked = with_several(marked, limits)
    rows = []
    for stretch in stretches(treatments, grid, as_of):
        counts = {name: span_sums(marked, grid, f"{name}_day", stretch.edges) for name in (*limits, SEVERAL)}
        answer = overuse_answers(counts, limits)
        headache = reaches(span_sums(marked, grid, "headache_day", stretch.edges), HEADACHE_DAYS)
        answer[ANY_WITH_HEADACHE] = np.minimum(answer[ANY], headache)
        rows += [_status_rows(grid, stretch, name, found) for name, found in answer.items()]
    table = pd.concat(rows, ignore_index=True).astype({"patient": "string", "status": "string"})
    return table.sort_values("patient", kind="stable", ignore_index=True)


def _status_rows(grid: Grid, stretch: Stretch, name: str, answer: Ints) -> pd.DataFrame:
    frame = pd.DataFrame({"patient": grid.patients, "when": stretch.when, "class": name})
    frame["months"], frame["status"] = stretch.inside.sum(axis=1), held(answer, stretch.inside)
    return frame.loc[stretch.there]


def overuse_sentence(table: pd.DataFrame, when: str = NOW) -> str:
    """What :func:`overuse_table` says of one patient at that time, for a clinician."""
    rows = table.loc[table["when"] == when].set_index("class")
    if not len(rows) or rows["status"][ANY] == OPEN:
        return f"Medication overuse {when}: cannot tell. Too few days are known in the whole months that are looked at."
    status, months = rows["status"][ANY], rows["months"][ANY]
    if status == NOT_HELD:
        return f"Medication overuse {when}: no. In at least one of the {months} months looked at, no limit was reached."
    named = [CLASS_NAMES[name] for name in rows.index[rows["status"] == status] if name in CLASS_NAMES]
    span = f"in each of {months} whole months" + (f", {LONG}" if status == LONG else SHORT)
    text = f"Diary compatible with medication overuse {when}, {span}: {', '.join(named) or CHANGING}."
    if rows["status"][ANY_WITH_HEADACHE] == status:
        text += f" Each of these months also had at least {HEADACHE_DAYS} headache days."
    return text


SHORT = " so far (more than three are asked for)"
CHANGING = "in different classes from month to month"


def overuse_plain(table: pd.DataFrame, when: str = NOW) -> str:
    """The same for the patient."""
    rows = table.loc[(table["when"] == when) & (table["class"] == ANY)]
    status = OPEN if rows.empty else str(rows["status"].iloc[0])
    return PLAIN[status].format(when="Before your first Botox session" if when == PRIOR else "In your latest months")


PLAIN = {
    LONG: "{when}, you took medicine for attacks on so many days, for more than three months, that doctors "
    "call it overuse. Please talk about it with your clinic.",
    SO_FAR: "{when}, you took medicine for attacks on so many days that doctors would call it overuse if it "
    "lasts longer than three months. Please talk about it with your clinic.",
    NOT_HELD: "{when}, you did not take medicine for attacks on too many days month after month.",
    OPEN: "{when}, too few days say if you took medicine.",
}
