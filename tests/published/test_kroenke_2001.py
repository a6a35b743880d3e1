"""Kroenke, Spitzer & Williams (2001), J Gen Intern Med 16:606-613: the grades of the PHQ-9."""

import numpy as np

from analysis.scores import BANDS


def test_phq9_is_graded_at_5_10_15_and_20():
    values = np.array([0, 4, 5, 9, 10, 14, 15, 19, 20, 27])
    grades = ["none or minimal", "mild", "moderate", "moderately severe", "severe"]

    assert [grade for grade in grades for _ in range(2)] == BANDS["phq9"].names_of(values).tolist()
