"""Everything out of the diary, and back in with the same facts: JSON for one patient, CSV tables for any number.

The same facts give the same bytes, whatever their order. What a file says wrongly is a problem of that
row; the good rows arrive.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from diary.cells import guarded, unguarded
from diary.facts import CLASSES, MEMBERS, FactError, fact_from, plain, tidied_batch, unknown_word
from diary.model import Batch, DiaryError, Fact, Problem
from diary.tables import FACTS, Table, facts_frame, write_tables

FORMAT = "migraine-diary/1"

LISTS = (
    "sources",
    "attacks",
    "days",
    "doses",
    "treatments",
    "injections",
    "scores",
    "events",
    "factors",
    "choices",
    "consultations",
)
"""The lists of a JSON export, in order; each fact is one line."""


class ExportError(DiaryError):
    """The facts cannot be written in this form, or the file is not one of ours."""


def write_json(batch: Batch, path: Path) -> Path:
    """One patient's facts as JSON: ``format``, ``patient``, and a list for each kind of fact. Returns the path.

    Every value of a fact is there; null means not known.

    Raises ExportError: the facts are of more than one patient.
    """
    facts = tidied_batch(batch)
    if len(facts.patients) > 1:
        raise ExportError(f"A JSON file holds one patient, and these are {len(facts.patients)}. Name one of them.")
    lists = [f'  "{name}": {_list(getattr(facts, name))}' for name in LISTS]
    head = [f'  "format": "{FORMAT}"', f'  "patient": {_line(facts.patients[0]) if facts.patients else "null"}']
    path.write_text("{\n" + ",\n".join(head + lists) + "\n}\n", encoding="utf-8", newline="\n")
    return path


def _line(fact: Fact) -> str:
    return json.dumps(plain(fact), ensure_ascii=False, allow_nan=False)


def _list(facts: Iterable[Fact]) -> str:
    lines = ",\n".join(f"    {_line(fact)}" for fact in facts)
    return f"[\n{lines}\n  ]" if lines else "[]"


def read_json(source: Path | str) -> Batch:
    """The facts in a JSON export: a path, or the text itself.

    >>> read_json('{"format": "migraine-diary/1", "patient": {"patient": "P1", "born": 1980}}').patients
    (Patient(patient='P1', born=1980, sex=None, note=None),)

    Raises ExportError: it is not such an export, or one of a newer version of the program.
    """
    content = _content(source.read_text(encoding="utf-8-sig") if isinstance(source, Path) else source)
    patient = content.get("patient")
    problems: list[Problem] = []
    facts: dict[str, Any] = {"patients": tuple(_facts("patients", [] if patient is None else [patient], problems))}
    facts |= {name: tuple(_facts(name, content.get(name, []), problems)) for name in LISTS}
    return Batch(**facts, problems=tuple(problems))


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise ExportError(f"This is not a JSON file: {error}. Name a file made with: migraine export.") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; lists in lists in lists
        raise ExportError("This JSON file is damaged. Export the diary again with: migraine export.") from None
    form = content.get("format") if isinstance(content, dict) else None
    if form != FORMAT:
        raise ExportError(
            f"This JSON file is not a diary export of the form {FORMAT!r}. "
            "Name a file made with migraine export, or update the program if the file is newer."
        )
    return dict(content)


def _facts(name: str, entries: Any, problems: list[Problem]) -> Iterator[Fact]:
    if not isinstance(entries, list):
        problems.append(Problem(name, "This is not a list.", "Export the diary again."))
        return
    for number, entry in enumerate(entries, start=1):
        where = f"{name}, entry {number}"
        if isinstance(entry, dict):
            yield from _fact(name, entry, where, problems)
        else:
            problems.append(Problem(where, f"{entry!r} is not an entry.", "Export the diary again."))


def _fact(name: str, values: Mapping[str, Any], where: str, problems: list[Problem]) -> Iterator[Fact]:
    """The fact, or nothing and a problem."""
    try:
        fact = fact_from(CLASSES[name], values)
        if trouble := unknown_word(fact):
            raise FactError(trouble)
        yield fact
    except FactError as error:
        problems.append(Problem(where, str(error), "Correct it and import the file again."))


def write_csv(batch: Batch, folder: Path) -> list[Path]:
    """One CSV file for each kind of fact, and ``days.csv``: the day table that the analysis reads. Returns the files.

    Not known is an empty cell; times are local, as ``2026-03-01 22:30:00``. The folder is made if need be.
    """
    facts = tidied_batch(batch)
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write_table(getattr(facts, name), table, folder) for name, table in FACTS.items()]
    return written + _write_days(facts, folder)


def _write_table(facts: Iterable[Fact], table: Table, folder: Path) -> Path:
    path = folder / f"{table.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)  # lines end with CR LF (RFC 4180), so that a lone CR in a note is quoted
        writer.writerow(table.names)
        writer.writerows([_cell(getattr(fact, column)) for column in table.names] for fact in facts)
    return path


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)


def _write_days(facts: Batch, folder: Path) -> list[Path]:
    from diary.days import day_tables

    frames = {name: facts_frame(getattr(facts, name), table) for name, table in FACTS.items()}
    return write_tables({"days": day_tables(frames).days}, folder)


def read_csv(folder: Path) -> Batch:
    """The facts in a folder that :func:`write_csv` made. A kind of fact whose file is absent is empty.

    Raises ExportError: none of the files is there.
    """
    paths = {name: folder / f"{table.name}.csv" for name, table in FACTS.items()}
    if not any(path.is_file() for path in paths.values()):
        raise ExportError(f"There is no table of a diary in {folder}. Name a folder made with: migraine export.")
    problems: list[Problem] = []
    present = {name: path for name, path in paths.items() if path.is_file()}
    facts: dict[str, Any] = {name: tuple(_read_table(name, path, problems)) for name, path in present.items()}
    return Batch(**facts, problems=tuple(problems))


def _read_table(name: str, path: Path, problems: list[Problem]) -> Iterator[Fact]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(name, csv.reader(file), path.name, problems)
    except (csv.Error, UnicodeDecodeError) as error:
        problems.append(
            Problem(
                path.name, f"The file cannot be read to its end: {error}.", "Save it as CSV in UTF-8 and try again."
            )
        )


def _rows(name: str, lines: Iterator[list[str]], file: str, problems: list[Problem]) -> Iterator[Fact]:
    header = next(lines, [])
    problems += _header_problems(name, header, file)
    texts = {member.name for member in MEMBERS[CLASSES[name]] if member.type == "str"}
    for number, line in enumerate(lines, start=2):
        where = f"{file}, row {number}"
        if len(line) == len(header):
            cells = zip(header, line, strict=True)
            values = {column: unguarded(cell) if column in texts else cell for column, cell in cells}
            yield from _fact(name, values, where, problems)
        elif line:
            what = f"The row has {len(line)} cells, and the first row has {len(header)}."
            problems.append(Problem(where, what, "Put text that holds a comma in quotation marks."))


def _header_problems(name: str, header: list[str], file: str) -> list[Problem]:
    members = MEMBERS[CLASSES[name]]
    needed = [member.name for member in members if not (member.optional or member.defaulted)]
    missing = [column for column in needed if column not in header]
    unknown = sorted(set(header) - {member.name for member in members})
    remedy = f"The columns are: {', '.join(FACTS[name].names)}."
    return [
        *(Problem(file, f"There is no column {column!r}.", remedy) for column in missing),
        *(Problem(file, f"The column {column!r} is not known and was left out.", remedy) for column in unknown),
    ]
