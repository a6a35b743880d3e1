"""``migraine imports``: what came in, when, and on which assumptions; and what taking one back did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from diary.cli.arrivals import counts_in_words, numbers
from diary.cli.opening import opened
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import problem_table, say
from diary.history import Import
from diary.undo import Undone

SHOWN_HASH = 12
"""How much of a file's SHA-256 is shown: enough to tell two files apart."""


@click.command(epilog=example("migraine imports", "migraine import --undo 3"))
@with_options(*DIARY)
def imports(patient: str | None, store: str | None) -> None:
    """What was imported, oldest first: file, layout, what was assumed, and what it did to the diary."""
    with opened(store) as diary:
        found = diary.imports(patient, undone=True)
    if not found:
        return say("Nothing was imported. Read a file with: migraine import FILE")
    for one in found:
        print_import(one)
    return say("To take one back: migraine import --undo N")


def print_import(one: Import) -> None:
    """Print one import."""
    undone = f", taken back {when(one)[1]}" if one.undone_at else ""
    whose = f", patient {one.patient}" if one.patient else ""
    say(f"{one.import_id}  {when(one)[0]}  {one.file_name or 'no file'}{undone}")
    digest = f", SHA-256 {one.file_hash[:SHOWN_HASH]}…" if one.file_hash else ""
    say(f"   Layout: {one.layout}{whose}{digest}")
    say(f"   {counts_in_words(_shown(one.counts))}")
    for sentence in one.assumptions:
        say(f"   Assumed: {sentence}")


def when(one: Import) -> tuple[str, str]:
    """When it came in, and when it was taken back; empty where it was not."""
    undone = f"{one.undone_at:%Y-%m-%d %H:%M} UTC" if one.undone_at else ""
    return f"{one.imported_at:%Y-%m-%d %H:%M} UTC", undone


def _shown(counts: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """The counts as they are said: what another source had said already only where there was some."""
    shown = {name: counts.get(name, {}) for name in ("added", "corrected", "unchanged")}
    seen = counts.get("seen", {})
    return shown | ({"seen already": seen} if any(seen.values()) else {})


def print_undone(undone: Undone, left: Iterable[Import]) -> None:
    """Print what taking an import back did, and what a later import may have to bring again."""
    number = undone.taken_back.import_id
    say(f"Import {number} ({undone.taken_back.file_name or undone.taken_back.layout}) was taken back.")
    say(f"Removed: {numbers(undone.removed)}. As it was before: {numbers(undone.restored)}.")
    problem_table(undone.kept, "Kept")
    later = [one.file_name or one.layout for one in left if one.import_id > number and _repeats(one)]
    if later:
        say(f"What a later file said too went with it. To have it back, import again: {', '.join(later)}.")


def _repeats(one: Import) -> bool:
    """Whether an import said what was in the diary already."""
    return any(
        one.counts.get(name, {}).get(kind) for name in ("unchanged", "seen") for kind in ("days", "attacks", "doses")
    )
