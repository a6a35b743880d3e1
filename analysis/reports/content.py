"""What a report says, decided once. Terminal, workbook, PDF and page only lay it out, so they cannot disagree.

It describes and never decides: no sentence says that a treatment caused a change, and what the diary
cannot tell is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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
from analysis.reports.urgent import urgent
from analysis.rules import Verdict
from diary.model import Problem


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a report of one patient says. *plain* says it for the patient, in plain words.

    *warnings* stand above everything else.
    """

    title: str
    patient: str
    period: str
    warnings: tuple[str, ...]
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


class Opening(NamedTuple):
    """What is said first: enough to answer, and quick to work out. *latest* is the cycle that is compared, if any."""

    latest: int | None
    period: str
    warnings: tuple[str, ...]
    headline: str
    points: tuple[Point, ...]
    summary: TextTable
    cautions: tuple[str, ...]


def opening(findings: Findings) -> Opening:
    """What a report says first, of these findings."""
    latest = latest_cycle(findings.outcomes)
    return Opening(
        latest,
        _period(findings),
        urgent(findings),
        headline(findings, latest),
        points(findings, latest),
        summary_table(findings),
        cautions(findings, latest),
    )


def report_content(
    findings: Findings, assumptions: tuple[str, ...] = (), problems: tuple[Problem, ...] = ()
) -> Content:
    """What is said of these findings, and of the files they came from."""
    first = opening(findings)
    latest = first.latest
    return Content(
        title="Headache diary: before and after each botulinum toxin session",
        patient=findings.patient,
        period=first.period,
        warnings=first.warnings,
        headline=first.headline,
        points=first.points,
        summary=first.summary,
        measures=measure_table(findings, latest),
        phases=phase_table(findings),
        windows=window_text(findings.windows),
        treatments=treatment_table(findings),
        scores=score_table(findings),
        events=event_table(findings),
        verdicts=tuple(findings.verdicts),
        further=further_tables(findings, latest),
        plain=plain_sentences(findings, latest),
        cautions=first.cautions,
        methods=methods(findings),
        assumptions=assumptions,
        problems=problems,
    )


def _period(findings: Findings) -> str:
    days = findings.marked
    logged = int(days["logged"].sum())
    span = words.span(days["date"].min(), days["date"].max() + pd.Timedelta(days=1))
    return f"{span}, {logged} of {words.count(len(days), 'day')} logged"
