"""Named clinical rules: each gives ``met``, ``not met`` or ``cannot tell``, and because of what.

The rules describe what a guideline asks; they decide nothing. Counts are compared as whole numbers, so
that exactly 30 % is 30 %. Where the days that are missing could turn the answer, it is "cannot tell".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.grid import Floats, Grid, Ints, day_grid, day_number
from analysis.outcome import Slices, Sums, window_slices, window_sums
from analysis.windows import therapeutic_sessions
from diary.model import DiaryError

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"

NICE_STOP = "nice-ta260 stop: less than 30 % fewer headache days after two cycles"
NICE_EPISODIC = "nice-ta260 stop: episodic for three months"
NICE_START = "nice-ta260 start"

OVERUSE_DAYS = {"triptan": 10, "ergotamine": 10, "opioid": 10, "combination": 10, "non_opioid": 15}
"""Days a month from which ICHD-3 8.2 speaks of overuse, by class."""

MONTH = 365.25 / 12
"""Mean length of a calendar month, in days."""

NEVER = 10**6
"""A day behind every diary."""


class Verdict(NamedTuple):
    """What a rule says, and the counts that give it."""

    rule: str
    verdict: str
    because: str


class Case(NamedTuple):
    """What a rule set looks at: marked days, windows, treatments, and the last day that may be used."""

    marked: pd.DataFrame
    windows: pd.DataFrame
    treatments: pd.DataFrame
    as_of: date | None = None


RuleSet = Callable[[Case], pd.DataFrame]


def verdict_table(case: Case, rules: str = "nice-ta260") -> pd.DataFrame:
    """What the named rule set says of each patient: columns patient, rule, verdict, because.

    Raises DiaryError: there is no rule set of that name.
    """
    if rules not in RULE_SETS:
        raise DiaryError(f"There is no rule set {rules!r}. Choose one of: {', '.join(RULE_SETS)}.")
    if not len(case.marked):
        return pd.DataFrame({name: [] for name in ("patient", "rule", "verdict", "because")}, dtype="string")
    return RULE_SETS[rules](case)


def nice_ta260(case: Case) -> pd.DataFrame:
    """NICE technology appraisal guidance 260 (2012): who may start, and when to stop.

    Start: headaches on at least 15 days a month, at least 8 of them with migraine; at least three
    preventives have not worked; medication overuse is managed. Stop: less than a 30 % reduction in
    headache days a month after two cycles, or fewer than 15 headache days a month for three consecutive months.
    """
    return pd.concat([too_little(case), episodic(case), may_start(case)], ignore_index=True)


RULE_SETS: dict[str, RuleSet] = {"nice-ta260": nice_ta260}
RULE_SOURCES = {"nice-ta260": "NICE technology appraisal guidance 260 (2012), https://www.nice.org.uk/guidance/ta260"}


def too_little(case: Case) -> pd.DataFrame:
    """Whether headache days fell by less than 30 %, from the baseline to the whole of cycle 2."""
    grid = day_grid(case.marked)
    base = _window(case, grid, 0, "baseline")
    after = _window(case, grid, 2, "cycle")
    short = _falls_short(base.sums.total, base.sums.known, after.sums.total, after.sums.known)
    gap0, gap1 = base.sums.days - base.sums.known, after.sums.days - after.sums.known
    hard = _falls_short(base.sums.total, base.sums.days, after.sums.total + gap1, after.sums.days)
    easy = _falls_short(base.sums.total + gap0, base.sums.days, after.sums.total, after.sums.days)
    sure = base.usable & after.usable & (base.sums.total > 0) & (hard == easy)
    verdict = np.where(sure, np.where(short, MET, NOT_MET), CANNOT_TELL)
    because = _stop_because(case, grid, base, after, hard != easy)
    return _answers(grid, NICE_STOP, verdict, because)


def _falls_short(before: Floats, before_days: Ints, after: Floats, after_days: Ints) -> Any:
    """Whether after ÷ after_days exceeds 7/10 of before ÷ before_days, in whole numbers."""
    return 10 * after.astype(np.int64) * before_days > 7 * before.astype(np.int64) * after_days


class Found(NamedTuple):
    """One window of each patient: its headache days, whether it is there at all, whether it is usable, and why not."""

    sums: Sums
    there: Any
    usable: Any
    reason: Any


def _window(case: Case, grid: Grid, cycle: int, phase: str) -> Found:
    """The headache days of that window; nothing counted, and not usable, for patients who have none."""
    mine = case.windows.loc[(case.windows["cycle"] == cycle) & (case.windows["phase"] == phase)]
    at = grid.number(mine["patient"])
    found = window_sums(case.marked, "headache_day", window_slices(grid, mine, at), mine["days"].to_numpy(np.int64))
    n = len(grid.patients)
    spread = [np.zeros(n, dtype=part.dtype) for part in found]
    for empty, part in zip(spread, found, strict=True):
        empty[at] = part
    there, usable, reason = np.zeros(n, bool), np.zeros(n, bool), np.full(n, "", object)
    there[at], usable[at], reason[at] = True, mine["usable"].to_numpy(bool), mine["reason"].to_numpy(object)
    return Found(Sums._make(spread), there, usable, reason)


def _stop_because(case: Case, grid: Grid, base: Found, after: Found, turned: Any) -> Any:
    told = base.usable & after.usable & (base.sums.total > 0)
    text = _count("Baseline", base.sums) + _count("; cycle 2", after.sums) + ": " + _fewer(base.sums, after.sums) + "."
    last = _window(case, grid, 2, "9-12")
    alone = " Weeks 9-12 alone: " + _fewer(base.sums, last.sums) + "."
    text = text + np.where(last.usable, alone, "").astype(object)
    text = text + np.where(turned, " The days that are missing could turn the answer.", "").astype(object)
    return np.where(told, text, _not_compared(base, after))


def _not_compared(base: Found, after: Found) -> Any:
    """Why baseline and cycle 2 are not compared."""
    lacks_base = np.where(base.usable, "", "Baseline: " + base.reason + ".").astype(object)
    lacks_after = np.where(after.there, "Cycle 2: " + after.reason + ".", "There is no cycle 2 yet.")
    lacks_after = np.where(after.usable, "", lacks_after).astype(object)
    both = pd.Series(lacks_base + " " + lacks_after).str.strip().to_numpy(object)
    both = np.where(both == "", "The baseline has no headache day.", both)
    return np.where(base.there, both, "No therapeutic botulinum session is recorded.")


def _count(name: str, sums: Sums) -> Any:
    return f"{name} " + _text(sums.total) + " headache days on " + _text(sums.known) + " logged days"


def _fewer(before: Sums, after: Sums) -> Any:
    """The change in words: "31.0 % fewer" or "4.2 % more"; cut, not rounded, so that 29.98 % is not said to be 30."""
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = 100 * (1 - (after.total / after.known) / (before.total / before.known))
    fall = np.nan_to_num(fall, posinf=0, neginf=0)
    cut = np.floor(np.round(10 * np.abs(fall), 6)) / 10
    return _text(cut, 1) + np.where(fall >= 0, " % fewer", " % more").astype(object)


def _text(values: Any, digits: int = 0) -> Any:
    """Numbers as text; a trailing ".0" is kept only where *digits* asks for it."""
    rounded = np.round(np.asarray(values, dtype=np.float64), digits)
    return (rounded.astype(np.int64) if digits == 0 else rounded).astype(str).astype(object)


def episodic(case: Case) -> pd.DataFrame:
    """Whether each of the last three whole calendar months after the first session had fewer than 15 headache days."""
    grid = day_grid(case.marked)
    first = _first_session(case, grid)
    months = _months_before(_diary_end(case, grid), 3)
    sums = _span_sums(case, grid, "headache_day", months)
    after = months[:, :1] >= first[:, None]
    surely, possibly = sums.total, sums.total + sums.days - sums.known
    verdict = np.where((surely >= 15).any(axis=1), NOT_MET, np.where((possibly < 15).all(axis=1), MET, CANNOT_TELL))
    enough = after[:, 0] & (months[:, 0] >= grid.first)
    verdict = np.where(enough, verdict, CANNOT_TELL)
    text = _month_counts(months, sums, "Headache days") + "."
    text = text + np.where(enough & _borderline(case, grid), _BORDERLINE, "").astype(object)
    none = "Three whole calendar months after the first session are not in the diary yet."
    return _answers(grid, NICE_EPISODIC, verdict, np.where(enough, text, none))


_BORDERLINE = " Borderline: counted in blocks of 28 days, the answer would differ."


def _borderline(case: Case, grid: Grid) -> Any:
    """Whether the last three blocks of 28 days, scaled to a mean month, lie on both sides of where the months lie."""
    end = _diary_end(case, grid)
    months = _span_sums(case, grid, "headache_day", _months_before(end, 3))
    blocks = _span_sums(case, grid, "headache_day", end[:, None] - 28 * np.arange(3, -1, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        by_month = (months.total * months.days / months.known < 15).all(axis=1)
        by_block = (blocks.total * MONTH / blocks.known < 15).all(axis=1)
    return by_month != by_block


def may_start(case: Case) -> pd.DataFrame:
    """Whether the diary before the first session, and the treatments in it, meet the criteria for starting.

    Without a session it is the diary up to its end.
    """
    grid = day_grid(case.marked)
    first, end = _first_session(case, grid), _diary_end(case, grid)
    months = _months_before(np.minimum(first, end), 3)
    inside = months[:, :-1] >= grid.first[:, None]
    headache = _span_sums(case, grid, "headache_day", months)
    migraine = _span_sums(case, grid, "migraine_day", months)
    tried = _preventives_tried(case, grid, np.where(first == NEVER, end, first))
    managed = _no_overuse(case, grid, months, inside)
    parts = np.stack(
        [_at_least(headache, 15, inside), _at_least(migraine, 8, inside), np.where(tried >= 3, 1, 0), managed]
    )
    verdict = np.where((parts < 0).any(axis=0), NOT_MET, np.where((parts > 0).all(axis=0), MET, CANNOT_TELL))
    text = (
        _month_counts(months, headache, "Headache days", inside)
        + "; "
        + _month_counts(months, migraine, "migraine days", inside)
        + "; preventives recorded before the first session: "
        + _text(tried)
        + " (at least 3 are asked for); "
        + np.where(managed > 0, _NO_OVERUSE, _OVERUSE).astype(object)
        + "."
    )
    seen = inside.any(axis=1)
    verdict = np.where(seen, verdict, CANNOT_TELL)
    return _answers(grid, NICE_START, verdict, np.where(seen, text, _NO_MONTH))


_NO_MONTH = "No whole calendar month before the first session is in the diary."
_NO_OVERUSE = "no class of acute medicine reached its overuse limit in these months"
_OVERUSE = "how overuse of acute medicine was managed is not documented"


def _at_least(sums: Sums, least: int, inside: Any) -> Any:
    """1 where every month that is in the diary reaches *least*, −1 where one surely does not, 0 where unknown."""
    surely = (sums.total >= least) | ~inside
    possibly = (sums.total + sums.days - sums.known >= least) | ~inside
    return np.where(~possibly.all(axis=1), -1, np.where(surely.all(axis=1) & inside.any(axis=1), 1, 0))


def _no_overuse(case: Case, grid: Grid, months: Ints, inside: Any) -> Any:
    """1 where no class can have reached its ICHD-3 8.2 limit in any month, else 0."""
    below = np.ones(len(grid.patients), bool)
    for name, limit in OVERUSE_DAYS.items():
        sums = _span_sums(case, grid, f"{name}_day", months)
        below &= ((sums.total + sums.days - sums.known < limit) | ~inside).all(axis=1)
    return np.where(below, 1, 0)


def _preventives_tried(case: Case, grid: Grid, first: Ints) -> Ints:
    """How many different preventives were begun before the first session."""
    mine = case.treatments.loc[case.treatments["kind"] == "preventive"]
    patient = grid.number(mine["patient"])
    early = (patient >= 0) & (day_number(mine["start"]) < first[patient])
    product = pd.factorize(mine["product"].str.casefold())[0]
    both = np.unique(np.stack([patient[early], product[early]], axis=1), axis=0)
    return np.bincount(both[:, 0], minlength=len(grid.patients))


def _first_session(case: Case, grid: Grid) -> Ints:
    """Day of the first therapeutic session; :data:`NEVER` for patients without one."""
    patient, day = therapeutic_sessions(case.treatments, grid, case.as_of)
    first = np.full(len(grid.patients), NEVER)
    np.minimum.at(first, patient, day)
    return first


def _diary_end(case: Case, grid: Grid) -> Ints:
    """The first day behind each patient's diary, or behind *as_of*."""
    end = grid.first + grid.length
    return end if case.as_of is None else np.minimum(end, day_number([case.as_of])[0] + 1)


def _months_before(day: Ints, n: int) -> Ints:
    """First days of the *n* whole calendar months before each day, and the first day outside the last."""
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (month[:, None] + np.arange(-n, 1)).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _span_sums(case: Case, grid: Grid, column: str, edges: Ints) -> Sums:
    """Sums of a column between consecutive edges, a row for each patient."""
    shape = (len(edges), edges.shape[1] - 1)
    who = np.repeat(np.arange(len(edges)), shape[1])
    start, end = edges[:, :-1].ravel(), edges[:, 1:].ravel()
    sums = window_sums(case.marked, column, Slices(grid.rows(who, start), grid.rows(who, end)), end - start)
    return Sums._make(part.reshape(shape) for part in sums)


def _month_counts(months: Ints, sums: Sums, words: str, inside: Any = None) -> Any:
    """A sentence part such as "Headache days in 2025-07: 12 (31 of 31 days known), …"."""
    text: Any = np.full(len(months), f"{words} in", object)
    for k in range(months.shape[1] - 1):
        name = months[:, k].astype("datetime64[D]").astype("datetime64[M]").astype(str).astype(object)
        part = " " + name + ": " + _text(sums.total[:, k])
        part = part + " (" + _text(sums.known[:, k]) + " of " + _text(sums.days[:, k]) + " days known),"
        text = text + (part if inside is None else np.where(inside[:, k], part, "").astype(object))
    return pd.Series(text).str.rstrip(",").to_numpy(object)


def _answers(grid: Grid, rule: str, verdict: Any, because: Any) -> pd.DataFrame:
    return pd.DataFrame({"patient": grid.patients, "rule": rule, "verdict": verdict, "because": because}).astype(
        "string"
    )
