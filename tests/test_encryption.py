"""A diary that is locked with a passphrase: nothing of it can be read without, and nothing of it is ever lost."""

import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import migraine
from analysis.pages import PAGES
from diary.copying import compare_diaries
from diary.database import Database, StoreError
from diary.encryption import ITERATIONS, draft_of, driver, is_encrypted, lock_of
from diary.model import DayLog, DiaryError
from diary.passphrases import PASSPHRASES, VARIABLE, PassphraseError, Passphrases
from diary.relocking import relock
from diary.store import Store
from diary.web import create_app
from tests.test_copying import content, live

WORDS = "vier Wörter, ein 'Zitat\" dazu"
OTHERS = "five other words than before"
CANARY = "canary-in-the-note"
MARCH = date(2026, 3, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A plain diary in which everything has happened, and the same one encrypted."""
    folder = tmp_path_factory.mktemp("made")
    plain, locked = folder / "plain.sqlite", folder / "locked.sqlite"
    with Store.open(str(plain)) as store:
        live(store)
        store.record(DayLog("P2", MARCH, headache=True, note=CANARY))
    shutil.copy(plain, locked)
    relock(locked, None, WORDS)
    return plain, locked


@pytest.fixture
def plain(made, tmp_path):
    return Path(shutil.copy(made[0], tmp_path / "diary.sqlite"))


@pytest.fixture
def locked(made, tmp_path):
    return Path(shutil.copy(made[1], tmp_path / "diary.sqlite"))


@pytest.fixture
def keyfile(tmp_path, monkeypatch):
    """A file with the passphrase that the environment names."""
    path = tmp_path / "words.txt"
    path.touch(0o600)
    path.write_text(f"{WORDS}\nand a second line that is none of it\n", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def run(line, path, *typed):
    """A command on the diary, with lines on standard input."""
    words = ["--passphrase-stdin"] * bool(typed) + line.split()
    return CliRunner(env={"MIGRAINE_DIARY": str(path)}).invoke(
        migraine, words, input="".join(f"{words}\n" for words in typed), prog_name="migraine"
    )


def unlocked(path, passphrase=WORDS):
    return Store(Database(str(path), passphrase=passphrase))


def content_of(path):
    with unlocked(path) as store:
        return store.batch(), store.history(), store.imports(undone=True)


def same(one, other, passphrase):
    with closing(Database(str(one))) as here, closing(Database(str(other), passphrase=passphrase)) as there:
        return all(table.same for table in compare_diaries(here, there))


# --- the three ways


def test_an_encrypted_diary_says_all_that_the_plain_one_said_and_nothing_of_it_can_be_read(made):
    plain, locked = made

    assert CANARY.encode() in plain.read_bytes()
    assert CANARY.encode() not in locked.read_bytes()
    assert same(plain, locked, WORDS)


def test_the_plain_file_is_written_over(plain, tmp_path):
    os.link(plain, tmp_path / "what is left")
    (tmp_path / "link.sqlite").symlink_to(plain)

    relock(tmp_path / "link.sqlite", None, WORDS)

    assert set(b"\0") == set((tmp_path / "what is left").read_bytes())
    assert {"diary.sqlite", "link.sqlite", "what is left"} == {file.name for file in tmp_path.iterdir()}
    assert (tmp_path / "link.sqlite").is_symlink()
    assert is_encrypted(plain)


def test_what_stood_in_the_log_beside_the_plain_file_is_written_over_too(plain, tmp_path):
    writer = f"""
import os, sqlite3
connection = sqlite3.connect({str(plain)!r})
connection.execute("UPDATE day_logs SET note = 'still in the log'")
connection.commit()
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", writer], check=False)
    os.link(f"{plain}-wal", tmp_path / "what is left")
    assert b"still in the log" in (tmp_path / "what is left").read_bytes()

    relock(plain, None, WORDS)

    assert set(b"\0") == set((tmp_path / "what is left").read_bytes())
    assert "still in the log" == unlocked(plain).day("P2", MARCH).note


def test_after_a_change_of_passphrase_only_the_new_one_opens_and_decrypted_it_is_the_diary_of_before(made, locked):
    relock(locked, WORDS, OTHERS)

    with pytest.raises(PassphraseError, match="does not open"):
        relock(locked, WORDS, None)

    relock(locked, OTHERS, None)

    assert locked.read_bytes().startswith(b"SQLite format 3")
    assert content(str(made[0])) == content(str(locked))


def test_the_next_import_has_the_number_that_it_would_have_had(made, locked):
    with unlocked(locked) as store, Store.open(str(made[0])) as before:
        here, there = (len(one.imports(undone=True)) for one in (store, before))
        with closing(sqlite3.connect(made[0])) as connection:
            numbers = connection.execute("SELECT * FROM sqlite_sequence ORDER BY name").fetchall()
        with store._database.reading() as connection:
            kept = connection.exec_driver_sql("SELECT * FROM sqlite_sequence ORDER BY name").fetchall()

    assert (here, numbers) == (there, [tuple(row) for row in kept])


def test_sqlciphers_own_way_from_passphrase_to_key_opens_the_file(locked):
    with closing(driver().connect(locked)) as connection:
        connection.execute("PRAGMA key = '{}'".format(WORDS.replace("'", "''")))

        assert [(CANARY,)] == connection.execute("SELECT note FROM day_logs WHERE note IS NOT NULL").fetchall()
        assert [(str(ITERATIONS),)] == connection.execute("PRAGMA kdf_iter").fetchall()


def test_letters_are_the_same_however_a_system_writes_them():
    assert lock_of("caf\N{LATIN SMALL LETTER E WITH ACUTE}", bytes(16)) == lock_of(
        "cafe\N{COMBINING ACUTE ACCENT}", bytes(16)
    )


# --- refusals: a sentence, and nothing is changed


@pytest.mark.parametrize(
    ("line", "typed", "sentence"),
    [
        ("log --none", ["another one entirely"], "does not open the diary"),
        ("decrypt", ["another one entirely"], "does not open the diary"),
        ("passphrase", ["another one entirely", OTHERS], "does not open the diary"),
        ("passphrase", [WORDS, "short"], "shorter than 12 characters, so nothing was changed"),
        ("passphrase", [WORDS], "no passphrase in the line on standard input"),
        ("encrypt", [OTHERS], "is encrypted already"),
        ("show", [], "nobody can be asked for it here"),
    ],
)
def test_without_the_right_passphrase_nothing_happens_to_the_diary(locked, line, typed, sentence, monkeypatch):
    monkeypatch.setattr(PASSPHRASES, "ask", PASSPHRASES.ask)
    before = locked.read_bytes()

    done = run(line, locked, *typed) if typed else in_another_session(line, locked)

    assert sentence in done.output
    assert 1 == done.exit_code
    assert before == locked.read_bytes()


def in_another_session(line, path):
    """The command as a process without a terminal, as cron runs it."""
    found = subprocess.run(
        [sys.executable, "-m", "analysis", *line.split()],
        env=os.environ | {"MIGRAINE_DIARY": str(path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        check=False,
    )
    found.output, found.exit_code = found.stdout, found.returncode
    return found


@pytest.mark.parametrize(
    ("line", "sentence"),
    [("decrypt", "is not encrypted. To encrypt it"), ("passphrase", "is not encrypted. To encrypt it")],
)
def test_a_plain_diary_has_no_passphrase_to_change(plain, line, sentence):
    assert sentence in run(line, plain, WORDS).output


@pytest.mark.parametrize("line", ["encrypt", "decrypt", "passphrase"])
def test_a_diary_on_a_server_is_left_to_who_runs_it(line):
    assert "Ask who runs the server" in run(line, "postgresql://clinic/diary", WORDS).output


def test_where_there_is_no_diary_none_is_decrypted(tmp_path):
    assert "There is no diary at" in run("decrypt", tmp_path / "none.sqlite", WORDS).output


@pytest.mark.parametrize(
    ("mode", "text", "sentence"),
    [
        (0o644, WORDS.encode(), "Others can read the passphrase in .*chmod 600"),
        (0o600, b"", "no passphrase in the first line"),
        (0o600, b"\xff\xfe", "not text in UTF-8"),
    ],
)
def test_a_file_with_a_passphrase_is_private_and_readable(keyfile, mode, text, sentence):
    keyfile.write_bytes(text)
    keyfile.chmod(mode)

    with pytest.raises(PassphraseError, match=sentence):
        Passphrases().of("diary.sqlite")


def test_a_file_with_a_passphrase_that_is_not_there_is_named(keyfile):
    keyfile.unlink()

    with pytest.raises(PassphraseError, match=f"words.txt .No such file.*{VARIABLE}"):
        Passphrases().of("diary.sqlite")


def test_a_damaged_page_is_said_after_the_right_passphrase(locked):
    data = bytearray(locked.read_bytes())
    data[3 * 4096 + 100] ^= 1
    locked.write_bytes(data)

    with pytest.raises(StoreError, match="is damaged. Restore it from a backup"):
        content_of(locked)


def test_without_the_library_a_plain_diary_opens_and_an_encrypted_one_says_what_to_install(plain, made, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)

    Store.open(str(plain)).close()
    with pytest.raises(DiaryError, match=r"pip install 'migraine-diary\[encrypted\]'"):
        unlocked(made[1])
    with pytest.raises(DiaryError, match=r"pip install 'migraine-diary\[encrypted\]'"):
        relock(plain, None, WORDS)
    Store.open(str(plain)).close()


# --- every door


def test_every_command_works_on_an_encrypted_diary_with_the_passphrase_in_a_file(locked, keyfile, tmp_path):
    (tmp_path / "sheet.csv").write_text("date,headache,severity\n2026-02-01,yes,2\n2026-02-02,no,\n")
    lines = {
        "log 2026-03-05 --none --patient P2": "headache-free",
        f"import {tmp_path / 'sheet.csv'} --patient P2 --scale 0-3": "2 day",
        "imports undo 3": "",
        "backup": "read again and compared",
        "backup --encrypt": "Leave --encrypt out",
        "restore latest": "holds the same",
        f"restore latest --into {tmp_path / 'again.sqlite'}": "is not encrypted, as the backup is",
        "show --patient P2": "headache",
        f"export {tmp_path / 'all.json'}": "",
        f"store copy {locked} {tmp_path / 'copy.sqlite'}": "the copy is not encrypted",
    }
    for line, told in lines.items():
        done = run(line, locked)
        assert told in done.output
        assert "has a fault" not in done.output

    assert is_encrypted(locked)
    assert {True} == {is_encrypted(file) for file in (tmp_path / "backups").glob("*.sqlite")}


def test_the_page_shows_an_encrypted_diary_and_notices_what_others_write(locked, keyfile):
    app = create_app(str(locked), pages=PAGES)
    client = app.test_client()

    assert [200, 200] == [client.get(path).status_code for path in ("/", "/outcome")]
    with unlocked(locked) as store:
        store.record(DayLog("P2", MARCH + timedelta(3), headache=True, severity=3))
    assert 200 == client.get("/outcome").status_code


def test_a_passphrase_is_typed_unseen_and_once_in_a_command(locked):
    """``doctor`` opens the diary several times."""
    seen, code = at_a_terminal(["doctor"], locked, WORDS)

    assert 1 == seen.count("Passphrase of")
    assert "Patients: 2" in seen
    assert "Zitat" not in seen
    assert 0 == code


def at_a_terminal(words, path, typed):
    """What a person sees who types the line when the program asks for something."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["MIGRAINE_DIARY"] = str(path)
        os.environ.pop(VARIABLE, None)
        os.execv(sys.executable, [sys.executable, "-m", "analysis", *words])
    seen = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
        if seen.rstrip().endswith(b":") and typed:
            os.write(terminal, f"{typed}\n".encode())
            typed = ""
    os.close(terminal)
    return seen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


# --- several at once


WRITER = """
import sys
from datetime import date, timedelta
from diary.model import DayLog
from diary.store import Store

with Store.open(sys.argv[1], wait=60) as store:
    for n in range(40):
        store.record(DayLog(f"W{sys.argv[2]}", date(2026, 1, 1) + timedelta(n), headache=True))
"""


def test_two_processes_write_at_once_and_nothing_is_lost(locked, keyfile):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(locked), str(number)]) for number in range(2)]

    assert [0, 0] == [writer.wait() for writer in writers]
    with unlocked(locked) as store:
        assert [40, 40] == [len(store.facts("days", code)) for code in ("W0", "W1")]


HOLDER = """
import sys
from diary.store import Store

with Store.open(sys.argv[1]) as store:
    store.patients()
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_a_diary_that_another_program_has_open_is_not_touched(plain):
    before = plain.read_bytes()
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(plain)], stdin=-1, stdout=-1)
    holder.stdout.readline()

    done = run("encrypt", plain, WORDS)
    holder.communicate(b"\n")

    assert "is open in another program, so nothing was changed. Stop that first" in done.output
    assert before == plain.read_bytes()
    assert not draft_of(plain).exists()


def test_who_comes_while_it_is_encrypted_is_told_to_come_again_and_writes_nothing_into_the_old_file(plain, tmp_path):
    """The other one has opened the old file and waits for it; when it may, there is another one in its place."""
    came = []

    def come(_part):
        if not came:
            came.append(subprocess.Popen([sys.executable, "-c", WRITER, str(plain), "0"], stderr=subprocess.PIPE))
            wait_until_open(came[0].pid, plain)

    relock(plain, None, WORDS, come)
    told = came[0].communicate()[1].decode()

    assert "has become another file meanwhile. Start the command again." in told
    with unlocked(plain) as store:
        assert ["P2", "münchen-7"] == store.patients()


def wait_until_open(pid, path):
    """Until the process has the file open for longer than the look at its first bytes takes."""
    found = 0
    while found < 5:
        found = found + 1 if str(path.resolve()) in files_of(pid) else 0
        os.sched_yield()


def files_of(pid):
    """The files that the process has open; it may close one while it is looked at."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield os.readlink(link)


# --- broken off


def test_whenever_it_is_killed_the_diary_is_the_old_or_the_new_one_and_whole():
    """``python -m tests.durability.relocking`` does so hundreds of times."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.durability.relocking", "--kills", "3"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "kills, 0 left something wrong" in done.stdout, done.stdout + done.stderr


def test_a_full_disk_changes_nothing(made, plain):
    limited = f"""
import resource, signal
from pathlib import Path
from diary.model import DiaryError
from diary.relocking import relock

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({plain.stat().st_size // 2}, -1))
try:
    relock(Path({str(plain)!r}), None, {WORDS!r})
except DiaryError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=True).stdout

    assert "could not be written as it should be, so nothing was changed. Make room on the disk" in told
    assert ["diary.sqlite"] == [file.name for file in plain.parent.iterdir()]
    assert content(str(made[0])) == content(str(plain))


def test_a_plain_copy_that_a_killed_decryption_left_goes_when_the_diary_is_opened(locked):
    draft_of(locked).write_bytes(b"SQLite format 3, and so on")

    unlocked(locked).close()

    assert not draft_of(locked).exists()
