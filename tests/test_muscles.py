"""The PREEMPT paradigm against its published totals, and what is summed over a session's injections."""

import pytest

from diary.model import MUSCLES, SIDES, Injection
from diary.muscles import (
    NAMES,
    PARADIGMS,
    PREEMPT,
    UNITS_A_SITE,
    area,
    extra_units,
    find_muscle,
    find_side,
    fixed,
    totals,
    with_extra,
)


def extra(muscle, side, units):
    return Injection("session", muscle, side, units // UNITS_A_SITE, units)


def test_the_fixed_paradigm_is_155_units_in_31_sites():
    assert (155, 31) == totals(fixed("session"))


def test_with_every_extra_site_it_is_195_units_in_39_sites():
    areas = PARADIGMS[PREEMPT]

    assert (195, 39) == (sum(each.most_units for each in areas), sum(each.most_sites for each in areas))


@pytest.mark.parametrize(
    ("muscle", "units", "sites", "most_units", "most_sites"),
    [
        ("corrugator", 10, 2, 10, 2),
        ("procerus", 5, 1, 5, 1),
        ("frontalis", 20, 4, 20, 4),
        ("temporalis", 40, 8, 50, 10),
        ("occipitalis", 30, 6, 40, 8),
        ("cervical_paraspinal", 20, 4, 20, 4),
        ("trapezius", 30, 6, 50, 10),
    ],
)
def test_each_muscle_has_its_published_units_and_sites(muscle, units, sites, most_units, most_sites):
    given = totals(each for each in fixed("session") if each.muscle == muscle)

    assert (units, sites) == given
    assert (most_units, most_sites) == (area(muscle).most_units, area(muscle).most_sites)


def test_every_muscle_is_injected_on_both_sides_except_the_procerus_in_the_midline():
    assert 13 == len(fixed("session"))
    assert ["procerus"] == [each.muscle for each in fixed("session") if each.side == "midline"]


def test_the_paradigm_speaks_of_the_muscles_and_sides_of_the_model_in_their_order():
    assert list(MUSCLES) == [each.muscle for each in PARADIGMS[PREEMPT]] == list(NAMES)
    assert set(SIDES) == {each.side for each in fixed("session")}


def test_every_row_belongs_to_the_session():
    assert {"session"} == {each.treatment_id for each in fixed("session")}


def test_an_extra_is_added_to_the_row_of_its_muscle_and_side():
    rows = with_extra(fixed("session"), [extra("trapezius", "right", 10)])

    assert 13 == len(rows)
    assert Injection("session", "trapezius", "right", 5, 25) in rows
    assert Injection("session", "trapezius", "left", 3, 15) in rows


def test_two_extras_in_one_place_add_up():
    rows = with_extra(fixed("session"), [extra("temporalis", "left", 5), extra("temporalis", "left", 5)])

    assert {("temporalis", "left"): 10} == extra_units(rows)


def test_an_extra_in_a_new_place_is_a_row_of_its_own_in_the_order_of_the_muscles():
    rows = with_extra([extra("trapezius", "left", 5)], [extra("frontalis", "midline", 5)])

    assert ["frontalis", "trapezius"] == [each.muscle for each in rows]
    assert {("frontalis", "midline"): 5} == extra_units(rows[:1])


def test_nothing_is_above_the_fixed_paradigm_in_the_fixed_paradigm_or_below_it():
    assert {} == extra_units(fixed("session"))
    assert {} == extra_units([extra("temporalis", "left", 15)])


def test_no_injections_are_no_units_in_no_sites():
    assert (0, 0) == totals([])


@pytest.mark.parametrize(
    ("name", "muscle"),
    [
        ("neck", "cervical_paraspinal"),
        ("cervical paraspinal", "cervical_paraspinal"),
        ("Cervical_Paraspinal", "cervical_paraspinal"),
        ("Nacken", "cervical_paraspinal"),
        ("temple", "temporalis"),
        ("SCHLÄFE", "temporalis"),
        ("Musculus temporalis", "temporalis"),
        ("M. trapezius", "trapezius"),
        ("Trapèze", "trapezius"),
        ("forehead", "frontalis"),
        (" occipital ", "occipitalis"),
        ("corrugator supercilii", "corrugator"),
        ("temp", None),
        ("glabella", None),
        ("masseter", None),
        ("", None),
    ],
)
def test_a_muscle_is_known_by_its_whole_name_only(name, muscle):
    assert muscle == find_muscle(name)


def test_no_name_means_two_muscles():
    names = [name for others in NAMES.values() for name in others]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "side"), [("R", "right"), ("links", "left"), ("Mitte", "midline"), ("both", None)])
def test_a_side_is_known_by_its_whole_name_only(name, side):
    assert side == find_side(name)
