"""``migraine audit``: a folder, a store and a registry of the same patients give the same audit."""

import json
import os
from datetime import date, timedelta

import pytest

from analysis.commands import looking
from diary.model import DayLog, Patient, Treatment
from tests.terminal import Terminal

START = date(2025, 1, 1)
FIRST, SECOND, THIRD = (START + timedelta(28 + 84 * n) for n in range(3))

CLINIC = {  # headache days in the baseline, and in each 28 days of each cycle
    **{f"better{n}": (20, 10 - n % 3, 8) for n in range(5)},
    **{f"same{n}": (20, 19 + n % 2) for n in range(5)},
}


def diary(base, *cycles):
    days = "1" * base + "0" * (28 - base) + "".join(("1" * n + "0" * (28 - n)) * 3 for n in cycles)
    rows = [f"{START + timedelta(n)},{'severe' if day == '1' else 'none'}" for n, day in enumerate(days)]
    return "\n".join(["Date,Severity", *rows, ""])


@pytest.fixture(scope="module")
def migraine(tmp_path_factory):
    """A terminal beside a folder of ten diaries, one file that is none, and the list of treatments."""
    terminal = Terminal(tmp_path_factory.mktemp("audit"))
    folder = terminal.folder / "clinic"
    folder.mkdir()
    rows = ["patient,kind,purpose,start,amount,unit"]
    for code, days in CLINIC.items():
        (folder / f"{code}.csv").write_text(diary(*days))
        rows += [f"{code},botulinum,therapeutic,{day},155,U" for day in (FIRST, SECOND, THIRD)[: len(days) - 1]]
    rows.append(f"nodiary,botulinum,therapeutic,{FIRST},155,U")
    (folder / "treatments.csv").write_text("\n".join([*rows, ""]))
    (folder / "holiday.csv").write_text("where,when\nthe sea,soon\n")
    return terminal


def audited(migraine, line, out):
    """What ``audit.json`` says after the command."""
    migraine(f"{line} --as-of 2026-06-30 --out {out}")
    assert 0 == migraine.code, migraine.text
    return json.loads((migraine.folder / out / "audit.json").read_text(encoding="utf-8"))


def numbers(found):
    """The tables of the audit, without the names of files and what is said of reading them."""
    return {
        name: found["tables"][name]
        for name in ("overview", "standards", "lines", "responders", "persistence", "missing")
    }


@pytest.fixture(scope="module")
def of_folder(migraine):
    return audited(migraine, "audit clinic", "one")


def test_everyone_who_started_is_the_denominator(of_folder):
    started = {row["item"]: row["value"] for row in of_folder["tables"]["overview"]}

    assert 11 == started["started: at least one therapeutic session"]


def test_one_bad_file_never_stops_the_rest(migraine, of_folder):
    assert ["holiday.csv"] == [problem["where"] for problem in of_folder["problems"] if "holiday" in problem["where"]]
    assert "holiday.csv" in migraine("audit clinic --as-of 2026-06-30 --out again")


def test_the_same_clinic_gives_the_same_bytes(migraine, of_folder):
    audited(migraine, "audit clinic", "two")
    one, two = migraine.folder / "one", migraine.folder / "two"

    for name in ("audit.json", "audit.pdf", "audit.xlsx"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


@pytest.mark.parametrize("engine", ["local", "dask --scheduler threads"])
def test_a_registry_gives_what_the_folder_gives(migraine, of_folder, engine):
    pytest.importorskip("dask")
    registry, out = (f"{what}-{engine.split()[0]}" for what in ("registry", "out"))
    migraine(f"registry convert clinic --out {registry} --part-size 3")

    assert numbers(of_folder) == numbers(audited(migraine, f"audit {registry} --engine {engine}", out))


@pytest.fixture
def stored(migraine):
    """The same ten diaries and eleven patients, in a store."""
    with migraine.diary() as store:
        for code, counts in {**CLINIC, "nodiary": None}.items():
            store.record(Patient(code))
            for day in (FIRST, SECOND, THIRD)[: len(counts) - 1 if counts else 1]:
                store.record(Treatment(code, "botulinum", "Botox", day, amount=155, unit="U"))
            for line in diary(*counts).splitlines()[1:] if counts else ():
                day, _, severity = line.partition(",")
                ill = severity == "severe"
                store.record(DayLog(code, date.fromisoformat(day), headache=ill, severity=3 * ill))


@pytest.mark.slow
def test_a_store_gives_what_the_folder_gives_on_one_process_and_on_several(migraine, stored, of_folder, monkeypatch):
    alone = audited(migraine, "audit", "alone")
    monkeypatch.setattr(looking, "MANY", 1)
    monkeypatch.setattr(looking, "BESIDE", 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    audited(migraine, "audit", "beside")

    assert numbers(of_folder) == numbers(alone)
    for name in ("audit.json", "audit.pdf", "audit.xlsx"):
        assert (migraine.folder / "alone" / name).read_bytes() == (migraine.folder / "beside" / name).read_bytes()


def test_the_workbook_of_an_audit_is_no_diary(migraine, of_folder):
    printed = migraine("import --dry-run one/audit.xlsx")

    assert "audit.xlsx is a report that this program made. Choose the file that holds the diary." in printed


def test_what_is_left_out_does_not_stay_from_an_earlier_audit_in_the_same_folder(migraine):
    audited(migraine, "audit clinic", "same")
    before = {path.name for path in (migraine.folder / "same" / "charts").iterdir()}
    audited(migraine, "audit clinic --suppress", "same")
    after = {path.name for path in (migraine.folder / "same" / "charts").iterdir()}

    assert {"spaghetti.png", "spaghetti.svg"} == before - after


def test_an_empty_diary_is_said_to_be_empty(tmp_path):
    terminal = Terminal(tmp_path)
    terminal("audit --as-of 2026-06-30")

    assert 1 == terminal.code
    assert "There is no day and no session in these diaries." in terminal.text


def test_nothing_that_names_a_patient_leaves_the_clinic(migraine):
    found = audited(migraine, "audit clinic --suppress", "small")

    assert not any(code in json.dumps(found) for code in (*CLINIC, "nodiary", "holiday"))


def test_two_years_are_compared(migraine):
    found = audited(migraine, "audit clinic --years 2024 2025", "years")

    assert {"2025"} == {row["group"] for row in found["tables"]["lines"]} - {"all"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("audit nowhere", "There is no folder nowhere."),
        ("audit clinic --rules french", "There is no rule set 'french'. Choose one of: nice-ta260"),
        ("audit clinic --engine dask", "The engine dask needs a registry. Write one first:"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(migraine, line, told):
    migraine(line)

    assert 0 < migraine.code
    assert told in " ".join(migraine.text.split())
