"""From files, or from the diary on disk, to the tables that an answer rests on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from analysis.commands.options import Session
from analysis.definitions import DEFAULT, DayRules, day_rules
from analysis.findings import Findings, find
from analysis.reports.content import Content, report_content
from analysis.reports.deidentify import NOTE, deidentified, moved
from diary.importers import Options
from diary.model import Batch, DiaryError, Patient, Problem, Treatment
from diary.reading import digest, layout_of, read_file
from diary.store import Store
from diary.tables import FACTS, Tables

IN_MEMORY = "sqlite://"
"""A diary that is forgotten when the command ends: files are read by the same rules as into the real one."""


class Gathered(NamedTuple):
    """One patient's tables and facts, what was read, what was assumed, and what needs a look."""

    tables: Tables
    inputs: list[dict[str, str]]
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: Batch = Batch()


class Answer(NamedTuple):
    """The findings, what is said of them, what was read, and the facts that it held."""

    findings: Findings
    content: Content
    inputs: list[dict[str, str]]
    facts: Batch


def answer(
    files: tuple[Path, ...],
    *,
    sessions: tuple[Session, ...] = (),
    patient: str | None = None,
    silence_days: int = 14,
    as_of: date | None = None,
    baseline_blocks: int | None = None,
    rules: str = "nice-ta260",
    definition: tuple[str, ...] = (),
    usual_level: float | None = None,
    count_gepants: bool = False,
    store: str | None = None,
    deidentify: str | None = None,
    **reading: Any,
) -> Answer:
    """What changed, by the diary in the files, or on disk where none is named; see :func:`answer_of`."""
    rules_of_day = day_rules(*definition)
    if files:
        found = gather_files(files, sessions, patient, silence_days, Options(**reading))
    else:
        found = gather_stored(sessions, patient, silence_days, store)
    return answer_of(
        found,
        as_of=as_of,
        baseline_blocks=baseline_blocks,
        rules=rules,
        rules_of_day=rules_of_day,
        usual_level=usual_level,
        count_gepants=count_gepants,
        deidentify=deidentify,
    )


def answer_of(
    found: Gathered,
    *,
    as_of: date | None = None,
    baseline_blocks: int | None = None,
    rules: str = "nice-ta260",
    rules_of_day: DayRules = DEFAULT,
    usual_level: float | None = None,
    count_gepants: bool = False,
    deidentify: str | None = None,
) -> Answer:
    """What changed, by what was gathered.

    *deidentify* is the code that stands for the patient in an answer without the person; it is to be asked for, and
    laid out, inside :func:`analysis.reports.words.relative_days`.
    """
    if deidentify is not None:
        as_of = None if as_of is None else moved(as_of, found.tables)
        found = Gathered(deidentified(found.tables, deidentify), [], (NOTE,))
    findings = find(
        found.tables,
        as_of=as_of,
        baseline_blocks=baseline_blocks,
        rules=rules,
        day_rules=rules_of_day,
        usual_level=usual_level,
        count_gepants=count_gepants,
    )
    return Answer(findings, report_content(findings, found.assumptions, found.problems), found.inputs, found.facts)


def gather_files(
    files: Iterable[Path], sessions: Iterable[Session], patient: str | None, silence_days: int, options: Options
) -> Gathered:
    """The tables of one patient in the files; nothing is stored."""
    inputs, notes = [], Batch()
    with Store.open(IN_MEMORY) as store:
        for path in files:
            batch = read_file(path, patient=patient or "me", options=options)
            origin = {"name": path.name, "sha256": digest(path) or ""}
            added = store.add(batch, layout=layout_of(batch), file_name=path.name)
            notes += Batch(assumptions=batch.assumptions, problems=(*batch.problems, *added.problems))
            inputs.append(origin)
        who = the_patient(store.patients(), patient)
        add_sessions(store, who, sessions)
        tables, facts = store.tables(who, silence_days), store.batch(who)
    return Gathered(tables, inputs, tuple(dict.fromkeys(notes.assumptions)), notes.problems, facts)


def gather_stored(
    sessions: tuple[Session, ...], patient: str | None, silence_days: int, place: str | None = None
) -> Gathered:
    """The tables of one patient of the diary on disk, and what its imports assumed. Sessions given are not stored."""
    with Store.open(place) as store:
        who = the_patient(store.patients(), patient)
        batch = store.batch(who)
        found = gather_open(store, who, silence_days)._replace(facts=batch)
    if not sessions:
        return found
    with Store.open(IN_MEMORY) as scratch:
        scratch.record(*(fact for name in FACTS for fact in getattr(batch, name)))
        add_sessions(scratch, who, sessions)
        return found._replace(tables=scratch.tables(who, silence_days), facts=scratch.batch(who))


def gather_open(store: Store, patient: str, silence_days: int = 14) -> Gathered:
    """The tables of one patient of an open diary, and what its imports assumed; without the facts."""
    imports = store.imports(patient)
    inputs = [{"name": i.file_name or i.layout, "sha256": i.file_hash or ""} for i in imports]
    assumptions = tuple(dict.fromkeys(text for i in imports for text in i.assumptions))
    return Gathered(store.tables(patient, silence_days), inputs, assumptions)


def add_sessions(store: Store, patient: str, sessions: Iterable[Session]) -> None:
    """Sessions from the command line, unless the diary has one on that day already."""
    known = {t.start for t in store.treatments(patient) if t.kind == "botulinum" and t.purpose == "therapeutic"}
    for session in sessions:
        if session.day not in known:
            store.record(
                Patient(patient),
                Treatment(
                    patient,
                    "botulinum",
                    "onabotulinumtoxinA",
                    session.day,
                    amount=session.units,
                    unit=None if session.units is None else "U",
                    source="command line",
                ),
            )


def the_patient(patients: list[str], named: str | None) -> str:
    """The one whose diary it is.

    Raises DiaryError: nobody is there, the named one is not, or there are several and none is named.
    """
    if named is not None and named in patients:
        return named
    some = ", ".join(patients[:5]) + (", …" if len(patients) > 5 else "")
    if named is not None and patients:
        raise DiaryError(f"There is no patient {named!r} here. There is: {some}.")
    if not patients:
        raise DiaryError("The diary is empty. Log a day with: migraine log, or name a file: migraine report FILE.")
    if len(patients) > 1:
        raise DiaryError(f"There are {len(patients)} patients here: {some}. Name one with --patient.")
    return patients[0]
