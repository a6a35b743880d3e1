"""A diary copied to another database, SQLite or PostgreSQL, and two diaries compared row by row.

A copy has everything: the facts with the imports they came with, the imports, the history, and how medicines were
classed. All of it is kept, or nothing. A table is compared by the number of its rows and by one SHA-256 over all of
them in the order of their keys, each row written as JSON; so the same rows have the same hash in either database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from operator import methodcaller
from typing import Any, NamedTuple

import sqlalchemy as sa

from diary.database import Database, StoreError, file_of, shown, url_of
from diary.schema import METADATA, REVISION

SLICE = 1000
"""How many rows are held in memory at a time."""

Tell = Callable[[float], None]
"""Is told how much is done, from 0 to 1."""


class Content(NamedTuple):
    """What a table holds: the number of its rows, and the SHA-256 of all of them."""

    rows: int
    digest: str


class Compared(NamedTuple):
    """One table in two diaries."""

    table: str
    one: Content
    other: Content

    @property
    def same(self) -> bool:
        """Whether both hold the same rows."""
        return self.one == self.other


def copy_diary(source: Database, target: Database, tell: Tell = lambda part: None) -> list[Compared]:
    """Copy everything into a *target* without a diary, read it again there, and compare.

    It is one transaction: a copy that differs, or that was broken off, leaves nothing behind. The source is read as
    it was at one moment, and the ids that come next in the target are those that would come next in the source.

    Raises StoreError: the target holds a diary already, cannot be written, or came to hold something else.
    """
    with source.reading() as here, target.writing() as there:
        if _count(there):
            raise _taken(target.url)
        done = _counting(_count(here) * 2, tell)
        read = {table.name: _content(here, table, done, _inserter(there, table)) for table in _tables()}
        compared = [Compared(table.name, read[table.name], _content(there, table, done)) for table in _tables()]
        if not all(table.same for table in compared):
            raise StoreError("The copy does not hold what the diary holds, so nothing was kept. Please report it.")
        set_sequences(there)
    return compared


def compare_diaries(one: Database, other: Database, tell: Tell = lambda part: None) -> list[Compared]:
    """Every table of both diaries, each diary as it is at one moment.

    Raises StoreError: one of them cannot be read.
    """
    with one.reading() as here, other.reading() as there:
        return compare_connections(here, there, tell)


def compare_connections(here: sa.Connection, there: sa.Connection, tell: Tell = lambda part: None) -> list[Compared]:
    """Every table of both diaries, as these transactions see them."""
    done = _counting(_count(here) + _count(there), tell)
    return [Compared(table.name, _content(here, table, done), _content(there, table, done)) for table in _tables()]


@contextmanager
def existing(location: str) -> Iterator[Database]:
    """The diary at a path or URL, brought to the newest schema. Where there is none, none is made.

    Raises StoreError: there is none, or it cannot be opened.
    """
    url = url_of(location)
    if _is_missing(url) or not _version(location):
        raise StoreError(f"There is no diary at {shown(url)}. Check the path or URL.")
    with closing(Database(location)) as database:
        yield database


@contextmanager
def vacant(location: str) -> Iterator[Database]:
    """A database for a diary to be copied into, with the tables of the newest schema.

    Raises StoreError: it has the tables of an older one, or cannot be opened.
    """
    if _version(location) not in ("", REVISION):
        raise _taken(url_of(location))
    with closing(Database(location)) as database:
        yield database


def _is_missing(url: sa.URL) -> bool:
    """Whether the URL names a file, and there is none."""
    path = file_of(url)
    return path is not None and not path.is_file()


def _version(location: str) -> str:
    with closing(Database(location, migrate=False)) as database:
        return database.version


def _taken(url: sa.URL) -> StoreError:
    return StoreError(
        f"There is a diary at {shown(url)} already, and it was left as it is. Name an empty database; "
        f"to compare two diaries: migraine store check FROM TO"
    )


def set_sequences(connection: sa.Connection) -> None:
    """Let numbered rows go on after the last one; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, sa.select(sa.func.max(column)).scalar_subquery())))


def _tables() -> list[sa.Table]:
    """All tables, each after those that its rows need."""
    return METADATA.sorted_tables


def _count(connection: sa.Connection) -> int:
    """The rows of all tables."""
    counts = (connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in _tables())
    return sum(count or 0 for count in counts)


def _content(
    connection: sa.Connection,
    table: sa.Table,
    done: Callable[[int], None],
    use: Callable[[Sequence[sa.Row[Any]]], None] = lambda rows: None,
) -> Content:
    """Read the table slice by slice, give each slice to *use*, and say what the table holds."""
    number, digest = 0, sha256()
    for rows in _slices(connection, table):
        use(rows)
        digest.update(b"".join(map(canonical, rows)))
        number += len(rows)
        done(len(rows))
    return Content(number, digest.hexdigest())


def _slices(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[sa.Row[Any]]]:
    query = sa.select(table).order_by(*_key(connection, table))
    return connection.execute(query, execution_options={"yield_per": SLICE}).partitions()


def _key(connection: sa.Connection, table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """The table's key, text in the order of its bytes, as SQLite has it, and not in that of the server's language."""
    key = list(table.primary_key)
    if connection.dialect.name != "postgresql":
        return [*key]
    return [sa.collate(column, "C") if isinstance(column.type, sa.Text) else column for column in key]


def canonical(row: Sequence[Any]) -> bytes:
    """The row as one line of JSON, the same whichever database it came from; dates and times in ISO form.

    >>> from datetime import date
    >>> canonical(("P1", date(2026, 3, 1), None, True, 7.5, {"b": 1, "a": "ä"}))
    b'["P1", "2026-03-01", null, true, 7.5, {"a": "\\\\u00e4", "b": 1}]\\n'
    """
    return (json.dumps(list(row), sort_keys=True, default=methodcaller("isoformat")) + "\n").encode()


def _inserter(connection: sa.Connection, table: sa.Table) -> Callable[[Sequence[sa.Row[Any]]], None]:
    def insert(rows: Sequence[sa.Row[Any]]) -> None:
        connection.execute(table.insert(), [dict(row._mapping) for row in rows])

    return insert


def _counting(total: int, tell: Tell) -> Callable[[int], None]:
    """A function to be told how many more rows are done."""
    done = 0

    def count(rows: int) -> None:
        nonlocal done
        done += rows
        tell(done / total)

    return count
