"""A table in a sheet: its headers, its rows of data, and the columns that every general layout reads alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple, TypeVar

from diary.importers.columns import (
    Fault,
    Parsed,
    is_blank,
    plain_text,
    read_durations,
    read_flags,
)
from diary.importers.dates import Moment, Moments, read_moments
from diary.importers.headers import Header, Headers, field_of, find_headers
from diary.importers.options import Options
from diary.importers.scales import read_pain
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.words import GRADES, KINDS, YES_NO, fold, vocabulary
from diary.medicines import find_medicine
from diary.model import ACUTE_CLASSES, FEATURES, Problem

T = TypeVar("T")

RESAVE = "Open the file in Excel or LibreOffice, let it calculate, and save it again."
DATED = ("date", "day", "start", "start.date", "taken.date")


@dataclass(slots=True)
class Table:
    """A sheet's rows under its headers. Reading a column notes its problems and assumptions here.

    *rows* are the indexes, in the sheet, of the rows that hold data. *fixed* names the options that were not
    asked for: the program that wrote the table, or the rest of the file, decides them; and says why.
    """

    sheet: Sheet
    headers: Headers
    options: Options
    rows: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def why(self, option: str) -> str:
        """Why an option has its value: a person was asked, unless it is *fixed*."""
        return self.fixed.get(option, "as asked")

    def cells(self, header: Header) -> list[Cell]:
        """The cells of one column, from the first row of data to the last."""
        column = header.column
        every = self.sheet.rows
        return [every[row][column] if column < len(every[row]) else None for row in self.rows]

    def place(self, index: int, header: Header | None = None) -> str:
        """Where a person finds the row: ``sheet Diary, row 14 (Start)``."""
        place = self.sheet.place(self.rows[index])
        return f"{place} ({header.text})" if header else place

    def note(self, index: int, what: str, remedy: str, header: Header | None = None) -> None:
        """One problem with one row."""
        self.problems.append(Problem(self.place(index, header), what, remedy))

    def take(self, header: Header, parsed: Parsed[T]) -> list[T | None]:
        """The values of a column that was read; its faults become problems."""
        for index, fault in parsed.faults.items():
            self.note(index, *fault, header=header)
        self.assume(*parsed.assumptions)
        where = f"sheet {self.sheet.name}" if self.sheet.name else "file"
        self.problems += [Problem(where, *notice) for notice in parsed.notices]
        return parsed.values

    def assume(self, *sentences: str) -> None:
        """Note what was assumed, each sentence once."""
        self.assumptions += [sentence for sentence in sentences if sentence not in self.assumptions]

    def read(self, name: str, read: Callable[[Sequence[Cell]], Parsed[T]]) -> list[T | None]:
        """The first column of a field; as many None where there is none."""
        header = next(iter(self.headers.of(name)), None)
        return self.take(header, read(self.cells(header))) if header else [None] * len(self.rows)

    def without(self, bad: set[int]) -> Table:
        """The same table without some of its rows."""
        rows = [row for index, row in enumerate(self.rows) if index not in bad]
        return replace(self, rows=rows)


def open_table(sheet: Sheet, options: Options) -> Table | None:
    """The table of a sheet; None where no header is known."""
    headers = find_headers(sheet)
    if headers is None:
        return None
    table = table_under(sheet, headers, options)
    table.problems += _unclear_medicines(sheet, headers)
    return table


def _unclear_medicines(sheet: Sheet, headers: Headers) -> Iterator[Problem]:
    """The columns that name an acute medicine beside other words, and so are not read."""
    for header in headers.columns:
        medicine = None if header.field else find_medicine(header.text)
        if medicine and medicine.medicine_class in ACUTE_CLASSES:
            yield Problem(
                sheet.place(headers.row),
                f'The column "{header.text}" names a medicine, and it is not clear what it says of it: '
                "it was not read.",
                f'If it says how many were taken, call it after that medicine alone, such as "{medicine.name}".',
            )


def table_under(sheet: Sheet, headers: Headers, options: Options, fixed: Mapping[str, str] | None = None) -> Table:
    """The table under these headers, without blank, repeated and total rows; *fixed* as in :class:`Table`."""
    table = Table(_filled_down(sheet, headers), headers, options, fixed=fixed or {})
    table.rows = list(range(headers.row + 1, len(sheet.rows)))
    table = table.without(set(_rows_without_data(table)))
    _note_sheet(table)
    _note_long_rows(table)
    return table


def _filled_down(sheet: Sheet, headers: Headers) -> Sheet:
    """The sheet with the value of cells merged over several rows in each of them, as a person sees it."""
    tall = [((top, left), bottom) for (top, left), (bottom, _) in sheet.merged if headers.row < top < bottom]
    if not tall:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for (top, left), bottom in tall:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):  # empty cells beside the table can be merged, too
                row[left] = rows[top][left]
    return Sheet(sheet.name, rows, sheet.merged, sheet.unvalued, sheet.failed, sheet.hidden, sheet.epoch1904)


def _rows_without_data(table: Table) -> Iterable[int]:
    known = [header.column for header in table.headers.columns if header.field]
    dated = next((header.column for name in DATED for header in table.headers.of(name)), None)
    marked = {row for row, column in (*table.sheet.unvalued, *table.sheet.failed) if column in known}
    for index, row in enumerate(table.rows):
        cells = table.sheet.rows[row]
        label = cells[dated] if dated is not None and dated < len(cells) else None
        if row not in marked and all(is_blank(cells[column]) for column in known if column < len(cells)):
            yield index
        elif isinstance(label, str) and not label[:1].isdigit() and field_of(label):
            table.note(index, "The headers stand here again.", "Nothing to do: the row was left out.")
            yield index
        elif dated is not None and is_total(cells, label):
            table.note(index, "This is a row of totals, not a day.", "Nothing to do: the row was left out.")
            yield index


def is_total(cells: Row, label: Cell) -> bool:
    """A row that begins with a word such as Total or Mean, where its date would be or before it."""
    first = next((cell for cell in cells if not is_blank(cell)), None)
    if not isinstance(first, str) or not (label is first or is_blank(label)):
        return False
    words = fold(first).replace(":", " ").split()
    return bool(words) and (words[0] in vocabulary("total") or " ".join(words) in vocabulary("total"))


def _note_sheet(table: Table) -> None:
    """What the whole sheet says beside its cells: empty formulas, errors, hidden rows, merged cells."""
    index_of = {row: index for index, row in enumerate(table.rows)}
    header_of = {header.column: header for header in table.headers.columns if header.field}
    for what, marks in (
        ("The formula has no stored value.", table.sheet.unvalued),
        ("The formula ended in an error.", table.sheet.failed),
    ):
        for row, column in marks:
            if row in index_of and column in header_of:
                table.note(index_of[row], what, RESAVE, header_of[column])
    name = f"sheet {table.sheet.name}"
    if table.sheet.hidden:
        table.assume(f"Hidden rows ({table.sheet.hidden} in {name}) are read like the others.")
    if any(table.headers.row < top < bottom for (top, _), (bottom, _) in table.sheet.merged):
        table.assume(f"Merged cells in {name} count for every row that they cover.")
    unread = [header.text for header in table.headers.columns if header.text and not header.field]
    if unread:
        table.assume(f"Columns that were not read: {', '.join(unread)}.")


def _note_long_rows(table: Table) -> None:
    """Rows of a text file that are longer than the headers and most rows: a text with a comma was split in two."""
    every = table.sheet.rows
    lengths = Counter(len(every[row]) for row in table.rows)
    if table.sheet.name or not lengths:
        return
    usual = min(lengths, key=lambda length: (-lengths[length], length))
    width = max(len(every[table.headers.row]), usual)
    for index, row in enumerate(table.rows):
        if not all(map(is_blank, every[row][width:])):
            table.note(
                index,
                "The row has more cells than there are headers.",
                "If a text in it has a comma, put the text in quotation marks, and look at what was read of the row.",
            )


def read_patients(table: Table, patient: str) -> list[str | None]:
    """The patient of each row; *patient* where the file has no column for it."""
    header = next(iter(table.headers.of("patient")), None)
    if header is None:
        return [patient] * len(table.rows)
    codes = [plain_text(cell) for cell in table.cells(header)]
    for index, code in enumerate(codes):
        if code is None:
            table.note(index, "The row names no patient.", "Write the patient's code in it.", header)
    return codes


def read_dates(table: Table, header: Header) -> Moments:
    """A column of dates in the order that was asked for, or that the column proves. A dated row needs its date."""
    cells = table.cells(header)
    order, why = table.options.date_order, table.why("date_order")
    moments = read_moments(cells, header.text, order, epoch1904=table.sheet.epoch1904, why=why)
    missing = Fault("The row has no date.", "Write its date, or delete the row.")
    for index, cell in enumerate(cells):
        if is_blank(cell) and (table.rows[index], header.column) not in (*table.sheet.unvalued, *table.sheet.failed):
            moments.parsed.faults[index] = missing
    return moments


class Dated(NamedTuple):
    """The rows of a table that have a patient and a date: both, the date as read, and known offsets from UTC."""

    table: Table
    keys: list[tuple[str, date]]
    moments: list[Moment]
    offsets: dict[int, int]


def dated_rows(table: Table, header: Header, patient: str) -> Dated:
    """The rows that say whom and which day they are about; the others have become problems."""
    patients = read_patients(table, patient)
    parsed, offsets = read_dates(table, header)
    moments = table.take(header, parsed)
    whole = [i for i, pair in enumerate(zip(patients, moments, strict=True)) if None not in pair]
    kept = [(p, m) for p, m in zip(patients, moments, strict=True) if p is not None and m is not None]
    return Dated(
        table.without(set(range(len(moments))) - set(whole)),
        [(patient, day_of(moment)) for patient, moment in kept],
        [moment for _, moment in kept],
        {new: offsets[old] for new, old in enumerate(whole) if old in offsets},
    )


def date_header(headers: Headers) -> Header | None:
    """The column that says which day a row is about."""
    return next((header for name in ("date", "day") for header in headers.of(name)), None)


def keep_first(table: Table, *fields: str) -> None:
    """Note the columns whose field another column has already; only the first of them is read."""
    for name in fields:
        for extra in table.headers.of(name)[1:]:
            table.problems.append(
                Problem(
                    f"{table.sheet.place(table.headers.row)} ({extra.text})",
                    f'Another column is read as "{name}" already, so this one was not read.',
                    "Rename the column that should not be read.",
                )
            )


def drop_repeats(table: Table) -> Table:
    """The table with rows that are equal in every cell counted once."""
    seen: set[tuple[Cell, ...]] = set()
    again = set()
    open_rows = {row for row, _ in table.sheet.unvalued}  # who knows what their formulas say
    for index, row in enumerate(table.rows):
        cells = tuple(table.sheet.rows[row])
        if cells in seen and row not in open_rows:
            again.add(index)
            table.note(index, "The same row stands above already.", "Nothing to do: it was counted once.")
        seen.add(cells)
    return table.without(again) if again else table


# What a row says of a headache, in a table of days and of attacks alike


@dataclass(slots=True)
class Headaches:
    """One list for each thing that a row says of a headache; *present* is whether there was any."""

    present: list[bool | None]
    kind: list[str | None]
    severity: list[int | None]
    intensity: list[float | None]
    minutes: list[int | None]
    features: dict[str, list[Any]]


def read_headaches(table: Table) -> Headaches:
    """The columns about the headache itself.

    A severity, intensity or duration above zero is a headache where no column says so. A row that says
    both no headache and pain is a problem, and says neither.
    """
    features: dict[str, list[Any]] = {name: table.read(name, read_flags) for name in FEATURES}
    stated, kinds = _stated(table)
    severity, intensity, pained = _pain(table)
    minutes = _durations(table)
    lasting = [None if value is None else value > 0 or None for value in minutes]
    present = [
        _agreed(table, index, *answers) for index, answers in enumerate(zip(stated, pained, lasting, strict=True))
    ]
    for index, value in enumerate(present):
        if value is None and False in (stated[index], pained[index]):
            severity[index] = intensity[index] = minutes[index] = None
    return Headaches(present, kinds, severity, intensity, minutes, features)


def _agreed(table: Table, index: int, stated: bool | None, pained: bool | None, lasting: bool | None) -> bool | None:
    answers = {answer for answer in (stated, pained, lasting) if answer is not None}
    if len(answers) < 2:
        return next(iter(answers), None)
    table.note(index, "The row says both that there was a headache and that there was none.", "Correct the row.")
    return None


def _stated(table: Table) -> tuple[list[bool | None], list[str | None]]:
    """Whether there was a headache in so many words, and of which kind."""
    length = len(table.rows)
    stated: list[bool | None] = [None] * length
    kinds = _kinds(table)
    for header in table.headers.of("headache"):
        cells = table.cells(header)
        if not is_pain_column(cells):
            stated = table.take(header, read_flags([None if _kind_of(cell) else cell for cell in cells]))
            stated = [True if _kind_of(cell) else value for cell, value in zip(cells, stated, strict=True)]
            kinds = [kind or _kind_of(cell) for kind, cell in zip(kinds, cells, strict=True)]
    for header in table.headers.of("migraine"):
        migraine = table.take(header, read_flags(table.cells(header)))
        stated = [True if yes else value for yes, value in zip(migraine, stated, strict=True)]
        kinds = ["migraine" if yes else kind for yes, kind in zip(migraine, kinds, strict=True)]
    return stated, kinds


def _kind_of(cell: Cell) -> str | None:
    return vocabulary(*KINDS).get(fold(cell)) if isinstance(cell, str) else None


def _kinds(table: Table) -> list[str | None]:
    """The labels of the column for the kind of headache; what is not a known kind is said once, and not used."""
    header = next(iter(table.headers.of("kind")), None)
    if header is None:
        return [None] * len(table.rows)
    cells = table.cells(header)
    nothing = vocabulary("no", "none")
    unknown = {
        str(cell) for cell in cells if not is_blank(cell) and not _kind_of(cell) and fold(str(cell)) not in nothing
    }
    if unknown:
        table.assume(f"Kinds of headache that are not known and were left open: {', '.join(sorted(unknown))}.")
    return [_kind_of(cell) for cell in cells]


def is_pain_column(cells: Iterable[Cell]) -> bool:
    """A column called Headache that holds grades or numbers above 1 says how bad, not only whether."""
    grades = vocabulary(*GRADES[1:])
    return any(
        (isinstance(cell, int | float) and cell > 1) or (isinstance(cell, str) and _reads_as_pain(cell, grades))
        for cell in set(cells)
    )


def _reads_as_pain(text: str, grades: Mapping[str, str]) -> bool:
    folded = fold(text)
    return folded in grades or (folded.isdigit() and folded not in vocabulary(*YES_NO))


def pain_headers(table: Table) -> list[Header]:
    """The columns that say how bad it was."""
    named = [header for header in table.headers.of("headache") if is_pain_column(table.cells(header))]
    return table.headers.of("pain") + named


def _pain(table: Table) -> tuple[list[int | None], list[float | None], list[bool | None]]:
    severity: list[int | None] = [None] * len(table.rows)
    intensity: list[float | None] = [None] * len(table.rows)
    present: list[bool | None] = [None] * len(table.rows)
    for header in pain_headers(table):
        cells = table.cells(header)
        pain = read_pain(cells, header.text, table.options.scale, table.why("scale"))
        table.take(header, Parsed(pain.present, pain.faults, pain.assumptions))
        severity = peak(severity, pain.severity)
        intensity = peak(intensity, pain.intensity)
        present = peak(present, pain.present)
    return severity, intensity, present


def peak(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """The higher of each pair; where one is missing, the other."""
    return [b if a is None else a if b is None else max(a, b) for a, b in zip(one, other, strict=True)]


def _durations(table: Table) -> list[int | None]:
    header = next(iter(table.headers.of("duration")), None)
    if header is None:
        return [None] * len(table.rows)
    ongoing = vocabulary("ongoing")
    cells = [None if isinstance(cell, str) and fold(cell) in ongoing else cell for cell in table.cells(header)]
    return table.take(header, read_durations(cells, header.text, table.options.duration_unit))


def day_of(moment: Moment) -> date:
    """The calendar day of a date or datetime."""
    return date(moment.year, moment.month, moment.day)
