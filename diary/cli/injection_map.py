"""The map of a session on the command line: what was injected where, as it is said and as it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diary.cli.say import table
from diary.model import MUSCLES, SIDES, DiaryError, Injection, Treatment
from diary.muscles import extra_units, spoken, totals
from diary.session_checks import is_botox, is_treatment
from diary.sessions import MapSaid, Record

A_PLACE = '"temporalis left 25/5"'


def refuse_unsuitable(session: Treatment, said: MapSaid) -> None:
    """Raise DiaryError if an extra stands without its paradigm, or the paradigm does not suit the session."""
    if said.extras and not said.paradigm:
        raise DiaryError("--extra is on top of a paradigm. Name it: migraine botox add DATE preempt --extra …")
    if said.paradigm and not (is_treatment(session) and is_botox(session)):
        raise DiaryError(
            f"PREEMPT is a paradigm of Botox against migraine, not of this session. Say what each place received: "
            f"--site {A_PLACE}"
        )


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
