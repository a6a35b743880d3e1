"""Löwe and others (2004), doi:10.1097/00005650-200412000-00006: 5 points of the PHQ-9 matter to one person."""

from tests.test_scores import verdicts


def test_phq9_has_to_fall_by_5():
    found = {fall: verdicts("phq9", 15, 15 - fall)["at least 5 points lower (Löwe 2004)"] for fall in (4, 5)}

    assert {4: "no", 5: "yes"} == found
