"""Migraine Buddy: its CSV export, and the report for the doctor that it makes as a web page.

Both list the same attacks, so that an attack has the same name in both. The CSV has had three sets of headers since
2022; a list of health events stands above them. The order of day and month is that of the phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from diary.importers.app_table import AppTable, Column
from diary.importers.attack_table import read_attacks
from diary.importers.columns import number_of, read_flags
from diary.importers.dates import order_of
from diary.importers.file import File
from diary.importers.general import joined
from diary.importers.layout import Layout
from diary.importers.migraine_buddy_events import EVENTS, event_dates, read_events
from diary.importers.migraine_buddy_report import Report, is_report, read_report
from diary.importers.options import AmbiguousDates, DateOrder, Options
from diary.importers.sheets import Cell, Sheet
from diary.importers.symptoms import features_of
from diary.importers.table import Table
from diary.importers.words import KINDS, fold, vocabulary
from diary.model import FEATURES, Batch

NAME = "Migraine Buddy"
SYMPTOMS = ("Symptoms", "Most Bothersome Symptom")
MEDICATION = ("Helpful", "Somewhat Helpful", "Unhelpful", "Unsure")
PERIOD = re.compile(r"\b(?:menstruation|period)s?\s*:\s*(yes|no)\b", re.IGNORECASE)
AURA = re.compile(r"\bauras?\b")
SIDE = re.compile(r"\b(left|right)\b", re.IGNORECASE)
ALL_ROWS = 10_000
"""Health events of many years may stand above the attacks."""


def first_line(cell: Cell) -> Cell:
    """The cell without the lines below the first, in which the app adds a place or a remark."""
    return cell.strip().split("\n")[0] if isinstance(cell, str) else cell


def items(cell: Cell) -> list[str]:
    """The entries of a list in a cell."""
    return [item.strip() for item in str(cell).split(",") if item.strip()]


@lru_cache(maxsize=4096)
def _features(cell: Cell) -> frozenset[str]:
    return frozenset(features_of(items(cell)))


def names(feature: str) -> Callable[[Cell], Cell]:
    """Whether a list of symptoms names the feature. One that was not picked is left open."""
    return lambda cell: True if feature in _features(cell) else None


def has_aura(cell: Cell) -> Cell:
    """The column of auras says no, or yes, or which.

    >>> has_aura("No"), has_aura("Zigzag lines")
    (False, True)
    """
    return fold(str(cell)) not in vocabulary("no", "none") and fold(str(cell)) != "no aura"


def names_aura(cell: Cell) -> Cell:
    """Whether a type of attack, or what came before it, is with or without aura.

    >>> names_aura("Migraine with aura"), names_aura("Migraine without aura"), names_aura("Yawning")
    (True, False, None)
    """
    text = fold(str(cell))
    return False if "without aura" in text else True if AURA.search(text) else None


def one_sided(cell: Cell) -> Cell:
    """Whether every position of the pain is on one side; None where some are on none.

    >>> one_sided("Left Temple, Left Eye"), one_sided("Left Eye, Right Eye"), one_sided("Left Eye, Forehead")
    (True, False, None)
    """
    sides = [{side.casefold() for side in SIDE.findall(item)} for item in items(cell)]
    told = set[str]().union(*sides)
    if len(told) == 2:
        return False
    return True if told and all(sides) else None


def kind(cell: Cell) -> Cell:
    """Of several types of attack the one that stands first in KINDS; the cell itself where none is known.

    >>> kind("Tension headache, Migraine with aura")
    'migraine'
    """
    known = {found for item in items(cell) if (found := vocabulary(*KINDS).get(fold(item)))}
    return min(known, key=KINDS.index) if known else cell


def menstruating(cell: Cell) -> Cell:
    """Whether the triggers say that there was menstruation, which the app asks for among them.

    >>> menstruating("Alcohol, Menstruation: Yes"), menstruating("Period: No"), menstruating("Menstruation: Soon")
    ('Yes', 'No', None)
    """
    said = PERIOD.search(str(cell))
    return said[1] if said else None


ATTACKS = AppTable(
    NAME,
    columns=(
        Column("Started", "start", first_line),
        Column("Started", "headache", lambda _: True),  # a row is an attack, however little it says
        Column("Lasted", "duration", first_line),
        Column("Start UTC Offset (min)", "utc_offset"),
        Column("End UTC Offset (min)", "end_utc_offset"),
        Column("Attack Types", "kind", kind),
        Column("Pain Level", "pain", lambda cell: None if number_of(cell) == 0 else cell),
        Column("Pain Level", "painless", lambda cell: number_of(cell) == 0),
        Column("Pain Positions", "unilateral", one_sided),
        Column("Auras", "aura", has_aura),
        *(Column(header, "aura", names_aura) for header in ("Premonitory Symptoms", "Attack Types")),
        *(Column(header, feature, names(feature)) for feature in FEATURES for header in SYMPTOMS),
        Column("Potential Triggers", "menses", menstruating),
        *(Column(f"{how} Medication", "medicine") for how in MEDICATION),
        Column("Medication", "medicine"),
        Column("Notes", "note"),
    ),
    needs=("Started", "Lasted", "Potential Triggers"),
    scale="0-10",
    searched=ALL_ROWS,
)


def claims(file: File) -> bool:
    """A sheet with the headers of the attacks, or the report."""
    return is_report(file) or ATTACKS.claims(file)


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks of an export or of a report, and what its other tables say."""
    if is_report(file):
        return _read_report(read_report(file), patient, options)
    return joined(sum((_read_sheet(sheet, patient, options) for sheet in file.sheets), Batch()))


def _read_report(report: Report, patient: str, options: Options) -> Batch:
    attacks = ATTACKS.table(report.sheet, 0, options)
    order = _decide_order(attacks, report.period)
    batch = _read_attacks(attacks, patient)
    return batch + Batch(problems=tuple(report.differences(batch.attacks, order)))


def _read_sheet(sheet: Sheet, patient: str, options: Options) -> Batch:
    first, events_row = ATTACKS.header_row(sheet), EVENTS.header_row(sheet)
    if first is None:
        return Batch()
    attacks = ATTACKS.table(_until(sheet, first, events_row), first, options)
    if events_row is None:
        _decide_order(attacks, ())
        return _read_attacks(attacks, patient)
    events = EVENTS.table(_until(sheet, events_row, first), events_row, options)
    order = _decide_order(attacks, event_dates(events))
    batch = _read_attacks(attacks, patient)
    found = read_events(events, order)
    return batch + Batch(assumptions=tuple(events.assumptions), problems=tuple(found))


def _until(sheet: Sheet, row: int, other: int | None) -> Sheet:
    """The sheet up to the headers of another table, where that stands below this one."""
    return replace(sheet, rows=sheet.rows[:other]) if other is not None and other > row else sheet


def _read_attacks(table: Table, patient: str) -> Batch:
    painless = sum(told is True for told in table.read("painless", read_flags))
    if painless:
        table.assume(f"Attacks with pain level 0, where the app begins, are attacks of unknown pain: {painless}.")
    return read_attacks(table, patient, NAME, ATTACKS.events_only)


def _decide_order(table: Table, others: Sequence[Cell]) -> DateOrder | None:
    """The order of day and month in the file. Where its attacks leave it open, its other dates may decide."""
    started = [cell for header in table.headers.of("start") for cell in table.cells(header)]
    if table.options.date_order:
        return table.options.date_order
    try:
        return order_of(started, "Started")
    except AmbiguousDates:
        order = order_of([*started, *others], "Started")
    table.options = replace(table.options, date_order=order)
    table.fixed = {**table.fixed, "date_order": "as other dates of the file prove"}
    return order


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes=(
        "Each attack with its start, offset from UTC, duration, type, pain from 0 to 10, symptoms that name a feature, "
        "side of the pain, aura, medicines, menstruation and notes, from the CSV in its forms since 2022 and from the "
        "HTML report, whose totals are compared; preventives and botulinum toxin among the health events are proposed."
    ),
    leaves="Triggers, affected activities, locations, other relief, how helpful a medicine was, other health events.",
    blanks=(
        "A symptom that was not picked is left open. An attack without medicine is one without medication, unless "
        '"No medication" stands in other rows: then a blank is not known.'
    ),
)
