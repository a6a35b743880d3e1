"""Menstrual relation by ICHD-3 A1.1 on drawn diaries: days −2, −1, +1, +2, +3, and no day 0."""

import numpy as np
import pytest

from analysis.definitions import mark_days
from analysis.menses import menstrual_relations, menstrual_table
from tests.drawing import diary_of, shown, together

GAP = 28
LENGTH = 4 * GAP
FIRSTS = (20, 48, 76)
"""The days of the diary on which bleeding begins."""


def days(migraine=(), firsts=FIRSTS, missing=(), bleeding=4, patient="P1", length=LENGTH):
    """A diary of 16 weeks with migraine on some days, and bleeding of four days from each first day on."""
    headache = ["." if n in missing else "1" if n in migraine else "0" for n in range(length)]
    menses = ["1" if any(0 <= n - first < bleeding for first in firsts) else "." for n in range(length)]
    kind = ["migraine" if n in migraine else None for n in range(length)]
    return diary_of(patient, "".join(headache), menses="".join(menses), kind=kind)


def relation(migraine=(), **options):
    (one,) = menstrual_relations(mark_days(days(migraine, **options)))
    return one


def around(*offsets, firsts=FIRSTS):
    """Days counted from the first day of each bleeding, which is 0 here and day +1 in ICHD-3."""
    return [first + offset for first in firsts for offset in offsets]


@pytest.mark.parametrize(
    ("offset", "name"), [(-3, "not"), (-2, "pure"), (-1, "pure"), (0, "pure"), (1, "pure"), (2, "pure"), (3, "not")]
)
def test_perimenstrual_days_are_the_two_before_and_the_first_three_of_bleeding(offset, name):
    assert name in relation(around(offset)).relation


@pytest.mark.parametrize(
    ("cycles", "expected"), [(0, "not menstrual"), (1, "not menstrual"), (2, "A1.1.1 pure menstrual")]
)
def test_two_of_three_cycles_are_enough(cycles, expected):
    found = relation(around(0, firsts=FIRSTS[:cycles]))

    assert (expected, cycles, 3 - cycles) == (found.relation, found.hits, found.misses)


def test_with_migraine_at_other_times_too_it_is_related_and_not_pure():
    found = relation([*around(0), 34])

    assert ("A1.1.2 menstrually related", 1) == (found.relation, found.other)
    assert "1 migraine day at other times" in str(found)
    assert "at other times too" in found.patient_sentence()


def test_days_before_the_first_and_after_the_last_of_the_three_cycles_do_not_count():
    assert "A1.1.1 pure menstrual" == relation([*around(0), 5, 10, 100]).relation


def test_the_days_that_run_on_from_a_perimenstrual_migraine_belong_to_its_attack():
    assert "pure" in relation(around(2, 3, 4, 5)).relation
    assert "related" in relation(around(2, 3, 4, 5, 6)).relation


def test_migraine_on_every_day_is_not_a_pure_menstrual_one():
    assert "related" in relation(range(LENGTH)).relation


def test_an_unknown_day_at_another_time_leaves_pure_or_related_open():
    found = relation(around(0), missing=[34])

    assert ("A1.1.1 or A1.1.2", 1) == (found.relation, found.unknown)
    assert "Too few other days" in found.patient_sentence()


def test_an_unknown_perimenstrual_day_is_no_miss():
    """One hit, one miss, and a third cycle that could be either."""
    found = relation([20], missing=[78])

    assert ("cannot tell", 1, 1) == (found.relation, found.hits, found.misses)


def test_an_unknown_day_cannot_turn_two_hits_or_two_misses():
    assert (2, 0, 1) == relation(around(0, firsts=FIRSTS[:2]), missing=[78])[3:6]
    assert "A1.1.1 or A1.1.2" == relation([*around(0, firsts=FIRSTS[:2])], missing=[60, 78]).relation
    assert "not menstrual" == relation(missing=[78]).relation


@pytest.mark.parametrize(("apart", "relation_name"), [(45, "A1.1.1 pure menstrual"), (46, "cannot tell")])
def test_first_days_more_than_45_days_apart_are_not_cycles_in_a_row(apart, relation_name):
    firsts = (10, 38, 38 + apart)

    assert relation_name == relation(around(0, firsts=firsts), firsts=firsts).relation


def test_the_latest_three_cycles_are_looked_at():
    firsts = (20, 48, 76, 104)

    assert "not" in relation([20, 48], firsts=firsts, length=140).relation
    assert "pure" in relation([76, 104], firsts=firsts, length=140).relation


@pytest.mark.parametrize("firsts", [(20,), (20, 48)])
def test_three_cycles_are_needed(firsts):
    found = relation(around(0, firsts=firsts), firsts=firsts)

    assert ("cannot tell", len(firsts)) == (found.relation, found.starts)
    assert "3 in a row, at most 45 days apart, are needed" in str(found)
    assert "Log three periods in a row" in found.patient_sentence()


@pytest.mark.parametrize(("gap", "starts"), [(9, 1), (10, 2)])
def test_bleeding_is_a_new_one_after_ten_days_without(gap, starts):
    assert starts == relation(firsts=(20, 20 + 1 + gap), bleeding=1).starts


def test_bleeding_that_may_have_begun_before_it_was_written_down_has_no_first_day():
    """On the first day of the diary, or after a day that is not logged."""
    assert 2 == relation(firsts=(0, 28, 56)).starts
    assert 2 == relation(missing=[47]).starts


def test_without_bleeding_in_the_diary_there_is_no_row():
    assert [] == menstrual_relations(mark_days(days(firsts=())))


def test_many_patients_have_the_rows_that_each_has_alone():
    each = [
        days(around(0)),
        days([*around(0), 111], patient="P2"),
        days(firsts=(), patient="P3"),
        days([0, 34], firsts=(1, 29, 57), patient="P4"),
        days(range(LENGTH), firsts=(20,), patient="P5"),
    ]
    alone = [row for one in each for row in shown(menstrual_table(mark_days(one)), *COLUMNS)]

    assert alone == shown(menstrual_table(mark_days(together(*each))), *COLUMNS)


COLUMNS = ("patient", "relation", "starts", "hits", "misses", "open", "other", "unknown")


def test_more_migraine_never_takes_a_menstrual_relation_away():
    """A law: a further migraine day can turn pure into related, and not into "not menstrual"."""
    random = np.random.default_rng(5)
    for _ in range(20):
        migraine = set(random.choice(LENGTH, 12, replace=False).tolist())
        more = migraine | set(random.choice(LENGTH, 5).tolist())
        assert relation(more).hits >= relation(migraine).hits
