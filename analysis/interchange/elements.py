"""What FHIR resources are made of: names, references, codes, quantities, extensions. Plain JSON values throughout."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from diary.fhir import EXTENSION, OURS, PATIENT
from diary.model import identity

Json = dict[str, Any]

NAMESPACE = uuid5(NAMESPACE_URL, OURS)


def resource(kind: str, *key: object, **elements: Any) -> Json:
    """A resource with an id that is the same on every machine, made of its kind and *key*; blanks are left out.

    >>> resource("Patient", "P1", gender=None)
    {'resourceType': 'Patient', 'id': '58617d8a-1921-5172-8e21-97d9e716d34e'}
    """
    return {"resourceType": kind, "id": _id(kind, *key), **known(**elements)}


def _id(kind: str, *key: object) -> str:
    return str(uuid5(NAMESPACE, identity(kind, *key)))


def known(**elements: Any) -> Json:
    """The elements that hold something: FHIR has no null, no empty text and no empty list.

    >>> known(text="", units=0, item=[])
    {'units': 0}
    """
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}


def full_url(one: Json) -> str:
    """The name under which other resources of the bundle speak of a resource."""
    return f"urn:uuid:{one['id']}"


def reference(one: Json) -> Json:
    """A reference to another resource of the bundle."""
    return {"reference": full_url(one)}


def pointer(kind: str, *key: object) -> Json:
    """A reference to the resource of that kind and *key*, wherever it stands."""
    return {"reference": f"urn:uuid:{_id(kind, *key)}"}


def subject(patient: str) -> Json:
    """Whose a resource is: the patient of the bundle, also by the code, which survives a server's new names."""
    return {**pointer("Patient", patient), "identifier": identifier(PATIENT, patient)}


def identifier(system: str, value: str) -> Json:
    """A name in a system."""
    return {"system": system, "value": value}


def coded(system: str, code: str, text: str | None = None, display: str | None = None) -> Json:
    """A concept of one code, and what it is called here."""
    return known(coding=[known(system=system, code=code, display=display)], text=text)


def texted(text: str | None) -> Json:
    """A concept that is only words; empty where there are none."""
    return known(text=text)


def notes(note: str | None) -> list[Json]:
    """A note as FHIR has them."""
    return [{"text": note}] if note else []


def quantity(value: float | None, unit: str | None) -> Json:
    """So much of a unit. The unit is only words: that of botulinum toxin is the product's own."""
    return known(value=value, unit=unit)


def extensions(fact: object, *names: str) -> list[Json]:
    """The values of a fact that FHIR R4 has no element for; those that are not known are left out."""
    values = ((name, getattr(fact, name)) for name in names)
    return [extension(name, value) for name, value in values if value not in (None, "")]


def extension(name: str, value: str | bool | int | float | date) -> Json:
    """One value under a name of our own, in the type of FHIR that holds it.

    >>> extension("sites", 31)
    {'url': 'urn:migraine-diary:extension:sites', 'valueInteger': 31}
    """
    plain = value.isoformat() if isinstance(value, date) else value
    return {"url": f"{EXTENSION}{name}", f"value{_type(value)}": plain}


def _type(value: object) -> str:
    types = {bool: "Boolean", int: "Integer", float: "Decimal", str: "String", date: "Date"}
    return types[type(value)]
