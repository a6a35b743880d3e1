"""The imports of a diary, and what each of them did, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from diary.history import Import
from diary.intake import Added
from diary.model import Batch
from diary.undo import Undone
from diary.web.access import access, store
from diary.web.phrases import listed

N_ = str
"""Marks a text for the catalogues."""

KINDS = {
    "days": N_("Days"),
    "attacks": N_("Attacks"),
    "doses": N_("Intakes"),
    "treatments": N_("Treatments"),
    "injections": N_("Injections"),
    "scores": N_("Scores"),
    "events": N_("Side effects"),
    "factors": N_("Everyday factors"),
    "choices": N_("Chosen factors"),
    "consultations": N_("Answers of visits"),
}
"""What is recorded; patients and sources go without saying."""


def has_facts(batch: Batch) -> bool:
    """Whether anything was read that can be added."""
    return any(getattr(batch, kind) for kind in KINDS)


def imports_of(who: str) -> list[Import]:
    """The imports about the patient, oldest first; in a clinic without those about others as well."""
    found = store().imports(who, undone=True)
    return [one for one in found if one.patient == who or not access().clinic]


def changes(added: Added) -> list[tuple[str, str]]:
    """What adding did to each kind of which there was anything, in words."""
    found = [(gettext(words), _changes(added, kind)) for kind, words in KINDS.items()]
    return [one for one in found if one[1]]


def _changes(added: Added, kind: str) -> str:
    new, corrected, there = (counts.get(kind, 0) for counts in (added.added, added.corrected, added.unchanged))
    return listed(
        [
            gettext("%(n)s new", n=new) if new else "",
            gettext("%(n)s corrected", n=corrected) if corrected else "",
            gettext("%(n)s there before", n=there) if there else "",
        ]
    )


def new_entries(counts: Mapping[str, Mapping[str, int]]) -> int:
    """How many entries an import added."""
    return sum(counts.get("added", {}).get(kind, 0) for kind in KINDS)


def undone_in_words(undone: Undone) -> str:
    """What taking an import back did."""
    return str(
        gettext(
            "%(file)s was taken back. Entries removed: %(removed)s. Entries as they were before: %(restored)s.",
            file=undone.taken_back.file_name or undone.taken_back.layout,
            removed=sum(undone.removed.get(kind, 0) for kind in KINDS),
            restored=sum(undone.restored.get(kind, 0) for kind in KINDS),
        )
    )
