"""The people of a clinic: who they are, what they may do, and how they log in.

A patient sees their own diary, a clinician sees and writes all of them, an admin manages the users and sees none.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from diary.access_log import COMMAND_LINE, Access, note_access, read_accesses
from diary.attempts import count_failure, forget, of_address, of_user, waiting
from diary.database import Database
from diary.intake import record_facts
from diary.logins import NOTICED, begin_session, end_session, end_sessions, see_session, session_user
from diary.model import DiaryError, Patient
from diary.passwords import WEAKNESSES, hashed, matches, outdated, weakness
from diary.rows import find_keys
from diary.schema import USERS

PATIENT, CLINICIAN, ADMIN = ROLES = ("patient", "clinician", "admin")

NAME = re.compile(r"[^\W_][\w.@+-]{1,63}")
"""A user's name: 2 to 64 letters, digits and . @ + - _, beginning with a letter or digit."""


class Account(NamedTuple):
    """A user. *patient* is the code of a patient's own diary, None for others; times are in UTC.

    *must_change*: the password was given by somebody else. *disabled_at*: since then they cannot log in.
    """

    name: str
    role: str
    patient: str | None
    must_change: bool
    created_at: datetime
    disabled_at: datetime | None


class Login(NamedTuple):
    """What an attempt to log in came to: the *token*; or how long to *wait*; or neither, for it was wrong."""

    token: str | None = None
    wait: timedelta = timedelta()


class Checked(NamedTuple):
    """What a look at a password came to: the stored *secret* that it fits; or how long to *wait*; or neither."""

    secret: str | None = None
    wait: timedelta = timedelta()


class AccountError(DiaryError):
    """There is no such user, there is one already, or the name, role or password will not do."""


def user_name(text: str) -> str:
    """The name as it is kept: small letters, the same on every keyboard.

    >>> user_name(" Anna.Berg ")
    'anna.berg'
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()


class Accounts:
    """The users of the diary in a database. *now* is the clock, in seconds since 1970.

    *by* is who does something, for the access log.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def now(self) -> datetime:
        """This moment in UTC, to the second, without a zone as databases keep it."""
        return datetime.fromtimestamp(int(self._now()), UTC).replace(tzinfo=None)

    def all(self) -> list[Account]:
        """Every user, by name."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(sa.select(USERS).order_by(USERS.c.name))]

    def find(self, name: str) -> Account | None:
        """The user of that name."""
        with self._database.reading() as connection:
            row = _row(connection, user_name(name))
        return _account(row) if row else None

    def add(
        self,
        name: str,
        role: str,
        password: str,
        *,
        patient: str | None = None,
        must_change: bool = False,
        by: str = COMMAND_LINE,
    ) -> Account:
        """A new user; for the role patient, *patient* is the code of their diary, which begins here where it is new.

        Raises AccountError: somebody has the name, or a value will not do.
        """
        account = Account(user_name(name), role, patient, must_change, self.now(), None)
        _refuse_unfit(account, password)
        secret = hashed(password)
        with self._database.writing() as connection:
            if _row(connection, account.name):
                raise AccountError(f"There is a user {account.name!r} already. Choose another name.")
            if patient and not find_keys(connection, "patients", [(patient,)]):
                record_facts(connection, [Patient(patient)])
            connection.execute(USERS.insert().values(account._asdict() | {"password_hash": secret}))
            self._note(connection, by, "user added", account.name)
        return account

    def disable(self, name: str, *, by: str = COMMAND_LINE) -> None:
        """Let the user log in no more, and end where they are logged in. What they did stays in the access log."""
        with self._database.writing() as connection:
            _update(connection, name, disabled_at=self.now())
            end_sessions(connection, user_name(name))
            self._note(connection, by, "user disabled", user_name(name))

    def enable(self, name: str, *, by: str = COMMAND_LINE) -> None:
        """Let the user log in again."""
        with self._database.writing() as connection:
            _update(connection, name, disabled_at=None)
            self._note(connection, by, "user enabled", user_name(name))

    def set_password(self, name: str, password: str, *, must_change: bool = False, by: str = COMMAND_LINE) -> None:
        """Give the user another password, and end every place where they are logged in.

        Raises AccountError: there is no such user, or the password will not do.
        """
        _refuse_weak(password, user_name(name))
        secret = hashed(password)
        with self._database.writing() as connection:
            _update(connection, name, password_hash=secret, must_change=must_change)
            end_sessions(connection, user_name(name))
            forget(connection, of_user(user_name(name)))
            self._note(connection, by, "password", user_name(name))

    def log_in(self, name: str, password: str, address: str) -> Login:
        """Log in from an *address*. Neither the answer nor the time it takes tells whether there is such a user."""
        checked = self._check(user_name(name), password, address)
        if checked.secret is None:
            return Login(wait=checked.wait)
        fresh = hashed(password) if outdated(checked.secret) else checked.secret
        return self._begin(user_name(name), checked.secret, "login", password_hash=fresh)

    def change_password(self, name: str, old: str, new: str, address: str) -> Login:
        """Another password, by the user, who is logged in anew by it and out everywhere else.

        Raises AccountError: the new password will not do.
        """
        _refuse_weak(new, user_name(name))
        checked = self._check(user_name(name), old, address)
        if checked.secret is None:
            return Login(wait=checked.wait)
        return self._begin(user_name(name), checked.secret, "password", password_hash=hashed(new), must_change=False)

    def who(self, token: str) -> Account | None:
        """The user to whom the token was given; None where it holds no more."""
        now = self.now()
        with self._database.reading() as connection:
            found = session_user(connection, token, now)
            row = _row(connection, found[0]) if found else None
        if found is None or row is None or row.disabled_at is not None:
            return None
        if now - found[1] >= NOTICED:
            with self._database.writing() as connection:
                see_session(connection, token, now)
        return _account(row)

    def log_out(self, token: str) -> None:
        """End the session of the token."""
        with self._database.writing() as connection:
            found = session_user(connection, token, self.now())
            end_session(connection, token)
            if found:
                self._note(connection, found[0], "logout")

    def note(self, access: Access) -> None:
        """Add a line to the access log."""
        with self._database.writing() as connection:
            note_access(connection, access)

    def accesses(
        self,
        *,
        patient: str | None = None,
        user: str | None = None,
        since: datetime | None = None,
        most: int | None = None,
    ) -> list[Access]:
        """The access log; see :func:`diary.access_log.read_accesses`."""
        with self._database.reading() as connection:
            return read_accesses(connection, patient=patient, user=user and user_name(user), since=since, most=most)

    def _check(self, name: str, password: str, address: str) -> Checked:
        """Look whether the password is that of the user, unless there were too many attempts.

        The attempt counts against the name before it is looked at, and against the address once it has failed.
        """
        with self._database.writing() as connection:
            wait = max(waiting(connection, subject, self.now()) for subject in (of_user(name), of_address(address)))
            if wait:
                return Checked(wait=wait)
            count_failure(connection, of_user(name), self.now())
            row = _row(connection, name)
        secret = row.password_hash if row and row.disabled_at is None else None
        if matches(secret, password):
            return Checked(secret)
        with self._database.writing() as connection:
            count_failure(connection, of_address(address), self.now())
            note_access(connection, Access(self.now(), row.name if row else None, "login failed"))
        return Checked()

    def _begin(self, name: str, checked: str, action: str, **values: object) -> Login:
        """A new session of the user, if the *checked* password is still theirs; *values* are written with it."""
        with self._database.writing() as connection:
            row = _row(connection, name)
            if row is None or row.password_hash != checked or row.disabled_at is not None:
                return Login()
            if action == "password":
                end_sessions(connection, name)
            _update(connection, name, **values)
            forget(connection, of_user(name))
            self._note(connection, name, action)
            return Login(begin_session(connection, name, self.now()))

    def _note(self, connection: sa.Connection, by: str, action: str, what: str | None = None) -> None:
        note_access(connection, Access(self.now(), by, action, None, what))


def _row(connection: sa.Connection, name: str) -> sa.Row[tuple[object, ...]] | None:
    return connection.execute(sa.select(USERS).where(USERS.c.name == name)).first()


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(**{name: row._mapping[name] for name in Account._fields})


def _update(connection: sa.Connection, name: str, **values: object) -> None:
    changed = connection.execute(USERS.update().where(USERS.c.name == user_name(name)).values(values))
    if not changed.rowcount:
        raise AccountError(f"There is no user {name!r}. See who there is with: migraine clinic user list")


def _refuse_unfit(account: Account, password: str) -> None:
    if not NAME.fullmatch(account.name):
        raise AccountError(
            "A user's name has 2 to 64 letters, digits and . @ + - _, and begins with a letter or digit. "
            "Choose such a name."
        )
    if account.role not in ROLES:
        raise AccountError(f"There is no role {account.role!r}. Choose one of {', '.join(ROLES)}.")
    if account.role == PATIENT and not (account.patient or "").strip():
        raise AccountError("Whose diary a patient sees is not said. Give the code of their diary.")
    if account.role != PATIENT and account.patient is not None:
        raise AccountError(f"A diary of their own is for patients only. Leave out the code of the {account.role}.")
    _refuse_weak(password, account.name)


def _refuse_weak(password: str, name: str) -> None:
    if weak := weakness(password, name):
        raise AccountError(WEAKNESSES[weak])
