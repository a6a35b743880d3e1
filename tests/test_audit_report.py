"""Workbook, PDF, JSON and charts of an audit say the same, name nobody where they must not, and decide nothing."""

import json
from zipfile import ZipFile

import jsonschema
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from analysis.charts.style import new_figure
from analysis.cohort.audit import audit
from analysis.cohort.lines import MODELLED
from analysis.cohort.people import cohort
from analysis.cohort.questions import tally
from analysis.reports.audit import MOST_PATIENTS, audit_content, write_audit
from analysis.reports.audit.charts import audit_figures, audit_texts
from analysis.reports.audit.charts.missing import part_shares
from analysis.reports.audit.charts.spaghetti import MOST, patients_shown
from analysis.reports.audit.charts.waterfall import STEPS, draw_waterfall, outline
from analysis.reports.audit.document import SCHEMA
from analysis.reports.audit.sentences import FEW, NO_CYCLE, NOBODY
from diary.model import Consultation, Problem, Treatment
from tests.drawing import day
from tests.registry_data import AS_OF, invented_part
from tests.test_cohort import CLINIC, END, FIRST, THIRD, diary, part_of, sessions
from tests.test_wording import causal_words, texts

PROBLEMS = (Problem("P0000007.xlsx", "The file cannot be read.", "Save it again as xlsx."),)
INPUTS = ({"name": "P0000001.xlsx", "sha256": "9f86d081884c7d65" * 4},)
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)")


@pytest.fixture(scope="module")
def part():
    return cohort(invented_part(0, 120), as_of=AS_OF)


@pytest.fixture(scope="module")
def exact(part):
    return audit(tally(part))


@pytest.fixture(scope="module")
def done():
    """What was said to be being done while :func:`folder` was written."""
    return []


@pytest.fixture(scope="module")
def folder(exact, part, done, tmp_path_factory):
    """The audit of a clinic of 120 invented patients."""
    out, period = tmp_path_factory.mktemp("audit"), "From 2024 on."
    options = {"people": part, "problems": PROBLEMS, "inputs": INPUTS, "step": done.append}
    write_audit(exact, out, as_of=AS_OF, period=period, **options)
    return out


@pytest.fixture(scope="module")
def outside(exact, part, tmp_path_factory):
    """The same as it may leave the clinic."""
    out = tmp_path_factory.mktemp("outside")
    write_audit(exact, out, as_of=AS_OF, people=part, least=8, problems=PROBLEMS, inputs=INPUTS)
    return out


def squeezed(text):
    return "".join(text.split()).replace("\u200b", "")


def pdf_text(path):
    """What the pages say, without the line at the foot of each: a paragraph may go on beyond it."""
    return squeezed("".join(page.extract_text().rpartition("\n")[0] for page in PdfReader(path).pages))


def read_json(folder):
    return json.loads((folder / "audit.json").read_text(encoding="utf-8"))


# --- the files


def test_everything_is_written_in_one_folder(folder):
    charts = ("lines", "responders", "waterfall", "persistence", "missing", "spaghetti")
    drawn = (f"charts/{chart}.{kind}" for chart in charts for kind in ("png", "svg"))
    expected = {"audit.xlsx", "audit.pdf", "audit.json", *drawn}

    assert expected == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_same_audit_has_the_same_bytes(tmp_path):
    part = part_of(*CLINIC)
    first, second = (
        write_audit(audit(tally(part)), tmp_path / name, as_of=END, people=part, problems=PROBLEMS) for name in "ab"
    )

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_what_is_being_done_is_said_before_it_is(exact, tmp_path):
    said = []
    write_audit(exact, tmp_path, as_of=AS_OF, step=said.append)

    assert ["Writing the workbook", "Drawing the charts", "Setting the PDF"] == said


# --- what is said


@pytest.fixture(scope="module")
def content(exact):
    return audit_content(exact, as_of=AS_OF, problems=PROBLEMS)


def test_the_three_lines_are_told_together_or_not_at_all(content):
    said = [text for text in texts(content.headline) if "still treated" in text]
    said += [point.answer for point in content.points if "still treated;" in point.answer]

    assert len(said) == 2
    for text in said:
        assert "modelled" in text
        assert "back at baseline" in text


def test_a_line_that_cannot_be_told_is_said_to_be_so(exact):
    modelled = exact.lines["line"] == MODELLED
    lines = exact.lines.assign(change=exact.lines["change"].mask(modelled), n=exact.lines["n"].mask(modelled, 0))
    content = audit_content(exact._replace(lines=lines), as_of=AS_OF)

    assert "cannot tell in all who started, modelled" in content.headline


def test_the_latest_cycle_is_one_that_half_of_everyone_has_had(content, exact):
    not_yet = exact.missing.set_index("cycle")["not_yet"]

    assert 3 == content.cycle
    assert 2 * not_yet[3] <= 120 < 2 * not_yet[4]


def test_everyone_who_started_is_the_denominator_and_stands_beside_the_share(content, exact):
    row = exact.responders.set_index(["cycle", "threshold"]).loc[(3, 50)]
    answer = next(point.answer for point in content.points if point.question == "Who responded?")

    assert f"Of {row['started']} who started" in answer
    assert f"{row['reached']} ({row['percent']:.1f} %" in answer
    assert "Other patients" in answer


@pytest.mark.parametrize("least", [None, 8])
def test_no_audit_says_that_a_treatment_made_a_change(exact, least):
    content = audit_content(exact, as_of=AS_OF, least=least)
    said = [*texts(content), *audit_texts(content.audit, content.cycle).values()]

    assert {} == {text: found for text in said if (found := causal_words(text))}
    assert any("cannot say why something changed" in text for text in said)


def test_no_number_is_written_as_nan(exact):
    for least in (None, 8):
        content = audit_content(exact, as_of=AS_OF, least=least)
        said = " ".join([*texts(content), *audit_texts(content.audit, content.cycle).values()]).lower()

        assert "nan" not in said.replace("finance", "").split()
        assert "<na>" not in said


def test_a_clinic_in_which_nobody_started_says_so(tmp_path):
    found = audit(tally(part_of(*CLINIC)))
    nobody = found.overview["item"].str.startswith("started")
    overview = found.overview.assign(value=found.overview["value"].mask(nobody, 0))
    write_audit(found._replace(overview=overview), tmp_path, as_of=END)

    assert NOBODY == read_json(tmp_path)["headline"]
    assert squeezed(NOBODY) in pdf_text(tmp_path / "audit.pdf")


def test_fewer_than_eight_are_not_told_of_at_all(tmp_path):
    write_audit(audit(tally(part_of(*CLINIC))), tmp_path, as_of=END, least=8)

    assert FEW == read_json(tmp_path)["headline"]
    assert squeezed(FEW) in pdf_text(tmp_path / "audit.pdf")


def test_ten_cycles_have_room(part, tmp_path):
    write_audit(audit(tally(part, 10), 10), tmp_path, as_of=AS_OF)

    assert len(PdfReader(tmp_path / "audit.pdf").pages) <= 8


def test_before_any_cycle_is_over_it_cannot_tell(tmp_path):
    part = part_of(*diary("new", 20, 10), *sessions("new", FIRST), as_of=day("2026-02-20"))
    write_audit(audit(tally(part)), tmp_path, as_of=day("2026-02-20"), people=part)

    assert f"1 person started. {NO_CYCLE}" == read_json(tmp_path)["headline"]


# --- the PDF


def test_the_pdf_has_four_to_six_pages_of_a4(folder, outside):
    for out in (folder, outside):
        pages = PdfReader(out / "audit.pdf").pages
        assert 4 <= len(pages) <= 6
        assert {(595, 842)} == {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages}


def test_the_pdf_is_tagged_and_has_a_text_for_every_chart(folder, exact, part):
    root = PdfReader(folder / "audit.pdf").trailer["/Root"]
    found = [node["/Alt"] for node in structure(root["/StructTreeRoot"]["/K"]) if "/Alt" in node]

    assert root["/MarkInfo"]["/Marked"]
    assert sorted(audit_texts(exact, 3, part).values()) == sorted(found)


def structure(node):
    """All nodes of a structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif hasattr(node, "get"):
        yield node
        yield from structure(node.get("/K", []))


def test_the_pdf_holds_all_that_is_said(folder, content):
    whole = pdf_text(folder / "audit.pdf")
    cells = [cell for section in content.sections for table in section.tables for row in table.rows for cell in row]
    said = [content.headline, *content.cautions, *cells, *(part for method in content.methods for part in method)]
    said += [part for point in content.points for part in point] + list(PROBLEMS[0])

    assert [] == [text for text in said if squeezed(text) not in whole]


# --- the workbook


@pytest.fixture(scope="module")
def book(folder):
    return load_workbook(folder / "audit.xlsx")


def rows_of(sheet):
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_workbook_has_a_sheet_for_each_question(book):
    assert [
        "Summary",
        "Standards",
        "Overview",
        "Baseline",
        "Change",
        "Responders",
        "First response",
        "Persistence",
        "Side effects",
        "Missing data",
        "Wearing off",
        "Patients",
        "Cycles",
        "Other patients",
        "Methods",
        "Problems",
    ] == book.sheetnames


def test_the_numbers_of_the_workbook_are_those_of_the_audit(book, exact):
    rows = rows_of(book["Responders"])

    assert exact.responders["reached"].tolist() == [row["Reached"] for row in rows]
    shares = [np.nan if row["Share, %"] is None else row["Share, %"] for row in rows]
    assert exact.responders["percent"].tolist() == pytest.approx(shares, nan_ok=True)


def test_the_three_lines_are_a_chart_that_excel_draws(book):
    (chart,) = book["Change"]._charts

    assert 3 == len(chart.series)


def test_there_is_a_row_for_each_patient_and_each_of_their_cycles(book, part):
    assert part.people["patient"].tolist() == [row["Patient"] for row in rows_of(book["Patients"])]
    assert len(part.cycles) == len(rows_of(book["Cycles"]))


def test_a_registry_has_no_row_for_a_patient(exact, part, tmp_path):
    times = -(-(MOST_PATIENTS + 1) // len(part.people))
    many = part._replace(people=pd.concat([part.people] * times))
    write_audit(exact, tmp_path, as_of=AS_OF, people=many)

    assert "Patients" not in load_workbook(tmp_path / "audit.xlsx").sheetnames
    assert not (tmp_path / "charts" / "spaghetti.svg").exists()


def test_two_groups_have_a_sheet_and_a_table_of_their_own(tmp_path):
    groups = {"halved": "2025", "failed": "2026"}
    found = audit(tally(part_of(*CLINIC, groups=groups)))
    write_audit(found, tmp_path, as_of=END)

    first = rows_of(load_workbook(tmp_path / "audit.xlsx")["Groups"])[0]
    assert ("2025", "2026") == (first["One"], first["Other"])
    assert "2025minus2026" in pdf_text(tmp_path / "audit.pdf")


def test_no_text_becomes_a_formula(tmp_path):
    facts = []
    for n, text in enumerate(HOSTILE):
        code = f"{text} {n}"
        facts += [Treatment(code, "botulinum", "Botox", day(FIRST), amount=155, unit="U")]
        facts += [Consultation(code, day(THIRD), "stop_reason", text)]
    part = part_of(*facts)
    problems = [Problem(text, text, text) for text in HOSTILE]
    write_audit(audit(tally(part)), tmp_path, as_of=END, people=part, problems=problems)

    book = load_workbook(tmp_path / "audit.xlsx")
    cells = [cell for name in ("Patients", "Cycles", "Problems") for row in book[name] for cell in row]
    written = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert len(written) >= 5 * len(HOSTILE)
    assert {("s", True)} == {(cell.data_type, bool(cell.quotePrefix)) for cell in written}


# --- the JSON


def test_the_json_keeps_to_its_schema(folder, outside):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    for out in (folder, outside):
        jsonschema.validate(read_json(out), schema)


def test_the_numbers_of_the_json_are_those_of_the_audit(folder, exact):
    found = read_json(folder)

    assert list(exact._fields) == list(found["tables"])
    assert exact.baseline["mean"].dropna().tolist() == [
        row["mean"] for row in found["tables"]["baseline"] if row["mean"] is not None
    ]
    assert INPUTS == tuple(found["inputs"])


# --- what leaves the clinic


def test_what_leaves_the_clinic_names_no_patient(outside, part):
    members = ZipFile(outside / "audit.xlsx")
    book = b"".join(members.read(name) for name in members.namelist())
    charts = b"".join(path.read_bytes() for path in outside.rglob("*.svg"))
    said = pdf_text(outside / "audit.pdf").encode() + (outside / "audit.json").read_bytes() + book + charts

    assert b"P0000" not in said
    assert "Patients" not in load_workbook(outside / "audit.xlsx").sheetnames
    assert not (outside / "charts" / "spaghetti.svg").exists()


def test_what_leaves_the_clinic_says_what_the_star_means(outside):
    assert squeezed("* stands for a number of 1 to 7") in pdf_text(outside / "audit.pdf")
    cells = [cell.value for row in load_workbook(outside / "audit.xlsx")["Summary"] for cell in row]
    assert any(str(value).startswith("* stands for") for value in cells)
    assert 8 == read_json(outside)["least"]


def test_a_count_that_is_left_out_is_a_star_in_the_workbook_and_null_in_the_json(outside):
    stars = [row for row in rows_of(load_workbook(outside / "audit.xlsx")["Missing data"]) if "*" in row.values()]
    nulls = [row for row in read_json(outside)["tables"]["missing"] if None in row.values()]

    assert stars
    assert len(stars) == len(nulls)


# --- the charts


def test_the_waterfall_of_a_million_is_drawn_in_a_thousand_steps():
    rng = np.random.default_rng(1)
    changes = pd.DataFrame({"cycle": 1, "change": np.sort(rng.normal(-4, 5, 50_000)), "n": 20})
    edges, heights = outline(changes)
    _, (ax,) = new_figure(5)
    draw_waterfall(changes, 1, ax)

    assert (STEPS + 1, STEPS) == (len(edges), len(heights))
    assert 1_000_000 == edges[-1]
    assert changes["change"].median() == pytest.approx(np.median(heights), abs=0.01)


def test_the_waterfall_of_a_few_has_a_bar_for_each():
    changes = pd.DataFrame({"cycle": 1, "change": [-8.0, -2.0, 3.0], "n": [1, 2, 1]})

    assert [-8.0, -2.0, -2.0, 3.0] == outline(changes)[1].tolist()


def test_single_patients_are_spread_over_the_whole_clinic(part):
    shown = patients_shown(part.cycles)
    known = part.cycles.loc[part.cycles["change"].notna()].groupby("patient")["change"].last()

    assert MOST == len(set(shown))
    assert known[shown[0]] == known.min()
    assert known[[code for code in shown if code in known]].is_monotonic_increasing


def test_the_parts_of_every_bar_of_what_is_missing_make_a_whole(exact):
    assert part_shares(exact.missing).sum(axis=1).to_numpy() == pytest.approx(100)


def test_every_text_of_a_chart_is_at_least_seven_points(exact, part):
    sizes = {
        text.get_fontsize()
        for figure in audit_figures(exact, 3, part).values()
        for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))
        if text.get_text()
    }

    assert min(sizes) >= 7


def test_charts_are_drawn_of_ten_patients_too():
    part = part_of(*CLINIC)
    found = audit(tally(part))

    assert set(audit_figures(found, 1, part)) == set(audit_texts(found, 1, part))


def test_the_date_of_the_pdf_is_the_day_as_of_which_it_speaks(folder):
    assert AS_OF == PdfReader(folder / "audit.pdf").metadata.creation_date.date()
