"""The month on the page: each day as in the charts, and one day with what was said of it before."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from diary.model import FEATURES, SEVERITIES, DayLog, Factor, Source, Treatment
from diary.recording import DayPage, pages_of, read_page
from diary.web import log
from diary.web.access import now, patient, store
from diary.web.factors import factors_text
from diary.web.phrases import listed, session_text
from diary.web.record import Before, in_words, said_before
from diary.web.words import long_day

blueprint = Blueprint("month", __name__)

FIRST_DAY = date(1900, 1, 1)

NOT_LOGGED, FREE, ASSUMED, UNSTATED, COMING = "not-logged", "none", "assumed", "unstated", "coming"
"""What a cell shows beside the severities."""


class Cell(NamedTuple):
    """One day of the month: its *state*, what was given or taken, and all of it in *words*."""

    date: date
    state: str
    words: str
    medicine: bool
    session: str

    @property
    def level(self) -> int | None:
        """The severity as a number; None where it is none."""
        return SEVERITIES.index(self.state) if self.state in SEVERITIES else None


@blueprint.get("/month")
def index() -> str:
    """This month."""
    return _page(now().date().replace(day=1))


@blueprint.get("/month/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>")
def one(year: int, month: int) -> str | Response:
    """One month."""
    if not 1 <= month <= 12 or not FIRST_DAY.year <= year:
        abort(404)
    first = date(year, month, 1)
    if first > now().date():
        return redirect(url_for("month.index"), 303)
    return _page(first)


def _page(first: date) -> str:
    who, today = patient(), now().date()
    following = _following(first)
    shown = list(cells(who, first, following - timedelta(days=1), today))
    return render_template(
        "month/index.html",
        first=first,
        weeks=list(weeks(first, shown)),
        states={cell.state for cell in shown},
        today=today,
        before=(first - timedelta(days=1)).replace(day=1) if first > FIRST_DAY else None,
        after=following if following <= today else None,
        logged=sum(cell.state not in (NOT_LOGGED, ASSUMED, COMING) for cell in shown),
        headache=sum(cell.state in (*SEVERITIES[1:], UNSTATED) for cell in shown),
        so_far=sum(cell.state != COMING for cell in shown),
        shown_marks={"medicine": any(cell.medicine for cell in shown), **_sessions_shown(shown)},
    )


def _following(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def _sessions_shown(shown: Sequence[Cell]) -> dict[str, bool]:
    return {purpose: any(cell.session == purpose for cell in shown) for purpose in ("therapeutic", "cosmetic")}


def weeks(first: date, shown: Sequence[Cell]) -> Iterator[list[Cell | None]]:
    """The cells week by week from Monday; None where a week reaches beyond the month."""
    by_date = {cell.date: cell for cell in shown}
    for week in Calendar().monthdatescalendar(first.year, first.month):
        yield [by_date.get(day) for day in week]


def cells(who: str, first: date, last: date, today: date) -> Iterator[Cell]:
    """The days from *first* to *last*."""
    facts = store().batch(who, first, last)
    given = [one for one in facts.treatments if one.kind == "botulinum"]
    assumed = assumed_free(who, facts.sources)
    for page in pages_of(facts.days, facts.attacks, facts.doses, first, last):
        sessions = [one for one in given if one.start == page.date]
        yield _cell(page, sessions, assumed, today)


def _cell(page: DayPage, sessions: Sequence[Treatment], assumed: Collection[date], today: date) -> Cell:
    state = COMING if page.date > today else day_state(page, assumed)
    words = {
        NOT_LOGGED: gettext("not logged"),
        ASSUMED: gettext("no headache assumed: the list of headaches is silent"),
    }
    said = listed([words.get(state, ""), log.day_text(page), *map(session_text, sessions)])
    label = gettext("%(day)s: %(what)s", day=long_day(page.date), what=said)
    medicine = bool(page.doses) or (page.log is not None and bool(page.log.acute))
    purposes = {session.purpose for session in sessions}
    mark = "therapeutic" if "therapeutic" in purposes else "cosmetic" if purposes else ""
    return Cell(page.date, state, label, medicine, mark)


def day_state(page: DayPage, assumed: Collection[date] = ()) -> str:
    """What the day shows: the worst severity, headache of unstated severity, free, assumed free, or not logged."""
    grades = [fact.severity for fact in (*page.attacks, page.log) if fact and fact.severity]
    if page.attacks or (page.log and page.log.headache):
        return SEVERITIES[max(grades)] if grades else UNSTATED
    if page.log and page.log.headache is False:
        return FREE
    return ASSUMED if page.date in assumed else NOT_LOGGED


def assumed_free(who: str, sources: Iterable[Source]) -> set[date]:
    """The days that count as free because a list of headaches is silent about them; see :mod:`diary.days`."""
    if not any(source.events_only for source in sources):
        return set()
    from diary.days import ASSUMED as SILENT

    days = store().tables(who).days
    return set(days.loc[days["source"].eq(SILENT).fillna(False), "date"].dt.date)


# --- one day


@blueprint.get("/day/<day>")
def day(day: str) -> str:
    """One day: what is stored, to be corrected here, and what was said before."""
    who, today = patient(), now().date()
    shown = _day(day)
    if shown is None or not FIRST_DAY <= shown <= today:
        abort(404)
    page = read_page(store(), who, shown)
    sessions = [one for one in store().treatments(who) if (one.kind, one.start) == ("botulinum", shown)]
    return render_template(
        "month/day.html",
        card=log.card_of(page),
        hours=log.HOURS,
        features=FEATURES,
        sessions=sessions,
        attacks=page.attacks,
        before=_before(who, page),
        earlier=shown - timedelta(days=1) if shown > FIRST_DAY else None,
        later=shown + timedelta(days=1) if shown < today else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _before(who: str, page: DayPage) -> list[Before]:
    """What was said of the day, and of its everyday factors, before that was corrected; the latest first."""
    of_day = said_before(page.log or DayLog(who, page.date), _said_of_day)
    factors = [one for one in store().history(who) if isinstance(one.was, Factor) and one.was.date == page.date]
    said = of_day + in_words(factors, lambda was: factors_text({was.name: was.value}))
    return sorted(said, key=lambda one: one.when, reverse=True)


def _said_of_day(was: DayLog) -> str:
    """What was written about the day itself."""
    return listed([log.day_text(DayPage(was.date, was, (), ())), was.note or ""])
