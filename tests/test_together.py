"""What belongs together is written together: a correction that takes something out happens whole, or not at all."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime

import pytest

from diary import attacks, factors, noticed, preventives, questionnaires, recording, sessions, visits
from diary.entries import Entry, Taken, own_source
from diary.facts import NAMES
from diary.model import (
    AdverseEvent,
    Attack,
    Consultation,
    DayLog,
    DiaryError,
    Dose,
    Factor,
    FactorChoice,
    Injection,
    Score,
    Treatment,
)
from diary.schema import TABLES
from diary.store import Store

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
NOW = datetime(2026, 3, 3, 12)
DOSE = Dose("P1", datetime(2026, 3, 1), "Sumatriptan", timed=False, medicine_class="triptan", source="log")
ATTACK = Attack("P1", datetime(2026, 3, 1, 8), severity=2, source="log")
SESSION = Treatment("P1", "botulinum", "Botox", DAY, amount=20, unit="U", sites=4, source="log")
PLACED = [Injection(SESSION.treatment_id, "frontalis", side, 2, 10) for side in ("left", "right")]
PREVENTIVE = Treatment("P1", "preventive", "Topiramate", DAY, source="log")
EVENT = AdverseEvent("P1", DAY, "neck pain", treatment_id=SESSION.treatment_id)
ANSWER = Consultation("P1", DAY, "decision", "continue")
SCORES = [Score("P1", DAY, "hit6", 60), Score("P1", DAY, "hit6", 10, item="1")]
DIARY = (
    own_source("P1"),
    DayLog("P1", DAY, headache=True, acute=True, source="log"),
    FactorChoice("P1", "sleep", DAY),
    FactorChoice("P1", "stress", DAY),
    Factor("P1", DAY, "sleep", 6.5),
    *(DOSE, ATTACK, SESSION, *PLACED, PREVENTIVE, EVENT, ANSWER, *SCORES),
)

CORRECTIONS = {
    "nothing was taken": lambda diary: recording.record_day(diary, "P1", DAY, Entry({}, Taken((), "nothing")), NOW),
    "an intake is taken back": lambda diary: recording.take_back_dose(
        diary, recording.read_page(diary, "P1", DAY), DOSE, NOW
    ),
    "an attack began earlier": lambda diary: attacks.begun_elsewhere(diary, ATTACK, datetime(2026, 3, 1, 7)),
    "a factor is taken back": lambda diary: factors.write_down(diary, "P1", DAY, {"sleep": None, "stress": 2}),
    "a place of the map goes": lambda diary: sessions.save(
        diary, sessions.Record(SESSION, PLACED), sessions.Record(replace(SESSION, amount=10, sites=2), PLACED[:1])
    ),
    "a session was on another day": lambda diary: sessions.save(
        diary, sessions.Record(SESSION, PLACED), sessions.Record(replace(SESSION, start=NEXT, treatment_id=""), PLACED)
    ),
    "a preventive began later": lambda diary: preventives.save(
        diary, replace(PREVENTIVE, start=NEXT, treatment_id=""), PREVENTIVE
    ),
    "a side effect began later": lambda diary: noticed.save(diary, replace(EVENT, date=NEXT), EVENT),
    "a visit was on another day": lambda diary: visits.save(diary, replace(ANSWER, date=NEXT), instead_of=[ANSWER]),
    "a form was on another day": lambda diary: questionnaires.save(
        diary, [replace(score, date=NEXT) for score in SCORES], SCORES
    ),
}


@pytest.fixture
def diary(tmp_path):
    with Store.open(str(tmp_path / "diary.sqlite")) as opened:
        opened.record(*DIARY)
        yield opened


@pytest.fixture
def keeping(tmp_path, diary):
    """The same diary, out of which nothing can be taken."""
    with closing(sqlite3.connect(tmp_path / "diary.sqlite")) as connection:
        for name in NAMES.values():
            table = TABLES[name].name
            connection.execute(
                f"CREATE TRIGGER no_{table} BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    return diary


@pytest.mark.parametrize("correct", CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_correction_that_cannot_take_out_the_old_leaves_all_as_it_was(keeping, correct):
    before = keeping.batch()

    with pytest.raises(DiaryError):
        correct(keeping)

    assert (before, []) == (keeping.batch(), keeping.history())


@pytest.mark.parametrize("correct", CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_correction_takes_out_the_old_and_the_history_keeps_it(diary, correct):
    correct(diary)

    assert "removed" in {change.action for change in diary.history()}


def test_what_somebody_else_took_out_meanwhile_is_no_fault(diary):
    diary.remove(DOSE)

    diary.record(DayLog("P1", NEXT, headache=False, source="log"), instead_of=[DOSE])

    assert ((), False) == (diary.batch().doses, diary.day("P1", NEXT).headache)


def test_of_several_facts_all_are_taken_out_or_none(diary):
    diary.remove(DOSE)

    with pytest.raises(DiaryError, match="is not in the diary"):
        diary.remove(ATTACK, DOSE)

    assert (ATTACK,) == diary.batch().attacks
