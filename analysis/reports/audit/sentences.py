"""What the first page of an audit says: who started, the three lines together, who responded, and what is missing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.benchmarks import BENCHMARKS, LABEL
from analysis.cohort.audit import DAYS_SHOWN, Audit
from analysis.cohort.lines import FEWEST, LINES, TREATED
from analysis.reports import words
from analysis.reports.audit.charts.persistence import at_risk_on, known_days
from analysis.reports.audit.pieces import LEFT_OUT, NONE, changed, of_all, people
from analysis.reports.pieces import Point

STARTED = "started: at least one therapeutic session"
STOPPED = "stopped so far"
FEW = "Too few people started for their numbers to be shown."
NOBODY = "Nobody has had a therapeutic session yet."
NO_CYCLE = "No cycle of enough people is over yet: cannot tell what changed."


def latest_cycle(audit: Audit) -> int | None:
    """The last cycle that at least half of those who started have had the time for, and enough still had."""
    lines = of_all(audit.lines)
    treated = lines.loc[lines["line"] == TREATED].set_index("cycle")["n"]
    not_yet = audit.missing.set_index("cycle")["not_yet"].reindex(treated.index)
    everyone = _overview(audit, STARTED).fillna(0)["value"]
    enough = treated.ge(FEWEST) & (2 * not_yet.fillna(0)).le(everyone)
    last = treated.index[enough.fillna(False).to_numpy(dtype=bool)]
    return int(last.max()) if len(last) else None


def headline(audit: Audit, cycle: int | None) -> str:
    """How many started, and the three lines at the latest cycle, in one breath."""
    started = _overview(audit, STARTED)["value"]
    if pd.isna(started) or started == 0:
        return FEW if pd.isna(started) else NOBODY
    begin = f"{people(started)} {_people(started)} started."
    if cycle is None:
        return f"{begin} {NO_CYCLE}"
    treated, modelled, stoppers = _three(audit, cycle)
    return (
        f"{begin} Change in headache days per 28 days in cycle {cycle}: {_alone(treated)} in the "
        f"{people(treated['n'])} still treated; {_alone(modelled)} in all who started, modelled; {_alone(stoppers)} "
        "with those who stopped counted as back at baseline."
    )


def _alone(row: pd.Series[Any]) -> str:
    return words.signed(row["change"]) if pd.notna(row["change"]) else _untold(row)


def points(audit: Audit, cycle: int | None) -> tuple[Point, ...]:
    """The questions of the first page; those about a cycle only where one is over."""
    if not _overview(audit, STARTED).fillna(0)["value"]:
        return ()
    who = Point("Who started?", _who(audit))
    still = Point("How long?", _how_long(audit))
    if cycle is None:
        return who, Point("What changed?", NO_CYCLE), still
    return (
        who,
        Point("What changed?", _changed(audit, cycle)),
        Point("Who responded?", _responded(audit, cycle)),
        still,
        Point("What is missing?", _missing(audit, cycle)),
    )


def _overview(audit: Audit, item: str) -> pd.Series[Any]:
    table = of_all(audit.overview)
    mine = table.loc[table["item"] == item]
    return mine.iloc[0] if len(mine) else pd.Series({"value": 0, "of": 0, "percent": float("nan")})


def _three(audit: Audit, cycle: int) -> tuple[pd.Series[Any], ...]:
    """The rows of the three lines in one cycle, in their order."""
    table = of_all(audit.lines)
    mine = table.loc[table["cycle"] == cycle].set_index("line").reindex(LINES)
    return tuple(row for _, row in mine.iterrows())


def _of_threshold(audit: Audit, cycle: int, threshold: int) -> pd.Series[Any]:
    table = of_all(audit.responders)
    return table.loc[(table["cycle"] == cycle) & (table["threshold"] == threshold)].iloc[0]


def _who(audit: Audit) -> str:
    started, stopped = (_overview(audit, item) for item in (STARTED, STOPPED))
    base = of_all(audit.baseline).iloc[0]
    share = "" if pd.isna(stopped["percent"]) else f" ({words.number(stopped['percent'])} %)"
    before = ""
    if pd.notna(base["mean"]):
        before = (
            f" Before the first session they had a mean of {words.number(base['mean'])} headache days per 28 days "
            f"(known of {people(base['n'])})."
        )
    return (
        f"{people(started['value'])} {_people(started['value'])} had at least one therapeutic session; "
        f"{people(stopped['value'])} of them{share} have stopped so far.{before}"
    )


def _changed(audit: Audit, cycle: int) -> str:
    treated, modelled, stoppers = _three(audit, cycle)
    return (
        f"Headache days per 28 days in cycle {cycle} against the baseline, mean and 95 % interval: "
        f"{_told(treated)} in the {people(treated['n'])} still treated; {_told(modelled)} in all who started, "
        f"modelled; {_told(stoppers)} in all who started, with those who stopped counted as back at baseline. "
        "None of the three tells it alone."
    )


def _people(count: Any) -> str:
    return "person" if count == 1 else "people"


def _told(row: pd.Series[Any]) -> str:
    return _untold(row) if changed(row) == NONE else changed(row)


def _untold(row: pd.Series[Any]) -> str:
    """Why a line has no number: it is left out, or it cannot be told."""
    return LEFT_OUT if pd.isna(row["n"]) else words.NOT_TOLD


def _responded(audit: Audit, cycle: int) -> str:
    half, third = (_of_threshold(audit, cycle, threshold) for threshold in (50, 30))
    others = words.listed([f"{benchmark.responders:.1f} % {benchmark.group}" for benchmark in BENCHMARKS])
    return (
        f"Of {people(half['started'])} who started long enough ago for cycle {cycle} to be over, "
        f"{_share(half)} had at least 50 % fewer headache days in it, and {_share(third)} at least 30 % fewer. "
        f"{LABEL}, at least 50 %: {others}."
    )


def _share(row: pd.Series[Any]) -> str:
    if pd.isna(row["percent"]):
        return people(row["reached"])
    low, high = words.number(row["low"]), words.number(row["high"])
    return f"{people(row['reached'])} ({words.number(row['percent'])} %; 95 % interval {low} to {high})"


def _how_long(audit: Audit) -> str:
    mine = known_days(audit.persistence)
    share = mine.set_index("day")["still_treated"]
    said = [
        f"{words.number(share[day])} % after {day} days ({at_risk_on(mine, day)} still observed)"
        for day in DAYS_SHOWN
        if day in share.index
    ]
    return f"Still treated: {words.listed(said)}." if said else "No time after the first session can be told yet."


def _missing(audit: Audit, cycle: int) -> str:
    row = audit.missing.set_index("cycle").loc[cycle]
    base = audit.missing.set_index("cycle").loc[0]
    return (
        f"In cycle {cycle}, {people(row['stopped_before'])} had stopped before, and for {people(row['not_yet'])} it is "
        f"not over yet; of those who had it, {people(row['no_days'])} logged no day, "
        f"{people(row['cannot_tell'])} too few to tell, and {people(row['low_completeness'])} so few that they are "
        f"shown without a response. {people(base['no_days'])} have no diary of the time before the first session."
    )
