"""Definitions and methods, named and with their source."""

from __future__ import annotations

from analysis.findings import Findings
from analysis.reports.answer import WHAT_IT_COVERS
from analysis.rules import RULE_SOURCES


def methods(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Definitions and methods, named and with their source."""
    rules, full, low = findings.day_rules, findings.completeness.full, findings.completeness.low
    blocks = "up to three, as many as are usable" if findings.baseline_blocks is None else str(findings.baseline_blocks)
    return (
        ("Headache day", f"{rules.meaning} Definition {rules.name!r}: {rules.source}."),
        ("Migraine day", f"{rules.migraine.meaning} Definition {rules.migraine.name!r}: {rules.migraine.source}."),
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
            "873-890, method 10), with the number of days reduced for their autocorrelation and Student's t. Hours and "
            "attacks: the same, with score limits for a mean amount, whose variance grows with it. Mean peaks: Welch's "
            f"t with the same reduction. {WHAT_IT_COVERS}",
        ),
        (
            "At least 30 % or 50 % fewer",
            "Yes or no only where the 90 % interval of after − 0.7 × before (0.5 × before) lies on one side of zero; "
            "otherwise uncertain.",
        ),
        ("Rules", f"{findings.rule_set}: {RULE_SOURCES[findings.rule_set]}. They describe; they decide nothing."),
    )
