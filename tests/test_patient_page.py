"""The patient's page: one page, plain words, large type, and only what the diary can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import NamedTuple

import pytest
from matplotlib.text import Text
from pypdf import PdfReader

from analysis import charts
from analysis.charts.rounds import LARGE, TOO_FEW, describe_rounds, draw_rounds
from analysis.charts.style import new_figure
from analysis.findings import Findings
from analysis.reports.content import Content, report_content
from analysis.reports.patient_page import NO_VISIT, next_visit, page_data, write_patient_page
from diary.demo import demo_batch
from diary.model import AdverseEvent, Consultation, Treatment
from tests.readability import AGE_12, grade
from tests.test_letter import diary_of, findings_of
from tests.test_pdf import charts_alt, squeezed, text_of
from tests.test_wording import causal_words

FIRST = date(2025, 1, 1)


class Read(NamedTuple):
    """A diary as the page tells of it."""

    findings: Findings
    content: Content


def read(findings):
    return Read(findings, report_content(findings))


def page_of(diary, folder):
    findings, content = diary
    shown = charts.Shown(findings.marked, findings.windows, findings.outcomes, findings.tables.treatments)
    svg = {"rounds": charts.svg_bytes(charts.chart_figure("rounds", shown))}
    alt = {"rounds": describe_rounds(findings.outcomes)}
    made = write_patient_page(findings, content, svg, alt, folder / "patient.pdf", made=findings.as_of)
    return PdfReader(BytesIO(made.read_bytes()))


def sentences(diary):
    """What the page says to the patient, in order."""
    data = page_data(*diary)
    return [data["headline"], *data["told"], *data["cannot"], data["next"]]


@pytest.fixture(scope="module")
def demo():
    return read(findings_of(demo_batch()))


@pytest.fixture(scope="module")
def page(demo, tmp_path_factory):
    return page_of(demo, tmp_path_factory.mktemp("page"))


def busy():
    """A diary with everything at once: many changes, two serious side effects, many rounds, many blank days."""
    changes = [
        Treatment("P7", "preventive", f"A long name of medicine {n}", FIRST + timedelta(95 + n)) for n in range(9)
    ]
    events = [AdverseEvent("P7", FIRST + timedelta(100 + n), "swallowing difficulty", "severe") for n in range(2)]
    batch = diary_of(1400, range(90, 1400, 85), *changes, *events)
    return findings_of(replace(batch, days=batch.days[:-200]))


DIARIES_HERE = {
    "one day": lambda: findings_of(diary_of(1, ())),
    "no session": lambda: findings_of(diary_of(120, ())),
    "not over yet": lambda: findings_of(diary_of(100, (90,))),
    "two cycles": lambda: findings_of(diary_of()),
    "busy": busy,
}


@cache
def diary_called(name):
    """It is read once for all the tests that look at it."""
    return read(DIARIES_HERE[name]())


@pytest.mark.parametrize("name", DIARIES_HERE)
def test_it_is_one_page_with_every_sentence(name, tmp_path):
    diary = diary_called(name)
    page = page_of(diary, tmp_path)

    assert 1 == len(page.pages)
    shown = squeezed(text_of(page.pages))
    assert [] == [text for text in sentences(diary) if squeezed(text) not in shown]


@pytest.mark.parametrize("name", DIARIES_HERE)
def test_it_can_be_read_at_the_age_of_12_and_names_no_cause(name):
    said = sentences(diary_called(name))

    assert grade(" ".join(said)) <= AGE_12
    assert {} == {text: found for text in said if (found := causal_words(text))}


def test_the_type_is_large_but_for_the_footer(page):
    sizes = []

    def visit(text, place, _, __, size):
        if text.strip() and place[5] > 50:
            sizes.append(abs(size * place[3]))

    page.pages[0].extract_text(visitor_text=visit)
    assert min(sizes) >= 12


def test_it_is_tagged_and_its_chart_has_a_text(page, demo):
    root = page.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert ("en-GB", "Your headache diary") == (root["/Lang"], page.metadata.title)
    assert [describe_rounds(demo.findings.outcomes)] == charts_alt(page)


def test_it_says_how_many_headache_days_and_how_much_medicine_before_and_after(demo):
    said = sentences(demo)

    assert said[0].startswith("Before your first session you had about 19 headache days in four weeks.")
    assert "You took headache medicine on about 11 days in four weeks before, and about 6 after." in said


def test_it_says_what_the_diary_cannot_say(demo):
    said = " ".join(page_data(*demo)["cannot"])

    assert "It cannot say why your headaches changed." in said
    assert "35 of its 555 days are blank." in said


def test_many_other_changes_are_counted_rather_than_named():
    other = next(text for text in sentences(diary_called("busy")) if text.startswith("Other things changed"))

    assert "and 6 more" in other


def test_a_serious_side_effect_stands_above_everything(tmp_path):
    event = AdverseEvent("P7", FIRST + timedelta(100), "swallowing difficulty")
    diary = read(findings_of(diary_of(260, (90, 174), event)))

    shown = text_of(page_of(diary, tmp_path).pages)
    assert shown.index("Ask a doctor about it now") < shown.index("headache days")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            (90, 255, Consultation("P7", date(2025, 6, 1), "next_review", "2026-01-05")),
            "Your next visit is on 5 Jan 2026.",
        ),
        ((90, 255), "Your next injections are due on 6 Dec 2025."),
        ((90,), "Your next injections were due on 24 Jun 2025. Ask your clinic for a date."),
        ((), NO_VISIT),
    ],
)
def test_it_says_when_to_come_next(given, expected):
    sessions = [one for one in given if isinstance(one, int)]
    facts = [one for one in given if not isinstance(one, int)]

    assert expected == next_visit(findings_of(diary_of(260, sessions, *facts)))


# The chart


def chart_of(findings):
    _, (ax,) = new_figure(7.5)
    return draw_rounds(findings.outcomes, ax)


def test_the_chart_has_a_bar_before_and_for_each_round(demo):
    ax = chart_of(demo.findings)

    assert ["19", "17", "15", "14", TOO_FEW, "12"] == [text.get_text() for text in ax.texts]
    assert "days in four weeks" == ax.get_ylabel()


def test_the_chart_is_written_large(demo):
    written = [text for text in chart_of(demo.findings).findobj(Text) if text.get_text()]

    assert min(text.get_fontsize() for text in written) >= LARGE


def test_of_many_rounds_the_latest_seven_are_drawn():
    ax = chart_of(diary_called("busy").findings)

    assert 8 == len(ax.patches)


def test_without_a_round_the_chart_says_so():
    findings = diary_called("no session").findings

    assert "There is no round of injections to show yet." == chart_of(findings).texts[0].get_text()
    assert "there is no round of injections to show yet." in describe_rounds(findings.outcomes)


def test_the_chart_in_words_names_every_round(demo):
    said = describe_rounds(demo.findings.outcomes)

    assert "before 19, round 1 17, round 2 15, round 3 14, round 4 cannot tell, round 5 12." in said
