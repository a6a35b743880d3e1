"""Point 8: what the chosen rules say and on which numbers, what is left in absolute terms, and what other rules say."""

from __future__ import annotations

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.answer import latest_cycle
from analysis.reports.pieces import Section, TextTable, row
from analysis.rules import ihs

DIFFER = "Guidelines differ. Which one applies, and what follows from it, is for the clinic to say."


def response_section(findings: Findings) -> Section:
    """The share by which headache days fell, the verdicts of the chosen rules, and those of every other set."""
    return Section(
        "Response",
        (_share(findings), _burden(findings), DIFFER),
        (_chosen(findings), _others(findings)),
    )


def _share(findings: Findings) -> str:
    latest = latest_cycle(findings.outcomes)
    if latest is None:
        return "A response cannot be told: no cycle can be compared with a baseline yet."
    found = row(findings.outcomes, latest, "cycle", "headache_days")
    if pd.isna(found["response_30"]):
        return f"Cycle {latest}: too few days are logged for a response class."
    answers = [f"at least {share} % fewer: {found[f'response_{share}']}" for share in (30, 50, 75)]
    return f"Headache days in cycle {latest} against the baseline: {'; '.join(answers)}."


def _burden(findings: Findings) -> str:
    """What is left in absolute terms, by the position statement of the IHS."""
    mine = findings.evidence.rule_sets
    because = mine.loc[mine["rules"] == ihs.NAME, "because"].iloc[-1]
    return f"What is left, in absolute terms ({ihs.NAME}): {because}"


def _chosen(findings: Findings) -> TextTable:
    rows = tuple(tuple(verdict[:3]) for verdict in findings.verdicts)
    return TextTable(f"The rules of {findings.rule_set}", ("Rule", "Verdict", "Because"), rows)


def _others(findings: Findings) -> TextTable:
    mine = findings.evidence.rule_sets
    others = mine.loc[~mine["rules"].isin([findings.rule_set, ihs.NAME]), ["rule", "verdict", "window"]]
    rows = tuple((str(rule), str(verdict), words.sentence_case(window)) for rule, verdict, window in others.to_numpy())
    return TextTable("What other rules say", ("Rule", "Verdict", "Days looked at"), rows)
