"""How the page looks to this person: dark or light, and in which language.

What was chosen is kept by the browser, a year long and apart from the session, which ends. It says nothing about a
diary, so nothing of it is secret, and a value that is not offered is as good as none.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from diary.web.languages import CHOSEN_LANGUAGE, LANGUAGES

blueprint = Blueprint("appearance", __name__)

THEMES = ("dark", "light")
"""The first is shown until another is chosen."""

CHOSEN_THEME = "migraine-theme"
"""The cookie that holds it."""

KEPT_FOR = timedelta(days=365)


@blueprint.app_template_global()
def theme() -> str:
    """Dark or light."""
    chosen = request.cookies.get(CHOSEN_THEME)
    return chosen if chosen in THEMES else THEMES[0]


@blueprint.post("/appearance")
def choose() -> Response:
    """Remember what was chosen, and go back to the page where that was."""
    answer = redirect(own_path(request.form.get("back", "/")), 303)
    if (look := request.form.get("theme")) in THEMES:
        _remember(answer, CHOSEN_THEME, look)
    if (language := request.form.get("language")) in LANGUAGES:
        _remember(answer, CHOSEN_LANGUAGE, language)
    return answer


def _remember(answer: Response, name: str, value: str) -> None:
    tls = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(name, value, max_age=KEPT_FOR, secure=tls, httponly=True, samesite="Strict")


def own_path(path: str) -> str:
    r"""The path, where it is one of this page; else the first page. What leads elsewhere begins with two slashes.

    >>> own_path("/month"), own_path("//example.org/"), own_path("https://example.org/"), own_path("/\\example.org")
    ('/month', '/', '/', '/')
    """
    ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if ours else "/"
