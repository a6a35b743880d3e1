"""What facts of every kind have in common: a key, an order, plain values, and the limits of their columns.

The database, the exports and the history of corrections all write facts through this module, so that
a fact looks the same wherever it is kept.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from diary.model import (
    ACUTE_CLASSES,
    ADJUNCT,
    KINDS,
    MUSCLES,
    PURPOSES,
    SIDES,
    TREATMENT_KINDS,
    AdverseEvent,
    Attack,
    Batch,
    Consultation,
    DayLog,
    Dose,
    Fact,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Score,
    Source,
    Treatment,
    last_date,
)
from diary.tables import FACTS

F = TypeVar("F", bound=Fact)

Key = tuple[Any, ...]

CLASSES: dict[str, type[Fact]] = {
    "patients": Patient,
    "sources": Source,
    "days": DayLog,
    "attacks": Attack,
    "doses": Dose,
    "treatments": Treatment,
    "injections": Injection,
    "scores": Score,
    "events": AdverseEvent,
    "factors": Factor,
    "choices": FactorChoice,
    "consultations": Consultation,
}
"""The class of the facts in each field of :class:`diary.model.Batch`."""

NAMES: dict[type[Any], str] = {kind: name for name, kind in CLASSES.items()}

ORDER = {
    "attacks": ("patient", "start", "attack_id"),
    "doses": ("patient", "taken", "dose_id"),
    "treatments": ("patient", "start", "treatment_id"),
}
"""The columns that facts are listed by, where it is not their key."""


class FactError(ValueError):
    """Values that make no fact. The message is a sentence that says which value, and what was expected."""


class Member(NamedTuple):
    """One value of a fact: the word for its type, and whether it may be unknown or has a default."""

    name: str
    type: str
    optional: bool
    defaulted: bool


def _members(kind: type[Fact]) -> tuple[Member, ...]:
    return tuple(
        Member(
            field.name,
            str(field.type).removesuffix(" | None").replace("Day", "date"),
            str(field.type).endswith(" | None"),
            field.default is not MISSING,
        )
        for field in fields(kind)
    )


MEMBERS: dict[type[Any], tuple[Member, ...]] = {kind: _members(kind) for kind in CLASSES.values()}
"""The values that a fact of each kind is made of, in order."""


def key_of(fact: Fact) -> Key:
    """What tells the fact apart from all others of its kind.

    >>> key_of(Score("P1", date(2026, 3, 1), "hit6", 64))
    ('P1', datetime.date(2026, 3, 1), 'hit6', None)
    """
    return tuple(getattr(fact, name) for name in FACTS[NAMES[type(fact)]].key)


def tidied(fact: F) -> F:
    """The fact as it is kept: times to the second, measured numbers as float, empty text as not known.

    >>> tidied(Patient("P1", note="")).note is None
    True
    """
    return replace(fact, **{member.name: _tidy(getattr(fact, member.name), member) for member in MEMBERS[type(fact)]})


def _tidy(value: Any, member: Member) -> Any:
    if member.type == "float" and type(value) in (int, float) and abs(value) <= sys.float_info.max:
        return value + 0.0  # of a whole number a float, of negative zero, which SQLite does not keep, zero
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return None if value == "" and member.optional else value


def in_order(facts: Iterable[F]) -> tuple[F, ...]:
    """The facts, all of one kind, by patient and date; the same on every machine and in every language."""
    return tuple(sorted(facts, key=_place))


def _place(fact: Fact) -> Key:
    name = NAMES[type(fact)]
    values = (getattr(fact, column) for column in ORDER.get(name, FACTS[name].key))
    return tuple("" if value is None else value for value in values)


def tidied_batch(batch: Batch) -> Batch:
    """The batch as a diary gives it back: tidy facts in order, every patient and source that they name."""
    facts = {name: tuple(map(tidied, getattr(batch, name))) for name in CLASSES}
    for name, named in mentioned(batch).items():
        keys = {key_of(fact) for fact in facts[name]}
        facts[name] += tuple(fact for fact in named if key_of(fact) not in keys)
    return Batch(**{name: in_order(found) for name, found in facts.items()})


def mentioned(batch: Batch) -> dict[str, tuple[Fact, ...]]:
    """The patients and sources that facts belong to, of which nothing more is known than their names."""
    owned = [fact for name in CLASSES for fact in getattr(batch, name) if hasattr(fact, "patient")]
    patients = {fact.patient for fact in owned}
    sources = {(fact.patient, fact.source) for fact in owned if hasattr(fact, "source")}
    return {
        "patients": tuple(map(Patient, sorted(patients))),
        "sources": tuple(Source(patient, source) for patient, source in sorted(sources)),
    }


def touches(fact: Fact, first: date | None, last: date | None) -> bool:
    """Whether the fact has to do with any day from *first* to *last*; what has no date always does.

    >>> touches(Treatment("P1", "preventive", "topiramate", date(2025, 1, 1)), date(2026, 3, 1), None)
    True
    """
    begin, end = _dates(fact)
    return (last is None or begin <= last) and (first is None or end >= first)


def _dates(fact: Fact) -> tuple[date, date]:
    match fact:
        case DayLog() | Score() | AdverseEvent() | Factor() | Consultation():
            return fact.date, fact.date
        case Attack():
            return fact.start.date(), last_date(fact)
        case Dose():
            return fact.taken.date(), fact.taken.date()
        case Treatment(kind="botulinum"):
            return fact.start, fact.start
        case Treatment():
            return fact.start, fact.end or date.max
    return date.min, date.max


def differences(one: Fact, other: Fact) -> list[str]:
    """The columns in which two facts say different things, apart from who said it and when.

    >>> differences(Source("P1", "log"), Source("P1", "log", medication=True))
    ['medication']
    """
    names = (member.name for member in MEMBERS[type(one)])
    return [name for name in names if name not in ("source", "entered") and getattr(one, name) != getattr(other, name)]


def plain(fact: Fact) -> dict[str, Any]:
    """The fact as JSON can hold it: text, numbers, true, false, null; dates in ISO form.

    >>> plain(Source("P1", "log"))
    {'patient': 'P1', 'source': 'log', 'events_only': False, 'medication': False}
    """
    values = {member.name: getattr(fact, member.name) for member in MEMBERS[type(fact)]}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def fact_from(kind: type[F], values: Mapping[str, Any]) -> F:
    """The fact that :func:`plain` or a row of text stands for. What is absent, None or empty is not known.

    >>> fact_from(Score, {"patient": "P1", "date": "2026-03-01", "instrument": "hit6", "value": "64"})
    Score(patient='P1', date=datetime.date(2026, 3, 1), instrument='hit6', value=64.0, item=None, source='log')

    Raises FactError: a value is absent that must be known, cannot be read, or does not fit its column.
    """
    known = {}
    for member in MEMBERS[kind]:
        if values.get(member.name) not in (None, ""):
            known[member.name] = _read(values[member.name], member)
        elif not (member.optional or member.defaulted):
            raise FactError(f"There is no {member.name}.")
    fact = tidied(kind(**known))
    if trouble := misfit(fact):
        raise FactError(trouble)
    return fact


def _read(value: Any, member: Member) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return READERS[member.type](value)
    except (ValueError, KeyError):
        raise FactError(_unlike(value, member)) from None


READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: {"true": True, "false": False, "1": True, "0": False}[text.casefold()],
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
"""How the text of each type of value is read."""

EXPECTED = {
    "str": "plain text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date like 2026-03-01",
    "datetime": "a local time like 2026-03-01 22:30, without a zone",
}


def _unlike(value: Any, member: Member) -> str:
    return f"The {member.name} {value!r} is not {EXPECTED[member.type]}."


def misfit(fact: Fact) -> str | None:
    """A sentence about the first value of a tidied fact that its column cannot hold; None if all of them fit.

    >>> misfit(DayLog("P1", date(2026, 3, 1), minutes=100_000))
    'The minutes 100000 is not a whole number from -32768 to 32767.'
    """
    troubles = (_trouble(getattr(fact, member.name), member, LIMITS[type(fact)]) for member in MEMBERS[type(fact)])
    return next(filter(None, troubles), None)


def _trouble(value: Any, member: Member, limits: Mapping[str, int]) -> str | None:
    if value in (None, ""):
        return None if member.optional else f"There is no {member.name}."
    if not FITS[member.type](value):
        return _unlike(value, member)
    limit = limits.get(member.name)
    if limit and not -limit <= value < limit:
        return f"The {member.name} {value} is not a whole number from {-limit} to {limit - 1}."
    return None


def _limits(name: str) -> dict[str, int]:
    columns = FACTS[name].columns
    return {c.name: 2 ** (int(c.dtype.removeprefix("Int")) - 1) for c in columns if c.dtype.startswith("Int")}


LIMITS: dict[type[Any], dict[str, int]] = {kind: _limits(name) for kind, name in NAMES.items()}
"""How large the whole numbers may be: 128 for an Int8, 32768 for an Int16."""

WORDS: dict[type[Any], dict[str, tuple[str, ...]]] = {
    DayLog: {"kind": KINDS},
    Attack: {"kind": KINDS},
    Dose: {"medicine_class": (*ACUTE_CLASSES, ADJUNCT)},
    Treatment: {"kind": TREATMENT_KINDS, "purpose": PURPOSES},
    Injection: {"muscle": MUSCLES, "side": SIDES},
}
"""The words that some values are chosen from."""


def unknown_word(fact: Fact) -> str | None:
    """A sentence about the first value of a fact that is none of its words; None if all of them are.

    >>> unknown_word(DayLog("P1", date(2026, 3, 1), kind="migrane"))
    "The kind 'migrane' is not known; it can be migraine, probable, tension, cluster, other."
    """
    for name, words in WORDS.get(type(fact), {}).items():
        if (value := getattr(fact, name)) is not None and value not in words:
            return f"The {name} {value!r} is not known; it can be {', '.join(words)}."
    return None


UNWRITABLE = re.compile("[\0\ud800-\udfff]")
"""What neither UTF-8 nor PostgreSQL can hold."""

FITS: dict[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str) and not UNWRITABLE.search(value),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, float) and math.isfinite(value),
    "bool": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "datetime": lambda value: isinstance(value, datetime) and value.tzinfo is None,
}
