"""What the program says in plain English, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import read_mo
from flask import current_app, flash
from flask.sansio.app import App
from flask_babel import get_locale
from markupsafe import Markup

from diary.forms import Forms, Piece, without_options
from diary.model import Problem

DOMAIN = "sentences"
"""The name of the catalogues, beside those of the pages themselves."""

TRANSLATIONS = Path(__file__).parent / "translations"


def add_sentences(app: App, translations: Path) -> None:
    """Let the application recognise the sentences of one more folder, with a folder for each language."""
    app.extensions["sentences"] = (*app.extensions.get("sentences", ()), translations)


def said(text: str) -> Markup:
    """The text in the language of the page and without the options of the command line.

    What is not known in that language stays English, and is marked as such.
    """
    return Markup(" ").join(map(_marked, _pieces(without_options(text))))


def say(problems: Iterable[Problem]) -> None:
    """Say on the next page what needs a look, each sentence once."""
    for text in dict.fromkeys(f"{problem.what} {problem.remedy}" for problem in problems):
        flash(said(text))


def place(text: str) -> str:
    """A place such as "sheet March, row 3" in the language of the page; the name of a column or file stays as it is."""
    forms = _forms()
    return forms.phrase(text) if forms else text


def _marked(piece: Piece) -> str:
    return piece.text if piece.known else Markup('<span lang="en">{}</span>').format(piece.text)


def _pieces(text: str) -> list[Piece]:
    forms = _forms()
    return forms.pieces(text) if forms else [Piece(text, True)]


def _forms() -> Forms | None:
    """What is known in the language of the page; None where that is English, in which everything is said."""
    locale = get_locale()
    if locale is None or locale.language == "en":
        return None
    return forms_of(locale.language, current_app.extensions["sentences"])


@lru_cache
def forms_of(language: str, translations: tuple[Path, ...]) -> Forms:
    """What is known in a language other than English."""
    files = [folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo" for folder in translations]
    return Forms(*(read_catalogue(file) for file in files if file.is_file()))


def read_catalogue(file: Path) -> dict[str, str]:
    """The messages of a compiled catalogue."""
    with file.open("rb") as compiled:
        return {str(message.id): str(message.string) for message in read_mo(compiled) if message.id and message.string}


FILTERS: dict[str, Callable[[str], str]] = {"said": said, "place": place}
