"""What holds for every file: splitting, shuffling and repeating it changes no fact, and an export comes back whole."""

import csv
import random
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diary.facts import CLASSES, tidied_batch
from diary.importers import Options, read
from diary.importers.sheets import read_sheets
from diary.model import Batch, DiaryError
from diary.template import EXPORT, write_workbook
from tests.strategies import batches

DECIDED = Options(date_order="dmy", blank_medication="unknown")
HEADER = ["Date", "Headache", "Intensity (0-10)", "Hours", "Medicine", "Nausea", "Period", "Note"]
ATTACK_HEADER = ["Start", "End", "Intensity (0-10)", "Medicine", "Aura", "Note"]


DAY_HEADER = ["Date", "Severity", "Hours", "Medicine", "Nausea", "Botox"]
START_HEADER = ["Start", "End", "Pain level", "Medicine", "Type", "Patient"]
odd_cells = st.text(max_size=12) | st.sampled_from(
    ["", "2026-03-01", "31/02/2026", "13/02/26", "2026-03-01 10:00", "25:00", "2 days", "999 days", "1e400", "1,000"]
    + ["14", "-1", "mild", "none", "ongoing", "Total", "Date", "Topamax 50 mg", "155 U", "٣/٣/٢٠٢٤", "1700000000"]
)


def facts_of(batch):
    """The facts alone, without what was said about reading them."""
    return Batch(**{name: getattr(batch, name) for name in CLASSES})


def read_rows(header, rows, patient="P1"):
    """The facts of a csv file with these rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diary.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
        return read(path, patient=patient, options=DECIDED)


def sets(batch, *names):
    """The facts as sets, for comparisons in which order means nothing."""
    return {name: set(getattr(batch, name)) for name in names}


@st.composite
def day_rows(draw, size=12):
    """Rows of distinct days, first a headache-free one in each half, so that no half is a list of headaches."""
    days = draw(st.lists(st.integers(0, 300), min_size=4, max_size=size, unique=True))
    rows = [draw(a_day(date(2024, 1, 13) + timedelta(days=day))) for day in days]
    for index in (0, -1):
        rows[index][1:4] = ["no", "", ""]
    return rows


@st.composite
def a_day(draw, day):
    """One row; pain only where there may be a headache."""
    headache = draw(st.sampled_from(["yes", "no", ""]))
    ache = headache == "yes"
    return [
        f"{day:%d/%m/%Y}",
        headache,
        draw(st.sampled_from(["", "1", "4,5", "10"])) if ache else "",
        draw(st.sampled_from(["", "2 h", "3,5", "90 min", "02:30"])) if ache else "",
        draw(st.sampled_from(["", "none", "Sumatriptan 50 mg", "ibuprofen + paracetamol"])),
        draw(st.sampled_from(["", "x", "no"])),
        draw(st.sampled_from(["", "yes"])),
        draw(st.sampled_from(["", "stress", "=1+1"])),
    ]


@st.composite
def attack_rows(draw, size=12):
    """Rows of attacks with distinct starts."""
    hours = draw(st.lists(st.integers(0, 5000), min_size=2, max_size=size, unique=True))
    rows = []
    for hour in hours:
        start = date(2024, 1, 13) + timedelta(days=hour // 24)
        clock = f"{hour % 24:02}:15"
        end = draw(st.sampled_from(["", f"{start + timedelta(days=1):%d/%m/%Y} 23:50"]))
        pain = draw(st.sampled_from(["", "3", "9"]))
        took = draw(st.sampled_from(["", "none", "Sumatriptan 50 mg", "Naproxen"]))
        rows.append([f"{start:%d/%m/%Y} {clock}", end, pain, took, draw(st.sampled_from(["", "yes"])), f"no {hour}"])
    return rows


FACTS = ("days", "attacks", "doses", "treatments", "sources")


@settings(deadline=None, max_examples=40)
@given(day_rows(), st.data())
def test_splitting_a_table_of_days_and_reading_both_parts_gives_the_facts_of_the_whole(rows, data):
    cut = data.draw(st.integers(1, len(rows) - 1))

    parts = read_rows(HEADER, rows[:cut]) + read_rows(HEADER, rows[cut:])

    assert sets(read_rows(HEADER, rows), *FACTS) == sets(parts, *FACTS)


@settings(deadline=None, max_examples=40)
@given(attack_rows(), st.data())
def test_splitting_a_table_of_attacks_between_two_days_and_reading_both_parts_gives_the_facts_of_the_whole(rows, data):
    later = sorted({day_of(row) for row in rows})[1:]
    assume(later)
    cut = data.draw(st.sampled_from(later))

    parts = [[row for row in rows if (day_of(row) < cut) == before] for before in (True, False)]

    both = read_rows(ATTACK_HEADER, parts[0]) + read_rows(ATTACK_HEADER, parts[1])
    assert sets(read_rows(ATTACK_HEADER, rows), *FACTS) == sets(both, *FACTS)


def day_of(row):
    """The day on which the attack of this row begins, as text that sorts by date."""
    return "".join(reversed(row[0][:10].split("/")))


def test_a_day_is_without_medicine_only_where_every_attack_of_it_says_none():
    """So a file that is cut within a day can say less than its parts: the blank beside the "none" is then not seen."""
    none, blank = (["13/01/2024 00:15", "", "", "none", "", ""], ["13/01/2024 01:15", "", "", "", "", ""])

    alone, both = read_rows(ATTACK_HEADER, [none]), read_rows(ATTACK_HEADER, [none, blank])

    assert [False] == [day.acute for day in alone.days]
    assert [] == [day for day in both.days if day.acute is False]


@settings(deadline=None, max_examples=40)
@given(day_rows(), st.randoms())
def test_the_order_of_rows_changes_no_fact(rows, chance: random.Random):
    repeated = [*rows, [*rows[0][:7], "another entry of that day"]]
    shuffled = chance.sample(repeated, len(repeated))

    assert sets(read_rows(HEADER, repeated), *FACTS) == sets(read_rows(HEADER, shuffled), *FACTS)


@settings(deadline=None, max_examples=40)
@given(attack_rows(), st.randoms())
def test_repeating_rows_changes_no_fact_and_is_said_once_for_each(rows, chance: random.Random):
    again = chance.sample(rows, len(rows))

    whole, doubled = read_rows(ATTACK_HEADER, rows), read_rows(ATTACK_HEADER, rows + again)

    assert sets(whole, *FACTS) == sets(doubled, *FACTS)
    assert len(whole.problems) + len(rows) == len(doubled.problems)


@settings(deadline=None, max_examples=20)
@given(batches())
def test_an_exported_workbook_comes_back_with_the_same_facts(batch):
    with TemporaryDirectory() as folder:
        path = write_workbook(batch, Path(folder) / "diary.xlsx")

        back = read(path, patient="nobody")

    assert tidied_batch(batch) == tidied_batch(facts_of(back))
    assert () == back.problems


@settings(deadline=None, max_examples=10)
@given(batches())
def test_exporting_what_was_imported_writes_the_same_cells(batch):
    with TemporaryDirectory() as folder:
        first = write_workbook(batch, Path(folder) / "first.xlsx")
        second = write_workbook(facts_of(read(first)), Path(folder) / "second.xlsx")

        assert [sheet.rows for sheet in read_sheets(first)] == [sheet.rows for sheet in read_sheets(second)]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(odd_cells, min_size=6, max_size=6), max_size=5), st.sampled_from([DAY_HEADER, START_HEADER]))
def test_whatever_stands_in_the_cells_the_answer_is_facts_and_problems_or_a_sentence(rows, header):
    try:
        sentences = [problem.remedy for problem in read_rows(header, rows).problems]
    except DiaryError as error:
        sentences = [str(error)]

    assert all(sentence.endswith(".") for sentence in sentences)


def test_a_batch_has_no_field_that_the_workbook_leaves_out():
    """A new kind of fact must get its sheet."""
    kept = {plan.facts for plan in EXPORT}

    assert {field.name for field in fields(Batch)} - {"assumptions", "problems"} == kept
