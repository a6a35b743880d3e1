"""What became of a file that was imported, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

import click

from diary.cli.medicine import WHICH_KIND
from diary.cli.say import counted, problem_table, say, table
from diary.cli.totals import print_totals
from diary.cli.words import attack_in_words, dose_in_words
from diary.model import Attack, Batch, Dose

if TYPE_CHECKING:
    from diary.intake import Added
    from diary.twins import Twins

NOUNS = {
    "days": ("day", "days"),
    "attacks": ("attack", "attacks"),
    "doses": ("intake", "intakes"),
    "treatments": ("treatment", "treatments"),
    "injections": ("injection", "injections"),
    "scores": ("score", "scores"),
    "events": ("side effect", "side effects"),
    "factors": ("everyday factor", "everyday factors"),
    "choices": ("chosen factor", "chosen factors"),
    "consultations": ("answer of a visit", "answers of visits"),
}
"""One and many of what is recorded; patients and sources go without saying."""

SHOWN = 10
"""How many of the entries that two sources have are shown one by one."""


class Arrival(NamedTuple):
    """What became of one file. *error* is None where it could be read; *added*, where nothing was recorded.

    *unknown* counts the intakes of medicines that nobody has classed, by name.
    """

    path: Path
    batch: Batch
    added: Added | None = None
    error: str | None = None
    unknown: Mapping[str, int] = {}

    @property
    def arrived(self) -> bool:
        """Whether anything was read."""
        return any(getattr(self.batch, name) for name in NOUNS)


def print_arrival(arrival: Arrival) -> None:
    """Print what was read from a file, what was assumed, what needs a look, and what it did to the diary."""
    if arrival.error:
        click.echo(f"Error: {arrival.error}", err=True)
        return
    print_totals(f"{arrival.path.name}", arrival.batch)
    for sentence in arrival.batch.assumptions:
        say(f"Assumed: {sentence}")
    problem_table([*arrival.batch.problems, *(arrival.added.problems if arrival.added else ())])
    print_unknown(arrival.unknown)
    if not arrival.arrived:
        say("Nothing could be read. Correct the file and import it again.")
    elif arrival.added is None:
        say("Nothing was recorded (--dry-run). Compare the totals with the file, then import it without --dry-run.")
    else:
        print_twins(arrival.added)
        say(added_in_words(arrival.added))
        say("Compare the totals above with the file.")


def print_unknown(names: Mapping[str, int]) -> None:
    """Print the medicines that nobody has classed, each once, and how to class them."""
    if names:
        listed = ", ".join(f"{name} ({counted(number, 'intake')})" for name, number in names.items())
        say(f"Not known what kind of medicine it is: {listed}.")
        say(f"Say it once, for good, with: migraine medicine class {quote(next(iter(names)))} KIND")
        say(WHICH_KIND)


def print_twins(added: Added) -> None:
    """Print what the diary has from another source already, and what the preferred source took the place of."""
    if added.seen:
        _twin_table("In the diary already, from another source", added.seen)
        sources = " or ".join(
            f"--prefer {quote(source)}" for source in sorted({twin.new.source for twin in added.seen})
        )
        say(f"Each was counted once, and what was there was kept. To take the file's instead, add {sources}.")
    if added.replaced:
        _twin_table("Taken from the file in place of what was there", added.replaced)


def _twin_table(title: str, twins: list[Twins]) -> None:
    rows = [(_in_words(twin.new), _in_words(twin.there)) for twin in islice(twins, SHOWN)]
    if len(twins) > SHOWN:
        rows.append((f"… and {len(twins) - SHOWN} more", ""))
    table(f"{title} ({len(twins)})", ("This file", "In the diary"), rows)


def _in_words(fact: Attack | Dose) -> str:
    if isinstance(fact, Attack):
        return f"{attack_in_words(fact)} [{fact.source}]"
    return f"{fact.taken:%Y-%m-%d}, {dose_in_words(fact)} [{fact.source}]"


def added_in_words(added: Added) -> str:
    """What adding did to the diary."""
    return counts_in_words({"added": added.added, "corrected": added.corrected, "unchanged": added.unchanged})


def counts_in_words(counts: Mapping[str, Mapping[str, int]]) -> str:
    """What was done, to how many of each kind.

    >>> counts_in_words({"added": {"days": 84}, "corrected": {}})
    'Added: 84 days. Corrected: nothing.'
    """
    return " ".join(f"{done.capitalize()}: {numbers(found)}." for done, found in counts.items())


def numbers(counts: Mapping[str, int]) -> str:
    """How many of each kind.

    >>> numbers({"days": 84, "attacks": 1, "doses": 0, "sources": 1})
    '84 days, 1 attack'
    """
    return ", ".join(counted(counts[name], *NOUNS[name]) for name in NOUNS if counts.get(name)) or "nothing"
