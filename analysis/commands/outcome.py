"""``migraine outcome``: the outcome table in the terminal only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analysis.commands.options import answering
from diary.cli.options import example


@click.command(epilog=example("migraine outcome diary.xlsx --botox 2026-01-12"))
@answering
def outcome(files: tuple[Path, ...], **asked: Any) -> None:
    """The outcome table in the terminal; nothing is written.

    FILE is a diary spreadsheet or an app's export. Without FILE, the diary on this computer is used.
    """
    from analysis.commands.gather import answer
    from analysis.commands.progress import steps
    from analysis.reports.terminal import print_content, wide_console

    with steps() as step:
        step("Reading the diary")
        found = answer(files, **asked)
    print_content(found.content, wide_console())
