"""The Flask application: which pages there are, in which language, and how they are kept safe."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask, redirect, url_for
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from diary.web import safety, said
from diary.web.access import chosen, home, offers, open_access
from diary.web.cookies import spare_cookies
from diary.web.languages import LANGUAGES, language
from diary.web.words import FILTERS

PAGES = (
    "diary.web.appearance",
    "diary.web.record",
    "diary.web.log",
    "diary.web.month",
    "diary.web.attacks",
    "diary.web.treatments",
    "diary.web.scores",
    "diary.web.side_effects",
    "diary.web.factors",
    "diary.web.visits",
    "diary.web.importing",
)
"""The modules with a ``blueprint`` of the record; each is one noun."""

CLINIC_PAGES = ("diary.web.accounts", "diary.web.patients")
"""Those of a clinic."""

MOST_UPLOAD = 64 * 2**20
"""Bytes of the largest request."""


def create_app(
    location: str | None = None,
    *,
    pages: Sequence[Blueprint] = (),
    clinic: bool = False,
    hosts: Sequence[str] = safety.LOOPBACK,
    secret: str | None = None,
    tls: bool = False,
    now: Callable[[], float] | None = None,
) -> Flask:
    """The application on the diary at *location* (a path or URL; None = where the settings say).

    *pages* are further blueprints, such as those of the outcome. *clinic*: with accounts. *hosts* are the names under
    which it may be called; any other is refused. *secret* signs cookies; None makes one that lasts as long as the
    process. *tls*: it is reached through TLS only, and no cookie goes another way. *now* is the clock of sessions and
    limits, for tests.
    """
    app = Flask("diary.web")
    app.config.update(
        SECRET_KEY=secret or secrets.token_hex(32),
        TRUSTED_HOSTS=list(hosts),
        MAX_CONTENT_LENGTH=MOST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=safety.MOST_WRITTEN,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=tls,
        SESSION_COOKIE_NAME="__Host-migraine" if tls else "migraine",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=";".join(catalogues(pages)),
        LANGUAGES=LANGUAGES,
        CLINIC=clinic,
    )
    app.extensions["access"] = open_access(location, clinic=clinic, now=now)
    Babel(app, locale_selector=language)
    said.add_sentences(app, said.TRANSLATIONS)
    safety.guard(app)
    spare_cookies(app)
    app.add_url_rule("/healthz", view_func=healthy)
    app.add_url_rule("/favicon.ico", view_func=icon)
    app.jinja_env.globals.update(get_locale=get_locale, is_page=offers, home=home, chosen=chosen)
    app.jinja_env.filters.update(FILTERS | said.FILTERS)
    for name in (*PAGES, *(CLINIC_PAGES if clinic else ())):
        app.register_blueprint(import_module(name).blueprint)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    app.register_error_handler(Exception, safety.sentence_page)
    return app


def catalogues(pages: Sequence[Blueprint]) -> list[str]:
    """The folders of the catalogues: that of the record, and those that lie beside further pages."""
    roots = [Path(__file__).parent, *(Path(page.root_path) for page in pages)]
    return [str(root / "translations") for root in dict.fromkeys(roots)]


def healthy() -> tuple[str, dict[str, str]]:
    """A word that the server answers, for who watches it. It looks at nothing and tells nothing of the diary."""
    return "ok", {"Content-Type": "text/plain"}


def icon() -> Response:
    """The icon, where browsers look for it beside what is no page."""
    return redirect(url_for("static", filename="icon.svg"))
