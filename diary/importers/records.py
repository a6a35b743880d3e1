"""The objects of a JSON file, read value by value: what cannot be read becomes a problem at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from diary.importers.columns import shortened
from diary.importers.dates import YEARS
from diary.importers.instants import Instant, Zone
from diary.model import Problem

EXPORT_AGAIN = "Export the file again, or correct it."


@dataclass(frozen=True, slots=True)
class Record:
    """One object. *place* is how a person finds it; *problems* is shared by all records of a file."""

    values: Mapping[str, Any]
    place: str
    problems: list[Problem]

    def note(self, what: str, remedy: str = EXPORT_AGAIN) -> None:
        """One problem with this record."""
        self.problems.append(Problem(self.place, what, remedy))

    def records(self, name: str, label: str) -> list[Record]:
        """The objects of a list, called "*label* 1", "*label* 2", … A list that is absent is empty.

        >>> file = Record({"doses": [{"name": "Maxalt"}, 7]}, "file", [])
        >>> [(dose.place, dose.text("name")) for dose in file.records("doses", "dose")], str(file.problems[0])
        ([('dose 1', 'Maxalt')], 'dose 2: "7" is not an entry. Export the file again, or correct it.')
        """
        entries = self.values.get(name)
        if entries is None:
            return []
        if not isinstance(entries, list):
            self.note(f'"{name}" is not a list.')
            return []
        return list(_objects(entries, label, self.problems))

    def text(self, name: str) -> str | None:
        """A text without the spaces around it; None where it is absent or empty. A number becomes its text."""
        value = self.values.get(name)
        if isinstance(value, str):
            return value.strip() or None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value:.15g}" if abs(value) < 1e15 else None
        return None

    def texts(self, name: str) -> list[str]:
        """The texts of a list; other things in it are left out."""
        values = self.values.get(name)
        return [value.strip() for value in values if isinstance(value, str)] if isinstance(values, list) else []

    def flag(self, name: str) -> bool:
        """Whether a box is ticked. One that is not may have been left alone, and says nothing."""
        return self.values.get(name) is True

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number from *low* to *high*; None where it is absent. Anything else is a problem."""
        value = self.values.get(name)
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (value != value or not low <= value <= high)
        ):
            self.note(f'"{name}" is {_shown(value)}, not a number from {low:g} to {high:g}.')
            return None
        return float(value)

    def day(self, name: str) -> date | None:
        """A date like ``2026-03-01``, of which anything after the day is left out. Anything else is a problem."""
        text = self.text(name)
        try:
            day = date.fromisoformat((text or "")[:10])
        except ValueError:
            self.note(f'"{name}" is {_shown(self.values.get(name))}, not a date like 2026-03-01.')
            return None
        if day.year not in YEARS:
            self.note(f"The year {day.year} cannot be right.")
            return None
        return day

    def instant(self, name: str, zone: Zone, per_second: int = 1, *, needed: bool = False) -> Instant | None:
        """A count of seconds, or of *per_second* parts of them. None where absent, a problem where *needed*."""
        value = self.values.get(name)
        if value is None:
            if needed:
                self.note(f'There is no "{name}", so it was not read.')
            return None
        counted = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        found = zone.at(value / per_second) if counted else None
        if found is None:
            self.note(f'"{name}" is {_shown(value)}, not a time.')
        return found


def record_of(values: Any, place: str = "file") -> Record:
    """The outermost object of a file, with no problems yet. A file that is one list has it under the name ``""``."""
    return Record(values if isinstance(values, Mapping) else {"": values}, place, [])


def _objects(entries: list[Any], label: str, problems: list[Problem]) -> Iterator[Record]:
    """The objects of a list, each once."""
    seen = set()
    for number, entry in enumerate(entries, start=1):
        place, text = f"{label} {number}", repr(entry)
        if not isinstance(entry, Mapping):
            problems.append(Problem(place, f"{_shown(entry)} is not an entry.", EXPORT_AGAIN))
        elif text in seen:
            problems.append(
                Problem(place, "The same entry stands above already.", "Nothing to do: it was counted once.")
            )
        else:
            seen.add(text)
            yield Record(entry, place, problems)


def _shown(value: Any) -> str:
    text = str(value) if not isinstance(value, int) or abs(value) < 1e15 else "a number of many digits"
    return f'"{shortened(text, 40)}"'
