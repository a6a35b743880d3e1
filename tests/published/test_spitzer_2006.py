"""Spitzer, Kroenke, Williams & Löwe (2006), doi:10.1001/archinte.166.10.1092: the grades of the GAD-7."""

import numpy as np

from analysis.scores import BANDS


def test_gad7_is_graded_at_5_10_and_15():
    values = np.array([0, 4, 5, 9, 10, 14, 15, 21])
    grades = ["minimal", "mild", "moderate", "severe"]

    assert [grade for grade in grades for _ in range(2)] == BANDS["gad7"].names_of(values).tolist()
