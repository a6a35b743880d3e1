"""Houts and others (2020), doi:10.1111/head.13946: HIT-6 at least 6 points lower, in chronic migraine."""

from tests.test_scores import verdicts


def test_hit6_has_to_fall_by_6():
    found = {fall: verdicts("hit6", 66, 66 - fall)["at least 6 points lower (Houts 2020)"] for fall in (5, 6, 7)}

    assert {5: "no", 6: "yes", 7: "yes"} == found
