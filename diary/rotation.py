"""Which backups are kept: the last ten, the first of each of the last 14 days, and of each of the last 12 months.

Days and months are those on which backups were made: a year in which nothing was written takes none away. The *first*
of a day is how the diary was before that day's work, however many files were imported then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable
from datetime import datetime
from typing import NamedTuple

from diary.model import DiaryError

VARIABLE = "MIGRAINE_BACKUPS_KEEP"
"""The environment variable with another rule, such as ``10,14,12``."""


class Rule(NamedTuple):
    """How many backups are kept: the *latest*, and the first of so many *days* and *months*."""

    latest: int = 10
    days: int = 14
    months: int = 12


def rule() -> Rule:
    """The rule that holds: what MIGRAINE_BACKUPS_KEEP says, else the ordinary one.

    Raises DiaryError: what it says is no rule.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return Rule()
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) != len(Rule._fields) or not all(map(str.isdecimal, numbers)) or int(numbers[0]) < 1:
        raise DiaryError(
            f"{VARIABLE} is {text!r}, which is no rule for backups. Write how many are kept: the latest, at least 1; "
            f"one for so many days; one for so many months; as in 10,14,12."
        )
    return Rule(*map(int, numbers))


def kept(moments: Collection[datetime], rule: Rule) -> set[datetime]:
    """The moments of the backups to keep.

    >>> january, morning, noon = datetime(2026, 1, 9, 8), datetime(2026, 3, 1, 8), datetime(2026, 3, 1, 12)
    >>> sorted(kept([january, morning, noon], Rule(latest=1, days=1, months=0))) == [morning, noon]
    True
    """
    in_order = sorted(moments)
    days = _firsts(in_order, rule.days, datetime.date)
    months = _firsts(in_order, rule.months, lambda moment: (moment.year, moment.month))
    return {*in_order[-rule.latest :], *days, *months}


def _firsts(in_order: Collection[datetime], number: int, of: Callable[[datetime], Hashable]) -> list[datetime]:
    """The first moment of each of the last so many days or months that have one."""
    first: dict[Hashable, datetime] = {}
    for moment in in_order:
        first.setdefault(of(moment), moment)
    return list(first.values())[-number:] if number else []
