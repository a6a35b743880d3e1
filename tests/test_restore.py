"""A backup is opened in a place of its own, compared with the diary, and then swapped in: all of it, or nothing."""

import os
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from diary.accounts import Accounts
from diary.backups import VARIABLE, backup_at, backups_of, fault_of, make_backup, manifest_path, write_manifest
from diary.copying import compare_diaries, copy_diary, existing
from diary.database import Database, url_of
from diary.forgetting import forget
from diary.intake import record_facts
from diary.manifest import BackupError
from diary.model import Batch, DayLog, Dose, Injection, Treatment
from diary.passphrases import PASSPHRASES
from diary.restoring import differences, fill, find_backup, opened_backup, put_aside, swap, usable
from diary.schema import ACCESS_LOG, TABLES, USERS, WEB_SESSIONS
from diary.store import Store
from tests.begun import begin_older
from tests.conftest import POSTGRES, fresh_schema
from tests.terminal import Terminal

MARCH = date(2026, 3, 1)
DAY = DayLog("P1", MARCH, headache=True, severity=2, note="a\tb\\n\nc Grüße")
SESSION = Treatment("P1", "botulinum", "Botox", date(2026, 1, 5), amount=155, lot="C7", consent=True)
SHEET = Batch(
    days=tuple(DayLog("P1", MARCH + timedelta(days=n), headache=False, intensity=0.1, source="s") for n in range(1, 9)),
    treatments=(SESSION,),
    injections=(Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),),
    assumptions=("Severity is 0 to 3.",),
)
PHRASE = "a long enough phrase"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    path = tmp_path / "kept"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def said(location):
    """A diary in which something was imported and corrected."""
    with Store.open(location) as store:
        store.record(DAY)
        store.add(SHEET, layout="sheet", file_name="a.xlsx")
        store.record(replace(SHEET.days[0], severity=1, headache=True))


@pytest.fixture
def database(location):
    said(location)
    with closing(Database(location)) as opened:
        yield opened


@pytest.fixture
def local(tmp_path):
    """The same in a file, for what has nothing to do with the kind of database."""
    said(str(tmp_path / "diary.sqlite"))
    with closing(Database(str(tmp_path / "diary.sqlite"))) as opened:
        yield opened


def changed(location):
    """The diary goes on: one day is new, one corrected, one removed."""
    with Store.open(location) as store:
        store.record(DayLog("P1", date(2026, 4, 1), headache=True), replace(DAY, severity=3))
        store.remove(SHEET.days[1])


def test_a_restored_diary_is_the_diary_of_then_row_by_row(database, location, tmp_path):
    backup = make_backup(database)
    with closing(Database(str(tmp_path / "then.sqlite"))) as expected:
        copy_diary(database, expected)
        changed(location)
        with opened_backup(backup, database.url) as copy:
            swap(database, copy, backup.path.name)
        tables = {one.table: one.same for one in compare_diaries(expected, database)}

    assert {"access_log"} == {name for name, same in tables.items() if not same}


def test_what_would_be_lost_and_what_would_come_back_is_counted(database, location):
    backup = make_backup(database)
    changed(location)
    with opened_backup(backup, database.url) as copy:
        found = {one.table: one[1:] for one in differences(database, copy) if not one.same}

    assert {"day_logs": (9, 9, 1, 1, 1), "history": (3, 1, 2, 0, 0)} == found


def test_the_diary_that_is_replaced_is_backed_up_so_that_it_can_be_taken_back(database, location):
    backup = make_backup(database)
    changed(location)
    with opened_backup(backup, database.url) as copy:
        replaced = swap(database, copy, backup.path.name)
    with opened_backup(replaced, database.url) as copy:
        swap(database, copy, replaced.path.name)

    assert "before restore" == replaced.manifest.why
    with Store.open(location) as store:
        assert 3 == store.day("P1", MARCH).severity
        assert store.day("P1", date(2026, 4, 1)).headache


def test_after_a_restore_the_diary_goes_on(database, location):
    backup = make_backup(database)
    with opened_backup(backup, database.url) as copy:
        swap(database, copy, backup.path.name)
    with Store.open(location) as store:
        store.record(replace(DAY, severity=1))
        added = store.add(Batch(doses=(Dose("P1", datetime(2026, 3, 1, 8), "Maxalt", source="t"),)), layout="t")

        assert 2 == len(store.imports())
        assert added.import_id
        assert 1 == store.day("P1", MARCH).severity


def test_a_restore_that_fails_half_way_leaves_the_diary_as_it_was(database, location, monkeypatch):
    backup = make_backup(database)
    changed(location)
    monkeypatch.setattr("diary.restoring.note_access", lambda *_: 1 / 0)
    with opened_backup(backup, database.url) as copy, pytest.raises(ZeroDivisionError):
        swap(database, copy, backup.path.name)

    with Store.open(location) as store:
        assert store.day("P1", date(2026, 4, 1)).headache


def test_nobody_is_logged_in_by_a_restore_and_the_access_log_goes_on(local):
    accounts = Accounts(local)
    accounts.add("anna", "clinician", "a quite long password")
    token = accounts.log_in("anna", "a quite long password", "here").token
    backup = make_backup(local)
    accounts.disable("anna")
    with opened_backup(backup, local.url) as copy:
        swap(local, copy, backup.path.name)
    with local.reading() as connection:
        actions = list(connection.scalars(sa.select(ACCESS_LOG.c.action).order_by(ACCESS_LOG.c.access_id)))

        assert ["user added", "login", "user disabled", "restored"] == actions
        assert 0 == connection.scalar(sa.select(sa.func.count()).select_from(WEB_SESSIONS))
        assert 1 == connection.scalar(sa.select(sa.func.count()).select_from(USERS))
    assert accounts.who(token) is None
    assert accounts.log_in("anna", "a quite long password", "here").token


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(tmp_path):
    place = str(tmp_path / "diary.sqlite")
    begin_older(Path(place), DAY)
    Store.open(place).close()
    (backup,) = backups_of(url_of(place))

    with closing(Database(place)) as diary, opened_backup(backup, diary.url) as copy:
        assert all(one.same for one in differences(diary, copy))


def test_a_backup_from_the_future_is_refused(local):
    backup = make_backup(local)
    write_manifest(backup.path, backup.manifest._replace(schema="9999"))

    with (
        pytest.raises(BackupError, match="made by a newer version"),
        opened_backup(backup_at(backup.path), local.url),
    ):
        pass


@pytest.mark.parametrize("harm", ["file", "manifest", "both"])
def test_a_damaged_backup_is_refused(local, harm):
    backup = make_backup(local)
    if harm != "manifest":
        backup.path.write_bytes(backup.path.read_bytes()[:-7])
    if harm != "file":
        manifest_path(backup.path).write_text("{}")

    with pytest.raises(BackupError, match="was not restored"), opened_backup(backup_at(backup.path), local.url):
        pass


def test_nothing_stays_behind_of_a_look_into_a_backup(database, folder):
    backup = make_backup(database)
    there = set(folder.iterdir())
    with opened_backup(backup, database.url):
        pass

    assert there == set(folder.iterdir())
    if not database.is_sqlite:
        with database.reading() as connection:
            assert [] == [name for name in sa.inspect(connection).get_schema_names() if "migraine_restore" in name]


def test_into_writes_a_diary_elsewhere_and_never_over_another(database, tmp_path):
    place = str(tmp_path / "new" / "other.sqlite")
    with opened_backup(make_backup(database), database.url) as copy:
        fill(place, copy)
        with existing(place) as written:
            assert all(one.same for one in compare_diaries(database, written))
        assert 0o600 == os.stat(place).st_mode & 0o777
        with pytest.raises(BackupError if database.is_sqlite else Exception, match="already"):
            fill(place, copy)


@pytest.mark.postgres
def test_the_backup_of_a_file_can_be_restored_into_a_server_and_not_the_other_way(tmp_path):
    if not (server := os.environ.get(POSTGRES)):
        pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")
    place = str(tmp_path / "diary.sqlite")
    with Store.open(place) as store:
        store.record(DAY)
    with fresh_schema(server) as url, closing(Database(url)) as clinic, closing(Database(place)) as file:
        with opened_backup(make_backup(file), file.url) as copy:
            swap(clinic, copy, "file")
        assert all(one.same for one in compare_diaries(file, clinic) if one.table != "access_log")
        dumped = make_backup(clinic)
        with pytest.raises(BackupError, match="Restore it into one"), opened_backup(dumped, file.url):
            pass


def test_a_locked_backup_is_never_plain_on_the_disk_and_opens_with_its_passphrase(tmp_path, folder):
    pytest.importorskip("pyrage")
    place = str(tmp_path / "diary.sqlite")
    with Store.open(place) as store:
        store.record(DAY)
    with closing(Database(place)) as database:
        backup = make_backup(database, passphrase=PHRASE)
        assert not [path for path in folder.iterdir() if b"day_logs" in path.read_bytes()]
        with opened_backup(backup, database.url, PHRASE) as copy:
            assert all(one.same for one in differences(database, copy))


def test_the_latest_whole_backup_is_found_and_a_name_that_is_none_is_refused(local):
    first, second = make_backup(local), make_backup(local)
    second.path.write_bytes(b"")

    assert first == find_backup(local.url, "latest")
    assert second.path == find_backup(local.url, second.path.name).path
    with pytest.raises(BackupError, match="There is no backup 'none'"):
        find_backup(local.url, "none")


@pytest.fixture
def terminal(tmp_path):
    there = Terminal(tmp_path)
    there("log 2026-03-01 --severity 2")
    there("backup")
    return there


def test_restore_says_what_would_be_lost_and_asks(terminal):
    terminal("log 2026-03-02 --severity 3")
    said = terminal("restore latest")

    assert "You would lose: 1 day." in said
    assert "You would get back: nothing." in said
    assert "Let the diary be as it was then?" in said
    assert 1 == terminal.code
    assert "severe" in terminal("log 2026-03-02 --none")


def test_restore_with_yes_goes_back(terminal):
    terminal("log 2026-03-02 --severity 3")
    said = terminal("restore latest --yes")

    assert "The diary is as it was then, read again and compared." in said
    with terminal.diary() as diary:
        assert diary.day("me", date(2026, 3, 2)) is None
    terminal(f"restore {said.split()[-1]} --yes")
    with terminal.diary() as diary:
        assert 3 == diary.day("me", date(2026, 3, 2)).severity


def test_a_diary_that_cannot_be_read_is_put_aside_and_written_anew(terminal, tmp_path, folder):
    with open(terminal.location, "r+b") as file:
        file.seek(100)
        file.write(b"garbage")
    said = terminal("restore latest --yes")

    assert "There is no diary at diary.sqlite that can be read" in said
    assert 1 == len(list(folder.glob("diary-damaged-*.damaged")))
    with terminal.diary() as diary:
        assert 2 == diary.day("me", MARCH).severity


def test_a_diary_that_is_gone_comes_back(terminal, tmp_path):
    os.remove(terminal.location)
    terminal("restore latest --yes")

    with terminal.diary() as diary:
        assert 2 == diary.day("me", MARCH).severity


def test_a_diary_from_the_future_is_not_taken_for_a_damaged_one(terminal):
    import sqlite3

    from diary.database import StoreError

    with closing(sqlite3.connect(terminal.location)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(StoreError, match="newer version"), usable(terminal.location):
        pass


def test_a_backup_that_was_copied_elsewhere_is_restored_by_its_path(terminal, tmp_path, folder):
    (path,) = folder.glob("*.sqlite")
    shutil.move(path, tmp_path / "stick.sqlite")
    shutil.move(manifest_path(path), tmp_path / "stick.sqlite.json")

    assert "holds the same" in terminal("restore stick.sqlite")


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """An encrypted diary of which something was said."""
    pytest.importorskip("sqlcipher3")
    from diary.relocking import relock

    place = tmp_path / "diary.sqlite"
    with Store.open(str(place)) as store:
        store.record(DAY, DayLog("P2", MARCH, headache=False))
    relock(place, None, PHRASE)
    monkeypatch.setattr(PASSPHRASES, "ask", lambda place, new: PHRASE)
    with closing(Database(str(place), passphrase=PHRASE)) as database:
        yield database


def test_the_backup_of_an_encrypted_diary_is_never_plain_and_is_compared_and_swapped_like_any_other(locked, folder):
    backup = make_backup(locked)
    with locked.writing() as connection:
        record_facts(connection, [replace(DAY, severity=3)])
    with opened_backup(backup, locked.url) as copy:
        assert {"day_logs", "history"} == {one.table for one in differences(locked, copy) if not one.same}
        swap(locked, copy, backup.path.name)
        assert all(one.same for one in differences(locked, copy))
        fill(str(folder.parent / "new.sqlite"), copy)

    assert [] == plain_files(folder.parent)
    assert "" == fault_of(backup)


def test_an_encrypted_diary_that_is_damaged_comes_back_encrypted(locked, folder):
    with pytest.raises(BackupError, match="Leave --encrypt out"):
        make_backup(locked, passphrase=PHRASE)
    backup = make_backup(locked)
    locked.close()
    place = Path(locked.url.database)
    place.write_bytes(place.read_bytes()[:4096] + bytes(8192))
    with opened_backup(backup, locked.url) as copy, usable(str(place)) as diary:
        assert diary is None
        put_aside(locked.url)
        fill(str(place), copy)

    assert [] == plain_files(folder.parent)
    with closing(Database(str(place), passphrase=PHRASE)) as again, again.reading() as connection:
        assert 2 == connection.scalar(sa.select(sa.func.count()).select_from(TABLES["days"]))


def test_who_is_forgotten_in_an_encrypted_diary_is_in_no_backup_of_it(locked):
    backup = make_backup(locked)
    receipt = forget(locked, "P1")

    assert [backup.path.name] == receipt.rewritten
    with opened_backup(backup_at(backup.path), locked.url) as copy, copy.reading() as connection:
        assert ["P2"] == list(connection.scalars(sa.select(TABLES["patients"].c.patient)))


def plain_files(folder):
    return [path.name for path in folder.rglob("*") if path.is_file() and b"SQLite format" in path.read_bytes()]
