"""Newcombe (1998), Statistics in Medicine 17:873-890: method 10, example (a), 56/70 against 48/80."""

import numpy as np
import pytest

from analysis.estimates.serial import mover, wilson


def shares(events, days):
    """A share of independent days with its Wilson limits at z = 1.96."""
    p, n = np.array([events / days]), np.array([float(days)])
    return p, wilson(p, n, np.array([1.96]))


def test_the_hybrid_score_interval_of_56_of_70_against_48_of_80():
    _, low, high = mover(*shares(48, 80), *shares(56, 70))

    assert (0.0524, 0.3339) == (round(float(low[0]), 4), round(float(high[0]), 4))


def test_exchanging_the_groups_mirrors_the_interval():
    _, low, high = mover(*shares(56, 70), *shares(48, 80))

    assert (-0.3339, -0.0524) == (round(float(low[0]), 4), round(float(high[0]), 4))


def test_the_difference_is_that_of_the_shares():
    value, _, _ = mover(*shares(48, 80), *shares(56, 70))

    assert pytest.approx(0.2) == value[0]
