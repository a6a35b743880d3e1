"""Paper diaries typed into a spreadsheet: days across (Canadian), and days down with a tab a month (DMKG)."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from diary.importers import Options, identify, read
from diary.importers.options import UnknownYear

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
CANADIAN = EXPORTS / "canadian-grid" / "march-2026.csv"
DMKG = EXPORTS / "dmkg-calendar" / "kalender.xlsx"
YEAR = Options(year=2026)


@pytest.fixture
def grid(tmp_path):
    """The Canadian sample as rows to be damaged, and a way to read them."""
    return Damaged(tmp_path / "grid.csv", list(csv.reader(CANADIAN.read_text("utf-8").splitlines())), Options())


@pytest.fixture
def calendar(tmp_path):
    """The first tab of the DMKG sample as rows to be damaged, and a way to read them."""
    sheet = openpyxl.load_workbook(DMKG)["Januar"]
    rows = [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    return Damaged(tmp_path / "kalender.csv", rows, YEAR)


class Damaged:
    """Rows of a file, written and read as they are by now."""

    def __init__(self, path, rows, options):
        self.path, self.rows, self.options = path, rows, options

    def row(self, start):
        return next(row for row in self.rows if any(cell.startswith(start) for cell in row))

    def read(self, encoding="utf-8", options=None):
        with self.path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file).writerows(self.rows)
        return read(self.path, patient="P1", options=options or self.options)


def day(batch, number, month):
    return next((one for one in batch.days if one.date == date(2026, month, number)), None)


def wheres(batch):
    return [problem.where for problem in batch.problems]


# --- days across


def test_a_zero_is_no_headache_and_a_blank_says_nothing(grid):
    batch = grid.read()

    assert [False, True, None] == [one and one.headache for one in (day(batch, n, 3) for n in (1, 2, 6))]


def test_a_day_with_zeros_and_blanks_is_left_open_and_said(grid):
    batch = grid.read()

    assert day(batch, 5, 3) is None
    assert any("left open: 5." in problem.what for problem in batch.problems)


def test_tablets_of_a_medicine_are_an_intake_with_its_relief(grid):
    intake = grid.read().doses[0]

    assert ("Sumatriptan", 100, "mg", 2, False) == (
        intake.medicine,
        intake.amount,
        intake.unit,
        intake.relief,
        intake.timed,
    )


def test_a_blank_tablet_cell_is_none_only_when_asked(grid):
    unknown, none = grid.read(), grid.read(options=Options(blank_medication="none"))

    assert (None, False) == (day(unknown, 9, 3).acute, day(none, 9, 3).acute)
    assert any("--blank-medication none" in sentence for sentence in unknown.assumptions)


def test_a_preventive_row_is_proposed_and_not_filed(grid):
    batch = grid.read()

    assert () == batch.treatments
    assert any("migraine preventive start Topiramate --date 2026-03-01" in problem.remedy for problem in batch.problems)


def test_a_grid_in_windows_letters_is_read(grid):
    grid.row("Weather")[0] = "Wetter: Föhn"

    assert 7 == len(grid.read("cp1252").days)


def test_a_grid_in_utf_16_is_read(grid):
    assert 7 == len(grid.read("utf-16").days)


def test_a_grid_cut_short_gives_the_rows_that_are_there(grid):
    del grid.rows[10:]
    batch = grid.read()

    assert (7, 2) == (len(batch.days), len(batch.doses))


def test_a_grid_without_one_part_of_the_day_is_read_by_the_others(grid):
    grid.rows.remove(grid.row("Evening"))

    assert day(grid.read(), 1, 3).headache is False


def test_further_columns_beside_the_days_are_left_alone(grid):
    for number, row in enumerate(grid.rows):
        row.append("Total" if number == 4 else "9")

    assert 7 == len(grid.read().days)


def test_a_word_in_the_middle_is_one_problem_of_its_day(grid):
    grid.row("Severity")[3] = "bad"
    batch = grid.read()

    assert 1 == wheres(batch).count("row 6 (Severity 0-10 Morning, 2 March 2026)")
    assert 7 == day(batch, 2, 3).intensity


def test_a_row_that_stands_twice_changes_nothing(grid):
    before = grid.read()
    grid.rows.insert(8, list(grid.row("Evening")))

    assert before.days == grid.read().days


def test_a_grid_without_a_year_asks_for_it(grid):
    grid.rows[2] = ["Month: March"]

    with pytest.raises(UnknownYear, match="is of March and does not say of which year. Say it with --year 2026"):
        grid.read()
    assert 7 == len(grid.read(options=YEAR).days)


@pytest.mark.parametrize(
    ("header", "what"), [([], "It names no month"), (["March 2026", "April 2026"], "more than one month or year")]
)
def test_a_grid_of_no_month_or_of_two_is_not_guessed(grid, header, what):
    grid.rows[2] = header
    batch = grid.read(options=YEAR)

    assert ((), ()) == (batch.days, batch.doses)
    assert what in batch.problems[0].what


def test_words_around_the_grid_name_no_month(grid):
    grid.rows[0] = ["You may write in march, or in 2019"]

    assert 7 == len(grid.read().days)


# --- days down


def test_the_year_of_the_german_calendar_is_asked_for():
    with pytest.raises(UnknownYear, match="sheet Januar is of January and does not say of which year"):
        read(DMKG)


def test_a_medicine_is_named_by_its_letter(calendar):
    assert [("Sumatriptan", 50), ("Ibuprofen", 800)] == [(d.medicine, d.amount) for d in calendar.read().doses[:2]]


def test_letters_with_counts_are_as_many_intakes(calendar):
    calendar.row("2")[15] = "2A, 1 B"

    found = [(dose.medicine, dose.amount) for dose in calendar.read().doses if dose.taken.day == 2]
    assert [("Sumatriptan", 100), ("Ibuprofen", 400)] == found


def test_a_letter_without_a_name_is_a_problem_and_still_a_day_with_medicine(calendar):
    batch = calendar.read()

    assert any('The letter "D" stands for no medicine' in problem.what for problem in batch.problems)
    assert day(batch, 20, 1).acute


def test_one_side_and_both_sides_answer_one_question(calendar):
    batch = calendar.read()

    assert [True, False, None] == [day(batch, number, 1).unilateral for number in (2, 3, 31)]


def test_a_calendar_without_zeros_is_a_list_of_headaches(calendar):
    calendar.row("1")[2] = ""
    calendar.row("15")[2] = ""

    assert calendar.read().sources[0].events_only


def test_strengths_that_fit_two_scales_are_asked_for(calendar):
    for row in calendar.rows[11:42]:
        row[2] = "2" if row[2] not in ("", "0") else row[2]

    with pytest.raises(Exception, match="--scale 0-10"):
        calendar.read()


def test_a_calendar_in_windows_letters_is_read(calendar):
    assert 8 == len(calendar.read("cp1252").days)


def test_a_calendar_cut_short_gives_the_days_that_are_there(calendar):
    del calendar.rows[14:]

    assert [1, 2, 3] == [one.date.day for one in calendar.read().days]


def test_a_column_that_is_missing_leaves_its_answers_open(calendar):
    place = next(row for row in calendar.rows if "Stärke" in row).index("Übelkeit")
    for row in calendar.rows:
        del row[place]

    assert day(calendar.read(), 2, 1).nausea is None


def test_columns_in_another_order_are_found_by_their_headers(calendar):
    before = calendar.read().days
    for row in calendar.rows[9:42]:
        row[2], row[3] = row[3], row[2]

    assert before == calendar.read().days


def test_an_odd_row_in_the_middle_is_one_problem(calendar):
    calendar.row("2")[3] = "lang"
    batch = calendar.read()

    assert 1 == len([where for where in wheres(batch) if where.endswith("(Dauer)")])
    assert day(batch, 2, 1).minutes is None


def test_a_day_that_stands_twice_is_said(calendar):
    calendar.rows.insert(13, list(calendar.rows[12]))
    batch = calendar.read()

    assert 1 == len([problem for problem in batch.problems if "stands above already" in problem.what])
    assert 1 == len([dose for dose in batch.doses if dose.taken.day == 2])


def test_spelt_out_umlauts_are_the_same_headers(calendar):
    before = calendar.read().days
    row = next(row for row in calendar.rows if "Stärke" in row)
    row[:] = [cell.replace("ä", "ae").replace("ö", "oe").replace("Ü", "Ue") for cell in row]

    assert before == calendar.read().days


@pytest.mark.parametrize("path", [CANADIAN, DMKG], ids=lambda path: path.stem)
def test_each_grid_is_told_by_its_content(path, tmp_path):
    (tmp_path / "x.bin").write_bytes(path.read_bytes())

    assert {"Canadian headache grid", "DMKG headache calendar"} >= {identify(tmp_path / "x.bin").name}
