"""What the diary says beside the outcome: criteria, all rule sets, and how firm the answer is."""

from __future__ import annotations

import pandas as pd

from analysis.benchmarks import BENCHMARKS, LABEL
from analysis.confounders import sensitivity_sentence as without_changes_sentence
from analysis.findings import Findings
from analysis.medication import overuse_plain, overuse_sentence
from analysis.months import BEFORE, NOW
from analysis.placebo import placebo_sentence
from analysis.reports import words
from analysis.reports.pieces import TextTable, row
from analysis.sensitivity import estimate_sentence, sensitivity_plain, sensitivity_sentence
from analysis.wearoff import interval_sentence
from analysis.wearoff import patient_sentence as wear_off_plain


def further_tables(findings: Findings, latest: int | None) -> tuple[TextTable, ...]:
    """The tables that stand behind the outcome, in the order in which they are read."""
    return criteria_table(findings), rule_set_table(findings), firmness_table(findings, latest)


def criteria_table(findings: Findings) -> TextTable:
    """Criteria of headache medicine, as far as a diary can speak of them."""
    evidence = findings.evidence
    rows = [("Chronic migraine", str(status)) for status in evidence.chronic]
    rows += [("Medication overuse", overuse_sentence(evidence.overuse, when)) for when in _times(evidence.overuse)]
    if not evidence.cycles.empty:
        rows.append(("Wearing off", f"{evidence.wear_off} {interval_sentence(evidence.cycles)}"))
    rows += [("Menstruation", str(relation)) for relation in evidence.menstrual]
    rows += [("Everyday factor", words.sentence_case(str(found))) for found in evidence.associations]
    note = (
        "A diary can be compatible with a diagnosis; it cannot make one. Overuse: intake days in calendar months "
        "against the limits of ICHD-3 8.2; several classes together also count combination painkillers and ditans, "
        "a convention of this program. Gepants are not counted unless asked for (--count-gepants)."
    )
    return TextTable("Criteria and patterns", ("What", "What the diary says"), tuple(rows), note)


def _times(overuse: pd.DataFrame) -> list[str]:
    there = set(overuse["when"])
    return [when for when in (BEFORE, NOW) if when in there]


def rule_set_table(findings: Findings) -> TextTable:
    """Every rule of every set side by side."""
    rows = tuple(
        (str(rule), str(verdict), words.sentence_case(window), "" if pd.isna(flips) else str(flips))
        for rule, verdict, window, flips in findings.evidence.rule_sets[
            ["rule", "verdict", "window", "flips"]
        ].itertuples(index=False, name=None)
    )
    note = "Guidelines differ. Which one applies is for the clinic to say; the reasons are in outcomes.json."
    return TextTable("All rule sets side by side", ("Rule", "Verdict", "Days looked at", "Differs under"), rows, note)


def firmness_table(findings: Findings, latest: int | None) -> TextTable:
    """Whether the answer holds under other choices, and what stands beside it."""
    evidence = findings.evidence
    rows: list[tuple[str, str]] = []
    if latest is not None:
        found = row(findings.outcomes, latest, "cycle", "headache_days")
        rows.append(("Check interval", _check_sentence(found)))
        rows.append(("Other definitions", estimate_sentence(evidence.estimates)))
    rows += [("Other readings", sensitivity_sentence(evidence.sensitivity, v.rule)) for v in findings.verdicts]
    if latest is not None:
        rows.append(("Other treatment", str(evidence.confounded[latest])))
        apart = evidence.without_changes.loc[evidence.without_changes["cycle"] == latest]
        rows += [("Without these days", without_changes_sentence(line)) for _, line in apart.iterrows()]
        rows.append(("Placebo in time", placebo_sentence(evidence.placebo)))
        rows += [("Weekly counts", str(found)) for found in evidence.overlaps if found.cycle == latest]
    if evidence.regression is not None:
        rows.append(("Regression to the mean", str(evidence.regression)))
    rows += [("Other patients", str(benchmark).removeprefix(f"{LABEL} ")) for benchmark in BENCHMARKS]
    return TextTable("How firm is the answer?", ("What", "What it says"), tuple(rows))


def _check_sentence(found: pd.Series) -> str:
    return (
        f"The wider check interval of the change in headache days runs from {words.fewer(found['check_low'])} to "
        f"{words.fewer(found['check_high'])} per 28 days. It also allows for weeks and months that differ."
    )


def plain_sentences(findings: Findings, latest: int | None) -> tuple[str, ...]:
    """The same for the patient, in plain words, a sentence or two for each number."""
    evidence = findings.evidence
    said = [_plain_change(findings, latest)]
    said += [status.plain for status in evidence.chronic]
    said += [overuse_plain(evidence.overuse, when) for when in _times(evidence.overuse)]
    if not evidence.cycles.empty:
        said.append(wear_off_plain(evidence.wear_off))
    said += [relation.patient_sentence() for relation in evidence.menstrual]
    said += [found.patient_sentence() for found in evidence.associations]
    said.append(sensitivity_plain(evidence.sensitivity, borderline=any(v.flips for v in findings.verdicts)))
    if latest is not None:
        said.append(evidence.confounded[latest].patient_sentence())
    return tuple(said)


def _plain_change(findings: Findings, latest: int | None) -> str:
    """How many headache days there were, before and after, and whether chance could be all of it."""
    if latest is None:
        return "Your diary cannot say yet if your headache days changed."
    found = row(findings.outcomes, latest, "cycle", "headache_days")
    before, after = words.number(found["before"], 0), words.number(found["after"], 0)
    numbers = (
        f"Before your first session you had about {before} headache days in four weeks. "
        f"After session {latest} you had about {after}."
    )
    if found["high"] < 0:
        return f"{numbers} That is fewer, and more than chance alone would often give."
    if found["low"] > 0:
        return f"{numbers} That is more, and more than chance alone would often give."
    return f"{numbers} The difference may be chance."
