"""Instants as the patient's clock showed them: files that count seconds since 1970 say nothing of clocks.

The zone is the one that was asked for, or that the file names, or else the computer's; which, is an assumption
that is said. Each instant keeps its offset from UTC, so that summer time and journeys by hand can be told apart.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from diary.importers.dates import YEARS
from diary.importers.options import Options, UnknownZone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(NamedTuple):
    """What the clock showed, to the second, and its offset from UTC in minutes."""

    local: datetime
    utc_offset: int

    def since(self, start: Instant) -> timedelta:
        """The time that went by, whatever was done to the clock."""
        return self.local - start.local - timedelta(minutes=self.utc_offset - start.utc_offset)

    def after(self, start: Instant) -> datetime:
        """What the clock showed; or would have shown, where it was set back to before the start.

        >>> start = Instant(datetime(2025, 10, 26, 2, 45), 120)  # a quarter to three in summer time
        >>> str(Instant(datetime(2025, 10, 26, 2, 15), 60).after(start))  # half an hour later
        '2025-10-26 03:15:00'
        """
        passed = self.since(start)
        return start.local + passed if passed > timedelta(0) and self.local <= start.local else self.local


class Zone(NamedTuple):
    """Where a diary was kept; *rules* are None for the zone of this computer. *why* is the sentence that says so.

    *since* is where the file counts from, in seconds after 1970 began.
    """

    rules: tzinfo | None
    why: str
    since: int = 0

    def at(self, seconds: float) -> Instant | None:
        """The instant that a file means by so many seconds; None where it is in no diary's lifetime.

        >>> berlin = zone_of(Options(time_zone="Europe/Berlin"))
        >>> berlin.at(1_711_846_799).utc_offset, str(berlin.at(1_711_846_800).local)  # the clocks go forward
        (60, '2024-03-31 03:00:00')
        """
        try:
            shown = (EPOCH + timedelta(seconds=seconds + self.since)).astimezone(self.rules)
        except (OverflowError, ValueError):
            return None
        offset = shown.utcoffset()
        if offset is None or shown.year not in YEARS:
            return None
        return Instant(shown.replace(tzinfo=None, microsecond=0), round(offset / timedelta(minutes=1)))


def zone_of(options: Options, named: str | None = None) -> Zone:
    """The zone that was asked for; or *named* in the file; or this computer's.

    Raises UnknownZone: there is no zone of the name that was asked for.
    """
    if options.time_zone:
        rules = rules_of(options.time_zone)
        if rules is None:
            raise UnknownZone(
                f"There is no time zone {options.time_zone!r}. Name one like Europe/Berlin or America/New_York."
            )
        return Zone(rules, f"Instants are read as clock times in {options.time_zone}, as asked.")
    if named and (rules := rules_of(named)):
        return Zone(rules, f"Instants are read as clock times in {named}, which the file names.")
    return Zone(None, "Instants are read as clock times in the time zone of this computer; --time-zone names another.")


def rules_of(name: str) -> ZoneInfo | None:
    """The zone of this name, or None.

    >>> rules_of("Europe/Berlin"), rules_of("../etc/passwd"), rules_of("Atlantis")
    (zoneinfo.ZoneInfo(key='Europe/Berlin'), None, None)
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
