"""Nothing of a diary is told or left anywhere but where it was asked for: every command, in a home of its own.

The texts of the diary are canaries, words that stand nowhere else (:mod:`tests.privacy.scenarios`). Where the system
lets a process have namespaces of its own, the commands run without any network, not even the computer's own.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.privacy.scenarios import APART, CANARIES, FILE, NOTE, SCENARIOS, commands

ROOT = Path(__file__).parents[1]
WITHOUT_NETWORK = ("unshare", "-rn")


def may_leave_the_network():
    """Whether a process may have a network of its own, with nothing in it."""
    return (
        bool(shutil.which("unshare")) and not subprocess.run([*WITHOUT_NETWORK, "true"], capture_output=True).returncode
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What the commands have left: ``home``, ``temporary`` and ``work``."""
    return tmp_path_factory.mktemp("privacy")


@pytest.fixture(scope="module")
def ran(folder):
    """How every command ended, what it printed, and which connections were tried; see :mod:`tests.privacy.running`."""
    before = WITHOUT_NETWORK if may_leave_the_network() else ()
    command = [*before, sys.executable, "-m", "tests.privacy.running", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout) | {"errors": done.stderr}


def test_every_command_has_a_scenario():
    tried = {" ".join(shlex.split(scenario.line)) for scenario in SCENARIOS}
    words = set(commands()) - set(APART)

    assert set() == {command for command in words if not any(f"{line} ".startswith(f"{command} ") for line in tried)}


@pytest.mark.namespace
@pytest.mark.slow
@pytest.mark.skipif(not may_leave_the_network(), reason="This machine lets no process have a network of its own.")
def test_every_command_works_on_a_computer_without_a_network(ran):
    assert [] == [(line, code, printed) for line, due, code, printed in ran["ended"] if due != code]


def test_no_command_looks_for_a_name_or_opens_a_connection(ran):
    assert [] == ran["attempts"]


def test_every_command_leaves_nothing_of_the_diary_outside_of_what_was_asked_for(ran, folder):
    assert [] == found_in(folder / "home")
    assert [] == list((folder / "temporary").iterdir())
    assert {"asked", "diary", f"{FILE}.csv", f"{FILE}-broken.xlsx"} == {
        path.name for path in (folder / "work").iterdir()
    }
    assert "" == ran["errors"]


def names(folder):
    return {path.name for path in folder.iterdir()}


def found_in(folder, canaries=CANARIES):
    """Files that hold a canary, or are named like one."""
    words = [word.encode(encoding) for word in canaries for encoding in ("utf-8", "utf-16-le")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word in path.read_bytes() + path.name.encode() for word in words)]


def test_the_access_log_is_the_same_by_both_of_its_names(ran):
    printed = {line: said for line, _, _, said in ran["ended"]}

    assert "user added" in printed["access-log"]
    assert printed["clinic access-log"] == printed["access-log"]


def test_a_fault_tells_its_kind_and_nothing_of_the_diary(ran):
    assert "The program has a fault (RuntimeError)" in ran["fault"]
    assert [] == [word for word in CANARIES if word in ran["fault"]]


def test_no_command_prints_a_traceback_or_a_password(ran):
    printed = "".join(printed for *_, printed in ran["ended"])

    assert "Traceback" not in printed
    assert [] == [word for word in ("kanarie-passwort", "kanarie fliegt") if word in printed]


@pytest.fixture
def killed(tmp_path):
    """What an import said that was ended by SIGTERM as soon as it had opened the diary."""
    for name in ("home", "temporary", "work"):
        (tmp_path / name).mkdir()
    diary, file = tmp_path / "work" / "diary.sqlite", tmp_path / "work" / f"{FILE}.csv"
    file.write_text("Date,Severity,Notes\n" + f"2026-02-01,severe,{NOTE}\n" * 20_000)
    own = {"HOME": f"{tmp_path}/home", "TMPDIR": f"{tmp_path}/temporary", "MIGRAINE_DIARY": str(diary)}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MIGRAINE_", "MPL"))}
    command = [sys.executable, "-c", "from analysis.cli import main; main()", "import", str(file)]
    importing = subprocess.Popen(command, env=clean | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while not diary.exists() and importing.poll() is None:
        time.sleep(0.01)
    importing.terminate()
    said, _ = importing.communicate(timeout=60)
    return said


def test_a_killed_command_leaves_nothing_of_the_diary_behind(killed, tmp_path):
    assert [] == [word for word in CANARIES if word in killed]
    assert [] == [*found_in(tmp_path / "home"), *(tmp_path / "temporary").iterdir()]
    assert names(tmp_path / "work") <= {
        f"{FILE}.csv",
        *(f"diary.sqlite{end}" for end in ("", "-journal", "-wal", "-shm")),
    }
