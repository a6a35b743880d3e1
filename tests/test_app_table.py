"""Tables of apps: declared by their headers, and read like any other table, with nothing left to ask."""

import csv
from datetime import datetime

import pytest

from diary.importers.app_table import AppTable, Column, attack_layout, day_layout
from diary.importers.file import File
from diary.importers.options import Options
from diary.model import Source

TRACKER = AppTable(
    "Some Tracker",
    columns=(
        Column("Began", "start"),
        Column("Ended", "end"),
        Column("Offset", "utc_offset"),
        Column("Strength", "pain"),
        Column(("Drug", "Drugs"), "medicine"),
        Column("Sick", "nausea"),
        Column("Sick", "vomiting", lambda cell: cell if cell == "no" else None),
    ),
    needs=("Began", "Strength"),
    date_order="dmy",
    scale="0-10",
)
LAYOUT = attack_layout(TRACKER, takes="", leaves="", blanks="")


@pytest.fixture
def drawn(tmp_path):
    """Saves a table drawn with bars, and opens it."""

    def save(picture):
        path = tmp_path / "export.csv"
        rows = [[cell.strip() for cell in line.split("|")] for line in picture.strip().splitlines()]
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return File(path)

    return save


def read(file, **options):
    return LAYOUT.read(file, "P1", Options(**options))


def test_what_an_app_always_writes_is_not_asked_for(drawn):
    batch = read(
        drawn("""
        Began            | Ended            | Strength
        01/02/2021 10:00 | 01/02/2021 12:30 | 2
        """)
    )

    attack = batch.attacks[0]
    assert (datetime(2021, 2, 1, 10), datetime(2021, 2, 1, 12, 30), 2) == (attack.start, attack.end, attack.intensity)
    said = 'The column "Strength" is read as intensity from 0 to 10, the worst, as its program writes it.'
    assert said in batch.assumptions


def test_the_facts_bear_the_name_of_the_app(drawn):
    batch = read(
        drawn("""
        Began            | Strength | Drug
        01/02/2021 10:00 | 2        | Sumatriptan
        """)
    )

    assert (Source("P1", "Some Tracker", events_only=True, medication=True),) == batch.sources
    assert {"Some Tracker"} == {fact.source for fact in (*batch.attacks, *batch.doses)}


def test_a_list_of_attacks_stays_one_where_an_attack_was_without_pain(drawn):
    batch = read(
        drawn("""
        Began            | Strength
        01/02/2021 10:00 | 2
        02/02/2021 10:00 | 0
        """)
    )

    assert [True] == [source.events_only for source in batch.sources]


def test_a_table_is_known_by_the_headers_that_it_needs_wherever_they_stand(drawn):
    assert TRACKER.claims(drawn("My export |\n |\n Strength | began"))
    assert not TRACKER.claims(drawn("Strength | Ended"))


def test_of_an_old_and_a_new_header_the_one_that_says_something_counts(drawn):
    batch = read(
        drawn("""
        Began            | Strength | Drugs     | Drug
        01/02/2021 10:00 | 2        | Ibuprofen |
        02/02/2021 10:00 | 2        |           | Sumatriptan
        """)
    )

    assert ["Ibuprofen", "Sumatriptan"] == [dose.medicine for dose in batch.doses]


def test_one_header_can_fill_several_fields(drawn):
    batch = read(
        drawn("""
        Began            | Strength | Sick
        01/02/2021 10:00 | 2        | yes
        02/02/2021 10:00 | 2        | no
        """)
    )

    assert [(True, None), (False, False)] == [(attack.nausea, attack.vomiting) for attack in batch.attacks]


def test_an_offset_from_utc_belongs_to_the_start_and_an_impossible_one_is_a_problem(drawn):
    batch = read(
        drawn("""
        Began            | Strength | Offset
        01/02/2021 10:00 | 2        | -300
        02/02/2021 10:00 | 2        | 5000
        """)
    )

    assert [-300, None] == [attack.utc_offset for attack in batch.attacks]
    assert ["row 3 (Offset)"] == [problem.where for problem in batch.problems]


def test_a_problem_names_the_row_and_header_that_the_file_shows(drawn):
    batch = read(
        drawn("""
        Weather | Began            | Strength
        rain    | 31/02/2021 10:00 | 2
        sun     | 01/03/2021 10:00 | 14
        """)
    )

    assert ["row 2 (Began)", "row 3 (Strength)"] == [problem.where for problem in batch.problems]
    assert "Columns that were not read: Weather." in batch.assumptions


def test_a_row_that_is_too_short_or_too_long_is_read_as_far_as_it_goes_and_is_one_problem(drawn):
    batch = read(
        drawn("""
        Began            | Strength | Drug
        01/02/2021 10:00 | 3        | Ibuprofen
        02/02/2021 10:00
        03/02/2021 10:00 | 4        | Maxalt    | it was bad
        """)
    )

    assert [3, None, 4] == [attack.intensity for attack in batch.attacks]
    assert ["row 3", "row 4"] == [problem.where for problem in batch.problems]


def test_of_several_columns_of_one_field_the_first_that_says_something_counts(drawn):
    app = AppTable(
        "Some Tracker",
        (Column("Began", "start"), Column("Sick", "nausea"), Column("Felt", "nausea", lambda cell: cell == "queasy")),
        ("Began",),
    )
    layout = attack_layout(app, takes="", leaves="", blanks="")

    batch = layout.read(
        drawn("""
        Began            | Felt   | Sick
        13/02/2021 10:00 | queasy |
        14/02/2021 10:00 | queasy | no
        """),
        "P1",
        Options(),
    )

    assert [True, False] == [attack.nausea for attack in batch.attacks]


def test_an_end_is_on_the_clock_of_the_place_and_time_at_which_it_was(drawn):
    app = AppTable(
        "Some Tracker",
        (
            Column("Began", "start"),
            Column("Lasted", "duration"),
            Column("Offset", "utc_offset"),
            Column("Then", "end_utc_offset"),
        ),
        ("Began",),
    )
    layout = attack_layout(app, takes="", leaves="", blanks="")

    batch = layout.read(
        drawn("""
        Began            | Lasted | Offset | Then
        2024-03-30 23:30 | 4 h    | 60     | 120
        2024-07-01 12:00 | 3 h    | 120    | -240
        2024-07-05 12:00 | 3 h    | -240   | -240
        """),
        "P1",
        Options(),
    )

    over_clock_change, flight_west, at_home = (attack.end for attack in batch.attacks)
    assert datetime(2024, 3, 31, 4, 30) == over_clock_change
    assert datetime(2024, 7, 1, 15) == flight_west
    assert datetime(2024, 7, 5, 15) == at_home


def test_a_table_of_days_can_be_declared_too(drawn):
    app = AppTable("Day App", (Column("Day", "date"), Column("Ache", "headache")), ("Ache",), events_only=False)
    layout = day_layout(app, takes="", leaves="", blanks="")

    batch = layout.read(drawn("Day | Ache\n2021-02-01 | yes\n2021-02-04 | no"), "P1", Options())

    assert [True, False] == [day.headache for day in batch.days]
    assert (Source("P1", "Day App"),) == batch.sources
