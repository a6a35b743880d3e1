"""What a person names on the command line: our own exports, apps' files, tables, and what is none of these."""

import json
from datetime import date, datetime

import pytest

from diary.exports import write_csv, write_json
from diary.importers import UnreadableFile
from diary.model import Attack, Batch, DayLog, DiaryError, Patient
from diary.reading import CSV_EXPORT, JSON_EXPORT, identify_file, read_file

FACTS = Batch(
    patients=(Patient("P1"),),
    days=(DayLog("P1", date(2026, 3, 1), headache=False),),
    attacks=(Attack("P1", datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 4), note="Übelkeit"),),
)


@pytest.fixture
def export(tmp_path):
    """An export of a small diary as JSON."""
    return write_json(FACTS, tmp_path / "anything.txt")


def test_our_own_json_is_recognised_and_comes_back(export):
    assert JSON_EXPORT == identify_file(export)
    assert FACTS.attacks == read_file(export).attacks


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 8])
def test_our_own_json_saved_again_by_another_program_comes_back(export, encoding, indent):
    content = json.loads(export.read_text("utf-8"))
    export.write_bytes(json.dumps(content, indent=indent, ensure_ascii=False).encode(encoding))

    assert FACTS.attacks == read_file(export).attacks


def test_our_own_folder_of_tables_is_recognised_and_comes_back(tmp_path):
    write_csv(FACTS, tmp_path)

    assert CSV_EXPORT == identify_file(tmp_path)
    assert FACTS.days == read_file(tmp_path).days


def test_json_of_a_newer_version_is_refused_with_what_to_do(export):
    export.write_text(export.read_text("utf-8").replace("migraine-diary/1", "migraine-diary/99"), "utf-8")

    assert JSON_EXPORT == identify_file(export)
    with pytest.raises(DiaryError, match="update the program"):
        read_file(export)


def test_a_table_that_mentions_us_is_a_table(tmp_path):
    path = tmp_path / "diary.csv"
    path.write_text('Date,Headache,Notes\n2026-03-01,no,"my ""format"": ""migraine-diary/1"""\n2026-03-02,yes,\n')

    assert "day table" == identify_file(path)


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        identify_file(tmp_path / "nothing.json")
