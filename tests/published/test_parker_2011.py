"""Parker, Vannest & Davis (2011), Behavior Modification 35(4):303-322: the worked example, in which more is better.

Our effect sizes are for a fall, so the example's values are taken with their signs changed.
"""

import numpy as np
import pytest

from analysis.estimates.overlap import nonoverlap, tau, tau_u

A = -np.array([20, 20, 26, 25, 22, 23])
B = -np.array([28, 25, 24, 27, 30, 30, 29])


def test_nonoverlap_of_all_pairs_is_38_and_a_half_of_42():
    assert pytest.approx(38.5 / 42) == nonoverlap(before=A, after=B)


def test_tau_is_38_pairs_better_less_3_worse_of_42():
    assert pytest.approx((38 - 3) / 42) == tau(before=A, after=B)


def test_tau_u_takes_away_the_4_of_the_trend_before():
    assert pytest.approx((35 - 4) / 42) == tau_u(before=A, after=B)
