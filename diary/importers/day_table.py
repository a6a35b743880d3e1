"""One row for each day: the commonest diary there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from diary.importers.day_rows import TOLD, day_doses, day_rows, joined_rows, read_blanks, say_silence
from diary.importers.medicine_columns import Medicines, read_medicines
from diary.importers.merging import merge_days
from diary.importers.sessions import read_column
from diary.importers.table import (
    Table,
    date_header,
    dated_rows,
    drop_repeats,
    keep_first,
    read_headaches,
)
from diary.model import FEATURES, Batch, DayLog, Source

SOURCE = "day table"
SINGLE = ("date", "duration", "kind", "disability", "menses", "patient", "botox", *FEATURES)


def claims_days(table: Table) -> bool:
    """A date, and something about headache on it."""
    return date_header(table.headers) is not None and table.headers.has(*TOLD)


def read_days(table: Table, patient: str, source: str = SOURCE, events_only: bool | None = None) -> Batch:
    """The days of a table, and the medicines and botulinum sessions that stand in its rows.

    *events_only* says whether the table lists headaches only; where it is None, the rows decide.
    """
    header = date_header(table.headers)
    assert header is not None  # claims_days has seen it
    keep_first(table, *SINGLE)
    table, keys, *_ = dated_rows(drop_repeats(table), header, patient)
    medicines = read_medicines(table)
    headaches = read_headaches(table)
    if events_only is None and read_blanks(table, keys, headaches, medicines):
        events_only = False
    rows = day_rows(table, keys, headaches, medicines, source)
    days, joined = merge_days(placed for row in rows for placed in row)
    table.problems += map(joined_rows, joined)
    texts = medicines.texts if medicines else [""] * len(keys)
    places = map(table.place, range(len(keys)))
    facts, problems = day_doses(zip(keys, texts, places, strict=True), source)
    return Batch(
        sources=tuple(_sources(table, days, medicines, source, events_only)),
        days=tuple(days),
        doses=tuple(facts),
        treatments=tuple(read_column(table, keys, source)),
        assumptions=tuple(table.assumptions),
        problems=(*table.problems, *problems),
    )


def _sources(
    table: Table, days: Sequence[DayLog], medicines: Medicines | None, source: str, events_only: bool | None
) -> Iterator[Source]:
    """What the table says of the days between its rows, for each patient.

    A table that has a headache-free day, of whomever, lists days and not headaches: its silences are not free.
    """
    free = any(day.headache is False for day in days)
    by_patient: dict[str, list[DayLog]] = defaultdict(list)
    for day in days:
        by_patient[day.patient].append(day)
    has_place = medicines is not None and medicines.blank_is_none
    for patient, logs in by_patient.items():
        listing = not free and is_list_of_headaches(logs) if events_only is None else events_only
        yield say_silence(table, Source(patient, source, listing, has_place))


def is_list_of_headaches(days: Sequence[DayLog]) -> bool:
    """Every logged day is a headache day, and dates between them are missing."""
    logged = [day.date for day in days if day.headache is not None]
    if not logged or any(day.headache is False for day in days):
        return False
    return (max(logged) - min(logged)).days + 1 > len(logged)
