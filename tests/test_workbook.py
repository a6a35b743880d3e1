"""The workbook says what the tables say, and goes on saying it when a day is corrected."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from analysis.definitions import day_rules, mark_days
from analysis.findings import find
from analysis.outcome import outcome_table
from analysis.reports.content import report_content
from analysis.reports.letter import letter
from analysis.reports.workbook import write_workbook
from analysis.reports.workbook.outcomes import shown
from diary.days import day_tables
from diary.model import AdverseEvent, Batch, DayLog, DiaryError, Problem, Score, Treatment
from diary.tables import FACTS, facts_frame

SHEETS = ["Summary", "Letter", "Outcomes", "Windows", "Days", "Treatments", "Criteria", "Methods"]
FIRST_DAY = date(2024, 1, 1)
LIVE = {
    "Before": "before",
    "After": "after",
    "Change": "change",
    "Change in %": "change_percent",
    "If missing free": "if_missing_free",
    "If missing headache": "if_missing_headache",
    "Known before": "before_logged",
    "Days before": "before_days",
    "Known after": "after_logged",
    "Days after": "after_days",
}
"""The live columns of Outcomes, and the columns of the outcome table that they must equal."""


def batch(days=420, sessions=(84, 168, 252, 336), missing=0.08, seed=5, patient="P1", **treatment):
    """A seeded diary: fewer headaches after the first session, some days without grade or duration, some not logged."""
    rng = Random(seed)
    logs = [day_log(rng, patient, n, 0.45 if sessions and n >= sessions[0] else 0.65) for n in range(days)]
    return Batch(
        days=tuple(log for log in logs if rng.random() >= missing),
        treatments=tuple(
            Treatment(patient, "botulinum", "Botox", FIRST_DAY + timedelta(days=n), amount=155, unit="U", **treatment)
            for n in sessions
        ),
        scores=(Score(patient, FIRST_DAY, "hit6", 64),),
        events=(AdverseEvent(patient, FIRST_DAY + timedelta(days=90), "neck pain", "mild"),),
    )


def day_log(rng, patient, n, share):
    headache = rng.random() < share
    severity = rng.choice([1, 2, 3]) if headache and rng.random() < 0.97 else None
    return DayLog(
        patient,
        FIRST_DAY + timedelta(days=n),
        headache=headache,
        severity=severity,
        intensity=rng.choice([3.5, 6, 8.2]) if severity and rng.random() < 0.9 else None,
        minutes=rng.choice([20, 100, 605]) if headache and rng.random() < 0.93 else None,
        starts=1 if headache else 0,
        nausea=headache,
        pulsating=headache,
        acute=headache and rng.random() < 0.5,
    )


def found(facts, **options):
    frames = {name: facts_frame(getattr(facts, name), table) for name, table in FACTS.items()}
    return find(day_tables(frames), **options)


CASES = {
    "normal": lambda: found(batch()),
    "no session": lambda: found(batch(sessions=())),
    "sparse": lambda: found(batch(missing=0.4)),
    "one cycle running": lambda: found(batch(days=150, sessions=(100,))),
    "baseline before the diary": lambda: found(batch(days=200, sessions=(10,))),
    "session on the day after the last": lambda: found(batch(days=200, sessions=(84, 200)), as_of=date(2024, 7, 19)),
    "session on the last day": lambda: found(batch(days=200, sessions=(84, 199))),
    "near-daily, never clear": lambda: found(never_clear()),
    "at least 30 minutes": lambda: found(batch(), day_rules=day_rules("30min")),
    "at least 4 hours, two blocks": lambda: found(batch(), day_rules=day_rules("4h"), baseline_blocks=2),
}


@cache
def findings_of(case):
    return CASES[case]()


def never_clear():
    days = [DayLog("P1", FIRST_DAY + timedelta(days=n), headache=True, severity=1 + n % 2) for n in range(200)]
    return Batch(days=tuple(days), treatments=batch(sessions=(84,)).treatments)


@pytest.fixture(scope="module")
def normal():
    return findings_of("normal")


def write(findings, path, *, assumptions=(), problems=()):
    content = report_content(findings, assumptions, problems)
    return write_workbook(findings, content, letter(findings, content), path)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The workbook of a case, which is written once."""
    folder = tmp_path_factory.mktemp("written")
    return cache(lambda case: write(findings_of(case), folder / f"{case}.xlsx"))


@pytest.fixture(scope="module")
def book(written):
    return load_workbook(written("normal"))


def read_table(path, sheet):
    """A table of the workbook as the programs see it that do not calculate: header in row 3."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return pd.DataFrame(rows[3:], columns=rows[2])


def number(cell):
    """A number, or not-a-number for the words that stand where there is none."""
    if cell in ("cannot tell", "–"):
        return math.nan
    assert isinstance(cell, float | int), cell
    return float(cell)


def assert_equals_tables(path, windows, outcomes):
    """Every number of Outcomes and Windows equals the tables, to 1e-9."""
    of = shown(outcomes)
    sheet = read_table(path, "Outcomes")
    assert list(of["measure"]) == list(sheet["Name"])
    for header, name in LIVE.items():
        expected = of[name].astype("Float64").to_numpy(float, na_value=math.nan)
        assert pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True) == sheet[header].map(number).to_numpy(float)
    sheet = read_table(path, "Windows")
    for header, name in {"Days": "days", "Logged": "logged", "Coverage": "coverage"}.items():
        assert pytest.approx(windows[name].to_numpy(float), abs=1e-9) == sheet[header].map(number).to_numpy(float)


# What is in it


def test_there_is_a_sheet_for_each_question(book):
    assert SHEETS == book.sheetnames


def test_the_same_findings_give_the_same_bytes(normal, written, tmp_path):
    assert written("normal").read_bytes() == write(normal, tmp_path / "b.xlsx").read_bytes()


def test_the_file_is_dated_by_the_findings_not_by_the_clock(written, book):
    with ZipFile(written("normal")) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {member.date_time for member in archive.infolist()}
    assert datetime(2025, 2, 23) == book.properties.created == book.properties.modified


def test_every_calendar_date_is_a_row_with_a_real_date(normal, book):
    dates = [row[0] for row in book["Days"].iter_rows(min_row=4, max_col=1, values_only=True)]

    assert normal.marked["date"].dt.to_pydatetime().tolist() == dates


def test_a_day_that_is_not_logged_is_empty_never_zero(book):
    rows = list(book["Days"].iter_rows(min_row=4, min_col=2, max_col=12, values_only=True))
    unlogged = [row[1:] for row in rows if row[0] == "no"]

    assert len(unlogged) > 10
    assert {None} == {value for row in unlogged for value in row}


def test_a_medicine_that_was_never_taken_has_no_rows_and_the_note_says_so(book):
    names = {row[0] for row in book["Outcomes"].iter_rows(min_row=4, min_col=3, max_col=3, values_only=True)}

    assert "Days with acute medicine" in names
    assert "Gepant days" not in names
    assert "gepant days" in book["Outcomes"]["A2"].value


def test_the_rates_are_formulas_over_days(book):
    sheet = book["Outcomes"]

    assert sheet["P4"].value.startswith("=SUMIFS(Days[Headache],Days[Date],")
    assert sheet["E4"].value.startswith("=IF(AND(")
    assert book["Windows"]["G4"].value.startswith("=COUNTIFS(Days[Date],")


@pytest.mark.parametrize("case", CASES)
def test_programs_that_do_not_calculate_see_the_numbers_too(case, written):
    findings = findings_of(case)

    assert_equals_tables(written(case), findings.windows, findings.outcomes)


def test_a_window_of_which_the_diary_cannot_tell_has_no_number(written):
    sheet = read_table(written("sparse"), "Outcomes")

    untold = sheet[sheet["Caution"].str.contains("cannot tell: only")]
    assert len(untold)
    assert {"cannot tell"} == set(untold["After"]) | set(untold["Change"])


def test_without_a_session_the_sheets_say_so_and_hold_no_chart(written):
    book = load_workbook(written("no session"))

    assert "no therapeutic session" in book["Windows"]["A2"].value
    assert "no therapeutic session" in book["Outcomes"]["A2"].value
    assert [] == book["Summary"]._charts


def test_charts_have_titles_units_and_visible_axes(book):
    charts = book["Summary"]._charts

    assert 3 == len(charts)
    for chart in charts:
        assert chart.title is not None
        assert "per 28 days" in chart.y_axis.title.tx.rich.p[0].r[0].t
        assert chart.x_axis.delete is False
        assert chart.y_axis.delete is False


def test_a_diary_without_medicines_has_no_chart_of_them(written):
    charts = load_workbook(written("near-daily, never clear"))["Summary"]._charts

    assert ["Headache days in each cycle, against the baseline", "Headache days by severity"] == [
        chart.title.tx.rich.p[0].r[0].t for chart in charts
    ]


def test_a_window_without_a_number_is_named_so_in_the_charts(written):
    sheet = load_workbook(written("one cycle running"), data_only=True)["Summary"]

    assert "Cycle 1: cannot tell" in {cell.value for cell in sheet["A"]}


def test_sessions_scores_and_side_effects_are_listed_with_real_dates(book):
    cells = {cell.value for row in book["Treatments"].iter_rows() for cell in row}

    assert {datetime(2024, 3, 25), "Botox", "Questionnaires", "HIT-6", "Side effects", "neck pain"} <= cells


def test_methods_name_assumptions_and_problems(normal, tmp_path):
    problem = Problem("Diary, row 14", "31 February does not exist.", "Correct the date.")
    book = load_workbook(write(normal, tmp_path / "a.xlsx", assumptions=("Days are ISO.",), problems=(problem,)))
    cells = {cell.value for row in book["Methods"].iter_rows() for cell in row}

    assert {"Days are ISO.", *problem} <= cells


TEXTS = {"=1+1": True, "+1": True, "-1": True, "@SUM(A1)": True, "\tx": True, "#N/A": False}
"""Texts that a spreadsheet could take for something else, and whether a quote before it keeps it from doing so."""


def test_text_stays_text_whatever_it_begins_with(tmp_path):
    facts = batch()
    sessions = batch(sessions=range(70, 430, 60)).treatments
    texts = [replace(one, protocol=text) for one, text in zip(sessions, TEXTS, strict=True)]
    sheet = load_workbook(write(found(replace(facts, treatments=tuple(texts))), tmp_path / "a.xlsx"))["Treatments"]
    cells = {cell.value: cell for row in sheet["I4:I9"] for cell in row}

    assert TEXTS == {text: cell.quotePrefix for text, cell in cells.items()}
    assert {"s"} == {cell.data_type for cell in cells.values()}


def test_control_characters_are_left_out(tmp_path):
    sheet = load_workbook(write(found(batch(note="a\x00b")), tmp_path / "a.xlsx"))["Treatments"]

    assert sheet["K4"].value == "ab"


def test_a4_with_the_patient_code_and_the_page_number_on_each_page(book):
    for sheet in book:
        assert "9" == str(sheet.page_setup.paperSize)
        assert (1, 0) == (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
        assert "Patient P1" == sheet.oddHeader.left.text
        assert "Page &P of &N" == sheet.oddFooter.right.text
    assert "portrait" == book["Summary"].page_setup.orientation
    assert "$1:$3" == book["Days"].print_title_rows


def test_a_file_that_cannot_be_written_is_said_with_a_remedy(normal, tmp_path):
    with pytest.raises(DiaryError, match="choose another folder"):
        write(normal, tmp_path)


# What a spreadsheet makes of it


@pytest.fixture(scope="module")
def calculated(normal, written, tmp_path_factory):
    """The folder in which LibreOffice has calculated the workbook of each case, and those with a changed day.

    openpyxl drops the values of formulas when it saves a file again, so none can be read back uncalculated.
    """
    folder = tmp_path_factory.mktemp("calculated")
    for case in CASES:
        uncalculated(written(case), folder / f"{case}.xlsx")
    bare(written("normal"), folder / "corrected.xlsx", lambda book: correct_clear_day(book, normal))
    bare(written("normal"), folder / "written up.xlsx", lambda book: write_up_a_day(book, normal))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "xlsx", "--outdir", str(folder / "out")]
    subprocess.run([*command, *map(str, folder.glob("*.xlsx"))], check=True, capture_output=True, timeout=300)
    return folder / "out"


VALUE = re.compile(r'( t="str")?>(<f>[^<]*</f>)<v>[^<]*</v>')


def uncalculated(source, path):
    """The workbook as it is, without the values of its formulas."""
    with ZipFile(source) as given, ZipFile(path, "w") as bare:
        for name in given.namelist():
            part = given.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = VALUE.sub(r">\2<v/>", part.decode()).encode()
                assert b"</f><v>" not in part
            bare.writestr(name, part)


def bare(source, path, change):
    """The workbook after *change*, without the values of its formulas."""
    book = load_workbook(source)
    change(book)
    book.save(path)


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice's soffice is not installed")
class TestInLibreOffice:
    @pytest.mark.parametrize("case", CASES)
    def test_every_number_equals_the_tables(self, case, calculated):
        findings = findings_of(case)

        assert_equals_tables(calculated / f"{case}.xlsx", findings.windows, findings.outcomes)

    def test_numbers_follow_a_corrected_day(self, normal, calculated):
        tables = recomputed(normal)

        assert_equals_tables(calculated / "corrected.xlsx", tables.windows, tables.outcomes)
        assert not tables.outcomes["after"].equals(normal.outcomes["after"])

    def test_the_count_of_logged_days_follows_a_day_that_is_written_up_later(self, normal, calculated):
        logged = read_table(calculated / "written up.xlsx", "Windows")["Logged"]

        assert 1 + normal.windows["logged"][1] == logged[1]

    def test_the_numbers_behind_the_charts_follow_outcomes(self, written, calculated):
        assert numbers_of(calculated / "normal.xlsx") == pytest.approx(numbers_of(written("normal")))
        assert numbers_of(calculated / "normal.xlsx") != numbers_of(calculated / "corrected.xlsx")


def numbers_of(path):
    """The numbers of Summary by their cells."""
    sheet = load_workbook(path, data_only=True)["Summary"]
    return {cell.coordinate: cell.value for row in sheet for cell in row if isinstance(cell.value, float | int)}


SEVERE_DAY = {"Headache": 1, "Migraine": 1, "Moderate or severe": 1, "Severe": 1, "Headache free": 0} | {
    "Acute medicine": 1,
    "Hours": 6,
    "Attacks": 1,
    "Severity": 3,
    "Intensity": 9,
}


def cells_of(sheet, row):
    """The cells of one row by their column's header."""
    return {header.value: cell for header, cell in zip(sheet[3], sheet[row], strict=True)}


def correct_clear_day(book, findings):
    """The first headache-free day of the first cycle was a severe migraine after all."""
    cells = cells_of(book["Days"], 4 + first_clear_day(findings))
    for header, value in SEVERE_DAY.items():
        cells[header].value = value


def first_clear_day(findings):
    start = findings.windows["start"][1]
    clear = (findings.marked["date"] >= start) & findings.marked["clear_day"].fillna(False)
    return int(findings.marked.index[clear][0])


def recomputed(findings):
    """The same correction, computed from the days."""
    at = first_clear_day(findings)
    days = findings.tables.days.copy()
    facts = {"headache": True, "kind": None, "severity": 3, "intensity": 9.0, "minutes": 360, "starts": 1}
    for name, value in {**facts, "acute": True, "nausea": True, "pulsating": True}.items():
        days.loc[at, name] = value
    marked = mark_days(days, findings.day_rules)
    return findings._replace(marked=marked, outcomes=outcome_table(marked, findings.windows))


def write_up_a_day(book, findings):
    """The first day of cycle 1 that was not logged was headache-free."""
    marked = findings.marked
    at = marked.index[(marked["date"] >= findings.windows["start"][1]) & ~marked["logged"]][0]
    cells = cells_of(book["Days"], 4 + int(at))
    for header, value in {"Logged": "yes", "Headache": 0, "Migraine": 0, "Headache free": 1}.items():
        cells[header].value = value
