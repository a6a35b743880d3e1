"""What keeps the page to the person it is for: hosts, forms, headers, and faults that tell nothing.

A page of another site cannot reach the diary through the browser: only the names in TRUSTED_HOSTS are answered, every
writing request carries a token, and cookies are not sent from elsewhere.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import Flask, Response, abort, render_template, request, session
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from diary.model import DiaryError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
READING = ("GET", "HEAD", "OPTIONS")
TOKEN = "token"
HEADER = "X-Token"


def guard(app: Flask) -> None:
    """Check every request, and set the headers of every answer."""
    app.before_request(check_token)
    app.after_request(set_headers)
    app.jinja_env.globals["token"] = token


def token() -> str:
    """The token that a form has to send back."""
    if TOKEN not in session:
        session[TOKEN] = secrets.token_urlsafe(32)
    return str(session[TOKEN])


def check_token() -> None:
    """End a writing request that does not carry the token with 400."""
    _ = request.host  # ends the request where the host is not trusted, also for pages that do not look at it
    if request.method in READING:
        return
    sent = request.headers.get(HEADER) or request.form.get(TOKEN, "")
    if not hmac.compare_digest(sent.encode(), str(session.get(TOKEN, "")).encode()) or not sent:
        abort(400, gettext("This form is too old. Go back, load the page again, and send it once more."))


def set_headers(response: Response) -> Response:
    """Nothing is kept by browsers or caches, and nothing from elsewhere is run."""
    response.headers.update(HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def sentence_page(error: Exception) -> tuple[Any, int]:
    """A fault as a page with a sentence; nothing of a diary stands in it, nor goes to a log."""
    if isinstance(error, DiaryError):
        return render_template("fault.html", text=str(error)), 400
    if isinstance(error, HTTPException):
        return render_template("fault.html", text=_of(error)), error.code or 500
    return render_template("fault.html", text=gettext("The program has a fault. Nothing was changed.")), 500


def _of(error: HTTPException) -> str:
    known = {
        401: gettext("Please log in."),
        403: gettext("This is not yours to see."),
        404: gettext("There is no such page."),
        405: gettext("This cannot be done here."),
        413: gettext("This file is too large."),
    }
    return known.get(error.code or 500) or error.description or gettext("The program has a fault.")
