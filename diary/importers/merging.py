"""Several rows about one calendar day become one day log, whatever their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from diary.model import FEATURES, KINDS, DayLog

DAY_MINUTES = 1440
PEAKS = ("headache", "severity", "intensity", "disability", "menses", "acute", *FEATURES)
SUMS = ("minutes", "starts")


@dataclass(frozen=True, slots=True)
class Placed:
    """A day log and where it was read; *inferred* where a long headache on an earlier row says it."""

    day: DayLog
    place: str
    inferred: bool = False


def merge_day(days: Sequence[DayLog]) -> DayLog:
    """One day log of several about one day: headache if any says so, the peaks, the sum of minutes up to 1440.

    >>> from datetime import date
    >>> morning = DayLog("P1", date(2026, 3, 1), headache=True, severity=1, minutes=60, note="slept badly")
    >>> evening = DayLog("P1", date(2026, 3, 1), headache=True, severity=3, minutes=90)
    >>> day = merge_day([evening, morning])
    >>> day.severity, day.minutes, day.note
    (3, 150, 'slept badly')
    """
    if len(days) == 1:
        return days[0]
    merged: dict[str, Any] = {name: max(_known(days, name), default=None) for name in PEAKS}
    merged |= {name: sum(_known(days, name)) if _known(days, name) else None for name in SUMS}
    if any(day.headache and day.minutes is None for day in days):
        merged["minutes"] = None  # a part of the day's headache has no length
    elif merged["minutes"] is not None:
        merged["minutes"] = min(merged["minutes"], DAY_MINUTES)
    merged["kind"] = min(_known(days, "kind"), key=KINDS.index, default=None)
    merged["note"] = "; ".join(sorted(set(_known(days, "note")))) or None
    merged["entered"] = max(_known(days, "entered"), default=None)
    merged["source"] = min(day.source for day in days)
    return replace(days[0], **merged)


def _known(days: Iterable[DayLog], name: str) -> list[Any]:
    return [value for day in days if (value := getattr(day, name)) is not None]


def merge_days(placed: Iterable[Placed]) -> tuple[list[DayLog], list[list[Placed]]]:
    """One day log for each patient and date, by date; and the groups of rows that were joined.

    What a row states outright stands against what a long headache on an earlier day implies.
    """
    groups: dict[tuple[str, date], list[Placed]] = defaultdict(list)
    for one in placed:
        groups[one.day.patient, one.day.date].append(one)
    days, joined = [], []
    for key in sorted(groups):
        group = groups[key]
        stated = [one for one in group if not one.inferred]
        if len(stated) > 1:
            joined.append(stated)
        implied = [one for one in group if one.inferred and not any(other.day.headache is False for other in stated)]
        days.append(merge_day([one.day for one in (*stated, *implied)]))
    return days, joined
