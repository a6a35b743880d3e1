"""What new facts do to the facts that are there: add, correct, change nothing, or contradict.

Plain functions on facts; the store asks them what to write. The rules:

- A fact that says nothing new changes nothing.
- The same source may correct itself: the new fact holds, the old one goes to the history.
- Another source may not, unless the person prefers it: what was there is kept, and the contradiction is a
  problem to look at.
- What a person has corrected or removed by hand is not brought back by a file that says the old thing again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from diary.facts import CLASSES, NAMES, Key, differences, key_of
from diary.model import Attack, Dose, Fact, Injection, Patient, Problem, Source, Treatment


class Merge(NamedTuple):
    """What becomes of new facts of one kind; *corrected* are pairs of what was and what holds now."""

    added: list[Fact]
    corrected: list[tuple[Fact, Fact]]
    unchanged: list[Fact]
    problems: list[Problem]

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.added or self.corrected)


def merge(
    new: Iterable[Fact],
    stored: Mapping[Key, Fact],
    settled: Mapping[Key, Collection[Fact]],
    prefer: str | None = None,
) -> Merge:
    """What the *new* facts, all of one kind, do to the *stored* ones.

    *settled* are facts that a person has corrected or removed by hand, for each key. *prefer* is the source
    that holds where two contradict each other; None keeps what was there.
    """
    result = Merge([], [], [], [])
    kept = dict(stored)
    for fact in last_said(new, result.problems):
        was = kept.get(key_of(fact))
        now = joined(was, fact)
        if was is not None and not differences(was, now):
            result.unchanged.append(now)
            continue
        problem = objection(was, now, settled.get(key_of(now), ()), prefer)
        if problem is not None:
            result.problems.append(problem)
            continue
        kept[key_of(now)] = now
        if was is None:
            result.added.append(now)
        else:
            result.corrected.append((was, now))
    return result


def objection(was: Fact | None, now: Fact, settled: Collection[Fact], prefer: str | None = None) -> Problem | None:
    """Why a fact must not be written, if it must not."""
    if was is not None and _speaker(was) != _speaker(now) and not _is_preferred(was, now, prefer):
        return contradiction(was, now)
    if any(not differences(old, now) for old in settled):
        return settled_by_hand(now, removed=was is None)
    return None


def _is_preferred(was: Fact, now: Fact, prefer: str | None) -> bool:
    """Whether the new fact comes from the preferred source and is about the same patient."""
    (patient, _), (whose, source) = _speaker(was), _speaker(now)
    return prefer is not None and patient == whose and source == prefer


def joined(was: Fact | None, now: Fact) -> Fact:
    """What is known of a patient or of a source never becomes less; every other fact speaks for itself.

    >>> joined(Patient("P1", born=1980), Patient("P1", sex="f"))
    Patient(patient='P1', born=1980, sex='f', note=None)
    """
    if isinstance(was, Patient) and isinstance(now, Patient):
        return Patient(was.patient, *(_newer(was, now, name) for name in ("born", "sex", "note")))
    if isinstance(was, Source) and isinstance(now, Source):
        return replace(now, medication=was.medication or now.medication)
    return now


def _newer(was: Fact, now: Fact, name: str) -> Any:
    value = getattr(now, name)
    return getattr(was, name) if value is None else value


def last_said(facts: Iterable[Fact], problems: list[Problem]) -> list[Fact]:
    """For each key, patient and source the last fact; those that it contradicts are added to *problems*."""
    said: dict[tuple[Key, object], Fact] = {}
    for fact in facts:
        before = said.get((key_of(fact), _speaker(fact)))
        if before is not None and differences(before, fact):
            problems.append(repetition(before, fact))
        said[key_of(fact), _speaker(fact)] = fact
    return list(said.values())


def _speaker(fact: Fact) -> tuple[object, object]:
    """Whose diary says it, and in which source; a name that two apps or patients share is not one fact."""
    return getattr(fact, "patient", None), getattr(fact, "source", None)


def contradiction(was: Fact, now: Fact) -> Problem:
    """Two sources, or the sources of two patients, say different things."""
    columns = ", ".join(differences(was, now))
    one, other = (getattr(fact, "source", None) for fact in (was, now))
    what = f"{one!r} and {other!r} differ in {columns}; what {one!r} says is kept."
    if _speaker(was)[0] != _speaker(now)[0]:
        return Problem(place(now), what, "The two patients share a name of an entry: keep a diary for each of them.")
    return Problem(place(now), what, f'Compare the two; to take the other one, import it with --prefer "{other}".')


def repetition(before: Fact, fact: Fact) -> Problem:
    """One source says two things in one go."""
    columns = ", ".join(differences(before, fact))
    return Problem(
        place(fact),
        f"There are two entries that differ in {columns}; the last one is taken.",
        "Correct the source if the first one is right.",
    )


def settled_by_hand(fact: Fact, *, removed: bool) -> Problem:
    """A file says what a person has corrected or removed."""
    done = "removed" if removed else "corrected"
    return Problem(
        place(fact),
        f"This entry was {done} by hand; the file still has the old one, which was left out.",
        "Nothing needs to be done, unless the old one is right after all: then record it by hand.",
    )


NOUNS = {kind: NAMES[kind].removesuffix("s") for kind in CLASSES.values()}


def place(fact: Fact) -> str:
    """Where a person finds the fact: the patient, the kind of entry, and what tells it apart.

    >>> place(Source("P1", "log"))
    'P1, source log'
    """
    match fact:
        case Attack():
            return f"{fact.patient}, attack {fact.start}"
        case Dose():
            return f"{fact.patient}, dose {fact.taken} {fact.medicine}"
        case Treatment():
            return f"{fact.patient}, treatment {fact.start} {fact.product}"
        case Patient():
            return fact.patient
        case Injection():
            return f"injection {fact.muscle} {fact.side}"
    patient, *rest = (str(value) for value in key_of(fact) if value is not None)
    return f"{patient}, {NOUNS[type(fact)]} {' '.join(rest)}"
