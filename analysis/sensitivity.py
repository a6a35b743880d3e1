"""Would another reading of the same diary say the same? Every number and verdict, under every definition.

A headache day has at least three definitions, a migraine day four, and a cycle can be judged by the whole of it, by
its last four weeks or by its best four. Where the verdicts agree, the choice does not matter; where they do not, the
reader has to know. Nothing here picks the reading that looks best: all are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.definitions import DEFAULT, MIGRAINE_RULES, RULES, DayRules, headache_day, migraine_day
from analysis.grid import day_grid
from analysis.measures import BY_NAME
from analysis.outcome import outcome_table, window_slices, window_sums
from analysis.reports.words import count, signed
from analysis.rules import verdict_table
from analysis.rules.base import CANNOT_TELL, Case
from analysis.windows import BLOCK, MOST_BASELINE_BLOCKS, window_table

DEFINITION, WINDOW, BASELINE = "definition", "window", "baseline"

WHOLE, LAST_WEEKS, BEST_WEEKS = "whole cycle", "weeks 9-12", "best four weeks"
WINDOWS = (WHOLE, LAST_WEEKS, BEST_WEEKS)
"""What a cycle can be judged by. The best four weeks are chosen after the fact, and flatter."""

PARTS = ("1-4", "5-8", "9-12")

JUDGED = ("cycle", "1-4")
"""The windows that rules judge a cycle by: most take the whole of it, the Hull clinic its first month."""


PLUS = " + "


class Reading(NamedTuple):
    """One other way to read the case: the *kind* of choice, its *name*, and the case so read."""

    kind: str
    name: str
    case: Case


def sensitivity_table(
    case: Case, rules: str = "nice-ta260", *, day_rules: DayRules = DEFAULT, doses: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Each verdict of the rule set under each other reading of the same diary.

    *case* is marked by *day_rules*; *doses* lets the definition ``ichd`` see what was relieved. Columns: patient, rule,
    ``used`` (the verdict of the case as it is), ``kind`` (definition, window, baseline), ``name``, ``verdict``, and
    ``changes``: both are told, and they differ.
    """
    key, others = ["patient", "rule"], list(readings(case, day_rules, doses))
    used = verdict_table(case, rules)[[*key, "verdict"]].rename(columns={"verdict": "used"})
    found = apart(verdict_table(at_once(others), rules), others)
    table = found[[*key, "kind", "name", "verdict"]].merge(used, on=key)
    told = (table["used"] != CANNOT_TELL) & (table["verdict"] != CANNOT_TELL)
    table = table.assign(changes=told & (table["used"] != table["verdict"]))
    return table[[*key, "used", "kind", "name", "verdict", "changes"]]


def readings(case: Case, day_rules: DayRules = DEFAULT, doses: pd.DataFrame | None = None) -> Iterator[Reading]:
    """The case under every definition, by every window of a cycle, and against one, two and three baseline blocks."""
    yield from by_definition(case, day_rules, doses)
    for name in WINDOWS:
        yield Reading(WINDOW, name, judged_by(case, name))
    for blocks in range(1, MOST_BASELINE_BLOCKS + 1):
        windows = window_table(case.marked, case.treatments, as_of=case.as_of, baseline_blocks=blocks)
        yield Reading(BASELINE, f"baseline of {BLOCK * blocks} days", case._replace(windows=windows))


def by_definition(case: Case, day_rules: DayRules, doses: pd.DataFrame | None) -> Iterator[Reading]:
    """The case under every definition: each flag is computed once, and every pair of them is read."""
    headache = {name: headache_day(case.marked, rules) for name, rules in RULES.items()}
    migraine = {
        name: migraine_day(case.marked, day_rules._replace(migraine=rule), doses)
        for name, rule in MIGRAINE_RULES.items()
    }
    for rules in definitions(day_rules):
        flags = {"headache_day": headache[rules.name], "migraine_day": migraine[rules.migraine.name]}
        marked = case.marked.assign(**flags)
        yield Reading(DEFINITION, definition_name(rules), case._replace(marked=marked))


def definitions(day_rules: DayRules = DEFAULT) -> list[DayRules]:
    """Every headache day with every migraine day, by the severity map of *day_rules*."""
    pairs = product(RULES.values(), MIGRAINE_RULES.values())
    return [headache._replace(migraine=migraine, severity=day_rules.severity) for headache, migraine in pairs]


def definition_name(rules: DayRules) -> str:
    """Such as "4h + ichd": the headache day, and the migraine day."""
    return f"{rules.name}{PLUS}{rules.migraine.name}"


def judged_by(case: Case, window: str) -> Case:
    """The case with each cycle judged by that window of it, in place of :data:`JUDGED`.

    A cycle that does not have the window has nothing to judge.
    """
    phase = case.windows["phase"]
    if window == BEST_WEEKS:
        chosen = _best(case, case.windows.loc[phase.isin(PARTS)])
    else:
        chosen = case.windows.loc[phase == {WHOLE: "cycle", LAST_WEEKS: "9-12"}[window]]
    stand_ins = [chosen.assign(phase=pd.array([name] * len(chosen), dtype="string")) for name in JUDGED]
    both = pd.concat([case.windows.loc[~phase.isin(JUDGED)], *stand_ins], ignore_index=True)
    return case._replace(windows=both.sort_values(["patient", "cycle"], kind="stable", ignore_index=True))


def _best(case: Case, parts: pd.DataFrame) -> pd.DataFrame:
    """Of each cycle, the usable four weeks with the fewest headache days of those that are known."""
    grid = day_grid(case.marked)
    slices = window_slices(grid, parts, grid.number(parts["patient"]))
    sums = window_sums(case.marked, "headache_day", slices, parts["days"].to_numpy(np.int64))
    rate = np.divide(sums.total, sums.known, out=np.full(len(parts), np.inf), where=sums.known > 0)
    ranked = parts.assign(rate=np.where(parts["usable"], rate, np.inf)).sort_values("rate", kind="stable")
    return ranked.drop_duplicates(["patient", "cycle"]).drop(columns="rate")


# --- all readings at once


def at_once(readings: Sequence[Reading]) -> Case:
    """The readings as one case, in which each of them is a patient: "3 P1" is P1 as the fourth reading has it.

    What is worked out for many patients together takes hardly longer than for one of them.
    """
    first = readings[0].case
    there = [name for name in Case._fields if name != "as_of" and getattr(first, name) is not None]
    stacked: dict[str, Any] = {name: _stacked([getattr(read.case, name) for read in readings]) for name in there}
    return first._replace(**stacked)


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    numbered = [table.assign(patient=f"{number} " + table["patient"]) for number, table in enumerate(tables)]
    return pd.concat(numbered, ignore_index=True)


def apart(rows: pd.DataFrame, readings: Sequence[Reading]) -> pd.DataFrame:
    """Rows about the case of :func:`at_once` by reading and patient, with the reading's *kind* and *name*."""
    codes = [code.split(" ", 1) for code in rows["patient"]]
    number = np.array([int(n) for n, _ in codes], np.int64)
    kinds, names = (np.array(said)[number] for said in zip(*(read[:2] for read in readings), strict=True))
    own = rows.assign(patient=pd.array([code for _, code in codes], dtype="string"), kind=kinds, name=names)
    return own.iloc[np.argsort(number, kind="stable")].reset_index(drop=True)


# --- what the verdicts hang on


def checked_verdicts(
    case: Case, rules: str = "nice-ta260", *, day_rules: DayRules = DEFAULT, doses: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The verdicts of :func:`analysis.rules.verdict_table`, with *flips* from every other reading.

    Where a verdict cannot be told, *flips* stays empty: there is nothing to flip.
    """
    return with_flips(verdict_table(case, rules), sensitivity_table(case, rules, day_rules=day_rules, doses=doses))


def with_flips(verdicts: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The verdict table with what changes each verdict by *table*, which :func:`sensitivity_table` made."""
    turned = {key: named(rows) for key, rows in table.loc[table["changes"]].groupby(["patient", "rule"])}
    keys = zip(verdicts["patient"], verdicts["rule"], strict=True)
    more = pd.Series([turned.get(key, "") for key in keys], index=verdicts.index, dtype="string")
    return verdicts.assign(flips=(verdicts["flips"] + ", " + more).str.strip(", "))


MANY = {DEFINITION: "definitions", WINDOW: "windows", BASELINE: "baselines"}


def sensitivity_sentence(table: pd.DataFrame, rule: str) -> str:
    """What :func:`sensitivity_table` says of one rule for one patient, for a clinician."""
    mine = table.loc[table["rule"] == rule]
    if mine.empty or mine["used"].iloc[0] == CANNOT_TELL:
        return f"{rule}: the verdict cannot be told{_told_otherwise(mine)}."
    parts = [_of_kind(kind, mine.loc[mine["kind"] == kind]) for kind in MANY]
    return f"{rule}: the verdict ({mine['used'].iloc[0]}) {'; '.join(parts)}."


def _told_otherwise(mine: pd.DataFrame) -> str:
    """The readings under which a verdict that cannot be told can be."""
    told = mine.loc[mine["verdict"] != CANNOT_TELL]
    return f"; it could be under {named(told)}" if len(told) else " under any definition, window or baseline"


def named(rows: pd.DataFrame) -> str:
    """Readings of one rule and one patient, with their verdicts; "4h (met)" where it is so with every migraine day."""
    said = []
    for name, verdict in rows[["name", "verdict"]].to_numpy():
        headache = name.split(PLUS)[0]
        with_it = rows["name"].str.startswith(headache + PLUS) & (rows["verdict"] == verdict)
        said.append(f"{headache if with_it.sum() == len(MIGRAINE_RULES) else name} ({verdict})")
    return ", ".join(dict.fromkeys(said))


def _of_kind(kind: str, mine: pd.DataFrame) -> str:
    told = mine.loc[mine["verdict"] != CANNOT_TELL]
    if told.empty:
        return f"cannot be told under any other {kind}"
    open_ = f" ({len(mine) - len(told)} of {len(mine)} {MANY[kind]} cannot tell)" if len(told) < len(mine) else ""
    if told["changes"].any():
        return f"changes under {named(told.loc[told['changes']])}{open_}"
    return f"is the same under {'all ' if not open_ else ''}{count(len(told), kind)}{open_}"


def sensitivity_plain(table: pd.DataFrame, *, borderline: bool = False) -> str:
    """What it says of all rules together, for the patient; *borderline*: blocks of 28 days answer one otherwise."""
    told = table.loc[table["used"] != CANNOT_TELL]
    if told.empty:
        return "Your diary cannot answer these rules yet, whichever way we count."
    if not (borderline or told["changes"].any()):
        return "We counted your days in several ways that doctors use. The answers stayed the same each time."
    return "We counted your days in several ways that doctors use. Some answers change with the way of counting."


# --- numbers

ESTIMATED = ("headache_days", "migraine_days")
NUMBERS = ("before", "after", "change", "low", "high")


def estimate_table(
    case: Case, *, day_rules: DayRules = DEFAULT, doses: pd.DataFrame | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Headache and migraine days, baseline and latest cycle, with the change and its limits, under each reading.

    Columns: patient, ``kind`` and ``name`` of the reading, ``measure``, ``cycle``, and before, after, change, low and
    high in days per 28 days. The latest cycle is the same in all rows of a patient: the last whole one whose headache
    days can be compared as the case stands.
    """
    measures = tuple(BY_NAME[name] for name in ESTIMATED)
    latest = _latest(outcome_table(case.marked, case.windows, measures=measures[:1], level=level))
    others = list(readings(case, day_rules, doses))
    together = at_once(others)
    rows = apart(outcome_table(together.marked, together.windows, measures=measures, level=level), others)
    mine = rows.loc[rows["phase"] == "cycle"].merge(latest, on=["patient", "cycle"])
    columns = ["patient", "kind", "name", "measure", "cycle", *NUMBERS]
    return mine[columns].sort_values("patient", kind="stable", ignore_index=True)


def _latest(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Patient and number of the latest cycle whose headache days can be compared with the baseline, whole."""
    told = outcomes.loc[(outcomes["phase"] == "cycle") & outcomes["change"].notna()]
    return told[["patient", "cycle"]].drop_duplicates("patient", keep="last")


def estimate_sentence(table: pd.DataFrame, measure: str = "headache_days") -> str:
    """How far the changes of :func:`estimate_table` lie apart, for one patient."""
    asked = table.loc[(table["measure"] == measure) & (table["kind"] == DEFINITION)]
    mine = asked.loc[asked["change"].notna()]
    words = BY_NAME[measure].words
    if mine.empty:
        return f"Change in {words}: cannot be told under any definition."
    low, high = mine["change"].min(), mine["change"].max()
    clear = int(((mine["high"] < 0) | (mine["low"] > 0)).sum())
    of = f"{len(mine)} of {len(asked)} definitions"
    return (
        f"Change in {words} per 28 days, under the {of} that can be told: from {signed(low)} to {signed(high)}; "
        f"the 95 % interval leaves out zero under {clear} of them."
    )
