"""A whole case of a clinic, from the first visit to the letter, through the commands that people type.

``tests/golden/clinic_letter.txt`` holds what the letter says, as a reader of the Word document gets it; ``make golden``
writes it anew.
"""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.terminal import Terminal

GOLDEN = Path(__file__).parent / "golden" / "clinic_letter.txt"
FIRST_DAY = date(2025, 9, 1)
FIRST, SECOND = FIRST_DAY + timedelta(84), FIRST_DAY + timedelta(168)
"""24 November 2025 and 16 February 2026: twelve weeks of diary before the first session, and two whole cycles."""

PAIN = {"0": "none", "1": "mild", "2": "moderate", "3": "severe"}
MONTHS = ["2230022322002233022300322022", "2230022322002233022300322022", "3230022322.02233022300322022"]
MONTHS += ["2030002302002030020300302020", "2000002300002030020000302000", "20.0000200002030000000302000"]
MONTHS += ["2000002000002000020000002000", "2000000000002000000000002000", "2000002000002030020000002020"]
"""A mark a day, 0 none to 3 severe, a dot where nothing was written; three months before, and two cycles."""

COMMANDS = f"""
import diary.csv
preventive start Amitriptyline --date 2024-01-08 --dose "50 mg"
preventive stop Amitriptyline --date 2024-06-30 --reason "no effect"
preventive start Topiramate --date 2024-09-02 --dose "100 mg"
preventive stop Topiramate --date 2025-02-28 --reason "side effects"
preventive start Candesartan --date 2025-03-10 --dose "16 mg"
preventive stop Candesartan --date 2025-08-01 --reason "no effect"
visit add diagnosis "chronic migraine without aura" --date {FIRST}
visit add overuse_managed "no overuse" --date {FIRST}
visit add contraindications "none found" --date {FIRST}
visit add goal "to sing in the choir again" --date {FIRST}
botox add {FIRST} preempt --lot C7731 --expiry 2027-05 --dilution 2 --injector K.L. --consent
botox add {SECOND} preempt --extra "trapezius right 10" --lot C7802 --expiry 2027-09 --injector K.L. --consent
side-effect add "neck pain" --date {FIRST + timedelta(3)} --severity mild --session {FIRST}
side-effect resolve "neck pain" --date {FIRST + timedelta(3)} --on {FIRST + timedelta(9)}
side-effect add dysphagia --date {SECOND + timedelta(5)} --severity moderate --session {SECOND}
score add hit6 --answers "13 13 11 11 11 10" --date {FIRST}
score add hit6 60 --date {SECOND}
score add midas 70 --date {FIRST}
score add midas 34 --date {SECOND}
visit add side_effects_asked "neck pain for six days" --date {SECOND}
visit add decision continue --date {SECOND} --note "=2+2 is what a spreadsheet must not work out"
visit add next_review 2026-05-11 --date {SECOND}
"""


def diary():
    marks = "".join(MONTHS)
    days = [f"{FIRST_DAY + timedelta(n)},{PAIN[mark]}" for n, mark in enumerate(marks) if mark != "."]
    return "\n".join(["Date,Severity", *days, ""])


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The terminal after every command of the case, and its report."""
    terminal = Terminal(tmp_path_factory.mktemp("case"))
    (terminal.folder / "diary.csv").write_text(diary())
    for line in [*COMMANDS.strip().splitlines(), "report --out report", "fhir --out bundle.json"]:
        terminal(line)
        assert 0 == terminal.code, (line, terminal.text)
    return terminal


@pytest.fixture(scope="module")
def folder(case):
    return case.folder / "report"


def text_of(path):
    """The paragraphs and tables of a Word document in their order, a line each."""
    lines = []
    for block in Document(path).iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            lines += [" | ".join(cell.text for cell in row.cells) for row in block.rows]
    return "\n".join(line.rstrip() for line in lines if line.strip()) + "\n"


def test_the_letter_says_what_it_said(folder):
    said = text_of(folder / "letter.docx")
    if os.environ.get("MIGRAINE_REWRITE_GOLDEN"):
        GOLDEN.write_text(said, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == said


def test_the_letter_has_its_fifteen_points(folder):
    headings = [p.text for p in Document(folder / "letter.docx").paragraphs if p.style.name == "Heading 1"]

    assert [f"{n}." for n in range(1, 16)] == [heading.split(" ")[0] for heading in headings]


@pytest.mark.parametrize("name", ["letter.pdf", "report.pdf", "patient.pdf"])
def test_what_can_be_serious_stands_on_the_first_page(folder, name):
    page = " ".join(PdfReader(folder / name).pages[0].extract_text().split())

    assert "This can be serious." in page


def test_what_can_be_serious_stands_in_the_workbook_and_in_the_json(folder):
    summary = load_workbook(folder / "outcomes.xlsx")["Summary"]
    cells = " ".join(str(cell.value) for row in summary.iter_rows(max_row=8) for cell in row if cell.value)

    assert "This can be serious." in cells
    assert "swallowing" in json.loads((folder / "outcomes.json").read_text())["warnings"][0]


def test_the_patient_has_one_page(folder):
    assert 1 == len(PdfReader(folder / "patient.pdf").pages)


def test_a_note_that_looks_like_a_formula_stays_text(folder):
    sheets = load_workbook(folder / "outcomes.xlsx")
    found = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if "spreadsheet" in str(cell.value)]

    assert found
    assert {"s"} == {cell.data_type for cell in found}


def test_the_bundle_comes_back_with_the_same_visit(case):
    other = Terminal(case.folder / "other")
    other.folder.mkdir(exist_ok=True)
    other(f"import {case.folder / 'bundle.json'}")
    for line in ("botox list", "preventive list", "score list", "side-effect list"):
        assert rows(case(line)) == rows(other(line)), line


def rows(text):
    """The lines of a printed table."""
    return [line.split() for line in text.splitlines() if any(character.isdigit() for character in line)]
