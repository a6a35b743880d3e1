"""Which language a page is in: the one that was chosen, else the best of those that the browser asks for."""

from __future__ import annotations

from flask import request, session

LANGUAGES = {"en": "English"}
"""Every language that is complete: a page is offered in no other. English stands in the pages themselves; the
catalogue of another lies in ``translations/``."""


def language() -> str:
    """The language of this request."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"
