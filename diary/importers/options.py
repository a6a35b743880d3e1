"""What a person may decide about a file, and the questions that stop a reading until they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from diary.model import DiaryError

DateOrder = Literal["dmy", "mdy", "ymd"]
Scale = Literal["0-10", "0-3", "1-4", "0-100", "10-0", "3-0", "100-0", "words"]
"""How bad it was; in the three that begin with their highest number, 0 is the worst and that number no pain."""

SCALES: tuple[Scale, ...] = get_args(Scale)
DurationUnit = Literal["hours", "minutes"]


@dataclass(frozen=True, slots=True)
class Options:
    """Answers to what a file can leave open; None lets the file decide, or stops and asks.

    *date_order* of dates in text, *scale* of the pain column, *duration_unit* of bare numbers in a
    duration column. *blank_medication* is what a blank medicine cell on a logged day means:
    ``"none"`` taken, or ``"unknown"``. *time_zone*, such as ``"Europe/Berlin"``, is where the diary was kept, for
    files that hold instants and not clock times. *headache_words* are the activities or symptoms that mean
    headache to the person who named them; *blank_headache* is what a day with entries but none of them means:
    ``"free"`` of headache, or ``"unknown"``. *hold_days* is how long, in a log of changes, a level holds without
    a new line. *year* is that of a sheet of months which does not say it.
    """

    date_order: DateOrder | None = None
    scale: Scale | None = None
    duration_unit: DurationUnit | None = None
    blank_medication: Literal["none", "unknown"] | None = None
    time_zone: str | None = None
    headache_words: tuple[str, ...] = ()
    blank_headache: Literal["free", "unknown"] | None = None
    hold_days: int = 14
    year: int | None = None


class Refusal(DiaryError):  # noqa: N818
    """The file will not be read, and no option changes that."""


class UnreadableFile(Refusal):
    """The file cannot be opened as what it is, or must not be."""


class UnknownZone(Refusal):
    """The time zone that was asked for has no such name."""


class UnknownLayout(Refusal):
    """No layout recognises the file."""


class TwoLayouts(Refusal):
    """More than one layout claims the file."""


class Question(DiaryError):  # noqa: N818
    """The file can be read in two ways and nothing in it decides. The message names the option that does."""


class AmbiguousDates(Question):
    """Day and month of the dates can be told apart in two ways."""


class AmbiguousScale(Question):
    """The numbers of the pain column fit more than one scale."""


class AmbiguousDuration(Question):
    """The numbers of the duration column can be hours or minutes."""


class UnknownYear(Question):
    """A sheet of a month does not say of which year it is."""


class UnnamedHeadache(Question):
    """The names in the diary are its owner's, and none of them is known to mean headache."""


class AmbiguousBlank(Question):
    """Days with entries, but without headache in them, may be free of it or may not say."""
