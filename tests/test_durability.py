"""What was acknowledged is there, whatever happens: kills, several writers, a full disk, a folder that is read only.

A few of each; ``make durability`` does the same hundreds and thousands of times, and SECURITY.md has its counts.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from diary.model import DayLog
from diary.store import Store
from tests.conftest import POSTGRES
from tests.durability.looking import look
from tests.durability.places import make_diary
from tests.durability.steps import make_exports
from tests.terminal import Terminal

ROOT = Path(__file__).parents[1]
KILLS = 4
CUTS = 200


def run_module(module, *words, before=()):
    """A module as a process of its own, from which others are forked: pytest's own has threads."""
    command = [*before, sys.executable, "-m", module, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def kind(request):
    """Each kind of database that there is."""
    if request.param == "postgresql" and POSTGRES not in os.environ:
        pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")
    return request.param


def test_what_was_acknowledged_survives_a_kill_at_any_moment(kind):
    ended = run_module("tests.durability", "kills", "--on", kind, "--kills", KILLS)

    assert (0, f"{KILLS} kills, 0 left something wrong") == (ended.returncode, ended.stdout.split(";")[0]), ended


def test_of_several_that_write_at_once_nothing_is_lost_or_doubled(kind):
    ended = run_module("tests.durability", "writers", "--on", kind, "--entries", 200)

    assert (0, "0 faults") == (ended.returncode, ended.stdout.splitlines()[-1]), ended


@pytest.fixture
def whole(tmp_path):
    """A diary as the kills leave it if all is well: where it is, and what is known of it."""
    location = str(tmp_path / "diary.sqlite")
    (tmp_path / "files").mkdir()
    known = make_diary(location, "head", make_exports(tmp_path / "files"))
    found = look(location)
    assert ((), True) == (found.faults, found.is_as(known))
    return location, known


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM day_logs WHERE import_id = 2 AND severity = 3", "import 2 has 27 days of 40"),
        ("DELETE FROM sources WHERE source = 'log'", "rows of doses without their sources"),
        ("DELETE FROM imports WHERE import_id = 1", "rows of day_logs without their imports"),
    ],
)
def test_half_an_import_and_rows_without_what_they_need_would_be_noticed(whole, statement, fault):
    location, _ = whole
    unchecked(location, statement)

    assert fault in "; ".join(look(location).faults)


def test_an_entry_that_is_lost_or_says_something_else_would_be_noticed(whole):
    location, known = whole
    unchecked(location, "UPDATE day_logs SET headache = NOT headache WHERE note = 'old 3'")

    assert not look(location).is_as(known)


def unchecked(path, statement):
    """Change the database in a way that it would refuse, had it been asked to look."""
    with sqlite3.connect(path) as plain:
        plain.execute(statement)
    plain.close()


# --- loss of power


def test_a_write_that_is_torn_by_a_loss_of_power_leaves_all_that_was_acknowledged(tmp_path):
    first, second = (DayLog("P1", date(2026, 3, day), headache=True, note="x" * 9000) for day in (1, 2))
    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        store.record(first)
        acknowledged = (tmp_path / "diary.sqlite-wal").stat().st_size
        store.record(second)
        log, file = ((tmp_path / f"diary.sqlite{end}").read_bytes() for end in ("-wal", ""))

    chance, found = random.Random(3), []
    for number in range(CUTS):
        torn = log[: chance.randrange(acknowledged, len(log))] + chance.randbytes(chance.choice((0, 1, 5000)))
        found.append(days_of(tmp_path / str(number), file, torn))

    assert [[first.date]] * CUTS == found
    assert [first.date, second.date] == days_of(tmp_path / "whole", file, log)


def days_of(folder, file, log):
    """The days of a diary whose file and log are these; the database is whole."""
    folder.mkdir()
    (folder / "diary.sqlite").write_bytes(file)
    (folder / "diary.sqlite-wal").write_bytes(log)
    with closing(sqlite3.connect(folder / "diary.sqlite")) as plain:
        assert [("ok",)] == plain.execute("PRAGMA integrity_check").fetchall()
        return [date.fromisoformat(day) for (day,) in plain.execute("SELECT date FROM day_logs")]


# --- the disk


def told(ended):
    """What a script of :mod:`tests.durability.disk` found; each command was refused in a sentence, without a fault."""
    assert 0 == ended.returncode, ended
    result = json.loads(ended.stdout)
    assert all(code == 1 and "The program has a fault" not in text for code, text in result["said"])
    return [" ".join(text.split()) for _, text in result["said"]], result["logged"], result["found"]


def may_mount():
    """Whether a process may have mounts of its own."""
    return shutil.which("unshare") and subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0


@pytest.mark.namespace
@pytest.mark.skipif(not may_mount(), reason="This machine does not let a process have mounts of its own.")
def test_a_full_disk_is_a_sentence_and_every_acknowledged_entry_is_there():
    ended = run_module("tests.durability.disk", "full", before=("unshare", "-rm"))
    (imported, logged), acknowledged, found = told(ended)

    assert "the disk is full. Nothing was changed; make room and try again." in imported
    assert "the disk" in logged
    assert 2 < len(acknowledged)
    assert acknowledged == found


def test_a_folder_that_can_only_be_read_is_a_sentence_and_nothing_is_lost():
    (there, new), acknowledged, found = told(run_module("tests.durability.disk", "readonly"))

    assert "can only be read. Allow writing to the file and its folder, or name another place." in there
    assert "cannot be made at new.sqlite: Permission denied. Name another place in MIGRAINE_DIARY." in new
    assert acknowledged == found


@pytest.mark.slow
def test_a_diary_that_another_program_is_writing_is_a_sentence_after_ten_seconds(tmp_path):
    terminal = Terminal(tmp_path)
    terminal("log 2026-01-01 --none")
    with sqlite3.connect(terminal.location, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        said = terminal("log 2026-01-02 --none")
        other.execute("ROLLBACK")
    other.close()

    assert (1, True) == (terminal.code, "is being written by another program. Try again in a moment." in said)
    assert "headache-free" in terminal("log 2026-01-02 --none")
