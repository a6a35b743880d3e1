"""How the page looks to this person: dark or light, and in which language. It is kept in the cookie, nowhere else."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from diary.web.languages import LANGUAGES

blueprint = Blueprint("appearance", __name__)

THEMES = ("dark", "light")


@blueprint.post("/appearance")
def choose() -> Response:
    """Remember what was chosen, and go back to the page where that was."""
    if (theme := request.form.get("theme")) in THEMES:
        session["theme"] = theme
    if (language := request.form.get("language")) in LANGUAGES:
        session["language"] = language
    return redirect(own_path(request.form.get("back", "/")), 303)


def own_path(path: str) -> str:
    r"""The path, where it is one of this page; else the first page. What leads elsewhere begins with two slashes.

    >>> own_path("/month"), own_path("//example.org/"), own_path("https://example.org/"), own_path("/\\example.org")
    ('/month', '/', '/', '/')
    """
    ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if ours else "/"
