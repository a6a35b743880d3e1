"""The template: what a person writes in it is what arrives, here and by way of LibreOffice."""

from datetime import date, datetime, time
from pathlib import Path
from shutil import which
from subprocess import run
from zipfile import ZipFile

import openpyxl
import pytest

from diary.facts import CLASSES
from diary.importers import Options, identify, read
from diary.model import AdverseEvent, Batch, DayLog, Dose, Score, Source, Treatment
from diary.template import EXAMPLE, TEMPLATE, write_template, write_workbook

COMMITTED = Path(__file__).parents[1] / "data" / "template" / "migraine-diary-template.xlsx"


@pytest.fixture
def filled(tmp_path):
    """Writes rows under the headers of the template's sheets, by header, and reads the file."""

    def fill(options=None, **sheets):
        path = write_template(tmp_path / "mine.xlsx")
        workbook = openpyxl.load_workbook(path)
        for name, rows in sheets.items():
            sheet = workbook[name.replace("_", " ")]
            headers = [cell.value for cell in sheet[1]]
            for row in rows:
                sheet.append([row.get(header) for header in headers])
        workbook.save(path)
        return read(path, patient="P1", options=options)

    return fill


def cells(path):
    """Every cell, explanation and list of a workbook."""
    return {
        sheet.title: (
            [[(cell.value, cell.comment.text if cell.comment else None) for cell in row] for row in sheet.iter_rows()],
            [(str(rule.sqref), rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation],
            sheet.freeze_panes,
        )
        for sheet in openpyxl.load_workbook(path)
    }


def by_libreoffice(path, kind):
    """The workbook as LibreOffice opens and saves it."""
    out = path.parent / "saved"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(path)]
    run(command, check=True, capture_output=True, timeout=120)
    return out / f"{path.stem}.{kind}"


def test_the_committed_template_is_the_one_that_the_program_writes(tmp_path):
    assert cells(write_template(tmp_path / "new.xlsx")) == cells(COMMITTED)


def test_a_file_holds_no_clock_so_that_the_same_facts_are_the_same_bytes(tmp_path):
    path = write_template(tmp_path / "new.xlsx")

    with ZipFile(path) as file:
        assert {(1980, 1, 1, 0, 0, 0)} == {member.date_time for member in file.infolist()}
    assert datetime(1980, 1, 1) == openpyxl.load_workbook(path).properties.modified
    assert path.read_bytes() == write_template(tmp_path / "again.xlsx").read_bytes()


def test_the_untouched_template_holds_no_facts_and_no_problems():
    assert Batch() == read(COMMITTED)
    assert "template" == identify(COMMITTED).name


def test_every_column_is_explained_and_every_sheet_has_an_example():
    workbook = openpyxl.load_workbook(COMMITTED)
    for plan in TEMPLATE:
        sheet = workbook[plan.name]
        headers = [cell for cell in sheet[1] if cell.value]

        assert all(cell.comment and cell.font.bold for cell in headers)
        assert any(EXAMPLE in [cell.value for cell in row] for row in sheet.iter_rows(min_row=2))


def test_a_blank_is_not_known_and_none_is_none(filled):
    batch = filled(
        Diary=[
            {"Date": date(2026, 3, 1), "Severity": "severe", "Hours": 3.5, "Nausea": "yes", "Medicine": "none"},
            {"Date": date(2026, 3, 2), "Severity": "none"},
            {"Date": date(2026, 3, 3), "Note": "ill with a cold"},
            {"Date": date(2026, 3, 4), "Headache": "yes", "Medicine": "Maxalt 10 mg"},
        ]
    )

    assert [
        DayLog("P1", date(2026, 3, 1), True, severity=3, minutes=210, nausea=True, acute=False, source="template"),
        DayLog("P1", date(2026, 3, 2), False, severity=0, source="template"),
        DayLog("P1", date(2026, 3, 3), note="ill with a cold", source="template"),
        DayLog("P1", date(2026, 3, 4), True, acute=True, source="template"),
    ] == list(batch.days)
    assert [("Maxalt", "triptan", 10.0)] == [(dose.medicine, dose.medicine_class, dose.amount) for dose in batch.doses]
    assert (Source("P1", "template"),) == batch.sources


def test_an_attack_may_cross_midnight_and_may_be_ongoing(filled):
    batch = filled(
        Attacks=[
            {"Date": date(2026, 3, 1), "Start": time(22), "End": time(4, 30), "Severity": "severe"},
            {"Date": date(2026, 3, 3), "Start": time(9), "End": "ongoing"},
            {"Date": date(2026, 3, 5), "Intensity (0-10)": 6},
        ]
    )

    assert [datetime(2026, 3, 2, 4, 30), None] == [attack.end for attack in batch.attacks]
    assert [False, True] == [attack.ongoing for attack in batch.attacks]
    assert [(date(2026, 3, 5), True, 6.0, 1)] == [(d.date, d.headache, d.intensity, d.starts) for d in batch.days]
    assert (Source("P1", "template", events_only=True),) == batch.sources


def test_each_further_sheet_becomes_its_facts(filled):
    batch = filled(
        Medication=[{"Date": date(2026, 3, 1), "Time": time(8), "Medicine": "Ibuprofen", "Amount": 400, "Unit": "mg"}],
        Botox=[{"Date": date(2026, 3, 1), "Units": 155, "Sites": 31}],
        Preventives=[{"Medicine": "Topiramate", "Started": date(2026, 1, 1), "Amount a day": 50, "Unit": "mg"}],
        Scores=[{"Date": date(2026, 3, 1), "Questionnaire": "HIT-6", "Score": 64}],
        Side_effects=[{"Date": date(2026, 3, 3), "Side effect": "neck pain", "Severity": "mild"}],
    )
    shared = {"source": "template"}

    assert (Dose("P1", datetime(2026, 3, 1, 8), "Ibuprofen", True, "non_opioid", 400.0, "mg", **shared),) == batch.doses
    assert (
        Treatment("P1", "botulinum", "onabotulinumtoxinA", date(2026, 3, 1), amount=155, unit="U", sites=31, **shared),
        Treatment("P1", "preventive", "Topiramate", date(2026, 1, 1), amount=50, unit="mg", **shared),
    ) == batch.treatments
    assert (Score("P1", date(2026, 3, 1), "hit6", 64, **shared),) == batch.scores
    assert (AdverseEvent("P1", date(2026, 3, 3), "neck pain", "mild", **shared),) == batch.events
    assert () == batch.problems


def test_where_intakes_have_their_own_sheet_other_logged_days_are_without(filled):
    sheets = {
        "Diary": [
            {"Date": date(2026, 3, 1), "Severity": "severe"},
            {"Date": date(2026, 3, 2), "Severity": "mild"},
        ],
        "Medication": [{"Date": date(2026, 3, 1), "Medicine": "Maxalt"}],
    }

    assert [None, False] == [day.acute for day in filled(**sheets).days]
    assert [None, None] == [day.acute for day in filled(Options(blank_medication="unknown"), **sheets).days]


def test_an_example_that_was_written_over_is_a_problem_and_not_lost_silently(tmp_path):
    path = write_template(tmp_path / "mine.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["Diary"]["A2"] = date(2026, 3, 1)
    workbook.save(path)

    batch = read(path)

    assert ["sheet Diary, row 2"] == [problem.where for problem in batch.problems]
    assert "marked as an example" in batch.problems[0].what


def test_a_row_with_something_wrong_is_one_problem_and_the_others_arrive(filled):
    batch = filled(
        Diary=[
            {"Date": date(2026, 3, 1), "Severity": "severe"},
            {"Date": date(2026, 3, 2), "Intensity (0-10)": 14, "Headache": "yes"},
            {"Severity": "mild"},
            {"Date": "31 February 2026", "Severity": "mild"},
            {"Date": date(2026, 3, 4), "Severity": "none"},
        ],
        Attacks=[{"Date": date(2026, 3, 1), "Start": time(9), "End date": date(2026, 3, 1), "End": time(7)}],
    )

    assert [(1, True), (2, True), (4, False)] == [(day.date.day, day.headache) for day in batch.days]
    assert [
        "sheet Diary, row 6 (Intensity (0-10))",
        "sheet Diary, row 7 (Date)",
        "sheet Diary, row 8 (Date)",
        "sheet Attacks, row 3",
    ] == sorted((problem.where for problem in batch.problems), key=lambda where: ("Attacks" in where, where))


def test_columns_and_sheets_may_go_and_others_may_come(tmp_path):
    path = write_template(tmp_path / "mine.xlsx")
    workbook = openpyxl.load_workbook(path)
    for name in ("Attacks", "Scores", "Read me"):
        del workbook[name]
    workbook.create_sheet("Ideas").append(["Ask about magnesium"])
    sheet = workbook["Diary"]
    sheet.delete_cols(4)
    sheet.insert_cols(2)
    sheet["B1"], sheet["B5"], sheet["A5"], sheet["D5"] = "Weather", "rain", date(2026, 3, 1), "mild"
    workbook.save(path)

    batch = read(path)

    assert [(True, 1)] == [(day.headache, day.severity) for day in batch.days]
    assert {"Columns that were not read: Weather.", "Sheets that were not read: Ideas."} <= set(batch.assumptions)


@pytest.mark.parametrize("text", ["=1+1", "+49 89 1234", "-5", "@me", "\tindented", "'=1", "#N/A", "a_x0041_b", "a\rb"])
def test_text_that_looks_like_a_formula_stays_text(tmp_path, text):
    day = DayLog("=P1", date(2026, 3, 1), True, note=text, source="log")
    path = write_workbook(Batch(days=(day,)), tmp_path / "x.xlsx")

    assert (day,) == read(path).days
    assert "f" not in {cell.data_type for row in openpyxl.load_workbook(path)["Diary"].iter_rows() for cell in row}


def test_rows_may_be_added_to_an_export(tmp_path):
    kept = DayLog("P7", date(2026, 3, 1), True, acute=None, source="log")
    path = write_workbook(Batch(days=(kept,)), tmp_path / "x.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["Diary"].append([date(2026, 3, 2), None, "mild", None, None, "Maxalt"])
    workbook.save(path)

    batch = read(path, patient="P7")

    assert (kept, DayLog("P7", date(2026, 3, 2), True, severity=1, acute=True, source="template")) == batch.days
    assert ["Maxalt"] == [dose.medicine for dose in batch.doses]


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "xlsx", "xls"])
def test_libreoffice_opens_the_template_and_saves_the_same_facts(filled, tmp_path, kind):
    expected = filled(
        Diary=[
            {"Date": date(2026, 3, 1), "Severity": "severe", "Hours": 3.5, "Medicine": "Maxalt 10 mg"},
            {"Date": date(2026, 3, 2), "Severity": "none", "Medicine": "none"},
        ],
        Attacks=[{"Date": date(2026, 3, 5), "Start": time(22, 15), "End": time(4, 30)}],
        Botox=[{"Date": date(2026, 3, 1), "Units": 155}],
    )
    out = tmp_path / "saved"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(out),
        str(tmp_path / "mine.xlsx"),
    ]
    run(command, check=True, capture_output=True, timeout=120)

    back = read(out / f"mine.{kind}", patient="P1")

    assert "template" == identify(out / f"mine.{kind}").name
    assert expected == back


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_every_fact_of_an_export(filled, tmp_path):
    facts = filled(
        Diary=[{"Date": date(2026, 3, 1), "Severity": "severe", "Hours": 3.5, "Note": "=1+1"}],
        Attacks=[{"Date": date(2026, 3, 5), "Start": time(22, 15), "End": time(4, 30)}],
        Medication=[{"Date": date(2026, 3, 1), "Time": time(8), "Medicine": "Ibuprofen", "Amount": 400, "Unit": "mg"}],
    )
    path = write_workbook(facts, tmp_path / "export.xlsx")

    back, direct = read(by_libreoffice(path, "ods")), read(path)

    assert [getattr(direct, name) for name in CLASSES] == [getattr(back, name) for name in CLASSES]


@pytest.mark.parametrize(
    ("sheet", "row", "missing"),
    [
        ("Factors", {"Date": date(2026, 3, 1), "Factor": '" "', "Value": 6.5}, "name"),
        ("Side_effects", {"Date": date(2026, 3, 1), "Side effect": '" "'}, "event"),
    ],
)
def test_a_name_that_is_nothing_but_a_space_in_quotation_marks_is_none(filled, sheet, row, missing):
    batch = filled(**{sheet: [row]})

    assert ((), ()) == (batch.factors, batch.events)
    assert [f"The row has no {missing}."] == [problem.what for problem in batch.problems]
