"""Pustejovsky (2018), Journal of School Psychology 68:99-112: the log response ratio, and its companions by week.

The expected values were computed independently, in R.
"""

import pytest

from analysis.estimates.overlap import log_ratio, nonoverlap, tau

BEFORE = [5, 6, 4, 6]
AFTER = [5, 4, 3, 3, 2, 3, 2, 2, 3, 3, 4, 4]


def test_the_log_response_ratio_and_its_standard_error():
    assert pytest.approx((-0.506054, 0.124970), abs=5e-7) == log_ratio(BEFORE, AFTER)


def test_nonoverlap_of_all_pairs():
    assert 0.9375 == nonoverlap(BEFORE, AFTER)


def test_tau():
    assert 0.875 == tau(BEFORE, AFTER)
