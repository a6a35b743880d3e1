"""Data that the tests look at and that are not part of the project."""

from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
"""A folder beside the project."""

KOSTECKI_DILLON = REFERENCE / "KosteckiDillon.csv"
"""The file of the R package carData, whose licence is the GPL, where it lies beside the project."""

ACUPUNCTURE = REFERENCE / "acupuncture.csv"
"""``acupuncture`` of the R package RefbasedMI, whose licence is the GPL, with a row for each patient and visit."""
