"""Options that several commands share, and what their values come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any, TypeVar

import click

from diary.cli.values import CLOCK, FEATURES_LIST, INTENSITY, SEVERITY
from diary.entries import Entry, Taken
from diary.model import KINDS

C = TypeVar("C", bound=Callable[..., Any])

DIARY = (
    click.option("--patient", metavar="CODE", help="Whose diary; needed where the diary holds several patients."),
    click.option("--store", metavar="PLACE", help="Another diary: a path or a database URL. Else MIGRAINE_DIARY."),
)
READING = (
    click.option(
        "--date-order",
        type=click.Choice(["dmy", "mdy", "ymd"]),
        help="Order of day, month and year in dates written as text.",
    ),
    click.option(
        "--scale",
        type=click.Choice(["0-10", "0-3", "1-4", "0-100", "10-0", "3-0", "100-0", "words"]),
        help="Scale of the pain column, from no pain to the worst.",
    ),
    click.option("--duration-unit", type=click.Choice(["hours", "minutes"]), help="Unit of bare numbers in durations."),
    click.option(
        "--blank-medication",
        type=click.Choice(["none", "unknown"]),
        help="What a blank medicine cell means: none taken, or not known.",
    ),
    click.option(
        "--headache",
        "headache_words",
        multiple=True,
        metavar="WORD",
        help="The activity or symptom that means headache, as you named it. Repeat it for each.",
    ),
    click.option(
        "--blank-headache",
        type=click.Choice(["free", "unknown"]),
        help="What a day with entries but no headache in them means: headache-free, or not known.",
    ),
    click.option(
        "--hold-days",
        type=click.IntRange(1, 365),
        default=14,
        show_default=True,
        help="In a log of changes: the longest time that a level holds without a new line.",
    ),
    click.option(
        "--time-zone",
        metavar="ZONE",
        help="Where a diary of instants was kept, such as Europe/Berlin; else the time zone of this computer.",
    ),
    click.option(
        "--year",
        type=click.IntRange(1950, 2099),
        help="Year of a sheet with a month's days that does not say it.",
    ),
)
HEADACHE = (
    click.option(
        "--severity", type=SEVERITY, metavar="none|mild|moderate|severe|0-3", help="How bad it was at its worst."
    ),
    click.option("--intensity", type=INTENSITY, metavar="0-10", help="How bad at its worst, as a number."),
    click.option("--kind", type=click.Choice(KINDS), help="What you call it; a label, not a diagnosis."),
    click.option("--with", "present", type=FEATURES_LIST, help="What came with it: nausea,light,sound,…"),
    click.option("--without", "absent", type=FEATURES_LIST, help="What did not come with it."),
    click.option("--note", metavar="TEXT", help="Anything else."),
)
INTAKE = (
    click.option(
        "--took",
        multiple=True,
        metavar="MEDICINE",
        help='What was taken, "sumatriptan 50 mg"; repeat it for each. "none" takes back; "?" is not known.',
    ),
    click.option("--at", type=CLOCK, help="The time at which it was taken, or now."),
    click.option("--again", is_flag=True, help="It was taken once more that day."),
)


def with_options(*options: Callable[[C], C]) -> Callable[[C], C]:
    """A decorator that adds all these options, in this order."""

    def add(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def example(*lines: str) -> str:
    """An epilog that shows how the command is called."""
    return "\n".join(["\b", "Example:" if len(lines) == 1 else "Examples:", *(f"  {line}" for line in lines)])


def what_was_said(
    *,
    took: Sequence[str],
    at: time | None,
    again: bool,
    present: Sequence[str] | None,
    absent: Sequence[str] | None,
    **values: Any,
) -> Entry:
    """The entry that the values of HEADACHE, INTAKE and other options make; what was not said is left out.

    >>> what_was_said(took=(), at=None, again=False, present=["nausea"], absent=None, severity=2, kind=None).values
    {'severity': 2, 'nausea': True}

    Raises UsageError: two of them contradict each other.
    """
    both = set(present or ()) & set(absent or ())
    if both:
        raise click.UsageError(f"{', '.join(sorted(both))} cannot be both with and without. Say one of the two.")
    said = {name: value for name, value in values.items() if value is not None}
    said |= dict.fromkeys(present or (), True) | dict.fromkeys(absent or (), False)
    return Entry(said, said_of_medicines(took, at, again=again), again)


def said_of_medicines(took: Sequence[str], at: time | None = None, *, again: bool = False) -> Taken:
    """What was said of medicines: names, ``none``, or ``?``.

    >>> said_of_medicines(["none"]).state
    'nothing'

    Raises UsageError: a word stands beside names, or a time without any.
    """
    states = {text.strip().casefold() for text in took} & {"none", "?"}
    if states and len(took) > 1:
        raise click.UsageError("--took none and --took ? stand alone. Leave out the one or the other.")
    if (at or again) and (states or not took):
        raise click.UsageError('--at and --again say more about a medicine. Name it: --took "sumatriptan 50 mg".')
    if not all(any(map(str.isalnum, text)) for text in took if text.strip() != "?"):
        raise click.UsageError('That names no medicine. Write it: --took "sumatriptan 50 mg"; or --took none.')
    if states:
        return Taken(state="nothing" if "none" in states else "unknown")
    return Taken(tuple(took), "named" if took else None, at)
