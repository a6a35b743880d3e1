"""One moment of a PostgreSQL diary, by way of pg_dump and pg_restore, which must be on this computer.

A dump has the diary's tables and nothing else of the server. Its rows come back as pg_restore writes them, COPY by
COPY, into tables that this program made, whatever the schema was called that they came from.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from diary.database import Database
from diary.manifest import BackupError
from diary.schema import METADATA
from diary.snapshots import Counts, Moment, moment_of

VERSION = "alembic_version"
"""The table that says at which schema the diary is."""

COPY = re.compile(r'COPY (?:"(?:[^"]|"")+"|\w+)\."?(\w+)"? (\(.*\)) FROM stdin;')
END = "\\."


def dump_file(database: Database, path: Path) -> Moment:
    """Dump the diary, as it is at one moment, into the file.

    Raises BackupError: pg_dump is not there, or cannot do it.
    """
    return _dump(database, f"--file={path}")[1]


def dump_bytes(database: Database) -> tuple[bytes, Moment]:
    """The same in memory."""
    return _dump(database)


def _dump(database: Database, *options: str) -> tuple[bytes, Moment]:
    with database.reading() as connection:
        moment = moment_of(database, connection, _tables(connection))
        schema, snapshot = connection.execute(sa.text("SELECT current_schema(), pg_export_snapshot()")).one()
        tables = (f'--table="{schema}"."{name}"' for name in moment.tables)
        fixed = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
        address = f"--dbname={_address(database.url)}"
        data = _run("pg_dump", *fixed, *options, *tables, address, secret=database.url.password)
    return data, moment


def read_dump(source: Path | bytes) -> Iterator[tuple[str, str, list[str]]]:
    """Each table of a dump: its name, its columns as COPY wants them, and its rows as COPY writes them.

    Raises BackupError: pg_restore is not there, or cannot read it.
    """
    options = ("--data-only", "--file=-")
    if isinstance(source, bytes):
        said = _run("pg_restore", *options, given=source)
    else:
        said = _run("pg_restore", *options, str(source))
    lines = iter(said.decode().split("\n"))
    for line in lines:
        if found := COPY.fullmatch(line):
            yield found[1], found[2], list(iter(lines.__next__, END))


def examined_dump(_database: Database, source: Path | bytes) -> Counts:
    """The rows of every table in a dump that can be read to its end. Raises BackupError: it cannot."""
    return {name: len(rows) for name, _, rows in read_dump(source)}


def schema_in_dump(source: Path | bytes) -> str:
    """At which schema the diary in a dump is. Raises BackupError: the dump cannot be read, or is of no diary."""
    for name, _, rows in read_dump(source):
        if name == VERSION and rows:
            return rows[0]
    raise BackupError("The dump does not hold a diary. Take another backup: migraine backups")


def load_dump(connection: sa.Connection, source: Path | bytes) -> None:
    """Put the rows of a dump into empty tables of its schema."""
    found = {name: (columns, rows) for name, columns, rows in read_dump(source) if name != VERSION}
    driver: Any = connection.connection.driver_connection
    for table in METADATA.sorted_tables:
        if table.name in found:
            columns, rows = found[table.name]
            with driver.cursor().copy(f'COPY "{table.name}" {columns} FROM STDIN') as copy:
                copy.write("".join(f"{row}\n" for row in rows))


def _tables(connection: sa.Connection) -> list[str]:
    """The diary's own among the tables of the database, which may hold others too."""
    there = sa.inspect(connection).get_table_names()
    return [name for name in there if name in METADATA.tables or name == VERSION]


def _address(url: sa.URL) -> str:
    """The URL as PostgreSQL's own programs read it, without the password, which others could see."""
    return url._replace(drivername="postgresql", password=None).render_as_string()


def _run(program: str, *arguments: str, given: bytes | None = None, secret: Any = None) -> bytes:
    environment = os.environ | ({"PGPASSWORD": str(secret)} if secret else {})
    try:
        done = subprocess.run([program, *arguments], env=environment, input=given, capture_output=True, check=True)
    except FileNotFoundError:
        raise BackupError(
            f"A PostgreSQL diary needs {program}, which is not on this computer. Install PostgreSQL's client "
            f"programs, such as postgresql-client, and try again."
        ) from None
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} {_reason(error.stderr)} Put that right and try again.") from error
    return done.stdout


def _reason(said: bytes) -> str:
    """What the program said when it failed, by kind only: its words can hold a row of the diary."""
    text = said.decode(errors="replace")
    if "server version mismatch" in text:
        return "is older than the server."
    if "permission denied" in text:
        return "may not read all tables."
    if "No space left" in text:
        return "found the disk full."
    return "could not read or write the diary."
