"""The ``migraine`` commands that record."""

from __future__ import annotations

import os

import click

from diary import __version__
from diary.cli.asking import passphrase_on_input, typed_passphrase
from diary.cli.group import Commands
from diary.passphrases import PASSPHRASES

__all__ = ["Commands", "migraine"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="migraine")
@click.option("--passphrase-stdin", is_flag=True, help="Read the passphrase of an encrypted diary from standard input.")
def migraine(passphrase_stdin: bool) -> None:
    """A headache diary that says what changed after each botulinum toxin session.

    Everything stays on this computer. Try it with: migraine demo
    """
    os.umask(0o077)  # whatever a command writes, also for a moment, is for its owner alone
    PASSPHRASES.ask = passphrase_on_input if passphrase_stdin else typed_passphrase


for _name, _place, _summary in (
    ("log", "diary.cli.log:log", "Log a day: headache or headache-free."),
    ("attack", "diary.cli.attack:attack", "Log an attack, now or afterwards."),
    ("dose", "diary.cli.dose:dose", "Log an acute medicine that was taken."),
    ("botox", "diary.cli.botox:botox", "Botulinum toxin sessions."),
    ("preventive", "diary.cli.preventive:preventive", "Preventive medicines: start and stop."),
    ("score", "diary.cli.score:score", "Questionnaire scores such as HIT-6."),
    ("side-effect", "diary.cli.side_effect:side_effect", "Side effects: what, since when, and when it was over."),
    ("visit", "diary.cli.visit:visit", "What was asked and settled at a visit: goal, decision, …"),
    ("factor", "diary.cli.factor:factor", "Everyday factors that you chose to watch."),
    ("show", "diary.cli.show:show", "A month of the diary as a calendar."),
    ("import", "diary.cli.importing:import_", "Read a spreadsheet or an app's export into the diary."),
    ("imports", "diary.cli.imports:imports", "What was imported, when, and on which assumptions."),
    ("profiles", "diary.cli.profiles:profiles", "Tables whose columns were named before."),
    ("medicine", "diary.cli.medicine:medicine", "Say what an unknown medicine is."),
    ("template", "diary.cli.template:template", "Write an empty diary spreadsheet to fill in."),
    ("export", "diary.cli.exporting:export", "Write the whole diary to files that come back unchanged."),
    ("check", "diary.cli.check:check", "Look for entries that contradict each other."),
    ("store", "diary.cli.store:store", "Copy the diary to another database, and compare two."),
    ("encrypt", "diary.cli.encrypting:encrypt", "Lock the diary with a passphrase."),
    ("decrypt", "diary.cli.encrypting:decrypt", "Take the passphrase off the diary."),
    ("passphrase", "diary.cli.encrypting:passphrase", "Give the encrypted diary another passphrase."),
    ("clinic", "diary.cli.clinic:clinic", "A clinic's users, and who read and wrote whose diary."),
    ("access-log", "diary.cli.clinic:access_log", "Who read and wrote whose diary."),
    ("backup", "diary.cli.backup:backup", "Back the diary up, and read the backup again."),
    ("backups", "diary.cli.backup:backups", "The backups there are, and whether each is whole."),
    ("restore", "diary.cli.restore:restore", "Go back to a backup, compared with the diary first."),
    ("forget", "diary.cli.forget:forget", "Erase a patient for good, in the backups too."),
    ("doctor", "diary.cli.doctor:doctor", "Look after the program and the diary file."),
):
    migraine.declare(_name, _place, _summary)
