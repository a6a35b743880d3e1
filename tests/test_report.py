"""``migraine report`` and ``migraine outcome``, from the file that a person keeps to the numbers that come out."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from analysis.reports.document import SCHEMA
from tests.datasets import KOSTECKI_DILLON
from tests.drawing import read_marks
from tests.terminal import Terminal

DEMO = Path(__file__).parents[1] / "data" / "demo" / "diary.xlsx"
FIRST_DAY = date(2024, 1, 1)
SESSIONS = "--botox 2024-01-29:155 --botox 2024-04-22:155"
"""Day 28 and, 84 days later, day 112 of the diary that begins on 1 January 2024."""

DRAWN = """
    2203220 2203220 2203220 2203220
    2203200 2203200 2203200 2203200   1000200 1000200 1000200 .......   0000000 0020000 0000000 0020000
    1100000 1100000 1100000 1100000   .....00 .....00 .....00 .....10   1111111 2222222 3333333 0000000
"""
"""A mark a day: how bad it was, 0-3; a dot where nothing was written. The lines are the baseline and two cycles,
four weeks to a block."""

PHASES = ["baseline", "1-4", "5-8", "9-12", "1-4", "5-8", "9-12"]
LOGGED = [28, 28, 21, 28, 28, 8, 28]
HEADACHE = [20, 16, 6, 2, 8, 1, 21]
MODERATE = [20, 16, 3, 2, 0, 0, 14]
SEVERE = [4, 4, 0, 0, 0, 0, 7]
"""Counted by hand in the drawing, block by block. A severe day is a moderate-or-severe one too."""


def csv_of(picture, first=FIRST_DAY):
    """The drawing as the table that a person would keep."""
    days = [
        f"{first + timedelta(number)},{('none', 'mild', 'moderate', 'severe')[mark]}"
        for number, mark in enumerate(read_marks(picture))
        if mark is not None
    ]
    return "\n".join(["Date,Severity", *days, ""])


def terminal_in(folder):
    """A terminal beside which lie a diary drawn by hand, one with hardly a day, one of two people, and the demo's."""
    (folder / "drawn.csv").write_text(csv_of(DRAWN))
    (folder / "sparse.csv").write_text(csv_of("....... ..2.... ....... .0....." * 7))
    (folder / "two.csv").write_text("Patient,Date,Severity\nP1,2024-01-01,mild\nP2,2024-01-01,mild\n")
    shutil.copyfile(DEMO, folder / "demo.xlsx")
    return Terminal(folder)


@pytest.fixture
def migraine(tmp_path):
    """A terminal of one's own."""
    return terminal_in(tmp_path)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """What the report on the drawing says, as JSON."""
    return answered(terminal_in(tmp_path_factory.mktemp("drawn")), f"report drawn.csv {SESSIONS} --json")


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A terminal in which the report on the drawing has just been written."""
    terminal = terminal_in(tmp_path_factory.mktemp("reported"))
    terminal(f"report drawn.csv {SESSIONS}")
    return terminal


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A terminal whose diary is the demo's."""
    terminal = terminal_in(tmp_path_factory.mktemp("imported"))
    terminal("import demo.xlsx")
    return terminal


@pytest.fixture(scope="module")
def kept(imported):
    """What the report on that diary says."""
    return said(answered(imported, "report --json"))


def answered(migraine, line):
    """What a command with --json says."""
    assert (migraine(line), migraine.code) == (migraine.text, 0), migraine.text
    return json.loads(migraine.text)


def found(document, measure, column):
    """A column of the outcomes in the phases of each cycle, by cycle and phase."""
    rows = [row for row in document["outcomes"] if row["measure"] == measure]
    return [row[column] for row in rows if row["phase"] in PHASES]


def per_28(events, logged):
    """Events per 28 logged days of each block; None where fewer than 14 days are logged."""
    return [None if n < 14 else pytest.approx(28 * e / n) for e, n in zip(events, logged, strict=True)]


# --- the counts


def test_the_windows_are_the_blocks_of_the_drawing(drawn):
    blocks = [window for window in drawn["windows"] if window["phase"] in PHASES]
    starts = [FIRST_DAY + timedelta(28 * n) for n in range(7)]

    assert PHASES == [window["phase"] for window in blocks]
    assert [0, 1, 1, 1, 2, 2, 2] == [window["cycle"] for window in blocks]
    assert [str(start) for start in starts] == [window["first_day"] for window in blocks]
    assert [str(start + timedelta(27)) for start in starts] == [window["last_day"] for window in blocks]
    assert LOGGED == [window["logged"] for window in blocks]
    assert [n >= 20 for n in LOGGED] == [window["usable"] for window in blocks]


@pytest.mark.parametrize(
    ("measure", "events"),
    [
        ("headache_days", HEADACHE),
        ("moderate_severe_days", MODERATE),
        ("severe_days", SEVERE),
        ("clear_days", [n - e for n, e in zip(LOGGED, HEADACHE, strict=True)]),
    ],
)
def test_each_block_has_the_days_that_a_person_counts(drawn, measure, events):
    before, *after = per_28(events, LOGGED)

    assert LOGGED[1:] == found(drawn, measure, "after_logged")
    assert after == found(drawn, measure, "after")
    assert [before] * 6 == found(drawn, measure, "before")


def test_a_cycle_adds_its_blocks_up_and_cannot_tell_where_one_of_them_cannot(drawn):
    cycles = [row for row in drawn["outcomes"] if (row["measure"], row["phase"]) == ("headache_days", "cycle")]

    assert [77, 64] == [row["after_logged"] for row in cycles]
    assert [pytest.approx(28 * 24 / 77), None] == [row["after"] for row in cycles]


@pytest.mark.skipif(not KOSTECKI_DILLON.is_file(), reason="carData's KosteckiDillon.csv is not at hand")
@pytest.mark.parametrize("patient", [10, 33, 55, 90])
def test_published_diaries_in_one_file_are_reported_one_at_a_time(tmp_path, patient):
    migraine, begin = Terminal(tmp_path), pd.Timestamp("2020-06-01")
    raw = pd.read_csv(KOSTECKI_DILLON)
    table = {"Patient": raw["id"], "Date": begin + pd.to_timedelta(raw["time"], unit="D"), "Headache": raw["headache"]}
    pd.DataFrame(table).to_csv(tmp_path / "logs.csv", index=False)
    own = raw.loc[raw["id"] == patient].drop_duplicates("time")
    spans = {"baseline": (-28, -1), "1-4": (0, 27), "5-8": (28, 55), "9-12": (56, 83)}

    document = answered(
        migraine, f"report logs.csv --patient {patient} --botox {begin.date()} --baseline-blocks 1 --json"
    )

    logged = {window["phase"]: window["logged"] for window in document["windows"]}
    for phase, (first, last) in spans.items():
        assert own["time"].between(first, last).sum() == logged.get(phase, 0)
    for row in document["outcomes"]:
        if row["measure"] == "headache_days" and row["phase"] in spans and row["after"] is not None:
            inside = own.loc[own["time"].between(*spans[row["phase"]])]
            assert pytest.approx(28 * (inside["headache"] == "yes").mean()) == row["after"]


# --- the same from everywhere


def said(document):
    """What a report says, without what was read."""
    return {name: value for name, value in document.items() if name not in ("inputs", "assumptions", "problems")}


def test_the_stored_diary_gives_what_the_file_gives(migraine, drawn):
    migraine("import drawn.csv")
    migraine("botox add 2024-01-29 --units 155")
    migraine("botox add 2024-04-22 --units 155")

    assert said(drawn) == said(answered(migraine, "report --json"))


def test_a_report_stores_nothing(reported):
    there = Terminal(reported.folder)
    there("report")

    assert 1 == there.code
    assert "The diary is empty." in there.text


@pytest.mark.parametrize(("form", "name"), [("json", "copy.json"), ("csv", "copy"), ("xlsx", "copy.xlsx")])
def test_an_export_gives_what_the_diary_gives(imported, kept, form, name):
    imported(f"export --format {form} --out {name}")

    assert kept == said(answered(imported, f"report {name} --json"))


def test_outcome_prints_what_report_prints_but_for_the_files(reported, migraine):
    printed = migraine(f"outcome drawn.csv {SESSIONS}")
    files = reported.text.removeprefix(printed)

    assert "Cycle 1" in printed
    named = [line.removeprefix("migraine-report/") for line in files.split("\n") if line]
    documents = ["letter.pdf", "letter.docx", "patient.pdf", "report.pdf", "details.pdf"]
    assert [*documents, "outcomes.xlsx", "outcomes.json", "charts (14 pictures)"] == named


def test_the_same_diary_gives_the_same_bytes_in_another_process_in_another_time_zone(migraine):
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-m", "analysis", "report", "demo.xlsx", "--out", "two"]

    migraine("report demo.xlsx --out one")
    subprocess.run(command, cwd=migraine.folder, env=environment, check=True, capture_output=True)

    one, two = (contents(migraine.folder / name) for name in ("one", "two"))
    assert 23 == len(one)
    assert [] == [name for name in one | two if one.get(name) != two.get(name)]


def test_the_workbook_of_a_report_is_no_diary(reported):
    """Its sheet of days would be read as one, without attacks and with half of the intakes."""
    printed = reported("import --dry-run migraine-report/outcomes.xlsx --scale 0-3")

    assert "outcomes.xlsx is a report that this program made. Choose the file that holds the diary." in printed


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- the JSON


@pytest.mark.parametrize(
    "words",
    [
        "demo.xlsx",
        f"drawn.csv {SESSIONS}",
        "drawn.csv",
        "sparse.csv --botox 2024-03-25",
        "drawn.csv --botox 2024-01-01",
        "drawn.csv --botox 2025-01-01",
        f"drawn.csv {SESSIONS} --as-of 2024-03-03 --baseline-blocks 2 --definition 4h",
    ],
)
def test_the_json_is_as_its_schema_says(migraine, words):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(answered(migraine, f"report {words} --json"), schema)


def test_json_is_printed_alone_and_nothing_is_written(migraine):
    before = contents(migraine.folder)
    document = answered(migraine, f"report drawn.csv {SESSIONS} --json")

    assert before == contents(migraine.folder)
    assert [{"name": "drawn.csv", "sha256": sha256(before["drawn.csv"]).hexdigest()}] == document["inputs"]


def test_with_a_folder_the_json_is_printed_and_written_alike(migraine):
    migraine(f"report drawn.csv {SESSIONS} --json --out there")

    assert migraine.text == (migraine.folder / "there" / "outcomes.json").read_text(encoding="utf-8")


# --- what cannot be done


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("drawn.csv --as-of 2023-12-31", "The diary has no day up to 2023-12-31. Choose a later --as-of."),
        ("drawn.csv --as-of soon", "'soon' is not a date. Write it as year-month-day, such as 2026-03-01."),
        ("drawn.csv --baseline-blocks 0", "0 is not in the range 1<=x<=13."),
        ("drawn.csv --definition 2h", "There is no definition '2h'."),
        ("drawn.csv --rules nice", "There is no rule set 'nice'. Choose one of: nice-ta260"),
        ("drawn.csv --botox 2024-02-30", "'2024-02-30' is not a date with units."),
        ("drawn.csv --botox 2024-01-29:many", "'2024-01-29:many' is not a date with units."),
        ("two.csv --patient P9", "There is no patient 'P9' here. There is: P1, P2."),
        ("nothing.csv", "nothing.csv cannot be opened (No such file or directory). Check the name"),
        ("two.csv", "There are 2 patients here: P1, P2. Name one with --patient."),
        ("", "The diary is empty. Log a day with: migraine log, or name a file: migraine report FILE."),
    ],
)
@pytest.mark.parametrize("command", ["report", "outcome"])
def test_what_cannot_be_done_is_said_in_a_sentence(migraine, command, words, told):
    before = contents(migraine.folder).keys()
    migraine(f"{command} {words}")

    assert migraine.code > 0
    assert told in " ".join(migraine.text.split())
    assert "Traceback" not in migraine.text
    assert before == contents(migraine.folder).keys() - {"diary.sqlite"}


def test_one_of_several_patients_can_be_named(migraine):
    assert "P2" == answered(migraine, "report two.csv --patient P2 --json")["patient"]
