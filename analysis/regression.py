"""Regression to the mean: how much of a fall a bad start alone would bring.

People begin a treatment in a bad month, and the months after a bad one are better by themselves. Of two measurements
with the same mean and spread and a correlation r, the second is expected to lie closer to the mean than the first: at a
change of −(1 − r)(baseline − mean). Neither r nor the person's own mean is in the diary. So r is shown at three values,
the mean is entered by the clinic, and nothing that is reported is corrected.
"""

from __future__ import annotations

from typing import NamedTuple

from analysis.reports.words import number, signed
from diary.model import DiaryError

CORRELATIONS = (0.7, 0.8, 0.9)
"""Correlations of the baseline with the months after it that are looked at: a range, not an estimate."""


class Regression(NamedTuple):
    """What would be expected to follow a *baseline*, were the usual level *mean* and were there no effect.

    Both are in days per 28 days; *changes* has a (correlation, change) for each correlation.
    """

    baseline: float
    mean: float
    changes: tuple[tuple[float, float], ...]

    def __str__(self) -> str:
        changes = ", ".join(f"{signed(change)} (r = {r:g})" for r, change in self.changes)
        return (
            f"Regression to the mean: after a baseline of {number(self.baseline)} days per 28 days, with "
            f"{number(self.mean)} as the usual level (entered by the clinic), a change of {changes} would be expected "
            "without any effect. The change that is reported is not corrected for this."
        )


def regression_to_the_mean(
    baseline: float, *, mean: float, correlations: tuple[float, ...] = CORRELATIONS
) -> Regression:
    """The changes −(1 − r)(baseline − mean), for each r of *correlations*.

    *baseline* is the patient's rate before treatment and *mean* the level that the clinic takes as usual for such
    a patient, both in days per 28 days.

    >>> print(regression_to_the_mean(20, mean=15))
    Regression to the mean: after a baseline of 20.0 days per 28 days, with 15.0 as the usual level (entered by the
    clinic), a change of −1.5 (r = 0.7), −1.0 (r = 0.8), −0.5 (r = 0.9) would be expected without any effect.
    The change that is reported is not corrected for this.

    Raises DiaryError: the baseline or the mean is not known, or not from 0 to 28.
    """
    for name, days in (("baseline", baseline), ("usual level", mean)):
        if not 0 <= days <= 28:
            raise DiaryError(f"The {name} must be known, and from 0 to 28 days per 28 days. Correct it.")
    return Regression(baseline, mean, tuple((r, -(1 - r) * (baseline - mean)) for r in correlations))
