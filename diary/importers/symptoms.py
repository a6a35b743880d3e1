"""Symptoms that a person picked from a list, as the features of an attack."""

from __future__ import annotations

from collections.abc import Iterable

from diary.importers.headers import field_of
from diary.model import FEATURES


def features_of(symptoms: Iterable[str]) -> dict[str, bool]:
    """The features among the symptoms, by the words that would also head a column of them.

    One that was not picked may not have been thought of: it is left open, and is not here.

    >>> features_of(["Sensitivity to light", "throbbing", "Tired"])
    {'light': True, 'pulsating': True}
    """
    fields = (field_of(symptom) for symptom in symptoms)
    return {field: True for field in fields if field in FEATURES}
