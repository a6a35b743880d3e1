"""What a person says of a table that nobody else knows: which column is what. Kept as TOML, and shared as such."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from diary.importers.file import File
from diary.importers.general import Shaped, read_shaped, with_shape
from diary.importers.headers import SEARCHED_ROWS, Header, Headers
from diary.importers.options import SCALES, Options, Refusal
from diary.importers.sheets import Row, Sheet
from diary.importers.table import table_under
from diary.importers.words import fold
from diary.model import Batch

FIELDS: dict[str, str] = {
    "date": "the day that the row is about",
    "start": "when the attack began",
    "time": "the time of day at which it began",
    "end": "when it ended",
    "end_date": "the day on which it ended",
    "end_time": "the time of day at which it ended",
    "duration": "how long it lasted",
    "headache": "whether there was a headache",
    "pain": "how bad it was, in numbers or words",
    "migraine": "whether it was a migraine",
    "kind": "what kind of headache it was",
    "unilateral": "on one side",
    "pulsating": "pulsating",
    "worse_moving": "worse when moving",
    "nausea": "nausea",
    "vomiting": "vomiting",
    "light": "bothered by light",
    "sound": "bothered by sound",
    "aura": "aura",
    "medicine": "the acute medicine that was taken",
    "taken": "how many were taken of the medicine that the column is called after",
    "dose": "how much of the medicine",
    "unit": "the unit of how much",
    "relief": "how well it helped, 0 to 3",
    "disability": "what one could do, 0 everything to 3 in bed",
    "menses": "menstrual bleeding",
    "botox": "a Botox session on that day: units or a mark",
    "botox_date": "the day of a Botox session",
    "units": "the units of a Botox session",
    "patient": "whose row it is",
    "note": "notes",
}
"""What a column can be, in plain words."""

UNNAMED = re.compile(r"column (\d+)")
"""A column without a header is called after its place: ``column 3``."""

NEEDED = "It needs a date, or a start, and something about headache: whether there was one, how bad, or how long."


class ProfileError(Refusal):
    """The profile is not one, or does not fit the file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the columns of a table are: a field for each header; and the *answers* that it needs beside.

    The *name* is the source of the facts. *answers* are values of :class:`Options`, by name.
    """

    name: str
    columns: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)

    def headers(self, sheet: Sheet) -> Headers | None:
        """The headers of the table in a sheet; None where one of the columns is missing.

        A table of which no column has a header begins in its first row.
        """
        wanted = {fold(header) for header in self.columns if not UNNAMED.fullmatch(header)}
        if not wanted:
            return self._under(-1, [None] * max(map(len, sheet.rows), default=0))
        for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            if wanted <= {fold(cell) for cell in row if isinstance(cell, str)}:
                return self._under(number, row)
        return None

    def _under(self, number: int, row: Row) -> Headers:
        known = {fold(header): meaning for header, meaning in self.columns.items()}
        named = ((place, header_text(row, place)) for place in range(len(row)))
        columns = (Header(place, text, known.get(fold(text))) for place, text in named)
        return Headers(number, tuple(one for one in columns if one.field or not UNNAMED.fullmatch(one.text)))


def header_text(row: Row, place: int) -> str:
    """What a column is called: the text of its header, or its place.

    >>> header_text(["Datum", None], 0), header_text(["Datum", None], 1)
    ('Datum', 'column 2')
    """
    cell = row[place]
    return cell.strip() if isinstance(cell, str) and cell.strip() else f"column {place + 1}"


def read_with(path: Path, profile: Profile, *, patient: str = "me", options: Options | None = None) -> Batch:
    """The facts of every sheet that has the profile's columns. *options* go before the profile's own answers.

    Raises ProfileError: no sheet has them, or they do not make a diary. UnreadableFile, or a question, as
    :func:`diary.importers.read` does.
    """
    file = File(path)
    if not file.sheets:
        file.refuse()
    answers = answered(profile, options or Options())
    found = [(sheet, _shaped(sheet, profile, answers)) for sheet in file.sheets]
    if not any(one for _, one in found):
        missing = ", ".join(f'"{header}"' for header in profile.columns)
        raise ProfileError(
            f'{file.name} has no table with the columns of the profile "{profile.name}": {missing}. '
            "Choose another profile, or make one with: migraine import FILE --map"
        )
    return read_shaped(found, patient, profile.name)


def answered(profile: Profile, options: Options) -> Options:
    """The profile's answers, with those of *options* that say something else than nothing."""
    silent = Options()
    said = {name: value for name, value in asdict(options).items() if value != getattr(silent, name)}
    return replace(silent, **{**profile.answers, **said})


def _shaped(sheet: Sheet, profile: Profile, options: Options) -> Shaped | None:
    headers = profile.headers(sheet)
    if headers is None:
        return None
    found = with_shape(table_under(sheet, headers, options))
    if found is None:
        raise ProfileError(f"The columns that were named do not make a diary. {NEEDED}")
    return found


# As TOML


def profile_text(profile: Profile) -> str:
    """The profile as a TOML file.

    >>> print(profile_text(Profile("mine", {"Kopf": "pain"}, {"scale": "0-10"})), end="")
    # What the columns of a table are, for: migraine import FILE --profile NAME
    name = "mine"
    <BLANKLINE>
    [columns]
    "Kopf" = "pain"
    <BLANKLINE>
    [answers]
    scale = "0-10"
    """
    answers = (f"{name} = {_value(value)}" for name, value in profile.answers.items())
    lines = [
        "# What the columns of a table are, for: migraine import FILE --profile NAME",
        f"name = {_value(profile.name)}",
        "",
        "[columns]",
        *(f"{_value(header)} = {_value(meaning)}" for header, meaning in profile.columns.items()),
        "",
        "[answers]",
        *answers,
    ]
    return "\n".join(lines) + "\n"


def _value(text: str) -> str:
    """A text as TOML has it: as JSON does, but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file.

    Raises ProfileError: it cannot be opened, is no profile, or names a field or an answer that there is not.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"The profile {path} cannot be opened ({error.strerror}). Check its name.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path} is not a profile ({error}). Make one with: migraine import FILE --map") from error
    problem = next(_faults(values), None)
    if problem:
        raise ProfileError(f"The profile {path} cannot be used: {problem} Correct it, or make it anew with --map.")
    return Profile(values["name"], values["columns"], values.get("answers", {}))


CHOICES: dict[str, tuple[str, ...]] = {
    "date_order": ("dmy", "mdy", "ymd"),
    "scale": SCALES,
    "duration_unit": ("hours", "minutes"),
    "blank_medication": ("none", "unknown"),
}
"""The options that a profile can answer, and how."""


def _faults(values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the values of a profile, in sentences."""
    columns, answers = values.get("columns"), values.get("answers", {})
    if not isinstance(values.get("name"), str) or not values["name"].strip():
        yield "it has no name."
    if not isinstance(columns, dict) or not columns:
        yield "it names no columns."
    elif wrong := [meaning for meaning in map(str, columns.values()) if meaning not in FIELDS]:
        yield f'"{wrong[0]}" is not a field.'
    if not isinstance(answers, dict):
        yield "its answers are not a table."
        return
    for name, value in answers.items():
        allowed = CHOICES.get(name)
        if allowed is None:
            yield f'there is no answer "{name}".'
        elif str(value) not in allowed:
            yield f'"{value}" is no {name}; it can be {", ".join(allowed)}.'
