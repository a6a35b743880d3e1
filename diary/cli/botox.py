"""``migraine botox``: botulinum toxin sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from diary.cli.injection_map import A_PLACE, changed_places, refuse_other_totals, refuse_unsuitable, show_map
from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, notes, say, table
from diary.cli.values import DAY, DILUTION, EXPIRY, PLACE, SITES, UNITS
from diary.cli.words import amount_in_words, treatment_in_words
from diary.model import DiaryError, Injection, Problem, Treatment
from diary.muscles import PARADIGMS
from diary.session_checks import undocumented
from diary.sessions import PRODUCT, MapSaid, Record, find_record, find_records, new_session, odd, save, with_map

if TYPE_CHECKING:
    from diary.store import Store


@click.group(epilog=example("migraine botox add 2026-03-01 preempt", "migraine botox list"))
def botox() -> None:
    """Botulinum toxin sessions. A cosmetic session starts no cycle."""


@botox.command(
    epilog=example(
        "migraine botox add 2026-03-01 --units 155 --sites 31",
        'migraine botox add 2026-03-01 preempt --extra "trapezius right 10"',
        "migraine botox add 2026-03-01 --lot C1234 --expiry 2027-02 --consent",
        "migraine botox add 2026-05-04 --units 20 --cosmetic",
    )
)
@click.argument("day", type=DAY, metavar="DATE")
@click.argument(
    "paradigm", type=click.Choice(tuple(PARADIGMS), case_sensitive=False), required=False, metavar="[PARADIGM]"
)
@click.option("--units", "amount", type=UNITS, metavar="N", help="Units given, such as 155.")
@click.option("--sites", type=SITES, metavar="N", help="Number of injection sites.")
@click.option("--site", "places", type=PLACE, multiple=True, help=f"What one place received, such as {A_PLACE}.")
@click.option("--extra", "extras", type=PLACE, multiple=True, help="What one place received on top of the paradigm.")
@click.option("--product", help=f"Name of the product; {PRODUCT} if not given.")
@click.option("--lot", metavar="TEXT", help="Lot number of the vial.")
@click.option("--expiry", type=EXPIRY, help="Expiry of the vial.")
@click.option("--dilution", type=DILUTION, metavar="ML", help="Saline for each 100 units.")
@click.option("--injector", metavar="TEXT", help="Who injected.")
@click.option("--consent/--no-consent", default=None, help="Whether consent was noted.")
@click.option("--cosmetic", is_flag=True, help="Against wrinkles: noted, but not a migraine treatment.")
@click.option("--note", metavar="TEXT", help="Anything else.")
@with_options(*DIARY)
def add(
    day: date,
    paradigm: str | None,
    places: tuple[Injection, ...],
    extras: tuple[Injection, ...],
    cosmetic: bool,
    patient: str | None,
    store: str | None,
    **said: Any,
) -> None:
    """Record the session of DATE. Recording it again changes only what is said anew.

    PARADIGM is preempt, the 155 units in 31 sites of the PREEMPT trials. --site and --extra are repeated for each
    place; units and sites are then added up.
    """
    with writing(store, patient) as (diary, who):
        before = find_record(diary, who, day, cosmetic)
        start = _with_said(before or Record(new_session(who, day, cosmetic=cosmetic)), said)
        mapped = MapSaid(paradigm, places, extras)
        refuse_unsuitable(start.session, mapped)
        now = with_map(start, mapped)
        refuse_other_totals(now.placed, said["amount"], said["sites"])
        record(diary, before, now)


def _with_said(start: Record, said: dict[str, Any]) -> Record:
    known = {name: value for name, value in said.items() if value is not None}
    if "amount" in known:
        known["unit"] = "U"
    return start._replace(session=replace(start.session, **known))


def record(diary: Store, before: Record | None, now: Record) -> None:
    """Record the session with its map, and print how it stands then."""
    session = now.session
    problems = save(diary, before, now)
    say(f"{session.start}: {treatment_in_words(session)}. To take it back: migraine botox remove {_named(session)}")
    if before:
        _say_before(before, now)
    notes(problems)


def _named(session: Treatment) -> str:
    """The session as the commands take it."""
    return f"{session.start}{' --cosmetic' if session.purpose == 'cosmetic' else ''}"


def _say_before(before: Record, now: Record) -> None:
    if before.session != now.session:
        say(f"Before: {treatment_in_words(before.session)}.")
    if before.placed and (changed := list(changed_places(before.placed, now.placed))):
        say(f"Before, in units/sites: {', '.join(changed)}.")


@botox.command(epilog=example("migraine botox show 2026-03-01"))
@click.argument("day", type=DAY, metavar="DATE")
@click.option("--cosmetic", is_flag=True, help="The cosmetic session of that day.")
@with_options(*DIARY)
def show(day: date, cosmetic: bool, patient: str | None, store: str | None) -> None:
    """The session of DATE: what was injected where, and what is not documented."""
    with reading(store, patient) as (diary, who):
        found = existing(diary, who, day, cosmetic)
        problems = [problem for each in found for problem in [*odd(diary, each.session), *_undocumented(each)]]
    for each in found:
        say(f"{each.session.start}: {treatment_in_words(each.session)}.")
        if each.placed:
            show_map(each)
    notes(problems)


def _undocumented(found: Record) -> list[Problem]:
    missing = undocumented(*found)
    if not missing:
        return []
    where = f"{found.session.patient}, {found.session.start}"
    what = f"Not documented: {', '.join(missing)}."
    remedy = f"Add what your papers say, such as: migraine botox add {_named(found.session)} {SAID_BY[missing[0]]}"
    return [Problem(where, what, remedy)]


SAID_BY = {
    "units": "--units 155",
    "lot": "--lot C1234",
    "expiry": "--expiry 2027-02",
    "injector": "--injector NAME",
    "map of the injections": f"--site {A_PLACE}",
}
"""An option that says each thing which can be missing."""


def existing(diary: Store, who: str, day: date, cosmetic: bool) -> list[Record]:
    """The sessions of that day and purpose.

    Raises DiaryError: there is none.
    """
    found = find_records(diary, who, day, cosmetic)
    if not found:
        purpose = "cosmetic" if cosmetic else "therapeutic"
        raise DiaryError(f"There is no {purpose} session on {day}. See them with: migraine botox list")
    return found


@botox.command("list", epilog=example("migraine botox list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """All sessions, with the days since the one before."""
    with reading(store, patient) as (diary, who):
        sessions = [treatment for treatment in diary.treatments(who) if treatment.kind == "botulinum"]
    if not sessions:
        return say("No sessions are recorded. Record one with: migraine botox add DATE --units 155")
    rows, before = [], None
    for session in sessions:
        therapeutic = session.purpose == "therapeutic"
        rows.append(_row(session, before if therapeutic else None))
        before = session.start if therapeutic else before
    return table("", ("Date", "Product", "Units", "Sites", "Purpose", "Since the last", "Note"), rows)


def _row(session: Treatment, before: date | None) -> list[str]:
    since = counted((session.start - before).days, "day") if before else ""
    sites = "" if session.sites is None else str(session.sites)
    return [
        str(session.start),
        session.product,
        amount_in_words(session),
        sites,
        session.purpose,
        since,
        session.note or "",
    ]


@botox.command(epilog=example("migraine botox remove 2026-03-01"))
@click.argument("day", type=DAY, metavar="DATE")
@click.option("--cosmetic", is_flag=True, help="The cosmetic session of that day.")
@with_options(*DIARY)
def remove(day: date, cosmetic: bool, patient: str | None, store: str | None) -> None:
    """Take back the session of DATE; the history of the diary keeps it."""
    with reading(store, patient) as (diary, who):
        for found in existing(diary, who, day, cosmetic):
            diary.remove(found.session)
            say(f"Removed: {found.session.start}, {treatment_in_words(found.session)}.")
            notes(_left_behind(diary, found.session))


def _left_behind(diary: Store, session: Treatment) -> list[Problem]:
    """The side effects that were put down to a session that is no longer there."""
    noticed = diary.batch(session.patient, names=("events",)).events
    return [
        Problem(
            str(one.date),
            f"{one.event} is put down to this session, and stays.",
            f'When there is another, say so: migraine side-effect add "{one.event}" --date {one.date} --session DATE',
        )
        for one in noticed
        if one.treatment_id == session.treatment_id
    ]
