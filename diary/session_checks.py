"""What a person should look at in botulinum sessions: each by itself, its map, and how they follow each other.

The functions that take a :class:`diary.model.Batch` are given one patient's treatments and injections.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from diary.medicines import find_medicine
from diary.model import Batch, Injection, Problem, Treatment
from diary.muscles import PARADIGMS, PREEMPT, UNITS_A_SITE, spoken, totals

CYCLE = timedelta(weeks=12)
"""Botulinum sessions are given every 12 weeks (EHF guideline 2018, doi:10.1186/s10194-018-0921-8)."""

LEEWAY = timedelta(days=7)
"""COMPEL allowed each session a week either way (doi:10.1186/s10194-018-0840-8)."""

LATE = timedelta(weeks=16)
"""A session after more than this is called late: a convention of this program."""

BOTOX_UNITS = (155, 195)
"""Units of Botox in one session for chronic migraine (EHF guideline 2018)."""

SPAN = timedelta(days=84)
"""The days over which units of all purposes are added up, the session's own day included."""

MOST_UNITS = 400
"""Units of Botox in :data:`SPAN` above which this program asks. The US prescribing information of Botox Cosmetic
has the same number for 3 months (https://www.renalandurologynews.com/drug/botox-cosmetic/)."""

BOTOX = "onabotulinumtoxinA"

LOOK = "Check the numbers; if they are right, leave them as they are."


def is_treatment(session: Treatment) -> bool:
    """Whether it is a botulinum session against migraine."""
    return session.kind == "botulinum" and session.purpose == "therapeutic"


def is_botox(session: Treatment) -> bool:
    """Whether the product's units are those of Botox. Its leaflet says that no other product has the same.

    >>> from datetime import date
    >>> is_botox(Treatment("P1", "botulinum", "Dysport", date(2026, 3, 1)))
    False
    """
    return _substance(session) == BOTOX


def _substance(session: Treatment) -> str:
    medicine = find_medicine(session.product)
    return medicine.generic if medicine else session.product.casefold()


def _at(session: Treatment) -> str:
    return f"{session.patient}, {session.start}"


# One session by itself


def session_problems(session: Treatment) -> Iterator[Problem]:
    """What is odd about one session without its map: its units, and the vial's expiry."""
    low, high = BOTOX_UNITS
    usual = session.amount is None or low <= session.amount <= high
    if is_treatment(session) and is_botox(session) and not usual:
        what = f"The session has {session.amount:g} units; {low} to {high} are usual for chronic migraine."
        yield Problem(_at(session), what, "Check the number; if it is right, leave it as it is.")
    if session.expiry is not None and session.expiry < session.start:
        what = f"The vial expired on {session.expiry}, before the session."
        yield Problem(_at(session), what, "Check the expiry and the day of the session in your papers.")


def undocumented(session: Treatment, injections: Sequence[Injection]) -> list[str]:
    """What a clinic's record of a session should hold, and this one does not.

    >>> from datetime import date
    >>> undocumented(Treatment("P1", "botulinum", "Botox", date(2026, 3, 1), lot="C1"), [])
    ['units', 'expiry', 'injector', 'map of the injections']
    """
    held = {
        "units": session.amount,
        "lot": session.lot,
        "expiry": session.expiry,
        "injector": session.injector,
        "map of the injections": injections or None,
    }
    return [name for name, value in held.items() if value is None]


# A session and its map


def odd_maps(facts: Batch) -> Iterator[Problem]:
    """Sessions whose injections contradict the session, or are unlike the paradigm of Botox."""
    for session in facts.treatments:
        given = [each for each in facts.injections if each.treatment_id == session.treatment_id]
        yield from _contradiction(session, given)
        if is_treatment(session) and is_botox(session):
            yield from _site_doses(session, given)
            yield from _above_maximum(session, given)


def _contradiction(session: Treatment, given: Sequence[Injection]) -> Iterator[Problem]:
    units, sites = totals(given)
    wrong = [
        f"{said:g} {noun}, and its injections add up to {found:g}"
        for said, found, noun in ((session.amount, units, "units"), (session.sites, sites, "sites"))
        if given and said is not None and said != found
    ]
    if wrong:
        what = f"The session has {'; '.join(wrong)}."
        yield Problem(_at(session), what, "Compare both with your papers and correct the one or the other.")


def _site_doses(session: Treatment, given: Sequence[Injection]) -> Iterator[Problem]:
    """Other than five units a site: place by place, or in all where no map was recorded."""
    odd = [f"{each.side} {spoken(each.muscle)} {_dose(each.units, each.sites)}" for each in given if _is_odd(each)]
    if not given and session.amount is not None and session.sites is not None:
        odd = [_dose(session.amount, session.sites)] * (session.amount != session.sites * UNITS_A_SITE)
    if odd:
        what = f"{UNITS_A_SITE} units a site are usual; the session has: {', '.join(odd)}."
        yield Problem(_at(session), what, LOOK)


def _is_odd(injection: Injection) -> bool:
    return injection.units != injection.sites * UNITS_A_SITE


def _dose(units: float, sites: int) -> str:
    return f"{units:g} units in {sites} {'site' if sites == 1 else 'sites'}"


def _above_maximum(session: Treatment, given: Sequence[Injection]) -> Iterator[Problem]:
    by_muscle = {area: totals(each for each in given if each.muscle == area.muscle) for area in PARADIGMS[PREEMPT]}
    above = [
        f"{spoken(area.muscle)} {found.units:g}, where {area.most_units:g} are the most"
        for area, found in by_muscle.items()
        if found.units > area.most_units
    ]
    if above:
        what = f"A muscle has more units than the PREEMPT paradigm allows: {'; '.join(above)}."
        yield Problem(_at(session), what, LOOK)


# How sessions follow each other


def odd_intervals(facts: Batch) -> Iterator[Problem]:
    """Botulinum sessions against migraine that are less than twelve or more than sixteen weeks apart."""
    dates = sorted({treatment.start for treatment in facts.treatments if is_treatment(treatment)})
    for before, session in pairwise(dates):
        where = f"{facts.treatments[0].patient}, {session}"
        what = f"The session is {(session - before).days} days after the one of {before}"
        if session - before < CYCLE - LEEWAY:
            yield Problem(
                where, f"{what}, and 84 are usual.", "Is this date right? Check both sessions in your papers."
            )
        elif session - before < CYCLE:
            yield Problem(
                where, f"{what}, a little less than the usual 84.", "If the date is right, leave it as it is."
            )
        elif session - before > LATE:
            yield Problem(
                where, f"{what}: late, for 84 are usual.", "If a session between them is not recorded, add it."
            )


def double_sessions(facts: Batch) -> Iterator[Problem]:
    """Two botulinum sessions on one day."""
    counts = Counter(treatment.start for treatment in facts.treatments if treatment.kind == "botulinum")
    for day, count in counts.items():
        if count > 1:
            what = f"There are {count} botulinum sessions on this day."
            where = f"{facts.treatments[0].patient}, {day}"
            yield Problem(where, what, "Keep one, or correct the date of the other.")


def added_units(facts: Batch) -> Iterator[Problem]:
    """More than 400 units of Botox in 84 days, or units of several products, which cannot be added up.

    Cosmetic sessions count as well.
    """
    sessions = [treatment for treatment in facts.treatments if treatment.kind == "botulinum"]
    for last in {treatment.start: treatment for treatment in sessions}.values():
        span = [each for each in sessions if last.start - SPAN < each.start <= last.start]
        yield from _several_products(last, span)
        yield from _too_many(last, span)


def _several_products(last: Treatment, span: Sequence[Treatment]) -> Iterator[Problem]:
    products = {_substance(each): each.product for each in span}
    if len(products) > 1:
        what = (
            f"In {SPAN.days} days there were {' and '.join(sorted(products.values()))}: their units are not the same."
        )
        yield Problem(_at(last), what, "Do not add them up; if it is one product, correct its name.")


def _too_many(last: Treatment, span: Sequence[Treatment]) -> Iterator[Problem]:
    """The units that are known; where some are not, they are at least as many."""
    units = sum(each.amount for each in span if is_botox(each) and each.amount is not None)
    if units > MOST_UNITS:
        what = f"{units:g} units of Botox in {SPAN.days} days, of all purposes; this program asks above {MOST_UNITS}."
        yield Problem(_at(last), what, "Check the units and dates of these sessions with whoever injected them.")
