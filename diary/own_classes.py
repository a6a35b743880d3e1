"""What a person says that an unknown medicine is: kept in the diary, and used for every intake of that name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

import sqlalchemy as sa

from diary.database import StoreError
from diary.history import note_changes
from diary.medicines import find_medicine
from diary.model import Dose
from diary.rows import find, of_patient, reclass
from diary.schema import MEDICINES, TABLES

Classes = Mapping[str, str]
"""Classes by the :func:`name_key` of a medicine."""


def name_key(name: str) -> str:
    """The name as answers are kept under: small letters, single spaces.

    >>> name_key("  Foobarol  FORTE ")
    'foobarol forte'
    """
    return " ".join(name.casefold().split())


def read_classes(connection: sa.Connection) -> Classes:
    """Every answer that was given."""
    return {row.name: row.medicine_class for row in connection.execute(sa.select(MEDICINES).order_by(MEDICINES.c.name))}


def classed(doses: Iterable[Dose], classes: Classes) -> tuple[Dose, ...]:
    """The doses, those without a class with the one that a person gave their name.

    >>> from datetime import datetime
    >>> classed([Dose("P1", datetime(2026, 3, 1), "Foobarol")], {"foobarol": "triptan"})[0].medicine_class
    'triptan'
    """
    return tuple(
        replace(dose, medicine_class=classes.get(name_key(dose.medicine))) if dose.medicine_class is None else dose
        for dose in doses
    )


def unknown_names(doses: Iterable[Dose]) -> dict[str, int]:
    """Each name that neither the program nor a person has classed, as it was first written, with its intakes.

    The commonest comes first.
    """
    written: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for dose in doses:
        if dose.medicine_class is None and find_medicine(dose.medicine) is None:
            counts[written.setdefault(name_key(dose.medicine), dose.medicine)] += 1
    return dict(counts.most_common())


def class_medicine(connection: sa.Connection, name: str, medicine_class: str | None) -> int:
    """Keep the answer, or with None forget it, and class the intakes of that name; returns how many changed.

    An intake keeps the import that it came with. Raises StoreError: the program knows the name itself.
    """
    refuse_known(name)
    key, before = name_key(name), read_classes(connection).get(name_key(name))
    connection.execute(MEDICINES.delete().where(MEDICINES.c.name == key))
    if medicine_class is not None:
        connection.execute(MEDICINES.insert().values(name=key, medicine_class=medicine_class))
    answered = TABLES["doses"].c.medicine_class.is_not_distinct_from(before)
    unanswered = TABLES["doses"].c.medicine_class.is_(None)
    found = cast(list[Dose], find(connection, "doses", sa.or_(answered, unanswered)))
    doses = [dose for dose in found if name_key(dose.medicine) == key and dose.medicine_class != medicine_class]
    note_changes(connection, doses, "classed", None)
    reclass(connection, doses, medicine_class)
    return len(doses)


def refuse_known(name: str) -> None:
    """Raise StoreError if the list of medicines has the name, or there is none."""
    if not name.strip():
        raise StoreError("The name is empty. Write it as it stands in the diary.")
    known = find_medicine(name)
    if known:
        raise StoreError(
            f"{known.name} is in the list of medicines already, as {known.medicine_class.replace('_', ' ')}. "
            "If that is wrong, please report it."
        )


def unknown_medicines(connection: sa.Connection, patient: str | None) -> dict[str, int]:
    """The names in the diary that nobody has classed yet, each with its number of intakes."""
    unclassed = TABLES["doses"].c.medicine_class.is_(None)
    doses = cast(list[Dose], find(connection, "doses", of_patient("doses", patient), unclassed))
    return unknown_names(sorted(doses, key=lambda dose: (dose.taken, dose.dose_id)))
