"""FHIR R4: what was found and what was given as a bundle for other systems, and the windows back out of one.

The facts of a bundle are read back by :mod:`diary.importers.fhir`; its windows hold no days, and are read here.
"""

from analysis.interchange.bundle import InterchangeError, bundle, to_json, up_to, validate, write_bundle
from analysis.interchange.windows import CARRIED, RATES, Windows, read_windows

__all__ = [
    "CARRIED",
    "RATES",
    "InterchangeError",
    "Windows",
    "bundle",
    "read_windows",
    "to_json",
    "up_to",
    "validate",
    "write_bundle",
]
