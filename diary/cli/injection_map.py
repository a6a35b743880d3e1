"""The map of a session on the command line: what was injected where, as it is said and as it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from diary.cli.say import table
from diary.model import MUSCLES, SIDES, DiaryError, Injection, Treatment
from diary.muscles import extra_units, fixed, spoken, totals, with_extra
from diary.session_checks import is_botox, is_treatment

A_PLACE = '"temporalis left 25/5"'


class Record(NamedTuple):
    """A session with its map."""

    session: Treatment
    placed: Sequence[Injection] = ()


class MapSaid(NamedTuple):
    """What a command says of the map: a whole paradigm, single places, and what was given on top of a paradigm."""

    paradigm: str | None = None
    places: Sequence[Injection] = ()
    extras: Sequence[Injection] = ()


def with_map(record: Record, said: MapSaid) -> Record:
    """The record after what was said of its map, with the units and sites that this adds up to.

    A paradigm replaces the map, a place replaces only itself, an extra is added.

    Raises DiaryError: an extra stands without its paradigm, or the paradigm does not suit the session.
    """
    if not any(said):
        return record
    refuse_unsuitable(record.session, said)
    session = record.session
    start = fixed(session.treatment_id, said.paradigm) if said.paradigm else record.placed
    named = {(each.muscle, each.side): each for each in [*start, *_of(session, said.places)]}
    placed = [each for each in with_extra(named.values(), _of(session, said.extras)) if each.units]
    if said.paradigm:
        session = replace(session, protocol=said.paradigm.upper())
    return Record(_with_totals(session, placed) if placed else session, placed)


def refuse_unsuitable(session: Treatment, said: MapSaid) -> None:
    """Raise DiaryError if an extra stands without its paradigm, or the paradigm does not suit the session."""
    if said.extras and not said.paradigm:
        raise DiaryError("--extra is on top of a paradigm. Name it: migraine botox add DATE preempt --extra …")
    if said.paradigm and not (is_treatment(session) and is_botox(session)):
        raise DiaryError(
            f"PREEMPT is a paradigm of Botox against migraine, not of this session. Say what each place received: "
            f"--site {A_PLACE}"
        )


def _of(session: Treatment, places: Sequence[Injection]) -> list[Injection]:
    return [replace(place, treatment_id=session.treatment_id) for place in places]


def _with_totals(session: Treatment, placed: Sequence[Injection]) -> Treatment:
    units, sites = totals(placed)
    return replace(session, amount=units, unit="U", sites=sites)


def refuse_other_totals(placed: Sequence[Injection], units: float | None, sites: int | None) -> None:
    """Raise DiaryError where the command says other totals than the map has."""
    added = totals(placed)
    if placed and (units not in (None, added.units) or sites not in (None, added.sites)):
        raise DiaryError(
            f"The map of this session adds up to {added.units:g} units in {added.sites} sites, which contradicts what "
            "was said. Leave out --units and --sites, or correct the map with --site."
        )


def changed_places(before: Sequence[Injection], now: Sequence[Injection]) -> Iterator[str]:
    """Each place where the two maps differ, with what the first one has there."""
    was, is_now = ({(each.muscle, each.side): each for each in placed} for placed in (before, now))
    for muscle, side in ((muscle, side) for muscle in MUSCLES for side in SIDES):
        there = was.get((muscle, side))
        if there != is_now.get((muscle, side)):
            yield f"{side} {spoken(muscle)} {_dose(there) or 'nothing'}"


def show_map(record: Record) -> None:
    """Print the map as a table: muscle by muscle, then all together."""
    compared = is_treatment(record.session) and is_botox(record.session)
    headers = ["Muscle", "Left", "Midline", "Right", "Units", "Sites", *(["Above PREEMPT"] if compared else [])]
    rows = [row[: len(headers)] for row in _rows(record.placed)]
    table("Units/sites", headers, rows, numbers=range(1, len(headers)))


def _rows(placed: Sequence[Injection]) -> Iterator[list[str]]:
    for muscle in MUSCLES:
        of_muscle = {each.side: each for each in placed if each.muscle == muscle}
        if of_muscle:
            sides = (_dose(of_muscle.get(side)) for side in SIDES)
            yield [spoken(muscle), *sides, *_sums(list(of_muscle.values()))]
    yield ["all", "", "", "", *_sums(placed)]


def _sums(placed: Sequence[Injection]) -> list[str]:
    units, sites = totals(placed)
    above = sum(extra_units(placed).values())
    return [f"{units:g}", str(sites), f"{above:g}" if above else ""]


def _dose(injection: Injection | None) -> str:
    return f"{injection.units:g}/{injection.sites}" if injection else ""
