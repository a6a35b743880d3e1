"""Facts in words, as the page says them, in its language: one phrase a fact, no judgement."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, gettext, ngettext

from diary.model import FEATURES, SEVERITIES, Attack, DayLog, Dose, Injection, Treatment
from diary.muscles import extra_units, totals
from diary.web.vocabulary import named
from diary.web.words import number, short_day, written


def listed(parts: Iterable[str]) -> str:
    """The phrases one after the other."""
    return ", ".join(part for part in parts if part)


def clock(moment: datetime) -> str:
    """The time of day."""
    return str(format_datetime(moment, "HH:mm", rebase=False))


def moment(when: datetime) -> str:
    """Such as "Sun 1 Mar 2026, 22:30"."""
    return str(format_datetime(when, gettext("EEE d MMM y, HH:mm"), rebase=False))


def month_name(day: date) -> str:
    """Such as "March 2026"."""
    return str(format_date(day, "LLLL y"))


def weekday(day: date) -> str:
    """Such as "Tuesday"."""
    return str(format_date(day, "cccc"))


def short_weekday(day: date) -> str:
    """Such as "Tue"."""
    return str(format_date(day, "ccc"))


def length(minutes: int) -> str:
    """How long: hours with one decimal, or minutes below an hour."""
    if minutes < 60:
        return str(gettext("%(n)s min", n=minutes))
    return str(gettext("%(n)s h", n=number(minutes / 60)))


def attack_span(attack: Attack) -> str:
    """From when to when, and how long."""
    begun = moment(attack.start)
    if attack.end is None:
        if attack.ongoing:
            return str(gettext("since %(start)s, going on", start=begun))
        return str(gettext("%(start)s, end not known", start=begun))
    same_day = attack.end.date() == attack.start.date()
    ended = clock(attack.end) if same_day else moment(attack.end)
    lasted = length(int((attack.end - attack.start).total_seconds() // 60))
    return str(gettext("%(start)s to %(end)s (%(length)s)", start=begun, end=ended, length=lasted))


def pain(fact: Attack | DayLog) -> str:
    """How bad it was, what it is called, and what came with it."""
    parts = [named(SEVERITIES[fact.severity])] if fact.severity else []
    if fact.intensity is not None:
        parts.append(gettext("%(n)s of 10", n=number(fact.intensity)))
    parts += [named(fact.kind)] if fact.kind else []
    for name in FEATURES:
        there = getattr(fact, name)
        if there is not None:
            parts.append(named(name) if there else gettext("no: %(feature)s", feature=named(name)))
    return listed(parts)


def dose_text(dose: Dose) -> str:
    """The medicine with its amount and, where it is known, its time."""
    unit = f" {named(dose.unit)}" if dose.unit else ""
    what = dose.medicine if dose.amount is None else f"{dose.medicine} {written(dose.amount)}{unit}"
    return str(gettext("%(what)s at %(time)s", what=what, time=clock(dose.taken))) if dose.timed else what


def amount(treatment: Treatment) -> str:
    """How much of it, or that this is not known."""
    if treatment.amount is None:
        return str(gettext("units not known") if treatment.kind == "botulinum" else gettext("dose not known"))
    return f"{written(treatment.amount)} {named(treatment.unit or '')}".strip()


def session_text(session: Treatment) -> str:
    """Product, units, sites, paradigm and purpose of a session."""
    sites = ngettext("%(num)s site", "%(num)s sites", session.sites) if session.sites else ""
    purpose = named("cosmetic") if session.purpose == "cosmetic" else ""
    return listed([session.product, amount(session), sites, session.protocol or "", purpose])


def preventive_text(course: Treatment) -> str:
    """The preventive with its dose and days, and why it was stopped."""
    return listed([course.product, course_text(course)])


def course_text(course: Treatment) -> str:
    """Dose and days of a preventive, why it was stopped, and its note."""
    return listed([amount(course), _taken(course), _why(course), course.note or ""])


def _taken(course: Treatment) -> str:
    if course.end is None:
        return str(gettext("since %(day)s", day=short_day(course.start)))
    return str(gettext("%(first)s to %(last)s", first=short_day(course.start), last=short_day(course.end)))


def _why(course: Treatment) -> str:
    """The reason, its word that can be counted in the page's language, and what was written beside it."""
    head, colon, detail = (course.reason or "").partition(":")
    return str(gettext("stopped: %(reason)s", reason=f"{named(head)}{colon}{detail}")) if head else ""


def map_totals(placed: Iterable[Injection], *, compared: bool = True) -> str:
    """Units and sites of a map; where it is *compared*, also what is above the fixed paradigm."""
    given = list(placed)
    units, sites = totals(given)
    parts = [ngettext("%(units)s U in %(num)s site", "%(units)s U in %(num)s sites", sites, units=number(units))]
    above = sum(extra_units(given).values())
    if compared and above:
        parts.append(gettext("%(units)s U above the fixed paradigm", units=number(above)))
    return listed(parts)


def worded(names: Iterable[str]) -> list[tuple[str, str]]:
    """Names with their words, as the choices of a form."""
    return [(name, named(name)) for name in names]


def alphabetical(words: tuple[str, str]) -> str:
    """By what a choice with its words is sorted: an umlaut stands where its letter does.

    >>> sorted([("a", "Zähne"), ("b", "Übelkeit"), ("c", "müde")], key=alphabetical)
    [('c', 'müde'), ('b', 'Übelkeit'), ('a', 'Zähne')]
    """
    return unicodedata.normalize("NFKD", words[1]).casefold()


def severity_of(fact: Attack | DayLog) -> str:
    """The name of the severity; empty where it is not known."""
    return SEVERITIES[fact.severity] if fact.severity else ""


FILTERS: dict[str, Callable[..., Any]] = {
    "named": named,
    "month_name": month_name,
    "weekday": weekday,
    "short_weekday": short_weekday,
    "worded": worded,
    "severity_of": severity_of,
    "clock": clock,
    "moment": moment,
    "attack_span": attack_span,
    "pain": pain,
    "dose_text": dose_text,
    "session_text": session_text,
    "preventive_text": preventive_text,
    "course_text": course_text,
}
