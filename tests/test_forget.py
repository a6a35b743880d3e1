"""A patient who is forgotten is in no table, no backup and no byte of a file any more; everybody else is."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from diary.access_log import Access, note_access
from diary.accounts import Accounts
from diary.backups import VARIABLE, backups_of, fault_of, make_backup, manifest_path, write_manifest
from diary.database import Database
from diary.forgetting import forget
from diary.logins import begin_session
from diary.model import AdverseEvent, Batch, DayLog, DiaryError, Dose, Injection, Patient, Score, Treatment
from diary.restoring import opened_backup
from diary.schema import METADATA, USERS
from diary.store import Store
from tests.terminal import Terminal

MARCH = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12)
CODE = "KANARI-7"
MARKS = (CODE, "Canarysong", "Feathermycin", "canarylogin", "canary.xlsx", "Yellowbird")
"""Words that stand in the diary of the one who is forgotten, and nowhere else."""

SESSION = Treatment(CODE, "botulinum", "Botox", date(2026, 1, 5), amount=155, lot="Yellowbird", note="Canarysong")
THEIRS = Batch(
    patients=(Patient(CODE, note="Canarysong"),),
    days=tuple(DayLog(CODE, date(2026, 3, n), headache=True, note=f"Canarysong {n} " * 30) for n in range(1, 29)),
    doses=(Dose(CODE, datetime(2026, 3, 1, 8), "Feathermycin"),),
    treatments=(SESSION,),
    injections=(Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),),
    scores=(Score(CODE, MARCH, "hit6", 60),),
    events=(AdverseEvent(CODE, MARCH, "Yellowbird"),),
    assumptions=("Canarysong is headache.",),
)
BOTH = Batch(
    days=(DayLog("P1", MARCH, headache=True, source="both"), DayLog(CODE, date(2026, 4, 1), source="both")),
    assumptions=(f"{CODE} kept a diary.", "Severity is 0 to 3."),
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    path = tmp_path / "kept"
    monkeypatch.setenv(VARIABLE, str(path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return path


def fill(location):
    """Two patients, imports of the one, of both, corrections, a removal, accounts, and a medicine that was classed."""
    with Store.open(location) as store:
        store.record(DayLog("P1", MARCH, headache=False), Dose("P1", datetime(2026, 3, 2), "Foobarol"))
        store.add(THEIRS, layout="sheet", file_name="canary.xlsx", file_hash="ab" * 32)
        store.add(BOTH, layout="sheet", file_name=f"{CODE}.csv")
        store.class_medicine("Feathermycin", "triptan")
        store.class_medicine("Foobarol", "triptan")
        store.record(replace(THEIRS.days[0], severity=3))
        store.remove(THEIRS.days[1])
    with closing(Database(location)) as database, database.writing() as connection:
        for name, role, code in (("canarylogin", "patient", CODE), ("anna", "clinician", None)):
            user = {"name": name, "role": role, "patient": code, "password_hash": "$", "must_change": False}
            connection.execute(USERS.insert().values(user | {"created_at": NOON}))
            note_access(connection, Access(NOON, "anna", "user added", None, name))
        begin_session(connection, "canarylogin", NOON)
        note_access(connection, Access(NOON, "canarylogin", "login"))
        note_access(connection, Access(NOON, "anna", "read", CODE, "record.index"))


@pytest.fixture
def database(location):
    fill(location)
    with closing(Database(location)) as opened:
        yield opened


def content(database):
    """All rows of all tables as text."""
    with database.reading() as connection:
        rows = {table.name: connection.execute(sa.select(table)).all() for table in METADATA.sorted_tables}
    return json.dumps({name: [list(row) for row in found] for name, found in rows.items()}, default=str)


def marks_in(text):
    return [mark for mark in MARKS if mark.casefold() in text.casefold()]


def marks_in_files(folder):
    """The marks in the raw bytes of every file, also as they stand in UTF-16."""
    found = []
    for path in filter(Path.is_file, folder.rglob("*")):
        data = path.read_bytes().lower()
        for mark in MARKS:
            found += [(path.name, mark) for code in ("utf-8", "utf-16-le") if mark.lower().encode(code) in data] + (
                [(path.name, mark)] if mark.lower() in path.name.lower() else []
            )
    return found


def test_no_row_of_the_patient_stays_in_any_table(database):
    assert list(MARKS) == marks_in(content(database))
    receipt = forget(database, CODE)

    assert [] == marks_in(content(database))
    assert (29 - 1, 1, 1, 1, 1) == tuple(
        receipt.rows[name] for name in ("day_logs", "doses", "treatments", "injections", "users")
    )


def test_what_is_known_of_others_stays(database):
    with Store.open(database.url.render_as_string(hide_password=False)) as store:
        before = store.batch("P1")
        forget(database, CODE)

        assert before == store.batch("P1")
        assert ["P1"] == store.patients()
        assert {"foobarol": "triptan"} == store.own_classes()
        assert [("sheet", None, ("Severity is 0 to 3.",))] == [
            (one.layout, one.file_name, one.assumptions) for one in store.imports()
        ]


def test_that_somebody_was_forgotten_stays_and_not_who(database):
    forget(database, CODE)
    lines = Accounts(database).accesses()

    assert ("forgotten", None, None) == (lines[0].action, lines[0].patient, lines[0].what)
    assert ["anna"] == [line.what for line in lines if line.action == "user added"]


def test_every_backup_is_written_anew_without_the_patient_or_deleted(database):
    made = make_backup(database)
    receipt = forget(database, CODE)
    found = backups_of(database.url)

    assert made.path.name in receipt.rewritten
    assert {""} == {fault_of(backup) for backup in found}
    for backup in found:
        with opened_backup(backup, database.url) as copy:
            assert [] == marks_in(content(copy))
    again = next(backup for backup in found if backup.path == made.path)
    assert made.manifest.made_at == again.manifest.made_at
    assert again.manifest.rewritten_at
    assert 29 == made.manifest.tables["day_logs"]
    assert 1 == again.manifest.tables["day_logs"]


def test_the_backups_of_a_diary_of_ones_own_are_deleted(location, folder):
    with Store.open(location) as store:
        store.add(THEIRS, layout="sheet")
        store.add(Batch(days=(replace(THEIRS.days[0], severity=3),)), layout="sheet")
    with closing(Database(location)) as database:
        kept = make_backup(database).path.name
        receipt = forget(database, CODE)

    assert kept in receipt.deleted
    assert [] == list(folder.iterdir())
    assert 0 == receipt.left


def test_a_code_that_is_not_known_is_refused_and_nothing_is_changed(database):
    before = content(database)

    with pytest.raises(DiaryError, match="Nothing is known of a patient 'P9'"):
        forget(database, "P9")
    assert before == content(database)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with such a diary, and the backups that were made before its imports."""
    path = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(path / "kept"))
        fill(str(path / "diary.sqlite"))
    return path


@pytest.fixture
def terminal(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Terminal(tmp_path)


@pytest.mark.parametrize(("beside", "kept"), [("theirs.sqlite", ["mine.toml"]), ("notes.txt", [])])
def test_profiles_that_another_diary_shares_are_kept(beside, kept, tmp_path):
    (tmp_path / beside).touch()
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.toml").write_text("# a table")
    place = str(tmp_path / "diary.sqlite")
    with Store.open(place) as store:
        store.record(DayLog(CODE, MARCH, headache=True))
    with closing(Database(place)) as database:
        forget(database, CODE)

    assert kept == [path.name for path in (tmp_path / "profiles").iterdir()]


def test_no_byte_of_the_patient_stays_in_any_file(terminal, tmp_path, folder):
    terminal("backup")
    terminal("backup --to elsewhere")
    (folder / ".diary-0123456789abcdef.part").write_text("Canarysong")
    (folder / "diary-damaged-2026-01-01T000000Z.damaged").write_text("Canarysong")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "mine.toml").write_text(f"# for {CODE}")
    (tmp_path / "profiles" / "other.toml").write_text("# for P1")
    uploads = tmp_path / "migraine-abcdefgh"
    uploads.mkdir(mode=0o700)
    (uploads / ("0a" * 16)).write_text("Canarysong")
    assert marks_in_files(tmp_path)

    said = terminal(f"forget {CODE} --yes --in elsewhere")

    assert (0, []) == (terminal.code, marks_in_files(tmp_path))
    assert "Uploaded files deleted: 1. The diary holds 1 patient now." in said
    assert "Profiles deleted: mine.toml." in said
    assert ["other.toml"] == [path.name for path in (tmp_path / "profiles").iterdir()]


def test_no_byte_stays_while_the_page_has_the_diary_open(terminal, tmp_path):
    with terminal.diary() as page:
        assert 2 == len(page.patients())
        terminal(f"forget {CODE} --yes")

        assert (0, []) == (terminal.code, marks_in_files(tmp_path))
        assert ["P1"] == page.patients()


def test_who_reads_an_old_moment_keeps_traces_alive_and_that_is_said(terminal):
    with closing(sqlite3.connect(terminal.location, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM day_logs").fetchone()
        with closing(Database(terminal.location, wait=0.1)) as database:
            assert not forget(database, CODE).whole


def test_forgetting_asks_for_the_code_and_a_wrong_one_changes_nothing(terminal):
    said = terminal(f"forget {CODE}")

    assert "This cannot be undone." in said
    assert 1 == terminal.code
    with terminal.diary() as diary:
        assert [CODE, "P1"] == diary.patients()


def test_the_receipt_is_written_and_holds_nothing_of_the_diary(terminal, tmp_path):
    terminal(f"forget {CODE} --yes --receipt receipt.txt")
    written = (tmp_path / "receipt.txt").read_text()

    assert written == terminal.text
    assert [CODE] == marks_in(written)
    assert "28 rows of day_logs" in written
    assert "Not known here, and not erased: reports, exports and copies" in written
    assert 0o600 == (tmp_path / "receipt.txt").stat().st_mode & 0o777


def test_a_backup_that_nobody_can_rewrite_is_deleted(terminal, folder):
    terminal("backup")
    damaged = sorted(folder.glob("*.sqlite"))[-1]
    manifest_path(damaged).write_text("{}")
    terminal(f"forget {CODE} --yes")

    assert damaged.name in terminal.text
    assert not damaged.exists()


def test_a_locked_backup_that_nobody_opens_is_deleted(terminal, folder):
    with closing(Database(terminal.location)) as database:
        made = make_backup(database)
        locked = made.path.rename(folder / f"{made.path.name}.age")
        write_manifest(locked, made.manifest._replace(sealed=True))
        receipt = forget(database, CODE)

    assert locked.name in receipt.deleted
    assert not locked.exists()
