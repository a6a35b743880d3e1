"""Diaries of everything: the owner has named what headache is called, and a day without it may or may not be free.

Two questions follow, which nothing in such a file answers. Both are asked, because either guess would change every
result: without its headache-free days a diary holds headache days only, and with invented ones it holds too few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple, TypeVar

from diary.importers.headers import field_of
from diary.importers.options import AmbiguousBlank, Options, UnnamedHeadache
from diary.importers.words import KINDS, fold, vocabulary

D = TypeVar("D", date, tuple[str, date])
"""A date, or a patient's date."""

SHOWN = 20


class Headaches(NamedTuple):
    """The names that mean headache, folded, and the sentence that says which they are."""

    names: frozenset[str]
    why: str


def asked_for(found: Iterable[str], options: Options, thing: str) -> Headaches:
    """The names among those *found* that a person said mean headache. *thing* is what they are: activities.

    Raises UnnamedHeadache: nothing was said, or no name in the file is one of them.
    """
    counted = Counter(found)
    asked = {fold(word) for word in options.headache_words}
    names = [name for name in counted if fold(name) in asked]
    if not names:
        raise UnnamedHeadache(_question(counted, options, thing))
    return Headaches(frozenset(map(fold, names)), f"Read as headache, as asked: {', '.join(sorted(names))}.")


def asked_or_known(found: Iterable[str], options: Options, thing: str) -> Headaches:
    """The names that a person said mean headache; where nothing was said, those that are words for it.

    Raises UnnamedHeadache: there is none.
    """
    names = list(found)
    known = sorted({name for name in names if is_headache(name)})
    if options.headache_words or not known:
        return asked_for(names, options, thing)
    return Headaches(frozenset(map(fold, known)), f"Read as headache: {', '.join(known)}; --headache names others.")


def is_headache(name: str) -> bool:
    """Is the name a word for headache?

    >>> is_headache("Migräne"), is_headache("Head pain"), is_headache("Cluster headache"), is_headache("Nausea")
    (True, True, True, False)
    """
    return field_of(name) in ("headache", "migraine") or kind_of(name) is not None


def kind_of(name: str) -> str | None:
    """The kind of headache that the name says outright.

    >>> kind_of("Migraine"), kind_of("headache")
    ('migraine', None)
    """
    return "migraine" if field_of(name) == "migraine" else vocabulary(*KINDS[:-1]).get(fold(name))


def _question(found: Counter[str], options: Options, thing: str) -> str:
    """What was found: names that look like headache first, then the most used."""
    ordered = sorted(found, key=lambda name: (not is_headache(name), -found[name], name))
    listed = ", ".join(ordered[:SHOWN]) + (", …" if len(ordered) > SHOWN else "") or "none"
    said = " or ".join(f'"{word}"' for word in options.headache_words)
    missing = f"No {thing} is called {said}" if said else f"The file does not say which {thing} means headache"
    return f"{missing}. Name it with --headache WORD, once for each. It has: {listed}."


def free_days(entered: Iterable[D], said: Collection[D], options: Options) -> tuple[list[D], str]:
    """Which of the dates with entries are free of headache, and why; *said* are those that speak of headache.

    Raises AmbiguousBlank: nobody said what the others mean.
    """
    silent = sorted(set(entered) - set(said))
    if not silent:
        return [], ""
    if options.blank_headache is None:
        raise AmbiguousBlank(
            f"{_many(len(silent))} entries, but no headache in them. Say what that means with --blank-headache free "
            "(there was none) or --blank-headache unknown (headaches were not always entered)."
        )
    if options.blank_headache == "free":
        return silent, f"{_many(len(silent))} entries but no headache in them: read as headache-free, as asked."
    return [], f"{_many(len(silent))} entries but no headache in them: not known, as asked; these days do not count."


def _many(days: int) -> str:
    return "1 day has" if days == 1 else f"{days} days have"
