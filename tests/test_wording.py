"""What the program says: no word that makes a treatment the cause of a change, and plain words for patients."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import analysis
from analysis import criteria, medication, menses
from analysis.benchmarks import BENCHMARKS
from analysis.confounders import Confounded
from analysis.findings import find
from analysis.menses import Relation
from analysis.overlaps import Overlap
from analysis.rates import Rate
from analysis.reports.content import report_content
from analysis.triggers import Association, Split
from analysis.wearoff import WearOff, patient_sentence
from diary.model import Treatment
from diary.tables import ATTACKS, DOSES, EVENTS, INJECTIONS, SCORES, Tables, facts_frame
from tests.drawing import day, diary_of, treatments
from tests.readability import AGE_12, count_syllables, grade

FIRST = day("2026-03-01")

CAUSAL = re.compile(
    r"\b(caus(e|es|ed|ing|al)|because of|due to|thanks|owing to|as a result|result(s|ed|ing)? (in|from)|le(d|ads) to"
    r"|effects?|effective(ness|ly)?|efficac\w*|help(s|ed|ful)?|works?|worked|working|cure[sd]?|heal(s|ed)?"
    r"|prove[sdn]?|proof|reduce[sd]?|reducing|lower(s|ed) (the|your|headache)|improved by|benefit(s|ed)?|prevented"
    r"|relieved|trigger(s|ed|ing)?|brought (about|down)|made (it|them|your) (better|worse)|attribut\w+)\b",
    re.IGNORECASE,
)
"""Words that say, or nearly say, that one thing made another."""

NOT_OF_A_TREATMENT = (
    "side effect",
    "whatever its effect",
    "irrespective of effect",
    "expected without any effect",
    "number of days reduced for",
    "a triptan or ergot relieved",
    "acute treatment works well enough",
)
"""Uses of these words that say nothing about what a treatment did to this patient's headache."""


def causal_words(text: str) -> list[str]:
    """The causal words of a text."""
    for phrase in NOT_OF_A_TREATMENT:
        text = re.sub(re.escape(phrase), "", text, flags=re.IGNORECASE)
    return [found[0] for found in CAUSAL.finditer(text)]


# --- what reports say of drawn diaries


def drawn(before, *cycles, given=(), **columns):
    """What a report says of a diary; each cycle begins with a session."""
    starts = np.cumsum([0, *map(len, cycles)])[:-1]
    begin = FIRST - timedelta(len(before))
    days = diary_of("P1", before + "".join(cycles), start=f"{begin}", **columns)
    botox = [Treatment("P1", "botulinum", "Botox", FIRST + timedelta(int(n))) for n in starts] if cycles else []
    empty = (facts_frame((), table) for table in (ATTACKS, DOSES))
    rest = (facts_frame((), table) for table in (INJECTIONS, SCORES, EVENTS))
    return report_content(find(Tables(days, *empty, treatments(*botox, *given), *rest), usual_level=12))


def part(headaches, days=28):
    """So many headache days in so many, spread evenly."""
    marks = np.floor(np.arange(1, days + 1) * headaches / days) > np.floor(np.arange(days) * headaches / days)
    return "".join("1" if mark else "0" for mark in marks)


def months(*headaches):
    return "".join(map(part, headaches))


PREVENTIVE = Treatment("P1", "preventive", "Topiramate", FIRST + timedelta(20), amount=50, unit="mg")
COSMETIC = Treatment("P1", "botulinum", "Botox", FIRST + timedelta(30), purpose="cosmetic")
NEAR_DAILY = "1" * (28 + 84)

DIARIES = {
    "better": lambda: drawn(months(18, 20, 19), months(8, 7, 9), months(6, 5, 7), months(5, 4, 8)),
    "worse": lambda: drawn(months(10, 9, 11), months(20, 22, 21), months(22, 24, 23)),
    "no change": lambda: drawn(months(14, 15, 14), months(14, 15, 13), months(15, 14, 14)),
    "near-daily": lambda: drawn(
        NEAR_DAILY[:28], NEAR_DAILY[28:], severity="3" * 14 + "2" * 14 + "2" * 70 + "3" * 14, minutes=[600] * 112
    ),
    "no session": lambda: drawn(months(14, 15)),
    "sparse": lambda: drawn("1.0..1." * 4, "..0.1.." * 12),
    "other treatment too": lambda: drawn(
        months(18, 20, 19),
        months(8, 7, 9),
        months(6, 5, 7),
        given=[PREVENTIVE, COSMETIC],
        triptan=months(12, 12, 12, 1, 1, 1, 1, 1, 1),
    ),
    "with periods": lambda: drawn(
        months(14, 15, 14), months(10, 9, 8), menses=("1111" + "0" * 24) * 6, kind=["migraine"] * 168
    ),
    "a long diary before": lambda: drawn(months(*[14, 16] * 5), months(8, 7, 9)),
    "wearing off": lambda: drawn(months(18, 18, 18), *[months(4, 4, 18)] * 4),
}


@cache
def content_of(name):
    return DIARIES[name]()


@pytest.fixture(params=DIARIES)
def content(request):
    return content_of(request.param)


def texts(thing) -> Iterator[str]:
    """Every text in a report's content, however deep."""
    if isinstance(thing, str):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from texts(getattr(thing, field.name))
    elif isinstance(thing, tuple | list):
        for part_of in thing:
            yield from texts(part_of)


def test_no_report_says_that_a_treatment_made_a_change(content):
    assert {} == {text: found for text in texts(content) if (found := causal_words(text))}


def test_every_report_says_that_it_cannot_say_why(content):
    assert any("cannot say why something changed" in text for text in texts(content))


def test_what_is_said_to_the_patient_can_be_read_at_the_age_of_12(content):
    assert grade(" ".join(content.plain)) <= AGE_12


def test_no_sentence_to_the_patient_asks_for_more_than_two_years_more(content):
    assert {} == {text: grade(text) for text in content.plain if grade(text) > AGE_12 + 2}


def test_the_diaries_differ_in_what_is_said_of_them():
    said = {name: content_of(name).headline for name in ("better", "worse", "no change", "no session")}

    assert "fewer" in said["better"]
    assert "more" in said["worse"]
    assert "No clear change" in said["no change"]
    assert "cannot tell" in said["no session"]


# --- what the modules could say

RATES = Rate(7, 28, 28), Rate(20, 28, 28)
SENTENCES = [
    *(
        patient_sentence(WearOff(n, *RATES, change, low, high))
        for n in (0, 1, 3)
        for change, low, high in ((13, 2, 20), (-5, -9, -1), (1, -4, 6))
    ),
    *(Confounded(2, what).patient_sentence() for what in ((), ("Topiramate started on 1 Mar 2026",))),
    *(
        Relation("P1", relation, 4, 2, 1, 0, 3, 1).patient_sentence()
        for relation in (menses.PURE, menses.RELATED, menses.EITHER, menses.NEITHER, menses.CANNOT_TELL)
    ),
    *(
        Association("sleep", 1, Split(onsets, 40), Split(15, 90), 1.0, 2.0, 1.0, 4.0, 0.01, q).patient_sentence()
        for onsets, q in ((12, 0.03), (12, 0.3), (1, 0.3), (12, float("nan")))
    ),
    *(Overlap("P1", 1, 4, 12, nap, 0.8, -0.5, 0.1).patient_sentence() for nap in (0.9, float("nan"))),
    *(benchmark.patient_sentence() for benchmark in BENCHMARKS),
    *(f"In your latest months, {said}" for said in criteria.PLAIN.values()),
    *(said.format(when="In your latest months") for said in medication.PLAIN.values()),
]


@pytest.mark.parametrize("sentence", sorted(set(SENTENCES)))
def test_each_sentence_to_a_patient_is_plain_and_names_no_cause(sentence):
    assert [] == causal_words(sentence)
    assert grade(sentence) <= AGE_12 + 2


def test_the_sentences_to_a_patient_together_can_be_read_at_the_age_of_12():
    assert grade(" ".join(SENTENCES)) <= AGE_12


FOLDER = Path(analysis.__file__).parent
WRITING = sorted(path for path in FOLDER.rglob("*.py") if path.parent.name != "charts")


def literals(path: Path) -> Iterator[str]:
    """The texts in a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained:
            yield node.value


@pytest.mark.parametrize("path", WRITING, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_text_in_a_module_of_the_analysis_names_a_cause(path):
    assert {} == {text: found for text in literals(path) if (found := causal_words(text))}


# --- the test itself


@pytest.mark.parametrize(
    "text",
    [
        "Botox reduced headache days.",
        "Fewer headaches because of Botox.",
        "The fall is due to treatment.",
        "It worked.",
        "The treatment helped.",
        "This proves it.",
        "An effect was seen.",
        "Sleep triggers headache.",
    ],
)
def test_a_causal_sentence_would_be_found(text):
    assert causal_words(text)


@pytest.mark.parametrize(
    "text", ["Headache days were fewer.", "Side effects", "Networks", "The difference may be chance."]
)
def test_a_sentence_without_a_cause_passes(text):
    assert [] == causal_words(text)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("headache", 2),
        ("injection", 3),
        ("days", 1),
        ("little", 2),
        ("wanted", 2),
        ("logged", 1),
        ("uses", 2),
        ("14", 2),
        ("the", 1),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word, syllables):
    assert syllables == count_syllables(word)


def test_a_childs_sentence_has_a_low_grade_and_a_papers_a_high_one():
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Onabotulinumtoxin administration demonstrated clinically meaningful reductions in frequency.") > 15
