"""Preventives as a guideline asks about them: each medicine once, its highest dose, from when to when, why stopped."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from analysis.reports.words import count, day

FAILED = re.compile(
    r"no (response|eff\w+)|ineffective|side effects?|not tolerated|contra-?indicated|unsuitable|pregnan\w+",
    re.IGNORECASE,
)
"""Reasons for a stop that mean: no response, not tolerated, or unsuitable. A colon may follow with more."""

OTHERWISE = re.compile(r"not wanted|no longer needed|cost or supply", re.IGNORECASE)
"""Reasons for a stop that mean none of these."""

CONTRAINDICATED = re.compile(r"contra-?indicated|unsuitable", re.IGNORECASE)

DAY = pd.Timedelta(days=1)

COLUMNS = ("patient", "product", "dose", "start", "end", "days", "reason", "failed", "unclear", "tried")


def preventive_table(treatments: pd.DataFrame, until: Any) -> pd.DataFrame:
    """One row for each patient and preventive that was begun before *until*, in order of its first day.

    *until* is a day, or one for each treatment. Courses of one medicine are one row: ``dose`` is the highest of them
    as text, empty where none is known; ``end`` is the last day, missing where it was still taken; ``days`` are those
    on which it was taken, up to the day before *until*; ``reason`` is why it was stopped, empty where not documented.
    ``failed``: as in :func:`failed_medicines`. ``unclear``: it was stopped for a reason in other words than those that
    are known. ``tried``: it was taken, and not only found unsuitable.
    """
    courses = _courses(treatments, until)
    if courses.empty:
        return courses.assign(dose="", failed=False, tried=True)[list(COLUMNS)]
    groups = courses.groupby(["patient", "name"], sort=False)
    table = groups.agg(product=("product", "last"), start=("start", "min"), days=("days", "sum"))
    running = courses["end"].isna().groupby([courses["patient"], courses["name"]], sort=False).any()
    table["end"] = groups["end"].max().mask(running)
    table["dose"] = _highest(courses).astype("string").reindex(table.index).fillna("")
    table["reason"] = groups["reason"].agg(lambda reasons: "; ".join(dict.fromkeys(filter(None, reasons))))
    never = groups["never"].all()
    medicines = zip(courses["patient"], courses["name"], strict=True)
    table["failed"] = table.index.isin(
        failed_medicines(zip(medicines, courses["reason"], courses["end"].notna(), strict=True))
    )
    table["unclear"] = groups["unclear"].any() & ~table["failed"] & ~running
    table["tried"] = ~never
    table = table.reset_index().sort_values(["patient", "start"], kind="stable", ignore_index=True)
    return table[list(COLUMNS)]


def _courses(treatments: pd.DataFrame, until: Any) -> pd.DataFrame:
    """Courses begun before *until*, each with what its reason means; one that ended later was still taken then."""
    until = pd.Series(until, index=treatments.index).astype("datetime64[s]")
    mine = treatments.loc[(treatments["kind"] == "preventive") & (treatments["start"] < until)]
    until = until.loc[mine.index]
    end = mine["end"].where(mine["end"] <= until)
    reason = mine["reason"].where(end.notna() | _means(mine["reason"], CONTRAINDICATED)).fillna("")
    courses: pd.DataFrame = mine.assign(
        name=mine["product"].str.casefold(),
        end=end,
        last=end.where(end < until, until - DAY),
        reason=reason,
        unclear=(reason != "") & ~_means(reason, FAILED) & ~_means(reason, OTHERWISE),
        never=_means(reason, CONTRAINDICATED) & (end == mine["start"]),
    ).sort_values(["patient", "start"], kind="stable")
    return courses.assign(days=_days_of_its_own(courses))


def _days_of_its_own(courses: pd.DataFrame) -> pd.Series[int]:
    """The days of each course on which no earlier one of the same medicine goes on."""
    medicine = [courses["patient"], courses["name"]]
    taken_up_to = courses["last"].groupby(medicine).cummax().groupby(medicine).shift()
    begin = courses["start"].where(~(taken_up_to >= courses["start"]), taken_up_to + DAY)
    return ((courses["last"] - begin).dt.days + 1).clip(lower=0)


def failed_medicines(courses: Iterable[tuple[Hashable, str, bool]]) -> set[Hashable]:
    """Those that were stopped for a reason in :data:`FAILED` and are not taken again, or are contra-indicated.

    Of each course: the medicine, why it was stopped, and whether it was.

    >>> sorted(failed_medicines([("a", "no effect", True), ("b", "no effect", True), ("b", "", False)]))
    ['a']
    """
    failed, unsuitable, running = set(), set(), set()
    for medicine, reason, ended in courses:
        if _says(reason, CONTRAINDICATED):
            unsuitable.add(medicine)
        elif ended and _says(reason, FAILED):
            failed.add(medicine)
        if not ended:
            running.add(medicine)
    return failed - running | unsuitable


def _means(reason: pd.Series[str], words: re.Pattern[str]) -> pd.Series[bool]:
    """Whether the reason, up to a colon, is one of the words."""
    return pd.Series([_says(text, words) for text in reason.fillna("")], reason.index, dtype=bool)


def _says(reason: str, words: re.Pattern[str]) -> bool:
    return words.fullmatch(reason.partition(":")[0].strip()) is not None


def _highest(courses: pd.DataFrame) -> pd.Series[str]:
    """The highest dose of each medicine; where it was written in several units, the highest in each."""
    known = courses.loc[courses["amount"].notna()]
    most = known.assign(unit=known["unit"].fillna("")).groupby(["patient", "name", "unit"], sort=False)["amount"].max()
    text = most.reset_index()
    text["dose"] = [f"{a:g} {u}".strip() for a, u in zip(text["amount"], text["unit"], strict=True)]
    return text.groupby(["patient", "name"])["dose"].agg("; ".join)


def course_in_words(product: str, dose: str, start: Any, end: Any, days: int, reason: str) -> str:
    """One medicine as a clinician would list it.

    >>> from datetime import date
    >>> course_in_words("Topiramate", "100 mg", date(2024, 1, 1), date(2024, 3, 31), 91, "side effects")
    'Topiramate 100 mg, 1 Jan 2024 – 31 Mar 2024 (91 days), side effects'
    """
    last = "still taken" if pd.isna(end) else day(end)
    why = reason or ("" if pd.isna(end) else "why stopped not documented")
    return ", ".join(filter(None, (f"{product} {dose}".strip(), f"{day(start)} – {last} ({count(days, 'day')})", why)))
