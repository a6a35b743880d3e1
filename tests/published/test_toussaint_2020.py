"""Toussaint and others (2020), doi:10.1016/j.jad.2020.01.032: 4 points of the GAD-7 are the least that matter."""

from tests.test_scores import verdicts


def test_gad7_has_to_fall_by_4():
    found = {fall: verdicts("gad7", 15, 15 - fall)["at least 4 points lower (Toussaint 2020)"] for fall in (3, 4)}

    assert {3: "no", 4: "yes"} == found
