"""The invented patient tells the story that the reports are shown with."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from diary.checks import check_batch
from diary.demo import LAST, demo_batch
from diary.model import Batch


@pytest.fixture(scope="module")
def batch() -> Batch:
    return demo_batch()


@pytest.fixture(scope="module")
def sessions(batch) -> list[date]:
    return [t.start for t in batch.treatments if t.kind == "botulinum" and t.purpose == "therapeutic"]


def headaches(batch: Batch, first: date, days: int) -> tuple[float, int]:
    """Headache days per 28 logged days, and how many were logged."""
    inside = [day for day in batch.days if first <= day.date < first + timedelta(days)]
    return 28 * sum(day.headache for day in inside) / len(inside), len(inside)


def test_the_same_seed_gives_the_same_diary_and_another_seed_another():
    assert demo_batch(7) == demo_batch(7)
    assert demo_batch(7) != demo_batch(8)


def test_the_first_headaches_are_the_same_on_every_machine(batch):
    first = "".join("." if day.headache is False else str(day.severity) for day in batch.days[:28])

    assert "311.2222....333212...11....2" == first


@pytest.mark.parametrize("seed", [2026, *range(10)])
def test_the_diary_has_no_problems(seed):
    assert [] == check_batch(demo_batch(seed), today=LAST)


def test_the_patient_is_invented_and_says_so(batch):
    (patient,) = batch.patients

    assert ("DEMO", True) == (patient.patient, "no such person" in patient.note)


def test_there_are_five_sessions_and_the_fourth_is_late(sessions):
    assert [84, 85, 101, 87] == [(b - a).days for a, b in zip(sessions, sessions[1:], strict=False)]


def test_the_cosmetic_session_is_small_and_stands_apart(batch):
    (cosmetic,) = [t for t in batch.treatments if t.purpose == "cosmetic"]

    assert 20 == cosmetic.amount


def test_three_baseline_blocks_come_before_the_first_session(batch, sessions):
    rates = [headaches(batch, sessions[0] - timedelta(days), 28) for days in (84, 56, 28)]

    assert [28, 27, 27] == [logged for _, logged in rates]
    assert all(17 <= rate <= 22 for rate, _ in rates)


def test_headache_days_fall_from_about_twenty_to_about_twelve(batch, sessions):
    before, _ = headaches(batch, sessions[0] - timedelta(84), 84)
    first, _ = headaches(batch, sessions[0], 84)
    last, _ = headaches(batch, sessions[4], 84)

    assert pytest.approx(19.5, abs=1) == before
    assert pytest.approx(11.5, abs=1) == last
    assert last < first < before


def test_headaches_come_in_runs_on_average():
    correlations = [
        lag_one([day.headache for day in demo_batch(seed).days if day.date < date(2024, 9, 9)]) for seed in range(40)
    ]

    assert pytest.approx(0.3, abs=0.1) == sum(correlations) / 40


def lag_one(values: list[bool]) -> float:
    mean = sum(values) / len(values)
    centred = [value - mean for value in values]
    return sum(a * b for a, b in zip(centred, centred[1:], strict=False)) / sum(a * a for a in centred)


def test_weeks_five_to_eight_of_the_fourth_cycle_cannot_be_told(batch, sessions):
    assert headaches(batch, sessions[3] + timedelta(28), 28)[1] < 14


def test_there_is_a_gap_of_nine_days_and_there_are_single_ones(batch):
    dates = [day.date for day in batch.days]
    gaps = [(b - a).days - 1 for a, b in zip(dates, dates[1:], strict=False) if (b - a).days > 1]

    assert {1, 9, 16} == set(gaps)
    assert gaps.count(1) >= 8


def test_attacks_over_midnight_agree_with_the_day_logs(batch):
    logs = {day.date: day for day in batch.days}
    over_midnight = [a for a in batch.attacks if a.end.date() > a.start.date()]

    assert len(over_midnight) >= 10
    for attack in over_midnight:
        midnight = datetime.combine(attack.end.date(), time())
        minutes = logs[attack.start.date()].minutes, logs[attack.end.date()].minutes
        assert ((midnight - attack.start), (attack.end - midnight)) == tuple(timedelta(minutes=m) for m in minutes)


def test_a_day_with_a_dose_says_that_something_was_taken_and_no_other_does(batch):
    assert {dose.taken.date() for dose in batch.doses} == {day.date for day in batch.days if day.acute}


def test_triptans_painkillers_and_combinations_are_taken(batch):
    assert {"triptan", "non_opioid", "combination"} == {dose.medicine_class for dose in batch.doses}


def test_features_are_written_down_for_some_headaches_only(batch):
    written = [day.light is not None for day in batch.days if day.headache]

    assert 0.6 < sum(written) / len(written) < 0.95


def test_a_midas_comes_at_least_84_days_after_the_one_before(batch):
    dates = [score.date for score in batch.scores if score.instrument == "midas"]

    assert all((b - a).days >= 84 for a, b in zip(dates, dates[1:], strict=False))


def test_side_effects_belong_to_sessions_and_one_preventive_is_running(batch):
    assert {event.treatment_id for event in batch.events} <= {t.treatment_id for t in batch.treatments}
    assert ["Candesartan"] == [t.product for t in batch.treatments if t.kind == "preventive" and t.end is None]


def test_the_checks_would_notice_a_session_that_came_too_soon(batch):
    moved = tuple(replace(t, start=date(2024, 11, 20)) if t.start == date(2024, 12, 2) else t for t in batch.treatments)

    assert 1 == len(check_batch(replace(batch, treatments=moved), today=LAST))
