"""The tables of an audit as text, each of everybody; groups stand beside each other in one table of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.benchmarks import LABEL
from analysis.cohort.audit import DAYS_SHOWN, Audit
from analysis.cohort.lines import LINES
from analysis.reports import words
from analysis.reports.audit.charts.persistence import at_risk_on, known_days
from analysis.reports.audit.pieces import NONE, changed, counted, figure, of_all, people, percent
from analysis.reports.pieces import TextTable


def _table(title: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]], note: str = "") -> TextTable:
    return TextTable(title, header, tuple(rows), note)


def line_table(audit: Audit) -> TextTable:
    """The three lines, a row for each cycle in which any of them is known."""
    mine = of_all(audit.lines)
    rows = []
    for cycle, of_cycle in mine.groupby("cycle"):
        found = of_cycle.set_index("line")
        if found["change"].notna().any():
            rows.append((f"Cycle {cycle}", *(_line(row) for _, row in found.reindex(LINES).iterrows())))
    return _table(
        "Change in headache days per 28 days, three ways",
        ("", *(words.sentence_case(line) for line in LINES)),
        rows,
        "Mean change from the baseline (95 % interval), and the number of people it rests on.",
    )


def _line(row: pd.Series[Any]) -> str:
    return NONE if pd.isna(row["change"]) else f"{changed(row)}, n = {people(row['n'])}"


def responder_table(audit: Audit) -> TextTable:
    """Who reached which threshold, of everyone who started long enough ago."""
    mine = of_all(audit.responders)
    rows = [
        (
            f"Cycle {row['cycle']}",
            f"≥ {row['threshold']} %",
            counted(row["reached"], row["started"]),
            percent(row),
            *(people(row[name]) for name in ("yes", "uncertain", "no", "cannot_tell", "not_there")),
        )
        for _, row in mine.iterrows()
    ]
    return _table(
        "At least 30, 50 and 75 % fewer headache days, in each cycle",
        (
            "",
            "Fewer by",
            "By the counts",
            "Share (95 % interval)",
            "Sure",
            "Uncertain",
            "Not",
            "Cannot tell",
            "Stopped",
        ),
        rows,
        "By the counts: of everyone who started long enough ago for the cycle to be over; who stopped before, and who "
        "cannot be told, count as not having reached it. Sure, uncertain, not: by the interval of each patient.",
    )


def first_table(audit: Audit) -> TextTable:
    """In which cycle each threshold was first reached."""
    mine = of_all(audit.first_response)
    rows = [
        (f"Cycle {cycle}", *(_first(row) for _, row in of_cycle.sort_values("threshold").iterrows()))
        for cycle, of_cycle in mine.groupby("cycle")
    ]
    of = people(mine["started"].iloc[0]) if len(mine) else NONE
    return _table(
        "First response: the cycle in which each threshold was reached for the first time",
        ("", "≥ 30 % fewer", "≥ 50 % fewer", "≥ 75 % fewer"),
        rows,
        f"Each of all {of} who started: a later cycle's share is not that of those who had not reached it yet.",
    )


def _first(row: pd.Series[Any]) -> str:
    return people(row["n"]) if pd.isna(row["percent"]) else f"{people(row['n'])} ({words.number(row['percent'])} %)"


def persistence_table(audit: Audit) -> TextTable:
    """How many were still treated after 84, 168 and 365 days."""
    mine = known_days(audit.persistence)
    found = mine.set_index("day")
    rows = [
        (f"Day {day}", at_risk_on(mine, day), *_still(found, day)) for day in DAYS_SHOWN if (mine["day"] >= day).any()
    ]
    note = "Kaplan and Meier's estimate: who is still treated counts up to the last day that is looked at."
    return _table("Still treated", ("", "Still observed", "Still treated", "95 % interval"), rows, note)


def _still(found: pd.DataFrame, day: int) -> tuple[str, str]:
    if day not in found.index:
        return NONE, NONE
    row = found.loc[day]
    limits: str = NONE if pd.isna(row["low"]) else f"{words.number(row['low'])} to {words.number(row['high'])}"
    return f"{words.number(row['still_treated'])} %", limits


def standard_table(audit: Audit) -> TextTable:
    """Each standard: met, not met, not documented, of those to whom it applies."""
    rows = [
        (
            row["standard"],
            words.sentence_case(row["meaning"]),
            *(people(row[name]) for name in ("of", "met", "not_met", "not_documented")),
            percent(row),
        )
        for _, row in audit.standards.iterrows()
    ]
    return _table(
        "Standards",
        ("", "Standard", "Applies to", "Met", "Not met", "Not documented", "Met, % (95 % interval)"),
        rows,
        "The target of each is everyone to whom it applies. What is not documented is not met, and counted apart: a "
        "thin record tells neither of poor care nor of good care.",
    )


def overview_table(audit: Audit) -> TextTable:
    """Who they are, and what was done."""
    rows = [
        (words.sentence_case(row["item"]), *_overview(row))
        for _, row in of_all(audit.overview).iterrows()
        if pd.isna(row["of"]) or row["of"] > 0
    ]
    return _table("Who started, and what was done", ("", "Number", "Share (95 % interval)"), rows)


def _overview(row: pd.Series[Any]) -> tuple[str, str]:
    if pd.notna(row["of"]):
        return counted(row["value"], row["of"]), percent(row)
    return figure(row["value"]), ""


def baseline_table(audit: Audit) -> TextTable:
    """The time before the first session."""
    rows = [
        (words.sentence_case(row["measure"]), row["unit"], people(row["n"]), *_summary(row))
        for _, row in of_all(audit.baseline).iterrows()
    ]
    header = ("", "Unit", "n", "Mean (SD)", "Median (quartiles)")
    return _table("Baseline: before the first session", header, rows, "Of those of whom it is known.")


def _summary(row: pd.Series[Any]) -> tuple[str, str]:
    if pd.isna(row["mean"]):
        return NONE, NONE
    mean, sd, median, low, high = (words.number(row[name]) for name in ("mean", "sd", "median", "q1", "q3"))
    return f"{mean} ({NONE if pd.isna(row['sd']) else sd})", f"{median} ({low} to {high})"


def wearing_off_table(audit: Audit) -> TextTable:
    """Weeks 9-12 against weeks 5-8 of each cycle."""
    known = audit.wearing_off.loc[audit.wearing_off["mean"].notna()]
    rows = [(f"Cycle {int(row['cycle'])}", people(row["n"]), changed(row, "mean")) for _, row in known.iterrows()]
    return _table(
        "Within a cycle: weeks 9-12 minus weeks 5-8",
        ("", "n", "Headache days per 28 days (95 % interval)"),
        rows,
        "Above zero: more headache days towards the end of the cycle.",
    )


def side_effect_table(audit: Audit) -> TextTable:
    """Side effects by session."""
    rows = [
        (words.sentence_case(row["event"]), counted(row["sessions"], row["of"]), percent(row), people(row["patients"]))
        for _, row in audit.side_effects.iterrows()
    ]
    header = ("", "Sessions", "Share of sessions (95 % interval)", "Patients")
    return _table("Side effects", header, rows, "What was noted after a session; what nobody asked for is not here.")


PRESENCE = {
    "usable": "Enough days",
    "low_completeness": "Low completeness",
    "cannot_tell": "Too few days",
    "no_days": "No day",
    "stopped_before": "Stopped before",
    "not_yet": "Not over yet",
}


def missing_table(audit: Audit) -> TextTable:
    """What there is of each window of everyone who started."""
    rows = [
        (f"Cycle {row['cycle']}" if row["cycle"] else "Baseline", *(people(row[name]) for name in PRESENCE))
        for _, row in audit.missing.iterrows()
    ]
    note = "Enough days: at least 20 logged in each 28. Low completeness: 14 to 19. Too few: fewer, but some."
    return _table("What is known of each cycle, of everyone who started", ("", *PRESENCE.values()), rows, note)


def comparison_table(audit: Audit) -> TextTable:
    """Two groups side by side; without rows where none are compared."""
    known = audit.comparison.loc[audit.comparison["difference"].notna()]
    rows = [(words.sentence_case(row["item"]), changed(row, "difference")) for _, row in known.iterrows()]
    names = f"{known['one'].iloc[0]} minus {known['other'].iloc[0]}" if len(known) else ""
    note = "Nobody was put into a group by lot: the groups may differ in more than their name."
    return _table("Two groups compared", ("", f"{names} (95 % interval)".strip()), rows, note)


def benchmark_table(audit: Audit) -> TextTable:
    """Published figures of other patients."""
    rows = [
        (words.sentence_case(row["item"]), _benchmark(row), row["source"]) for _, row in audit.other_patients.iterrows()
    ]
    note = "They show how much can change without the treatment, not how much did here."
    return _table(f"{LABEL}: published figures", ("", "Value", "Source"), rows, note)


def _benchmark(row: pd.Series[Any]) -> str:
    if pd.isna(row["low"]):
        return words.number(row["value"])
    return f"{words.signed(row['value'], 2)} ({words.interval(row['low'], row['high'], 2)})"
