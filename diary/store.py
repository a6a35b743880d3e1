"""The diary on disk: facts go in, are corrected without being lost, and come out again.

Facts are stored; what they mean is decided later, so nothing here knows what a migraine day is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Self, cast

import sqlalchemy as sa

from diary.database import Database, StoreError
from diary.facts import CLASSES, NAMES, in_order, key_of, touches
from diary.history import Change, Import, note_changes, read_changes, read_imports
from diary.intake import Added, import_batch, record_facts
from diary.merge import place
from diary.model import Attack, Batch, DayLog, Dose, Fact, Treatment
from diary.own_classes import class_medicine, classed, read_classes, unknown_medicines
from diary.rows import delete, find, find_keys, frame, has_key, last_day, near, of_patient, of_span, spans
from diary.schema import TABLES
from diary.settings import diary_location
from diary.state import State, state_of, states_of
from diary.undo import Undone, undo_import

if TYPE_CHECKING:
    import pandas as pd

    from diary.tables import Tables


class Store:
    """A diary, of one patient or of many, in SQLite or PostgreSQL.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Store.open(f"{folder}/diary.sqlite") as store:
    ...     added = store.record(DayLog("P1", date(2026, 3, 1), headache=True, severity=2))
    ...     store.day("P1", date(2026, 3, 1)).severity
    2
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, location: str | None = None, *, wait: float = 10.0) -> Self:
        """The diary at a path or SQLAlchemy URL, else at :func:`diary.settings.diary_location`.

        A new one is made where there is none; an older one is brought to the newest schema. *wait* is how many
        seconds to wait for another program that is writing.

        Raises DiaryError: it cannot be opened; is not a diary; or was written by a newer version of the program.
        """
        return cls(Database(location or diary_location(), wait))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def add(
        self,
        batch: Batch,
        *,
        layout: str,
        file_name: str | None = None,
        file_hash: str | None = None,
        prefer: str | None = None,
    ) -> Added:
        """Add what came out of a file, all of it or nothing; see :mod:`diary.merge` for the rules.

        Adding the same batch twice changes nothing. *layout* names the importer; *file_hash* is the SHA-256 of
        the file. What another source has said already is counted once (:mod:`diary.twins`); where the two differ,
        the source named by *prefer* holds, else what was there. The problems of the batch itself stay with the caller.

        Raises DiaryError: the diary cannot be written.
        """
        origin = {"layout": layout, "file_name": file_name, "file_hash": file_hash}
        self._back_up("before import")
        with self._database.writing() as connection:
            return import_batch(connection, batch, origin, prefer)

    def undo(self, import_id: int) -> Undone:
        """Take one import back whole, all of it or nothing; see :mod:`diary.undo`. The history keeps what it said.

        Raises DiaryError: there is no such import, it was taken back before, or the diary cannot be written.
        """
        self._back_up("before undo")
        with self._database.writing() as connection:
            return undo_import(connection, import_id)

    def class_medicine(self, name: str, medicine_class: str | None) -> int:
        """Say what kind of medicine a name stands for, now and in later imports; None takes the answer back.

        Returns how many intakes were classed anew. Raises DiaryError: the program knows the name itself.
        """
        with self._database.writing() as connection:
            return class_medicine(connection, name, medicine_class)

    def own_classes(self) -> dict[str, str]:
        """The medicines that a person has classed, by name."""
        with self._database.reading() as connection:
            return dict(read_classes(connection))

    def classed(self, doses: Iterable[Dose]) -> tuple[Dose, ...]:
        """The doses as they would be recorded: those without a class with the one that a person gave their name."""
        return classed(doses, self.own_classes())

    def unknown_medicines(self, patient: str | None = None) -> dict[str, int]:
        """The names of medicines that nobody has classed, each with its number of intakes, the commonest first."""
        with self._database.reading() as connection:
            return unknown_medicines(connection, patient)

    def sources(self) -> list[str]:
        """The names of all sources, sorted."""
        with self._database.reading() as connection:
            return sorted({str(key_of(fact)[1]) for fact in find(connection, "sources")})

    def record(self, *facts: Fact, instead_of: Iterable[Fact] = ()) -> Added:
        """Add one's own entries. An entry replaces the earlier one of the same day as a whole.

        The facts *instead_of* which they stand are taken out at once with it: both happens, or neither. One that
        somebody else took out meanwhile is no fault.

        Raises DiaryError: the diary cannot be written.
        """
        with self._database.writing() as connection:
            added = record_facts(connection, facts)
            for fact in instead_of:
                _take_out(connection, fact)
            return added

    def remove(self, *facts: Fact) -> None:
        """Take the facts out of the diary, a session together with its injections; the history keeps them.

        Raises DiaryError: one is not in the diary, or is a patient or source that other facts need; then all stay.
        """
        with self._database.writing() as connection:
            for fact in facts:
                if not _take_out(connection, fact):
                    raise StoreError(f"{place(fact)} is not in the diary. Look it up with: migraine show")

    def patients(self) -> list[str]:
        """The codes of all patients, sorted."""
        with self._database.reading() as connection:
            return sorted(str(key_of(fact)[0]) for fact in find(connection, "patients"))

    def day(self, patient: str, date: date) -> DayLog | None:
        """What was written about one day; None where nothing was."""
        found = self._find("days", has_key("days", (patient, date)))
        return cast(DayLog, found[0]) if found else None

    def open_attack(self, patient: str) -> Attack | None:
        """The attack that is going on; the latest where there are several."""
        attacks = TABLES["attacks"].c
        found = self._find("attacks", attacks.patient == patient, attacks.ongoing, attacks.end.is_(None))
        return cast(Attack, found[-1]) if found else None

    def treatments(self, patient: str) -> list[Treatment]:
        """The patient's treatments, by start."""
        return cast(list[Treatment], self._find("treatments", of_patient("treatments", patient)))

    def facts(self, kind: str, patient: str) -> list[Any]:
        """The patient's facts of one kind, named as in :class:`diary.model.Batch`, in order."""
        return self._find(kind, of_patient(kind, patient))

    def doses(self, patient: str, first: date | None = None, last: date | None = None) -> list[Dose]:
        """The patient's intakes from *first* to *last*, by time."""
        doses = self._find("doses", of_patient("doses", patient), near("doses", first, last))
        return [dose for dose in cast(list[Dose], doses) if touches(dose, first, last)]

    def batch(
        self,
        patient: str | None = None,
        first: date | None = None,
        last: date | None = None,
        names: Iterable[str] = tuple(CLASSES),
    ) -> Batch:
        """The facts about one patient, or all, that have to do with the days from *first* to *last*, in order.

        Of the kinds in *names* only; injections come with their treatments.
        """
        with self._database.reading() as connection:
            facts = {name: find(connection, name, of_patient(name, patient), near(name, first, last)) for name in names}
        kept = {name: in_order(fact for fact in found if touches(fact, first, last)) for name, found in facts.items()}
        sessions = {key_of(treatment) for treatment in kept.get("treatments", ())}
        if "injections" in kept:
            kept["injections"] = tuple(fact for fact in kept["injections"] if key_of(fact)[:1] in sessions)
        return Batch(**cast(dict[str, Any], kept))

    def history(self, patient: str | None = None, fact: Fact | None = None) -> list[Change]:
        """What was said before it was corrected or removed, oldest first; of one *fact*, where that is given."""
        with self._database.reading() as connection:
            changes = read_changes(connection, patient)
        return [change for change in changes if fact is None or _same_thing(change.was, fact)]

    def imports(self, patient: str | None = None, *, undone: bool = False) -> list[Import]:
        """The imports that changed the diary of a patient, or of any, oldest first.

        With *undone* also those that were taken back.
        """
        with self._database.reading() as connection:
            return read_imports(connection, patient, undone=undone)

    def state(self, patient: str | None = None) -> State:
        """Numbers that differ as soon as anything is said otherwise of a patient, or of any; see :mod:`diary.state`."""
        with self._database.reading() as connection:
            return state_of(connection, patient)

    def states(self) -> dict[str, State]:
        """Such numbers for every patient's facts, by code."""
        with self._database.reading() as connection:
            return states_of(connection)

    def frames(self, patient: str | None = None, names: Iterable[str] = tuple(CLASSES)) -> dict[str, pd.DataFrame]:
        """The fact tables (:data:`diary.tables.FACTS`) of one patient or of all, or only those *names*.

        However many patients there are, each table is one query.
        """
        with self._database.reading() as connection:
            return {name: frame(connection, name, of_patient(name, patient)) for name in names}

    def frames_by_part(self, size: int) -> Iterator[dict[str, pd.DataFrame]]:
        """The fact tables of so many patients at a time, each patient whole; one query for each table of a part.

        All parts show the diary as it was at one moment.
        """
        with self._database.reading() as connection:
            for span in spans(connection, size):
                yield {name: frame(connection, name, of_span(name, span)) for name in CLASSES}

    def last_day(self) -> date | None:
        """The last day of any diary, as :func:`diary.days.day_tables` gives it; None where there is none."""
        with self._database.reading() as connection:
            return last_day(connection)

    def tables(self, patient: str | None = None, silence_days: int = 14) -> Tables:
        """The canonical tables; see :func:`diary.days.day_tables`."""
        from diary.days import day_tables

        return day_tables(self.frames(patient), silence_days)

    def _back_up(self, why: str) -> None:
        from diary.backups import before  # an entry of one's own needs none, and is not to wait for it

        before(self._database, why)

    def _find(self, name: str, *conditions: sa.ColumnElement[bool]) -> list[Fact]:
        with self._database.reading() as connection:
            return list(in_order(find(connection, name, *conditions)))


def _take_out(connection: sa.Connection, fact: Fact) -> bool:
    """Take the fact out, and note it; False where it is not there."""
    stored = find_keys(connection, NAMES[type(fact)], [key_of(fact)])
    for found in [*_injections(connection, fact), *stored.values()] if stored else []:
        note_changes(connection, [found], "removed", None)
        delete(connection, found)
    return bool(stored)


def _injections(connection: sa.Connection, fact: Fact) -> list[Fact]:
    """The injections of a session that is about to be removed."""
    if not isinstance(fact, Treatment):
        return []
    return find(connection, "injections", TABLES["injections"].c.treatment_id == fact.treatment_id)


def _same_thing(one: Fact, other: Fact) -> bool:
    return type(one) is type(other) and key_of(one) == key_of(other)
