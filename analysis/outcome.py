"""Before against after: each window of each cycle compared with the baseline, measure by measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates import serial
from analysis.estimates.check import check_contrast
from analysis.grid import Floats, Grid, Ints, day_grid, day_number, running_total
from analysis.measures import AMOUNT, MEAN, MEASURES, SHARE, Measure
from analysis.rates import PER, Rate, day_rate
from analysis.windows import COMPLETENESS, LOW
from diary.tables import OUTCOMES, conform

THRESHOLDS = (30, 50, 75)
"""Per cent lower that a response is judged at."""

RESPONSES = {threshold: f"response_{threshold}" for threshold in THRESHOLDS}
"""The column that holds the response at each threshold."""

RESPONSE_LEVEL = 0.90
"""Confidence level of the interval that a response is judged by."""

LEAST_KNOWN = 0.9
"""Share of a window's logged days on which a measure must be known for it to be told."""

LEAST_KNOWN_OF_HEADACHE = 0.5
"""Share of a window's headache days on which it must be known for a response to be judged: where only the
headache-free days are known, a rate of none says nothing."""

CHUNK = 4096
"""Comparisons whose days are laid side by side at a time; bounds the memory."""

METHODS = {
    SHARE: (serial.METHOD, serial.METHOD_ASSUMED),
    AMOUNT: (serial.METHOD_AMOUNT, serial.METHOD_AMOUNT_ASSUMED),
    MEAN: (serial.METHOD_MEAN, serial.METHOD_MEAN),
}
"""How the limits of each kind of measure are computed: the method's name, and its name where r' was assumed."""

Contrast = Callable[[serial.Pair, float, float], tuple[Floats, Floats, Floats]]
"""after − c·before of a pair of phases, for a c and a level, with its limits."""

Columns = dict[str, Any]
"""Columns of the outcome rows of one measure, by name."""


class Sums(NamedTuple):
    """What one measure adds up to in each window: *total* over *known* days, of those *asked* and *days* in all."""

    total: Floats
    known: Ints
    asked: Ints
    days: Ints


class Slices(NamedTuple):
    """Windows as slices of the days table: first row and the row behind the last."""

    low: Ints
    high: Ints


class Comparisons(NamedTuple):
    """Which *windows* are compared, and their *slices* of the days.

    Each comparison is of the window numbered *before* (−1 where there is no baseline) with the one numbered *after*.
    """

    windows: pd.DataFrame
    slices: Slices
    before: Ints
    after: Ints


def outcome_table(
    marked: pd.DataFrame, windows: pd.DataFrame, *, measures: tuple[Measure, ...] = MEASURES, level: float = 0.95
) -> pd.DataFrame:
    """The OUTCOMES table from marked days (:func:`analysis.definitions.mark_days`) and windows.

    One row for each window after the baseline and each measure. ``before`` and ``after`` are missing
    where the window is "cannot tell", or where the measure is known on fewer than nine in ten logged days.
    The limits are those of the change, at *level*.
    """
    compared = _comparisons(marked, windows)
    parts = [_measure_rows(marked, compared, measure, level) for measure in measures]
    if not parts or not len(compared.after):
        return conform(pd.DataFrame({name: [] for name in OUTCOMES.names}, dtype=object), OUTCOMES)
    rows = pd.concat(parts, ignore_index=True)
    order = np.arange(len(rows)).reshape(len(parts), len(compared.after)).T.ravel()
    return conform(rows.iloc[order], OUTCOMES)


def change_table(marked: pd.DataFrame, windows: pd.DataFrame, measures: tuple[Measure, ...] = MEASURES) -> pd.DataFrame:
    """The rates of :func:`outcome_table` without their limits: ``patient``, ``cycle``, ``phase``, ``measure``,
    ``unit``, ``before``, ``after``, ``change``, ``change_percent``.
    """
    compared = _comparisons(marked, windows)
    parts = [_change_rows(marked, compared, measure) for measure in measures]
    return pd.concat(parts, ignore_index=True)


def _change_rows(marked: pd.DataFrame, compared: Comparisons, measure: Measure) -> pd.DataFrame:
    sums = _sums(marked, compared, measure)
    return pd.DataFrame(_labels(compared, measure) | _rates(sums, _told(sums), compared, measure))


def _told(sums: Sums) -> NDArray[np.bool_]:
    """Windows in which the measure is known on enough days to be told."""
    return (sums.known > 0) & (sums.known >= LEAST_KNOWN * sums.asked)


def told_rate(marked: pd.DataFrame, column: str, start: date, end: date) -> Rate:
    """One patient's rate from *start* up to, not including, *end*, as far as it may be told.

    Its events are not a number where fewer than 14 in 28 days are logged, or where it is known on fewer than nine in
    ten of them: where only headache-free days are known, a rate of none says nothing.
    """
    rate, logged = day_rate(marked, column, start, end), day_rate(marked, "logged", start, end).events
    enough = PER * logged >= COMPLETENESS.low * rate.days and rate.logged >= LEAST_KNOWN * logged
    return rate if enough else rate._replace(events=float("nan"))


def _comparisons(marked: pd.DataFrame, windows: pd.DataFrame) -> Comparisons:
    """Every window after the baseline, with the baseline of its patient."""
    grid = day_grid(marked)
    patient, cycle = grid.number(windows["patient"]), windows["cycle"].to_numpy()
    after, base = np.flatnonzero(cycle > 0), np.flatnonzero(cycle == 0)
    baseline = np.full(len(grid.patients), -1)
    baseline[patient[base]] = base
    return Comparisons(windows, window_slices(grid, windows, patient), baseline[patient[after]], after)


def window_slices(grid: Grid, windows: pd.DataFrame, patient: Ints) -> Slices:
    """Where each window begins and ends among the rows of the days table."""
    return Slices(
        grid.rows(patient, day_number(windows["start"])),
        grid.rows(patient, day_number(windows["end"])),
    )


def day_values(marked: pd.DataFrame, column: str) -> Floats:
    """A marked column as numbers, NaN where it is not known."""
    return marked[column].to_numpy(dtype=np.float64, na_value=np.nan)


def window_sums(marked: pd.DataFrame, column: str, slices: Slices, days: Ints, *, asked: str = "logged") -> Sums:
    """Totals of a marked column in each window, over its logged days on which the column is known.

    *asked* names the column of the days on which the measure could have been written down.
    """
    values = day_values(marked, column)
    known = ~np.isnan(values) & marked["logged"].to_numpy(bool)
    wanted = marked[asked].fillna(False).to_numpy(bool)
    totals = running_total(np.where(known, values, 0.0))
    counts, asked_for = running_total(known), running_total(wanted)
    return Sums(
        totals[slices.high] - totals[slices.low],
        counts[slices.high] - counts[slices.low],
        asked_for[slices.high] - asked_for[slices.low],
        days,
    )


def _measure_rows(marked: pd.DataFrame, compared: Comparisons, measure: Measure, level: float) -> pd.DataFrame:
    """The outcome rows of one measure."""
    values, sums = day_values(marked, measure.column), _sums(marked, compared, measure)
    told = _told(sums)
    sound = _known_of_headache(marked, values, compared.slices)
    rates = _rates(sums, told, compared, measure)
    changed = ~np.isnan(rates["change"])
    limits = _limits(values, compared, changed, measure, level)
    unjudged = ~_judged(sound, compared)
    for response in RESPONSES.values():
        limits[response][unjudged] = None
    return pd.DataFrame(
        _labels(compared, measure)
        | rates
        | {"level": np.where(changed, level, np.nan)}
        | _counts(sums, compared)
        | _missing_bounds(sums, compared, measure)
        | limits
        | {"caution": _cautions(compared, told, sound | ~told, measure)}
    )


def _sums(marked: pd.DataFrame, compared: Comparisons, measure: Measure) -> Sums:
    """What the measure adds up to in every window."""
    asked = "headache" if measure.kind == MEAN else "logged"
    days = compared.windows["days"].to_numpy(np.int64)
    return window_sums(marked, measure.column, compared.slices, days, asked=asked)


def _scale(measure: Measure) -> int:
    """What a mean day is multiplied with: days and amounts are told per 28 days."""
    return 1 if measure.kind == MEAN else PER


def _rates(sums: Sums, told: NDArray[np.bool_], compared: Comparisons, measure: Measure) -> Columns:
    """Before, after and change; not known where a window cannot be shown or the measure not be told."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(told & _showable(compared.windows), _scale(measure) * sums.total / sums.known, np.nan)
    before, after = _at(rate, compared.before), rate[compared.after]
    change = after - before
    percent = np.divide(100 * change, before, out=np.full(len(change), np.nan), where=before > 0)
    return {"before": before, "after": after, "change": change, "change_percent": percent}


def _labels(compared: Comparisons, measure: Measure) -> Columns:
    """Whose row it is, of which window and which measure."""
    mine = compared.windows.iloc[compared.after]
    names = {name: mine[name].to_numpy(object) for name in ("patient", "cycle", "phase")}
    return names | {"measure": measure.name, "unit": measure.unit}


def _counts(sums: Sums, compared: Comparisons) -> Columns:
    """The days that before and after rest on."""
    return {
        "before_logged": _at(sums.known, compared.before),
        "before_days": _at(sums.days, compared.before),
        "after_logged": sums.known[compared.after],
        "after_days": sums.days[compared.after],
    }


def _known_of_headache(marked: pd.DataFrame, values: Floats, slices: Slices) -> NDArray[np.bool_]:
    """Windows in which the measure is known on enough of the headache days, or that have none."""
    headache = marked["headache"].fillna(False).to_numpy(bool)
    of, known = running_total(headache), running_total(headache & ~np.isnan(values))
    needed = LEAST_KNOWN_OF_HEADACHE * (of[slices.high] - of[slices.low])
    return np.asarray(known[slices.high] - known[slices.low] >= needed)


def _showable(windows: pd.DataFrame) -> NDArray[np.bool_]:
    """Windows with enough logged days for a rate: usable, or of low completeness."""
    return (windows["usable"] | windows["reason"].str.startswith(LOW)).to_numpy(bool)


def _at(values: NDArray[Any], index: Ints) -> NDArray[Any]:
    """The values at *index*; not known where the index is −1."""
    return np.where(index >= 0, values[index].astype(np.float64), np.nan)


def _missing_bounds(sums: Sums, compared: Comparisons, measure: Measure) -> Columns:
    """The rate after, were every day on which the measure is not known free of headache, or full of it.

    A full day is at least an average one: more attacks than one may begin on a day.
    """
    after = compared.after
    if measure.kind == MEAN:
        nothing = np.full(len(after), np.nan)
        return {"if_missing_free": nothing, "if_missing_headache": nothing}
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = (sums.days - sums.known) * np.maximum(measure.most, sums.total / sums.known)
        least = (PER * sums.total / sums.days)[after]
        most = (PER * (sums.total + missing) / sums.days)[after]
    never = ((sums.known == 0) | ~_showable(compared.windows))[after]
    least, most = np.where(never, np.nan, least), np.where(never, np.nan, most)
    free, full = (most, least) if measure.more_is_better else (least, most)
    return {"if_missing_free": free, "if_missing_headache": full}


def _judged(sound: NDArray[np.bool_], compared: Comparisons) -> NDArray[np.bool_]:
    """Comparisons of two usable windows, in both of which the measure is known on enough headache days."""
    fit = compared.windows["usable"].to_numpy(bool) & sound
    return np.where(compared.before >= 0, fit[compared.before], False) & fit[compared.after]


def _limits(
    values: Floats, compared: Comparisons, changed: NDArray[np.bool_], measure: Measure, level: float
) -> Columns:
    """Limits of the change and the three-way responses, for the comparisons that can be made."""
    columns = _no_limits(len(changed))
    at = np.flatnonzero(changed)
    for part in (at[i : i + CHUNK] for i in range(0, len(at), CHUNK)):
        before, after = (_side_by_side(values, compared.slices, w[part]) for w in (compared.before, compared.after))
        pair = serial.serial_pair(before, after)
        for name, found in _intervals(pair, measure, level).items():
            columns[name][part] = found
        if measure.kind == SHARE:
            _, low, high = check_contrast(pair, before, after, level)
            columns["check_low"][part], columns["check_high"][part] = PER * low, PER * high
    return columns | {"method": pd.array(columns["method"], dtype="string")}


def _no_limits(n: int) -> Columns:
    """Columns of *n* comparisons that cannot be made."""
    numbers = {name: np.full(n, np.nan) for name in ("low", "high", "check_low", "check_high")}
    return numbers | {name: np.full(n, None, object) for name in ("method", *RESPONSES.values())}


def _intervals(pair: serial.Pair, measure: Measure, level: float) -> Columns:
    """The limits of some changes, how they were computed, and which responses they show."""
    contrast = _contrast(measure)
    _, low, high = contrast(pair, 1.0, level)
    plain, assumed = METHODS[measure.kind]
    columns = {
        "low": _scale(measure) * low,
        "high": _scale(measure) * high,
        "method": np.where(pair.assumed, assumed, plain),
    }
    if measure.kind == MEAN or measure.more_is_better:
        return columns
    return columns | {name: _response(pair, contrast, threshold) for threshold, name in RESPONSES.items()}


def _contrast(measure: Measure) -> Contrast:
    """The interval for its kind of measure."""
    if measure.kind == AMOUNT:
        return partial(serial.amount_contrast, most=measure.most if measure.bounded else np.inf)
    return serial.share_contrast if measure.kind == SHARE else serial.mean_contrast


def _response(pair: serial.Pair, contrast: Contrast, threshold: int) -> NDArray[np.object_]:
    """Whether the fall reaches *threshold* per cent: yes, uncertain or no; None where there is nothing to fall from."""
    _, lower, upper = contrast(pair, 1 - threshold / 100, RESPONSE_LEVEL)
    answer = serial.response(lower, upper)
    answer[~(pair.before.mean > 0)] = None
    return answer


def _side_by_side(values: Floats, slices: Slices, which: Ints) -> Floats:
    """The days of some windows, a row each, filled up with NaN behind their last day."""
    low, length = slices.low[which], slices.high[which] - slices.low[which]
    column = np.arange(max(int(length.max(initial=0)), 1))
    rows = np.minimum(low[:, None] + column, len(values) - 1)
    return np.where(column < length[:, None], values[rows], np.nan)


def _cautions(
    compared: Comparisons, told: NDArray[np.bool_], sound: NDArray[np.bool_], measure: Measure
) -> pd.Series[str]:
    """What to keep in mind with each row, a sentence each; empty where nothing."""
    windows, _, before, after = compared
    reason = windows["reason"].to_numpy(object)
    name = windows["name"].to_numpy(object)
    no_base = before < 0
    base = np.where(no_base, "no baseline: the diary has no days before the first session. ", "")
    base = np.where(no_base, base, _sentences(name[before], reason[before])).astype(object)
    there = (windows["days"] > 0).to_numpy(bool)
    lacking = _named(name, ~told & there, before, after)
    lacking = np.where(
        lacking == "", "", f"{measure.words}: not written down on enough logged days of " + lacking + ". "
    )
    little = _named(name, ~sound & there, before, after)
    little = np.where(little == "", "", f"{measure.words}: not written down on most headache days of " + little + ". ")
    return pd.Series(base + _sentences(name[after], reason[after]) + lacking + little, dtype="string").str.strip()


def _named(name: Any, which: NDArray[np.bool_], before: Ints, after: Ints) -> Any:
    """The windows of each comparison to which something applies: "", "baseline", "cycle 1", "baseline and cycle 1"."""
    first, second = which[before] & (before >= 0), which[after]
    joined = np.where(first, name[before], "").astype(object) + np.where(first & second, " and ", "").astype(object)
    return joined + np.where(second, name[after], "").astype(object)


def _sentences(name: Any, reason: Any) -> Any:
    return np.where(reason == "", "", name + ": " + reason + ". ").astype(object)
