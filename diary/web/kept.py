"""A page that was made is kept, and shown again as long as the diary says the same, so that looking costs little."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from pathlib import Path
from threading import Lock, local
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
        self._database = database
        self._mine = local()
        self._changes = count()
        self._last = next(self._changes)

    def changes(self) -> Hashable:
        """What differs as soon as anybody has changed the diary, here or in another program.

        Each thread has a connection of its own to look with: on one that all share, they would wait for each other
        longer than the rest of a request takes. A change is counted once by each thread that comes upon it.
        """
        path = self._database.path
        if path is None:
            return access().store.state()
        if not hasattr(self._mine, "watch"):
            self._mine.watch, self._mine.seen = self._watching(path), None
        seen = self._mine.watch.execute("PRAGMA data_version").fetchone()[0]
        if seen != self._mine.seen:
            self._mine.seen, self._last = seen, next(self._changes)
        return self._last

    def _watching(self, path: Path) -> Any:
        """A connection that never writes: SQLite tells it at once, and without a query, whether others have."""
        return self._database.connect(path, isolation_level=None)

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
