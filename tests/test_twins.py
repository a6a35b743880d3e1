"""The same attack and the same intake from two sources: recognised, shown, and counted once."""

from datetime import datetime

import pytest

from diary.model import Attack, Batch, DayLog, DiaryError, Dose
from diary.twins import counted_once, is_same_attack, is_same_dose


def at(text):
    """A time in March 2026: ``1 08:30`` is the first, half past eight."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-03-{int(day):02} {clock or '00:00'}")


def attack(start, end=None, source="app", **rest):
    return Attack("P1", at(start), at(end) if end else None, source=source, **rest)


def dose(taken, medicine="Sumatriptan", source="app", **rest):
    return Dose("P1", at(taken), medicine, timed=" " in taken, source=source, **rest)


APP = attack("1 08:00", "1 12:00")
WATCH = attack("1 09:00", "1 13:00", source="watch")
LATER = attack("5 09:00", "5 13:00", source="watch")


def imported(store, *facts, prefer=None):
    """What adding attacks and doses as one file does."""
    attacks = tuple(fact for fact in facts if isinstance(fact, Attack))
    doses = tuple(fact for fact in facts if isinstance(fact, Dose))
    return store.add(Batch(attacks=attacks, doses=doses), layout=facts[0].source, prefer=prefer)


# --- what is the same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("1 08:00", "1 12:00"), ("1 09:00", "1 13:00"), True),
        (("1 08:00", "1 12:00"), ("1 12:00", "1 13:00"), False),
        (("1 22:00", "2 04:00"), ("2 01:00", "2 02:00"), True),
        (("1 08:00",), ("1 20:00",), True),
        (("1 08:00",), ("2 08:00",), False),
        (("1 08:00", "1 12:00"), ("1 20:00",), False),
        (("1 08:00", "1 12:00"), ("1",), True),
    ],
)
def test_attacks_that_overlap_are_one_and_an_unknown_end_reaches_to_the_end_of_its_day(one, other, same):
    assert same is is_same_attack(attack(*one), attack(*other, source="watch"))


def test_one_source_means_two_attacks_when_it_says_two():
    assert not is_same_attack(APP, attack("1 09:00", "1 13:00"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (dose("1 08:00"), dose("1 08:40", source="watch"), True),
        (dose("1 08:00"), dose("1 09:01", source="watch"), False),
        (dose("1 08:00"), dose("1", "Imigran", source="watch"), True),
        (dose("1 08:00"), dose("1", "Ibuprofen", source="watch"), False),
        (dose("1 08:00", amount=50, unit="mg"), dose("1", source="watch", amount=100, unit="mg"), False),
        (dose("1 08:00", amount=50, unit="mg"), dose("1", source="watch", amount=1, unit="tablets"), True),
        (dose("1", "Foobarol"), dose("1", "foobarol", source="watch"), True),
        (dose("2 01:00", attack_id="a"), dose("1", source="watch", attack_id="a"), True),
        (dose("2 01:00"), dose("1", source="watch"), False),
    ],
)
def test_intakes_are_one_by_medicine_amount_and_time(one, other, same):
    assert same is is_same_dose(one, other)


def test_each_intake_is_repeated_once_at_most():
    noted = (dose("1"),)
    app = (dose("1 08:00", source="watch"), dose("1 20:00", source="watch"))

    assert app[1:] == counted_once(Batch(doses=app), Batch(doses=noted)).batch.doses


def test_two_intakes_that_were_both_noted_are_both_repeated():
    there = (dose("1 08:00"), dose("1 20:00"))
    again = (dose("1 08:05", source="watch"), dose("1 20:05", source="watch"))

    assert () == counted_once(Batch(doses=again), Batch(doses=there)).batch.doses


# --- in the diary


def test_an_attack_that_another_source_has_told_is_shown_and_not_stored(store):
    imported(store, APP)

    added = imported(store, WATCH, LATER)

    assert (APP, LATER) == store.batch().attacks
    assert [(WATCH, APP)] == added.seen
    assert 1 == store.imports()[-1].counts["seen"]["attacks"]


def test_starts_minutes_and_intakes_are_counted_once(store):
    imported(store, APP, dose("1 08:30", attack_id=APP.attack_id))
    imported(store, WATCH, dose("1 09:10", source="watch", attack_id=WATCH.attack_id))

    tables = store.tables("P1")

    assert [(1, 240)] == list(zip(tables.days["starts"], tables.days["minutes"], strict=True))
    assert 1 == len(tables.doses)


def test_a_further_intake_is_tied_to_the_attack_that_was_there(store):
    imported(store, APP)

    imported(store, WATCH, dose("1 09:10", source="watch", attack_id=WATCH.attack_id))

    assert [APP.attack_id] == [one.attack_id for one in store.doses("P1")]


def test_importing_again_adds_only_new_entries(store):
    imported(store, APP)
    imported(store, WATCH)

    again = imported(store, WATCH, LATER)

    assert (1, 1) == (again.added["attacks"], len(again.seen))


def test_importing_both_again_and_again_changes_nothing(store):
    first = (APP, dose("1 08:30", attack_id=APP.attack_id))
    second = (WATCH, dose("1 09:10", source="watch", attack_id=WATCH.attack_id), dose("1 20:00", source="watch"))
    imported(store, *first)
    imported(store, *second)
    before = store.batch()

    assert (None, None) == (imported(store, *first).import_id, imported(store, *second).import_id)
    assert before == store.batch()


def test_the_preferred_source_takes_the_place_of_the_one_that_was_there(store):
    imported(store, APP, dose("1 08:30", amount=50, unit="mg", attack_id=APP.attack_id))

    added = imported(store, WATCH, dose("1 09:00", source="watch"), prefer="watch")

    assert (WATCH,) == store.batch().attacks
    assert ["watch"] == [one.source for one in store.doses("P1")]
    assert ["attacks", "doses"] == sorted({f"{type(change.was).__name__.lower()}s" for change in store.history("P1")})
    assert 2 == len(added.replaced)


def test_an_intake_that_the_preferred_source_does_not_have_stays_with_its_attack(store):
    imported(store, APP, dose("1 08:30", attack_id=APP.attack_id))

    imported(store, WATCH, prefer="watch")

    assert [("app", WATCH.attack_id)] == [(one.source, one.attack_id) for one in store.doses("P1")]


def test_the_source_that_lost_does_not_come_back_with_its_file(store):
    imported(store, APP, dose("1 08:30", attack_id=APP.attack_id))
    imported(store, WATCH, prefer="watch")
    before = store.batch()

    again = imported(store, APP, dose("1 08:30", attack_id=APP.attack_id))

    assert (None, before) == (again.import_id, store.batch())


def test_one_long_attack_of_the_preferred_source_replaces_several_short_ones(store):
    imported(store, attack("1 08:00", "1 10:00"), attack("1 14:00", "1 15:00"))

    imported(store, attack("1 08:00", "1 16:00", source="watch"), prefer="watch")

    assert ["watch"] == [one.source for one in store.batch().attacks]


def test_of_two_days_that_contradict_each_other_the_preferred_source_holds(store):
    day = at("1").date()
    store.add(Batch(days=(DayLog("P1", day, headache=True, severity=1, source="sheet"),)), layout="sheet")

    other = Batch(days=(DayLog("P1", day, headache=True, severity=3, source="app"),))
    kept = store.add(other, layout="app")
    taken = store.add(other, layout="app", prefer="app")

    assert (1, 0, 1) == (len(kept.problems), len(taken.problems), taken.corrected["days"])
    assert 3 == store.day("P1", day).severity


def test_what_the_preferred_source_replaced_comes_back_when_its_import_is_taken_back(store):
    imported(store, APP, dose("1 08:30", attack_id=APP.attack_id))
    before = store.batch()
    added = imported(store, WATCH, dose("1 09:00", source="watch"), prefer="watch")

    store.undo(added.import_id)

    assert before == store.batch()


def test_an_attack_that_a_person_records_is_recorded_whatever_an_app_said(store):
    imported(store, APP)
    own = attack("1 09:00", "1 10:00", source="log")

    store.record(own)

    assert (APP, own) == store.batch().attacks


def test_an_attack_that_is_in_the_diary_by_its_own_name_is_no_twin_of_another(store):
    imported(store, APP)
    store.record(attack("1 09:00", "1 10:00", source="log"))

    longer = attack("1 08:00", "1 15:00")
    added = imported(store, longer)

    assert (1, []) == (added.corrected["attacks"], added.seen)


def test_attacks_of_two_patients_are_two(store):
    imported(store, APP)

    added = store.add(Batch(attacks=(Attack("P2", APP.start, APP.end, source="watch"),)), layout="watch")

    assert [] == added.seen


def test_an_unknown_number_is_no_import(store):
    with pytest.raises(DiaryError, match="There is no import 9. See their numbers with: migraine imports"):
        store.undo(9)
