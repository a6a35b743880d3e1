"""The letter in Word: real headings and tables that can be edited, nothing that runs, nothing that reaches outside."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from matplotlib.figure import Figure
from pypdf import PdfReader

from analysis.reports.letter_word import WIDTH, column_widths, write_word
from diary import __version__
from diary.demo import demo_batch
from diary.model import Consultation
from tests.test_letter import HOSTILE, POINTS, diary_of, figures, letter_of, texts
from tests.test_pdf import squeezed, text_of

MADE = date(2025, 12, 7)


@pytest.fixture(scope="module")
def png(tmp_path_factory):
    path = tmp_path_factory.mktemp("chart") / "chart.png"
    Figure(figsize=(6.7, 3)).savefig(path)
    return path


@pytest.fixture(scope="module")
def said():
    return letter_of(demo_batch())


@pytest.fixture(scope="module")
def path(said, png, tmp_path_factory):
    return written(said, png, tmp_path_factory.mktemp("letter") / "letter.docx")


@pytest.fixture(scope="module")
def document(path):
    return docx.Document(path)


def written(said, png, path):
    stems = figures(said)
    return write_word(said, dict.fromkeys(stems, png), {stem: f"What {stem} shows." for stem in stems}, path, made=MADE)


def body(document):
    """Every text of the document, in tables too."""
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return {*(paragraph.text for paragraph in document.paragraphs), *cells}


def test_word_says_everything_that_the_letter_says(document, said):
    there = {squeezed(text) for text in body(document)}

    assert [] == [text for text in texts(said) if text and squeezed(text) not in there]


def test_the_points_are_real_headings(document):
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]

    assert POINTS == headings
    assert "All cycles" in [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 2"]


def test_every_table_repeats_its_header_and_keeps_its_rows_whole(document):
    assert len(document.tables) > 10
    for table in document.tables:
        marks = [row._tr.trPr for row in table.rows]
        assert marks[0].find(qn("w:tblHeader")) is not None
        assert all(mark.find(qn("w:cantSplit")) is not None for mark in marks)


def test_every_picture_has_a_text_for_those_who_cannot_see_it(document, said):
    pictures = [shape._inline.docPr for shape in document.inline_shapes]

    assert {f"What {stem} shows." for stem in figures(said)} == {picture.get("descr") for picture in pictures}


def test_the_language_is_british_english(document):
    languages = {language.get(qn("w:val")) for language in document.styles.element.iter(qn("w:lang"))}

    assert {"en-GB"} == languages
    assert "en-GB" == document.core_properties.language


def test_the_file_is_dated_by_the_letter_and_not_by_the_clock(path, document, said):
    about = document.core_properties

    assert datetime(2025, 12, 7) == about.created.replace(tzinfo=None) == about.modified.replace(tzinfo=None)
    assert (said.title, f"migraine-diary {__version__}") == (about.title, about.author)
    with ZipFile(path) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {member.date_time for member in archive.infolist()}


def test_the_same_letter_has_the_same_bytes(path, said, png, tmp_path):
    assert path.read_bytes() == written(said, png, tmp_path / "again.docx").read_bytes()


def test_nothing_runs_and_nothing_reaches_outside(path):
    with ZipFile(path) as archive:
        names = archive.namelist()
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))

    assert [] == [name for name in names if "vba" in name.casefold() or "thumbnail" in name]
    assert b"External" not in links


@pytest.mark.parametrize("text", [HOSTILE, "<w:t>", "&amp; ]]>", "{ DATE }", '"', "é 頭痛 \U0001f92f"])
def test_no_note_can_act_as_markup(text, png, tmp_path):
    found = letter_of(diary_of(260, (90,), Consultation("P7", date(2025, 6, 1), "goal", text)))

    shown = " ".join(body(docx.Document(written(found, png, tmp_path / "a.docx"))))
    assert squeezed(text) in squeezed(shown)


def test_characters_that_no_xml_can_hold_are_left_out(png, tmp_path):
    goal = Consultation("P7", date(2025, 6, 1), "goal", "a\x00b\x1f \ufffe\nc")

    shown = " ".join(body(docx.Document(written(letter_of(diary_of(260, (90,), goal)), png, tmp_path / "a.docx"))))
    assert "The patient's own goal: ab c, noted on 1 Jun 2025." in shown


def test_a_figure_without_a_chart_is_left_out(said, tmp_path):
    document = docx.Document(write_word(said, {}, {}, tmp_path / "a.docx", made=MADE))

    assert 0 == len(document.inline_shapes)


@pytest.mark.parametrize(
    "rows",
    [
        [("Date", "What"), ("1 Mar 2026", "x" * 300)],
        [("A", "B"), ("1", "2")],
        [("x" * 20,) * 12],
        [("only one",)],
    ],
)
def test_the_columns_of_a_table_fill_the_width_of_the_text(rows):
    widths = column_widths(rows)

    assert pytest.approx(WIDTH) == sum(widths)
    assert min(widths) > 0.5


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("lowriter") is None, reason="LibreOffice Writer is not installed")
def test_another_program_opens_it_with_every_point(path, tmp_path):
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)

    pages = PdfReader(BytesIO((tmp_path / "letter.pdf").read_bytes())).pages
    shown = squeezed(text_of(pages))
    assert len(pages) <= 10
    assert [] == [point for point in POINTS if squeezed(point) not in shown]
