"""Facts in words, as the command line says them: one phrase a fact, no judgement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from diary.model import FEATURES, SEVERITIES, Attack, DayLog, Dose, Score, Treatment

FEATURE_NAMES = dict(zip(FEATURES, (name.replace("_", " ") for name in FEATURES), strict=True))
FREE = "headache-free"
NOT_LOGGED = "not logged"
NOTHING_TAKEN = "nothing taken"


def minutes_in_words(minutes: int) -> str:
    """A duration as a person says it.

    >>> minutes_in_words(210), minutes_in_words(25), minutes_in_words(145)
    ('3.5 h', '25 min', '2 h 25 min')
    """
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{minutes / 60:g} h" if rest % 6 == 0 else f"{hours} h {rest} min"


def day_in_words(log: DayLog | None, attacks: Collection[Attack] = (), doses: Sequence[Dose] = ()) -> str:
    """All that the diary says about one day.

    >>> from datetime import date
    >>> day_in_words(DayLog("P1", date(2026, 3, 1), headache=True, severity=2, minutes=360, acute=False))
    'headache, moderate, 6 h; nothing taken'
    """
    answered = bool(attacks) or (log is not None and log.headache is not None)
    headache = ", ".join([_state(log, attacks), *(_details(log) if log else ()), *map(_attack_times, attacks)])
    rest = [_medicines(log, doses, answered), *(_besides(log) if log else ())]
    return "; ".join([headache, *filter(None, rest)])


def _state(log: DayLog | None, attacks: Collection[Attack]) -> str:
    if attacks or (log and log.headache):
        facts: list[Attack | DayLog] = [*attacks, *([log] if log else [])]
        grades = [fact.severity for fact in facts if fact.severity]
        return f"headache, {SEVERITIES[max(grades)]}" if grades else "headache"
    return FREE if log and log.headache is False else NOT_LOGGED


def _details(fact: DayLog | Attack) -> Iterator[str]:
    if fact.intensity is not None:
        yield f"{fact.intensity:g} of 10"
    if isinstance(fact, DayLog) and fact.minutes is not None:
        yield minutes_in_words(fact.minutes)
    if fact.kind:
        yield fact.kind
    yield from _features(fact)


def _features(fact: DayLog | Attack) -> Iterator[str]:
    for name, words in FEATURE_NAMES.items():
        there = getattr(fact, name)
        if there is not None:
            yield words if there else f"no {words}"


def _medicines(log: DayLog | None, doses: Sequence[Dose], answered: bool) -> str:
    if doses:
        return f"taken: {', '.join(map(dose_in_words, doses))}"
    if log and log.acute is False:
        return NOTHING_TAKEN
    if log and log.acute:
        return "a medicine was taken"
    return "medicines not known" if log and answered else ""


def _besides(log: DayLog) -> Iterator[str]:
    if log.disability is not None:
        yield f"disability {log.disability} of 3"
    if log.menses is not None:
        yield "menstruation" if log.menses else "no menstruation"
    if log.note:
        yield f"note: {log.note}"


def dose_in_words(dose: Dose) -> str:
    """The intake without its day.

    >>> dose_in_words(Dose("P1", datetime(2026, 3, 1, 14, 30), "Sumatriptan", amount=50, unit="mg"))
    'Sumatriptan 50 mg at 14:30'
    """
    amount = "" if dose.amount is None else f" {dose.amount:g}" + (f" {dose.unit}" if dose.unit else "")
    time = f" at {dose.taken:%H:%M}" if dose.timed else ""
    relief = "" if dose.relief is None else f" (relief {dose.relief} of 3)"
    return f"{dose.medicine}{amount}{time}{relief}"


def moment(when: datetime) -> str:
    """A day with its time."""
    return f"{when:%Y-%m-%d %H:%M}"


def _attack_times(attack: Attack) -> str:
    end = "going on" if attack.ongoing else "end not known" if attack.end is None else f"to {_end(attack, attack.end)}"
    return f"attack from {attack.start:%H:%M} {end}" if attack.end else f"attack from {attack.start:%H:%M}, {end}"


def _end(attack: Attack, end: datetime) -> str:
    return f"{end:%H:%M}" if end.date() == attack.start.date() else moment(end)


def attack_in_words(attack: Attack) -> str:
    """The attack with its times and what is known of it.

    >>> attack_in_words(Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 2, 4), severity=3))
    '2026-03-01 22:00 to 2026-03-02 04:00 (6 h), severe'
    """
    details = [SEVERITIES[attack.severity]] if attack.severity is not None else []
    details += _details(attack)
    note = [f"note: {attack.note}"] if attack.note else []
    return ", ".join([_span(attack), *details, *note])


def _span(attack: Attack) -> str:
    if attack.end is None:
        return f"{moment(attack.start)}, {'going on' if attack.ongoing else 'end not known'}"
    length = minutes_in_words(int((attack.end - attack.start).total_seconds() // 60))
    return f"{moment(attack.start)} to {_end(attack, attack.end)} ({length})"


def amount_in_words(treatment: Treatment) -> str:
    """How much of it, or that this is not known.

    >>> from datetime import date
    >>> amount_in_words(Treatment("P1", "botulinum", "Botox", date(2026, 3, 1), amount=155, unit="U"))
    '155 U'
    """
    if treatment.amount is None:
        return "units not known" if treatment.kind == "botulinum" else "dose not known"
    return f"{treatment.amount:g} {treatment.unit or ''}".strip()


def treatment_in_words(treatment: Treatment) -> str:
    """The session or preventive with its days.

    >>> from datetime import date
    >>> treatment_in_words(Treatment("P1", "preventive", "Topiramate", date(2026, 3, 1), amount=100, unit="mg"))
    'Topiramate, 100 mg, since 2026-03-01'
    """
    when = [] if treatment.kind == "botulinum" else [_running(treatment)]
    note = [f"note: {treatment.note}"] if treatment.note else []
    return ", ".join([treatment.product, amount_in_words(treatment), *_session(treatment), *when, *note])


def _session(treatment: Treatment) -> Iterator[str]:
    """What only a session has."""
    if treatment.sites:
        yield f"{treatment.sites} sites"
    if treatment.protocol:
        yield treatment.protocol
    if treatment.purpose == "cosmetic":
        yield "cosmetic"
    yield from _vial(treatment)
    if treatment.injector:
        yield f"injected by {treatment.injector}"
    if treatment.consent is not None:
        yield "consent noted" if treatment.consent else "consent not noted"


def _vial(treatment: Treatment) -> Iterator[str]:
    if treatment.lot:
        yield f"lot {treatment.lot}"
    if treatment.expiry:
        yield f"expiry {treatment.expiry}"
    if treatment.dilution is not None:
        yield f"{treatment.dilution:g} mL saline for 100 U"


def _running(treatment: Treatment) -> str:
    return f"since {treatment.start}" if treatment.end is None else f"{treatment.start} to {treatment.end}"


def score_in_words(score: Score) -> str:
    """The score without its day.

    >>> from datetime import date
    >>> score_in_words(Score("P1", date(2026, 3, 1), "hit6", 64))
    'hit6 64'
    """
    item = f", item {score.item}:" if score.item else ""
    return f"{score.instrument}{item} {score.value:g}"
