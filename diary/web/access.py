"""Whose diary a request is about, and whether it may be read or written.

On one's own machine there are no accounts: whoever reaches the page is its owner. In a clinic every request belongs to
a person with a role, and every read and write of a patient's diary is noted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from flask import abort, current_app, g, session

from diary.store import Store

MYSELF = "me"
"""The code of the patient in a diary of one's own."""

PATIENT, CLINICIAN, ADMIN = ROLES = ("patient", "clinician", "admin")


class User(NamedTuple):
    """Who is asking. *patient* is the code of a patient's own diary; None for clinicians and admins."""

    name: str
    role: str
    patient: str | None = None


OWNER = User("", CLINICIAN)
"""Whoever reaches the page on their own machine."""


class Access(NamedTuple):
    """The diary, whether it is a clinic's, and the clock."""

    store: Store
    clinic: bool
    now: Callable[[], float]


def open_access(location: str | None, *, clinic: bool, now: Callable[[], float] | None = None) -> Access:
    """The access to the diary at *location*."""
    return Access(Store.open(location), clinic, now or time.time)


def access() -> Access:
    """That of the running application."""
    found: Access = current_app.extensions["access"]
    return found


def store() -> Store:
    """The diary. A route that reads or writes a patient's facts calls :func:`patient` first."""
    return access().store


def user() -> User:
    """Who is asking; ends the request with 401 where nobody is known. A clinic's accounts set ``g.user``."""
    if not access().clinic:
        return OWNER
    found: User | None = g.get("user")
    if found is None:
        abort(401)
    return found


def patient() -> str:
    """The code of the patient whom the request is about; ends it with 403 where the user may not see them.

    A patient's own; else the one that was chosen (``session["patient"]``); else the only one of the diary, or oneself.
    """
    who = user()
    if who.role == PATIENT:
        return who.patient or abort(403)
    if who.role == ADMIN:
        abort(403)
    chosen: str | None = session.get("patient")
    known = store().patients()
    if chosen is not None and (chosen in known or not access().clinic):
        return chosen
    if access().clinic:
        abort(404)
    return known[0] if known else MYSELF
