"""Files in and out by the command line, and the doctor."""

import json
import sqlite3
from contextlib import closing

import pytest

from diary.cli.doctor import clash_finding, integrity_finding, mode_finding, space_finding, sqlite_finding
from diary.schema import REVISION
from tests.terminal import Terminal

TABLE = "Date,Severity,Medicine\n2026-03-01,severe,sumatriptan 50 mg\n2026-03-02,none,none\n"


@pytest.fixture
def migraine(tmp_path):
    (tmp_path / "diary.csv").write_text(TABLE)
    return Terminal(tmp_path)


@pytest.mark.parametrize("form", ["json", "xlsx", "csv"])
def test_an_export_comes_back_unchanged(migraine, form):
    migraine("import diary.csv")
    migraine('attack add "2026-03-05 22:00" 04:00 --severity 3 --took "maxalt 10 mg" --at 23:00')
    migraine("botox add 2026-01-12 --units 155")
    migraine("score add hit6 64 --date 2026-03-01")
    out = "out" if form == "csv" else f"out.{form}"
    migraine(f"export --format {form} --out {out}")
    migraine(f"import {out} --store copy.sqlite")
    for place in ("diary", "copy"):
        migraine(f"export --format json --out {place}.json --store {place}.sqlite")

    texts = [(migraine.folder / f"{place}.json").read_text() for place in ("diary", "copy")]
    assert texts[0] == texts[1]
    assert 64 == json.loads(texts[0])["scores"][0]["value"]


def test_a_dry_run_records_nothing_and_makes_no_diary(migraine):
    migraine("import diary.csv --dry-run")

    assert (0, False) == (migraine.code, (migraine.folder / "diary.sqlite").exists())


def test_an_import_succeeds_when_one_of_the_files_can_be_read(migraine):
    migraine("import missing.csv diary.csv")

    assert 0 == migraine.code
    assert "Added: 2 days, 1 intake." in migraine.text


def test_an_import_fails_when_nothing_can_be_read(migraine):
    (migraine.folder / "empty.csv").write_text("Date,Severity\n31 February 2026,mild\n")
    migraine("import missing.csv empty.csv")

    assert 1 == migraine.code


def test_a_file_that_does_not_name_its_patient_asks_for_one_where_there_are_several(migraine):
    migraine("log 2026-03-01 --none --patient P1")
    migraine("log 2026-03-01 --none --patient P2")
    migraine("import diary.csv")

    assert 1 == migraine.code
    assert "Add --patient CODE" in migraine.text


def test_a_file_that_names_its_patients_asks_for_none(migraine):
    migraine("log 2026-03-01 --none --patient P1")
    migraine("log 2026-03-01 --none --patient P2")
    migraine("export --format csv --out both")
    migraine("import both")

    assert 0 == migraine.code
    assert "Unchanged: 2 days." in migraine.text


def test_the_import_remembers_the_file(migraine):
    migraine("import diary.csv")

    with migraine.diary() as diary:
        [remembered] = diary.imports()
    assert ("diary.csv", 64) == (remembered.file_name, len(remembered.file_hash))


def test_an_export_is_never_written_over_unasked(migraine):
    migraine("import diary.csv")
    (migraine.folder / "mine.json").write_text("precious")
    migraine("export --format json --out mine.json")
    assert "precious" == (migraine.folder / "mine.json").read_text()

    migraine("export --format json --out mine.json --force")
    assert 0 == migraine.code
    assert "precious" != (migraine.folder / "mine.json").read_text()


def test_a_check_names_what_contradicts(migraine):
    (migraine.folder / "attacks.csv").write_text("Start,End\n2026-03-01 22:00,2026-03-02 04:00\n")
    migraine("import diary.csv")
    migraine("import attacks.csv")
    migraine("check")

    assert "The attack covers 1 day (2026-03-02)" in " ".join(migraine.text.split())


def test_the_doctor_does_not_make_a_diary(migraine):
    migraine("doctor")

    assert (0, False) == (migraine.code, (migraine.folder / "diary.sqlite").exists())


def test_the_doctor_notices_a_diary_that_others_can_read(migraine):
    migraine("log 2026-03-01 --none")
    (migraine.folder / "diary.sqlite").chmod(0o644)
    migraine("doctor")

    assert 1 == migraine.code
    assert "chmod 600" in migraine.text


def test_the_doctor_notices_a_damaged_diary(migraine):
    migraine("log 2026-03-01 --none")
    path = migraine.folder / "diary.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    path.write_bytes(damaged)

    assert integrity_finding(path).bad
    migraine("doctor")
    assert 1 == migraine.code


def test_an_older_sqlite_is_a_note_and_no_fault():
    assert (True, False) == (bool(sqlite_finding((3, 51, 2)).remedy), sqlite_finding((3, 51, 2)).bad)
    assert "" == sqlite_finding((3, 53, 0)).remedy


def test_another_package_of_the_same_name_is_a_fault():
    assert clash_finding("diary", ["migraine-diary", "my-diary"]).bad
    assert not clash_finding("diary", ["migraine-diary", "migraine-diary"]).bad


def test_a_full_disk_is_a_fault():
    assert (True, False) == (space_finding(10 * 2**20).bad, space_finding(10 * 2**30).bad)


def test_a_private_file_is_no_fault(tmp_path):
    path = tmp_path / "diary.sqlite"
    path.touch(0o600)

    assert not mode_finding(path).bad


def test_the_doctor_looks_at_an_older_diary_and_leaves_it_as_it_is(migraine):
    migraine("log 2026-03-01 --severity 2")
    with closing(sqlite3.connect(migraine.location)) as diary:
        diary.execute("UPDATE alembic_version SET version_num = '0000'")
        diary.commit()
        migraine("doctor")

        assert 0 == migraine.code
        said = f"Schema: 0000; this program has {REVISION}. The next command brings the diary up to date."
        assert said in migraine.text
        assert [("0000",)] == diary.execute("SELECT version_num FROM alembic_version").fetchall()
