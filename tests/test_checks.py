"""What a person is asked to look at again."""

from datetime import date, datetime

import pytest

from diary.checks import (
    check_attack,
    check_batch,
    check_day,
    check_dose,
    check_event,
    check_score,
    check_treatment,
    days_to_come,
)
from diary.model import AdverseEvent, Attack, Batch, DayLog, Dose, Problem, Score, Treatment

TODAY = date(2026, 3, 31)
MARCH_1 = date(2026, 3, 1)


def day(number: int, **facts) -> DayLog:
    return DayLog("P1", date(2026, 3, number), **facts)


def attack(start: str, end: str | None, **facts) -> Attack:
    return Attack("P1", datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None, **facts)


def dose(number: int, medicine: str = "Zomig", medicine_class: str | None = "triptan") -> Dose:
    return Dose("P1", datetime(2026, 3, number, 9), medicine, medicine_class=medicine_class)


def session(start: str, **facts) -> Treatment:
    return Treatment("P1", "botulinum", "Botox", date.fromisoformat(start), **facts)


def said(problems: list[Problem]) -> str:
    return " / ".join(str(problem) for problem in problems)


# Single facts


def test_an_ordinary_diary_has_no_problems():
    batch = Batch(
        days=(
            day(1, headache=True, severity=2, intensity=6, minutes=300, acute=True),
            day(2, headache=False, severity=0),
        ),
        attacks=(attack("2026-03-01T08:00", "2026-03-01T13:00"),),
        doses=(dose(1),),
        treatments=(session("2025-12-01", amount=155), session("2026-02-23", amount=195)),
        scores=(Score("P1", MARCH_1, "hit6", 64), Score("P1", MARCH_1, "midas", 0)),
        events=(AdverseEvent("P1", MARCH_1, "neck pain", resolved=MARCH_1),),
    )

    assert [] == check_batch(batch, TODAY)


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("severity", (-1, 4), (1, 3)),
        ("intensity", (-0.5, 14), (0.5, 10)),
        ("minutes", (-1, 1441), (0, 1440)),
        ("disability", (4,), (0, 3)),
    ],
)
def test_a_number_outside_its_scale_is_said_with_the_scale(name, wrong, right):
    assert [] == [problem for value in right for problem in check_day(day(1, headache=True, **{name: value}))]
    for value in wrong:
        (problem,) = check_day(day(1, headache=True, **{name: value}))
        assert f"The {name} is {value}" in problem.what


def test_a_number_that_is_not_known_is_no_problem():
    assert [] == check_day(day(1))


@pytest.mark.parametrize("number", [{"severity": 2}, {"intensity": 3}, {"minutes": 60}, {"starts": 1}])
def test_a_headache_free_day_has_no_severity_intensity_minutes_or_attacks(number):
    assert "marked headache-free" in said(check_day(day(1, headache=False, **number)))


def test_a_headache_of_no_severity_is_asked_about():
    assert "severity is 0" in said(check_day(day(1, headache=True, severity=0)))


def test_what_a_file_says_of_days_to_come_is_one_problem_and_a_planned_session_is_none():
    late = [DayLog("P1", date(2062, 3, day), headache=True) for day in (3, 4)]
    planned = Treatment("P1", "botulinum", "Botox", date(2026, 6, 1))
    batch = Batch(days=(DayLog("P1", date(2026, 3, 1), headache=True), *late), treatments=(planned,))

    assert ["The file has entries of days that are still to come: 2 days (2062-03-03, 2062-03-04)."] == [
        problem.what for problem in days_to_come(batch, date(2026, 3, 1))
    ]
    assert [] == days_to_come(batch, date(2062, 3, 4))


def test_a_date_in_the_future_is_a_problem_only_where_today_is_known():
    tomorrow = DayLog("P1", date(2026, 4, 1), headache=False)

    assert [] == check_day(tomorrow)
    assert "P1, 2026-04-01: The date of the day is in the future." in said(check_day(tomorrow, TODAY))


@pytest.mark.parametrize(
    "problems",
    [
        check_day(DayLog("P1", date(1899, 12, 31))),
        check_attack(Attack("P1", datetime(1202, 3, 1, 9))),
        check_dose(Dose("P1", datetime(26, 3, 1), "Zomig", medicine_class="triptan")),
        check_treatment(Treatment("P1", "preventive", "Topamax", date(202, 1, 1))),
        check_score(Score("P1", date(1, 1, 1), "hit6", 60)),
        check_event(AdverseEvent("P1", date(1, 1, 1), "neck pain")),
    ],
)
def test_a_date_before_1900_is_a_slip_of_the_pen(problems):
    assert "before 1900" in said(problems)


def test_an_attack_cannot_end_before_it_starts():
    assert "ends before it starts" in said(check_attack(attack("2026-03-02T09:00", "2026-03-02T07:00")))


def test_an_attack_of_72_hours_is_usual_and_a_longer_one_is_asked_about():
    assert [] == check_attack(attack("2026-03-02T09:00", "2026-03-05T09:00"))
    assert "lasts 73 hours" in said(check_attack(attack("2026-03-02T09:00", "2026-03-05T10:00")))


def test_an_attack_without_an_end_is_no_problem():
    assert [] == check_attack(attack("2026-03-02T09:00", None))


def test_a_dose_of_nothing_is_asked_about():
    assert "The amount of Zomig is 0" in said(check_dose(Dose("P1", datetime(2026, 3, 1), "Zomig", amount=0.0)))


def test_a_preventive_cannot_end_before_it_starts():
    wrong = Treatment("P1", "preventive", "Candesartan", date(2026, 3, 2), end=MARCH_1)

    assert "before it starts" in said(check_treatment(wrong))


@pytest.mark.parametrize("units", [155, 175, 195, None])
def test_155_to_195_units_of_botox_are_usual(units):
    assert [] == check_treatment(session("2026-03-01", amount=units))


@pytest.mark.parametrize("units", [50, 154, 196])
def test_other_units_of_botox_are_noted(units):
    assert f"{units} units" in said(check_treatment(session("2026-03-01", amount=units)))


def test_units_of_another_product_or_purpose_are_not_compared_with_those_of_botox():
    assert [] == check_treatment(session("2026-03-01", amount=20, purpose="cosmetic"))
    assert [] == check_treatment(Treatment("P1", "botulinum", "Dysport", MARCH_1, amount=500))


@pytest.mark.parametrize(
    ("instrument", "right", "wrong"), [("hit6", (36, 78), (35, 79)), ("midas", (0, 270), (-1, 271))]
)
def test_a_total_outside_its_questionnaire_is_a_problem(instrument, right, wrong):
    assert [] == [p for value in right for p in check_score(Score("P1", MARCH_1, instrument, value))]
    assert 2 == len([p for value in wrong for p in check_score(Score("P1", MARCH_1, instrument, value))])


def test_a_single_answer_has_the_limits_of_its_question():
    assert [] == check_score(Score("P1", MARCH_1, "hit6", 10, item="1"))
    assert "it can be 6, 8, 10, 11, 13." in said(check_score(Score("P1", MARCH_1, "hit6", 9, item="1")))


def test_a_questionnaire_that_is_not_known_has_no_limits():
    assert [] == check_score(Score("P1", MARCH_1, "own form", 1000))


def test_forms_of_one_patient_are_looked_at_together():
    scores = (
        *(Score("P1", MARCH_1, "phq9", 1, item=str(n)) for n in range(1, 10)),
        Score("P1", MARCH_1, "phq9", 10),
        Score("P1", MARCH_1, "midas", 20),
        Score("P1", date(2026, 3, 11), "midas", 20),
    )

    contradiction, overlap = check_batch(Batch(scores=scores))

    assert "The PHQ-9 total is 10, but its answers add up to 9." == contradiction.what
    assert "This MIDAS comes 10 days after the one of 2026-03-01" in overlap.what


def test_a_side_effect_is_not_over_before_it_begins():
    wrong = AdverseEvent("P1", date(2026, 3, 2), "neck pain", resolved=MARCH_1)

    assert "Neck pain is over on 2026-03-01" in said(check_event(wrong))


# Facts together


def test_attacks_of_one_source_do_not_overlap():
    batch = Batch(
        attacks=(
            attack("2026-03-01T20:00", "2026-03-03T08:00"),
            attack("2026-03-02T09:00", "2026-03-02T10:00"),
            attack("2026-03-03T07:00", "2026-03-03T09:00"),
            attack("2026-03-03T09:00", "2026-03-03T12:00"),
        )
    )

    assert ["P1, 2026-03-02", "P1, 2026-03-03"] == [problem.where for problem in check_batch(batch)]


def test_the_same_attack_from_two_sources_is_no_overlap():
    both = [attack("2026-03-01T20:00", "2026-03-01T23:00", source=source) for source in ("log", "app")]

    assert [] == check_batch(Batch(attacks=tuple(both)))


def test_a_day_inside_an_attack_is_not_headache_free():
    batch = Batch(
        days=tuple(day(n, headache=False) for n in (1, 2, 3, 4)),
        attacks=(attack("2026-03-02T20:00", "2026-03-04T00:00"),),
    )

    assert "covers 2 days (2026-03-02, 2026-03-03) marked headache-free" in said(check_batch(batch))


def test_two_sources_that_contradict_each_other_are_named():
    batch = Batch(days=(day(1, headache=True, severity=2), day(1, headache=False, severity=0, source="app")))

    assert ["The headache is yes in 'log' and no in 'app'."] == [problem.what for problem in check_batch(batch)]


def test_what_one_source_leaves_open_contradicts_nothing():
    batch = Batch(days=(day(1, headache=True, severity=2), day(1, menses=True, source="app")))

    assert [] == check_batch(batch)


def test_doses_on_days_that_were_not_logged_are_one_problem():
    batch = Batch(
        days=(day(1, headache=False), day(2)),
        attacks=(attack("2026-03-05T22:00", "2026-03-06T03:00"),),
        doses=tuple(dose(n) for n in (1, 2, 3, 6, 7)),
    )

    assert "on 3 days (2026-03-02, 2026-03-03, 2026-03-07)" in said(check_batch(batch))


@pytest.mark.parametrize(
    ("second", "expected"),
    [("2025-05-18", "Is this date right?"), ("2025-05-19", "a little less"), ("2025-05-26", "")],
    ids=["76 days", "77 days", "84 days"],
)
def test_sessions_less_than_twelve_weeks_apart_are_asked_about(second, expected):
    found = said(check_batch(Batch(treatments=(session("2025-03-03"), session(second)))))

    assert expected in found
    assert bool(expected) == bool(found)


def test_a_cosmetic_session_may_come_between_two_others():
    batch = Batch(treatments=(session("2025-03-03"), session("2025-04-01", purpose="cosmetic", amount=20)))

    assert [] == check_batch(batch)


def test_two_sessions_on_one_day_are_asked_about_once():
    batch = Batch(treatments=(session("2025-03-03"), session("2025-03-03", source="app")))

    assert ["There are 2 botulinum sessions on this day."] == [problem.what for problem in check_batch(batch)]


def test_an_unknown_medicine_is_said_once_with_a_suggestion():
    batch = Batch(
        days=tuple(day(n, headache=True) for n in (1, 2)), doses=(dose(1, "Zomigg", None), dose(2, "Zomigg", None))
    )

    (problem,) = check_batch(batch)
    assert ("Zomigg", True, True) == (
        problem.where,
        "2 intakes" in problem.what,
        "Did you mean Zomig?" in problem.remedy,
    )


def test_an_antiemetic_is_known_although_it_has_no_class():
    assert [] == check_batch(Batch(days=(day(1, headache=True),), doses=(dose(1, "Motilium", None),)))


def test_patients_are_looked_at_apart():
    batch = Batch(
        days=(day(1, headache=False), DayLog("P2", MARCH_1, headache=True, source="app")),
        attacks=(Attack("P2", datetime(2026, 3, 1, 9), datetime(2026, 3, 1, 10)),),
    )

    assert [] == check_batch(batch)
