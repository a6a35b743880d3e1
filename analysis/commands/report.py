"""``migraine report``: before and after each session, as files and in the terminal."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from analysis.commands.options import answering
from diary.cli.options import example


@click.command(
    epilog=example(
        "migraine report",
        "migraine report diary.xlsx --botox 2026-01-12:155 --botox 2026-04-08:155",
    )
)
@answering
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write into; migraine-report if not given.",
)
@click.option(
    "--deidentify",
    metavar="CODE",
    help="Without the person: CODE for the patient, days since the first session for dates, no notes or names.",
)
@click.option("--json", "as_json", is_flag=True, help="Print outcomes.json, and nothing else; files only with --out.")
def report(files: tuple[Path, ...], out: Path | None, as_json: bool, **asked: Any) -> None:
    """What changed after each session: letter.pdf, letter.docx, patient.pdf, report.pdf, outcomes.xlsx and more.

    FILE is a diary spreadsheet or an app's export; several are taken together. Nothing is stored.
    Without FILE, the diary on this computer is used.
    """
    from analysis.reports.words import relative_days

    with nullcontext() if asked["deidentify"] is None else relative_days():
        _report(files, out, as_json, asked)


def _report(files: tuple[Path, ...], out: Path | None, as_json: bool, asked: dict[str, Any]) -> None:
    from analysis.commands.gather import answer
    from analysis.commands.progress import steps

    with steps(quiet=as_json) as step:
        step("Reading the diary")
        found = answer(files, **asked)
        written = _write(found, out, as_json, step)
    if as_json:
        from analysis.reports.document import document, to_json

        click.echo(to_json(document(found.findings, found.content, found.inputs)), nl=False)
        return
    from analysis.reports.terminal import print_content, print_files, wide_console

    console = wide_console()
    print_content(found.content, console)
    print_files(written, console)


def _write(found: Any, out: Path | None, as_json: bool, step: Any) -> list[Path]:
    """The files, unless only the JSON is asked for."""
    if as_json and out is None:
        return []
    from analysis.reports.bundle import write_report

    return write_report(found.findings, found.content, out or Path("migraine-report"), found.inputs, step)
