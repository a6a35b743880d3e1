"""The state of a diary differs as soon as the diary does, and only then."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from diary.model import AdverseEvent, Batch, DayLog, Dose, Injection, Score, Treatment

LOGGED = DayLog("P1", date(2026, 3, 1), headache=True, severity=1)
SESSION = Treatment("P1", "botulinum", "Botox", date(2026, 1, 5), amount=155)
DOSE = Dose("P1", datetime(2026, 3, 1), "eigenmix", timed=False)


@pytest.fixture
def kept(store):
    """A diary with a day and a session."""
    store.record(LOGGED, SESSION)
    return store


def test_a_diary_to_which_nothing_was_said_keeps_its_state(kept):
    before = kept.state("P1")
    kept.record(LOGGED)

    assert before == kept.state("P1")


@pytest.mark.parametrize(
    "fact",
    [
        replace(LOGGED, date=date(2026, 3, 2)),
        replace(LOGGED, severity=2),
        replace(SESSION, amount=195.0),
        Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),
        Score("P1", date(2026, 3, 1), "hit6", 64),
        AdverseEvent("P1", date(2026, 1, 9), "neck pain"),
    ],
)
def test_what_is_added_or_said_otherwise_changes_the_state(kept, fact):
    before = kept.state("P1")
    kept.record(fact)

    assert before != kept.state("P1")


def test_what_is_removed_and_said_again_changes_the_state(kept):
    before = kept.state("P1")
    kept.remove(LOGGED)
    removed = kept.state("P1")
    kept.record(LOGGED)

    assert 3 == len({before, removed, kept.state("P1")})


def test_an_import_that_is_taken_back_changes_the_state(kept):
    kept.add(Batch(days=(replace(LOGGED, date=date(2026, 4, 1), source="app"),)), layout="app")
    before = kept.state("P1")
    kept.undo(kept.imports("P1")[-1].import_id)

    assert before != kept.state("P1")


def test_a_medicine_that_is_classed_changes_the_state(kept):
    kept.record(DOSE)
    before = kept.state("P1")
    kept.class_medicine("eigenmix", "triptan")

    assert before != kept.state("P1")


def test_another_patients_day_leaves_the_state_of_this_one(kept):
    before, all_before = kept.state("P1"), kept.state()
    kept.record(replace(LOGGED, patient="P2"))

    assert before == kept.state("P1")
    assert all_before != kept.state()


def test_each_patient_has_a_state_of_their_own(kept):
    before = kept.states()
    kept.record(replace(LOGGED, patient="P2"), Injection(SESSION.treatment_id, "frontalis", "left", 2, 10))
    between = kept.states()
    kept.remove(LOGGED)

    assert {"P1"} == set(before)
    assert before["P1"] != between["P1"] != kept.states()["P1"]
    assert between["P2"] == kept.states()["P2"]
