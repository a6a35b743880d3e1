"""``migraine import FILE --map``: a look at the table, then one question for each column.

Every question offers our best suggestion, and none is taken without the person's word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from diary.cli.say import say, table
from diary.importers.columns import is_blank, number_of, plain_text, read_durations
from diary.importers.dates import order_of
from diary.importers.file import File
from diary.importers.headers import Header, text_row
from diary.importers.mapping import SKIP, column_names, filled_sheets, samples, short, suggestion, table_of
from diary.importers.options import AmbiguousDates, AmbiguousDuration, AmbiguousScale
from diary.importers.profile import CHOICES, FIELDS, NEEDED, Profile, ProfileError
from diary.importers.scales import read_pain
from diary.importers.sheets import Sheet
from diary.importers.table import Table

SHOWN_ROWS, SHOWN_COLUMNS = 6, 8
"""How much of a table is shown before the questions."""

DATED = ("date", "start", "botox_date")


def ask_profile(path: Path, answers: Mapping[str, Any]) -> Profile:
    """Show the table in the file and ask what its columns are, until they make a diary.

    *answers* are those that were given as options already. Raises UnreadableFile: it is no table.
    """
    file = File(path)
    if not file.sheets:
        file.refuse()
    sheet = ask_sheet(filled_sheets(file.sheets), file.name)
    number = ask_header_row(sheet)
    names = column_names(sheet, number)
    print_preview(sheet, number, names)
    print_fields()
    profile = Profile(
        click.prompt("A name for these answers", default=path.stem), ask_columns(sheet, number, names, {})
    )
    while (found := table_of(profile, sheet)) is None:
        say(f"These columns do not make a diary. {NEEDED}")
        profile = Profile(profile.name, ask_columns(sheet, number, names, profile.columns))
    given = {name: value for name, value in answers.items() if name in CHOICES and value is not None}
    return Profile(profile.name, profile.columns, ask_answers(found, given))


def ask_sheet(sheets: Sequence[Sheet], name: str) -> Sheet:
    """The sheet that is meant, where a workbook has several. Others with the same columns will be read too.

    Raises ProfileError: every sheet is empty.
    """
    if not sheets:
        raise ProfileError(f"{name} holds no table. Choose the file that holds the diary.")
    if len(sheets) == 1:
        return sheets[0]
    by_name = {sheet.name: sheet for sheet in sheets}
    chosen = click.prompt("Which sheet", type=click.Choice(list(by_name)), default=sheets[0].name)
    return by_name[chosen]


def ask_header_row(sheet: Sheet) -> int:
    """The row of headers, from zero; -1 where the table has none."""
    number = text_row(sheet)
    shown = ", ".join(filter(None, map(plain_text, sheet.rows[number])))
    say(f"Row {number + 1} holds: {shown}.")
    return number if click.confirm("Are these the names of the columns", default=True) else -1


def print_preview(sheet: Sheet, number: int, names: Mapping[str, int]) -> None:
    """Print the first rows of the table."""
    shown = dict(list(names.items())[:SHOWN_COLUMNS])
    rows = [
        [short(row[place]) if place < len(row) else "" for place in shown.values()]
        for row in sheet.rows[number + 1 : number + 1 + SHOWN_ROWS]
    ]
    more = len(names) - len(shown)
    table(f"The first rows{f', without {more} columns' if more else ''}", list(shown), rows)


def print_fields() -> None:
    """Print what a column can be."""
    table("What a column can be", ("Answer", "Meaning"), [*FIELDS.items(), (SKIP, "none of these: it is not read")])


def ask_columns(sheet: Sheet, number: int, names: Mapping[str, int], before: Mapping[str, str]) -> dict[str, str]:
    """What each column is; columns that are skipped are left out. *before* are answers given earlier."""
    columns = {}
    for name, place in names.items():
        suggested = before.get(name, SKIP) if before else suggestion(name)
        meaning = click.prompt(
            f'"{name}" (such as {samples(sheet, number, place)}) is',
            type=click.Choice([*FIELDS, SKIP]),
            default=suggested,
            show_choices=False,
        )
        if meaning != SKIP:
            columns[name] = meaning
    return columns


# What else a table leaves open


def ask_answers(found: Table, given: Mapping[str, str]) -> dict[str, str]:
    """The order of dates, the scale, the unit of durations and what a blank medicine means, where it matters."""
    asked = {
        "date_order": _suggested_order(found),
        "scale": _suggested_scale(found),
        "duration_unit": _suggested_unit(found),
        "blank_medication": _suggested_blank(found),
    }
    answers = dict(given)
    for name, suggested in asked.items():
        if suggested is not None and name not in answers:
            choices = click.Choice(CHOICES[name])
            answers[name] = click.prompt(QUESTIONS[name], type=choices, default=suggested or None)
    return answers


QUESTIONS = {
    "date_order": "Day, month and year stand in the order",
    "scale": "How bad it was is on the scale",
    "duration_unit": "A duration without a unit is in",
    "blank_medication": "Where no medicine stands, what was taken is",
}
"""Each question asks for an answer of CHOICES. A suggestion of "" has none to offer; None does not ask."""


def _first(found: Table, *fields: str) -> Header | None:
    return next((header for name in fields for header in found.headers.of(name)), None)


def _suggested_order(found: Table) -> str | None:
    header = _first(found, *DATED)
    try:
        return order_of(found.cells(header), header.text) if header else None
    except AmbiguousDates:
        return ""


def _suggested_scale(found: Table) -> str | None:
    header = _first(found, "pain")
    try:
        return read_pain(found.cells(header), header.text).scale if header else None
    except AmbiguousScale:
        return ""


def _suggested_unit(found: Table) -> str | None:
    header = _first(found, "duration")
    if header is None or not any(map(number_of, found.cells(header))):
        return None
    try:
        read_durations(found.cells(header), header.text)
    except AmbiguousDuration:
        return ""
    return "hours"


def _suggested_blank(found: Table) -> str | None:
    header = _first(found, "medicine")
    return "unknown" if header and any(map(is_blank, found.cells(header))) else None


def offer_to_save(profile: Profile) -> None:
    """Ask whether the answers are to be kept, and keep them."""
    from diary.profiles import save_profile

    if click.confirm("Save these answers for the next file of this kind", default=True):
        path = save_profile(profile)
        say(f"Saved: {path}. Use it with: migraine import FILE --profile {path.stem}")
