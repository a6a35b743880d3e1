"""What a person should look at again: facts in, problems out.

A check never changes a fact and never stops one from being stored. ``check_day``, ``check_attack`` and
the like look at one fact, at recording time; :func:`check_batch` also looks at how facts fit together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain, combinations
from typing import Any

from diary.consultation import check_consultation
from diary.instruments import contradicting_totals, find_fault, overlapping_forms
from diary.medicines import find_medicine, suggest_medicine
from diary.model import AdverseEvent, Attack, Batch, DayLog, Dose, Factor, Problem, Score, Treatment, last_date
from diary.session_checks import added_units, double_sessions, odd_intervals, odd_maps, session_problems

LONG_ATTACK = timedelta(hours=72)
"""A migraine attack lasts 4 to 72 hours (ICHD-3 1.1, doi:10.1177/0333102417738202)."""

RANGES: dict[str, tuple[float, float]] = {
    "severity": (0, 3),
    "intensity": (0, 10),
    "minutes": (0, 1440),
    "starts": (0, 24),
    "disability": (0, 3),
    "relief": (0, 3),
}
"""Lowest and highest value of each number a fact can hold."""

FIRST_YEAR = 1900


def check_day(day: DayLog, today: date | None = None) -> list[Problem]:
    """What is odd about one day as it was written; *today* is given where the future is known."""
    where = _at(day.patient, day.date)
    return [
        *_date(where, "the day", day.date, today),
        *_ranges(where, day, "severity", "intensity", "minutes", "starts", "disability"),
        *_headache_free(where, day),
    ]


def check_attack(attack: Attack, today: date | None = None) -> list[Problem]:
    """What is odd about one attack.

    >>> late = Attack("P1", datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 7))
    >>> print(*check_attack(late))
    P1, 2026-03-02: The attack ends before it starts (2026-03-02 09:00 to 2026-03-02 07:00).
    Check both times, or leave the end empty.
    """
    where = _at(attack.patient, attack.start)
    return [
        *_date(where, "the start of the attack", attack.start, today),
        *_ranges(where, attack, "severity", "intensity"),
        *_duration(where, attack),
    ]


def check_dose(dose: Dose, today: date | None = None) -> list[Problem]:
    """What is odd about one intake, its name apart: unknown names are said once for a whole batch."""
    where = _at(dose.patient, dose.taken)
    problems = [*_date(where, "the intake", dose.taken, today), *_ranges(where, dose, "relief")]
    if dose.amount is not None and dose.amount <= 0:
        what = f"The amount of {dose.medicine} is {_plain(dose.amount)}."
        problems.append(Problem(where, what, "Correct the amount, or remove the intake if nothing was taken."))
    return problems


def check_treatment(treatment: Treatment, today: date | None = None) -> list[Problem]:
    """What is odd about one botulinum session or preventive."""
    where = _at(treatment.patient, treatment.start)
    what = "the session" if treatment.kind == "botulinum" else f"the start of {treatment.product}"
    return [
        *_date(where, what, treatment.start, today),
        *_treatment_end(where, treatment),
        *session_problems(treatment),
    ]


def check_score(score: Score, today: date | None = None) -> list[Problem]:
    """What is odd about one questionnaire score, as far as its questionnaire is known here."""
    where = _at(score.patient, score.date)
    fault = find_fault(score)
    return [*_date(where, "the questionnaire", score.date, today), *([Problem(where, *fault)] if fault else [])]


def check_factor(factor: Factor, today: date | None = None) -> list[Problem]:
    """What is odd about one everyday factor."""
    return _date(_at(factor.patient, factor.date), f"the factor {factor.name}", factor.date, today)


def check_event(event: AdverseEvent, today: date | None = None) -> list[Problem]:
    """What is odd about one side effect."""
    where = _at(event.patient, event.date)
    problems = _date(where, "the side effect", event.date, today)
    if event.resolved and event.resolved < event.date:
        what = f"{event.event.capitalize()} is over on {event.resolved}, before it began."
        problems.append(Problem(where, what, "Check both dates, or leave the second one empty."))
    return problems


def check_batch(batch: Batch, today: date | None = None) -> list[Problem]:
    """Everything in the batch that a person should look at: fact by fact, then patient by patient.

    Dates after *today* are reported only where *today* is given. The batch's own problems are not repeated.
    """
    together = (problem for facts in _by_patient(batch) for check in TOGETHER for problem in check(facts))
    return [*_one_by_one(batch, today), *together, *unknown_medicines(batch.doses)]


def days_to_come(batch: Batch, today: date) -> list[Problem]:
    """One problem for all days in a file of which nobody can know yet: a slip in a year stretches the whole diary.

    Sessions are left out, since they are planned.
    """
    dates = {day.date for day in batch.days} | {attack.start.date() for attack in batch.attacks}
    late = sorted(day for day in dates | {dose.taken.date() for dose in batch.doses} if day > today)
    if not late:
        return []
    remedy = (
        "Correct the dates in the file. If it is imported already, take that import back before you import it again."
    )
    return [Problem("file", f"The file has entries of days that are still to come: {_days(late)}.", remedy)]


def _one_by_one(batch: Batch, today: date | None) -> Iterator[Problem]:
    yield from chain.from_iterable(check_day(day, today) for day in batch.days)
    yield from chain.from_iterable(check_attack(attack, today) for attack in batch.attacks)
    yield from chain.from_iterable(check_dose(dose, today) for dose in batch.doses)
    yield from chain.from_iterable(check_treatment(treatment, today) for treatment in batch.treatments)
    yield from chain.from_iterable(check_score(score, today) for score in batch.scores)
    yield from chain.from_iterable(check_factor(factor, today) for factor in batch.factors)
    yield from chain.from_iterable(check_event(event, today) for event in batch.events)
    yield from chain.from_iterable(check_consultation(answer, today) for answer in batch.consultations)


def _by_patient(batch: Batch) -> Iterator[Batch]:
    """What the checks of :data:`TOGETHER` need, one patient at a time."""
    facts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind in ("days", "attacks", "doses", "treatments", "scores"):
        for fact in getattr(batch, kind):
            facts[fact.patient][kind].append(fact)
    owners = {treatment.treatment_id: treatment.patient for treatment in batch.treatments}
    for injection in batch.injections:
        if injection.treatment_id in owners:
            facts[owners[injection.treatment_id]]["injections"].append(injection)
    for kinds in facts.values():
        yield Batch(**{kind: tuple(found) for kind, found in kinds.items()})


# One fact by itself


def _date(where: str, what: str, when: date, today: date | None) -> list[Problem]:
    day = when.date() if isinstance(when, datetime) else when
    if day.year < FIRST_YEAR:
        return [Problem(where, f"The date of {what} is before {FIRST_YEAR}.", "Correct the year.")]
    if today is not None and day > today:
        return [
            Problem(where, f"The date of {what} is in the future.", "Correct the date, or record it when it is due.")
        ]
    return []


def _ranges(where: str, fact: DayLog | Attack | Dose, *names: str) -> Iterator[Problem]:
    for name in names:
        value, (low, high) = getattr(fact, name), RANGES[name]
        if value is not None and not low <= value <= high:
            limits = f"{_plain(low)} to {_plain(high)}"
            yield Problem(
                where,
                f"The {name} is {_plain(value)}; it can be {limits}.",
                f"Correct it to a number from {limits}, or leave it empty.",
            )


def _headache_free(where: str, day: DayLog) -> Iterator[Problem]:
    said = [name for name in ("severity", "intensity", "minutes", "starts") if getattr(day, name)]
    if day.headache is False and said:
        what = f"The day is marked headache-free, but its {said[0]} is {_plain(getattr(day, said[0]))}."
        yield Problem(where, what, "Mark a headache on this day, or remove the number.")
    if day.headache and day.severity == 0:
        yield Problem(where, "There was a headache, but its severity is 0, none.", "Correct the one or the other.")


def _duration(where: str, attack: Attack) -> Iterator[Problem]:
    if attack.end is None:
        return
    if attack.end < attack.start:
        what = f"The attack ends before it starts ({attack.start:%Y-%m-%d %H:%M} to {attack.end:%Y-%m-%d %H:%M})."
        yield Problem(where, what, "Check both times, or leave the end empty.")
    elif attack.end - attack.start > LONG_ATTACK:
        hours = (attack.end - attack.start) / timedelta(hours=1)
        what = f"The attack lasts {hours:.0f} hours; a migraine attack usually lasts 4 to 72."
        yield Problem(where, what, "Check both times; if they are right, leave them as they are.")


def _treatment_end(where: str, treatment: Treatment) -> Iterator[Problem]:
    if treatment.end is not None and treatment.end < treatment.start:
        what = f"{treatment.product} ends on {treatment.end}, before it starts on {treatment.start}."
        yield Problem(where, what, "Check both dates, or leave the end empty if it is still taken.")


# How the facts of one patient fit together


def overlapping_attacks(facts: Batch) -> Iterator[Problem]:
    """Two attacks of one source at the same time."""
    sources = {attack.source for attack in facts.attacks}
    for source in sorted(sources):
        attacks = sorted((a for a in facts.attacks if a.source == source), key=lambda a: a.start)
        yield from _overlaps(attacks)


def _overlaps(attacks: list[Attack]) -> Iterator[Problem]:
    longest: Attack | None = None
    for attack in attacks:
        if longest and longest.end and attack.start < longest.end:
            what = (
                f"The attack starts at {attack.start:%H:%M}, while the one of {longest.start:%Y-%m-%d %H:%M} goes on."
            )
            yield Problem(_at(attack.patient, attack.start), what, "Correct the times, or make one attack of the two.")
        if longest is None or _end(attack) > _end(longest):
            longest = attack


def _end(attack: Attack) -> datetime:
    return max(attack.start, attack.end or attack.start)


def free_days_in_attacks(facts: Batch) -> Iterator[Problem]:
    """Days marked headache-free that an attack covers."""
    free = {day.date for day in facts.days if day.headache is False}
    for attack in facts.attacks:
        covered = [day for day in _dates(attack) if day in free]
        if covered:
            what = f"The attack covers {_days(covered)} marked headache-free."
            yield Problem(
                _at(attack.patient, attack.start), what, "Correct the attack's times, or mark a headache there."
            )


def _dates(attack: Attack) -> Iterator[date]:
    first = attack.start.date()
    return (first + timedelta(days=n) for n in range((last_date(attack) - first).days + 1))


def contradicting_days(facts: Batch) -> Iterator[Problem]:
    """One date of which two sources say different things."""
    by_date: dict[date, list[DayLog]] = defaultdict(list)
    for day in facts.days:
        by_date[day.date].append(day)
    for days in by_date.values():
        yield from chain.from_iterable(_contradiction(one, other) for one, other in combinations(days, 2))


def _contradiction(one: DayLog, other: DayLog) -> Iterator[Problem]:
    for name in ("headache", "severity"):
        this, that = getattr(one, name), getattr(other, name)
        if one.source != other.source and None not in (this, that) and this != that:
            what = f"The {name} is {_plain(this)} in {one.source!r} and {_plain(that)} in {other.source!r}."
            yield Problem(_at(one.patient, one.date), what, "Decide which is right and correct the other.")
            return  # the severity differs because the headache does


def doses_on_open_days(facts: Batch) -> Iterator[Problem]:
    """Intakes on days of which the diary does not say whether there was a headache; one problem for all."""
    logged = {day.date for day in facts.days if day.headache is not None}
    logged.update(chain.from_iterable(_dates(attack) for attack in facts.attacks))
    dates = sorted({dose.taken.date() for dose in facts.doses} - logged)
    if dates:
        what = f"A medicine was taken on {_days(dates)} on which the diary does not say whether there was a headache."
        yield Problem(facts.doses[0].patient, what, "Add what you remember of these days; they count as not logged.")


def odd_scores(facts: Batch) -> Iterator[Problem]:
    """Totals that contradict their answers, and forms that ask about the same days twice."""
    yield from contradicting_totals(facts.scores)
    yield from overlapping_forms(facts.scores)


TOGETHER = (
    overlapping_attacks,
    free_days_in_attacks,
    contradicting_days,
    doses_on_open_days,
    odd_maps,
    odd_intervals,
    double_sessions,
    added_units,
    odd_scores,
)
"""The checks of how one patient's facts fit together."""


def unknown_medicines(doses: Iterable[Dose]) -> list[Problem]:
    """Each name that is not known, once, with a known name that looks like it where there is one."""
    names = Counter(dose.medicine for dose in doses if dose.medicine_class is None)
    return [_unknown(name, count) for name, count in names.items() if find_medicine(name) is None]


def _unknown(name: str, count: int) -> Problem:
    suggestion = suggest_medicine(name)
    remedy = (
        "Correct the name if it is misspelt, or say what it is with: migraine medicine class; "
        "until then it counts in no class of medicines."
    )
    what = f"This name of a medicine is not known ({count} {'intake' if count == 1 else 'intakes'})."
    return Problem(name, what, f"Did you mean {suggestion}? {remedy}" if suggestion else remedy)


# Words


def _at(patient: str, when: date) -> str:
    day = when.date() if isinstance(when, datetime) else when
    return f"{patient}, {day.isoformat()}"


def _plain(value: float | bool) -> str:
    """The value as a person writes it: 14, 7.5, yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}"


def _days(dates: list[date]) -> str:
    """How many days, and the first three of them.

    >>> _days([date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 5)])
    '4 days (2026-03-01, 2026-03-02, 2026-03-03, …)'
    """
    shown = [day.isoformat() for day in dates[:3]] + ["…"] * (len(dates) > 3)
    return f"{len(dates)} {'day' if len(dates) == 1 else 'days'} ({', '.join(shown)})"
