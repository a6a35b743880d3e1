"""Where botulinum toxin is injected against chronic migraine, as data, and sums over what was injected.

The paradigm is that of the PREEMPT trials: Blumenfeld et al. 2010, Headache 50(9):1406-1418,
doi:10.1111/j.1526-4610.2010.01766.x, and 2017, Headache 57(5):766-777, doi:10.1111/head.13074.
How much each muscle may receive on top: Botox, Summary of Product Characteristics, 4.2
(https://www.medicines.org.uk/emc/product/859/smpc).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from diary.model import MUSCLES, SIDES, Injection

UNITS_A_SITE = 5
"""Units of Botox in one site, in 0.1 mL."""

LEFT, MIDLINE, RIGHT = SIDES
BOTH = (LEFT, RIGHT)


class Area(NamedTuple):
    """What a paradigm gives to one muscle: *sites* on each of the *sides*, and up to *extra* sites in all on top."""

    muscle: str
    sides: tuple[str, ...]
    sites: int
    extra: int = 0

    @property
    def most_sites(self) -> int:
        """Sites on all sides together, with every extra one.

        >>> area("trapezius").most_sites
        10
        """
        return self.sites * len(self.sides) + self.extra

    @property
    def most_units(self) -> float:
        """Units on all sides together, with every extra site.

        >>> area("occipitalis").most_units
        40
        """
        return self.most_sites * UNITS_A_SITE


PREEMPT = "preempt"

PARADIGMS: dict[str, tuple[Area, ...]] = {
    PREEMPT: (
        Area("corrugator", BOTH, 1),
        Area("procerus", (MIDLINE,), 1),
        Area("frontalis", BOTH, 2),
        Area("temporalis", BOTH, 4, extra=2),
        Area("occipitalis", BOTH, 3, extra=2),
        Area("cervical_paraspinal", BOTH, 2),
        Area("trapezius", BOTH, 3, extra=4),
    )
}
"""Every paradigm that can be named in one word. PREEMPT: 155 U in 31 sites; 195 U in 39 with every extra site."""


class Totals(NamedTuple):
    """Units and sites of a whole session."""

    units: float
    sites: int


def area(muscle: str, paradigm: str = PREEMPT) -> Area:
    """What the paradigm gives to the muscle.

    Raises KeyError: it does not inject this muscle.
    """
    return {area.muscle: area for area in PARADIGMS[paradigm]}[muscle]


def fixed(treatment_id: str, paradigm: str = PREEMPT) -> list[Injection]:
    """The fixed part of the paradigm, one row for each muscle and side.

    >>> totals(fixed("session"))
    Totals(units=155, sites=31)
    """
    return [
        Injection(treatment_id, area.muscle, side, area.sites, area.sites * UNITS_A_SITE)
        for area in PARADIGMS[paradigm]
        for side in area.sides
    ]


def with_extra(injections: Iterable[Injection], extras: Iterable[Injection]) -> list[Injection]:
    """The injections with the extras added to the same muscle and side, in the order of the paradigm.

    >>> extra = Injection("session", "trapezius", "right", 2, 10)
    >>> totals(with_extra(fixed("session"), [extra]))
    Totals(units=165, sites=33)
    """
    summed: dict[tuple[str, str], Injection] = {}
    for each in [*injections, *extras]:
        place = (each.muscle, each.side)
        there = summed.get(place)
        summed[place] = _sum(there, each) if there else each
    return sorted(summed.values(), key=_place)


def _sum(one: Injection, other: Injection) -> Injection:
    return replace(one, sites=one.sites + other.sites, units=one.units + other.units)


def _place(injection: Injection) -> tuple[int, int]:
    return MUSCLES.index(injection.muscle), SIDES.index(injection.side)


def totals(injections: Iterable[Injection]) -> Totals:
    """Units and sites of all the injections together."""
    given = list(injections)
    return Totals(sum(each.units for each in given), sum(each.sites for each in given))


def extra_units(injections: Iterable[Injection], paradigm: str = PREEMPT) -> dict[tuple[str, str], float]:
    """Follow-the-pain: the units above the fixed paradigm, by muscle and side, where there are any.

    >>> extra_units(with_extra(fixed("session"), [Injection("session", "temporalis", "left", 1, 5)]))
    {('temporalis', 'left'): 5}
    """
    usual = {(each.muscle, each.side): each.units for each in fixed("", paradigm)}
    above = {(each.muscle, each.side): each.units - usual.get((each.muscle, each.side), 0) for each in injections}
    return {place: units for place, units in above.items() if units > 0}


NAMES = {
    "corrugator": ("corrugator supercilii", "corrugators", "korrugator"),
    "procerus": (),
    "frontalis": ("forehead", "stirn", "front", "frente"),
    "temporalis": ("temporal", "temple", "temples", "schläfe", "schlaefe", "tempe", "sien", "tempia"),
    "occipitalis": ("occipital", "back of the head", "hinterkopf", "hinterhaupt"),
    "cervical_paraspinal": ("cervical paraspinals", "paraspinal", "neck", "nacken", "nuque", "nuca"),
    "trapezius": ("shoulder", "schulter", "trapèze", "trapecio", "trapezio"),
}
"""Other names of the muscles, as people write them; only a whole name counts. "Brow" and "glabella" are two muscles."""

SIDE_NAMES = {
    LEFT: ("l", "links", "gauche", "izquierda", "sinistra"),
    MIDLINE: ("middle", "mid", "centre", "center", "mitte"),
    RIGHT: ("r", "rechts", "droite", "derecha", "destra"),
}


def find_muscle(name: str) -> str | None:
    """The muscle that people call so, in any case, or None.

    >>> find_muscle("Temple"), find_muscle("Schläfe"), find_muscle("cervical-paraspinal"), find_muscle("ear")
    ('temporalis', 'temporalis', 'cervical_paraspinal', None)
    """
    return _found(name, NAMES)


def find_side(name: str) -> str | None:
    """The side that people call so, in any case, or None.

    >>> find_side("L"), find_side("rechts"), find_side("both")
    ('left', 'right', None)
    """
    return _found(name, SIDE_NAMES)


def _found(name: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    wanted = _folded(name).removeprefix("musculus ").removeprefix("m. ")
    return next((key for key, others in names.items() if wanted in map(_folded, (key, *others))), None)


def _folded(name: str) -> str:
    """The name without case, accents, hyphens and underscores."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\s_-]+", " ", plain).strip()


def spoken(muscle: str) -> str:
    """The muscle as it is written for people.

    >>> spoken("cervical_paraspinal")
    'cervical paraspinal'
    """
    return muscle.replace("_", " ")
