"""Files made to do harm, or only oddly saved, given to ``migraine import`` as a whole process.

Each ends in one sentence that says what to do, within bounds of memory and time, and the diary on disk stays as it
was, byte by byte. What is only oddly saved is read.
"""

import codecs
import json
import os
import re
import subprocess
import sys
import zipfile
from itertools import repeat
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import openpyxl
import pytest

from diary.importers import UnknownLayout, identify
from diary.store import Store
from tests.terminal import ENVIRONMENT

ROOT = Path(__file__).parents[1]

pytest.importorskip("resource", reason="Only Unix tells how much memory a process took.")

TABLE = "Date,Severity,Notes\n2026-03-01,mild,Übelkeit\n2026-03-02,none,\n"
MEGABYTE = 10**6
GIGABYTE = 10**9
MEMORY = 500 * MEGABYTE
SECONDS = 30

MEASURED = """
import json, resource, subprocess, sys
run = "from analysis.cli import main; main()"
ended = subprocess.run([sys.executable, "-c", run, *sys.argv[1:]], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([ended.returncode, ended.stdout + ended.stderr, peak]))
"""
"""A small process between pytest and ``migraine``, because a process begins with the peak of the one that starts it."""


class Ending(NamedTuple):
    """How a command ended: its code, what it printed, the memory of its largest process, and how long it took."""

    code: int
    text: str
    peak: int
    seconds: float


def run_migraine(diary, *arguments):
    """The command as a process of its own, measured with the processes that it starts."""
    environment = os.environ | ENVIRONMENT | {"MIGRAINE_DIARY": str(diary), "COLUMNS": "1000"}
    start = perf_counter()
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, arguments)],
        capture_output=True,
        check=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=2 * SECONDS,
    )
    return Ending(*json.loads(measured.stdout), perf_counter() - start)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The bytes of a diary with a day in it."""
    path = tmp_path_factory.mktemp("kept") / "diary.sqlite"
    assert 0 == run_migraine(path, "log", "2026-01-01", "--none").code
    return path.read_bytes()


@pytest.fixture
def attempt(tmp_path, kept):
    """Imports a file that must be refused, and returns the sentence."""

    def refuse(path):
        diary = tmp_path / "diary.sqlite"
        diary.write_bytes(kept)
        before = sorted(tmp_path.parent.rglob("*"))

        ending = run_migraine(diary, "import", path)

        assert (1, True) == (ending.code, ending.peak < MEMORY), ending
        assert ending.seconds < SECONDS
        assert "Traceback" not in ending.text
        assert "The program has a fault" not in ending.text
        assert kept == diary.read_bytes()
        assert before == sorted(tmp_path.parent.rglob("*"))
        return " ".join(ending.text.split())

    return refuse


@pytest.fixture
def imported(tmp_path):
    """Imports a file into a new diary, and returns what was printed."""

    def accept(path):
        ending = run_migraine(tmp_path / "diary.sqlite", "import", path)

        assert (0, True) == (ending.code, ending.peak < MEMORY), ending
        return " ".join(ending.text.split())

    return accept


def workbook(path):
    """A workbook with the table in it."""
    book = openpyxl.Workbook()
    for line in TABLE.splitlines():
        book.active.append(line.split(","))
    book.save(path)
    return path


def replaced(path, name, pieces):
    """The archive with one member replaced, or added, that is written piece by piece."""
    with zipfile.ZipFile(path) as archive:
        others = {other: archive.read(other) for other in archive.namelist() if other != name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in others.items():
            archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
    return path


def archive_of(path, members):
    """A zip archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def sparse(path, beginning, size):
    """A file of *size* bytes: its beginning, then NUL bytes that take no room on the disk."""
    path.write_bytes(beginning.ljust(1_000))
    os.truncate(path, size)
    return path


# Archives and workbooks

SHEET = "xl/worksheets/sheet1.xml"
CELLS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'


def a_workbook_of_a_gigabyte(folder):
    """About 6 MB on the disk."""
    return replaced(workbook(folder / "x.xlsx"), SHEET, [CELLS, *repeat(b"<c r='A1'><v>1</v></c>" * 50_000, 910)])


def a_workbook_whose_header_lies(folder):
    """Its sheet claims to be of 1,000 bytes and is of 200 MB."""
    path = replaced(workbook(folder / "x.xlsx"), SHEET, [CELLS, *repeat(b" " * MEGABYTE, 200)])
    content, size = path.read_bytes(), 200 * MEGABYTE + len(CELLS)
    claimed = content.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert claimed != content
    path.write_bytes(claimed)
    return path


def an_archive_of_300_megabytes(folder):
    path = archive_of(folder / "x.zip", {"readme.txt": "x"})
    return replaced(path, "diary.csv", repeat(b"2026-03-01,mild\n" * 62_500, 300))


def a_traversing_workbook(folder):
    """Its sheet is outside the archive."""
    inside = workbook(folder / "x.xlsx")
    with zipfile.ZipFile(inside) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels")
    return replaced(
        inside, "xl/_rels/workbook.xml.rels", [relations.replace(b"/xl/worksheets/sheet1.xml", b"../../../etc/passwd")]
    )


def a_traversing_archive(folder):
    return archive_of(folder / "x.zip", {"../../evil": "x", "/tmp/evil": "x"})


def two_corners(folder):
    book = openpyxl.Workbook()
    book.active["A1"] = book.active["XFD1048576"] = "x"
    book.save(folder / "x.xlsx")
    return folder / "x.xlsx"


def a_cut_archive(folder):
    path = archive_of(folder / "x.zip", {"diary.csv": TABLE * 1_000})
    os.truncate(path, path.stat().st_size // 2)
    return path


def a_locked_workbook(folder):
    """The beginning of what Excel writes: a compound file with a stream that is called EncryptedPackage."""
    marker = "EncryptedPackage".encode("utf-16-le")
    (folder / "x.xlsx").write_bytes(codecs.decode("d0cf11e0a1b11ae1", "hex") + bytes(4_000) + marker + bytes(4_000))
    return folder / "x.xlsx"


# Text

LAUGHS = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))


def billion_laughs(folder):
    (folder / "x.xml").write_text(f'<?xml version="1.0"?><!DOCTYPE lol [{LAUGHS}]><lol>&a9;</lol>')
    return folder / "x.xml"


def health():
    """Apple Health's export, laughing."""
    record = '<Record type="HKCategoryTypeIdentifierHeadache" sourceName="&a9;"/>'
    return f'<?xml version="1.0"?>\n<!DOCTYPE HealthData [{LAUGHS}]>\n<HealthData>{record}</HealthData>'


def billion_laughs_of_apple(folder):
    (folder / "export.xml").write_text(health())
    return folder / "export.xml"


def billion_laughs_in_an_archive(folder):
    return archive_of(folder / "export.zip", {"apple_health_export/export.xml": health()})


def billion_laughs_in_a_workbook(folder):
    laughing = f'<?xml version="1.0"?><!DOCTYPE sst [{LAUGHS}]><sst><si><t>&a9;</t></si></sst>'
    return replaced(workbook(folder / "x.xlsx"), "xl/sharedStrings.xml", [laughing.encode()])


def a_line_of_4_gigabytes(folder):
    return sparse(folder / "x.csv", TABLE.encode() + b"2026-03-03,mild,x", 4 * GIGABYTE)


def a_line_of_40_megabytes(folder):
    (folder / "x.csv").write_text(TABLE + "2026-03-03,mild," + "x" * 40 * MEGABYTE)
    return folder / "x.csv"


def a_row_of_10_million_cells(folder):
    (folder / "x.csv").write_text(TABLE + "," * 10 * MEGABYTE)
    return folder / "x.csv"


def json_of_4_gigabytes(folder):
    return sparse(folder / "x.json", b'{"entries": [', 4 * GIGABYTE)


def apple_health_of_a_gigabyte(folder):
    return sparse(folder / "export.xml", b'<?xml version="1.0"?>\n<HealthData>', GIGABYTE)


def an_archive_of_4_gigabytes(folder):
    return sparse(folder / "x.zip", b"PK\3\4", 4 * GIGABYTE)


def deep_json(folder):
    (folder / "x.json").write_text('{"a":' + "[" * MEGABYTE)
    return folder / "x.json"


def a_deep_export(folder):
    """It says that it is the diary's own."""
    (folder / "x.json").write_text('{"format": "migraine-diary/1", "days":' + "[" * MEGABYTE)
    return folder / "x.json"


def a_number_of_a_million_digits(folder):
    (folder / "x.json").write_text('{"a": ' + "9" * MEGABYTE + "}")
    return folder / "x.json"


def nul_bytes(folder):
    (folder / "x.csv").write_bytes(TABLE.encode().replace(b"mild", b"mi\0ld"))
    return folder / "x.csv"


def nothing_but_nul_bytes(folder):
    (folder / "x.csv").write_bytes(bytes(MEGABYTE))
    return folder / "x.csv"


def nothing(folder):
    (folder / "x.csv").touch()
    return folder / "x.csv"


def a_folder(folder):
    (folder / "x").mkdir()
    return folder / "x"


def a_pipe(folder):
    os.mkfifo(folder / "x.csv")
    return folder / "x.csv"


def an_endless_device(_):
    return "/dev/zero"


@pytest.mark.parametrize(
    ("make", "sentence", "remedy"),
    [
        (a_workbook_of_a_gigabyte, "would unpack to far more than a diary holds", "Save the table alone as csv."),
        (a_workbook_whose_header_lies, "is damaged or not a workbook", "save it again as xlsx."),
        (an_archive_of_300_megabytes, "is a zip archive without a workbook", "Unpack it and import the file inside."),
        (a_traversing_workbook, "is damaged or not a workbook", "save it again as xlsx."),
        (a_traversing_archive, "is a zip archive without a workbook", "Unpack it and import the file inside."),
        (two_corners, "spans far more cells than a diary has", "save the table alone as csv."),
        (a_cut_archive, "is cut short or damaged", "Download or copy it again."),
        (a_locked_workbook, "is locked with a password", "Save a copy without the password and import that."),
        (billion_laughs, "is an XML file, not a spreadsheet", "save it as xlsx."),
        (billion_laughs_of_apple, "declares entities or other files", "Export it from Health again."),
        (billion_laughs_in_an_archive, "declares entities or other files", "Export it from Health again."),
        (billion_laughs_in_a_workbook, "is damaged or not a workbook", "save it again as xlsx."),
        (a_line_of_4_gigabytes, "is larger than any diary", "Save the table alone as csv."),
        (a_line_of_40_megabytes, "is not a table of text", "Save it again as csv."),
        (a_row_of_10_million_cells, "holds far more cells than a diary has", "Save the table alone as csv."),
        (json_of_4_gigabytes, "is larger than any diary", "Export a shorter time."),
        (apple_health_of_a_gigabyte, "is damaged or cut short", "Export it from Health again."),
        (an_archive_of_4_gigabytes, "spans far more cells", "save the table alone as csv."),
        (deep_json, "is damaged or cut short", "Export or copy it again."),
        (a_deep_export, "is damaged", "Export the diary again with: migraine export."),
        (a_number_of_a_million_digits, "is damaged or cut short", "Export or copy it again."),
        (nul_bytes, "is neither a spreadsheet nor text", "Choose the file that holds the diary."),
        (nothing_but_nul_bytes, "is neither a spreadsheet nor text", "Choose the file that holds the diary."),
        (nothing, "is empty", "Choose the file that holds the diary."),
        (a_folder, "There is no table of a diary in", "Name a folder made with: migraine export."),
        (a_pipe, "is not a file", "Choose the file that holds the diary."),
        (an_endless_device, "is not a file", "Choose the file that holds the diary."),
    ],
    ids=lambda case: case.__name__ if callable(case) else "",
)
def test_a_hostile_file_is_refused_in_a_sentence_within_bounds_and_the_diary_is_untouched(
    tmp_path, attempt, make, sentence, remedy
):
    said = attempt(make(tmp_path))

    assert sentence in said
    assert remedy in said


# Oddly saved, and read


def a_workbook_called_csv(folder):
    return workbook(folder / "x.xlsx").rename(folder / "x.csv")


def text_called_xlsx(folder):
    (folder / "x.xlsx").write_text(TABLE, encoding="utf-8")
    return folder / "x.xlsx"


def encoded(encoding, mark=b""):
    """Makes the table in this encoding, after a byte order mark."""

    def make(folder):
        (folder / "x.csv").write_bytes(mark + TABLE.encode(encoding))
        return folder / "x.csv"

    return make


@pytest.mark.parametrize(
    "make",
    [
        a_workbook_called_csv,
        text_called_xlsx,
        encoded("utf-8", codecs.BOM_UTF8),
        encoded("utf-16-le", codecs.BOM_UTF16_LE),
        encoded("utf-16-be", codecs.BOM_UTF16_BE),
        encoded("utf-16-le"),
        encoded("utf-16-be"),
        encoded("cp1252"),
    ],
    ids=[
        "workbook.csv",
        "text.xlsx",
        "UTF-8 with mark",
        "UTF-16-LE with mark",
        "UTF-16-BE with mark",
        "UTF-16-LE",
        "UTF-16-BE",
        "Windows-1252",
    ],
)
def test_a_file_that_is_only_oddly_saved_is_read(tmp_path, imported, make):
    assert "Added: 2 days" in imported(make(tmp_path))
    with Store.open(str(tmp_path / "diary.sqlite")) as diary:
        assert ["Übelkeit", None] == [day.note for day in diary.batch().days]


# Fuzz


def test_damaged_samples_end_in_facts_or_a_sentence():
    # in a process of its own: a process begins with the peak of the one that starts it, and pytest's is large
    command = [sys.executable, "-m", "tests.fuzz.readers", "--inputs", "300", "--processes", "1"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    counts = re.search(r"([1-9]\d*) read, ([1-9]\d*) refused, 0 crashes", ended.stdout)
    largest = re.search(r"largest process: (\d+) MB", ended.stdout)
    assert (0, True) == (ended.returncode, counts is not None), ended.stdout + ended.stderr
    assert MEMORY > int(largest[1]) * MEGABYTE


@pytest.mark.parametrize("word", ["9" * 5_000, "2²"])
def test_digits_that_are_no_year_are_no_year(tmp_path, word):
    (tmp_path / "x.csv").write_text(f"{word},1,2,3\n", encoding="utf-8")

    with pytest.raises(UnknownLayout, match="is not recognised"):
        identify(tmp_path / "x.csv")
