"""What keeps the page to the person it is for: hosts, forms, headers, and faults that tell nothing.

A page of another site cannot reach the diary through the browser: only the names in TRUSTED_HOSTS are answered, every
writing request carries a token, and cookies are not sent from elsewhere.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import traceback
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, render_template, request, session
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, SecurityError

from diary.model import DiaryError
from diary.web.said import said

LOOPBACK = ("localhost", "127.0.0.1")
"""The names of this machine, as the server listens on IPv4; TRUSTED_HOSTS would not know ``[::1]`` by its name."""

MOST_WRITTEN = 2 * 2**20
"""Bytes of a form without files. Werkzeug reads such a form whole, whatever MAX_FORM_MEMORY_SIZE says."""

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
    app.before_request(check_origin)
    app.before_request(check_token)
    app.after_request(set_headers)
    app.jinja_env.globals["token"] = token
    app.logger.addFilter(without_content)


def token() -> str:
    """The token that a form has to send back."""
    if TOKEN not in session:
        session[TOKEN] = secrets.token_urlsafe(32)
    return str(session[TOKEN])


def check_origin() -> None:
    """End a request with 400 that calls the page by a name that is not its own, or writes from another site.

    Browsers say from where a request comes. Their "null" says nothing: pages that send no referrer have it, too.
    """
    ours = request.host  # ends the request where the name is not trusted
    if request.method in READING:
        return
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = MOST_WRITTEN
    origin = request.headers.get("Origin", "null")
    foreign = origin != "null" and urlsplit(origin).netloc != ours
    if foreign or request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(400, gettext("This was sent by another site, so nothing was changed. Use the page itself."))


def check_token() -> None:
    """End a writing request that does not carry the token with 400."""
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


INSTEAD = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
"""What tells htmx that a page came where it had asked for a part."""

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def sentence_page(error: Exception) -> tuple[str, int, dict[str, str]]:
    """A fault as a page with a sentence; nothing of a diary stands in it, nor goes to a log."""
    if isinstance(error, SecurityError):  # no page can be made for a name that is not ours
        return "This is not the name of this page. Open it by the address that migraine serve prints.", 400, PLAIN
    if isinstance(error, DiaryError):
        return render_template("fault.html", text=said(str(error))), 400, INSTEAD
    if isinstance(error, HTTPException):
        return render_template("fault.html", text=_of(error)), error.code or 500, INSTEAD
    current_app.logger.error(_place(error))
    return render_template("fault.html", text=gettext("The program has a fault. Nothing was changed.")), 500, INSTEAD


def _place(error: BaseException) -> str:
    """The kind of a fault, and where it happened. What it says itself may be from the diary."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.filename}, line {frame.lineno}"


def without_content(record: logging.LogRecord) -> bool:
    """A filter for loggers: of a fault only its kind and place are kept, and no request's address."""
    if record.exc_info and record.exc_info[1] is not None:
        record.msg, record.args = _place(record.exc_info[1]), ()
        record.exc_info = record.exc_text = None
    return True


def _of(error: HTTPException) -> str:
    known = {
        401: gettext("Please log in."),
        403: gettext("This is not yours to see."),
        404: gettext("There is no such page."),
        405: gettext("This cannot be done here."),
        413: gettext("This file is too large."),
    }
    return known.get(error.code or 500) or error.description or gettext("The program has a fault.")
