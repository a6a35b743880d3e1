"""The letter: fifteen points in order, warnings first, and the same words in PDF, Word and workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from analysis.charts import Shown, chart_figure, chart_text, chart_texts, svg_bytes
from analysis.definitions import day_rules
from analysis.findings import find
from analysis.reports.content import report_content
from analysis.reports.letter import letter
from analysis.reports.letter.baseline import baseline_section
from analysis.reports.letter_pdf import write_letter
from analysis.reports.workbook import write_workbook
from diary.days import day_tables
from diary.demo import demo_batch
from diary.model import AdverseEvent, Batch, Consultation, DayLog, Score, Treatment
from diary.tables import FACTS, facts_frame
from tests.test_pdf import SVG, charts_alt, squeezed, structure, text_of
from tests.test_wording import causal_words

POINTS = [
    "1. Identification",
    "2. Diagnosis, criteria and medication overuse",
    "3. Preventives",
    "4. Injections",
    "5. Baseline",
    "6. Cycles",
    "7. Questionnaires",
    "8. Response",
    "9. Wearing off",
    "10. Side effects",
    "11. Other changes, and missing days",
    "12. The clinician's decision",
    "13. Next review",
    "14. The patient's goal and view",
    "15. Keep in mind",
]
INPUTS = ({"name": "my diary.xlsx", "sha256": "9f86d081884c7d65"},)
HOSTILE = '=HYPERLINK("http://x") #strong[x] <b>*b*</b> @ref'


def findings_of(batch, **asked):
    return find(day_tables({name: facts_frame(getattr(batch, name), table) for name, table in FACTS.items()}), **asked)


def diary_of(days=260, sessions=(90, 174), *facts, patient="P7"):
    """A diary from 2025 on with headache every other day, sessions so many days in, and other facts."""
    first = date(2025, 1, 1)
    logs = tuple(DayLog(patient, first + timedelta(n), headache=n % 2 == 0) for n in range(days))
    given = tuple(Treatment(patient, "botulinum", "Botox", first + timedelta(n), amount=155) for n in sessions)
    kinds = {Treatment: "treatments", AdverseEvent: "events", Consultation: "consultations", Score: "scores"}
    batch = Batch(days=logs, treatments=given)
    for fact in facts:
        name = kinds[type(fact)]
        batch = replace(batch, **{name: (*getattr(batch, name), fact)})
    return batch


def letter_of(batch, **asked):
    findings = findings_of(batch, **asked)
    return letter(findings, report_content(findings), INPUTS)


@pytest.fixture(scope="module")
def plain():
    """The letter of a diary of two cycles in which nothing else is written down."""
    return letter_of(diary_of())


@pytest.fixture(scope="module")
def long():
    """The letter of a diary of many cycles."""
    return letter_of(diary_of(1400, range(90, 1400, 85)))


def texts(said):
    """Every text of a letter, in order."""
    yield from (said.title, said.headline, *said.warnings)
    for heading, section in said.numbered:
        yield from (heading, *section.paragraphs)
        for table in section.tables:
            yield from (table.title, *table.header, *(cell for row in table.rows for cell in row), table.note)
    yield from said.facts


def figures(said):
    return {stem for section in said.sections for stem in section.figures}


def plain_pdf(said, path):
    """The letter with a black rectangle for each chart."""
    stems = figures(said)
    drawn, alt = dict.fromkeys(stems, SVG), {stem: f"What {stem} shows." for stem in stems}
    return PdfReader(write_letter(said, drawn, alt, path, made=date(2025, 12, 7)))


@pytest.fixture(scope="module")
def demo():
    return findings_of(demo_batch())


@pytest.fixture(scope="module")
def said(demo):
    return letter(demo, report_content(demo), INPUTS)


@pytest.fixture(scope="module")
def pdf(demo, said, tmp_path_factory):
    folder = tmp_path_factory.mktemp("letter")
    shown = Shown(demo.marked, demo.windows, demo.outcomes, demo.tables.treatments, demo.tables.injections)
    drawn = {stem: svg_bytes(chart_figure(stem, shown)) for stem in figures(said)}
    alt = {stem: chart_text(stem, shown) for stem in drawn}
    return PdfReader(write_letter(said, drawn, alt, folder / "letter.pdf", made=demo.as_of))


# What is said


def test_the_fifteen_points_stand_in_order(said):
    assert POINTS == [heading for heading, _ in said.numbered]


@pytest.mark.parametrize("diary", ["one day", "no session", "no baseline", "two cycles", "fifteen cycles"])
def test_every_point_says_something_of_every_diary(diary, plain, long, tmp_path):
    short = {"one day": (1, ()), "no session": (120, ()), "no baseline": (40, (35,))}
    found = letter_of(diary_of(*short[diary])) if diary in short else plain if diary == "two cycles" else long

    assert POINTS == [heading for heading, _ in found.numbered]
    silent = [s.title for s in found.sections if not s.paragraphs and not any(table.rows for table in s.tables)]
    assert [] == silent
    assert plain_pdf(found, tmp_path / "letter.pdf").pages


def test_what_nobody_wrote_down_is_said_to_be_not_documented(plain):
    text = " ".join(texts(plain)).casefold()

    assert text.count("not documented") >= 8


def test_no_sentence_of_the_program_names_a_cause(plain):
    assert {} == {text: found for text in texts(plain) if (found := causal_words(text))}


def test_the_long_course_goes_with_the_cycles(said):
    assert {"blocks", "course"} == set(said.sections[5].figures)
    assert ["Every measure, baseline and cycles", "All cycles"] == [table.title for table in said.sections[5].tables]


def test_of_many_cycles_the_latest_stand_side_by_side(long):
    cycles = long.sections[5]

    measures = next(table for table in cycles.tables if table.title.startswith("Every measure"))
    assert ("Cycle 13", "Cycle 14", "Cycle 15", "Cycle 16") == measures.header[2:6]
    assert "The latest 4 cycles are shown." in measures.note


def test_headache_days_of_four_hours_stand_beside_those_of_any_length(said):
    measures = said.sections[5].tables[0]

    assert ["Headache days", "Headache days of at least 4 hours"] == [row[0] for row in measures.rows[:2]]


def test_the_baseline_says_what_each_block_of_28_days_had(said):
    assert (
        "3 blocks of 28 days, 82 of 84 logged. It has 19.5 headache days per 28 days." in said.sections[4].paragraphs[0]
    )
    assert ["28 of 28", "27 of 28", "27 of 28"] == [row[1] for row in said.sections[4].tables[0].rows]


@pytest.mark.parametrize(("asked", "column"), [({"baseline_blocks": 2}, 2), ({"day_rules": day_rules("4h")}, None)])
def test_the_baseline_gives_no_number_where_too_few_days_are_known(asked, column):
    """Of the earlier block 10 days are logged; how long a headache was is written down on one day in two."""
    batch = diary_of(260, (90,))
    logs = [log for n, log in enumerate(batch.days) if not 34 <= n < 52]
    said = baseline_section(findings_of(replace(batch, days=tuple(logs)), **asked))

    told = said.tables[0].rows[0][column] if column else said.paragraphs[0]
    assert "cannot tell" in told


def test_what_else_changed_is_named_once_with_its_cycles(said):
    changes = said.sections[10].tables[0]

    assert ("Candesartan started on 1 Apr 2025", "cycles 3, 4 and 5") in changes.rows


def test_the_letter_names_program_rules_definitions_and_files(said):
    facts = " ".join(said.facts)

    assert "NICE technology appraisal guidance 260" in facts
    assert "my diary.xlsx (SHA-256 9f86d081884c7d65)" in facts
    assert "A calendar day with any headache" in facts
    assert "migraine-diary 0." in facts


# What must not be missed


def test_a_serious_side_effect_and_thoughts_of_self_harm_stand_above_everything(tmp_path):
    event = AdverseEvent("P7", date(2025, 4, 5), "swallowing difficulty", "severe")
    answer = Score("P7", date(2025, 6, 1), "phq9", 2, item="9")
    found = letter_of(diary_of(260, (90, 174), event, answer))

    assert any("swallowing difficulty" in text for text in found.warnings)
    assert any("question 9" in text for text in found.warnings)
    first = squeezed(text_of(plain_pdf(found, tmp_path / "letter.pdf").pages[:1]))
    places = [first.index(squeezed(text)) for text in (*found.warnings, found.headline, POINTS[0])]
    assert sorted(places) == places


def test_without_either_nothing_stands_above(said):
    assert () == said.warnings


# As a PDF


def test_the_pdf_says_everything_that_the_letter_says(pdf, said):
    whole = squeezed(text_of(pdf.pages))

    assert [] == [text for text in texts(said) if squeezed(text) not in whole]


def test_the_letter_of_five_cycles_has_at_most_seven_pages_of_a4(pdf):
    assert len(pdf.pages) <= 7
    assert {(595, 842)} == {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.pages}


def test_the_pdf_is_tagged_and_has_a_language_and_a_title(pdf, said):
    root = pdf.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert "en-GB" == root["/Lang"]
    assert said.title == pdf.metadata.title
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_every_figure_has_a_text_for_those_who_cannot_see_it(pdf, demo, said):
    shown = demo.marked, demo.windows, demo.outcomes, demo.tables.treatments, demo.tables.injections
    alt = chart_texts(*shown)

    assert {"blocks", "course", "injections"} == figures(said)
    assert {alt[stem] for stem in figures(said)} == set(charts_alt(pdf))


def test_headings_and_tables_are_tagged(pdf):
    kinds = {node.get("/S") for node in structure(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])}

    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= kinds


def test_the_same_letter_has_the_same_bytes(said, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        plain_pdf(said, tmp_path / name)

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_no_note_can_act_as_markup(tmp_path):
    goal = Consultation("P7", date(2025, 6, 1), "goal", HOSTILE)

    shown = squeezed(text_of(plain_pdf(letter_of(diary_of(260, (90,), goal)), tmp_path / "letter.pdf").pages))

    assert squeezed(HOSTILE) in shown


# In the workbook


def test_the_workbook_has_the_same_points(demo, said, tmp_path):
    book = load_workbook(write_workbook(demo, report_content(demo), said, tmp_path / "a.xlsx"))
    cells = {cell.value for row in book["Letter"].iter_rows() for cell in row}

    assert [] == [text for text in texts(said) if text and text not in cells]


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@x", "\tx", "−1"])
def test_text_that_looks_like_a_formula_stays_text(begin, tmp_path):
    goal = Consultation("P7", date(2025, 6, 1), "goal", f"{begin} {HOSTILE}")
    findings = findings_of(diary_of(260, (90,), goal))
    content = report_content(findings)
    path = write_workbook(findings, content, letter(findings, content)._replace(headline=begin), tmp_path / "a.xlsx")

    sheet = load_workbook(path)["Letter"]
    assert {"s"} == {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert begin in {cell.value for row in sheet.iter_rows() for cell in row}
    assert all(
        cell.quotePrefix for row in sheet.iter_rows() for cell in row if cell.value == begin and begin[0] in "=+-@\t"
    )
