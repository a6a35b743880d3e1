"""What the mixed model refuses, and in which words."""

import numpy as np
import pytest

from analysis.estimates.mmrm import ModelError, mmrm

NAN = float("nan")


def fitted(*people):
    """The model of people with a value, or NaN, at each visit."""
    values = np.array(people, float)
    n, visits = values.shape
    return mmrm(values.ravel(), np.tile(np.arange(visits), n), np.repeat(np.arange(n), visits))


def test_two_visits_that_nobody_has_both_of_are_refused():
    with pytest.raises(ModelError, match="Fewer than 2 people have a value at both visit 0 and visit 1"):
        fitted([1, NAN], [2, NAN], [NAN, 5], [NAN, 3])


def test_a_visit_that_nobody_has_is_refused():
    with pytest.raises(ModelError, match="at visit 1. Leave out a visit"):
        fitted([1, NAN], [2, NAN], [4, NAN])


def test_no_value_at_all_is_refused():
    with pytest.raises(ModelError, match="There is no value at any visit"):
        fitted([NAN, NAN])


def test_two_values_of_one_person_at_one_visit_are_refused():
    with pytest.raises(ModelError, match="Subject 7 has two values at visit 3. Keep one of them"):
        mmrm([1, 2, 3], [3, 3, 4], [7, 7, 7])


def test_a_visit_at_which_all_values_are_the_same_is_refused():
    with pytest.raises(ModelError, match="All values at visit 1 are the same"):
        fitted([1, 0], [2, 0], [4, 0])


@pytest.mark.parametrize(
    "people",
    [
        [[1, 2], [2, 4], [4, 8]],
        [[1, 2, 5], [2, 5, 1], [4, 4, 4]],
        [[1, 5], [3, 4], [2, NAN], [4, NAN]],
    ],
    ids=["one visit is twice the other", "three people, three visits", "two people were seen twice"],
)
def test_visits_that_follow_from_one_another_are_refused(people):
    with pytest.raises(ModelError, match="follow almost exactly from those at the others"):
        fitted(*people)


def test_lists_of_different_length_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="Give lists of the same length"):
        mmrm([1, 2], [0], [1, 1])


def test_each_person_who_was_seen_twice_adds_a_degree_of_freedom():
    fit = fitted([1, 5], [2, 5], [3, 5], [4, 7], [2, NAN], [NAN, 6])

    assert [5, 5] == fit.n_by_visit.tolist()
    assert [4] == [change.n for change in fit.changes()]


def test_a_wider_level_gives_wider_limits():
    fit = fitted([1, 5], [2, 5], [3, 5], [4, 7])

    (at_95,), (at_99,) = fit.changes(), fit.changes(0.99)
    assert at_99.low < at_95.low < at_95.value < at_95.high < at_99.high
