"""Before against after: each window of each cycle compared with the baseline, measure by measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates import serial
from analysis.grid import Floats, Grid, Ints, day_grid, day_number, running_total
from analysis.measures import AMOUNT, MEAN, MEASURES, SHARE, Measure
from analysis.rates import PER
from analysis.windows import LOW
from diary.tables import OUTCOMES, conform

THRESHOLDS = (30, 50, 75)
"""Per cent lower that a response is judged at."""

RESPONSE_LEVEL = 0.90
"""Confidence level of the interval that a response is judged by."""

LEAST_KNOWN = 0.9
"""Share of a window's logged days on which a measure must be known for it to be told."""

LEAST_KNOWN_OF_HEADACHE = 0.5
"""Share of a window's headache days on which it must be known for a response to be judged: where only the
headache-free days are known, a rate of none says nothing."""

CHUNK = 4096
"""Comparisons whose days are laid side by side at a time; bounds the memory."""


Contrast = Callable[[serial.Pair, float, float], tuple[Floats, Floats, Floats]]
"""after − c·before of a pair of phases, for a c and a level, with its limits."""


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


def outcome_table(
    marked: pd.DataFrame, windows: pd.DataFrame, *, measures: tuple[Measure, ...] = MEASURES, level: float = 0.95
) -> pd.DataFrame:
    """The OUTCOMES table from marked days (:func:`analysis.definitions.mark_days`) and windows.

    One row for each window after the baseline and each measure. ``before`` and ``after`` are missing
    where the window is "cannot tell", or where the measure is known on fewer than nine in ten logged days.
    The limits are those of the change, at *level*.
    """
    grid = day_grid(marked)
    patient = grid.number(windows["patient"])
    slices = window_slices(grid, windows, patient)
    after = np.flatnonzero(windows["cycle"].to_numpy() > 0)
    base = np.flatnonzero(windows["cycle"].to_numpy() == 0)
    at = np.full(len(grid.patients), -1)
    at[patient[base]] = base
    before = at[patient[after]]
    parts = [_measure_rows(marked, windows, slices, before, after, m, level) for m in measures]
    if not parts or not len(after):
        return conform(pd.DataFrame({name: [] for name in OUTCOMES.names}, dtype=object), OUTCOMES)
    rows = pd.concat(parts, ignore_index=True)
    order = np.arange(len(rows)).reshape(len(parts), len(after)).T.ravel()
    return conform(rows.iloc[order], OUTCOMES)


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


def _measure_rows(
    marked: pd.DataFrame,
    windows: pd.DataFrame,
    slices: Slices,
    before: Ints,
    after: Ints,
    measure: Measure,
    level: float,
) -> pd.DataFrame:
    asked = "headache" if measure.kind == MEAN else "logged"
    sums = window_sums(marked, measure.column, slices, windows["days"].to_numpy(np.int64), asked=asked)
    values = day_values(marked, measure.column)
    scale = 1 if measure.kind == MEAN else PER
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = scale * sums.total / sums.known
        told = (sums.known > 0) & (sums.known >= LEAST_KNOWN * sums.asked)
    sound = _known_of_headache(marked, values, slices)
    shown = told & _showable(windows)
    rate = np.where(shown, rate, np.nan)
    b, a = _at(rate, before), rate[after]
    rows: dict[str, Any] = {
        "patient": windows["patient"].to_numpy(object)[after],
        "cycle": windows["cycle"].to_numpy(np.int64)[after],
        "phase": windows["phase"].to_numpy(object)[after],
        "measure": measure.name,
        "unit": measure.unit,
        "before": b,
        "after": a,
        "change": a - b,
        "change_percent": np.divide(100 * (a - b), b, out=np.full(len(a), np.nan), where=b > 0),
        "level": np.where(np.isnan(a - b), np.nan, level),
        "before_logged": _at(sums.known, before),
        "before_days": _at(sums.days, before),
        "after_logged": sums.known[after],
        "after_days": sums.days[after],
        **_missing_bounds(sums, after, measure, windows),
        "caution": _cautions(windows, told, sound | ~told, before, after, measure),
    }
    rows |= _limits(values, slices, before, after, ~np.isnan(a - b), measure, level)
    judged = windows["usable"].to_numpy(bool) & sound
    usable = np.where(before >= 0, judged[before], False) & judged[after]
    for threshold in THRESHOLDS:
        rows[f"response_{threshold}"][~usable] = None
    return pd.DataFrame(rows)


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


def _missing_bounds(sums: Sums, after: Ints, measure: Measure, windows: pd.DataFrame) -> dict[str, Any]:
    """The rate after, were every day on which the measure is not known free of headache, or full of it.

    A full day is at least an average one: more attacks than one may begin on a day.
    """
    if measure.kind == MEAN:
        nothing = np.full(len(after), np.nan)
        return {"if_missing_free": nothing, "if_missing_headache": nothing}
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = (sums.days - sums.known) * np.maximum(measure.most, sums.total / sums.known)
        least = (PER * sums.total / sums.days)[after]
        most = (PER * (sums.total + missing) / sums.days)[after]
    never = ((sums.known == 0) | ~_showable(windows))[after]
    least, most = np.where(never, np.nan, least), np.where(never, np.nan, most)
    free, full = (most, least) if measure.more_is_better else (least, most)
    return {"if_missing_free": free, "if_missing_headache": full}


def _limits(
    values: Floats,
    slices: Slices,
    before: Ints,
    after: Ints,
    compared: NDArray[np.bool_],
    measure: Measure,
    level: float,
) -> dict[str, Any]:
    """Limits of the change and the three-way responses, for the comparisons that can be made."""
    n = len(after)
    low, high = np.full(n, np.nan), np.full(n, np.nan)
    method = np.full(n, None, object)
    responses = {t: np.full(n, None, object) for t in THRESHOLDS}
    contrast: Contrast = serial.share_contrast if measure.kind == SHARE else serial.mean_contrast
    scale = 1 if measure.kind == MEAN else PER
    at = np.flatnonzero(compared)
    for part in (at[i : i + CHUNK] for i in range(0, len(at), CHUNK)):
        pair = serial.serial_pair(
            _side_by_side(values, slices, before[part]), _side_by_side(values, slices, after[part])
        )
        _, lower, upper = contrast(pair, 1.0, level)
        low[part], high[part] = scale * lower, scale * upper
        plain = serial.METHOD if measure.kind == SHARE else serial.METHOD_MEAN
        method[part] = np.where(pair.assumed & (measure.kind == SHARE), serial.METHOD_ASSUMED, plain)
        if not measure.more_is_better and measure.kind in (SHARE, AMOUNT):
            for threshold in THRESHOLDS:
                responses[threshold][part] = _response(pair, contrast, threshold)
    return {
        "low": low,
        "high": high,
        "method": pd.array(method, dtype="string"),
        **{f"response_{t}": answers for t, answers in responses.items()},
    }


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
    windows: pd.DataFrame,
    told: NDArray[np.bool_],
    sound: NDArray[np.bool_],
    before: Ints,
    after: Ints,
    measure: Measure,
) -> pd.Series[str]:
    """What to keep in mind with each row, a sentence each; empty where nothing."""
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
