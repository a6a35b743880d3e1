"""Outcomes: every window against the baseline, measure by measure, as live formulas over Days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Border, Font, Side

from analysis.findings import Findings
from analysis.grid import Floats, Ints, day_grid
from analysis.measures import BY_NAME, MEAN, MEASURES, Measure
from analysis.outcome import LEAST_KNOWN, THRESHOLDS, window_slices, window_sums
from analysis.rates import PER
from analysis.reports.words import NOT_TOLD, listed
from analysis.reports.workbook.days import header_of
from analysis.reports.workbook.page import (
    FIRST,
    HEADER,
    QUIET,
    RULE,
    Column,
    Formula,
    Page,
    add_sheet,
    capital,
    known,
    set_print,
)
from analysis.reports.workbook.windows import DAYS, EMPTY, LOGGED, USABLE, inside

NOTE = (
    "Rates are per 28 days. They count the sheet Days again when a day is corrected. Columns with a header in grey "
    "italics (limits, responses, cautions) were computed by the program; they do not recalculate."
)
ALWAYS = ("headache_days", "moderate_severe_days", "severe_days", "clear_days")
"""Shown even where all of them are zero: none is an answer too."""

NONE = "–"
BEFORE, AFTER = "E", "F"
"""Columns of the rates, which the charts read."""
LAST_PRINTED = "O"
"""The sums behind the rates, cautions and methods, further right, are for the screen."""


class Place(NamedTuple):
    """Where a record stands: its row here, and the rows of its window and of the baseline in Windows."""

    row: int
    window: int
    baseline: int


def outcomes_sheet(workbook: Workbook, findings: Findings) -> Page:
    """A row for each window after the baseline and each measure that the diary can tell of."""
    outcomes = shown(findings.outcomes)
    page = add_sheet(workbook, "Outcomes", "Outcomes", _note(findings, outcomes), freeze=f"D{FIRST}")
    page.table("Outcomes", outcome_columns(findings, outcomes))
    quiet = CellIsRule("equal", [f'"{NOT_TOLD}"'], font=Font(color=QUIET, italic=True))
    first = FormulaRule([f"$B{FIRST}<>$B{HEADER}"], border=Border(top=Side("thin", color=RULE)))
    last = FIRST + max(len(outcomes), 1) - 1
    page.sheet.conditional_formatting.add(f"E{FIRST}:U{last}", quiet)
    page.sheet.conditional_formatting.add(f"A{FIRST}:X{last}", first)
    set_print(page, findings.patient, landscape=True, repeat="1:3")
    page.sheet.print_area = f"A1:{LAST_PRINTED}{last}"
    return page


def shown(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The outcomes without the measures that are never known or never other than zero."""
    rates = outcomes[["before", "after"]]
    told, nonzero = rates.notna().any(axis=1), (rates.fillna(0) != 0).any(axis=1)
    here = set(outcomes.loc[nonzero, "measure"]) | set(outcomes.loc[told, "measure"]).intersection(ALWAYS)
    return outcomes.loc[outcomes["measure"].isin([*here, "headache_days"])].reset_index(drop=True)


def _note(findings: Findings, outcomes: pd.DataFrame) -> str:
    if outcomes.empty:
        return EMPTY
    here = set(outcomes["measure"])
    out = [measure.words for measure in MEASURES if measure.name not in here]
    return NOTE + (f" Left out, as never known or never other than zero: {listed(out)}." if out else "")


def outcome_columns(findings: Findings, outcomes: pd.DataFrame) -> list[Column]:
    """The columns of the sheet."""
    live = formulas(findings, outcomes)
    return [
        *_what(findings, outcomes),
        Column("Before", live["before"], 11, "Baseline: events × 28 ÷ known days.", "Diary number"),
        Column("After", live["after"], 11, "This window: events × 28 ÷ known days.", "Diary number"),
        Column("Change", live["change"], 11, "After − before.", "Diary change"),
        Column("Change in %", live["percent"], 11, "Change ÷ before; – where there was none before.", "Diary percent"),
        *_limits(outcomes),
        Column("If missing free", live["free"], 12, "After, were every missing day free of it.", "Diary number"),
        Column("If missing headache", live["full"], 12, "After, were every missing day a full one.", "Diary number"),
        Column("Sum before", live["before_sum"], 11, "Counted in the baseline, on known days.", "Diary number"),
        Column("Known before", live["before_known"], 11, "Baseline days on which the measure is known.", "Diary count"),
        Column("Days before", live["before_days"], 9, "Calendar days of the baseline.", "Diary count"),
        Column("Sum after", live["after_sum"], 11, "Counted in this window, on known days.", "Diary number"),
        Column("Known after", live["after_known"], 11, "Days of this window on which it is known.", "Diary count"),
        Column("Days after", live["after_days"], 9, "Calendar days of this window.", "Diary count"),
        *_remarks(outcomes),
    ]


def _what(findings: Findings, outcomes: pd.DataFrame) -> list[Column]:
    """What each record is about."""
    names = findings.windows.set_index(["cycle", "phase"])["name"]
    windows = [capital(names[key]) for key in zip(outcomes["cycle"], outcomes["phase"], strict=True)]
    measures = [capital(BY_NAME[name].words) for name in outcomes["measure"]]
    cycles, units = known(outcomes["cycle"]), known(outcomes["unit"])
    return [
        Column("Cycle", cycles, 7, "The cycle that is compared with the baseline.", "Diary count", fixed=True),
        Column("Window", windows, 20, "Its dates are in Windows.", "Diary line", fixed=True),
        Column("Measure", measures, 46, "What is counted; defined under Methods.", "Diary line", fixed=True),
        Column("Unit", units, 27, "Unit of the rates.", "Diary line", fixed=True),
    ]


def _limits(outcomes: pd.DataFrame) -> list[Column]:
    """How sure the change is."""
    told = outcomes["level"].dropna()
    level = f"{100 * told.iloc[0]:g} %" if len(told) else "Limits"
    low, high = known(outcomes["low"]), known(outcomes["high"])
    return [
        Column(f"{level} from", low, 9, "Lower limit of the change. " + FIXED, "Diary change", fixed=True),
        Column(f"{level} to", high, 9, "Upper limit of the change. " + FIXED, "Diary change", fixed=True),
        *(
            Column(f"≥ {t} % fewer", _responses(outcomes, t), 12, RESPONSE + FIXED, "Diary line", fixed=True)
            for t in THRESHOLDS
        ),
    ]


def _remarks(outcomes: pd.DataFrame) -> list[Column]:
    """What to keep in mind, how the limits were computed, and the name for other programs."""
    cautions = [text or None for text in outcomes["caution"]]
    methods, names = known(outcomes["method"]), known(outcomes["measure"])
    return [
        Column("Caution", cautions, 50, "What to keep in mind. " + FIXED, "Diary line", fixed=True),
        Column("Method", methods, 50, "How the limits were computed.", "Diary line", fixed=True),
        Column("Name", names, 24, "The measure's name in outcomes.json.", "Diary line", fixed=True),
    ]


FIXED = "Computed by the program; it does not recalculate."
RESPONSE = "yes or no only where the 90 % interval decides it, otherwise uncertain. "


def _responses(outcomes: pd.DataFrame, threshold: int) -> list[str]:
    """The response in words; a dash where fewer is not the question, as with means and headache-free days."""
    asked = [BY_NAME[name].kind != MEAN and not BY_NAME[name].more_is_better for name in outcomes["measure"]]
    answers = known(outcomes[f"response_{threshold}"])
    return [answer or (NOT_TOLD if can else NONE) for answer, can in zip(answers, asked, strict=True)]


def formulas(findings: Findings, outcomes: pd.DataFrame) -> dict[str, list[Any]]:
    """The live columns: each formula with the value that it has now."""
    windows = findings.windows
    at = {key: FIRST + n for n, key in enumerate(zip(windows["cycle"], windows["phase"], strict=True))}
    keys = zip(outcomes["cycle"], outcomes["phase"], outcomes["measure"], strict=True)
    placed = [
        (Place(FIRST + n, at[cycle, phase], at[0, "baseline"]), BY_NAME[name])
        for n, (cycle, phase, name) in enumerate(keys)
    ]
    texts = pd.DataFrame([_texts(place, measure) for place, measure in placed], columns=COLUMNS)
    now = _now(findings, outcomes, placed)
    return {
        name: [Formula(text, value) if text else NONE for text, value in zip(texts[name], now[name], strict=True)]
        for name in COLUMNS
    }


COLUMNS = (
    "before",
    "after",
    "change",
    "percent",
    "free",
    "full",
    "before_sum",
    "before_known",
    "before_days",
    "after_sum",
    "after_known",
    "after_days",
)


def _texts(place: Place, measure: Measure) -> tuple[str, ...]:
    """The formulas of one record, in the order of COLUMNS."""
    r, days = place.row, header_of(measure.column)
    least = f"{_shown(place.window)},T{r}>0"
    free, full = f"{PER}*S{r}/U{r}", f"{PER}*(S{r}+{measure.most:g}*(U{r}-T{r}))/U{r}"
    bounds = (full, free) if measure.more_is_better else (free, full)
    bounded = ("", "") if measure.kind == MEAN else tuple(_told(least, bound) for bound in bounds)
    return (
        _rate(place.baseline, "P", "Q", r, measure),
        _rate(place.window, "S", "T", r, measure),
        _told(f"ISNUMBER(E{r}),ISNUMBER(F{r})", f"F{r}-E{r}"),
        f'=IF(ISNUMBER(G{r}),IF(E{r}>0,100*G{r}/E{r},"{NONE}"),"{NOT_TOLD}")',
        *bounded,
        f"=SUMIFS(Days[{days}],{_asked(place.baseline, measure)})",
        f'=COUNTIFS({_asked(place.baseline, measure)},Days[{days}],">=0")',
        f"=Windows!${DAYS}${place.baseline}",
        f"=SUMIFS(Days[{days}],{_asked(place.window, measure)})",
        f'=COUNTIFS({_asked(place.window, measure)},Days[{days}],">=0")',
        f"=Windows!${DAYS}${place.window}",
    )


def _asked(window: int, measure: Measure) -> str:
    """The conditions for the days on which the measure could have been written down: a mean asks for headache."""
    return inside(window) + (f",Days[{header_of('clear_day')}],0" if measure.kind == MEAN else "")


def _rate(window: int, total: str, count: str, row: int, measure: Measure) -> str:
    """The rate of one window, or "cannot tell" where the window or the measure is not known well enough."""
    asked = f"COUNTIFS({_asked(window, measure)})" if measure.kind == MEAN else f"Windows!${LOGGED}${window}"
    scale = "" if measure.kind == MEAN else f"{PER}*"
    enough = f"{_shown(window)},{count}{row}>0,{count}{row}>={LEAST_KNOWN}*{asked}"
    return _told(enough, f"{scale}{total}{row}/{count}{row}")


def _shown(window: int) -> str:
    return f'Windows!${USABLE}${window}<>"{NOT_TOLD}"'


def _told(conditions: str, value: str) -> str:
    """The value where all conditions hold. IF alone is lazy: AND would still divide by zero."""
    return f'=IF(AND({conditions}),{value},"{NOT_TOLD}")'


def _now(findings: Findings, outcomes: pd.DataFrame, placed: Sequence[tuple[Place, Measure]]) -> dict[str, list[Any]]:
    """What the formulas give now, from the tables."""
    total, count = _totals(findings, placed)
    days = findings.windows["days"].to_numpy()
    base = [place.baseline - FIRST for place, _ in placed]
    after = [place.window - FIRST for place, _ in placed]
    record = np.arange(len(placed))
    percent = outcomes["change_percent"].astype(object).where(outcomes["change_percent"].notna(), NONE)
    return {
        "before": _or_not_told(outcomes["before"]),
        "after": _or_not_told(outcomes["after"]),
        "change": _or_not_told(outcomes["change"]),
        "percent": percent.mask(outcomes["change"].isna(), NOT_TOLD).tolist(),
        "free": _or_not_told(outcomes["if_missing_free"]),
        "full": _or_not_told(outcomes["if_missing_headache"]),
        "before_sum": total[record, base].tolist(),
        "before_known": count[record, base].tolist(),
        "before_days": days[base].tolist(),
        "after_sum": total[record, after].tolist(),
        "after_known": count[record, after].tolist(),
        "after_days": days[after].tolist(),
    }


def _totals(findings: Findings, placed: Sequence[tuple[Place, Measure]]) -> tuple[Floats, Ints]:
    """For each record, the sum and the known days of its measure in every window."""
    windows, grid = findings.windows, day_grid(findings.marked)
    slices = window_slices(grid, windows, grid.number(windows["patient"]))
    days = windows["days"].to_numpy(np.int64)
    used = {measure: window_sums(findings.marked, measure.column, slices, days) for _, measure in placed}
    none = np.zeros((0, len(windows)))
    return (
        np.array([used[measure].total for _, measure in placed]) if placed else none,
        np.array([used[measure].known for _, measure in placed]) if placed else none.astype(np.int64),
    )


def _or_not_told(values: pd.Series[Any]) -> list[Any]:
    return values.astype(object).where(values.notna(), NOT_TOLD).tolist()
