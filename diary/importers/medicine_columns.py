"""The medicines of a row: columns that name what was taken, and columns headed by a medicine that say how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diary.importers.columns import is_blank, number_of, plain_text, read_texts
from diary.importers.counts import UNKNOWN, left_open, read_counts, yes_no
from diary.importers.headers import TAKEN, Header
from diary.importers.sheets import Cell
from diary.importers.table import Table
from diary.medicines import Medicine, find_medicine
from diary.model import ACUTE_CLASSES, Problem


@dataclass(slots=True)
class Medicines:
    """The texts of each row's medicine cells; *taken* is False where they say that nothing was, None where blank.

    *blank_is_none*: a blank cell means that nothing was taken. *unread* are the rows of which a cell says something,
    and nobody knows what.
    """

    texts: list[str]
    taken: list[bool | None]
    blank_is_none: bool
    unread: list[bool]

    def is_none(self, index: int) -> bool:
        """Whether the row is blank, and that means that nothing was taken."""
        return self.taken[index] is None and self.blank_is_none and not self.unread[index]


def read_medicines(table: Table) -> Medicines | None:
    """The medicine columns, joined row by row; None where the table has none.

    A blank means none taken if medicines stand in other cells and no cell says "none"; otherwise it is not known.
    """
    headers = [*table.headers.of("medicine"), *table.headers.of(TAKEN)]
    if not headers:
        return None
    named, counted = _rows(table, _named(table)), _rows(table, read_taken(table))
    taken = [_taken(*row) for row in zip(named, counted, strict=True)]
    every = [(*one, *other) for one, other in zip(named, counted, strict=True)]
    says_none = False in taken or any("" in row for row in counted)
    texts = ["; ".join(text for text in row if text not in (None, "", "yes", UNKNOWN)) for row in every]
    return Medicines(texts, taken, _blank_is_none(table, headers, taken, says_none), [UNKNOWN in row for row in every])


def _rows(table: Table, columns: Sequence[Sequence[str | None]]) -> list[tuple[str | None, ...]]:
    return list(zip(*columns, strict=True)) if columns else [()] * len(table.rows)


def _taken(named: Sequence[str | None], counted: Sequence[str | None]) -> bool | None:
    """Whether anything was taken. "None" says so of everything, a 0 under one medicine only of that."""
    if any(text and text != UNKNOWN for text in (*named, *counted)):
        return True
    if UNKNOWN in named or UNKNOWN in counted:
        return None
    if any(text is not None for text in named):
        return False
    return None if None in counted or not counted else False


def _blank_is_none(table: Table, headers: Sequence[Header], taken: list[bool | None], says_none: bool) -> bool:
    asked = table.options.blank_medication
    if not asked and (None not in taken or (set(taken) == {None} and not says_none)):
        return None not in taken
    none = asked == "none" if asked else not says_none
    why = table.why("blank_medication") if asked else "as no cell says none" if none else "as other cells say none"
    meaning = "that nothing was taken" if none else "that it is not known whether anything was taken"
    table.assume(f'A blank in the column "{headers[0].text}" means {meaning}, {why}.')
    return none


# Columns that name what was taken


def _named(table: Table) -> list[list[str | None]]:
    columns = [[_medicine_text(cell) for cell in table.cells(header)] for header in table.headers.of("medicine")]
    doses = [table.take(header, read_texts(table.cells(header))) for header in table.headers.of("dose")]
    if len(doses) == len(columns):
        columns = [[_with_dose(*pair) for pair in zip(*both, strict=True)] for both in zip(columns, doses, strict=True)]
    return columns


def _medicine_text(cell: Cell) -> str | None:
    """The cell's text; empty where it says that nothing was taken, ``yes`` where it does not say what.

    A number is how many were taken, of what nobody knows.
    """
    if is_blank(cell):
        return left_open(cell)
    text = plain_text(cell) or ""
    answer = yes_no(cell)
    if answer is False:
        return ""
    return "yes" if answer or number_of(cell) else text


def _with_dose(text: str | None, dose: str | None) -> str | None:
    return f"{text} {dose}" if text and dose and text != "yes" else text


# Columns headed by a medicine


def read_taken(table: Table) -> list[list[str | None]]:
    """Each column that is called after a medicine, as it would be written: "2 x Sumatriptan 50 mg"; empty for none."""
    headers = table.headers.of(TAKEN)
    if headers:
        names = ", ".join(header.text for header in headers)
        table.assume(f"Columns that are called after a medicine say how many of it were taken: {names}.")
        _note_doubled(table, headers)
    return [table.take(header, read_counts(table.cells(header), header.text)) for header in headers]


def _note_doubled(table: Table, headers: Sequence[Header]) -> None:
    """That another column may tell of the same intakes, or that a column of amounts belongs to nobody knows which."""
    where = table.sheet.place(table.headers.row)
    medicines = [find_medicine(header.text) for header in headers]
    doubled = [
        (one.text, other.text)
        for n, (other, second) in enumerate(zip(headers, medicines, strict=True))
        for one, first in zip(headers[:n], medicines, strict=False)
        if first and second and _may_be_the_same(first, second)
    ]
    doubled += [(named.text, headers[0].text) for named in table.headers.of("medicine")[:1]]
    for one, other in doubled:
        what = f'The columns "{one}" and "{other}" may tell of the same intakes; both were read.'
        table.problems.append(Problem(where, what, "If they do, leave one of the two out of the file."))
    for dose in table.headers.of("dose") if not table.headers.has("medicine") else ():
        what = f'The column "{dose.text}" was not read: it is not known which medicine it belongs to.'
        table.problems.append(Problem(where, what, "Write the amount in the column of the medicine: 50 mg."))


def _may_be_the_same(one: Medicine, other: Medicine) -> bool:
    """The same substances; or a class, such as any triptan, and one of it."""
    same_class = one.medicine_class == other.medicine_class
    return one.substances == other.substances or (
        same_class and not set(ACUTE_CLASSES).isdisjoint({one.generic, other.generic})
    )
