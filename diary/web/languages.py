"""Which language a page is in: the one that was chosen, else the best of those that the browser asks for."""

from __future__ import annotations

from flask import request

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Every language that is complete: a page is offered in no other. English stands in the pages themselves; the
catalogue of another lies in ``translations/``."""

CHOSEN_LANGUAGE = "migraine-language"
"""The cookie that holds the one that was chosen."""


def language() -> str:
    """The language of this request."""
    chosen = request.cookies.get(CHOSEN_LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"
