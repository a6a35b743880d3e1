"""``migraine profiles``: the tables whose columns were named before."""

from __future__ import annotations

import click

from diary.cli.options import example
from diary.cli.say import say, table


@click.command(epilog=example("migraine profiles", "migraine import table.ods --profile my-table"))
def profiles() -> None:
    """The saved answers about tables, to be used again with: migraine import FILE --profile NAME."""
    from diary.importers.profile import read_profile
    from diary.profiles import profiles_folder, saved_profiles

    saved = saved_profiles()
    if not saved:
        return say("No profile is saved. Make one with: migraine import FILE --map")
    rows = []
    for path in saved:
        profile = read_profile(path)
        columns = ", ".join(f"{header}: {meaning.replace('_', ' ')}" for header, meaning in profile.columns.items())
        rows.append((path.stem, columns, ", ".join(f"{n.replace('_', ' ')} {v}" for n, v in profile.answers.items())))
    table("", ("Profile", "Columns", "Answers"), rows)
    return say(f"They are files in {profiles_folder()}: to share one, send its file.")
