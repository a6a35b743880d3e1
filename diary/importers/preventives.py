"""Preventives that stand among intakes: gathered, and proposed as treatments. None is filed unasked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from shlex import quote
from typing import NamedTuple

from diary.importers.dates import said
from diary.medicines import find_medicine, read_intakes
from diary.model import Problem


class Intake(NamedTuple):
    """A preventive on one day. *dose* is as written, ``50 mg``; empty where it is not known, ``0`` where it stopped."""

    name: str
    day: date
    dose: str = ""


def is_preventive(name: str) -> bool:
    """Does the name stand for a preventive?

    >>> is_preventive("Topiramate 50 mg"), is_preventive("Botox"), is_preventive("sumatriptan")
    (True, False, False)
    """
    medicine = find_medicine(name)
    return medicine is not None and medicine.medicine_class == "preventive"


def preventive_in(text: str, day: date) -> Intake | None:
    """The preventive that a text of one medicine names, with its dose; None where it names anything else.

    >>> preventive_in("Topamax 2 x 25 mg", date(2026, 3, 1)).dose, preventive_in("sumatriptan", date(2026, 3, 1))
    ('50 mg', None)
    """
    found = read_intakes(text)
    if len(found) != 1 or found[0].medicine is None or found[0].medicine.medicine_class != "preventive":
        return None
    amount, unit = found[0].amount, found[0].unit or ""
    return Intake(found[0].medicine.name, day, "" if amount is None else f"{amount:.12g} {unit}".strip())


def proposals(intakes: Iterable[Intake]) -> list[Problem]:
    """One problem for each time that a preventive was taken at one dose, with the commands that record it.

    >>> days = [Intake("Topiramate", date(2026, 3, 1), "25 mg"), Intake("Topiramate", date(2026, 3, 9), "50 mg")]
    >>> for step in proposals(days):
    ...     print(step.remedy)
    Record it with: migraine preventive start Topiramate --date 2026-03-01 --dose '25 mg'
    Record it with: migraine preventive stop Topiramate --date 2026-03-08,
    then: migraine preventive start Topiramate --date 2026-03-09 --dose '50 mg'
    """
    by_name: dict[str, list[Intake]] = defaultdict(list)
    for intake in intakes:
        by_name[intake.name.casefold()].append(intake)
    return [problem for name in sorted(by_name) for problem in _steps(by_name[name])]


def _steps(intakes: Sequence[Intake]) -> Iterator[Problem]:
    """The runs of one dose, in order."""
    ordered = sorted(set(intakes), key=lambda intake: (intake.day, intake.dose))
    started = False
    for dose, run in groupby(ordered, key=lambda intake: intake.dose):
        days = [intake.day for intake in run]
        name, ends = intakes[0].name, _is_stop(dose)
        steps = [_stop(name, days[0])] if started else []
        steps += [] if ends else [_start(name, days[0], dose)]
        if steps:
            yield Problem(name, _what(name, dose, days), f"Record it with: {', then: '.join(steps)}")
        started = not ends


def _is_stop(dose: str) -> bool:
    return re.fullmatch(r"0+(?:[.,]0+)?(?:\s*[^\W\d]+)?", dose) is not None


def _what(name: str, dose: str, days: Sequence[date]) -> str:
    if _is_stop(dose):
        return f"The preventive was last taken on {said(days[0] - timedelta(days=1))}; this was not recorded."
    often = f"{len(days)} times from {said(days[0])} to {said(days[-1])}" if len(days) > 1 else f"on {said(days[0])}"
    much = f" ({dose})" if dose else ""
    return f"This is a preventive{much}, noted {often}; it was not recorded as taken against an attack."


def _start(name: str, day: date, dose: str) -> str:
    amount = f" --dose {quote(dose)}" if dose else ""
    return f"migraine preventive start {quote(name)} --date {day}{amount}"


def _stop(name: str, day: date) -> str:
    """The command for the day before, which is the last day of the dose."""
    return f"migraine preventive stop {quote(name)} --date {day - timedelta(days=1)}"
