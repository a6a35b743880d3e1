"""What the analysis says in plain English, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask_babel import get_locale
from markupsafe import Markup, escape

from analysis.pages.reader import Reader
from diary.web import said
from diary.web.said import read_catalogue
from diary.web.vocabulary import EFFECTS, NAMES

ENGLISH = "en"
DOMAIN = "outcome"
"""The name of the catalogues of what the analysis says, beside those of its pages."""

TRANSLATIONS = Path(__file__).parent / "translations"


def told(text: str) -> Markup:
    """The text in the language of the page. What is not known in that language stays English, and is marked as such."""
    if page_language() == ENGLISH:
        return escape(text)
    pieces = reader_of(page_language()).pieces(text)
    return Markup(" ").join(escape(piece.text) if piece.known else said.said(piece.text) for piece in pieces)


def worded(text: str) -> str:
    """The same without a mark, for where no mark can be."""
    return in_language(page_language(), text)


def in_language(language: str, text: str) -> str:
    """The text in that language, as far as it is known."""
    return text if language == ENGLISH else reader_of(language).reading(text).text


def page_language() -> str:
    """The language of the page; English outside of one."""
    locale = get_locale()
    return ENGLISH if locale is None else str(locale.language)


@lru_cache
def reader_of(language: str) -> Reader:
    """What is known in a language other than English: what the analysis says, and the names that the record has."""
    return Reader(language, _catalogue(TRANSLATIONS, language, DOMAIN), _names(language))


def _names(language: str) -> dict[str, str]:
    """The names of severities, muscles, side effects and the like."""
    pages = _catalogue(said.TRANSLATIONS, language, "messages")
    return {name: pages[plain] for name, plain in (NAMES | EFFECTS).items() if plain in pages}


def _catalogue(translations: Path, language: str, domain: str) -> dict[str, str]:
    file = translations / language / "LC_MESSAGES" / f"{domain}.mo"
    return read_catalogue(file) if file.is_file() else {}


FILTERS: dict[str, Callable[[str], str]] = {"told": told, "told_plainly": worded}
