"""Daily headache of many people before and after: generalised estimating equations for the chance of a headache day.

The days of one person resemble each other, equally for any two of them (exchangeable). The answer is about everybody
together, and its standard error holds whatever the days of one person have to do with each other (Liang & Zeger 1986,
Biometrika 73:13-22). An autoregressive structure is not offered: it would count the rows of a person from one to the
next, and take days for neighbours that a gap in the diary keeps apart. So neither order nor gaps of the rows matter.

Below fifty people that standard error is too small on average; then the one of Mancl & DeRouen (2001, Biometrics
57:126-134) is taken, with Student's t in place of the normal distribution.
"""

from __future__ import annotations

from math import exp
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.estimates.mmrm import ModelError

MANY = 50
"""People from whom on the usual robust standard error is taken."""

PARAMETERS = 2
"""The chance before, and its change."""


class DailyChange(NamedTuple):
    """The change in the odds of a headache day, on the scale of logarithms and as a ratio with limits at *level*.

    *before* and *after* are the model's headache days per 28 days. *patients* and *days* are those that were used;
    *covariance* is "robust" or "bias_reduced".
    """

    coefficient: float
    standard_error: float
    odds_ratio: float
    low: float
    high: float
    level: float
    before: float
    after: float
    patients: int
    days: int
    covariance: str


def daily_change(headache: ArrayLike, after: ArrayLike, patient: ArrayLike, level: float = 0.95) -> DailyChange:
    """Compare the days after with those before; a row for each day, in any order, NaN where it was not logged.

    Who has days on one side only counts there. Three people, each with headache on 3 of 4 days before, 2 of 4 after:

    >>> change = daily_change([1, 1, 1, 0, 1, 1, 0, 0] * 3, [0, 0, 0, 0, 1, 1, 1, 1] * 3, [0] * 8 + [1] * 8 + [2] * 8)
    >>> round(change.before, 6), round(change.after, 6), round(change.odds_ratio, 6)
    (21.0, 14.0, 0.333333)

    Raises ModelError: there are fewer than three people with days, or all days before, or after, are the same.
    """
    y = np.asarray(headache, dtype=float)
    known = ~np.isnan(y)
    y, late = y[known], np.asarray(after, dtype=bool)[known]
    _, person = np.unique(np.asarray(patient)[known], return_inverse=True)
    _refuse_the_indeterminate(y, late, person)
    people = int(person.max()) + 1
    covariance = "robust" if people >= MANY else "bias_reduced"
    intercept, coefficient, error = _fit(y, late, person, covariance)
    reach = _quantile(people, level) * error
    low, ratio, high = map(exp, (coefficient - reach, coefficient, coefficient + reach))
    before, later = (28 / (1 + exp(-odds)) for odds in (intercept, intercept + coefficient))
    return DailyChange(coefficient, error, ratio, low, high, level, before, later, people, len(y), covariance)


def _refuse_the_indeterminate(y: NDArray[Any], late: NDArray[Any], person: NDArray[Any]) -> None:
    if len(np.unique(person)) <= PARAMETERS:
        raise ModelError("Fewer than three people have logged days, too few for the model. Look at each of them alone.")
    for side, name in ((~late, "before"), (late, "after")):
        if not 0 < y[side].sum() < side.sum():
            raise ModelError(
                f"All days {name} are the same, or there are none, so that no odds can be told. "
                f"Compare the headache days instead."
            )


def _fit(y: NDArray[Any], late: NDArray[Any], person: NDArray[Any], covariance: str) -> tuple[float, float, float]:
    """The logarithm of the odds before, its change, and the standard error of the change."""
    from statsmodels.genmod.cov_struct import Exchangeable
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_estimating_equations import GEE

    design = np.column_stack([np.ones(len(y)), late])
    found = GEE(y, design, groups=person, family=Binomial(), cov_struct=Exchangeable()).fit(cov_type=covariance)
    if not found.converged:
        raise ModelError("The model did not settle on an answer. Compare the headache days instead.")
    return float(found.params[0]), float(found.params[1]), float(found.bse[1])


def _quantile(people: int, level: float) -> float:
    """Of the normal distribution; of Student's t where there are few people."""
    from scipy.special import ndtri, stdtrit

    tail = (1 + level) / 2
    return float(ndtri(tail) if people >= MANY else stdtrit(people - PARAMETERS, tail))
