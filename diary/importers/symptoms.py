"""Symptoms that a person picked from a list, as the features of an attack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from diary.importers.headers import field_of
from diary.importers.sheets import Cell
from diary.model import FEATURES


def features_of(symptoms: Iterable[str]) -> dict[str, bool]:
    """The features among the symptoms, by the words that would also head a column of them.

    One that was not picked may not have been thought of: it is left open, and is not here.

    >>> features_of(["Sensitivity to light", "throbbing", "Tired"])
    {'light': True, 'pulsating': True}
    """
    fields = (field_of(symptom) for symptom in symptoms)
    return {field: True for field in fields if field in FEATURES}


def listed(feature: str, separator: str) -> Callable[[Cell], Cell]:
    """A reader of cells that list symptoms: whether they name the feature. One that was not picked is left open.

    >>> listed("nausea", ";")("Dizziness; Nausea"), listed("aura", ";")("Dizziness; Nausea")
    (True, None)
    """
    return lambda cell: True if feature in _features(str(cell), separator) else None


@lru_cache(maxsize=4096)
def _features(cell: str, separator: str) -> frozenset[str]:
    return frozenset(features_of(cell.split(separator)))
