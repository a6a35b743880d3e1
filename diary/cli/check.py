"""``migraine check``: entries that contradict each other, or cannot be."""

from __future__ import annotations

from datetime import date

import click

from diary.cli.opening import opened, reading
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import problem_table, say
from diary.cli.totals import in_words
from diary.model import Batch
from diary.totals import totals


@click.command(epilog=example("migraine check", "migraine check --patient P1"))
@with_options(*DIARY)
def check(patient: str | None, store: str | None) -> None:
    """Look at the whole diary for entries that contradict each other. It changes nothing."""
    from diary.checks import check_batch

    batch = gather(store, patient)
    problems = check_batch(batch, date.today())
    if not batch.patients:
        say("The diary is empty, so there is nothing to look at. Begin with: migraine log")
    elif problems:
        problem_table(problems)
    else:
        say(f"Nothing to look at in {in_words(totals(batch))}.")


def gather(store: str | None, patient: str | None) -> Batch:
    """The facts of one patient, or of all."""
    if patient is None:
        with opened(store) as diary:
            return diary.batch()
    with reading(store, patient) as (diary, who):
        return diary.batch(who)
