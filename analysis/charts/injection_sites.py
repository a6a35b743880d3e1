"""Where the injections against chronic migraine go, as data: for the drawing, and for a page that can be tapped.

The fixed paradigm is that of the PREEMPT trials: 31 sites of 5 units of onabotulinumtoxinA, 155 units in all
(Blumenfeld and others 2010, Headache 50:1406, doi:10.1111/j.1526-4610.2010.01766.x). Behind its sites stand places
for further ones in the same muscle, where the pain is.

Places are about centimetres of an adult head, y upwards. Each view has its own origin: ``front`` the midline between
the brows, the side views the tragus of the ear, ``back`` the bony bump at the back of the head (inion).
"""

from __future__ import annotations

from typing import NamedTuple

from diary.model import MUSCLES

FRONT, BACK, LEFT_SIDE, RIGHT_SIDE = "front", "back", "left side", "right side"
VIEWS = (RIGHT_SIDE, FRONT, LEFT_SIDE, BACK)
"""What is drawn of the head, as seen by somebody who faces it."""

UNITS_A_SITE = 5


class Place(NamedTuple):
    """A point in one *view*: *x* to the viewer's right and *y* upwards of the view's origin."""

    view: str
    x: float
    y: float


Points = tuple[tuple[float, float], ...]

FIXED: dict[str, Points] = {
    "corrugator": ((2.1, 1.7),),
    "procerus": ((0.0, 0.8),),
    "frontalis": ((1.9, 4.8), (4.1, 4.8)),
    "temporalis": ((0.3, 3.8), (0.3, 6.0), (2.5, 4.9), (-1.9, 6.0)),
    "occipitalis": ((3.1, -0.2), (4.7, 1.4), (1.5, 1.4)),
    "cervical_paraspinal": ((1.1, -3.6), (2.7, -2.1)),
    "trapezius": ((10.0, -11.0), (12.5, -12.0), (7.5, -10.2)),
}
"""The sites of one side, as the technique is commonly taught, and not measured from the figures of the paper.

Numbers run outwards from the midline, or forwards from the tragus; and up.

A finger's breadth is 1.5 cm. The temple begins 3 cm above the tragus. The occipital sites begin halfway between inion
and mastoid, the neck's 3 cm below the inion; the shoulder's first is halfway between neck and acromion.
"""

FURTHER: dict[str, Points] = {
    "corrugator": ((4.1, 2.1),),
    "frontalis": ((3.3, 6.5), (1.1, 6.6), (5.5, 3.5)),
    "temporalis": ((2.5, 7.1), (0.3, 8.2), (4.8, 6.0), (-1.9, 8.2)),
    "occipitalis": ((3.1, 3.1), (5.3, 3.3), (1.0, 3.3), (3.1, 4.9)),
    "cervical_paraspinal": ((3.3, -3.9), (1.1, -5.4)),
    "trapezius": ((8.7, -12.6), (11.2, -13.6), (6.2, -11.8), (13.7, -14.1)),
}
"""Places for sites beyond the fixed ones: in the same muscle, beside them."""

SIDED = ("left", "right")


def fixed_sites(muscle: str, side: str) -> int:
    """How many sites the fixed paradigm has in a muscle on one side.

    >>> fixed_sites("temporalis", "left"), fixed_sites("procerus", "midline"), fixed_sites("masseter", "left")
    (4, 1, 0)
    """
    return len(FIXED[muscle]) if (muscle, side) in PARADIGM else 0


def site_place(muscle: str, side: str, n: int) -> Place | None:
    """Where the *n*-th site (from 1) of a muscle on the patient's own *side* lies; None where there is no place.

    In front view the patient's left is on the viewer's right; from behind it is on the viewer's left.

    >>> site_place("corrugator", "left", 1)
    Place(view='front', x=2.1, y=1.7)
    >>> site_place("trapezius", "left", 1)
    Place(view='back', x=-10.0, y=-11.0)
    """
    if (muscle, side) not in PARADIGM:
        return None
    points = FIXED[muscle] + FURTHER.get(muscle, ())
    if not 1 <= n <= len(points):
        return None
    out, y = points[n - 1]
    view, sign = _seen(muscle, side)
    return Place(view, sign * out, y)


def _seen(muscle: str, side: str) -> tuple[str, int]:
    """The view that shows a muscle, and to which hand of the viewer *outwards* or *forwards* is."""
    if muscle == "temporalis":
        return (RIGHT_SIDE, 1) if side == "right" else (LEFT_SIDE, -1)
    if muscle in ("corrugator", "procerus", "frontalis"):
        return FRONT, -1 if side == "right" else 1
    return BACK, 1 if side == "right" else -1


PARADIGM = tuple((muscle, side) for muscle in MUSCLES for side in (("midline",) if muscle == "procerus" else SIDED))
"""The muscles of the fixed paradigm with their sides."""

FIXED_COUNT = sum(fixed_sites(muscle, side) for muscle, side in PARADIGM)
FIXED_UNITS = UNITS_A_SITE * FIXED_COUNT
