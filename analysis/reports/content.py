"""What a report says, decided once. Terminal, workbook, PDF and page only lay it out, so they cannot disagree.

It describes and never decides: no sentence says that a treatment caused a change, and what the diary
cannot tell is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from analysis.definitions import MIGRAINE_DAY
from analysis.findings import Findings
from analysis.measures import BY_NAME, MEASURES, SHARE
from analysis.reports import words
from analysis.rules import RULE_SOURCES, Verdict
from analysis.windows import CYCLE, ENDS
from diary.model import Problem

NEAR_DAILY = 26
"""Headache days per 28 days from which a count of days has little room left to show a change."""

ASSUMED = "assumed"
"""The source of headache-free days that rest on silence."""

WHAT_IT_COVERS = (
    "The interval allows for headache days coming in runs. It does not allow for slow change that would have "
    "come anyway, nor for treatment often starting in a bad month."
)
NOT_A_CAUSE = (
    "A before/after comparison in one person cannot say why something changed. In the PREEMPT trials, 34 % of "
    "people on placebo had at least 50 % fewer headache days (Diener 2020)."
)


class TextTable(NamedTuple):
    """A table of text as it is printed."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Point(NamedTuple):
    """One of the four questions of the first page, with its answer in plain sentences."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report of one patient says."""

    title: str
    patient: str
    period: str
    headline: str
    points: tuple[Point, ...]
    summary: TextTable
    measures: TextTable
    phases: TextTable
    windows: TextTable
    treatments: TextTable
    scores: TextTable
    events: TextTable
    verdicts: tuple[Verdict, ...]
    cautions: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    problems: tuple[Problem, ...]


def report_content(
    findings: Findings, assumptions: tuple[str, ...] = (), problems: tuple[Problem, ...] = ()
) -> Content:
    """What is said of these findings, and of the files they came from."""
    latest = latest_cycle(findings.outcomes)
    return Content(
        title="Headache diary: before and after each botulinum toxin session",
        patient=findings.patient,
        period=_period(findings),
        headline=headline(findings, latest),
        points=points(findings, latest),
        summary=summary_table(findings),
        measures=measure_table(findings, latest),
        phases=phase_table(findings),
        windows=window_text(findings.windows),
        treatments=treatment_table(findings),
        scores=score_table(findings),
        events=event_table(findings),
        verdicts=tuple(findings.verdicts),
        cautions=cautions(findings, latest),
        methods=methods(findings),
        assumptions=assumptions,
        problems=problems,
    )


def _period(findings: Findings) -> str:
    days = findings.marked
    logged = int(days["logged"].sum())
    span = words.span(days["date"].min(), days["date"].max() + pd.Timedelta(days=1))
    return f"{span}, {logged} of {words.count(len(days), 'day')} logged"


def row(outcomes: pd.DataFrame, cycle: int, phase: str, measure: str) -> pd.Series[Any]:
    """One row of the outcomes."""
    key = (outcomes["cycle"] == cycle) & (outcomes["phase"] == phase) & (outcomes["measure"] == measure)
    return outcomes.loc[key].iloc[0]


def latest_cycle(outcomes: pd.DataFrame) -> int | None:
    """The latest cycle whose headache days can be compared with the baseline, whole; None where none can."""
    whole = outcomes.loc[(outcomes["phase"] == "cycle") & (outcomes["measure"] == "headache_days")]
    told = whole.loc[whole["change"].notna(), "cycle"]
    return int(told.max()) if len(told) else None


def headline(findings: Findings, latest: int | None) -> str:
    """The answer in one sentence."""
    if latest is None:
        return f"The diary cannot tell yet whether headache days changed. {_why_not(findings)}"
    found = row(findings.outcomes, latest, "cycle", "headache_days")
    numbers = f"{words.number(found['after'])} per 28 days, against {words.number(found['before'])} at baseline"
    if found["high"] < 0:
        return f"Headache days were fewer in cycle {latest}: {numbers}."
    if found["low"] > 0:
        return f"Headache days were more in cycle {latest}: {numbers}."
    return f"No clear change in headache days in cycle {latest}: {numbers}; the difference may be chance."


def _why_not(findings: Findings) -> str:
    if findings.windows.empty:
        return "It names no therapeutic session. Add one with --botox DATE, or with: migraine botox add DATE."
    base = findings.windows.loc[findings.windows["cycle"] == 0].iloc[0]
    if base["logged"] == 0:
        return "It has no logged day in the four weeks before the first session."
    reasons = findings.windows.loc[findings.windows["phase"].isin(["baseline", "cycle"]) & ~findings.windows["usable"]]
    said = [f"{name}: {reason}." for name, reason in zip(reasons["name"], reasons["reason"], strict=True)]
    return " ".join(said[:3])


def points(findings: Findings, latest: int | None) -> tuple[Point, ...]:
    """The four questions of the first page: did it change, by how much, how sure are we, what are we missing."""
    if latest is None:
        return (
            Point("Did it change?", headline(findings, latest)),
            Point("What are we missing?", _missing(findings, None)),
        )
    found = row(findings.outcomes, latest, "cycle", "headache_days")
    return (
        Point("Did it change?", headline(findings, latest) + _ceiling(findings, found, latest)),
        Point("By how much?", _how_much(findings, found, latest)),
        Point("How sure are we?", _how_sure(found)),
        Point("What are we missing?", _missing(findings, found)),
    )


def _ceiling(findings: Findings, found: pd.Series[Any], latest: int) -> str:
    """With near-daily headache, what hours and severe days say."""
    if found["before"] < NEAR_DAILY:
        return ""
    said = [_changed(findings, latest, name) for name in ("headache_hours", "severe_days", "moderate_severe_days")]
    also = words.listed([text for text in said if text] or ["neither was written down often enough to tell"])
    return (
        " With headache on nearly every day, a count of days has little room to show a change; "
        f"hours and severe days say more: {also}."
    )


def _changed(findings: Findings, cycle: int, measure: str) -> str:
    found = row(findings.outcomes, cycle, "cycle", measure)
    if pd.isna(found["change"]):
        return ""
    return (
        f"{BY_NAME[measure].words} {words.number(found['before'])} → {words.number(found['after'])} "
        f"({_percent(found)}; {words.interval(found['low'], found['high'])})"
    )


def _percent(found: pd.Series[Any]) -> str:
    if pd.isna(found["change_percent"]):
        return "none at baseline"
    return words.percent_fewer(found["change_percent"])


def _how_much(findings: Findings, found: pd.Series[Any], latest: int) -> str:
    text = f"{words.fewer(found['change'])} headache days per 28 days ({_percent(found)})"
    names = ("moderate_severe_days", "headache_hours", "acute_days", "clear_days")
    others = [also for also in (_arrow(findings, latest, name) for name in names) if also]
    if not others:
        return text + "."
    return f"{text}. Per 28 days, baseline → this cycle: {'; '.join(others)}."


def _arrow(findings: Findings, cycle: int, measure: str) -> str:
    found = row(findings.outcomes, cycle, "cycle", measure)
    if pd.isna(found["change"]):
        return ""
    return f"{BY_NAME[measure].words} {words.number(found['before'])} → {words.number(found['after'])}"


def _how_sure(found: pd.Series[Any]) -> str:
    limits = f"from {words.fewer(found['low'])} to {words.fewer(found['high'])}"
    text = f"The 95 % interval of the change runs {limits} per 28 days. {WHAT_IT_COVERS}"
    if pd.isna(found["response_30"]):
        return text + " Too few days are logged to say whether the fall reaches 30 %."
    return f"{text} At least 30 % fewer: {found['response_30']}; at least 50 % fewer: {found['response_50']}."


def _missing(findings: Findings, found: pd.Series[Any] | None) -> str:
    days = findings.marked
    open_days = int((~days["logged"]).sum())
    text = f"{words.count(open_days, 'day')} of {len(days)} in the diary {'is' if open_days == 1 else 'are'} not logged"
    text += ", and counted neither as headache nor as headache-free."
    if found is not None:
        missing = int(found["after_days"] - found["after_logged"])
        if missing:
            text += (
                f" In cycle {found['cycle']}, {missing} of {found['after_days']} days are missing: were all of them "
                f"free, it had {words.number(found['if_missing_free'])} headache days per 28; were all of them "
                f"headache, {words.number(found['if_missing_headache'])}."
            )
        missing = int(found["before_days"] - found["before_logged"])
        if missing:
            text += f" The baseline lacks {missing} of {found['before_days']} days."
    assumed = int((days["source"] == ASSUMED).sum())
    if assumed:
        text += (
            f" {words.count(assumed, 'day')} counted as headache-free rest on silence alone: the source lists "
            "headaches and says nothing of the days between."
        )
    return text


def summary_table(findings: Findings) -> TextTable:
    """The table of the first page and of the terminal: headache days, baseline and each cycle."""
    header = ("", "Dates", "Logged", "Headache days", "Change (95 % interval)", "≥ 30 % fewer", "≥ 50 % fewer")
    windows = findings.windows.loc[findings.windows["phase"].isin(["baseline", "cycle"])]
    rows = [_summary_row(findings, window) for _, window in windows.iterrows()]
    return TextTable(
        "Headache days per 28 days, before and after each session",
        header,
        tuple(rows),
        "Baseline: the 28-day blocks before the first session. A cycle: days 0-83 after a session, or until the next.",
    )


def _summary_row(findings: Findings, window: pd.Series[Any]) -> tuple[str, ...]:
    name = words.sentence_case(window["name"])
    dates = words.span(window["start"], window["end"])
    logged = f"{window['logged']} of {window['days']}"
    if window["cycle"] == 0:
        outcomes = findings.outcomes
        mine = outcomes.loc[outcomes["measure"] == "headache_days", "before"]
        return name, dates, logged, words.number(mine.iloc[0]) if len(mine) else words.NOT_TOLD, "", "", ""
    found = row(findings.outcomes, int(window["cycle"]), "cycle", "headache_days")
    change = words.NOT_TOLD
    if window["closed_by"] == ENDS and pd.isna(found["change"]):
        return name, dates, logged, "–", f"not over yet: day {window['days']} of {CYCLE}", "–", "–"
    if pd.notna(found["change"]):
        change = f"{words.signed(found['change'])} ({words.interval(found['low'], found['high'])})"
    answers = (words.NOT_TOLD if pd.isna(found[f"response_{t}"]) else str(found[f"response_{t}"]) for t in (30, 50))
    return name, dates, logged, words.number(found["after"]), change, *answers


def measure_table(findings: Findings, latest: int | None) -> TextTable:
    """Every measure that the diary can tell of, in the latest whole cycle against the baseline."""
    title = "All measures" if latest is None else f"All measures: baseline against cycle {latest}"
    header = ("Measure", "Unit", "Baseline", f"Cycle {latest or ''}".strip(), "Change", "95 % interval", "Change in %")
    rows = []
    for measure in MEASURES if latest is not None else ():
        found = row(findings.outcomes, int(latest or 0), "cycle", measure.name)
        if pd.isna(found["change"]) or (measure.kind == SHARE and found["before"] == 0 == found["after"]):
            continue
        percent = "–" if pd.isna(found["change_percent"]) else f"{words.signed(found['change_percent'], 0)} %"
        rows.append(
            (
                words.sentence_case(measure.words),
                measure.unit,
                words.number(found["before"]),
                words.number(found["after"]),
                words.signed(found["change"]),
                words.interval(found["low"], found["high"]),
                percent,
            )
        )
    note = "Measures that the diary does not record often enough, and medicines never taken, are left out."
    return TextTable(title, header, tuple(rows), note)


def phase_table(findings: Findings) -> TextTable:
    """Headache days in each phase of each cycle; later days and weeks 21-24 beside them."""
    phases = ("1-4", "5-8", "9-12", "late", "21-24")
    header = ("", "Weeks 1-4", "Weeks 5-8", "Weeks 9-12", "Day 84 and later", "Weeks 21-24*")
    mine = findings.outcomes.loc[findings.outcomes["measure"] == "headache_days"]
    wide = mine.set_index(["cycle", "phase"])["after"]
    rows = [
        (f"Cycle {cycle}", *(words.number(wide[cycle, p]) if (cycle, p) in wide.index else "–" for p in phases))
        for cycle in sorted(mine["cycle"].unique())
    ]
    return TextTable(
        "Headache days per 28 days within each cycle",
        header,
        tuple(rows),
        "* counted from the first session, where the second came 12 weeks (± 7 days) after it: the period that "
        "the PREEMPT trials were judged on. – no such days.",
    )


def window_text(windows: pd.DataFrame) -> TextTable:
    """What was compared: every window, what closed it, and whether it can be used."""
    rows = tuple(
        (
            words.sentence_case(w["name"]),
            words.span(w["start"], w["end"]),
            f"{w['logged']} of {w['days']}",
            str(w["closed_by"]),
            "usable" if w["usable"] else str(w["reason"]),
        )
        for _, w in windows.iterrows()
    )
    return TextTable("Windows", ("Window", "Dates", "Logged", "Closed by", "Usable"), rows)


def treatment_table(findings: Findings) -> TextTable:
    """Sessions and preventives in order of time, with the weeks since the last therapeutic session."""
    mine = findings.tables.treatments.sort_values(["start", "kind"], kind="stable")
    therapeutic = (mine["kind"] == "botulinum") & (mine["purpose"] == "therapeutic")
    since = mine["start"].where(therapeutic).ffill().shift()
    rows = tuple(
        (
            words.day(t["start"]),
            _treatment_name(t),
            "" if pd.isna(t["amount"]) else f"{t['amount']:g} {'' if pd.isna(t['unit']) else t['unit']}".strip(),
            _weeks(t["start"], before) if is_session else ("" if pd.isna(t["end"]) else f"until {words.day(t['end'])}"),
        )
        for (_, t), before, is_session in zip(mine.iterrows(), since, therapeutic, strict=True)
    )
    return TextTable("Treatments", ("From", "What", "Amount", "Since the last session, or until"), rows)


def _treatment_name(treatment: pd.Series[Any]) -> str:
    if treatment["kind"] == "botulinum":
        cosmetic = " (cosmetic: starts no cycle)" if treatment["purpose"] == "cosmetic" else ""
        return f"{treatment['product']} session{cosmetic}"
    return f"{treatment['product']} ({treatment['kind']})"


def _weeks(start: Any, before: Any) -> str:
    if pd.isna(before):
        return "first session"
    days = (start - before).days
    return f"{days} days ({words.number(days / 7)} weeks)"


def score_table(findings: Findings) -> TextTable:
    """Questionnaire totals in order of time."""
    totals = findings.tables.scores.loc[findings.tables.scores["item"].isna()].sort_values(["date", "instrument"])
    rows = tuple(
        (words.day(s["date"]), INSTRUMENTS.get(s["instrument"], str(s["instrument"]).upper()), f"{s['value']:g}")
        for _, s in totals.iterrows()
    )
    return TextTable("Questionnaires", ("Date", "Questionnaire", "Total"), rows)


INSTRUMENTS = {"hit6": "HIT-6", "midas": "MIDAS", "phq9": "PHQ-9", "gad7": "GAD-7", "asc12": "ASC-12"}


def event_table(findings: Findings) -> TextTable:
    """Side effects in order of time."""
    rows = tuple(
        (
            words.day(e["date"]),
            str(e["event"]),
            "" if pd.isna(e["severity"]) else str(e["severity"]),
            "" if pd.isna(e["resolved"]) else words.day(e["resolved"]),
        )
        for _, e in findings.tables.events.sort_values("date").iterrows()
    )
    return TextTable("Side effects", ("Date", "What", "Severity", "Over by"), rows)


def cautions(findings: Findings, latest: int | None) -> tuple[str, ...]:
    """What else to keep in mind, beside the interval."""
    said = [NOT_A_CAUSE]
    said += _few_months(findings)
    said += _changed_preventives(findings)
    said += _cosmetic(findings)
    if latest is not None:
        text = row(findings.outcomes, latest, "cycle", "headache_days")["caution"]
        said += [text] if text else []
    return tuple(said)


def _few_months(findings: Findings) -> list[str]:
    base = findings.windows.loc[findings.windows["cycle"] == 0]
    if base.empty or base["days"].iloc[0] > 28:
        return []
    return [
        "The baseline is a single block of 28 days. People often start treatment after a bad month, and the next "
        "months are then better by themselves (regression to the mean)."
    ]


def _changed_preventives(findings: Findings) -> list[str]:
    """Preventives begun or ended from 84 days before the first session on: they may explain a change."""
    sessions = findings.windows.loc[findings.windows["phase"] == "cycle", "start"]
    if sessions.empty:
        return []
    first, last = sessions.min() - pd.Timedelta(days=84), pd.Timestamp(findings.as_of)
    mine = findings.tables.treatments.loc[findings.tables.treatments["kind"] != "botulinum"]
    begun = mine.loc[mine["start"].between(first, last)]
    ended = mine.loc[mine["end"].between(first, last)]
    said = [f"{t['product']} begun on {words.day(t['start'])}" for _, t in begun.iterrows()]
    said += [f"{t['product']} ended on {words.day(t['end'])}" for _, t in ended.iterrows()]
    return (
        [f"Other treatment changed in the same period: {words.listed(said)}. It may account for a change."]
        if said
        else []
    )


def _cosmetic(findings: Findings) -> list[str]:
    mine = findings.tables.treatments
    cosmetic = mine.loc[(mine["kind"] == "botulinum") & (mine["purpose"] == "cosmetic"), "start"]
    if cosmetic.empty:
        return []
    dates = words.listed([words.day(start) for start in cosmetic])
    return [f"Cosmetic botulinum toxin on {dates} starts no cycle, but its dose counts."]


def methods(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Definitions and methods, named and with their source."""
    rules, full, low = findings.day_rules, findings.completeness.full, findings.completeness.low
    blocks = "up to three, as many as are usable" if findings.baseline_blocks is None else str(findings.baseline_blocks)
    return (
        ("Headache day", f"{rules.meaning} Definition {rules.name!r}: {rules.source}."),
        ("Migraine day", MIGRAINE_DAY),
        (
            "Severity",
            f"0 none, 1 mild, 2 moderate, 3 severe, as written. A 0-10 rating is read as mild from {rules.mild:g}, "
            f"moderate from {rules.moderate:g}, severe from {rules.severe:g}: our convention, not a standard.",
        ),
        ("Three states of a day", "Headache, headache-free, or not logged. A blank is never a zero."),
        ("Per 28 days", "Events × 28 ÷ logged days, as the PREEMPT trials count in periods of 28 days."),
        (
            "Baseline",
            f"Whole blocks of 28 days that end the day before the first therapeutic session: {blocks}.",
        ),
        (
            "Cycle",
            "The session day is day 0. Weeks 1-4, 5-8 and 9-12 are days 0-27, 28-55 and 56-83; later days are shown "
            "apart. A cosmetic session starts no cycle.",
        ),
        (
            "Enough days",
            f"At least {full} logged days in each 28: compared. {low} to {full - 1}: shown as low completeness, "
            f"without a response class. Fewer: cannot tell. A measure must be known on 9 of 10 logged days.",
        ),
        (
            "Interval",
            "95 % interval of the change in days: Newcombe's hybrid score method (Statistics in Medicine 1998; 17: "
            "873-890, method 10), with the number of days reduced for their autocorrelation and Student's t. Hours, "
            f"attacks and means: Welch's t with the same reduction. {WHAT_IT_COVERS}",
        ),
        (
            "At least 30 % or 50 % fewer",
            "Yes or no only where the 90 % interval of after − 0.7 × before (0.5 × before) lies on one side of zero; "
            "otherwise uncertain.",
        ),
        ("Rules", f"{findings.rule_set}: {RULE_SOURCES[findings.rule_set]}. They describe; they decide nothing."),
    )
