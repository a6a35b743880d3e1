"""Cole and others (2009), doi:10.1111/j.1468-2982.2009.01852.x: MSQ v2.1, change that matters to one person.

Role function restrictive 5, role function preventive 5.0 to 7.9, emotional function 8.0 to 10.6; higher is better.
"""

import pytest

from tests.test_scores import verdicts


@pytest.mark.parametrize(
    ("part", "criterion", "no", "unsure", "yes"),
    [
        ("RR", "at least 5 points higher (Cole 2009)", (-9, 4.9), (), (5, 20)),
        ("RP", "at least 5.0 to 7.9 points higher (Cole 2009)", (-9, 4.9), (5, 7.8), (7.9, 20)),
        ("EF", "at least 8.0 to 10.6 points higher (Cole 2009)", (-9, 7.9), (8, 10.5), (10.6, 20)),
    ],
)
def test_msq_has_to_rise_by_so_many_points_and_inside_a_range_it_cannot_be_told(part, criterion, no, unsure, yes):
    for expected, rises in (("no", no), ("cannot tell", unsure), ("yes", yes)):
        for rise in rises:
            assert expected == verdicts("msq", 45.4, 45.4 + rise, part)[criterion]
