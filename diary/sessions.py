"""A botulinum session with its map: what an entry does to it, for every door alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from diary.entries import own_source
from diary.facts import key_of
from diary.model import Batch, DiaryError, Injection, Problem, Treatment
from diary.muscles import UNITS_A_SITE, fixed, totals, with_extra

if TYPE_CHECKING:
    from diary.store import Store

PRODUCT = "Botox"


class Record(NamedTuple):
    """A session with its map."""

    session: Treatment
    placed: Sequence[Injection] = ()


class MapSaid(NamedTuple):
    """What is said of the map: a whole paradigm, single places, and what was given on top of a paradigm."""

    paradigm: str | None = None
    places: Sequence[Injection] = ()
    extras: Sequence[Injection] = ()


def new_session(patient: str, day: date, *, cosmetic: bool = False) -> Treatment:
    """The session of that day, of which nothing else is known yet."""
    return Treatment(patient, "botulinum", PRODUCT, day, purpose="cosmetic" if cosmetic else "therapeutic")


def with_map(record: Record, said: MapSaid) -> Record:
    """The record after what was said of its map, with the units and sites that this adds up to.

    A paradigm replaces the map, a place replaces only itself, an extra is added; a place without units is none.
    """
    if not any(said):
        return record
    session = record.session
    start = fixed(session.treatment_id, said.paradigm) if said.paradigm else record.placed
    named = {(each.muscle, each.side): each for each in [*start, *_of(session, said.places)]}
    placed = [each for each in with_extra(named.values(), _of(session, said.extras)) if each.units]
    if said.paradigm:
        session = replace(session, protocol=said.paradigm.upper())
    return Record(_with_totals(session, placed) if placed else session, placed)


def _of(session: Treatment, places: Iterable[Injection]) -> list[Injection]:
    return [replace(place, treatment_id=session.treatment_id) for place in places]


def _with_totals(session: Treatment, placed: Iterable[Injection]) -> Treatment:
    units, sites = totals(placed)
    return replace(session, amount=units, unit="U", sites=sites)


def with_site(record: Record, muscle: str, side: str) -> Record:
    """The record with one more site of five units in that place."""
    return with_map(record, MapSaid(extras=[Injection("", muscle, side, 1, UNITS_A_SITE)]))


def without_site(record: Record, muscle: str, side: str) -> Record:
    """The record with one site less in that place, and its share of the units; as it was where there is none.

    A map without its last site is no map: then units and sites of the session are not known.
    """
    there = next((each for each in record.placed if (each.muscle, each.side) == (muscle, side)), None)
    if there is None:
        return record
    sites = there.sites - 1
    less = with_map(record, MapSaid(places=[replace(there, sites=sites, units=there.units / there.sites * sites)]))
    if less.placed:
        return less
    return Record(replace(less.session, amount=None, unit=None, sites=None))


def find_records(diary: Store, who: str, day: date, cosmetic: bool) -> list[Record]:
    """The sessions of that day and purpose, each with its map."""
    purpose = "cosmetic" if cosmetic else "therapeutic"
    facts = diary.batch(who, day, day)
    return [
        _record(session, facts)
        for session in facts.treatments
        if (session.kind, session.start, session.purpose) == ("botulinum", day, purpose)
    ]


def _record(session: Treatment, facts: Batch) -> Record:
    return Record(session, [each for each in facts.injections if each.treatment_id == session.treatment_id])


def find_record(diary: Store, who: str, day: date, cosmetic: bool) -> Record | None:
    """The session of that day and purpose; the first where there are several."""
    return next(iter(find_records(diary, who, day, cosmetic)), None)


def record_of(diary: Store, session: Treatment) -> Record:
    """The session with its map."""
    return _record(session, diary.batch(session.patient, session.start, session.start))


def save(diary: Store, before: Record | None, now: Record) -> list[Problem]:
    """Record the session with its map, and take out the places that it has no longer. Returns what is odd then.

    A session of another day or purpose than *before* takes its place; what is put down to it stays so.

    Raises DiaryError: there is another session of that day and purpose.
    """
    if before and before.session.treatment_id != now.session.treatment_id:
        return _save_elsewhere(diary, before, now)
    places = {key_of(each) for each in now.placed}
    gone = [each for each in before.placed if key_of(each) not in places] if before else []
    added = diary.record(own_source(now.session.patient), now.session, *now.placed, instead_of=gone)
    return [*added.problems, *odd(diary, now.session)]


def _save_elsewhere(diary: Store, before: Record, now: Record) -> list[Problem]:
    session, facts = now.session, diary.batch(now.session.patient)
    if any(one.treatment_id == session.treatment_id for one in facts.treatments):
        raise DiaryError(f"There is a session on {session.start} already. Correct that one, or write another day.")
    noticed = [one for one in facts.events if one.treatment_id == before.session.treatment_id]
    placed = [replace(each, treatment_id=session.treatment_id) for each in now.placed]
    events = [replace(one, treatment_id=session.treatment_id) for one in noticed]
    added = diary.record(session, *placed, *events, instead_of=[before.session])
    return [*added.problems, *odd(diary, session)]


def odd(diary: Store, session: Treatment) -> list[Problem]:
    """What is odd about the session and its map, and about how it lies among the others.

    Only units are compared with those of cosmetic sessions: their days and number matter for no treatment.
    """
    from diary.checks import check_batch, check_treatment
    from diary.session_checks import added_units

    treatments = diary.treatments(session.patient)
    sessions = tuple(treatment for treatment in treatments if treatment.kind == "botulinum")
    facts = Batch(treatments=sessions, injections=diary.batch(session.patient, session.start, session.start).injections)
    cosmetic = session.purpose == "cosmetic"
    found = [*check_treatment(session), *added_units(facts)] if cosmetic else check_batch(facts)
    return [problem for problem in found if problem.where.endswith(str(session.start))]
