"""Wilson (1927), Journal of the American Statistical Association 22:209-212: the score interval of a proportion."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from analysis.estimates.serial import wilson


def limits(events, days):
    """Both limits as plain numbers."""
    low, high = wilson(np.array([events / days]), np.array([float(days)]), norm.ppf([0.975]))
    return float(low[0]), float(high[0])


def test_the_limits_of_49_of_161():
    assert (0.23852, 0.37930) == tuple(round(limit, 5) for limit in limits(49, 161))


@pytest.mark.parametrize(("events", "days"), [(0, 28), (1, 28), (14, 28), (27, 28), (28, 28), (1, 1)])
def test_the_limits_are_those_of_scipy(events, days):
    theirs = binomtest(events, days).proportion_ci(method="wilson")

    assert pytest.approx((theirs.low, theirs.high), abs=1e-12) == limits(events, days)


def test_no_event_and_all_events_stay_inside_0_and_1():
    assert (0, 1) == (limits(0, 28)[0], limits(28, 28)[1])
