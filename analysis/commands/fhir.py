"""``migraine fhir``: windows, sessions, preventives, scores and side effects as a FHIR R4 bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analysis.commands.options import answering
from diary.cli.files import claim, refuse_existing
from diary.cli.options import example
from diary.cli.say import counted, say
from diary.cli.template import FORCE


@click.command(epilog=example("migraine fhir --out visit.json", "migraine fhir diary.xlsx --botox 2026-01-12:155"))
@answering
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default="bundle.json", show_default=True, help="The file."
)
@FORCE
def fhir(files: tuple[Path, ...], out: Path, force: bool, **asked: Any) -> None:
    """A FHIR R4 bundle for another system; migraine import reads it back, all but its windows.

    FILE is a diary spreadsheet or an app's export. Without FILE, the diary on this computer is used. The patient goes
    by code, gender and year of birth; days, attacks and intakes are not in it.
    """
    from analysis.commands.gather import answer
    from analysis.commands.progress import steps
    from analysis.interchange import bundle, to_json, up_to

    refuse_existing([out], force=force)
    with steps() as step:
        step("Reading the diary")
        found = answer(files, **asked)
        facts = found.facts if asked["as_of"] is None else up_to(found.facts, asked["as_of"])
        step("Validating the bundle")
        content = bundle(found.findings, facts, found.inputs)
        text = to_json(content)
    claim(out, force=force).write_text(text, encoding="utf-8", newline="\n")
    windows, resources = len(found.findings.windows), len(content["entry"])
    say(f"Written: {out}, with {counted(windows, 'window')} in {counted(resources, 'resource')}.")
    say("It is not encrypted: keep it where nobody else can read it.")
