"""What a person may write for a day, a time, a severity, a duration: click's parameter types.

Each error says what was expected, with an example.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

import click

from diary.entries import factor_name, minutes_in
from diary.model import FEATURES, MUSCLES, SEVERITIES, SIDES, DiaryError, Injection
from diary.muscles import UNITS_A_SITE, area, find_muscle, find_side, spoken

V = TypeVar("V")

FIRST_YEAR = 1900
DAY_MINUTES = 1440


def now() -> datetime:
    """This minute, by the clock on the wall."""
    return datetime.now().replace(second=0, microsecond=0)


class Value(click.ParamType[V], Generic[V]):
    """A value read from text by :meth:`read`, which raises ValueError with a sentence about what is wrong."""

    @abstractmethod
    def read(self, text: str) -> V:
        """The value that the text means."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> V:
        """The value, or an error that says what was expected."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]  # a default, which is a value already
        try:
            return self.read(value.strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)


class DayValue(Value[date]):
    """A day that is not in the future: ``2026-03-01``, ``today`` or ``yesterday``."""

    name = "DATE"

    def read(self, text: str) -> date:
        """The day.

        >>> DAY.read("2026-03-01")
        datetime.date(2026, 3, 1)
        """
        day = _day(text)
        if day is None:
            raise ValueError(f"{text!r} is not a day. Write it as 2026-03-01, or today, or yesterday.")
        if day > date.today():
            raise ValueError(f"{day} is in the future. Record it when it has come.")
        if day.year < FIRST_YEAR:
            raise ValueError(f"{day} is before {FIRST_YEAR}. Check the year.")
        return day


def _day(text: str) -> date | None:
    ago = {"today": 0, "yesterday": 1}.get(text.casefold())
    if ago is not None:
        return date.today() - timedelta(days=ago)
    if not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return None
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        raise ValueError(f"{text} does not exist. Check the day and the month.") from None


class MonthValue(Value[date]):
    """A month, ``2026-03``, as its first day."""

    name = "YYYY-MM"

    def read(self, text: str) -> date:
        """The first day of the month.

        >>> MONTH.read("2026-03")
        datetime.date(2026, 3, 1)
        """
        found = re.fullmatch(r"(\d{4})-(\d{1,2})", text)
        if not found or not (1 <= int(found[2]) <= 12 and int(found[1]) >= FIRST_YEAR):
            raise ValueError(f"{text!r} is not a month. Write it as 2026-03.")
        return date(int(found[1]), int(found[2]), 1)


class ExpiryValue(Value[date]):
    """The last day on which a vial may be used: ``2027-02-15``, or ``2027-02`` for the end of the month."""

    name = "YYYY-MM[-DD]"

    def read(self, text: str) -> date:
        """The day.

        >>> EXPIRY.read("2027-02")
        datetime.date(2027, 2, 28)
        """
        if text.count("-") == 2 and (day := _day(text)):
            return day
        try:
            month = MONTH.read(text)
        except ValueError:
            raise ValueError(f"{text!r} is no expiry. Write it as 2027-02 or 2027-02-15.") from None
        return month.replace(day=monthrange(month.year, month.month)[1])


class ClockValue(Value[time]):
    """A time of day on 24 hours, ``14:30``, or ``now``."""

    name = "HH:MM"

    def read(self, text: str) -> time:
        """The time.

        >>> CLOCK.read("7:05")
        datetime.time(7, 5)
        """
        clock = now().time() if text.casefold() == "now" else _clock(text)
        if clock is None:
            raise ValueError(f"{text!r} is not a time of day. Write it on 24 hours, such as 14:30.")
        return clock


def _clock(text: str) -> time | None:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


class MomentValue(Value[datetime | time]):
    """A day and time, ``2026-03-01 22:30`` or ``yesterday 22:30``; a time alone stays a time; ``now``."""

    name = "WHEN"

    def read(self, text: str) -> datetime | time:
        """The moment.

        >>> MOMENT.read("2026-03-01 22:30"), MOMENT.read("22:30")
        (datetime.datetime(2026, 3, 1, 22, 30), datetime.time(22, 30))
        """
        if text.casefold() == "now":
            return now()
        day_text, _, clock_text = text.replace("T", " ").rpartition(" ")
        clock = _clock(clock_text)
        if clock is None or (day_text and _day(day_text.strip()) is None):
            raise ValueError(f"{text!r} is not a day with a time. Write it as 2026-03-01 22:30, or 22:30 for today.")
        day = _day(day_text.strip()) if day_text else None
        return datetime.combine(day, clock) if day else clock


class GradeValue(Value[int]):
    """A grade from 0 to 3, as a number or a word."""

    name = "0-3"

    def __init__(self, noun: str, words: tuple[str, ...] = ()) -> None:
        self.noun, self.words = noun, words

    def read(self, text: str) -> int:
        """The grade.

        >>> SEVERITY.read("moderate"), SEVERITY.read("3")
        (2, 3)
        """
        if text in ("0", "1", "2", "3"):
            return int(text)
        if text.casefold() in self.words:
            return self.words.index(text.casefold())
        words = f"one of {', '.join(self.words)}, or " if self.words else ""
        raise ValueError(f"{text!r} is no {self.noun}. Write {words}a whole number from 0 to 3.")


class HoursValue(Value[int]):
    """A duration within one day, ``3``, ``3.5``, ``2h30``, ``2:30`` or ``45min``, in minutes."""

    name = "H"

    def read(self, text: str) -> int:
        """The minutes.

        >>> [HOURS.read(text) for text in ("3", "3.5", "2h30", "2:30", "45min")]
        [180, 210, 150, 150, 45]
        """
        minutes = minutes_in(text)
        if minutes is None:
            raise ValueError(f"{text!r} is no number of hours. Write it as 3, 3.5 or 2h30.")
        if not 0 < minutes <= DAY_MINUTES:
            raise ValueError(
                f"{text} is not a part of one day. Write 24 hours at most; a longer attack is recorded with its "
                "start and end: migraine attack add."
            )
        return minutes


FEATURE_WORDS = {"photophobia": "light", "phonophobia": "sound", "sick": "nausea", "worse": "worse_moving"}
"""Other words for features; a hyphen or space is as good as an underscore."""


class FeaturesValue(Value[tuple[str, ...]]):
    """Features of a headache with commas between them."""

    name = "FEATURE,..."

    def read(self, text: str) -> tuple[str, ...]:
        """The features.

        >>> FEATURES_LIST.read("nausea, worse-moving")
        ('nausea', 'worse_moving')
        """
        words = [re.sub(r"[\s-]+", "_", word.strip().casefold()) for word in text.split(",") if word.strip()]
        named = tuple(FEATURE_WORDS.get(word, word) for word in words)
        unknown = [word for word in named if word not in FEATURES]
        if unknown or not named:
            raise ValueError(f"{', '.join(unknown) or text!r} is no feature. There are: {', '.join(FEATURES)}.")
        return named


class NumberValue(Value[float]):
    """A number from *low* to *high*; *example* is one."""

    def __init__(self, noun: str, low: float, high: float, example: str, *, whole: bool = False) -> None:
        self.noun, self.low, self.high, self.example, self.whole = noun, low, high, example, whole
        self.name = "N" if whole else "X"

    def read(self, text: str) -> float:
        """The number.

        >>> INTENSITY.read("7,5"), SITES.read("31")
        (7.5, 31)
        """
        number = _number(text)
        if number is None or not self.low <= number <= self.high or (self.whole and number % 1):
            raise ValueError(f"{text!r} is no {self.noun}. Write a number such as {self.example}.")
        return int(number) if self.whole else number


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d+(?:[.,]\d+)?", text) else None


class AmountValue(Value[tuple[float, str | None]]):
    """An amount with its unit, ``100 mg``."""

    name = "AMOUNT"

    def read(self, text: str) -> tuple[float, str | None]:
        """The number and the unit.

        >>> AMOUNT.read("100 mg"), AMOUNT.read("2,5mg"), AMOUNT.read("1")
        ((100.0, 'mg'), (2.5, 'mg'), (1.0, None))
        """
        found = re.fullmatch(r"(\d{1,9}(?:[.,]\d+)?)\s*([^\W\d_]\D*)?", text)
        if not found or not float(found[1].replace(",", ".")):
            raise ValueError(f"{text!r} is no amount. Write a number and a unit, such as 100 mg.")
        return float(found[1].replace(",", ".")), found[2]


class PlaceValue(Value[Injection]):
    """What one muscle received on one side: ``temporalis left 25/5`` is 25 units in 5 sites.

    Without the sites they are counted at 5 units each; without a side a muscle must have only one.
    """

    name = "MUSCLE SIDE UNITS[/SITES]"

    def read(self, text: str) -> Injection:
        """The injection, of a session that is not named yet.

        >>> PLACE.read("neck right 10")
        Injection(treatment_id='', muscle='cervical_paraspinal', side='right', sites=2, units=10.0)
        """
        found = re.fullmatch(r"(\D+?)\s*(\d+(?:[.,]\d+)?)(?:\s*/\s*(\d+))?", text)
        if not found:
            raise ValueError(f"{text!r} is no place with units. Write it as: temporalis left 25/5")
        muscle, side = _muscle_and_side(found[1])
        return Injection("", muscle, side, *_sites_and_units(text, _number(found[2]) or 0, found[3]))


def _muscle_and_side(text: str) -> tuple[str, str]:
    sides = [word for word in text.split() if find_side(word)]
    muscle = find_muscle(" ".join(word for word in text.split() if word not in sides))
    if muscle is None:
        raise ValueError(f"{text!r} names no muscle. There are: {', '.join(map(spoken, MUSCLES))}.")
    side = find_side(sides[0]) if len(sides) == 1 else None
    only = area(muscle).sides
    if not sides and len(only) == 1:
        return muscle, only[0]
    if side is None:
        raise ValueError(f"{text!r} does not say which side. Write one of: {', '.join(SIDES)}.")
    return muscle, side


def _sites_and_units(text: str, units: float, sites: str | None) -> tuple[int, float]:
    if sites is None and units % UNITS_A_SITE:
        raise ValueError(f"{text!r} does not say how many sites. Write it as: temporalis left 24/5")
    counted = int(units / UNITS_A_SITE) if sites is None else int(sites)
    if (units == 0) != (counted == 0) or units > UNITS.high or counted > SITES.high:
        raise ValueError(f"{text!r} cannot be. Write units and sites such as 25/5, or 0 for none.")
    return counted, units


class FactorValue(Value[tuple[str, float | None]]):
    """An everyday factor with how much of it, ``sleep=6.5``, ``alcohol=no``; ``?`` is not known."""

    name = "NAME=VALUE"

    def read(self, text: str) -> tuple[str, float | None]:
        """The factor's name and value.

        >>> FACTOR.read("sleep=6,5"), FACTOR.read("alcohol=yes"), FACTOR.read("stress=?")
        (('sleep', 6.5), ('alcohol', 1.0), ('stress', None))
        """
        named, _, value = (part.strip() for part in text.rpartition("="))
        if not named:
            raise ValueError(f"{text!r} names no factor and value. Write both, such as sleep=6.5 or alcohol=yes.")
        return factor_name(named), self._value(value)

    def _value(self, text: str) -> float | None:
        if text.casefold() in FACTOR_WORDS:
            return FACTOR_WORDS[text.casefold()]
        if not re.fullmatch(r"-?\d{1,6}([.,]\d{1,6})?", text):
            raise ValueError(f"{text!r} is no value of a factor. Write a number, yes, no, or ? for not known.")
        return float(text.replace(",", "."))


FACTOR_WORDS = {"yes": 1.0, "no": 0.0, "?": None}


def not_in_future(moment: datetime) -> datetime:
    """The moment, unless it has not come yet.

    Raises DiaryError: it is later than now.
    """
    if moment > datetime.now():
        raise DiaryError(
            f"{moment:%Y-%m-%d %H:%M} is in the future. If it was on another day, name that day; "
            "else record it when it has come."
        )
    return moment


DAY = DayValue()
MONTH = MonthValue()
EXPIRY = ExpiryValue()
PLACE = PlaceValue()
CLOCK = ClockValue()
MOMENT = MomentValue()
SEVERITY = GradeValue("severity", SEVERITIES)
DISABILITY = GradeValue("disability")
RELIEF = GradeValue("relief")
HOURS = HoursValue()
FEATURES_LIST = FeaturesValue()
AMOUNT = AmountValue()
FACTOR = FactorValue()
INTENSITY = NumberValue("intensity from 0 to 10", 0, 10, "7")
UNITS = NumberValue("number of units", 0.1, 2000, "155")
SITES = NumberValue("number of sites", 1, 200, "31", whole=True)
DILUTION = NumberValue("volume of saline", 0.1, 20, "2")
SCORE = NumberValue("score", 0, 1000, "64")
