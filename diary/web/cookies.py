"""What the cookie of a session holds: random words. What was chosen and what was said stays with the program.

A cookie is signed, and yet anybody can read it who has it, and browsers write it to the disk. So the patient whom a
clinician has chosen, and sentences that the next page is to say, wait here under a random word, which the cookie holds.
"""

from __future__ import annotations

import secrets
from threading import Lock
from typing import Any

from flask import Flask
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface

from diary.web.access import LOGIN
from diary.web.safety import TOKEN

SENT = (TOKEN, LOGIN)
"""What goes into the cookie as it is: random words that outlast the program."""

HERE = "here"
"""Under this the cookie holds the word under which the rest waits."""

MOST = 10_000
"""So many sessions are remembered; the ones that were longest not written go first."""


def spare_cookies(app: Flask) -> None:
    """Let the cookies of the application hold random words alone."""
    interface = SecureCookieSessionInterface()
    interface.serializer = Sparing()
    app.session_interface = interface


class Sparing(TaggedJSONSerializer):
    """Writes a session as what the cookie is to hold, and keeps the rest; after a start of the program that is gone.

    >>> sparing = Sparing()
    >>> cookie = sparing.dumps({"token": "random", "patient": "P-014"})
    >>> "random" in cookie, "P-014" in cookie
    (True, False)
    >>> sparing.loads(cookie)["patient"], "patient" in Sparing().loads(cookie)
    ('P-014', False)
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._kept: dict[str, str] = {}

    def dumps(self, value: Any) -> str:
        """What the cookie is to hold of the session."""
        sent = {name: value[name] for name in SENT if name in value}
        rest = {name: value[name] for name in value if name not in (*SENT, HERE)}
        word = value.get(HERE) or secrets.token_urlsafe(16)
        self._keep(word, super().dumps(rest) if rest else "")
        return super().dumps(sent | ({HERE: word} if rest else {}))

    def loads(self, value: str) -> dict[str, Any]:
        """The session of a cookie, with what was kept of it."""
        sent: dict[str, Any] = super().loads(value)
        kept = self._kept.get(sent.get(HERE, ""))
        return sent | (super().loads(kept) if kept else {})

    def _keep(self, word: str, rest: str) -> None:
        """Keep the rest as the one that was written last; forget it where it is empty."""
        with self._lock:
            self._kept.pop(word, None)
            if rest:
                self._kept[word] = rest
            for oldest in list(self._kept)[:-MOST]:
                del self._kept[oldest]
