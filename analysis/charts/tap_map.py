"""The injection map as plain numbers, for a page on which each site can be tapped.

Each part of the head is enlarged until its sites lie about a fingertip apart: the front, both temples, the back with
the neck, and both shoulders. Places and lines are those of the drawing on paper (:mod:`analysis.charts.heads`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.path import Path

from analysis.charts.heads import outlines
from analysis.charts.injection_sites import (
    BACK,
    FRONT,
    FURTHER,
    LEFT_SIDE,
    PARADIGM,
    RIGHT_SIDE,
    Place,
    fixed_sites,
    site_place,
)


class Frame(NamedTuple):
    """A part of one *view* that is shown by itself, in its centimetres: *left* to *right*, *bottom* to *top*.

    *hands* are the patient's own sides at the viewer's left and right, where both are seen.
    """

    name: str
    view: str
    left: float
    right: float
    bottom: float
    top: float
    hands: tuple[str, str] = ("", "")

    def holds(self, place: Place) -> bool:
        """Whether the place is inside."""
        inside = self.left <= place.x <= self.right and self.bottom <= place.y <= self.top
        return place.view == self.view and inside


FRAMES = (
    Frame("front", FRONT, -7.0, 7.0, -3.2, 9.9, ("right", "left")),
    Frame("right temple", RIGHT_SIDE, -4.6, 9.6, -3.2, 10.0),
    Frame("left temple", LEFT_SIDE, -9.6, 4.6, -3.2, 10.0),
    Frame("back", BACK, -7.0, 7.0, -7.2, 8.0, ("left", "right")),
    Frame("left shoulder", BACK, -16.2, -3.6, -15.6, -7.0),
    Frame("right shoulder", BACK, 3.6, 16.2, -15.6, -7.0),
)
"""Every part, as somebody sees it who goes round the patient."""


def tap_map() -> dict[str, Any]:
    """The parts of the head, each with its lines as SVG path data and its sites.

    ``parts`` is a list of ``name``, ``hands``, ``width`` and ``height`` in centimetres, ``lines`` (``d``, and ``faint``
    for what only helps to find one's way), and ``sites``: ``muscle``, ``side``, ``n`` from 1, ``x`` and ``y`` in
    centimetres from the upper left corner, and ``fixed`` where it belongs to the fixed paradigm.

    >>> part = tap_map()["parts"][0]
    >>> part["name"], part["sites"][0]["muscle"]
    ('front', 'corrugator')
    """
    return {"parts": [_part(frame) for frame in FRAMES]}


def _part(frame: Frame) -> dict[str, Any]:
    return {
        "name": frame.name,
        "hands": frame.hands,
        "width": round(frame.right - frame.left, 2),
        "height": round(frame.top - frame.bottom, 2),
        "lines": [{"d": _path_data(line.path, frame), "faint": line.faint} for line in outlines(frame.view)],
        "sites": [site for muscle, side in PARADIGM for site in _sites(frame, muscle, side)],
    }


def _sites(frame: Frame, muscle: str, side: str) -> list[dict[str, Any]]:
    fixed = fixed_sites(muscle, side)
    places = ((n, site_place(muscle, side, n)) for n in range(1, fixed + len(FURTHER.get(muscle, ())) + 1))
    return [
        {"muscle": muscle, "side": side, "n": n, "fixed": n <= fixed, **_at(place, frame)}
        for n, place in places
        if place and frame.holds(place)
    ]


def _at(place: Place, frame: Frame) -> dict[str, float]:
    return {"x": round(place.x - frame.left, 2), "y": round(frame.top - place.y, 2)}


def _path_data(path: Path, frame: Frame) -> str:
    """The line as SVG draws it: a start and then cubic curves, three points each; y downwards from the frame's top."""
    points = [f"{x - frame.left:.2f} {frame.top - y:.2f}" for x, y in np.asarray(path.vertices, float)]
    return f"M{points[0]} C{' '.join(points[1:])}"
