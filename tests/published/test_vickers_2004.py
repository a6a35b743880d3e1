"""Vickers and others (2004), BMJ 328: 744: acupuncture for chronic headache, 401 patients in primary care.

The data are ``acupuncture`` of the R package RefbasedMI: a weekly headache severity score at 0, 3 and 12 months. The
file is not part of the project (its licence is the GPL); where it is not at hand these tests are skipped.

The expected numbers are those of ``nlme::gls`` in R 4.2.2 for the arm given acupuncture: score by visit, with a
general correlation within patients, a variance for each visit, and REML on the observed rows. R stops searching a
little before the top, which is why its standard errors are met to 2 in 100,000 only.
"""

import pandas as pd
import pytest

from analysis.estimates.mmrm import mmrm
from tests.datasets import ACUPUNCTURE

pytestmark = pytest.mark.skipif(not ACUPUNCTURE.is_file(), reason="RefbasedMI's acupuncture.csv is not at hand")


@pytest.fixture(scope="module")
def arm():
    rows = pd.read_csv(ACUPUNCTURE)
    return rows.loc[rows["arm"] == "acupuncture"]


@pytest.fixture(scope="module")
def fit(arm):
    return mmrm(arm["severity_score"], arm["visit_month"], arm["id"])


def test_people_with_a_diary_at_each_visit(fit):
    assert [0, 3, 12] == fit.visits.tolist()
    assert [205, 173, 161] == fit.n_by_visit.tolist()


def test_the_baseline_and_the_changes_from_it(fit):
    assert pytest.approx([25.6081301, -6.4721448, -8.6033516], rel=1e-5) == fit.coefficients


def test_their_standard_errors(fit):
    assert pytest.approx([1.08049043, 0.91986698, 0.99269416], rel=2e-5) == fit.standard_errors


def test_the_restricted_log_likelihood(fit):
    assert pytest.approx(-2118.40568, abs=1e-5) == fit.loglik


def test_the_fit_of_r_is_not_likelier(fit):
    """To its last printed digit."""
    assert -2118.40568 <= fit.loglik + 5e-6
