"""What the recording commands leave in the diary."""

import os
import stat
from datetime import date, datetime, time, timedelta

import pytest

from diary.model import DayLog, Source
from tests.terminal import Terminal

DAY = date(2026, 3, 1)


@pytest.fixture
def migraine(tmp_path):
    return Terminal(tmp_path)


def stored_day(migraine, day=DAY, patient="me"):
    with migraine.diary() as diary:
        return diary.day(patient, day)


def stored(migraine):
    with migraine.diary() as diary:
        return diary.batch()


def test_a_logged_day_is_stored_as_it_was_said(migraine):
    migraine("log 2026-03-01 --severity severe --intensity 8 --hours 2h30 --kind migraine --with nausea --without aura")

    day = stored_day(migraine)

    assert (True, 3, 8.0, 150, "migraine") == (day.headache, day.severity, day.intensity, day.minutes, day.kind)
    assert (True, False, None) == (day.nausea, day.aura, day.vomiting)
    assert (False, "log") == (day.acute, day.source)
    assert day.entered is not None


def test_own_entries_come_from_a_source_that_has_a_place_for_medicines(migraine):
    migraine("log 2026-03-01 --none")

    assert (Source("me", "log", events_only=False, medication=True),) == stored(migraine).sources


def test_logging_a_day_again_keeps_in_the_history_what_was_there_before(migraine):
    migraine("log 2026-03-01 --severity severe --hours 6")
    migraine("log 2026-03-01 --severity moderate")

    with migraine.diary() as diary:
        history = diary.history("me", DayLog("me", DAY))
    assert (2, 360) == (stored_day(migraine).severity, stored_day(migraine).minutes)
    assert [3] == [change.was.severity for change in history if isinstance(change.was, DayLog)]


def test_logging_the_same_twice_changes_nothing(migraine):
    line = 'log 2026-03-01 --severity 2 --took "sumatriptan 50 mg"'
    migraine(line)
    before = stored(migraine)
    migraine(line)

    assert before == stored(migraine)


def test_a_day_that_was_taken_back_is_not_logged(migraine):
    migraine("log 2026-03-01 --severity 2")
    migraine("log 2026-03-01 --unknown")

    assert stored_day(migraine) is None
    with migraine.diary() as diary:
        assert ["removed"] == [change.action for change in diary.history("me")]


def test_severity_none_is_a_headache_free_day(migraine):
    migraine("log 2026-03-01 --severity none")
    migraine("log 2026-03-02 --intensity 0")

    assert [False, False] == [stored_day(migraine).headache, stored_day(migraine, date(2026, 3, 2)).headache]


def test_days_up_to_a_day_are_all_headache_free(migraine):
    migraine("log 2026-02-27 --none --until 2026-03-02")

    days = stored(migraine).days
    assert [(date(2026, 2, 27) + timedelta(days=n), False) for n in range(4)] == [(d.date, d.headache) for d in days]


def test_a_headache_among_the_free_days_stops_the_whole_entry(migraine):
    migraine("log 2026-03-01 --severity 2")
    migraine("log 2026-02-27 --none --until 2026-03-02")

    assert 1 == migraine.code
    assert 1 == len(stored(migraine).days)


def test_a_correction_of_an_imported_day_holds_when_the_file_is_imported_again(migraine):
    (migraine.folder / "diary.csv").write_text("Date,Severity\n2026-03-01,severe\n2026-03-02,mild\n")
    migraine("import diary.csv")
    migraine("log 2026-03-01 --severity moderate")
    migraine("import diary.csv")

    assert 2 == stored_day(migraine).severity


def test_medicines_are_stored_with_their_class_and_time(migraine):
    migraine('log 2026-03-01 --severity 2 --took "sumatriptan 50 mg" --took "ibuprofen 400 mg" --at 14:30')

    doses = stored(migraine).doses
    assert {("Sumatriptan", "triptan", 50.0, "mg"), ("Ibuprofen", "non_opioid", 400.0, "mg")} == {
        (dose.medicine, dose.medicine_class, dose.amount, dose.unit) for dose in doses
    }
    assert {datetime(2026, 3, 1, 14, 30)} == {dose.taken for dose in doses}


def test_took_none_takes_the_medicines_of_that_day_back(migraine):
    migraine('log 2026-03-01 --severity 2 --took "sumatriptan 50 mg"')
    migraine('dose "sumatriptan 50 mg" --date 2026-03-02')
    migraine("log 2026-03-01 --took none")

    assert [date(2026, 3, 2)] == [dose.taken.date() for dose in stored(migraine).doses]
    assert stored_day(migraine).acute is False


def test_a_dose_alone_does_not_say_that_there_was_a_headache(migraine):
    migraine('dose "sumatriptan 50 mg" --date 2026-03-01')

    assert ((), 1) == (stored(migraine).days, len(stored(migraine).doses))


def test_a_dose_on_a_day_without_medicine_corrects_the_day(migraine):
    migraine("log 2026-03-01 --severity 2")
    migraine('dose "sumatriptan 50 mg" --date 2026-03-01')

    assert stored_day(migraine).acute is True


def test_a_dose_that_helped_is_the_same_dose(migraine):
    migraine('dose "sumatriptan 50 mg" --date 2026-03-01 --at 10:00')
    migraine('dose "sumatriptan 50 mg" --date 2026-03-01 --at 10:00 --relief 3')

    assert [3] == [dose.relief for dose in stored(migraine).doses]


def test_an_attack_starts_now_and_stops_now(migraine):
    migraine("attack start --severity mild")
    [begun] = stored(migraine).attacks
    migraine("attack stop --severity severe")

    assert (True, None) == (begun.ongoing, begun.end)
    assert begun.utc_offset is not None
    # both fall into the same minute, so the end is not after the start
    assert (1, "Check both times") == (migraine.code, migraine.text.strip()[-17:-1])


def test_an_attack_that_was_stopped_has_its_end_and_its_worst(migraine):
    migraine('attack start "2026-03-01 22:00" --severity mild')
    migraine('attack stop "2026-03-02 04:00" --severity severe')

    [attack] = stored(migraine).attacks
    assert (datetime(2026, 3, 2, 4), False, 3) == (attack.end, attack.ongoing, attack.severity)


def test_an_end_without_a_day_is_the_first_such_time_after_the_start(migraine):
    migraine('attack add "2026-03-01 22:00" 04:00')
    migraine('attack add "2026-03-05 09:00" 12:00')

    assert [datetime(2026, 3, 2, 4), datetime(2026, 3, 5, 12)] == [one.end for one in stored(migraine).attacks]


def test_a_medicine_after_midnight_is_taken_on_the_second_day_of_the_attack(migraine):
    migraine('attack add "2026-03-01 22:00" 04:00 --took "maxalt 10 mg" --at 01:00')

    [attack], [dose] = stored(migraine).attacks, stored(migraine).doses
    assert (datetime(2026, 3, 2, 1), attack.attack_id) == (dose.taken, dose.attack_id)


def test_an_attack_makes_a_day_that_was_marked_free_a_headache_day(migraine):
    migraine("log 2026-03-01 --none")
    migraine('attack add "2026-02-28 22:00" "2026-03-01 04:00"')

    assert (True, None) == (stored_day(migraine).headache, stored_day(migraine).severity)


def test_medicines_that_are_not_known_stay_not_known_in_an_attack(migraine):
    migraine('attack add "2026-03-01 09:00" 12:00 --took ?')

    assert (True, None) == (stored_day(migraine).headache, stored_day(migraine).acute)


def test_a_removed_attack_leaves_its_medicines(migraine):
    migraine('attack add "2026-03-01 09:00" 12:00 --took "maxalt 10 mg"')
    migraine('attack remove "2026-03-01 09:00"')

    assert (0, 1) == (len(stored(migraine).attacks), len(stored(migraine).doses))


def test_a_session_recorded_again_changes_only_what_is_said(migraine):
    migraine("botox add 2026-03-01 --units 155 --sites 31")
    migraine("botox add 2026-03-01 --units 165")

    [session] = stored(migraine).treatments
    assert (165.0, "U", 31, "Botox") == (session.amount, session.unit, session.sites, session.product)


def test_units_that_were_not_said_are_not_known(migraine):
    migraine("botox add 2026-03-01")

    assert [None] == [session.amount for session in stored(migraine).treatments]


def test_a_cosmetic_session_stands_beside_a_therapeutic_one(migraine):
    migraine("botox add 2026-03-01 --units 155")
    migraine("botox add 2026-03-01 --units 20 --cosmetic")
    migraine("botox remove 2026-03-01")

    assert ["cosmetic"] == [session.purpose for session in stored(migraine).treatments]


def test_a_preventive_is_found_by_any_name_of_its_substance(migraine):
    migraine('preventive start topiramate --dose "50 mg" --date 2026-01-15')
    migraine("preventive stop Topamax --date 2026-02-20")

    [course] = stored(migraine).treatments
    assert ("Topiramate", date(2026, 2, 20), 50.0) == (course.product, course.end, course.amount)


def test_a_preventive_can_be_started_again_after_it_was_stopped(migraine):
    migraine("preventive start topiramate --date 2026-01-15")
    migraine("preventive stop topiramate --date 2026-02-20")
    migraine('preventive start topiramate --dose "100 mg" --date 2026-02-21')

    assert [date(2026, 2, 20), None] == [course.end for course in stored(migraine).treatments]


def test_a_second_patient_has_to_be_named(migraine):
    migraine("log 2026-03-01 --none")
    migraine("log 2026-03-01 --severity 2 --patient P2")
    migraine("log 2026-03-02 --none")

    assert 1 == migraine.code
    assert "--patient" in migraine.text
    assert (False, True) == (stored_day(migraine).headache, stored_day(migraine, patient="P2").headache)


def test_the_only_patient_needs_no_name(migraine):
    migraine("log 2026-03-01 --none --patient P7")
    migraine("log 2026-03-02 --none")

    assert {"P7"} == {day.patient for day in stored(migraine).days}


def test_an_intake_later_today_is_refused(migraine):
    if datetime.now().time() >= time(23, 59):
        pytest.skip("there is no later time today")
    migraine("log today --severity 2 --took aspirin --at 23:59")

    assert 1 == migraine.code
    assert ((), ()) == (stored(migraine).days, stored(migraine).doses)


def test_a_score_that_cannot_be_is_not_stored(migraine):
    migraine("log 2026-03-01 --none")
    migraine("score add hit6 35 --date 2026-03-01")

    assert (1, ()) == (migraine.code, stored(migraine).scores)


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_what_is_written_is_for_its_owner_alone(migraine):
    migraine("log 2026-03-01 --none")
    migraine("export --format json --out diary.json")
    migraine("export --format csv --out tables")
    migraine("template empty.xlsx")

    modes = {name: stat.S_IMODE((migraine.folder / name).stat().st_mode) for name in FILES}
    assert FILES == modes


FILES = {"diary.sqlite": 0o600, "diary.json": 0o600, "tables": 0o700, "empty.xlsx": 0o600}


@pytest.mark.parametrize("took", ["''", "' '", "🤕"])
def test_what_names_no_medicine_is_refused(migraine, took):
    assert "That names no medicine" in migraine(f"log 2026-03-01 --severity mild --took {took}")
    assert 2 == migraine.code


def test_what_a_day_has_beside_its_log_is_named_with_how_to_take_it_back(migraine):
    migraine('attack add "2026-03-01 22:00" 23:00 --took "sumatriptan 50 mg"')
    migraine("log 2026-03-01 --disability 1")

    for _ in range(2):  # once with a log, once without one
        printed = " ".join(migraine("log 2026-03-01 --unknown").split())
        assert 'migraine attack remove "2026-03-01 22:00"; migraine log 2026-03-01 --took none' in printed


def test_a_removed_session_names_the_side_effects_that_were_put_down_to_it(migraine):
    migraine("botox add 2026-03-01 --units 155")
    migraine("side-effect add ptosis --date 2026-03-05 --session 2026-03-01")

    assert "is put down to this session, and stays" in " ".join(migraine("botox remove 2026-03-01").split())


def test_a_side_effect_that_is_over_already_says_how_its_end_is_corrected(migraine):
    migraine('side-effect add "neck pain" --date 2026-03-05 --resolved 2026-03-08')

    printed = " ".join(migraine('side-effect resolve "neck pain" --on 2026-03-09').split())
    assert 'migraine side-effect resolve "neck pain" --date 2026-03-05 --on 2026-03-09' in printed
    assert "2026-03-09" in migraine('side-effect resolve "neck pain" --date 2026-03-05 --on 2026-03-09')


def test_answers_may_be_parted_by_commas(migraine):
    assert "63" in migraine('score add hit6 --answers "13,11,10,11,8,10" --date 2026-03-01')


def test_a_session_to_come_is_no_session(migraine):
    migraine("log 2026-03-01 --none")

    assert "is in the future" in migraine("outcome --botox 2999-01-01")
