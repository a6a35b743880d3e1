"""What a person is asked to look at in botulinum sessions, at every edge."""

from datetime import date, timedelta

import pytest

from diary.checks import check_batch, check_treatment
from diary.model import Batch, Injection, Treatment
from diary.muscles import fixed, with_extra
from diary.session_checks import undocumented

FIRST = date(2025, 3, 3)


def session(day: int = 0, amount: float | None = None, product: str = "Botox", **facts) -> Treatment:
    return Treatment("P1", "botulinum", product, FIRST + timedelta(day), amount=amount, **facts)


def cosmetic(day: int, amount: float | None, product: str = "Botox") -> Treatment:
    return session(day, amount, product, purpose="cosmetic")


def said(*sessions: Treatment, injections=()) -> str:
    problems = check_batch(Batch(treatments=sessions, injections=tuple(injections)))
    return " / ".join(str(problem) for problem in problems)


def row(muscle: str, side: str, units: float, sites: int) -> Injection:
    return Injection(session().treatment_id, muscle, side, sites, units)


PREEMPT = fixed(session().treatment_id)


# One session


@pytest.mark.parametrize(("units", "odd"), [(154, True), (155, False), (195, False), (196, True), (None, False)])
def test_155_to_195_units_of_botox_are_usual(units, odd):
    assert odd == bool(check_treatment(session(amount=units)))


def test_a_vial_may_expire_on_the_day_of_the_session_and_not_before():
    assert [] == check_treatment(session(expiry=FIRST))
    assert "The vial expired on 2025-03-02, before the session." in said(session(expiry=FIRST - timedelta(1)))


def test_a_map_that_adds_up_and_keeps_to_the_paradigm_is_no_problem():
    assert "" == said(session(amount=155, sites=31), injections=PREEMPT)


def test_the_paradigm_with_every_extra_site_is_no_problem():
    extras = [
        row(muscle, side, 5 * sites, sites)
        for muscle, sites in (("temporalis", 1), ("occipitalis", 1), ("trapezius", 2))
        for side in ("left", "right")
    ]

    assert "" == said(session(amount=195, sites=39), injections=with_extra(PREEMPT, extras))


def test_a_map_that_does_not_add_up_to_the_session_is_asked_about():
    found = said(session(amount=160, sites=32), injections=PREEMPT)

    assert "has 160 units, and its injections add up to 155; 32 sites, and its injections add up to 31." in found


def test_of_a_session_without_totals_the_map_contradicts_nothing():
    assert "" == said(session(), injections=PREEMPT)


def test_a_place_with_other_than_five_units_a_site_is_named():
    injections = [*PREEMPT[1:], row("corrugator", "left", 6, 1)]

    assert "5 units a site are usual; the session has: left corrugator 6 units in 1 site." in said(
        session(), injections=injections
    )


@pytest.mark.parametrize(
    ("units", "sites", "odd"), [(155, 31, False), (155, 30, True), (160, 31, True), (155, None, False)]
)
def test_without_a_map_the_totals_are_compared_at_five_units_a_site(units, sites, odd):
    assert odd == bool(said(session(amount=units, sites=sites)))


@pytest.mark.parametrize(
    ("muscle", "most"),
    [
        ("corrugator", 10),
        ("frontalis", 20),
        ("temporalis", 50),
        ("occipitalis", 40),
        ("cervical_paraspinal", 20),
        ("trapezius", 50),
    ],
)
def test_a_muscle_may_have_its_maximum_on_both_sides_together_and_no_more(muscle, most):
    right = row(muscle, "right", 5, 1)

    assert "" == said(session(), injections=[row(muscle, "left", most - 5, most // 5 - 1), right])
    assert f"{most + 5}, where {most} are the most" in said(
        session(), injections=[row(muscle, "left", most, most // 5), right]
    )


@pytest.mark.parametrize("other", [session(product="Dysport", amount=500, sites=31), cosmetic(0, 24)])
def test_sites_of_another_product_or_purpose_are_not_compared_with_the_paradigm(other):
    injections = [Injection(other.treatment_id, "frontalis", "left", 3, other.amount)]

    assert "" == said(Treatment("P1", other.kind, other.product, FIRST, purpose=other.purpose), injections=injections)


def test_injections_belong_to_the_patient_of_their_session():
    other = Treatment("P2", "botulinum", "Botox", FIRST, amount=160)
    injections = [*PREEMPT, *fixed(other.treatment_id)]

    assert said(session(amount=155), other, injections=injections).startswith("P2, 2025-03-03: The session has 160")


def test_injections_without_a_session_are_not_looked_at():
    assert "" == said(injections=PREEMPT)


# The record of a clinic


def test_what_a_clinic_must_write_down_is_said_where_it_is_missing():
    assert ["units", "lot", "expiry", "injector", "map of the injections"] == undocumented(session(), [])


def test_a_full_record_lacks_nothing():
    full = session(amount=155, lot="C1", expiry=FIRST, injector="Dr A. B.")

    assert [] == undocumented(full, PREEMPT)


def test_what_is_not_documented_is_no_problem_of_a_patients_own_entry():
    assert "" == said(session())


# Sessions together


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (76, "Is this date right?"),
        (77, "a little less than the usual 84"),
        (83, "a little less than the usual 84"),
        (84, ""),
        (112, ""),
        (113, "113 days after the one of 2025-03-03: late, for 84 are usual."),
    ],
)
def test_sessions_other_than_twelve_to_sixteen_weeks_apart_are_asked_about(days, expected):
    found = said(session(), session(days))

    assert expected in found
    assert bool(expected) == bool(found)


def test_a_cosmetic_session_neither_ends_nor_begins_an_interval():
    assert "" == said(session(), cosmetic(40, 20), session(84))


@pytest.mark.parametrize(("units", "odd"), [(205, False), (206, True)])
def test_up_to_400_units_in_84_days_are_not_asked_about(units, odd):
    found = said(session(0, 195), cosmetic(50, units))

    assert odd == ("401 units of Botox in 84 days, of all purposes; this program asks above 400." in found)
    assert odd == bool(found)


@pytest.mark.parametrize(("days", "odd"), [(83, True), (84, False)])
def test_the_84_days_include_the_day_of_the_session_itself(days, odd):
    assert odd == ("495 units of Botox" in said(session(0, 195), cosmetic(days, 300)))


def test_units_are_added_up_to_the_day_of_each_session_and_not_beyond():
    found = check_batch(Batch(treatments=(cosmetic(0, 300), session(60, 195))))

    assert ["P1, 2025-05-02"] == [problem.where for problem in found]


def test_units_that_are_not_known_count_for_nothing_known():
    assert "" == said(session(0, 195), cosmetic(50, None))


def test_other_names_of_the_same_product_are_added_up():
    assert "495 units of Botox" in said(session(0, 195), cosmetic(50, 300, product="Vistabel"))


def test_units_of_several_products_are_not_added_up():
    found = said(session(0, 195), cosmetic(50, 300, product="Dysport"))

    assert "In 84 days there were Botox and Dysport: their units are not the same." in found
    assert "495" not in found


def test_another_product_after_84_days_is_no_mixture():
    assert "" == said(session(0, 195), session(84, 500, product="Dysport"))


def test_two_sessions_on_one_day_are_asked_about_once_for_each_thing():
    found = check_batch(Batch(treatments=(session(0, 195), cosmetic(0, 300))))

    assert 2 == len(found)
    assert "There are 2 botulinum sessions on this day." in str(found[0])
    assert "495 units of Botox" in str(found[1])
