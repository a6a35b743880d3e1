"""Medicines in text cells as doses. A diary says the same few things over and over: each text is parsed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from diary import medicines
from diary.model import ADJUNCT, Dose, Problem, identity

ANY_TIME = datetime(2000, 1, 1)


def doses(
    patient: str, taken: datetime, text: str, *, timed: bool, source: str, attack_id: str | None = None
) -> tuple[list[Dose], list[Problem]]:
    """What :func:`diary.medicines.doses` says of a text. Doses of an attack have names of their own for each attack.

    >>> facts, _ = doses("P1", datetime(2026, 3, 1, 8), "Maxalt 10 mg", timed=True, source="log")
    >>> facts == medicines.doses("P1", datetime(2026, 3, 1, 8), "Maxalt 10 mg", timed=True, source="log")[0]
    True
    """
    if not text:
        return [], []
    pattern, odd = _parsed(text)
    facts = [
        replace(one, patient=patient, taken=taken, timed=timed, source=source, attack_id=attack_id, dose_id="")
        for one in pattern
    ]
    if attack_id:
        facts = [replace(one, dose_id=identity(one.dose_id, attack_id)) for one in facts]
    problems = medicines.doses(patient, taken, text, timed=timed, source=source)[1] if odd else []
    return told_apart(facts), problems


def is_acute(text: str) -> bool:
    """Whether a text names anything against an attack: a medicine that nobody knows, too, but no preventive or adjunct.

    >>> is_acute("Maxalt 10 mg"), is_acute("grandmother's drops"), is_acute("ondansetron, coffee"), is_acute("Topamax")
    (True, True, False, False)
    """
    return any(dose.medicine_class != ADJUNCT for dose in _parsed(text)[0])


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[tuple[Dose, ...], bool]:
    """The doses of a text at no particular time, and whether there is a problem with it."""
    facts, problems = medicines.doses("", ANY_TIME, text, timed=False, source="")
    return tuple(facts), bool(problems)


def told_apart(facts: Iterable[Dose]) -> list[Dose]:
    """The same doses; of several that are alike in every respect each has a name of its own."""
    seen: Counter[str] = Counter()
    apart = []
    for dose in facts:
        again = seen[dose.dose_id]
        seen[dose.dose_id] += 1
        apart.append(replace(dose, dose_id=identity(dose.dose_id, again)) if again else dose)
    return apart
