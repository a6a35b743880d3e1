"""Whose diary a request is about, and whether it may be read or written.

On one's own machine there are no accounts: whoever reaches the page is its owner. In a clinic every request belongs to
a person with a role, and every read and write of a patient's diary is noted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask import abort, current_app, g, redirect, request, session, url_for

from diary.access_log import Access as Line
from diary.access_log import NotingDatabase, note_access
from diary.accounts import ADMIN, CLINICIAN, PATIENT, ROLES, Accounts
from diary.database import Database
from diary.settings import diary_location
from diary.store import Store

__all__ = ["ADMIN", "CLINICIAN", "MYSELF", "OWNER", "PATIENT", "ROLES", "Access", "User", "patient", "store", "user"]

MYSELF = "me"
"""The code of the patient in a diary of one's own."""

CHOSEN = "patient"
"""Under which name the cookie holds the patient whom a clinician has chosen."""

LOGIN = "login"
"""Under which name the cookie holds the token of the session; the diary holds its hash, and when it ends."""


class User(NamedTuple):
    """Who is asking. *patient* is the code of a patient's own diary; None for clinicians and admins."""

    name: str
    role: str
    patient: str | None = None


OWNER = User("", CLINICIAN)
"""Whoever reaches the page on their own machine."""


class Access(NamedTuple):
    """The diary, whether it is a clinic's, the clock, and the clinic's users."""

    store: Store
    clinic: bool
    now: Callable[[], float]
    database: Database
    accounts: Accounts


def open_access(location: str | None, *, clinic: bool, now: Callable[[], float] | None = None) -> Access:
    """The access to the diary at *location*."""
    database, clock = Database(location or diary_location()), now or time.time
    return Access(Store(database), clinic, clock, database, Accounts(database, clock))


def access() -> Access:
    """That of the running application."""
    found: Access = current_app.extensions["access"]
    return found


def store() -> Store:
    """The diary. A route that reads or writes a patient's facts calls :func:`patient` first.

    In a clinic, where that or :func:`everyone` was not called, it is done here; and each transaction that writes is
    noted within itself.
    """
    return Store(database()) if access().clinic else access().store


def database() -> Database:
    """The database of that diary, for who writes with more than the diary's own words."""
    found = access()
    if not found.clinic:
        return found.database
    if "about" not in g:
        patient()
    line = _line("write", g.about)
    return NotingDatabase(found.database, lambda connection: note_access(connection, line))


def now() -> datetime:
    """This minute, by the application's clock on the wall."""
    return datetime.fromtimestamp(access().now()).replace(second=0, microsecond=0)


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

    A patient's own; else the one that was chosen (``session["patient"]``); else, at home, the only one of the diary,
    or oneself, and in a clinic the list to choose from.
    """
    who = user()
    if who.role == ADMIN:
        refuse()
    code = who.patient if who.role == PATIENT else _chosen()
    if code is None:
        abort(redirect(url_for("patients.index"), 303))
    _is_about(code, "read")
    return code


def everyone() -> None:
    """End the request with 403 unless the user may see the list of all patients, and note that it was seen."""
    if user().role != CLINICIAN:
        refuse()
    _is_about(None, "list")


def admin() -> User:
    """Who is asking, if that is an admin; ends the request with 403 where it is not."""
    who = user()
    if who.role != ADMIN:
        refuse()
    return who


def refuse() -> None:
    """Note that something was asked for that is not the user's to see, and end the request with 403."""
    if access().clinic:
        access().accounts.note(_line("refused", None))
    abort(403)


def choose(code: str) -> None:
    """From now on the user's requests are about that patient.

    The cookie keeps nothing that was about another patient. Forms that were opened before are no longer taken, for
    they need a new token: what was meant for one patient is not written into the diary of another.
    """
    for name in set(session) - {LOGIN}:
        session.pop(name)
    session[CHOSEN] = code


def chosen() -> str | None:
    """The code that every page of a clinician shows, so that nothing is written into the diary of another."""
    who: User | None = g.get("user")
    return session.get(CHOSEN) if who and who.role == CLINICIAN else None


def home() -> str:
    """The path of the first page of this user."""
    who: User | None = g.get("user") if access().clinic else OWNER
    if who is None:
        return url_for("accounts.login")
    if who.role == ADMIN:
        return url_for("accounts.users")
    return url_for("patients.index") if access().clinic and who.role == CLINICIAN else "/"


def offers(endpoint: str) -> bool:
    """Whether there is such a page, and this user has something to find there."""
    if endpoint not in current_app.view_functions:
        return False
    if not access().clinic:
        return True
    who: User | None = g.get("user")
    if who is None or endpoint == "accounts.index":
        return who is not None
    if endpoint.startswith("accounts."):
        return who.role == ADMIN
    if endpoint == "patients.index":
        return who.role == CLINICIAN
    return who.role == PATIENT or chosen() is not None


def _chosen() -> str | None:
    code: str | None = session.get(CHOSEN)
    known = access().store.patients()
    if access().clinic:
        return code if code in known else None
    return code or (known[0] if known else MYSELF)


def _is_about(code: str | None, action: str) -> None:
    """Note once for each request of a clinic whom it is about."""
    if access().clinic and g.get("about", "") != code:
        access().accounts.note(_line(action, code))
        g.about = code


def _line(action: str, code: str | None) -> Line:
    return Line(access().accounts.now(), user().name, action, code, request.endpoint)
