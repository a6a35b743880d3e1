"""Files with something wrong in them: the good rows arrive, and each bad one has exactly one clear problem."""

import json
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from shutil import which
from subprocess import run
from time import process_time

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from diary.exports import read_json
from diary.importers import (
    AmbiguousDates,
    File,
    Options,
    UnknownLayout,
    UnreadableFile,
    canadian_grid,
    dmkg_calendar,
    read,
)
from diary.importers.sheets import read_sheets

EXPORTS = Path(__file__).parents[1] / "data" / "exports"

D1, D2, D3, D4 = (date(2026, 3, day) for day in range(1, 5))
GOOD = [[D1, "mild", 2], [D2, "none", None], [D3, "severe", 5]]
HEADER = ["Date", "Severity", "Hours"]


@pytest.fixture
def book(tmp_path):
    """Saves rows as a workbook, after a last touch, and reads it."""

    def save_and_read(rows, touch=lambda workbook: None, **options):
        path = save(tmp_path / "diary.xlsx", rows, touch)
        return read(path, patient="P1", options=Options(**options))

    return save_and_read


def save(path, rows, touch=lambda workbook: None):
    """A workbook of one sheet called Diary."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "Diary"
    for row in rows:
        workbook.active.append(row)
    touch(workbook)
    workbook.save(path)
    return path


def rewrite(path, member, change):
    """The same workbook with one member of its zip file changed."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents[member] = change(contents[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def days(batch):
    """Severity by day of the month."""
    return {day.date.day: day.severity for day in batch.days}


def wheres(batch):
    """Where the problems are."""
    return [problem.where for problem in batch.problems]


ALL_GOOD = {1: 1, 2: 0, 3: 3}

# Rows


def test_a_missing_column_leaves_its_values_unknown(book):
    batch = book([["Date", "Severity"], [D1, "mild"], [D2, "none"]])

    assert ({1: 1, 2: 0}, None, []) == (days(batch), batch.days[0].minutes, wheres(batch))


def test_a_table_without_its_date_column_is_not_recognised(tmp_path):
    with pytest.raises(UnknownLayout, match="Rename them to Date"):
        read(save(tmp_path / "x.xlsx", [["Severity", "Hours"], ["mild", 2]]))


def test_of_two_rows_of_headers_the_known_one_is_used(book):
    batch = book([["When", "How bad", "How long"], HEADER, *GOOD])

    assert (ALL_GOOD, []) == (days(batch), wheres(batch))


def test_headers_that_come_again_are_left_out_once(book):
    batch = book([HEADER, *GOOD[:2], HEADER, GOOD[2]])

    assert (ALL_GOOD, ["sheet Diary, row 4"]) == (days(batch), wheres(batch))


def test_a_preamble_and_blank_lines_stand_above_many_tables(book):
    batch = book([["My headache diary"], [], ["Name:", "A. N. Other"], [], [None, None], HEADER, *GOOD])

    assert (ALL_GOOD, []) == (days(batch), wheres(batch))


def test_31_february_is_one_problem(book):
    batch = book([HEADER, ["13/02/2026", "mild", 2], ["31/02/2026", "what", "x"], ["14/02/2026", "none", None]])

    assert ({13: 1, 14: 0}, ["sheet Diary, row 3 (Date)"]) == (days(batch), wheres(batch))
    assert "31 February 2026 does not exist." == batch.problems[0].what


def test_an_end_before_the_start_is_one_problem_and_the_start_is_kept(book):
    batch = book(
        [
            ["Start", "End", "Severity"],
            [datetime(2026, 3, 1, 9), datetime(2026, 3, 1, 7), "mild"],
            [datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 11), "mild"],
        ]
    )

    assert [None, datetime(2026, 3, 2, 11)] == [attack.end for attack in batch.attacks]
    assert ["sheet Diary, row 2"] == wheres(batch)


def test_intensity_14_of_10_is_one_problem_and_still_a_headache(book):
    batch = book([["Date", "Pain (0-10)"], [D1, 7], [D2, 14], [D3, 0]])

    assert [(True, 7), (True, None), (False, 0)] == [(day.headache, day.intensity) for day in batch.days]
    assert ["sheet Diary, row 3 (Pain (0-10))"] == wheres(batch)


def test_a_number_among_words_is_one_problem(book):
    batch = book([HEADER, *GOOD, [D4, 7, 1]])

    assert (ALL_GOOD | {4: None}, ["sheet Diary, row 5 (Severity)"]) == (days(batch), wheres(batch))


def test_merged_cells_count_for_every_row_that_they_cover(book):
    def merge(workbook):
        workbook["Diary"].merge_cells("B3:B4")
        workbook["Diary"].merge_cells("A1:C1")

    batch = book([["Diary of March"], HEADER, [D1, "mild", 2], [D2, None, 3]], merge)

    assert ({1: 1, 2: 1}, []) == (days(batch), wheres(batch))
    assert "Merged cells in sheet Diary count for every row that they cover." in batch.assumptions


def test_hidden_rows_are_data_and_it_is_said(book):
    def hide(workbook):
        workbook["Diary"].row_dimensions[3].hidden = True

    batch = book([HEADER, *GOOD], hide)

    assert (ALL_GOOD, []) == (days(batch), wheres(batch))
    assert "Hidden rows (1 in sheet Diary) are read like the others." in batch.assumptions


def test_a_formula_without_a_stored_value_is_one_problem(book):
    batch = book([HEADER, *GOOD, [D4, '=IF(1,"mild","")', 1]])

    assert ["sheet Diary, row 5 (Severity)"] == wheres(batch)
    assert "save it again" in batch.problems[0].remedy


def test_rows_that_differ_only_in_formulas_without_a_value_are_not_called_the_same(book):
    batch = book([HEADER, *GOOD, ["=A4+1", "mild", 1], ["=A5+1", "mild", 1]])

    assert (ALL_GOOD, ["sheet Diary, row 5 (Date)", "sheet Diary, row 6 (Date)"]) == (days(batch), wheres(batch))


def test_a_formula_with_a_stored_value_is_its_value(tmp_path):
    path = save(tmp_path / "x.xlsx", [["Date", "Pain (0-10)"], [D1, "=3+4"]])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb"<v\s*/>|<v></v>", b"<v>7</v>", xml))

    batch = read(path)

    assert ([7.0], ()) == ([day.intensity for day in batch.days], batch.problems)


def test_a_formula_that_failed_is_one_problem(tmp_path):
    path = save(tmp_path / "x.xlsx", [HEADER, *GOOD, [D4, "#N/A", 1]])

    batch = read(path)

    assert (ALL_GOOD | {4: None}, ["sheet Diary, row 5 (Severity)"]) == (days(batch), wheres(batch))


def test_dates_of_a_1904_workbook_are_the_dates_that_it_shows(book):
    def from_1904(workbook):
        workbook.epoch = CALENDAR_MAC_1904

    assert (ALL_GOOD, []) == (days(batch := book([HEADER, *GOOD], from_1904)), wheres(batch))


def test_day_numbers_of_a_1904_workbook_count_from_1904(book):
    def from_1904(workbook):
        workbook.epoch = CALENDAR_MAC_1904

    batch = book([HEADER, [44620, "mild", 2]], from_1904)

    assert [date(2026, 3, 1)] == [day.date for day in batch.days]


def test_text_dates_are_dates(book):
    batch = book([HEADER, ["1 March 2026", "mild", 2], ["2026-03-02", "none", None]])

    assert ({1: 1, 2: 0}, []) == (days(batch), wheres(batch))


@pytest.mark.parametrize("label", ["Total", "Sum:", "Average", "Total days", "Summe"])
def test_a_row_of_totals_is_no_day(book, label):
    batch = book([HEADER, *GOOD, [label, "mild", 7]])

    assert (ALL_GOOD, ["sheet Diary, row 5"]) == (days(batch), wheres(batch))


def test_a_row_that_stands_twice_counts_once(book):
    batch = book([HEADER, *GOOD, GOOD[0]])

    assert (ALL_GOOD, 120, ["sheet Diary, row 5"]) == (days(batch), batch.days[0].minutes, wheres(batch))


def test_a_row_without_a_date_is_one_problem(book):
    batch = book([HEADER, *GOOD, [None, "mild", 7]])

    assert (ALL_GOOD, ["sheet Diary, row 5 (Date)"]) == (days(batch), wheres(batch))


def test_a_column_that_comes_twice_is_one_problem(book):
    batch = book([["Date", "Nausea", "Nausea", "Severity"], [D1, "yes", "no", "mild"]])

    assert ([True], ["sheet Diary, row 1 (Nausea)"]) == ([day.nausea for day in batch.days], wheres(batch))


def test_dates_that_can_be_read_two_ways_stop_the_reading(book):
    rows = [HEADER, ["01/02/2026", "mild", 2], ["03/04/2026", "none", None]]
    with pytest.raises(AmbiguousDates, match="--date-order"):
        book(rows)

    assert [date(2026, 2, 1), date(2026, 4, 3)] == [day.date for day in book(rows, date_order="dmy").days]


def test_numbers_as_text_are_numbers(book):
    batch = book([["Date", "Pain (0-10)", "Hours"], [D1, "7", "2.5"]])

    assert [(7.0, 150)] == [(day.intensity, day.minutes) for day in batch.days]


def test_decimal_commas_are_decimals(book):
    batch = book([["Date", "Pain (0-10)", "Hours"], [D1, "7,5", "2,5"]])

    assert [(7.5, 150)] == [(day.intensity, day.minutes) for day in batch.days]


# Sheets and files


def test_an_empty_sheet_beside_the_diary_says_nothing(book):
    batch = book([HEADER, *GOOD], lambda workbook: workbook.create_sheet("Sheet2"))

    assert (ALL_GOOD, []) == (days(batch), wheres(batch))


def test_a_workbook_of_empty_sheets_is_a_sentence(tmp_path):
    with pytest.raises(UnknownLayout, match="holds no table"):
        read(save(tmp_path / "x.xlsx", []))


def test_the_sheets_of_several_years_are_one_diary(book):
    def add_year(workbook):
        for row in (HEADER, [date(2025, 12, 31), "mild", 1]):
            workbook["2025"].append(row) if "2025" in workbook.sheetnames else workbook.create_sheet("2025").append(row)

    batch = book([HEADER, *GOOD], add_year)

    assert ALL_GOOD | {31: 1} == days(batch)


def test_unknown_headers_are_shown_with_what_they_may_mean(tmp_path):
    with pytest.raises(UnknownLayout, match='"Severety" may be "severity"'):
        read(save(tmp_path / "x.xlsx", [["Moon", "Severety"], ["full", "mild"]]))


def test_a_workbook_with_the_wrong_extension_is_read(tmp_path):
    assert ALL_GOOD == days(read(save(tmp_path / "diary.xlsx", [HEADER, *GOOD]).rename(tmp_path / "diary.csv")))


def test_a_huge_claimed_range_does_not_matter(tmp_path):
    path = save(tmp_path / "x.xlsx", [HEADER, *GOOD])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:C4"', b'ref="A1:XFD1048576"'))

    assert ALL_GOOD == days(read(path))


def test_one_cell_at_the_last_row_and_column_is_refused(tmp_path):
    def stray(workbook):
        workbook["Diary"]["XFD1048576"] = "x"

    with pytest.raises(UnreadableFile, match="spans far more cells"):
        read(save(tmp_path / "x.xlsx", [HEADER, *GOOD], stray))


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path):
    path = save(tmp_path / "x.xlsx", [HEADER, *GOOD])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 60_000_000)

    with pytest.raises(UnreadableFile, match="would unpack to far more"):
        read(path)


def test_a_document_type_is_refused(tmp_path):
    path = save(tmp_path / "x.xlsx", [HEADER, *GOOD])
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">]>'
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: bomb + xml)

    with pytest.raises(UnreadableFile, match="damaged"):
        read(path)


def test_a_workbook_cut_short_is_a_sentence(tmp_path):
    path = save(tmp_path / "x.xlsx", [HEADER, *GOOD])
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(UnreadableFile, match="cut short"):
        read(path)


def test_a_damaged_member_is_a_sentence(tmp_path):
    path = save(tmp_path / "x.xlsx", [HEADER, *GOOD])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])

    with pytest.raises(UnreadableFile, match="damaged"):
        read(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n \n", "is empty"),
        (b"<html><body><table><tr><td>Date</td></tr></table></body></html>", "a web page"),
        (b"\xef\xbb\xbf <!DOCTYPE html><html></html>", "a web page"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<?xml version='1.0'?><Workbook/>", "an XML file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is a picture"),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1", "is a picture"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "is a calendar"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged or not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (b"Date,Severity\n" + b"x" * 200_000, "not a table of text"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_a_sentence_of_its_own(tmp_path, content, sentence):
    (tmp_path / "diary.xls").write_bytes(content)

    with pytest.raises(UnreadableFile, match=sentence):
        read(tmp_path / "diary.xls")


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        ("../diary.csv", "zip archive without a workbook.*Unpack it"),
        ("word/document.xml", "Word document. Copy its table"),
        ("Index/Document.iwa", "Numbers or Pages document. Open it there and export it"),
    ],
)
def test_a_zip_archive_that_is_no_workbook_is_a_sentence(tmp_path, member, sentence):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(member, "Date,Severity\n")

    with pytest.raises(UnreadableFile, match=sentence):
        read(tmp_path / "x.zip")


def test_a_medicine_of_ten_thousand_digits_is_a_name_that_nobody_knows(tmp_path):
    (tmp_path / "x.csv").write_text(f"Date,Severity,Medication\n2026-03-01,mild,{'9' * 10_000}\n", encoding="utf-8")
    began = process_time()

    batch = read(tmp_path / "x.csv")

    assert ({1: 1}, [("9" * 60 + "…", None)]) == (days(batch), [(d.medicine, d.medicine_class) for d in batch.doses])
    assert process_time() - began < 1


LONG = ["(", "[", "9", " ", "-", "a, ", "9 ", "1 h "]
"""What a cell can be full of; looking for a number or a bracket in it must not begin anew at every character."""


@pytest.mark.parametrize("full", LONG)
def test_a_cell_that_is_as_long_as_one_can_be_takes_no_longer_to_read(tmp_path, full):
    rows = ["Date,Severity,Hours,Medication", *(f'2026-03-0{n},mild,"{full * 30_000:.30000}",' for n in (1, 2))]
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    began = process_time()

    assert {1: 1, 2: 1} == days(read(tmp_path / "x.csv"))
    assert process_time() - began < 1


@pytest.mark.parametrize("full", LONG)
@pytest.mark.parametrize("sample", ["canadian-grid/march-2026.csv", "dmkg-calendar/kalender.xlsx"])
def test_a_long_label_or_letter_in_a_sheet_of_days_takes_no_longer_to_read(sample, full):
    sheets = read_sheets(EXPORTS / sample)
    last = sheets[0].rows[-1]
    sheets[0].rows.extend([*last[:n], (full * 30_000)[:30_000], *last[n + 1 :]] for n in range(8))
    layout = canadian_grid if sample.startswith("canadian") else dmkg_calendar
    file = File(EXPORTS / sample)
    file.__dict__["sheets"] = sheets
    began = process_time()

    layout.LAYOUT.read(file, "P1", Options(year=2026))

    assert process_time() - began < 1


def test_units_beyond_every_number_are_one_problem(tmp_path):
    (tmp_path / "x.csv").write_text(f"Botox date,Units\n2026-03-01,{'9' * 400}\n2026-06-01,155\n", encoding="utf-8")

    batch = read(tmp_path / "x.csv")

    assert ([155.0], ["row 2 (Units)"]) == ([s.amount for s in batch.treatments if s.amount], wheres(batch))


@pytest.mark.parametrize(
    ("kind", "entry", "said"),
    [
        ("days", {"date": "2026-03-01", "kind": "migrane"}, "The kind 'migrane' is not known"),
        ("treatments", {"kind": "botox", "product": "Botox", "start": "2026-03-01"}, "The kind 'botox' is not known"),
    ],
)
def test_a_word_that_an_export_never_holds_is_one_problem(kind, entry, said):
    batch = read_json(json.dumps({"format": "migraine-diary/1", kind: [{"patient": "P1"} | entry]}))

    assert ([f"{kind}, entry 1"], True) == (wheres(batch), batch.problems[0].what.startswith(said))


# Other programs


def test_an_old_xls_file_is_read_like_the_others(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Diary")
    shown = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row, cells in enumerate([HEADER, *GOOD]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, *((cell, shown) if isinstance(cell, date) else (cell,)))
    workbook.save(str(tmp_path / "x.xls"))

    assert ALL_GOOD == days(read(tmp_path / "x.xls"))


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "xls", "csv"])
def test_libreoffice_saves_the_same_diary(tmp_path, kind):
    def clock(workbook):
        workbook["Diary"]["D2"].number_format = "hh:mm"

    rows = [[*HEADER, "Start"], *([*row, time(9, 30)] for row in GOOD)]
    path = save(tmp_path / "x.xlsx", rows, clock)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(path)]
    run(command, check=True, capture_output=True, timeout=120)

    expected, back = read(path), read(tmp_path / f"x.{kind}", options=Options(date_order="mdy"))

    assert expected.attacks == back.attacks
    assert expected.days == back.days


def test_empty_cells_that_are_merged_beside_the_table_are_no_part_of_it(book):
    batch = book([HEADER, *GOOD], lambda workbook: workbook["Diary"].merge_cells("E2:F4"))

    assert (ALL_GOOD, []) == (days(batch), wheres(batch))
