"""``migraine export``: the whole diary as files that ``migraine import`` reads back unchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from diary.cli.files import claim, make_folder, refuse_existing
from diary.cli.opening import opened, reading
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import say
from diary.cli.template import FORCE
from diary.cli.totals import in_words
from diary.model import Batch, DiaryError
from diary.totals import totals


@click.command(
    epilog=example("migraine export --format xlsx --out my-diary.xlsx", "migraine export --format csv --out my-diary")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["xlsx", "csv", "json"]),
    required=True,
    help="xlsx: the template, filled in; csv: a folder with a table for each kind of entry; json: one patient.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file, or for csv the folder.")
@FORCE
@with_options(*DIARY)
def export(form: str, out: Path, force: bool, patient: str | None, store: str | None) -> None:
    """Write the whole diary to files; migraine import brings them back unchanged.

    Without --patient everybody's entries are written, in the form json one patient's.
    """
    batch = gather(store, patient, alone=form == "json")
    written = WRITERS[form](batch, out, force)
    say(f"Written: {written}, with {in_words(totals(batch))}.")
    say("It is not encrypted: keep it where nobody else can read it.")


def gather(store: str | None, patient: str | None, *, alone: bool) -> Batch:
    """The facts of one patient, or of all.

    Raises DiaryError: the diary is empty, or one patient is needed and it holds several.
    """
    if patient is not None or alone:
        with reading(store, patient) as (diary, who):
            return diary.batch(who)
    with opened(store) as diary:
        if not diary.patients():
            raise DiaryError("The diary is empty, so there is nothing to write. Begin with: migraine log")
        return diary.batch()


def _xlsx(batch: Batch, out: Path, force: bool) -> Path:
    from diary.template import write_workbook

    return write_workbook(batch, claim(out, force=force))


def _json(batch: Batch, out: Path, force: bool) -> Path:
    from diary.exports import write_json

    return write_json(batch, claim(out, force=force))


def _csv(batch: Batch, out: Path, force: bool) -> Path:
    from diary.exports import write_csv

    if out.exists() and not out.is_dir():
        raise DiaryError(f"{out} is a file, and csv is a folder with several. Name a folder.")
    make_folder(out)
    refuse_existing(out.glob("*.csv"), force=force)
    write_csv(batch, out)
    return out


WRITERS: dict[str, Callable[[Batch, Path, bool], Path]] = {"xlsx": _xlsx, "json": _json, "csv": _csv}
