"""Every command of ``migraine`` once, on a diary whose texts are canaries: words that stand nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

from analysis.cli import migraine

PATIENT = "kanarie-code"
NOTE = "kanarie-note"
MEDICINE = "kanariemycin"
FILE = "kanarie-file"
PASSPHRASE = "kanarie fliegt über vier hohe berge"
PASSWORD = "kanarie-passwort-91"

CANARIES = (PATIENT, NOTE, MEDICINE, FILE, PASSPHRASE, PASSWORD)


class Scenario(NamedTuple):
    """A command as it is typed, in a folder of its own; what is typed when it asks; and the code that it ends with."""

    line: str
    typed: str = ""
    code: int = 0


SCENARIOS = (
    Scenario(f"log 2026-03-01 --severity severe --took {MEDICINE} --note {NOTE} --patient {PATIENT}"),
    Scenario("attack start '2026-03-05 08:00' --severity moderate", code=0),
    Scenario("attack stop '2026-03-05 12:00'"),
    Scenario(f"attack add '2026-03-06 08:00' '2026-03-06 10:00' --took {MEDICINE} --note {NOTE}"),
    Scenario("attack list"),
    Scenario("attack remove '2026-03-06 08:00'"),
    Scenario(f"dose {MEDICINE} --date 2026-03-07 --at 08:00"),
    Scenario(f"botox add 2026-01-10 --units 155 --note {NOTE}"),
    Scenario("botox list"),
    Scenario("botox show 2026-01-10"),
    Scenario(f"botox add 2025-10-10 --units 155 --note {NOTE}"),
    Scenario("botox remove 2025-10-10"),
    Scenario(f"preventive start {MEDICINE} --date 2026-01-01 --note {NOTE}"),
    Scenario("preventive list"),
    Scenario(f"preventive stop {MEDICINE} --date 2026-02-01 --reason 'no effect'"),
    Scenario(f"preventive remove {MEDICINE} --date 2026-01-01"),
    Scenario("score add hit6 64 --date 2026-03-01"),
    Scenario("score list"),
    Scenario("score show hit6"),
    Scenario("score remove hit6 --date 2026-03-01"),
    Scenario(f"side-effect add 'neck pain' --date 2026-01-12 --severity mild --note {NOTE}"),
    Scenario("side-effect list"),
    Scenario("side-effect resolve 'neck pain' --on 2026-01-20"),
    Scenario("side-effect remove 'neck pain' --date 2026-01-12"),
    Scenario(f"visit add goal {NOTE} --date 2026-03-01 --note {NOTE}"),
    Scenario("visit list"),
    Scenario("visit topics"),
    Scenario("visit remove goal --date 2026-03-01"),
    Scenario("factor choose sleep"),
    Scenario("factor list"),
    Scenario("factor drop sleep"),
    Scenario("show --month 2026-03"),
    Scenario(f"import {FILE}.csv"),
    Scenario(f"import {FILE}-broken.xlsx", code=1),
    Scenario(f"import {FILE}-missing.xlsx", code=1),
    Scenario("imports"),
    Scenario("profiles"),
    Scenario("medicine list"),
    Scenario(f"medicine class {MEDICINE} triptan"),
    Scenario("template asked/template.xlsx"),
    Scenario("export --format json --out asked/diary.json"),
    Scenario("export --format csv --out asked/tables"),
    Scenario("check"),
    Scenario("store copy diary/diary.sqlite asked/copy.sqlite"),
    Scenario("store check diary/diary.sqlite asked/copy.sqlite"),
    Scenario("backup"),
    Scenario("backups"),
    Scenario("restore latest"),
    Scenario("doctor"),
    Scenario("report --out asked/report"),
    Scenario("outcome"),
    Scenario("eligibility"),
    Scenario("due --ics asked/due.ics --as-of 2026-02-01"),
    Scenario("fhir --out asked/bundle.json"),
    Scenario("audit --out asked/audit"),
    Scenario("registry convert --out asked/registry"),
    Scenario("clinic user add anna.berg --role clinician", f"{PASSWORD}\n{PASSWORD}\n"),
    Scenario("clinic user list"),
    Scenario("clinic user disable anna.berg"),
    Scenario("clinic user enable anna.berg"),
    Scenario("clinic password anna.berg", f"{PASSWORD}-2\n{PASSWORD}-2\n"),
    Scenario("clinic access-log"),
    Scenario("access-log"),
    Scenario("encrypt", f"{PASSPHRASE}\n{PASSPHRASE}\ny\n"),
    Scenario("passphrase", f"{PASSPHRASE}\n{PASSPHRASE} zwei\n{PASSPHRASE} zwei\ny\n"),
    Scenario("decrypt", f"{PASSPHRASE} zwei\ny\n"),
    Scenario("demo --out asked/demo"),
    Scenario(f"forget {PATIENT}", f"{PATIENT}\n"),
)
"""In an order in which they follow from each other. ``serve`` is apart: see :mod:`tests.privacy.walking`."""

APART = ("serve",)


def commands(command: click.Command = migraine, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that there is, in full."""
    if not isinstance(command, click.Group):
        yield " ".join(words)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*words, name))
