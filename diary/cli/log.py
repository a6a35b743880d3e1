"""``migraine log``: a day, with headache or without."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from diary import recording
from diary.cli.factor import log_factors
from diary.cli.opening import reading, writing
from diary.cli.options import DIARY, HEADACHE, INTAKE, example, said_of_medicines, what_was_said, with_options
from diary.cli.page import already_there, confirm, page_in_words, still_open
from diary.cli.say import counted, notes, say
from diary.cli.values import DAY, DISABILITY, FACTOR, HOURS, SEVERITY, not_in_future, now
from diary.cli.words import NOTHING_TAKEN, attack_in_words, moment
from diary.entries import HEADACHE_ONLY, Entry, Taken
from diary.model import DiaryError
from diary.recording import DayPage, NotFreeError, read_page, read_pages, record_day, record_free_days

if TYPE_CHECKING:
    from diary.store import Store

T = TypeVar("T")


@click.command(
    epilog=example(
        'migraine log --severity severe --hours 6 --took "sumatriptan 50 mg" --with nausea,light',
        "migraine log yesterday --none --factor sleep=6.5",
        "migraine log 2026-03-02 --none --until 2026-03-08",
    )
)
@click.argument("day", type=DAY, default="today", metavar="[DATE]")
@click.option("--none", "free", is_flag=True, help="The day was headache-free.")
@click.option("--until", type=DAY, help="With --none: so was every day up to this one.")
@click.option("--unknown", is_flag=True, help="Take back what was said about the day; it counts as not logged.")
@with_options(*HEADACHE)
@click.option("--hours", "minutes", type=HOURS, help="How long it lasted on this day: 3, 3.5 or 2h30.")
@with_options(*INTAKE)
@click.option("--menses/--no-menses", default=None, help="Menstrual bleeding on this day.")
@click.option("--disability", type=DISABILITY, help="What you could do: 0 everything to 3 in bed.")
@click.option(
    "--factor", "factors", type=FACTOR, multiple=True, help="An everyday factor that you chose; repeat it for each."
)
@with_options(*DIARY)
def log(
    day: date,
    free: bool,
    until: date | None,
    unknown: bool,
    factors: Sequence[tuple[str, float | None]],
    patient: str | None,
    store: str | None,
    **words: Any,
) -> None:
    """Log a day: today, or DATE. Logging a day again changes only what is said anew.

    Without options, in a terminal, it asks. A day of which nothing is said counts as not logged, never as free.
    """
    entry = settled(what_was_said(**words), free)
    _refuse_misfits(entry, day, until, unknown, bool(factors))
    if unknown:
        return take_back(store, patient, day)
    if entry.empty and not factors:
        entry = ask(day)
    with writing(store, patient) as (diary, who):
        log_factors(diary, who, day, factors)
        if entry.empty:
            return None
        if until is None:
            log_day(diary, who, day, entry)
        else:
            log_free_days(diary, who, read_pages(diary, who, day, until), entry)
    return None


def settled(entry: Entry, free: bool = False) -> Entry:
    """The entry with whether the day was free: as said, or by a severity or intensity of 0.

    >>> settled(Entry({"severity": 0, "menses": True}))
    Entry(values={'menses': True}, taken=Taken(names=(), state=None, at=None), again=False, free=True)

    Raises UsageError: a headache-free day has something that only a headache has.
    """
    said = entry.values
    if not (free or said.get("severity") == 0 or said.get("intensity") == 0):
        return entry
    extra = [name for name in HEADACHE_ONLY if said.get(name)]
    if extra:
        what = "hours" if extra[0] == "minutes" else extra[0].replace("_", " ")
        raise click.UsageError(f"A headache-free day has no {what}. Leave out the one or the other.")
    kept = {name: value for name, value in said.items() if name not in HEADACHE_ONLY}
    return entry._replace(values=kept, free=True)


def _refuse_misfits(entry: Entry, day: date, until: date | None, unknown: bool, factors: bool) -> None:
    if unknown and not (entry.empty and until is None and not factors):
        raise click.UsageError("--unknown takes back what was said and goes with nothing else. Leave out the rest.")
    if until is None:
        return
    if not entry.free or entry.taken.names or factors:
        raise click.UsageError("--until goes with --none, without medicines or factors. Log the days one by one.")
    if until < day:
        raise click.UsageError(f"{until} is before {day}. Write the first day first.")


def ask(day: date) -> Entry:
    """The entry of a person who is asked; Enter is an answer to all but the first question.

    Raises UsageError: nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise click.UsageError("Nothing was said about the day. Add --severity moderate, or --none if it was free.")
    if not click.confirm(f"Was there a headache on {day}?", default=None):
        return Entry({}, _prompt(TAKEN, _medicines) or Taken(state="nothing"), free=True)
    said = {
        "headache": True,
        "severity": _prompt("How bad was it: mild, moderate or severe? (Enter: not known)", SEVERITY),
        "minutes": _prompt("How many hours did it last? (Enter: not known)", HOURS),
    }
    taken = _prompt(TAKEN, _medicines) or Taken(state="nothing")
    return settled(Entry({name: value for name, value in said.items() if value is not None}, taken))


TAKEN = "What did you take? (Enter: nothing, ?: not known)"


def _prompt(question: str, read: Callable[[str], T]) -> T | None:
    """The answer, asked for again until it can be read; None for Enter."""
    answer: T | None = click.prompt(
        question, default="", show_default=False, value_proc=lambda text: read(text) if text.strip() else None
    )
    return answer


def _medicines(text: str) -> Taken:
    return said_of_medicines([text])


def log_day(diary: Store, who: str, day: date, entry: Entry) -> None:
    """Record what is said about one day, and print how the day stands then.

    Raises DiaryError: the day is said to be free and an attack touches it; or the time is in the future.
    """
    if entry.taken.at:
        not_in_future(datetime.combine(day, entry.taken.at))
    try:
        done = record_day(diary, who, day, entry, now())
    except NotFreeError as error:
        raise DiaryError(_attack_first(error.pages[0])) from error
    confirm(done.before, done.after, "To correct it, log the day again.")
    open_yet = [] if done.after.answered else [still_open(day)]
    notes([*done.problems, *open_yet, *map(already_there, done.already)])


def _attack_first(page: DayPage) -> str:
    """That a day with an attack cannot be free."""
    attack = page.attacks[0]
    return (
        f"{page.date} has an attack ({attack_in_words(attack)}). "
        f'If it is wrong, take it back first: migraine attack remove "{moment(attack.start)}"'
    )


def log_free_days(diary: Store, who: str, pages: Sequence[DayPage], entry: Entry) -> None:
    """Record that every one of the days was headache-free.

    Raises DiaryError: the diary has a headache on one of them; then nothing is recorded.
    """
    try:
        logs, problems = record_free_days(diary, who, pages, entry, now())
    except NotFreeError as error:
        raise DiaryError(
            f"The diary has a headache on {', '.join(str(page.date) for page in error.pages)}, so nothing was changed. "
            "Log the days around it, or correct that day first."
        ) from error
    taken = NOTHING_TAKEN if all(log.acute is False for log in logs) else "what was taken as before"
    free = counted(len(pages), "headache-free day")
    say(f"{pages[0].date} to {pages[-1].date}: {free}; {taken}. To correct one, log it again.")
    notes(problems)


def take_back(store: str | None, patient: str | None, day: date) -> None:
    """Make the day not logged; medicines and attacks stay, and are named.

    Raises DiaryError: nothing was said about the day.
    """
    with reading(store, patient) as (diary, who):
        page = read_page(diary, who, day)
        if page.log is None:
            stands = page_in_words(page)
            raise DiaryError(f"There is nothing to take back on {day}: {stands}. {_beside(page)}")
        done = recording.take_back(diary, page)
    say(f"{day}: {page_in_words(done.after)}. To log it again: migraine log {day}")
    say(f"Before: {page_in_words(done.before)}.")
    if done.after.attacks or done.after.doses:
        say(_beside(done.after))


def _beside(page: DayPage) -> str:
    """How what a day has beside its log is taken back."""
    ways = [f'migraine attack remove "{moment(attack.start)}"' for attack in page.attacks]
    ways += [f"migraine log {page.date} --took none"] if page.doses else []
    return f"To take that back: {'; '.join(ways)}" if ways else "See the month with: migraine show"
