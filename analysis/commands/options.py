"""Options that the answering commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class Session(NamedTuple):
    """A botulinum session as given on the command line; *units* is None where they were not."""

    day: date
    units: float | None


class SessionType(click.ParamType[Session]):
    """``2026-03-01`` or ``2026-03-01:155``."""

    name = "DATE[:UNITS]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Session:
        """The session that the text names; anything else is an error with an example."""
        if isinstance(value, Session):
            return value
        day, colon, units = str(value).partition(":")
        try:
            return Session(date.fromisoformat(day), float(units) if colon else None)
        except ValueError:
            self.fail(f"{value!r} is not a date with units. Write it as 2026-03-01 or 2026-03-01:155.", param, ctx)


class DayType(click.ParamType[date]):
    """A date as ``2026-03-01``."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date that the text names."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a date. Write it as year-month-day, such as 2026-03-01.", param, ctx)


FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
READING = (
    click.option(
        "--botox",
        "sessions",
        multiple=True,
        type=SessionType(),
        help="A therapeutic session that the diary does not hold; repeat it for each. 2026-03-01 or 2026-03-01:155.",
    ),
    click.option("--patient", help="Whose diary, where there are several."),
    click.option(
        "--date-order",
        type=click.Choice(["dmy", "mdy", "ymd"]),
        help="Order of day, month and year in dates written as text.",
    ),
    click.option(
        "--scale",
        type=click.Choice(["0-10", "0-3", "1-4", "0-100", "words"]),
        help="Scale of the pain column.",
    ),
    click.option(
        "--silence-days",
        type=click.IntRange(0, 365),
        default=14,
        show_default=True,
        help="In a list of headaches only: the longest silence that is read as headache-free days.",
    ),
)
ANALYSIS = (
    click.option("--as-of", type=DayType(), help="The last day to use; the diary's last day if not given."),
    click.option(
        "--baseline-blocks",
        type=click.IntRange(1, 13),
        help="Blocks of 28 days before the first session; up to three usable ones if not given.",
    ),
    click.option("--rules", default="nice-ta260", show_default=True, help="The clinical rules to look at."),
    click.option(
        "--definition",
        default="any",
        show_default=True,
        help="What a headache day is: any, 30min or 4h.",
    ),
)


def answering(command: Command) -> Command:
    """All the options of a command that reads a diary and answers."""
    for option in reversed((FILES, *READING, *ANALYSIS)):
        command = option(command)
    return command
