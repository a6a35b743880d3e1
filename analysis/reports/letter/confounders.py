"""Point 11: what else changed, and what the diary does not say."""

from __future__ import annotations

from analysis.confounders import WORDS, sensitivity_sentence
from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.answer import latest_cycle, missing_days
from analysis.reports.pieces import Section, TextTable

NO_CYCLE = "No session is recorded, so there is no comparison that another change could disturb."


def confounders_section(findings: Findings) -> Section:
    """Other changes of treatment by cycle, the comparison without the days around them, and missing days."""
    latest = latest_cycle(findings.outcomes)
    return Section(
        "Other changes, and missing days",
        (*_confounded(findings, latest), *_without(findings, latest), missing_days(findings, latest)),
        (_changes(findings),),
    )


def _confounded(findings: Findings, latest: int | None) -> tuple[str, ...]:
    of_cycle = findings.evidence.confounded
    if not of_cycle:
        return (NO_CYCLE,)
    return (str(of_cycle[max(of_cycle) if latest is None else latest]),)


def _without(findings: Findings, latest: int | None) -> tuple[str, ...]:
    apart = findings.evidence.without_changes
    return tuple(sensitivity_sentence(line) for _, line in apart.loc[apart["cycle"] == (latest or 0)].iterrows())


def _changes(findings: Findings) -> TextTable:
    """Each change once, with the cycles whose comparison it stands in."""
    changes = findings.evidence.changes.sort_values(["date", "what"], kind="stable")
    said = [
        words.sentence_case(WORDS[kind].format(what=what, date=words.day(when)))
        for what, kind, when in zip(changes["what"], changes["kind"], changes["date"], strict=True)
    ]
    cycles = changes["cycle"].astype(str).groupby(said, sort=False).agg(list)
    rows = tuple((str(text), _cycles(numbers)) for text, numbers in cycles.items())
    return TextTable("What else changed", ("Change", "Stands in the comparison of"), rows)


def _cycles(numbers: list[str]) -> str:
    return f"{'cycle' if len(numbers) == 1 else 'cycles'} {words.listed(numbers)}"
