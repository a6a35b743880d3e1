"""Columns that are called after a medicine: how many of it were taken, and what is left open."""

from functools import partial

import pytest

from tests.drawn_tables import read_drawn, told


@pytest.fixture
def drawn(tmp_path):
    """Reads a table drawn with bars, as a csv file."""
    return partial(read_drawn, tmp_path / "diary.csv")


def test_a_column_may_be_called_after_a_medicine_and_say_how_many(drawn):
    batch = drawn("""
        Date       | Severity | Sumatriptan 50 mg | Ibuprofen | Notes
        2026-03-01 | mild     |                   |           |
        2026-03-02 | severe   | 2                 | x         |
        2026-03-03 | severe   | 0.5               | 100 mg    |
        2026-03-04 | none     |                   |           |
    """)

    assert [
        (2, "Ibuprofen", "non_opioid", None, None),
        (2, "Sumatriptan", "triptan", 100.0, "mg"),
        (3, "Ibuprofen", "non_opioid", 100.0, "mg"),
        (3, "Sumatriptan", "triptan", 25.0, "mg"),
    ] == sorted((dose.taken.day, dose.medicine, dose.medicine_class, dose.amount, dose.unit) for dose in batch.doses)
    assert {1: (False,), 2: (True,), 3: (True,), 4: (False,)} == told(batch, "acute")
    assert (
        "Columns that are called after a medicine say how many of it were taken: Sumatriptan 50 mg, Ibuprofen."
        in batch.assumptions
    )
    assert () == batch.problems


def test_a_nought_under_one_medicine_says_nothing_of_another(drawn):
    batch = drawn("""
        Date       | Severity | Sumatriptan | Ibuprofen
        2026-03-01 | mild     | 0           |
        2026-03-02 | mild     | 0           | no
        2026-03-03 | mild     | 0           | 1
    """)

    assert {1: (None,), 2: (False,), 3: (True,)} == told(batch, "acute")


@pytest.mark.parametrize(
    ("header", "number", "amount", "unit"),
    [
        ("Maxalt", "10", None, None),
        ("Maxalt dose", "10", None, None),
        ("Maxalt (mg)", "10", 10.0, "mg"),
        ("Maxalt (tablets)", "2", 2.0, "tablets"),
        ("Zomig", "2.5", None, None),
        ("Zomig", "1.5", 1.5, None),
        ("Ibuprofen", "8", 8.0, None),
        ("Ibuprofen", "400", None, None),
        ("Ibuprofen mg", "400", 400.0, "mg"),
        ("Novalgin drops", "40", 40.0, "drops"),
    ],
)
def test_numbers_that_may_be_milligrams_say_that_it_was_taken_and_no_amount(drawn, header, number, amount, unit):
    batch = drawn(f"""
        Date       | Severity | {header}
        2026-03-01 | mild     | {number}
        2026-03-02 | mild     |
    """)

    assert [(amount, unit)] == [(dose.amount, dose.unit) for dose in batch.doses]
    assert {1: (True,), 2: (False,)} == told(batch, "acute")
    asked = [] if amount else [f'If they are milligrams, call the column "{header.split()[0]} (mg)"']
    assert asked == [problem.remedy.split(" and import")[0] for problem in batch.problems]


@pytest.mark.parametrize(
    ("cell", "amount", "unit"),
    [
        ("1/2", 25.0, "mg"),
        ("½", 25.0, "mg"),
        ("1½", 75.0, "mg"),
        ("half", 25.0, "mg"),
        ("x2", 100.0, "mg"),
        ("100 mg", 100.0, "mg"),
        ("x", None, None),
        ("yes", None, None),
    ],
)
def test_how_many_may_be_written_in_several_ways(drawn, cell, amount, unit):
    batch = drawn(f"""
        Date       | Severity | Sumatriptan 50 mg
        2026-03-01 | mild     | {cell}
    """)

    assert [("Sumatriptan", amount, unit)] == [(dose.medicine, dose.amount, dose.unit) for dose in batch.doses]
    assert () == batch.problems


@pytest.mark.parametrize("cell", ["2 (didn't help)", "08:30", "400mg x2", "II", "1+1", "2 Kapseln abends", "1,000"])
def test_what_begins_with_a_number_was_taken_and_how_much_is_left_open(drawn, cell):
    batch = drawn(f"""
        Date       | Severity | Ibuprofen 400
        2026-03-01 | mild     | {cell}
        2026-03-02 | mild     |
    """)

    assert [("Ibuprofen", None)] == [(dose.medicine, dose.amount) for dose in batch.doses]
    assert [f'"{cell}" was kept as taken, and how much was left open.'] == [one.what for one in batch.problems]
    assert {1: (True,), 2: (False,)} == told(batch, "acute")


@pytest.mark.parametrize(("cell", "problems"), [("ran out", 1), ("xanax", 1), ("-1", 1), ("?", 0), ("unknown", 0)])
def test_what_nobody_can_read_is_not_nothing(drawn, cell, problems):
    batch = drawn(f"""
        Date       | Severity | Sumatriptan | Ibuprofen
        2026-03-01 | mild     | {cell}      |
        2026-03-02 | mild     | 1           |
        2026-03-03 | mild     |             |
    """)

    assert {1: (None,), 2: (True,), 3: (False,)} == told(batch, "acute")
    assert problems == len(batch.problems)


@pytest.mark.parametrize("cell", ["0", "0 mg", "0 tablets", "0x", "no", "none"])
def test_a_nought_with_a_unit_is_a_nought(drawn, cell):
    batch = drawn(f"""
        Date       | Severity | Sumatriptan
        2026-03-01 | mild     | {cell}
    """)

    assert ((), {1: (False,)}) == (batch.doses, told(batch, "acute"))


def test_where_some_cells_say_none_a_blank_is_not_known(drawn):
    batch = drawn("""
        Date       | Severity | Sumatriptan | Ibuprofen
        2026-03-01 | mild     | 0           |
        2026-03-02 | mild     | 1           | 2
        2026-03-03 | mild     |             |
    """)

    assert {1: (None,), 2: (True,), 3: (None,)} == told(batch, "acute")


def test_a_row_says_the_same_in_a_longer_table(drawn):
    short = drawn("""
        Date       | Severity | Sumatriptan
        2026-03-01 | mild     | 1
    """)
    longer = drawn("""
        Date       | Severity | Sumatriptan
        2026-03-01 | mild     | 1
        2026-03-02 | mild     | 2
        2026-03-03 | mild     | 50
    """)

    assert short.doses[0] in longer.doses


@pytest.mark.parametrize("header", ["Sumatriptan 50 mg", "Sumatriptan 50 mg (tablets)", "Sumatriptan 50"])
def test_numbers_that_may_be_milligrams_are_not_taken_times_the_strength(drawn, header):
    batch = drawn(f"""
        Date       | Severity | {header}
        2026-03-01 | mild     | 100
    """)

    assert [("Sumatriptan", None)] == [(dose.medicine, dose.amount) for dose in batch.doses]
    assert 'call the column "Sumatriptan (mg)"' in batch.problems[0].remedy


@pytest.mark.parametrize(
    "header",
    [
        "No. of sumatriptan",
        "Anzahl Sumatriptan",
        "Sumatriptan (y/n)",
        "Rescue: Sumatriptan",
        "Sumatriptan taken",
        "Triptans",
    ],
)
def test_a_header_may_say_that_it_counts(drawn, header):
    batch = drawn(f"""
        Date       | Severity | {header}
        2026-03-01 | mild     | 1
    """)

    assert ["triptan"] == [dose.medicine_class for dose in batch.doses]


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        (
            "Sumatriptan | Imigran",
            'The columns "Sumatriptan" and "Imigran" may tell of the same intakes; both were read.',
        ),
        ("Triptan | Sumatriptan", 'The columns "Triptan" and "Sumatriptan" may tell of the same intakes'),
        ("Medicine | Sumatriptan", 'The columns "Medicine" and "Sumatriptan" may tell of the same intakes'),
        ("Sumatriptan | Dose", 'The column "Dose" was not read: it is not known which medicine it belongs to.'),
        ("Sumatriptan | Rizatriptan", None),
    ],
)
def test_columns_that_may_tell_of_the_same_intakes_are_said(drawn, headers, problem):
    batch = drawn(f"""
        Date       | Severity | {headers}
        2026-03-01 | mild     | x | x
    """)

    assert bool(problem) == bool(batch.problems)
    assert not problem or problem in batch.problems[0].what


@pytest.mark.parametrize("header", ["Coffee", "Topamax", "Sumatriptan helped", "Caffeine", "Ibuprofen or paracetamol"])
def test_columns_that_name_more_or_something_else_are_not_read(drawn, header):
    batch = drawn(f"""
        Date       | Severity | {header}
        2026-03-01 | mild     | 2
    """)

    assert () == batch.doses
    assert f"Columns that were not read: {header}." in batch.assumptions
    unclear = ["Sumatriptan" in header or "Ibuprofen" in header]
    assert unclear == [any("it is not clear what it says of it" in problem.what for problem in batch.problems)]


def test_intakes_alone_may_stand_under_their_medicines(drawn):
    batch = drawn("""
        Date       | Sumatriptan | Aspirin
        2026-03-01 | 1           | 2
        2026-03-02 |             |
    """)

    assert [("Aspirin", 2.0), ("Sumatriptan", 1.0)] == sorted((dose.medicine, dose.amount) for dose in batch.doses)
    assert () == batch.days


def test_attacks_may_have_columns_called_after_medicines(drawn):
    batch = drawn("""
        Start            | End              | Severity | Sumatriptan | Aspirin
        2026-03-01 22:00 | 2026-03-02 04:00 | severe   | 1           | 2
    """)

    assert {"Aspirin", "Sumatriptan"} == {dose.medicine for dose in batch.doses}
    assert {batch.attacks[0].attack_id} == {dose.attack_id for dose in batch.doses}
