"""The names that our FHIR bundles are spelled with, for the side that writes them and the side that reads them.

A code of LOINC, ATC or HL7 stands only where it is certain what it means. There is none for the totals of HIT-6 and
MIDAS, for headache days in 28, or for muscles as this protocol counts them; public sources disagree about the SNOMED CT
code of the injection. All of these have names of our own, which begin with :data:`OURS`. Standard library only.
"""

from __future__ import annotations

from typing import Any

OURS = "urn:migraine-diary:"
"""What every name of our own begins with."""

PATIENT = f"{OURS}patient"
TREATMENT = f"{OURS}treatment"
EVENT = f"{OURS}side-effect"
SCORE = f"{OURS}score"
WINDOW = f"{OURS}window"
PROGRAM = f"{OURS}program"
SHA256 = f"{OURS}sha256"
"""Systems of identifiers. A treatment's is also that of its dose, and of what a side effect is put down to."""

KIND = f"{OURS}treatment-kind"
PURPOSE = f"{OURS}purpose"
SITE = f"{OURS}muscle-and-side"
SERIOUSNESS = f"{OURS}seriousness"
MEASURE = f"{OURS}measure"
RULE_SET = f"{OURS}rule-set"
DEFINITION = f"{OURS}definition"
"""Systems of codes."""

QUESTIONNAIRE = f"{OURS}questionnaire:"
"""Before the code of a questionnaire, of which only numbers are carried, never its text."""

EXTENSION = f"{OURS}extension:"
"""Before the name of what a resource of FHIR R4 has no element for, such as the day on which a side effect ended."""

LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
SEVERITY = "http://terminology.hl7.org/CodeSystem/adverse-event-severity"
OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
"""Systems of others: the last three are those that FHIR R4 itself asks for at their place."""

BOTULINUM_TOXIN = "M03AX01"
"""The ATC code of botulinum toxin."""

LOINC_TOTALS = {"phq9": "44261-6", "gad7": "70274-6"}
"""The LOINC codes of totals, by questionnaire."""

WINDOW_PANEL = "window"
"""The code of the Observation that stands for a window, whose members are its measures."""

TOTAL = "total"
"""The linkId of a questionnaire's total; every other one is the code of an item."""


def at(element: Any, *path: str | int) -> Any:
    """What stands at the end of a path of keys and positions in a JSON value; None where the path leads nowhere.

    >>> at({"answer": [{"valueDecimal": 64.0}]}, "answer", 0, "valueDecimal"), at({"answer": 7}, "answer", 0)
    (64.0, None)
    """
    for step in path:
        if isinstance(step, int):
            element = element[step] if isinstance(element, list) and step < len(element) else None
        else:
            element = element.get(step) if isinstance(element, dict) else None
    return element


def listed(element: Any) -> list[Any]:
    """The entries of a list; none where it is anything else.

    >>> listed([1, 2]), listed({"a": 1})
    ([1, 2], [])
    """
    return element if isinstance(element, list) else []


def among(elements: Any, system: str) -> Any:
    """The first of a list of codings or identifiers that is of the system; None where there is none.

    >>> among([{"system": LOINC, "code": "44261-6"}], LOINC)["code"]
    '44261-6'
    """
    return next((one for one in listed(elements) if at(one, "system") == system), None)


def extension(element: Any, name: str) -> Any:
    """The value of the extension of that name; None where there is none.

    >>> extension({"extension": [{"url": f"{EXTENSION}sites", "valueInteger": 31}]}, "sites")
    31
    """
    url = f"{EXTENSION}{name}"
    return next((value_of(one) for one in listed(at(element, "extension")) if at(one, "url") == url), None)


def value_of(element: dict[str, Any]) -> Any:
    """The value of an extension or a component, whatever its type; None where it has none.

    >>> value_of({"url": "urn:x", "valueInteger": 31})
    31
    """
    return next((value for name, value in element.items() if name.startswith("value")), None)
