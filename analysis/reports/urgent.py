"""What a reader must not miss: side effects that are or can be serious, and thoughts of self-harm.

It stands above everything in every report, in the terminal and on the page. What was written after the last day that
a report uses is told too: a warning must not wait for it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.side_effects import ADVICE, RED_FLAG_WORDS, serious_events


def urgent(findings: Findings) -> tuple[str, ...]:
    """Every sentence that stands above a report; none where there is nothing of the kind."""
    return (*serious_warning(findings), *safety_message(findings))


def serious_warning(findings: Findings) -> tuple[str, ...]:
    """The sentences that stand above every report where a side effect is recorded that is or can be serious."""
    going_on, over = _going_on_and_over(findings)
    said = []
    if going_on:
        names = words.listed([_since(event) for event in going_on])
        said += [f"Recorded, can be serious, and not recorded as over: {names}.", ADVICE]
    if over:
        names = words.listed([_from_to(event) for event in over])
        said += [f"Recorded, can be serious, and recorded as over: {names}."]
    return tuple(said)


def _going_on_and_over(findings: Findings) -> tuple[list[pd.Series[Any]], list[pd.Series[Any]]]:
    """The serious side effects that are not recorded as over, and those that are."""
    found = [event for _, event in serious_events(findings.tables.events).iterrows()]
    return (
        [event for event in found if pd.isna(event["resolved"])],
        [event for event in found if pd.notna(event["resolved"])],
    )


def _since(event: pd.Series[Any]) -> str:
    return f"{event['event']} (since {words.day(event['date'])}{_called(event)})"


def _from_to(event: pd.Series[Any]) -> str:
    return f"{event['event']} ({words.day(event['date'])}, over on {words.day(event['resolved'])}{_called(event)})"


def _called(event: pd.Series[Any]) -> str:
    return ", called serious by a clinician" if pd.notna(event["serious"]) and event["serious"] else ""


def serious_warning_plain(findings: Findings) -> tuple[str, ...]:
    """The same for the patient, in plain words, two sentences for each side effect and what to do."""
    going_on, over = _going_on_and_over(findings)
    said = [f"Your diary lists {_plain(one)}. It does not say that it is over." for one in going_on]
    said += [PLAIN_ADVICE] if going_on else []
    said += [f"Your diary lists {_plain(one)}. It was over on {words.day(one['resolved'])}." for one in over]
    said += [PLAIN_OVER] if over else []
    return tuple(said)


PLAIN_ADVICE = (
    "This can be serious. Ask a doctor about it now. If it is hard to breathe or to swallow, call emergency services."
)
"""What a patient is told where a serious side effect is not recorded as over."""

PLAIN_OVER = "Things like this can be serious, even when over. Tell your clinic before you are injected again."
"""What a patient is told where one is."""


def _plain(event: pd.Series[Any]) -> str:
    """The side effect in plain words, and when it began."""
    urgent = event["red_flag"]
    name = event["event"] if pd.isna(urgent) else RED_FLAG_WORDS[urgent].plain
    return f"{name} from {words.day(event['date'])}"


def safety_message(findings: Findings) -> tuple[str, ...]:
    """What stands at the top of the letter where the latest answer to question 9 of the PHQ-9 is above 0."""
    given = self_harm_answers(findings)
    if given.empty or given["value"].iloc[-1] <= 0:
        return ()
    day, value = words.day(given["date"].iloc[-1]), f"{given['value'].iloc[-1]:g}"
    return (
        f"PHQ-9, question 9 (thoughts of being better off dead, or of self-harm), was answered with {value} of 3 on "
        f"{day}. Please ask about it at this visit; if there may be danger now, call the emergency number.",
    )


def self_harm_answers(findings: Findings) -> pd.DataFrame:
    """The answers to question 9 of the PHQ-9, oldest first."""
    scores = findings.tables.scores
    mine = (scores["instrument"] == "phq9") & (scores["item"] == "9") & scores["value"].notna()
    return scores.loc[mine & (scores["date"] <= pd.Timestamp(findings.as_of))].sort_values("date", kind="stable")
