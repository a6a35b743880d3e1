"""``migraine botox``: botulinum toxin sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, notes, say, table
from diary.cli.values import DAY, SITES, UNITS
from diary.cli.words import amount_in_words, treatment_in_words
from diary.entries import own_source
from diary.model import Batch, DiaryError, Problem, Treatment

if TYPE_CHECKING:
    from diary.store import Store

PRODUCT = "Botox"


@click.group(epilog=example("migraine botox add 2026-03-01 --units 155", "migraine botox list"))
def botox() -> None:
    """Botulinum toxin sessions. A cosmetic session starts no cycle."""


@botox.command(
    epilog=example(
        "migraine botox add 2026-03-01 --units 155 --sites 31",
        "migraine botox add 2026-05-04 --units 20 --cosmetic",
    )
)
@click.argument("day", type=DAY, metavar="DATE")
@click.option("--units", type=UNITS, metavar="N", help="Units given, such as 155.")
@click.option("--sites", type=SITES, metavar="N", help="Number of injection sites.")
@click.option("--product", help=f"Name of the product; {PRODUCT} if not given.")
@click.option("--cosmetic", is_flag=True, help="Against wrinkles: noted, but not a migraine treatment.")
@click.option("--note", metavar="TEXT", help="Anything else.")
@with_options(*DIARY)
def add(
    day: date,
    units: float | None,
    sites: int | None,
    product: str | None,
    cosmetic: bool,
    note: str | None,
    patient: str | None,
    store: str | None,
) -> None:
    """Record the session of DATE. Recording it again changes only what is said anew."""
    amount = {} if units is None else {"amount": units, "unit": "U"}
    said = {k: v for k, v in (("product", product), ("sites", sites), ("note", note)) if v is not None} | amount
    with writing(store, patient) as (diary, who):
        found = find_sessions(diary, who, day, cosmetic)
        before = found[0] if found else None
        record(diary, before or _session(who, day, cosmetic), said, before)


def _session(who: str, day: date, cosmetic: bool) -> Treatment:
    return Treatment(who, "botulinum", PRODUCT, day, purpose="cosmetic" if cosmetic else "therapeutic")


def record(diary: Store, session: Treatment, said: dict[str, Any], before: Treatment | None) -> None:
    """Record the session and print how it stands then."""
    now = replace(session, **said)
    added = diary.record(own_source(now.patient), now)
    cosmetic = " --cosmetic" if now.purpose == "cosmetic" else ""
    say(f"{now.start}: {treatment_in_words(now)}. To take it back: migraine botox remove {now.start}{cosmetic}")
    if before and before != now:
        say(f"Before: {treatment_in_words(before)}.")
    notes([*added.problems, *_odd(now, diary.treatments(now.patient))])


def _odd(session: Treatment, treatments: Sequence[Treatment]) -> list[Problem]:
    """What is odd about the session, and about how it lies among the others, which matters only for treatment."""
    from diary.checks import check_batch, check_treatment

    if session.purpose == "cosmetic":
        return check_treatment(session)
    sessions = tuple(treatment for treatment in treatments if treatment.kind == "botulinum")
    return [found for found in check_batch(Batch(treatments=sessions)) if found.where.endswith(str(session.start))]


def find_sessions(diary: Store, who: str, day: date, cosmetic: bool) -> list[Treatment]:
    """The sessions of that day and purpose."""
    purpose = "cosmetic" if cosmetic else "therapeutic"
    return [
        treatment
        for treatment in diary.treatments(who)
        if (treatment.kind, treatment.start, treatment.purpose) == ("botulinum", day, purpose)
    ]


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
        sessions = find_sessions(diary, who, day, cosmetic)
        if not sessions:
            purpose = "cosmetic" if cosmetic else "therapeutic"
            raise DiaryError(f"There is no {purpose} session on {day}. See them with: migraine botox list")
        for session in sessions:
            diary.remove(session)
            say(f"Removed: {session.start}, {treatment_in_words(session)}.")
