"""A table that nobody knows: its columns are asked for, the answers kept, used again, and shared."""

import os
import pty
import select
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from diary.importers import Options, UnknownLayout, read
from diary.importers.profile import FIELDS, Profile, ProfileError, profile_text, read_profile, read_with
from diary.importers.words import synonyms
from tests.terminal import Terminal

TABLE = """Kalender 2026,,,,
Tag,Kopf,Länge,Tablette,Wetter
01/02/2026,3,4,Maxalt,"Regen, Wind"
02/02/2026,0,,,
03/02/2026,2,6,Foobarol,Sonne
"""
PROFILE = Profile(
    "kalender",
    {"Tag": "date", "Kopf": "pain", "Länge": "duration", "Tablette": "medicine"},
    {"date_order": "dmy", "scale": "0-3", "duration_unit": "hours", "blank_medication": "none"},
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def told(batch):
    return [(day.date.isoformat(), day.severity, day.minutes, day.acute, day.source) for day in batch.days]


def test_a_table_of_unknown_headers_is_read_as_the_profile_says(path):
    with pytest.raises(UnknownLayout):
        read(path)

    assert [
        ("2026-02-01", 3, 240, True, "kalender"),
        ("2026-02-02", 0, None, False, "kalender"),
        ("2026-02-03", 2, 360, True, "kalender"),
    ] == told(read_with(path, PROFILE))


def test_an_option_goes_before_the_answer_in_the_profile(path):
    batch = read_with(path, PROFILE, options=Options(date_order="mdy", blank_medication="unknown"))

    assert ["2026-01-02", "2026-02-02", "2026-03-02"] == [day.date.isoformat() for day in batch.days]
    assert batch.days[1].acute is None


def test_columns_may_stand_in_another_order_and_others_between_them(path):
    path.write_text("Neu,Kopf,Tag,Tablette,Länge\nx,3,01/02/2026,Maxalt,4\n", encoding="utf-8")

    assert [("2026-02-01", 3, 240, True, "kalender")] == told(read_with(path, PROFILE))


def test_a_table_without_headers_is_told_by_the_places_of_its_columns(path):
    path.write_text("2026-02-01,7,x\n2026-02-02,0,y\n")
    profile = Profile("bare", {"column 1": "date", "column 2": "pain"}, {"scale": "0-10"})

    assert [7, 0] == [day.intensity for day in read_with(path, profile).days]


def test_a_missing_column_is_named(path):
    path.write_text("Tag,Kopf\n01/02/2026,3\n")

    with pytest.raises(ProfileError, match='no table with the columns of the profile "kalender": .*"Länge"'):
        read_with(path, PROFILE)


def test_columns_that_make_no_diary_are_refused(path):
    with pytest.raises(ProfileError, match="do not make a diary. It needs a date"):
        read_with(path, Profile("x", {"Tag": "date"}))


@pytest.mark.parametrize("odd", ['say "so"', "Übel\tkeit", "a\\b", "\x7f", "ü 🙂", "#no = comment"])
def test_a_profile_comes_back_from_its_file_whatever_the_headers_are(odd, tmp_path):
    profile = Profile(odd, {odd: "pain", "Tag": "date"}, {"scale": "0-3"})
    (tmp_path / "p.toml").write_text(profile_text(profile), encoding="utf-8")

    assert profile == read_profile(tmp_path / "p.toml")


def test_every_field_can_be_answered():
    assert set(synonyms().values()) - {"weekday", "day"} <= set(FIELDS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "is not a profile"),
        ("name = 'x'", "it names no columns"),
        ("[columns]\nTag = 'date'", "it has no name"),
        ("name = 'x'\n[columns]\nTag = 'weather'", '"weather" is not a field'),
        ("name = 'x'\n[columns]\nTag = ['date']", "is not a field"),
        ("name = 'x'\nanswers = 1\n[columns]\nTag = 'date'", "answers are not a table"),
        ("name = 'x'\n[columns]\nTag = 'date'\n[answers]\nscale = '1-5'", '"1-5" is no scale; it can be 0-10'),
        ("name = 'x'\n[columns]\nTag = 'date'\n[answers]\ncolour = 'red'", 'there is no answer "colour"'),
    ],
)
def test_a_file_that_is_no_profile_is_told_why(text, sentence, tmp_path):
    (tmp_path / "p.toml").write_text(text)

    with pytest.raises(ProfileError, match=sentence):
        read_profile(tmp_path / "p.toml")


def test_a_profile_that_is_not_there_is_named():
    with pytest.raises(ProfileError, match="cannot be opened"):
        read_profile(Path("/nowhere/p.toml"))


# --- the questions, at a real terminal


class Conversation:
    """``migraine`` at a pseudo-terminal: waits for what it asks, and types an answer."""

    def __init__(self, folder, *words):
        self.said, self.heard = b"", 0
        self.pid, self.terminal = pty.fork()
        if not self.pid:  # the child becomes the program
            os.chdir(folder)
            environment = os.environ | {
                "MIGRAINE_DIARY": str(folder / "diary.sqlite"),
                "TERM": "dumb",
                "COLUMNS": "100",
            }
            os.execve(sys.executable, [sys.executable, "-m", "analysis", *words], environment)

    @property
    def text(self):
        return self.said.decode()

    def hear(self, question):
        """Wait until the question was asked after everything that was heard before."""
        until = time.monotonic() + 30
        while (found := self.said.find(question.encode(), self.heard)) < 0:
            assert time.monotonic() < until, f"{question!r} was not asked in: {self.text}"
            if select.select([self.terminal], [], [], 0.2)[0]:
                self.said += os.read(self.terminal, 65536)
        self.heard = found + len(question.encode())

    def answer(self, question, answer):
        self.hear(question)
        os.write(self.terminal, f"{answer}\n".encode())

    def end(self):
        """The exit code, when the program has ended."""
        with suppress(OSError):  # a closed pseudo-terminal reads as an error
            while chunk := os.read(self.terminal, 65536):
                self.said += chunk
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_questions_at_a_terminal_make_a_profile_that_reads_the_next_file(path):
    asked = Conversation(path.parent, "import", "mine.csv", "--map")
    asked.answer("Are these the names of the columns", "")
    asked.answer("A name for these answers", "Mein Kalender")
    asked.answer('"Tag" (such as 01/02/2026, 02/02/2026, 03/02/2026) is [date]', "")
    asked.answer('"Kopf" (such as 3, 0, 2) is', "pane")
    asked.answer('"Kopf" (such as 3, 0, 2) is', "pain")
    asked.answer('"Länge" (such as 4, 6) is', "duration")
    asked.answer('"Tablette" (such as Maxalt, Foobarol) is', "medicine")
    asked.answer('"Wetter" (such as Regen, Wind, Sonne) is [skip]', "")
    asked.answer("Day, month and year stand in the order", "dmy")
    asked.answer("on the scale", "0-3")
    asked.answer("A duration without a unit is in", "")
    asked.answer("Where no medicine stands", "none")
    asked.answer("Save these answers", "y")

    assert 0 == asked.end(), asked.text
    saved = path.parent / "profiles" / "mein-kalender.toml"
    assert PROFILE.columns == read_profile(saved).columns
    assert PROFILE.answers == read_profile(saved).answers
    assert 0o600 == stat.S_IMODE(saved.stat().st_mode)
    migraine = Terminal(path.parent)
    assert "Unchanged: 3 days, 2 intakes." in migraine('import mine.csv --profile "mein kalender"')


def test_columns_that_make_no_diary_are_asked_for_again(path):
    asked = Conversation(path.parent, "import", "mine.csv", "--map", "--date-order", "dmy", "--dry-run")
    asked.answer("Are these the names of the columns", "")
    asked.answer("A name for these answers", "")
    for _ in range(5):
        asked.answer(") is [", "skip")
    asked.hear("These columns do not make a diary. It needs a date")
    for meaning in ("date", "pain", "skip", "skip", "skip"):
        asked.answer(") is [", meaning)
    asked.answer("on the scale", "0-3")
    asked.answer("Save these answers", "n")

    assert 0 == asked.end(), asked.text
    assert not (path.parent / "profiles").exists()


def test_a_question_that_is_left_ends_the_command_without_a_trace(path):
    asked = Conversation(path.parent, "import", "mine.csv", "--map")
    asked.answer("Are these the names of the columns", "\x04")

    assert 1 == asked.end()
    assert "Aborted!" in asked.text
    assert not (path.parent / "diary.sqlite").exists()


def test_a_profile_can_be_shared_as_a_file(path):
    migraine = Terminal(path.parent)
    (path.parent / "from-a-friend.toml").write_text(profile_text(PROFILE), encoding="utf-8")

    assert "Added: 3 days, 2 intakes." in migraine("import mine.csv --profile from-a-friend.toml")
