"""Preventives as a guideline asks about them: each medicine once, its highest dose, from when to when, why stopped."""

from __future__ import annotations

import re
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

COLUMNS = ("patient", "product", "dose", "start", "end", "days", "reason", "failed", "unclear", "tried")


def preventive_table(treatments: pd.DataFrame, until: Any) -> pd.DataFrame:
    """One row for each patient and preventive that was begun before *until*, in order of its first day.

    *until* is a day, or one for each treatment. Courses of one medicine are one row: ``dose`` is the highest of them
    as text, empty where none is known; ``end`` is the last day, missing where it was still taken; ``days`` are those
    on which it was taken, up to the day before *until*; ``reason`` is why it was stopped, empty where not documented.
    ``failed``: it was stopped for a reason in :data:`FAILED`, or is contra-indicated. ``unclear``: it was stopped for
    a reason in other words than those that are known. ``tried``: it was taken, and not only found unsuitable.
    """
    courses = _courses(treatments, until)
    if courses.empty:
        return courses.assign(dose="", tried=True)[list(COLUMNS)]
    groups = courses.groupby(["patient", "name"], sort=False)
    table = groups.agg(
        product=("product", "last"), start=("start", "min"), days=("days", "sum"), failed=("failed", "any")
    )
    running = courses["end"].isna().groupby([courses["patient"], courses["name"]], sort=False).any()
    table["end"] = groups["end"].max().mask(running)
    table["dose"] = _highest(courses).astype("string").reindex(table.index).fillna("")
    table["reason"] = groups["reason"].agg(lambda reasons: "; ".join(dict.fromkeys(filter(None, reasons))))
    never = groups["never"].all()
    table["failed"] = table["failed"] & (~running | groups["unsuitable"].any())
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
    taken = (end.fillna(until - pd.Timedelta(days=1)) - mine["start"]).dt.days + 1
    unsuitable, failed = _means(reason, CONTRAINDICATED), _means(reason, FAILED)
    courses = mine.assign(
        name=mine["product"].str.casefold(),
        end=end,
        reason=reason,
        days=taken,
        unsuitable=unsuitable,
        failed=failed,
        unclear=(reason != "") & ~failed & ~_means(reason, OTHERWISE),
        never=unsuitable & (end == mine["start"]),
    )
    ordered: pd.DataFrame = courses.sort_values(["patient", "start"], kind="stable")
    return ordered


def _means(reason: pd.Series[str], words: re.Pattern[str]) -> pd.Series[bool]:
    """Whether the reason, up to a colon, is one of the words."""
    heads = (text.partition(":")[0].strip() for text in reason.fillna(""))
    return pd.Series([words.fullmatch(head) is not None for head in heads], reason.index, dtype=bool)


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
