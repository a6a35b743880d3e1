"""How the command line starts: what it loads, what it asks, and that it always helps."""

import os
import subprocess
import sys
from datetime import date

import pytest
from click.testing import CliRunner

from analysis.cli import migraine
from diary.store import Store
from tests.terminal import Terminal

HEAVY = ("pandas", "numpy", "matplotlib", "openpyxl", "scipy", "typst")
STORE = ("sqlalchemy", "alembic")


def loaded_by(line, folder):
    """The heavy modules that a command loads, in a process of its own."""
    script = f"""
import sys
from click.testing import CliRunner
from analysis.cli import migraine
result = CliRunner().invoke(migraine, {line.split()!r})
assert result.exit_code == 0, result.output
print(*(name for name in {(*HEAVY, *STORE)!r} if name in sys.modules))
"""
    environment = {**os.environ, "MIGRAINE_DIARY": str(folder / "diary.sqlite")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return set(done.stdout.split())


@pytest.fixture
def diary(tmp_path):
    terminal = Terminal(tmp_path)
    terminal("log 2026-03-01 --severity 2")
    return tmp_path


@pytest.mark.parametrize("line", ["--help", "log --help", "import --help", "report --help", "botox add --help"])
def test_help_loads_no_database_and_nothing_heavy(line, diary):
    assert set() == loaded_by(line, diary)


@pytest.mark.parametrize(
    "line",
    [
        "log 2026-03-02 --severity 2 --took maxalt",
        "show --month 2026-03",
        "botox add 2026-03-02",
        "botox list",
        "check",
        "doctor",
    ],
)
def test_recording_and_showing_load_the_database_and_nothing_heavy(line, diary):
    assert {"sqlalchemy"} == loaded_by(line, diary)


def commands(group, path=(), parent=None):
    context = group.make_context(group.name, [], parent=parent, resilient_parsing=True)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if hasattr(command, "list_commands"):
            yield from commands(command, (*path, name), context)


@pytest.mark.parametrize("path", [path for path, _ in commands(migraine)], ids=" ".join)
def test_every_command_helps_with_an_example(path):
    result = CliRunner().invoke(migraine, [*path, "--help"])

    assert 0 == result.exit_code
    assert "Example" in result.output


def converse(words, answers, folder):
    """Run ``migraine`` in a pseudo-terminal, where it asks; returns what was seen."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["MIGRAINE_DIARY"] = str(folder / "diary.sqlite")
        os.execv(sys.executable, [sys.executable, "-m", "analysis", *words])
    os.write(terminal, "".join(f"{answer}\n" for answer in answers).encode())
    seen = b""
    while chunk := _read(terminal):
        seen += chunk
    os.close(terminal)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()
    return seen.decode()


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side has closed
        return b""


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_in_a_terminal_a_day_without_options_is_asked_for(tmp_path):
    seen = converse(["log", "2026-03-01"], ["y", "dreadful", "severe", "2h30", "sumatriptan 50 mg"], tmp_path)

    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        day, [dose] = store.day("me", date(2026, 3, 1)), store.doses("me")
    assert (True, 3, 150, True) == (day.headache, day.severity, day.minutes, day.acute)
    assert "Sumatriptan" == dose.medicine
    assert "'dreadful' is no severity" in seen


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_enter_says_that_nothing_was_taken_and_a_question_mark_that_it_is_not_known(tmp_path):
    converse(["log", "2026-03-01"], ["n", ""], tmp_path)
    converse(["log", "2026-03-02"], ["y", "", "", "?"], tmp_path)

    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        free, headache = (store.day("me", date(2026, 3, day)) for day in (1, 2))
    assert (False, False) == (free.headache, free.acute)
    assert (True, None, None, None) == (headache.headache, headache.severity, headache.minutes, headache.acute)


def test_the_calendar_is_plain_where_the_output_cannot_show_its_marks(diary):
    environment = {**os.environ, "MIGRAINE_DIARY": str(diary / "diary.sqlite"), "PYTHONIOENCODING": "ascii"}
    words = [sys.executable, "-m", "analysis", "show", "--month", "2026-03"]

    shown = subprocess.run(words, env=environment, capture_output=True, check=True).stdout

    assert b"2 moderate" in shown
    assert shown.isascii()


def test_who_stops_reading_is_told_nothing(diary):
    """As with ``migraine show | head``, where the other end is closed before all of it is written."""
    environment = {**os.environ, "MIGRAINE_DIARY": str(diary / "diary.sqlite")}
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "analysis", "show", "--month", "2026-03"]

    ended = subprocess.run(words, env=environment, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)

    assert (b"", 1) == (ended.stderr, ended.returncode)


def test_an_output_that_cannot_be_written_is_a_sentence_and_the_entry_is_kept(diary):
    environment = {**os.environ, "MIGRAINE_DIARY": str(diary / "diary.sqlite")}
    words = [sys.executable, "-m", "analysis", "log", "2026-03-02", "--none"]

    with open("/dev/full", "w") as full:
        ended = subprocess.run(words, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert 1 == ended.returncode
    assert "The output could not be written" in ended.stderr
    with Store.open(str(diary / "diary.sqlite")) as store:
        assert store.day("me", date(2026, 3, 2)).headache is False
