"""Lipton and others (2008), doi:10.1002/ana.21211: the grades of the 12-item Allodynia Symptom Checklist."""

import numpy as np

from analysis.scores import BANDS


def test_asc12_is_none_to_2_mild_to_5_moderate_to_8_and_severe_from_9():
    values = np.array([0, 2, 3, 5, 6, 8, 9, 24])

    assert ["none"] * 2 + ["mild"] * 2 + ["moderate"] * 2 + ["severe"] * 2 == BANDS["asc12"].names_of(values).tolist()
