"""Data that the tests look at and that are not part of the project."""

from pathlib import Path

KOSTECKI_DILLON = Path(__file__).parents[2] / "shared" / "reference" / "KosteckiDillon.csv"
"""The file of the R package carData, whose licence is the GPL, where it lies beside the project."""
