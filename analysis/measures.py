"""What is compared: each measure declared once, with its column, unit and the words for it."""

from __future__ import annotations

from typing import NamedTuple

from diary.model import ACUTE_CLASSES

SHARE = "share"
"""A day either is one or is not: counted, and compared as a proportion of days."""
AMOUNT = "amount"
"""A quantity a day, zero on headache-free days: added up."""
MEAN = "mean"
"""A quantity on headache days only: averaged over them."""


class Measure(NamedTuple):
    """*column* of the marked days; *words* stand in reports.

    *most* is what a day can have at the most; of attacks, which have no such limit (not *bounded*), what a full day
    is taken to have.
    """

    name: str
    column: str
    kind: str
    unit: str
    most: float
    words: str
    more_is_better: bool = False
    bounded: bool = True


DAYS_UNIT = "days per 28 days"
CLASS_WORDS = {
    "triptan": "triptan days",
    "ergotamine": "ergotamine days",
    "non_opioid": "simple painkiller days (paracetamol, aspirin, NSAIDs)",
    "opioid": "opioid days",
    "combination": "combination painkiller days",
    "ditan": "ditan days",
    "gepant": "gepant days",
    "other_acute": "other acute medicine days",
}

MEASURES = (
    Measure("headache_days", "headache_day", SHARE, DAYS_UNIT, 1, "headache days"),
    Measure("migraine_days", "migraine_day", SHARE, DAYS_UNIT, 1, "migraine days"),
    Measure("moderate_severe_days", "moderate_severe_day", SHARE, DAYS_UNIT, 1, "moderate or severe headache days"),
    Measure("severe_days", "severe_day", SHARE, DAYS_UNIT, 1, "severe headache days"),
    Measure("clear_days", "clear_day", SHARE, DAYS_UNIT, 1, "headache-free days", more_is_better=True),
    Measure("headache_hours", "hours", AMOUNT, "hours per 28 days", 24, "headache hours"),
    Measure("attacks", "attack_starts", AMOUNT, "attacks per 28 days", 1, "attacks", bounded=False),
    Measure("mean_peak_intensity", "intensity_when", MEAN, "0-10, mean of headache days", 10, "mean peak intensity"),
    Measure("mean_peak_severity", "peak_when", MEAN, "0-3, mean of headache days", 3, "mean peak severity"),
    Measure("acute_days", "acute_day", SHARE, DAYS_UNIT, 1, "days with acute medicine"),
    *(Measure(f"{name}_days", f"{name}_day", SHARE, DAYS_UNIT, 1, CLASS_WORDS[name]) for name in ACUTE_CLASSES),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
