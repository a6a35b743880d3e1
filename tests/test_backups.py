"""A backup holds one moment of the diary, is read again before it counts, and no bit of it changes unnoticed."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.backups import (
    OFF,
    VARIABLE,
    automatic,
    backup_at,
    backups_folder,
    backups_of,
    before,
    fault_of,
    leftovers,
    make_backup,
    manifest_path,
    rotate,
)
from diary.database import Database, url_of
from diary.manifest import BackupError
from diary.model import Batch, DayLog, DiaryError
from diary.rotation import VARIABLE as KEEP
from diary.rotation import Rule, kept, rule
from diary.snapshots import moment_of
from diary.store import Store
from tests.begun import begin_older
from tests.terminal import Terminal

MARCH = date(2026, 3, 1)
DAY = DayLog("P1", MARCH, headache=True, severity=2)


def sheet(number):
    return Batch(days=tuple(DayLog("P1", MARCH + timedelta(days=n), headache=False, source="s") for n in range(number)))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Backups are on, in a folder of the test."""
    path = tmp_path / "kept"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


@pytest.fixture
def database(location):
    with Store.open(location) as store:
        store.record(DAY, DayLog("Grüße-2", MARCH, headache=False, note="a\tb\\n\nc"))
    with closing(Database(location)) as opened:
        yield opened


@pytest.fixture
def local(tmp_path):
    """A diary in a file."""
    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        store.record(DAY)
    with closing(Database(str(tmp_path / "diary.sqlite"))) as opened:
        yield opened


def whys(url):
    return [backup.manifest.why for backup in backups_of(url)]


def test_a_backup_tells_when_it_was_made_why_and_what_it_holds(database, folder):
    backup = make_backup(database)
    with database.reading() as connection:
        moment = moment_of(database, connection)
    manifest = json.loads(manifest_path(backup.path).read_text())

    assert folder == backup.path.parent
    assert ("asked for", moment.schema) == (manifest["why"], manifest["schema"])
    assert {name: rows for name, rows in moment.tables.items() if rows} == {
        name: rows for name, rows in manifest["tables"].items() if rows
    }
    assert 2 == manifest["tables"]["day_logs"]
    assert "" == fault_of(backup)
    assert [backup] == backups_of(database.url)


def test_backups_are_for_their_owner_alone(database, folder):
    backup = make_backup(database)

    assert 0o700 == folder.stat().st_mode & 0o777
    assert {0o600} == {path.stat().st_mode & 0o777 for path in (backup.path, manifest_path(backup.path))}
    assert {backup.path, manifest_path(backup.path)} == set(folder.iterdir())


def test_a_backup_of_a_file_is_a_diary_that_any_sqlite_opens(local):
    backup = make_backup(local)

    with closing(sqlite3.connect(backup.path)) as connection:
        assert [("2026-03-01", 2)] == connection.execute("SELECT date, severity FROM day_logs").fetchall()


def test_a_backup_is_one_moment_while_others_write(local, tmp_path):
    def write():
        with Store.open(str(tmp_path / "diary.sqlite")) as store:
            for n in range(40):
                store.record(*(DayLog("P1", MARCH + timedelta(days=n), source=f"s{m}") for m in (1, 2)))

    writer = Thread(target=write)
    writer.start()
    made = [make_backup(local) for _ in range(5)]
    writer.join()

    assert [""] * 5 == [fault_of(backup) for backup in made]


def test_there_is_a_backup_before_an_import_and_before_an_undo(location):
    with Store.open(location) as store:
        store.record(DAY)
        added = store.add(sheet(3), layout="sheet")
        store.undo(added.import_id)

    assert ["before import", "before undo"] == whys(url_of(location))


def test_a_diary_with_nothing_in_it_is_not_backed_up(location, folder):
    with Store.open(location) as store:
        store.add(sheet(3), layout="sheet")

    assert not folder.exists()


def test_there_is_no_backup_before_an_entry_of_ones_own(location, folder):
    with Store.open(location) as store:
        store.record(DAY)
        store.record(DayLog("P1", MARCH, headache=False))
        store.remove(DayLog("P1", MARCH))

    assert not folder.exists()


def test_nothing_new_needs_no_new_backup(local):
    for _ in range(3):
        before(local, "before import")

    assert ["before import"] == whys(local.url)


def test_a_damaged_backup_is_none_so_another_is_made(local):
    before(local, "before import")
    path = backups_of(local.url)[0].path
    path.write_bytes(path.read_bytes()[:-1])
    before(local, "before import")

    assert ["It is not as it was written: something has changed or damaged it.", ""] == sorted(
        map(fault_of, backups_of(local.url)), reverse=True
    )


def test_an_older_diary_is_backed_up_before_it_is_brought_to_the_newest_schema(tmp_path):
    place = str(tmp_path / "diary.sqlite")
    begin_older(Path(place), DAY)
    Store.open(place).close()

    assert [("before migration", "0003")] == [
        (backup.manifest.why, backup.manifest.schema) for backup in backups_of(url_of(place))
    ]


@pytest.mark.parametrize(
    ("place", "named", "expected"),
    [
        ("/x/diary.sqlite", "", True),
        ("/x/diary.sqlite", OFF, False),
        (":memory:", "", False),
        ("postgresql://clinic/diary", "", False),
        ("postgresql://clinic/diary", "/backups", True),
    ],
)
def test_a_server_is_backed_up_by_itself_only_where_a_folder_is_named(place, named, expected, monkeypatch):
    monkeypatch.setenv(VARIABLE, named)

    assert expected is automatic(url_of(place))


def test_backups_lie_beside_the_diary_unless_a_folder_is_named(monkeypatch):
    monkeypatch.setenv(VARIABLE, OFF)
    beside = backups_folder(url_of("/x/diary.sqlite"))
    monkeypatch.setenv(VARIABLE, "/stick")

    assert (Path("/x/backups"), Path("/stick")) == (beside, backups_folder(url_of("/x/diary.sqlite")))


def test_two_diaries_in_one_folder_have_their_own_backups(tmp_path, local):
    place = str(tmp_path / "diary-2.sqlite")
    with Store.open(place) as store:
        store.record(DAY)
    with closing(Database(place)) as other:
        mine, others = make_backup(local), make_backup(other)

    assert ([mine], [others]) == (backups_of(local.url), backups_of(url_of(place)))


def diary_at(path):
    """A diary with one day, in a folder that is made where there is none."""
    path.parent.mkdir(exist_ok=True)
    with Store.open(str(path)) as store:
        store.record(DAY)
    return url_of(str(path))


@pytest.mark.parametrize("place", ["at-work/diary.sqlite", "diary.db", "diary"])
def test_another_diary_of_the_same_name_has_its_own_backups(place, tmp_path, local, monkeypatch):
    other = diary_at(tmp_path / place)
    monkeypatch.setenv(KEEP, "1,0,0")
    with closing(Database(str(other.database))) as theirs:
        mine, others = make_backup(local), make_backup(theirs)
    gone = rotate(local.url)

    assert ([mine], [others], []) == (backups_of(local.url), backups_of(other), gone)


def flipped(path, bit):
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def test_one_flipped_bit_anywhere_in_a_backup_or_its_manifest_is_noticed(local):
    backup = make_backup(local)
    files = [backup.path, manifest_path(backup.path)]
    chance = random.Random(8)
    unnoticed = []
    for number in range(1000):
        path = files[number % 2]
        bit = chance.randrange(8 * path.stat().st_size)
        flipped(path, bit)
        if not fault_of(backup_at(backup.path)):
            unnoticed.append((path.name, bit))
        flipped(path, bit)

    assert [] == unnoticed
    assert "" == fault_of(backup_at(backup.path))


def test_a_missing_manifest_and_a_missing_file_are_noticed(local):
    backup = make_backup(local)
    manifest_path(backup.path).unlink()
    assert "Its manifest is missing or damaged." == fault_of(backup_at(backup.path))

    other = make_backup(local)
    other.path.unlink()
    assert "It cannot be read: No such file or directory." == fault_of(other)


def test_a_diary_that_is_damaged_is_not_taken_for_a_backup(local, tmp_path, folder):
    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        store.record(*(DayLog("P1", MARCH + timedelta(days=n), note="x" * 500) for n in range(100)))
    local.close()
    path = tmp_path / "diary.sqlite"
    data = bytearray(path.read_bytes())
    data[-30_000:-10_000] = bytes(20_000)
    path.write_bytes(data)

    with closing(Database(str(path))) as damaged, pytest.raises(BackupError, match="damaged|cannot be copied"):
        make_backup(damaged)
    assert [] == list(folder.iterdir())


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_imported(local, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "backups"))

    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        with pytest.raises(BackupError, match="Make room or allow writing there"):
            store.add(sheet(3), layout="sheet")
        assert [] == store.imports()


def test_without_pg_dump_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    from diary.dumps import examined_dump

    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupError, match="needs pg_restore, which is not on this computer"):
        examined_dump(None, tmp_path / "x.pgdump")


def test_the_password_of_a_server_is_not_on_the_command_line(monkeypatch):
    from diary import dumps

    assert "secret" not in dumps._address(url_of("postgresql://clinic:secret@host/diary"))


def moments(text):
    return [datetime.fromisoformat(f"2026-{part}") for part in text.split()]


def test_the_last_ten_the_first_of_a_day_and_the_first_of_a_month_are_kept():
    month = moments(" ".join(f"03-{day:02}T{hour:02}:00" for day in range(1, 29) for hour in (8, 20)))
    early = moments("01-05T08:00 01-06T08:00 02-05T08:00")

    expected = {*month[-10:], *month[-28::2], early[0], early[2], month[0]}
    assert expected == kept([*early, *month], Rule())


@given(st.sets(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=60))
def test_the_latest_is_always_kept_and_time_alone_takes_none_away(made):
    keep = kept(made, Rule(latest=2, days=3, months=2))

    assert set(sorted(made)[-2:]) <= keep <= made
    assert min(len(made), 2) <= len(keep) <= 7
    assert keep == kept(keep, Rule(latest=2, days=3, months=2))


def test_backups_that_were_asked_for_are_not_pushed_out_by_others(local, tmp_path, monkeypatch):
    monkeypatch.setenv(KEEP, "2,0,0")
    make_backup(local)
    with Store.open(str(tmp_path / "diary.sqlite")) as store:
        for number in range(1, 6):
            store.add(sheet(number), layout="sheet")

    assert ["asked for", "before import", "before import"] == whys(local.url)


def test_a_rule_that_is_none_is_refused(monkeypatch):
    assert Rule(10, 14, 12) == rule()
    monkeypatch.setenv(KEEP, "0,14,12")

    with pytest.raises(DiaryError, match="as in 10,14,12"):
        rule()


def test_what_a_killed_program_left_behind_goes_after_a_day(local, folder):
    import os

    make_backup(local)
    old, new = (folder / f".diary-{name}.part" for name in ("0" * 16, "1" * 16))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    rotate(local.url)

    assert [new] == leftovers(local.url)


def test_the_commands_make_and_list_backups(tmp_path):
    terminal = Terminal(tmp_path)
    terminal("log 2026-03-01 --severity 2")
    made = terminal("backup")
    terminal("backup --to elsewhere")
    listed = terminal("backups")

    assert made.startswith("Backed up, read again and compared:")
    assert "asked for" in listed
    assert "1 backup in" in listed
    assert "1 backup in" in terminal("backups --in elsewhere")
    assert "There is no backup" in terminal("backups --in nowhere")


def test_a_damaged_backup_is_shown_and_the_exit_code_says_so(tmp_path, folder):
    terminal = Terminal(tmp_path)
    terminal("log 2026-03-01 --severity 2")
    terminal("backup")
    flipped(next(folder.glob("*.sqlite")), 12345)

    assert "It is not as it was written" in " ".join(terminal("backups").split())
    assert 1 == terminal.code
