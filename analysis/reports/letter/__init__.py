"""The letter: what a clinic hands over about one patient, in fifteen points; one module for each that is its own.

PDF, Word and workbook lay the same sections out, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.content import Content
from analysis.reports.letter.baseline import baseline_section
from analysis.reports.letter.caveats import caveats_section
from analysis.reports.letter.confounders import confounders_section
from analysis.reports.letter.course import course_section
from analysis.reports.letter.cycles import cycles_section
from analysis.reports.letter.decision import decision_section
from analysis.reports.letter.diagnosis import diagnosis_section
from analysis.reports.letter.goal import goal_section
from analysis.reports.letter.identification import identification_section
from analysis.reports.letter.injections import injections_section
from analysis.reports.letter.next_review import next_review_section
from analysis.reports.letter.preventives import preventives_section
from analysis.reports.letter.response import response_section
from analysis.reports.letter.scores import scores_section
from analysis.reports.letter.side_effects import side_effects_section
from analysis.reports.letter.wear_off import wear_off_section
from analysis.reports.pieces import Section
from analysis.rules import RULE_SOURCES
from diary import __version__

POINTS: tuple[tuple[Callable[[Findings], Section], ...], ...] = (
    (identification_section,),
    (diagnosis_section,),
    (preventives_section,),
    (injections_section,),
    (baseline_section,),
    (cycles_section, course_section),
    (scores_section,),
    (response_section,),
    (wear_off_section,),
    (side_effects_section,),
    (confounders_section,),
    (decision_section,),
    (next_review_section,),
    (goal_section,),
    (caveats_section,),
)
"""The points in order; what stands together is one point."""


class Letter(NamedTuple):
    """The letter about one patient. *warnings* stand above everything; *sections* are its points, numbered from 1.

    *facts* are what a second run would need to come to the same bytes: program, definitions, rules and input.
    """

    title: str
    patient: str
    as_of: str
    period: str
    headline: str
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    facts: tuple[str, ...]

    @property
    def numbered(self) -> tuple[tuple[str, Section], ...]:
        """Each section under its heading: "1. Identification"."""
        return tuple((f"{n}. {section.title}", section) for n, section in enumerate(self.sections, start=1))


def letter(findings: Findings, content: Content, inputs: Iterable[dict[str, str]] = ()) -> Letter:
    """The letter about these findings. *inputs* name what was read: ``name`` and ``sha256`` of each file."""
    return Letter(
        title="Headache diary: letter on botulinum toxin treatment",
        patient=findings.patient,
        as_of=words.day(findings.as_of),
        period=content.period,
        headline=content.headline,
        warnings=content.warnings,
        sections=tuple(_point(findings, parts) for parts in POINTS),
        facts=_facts(findings, inputs),
    )


def _point(findings: Findings, parts: tuple[Callable[[Findings], Section], ...]) -> Section:
    """One point of the letter; the parts after the first go on under its title."""
    found = [part(findings) for part in parts]
    return Section(
        found[0].title,
        tuple(text for section in found for text in section.paragraphs),
        tuple(table for section in found for table in section.tables),
        tuple(figure for section in found for figure in section.figures),
    )


def _facts(findings: Findings, inputs: Iterable[dict[str, str]]) -> tuple[str, ...]:
    rules = findings.day_rules
    files = [f"{found['name']} (SHA-256 {found['sha256']})" for found in inputs]
    return (
        f"Headache day, {rules.name!r}: {rules.meaning} Migraine day, {rules.migraine.name!r}: "
        f"{rules.migraine.meaning} Severity from a 0-10 rating: mild from {rules.mild:g}, moderate from "
        f"{rules.moderate:g}, severe from {rules.severe:g}, a convention of this program.",
        f"Rules: {RULE_SOURCES[findings.rule_set]}. They describe; they decide nothing.",
        f"Made with migraine-diary {__version__} as of {words.day(findings.as_of)}; same input, same bytes.",
        *([f"Files read: {'; '.join(files)}."] if files else []),
    )
