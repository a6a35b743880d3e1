"""A clinic's diaries as parts: from a folder of files, one a patient, with its list of treatments; or from a store."""

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.commands import diaries
from analysis.commands.diaries import _fitting_frames, folder_parts, stored_parts
from analysis.commands.gather import gather_files
from analysis.commands.registry import registry
from analysis.registry import open_registry, read_part
from analysis.workers import processes
from diary.exports import write_csv
from diary.importers import Options
from diary.model import Attack, Batch, DayLog, DiaryError, Injection, Treatment
from diary.store import Store
from diary.tables import CANONICAL

DIARY = "Date,Severity,Medication\n2026-01-13,mild,none\n2026-01-14,none,none\n2026-01-15,severe,sumatriptan 50 mg\n"
LATER = "Date,Severity\n2026-02-13,none\n2026-02-14,mild\n"
HEADER = "patient,kind,purpose,start,amount,unit\n"


@pytest.fixture
def clinic(tmp_path):
    """A function that writes files into a new folder."""

    def write(**files):
        folder = tmp_path / "clinic"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            path = folder / f"{name}.csv"
            path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
        return folder

    return write


def days_of(found):
    """Patient, date and severity of every logged day."""
    days = pd.concat([part.days for part in found.parts])
    days = days.loc[days["logged"]]
    return list(zip(days["patient"], days["date"].dt.strftime("%m-%d"), days["severity"], strict=True))


def sessions_of(found):
    """Patient, day and units of every session."""
    given = pd.concat([part.treatments for part in found.parts])
    return list(zip(given["patient"], given["start"].dt.strftime("%m-%d"), given["amount"], strict=True))


def patients_of(found):
    return [part.patients["patient"].tolist() for part in found.parts]


# --- whose diary it is


def test_the_name_of_a_file_is_the_patients_code(clinic):
    found = folder_parts(clinic(P1=DIARY, P2=LATER))

    assert [["P1", "P2"]] == patients_of(found)
    assert [("P1", "01-13", 1), ("P1", "01-14", 0), ("P1", "01-15", 3)] == days_of(found)[:3]
    assert [("P2", "02-13", 0), ("P2", "02-14", 1)] == days_of(found)[3:]


def test_a_file_of_several_patients_keeps_their_codes(clinic):
    both = "Patient,Date,Severity\nA,2026-01-13,mild\nB,2026-01-13,none\n"

    found = folder_parts(clinic(everybody=both, P1=DIARY))

    assert [["A", "B", "P1"]] == patients_of(found)


def test_a_diary_in_a_folder_says_what_it_says_alone(clinic):
    folder = clinic(P1=DIARY, P2=LATER)

    found = folder_parts(folder, size=1)

    for part, code in zip(found.parts, ["P1", "P2"], strict=True):
        alone = gather_files([folder / f"{code}.csv"], (), code, 14, Options()).tables
        for table in CANONICAL:
            pd.testing.assert_frame_equal(getattr(alone, table.name), getattr(part, table.name))


def test_each_patient_is_whole_in_one_part_of_the_size_asked_for(clinic):
    codes = {f"P{number}": DIARY for number in range(5)}

    assert [["P0", "P1"], ["P2", "P3"], ["P4"]] == patients_of(folder_parts(clinic(**codes), size=2))


@pytest.mark.slow
def test_many_files_are_read_by_several_processes_with_the_same_result(clinic, monkeypatch):
    folder = clinic(P1=DIARY, P2=LATER, P3=b"%PDF-1.7")
    one = folder_parts(folder)
    monkeypatch.setattr(diaries, "FILES_AT_ONCE", 2)

    with processes(2) as executor:
        several = folder_parts(folder, executor=executor)

    assert (days_of(one), one.problems, one.inputs) == (days_of(several), several.problems, several.inputs)


def test_a_patient_in_two_files_is_taken_together_as_by_an_import(clinic):
    """The second table corrects the first, as both are of one kind; the others in it come along."""
    again = "Patient,Date,Severity\nP1,2026-01-13,severe\nP1,2026-01-16,mild\nP3,2026-01-13,mild\n"

    found = folder_parts(clinic(P1=DIARY, second=again, P2=LATER), size=1)

    assert [["P1"], ["P2"], ["P3"]] == patients_of(found)
    assert [("P1", "01-13", 3), ("P1", "01-14", 0), ("P1", "01-15", 3), ("P1", "01-16", 1)] == days_of(found)[:4]


def test_a_folder_that_was_exported_is_read_as_a_whole(tmp_path):
    session = Treatment("P2", "botulinum", "Botox", date(2026, 1, 5), amount=155)
    batch = Batch(
        days=(DayLog("P1", date(2026, 1, 13), headache=True),),
        treatments=(session,),
        injections=(Injection(session.treatment_id, "frontalis", "left", 2, 10),),
    )
    write_csv(batch, tmp_path)

    found = folder_parts(tmp_path, size=1)

    assert [["P1"], ["P2"]] == patients_of(found)
    assert [0, 1] == [len(part.injections) for part in found.parts]


# --- what cannot be read


def test_one_bad_file_is_a_problem_and_the_rest_is_read(clinic):
    found = folder_parts(clinic(P1=DIARY, P2=b"%PDF-1.7 not a diary", P3=""))

    assert {"P1"} == {day[0] for day in days_of(found)}
    assert ["P2.csv", "P3.csv"] == [problem.where for problem in found.problems]
    assert "Export the diary as xlsx or csv instead." == found.problems[0].remedy


def test_a_file_whose_dates_can_be_read_in_two_ways_names_the_option(clinic):
    folder = clinic(P1=DIARY, P2="Date,Severity\n01/02/2026,mild\n03/02/2026,none\n")

    [problem] = folder_parts(folder).problems

    assert "P2.csv" == problem.where
    assert "--date-order" in problem.remedy
    assert ("P2", "02-01", 1) in days_of(folder_parts(folder, Options(date_order="dmy")))


def test_a_problem_in_a_row_names_its_file(clinic):
    found = folder_parts(clinic(P1="Date,Severity\n2026-02-31,mild\n2026-03-01,none\n"))

    assert ["P1.csv, row 2 (Date)"] == [problem.where for problem in found.problems]


def test_a_fault_of_the_program_in_one_file_does_not_cost_the_others(clinic, monkeypatch):
    read = diaries.read_file

    def faulty(path, **given):
        if path.stem == "P1":
            raise ZeroDivisionError
        return read(path, **given)

    monkeypatch.setattr(diaries, "read_file", faulty)
    found = folder_parts(clinic(P1=DIARY, P2=LATER))

    assert {"P2"} == {day[0] for day in days_of(found)}
    assert ["It could not be read (ZeroDivisionError)."] == [problem.what for problem in found.problems]


def test_a_value_that_no_table_can_hold_is_left_out_alone():
    good = DayLog("P1", date(2026, 1, 13), headache=True)
    bad = DayLog("P1", date(2026, 1, 14), headache=True, minutes=100_000)

    frames, problems = _fitting_frames([Batch(days=(good, bad))])

    assert [pd.Timestamp(2026, 1, 13)] == frames["days"]["date"].tolist()
    assert ["100000" in problem.what for problem in problems] == [True]


def test_hidden_files_are_not_diaries(clinic):
    folder = clinic(P1=DIARY)
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "~$P1.xlsx").write_bytes(b"\0")

    assert () == folder_parts(folder).problems


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_that_is_absent_or_empty_is_said(tmp_path, make):
    folder = tmp_path / "clinic"
    if make:
        folder.mkdir()

    with pytest.raises(DiaryError, match="one file a patient"):
        folder_parts(folder)


# --- the list of treatments


def test_the_list_adds_sessions_to_the_diaries(clinic):
    rows = HEADER + "P1,botulinum,therapeutic,2026-01-14,155,U\nP1,,,2026-04-14,165,\n"

    found = folder_parts(clinic(P1=DIARY, treatments=rows))

    assert [("P1", "01-14", 155), ("P1", "04-14", 165)] == sessions_of(found)
    assert {"U"} == set(found.parts[0].treatments["unit"])
    assert () == found.problems


def test_a_patient_who_is_only_in_the_list_has_started_without_a_diary(clinic):
    found = folder_parts(clinic(P1=DIARY, treatments=HEADER + "P9,,,2026-01-14,155,U\n"))

    assert [["P1", "P9"]] == patients_of(found)
    assert [("P9", "01-14", 155)] == sessions_of(found)
    assert ["list of treatments, patient P9"] == [problem.where for problem in found.problems]


def test_where_list_and_diary_have_one_session_it_counts_once_and_the_list_holds(clinic):
    diary = "Date,Severity,Botox\n2026-01-13,mild,100\n2026-01-14,none,\n"

    found = folder_parts(clinic(P1=diary, treatments=HEADER + "P1,,,2026-01-13,155,U\n"))

    assert [("P1", "01-13", 155)] == sessions_of(found)
    assert ["The diary says 100 units, the list of treatments 155; the list is taken."] == [
        problem.what for problem in found.problems
    ]


def test_the_list_may_put_patients_into_groups(clinic):
    rows = "patient,start,group\nP1,2026-01-14,A\nP1,2026-04-14,\nP2,2026-02-13,B\n"

    assert {"P1": "A", "P2": "B"} == folder_parts(clinic(P1=DIARY, P2=LATER, treatments=rows)).groups


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",,,2026-01-14,155,U", "The row names no patient."),
        ("P1,,,soon,155,U", '"soon" is not a date.'),
        ("P1,,,,155,U", "The empty cell is not a date."),
        ("P1,,,2026-01-14,many,U", '"many" is not a number.'),
        ("P1,massage,,2026-01-14,,", 'The kind "massage" is not known.'),
        ("P1,,vanity,2026-01-14,155,U", 'The purpose "vanity" is not known.'),
        ("P1,preventive,,2026-01-14,50,mg", "The preventive has no name."),
        ("P1,,,2026-01-13,195,U", "The same treatment stands above already."),
    ],
)
def test_a_row_of_the_list_that_cannot_be_read_is_a_problem(clinic, row, what):
    found = folder_parts(clinic(P1=DIARY, treatments=f"{HEADER}P1,,,2026-01-13,155,U\n{row}\n"))

    assert [("P1", "01-13", 155)] == sessions_of(found)
    assert [("treatments.csv, row 3", what)] == [(problem.where, problem.what) for problem in found.problems]


def test_a_patient_in_two_groups_is_a_problem(clinic):
    rows = "patient,start,group\nP1,2026-01-14,A\nP1,2026-04-14,B\n"

    [problem] = folder_parts(clinic(P1=DIARY, treatments=rows)).problems

    assert "P1 is in the group 'A' already." == problem.what


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("patient,units\nP1,155\n", "has no column start"),
        ("patient,start\nP1,01/02/2026\nP2,03/02/2026\n", "--date-order"),
    ],
)
def test_a_list_that_cannot_be_read_stops_the_reading(clinic, rows, sentence):
    with pytest.raises(DiaryError, match=sentence):
        folder_parts(clinic(P1=DIARY, treatments=rows))


def test_two_lists_are_one_too_many(clinic):
    folder = clinic(P1=DIARY, treatments=HEADER)
    (folder / "Treatments.tsv").write_text("patient\tstart\n")

    with pytest.raises(DiaryError, match="Keep one of them"):
        folder_parts(folder)


# --- the store, and the way into a registry


@pytest.fixture
def stored(tmp_path):
    """A diary on disk with three patients."""
    place = str(tmp_path / "diary.sqlite")
    with Store.open(place) as store:
        for code in ("P1", "P2", "P3"):
            store.record(
                DayLog(code, date(2026, 1, 13), headache=True, severity=2),
                Attack(code, datetime(2026, 1, 20, 8), datetime(2026, 1, 20, 12)),
            )
    return place


def test_a_store_gives_the_tables_of_so_many_patients_at_a_time(stored):
    parts = list(stored_parts(stored, size=2))

    with Store.open(stored) as store:
        for part, codes in zip(parts, [("P1", "P2"), ("P3",)], strict=True):
            days = pd.concat([store.tables(code).days for code in codes], ignore_index=True)
            pd.testing.assert_frame_equal(days, part.days, check_categorical=False)


def converted(*words):
    result = CliRunner().invoke(registry, ["convert", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_store_becomes_a_registry(stored, tmp_path):
    pytest.importorskip("pyarrow")
    out = tmp_path / "registry"

    text = converted("--store", stored, "--out", out, "--part-size", 2)

    assert "with 3 patients in 2 parts; the last day is 2026-01-20." in text
    assert (2, 3, date(2026, 1, 20)) == open_registry(out)
    [expected] = stored_parts(stored, size=5)
    both = pd.concat([read_part(out, 0).attacks, read_part(out, 1).attacks], ignore_index=True)
    pd.testing.assert_frame_equal(expected.attacks, both)


def test_a_folder_becomes_a_registry_and_its_problems_are_listed(clinic, tmp_path):
    pytest.importorskip("pyarrow")
    out = tmp_path / "registry"

    text = converted(clinic(P1=DIARY, P2=b"%PDF-1.7"), "--out", out)

    assert "P2.csv" in text
    assert "with 1 patient in 1 part; the last day is 2026-01-15." in text
    assert "not encrypted" in text


def test_an_empty_diary_makes_no_registry(tmp_path):
    pytest.importorskip("pyarrow")

    with pytest.raises(DiaryError, match="no patient to write"):
        converted("--store", tmp_path / "new.sqlite", "--out", tmp_path / "registry")


def test_a_folder_that_holds_something_is_refused_before_anything_is_read(tmp_path):
    pytest.importorskip("pyarrow")
    Path(tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(DiaryError, match="is not empty"):
        converted(tmp_path / "no such folder", "--out", tmp_path)
