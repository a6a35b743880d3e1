"""Point 2: the diagnosis as it was noted, what the diary is compatible with, and overuse by class."""

from __future__ import annotations

import pandas as pd

from analysis.criteria import Chronic
from analysis.findings import Findings
from analysis.medication import ANY, ANY_WITH_HEADACHE, CLASS_NAMES, overuse_sentence
from analysis.months import BEFORE, LONG, NOT_HELD, NOW, SO_FAR
from analysis.reports import words
from analysis.reports.letter.visits import said
from analysis.reports.pieces import Section, TextTable

NO_DIAGNOSIS = "A diary can be compatible with a diagnosis; it cannot make one."


def diagnosis_section(findings: Findings) -> Section:
    """Criteria of chronic migraine with the months of evidence, and medication overuse and how it was dealt with."""
    overuse = findings.evidence.overuse
    times = [when for when in (BEFORE, NOW) if when in set(overuse["when"])]
    return Section(
        "Diagnosis, criteria and medication overuse",
        (
            f"Diagnosis by the clinician: {said(findings, 'diagnosis')}.",
            f"Chronic since: {said(findings, 'chronic_since')}.",
            *(str(status) for status in findings.evidence.chronic),
            NO_DIAGNOSIS,
            *(overuse_sentence(overuse, when) for when in times),
            f"How overuse was dealt with: {said(findings, 'overuse_managed')}.",
            f"Contra-indications: {said(findings, 'contraindications')}.",
        ),
        (_criteria(findings.evidence.chronic), _classes(overuse, times)),
    )


def _criteria(chronic: list[Chronic]) -> TextTable:
    """The status at each time, with the months that it rests on and whether it is a close call."""
    rows = tuple(
        (words.sentence_case(found.when), found.status, str(found.months), "yes" if found.borderline else "no")
        for found in chronic
    )
    header = ("When", "Criteria of chronic migraine", "Whole months looked at", "Borderline")
    note = "ICHD-3 1.3 A and C: at least 15 headache days a month, 8 of them migraine, for more than three months."
    return TextTable("Criteria status", header, rows, note)


def _classes(overuse: pd.DataFrame, times: list[str]) -> TextTable:
    """Each class of acute medicine, and whether its limit was reached in every month that is looked at."""
    named = [name for name in CLASS_NAMES if name in set(overuse["class"])] + list(ANY_WORDS)
    wide = overuse.pivot(index="class", columns="when", values="status")
    rows = tuple(((CLASS_NAMES | ANY_WORDS)[name], *wide.loc[name, times]) for name in named)
    header = ("Class", *(words.sentence_case(when) for when in times))
    note = "Whether the overuse limit of ICHD-3 8.2 was reached in each whole month that was looked at, at most four."
    return TextTable("Medication overuse by class", header, tuple(_spelt(row) for row in rows), note)


ANY_WORDS = {ANY: "any of them", ANY_WITH_HEADACHE: "any of them, with at least 15 headache days a month (8.2 A)"}
STATUS_WORDS = {NOT_HELD: "no", SO_FAR: "yes, so far", LONG: f"yes, {LONG}"}


def _spelt(row: tuple[str, ...]) -> tuple[str, ...]:
    """The row with its statuses as answers."""
    return row[0], *(STATUS_WORDS.get(status, status) for status in row[1:])
