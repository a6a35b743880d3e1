"""Where the diaries live that are killed: files, schemas of a server, and a server of our own, killed itself."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from diary.database import Database
from diary.migrations import configuration
from diary.model import Batch, DayLog, Dose
from diary.store import Store
from tests.conftest import fresh_schema
from tests.durability.kills import Kill, Writer, until_it_ends, wait_a_while
from tests.durability.steps import MARCH, PERSON, WAIT, Export, Known, named

STARTING = 60
"""Seconds that a killed server may need to be back."""

NEW = "new"
"""No diary yet: the writer makes it."""


def revisions() -> list[str]:
    """Every schema that a diary can have, oldest first, and :data:`NEW`."""
    with closing(Database(":memory:")) as database, database.reading() as connection:
        known = ScriptDirectory.from_config(configuration(connection)).walk_revisions()
        return [*reversed([script.revision for script in known]), NEW]


def make_diary(location: str, revision: str, exports: list[Export]) -> Known:
    """A diary with a few entries and two imports, at that schema; what is known of it."""
    if revision == NEW:
        return Known({})
    days = [DayLog(PERSON, MARCH + timedelta(1000 + day), headache=day % 2 == 0, note=f"old {day}") for day in range(9)]
    doses = [Dose(PERSON, datetime(2020, 1, 1, hour), "ibuprofen", medicine_class="non_opioid") for hour in range(5)]
    with Store.open(location, wait=WAIT) as store:
        store.record(*days, *doses)
        for export in exports[:2]:
            store.add(Batch(days=export.facts), layout="table", file_name=export.path.name)
    with closing(Database(location, WAIT)) as database, database.writing() as connection:
        if revision != "head":
            command.downgrade(configuration(connection), revision)
    facts = named((*days, *doses, *exports[0].facts, *exports[1].facts))
    return Known(facts, tuple(export.path.name for export in exports[:2]))


class Ground(NamedTuple):
    """Where diaries are made, each in a place of its own; and how writers are killed there, if in a way of its own."""

    place: Callable[[], AbstractContextManager[str]]
    kill: Kill | None = None


def in_files(folder: Path) -> Ground:
    """SQLite: each diary in a folder of its own."""

    @contextmanager
    def place() -> Iterator[str]:
        with TemporaryDirectory(dir=folder) as own:
            yield f"{own}/diary.sqlite"

    return Ground(place)


def in_schemas(server: str) -> Ground:
    """PostgreSQL: each diary in a schema of its own, on a server that others may use, too."""
    return Ground(lambda: fresh_schema(server))


@contextmanager
def on_our_own_server(folder: Path) -> Iterator[Ground]:
    """PostgreSQL on a server of our own, whose processes are killed instead of the writer."""
    with our_server(folder) as server:
        yield Ground(server.place, server.kill)


class Server:
    """A PostgreSQL server in a folder, reached through a socket there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.url = f"postgresql+psycopg://migraine@/postgres?host={folder}"

    def run(self, program: str, *arguments: str) -> bool:
        """Run one of the server's programs, as the user postgres where we are root; whether that succeeded."""
        words = [str(self.programs / program), "-D", str(self.folder / "data"), *arguments]
        words = ["runuser", "-u", "postgres", "--", *words] if os.getuid() == 0 else words
        return subprocess.run(words, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def start(self) -> None:
        """Start it, again and again while what is left of a killed one is in the way."""
        options = f"-k {self.folder} -c listen_addresses= -c fsync=on"
        give_up = monotonic() + STARTING
        while not self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start"):
            if monotonic() > give_up:
                raise TimeoutError((self.folder / "log").read_text()[-2000:])
            sleep(0.2)

    def kill(self, writer: Writer, rng: random.Random) -> bytes:
        """SIGKILL for the process that serves the writer, or for the server itself, and wait until it is back."""
        said = wait_a_while(writer, rng)
        whole = rng.random() < 0.5
        for pid in [self.number] if whole else self.serving():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        said += until_it_ends(writer)
        if whole:
            self.start()
        self.wait()
        return said

    @contextmanager
    def place(self) -> Iterator[str]:
        """A database of its own, which goes with the server."""
        name = f"diary_{uuid4().hex}"
        self.query(f"CREATE DATABASE {name}")
        yield self.url.replace("/postgres?", f"/{name}?")

    @property
    def number(self) -> int:
        """The server's process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def serving(self) -> list[int]:
        """The processes that serve anybody but us."""
        rows = self.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'migraine'")
        return [int(pid) for (pid,) in rows]

    def query(self, statement: str) -> list[Any]:
        """What the server answers, over a connection that is closed at once."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result) if result.returns_rows else []

    def wait(self) -> None:
        """Until it answers."""
        give_up = monotonic() + STARTING
        while True:
            try:
                self.serving()
                return
            except sa.exc.OperationalError:
                if monotonic() > give_up:
                    raise
                sleep(0.1)


@contextmanager
def our_server(folder: Path) -> Iterator[Server]:
    """A new server, as long as it is needed."""
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = Server(folder)
    server.run("initdb", "-U", "migraine", "--auth=trust")
    server.start()
    try:
        yield server
    finally:
        server.run("pg_ctl", "-m", "immediate", "stop")
