"""What the analysis says in English, in another language.

Its sentences are built of parts that stand in lists and in brackets, often beside a name that is in no catalogue. So
each text is read in every way in which a catalogue can read it, and the way is taken that leaves the fewest letters as
they were. Numbers and dates are written as the other language writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from analysis.pages.values import written
from diary.forms import HOLE, Form, Index, Piece

SEPARATORS = ("; ", ", ", ": ")
"""What stands between the parts of a list, and between a name and what it is; the same in every language we have."""

AND = "{0} and {1}"
"""The message that says what stands before the last part of a list."""

OUTSIDE = r"(?![^()]*\))"
"""Not within brackets."""

LISTS = re.compile(r"[;,] | and ")
"""What no name has: where it stands in a hole that could not be read, a list was taken for a name."""

SENTENCES = re.compile(r"(?<=[.?!])\s+(?=\S)")
"""Between two sentences, of which the second may begin with a small letter: some are parts of others."""

DEEPEST = 8
"""Parts within parts within parts: what is deeper is not ours."""

LONGEST = 1000
"""A longer text is read sentence by sentence only."""

MOST_READ = 20_000
"""So many texts are remembered as they were read."""


class Reading(NamedTuple):
    """A text in the other language, and how many of its letters are *left* as they were."""

    text: str
    left: int


class Reader:
    r"""Every form of some catalogues, and how numbers and dates are written in *language*.

    >>> german = Reader("de", {"{0} fewer": "{0} weniger", "fewer: {0}": "weniger: {0}", "yes": "ja", "day": "Tag"})
    >>> german.reading("4.5 fewer; fewer: yes; Day, 1 Mar 2026")
    Reading(text='4,5 weniger; weniger: ja; Tag, 1.\xa0März 2026', left=0)
    >>> german.reading("Botox: yes")
    Reading(text='Botox: ja', left=5)
    """

    def __init__(self, language: str, *catalogues: Mapping[str, str]) -> None:
        """Each catalogue gives messages in the other language; what stands in two is taken from the first."""
        self.language = language
        self._messages = {text: said for catalogue in reversed(catalogues) for text, said in catalogue.items()}
        self._forms = Index(self._messages)
        self._between = {part: part for part in SEPARATORS} | {_literal(AND): _literal(self._messages.get(AND, AND))}
        self._read = lru_cache(MOST_READ)(self._read_at)

    def reading(self, text: str) -> Reading:
        """The text in the other language, as far as it can be read."""
        return self._read(text.strip(), 0)

    def pieces(self, text: str) -> list[Piece]:
        """The text as a whole, or its sentences where this leaves no more of it; one that cannot be read is said so."""
        whole = self.reading(text)
        if not whole.left:
            return [Piece(whole.text, True)]
        sentences = SENTENCES.split(text)
        parts = [self.reading(sentence) for sentence in sentences]
        if sum(part.left for part in parts) > whole.left:
            return [Piece(whole.text, True)]
        pairs = zip(parts, sentences, strict=True)
        return [Piece(part.text, part.left == 0 or part.left < letters(english)) for part, english in pairs]

    def _read_at(self, text: str, depth: int) -> Reading:
        exact = self._exact(text)
        if exact is not None:
            return Reading(exact, 0)
        unread = Reading(text, letters(text))
        if depth == DEEPEST:
            return unread
        as_list = _best(self._as_list(text, depth + 1), unread)
        as_form = _best(self._as_form(text, depth + 1), unread) if as_list.left else unread
        return as_form if as_form.left <= as_list.left else as_list

    def _exact(self, text: str) -> str | None:
        """The text as one message, also where it begins with a capital and the message does not, or as a value."""
        small = self._messages.get(text[:1].lower() + text[1:])
        said = small[:1].upper() + small[1:] if small is not None else written(text, self.language)
        return self._messages.get(text, said)

    def _as_form(self, text: str, depth: int) -> Iterator[Reading]:
        for form in self._forms.near(text) if len(text) < LONGEST else ():
            yield from (self._of_form(form, holes, depth) for holes in form.readings(text))
        if text[:1].isupper():
            small = self._read(text[:1].lower() + text[1:], depth)
            yield small._replace(text=small.text[:1].upper() + small.text[1:])

    def _as_list(self, text: str, depth: int) -> Iterator[Reading]:
        if text.endswith("."):
            bare = self._read(text[:-1], depth)
            yield bare._replace(text=f"{bare.text}.")
        yield self._of_parts(SENTENCES.split(text), " ", depth)
        for separator, other in self._between.items():
            yield self._of_parts(re.split(re.escape(separator) + OUTSIDE, text), other, depth)

    def _of_form(self, form: Form, holes: Mapping[str, str], depth: int) -> Reading:
        read = {
            name: Reading(text, 0) if name in form.quoted else self._read(text, depth) for name, text in holes.items()
        }
        filled = form.filled({name: reading.text for name, reading in read.items()})
        swallowed = any(reading.left and LISTS.search(holes[name]) for name, reading in read.items())
        return Reading(filled, sum(reading.left for reading in read.values()) + swallowed)

    def _of_parts(self, parts: list[str], separator: str, depth: int) -> Reading:
        if len(parts) == 1:
            return Reading(parts[0], letters(parts[0]))
        read = [self._read(part, depth) for part in parts]
        return Reading(separator.join(part.text for part in read), sum(part.left for part in read))


def _literal(message: str) -> str:
    return HOLE.sub("", message)


def letters(text: str) -> int:
    """How many letters the text has.

    >>> letters("12 of 14 days")
    6
    """
    return sum(map(str.isalpha, text))


def _best(ways: Iterable[Reading], best: Reading) -> Reading:
    """The first way that leaves nothing, else the one that leaves least."""
    for way in ways:
        if way.left < best.left:
            best = way
        if not best.left:
            break
    return best
