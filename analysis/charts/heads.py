"""The head as a line drawing of our own: front, side, and back with neck and shoulders.

Lines run smoothly through their points, in the places of :mod:`analysis.charts.injection_sites`. Those of the front
and the back are drawn once and mirrored; the side looks to the viewer's right.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray

from analysis.charts.injection_sites import BACK, FRONT, LEFT_SIDE, RIGHT_SIDE, Points


class Line(NamedTuple):
    """One line of the drawing; *faint* is what only helps to find one's way, such as hair."""

    path: Path
    faint: bool


FRONT_HALF: tuple[tuple[bool, Points], ...] = (
    (
        False,
        (
            (0, 9.7),
            (3.6, 9.1),
            (6.4, 6.6),
            (7.4, 2.6),
            (7.2, -2.0),
            (6.7, -5.4),
            (5.5, -8.4),
            (3.4, -10.6),
            (1.4, -11.5),
            (0, -11.6),
        ),
    ),
    (False, ((7.25, -1.6), (8.0, -0.9), (8.5, -1.9), (8.2, -4.0), (7.5, -5.9), (6.8, -5.7))),
    (True, ((0, 7.2), (2.6, 7.3), (4.8, 6.2), (5.9, 4.0), (6.3, 1.4), (7.2, -0.6))),
    (False, ((1.2, -0.1), (2.6, 0.65), (4.2, 0.6), (5.4, -0.3))),
    (False, ((1.7, -2.3), (2.5, -1.65), (3.6, -1.6), (4.7, -2.3))),
    (True, ((1.7, -2.3), (2.6, -2.8), (3.7, -2.8), (4.7, -2.3))),
    (True, ((2.75, -1.75), (2.6, -2.2), (2.9, -2.65), (3.35, -2.65), (3.65, -2.2), (3.5, -1.75))),
    (False, ((0.9, -4.7), (1.5, -5.4), (1.3, -6.0), (0.6, -6.0), (0, -6.3))),
    (False, ((0, -8.4), (1.2, -8.3), (2.4, -8.1))),
    (True, ((0, -9.3), (0.9, -9.2), (1.6, -8.8))),
)

BACK_HALF: tuple[tuple[bool, Points], ...] = (
    (
        False,
        (
            (0, 13.7),
            (3.8, 13.0),
            (6.7, 10.4),
            (7.6, 6.2),
            (7.2, 2.2),
            (6.4, -1.2),
            (5.7, -3.8),
            (5.3, -5.8),
            (5.6, -7.6),
            (7.0, -8.9),
            (10.0, -9.8),
            (13.4, -10.7),
            (15.2, -12.1),
            (15.9, -14.8),
        ),
    ),
    (False, ((7.3, 2.9), (8.1, 3.9), (8.6, 2.9), (8.3, 0.8), (7.5, -1.0), (6.6, -0.9))),
    (True, ((0, -4.6), (1.9, -4.7), (3.9, -4.3), (5.4, -3.6), (6.1, -2.2))),
    (True, ((0.0, -6.8), (0.0, -14.8))),
    (True, ((0, -0.4), (0.7, -0.1))),
)

SIDE: tuple[tuple[bool, Points], ...] = (
    (
        False,
        (
            (3.4, -11.4),
            (3.6, -9.6),
            (4.6, -8.5),
            (6.8, -8.3),
            (8.8, -8.5),
            (9.9, -7.6),
            (9.7, -6.2),
            (10.3, -5.3),
            (10.0, -4.5),
            (10.6, -3.7),
            (10.3, -2.7),
            (11.6, -2.3),
            (12.0, -1.6),
            (10.7, 0.6),
            (9.9, 2.1),
            (10.3, 3.3),
            (10.2, 5.6),
            (8.8, 9.0),
            (5.0, 11.9),
            (0.2, 12.7),
            (-5.0, 11.2),
            (-8.4, 7.4),
            (-9.2, 3.0),
            (-8.5, -0.8),
            (-7.0, -3.6),
            (-6.3, -7.0),
            (-6.6, -11.4),
        ),
    ),
    (
        False,
        (
            (0.1, 0.6),
            (-0.3, 2.4),
            (-1.4, 3.2),
            (-2.7, 2.8),
            (-3.2, 1.3),
            (-2.8, -0.4),
            (-2.1, -1.6),
            (-1.6, -2.7),
            (-0.8, -2.9),
            (-0.3, -1.9),
        ),
    ),
    (True, ((-0.7, 1.6), (-1.6, 2.1), (-2.3, 1.2), (-1.9, -0.3), (-1.1, -1.1))),
    (True, ((0.1, 0.6), (0.0, 0.1), (-0.4, -0.4), (-0.2, -1.0), (-0.3, -1.9))),
    (True, ((-0.4, -3.0), (0.2, -5.6), (2.2, -7.4), (4.6, -8.5))),
    (True, ((9.0, 8.5), (6.6, 7.6), (5.6, 5.4), (5.4, 3.2), (3.4, 1.6), (1.2, 1.4), (0.6, -0.9))),
    (False, ((9.6, 3.2), (8.2, 3.9), (6.6, 3.0))),
    (False, ((9.2, 1.3), (8.3, 1.6), (7.1, 0.7))),
    (True, ((9.2, 1.3), (9.0, 0.5), (8.4, 0.2), (7.1, 0.7))),
    (False, ((10.2, -4.5), (9.2, -4.6), (8.4, -4.9))),
    (False, ((10.3, -2.6), (9.6, -2.5), (9.3, -1.9))),
)

MIRROR = np.array([-1.0, 1.0])

Array = NDArray[np.float64]


def outlines(view: str) -> list[Line]:
    """The lines of one view."""
    if view in (LEFT_SIDE, RIGHT_SIDE):
        flip = MIRROR if view == LEFT_SIDE else 1.0
        return [Line(smooth(np.array(points) * flip), faint) for faint, points in SIDE]
    halves = {FRONT: FRONT_HALF, BACK: BACK_HALF}[view]
    return [Line(smooth(line), faint) for faint, points in halves for line in _both_halves(np.array(points, float))]


def _both_halves(points: Array) -> list[Array]:
    """A line and its mirror image: one line where they meet in the midline, else two."""
    mirrored = (points * MIRROR)[::-1]
    if points[0, 0] == 0:
        return [np.concatenate([mirrored, points[1:]])]
    if points[-1, 0] == 0:
        return [np.concatenate([points, mirrored[1:]])]
    return [points, mirrored]


def smooth(points: Array) -> Path:
    """A smooth line through the points, and round a closed one: cubic curves with the tangents of Catmull and Rom.

    >>> smooth(np.array([[0.0, 0.0], [3.0, 0.0], [6.0, 0.0]])).vertices[:, 0].tolist()
    [0.0, 0.5, 2.0, 3.0, 4.0, 5.5, 6.0]
    """
    closed = np.array_equal(points[0], points[-1])
    first, last = (points[-2:-1], points[1:2]) if closed else (points[:1], points[-1:])
    tangent = (np.concatenate([points[1:], last]) - np.concatenate([first, points[:-1]])) / 6
    curves = np.stack([points[:-1] + tangent[:-1], points[1:] - tangent[1:], points[1:]], axis=1)
    codes = [Path.MOVETO, *[Path.CURVE4] * (3 * len(curves))]
    return Path(np.concatenate([points[:1], curves.reshape(-1, 2)]), codes)
