"""The questionnaires: what can be entered, and how answers are added up. Standard library only.

The texts of the questions belong to their owners and are not here: a question goes by its number or letter. What a
value means (grades, changes that matter) is not here either, but in :mod:`analysis.scores`. Ranges that no public
source confirms are left open, and then nothing is checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from diary.model import DiaryError, Problem, Score

LOWER, HIGHER = "lower", "higher"
"""The better end of a scale."""


class Scale(NamedTuple):
    """The values that an answer or a total can have: from *low* to *high*, whole numbers only, or *only* a few.

    >>> Scale(6, 13, only=(6, 8, 10, 11, 13)).holds(9), Scale(0, 100, whole=False).holds(62.5)
    (False, True)
    """

    low: float
    high: float
    only: tuple[int, ...] = ()
    whole: bool = True

    def holds(self, value: float) -> bool:
        """Whether the value is on the scale."""
        if self.only:
            return value in self.only
        return self.low <= value <= self.high and not (self.whole and value % 1)

    def __str__(self) -> str:
        if self.only:
            return ", ".join(map(str, self.only))
        return f"{self.low:g} to {self.high:g}" + (", a whole number" if self.whole else "")


@dataclass(frozen=True, slots=True)
class Instrument:
    """One questionnaire.

    *items* are the answers in the order of the form; the *total* is the sum of those that are not in *beside*. Where
    there are items and no *total*, they are scores in their own right; where there are neither, any total is kept as
    it is given. *better* is the better end. *recall* is how many days the questions ask about, None where that is not
    a known number; two forms less than *apart* days apart count some days twice. *text_free*: anybody may reproduce
    the questions.
    """

    code: str
    name: str
    measures: str
    total: Scale | None
    better: str
    recall: int | None
    source: str
    licence: str
    items: Mapping[str, Scale] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    apart: int = 0
    text_free: bool = False
    remark: str = ""

    @property
    def scored(self) -> tuple[str, ...]:
        """The items that are added up; those of a questionnaire without a total are its scores."""
        return tuple(item for item in self.items if item not in self.beside)


def _numbered(count: int, scale: Scale) -> dict[str, Scale]:
    return {str(number): scale for number in range(1, count + 1)}


DAYS = Scale(0, 90)
PERCENT = Scale(0, 100, whole=False)
OFTEN = Scale(0, 3)

PFIZER = "No permission is required to reproduce, translate, display or distribute it (Pfizer; phqscreeners.com)."
OWNED = "Its text belongs to its owners, so only numbers are kept here."

_ALL = (
    Instrument(
        "hit6",
        "HIT-6",
        "how much headache weighs on daily life",
        Scale(36, 78),
        LOWER,
        28,
        "NINDS Common Data Elements, https://commondataelements.ninds.nih.gov/report-viewer/23906",
        "© 2001, 2015 QualityMetric and GSK, all rights reserved: only numbers are kept here.",
        _numbered(6, Scale(6, 13, only=(6, 8, 10, 11, 13))),
        remark="An answer is 6 never, 8 rarely, 10 sometimes, 11 very often, 13 always.",
    ),
    Instrument(
        "midas",
        "MIDAS",
        "days of work, housework and leisure lost or halved in three months",
        Scale(0, 270),
        LOWER,
        90,
        "Stewart, Lipton, Dowson and Sawyer (2001); items as in https://doi.org/10.1186/s12883-022-02774-3",
        OWNED,
        {**_numbered(5, DAYS), "A": DAYS, "B": Scale(0, 10)},
        beside=("A", "B"),
        apart=84,
        remark="Questions 1 to 5 are days and are added up; A (headache days) and B (pain, 0 to 10) are not. "
        "Questions 2 and 4 leave out the days of 1 and 3.",
    ),
    Instrument(
        "msq",
        "MSQ v2.1",
        "quality of life with migraine",
        None,
        HIGHER,
        28,
        "NINDS Common Data Elements, https://commondataelements.ninds.nih.gov/report-viewer/23909",
        OWNED,
        {"RR": PERCENT, "RP": PERCENT, "EF": PERCENT},
        remark="RR is role function restrictive, RP role function preventive, EF emotional function, each 0 to 100.",
    ),
    Instrument(
        "pgic",
        "PGIC",
        "how the patient judges the change since the treatment began",
        Scale(1, 7),
        LOWER,
        None,
        "one question in general use; the words and the order of the numbers are this program's own",
        "A general question, in this program's own words.",
        remark="1 very much better, 2 much better, 3 a little better, 4 no change, 5 a little worse, 6 much worse, "
        "7 very much worse. If your form counts the other way, turn it round before you enter it.",
    ),
    Instrument(
        "phq9",
        "PHQ-9",
        "signs of depression",
        Scale(0, 27),
        LOWER,
        14,
        "Kroenke, Spitzer and Williams, J Gen Intern Med 2001;16:606-613",
        PFIZER,
        _numbered(9, OFTEN),
        text_free=True,
    ),
    Instrument(
        "gad7",
        "GAD-7",
        "signs of anxiety",
        Scale(0, 21),
        LOWER,
        14,
        "Spitzer, Kroenke, Williams and Löwe (2006), https://doi.org/10.1001/archinte.166.10.1092",
        PFIZER,
        _numbered(7, OFTEN),
        text_free=True,
    ),
    Instrument(
        "asc12",
        "ASC-12",
        "skin that hurts at a touch during headache (allodynia)",
        Scale(0, 24),
        LOWER,
        None,
        "Lipton and others (2008), https://doi.org/10.1002/ana.21211",
        "Its wording was published in a journal, so only numbers are kept here.",
        _numbered(12, Scale(0, 2)),
        remark="An answer is 0 never, rarely or does not apply; 1 less than half of the time; 2 half of it or more.",
    ),
    Instrument(
        "mibs4",
        "MIBS-4",
        "the burden of migraine between attacks",
        None,
        LOWER,
        None,
        "NINDS Common Data Elements, Migraine Interictal Burden Scale",
        OWNED,
        remark="Public sources differ about its grades, so none are given here.",
    ),
    Instrument(
        "mtoq4",
        "mTOQ-4",
        "how well acute treatment suits (4 questions)",
        None,
        HIGHER,
        None,
        "Lipton and others (2015), Neurology 84:688-695",
        OWNED,
        remark="Public sources differ about its scoring, so its limits and grades are not given here.",
    ),
    Instrument(
        "mtoq6",
        "mTOQ-6",
        "how well acute treatment suits (6 questions)",
        None,
        HIGHER,
        28,
        "Serrano and others (2013), https://doi.org/10.1186/1129-2377-14-S1-P201",
        OWNED,
    ),
    Instrument(
        "mfiq",
        "MFIQ",
        "how migraine weighs on what a person can do",
        None,
        LOWER,
        7,
        "NINDS Common Data Elements, form F2683; Kawata and others (2019), https://doi.org/10.1111/head.13569",
        OWNED,
        {"PF": PERCENT, "UA": PERCENT, "SF": PERCENT, "EF": PERCENT, "GUA": PERCENT},
        remark="PF is physical function, UA usual activities, SF social function, EF emotional function, GUA usual "
        "activities over all, each 0 to 100.",
    ),
)

INSTRUMENTS: dict[str, Instrument] = {instrument.code: instrument for instrument in _ALL}
"""Each questionnaire that is known, by its code."""


# --- adding up


def with_total(like: Score, answers: Sequence[float]) -> list[Score]:
    """The answers to all questions in their order, and their total: scores of the patient, day and form of *like*.

    >>> from datetime import date
    >>> hit6 = with_total(Score("P1", date(2026, 3, 1), "hit6", 0), [13, 11, 10, 11, 8, 10])
    >>> [(score.item, score.value) for score in hit6[-2:]]
    [('6', 10), (None, 63)]

    Raises DiaryError: the questionnaire's answers are not known here, or there are too few or too many of them.
    """
    instrument = _known(like.instrument)
    items = _items_for(instrument, len(answers))
    scores = [_again(like, item, value) for item, value in zip(items, answers, strict=True)]
    if instrument.total is None:
        return scores
    total = sum(score.value for score in scores if score.item in instrument.scored)
    return [*scores, _again(like, None, total)]


def _again(like: Score, item: str | None, value: float) -> Score:
    return Score(like.patient, like.date, like.instrument, value, item, like.source)


def _known(code: str) -> Instrument:
    instrument = INSTRUMENTS.get(code)
    if instrument is None or not instrument.items:
        name = instrument.name if instrument else code
        raise DiaryError(f"The answers of {name} are not added up here. Record its total instead.")
    return instrument


def _items_for(instrument: Instrument, count: int) -> tuple[str, ...]:
    """The items that so many answers are for: all that are scored, or all there are."""
    for items in (instrument.scored, tuple(instrument.items)):
        if count == len(items):
            return items
    needed = f"{len(instrument.scored)} answers ({', '.join(instrument.scored)})"
    more = f", or {len(instrument.items)} with {' and '.join(instrument.beside)}" if instrument.beside else ""
    raise DiaryError(
        f"{instrument.name} needs {needed}{more}; {count} {'was' if count == 1 else 'were'} given. "
        "Write one for each question, or record only the total if you have it."
    )


# --- what cannot be


def find_fault(score: Score) -> tuple[str, str] | None:
    """What is wrong with one value and what to do about it; None where nothing is, or nothing is known.

    >>> from datetime import date
    >>> find_fault(Score("P1", date(2026, 3, 1), "hit6", 35))[0]
    'The HIT-6 total is 35; it can be 36 to 78, a whole number.'
    """
    instrument = INSTRUMENTS.get(score.instrument)
    if instrument is None:
        return None
    return _fault_of_total(instrument, score) if score.item is None else _fault_of_item(instrument, score)


def _fault_of_total(instrument: Instrument, score: Score) -> tuple[str, str] | None:
    if instrument.total is None:
        return _no_total(instrument) if instrument.items else None
    if instrument.total.holds(score.value):
        return None
    what = f"The {instrument.name} total is {score.value:g}; it can be {instrument.total}."
    return what, "Add the answers up again and correct the total."


def _no_total(instrument: Instrument) -> tuple[str, str]:
    items = ", ".join(instrument.items)
    return f"{instrument.name} has no total here, but a score for each of {items}.", "Name one of them as the item."


def _fault_of_item(instrument: Instrument, score: Score) -> tuple[str, str] | None:
    scale = instrument.items.get(str(score.item))
    if scale is None:
        there = f"It has: {', '.join(instrument.items)}." if instrument.items else "It is kept here as a total only."
        return (
            f"{instrument.name} has no question {score.item!r} here. {there}",
            "Correct the question, or leave it out.",
        )
    if scale.holds(score.value):
        return None
    what = f"{instrument.name}, {score.item}, is {score.value:g}; it can be {scale}."
    return what, "Look it up on the form and correct it."


def contradicting_totals(scores: Iterable[Score]) -> Iterator[Problem]:
    """Totals that are not the sum of the answers of the same day, where all answers are there."""
    forms: dict[tuple[str, str, str], dict[str | None, float]] = defaultdict(dict)
    for score in scores:
        forms[score.patient, score.date.isoformat(), score.instrument][score.item] = score.value
    for (patient, day, code), values in forms.items():
        total = _sum(code, values)
        if total is not None and values.get(None, total) != total:
            name = INSTRUMENTS[code].name
            what = f"The {name} total is {values[None]:g}, but its answers add up to {total:g}."
            yield Problem(f"{patient}, {day}", what, "Look at the form, and correct the total or the answer.")


def _sum(code: str, values: Mapping[str | None, float]) -> float | None:
    """The sum of a form's answers; None where one is missing, or none are added up."""
    instrument = INSTRUMENTS.get(code)
    if instrument is None or instrument.total is None or not instrument.items:
        return None
    answers = [values.get(item) for item in instrument.scored]
    known = [answer for answer in answers if answer is not None]
    return sum(known) if len(known) == len(answers) else None


def overlapping_forms(scores: Iterable[Score]) -> Iterator[Problem]:
    """Forms that come so soon after the one before that both ask about some of the same days."""
    days = defaultdict(set)
    for score in scores:
        if score.instrument in INSTRUMENTS and INSTRUMENTS[score.instrument].apart:
            days[score.patient, score.instrument].add(score.date)
    for (patient, code), found in days.items():
        instrument = INSTRUMENTS[code]
        for before, after in pairwise(sorted(found)):
            if after - before < timedelta(instrument.apart):
                what = (
                    f"This {instrument.name} comes {(after - before).days} days after the one of {before}: "
                    f"they overlap, as each asks about the {instrument.recall} days before it."
                )
                remedy = f"Keep both; for a comparison, let {instrument.apart} days pass between two."
                yield Problem(f"{patient}, {after}", what, remedy)


# --- safety

SELF_HARM = ("phq9", "9")
"""The question about thoughts of being better off dead, or of hurting oneself."""

SAFETY = (
    "Question 9 of the PHQ-9 was answered with more than 0. Please talk about it today with a doctor, a crisis line "
    "or a person you trust: there is support. If you may be in danger now, call the emergency number where you are."
)
"""What is said to a person whose answer to that question is above 0."""


def asks_for_care(scores: Iterable[Score]) -> bool:
    """Whether the question about self-harm is among the answers, and above 0."""
    return any((score.instrument, score.item) == SELF_HARM and score.value > 0 for score in scores)
