"""Any table of days, attacks, intakes or sessions whose headers are known. Each sheet is read by its own shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from diary.importers import attack_table, day_table, dose_table, sessions
from diary.importers.layout import Layout
from diary.importers.merging import merge_day
from diary.importers.options import Options
from diary.importers.sheets import Sheet
from diary.importers.table import Table, open_table
from diary.model import Batch, DayLog, Problem, Source

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape:
    """What one row of a table is about. *name* is the source of its facts, unless *read* is told another."""

    name: str
    claims: Callable[[Table], bool]
    read: Callable[[Table, str, str], Batch]


SHAPES = (
    Shape(sessions.SOURCE, sessions.claims_sessions, sessions.read_session_table),
    Shape(dose_table.SOURCE, dose_table.claims_doses, dose_table.read_doses),
    Shape(attack_table.SOURCE, attack_table.claims_attacks, attack_table.read_attacks),
    Shape(day_table.SOURCE, day_table.claims_days, day_table.read_days),
)
"""From the most to the least particular: the first that claims a table reads it."""


class Shaped(NamedTuple):
    """A sheet's table and its shape."""

    table: Table
    shape: Shape


def shaped(sheet: Sheet, options: Options) -> Shaped | None:
    """The table of a sheet and the shape that reads it; None where there is neither."""
    table = open_table(sheet, options)
    return with_shape(table) if table else None


def with_shape(table: Table) -> Shaped | None:
    """The table and the shape that reads it; None where no shape does."""
    return next((Shaped(table, shape) for shape in SHAPES if shape.claims(table)), None)


def general_layout(sheets: Sequence[Sheet], options: Options) -> Layout | None:
    """The layout of a file of general tables, named after their shapes; None where no sheet is recognised."""
    found = [(sheet, shaped(sheet, options)) for sheet in sheets]
    names = dict.fromkeys(one.shape.name for _, one in found if one)
    if not names:
        return None
    return Layout(" and ".join(names), lambda _: True, lambda _, patient, __: read_shaped(found, patient))


def read_shaped(found: Iterable[tuple[Sheet, Shaped | None]], patient: str, source: str | None = None) -> Batch:
    """The facts of every sheet that is recognised; a sheet with something else in it is a problem.

    *source* is whom the facts come from; else the name of each sheet's shape.
    """
    batch = Batch()
    for sheet, one in found:
        if one:
            batch += one.shape.read(one.table, patient, source or one.shape.name)
        elif any(map(any, sheet.rows)):
            what = "No table was recognised in this sheet, so it was not read."
            problem = Problem(f"sheet {sheet.name}", what, "Nothing to do unless it holds diary entries.")
            batch += Batch(problems=(problem,))
    return joined(batch)


def joined(batch: Batch) -> Batch:
    """The facts of several sheets, each fact once: one log a day, one attack and one dose of a name."""
    return replace(
        batch,
        sources=tuple(_one_source(same) for same in _groups(batch.sources, lambda s: (s.patient, s.source))),
        days=tuple(_days(batch.days)),
        attacks=tuple({attack.attack_id: attack for attack in batch.attacks}.values()),
        doses=tuple({dose.dose_id: dose for dose in batch.doses}.values()),
        treatments=tuple({treatment.treatment_id: treatment for treatment in batch.treatments}.values()),
        assumptions=tuple(dict.fromkeys(batch.assumptions)),
    )


def _groups(facts: Iterable[T], key: Callable[[T], object]) -> list[list[T]]:
    groups: dict[object, list[T]] = defaultdict(list)
    for fact in facts:
        groups[key(fact)].append(fact)
    return list(groups.values())


def _one_source(sources: Sequence[Source]) -> Source:
    return replace(
        sources[0],
        events_only=all(source.events_only for source in sources),
        medication=all(source.medication for source in sources),
    )


def _days(days: Sequence[DayLog]) -> list[DayLog]:
    return [merge_day(same) for same in _groups(days, lambda day: (day.patient, day.date))]
