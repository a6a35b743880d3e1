"""``migraine store``: a diary copied to another database and back, and two diaries compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from diary.cli.options import example
from diary.cli.say import counted, patiently, say, table

if TYPE_CHECKING:
    from diary.copying import Compared

SHOWN_DIGEST = 12
"""How much of a table's SHA-256 is shown: enough to tell two contents apart."""

PLACES = (click.argument("one", metavar="FROM"), click.argument("other", metavar="TO"))


@click.group(epilog=example("migraine store copy diary.sqlite postgresql+psycopg://clinic@server/diary"))
def store() -> None:
    """Copy a diary to another database, SQLite or PostgreSQL, and compare two diaries."""


@store.command("copy", epilog=example("migraine store copy diary.sqlite postgresql+psycopg://clinic@server/diary"))
@PLACES[0]
@PLACES[1]
def copy(one: str, other: str) -> None:
    """Copy the whole diary FROM one place TO an empty one, with its history and its imports.

    FROM and TO are paths or database URLs. The copy is read again and compared before it is kept; FROM stays.
    """
    from diary.copying import copy_diary, existing, vacant
    from diary.database import shown

    warn_of_passwords(one, other)
    with existing(one) as source, vacant(other) as target:
        (tables,) = (copy_diary(source, target, tell) for _, tell in patiently([other], "Copying"))
        print_comparison(tables)
        say(f"Copied, read again and compared: {_rows(tables)}.")
        if source.lock and not target.lock:
            say(f"Note: the copy is not encrypted, as {one} is. A file can be: migraine encrypt --store {other}")
        say(f"To work with the copy, set MIGRAINE_DIARY to {shown(target.url)}")


@store.command("check", epilog=example("migraine store check diary.sqlite postgresql+psycopg://clinic@server/diary"))
@PLACES[0]
@PLACES[1]
def check(one: str, other: str) -> None:
    """Compare two diaries table by table. The exit code is 1 where they differ."""
    from diary.copying import compare_diaries, existing

    warn_of_passwords(one, other)
    with existing(one) as source, existing(other) as target:
        (tables,) = (compare_diaries(source, target, tell) for _, tell in patiently([other], "Comparing"))
    print_comparison(tables)
    different = [found.table for found in tables if not found.same]
    if not different:
        say(f"Both hold the same {_rows(tables)}.")
        return
    say(f"The two differ in: {', '.join(different)}.")
    click.get_current_context().exit(1)


def print_comparison(tables: Sequence[Compared]) -> None:
    """Print the rows and the hash of every table in both places."""
    header = ("Table", "Rows in FROM", "in TO", "SHA-256 in FROM", "in TO", "")
    table("", header, [_row(found) for found in tables], numbers=(1, 2))


def _row(found: Compared) -> tuple[str, ...]:
    rows = (str(content.rows) for content in found[1:])
    digests = (content.digest[:SHOWN_DIGEST] for content in found[1:])
    return found.table, *rows, *digests, "same" if found.same else "differs"


def _rows(tables: Sequence[Compared]) -> str:
    return f"{counted(sum(found.one.rows for found in tables), 'row')} in {counted(len(tables), 'table')}"


def warn_of_passwords(*places: str) -> None:
    """Say that a password on the command line is no secret."""
    from diary.database import url_of

    if any(url_of(place).password for place in places):
        say(
            "Note: other users of this computer can see the password in the URL. Keep it in a password file: PGPASSFILE"
        )
