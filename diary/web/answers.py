"""What was filled in on a form: read field by field, and what is wrong with it said beside the field."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, datetime

from flask_babel import gettext

from diary.model import DiaryError
from diary.web.said import said
from diary.web.words import written

FIRST_YEAR = 1900
WHOLE = ""
"""The name under which stands what is wrong with the form as a whole."""


class Answers:
    """The fields of a form as they were *said*. A field that cannot be read is None, and stands in *faults*.

    *now* is the moment after which nothing can have happened yet.
    """

    def __init__(self, said: Mapping[str, str], now: datetime) -> None:
        self.said, self.now = said, now
        self.faults: dict[str, str] = {}

    def refuse(self, error: DiaryError, name: str = WHOLE) -> None:
        """Say what is wrong with the field, or with the form as a whole."""
        self.faults[name] = said(str(error))

    def text(self, name: str) -> str | None:
        """What was written, in single blanks; None where nothing was."""
        return " ".join(self.said.get(name, "").split()) or None

    def needed(self, name: str, otherwise: str) -> str:
        """What was written; *otherwise* is said where nothing was."""
        text = self.text(name)
        if text is None:
            self.faults[name] = otherwise
        return text or ""

    def one_of(self, name: str, choices: Collection[str]) -> str | None:
        """The choice that was made; None where none was."""
        chosen = self.text(name)
        if chosen is None or chosen in choices:
            return chosen
        self.faults[name] = gettext("This is not one of the choices. Choose again.")
        return None

    def yes_no(self, name: str) -> bool | None:
        """Whether it is so; None is not known."""
        return {"yes": True, "no": False}.get(self.said.get(name, ""))

    def day(self, name: str, *, coming: bool = False) -> date | None:
        """A day that is not in the future, unless it may be *coming*; None where the field is empty."""
        text = self.text(name)
        if text is None:
            return None
        day = _day(text)
        if day is None:
            self.faults[name] = gettext("This is no day. Write it as 2026-03-01.")
        elif day.year < FIRST_YEAR:
            self.faults[name] = gettext("This is before 1900. Check the year.")
        elif day > self.now.date() and not coming:
            self.faults[name] = gettext("This is in the future. Record it when it has come.")
        return None if name in self.faults else day

    def day_needed(self, name: str) -> date:
        """A day that is not in the future; today stands for what cannot be read."""
        day = self.day(name)
        if day is None:
            self.faults.setdefault(name, gettext("The day is empty. Write it as 2026-03-01."))
        return day or self.now.date()

    def expiry(self, name: str) -> date | None:
        """The last day on which a vial may be used; of a month alone, its end."""
        month = re.fullmatch(r"([1-9]\d{3})-(0[1-9]|1[0-2])", self.text(name) or "")
        if not month:
            return self.day(name, coming=True)
        year, number = int(month[1]), int(month[2])
        return date(year, number, monthrange(year, number)[1])

    def moment(self, name: str) -> datetime | None:
        """A day with its time that is not in the future, ``2026-03-01T22:30``; None where the field is empty."""
        text = self.text(name)
        moment = _moment(text) if text else None
        if text and moment is None:
            self.faults[name] = gettext("This is no day with a time. Write it as 2026-03-01 22:30.")
        elif moment and moment.year < FIRST_YEAR:
            self.faults[name] = gettext("This is before 1900. Check the year.")
        elif moment and moment > self.now:
            self.faults[name] = gettext("This is in the future. Record it when it has come.")
        return None if name in self.faults else moment

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number from *low* to *high*, with a point or a comma; None where the field is empty."""
        text = self.text(name)
        if text is None:
            return None
        number = float(text.replace(",", ".")) if re.fullmatch(r"-?\d{1,6}([.,]\d{1,4})?", text) else None
        if number is None or not low <= number <= high:
            limits = {"low": written(low), "high": written(high)}
            self.faults[name] = gettext("Write a number from %(low)s to %(high)s.", **limits)
            return None
        return number

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number from *low* to *high*; None where the field is empty."""
        number = self.number(name, low, high)
        if number is not None and number % 1:
            self.faults[name] = gettext("Write a whole number.")
            return None
        return None if number is None else int(number)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """The moment as a browser or a person writes it."""
    try:
        wanted = re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}(:\d{2})?", text)
        return datetime.strptime(text.replace("T", " ")[:16], "%Y-%m-%d %H:%M") if wanted else None
    except ValueError:
        return None
