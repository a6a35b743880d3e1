"""Side effects in the diary: what an entry does to them, and which of them is urgent, for every door alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from diary.entries import own_source
from diary.model import AdverseEvent, DiaryError, Problem, Treatment
from diary.side_effects import ADVICE, find_side_effect, is_red_flag, standard_name, suggest_side_effect

if TYPE_CHECKING:
    from diary.store import Store

WITHIN = 84
"""Days after a session within which that session is offered: one cycle of twelve weeks, a convention."""

OVER = "This can be serious, also when it is over. Tell your clinic about it before the next session."


def named(text: str) -> str:
    """The side effect's standard name, or what was written.

    >>> named("Ptosis")
    'eyelid ptosis'

    Raises DiaryError: nothing was written.
    """
    name = standard_name(text)
    if not name:
        raise DiaryError("The side effect has no name. Write what it was, such as: neck pain.")
    return name


def find_events(diary: Store, who: str, name: str, day: date | None) -> list[AdverseEvent]:
    """The side effects of that name, by the day on which they began; of one *day*, where that is given."""
    return [
        found for found in diary.batch(who, day, day).events if standard_name(found.event).casefold() == name.casefold()
    ]


def is_urgent(event: AdverseEvent) -> bool:
    """Whether it may be serious: by its name, by a name that its own looks like, or because a clinician said so."""
    if event.serious or is_red_flag(event.event):
        return True
    meant = None if find_side_effect(event.event) else suggest_side_effect(event.event)
    return meant is not None and meant.red_flag


def advice(event: AdverseEvent) -> str:
    """What is said at once of one that may be serious; nothing of any other.

    >>> advice(AdverseEvent("P1", date(2026, 3, 6), "swallowing difficulty")) == ADVICE
    True
    """
    if not is_urgent(event):
        return ""
    return ADVICE if event.resolved is None else OVER


def sessions_of(diary: Store, who: str) -> list[Treatment]:
    """The botulinum sessions of all purposes, by day."""
    return [one for one in diary.treatments(who) if one.kind == "botulinum"]


def save(diary: Store, event: AdverseEvent, before: AdverseEvent | None = None) -> list[Problem]:
    """Record the side effect, instead of the one *before*. Returns what is odd about it.

    Raises DiaryError: it is over before it began, or began before the session that it is put down to.
    """
    session = next((one for one in sessions_of(diary, event.patient) if one.treatment_id == event.treatment_id), None)
    refuse_backwards(event, session)
    gone = [before] if before and (before.date, before.event) != (event.date, event.event) else []
    return diary.record(own_source(event.patient), event, instead_of=gone).problems


def refuse_backwards(event: AdverseEvent, session: Treatment | None) -> None:
    """Raise DiaryError if it is over before it began, or began before its session."""
    if event.resolved and event.resolved < event.date:
        raise DiaryError(f"It began on {event.date}, so it was not over on {event.resolved}. Check both days.")
    if session and event.date < session.start:
        raise DiaryError(
            f"It began on {event.date}, before the session of {session.start}. Check both days, or name no session."
        )


def latest_session(sessions: Sequence[Treatment], day: date) -> Treatment | None:
    """The latest session on the day or within the 84 days before it; of two on one day the therapeutic one."""
    near = [one for one in sessions if 0 <= (day - one.start).days <= WITHIN]
    return max(near, key=lambda one: (one.start, one.purpose == "therapeutic"), default=None)
