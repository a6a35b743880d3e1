"""What an audit says, decided once; PDF, workbook and JSON only lay it out.

It describes a clinic or a registry, not a patient, and no sentence says that a treatment made a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analysis.cohort.audit import Audit
from analysis.definitions import DEFAULT, DayRules
from analysis.disclosure import suppressed
from analysis.reports.audit import tables
from analysis.reports.audit.methods import cautions, methods
from analysis.reports.audit.sentences import headline, latest_cycle, points
from analysis.reports.pieces import Point, Section, TextTable
from diary.model import Problem

TITLE = "Audit of botulinum toxin for migraine"


@dataclass(frozen=True, slots=True)
class AuditContent:
    """Everything that an audit says. *audit* holds its numbers, as they may be shown; *cycle* is the latest with
    enough people, None where there is none; *least* the smallest count that is shown, None where all are.
    """

    audit: Audit
    title: str
    period: str
    as_of: date
    cycle: int | None
    least: int | None
    headline: str
    points: tuple[Point, ...]
    sections: tuple[Section, ...]
    cautions: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]


def audit_content(
    audit: Audit,
    *,
    as_of: date,
    period: str = "",
    day_rules: DayRules = DEFAULT,
    least: int | None = None,
    problems: Iterable[Problem] = (),
) -> AuditContent:
    """What is said of this audit. Where *least* is given, smaller numbers are left out (:mod:`analysis.disclosure`).

    Problems name files and patients: where small numbers are left out, they are too.
    """
    shown = audit if least is None else suppressed(audit, least)
    cycle = latest_cycle(shown)
    return AuditContent(
        audit=shown,
        title=TITLE,
        period=period,
        as_of=as_of,
        cycle=cycle,
        least=least,
        headline=headline(shown, cycle),
        points=points(shown, cycle),
        sections=sections(shown),
        cautions=cautions(shown, least),
        methods=methods(day_rules, least),
        problems=tuple(problems) if least is None else (),
    )


def sections(audit: Audit) -> tuple[Section, ...]:
    """The parts of the report in their order, each with its tables and charts; empty tables are left out."""
    found = (
        Section("Standards", (), (tables.standard_table(audit),)),
        Section("What changed", (), (tables.line_table(audit),), ("lines", "waterfall")),
        Section("Who stayed", (), (tables.persistence_table(audit),), ("persistence",)),
        Section("Who responded", (), (tables.responder_table(audit), tables.first_table(audit)), ("responders",)),
        Section("What is missing", (), (tables.missing_table(audit),), ("missing",)),
        Section(
            "Patients, sessions and side effects",
            (),
            (
                tables.overview_table(audit),
                tables.baseline_table(audit),
                tables.side_effect_table(audit),
                tables.wearing_off_table(audit),
            ),
            ("spaghetti",),
        ),
        Section("Groups", (), (tables.comparison_table(audit),)),
        Section("Other patients", (), (tables.benchmark_table(audit),)),
    )
    told = (section._replace(tables=_with_rows(section.tables)) for section in found)
    return tuple(section for section in told if section.tables)


def _with_rows(every: tuple[TextTable, ...]) -> tuple[TextTable, ...]:
    return tuple(table for table in every if table.rows)
