"""Diaries that tests begin with: an empty one, and one that an older version of the program left behind."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from diary.database import Database
from diary.model import Fact
from diary.store import Store


def begin_blank(path: Path) -> None:
    """Put an empty diary there, unless there is one already: a copy, for to make it anew takes ten times as long."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_blank())


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diary.sqlite"
        Store.open(str(path)).close()
        return path.read_bytes()


def begin_older(path: Path, *facts: Fact, schema: str = "0003") -> None:
    """Put a diary with these facts there, as a version of the program left it that knew only that schema."""
    from alembic import command

    from diary.migrations import configuration

    with Store.open(str(path)) as store:
        store.record(*facts)
    with closing(Database(str(path))) as database, database.writing() as connection:
        command.downgrade(configuration(connection), schema)
