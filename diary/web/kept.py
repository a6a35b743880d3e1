"""A page that was made is kept, and shown again as long as the diary says the same, so that looking costs little."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from flask import current_app, request, session
from flask_babel import get_locale

from diary.database import Database
from diary.web.access import access, patient, user
from diary.web.appearance import theme
from diary.web.safety import token

MOST = 100
"""How many pages are kept at the same time; the oldest go first."""

MARK = "\x00token\x00"
"""Stands in a kept page where each session has its own token."""


class Shelf:
    """The pages that are kept for one application."""

    def __init__(self, database: Database) -> None:
        self._pages: dict[Hashable, str] = {}
        self._lock = Lock()
        self._watch = watching(database)

    def changes(self) -> Hashable:
        """What differs as soon as anybody has changed the diary, here or in another program."""
        if self._watch is None:
            return access().store.state()
        with self._lock:
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def page(self, key: Hashable, make: Callable[[], str]) -> str:
        """The page that is kept under the key; it is made where none is."""
        page = self._pages.get(key)
        return self._keep(key, make()) if page is None else page

    def _keep(self, key: Hashable, page: str) -> str:
        with self._lock:
            self._pages[key] = page
            for oldest in list(self._pages)[:-MOST]:
                del self._pages[oldest]
        return page


def watching(database: Database) -> Any:
    """A connection that never writes: SQLite tells it at once, and without a query, whether others have. Else None."""
    if database.path is None:
        return None
    return database.connect(database.path, check_same_thread=False, isolation_level=None)


def kept(make: Callable[[], str], *about: Hashable) -> str:
    """The page that *make* makes, made anew only when the diary, or what else it is *about*, has changed.

    It may hang on the patient's facts, on who asks, on language and theme, and on nothing else but *about*.
    """
    if "_flashes" in session:
        return make()
    whose = patient() if access().clinic else session.get("patient")
    looks = (request.path, str(get_locale()), theme(), user())
    shelf = _shelf()
    page = shelf.page((shelf.changes(), whose, looks, about), lambda: make().replace(token(), MARK))
    return page.replace(MARK, token())


def _shelf() -> Shelf:
    shelf: Shelf | None = current_app.extensions.get("shelf")
    return shelf or current_app.extensions.setdefault("shelf", Shelf(access().database))
