"""The charts of an audit: drawn from its tables, at print size, readable in grey; each has the same in words."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.style import new_figure
from analysis.cohort.audit import Audit
from analysis.cohort.people import Caseload
from analysis.reports.audit.charts.lines import describe_lines, draw_lines
from analysis.reports.audit.charts.missing import describe_missing, draw_missing
from analysis.reports.audit.charts.persistence import describe_persistence, draw_persistence
from analysis.reports.audit.charts.responders import describe_responders, draw_responders
from analysis.reports.audit.charts.spaghetti import describe_spaghetti, spaghetti_figure
from analysis.reports.audit.charts.waterfall import describe_waterfall, draw_waterfall

SINGLE = "spaghetti"
"""The chart of single patients."""


def audit_figures(audit: Audit, cycle: int | None, people: Caseload | None = None) -> dict[str, Figure]:
    """Every chart under its file name; the waterfall is of the *cycle*, single patients are of *people*."""
    figures = {}
    figures["lines"], (ax,) = new_figure(7.0)
    draw_lines(audit.lines, ax)
    figures["responders"], (ax,) = new_figure(7.5)
    draw_responders(audit.responders, ax)
    figures["waterfall"], (ax,) = new_figure(5.5)
    draw_waterfall(audit.changes, cycle or 1, ax)
    figures["persistence"], (ax,) = new_figure(6.0)
    draw_persistence(audit.persistence, ax)
    figures["missing"], (ax,) = new_figure(2.7 + 0.55 * len(audit.missing))
    draw_missing(audit.missing, ax)
    if people is not None:
        figures[SINGLE] = spaghetti_figure(people.cycles, _stopped(people.people))
    return figures


def audit_texts(audit: Audit, cycle: int | None, people: Caseload | None = None) -> dict[str, str]:
    """The text alternative of each chart, under the same names."""
    texts = {
        "lines": describe_lines(audit.lines),
        "responders": describe_responders(audit.responders),
        "waterfall": describe_waterfall(audit.changes, cycle or 1),
        "persistence": describe_persistence(audit.persistence),
        "missing": describe_missing(audit.missing),
    }
    return texts if people is None else {**texts, SINGLE: describe_spaghetti(people.cycles)}


def _stopped(people: pd.DataFrame) -> set[str]:
    return set(people.loc[people["ended"], "patient"])
