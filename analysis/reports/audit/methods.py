"""What to keep in mind, and how an audit was worked out, with its sources."""

from __future__ import annotations

from analysis.benchmarks import LABEL
from analysis.cohort.audit import EXPECTED_UNITS, LATE, SHORTEST, Audit
from analysis.cohort.lines import FEWEST
from analysis.cohort.people import LONGEST_INTERVAL
from analysis.definitions import DayRules
from analysis.disclosure import BASE, SOURCE
from analysis.reports.audit.pieces import LEFT_OUT

LEFT_OUT_NOTE = (
    f"{LEFT_OUT} stands for a number of 1 to {{most}}, or one that would tell of it. Every other count is rounded to "
    f"the nearest {BASE}, so that parts need not add up, and shares are those of the rounded counts."
)


def cautions(audit: Audit, least: int | None) -> tuple[str, ...]:
    """What to keep in mind."""
    always = (
        "Those who are still treated look better than everyone who started: who changed little stopped earlier, and "
        "is not among them. Read the three lines together.",
        "People start in a bad month and are seen again in a more usual one. Part of any fall is this regression to "
        "the mean, and an audit without untreated patients cannot say how large a part.",
        "Everyone who started is the denominator. Who stopped, logged too little or was lost counts as not having "
        "reached a threshold, unless a table says otherwise.",
        f"{LABEL} are other patients: those of trials differ from those of a clinic, in how they were chosen and in "
        "how days were counted.",
        "An audit describes. It cannot say why something changed, and it decides nothing about any patient.",
        "Many numbers stand side by side. Some differences between cycles, groups or years are chance.",
    )
    grouped = (
        ("Groups were not drawn by lot, and may differ in more than their name.",) if len(audit.comparison) else ()
    )
    small = (LEFT_OUT_NOTE.format(most=least - 1),) if least else ()
    return (*small, *always, *grouped)


def methods(day_rules: DayRules, least: int | None) -> tuple[tuple[str, str], ...]:
    """Definitions and methods, named and with their source."""
    small = (("Small numbers", f"Left out and rounded as in: {SOURCE}."),) if least else ()
    return (
        ("Headache day", f"{day_rules.meaning} Definition {day_rules.name!r}: {day_rules.source}."),
        ("Per 28 days", "Events × 28 ÷ logged days, as the PREEMPT trials count in periods of 28 days."),
        (
            "Baseline and cycles",
            "The baseline is up to three whole blocks of 28 days that end the day before the first therapeutic "
            "session. A cycle is days 0-83 after a session, or until the next.",
        ),
        (
            "Started, stopped",
            "Started: at least one therapeutic session, with or without a diary. Stopped: by a decision that no "
            f"session followed, or twelve weeks after a session that none followed for {LONGEST_INTERVAL} days. Who "
            "stopped counts in a cycle from the day on which it would be over, had every session been in time.",
        ),
        (
            "Still treated",
            "The mean change of those who had the cycle and logged enough, with Student's 95 % interval.",
        ),
        (
            "All who started, modelled",
            "A mixed model for repeated measures with the baseline as one of the visits, an unstructured covariance "
            "and restricted maximum likelihood, as gls of R's package nlme fits it. Cycles of fewer than "
            f"{FEWEST} people are left out. It rests on the assumption that who stops is foreseen by what was logged "
            "before; then its interval is a little too narrow: in simulated clinics in which those with little change "
            "stopped, it held the truth in 85 to 92 of 100.",
        ),
        (
            "All who started, stoppers at baseline",
            "The change of who stopped before the cycle is taken as zero. It rests on the assumption that they went "
            "back to their baseline.",
        ),
        (
            "Shares",
            "95 % intervals of Wilson (1927, J Am Stat Assoc 22: 209-212). Differences of two groups: Newcombe (1998, "
            "Stat Med 17: 873-890, method 10); of means: Welch's t.",
        ),
        (
            "Sure, uncertain, not",
            "Of each patient: sure, or not, only where the 90 % interval of after − 0.7 × before (0.5 ×, 0.25 ×) lies "
            "on one side of zero.",
        ),
        (
            "How long",
            "Kaplan & Meier (1958, J Am Stat Assoc 53: 457-481) with log-log limits. Still observed: not stopped, and "
            "started at least so long ago.",
        ),
        (
            "Intervals and units",
            f"Sessions {SHORTEST} days apart are in time, more than {LATE} days late; the fixed paradigm has "
            f"{EXPECTED_UNITS} units of onabotulinumtoxinA. Those of other products are not the same, and are left out "
            "of the mean.",
        ),
        (
            "Standards",
            "Drawn from NICE technology appraisal guidance 260 (https://www.nice.org.uk/guidance/ta260); S4, S8 and S9 "
            "are this program's.",
        ),
        *small,
    )
