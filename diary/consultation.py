"""What is noted at a visit: its topics, the answers that each of them takes, and why a preventive was stopped.

Most answers are free text, kept as they are written. Some are held to a few words, so that a checklist and an audit
can count them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from diary.model import DECISIONS, TOPICS, Consultation, DiaryError, Problem

MANAGED, NOT_MANAGED, NO_OVERUSE, NOT_ASKED = "managed", "not managed", "no overuse", "not asked"

OVERUSE_ANSWERS = (MANAGED, NOT_MANAGED, NO_OVERUSE, NOT_ASKED)
"""How overuse of acute medicines was dealt with."""

REASONS = (
    "no effect",
    "side effects",
    "contra-indicated",
    "pregnancy",
    "not wanted",
    "no longer needed",
    "cost or supply",
    "other",
)
"""Why a preventive was stopped, in words that can be counted. What else there is to say follows a colon."""

TOPIC_WORDS = {
    "chronic since": "chronic_since",
    "overuse": "overuse_managed",
    "medication overuse": "overuse_managed",
    "contra indications": "contraindications",
    "contraindication": "contraindications",
    "expectation": "expectations",
    "goals": "goal",
    "patient view": "view",
    "side effects": "side_effects_asked",
    "response": "response_check",
    "success": "success_review",
    "reason": "stop_reason",
    "next": "next_review",
    "next visit": "next_review",
    "review": "next_review",
}
"""Other words for topics; a hyphen or an underscore is as good as a blank."""

OVERUSE_WORDS = {
    "yes": MANAGED,
    "dealt with": MANAGED,
    "addressed": MANAGED,
    "withdrawn": MANAGED,
    "not dealt with": NOT_MANAGED,
    "not addressed": NOT_MANAGED,
    "no medication overuse": NO_OVERUSE,
}
DECISION_WORDS = {
    "go on": "continue",
    "carry on": "continue",
    "more units": "raise",
    "raise dose": "raise",
    "increase": "raise",
    "longer interval": "stretch",
    "extend": "stretch",
    "end": "stop",
    "trial off": "pause",
    "break": "pause",
}
REASON_WORDS = {
    "ineffective": "no effect",
    "not effective": "no effect",
    "no response": "no effect",
    "did not work": "no effect",
    "did not help": "no effect",
    "lack of efficacy": "no effect",
    "side effect": "side effects",
    "adverse effects": "side effects",
    "adverse event": "side effects",
    "not tolerated": "side effects",
    "intolerance": "side effects",
    "contraindicated": "contra-indicated",
    "contraindication": "contra-indicated",
    "contra indication": "contra-indicated",
    "unsuitable": "contra-indicated",
    "pregnant": "pregnancy",
    "planned pregnancy": "pregnancy",
    "declined": "not wanted",
    "patient choice": "not wanted",
    "patient s choice": "not wanted",
    "success": "no longer needed",
    "not needed": "no longer needed",
    "cost": "cost or supply",
    "supply": "cost or supply",
}

FIRST_YEAR = 1900


def topic_of(text: str) -> str:
    """The topic that the words mean.

    >>> topic_of("Overuse managed"), topic_of("next-review"), topic_of("contra-indications")
    ('overuse_managed', 'next_review', 'contraindications')

    Raises DiaryError: there is no such topic; the nearest is suggested.
    """
    found = _known(text, [topic.replace("_", " ") for topic in TOPICS], TOPIC_WORDS)
    if found is None:
        near = get_close_matches(_plain(text), [topic.replace("_", " ") for topic in TOPICS], 1)
        hint = f" Did you mean {near[0].replace(' ', '_')!r}?" if near else ""
        raise DiaryError(f"There is no topic {text!r}.{hint} See what can be noted with: migraine visit topics")
    return found.replace(" ", "_")


def answer_of(topic: str, text: str, visit: date) -> str:
    """The answer to the topic as it is kept, of a visit on that day.

    >>> answer_of("decision", "Longer interval", date(2026, 3, 1)), answer_of("goal", " to work again ", date.today())
    ('stretch', 'to work again')

    Raises DiaryError: it is empty, or the topic takes only certain answers and this is none of them.
    """
    if not text.strip():
        raise DiaryError(f"The answer to {topic!r} is empty. Write what was asked or settled, or leave the topic out.")
    return READERS[topic](text.strip(), visit) if topic in READERS else text.strip()


def expected_answer(topic: str) -> str:
    """What can be answered to the topic, for a person.

    >>> expected_answer("decision"), expected_answer("goal")
    ('continue, raise, stretch, stop or pause', 'free text')
    """
    return EXPECTED.get(topic, "free text")


def reason_of(text: str) -> str:
    """Why a preventive was stopped: one of :data:`REASONS` where the words are known, else as written.

    What follows a colon is kept beside it.

    >>> reason_of("Ineffective"), reason_of("not tolerated: tingling fingers"), reason_of("tingling fingers")
    ('no effect', 'side effects: tingling fingers', 'tingling fingers')
    """
    head, colon, detail = text.strip().partition(":")
    known = _known(head, REASONS, REASON_WORDS)
    if known is None:
        return text.strip()
    return f"{known}: {detail.strip()}" if colon and detail.strip() else known


def is_known_reason(reason: str) -> bool:
    """Whether the reason can be counted.

    >>> is_known_reason("side effects: tingling fingers"), is_known_reason("tingling fingers")
    (True, False)
    """
    return reason.partition(":")[0] in REASONS


def check_consultation(consultation: Consultation, today: date | None = None) -> list[Problem]:
    """What is wrong with an answer that was stored: its day, its topic, or an answer that its topic does not take.

    >>> check_consultation(Consultation("P1", date(2026, 3, 1), "decision", "continue"))
    []
    """
    where = f"{consultation.patient}, {consultation.date}"
    if today is not None and consultation.date > today:
        return [Problem(where, "The visit is in the future.", "Check its date.")]
    if consultation.topic not in TOPICS:
        what = f"There is no topic {consultation.topic!r}."
        return [Problem(where, what, "See what can be noted with: migraine visit topics")]
    try:
        answer_of(consultation.topic, consultation.answer, consultation.date)
    except DiaryError as error:
        what, _, remedy = str(error).partition(". ")
        return [Problem(where, f"{what}.", remedy)]
    return []


# --- the answers that are held to a form


def _decision(text: str, visit: date) -> str:
    return _one_of("decision", text, DECISIONS, DECISION_WORDS)


def _overuse(text: str, visit: date) -> str:
    return _one_of("overuse_managed", text, OVERUSE_ANSWERS, OVERUSE_WORDS)


def _one_of(topic: str, text: str, answers: Iterable[str], others: Mapping[str, str]) -> str:
    found = _known(text, answers, others)
    if found is None:
        raise DiaryError(
            f"{text!r} is no answer to {topic!r}. Write {EXPECTED[topic]}; what else there is to say goes to --note."
        )
    return found


def _since(text: str, visit: date) -> str:
    """A year, or a day, not behind the visit."""
    day = date(int(text), 1, 1) if re.fullmatch(r"[1-9]\d{3}", text) else _day(text)
    if day is None:
        raise DiaryError(f"{text!r} is no year and no date. Write it as 2019 or 2019-05-01.")
    if day.year < FIRST_YEAR or day > visit:
        raise DiaryError(f"{text} is before {FIRST_YEAR} or after the visit of {visit}. Check the year.")
    return text


def _next(text: str, visit: date) -> str:
    """A day behind the visit."""
    day = _day(text)
    if day is None:
        raise DiaryError(f"{text!r} is no date. Write the day of the next visit as 2026-06-01.")
    if day <= visit:
        raise DiaryError(f"{text} is not after the visit of {visit}. Check the date.")
    return text


def _day(text: str) -> date | None:
    """The day written as 2026-06-01; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _known(text: str, words: Iterable[str], others: Mapping[str, str]) -> str | None:
    """The one of the words that is meant, whatever its case and hyphens; None where it is none."""
    by_plain = {_plain(word): word for word in words}
    return by_plain.get(_plain(text)) or others.get(_plain(text))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


READERS: dict[str, Callable[[str, date], str]] = {
    "decision": _decision,
    "overuse_managed": _overuse,
    "chronic_since": _since,
    "next_review": _next,
}
EXPECTED = {
    "decision": ", ".join(DECISIONS[:-1]) + f" or {DECISIONS[-1]}",
    "overuse_managed": ", ".join(OVERUSE_ANSWERS[:-1]) + f" or {OVERUSE_ANSWERS[-1]}",
    "chronic_since": "a year or a date",
    "next_review": "a date",
}
