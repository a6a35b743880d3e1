"""Mean change over visits of many people, some of whose visits are missing: the mixed model for repeated measures.

Each visit has a mean, and the visits of one person any covariance (unstructured):

    y_i ~ N(S_i m, S_i C S_i'),  S_i picks the visits at which person i was observed.

The baseline is a response like the others, so that a person without one counts too. C maximises the restricted
likelihood (REML), m is then the generalised least squares mean; only observed rows are used. It is the model of
``nlme::gls(y ~ visit, correlation = corSymm(form = ~ visit | subject), weights = varIdent(form = ~ 1 | visit))`` in R,
without a column for treatment: nobody in an audit is untreated. It holds where what is missing depends on what was
observed (missing at random); people who leave because of days that nobody saw bias it.

With C = L L', L a lower triangle whose diagonal is e^d, minus twice the log-likelihood is, over the patterns p of
visits observed, each of n people with mean ȳ and scatter matrix Q,

    (N − T) log 2π + Σ n log|C_p| + log|H| + Σ tr(C_p⁻¹ (Q + n (ȳ − m_p)(ȳ − m_p)')),   H = Σ n S_p' C_p⁻¹ S_p

and its gradient is 2 G L with G = Σ n P − P M P − n P H⁻¹ P (P = S_p' C_p⁻¹ S_p, M the matrix in the trace): people who
were observed at the same visits are summed up once, before the first step.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from diary.model import DiaryError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEEPEST = 1e-6
"""Largest slope, per observed value and in units of each visit's standard deviation, that counts as the top."""

NARROWEST = 1e-3
"""Smallest part of a visit's standard deviation that may be left once the visits before it are known."""

SAME = 1e-12
"""Standard deviation, against the mean, up to which values differ only in how a computer rounds."""

LEAST_TOGETHER = 2
"""People who must have been observed at both of any two visits, so that their covariance can be told."""


class ModelError(DiaryError):
    """The model cannot be fitted to these values."""


class Change(NamedTuple):
    """The mean change from the baseline to one visit, with its limits at *level*; *n* people were observed at both."""

    visit: Any
    value: float
    low: float
    high: float
    level: float
    n: int


class Mmrm(NamedTuple):
    """A fitted model. The first of the *visits*, in their order, is the baseline.

    *coefficients* are the mean at the baseline and the changes from it; *covariance* is that of one person's visits.
    *n_by_visit* and *n_with_baseline* count people observed at each visit, and at it and the baseline.
    """

    visits: NDArray[Any]
    coefficients: Floats
    standard_errors: Floats
    covariance: Floats
    loglik: float
    n_by_visit: Ints
    n_with_baseline: Ints

    def changes(self, level: float = 0.95) -> list[Change]:
        """The mean change at each visit after the baseline.

        The limits use Student's t with n − 1 degrees of freedom, n people having been observed at both visits. Where
        nobody is missing this is exactly the paired t interval; else it is a little too wide, as people who were
        observed once add to the estimate and not to n. The normal distribution would be too narrow in a small clinic.
        """
        from scipy.special import stdtrit

        reach = stdtrit(self.n_with_baseline - 1, (1 + level) / 2) * self.standard_errors
        rows = zip(self.visits, self.coefficients, reach, self.n_with_baseline, strict=True)
        return [Change(visit, float(c), float(c - r), float(c + r), level, int(n)) for visit, c, r, n in rows][1:]


class Patterns(NamedTuple):
    """People grouped by the visits at which they were observed: *seen*, *n* people, their *mean* and *scatter*.

    Places of visits that were not observed hold 0.
    """

    seen: NDArray[np.bool_]
    n: Floats
    mean: Floats
    scatter: Floats


class Fit(NamedTuple):
    """The means and their covariance under one covariance of the visits; *deviance* = −2 log-likelihood, with its
    *slope* as a symmetric matrix.
    """

    mean: Floats
    covariance: Floats
    deviance: float
    slope: Floats


def mmrm(y: ArrayLike, visit: ArrayLike, subject: ArrayLike) -> Mmrm:
    """Fit the model to a value for each row, of one subject at one visit; rows whose *y* is NaN were not observed.

    Complete pairs give the paired difference and its standard error, here 3 and the root of 2/4:

    >>> fit = mmrm([1, 5, 2, 5, 3, 5, 4, 7], [0, 1] * 4, [1, 1, 2, 2, 3, 3, 4, 4])
    >>> fit.coefficients.round(6).tolist(), fit.standard_errors.round(6).tolist()
    ([2.5, 3.0], [0.645497, 0.408248])

    Raises ModelError: the values do not determine the model, or no maximum was found. ValueError: the lengths differ.
    """
    values, visits = _wide(y, visit, subject)
    return fit_patterns(visits, group_patterns(values))


def fit_patterns(visits: NDArray[Any], patterns: Patterns) -> Mmrm:
    """Fit the model to people who are already grouped by the visits at which they were observed.

    Nothing else of them is needed, so the parts of a registry can be summed up where they lie.

    Raises ModelError: the values do not determine the model, or no maximum was found.
    """
    _check_seen(visits, patterns)
    centre, spread = _spread(patterns)
    _check_spread(visits, centre, spread)
    seen, n, mean, scatter = patterns
    even = np.where(seen, (mean - centre) / spread, 0.0)
    standard = Patterns(seen, n, even, scatter / np.outer(spread, spread))
    within = _highest(standard)
    fit = profile(standard, within)
    contrast = np.eye(len(visits))
    contrast[1:, 0] = -1
    by_visit = n @ seen
    return Mmrm(
        visits,
        contrast @ (centre + spread * fit.mean),
        np.sqrt(np.diag(contrast @ _scaled(fit.covariance, spread) @ contrast.T)),
        _scaled(within, spread),
        float(-fit.deviance / 2 - ((by_visit - 1) * np.log(spread)).sum()),
        by_visit.astype(np.int64),
        (n @ (seen & seen[:, :1])).astype(np.int64),
    )


def _spread(patterns: Patterns) -> tuple[Floats, Floats]:
    """The mean and the standard deviation of all values at each visit."""
    seen, n, mean, scatter = patterns
    by_visit = n @ seen
    centre = n @ mean / by_visit
    squares = np.einsum("pii->i", scatter) + n @ np.where(seen, mean - centre, 0.0) ** 2
    return centre, np.sqrt(squares / (by_visit - 1))


def _scaled(matrix: Floats, spread: Floats) -> Floats:
    return matrix * np.outer(spread, spread)


def _wide(y: ArrayLike, visit: ArrayLike, subject: ArrayLike) -> tuple[Floats, NDArray[Any]]:
    """A row for each subject and a column for each visit, NaN where not observed; and the visits in order."""
    values = np.asarray(y, float)
    visits, column = np.unique(np.asarray(visit), return_inverse=True)
    subjects, row = np.unique(np.asarray(subject), return_inverse=True)
    if not len(values) == len(column) == len(row):
        raise ValueError("There must be one visit and one subject for each value. Give lists of the same length.")
    seen = ~np.isnan(values)
    row, column, values = row[seen], column[seen], values[seen]
    place, times = np.unique(row * len(visits) + column, return_counts=True)
    if (times > 1).any():
        who, when = divmod(int(place[times > 1][0]), len(visits))
        raise ModelError(f"Subject {subjects[who]} has two values at visit {visits[when]}. Keep one of them.")
    wide = np.full((len(subjects), len(visits)), np.nan)
    wide[row, column] = values
    return wide[~np.isnan(wide).all(axis=1)], visits


def _check_seen(visits: NDArray[Any], patterns: Patterns) -> None:
    """Raise ModelError where too few people were observed for a variance, or a covariance."""
    if not patterns.n.sum():
        raise ModelError("There is no value at any visit. Choose diaries that have one.")
    seen = patterns.seen.astype(float)
    together = seen.T @ (patterns.n[:, None] * seen)
    few = [f"visit {one}" for one in visits[np.diag(together) < LEAST_TOGETHER]]
    few += [f"both visit {visits[i]} and visit {visits[j]}" for i, j in np.argwhere(together < LEAST_TOGETHER)]
    if few:
        raise ModelError(
            f"Fewer than {LEAST_TOGETHER} people have a value at {few[0]}. Leave out a visit, or collect more diaries."
        )


def _check_spread(visits: NDArray[Any], centre: Floats, spread: Floats) -> None:
    """Raise ModelError where all values at a visit are the same."""
    for place in np.flatnonzero(spread <= SAME * np.maximum(1.0, np.abs(centre))):
        raise ModelError(f"All values at visit {visits[place]} are the same. Leave the visit out.")


def group_patterns(values: Floats) -> Patterns:
    """The people of a table with a row each, NaN where not observed, grouped by the visits at which they were seen."""
    seen, which = np.unique(~np.isnan(values), axis=0, return_inverse=True)
    filled = np.nan_to_num(values)
    place = (which[:, None] * seen.shape[1] + np.arange(seen.shape[1])).ravel()

    def total(of_people: Floats) -> Floats:
        sums: Floats = np.bincount(place, of_people.ravel(), seen.size).astype(float)
        return sums.reshape(seen.shape)

    n = np.bincount(which, minlength=len(seen)).astype(float)
    mean = total(filled) / n[:, None]
    apart = filled - mean[which]
    scatter = np.stack([total(apart * one[:, None]) for one in apart.T], axis=2)
    return Patterns(seen, n, mean, scatter)


def profile(patterns: Patterns, covariance: Floats) -> Fit:
    """What a covariance of the visits comes to.

    Visits that a pattern lacks are given variance 1 and covariance 0 for as long as it takes to invert, which adds
    nothing to the determinant; then they are taken out again.
    """
    seen, n, mean, scatter = patterns
    both = seen[:, :, None] & seen[:, None, :]
    padded = np.where(both, covariance, np.eye(len(covariance)))
    inverse = np.where(both, np.linalg.inv(padded), 0.0)
    weight = np.einsum("p,pij->ij", n, inverse)
    of_mean = np.linalg.inv(weight)
    m = of_mean @ np.einsum("p,pij,pj->i", n, inverse, mean)
    off = np.where(seen, mean - m, 0.0)
    moment = scatter + n[:, None, None] * off[:, :, None] * off[:, None, :]
    deviance = (
        (n @ seen.sum(axis=1) - len(m)) * np.log(2 * np.pi)
        + n @ np.linalg.slogdet(padded)[1]
        + np.linalg.slogdet(weight)[1]
        + np.einsum("pij,pij->", inverse, moment)
    )
    slope = weight - np.einsum("pij,pjk,pkl->il", inverse, moment + n[:, None, None] * of_mean, inverse, optimize=True)
    return Fit(m, of_mean, float(deviance), slope)


def _highest(patterns: Patterns) -> Floats:
    """The covariance of the visits, in units of their standard deviations, at which the likelihood is highest.

    Raises ModelError: there is no such place.
    """
    from scipy.optimize import minimize

    start, bounds = _begin(patterns.seen.shape[1])
    options = {"ftol": 0.0, "gtol": STEEPEST / 1000, "maxcor": 50, "maxiter": 5000, "maxfun": 10000}
    found = minimize(_value, start, (patterns,), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    triangle = _triangle(found.x, patterns)
    if np.diag(triangle).min() < NARROWEST:
        raise ModelError(
            "The values at one visit follow almost exactly from those at the others, or there are too few people for "
            "so many visits. Leave out a visit, or collect more diaries."
        )
    if np.abs(found.jac).max() > STEEPEST:
        raise ModelError("No best fit was found for these visits. Leave out a visit that few people have.")
    return np.asarray(triangle @ triangle.T)


def _begin(visits: int) -> tuple[Floats, list[tuple[float | None, float | None]]]:
    """Where the search starts, with all correlations one half, and the bounds of each parameter."""
    triangle = np.linalg.cholesky((np.eye(visits) + 1) / 2)
    row, column = np.tril_indices(visits)
    start = np.where(row == column, np.log(np.diag(triangle))[row], triangle[row, column])
    diagonal = (float(np.log(NARROWEST)) - 1, 5.0)  # a little beyond what is accepted, and far beyond what is likely
    return start, [diagonal if same else (None, None) for same in row == column]


def _value(parameters: Floats, patterns: Patterns) -> tuple[float, Floats]:
    """Minus twice the log-likelihood for each observed value, and its slope."""
    triangle = _triangle(parameters, patterns)
    fit = profile(patterns, triangle @ triangle.T)
    slope = 2 * fit.slope @ triangle
    slope[np.diag_indices_from(slope)] *= np.diag(triangle)
    observed = patterns.n @ patterns.seen.sum(axis=1)
    return fit.deviance / observed, slope[np.tril_indices_from(slope)] / observed


def _triangle(parameters: Floats, patterns: Patterns) -> Floats:
    """The lower triangle L, whose diagonal the parameters give as logarithms."""
    triangle = np.zeros((patterns.seen.shape[1],) * 2)
    triangle[np.tril_indices_from(triangle)] = parameters
    diagonal = np.diag_indices_from(triangle)
    triangle[diagonal] = np.exp(triangle[diagonal])
    return triangle
