"""The diary that a command works on, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from diary.cli.say import say
from diary.model import DiaryError

if TYPE_CHECKING:
    from diary.store import Store

MYSELF = "me"
"""The code of the patient in a diary of one's own."""


@contextmanager
def reading(place: str | None, patient: str | None) -> Iterator[tuple[Store, str]]:
    """The diary and the patient to read about.

    Raises DiaryError: the diary is empty, holds several patients of whom none is named, or not the named one.
    """
    with opened(place) as diary:
        known = diary.patients()
        if not known:
            raise DiaryError("The diary is empty. Begin with: migraine log, or read a file with: migraine import FILE.")
        who = whose(known, patient)
        if who not in known:
            raise DiaryError(f"There is no patient {who!r} in the diary. There is: {_some(known)}.")
        yield diary, who


@contextmanager
def writing(place: str | None, patient: str | None) -> Iterator[tuple[Store, str]]:
    """The diary and the patient to write about, who may be new; that is said where there are others.

    Raises DiaryError: the diary holds several patients and none is named.
    """
    with opened(place) as diary:
        known = diary.patients()
        who = whose(known, patient)
        yield diary, who
        if known and who not in known:
            say(f"Note: {who!r} is a new patient in this diary, beside {_some(known)}.")


@contextmanager
def opened(place: str | None) -> Iterator[Store]:
    """The diary at a path or URL, else where the settings say. SQLAlchemy is loaded here, not for the help."""
    from diary.store import Store

    with Store.open(place) as diary:
        yield diary


def whose(known: Sequence[str], named: str | None) -> str:
    """The patient that is named; else the only one; else oneself, in an empty diary.

    >>> whose([], None), whose(["P7"], None), whose(["P7", "P8"], "P8")
    ('me', 'P7', 'P8')

    Raises DiaryError: there are several and none is named, or the name is empty.
    """
    if named is not None:
        if not named.strip():
            raise DiaryError("The patient's code is empty. Give a code such as --patient P1.")
        return named.strip()
    if len(known) > 1:
        raise DiaryError(f"The diary holds {len(known)} patients: {_some(known)}. Say which with --patient.")
    return known[0] if known else MYSELF


def _some(known: Sequence[str]) -> str:
    return ", ".join(known[:5]) + (", …" if len(known) > 5 else "")
