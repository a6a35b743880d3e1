"""Medicines that the program does not know: classed once by a person, and then everywhere."""

from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic.command import downgrade

from diary.migrations import configuration, upgrade
from diary.model import Batch, DiaryError, Dose
from diary.own_classes import unknown_names
from diary.store import Store

SUNDAY = datetime(2026, 3, 1, 8)
FOO = Dose("P1", SUNDAY, "Foobarol", source="app")
TRIPTAN = replace(FOO, medicine_class="triptan")


def imported(store, *doses):
    return store.add(Batch(doses=doses), layout="app")


def classes(store):
    return [dose.medicine_class for dose in store.doses("P1")]


def test_each_unknown_name_is_listed_once_with_its_intakes():
    doses = [FOO, *(replace(FOO, dose_id=name, medicine=name) for name in ("foobarol", "Barafoo")), TRIPTAN]

    assert {"Foobarol": 2, "Barafoo": 1} == unknown_names(doses)


def test_an_answer_classes_the_intakes_that_are_there(store):
    imported(store, FOO)

    assert 1 == store.class_medicine("  FOOBAROL ", "triptan")
    assert (["triptan"], {}) == (classes(store), store.unknown_medicines())


def test_an_answer_holds_for_later_imports_and_own_entries(store):
    store.class_medicine("foobarol", "triptan")

    imported(store, FOO)
    store.record(replace(FOO, source="log", dose_id="b"))

    assert ["triptan", "triptan"] == classes(store)


def test_the_file_can_be_imported_again_after_the_answer(store):
    imported(store, FOO)
    store.class_medicine("foobarol", "triptan")

    again = imported(store, FOO)

    assert (None, [], ["triptan"]) == (again.import_id, again.problems, classes(store))


def test_the_history_says_that_an_intake_was_classed(store):
    first = imported(store, FOO)
    store.class_medicine("foobarol", "triptan")

    assert [(FOO, "classed", None, first.import_id)] == [
        (change.was, change.action, change.import_id, change.origin) for change in store.history("P1")
    ]


def test_an_answer_can_be_changed_and_taken_back(store):
    imported(store, FOO, replace(FOO, dose_id="b", medicine="Sumatriptan", medicine_class="triptan"))
    store.class_medicine("foobarol", "triptan")

    store.class_medicine("foobarol", "gepant")
    assert {"gepant", "triptan"} == set(classes(store))
    store.class_medicine("foobarol", None)
    assert ({None, "triptan"}, {}) == (set(classes(store)), store.own_classes())


def test_an_import_with_a_classed_medicine_can_be_taken_back(store):
    first = imported(store, FOO)
    store.class_medicine("foobarol", "triptan")

    store.undo(first.import_id)

    assert ([], {"foobarol": "triptan"}) == (classes(store), store.own_classes())


def test_what_comes_back_has_the_class_that_was_given_since(store):
    imported(store, FOO)
    second = imported(store, replace(FOO, relief=2))
    store.class_medicine("foobarol", "triptan")

    store.undo(second.import_id)

    assert [TRIPTAN] == store.doses("P1")


@pytest.mark.parametrize(
    ("name", "sentence"), [("sumatriptan 50 mg", "Sumatriptan is in the list of medicines already"), (" ", "is empty")]
)
def test_a_name_that_the_program_knows_is_not_classed_by_hand(store, name, sentence):
    with pytest.raises(DiaryError, match=sentence):
        store.class_medicine(name, "gepant")


def test_a_diary_of_the_first_schema_is_brought_up_to_date_with_its_entries(location):
    with Store.open(location) as store:
        imported(store, FOO)
        with store._database.writing() as connection:
            downgrade(configuration(connection), "0001")
            assert not sa.inspect(connection).has_table("medicines")

    with Store.open(location) as store:
        assert ([FOO], {}) == (store.doses("P1"), store.own_classes())
        assert [None] == [one.undone_at for one in store.imports("P1")]
        assert ["triptan"] == (store.class_medicine("foobarol", "triptan"), classes(store))[1]


def test_the_second_schema_can_be_taken_back_and_made_again(store):
    imported(store, FOO)
    with store._database.writing() as connection:
        downgrade(configuration(connection), "0001")
        upgrade(connection)

    assert [FOO] == store.doses("P1")
