"""Totals of a batch, counted day by day."""

from datetime import date, datetime

from diary.model import Attack, Batch, DayLog, Dose, Treatment
from diary.totals import totals


def test_a_day_counts_once_however_many_facts_speak_of_it():
    facts = Batch(
        days=(DayLog("P1", date(2026, 3, 1), headache=True), DayLog("P1", date(2026, 3, 2))),
        attacks=(
            Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 2, 4)),
            Attack("P1", datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 12)),
        ),
    )

    assert (2, 2) == totals(facts)[:2]


def test_a_day_that_leaves_the_headache_open_is_not_logged():
    assert 0 == totals(Batch(days=(DayLog("P1", date(2026, 3, 1), menses=True),))).logged


def test_an_antiemetic_alone_makes_no_day_with_acute_medicine():
    when = datetime(2026, 3, 1)
    doses = Dose("P1", when, "Metoclopramide", medicine_class="adjunct"), Dose("P2", when, "Headease")

    assert 1 == totals(Batch(doses=doses)).intake_days


def test_days_outside_the_dates_are_not_counted():
    facts = Batch(days=(DayLog("P1", date(2026, 3, 1), headache=True), DayLog("P1", date(2026, 4, 1), headache=True)))

    assert 1 == totals(facts, {date(2026, 3, 1)}).headache


def test_sessions_and_preventives_are_counted_apart():
    facts = Batch(
        treatments=(
            Treatment("P1", "botulinum", "Botox", date(2026, 3, 1)),
            Treatment("P1", "preventive", "Topiramate", date(2026, 3, 1)),
            Treatment("P1", "preventive", "Propranolol", date(2026, 3, 1)),
        )
    )

    assert (1, 2) == (totals(facts).sessions, totals(facts).preventives)
