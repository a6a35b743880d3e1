"""Where the diary lives, and who can read it."""

import stat
from pathlib import Path

import pytest

from diary.model import DiaryError
from diary.settings import VARIABLE, diary_location, private_file


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_diary_is_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")

    assert "diary.sqlite" == Path(diary_location()).name
    assert "migraine-diary" in diary_location()


@pytest.mark.parametrize("named", ["/somewhere/else.sqlite", "postgresql+psycopg://clinic/diary"])
def test_the_environment_names_another_place(monkeypatch, named):
    monkeypatch.setenv(VARIABLE, named)

    assert named == diary_location()


def test_an_empty_variable_names_no_place(monkeypatch):
    monkeypatch.setenv(VARIABLE, " ")

    assert "diary.sqlite" == Path(diary_location()).name


def test_a_tilde_is_the_home_folder(monkeypatch):
    monkeypatch.setenv(VARIABLE, "~/diary.sqlite")

    assert str(Path.home() / "diary.sqlite") == diary_location()


def test_file_and_folder_are_for_their_owner_alone(tmp_path):
    path = tmp_path / "new" / "diary.sqlite"

    private_file(path)

    assert (0o700, 0o600) == (mode(path.parent), mode(path))


def test_what_is_there_is_left_as_it_is(tmp_path):
    path = tmp_path / "diary.sqlite"
    path.write_text("something")
    path.chmod(0o640)

    private_file(path)

    assert ("something", 0o640) == (path.read_text(), mode(path))


def test_a_place_where_nothing_can_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(DiaryError, match=r"cannot be made at .*file/diary.sqlite"):
        private_file(tmp_path / "file" / "diary.sqlite")
