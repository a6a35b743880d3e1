"""What else to keep in mind, beside the interval."""

from __future__ import annotations

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.pieces import row

NOT_A_CAUSE = (
    "A before/after comparison in one person cannot say why something changed. In the PREEMPT trials, 34 % of "
    "people on placebo had at least 50 % fewer headache days (Diener 2020)."
)


def cautions(findings: Findings, latest: int | None) -> tuple[str, ...]:
    """What else to keep in mind, beside the interval."""
    said = [NOT_A_CAUSE]
    said += _few_months(findings)
    said += _confounded(findings, latest)
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


def _confounded(findings: Findings, latest: int | None) -> list[str]:
    """What else changed between the baseline and the cycle that is compared; without one, the latest cycle."""
    of_cycle = findings.evidence.confounded
    if not of_cycle:
        return []
    found = of_cycle[max(of_cycle) if latest is None else latest]
    return [str(found)] if found else []


def _cosmetic(findings: Findings) -> list[str]:
    mine = findings.tables.treatments
    cosmetic = mine.loc[(mine["kind"] == "botulinum") & (mine["purpose"] == "cosmetic"), "start"]
    if cosmetic.empty:
        return []
    dates = words.listed([words.day(start) for start in cosmetic])
    return [f"Cosmetic botulinum toxin on {dates} starts no cycle, but its dose counts."]
