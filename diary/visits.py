"""What is noted at a visit, in the diary: found and recorded, for every door alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from diary.entries import own_source
from diary.model import Consultation, Problem

if TYPE_CHECKING:
    from diary.store import Store


def find_answer(diary: Store, like: Consultation) -> Consultation | None:
    """The answer to the same topic at the same visit."""
    for found in diary.batch(like.patient, like.date, like.date).consultations:
        if found.topic == like.topic:
            return found
    return None


def save(diary: Store, *said: Consultation, instead_of: Iterable[Consultation] = ()) -> list[Problem]:
    """Note the answers of one visit, *instead_of* others that are taken out. Returns those that could not be kept."""
    if not said:
        return []
    return diary.record(own_source(said[0].patient), *said, instead_of=instead_of).problems
