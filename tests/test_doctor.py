"""The doctor looks at the libraries, at where the diary lies and who can reach it, and at its backups."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diary.backups import VARIABLE, backup_at, make_backup, manifest_path, write_manifest
from diary.cli.doctor import integrity_finding
from diary.cli.libraries import Need, is_older, library_findings, old_finding
from diary.cli.surroundings import age_finding, backup_findings, cloud_of, is_network, mode_findings, server_findings
from diary.database import Database, url_of
from diary.model import DayLog
from diary.store import Store
from tests.conftest import POSTGRES, fresh_schema
from tests.terminal import Terminal

MOUNTED = "/dev/sda / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb /home/me/disk ext4 rw 0 0\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    path = tmp_path / "backups"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


@pytest.fixture
def terminal(tmp_path):
    there = Terminal(tmp_path)
    there("log 2026-03-01 --none")
    return there


def backed_up(terminal):
    with closing(Database(terminal.location)) as database:
        return make_backup(database)


def test_the_libraries_that_are_installed_here_will_do():
    assert [False] == [finding.bad for finding in library_findings("migraine-diary")]


@pytest.mark.parametrize(
    ("oldest", "optional", "bad"), [("0.1", False, False), ("999", False, True), ("999", True, True)]
)
def test_a_library_that_is_too_old_is_a_fault(oldest, optional, bad):
    assert bad is bool(old_finding(Need("click", oldest, optional)))


def test_a_library_that_is_missing_is_a_fault_unless_it_can_be_done_without():
    assert "missing" == old_finding(Need("no-such-library", "1", optional=False)).state
    assert None is old_finding(Need("no-such-library", "1", optional=True))


def test_versions_are_compared_as_numbers():
    assert (True, False, False) == (is_older("3.9.2", "3.10"), is_older("3.10", "3.9.2"), is_older("3.10", "3.10"))


@pytest.mark.parametrize(
    ("path", "expected"), [("/var/x", False), ("/home/me/x", True), ("/home/me/disk/x", False), ("/homes/x", False)]
)
def test_a_network_drive_is_known_by_what_is_mounted_nearest(path, expected):
    assert expected is is_network(Path(path), MOUNTED)


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive", "Nextcloud", "Google Drive", "iCloud Drive", "CloudStorage"])
def test_a_folder_of_a_cloud_is_known_by_its_name(name):
    assert name == cloud_of(Path("/home/me") / name / "diary")


def test_what_others_can_reach_is_a_fault_with_the_command_that_closes_it(tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    os.chmod(tmp_path / "open", 0o755)
    (found,) = mode_findings([tmp_path / "open"])

    assert (True, f"Close it to them: chmod 700 {tmp_path / 'open'}") == (found.bad, found.remedy)


def test_without_a_backup_the_doctor_says_how_to_make_one(terminal):
    assert "Backups: none in" in terminal("doctor")
    assert "Make one: migraine backup" in terminal.text
    assert 0 == terminal.code


def test_a_backup_that_does_not_verify_is_a_fault(terminal):
    backup = backed_up(terminal)
    assert "1 backup, all as they were written" in terminal("doctor")
    backup.path.write_bytes(b"")

    assert f"1 backup damaged: {backup.path.name}" in terminal("doctor")
    assert 1 == terminal.code


def test_an_old_backup_is_a_note(terminal):
    backup = backed_up(terminal)
    made_at = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=31, hours=1)
    write_manifest(backup.path, backup.manifest._replace(made_at=made_at))

    assert "31 days old" == age_finding(backup_at(backup.path)).state
    assert "Make one: migraine backup" == age_finding(backup_at(backup.path)).remedy
    manifest_path(backup.path).unlink()
    assert "its age is not known" == age_finding(backup_at(backup.path)).state


def test_a_backup_that_others_can_read_is_a_fault(terminal):
    backup = backed_up(terminal)
    backup.path.chmod(0o644)

    assert [backup.path.name] == [one.what for one in backup_findings(url_of(terminal.location)) if one.bad]


def test_a_row_without_the_row_it_belongs_to_is_damage(terminal):
    with closing(sqlite3.connect(terminal.location)) as connection:
        connection.execute("DELETE FROM sources")
        connection.commit()

    found = integrity_finding(Path(terminal.location))
    assert (True, "damaged: a row of day_logs lacks the row of sources that it belongs to") == (found.bad, found.state)


@pytest.mark.postgres
def test_every_row_of_a_server_is_read_and_its_links_are_looked_at():
    if not (server := os.environ.get(POSTGRES)):
        pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")
    with fresh_schema(server) as url:
        with Store.open(url) as store:
            store.record(DayLog("P1", datetime(2026, 3, 1).date(), headache=True))
        with closing(Database(url)) as database:
            version, integrity = server_findings(database)
            assert ("PostgreSQL", "3 rows read, indexes and links hold") == (version.what, integrity.state)
            with database.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE day_logs DROP CONSTRAINT fk_day_logs_patient_source")
                connection.exec_driver_sql("DELETE FROM sources")
            assert "rows without what they need in: ['day_logs']" in list(server_findings(database))[1].state
