"""Options that the answering commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from diary.cli.options import DIARY, READING, with_options
from diary.cli.values import DAY, Value


class Session(NamedTuple):
    """A botulinum session as given on the command line; *units* is None where they were not."""

    day: date
    units: float | None


class SessionValue(Value[Session]):
    """``2026-03-01`` or ``2026-03-01:155``."""

    name = "DATE[:UNITS]"

    def read(self, text: str) -> Session:
        """The session.

        >>> SessionValue().read("2026-03-01:155")
        Session(day=datetime.date(2026, 3, 1), units=155.0)
        """
        day, colon, units = text.partition(":")
        try:
            session = Session(date.fromisoformat(day), float(units) if colon else None)
        except ValueError:
            raise ValueError(f"{text!r} is not a date with units. Write it as 2026-03-01 or 2026-03-01:155.") from None
        DAY.read(day)
        return session


class LastDay(Value[date]):
    """A date as ``2026-03-01``; it may lie in the future, for a session that is planned."""

    name = "DATE"

    def read(self, text: str) -> date:
        """The date."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a date. Write it as year-month-day, such as 2026-03-01.") from None


RULES = "The clinical rules to look at: nice-ta260, ehf-2018, dmkg-2018, ahs-2021, hull or ihs-2025."
DEFINITIONS = (
    "What counts. A headache day: any, 30min or 4h. A migraine day: label, ichd, leiden or trial. A 0-10 rating: "
    "1-4-7 or 1-5-7, where mild, moderate and severe begin. Repeat it, at most one of each; the first are the defaults."
)
"""Named here as well as in :mod:`analysis.definitions`, so that help loads no pandas; a test holds them together."""

answering = with_options(
    click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]..."),
    click.option(
        "--botox",
        "sessions",
        multiple=True,
        type=SessionValue(),
        help="A therapeutic session that the diary does not hold, such as 2026-03-01:155. Repeat it for each.",
    ),
    *DIARY,
    *READING,
    click.option(
        "--silence-days",
        type=click.IntRange(0, 365),
        default=14,
        show_default=True,
        help="In a list of headaches only: the longest silence that is read as headache-free days.",
    ),
    click.option("--as-of", type=LastDay(), help="The last day to use; the diary's last day if not given."),
    click.option(
        "--baseline-blocks",
        type=click.IntRange(1, 13),
        metavar="N",
        help="Blocks of 28 days before the first session; up to three usable ones if not given.",
    ),
    click.option("--count-gepants", is_flag=True, help="Count gepant days towards medication overuse."),
    click.option(
        "--usual-level",
        type=click.FloatRange(0, 28),
        metavar="DAYS",
        help="Headache days per 28 days that the clinic takes as usual, to show regression to the mean.",
    ),
    click.option("--rules", default="nice-ta260", show_default=True, help=RULES),
    click.option("--definition", multiple=True, metavar="NAME", help=DEFINITIONS),
)
"""All the options of a command that reads a diary and answers."""
