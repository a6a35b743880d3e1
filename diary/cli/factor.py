"""``migraine factor``: the few everyday factors that a person chose to watch. They are logged with a day, or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from diary import factors
from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import notes, say, table
from diary.entries import factor_name
from diary.model import MOST_FACTORS, DiaryError

if TYPE_CHECKING:
    from diary.store import Store

WHY = (
    f"At most {MOST_FACTORS}, chosen before you look: the more are tried, the more seem to go with headache by chance."
)


@click.group(epilog=example("migraine factor choose sleep stress"))
def factor() -> None:
    """Everyday factors, such as sleep, water, exercise, alcohol, stress, meals, or your own.

    Choose a few, then add them to a day where you like: migraine log --factor sleep=6.5. A day without them is fine.
    """


@factor.command(epilog=example("migraine factor choose sleep stress"))
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@with_options(*DIARY)
def choose(names: Sequence[str], patient: str | None, store: str | None) -> None:
    """Choose the factors NAME to watch from today on."""
    with writing(store, patient) as (diary, who):
        chosen, problems = factors.choose(diary, who, names, date.today())
    say(f"You watch: {', '.join(chosen)}. {WHY}")
    say(f"Add it to a day where you like: migraine log --factor {factor_name(names[0])}=VALUE")
    notes(problems)


@factor.command("list", epilog=example("migraine factor list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """The factors that you chose, since when, and on how many days they are written down."""
    with reading(store, patient) as (diary, who):
        facts = diary.batch(who)
    if not facts.choices:
        return say(
            f"No factors are chosen, and none are needed. {WHY} Choose with: migraine factor choose sleep stress"
        )
    logged = [one.name for one in facts.factors]
    rows = [(choice.name, str(choice.chosen), str(logged.count(choice.name))) for choice in facts.choices]
    table("", ("Factor", "Watched since", "Days"), rows, numbers=[2])
    return say(WHY)


@factor.command(epilog=example("migraine factor drop stress"))
@click.argument("name")
@with_options(*DIARY)
def drop(name: str, patient: str | None, store: str | None) -> None:
    """Stop watching the factor NAME; what was written down stays."""
    with reading(store, patient) as (diary, who):
        found = [choice for choice in diary.batch(who).choices if choice.name == factor_name(name)]
        if not found:
            raise DiaryError(f"{factor_name(name)} is not chosen. See what is with: migraine factor list")
        diary.remove(found[0])
    say(f"{found[0].name} is no longer watched. To choose it again: migraine factor choose {found[0].name}")


def log_factors(diary: Store, who: str, day: date, said: Sequence[tuple[str, float | None]]) -> None:
    """Record what is said of the day's factors, and print it; None takes back what was said before.

    Raises DiaryError: one of them is not chosen; then nothing is recorded.
    """
    if not said:
        return
    values = dict(said)
    problems = factors.write_down(diary, who, day, values)
    say(f"{day}: {', '.join(f'{name} {_shown(value)}' for name, value in values.items())}.")
    notes(problems)


def _shown(value: float | None) -> str:
    return "not known" if value is None else f"{value:g}"
