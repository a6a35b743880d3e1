"""Which language a page is in: the one that was chosen, else the best of those that the browser asks for."""

from __future__ import annotations

from flask import request

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Every language that is complete: a page is offered in no other. English stands in the pages themselves; the
catalogue of another lies in ``translations/``."""

CHOSEN_LANGUAGE = "migraine-language"
"""The cookie that holds the one that was chosen."""


def language() -> str:
    """The language of this request.

    Werkzeug's ``best_match`` prefers a tag that is there as such: who asks for en-GB, then for de, would get German.
    """
    chosen = request.cookies.get(CHOSEN_LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    asked = (tag.partition("-")[0].casefold() for tag, quality in request.accept_languages if quality)
    return next((code for code in asked if code in LANGUAGES), "en")
