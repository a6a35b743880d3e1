"""Diaries that tests begin with: an empty one, and one that an older version of the program left behind."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.event import listen

from diary.database import Database
from diary.migrations import upgrade
from diary.model import Fact
from diary.store import Store


def begin_blank(place: Path | str) -> None:
    """Put an empty diary there, unless there is one already: a copy, for to make it anew takes ten times as long.

    A URL is that of a PostgreSQL schema without anything in it.
    """
    if isinstance(place, str):
        url = sa.make_url(place)
        with closing(sa.create_engine(url, poolclass=sa.NullPool).raw_connection()) as connection:
            connection.cursor().execute(_script(url.set(query={})))
            connection.commit()
        return
    path = place
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_blank())


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diary.sqlite"
        Store.open(str(path)).close()
        return path.read_bytes()


@cache
def _script(server: sa.URL) -> str:
    """What the migrations say to make a diary, as they said it once in a schema of their own."""
    said: list[str] = []
    schema = f"migrated_{uuid4().hex}"
    engine = sa.create_engine(server, connect_args={"options": f"-csearch_path={schema}"})
    listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
        said.clear()
        upgrade(connection)
        made = [one for one in said if not one.lstrip().startswith("SELECT")]
        connection.execute(sa.schema.DropSchema(schema, cascade=True))
    engine.dispose()
    return ";\n".join(made)


def begin_older(path: Path, *facts: Fact, schema: str = "0003") -> None:
    """Put a diary with these facts there, as a version of the program left it that knew only that schema."""
    from alembic import command

    from diary.migrations import configuration

    with Store.open(str(path)) as store:
        store.record(*facts)
    with closing(Database(str(path))) as database, database.writing() as connection:
        command.downgrade(configuration(connection), schema)
