"""The people of a clinic at the page: logging in and out, passwords; for admins the users, and who saw what."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from diary.accounts import PATIENT, ROLES, AccountError, Accounts, Login, user_name
from diary.passwords import LEAST, MOST, first_password, weakness
from diary.web.access import LOGIN, User, access, admin, home, now, user
from diary.web.answers import WHOLE, Answers

blueprint = Blueprint("accounts", __name__)

OPEN = {"static", "icon", "healthy", "appearance.choose", "accounts.login"}
"""What is answered before anybody has logged in; it tells nothing of a diary, nor of who is in it."""

UNCHANGED = OPEN | {"accounts.index", "accounts.password", "accounts.logout"}
"""What can be done with a password that somebody else gave."""

MOST_LINES = 200
"""Lines of the access log on one page; ``migraine clinic access-log`` prints all of them."""


@blueprint.before_app_request
def know_user() -> Response | None:
    """Find out who is asking; without a session only what is open is answered."""
    account = accounts().who(session[LOGIN]) if LOGIN in session else None
    if account is not None:
        g.user = User(account.name, account.role, account.patient)
    if request.endpoint in OPEN:
        return None
    if account is None:
        abort(401)
    if account.must_change and request.endpoint not in UNCHANGED:
        return redirect(url_for("accounts.index"), 303)
    return None


@blueprint.app_errorhandler(401)
def ask_to_log_in(error: HTTPException) -> Response | tuple[str, int, dict[str, str]]:
    """Lead to the login; what was sent is not done, and a part of a page is not exchanged for the login."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return redirect(url_for("accounts.login"), 303)
    page = render_template("fault.html", text=gettext("Please log in. Nothing was changed."))
    return page, 401, {"HX-Redirect": url_for("accounts.login")}


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> Response | str | tuple[str, int]:
    """Log in. The answer to what is wrong does not tell whether there is such a user."""
    if request.method == "GET":
        return redirect(home(), 303) if "user" in g else render_template("accounts/login.html", fault="")
    name, given = request.form.get("name", ""), request.form.get("password", "")
    found = accounts().log_in(name, given, _address())
    if found.token is None:
        code = 429 if found.wait else 401
        return render_template("accounts/login.html", fault=_refusal(found)), code
    _enter(found.token)
    return redirect(url_for("accounts.login"), 303)


@blueprint.post("/logout")
def logout() -> Response:
    """Log out: the session ends here, and on the server."""
    user()
    accounts().log_out(session[LOGIN])
    session.clear()
    flash(gettext("You are logged out."))
    return redirect(url_for("accounts.login"), 303)


@blueprint.get("/account")
def index() -> str:
    """One's own account."""
    return _account_page({})


@blueprint.post("/account/password")
def password() -> Response | tuple[str, int]:
    """Another password of one's own; everywhere else one is logged out by it."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    faults = _faults_of(new, again, user().name)
    found = Login() if faults else accounts().change_password(user().name, old, new, _address())
    if found.token is None:
        return _account_page(faults or {"old": _refusal(found)}), 422
    _enter(found.token)
    flash(gettext("The password is changed. Wherever else you were logged in, you are no more."))
    return redirect(home(), 303)


@blueprint.get("/users")
def users() -> str:
    """The users, for an admin."""
    admin()
    return _users_page(Answers({}, now()))


@blueprint.post("/users")
def add() -> tuple[str, int]:
    """A new user, with a password for the first time that is shown once."""
    by = admin()
    answers = Answers(request.form, now())
    name = user_name(answers.needed("name", gettext("The name is empty. Write one, such as anna.berg.")))
    role = answers.one_of("role", ROLES) or ""
    code = answers.text("patient") if role == PATIENT else None
    if role == PATIENT and code is None:
        answers.faults["patient"] = gettext("Whose diary it is, is not said. Write the patient's code.")
    secret = first_password()
    if not answers.faults:
        try:
            accounts().add(name, role, secret, patient=code, must_change=True, by=by.name)
        except AccountError as error:
            answers.refuse(error, "name")
    if answers.faults:
        return _users_page(answers), 422
    return _users_page(Answers({}, now()), (name, secret)), 200


@blueprint.post("/users/disable")
def disable() -> Response:
    """Let a user log in no more; nobody does that to themselves."""
    by, name = admin(), _known_name()
    if name == by.name:
        flash(gettext("This is your own account. Another admin can disable it."))
    else:
        accounts().disable(name, by=by.name)
        flash(gettext("%(name)s can no longer log in.", name=name))
    return redirect(url_for("accounts.users"), 303)


@blueprint.post("/users/enable")
def enable() -> Response:
    """Let a user log in again."""
    by, name = admin(), _known_name()
    accounts().enable(name, by=by.name)
    flash(gettext("%(name)s can log in again.", name=name))
    return redirect(url_for("accounts.users"), 303)


@blueprint.post("/users/password")
def reset() -> str:
    """Another password for a user who has forgotten theirs, shown once; they are logged out everywhere."""
    by, name, secret = admin(), _known_name(), first_password()
    accounts().set_password(name, secret, must_change=True, by=by.name)
    return _users_page(Answers({}, now()), (name, secret))


@blueprint.route("/trail", methods=["GET", "POST"])
def trail() -> str:
    """Who read and wrote whose diary, for an admin; what is looked for is sent, so that it stands in no address."""
    admin()
    answers = Answers(request.form, now())
    since = answers.day("since")
    lines = accounts().accesses(
        patient=answers.text("patient"),
        user=answers.text("user"),
        since=datetime.combine(since, datetime.min.time()) if since else None,
        most=MOST_LINES,
    )
    return render_template("accounts/trail.html", lines=lines, answers=answers, most=MOST_LINES)


def accounts() -> Accounts:
    """The users of the clinic."""
    return access().accounts


def role_words(role: str) -> str:
    """The role as it is said."""
    return {
        "patient": gettext("Patient"),
        "clinician": gettext("Clinician"),
        "admin": gettext("Admin"),
    }[role]


def action_words(action: str) -> str:
    """What was done, as the access log says it."""
    return {
        "read": gettext("read"),
        "write": gettext("wrote"),
        "list": gettext("saw the list"),
        "refused": gettext("was refused"),
        "login": gettext("logged in"),
        "login failed": gettext("failed to log in"),
        "logout": gettext("logged out"),
        "password": gettext("set a password"),
        "user added": gettext("added a user"),
        "user disabled": gettext("disabled a user"),
        "user enabled": gettext("enabled a user"),
    }.get(action, action)


blueprint.add_app_template_filter(role_words)
blueprint.add_app_template_filter(action_words)


def wait_words(wait: timedelta) -> str:
    """That there were too many attempts, and how long to wait."""
    seconds = int(wait.total_seconds())
    if seconds < 60:
        return ngettext(
            "There were too many attempts. Try again in %(num)d second.",
            "There were too many attempts. Try again in %(num)d seconds.",
            seconds,
        )
    return ngettext(
        "There were too many attempts. Try again in %(num)d minute.",
        "There were too many attempts. Try again in %(num)d minutes.",
        -(-seconds // 60),
    )


def _refusal(found: Login) -> str:
    if found.wait:
        return wait_words(found.wait)
    if request.endpoint == "accounts.password":
        return gettext("This is not your password. Write the one that you logged in with.")
    return gettext("The name and the password do not fit together. Check both, and try again.")


def _faults_of(new: str, again: str, name: str) -> dict[str, str]:
    """What is wrong with a new password, by field."""
    sentences = {
        "short": gettext(
            "This is shorter than %(least)d characters. Take a longer one, such as four words.", least=LEAST
        ),
        "long": gettext("This is longer than %(most)d characters. Take a shorter one.", most=MOST),
        "name": gettext("Your name is in it. Take another one."),
        "common": gettext("This is one of those that are guessed first. Take another one, such as four words."),
    }
    if weak := weakness(new, name):
        return {"new": sentences[weak]}
    return {} if new == again else {"again": gettext("The two are not the same. Write the new one twice.")}


def _account_page(faults: dict[str, str]) -> str:
    must_change = (account := accounts().find(user().name)) is not None and account.must_change
    return render_template("accounts/index.html", who=user(), faults=faults, must_change=must_change, least=LEAST)


def _users_page(answers: Answers, given: tuple[str, str] | None = None) -> str:
    return render_template(
        "accounts/users.html", users=accounts().all(), me=user(), roles=ROLES, answers=answers, given=given, whole=WHOLE
    )


def _known_name() -> str:
    """The user whom a form is about; ends the request with 404 where there is none."""
    name = user_name(request.form.get("name", ""))
    if accounts().find(name) is None:
        abort(404)
    return name


def _enter(token: str) -> None:
    """Begin with an empty cookie: no token from before the login is worth anything after it."""
    session.clear()
    session[LOGIN] = token


def _address() -> str:
    return request.remote_addr or ""
