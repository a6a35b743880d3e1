"""Everyday factors: a few, chosen beforehand, logged with a day where one likes."""

from datetime import date

import openpyxl
import pytest

from diary.model import Factor, FactorChoice
from diary.store import Store
from tests.terminal import Terminal

DAY = date(2026, 3, 1)


@pytest.fixture
def migraine(tmp_path):
    return Terminal(tmp_path)


@pytest.fixture
def watching(migraine):
    """A diary in which sleep and alcohol are chosen."""
    migraine("factor choose sleep alcohol")
    return migraine


def stored(migraine):
    with migraine.diary() as diary:
        return diary.batch()


def test_a_choice_is_stored_with_its_day(watching):
    today = date.today()

    assert (FactorChoice("me", "alcohol", today), FactorChoice("me", "sleep", today)) == stored(watching).choices


def test_a_choice_says_why_there_are_at_most_five(migraine):
    assert "At most 5, chosen before you look: the more are tried" in migraine("factor choose sleep")


def test_a_sixth_factor_is_refused_and_nothing_is_stored(watching):
    printed = watching("factor choose water exercise stress meals")

    assert (1, 2) == (watching.code, len(stored(watching).choices))
    assert "That would be 6 factors." in printed
    assert "Drop one: migraine factor drop NAME" in printed


def test_five_are_taken_and_choosing_one_again_changes_nothing(watching):
    watching("factor choose water exercise stress sleep")

    assert (0, 5) == (watching.code, len(stored(watching).choices))


def test_a_name_is_kept_in_small_letters(migraine):
    migraine("factor choose 'Screen  Time'")

    assert ["screen time"] == [choice.name for choice in stored(migraine).choices]


@pytest.mark.parametrize("name", ["' '", "a=b"])
def test_what_is_no_name_is_refused(migraine, name):
    assert "is no name of a factor" in migraine(f"factor choose {name}")


def test_a_factor_is_logged_with_the_day(watching):
    printed = watching("log 2026-03-01 --none --factor sleep=6,5 --factor alcohol=yes")

    assert "2026-03-01: sleep 6.5, alcohol 1." in printed
    assert (Factor("me", DAY, "alcohol", 1.0), Factor("me", DAY, "sleep", 6.5)) == stored(watching).factors
    assert [False] == [day.headache for day in stored(watching).days]


def test_a_factor_alone_says_nothing_of_headache_and_nobody_is_nagged(watching):
    assert "2026-03-01: sleep 6.5.\n" == watching("log 2026-03-01 --factor sleep=6.5")
    assert () == stored(watching).days


def test_a_day_without_factors_is_not_remarked_upon(watching):
    assert "sleep" not in watching("log 2026-03-01 --none")


def test_a_value_said_again_replaces_the_first_and_the_history_keeps_it(watching):
    watching("log 2026-03-01 --factor sleep=6")
    watching("log 2026-03-01 --factor sleep=7")

    assert [7.0] == [factor.value for factor in stored(watching).factors]
    with watching.diary() as diary:
        assert [6.0] == [change.was.value for change in diary.history("me")]


def test_a_question_mark_takes_the_value_back(watching):
    watching("log 2026-03-01 --factor sleep=6")

    assert "2026-03-01: sleep not known.\n" == watching("log 2026-03-01 --factor sleep=?")
    assert () == stored(watching).factors


def test_a_factor_that_was_not_chosen_is_refused_before_anything_is_stored(watching):
    printed = watching("log 2026-03-01 --none --factor stress=3")

    assert "stress is not one of your factors. Choose it first: migraine factor choose stress" in printed
    assert () == stored(watching).days


@pytest.mark.parametrize("said", ["sleep", "=6", "sleep=much", "sleep="])
def test_what_is_no_factor_and_value_is_refused_with_an_example(watching, said):
    printed = watching(f"log 2026-03-01 --factor {said}")

    assert 2 == watching.code
    assert "such as sleep=6.5" in printed or "Write a number, yes, no, or ?" in printed


@pytest.mark.parametrize("options", ["--none --until 2026-03-05", "--unknown"])
def test_a_factor_belongs_to_one_day_that_is_logged(watching, options):
    watching(f"log 2026-03-01 {options} --factor sleep=6")

    assert (2, ()) == (watching.code, stored(watching).factors)


def test_the_list_counts_days_and_says_why_few(watching):
    watching("log 2026-03-01 --factor sleep=6")
    watching("log 2026-03-02 --factor sleep=7")
    printed = watching("factor list")

    assert [["alcohol", f"{date.today()}", "0"], ["sleep", f"{date.today()}", "2"]] == [
        line.split() for line in printed.splitlines() if line.startswith((" alcohol", " sleep", "alcohol", "sleep"))
    ]
    assert "At most 5" in printed


def test_without_a_choice_the_list_asks_for_none(migraine):
    migraine("log 2026-03-01 --none")

    assert "No factors are chosen, and none are needed." in migraine("factor list")


def test_a_dropped_factor_keeps_what_was_written_down(watching):
    watching("log 2026-03-01 --factor sleep=6")

    assert "sleep is no longer watched." in watching("factor drop Sleep")
    assert ["alcohol"] == [choice.name for choice in stored(watching).choices]
    assert [6.0] == [factor.value for factor in stored(watching).factors]
    assert "sleep is not chosen." in watching("factor drop sleep")


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_factors_and_choices_come_back_from_every_export(watching, tmp_path, form):
    watching("log 2026-03-01 --none --factor sleep=6.5")
    before = stored(watching)
    watching(f"export --format {form} --out all.{form}")
    watching(f"import all.{form} --store other.sqlite")

    with Store.open(f"{tmp_path}/other.sqlite") as other:
        assert before == other.batch()


def test_the_template_has_a_sheet_for_factors(watching, tmp_path):
    path = tmp_path / "mine.xlsx"
    watching(f"template {path}")
    workbook = openpyxl.load_workbook(path)
    workbook["Factors"].append([DAY, "Sleep ", 6.5])
    workbook.save(path)
    watching(f"import {path}")

    assert [(DAY, "sleep", 6.5)] == [(one.date, one.name, one.value) for one in stored(watching).factors]
