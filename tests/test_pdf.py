"""The PDF says what the content says, on few pages, readable by eye and by ear; and no text can act as markup."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from analysis import charts
from analysis.findings import find
from analysis.reports.content import report_content
from analysis.reports.pdf import PdfError, report_data, typeset, write_details, write_pdf
from analysis.reports.pieces import TextTable
from diary import __version__
from diary.days import day_tables
from diary.demo import demo_batch
from diary.model import Batch, DayLog, Problem, Treatment
from diary.tables import FACTS, facts_frame

MADE = date(2025, 12, 7)
INPUTS = ({"name": "my diary.xlsx", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},)
STEMS = ("calendar", "blocks", "severity", "medication", "phases")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="482" height="275"><rect width="482" height="275"/></svg>'
HOSTILE = '#strong[x] $x$ @ref \\ <label> *b* _i_ `c` // = #read("/etc/passwd")'


def findings_of(batch):
    return find(day_tables({name: facts_frame(getattr(batch, name), table) for name, table in FACTS.items()}))


def svg_charts(findings):
    figures = charts.chart_figures(findings.marked, findings.windows, findings.outcomes, findings.tables.treatments)
    return {name: charts.svg_bytes(figure) for name, figure in figures.items()}


def diary_of(days, sessions=(), *, patient="P7", every=2):
    """A diary from 2015 on with headache on one day in *every*, and sessions so many days after its beginning."""
    first = date(2015, 1, 1)
    logs = tuple(DayLog(patient, first + timedelta(n), headache=n % every == 0) for n in range(days))
    given = tuple(Treatment(patient, "botulinum", "Botox", first + timedelta(n)) for n in sessions)
    return Batch(days=logs, treatments=given)


def plain_report(content, path, stems=STEMS):
    """The report with a black rectangle for each chart."""
    drawn, alt = dict.fromkeys(stems, SVG), {stem: f"What {stem} shows." for stem in STEMS}
    return PdfReader(write_pdf(content, drawn, alt, path, made=MADE, inputs=INPUTS))


def text_of(pages):
    """The words of the pages with single spaces; a break that was put into a long run is taken out."""
    return " ".join(" ".join(page.extract_text().split()) for page in pages).replace("\u200b", "")


def squeezed(text):
    return "".join(text.split())


@pytest.fixture(scope="module")
def demo():
    return findings_of(demo_batch())


@pytest.fixture(scope="module")
def content(demo):
    return report_content(demo)


@pytest.fixture(scope="module")
def pdf(demo, content, tmp_path_factory):
    """The demo's report with its real charts, as bytes."""
    folder = tmp_path_factory.mktemp("report")
    alt = charts.chart_texts(demo.marked, demo.windows, demo.outcomes)
    drawn = svg_charts(demo)
    return write_pdf(content, drawn, alt, folder / "report.pdf", made=demo.as_of, inputs=INPUTS).read_bytes()


@pytest.fixture(scope="module")
def report(pdf):
    return PdfReader(BytesIO(pdf))


@pytest.fixture(scope="module")
def texts(report):
    """The words of each page of the demo's report."""
    return [text_of([page]) for page in report.pages]


def test_a_diary_of_five_cycles_fills_two_to_four_pages_of_a4(report):
    assert 2 <= len(report.pages) <= 4
    assert {(595, 842)} == {(round(page.mediabox.width), round(page.mediabox.height)) for page in report.pages}


def test_the_first_page_holds_the_headline_every_point_and_the_table(texts, content):
    first = squeezed(texts[0])

    said = [content.headline, *(part for point in content.points for part in point)]
    said += [cell for row in content.summary.rows for cell in row]
    assert [] == [text for text in said if squeezed(text) not in first]


def test_everything_else_that_the_content_says_is_in_the_report(texts, content):
    whole = squeezed("".join(texts))

    tables = (content.measures, content.phases, content.treatments, content.scores, content.events)
    said = [cell for table in tables for row in table.rows for cell in row]
    said += [*content.cautions, *(part for verdict in content.verdicts for part in verdict[:3])]
    said += [part for method in content.methods for part in method]
    assert [] == [text for text in said if squeezed(text) not in whole]


def test_the_details_hold_the_plain_words_the_criteria_and_every_rule_set(content, demo, tmp_path):
    pages = PdfReader(write_details(content, tmp_path / "details.pdf", made=demo.as_of)).pages
    whole = squeezed("".join(text_of([page]) for page in pages))

    said = [*content.plain, *(cell for table in content.further for row in table.rows for cell in row)]
    assert [] == [text for text in said if squeezed(text) not in whole]


def test_every_page_names_the_patient_the_day_and_its_number_and_that_it_does_not_decide(texts):
    for number, text in enumerate(texts, start=1):
        assert "Patient DEMO, as of 7 Dec 2025" in text
        assert "This report describes; it does not decide." in text
        assert f"Page {number} of {len(texts)}" in text


def test_the_report_names_the_files_it_rests_on_and_the_version(texts):
    assert "my diary.xlsx (9f86d081884c7d65)" in texts[-1]
    assert f"Made with migraine-diary {__version__}" in texts[-1]


def test_the_file_is_tagged_and_has_a_language_and_a_title(report, content):
    root = report.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert "en-GB" == root["/Lang"]
    assert content.title == report.metadata.title
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def structure(node):
    """Every element of the structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif hasattr(node, "get"):
        yield node
        if "/K" in node:
            yield from structure(node["/K"])


def charts_alt(report):
    elements = structure(report.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return [str(node["/Alt"]) for node in elements if node.get("/S") == "/Figure"]


def test_every_chart_has_a_text_for_those_who_cannot_see_it(report, demo):
    alt = charts.chart_texts(demo.marked, demo.windows, demo.outcomes)

    assert {alt[stem] for stem in ("blocks", "severity", "medication", "calendar")} == set(charts_alt(report))


def pages_of_charts(report):
    """The number of the page on which each chart stands, in reading order."""
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(report.pages, start=1)}
    elements = structure(report.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return [numbers[node.raw_get("/Pg").idnum] for node in elements if node.get("/S") == "/Figure"]


def test_only_the_block_chart_stands_on_the_first_page(report, demo):
    blocks = charts.chart_texts(demo.marked, demo.windows, demo.outcomes)["blocks"]

    assert blocks == charts_alt(report)[0]
    assert [1] == [number for number in pages_of_charts(report) if number == 1]


def test_the_chart_stays_on_the_first_page_where_its_words_are_long(content, tmp_path):
    wordy = replace(
        content, points=tuple(point._replace(answer=point.answer + 25 * " word") for point in content.points)
    )

    assert 1 == pages_of_charts(plain_report(wordy, tmp_path / "report.pdf", ("blocks",)))[0]


def test_tables_and_headings_are_tagged(report):
    kinds = {node.get("/S") for node in structure(report.trailer["/Root"]["/StructTreeRoot"]["/K"])}

    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds


def test_every_font_is_embedded(report):
    fonts = [font.get_object() for page in report.pages for font in page["/Resources"].get("/Font", {}).values()]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts]

    assert inner
    assert all("/FontFile3" in font["/FontDescriptor"] or "/FontFile2" in font["/FontDescriptor"] for font in inner)
    assert all("Libertinus" in font["/BaseFont"] or "DejaVu" in font["/BaseFont"] for font in inner)


def test_the_same_report_has_the_same_bytes(content, tmp_path):
    plain_report(content, tmp_path / "a.pdf")
    plain_report(content, tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_the_date_of_the_file_is_the_day_as_of_which_it_speaks(report):
    assert MADE == report.metadata.creation_date.date()


@pytest.mark.parametrize("text", [HOSTILE, "#" * 40, "@nothing", "$", "\\", "<a> #", "]", '"', "'", "{", "sys.inputs"])
def test_no_text_can_act_as_markup(content, tmp_path, text):
    written = replace(
        content,
        patient=text,
        treatments=content.treatments._replace(rows=(("1 Mar 2025", text, "", ""),)),
        problems=(Problem(text, text, text),),
        assumptions=(text,),
        cautions=(text,),
    )

    shown = squeezed(text_of(plain_report(written, tmp_path / "report.pdf").pages))

    assert shown.count(squeezed(text)) >= 7


def test_a_character_without_a_glyph_is_shown_as_unknown_and_costs_no_report(content, tmp_path):
    written = replace(content, cautions=("Botox \U0001f92f\x07 頭痛, Ünïcödé, Ж, α",))

    shown = text_of(plain_report(written, tmp_path / "report.pdf").pages)

    assert "Botox \ufffd\ufffd \ufffd\ufffd, Ünïcödé, Ж, α" in shown


def test_a_word_longer_than_its_column_breaks_into_lines(content, tmp_path):
    word = "x" * 300
    written = replace(content, problems=(Problem(word, word, word),))

    report = plain_report(written, tmp_path / "report.pdf")

    lines = [line for line in report.pages[-1].extract_text().splitlines() if "xxx" in line]
    assert squeezed(text_of(report.pages)).count(word) == 3
    assert len(lines) > 5


def test_a_diary_without_a_session_says_what_it_holds_and_leaves_the_rest_out(tmp_path):
    findings = findings_of(diary_of(120))
    content = report_content(findings)

    report = plain_report(content, tmp_path / "report.pdf")

    assert squeezed(content.headline) in squeezed(text_of(report.pages[:1]))
    assert "All measures" not in text_of(report.pages)
    assert "Windows" not in text_of(report.pages)
    assert ["What calendar shows.", "What medication shows."] == charts_alt(report)


def test_a_diary_of_one_day_makes_a_report(tmp_path):
    content = report_content(findings_of(diary_of(1)))

    assert "1 of 1 day logged" in text_of(plain_report(content, tmp_path / "report.pdf").pages)


def test_a_session_without_enough_days_makes_a_report_without_numbers(tmp_path):
    content = report_content(findings_of(diary_of(40, [35])))

    shown = text_of(plain_report(content, tmp_path / "report.pdf").pages)

    assert "All measures" not in shown
    assert "not over yet" in shown


def test_forty_cycles_leave_the_first_page_short_and_stand_in_full_later(tmp_path):
    content = report_content(findings_of(diary_of(3650, range(90, 3650, 91))))
    last = content.summary.rows[-1][0]

    report = plain_report(content, tmp_path / "report.pdf", (*STEMS, "calendar-2", "calendar-3"))

    first, rest = text_of(report.pages[:1]), text_of(report.pages[1:])
    assert "Cycle 3 to Cycle 35 are left out here" in first
    assert last in first
    assert "Cycle 20 " not in first
    assert all(squeezed("".join(row[:3])) in squeezed(rest) for row in content.summary.rows)
    assert 3 == charts_alt(report).count("What calendar shows.")


def test_many_problems_are_counted_rather_than_printed(content, tmp_path):
    written = replace(content, problems=tuple(Problem(f"row {n}", "No date.", "Add one.") for n in range(200)))

    assert "170 more problems: see outcomes.json." in text_of(plain_report(written, tmp_path / "report.pdf").pages)


def test_numbers_are_aligned_right_and_words_left(content):
    sheet = report_data(content, STEMS, MADE)["summary"][0]

    assert [False, False, True, True, True, False, False] == sheet["right"]


def test_an_unknown_font_is_an_error(tmp_path):
    template = tmp_path / "template.typ"
    template.write_text('#set document(title: "x")\n#set text(font: "No Such Font")\nx')

    with pytest.raises(PdfError, match="unknown font family: no such font"):
        typeset({}, MADE, template)


def test_a_chart_that_is_not_svg_is_an_error_with_a_remedy(content, tmp_path):
    with pytest.raises(PdfError, match="Use the workbook"):
        write_pdf(content, {"blocks": b"<svg"}, {"blocks": "x"}, tmp_path / "report.pdf", made=MADE)
    assert not (tmp_path / "report.pdf").exists()


def test_a_table_without_rows_is_left_out(content, tmp_path):
    written = replace(content, events=TextTable("Side effects", ("Date", "What", "Severity", "Over by"), ()))

    assert "Side effects" not in text_of(plain_report(written, tmp_path / "report.pdf").pages)
