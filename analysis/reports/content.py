"""What a report says, decided once. Terminal, workbook, PDF and page only lay it out, so they cannot disagree.

It describes and never decides: no sentence says that a treatment caused a change, and what the diary
cannot tell is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.answer import headline, latest_cycle, points
from analysis.reports.cautions import cautions
from analysis.reports.further import further_tables, plain_sentences
from analysis.reports.methods import methods
from analysis.reports.outcome_tables import measure_table, phase_table, summary_table, window_text
from analysis.reports.pieces import Point, TextTable
from analysis.reports.record_tables import event_table, score_table, treatment_table
from analysis.rules import Verdict
from diary.model import Problem


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report of one patient says. *plain* says it for the patient, in plain words."""

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
    further: tuple[TextTable, ...]
    plain: tuple[str, ...]
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
        further=further_tables(findings, latest),
        plain=plain_sentences(findings, latest),
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
