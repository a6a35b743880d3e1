"""``migraine clinic``: the users of a clinic's page, and who read and wrote whose diary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, say, table
from diary.cli.values import DAY
from diary.model import DiaryError

if TYPE_CHECKING:
    from diary.access_log import Access
    from diary.accounts import Account, Accounts

STORE = DIARY[1]

ROLES = ("patient", "clinician", "admin")


@click.group(epilog=example("migraine clinic user add anna.berg --role clinician", "migraine clinic access-log"))
def clinic() -> None:
    """A clinic's users, and who read and wrote whose diary. The page itself: migraine serve --clinic"""


@clinic.group(epilog=example("migraine clinic user add anna.berg --role clinician", "migraine clinic user list"))
def user() -> None:
    """The users of the clinic's page."""


@user.command("add", epilog=example("migraine clinic user add p014 --role patient --patient P-014"))
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option("--patient", metavar="CODE", help="Of a patient: the one diary that they see.")
@with_options(STORE)
def add(name: str, role: str, patient: str | None, store: str | None) -> None:
    """Let NAME use the page; the password is asked for.

    A patient sees the one diary of --patient; a clinician reads and writes every diary; an admin manages the users
    and sees no diary.
    """
    with opened_accounts(store) as accounts:
        refuse_taken(accounts, name)
        added = accounts.add(name, role, ask_password(), patient=patient)
    say(f"{added.name} can log in as {role}{f' and sees the diary of {patient}' if patient else ''}.")


@user.command("list", epilog=example("migraine clinic user list"))
@with_options(STORE)
def list_(store: str | None) -> None:
    """Who can use the page, and as what."""
    with opened_accounts(store) as accounts:
        found = accounts.all()
    if not found:
        say("There is no user yet. Begin with: migraine clinic user add NAME --role admin")
    else:
        table("", ("Name", "Role", "Patient", "Since (UTC)", ""), [_row(account) for account in found])


@user.command("disable", epilog=example("migraine clinic user disable anna.berg"))
@click.argument("name")
@with_options(STORE)
def disable(name: str, store: str | None) -> None:
    """Let NAME log in no more, and end where they are logged in."""
    with opened_accounts(store) as accounts:
        accounts.disable(name)
    say(f"{name} can no longer log in. To take that back: migraine clinic user enable {name}")


@user.command("enable", epilog=example("migraine clinic user enable anna.berg"))
@click.argument("name")
@with_options(STORE)
def enable(name: str, store: str | None) -> None:
    """Let NAME log in again."""
    with opened_accounts(store) as accounts:
        accounts.enable(name)
    say(f"{name} can log in again.")


@clinic.command("password", epilog=example("migraine clinic password anna.berg"))
@click.argument("name")
@with_options(STORE)
def password(name: str, store: str | None) -> None:
    """Give NAME another password, which is asked for; they are logged out everywhere."""
    with opened_accounts(store) as accounts:
        refuse_unknown(accounts, name)
        accounts.set_password(name, ask_password())
    say(f"{name} has another password, and is logged out everywhere.")


@clinic.command("access-log", epilog=example("migraine clinic access-log --patient P-014 --since 2026-03-01"))
@click.option("--user", "by", metavar="NAME", help="Only what this user did.")
@click.option("--since", type=DAY, metavar="DATE", help="Only from this day on.")
@click.option("--patient", metavar="CODE", help="Only what was done to this diary.")
@with_options(STORE)
def access_log(by: str | None, since: date | None, patient: str | None, store: str | None) -> None:
    """Who read and wrote whose diary, the latest first; times are in UTC."""
    start = datetime.combine(since, datetime.min.time()) if since else None
    with opened_accounts(store) as accounts:
        found = accounts.accesses(patient=patient, user=by, since=start)
    if not found:
        return say("Nothing of that kind is noted. Leave out an option to see more.")
    table("", ("At (UTC)", "User", "Action", "Patient", "What"), [_line(access) for access in found])
    return say(f"{counted(len(found), 'line')}.")


@contextmanager
def opened_accounts(place: str | None) -> Iterator[Accounts]:
    """The users of the diary at a path or URL, else where the settings say."""
    from contextlib import closing

    from diary.accounts import Accounts
    from diary.database import Database
    from diary.settings import diary_location

    with closing(Database(place or diary_location())) as database:
        yield Accounts(database)


def ask_password() -> str:
    """A password that is typed twice and not shown; it never stands on a command line, where others could see it."""
    typed: str = click.prompt("Password, at least 12 characters", hide_input=True, confirmation_prompt="Once more")
    return typed


def refuse_taken(accounts: Accounts, name: str) -> None:
    """Raise DiaryError before a password is asked for, if somebody has the name."""
    if accounts.find(name):
        raise DiaryError(f"There is a user {name!r} already. To give another password: migraine clinic password {name}")


def refuse_unknown(accounts: Accounts, name: str) -> None:
    """Raise DiaryError before a password is asked for, if nobody has the name."""
    if not accounts.find(name):
        raise DiaryError(f"There is no user {name!r}. See who there is with: migraine clinic user list")


def _row(account: Account) -> tuple[str, ...]:
    disabled = f"disabled {account.disabled_at:%Y-%m-%d}" if account.disabled_at else ""
    return account.name, account.role, account.patient or "", f"{account.created_at:%Y-%m-%d}", disabled


def _line(access: Access) -> tuple[str, ...]:
    texts = (access.user, access.action, access.patient, access.what)
    return f"{access.at:%Y-%m-%d %H:%M:%S}", *(text or "" for text in texts)
