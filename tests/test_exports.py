"""Exports: everything out, and back in with the same facts; bad rows are problems, good rows arrive."""

import json
from dataclasses import fields, replace
from datetime import date, datetime

import pytest
from pandas.testing import assert_frame_equal

from diary.cells import guarded, unguarded
from diary.days import day_tables
from diary.exports import FORMAT, ExportError, read_csv, read_json, write_csv, write_json
from diary.facts import CLASSES
from diary.model import (
    AdverseEvent,
    Attack,
    Batch,
    Consultation,
    DayLog,
    Dose,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Problem,
    Score,
    Source,
    Treatment,
)
from diary.tables import CANONICAL, FACTS, read_tables
from tests.drawing import record

SUNDAY = date(2026, 3, 1)
SESSION = Treatment("P1", "botulinum", "Botox", date(2026, 1, 5), amount=155, note="=1+1")
DIARY = Batch(
    patients=(Patient("P1", born=1980),),
    sources=(Source("P1", "log", medication=True),),
    days=(DayLog("P1", SUNDAY, headache=True, severity=2, note="-5 °C, windy\r\n"), DayLog("P1", date(2026, 3, 3))),
    attacks=(Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 2, 4), utc_offset=-480, intensity=7),),
    doses=(Dose("P1", datetime(2026, 3, 1, 22, 30), "sumatriptan", amount=50, unit="mg"),),
    treatments=(SESSION,),
    injections=(Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),),
    scores=(Score("P1", SUNDAY, "hit6", 64), Score("P1", SUNDAY, "hit6", 10, item="1")),
    events=(AdverseEvent("P1", date(2026, 1, 9), "neck pain", severity="mild"),),
    factors=(Factor("P1", SUNDAY, "sleep", 6.5),),
    choices=(FactorChoice("P1", "sleep", date(2026, 2, 1)),),
    consultations=(Consultation("P1", date(2026, 1, 5), "goal", "to work four days a week"),),
)


def with_lists(**lists):
    """The text of a JSON export of P1."""
    return json.dumps({"format": FORMAT, "patient": {"patient": "P1"}, **lists})


def facts_of(batch):
    """All facts, without what was assumed and what was wrong."""
    return [fact for name in CLASSES for fact in getattr(batch, name)]


def test_every_fact_has_a_column_for_each_of_its_values():
    for name, kind in CLASSES.items():
        assert sorted(field.name for field in fields(kind)) == sorted(FACTS[name].names)


# --- JSON


def test_json_holds_a_patient_and_a_list_for_each_kind_of_fact(tmp_path):
    content = json.loads(write_json(DIARY, tmp_path / "diary.json").read_text(encoding="utf-8"))

    assert {"patient": "P1", "born": 1980, "sex": None, "note": None} == content.pop("patient")
    assert "migraine-diary/1" == content.pop("format")
    assert {
        "sources": 1,
        "attacks": 1,
        "days": 2,
        "doses": 1,
        "treatments": 1,
        "injections": 1,
        "scores": 2,
        "events": 1,
        "factors": 1,
        "choices": 1,
        "consultations": 1,
    } == {name: len(facts) for name, facts in content.items()}


def test_json_comes_back_as_it_was(tmp_path):
    assert DIARY == read_json(write_json(DIARY, tmp_path / "diary.json"))


def test_json_does_not_depend_on_the_order_of_the_facts(tmp_path):
    backwards = replace(DIARY, days=DIARY.days[::-1], scores=DIARY.scores[::-1])

    first = write_json(DIARY, tmp_path / "first.json")
    second = write_json(backwards, tmp_path / "second.json")

    assert first.read_bytes() == second.read_bytes()


def test_an_empty_diary_is_an_export_too(tmp_path):
    assert Batch() == read_json(write_json(Batch(), tmp_path / "diary.json"))


def test_two_patients_do_not_fit_into_one_json_file(tmp_path):
    with pytest.raises(ExportError, match="holds one patient, and these are 2. Name one"):
        write_json(Batch(patients=(Patient("P1"), Patient("P2"))), tmp_path / "diary.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("patient,date", "not a JSON file"),
        ("[]", "not a diary export"),
        ('{"format": "migraine-diary/2"}', "update the program if the file is newer"),
    ],
)
def test_a_file_that_is_not_ours_is_refused(text, said):
    with pytest.raises(ExportError, match=said):
        read_json(text)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"patient": "P1", "date": "2026-02-31"}, "The date '2026-02-31' is not a date like 2026-03-01."),
        ({"patient": "P1", "date": "2026-03-02", "severity": 1.5}, "The severity 1.5 is not a whole number."),
        (
            {"patient": "P1", "date": "2026-03-02", "headache": "perhaps"},
            "The headache 'perhaps' is not true or false.",
        ),
        ({"patient": "P1", "date": "2026-03-02", "minutes": 10**9}, "not a whole number from -32768 to 32767."),
        ({"patient": "P1", "date": "2026-03-02", "intensity": 10**400}, "is not a number."),
        ({"patient": "P1", "date": "2026-03-02", "note": ["a"]}, "The note ['a'] is not plain text."),
        ({"patient": "P1"}, "There is no date."),
        ("yesterday", "'yesterday' is not an entry."),
    ],
)
def test_a_bad_entry_is_a_problem_and_the_good_one_arrives(entry, said):
    batch = read_json(with_lists(days=[entry, {"patient": "P1", "date": "2026-03-01", "headache": True}]))

    assert (DayLog("P1", SUNDAY, headache=True),) == batch.days
    (problem,) = batch.problems
    assert "days, entry 1" == problem.where
    assert said in problem.what


def test_a_list_that_is_none_is_a_problem():
    assert (Problem("days", "This is not a list.", "Export the diary again."),) == read_json(
        with_lists(days={})
    ).problems


# --- CSV


def test_csv_comes_back_as_it_was(tmp_path):
    write_csv(DIARY, tmp_path / "out")

    assert DIARY == read_csv(tmp_path / "out")


def test_csv_holds_any_number_of_patients(tmp_path):
    clinic = Batch(patients=(Patient("P1"), Patient("P2")))
    write_csv(clinic, tmp_path)

    assert clinic == read_csv(tmp_path)


def test_the_csv_folder_is_what_the_analysis_reads(tmp_path):
    plain_notes = replace(DIARY, treatments=(replace(SESSION, note=None),))
    write_csv(plain_notes, tmp_path)

    expected, actual = day_tables(record(*facts_of(plain_notes))), read_tables(tmp_path)

    for table in CANONICAL:
        assert_frame_equal(getattr(expected, table.name), getattr(actual, table.name))


def test_no_cell_is_a_formula(tmp_path):
    risky = Batch(days=tuple(DayLog(code, SUNDAY, headache=True) for code in ("=1", "+1", "-1", "@A1", "\tx")))

    for path in write_csv(risky, tmp_path):
        cells = [cell for line in path.read_text(encoding="utf-8").splitlines() for cell in line.split(",")]
        assert [] == [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert set(risky.days) == set(read_csv(tmp_path).days)


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''@x", "'tis", "-", "\t", "a=b", "'", ""])
def test_guarded_text_comes_back(text):
    assert text == unguarded(guarded(text))


def test_a_bad_row_is_a_problem_and_the_good_ones_arrive(tmp_path):
    (tmp_path / "day_logs.csv").write_text(
        "patient,date,headache,severity\n"
        "P1,2026-03-01,True,2\n"
        "P1,31/02/2026,True,2\n"
        "P1,2026-03-03,True,2,worse, much worse\n"
        "\n"
        "P1,2026-03-05,false,\n",
        encoding="utf-8-sig",
    )

    batch = read_csv(tmp_path)

    assert (
        DayLog("P1", SUNDAY, headache=True, severity=2),
        DayLog("P1", date(2026, 3, 5), headache=False),
    ) == batch.days
    assert [
        "day_logs.csv, row 3: The date '31/02/2026' is not a date like 2026-03-01. "
        "Correct it and import the file again.",
        "day_logs.csv, row 4: The row has 6 cells, and the first row has 4. "
        "Put text that holds a comma in quotation marks.",
    ] == [str(problem) for problem in batch.problems]


def test_a_missing_and_an_unknown_column_are_named(tmp_path):
    (tmp_path / "scores.csv").write_text("patient,day,instrument,value\nP1,2026-03-01,hit6,64\n")

    batch = read_csv(tmp_path)

    assert () == batch.scores
    assert [
        "There is no column 'date'.",
        "The column 'day' is not known and was left out.",
        "There is no date.",
    ] == [problem.what for problem in batch.problems]


def test_a_file_in_another_encoding_is_a_problem(tmp_path):
    (tmp_path / "patients.csv").write_bytes("patient,note\nP1,müde\n".encode("latin-1"))

    (problem,) = read_csv(tmp_path).problems

    assert "Save it as CSV in UTF-8 and try again." == problem.remedy


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(ExportError, match="no table of a diary"):
        read_csv(tmp_path)
