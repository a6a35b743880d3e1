"""``migraine template``: an empty diary spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from diary.cli.files import claim
from diary.cli.options import example
from diary.cli.say import say
from diary.model import DiaryError

FORCE = click.option("--force", is_flag=True, help="Write over files that exist.")


@click.command(epilog=example("migraine template my-diary.xlsx"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@FORCE
def template(file: Path, force: bool) -> None:
    """Write an empty diary spreadsheet to FILE, for Excel, LibreOffice or Google Sheets.

    Its first sheet says how to fill it in.
    """
    from diary.template import write_template

    if file.suffix.casefold() != ".xlsx":
        raise DiaryError(f"{file} would not open as a spreadsheet. Give it a name that ends with .xlsx.")
    write_template(claim(file, force=force))
    say(f"Written: {file}. When it is filled in, read it with: migraine import {file}")
