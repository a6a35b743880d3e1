"""Taking an import back: the diary is as if the file had never come, and what a person did since stays."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from diary.model import Attack, Batch, DayLog, DiaryError, Dose, Injection, Patient, Score, Source, Treatment

SUNDAY = date(2026, 3, 1)
MILD = DayLog("P1", SUNDAY, headache=True, severity=1, source="sheet")
SEVERE = replace(MILD, severity=3)
MONDAY = replace(MILD, date=date(2026, 3, 2))
SESSION = Treatment("P1", "botulinum", "Botox", date(2026, 1, 5), amount=155, source="sheet")
FRONTALIS = Injection(SESSION.treatment_id, "frontalis", "left", 2, 10)
WHOLE = Batch(
    patients=(Patient("P1", born=1980),),
    sources=(Source("P1", "sheet", medication=True),),
    days=(MILD, MONDAY),
    attacks=(Attack("P1", datetime(2026, 3, 1, 22), source="sheet"),),
    doses=(Dose("P1", datetime(2026, 3, 1, 22, 30), "Sumatriptan", source="sheet"),),
    treatments=(SESSION,),
    injections=(FRONTALIS,),
    scores=(Score("P1", SUNDAY, "hit6", 64, source="sheet"), Score("P1", SUNDAY, "hit6", 10, "1", source="sheet")),
)


def imported(store, *days):
    """The number of an import of a sheet of days."""
    return store.add(Batch(days=days), layout="sheet").import_id


def counts(counted):
    return {name: number for name, number in counted.items() if number}


def test_what_an_import_added_is_removed_to_the_last_row(store):
    added = store.add(WHOLE, layout="sheet")

    undone = store.undo(added.import_id)

    assert Batch() == store.batch()
    assert added.added == undone.removed
    assert {} == counts(undone.restored)


def test_what_an_import_corrected_says_again_what_it_said(store):
    imported(store, MILD)
    second = imported(store, SEVERE, MONDAY)

    undone = store.undo(second)

    assert (MILD,) == store.batch().days
    assert ({"days": 1}, {"days": 1}) == (counts(undone.removed), counts(undone.restored))


def test_the_history_keeps_what_the_import_had_said(store):
    first = imported(store, MILD)

    store.undo(first)

    assert [(MILD, "undone", first)] == [
        (change.was, change.action, change.import_id) for change in store.history("P1", MILD)
    ]


def test_imports_can_be_taken_back_in_any_order(store):
    first, second = imported(store, MILD), imported(store, SEVERE)

    store.undo(first)
    assert (SEVERE,) == store.batch().days
    store.undo(second)
    assert Batch() == store.batch()


def test_an_import_can_be_taken_back_between_two_others(store):
    imported(store, MILD)
    second = imported(store, replace(MILD, severity=2))
    third = imported(store, SEVERE)

    store.undo(second)
    assert (SEVERE,) == store.batch().days
    store.undo(third)
    assert (MILD,) == store.batch().days


def test_what_was_corrected_by_hand_since_is_kept_and_named(store):
    first = imported(store, MILD, MONDAY)
    store.record(SEVERE)

    undone = store.undo(first)

    assert (SEVERE,) == store.batch().days
    assert [("P1, day 2026-03-01", "It was corrected by hand and stays.")] == [(p.where, p.what) for p in undone.kept]


def test_what_was_said_by_hand_before_comes_back(store):
    store.record(MILD)
    corrected = imported(store, SEVERE)

    store.undo(corrected)

    assert (MILD,) == store.batch().days


def test_what_was_removed_by_hand_before_the_import_stays_away(store):
    imported(store, MILD)
    store.remove(MILD)
    again = imported(store, SEVERE)

    store.undo(again)

    assert () == store.batch().days


def test_the_same_file_can_be_imported_again(store):
    first = store.add(WHOLE, layout="sheet")
    store.undo(first.import_id)

    again = store.add(WHOLE, layout="sheet")

    assert (first.added, []) == (again.added, again.problems)
    assert WHOLE == store.batch()


def test_a_second_undo_after_a_second_import_takes_that_back_too(store):
    store.undo(imported(store, MILD))
    store.undo(imported(store, MILD))

    assert Batch() == store.batch()


def test_what_another_source_needs_stays(store):
    first = store.add(WHOLE, layout="sheet")
    store.record(DayLog("P1", date(2026, 3, 9), headache=False))

    store.undo(first.import_id)

    assert ((Patient("P1", born=1980),), (Source("P1", "log"),)) == (store.batch().patients, store.batch().sources)


def test_a_session_with_injections_of_ones_own_stays_and_is_named(store):
    first = store.add(Batch(treatments=(SESSION,)), layout="sheet")
    store.record(FRONTALIS)

    undone = store.undo(first.import_id)

    assert (SESSION,) == store.batch().treatments
    assert ["It stays, as injections were recorded for it."] == [problem.what for problem in undone.kept]


def test_an_import_that_was_taken_back_is_listed_only_when_asked_for(store):
    first = imported(store, MILD)
    store.undo(first)

    assert [] == store.imports("P1")
    assert [True] == [one.undone_at is not None for one in store.imports("P1", undone=True)]


def test_an_import_is_taken_back_once(store):
    first = imported(store, MILD)
    store.undo(first)

    with pytest.raises(DiaryError, match="Import 1 was taken back already, so there is nothing to do"):
        store.undo(first)


def test_the_facts_of_two_patients_go_together(store):
    both = store.add(Batch(days=(MILD, replace(MILD, patient="P2"))), layout="sheet")

    store.undo(both.import_id)

    assert [] == store.patients()


def test_a_failure_in_the_middle_takes_nothing_back(store):
    first = store.add(WHOLE, layout="sheet")
    with store._database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE keeps (patient TEXT REFERENCES patients (patient))")
        connection.exec_driver_sql("INSERT INTO keeps VALUES ('P1')")

    with pytest.raises(DiaryError, match="still needs this entry"):
        store.undo(first.import_id)

    assert (WHOLE, 1) == (store.batch(), len(store.imports()))
