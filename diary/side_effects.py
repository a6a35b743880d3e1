"""Names of side effects, and which of them call for medical advice at once. Standard library only.

The names are data: ``side_effects.csv`` beside this file, one side effect a row, read once and only when asked for.
*urgent* is ``label`` for what the boxed warning of the US label of botulinum toxins names under "distant spread of
toxin effect" (openFDA, onabotulinumtoxinA, boxed warning): asthenia, generalised muscle weakness, diplopia, blurred
vision, dysphagia, dysphonia, dysarthria, urinary incontinence, breathing difficulties. Ptosis stands there too; after
injections of the brow it is common and local (28 of 254 patients, doi:10.1186/1129-2377-15-54), so it is not urgent
by itself here. An allergic reaction is urgent by a convention of this program.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

ADVICE = "This can be serious. Seek medical advice now; with trouble breathing or swallowing call emergency services."
"""What is said at once where a side effect is urgent or was called serious."""


class SideEffect(NamedTuple):
    """A known side effect: its standard *name*, the same in *plain* words, and other words for it.

    *urgent* is ``label``, ``convention`` or empty. *signs* are parts of words by which an urgent one is recognised in
    any name, also in one that is not known as a whole.
    """

    name: str
    plain: str
    urgent: str
    synonyms: tuple[str, ...]
    signs: tuple[str, ...]

    @property
    def red_flag(self) -> bool:
        """Whether it calls for medical advice at once."""
        return bool(self.urgent)


@cache
def known_side_effects() -> tuple[SideEffect, ...]:
    """Every side effect of ``side_effects.csv``, in the order of the file."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            SideEffect(row["name"], row["plain"], row["urgent"], _parts(row["synonyms"]), _parts(row["signs"]))
            for row in csv.DictReader(stream)
        )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))


@cache
def _by_name() -> dict[str, SideEffect]:
    return {_fold(name): found for found in known_side_effects() for name in (found.name, *found.synonyms)}


def _fold(text: str) -> str:
    """Small letters without accents, and single blanks for everything else."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", letters).strip()


def find_side_effect(text: str) -> SideEffect | None:
    """The side effect of exactly this name, or None. Case, accents and punctuation do not matter.

    A name is never guessed: see :func:`suggest_side_effect`.

    >>> find_side_effect("Dysphagia").name
    'swallowing difficulty'
    >>> find_side_effect("disphagia") is None
    True
    """
    return _by_name().get(_fold(text))


def suggest_side_effect(text: str) -> SideEffect | None:
    """A known side effect whose name looks like the text, to be asked about and never to be used unasked.

    >>> suggest_side_effect("disphagia").name
    'swallowing difficulty'
    >>> suggest_side_effect("green hair") is None
    True
    """
    from rapidfuzz import fuzz, process

    best = process.extractOne(_fold(text), list(_by_name()), scorer=fuzz.ratio, score_cutoff=80)
    return _by_name()[best[0]] if best else None


def standard_name(text: str) -> str:
    """The name as it is kept: the standard one where it is known, else as written, with single blanks.

    >>> standard_name("Spock brow"), standard_name(" Green  hair ")
    ('brow asymmetry', 'Green hair')
    """
    found = find_side_effect(text)
    return found.name if found else " ".join(text.split())


def is_red_flag(text: str) -> bool:
    """Whether the name holds a sign of something urgent: rather once too often than not.

    >>> is_red_flag("dysphagia"), is_red_flag("pills are hard to swallow"), is_red_flag("neck pain")
    (True, True, False)
    """
    folded = _fold(text)
    return any(sign in folded for known in known_side_effects() for sign in known.signs)
