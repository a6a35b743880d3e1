"""``migraine medicine``: what kind of medicine a name is that the program does not know."""

from __future__ import annotations

import click

from diary.cli.opening import opened
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, say, table
from diary.model import ACUTE_CLASSES, ADJUNCT

UNKNOWN = "unknown"
KINDS = (*ACUTE_CLASSES, ADJUNCT, UNKNOWN)
STORE = DIARY[1]

WHICH_KIND = (
    "KIND is triptan, ergotamine, non_opioid (such as ibuprofen, aspirin or paracetamol), opioid, combination, ditan, "
    "gepant or other_acute; or adjunct for what counts on no day, such as oxygen."
)
"""What to put for KIND: a name filled in here would be taken for advice."""


@click.group(epilog=example('migraine medicine class "foobarol" triptan'))
def medicine() -> None:
    """Medicines that the program does not know: say once what each is."""


@medicine.command("class", epilog=example('migraine medicine class "foobarol" triptan'))
@click.argument("name")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@with_options(STORE)
def class_(name: str, kind: str, store: str | None) -> None:
    """Say what KIND of medicine NAME is, in the diary and in every later import.

    KIND is triptan, ergotamine, non_opioid, opioid, combination, ditan, gepant or other_acute; adjunct for what is
    taken beside and counts on no day, such as oxygen or a medicine against nausea; unknown takes the answer back.
    """
    with opened(store) as diary:
        changed = diary.class_medicine(name, None if kind == UNKNOWN else kind)
    said = "is not known again" if kind == UNKNOWN else f"is of the kind {words(kind)} from now on"
    say(f"{name.strip()} {said}. {counted(changed, 'intake')} in the diary changed.")
    say("To change it, say it again.")


@medicine.command("list", epilog=example("migraine medicine list"))
@with_options(*DIARY)
def list_(patient: str | None, store: str | None) -> None:
    """The medicines that were classed by hand, and those in the diary that nobody has classed."""
    with opened(store) as diary:
        known, unknown = diary.own_classes(), diary.unknown_medicines(patient)
    if not (known or unknown):
        return say("Every medicine in the diary is known, so there is nothing to say about any.")
    rows = [(name, words(kind), "") for name, kind in known.items()]
    rows += [(name, "not known", str(number)) for name, number in unknown.items()]
    table("", ("Medicine", "Kind", "Intakes"), rows, numbers=[2])
    if unknown:
        say('Say what one is with: migraine medicine class "NAME" KIND')
        say(WHICH_KIND)
    return None


def words(kind: str) -> str:
    """The kind as it is said.

    >>> words("non_opioid")
    'non opioid'
    """
    return kind.replace("_", " ")
