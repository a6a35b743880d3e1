"""Opening files: what a file really is, then its sheets of cells.

A look before opening refuses what could harm; workbooks are then read in a process of their own
(:mod:`diary.importers.child`), so that no file can end or fill the caller's.
"""

from __future__ import annotations

import csv
import pickle
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from diary.importers.options import UnreadableFile

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Row = list[Cell]

HEAD_BYTES = 64_000
TEXT_BYTES = 50_000_000
TEXT_CELLS = 1_000_000  # a hundred years of a row a day and 27 columns
WORKBOOK_BYTES = 50_000_000
INFLATED_BYTES = 150_000_000
INFLATION = 300  # of a member over 20 MB; an honest sheet of numbers is packed about ten to one
MEMBERS = 2_000
SECONDS = 30

ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError)
"""What opening a damaged archive, or one of its members, ends in."""

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NEITHER = {
    b"%pdf": "is a PDF document. Export the diary as xlsx or csv instead.",
    b"<!doctype html": "is a web page (HTML). Open it in Excel or LibreOffice and save it as xlsx.",
    b"<html": "is a web page (HTML). Open it in Excel or LibreOffice and save it as xlsx.",
    b"<table": "is a web page (HTML). Open it in Excel or LibreOffice and save it as xlsx.",
    b"<?xml": "is an XML file, not a spreadsheet. Open it in Excel or LibreOffice and save it as xlsx.",
    b"{\\rtf": "is a text document (RTF). Copy its table into a spreadsheet and save it as xlsx.",
    b"begin:vcalendar": "is a calendar. Copy its headaches into a spreadsheet, a row for each day, and import that.",
}
PICTURES = (b"\xff\xd8\xff", b"\x89png", b"gif8")
PICTURE = "is a picture. Type what it shows into a spreadsheet, a row for each day, and import that."
IN_ARCHIVES = {
    "word/document.xml": "is a Word document. Copy its table into a spreadsheet and save it as xlsx.",
    "Index/Document.iwa": "is a Numbers or Pages document. Open it there and export it as Excel or CSV.",
}
"""What an archive is that has such a member and no workbook in it."""
ERRORS = {
    "password": "is locked with a password. Save a copy without the password and import that.",
    "oversize": "spans far more cells than a diary has. Delete stray cells at the far end of the sheet, or save the "
    "table alone as csv.",
    "memory": "needs more memory than a diary does. Save the table alone as csv.",
    "damaged": "is damaged or not a workbook. Open it in Excel or LibreOffice and save it again as xlsx.",
    "time": f"could not be read within {SECONDS} seconds. Save the table alone as csv.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet from A1 on: ``rows[13]`` is row 14 of the spreadsheet.

    *unvalued* and *failed* are cells, (row, column) from zero, whose formula has no stored value or
    ended in an error. *merged* are the corners of merged cells. *hidden* counts hidden rows.
    """

    name: str
    rows: list[Row]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    unvalued: list[tuple[int, int]] = field(default_factory=list)
    failed: list[tuple[int, int]] = field(default_factory=list)
    hidden: int = 0
    epoch1904: bool = False

    def place(self, row: int) -> str:
        """How a person finds a row: ``sheet Diary, row 14``, or ``row 14`` of a text file."""
        return f"sheet {self.name}, row {row + 1}" if self.name else f"row {row + 1}"


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of an xlsx, xls, xlsb, ods, csv or tsv file, whatever its name says.

    Raises UnreadableFile: one sentence for each thing that a file can be instead.
    """
    head, size = beginning(path)
    if not head.strip():
        raise UnreadableFile(f"{path.name} is empty. Choose the file that holds the diary.")
    if head.startswith((ZIP, OLE)):
        return _workbook(path, head, size)
    return [Sheet("", _text_rows(path, head, size))]


def beginning(path: Path) -> tuple[bytes, int]:
    """The first 64,000 bytes of a file, and how many it has.

    Raises UnreadableFile: it cannot be opened, or is a pipe or a device, which may have no end.
    """
    try:
        about = path.stat()
        if not (S_ISREG(about.st_mode) or S_ISDIR(about.st_mode)):  # opening a pipe would wait for its other end
            raise UnreadableFile(f"{path} is not a file. Choose the file that holds the diary.")
        with path.open("rb") as file:
            return file.read(HEAD_BYTES), about.st_size
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened ({error.strerror}). Check the name and try again.") from error


def _workbook(path: Path, head: bytes, size: int) -> list[Sheet]:
    if size > WORKBOOK_BYTES:
        raise UnreadableFile(f"{path.name} {ERRORS['oversize']}")
    if head.startswith(ZIP):
        look_before_opening(path)
    elif ENCRYPTED in path.read_bytes():
        raise UnreadableFile(f"{path.name} {ERRORS['password']}")
    answer = _read_apart(path)
    if "error" in answer:
        raise UnreadableFile(f"{path.name} {ERRORS[answer['error']]}")
    return [Sheet(**sheet) for sheet in answer["sheets"]]


def look_before_opening(path: Path) -> None:
    """Refuse a zip file that is no workbook, is cut short, or would inflate beyond reason.

    Raises UnreadableFile.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN_ZIP as error:
        raise UnreadableFile(f"{path.name} is cut short or damaged. Download or copy it again.") from error
    names = {member.filename for member in members}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        archive_of = "is a zip archive without a workbook in it. Unpack it and import the file inside."
        what = next((what for member, what in IN_ARCHIVES.items() if member in names), archive_of)
        raise UnreadableFile(f"{path.name} {what}")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(f"{path.name} {ERRORS['password']}")
    if len(members) > MEMBERS or sum(m.file_size for m in members) > INFLATED_BYTES or any(map(is_bomb, members)):
        raise UnreadableFile(
            f"{path.name} would unpack to far more than a diary holds, and was not opened. Save the table alone as csv."
        )


def is_bomb(member: zipfile.ZipInfo) -> bool:
    """Would a member of an archive inflate as nothing honest does?"""
    return member.file_size > 20_000_000 and member.file_size > INFLATION * max(member.compress_size, 1)


def _read_apart(path: Path) -> dict[str, Any]:
    library = find_spec("python_calamine")
    if library is None or library.origin is None:
        raise UnreadableFile("python-calamine is not installed. Install migraine-diary again.")
    command = [
        sys.executable,
        *("-I", "-S"),  # a bare start takes a hundredth of a second
        str(Path(__file__).with_name("child.py")),
        str(Path(library.origin).parent.parent),
        str(path.absolute()),
    ]
    try:
        child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"error": "time"}
    if child.returncode != 0:  # calamine aborts where memory cannot be had
        return {"error": "memory" if child.returncode < 0 else "damaged"}
    answer: dict[str, Any] = pickle.loads(child.stdout)
    return answer


def _text_rows(path: Path, head: bytes, size: int) -> list[Row]:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what in NEITHER.items():
        if start.startswith(magic):
            raise UnreadableFile(f"{path.name} {what}")
    if start.startswith(PICTURES) or head[4:8] == b"ftyp":  # as telephones take them
        raise UnreadableFile(f"{path.name} {PICTURE}")
    if size > TEXT_BYTES:
        raise UnreadableFile(f"{path.name} is larger than any diary (over 50 MB). Save the table alone as csv.")
    text = decode(path.read_bytes())
    if "\0" in text:
        raise UnreadableFile(f"{path.name} is neither a spreadsheet nor text. Choose the file that holds the diary.")
    try:
        rows = _bounded(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text)), path.name)
        return [[cell or None for cell in row] for row in rows]
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is not a table of text ({error}). Save it again as csv.") from error


def _bounded(rows: Iterable[list[str]], name: str) -> Iterator[list[str]]:
    """The rows, as long as all their cells together fit into the memory of an ordinary computer."""
    cells = 0
    for row in rows:
        cells += len(row) + 1
        if cells > TEXT_CELLS:
            raise UnreadableFile(f"{name} holds far more cells than a diary has. Save the table alone as csv.")
        yield row


def decode(content: bytes) -> str:
    """Text of bytes: UTF-8, UTF-16 with or without its mark, or else Windows-1252.

    >>> decode("Übelkeit".encode("cp1252")), decode("Übelkeit".encode("utf-16"))
    ('Übelkeit', 'Übelkeit')
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for first, encoding in enumerate(("utf-16-be", "utf-16-le")):  # of plain letters every other byte is zero
        if content[first:200:2].count(0) > len(content[first:200:2]) / 2:
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The delimiter that gives the most rows of one width, then the widest."""
    lines = text[:64_000].splitlines(keepends=True)[:200]
    return max(",;\t|", key=lambda delimiter: _evenness(csv.reader(lines, delimiter=delimiter)))


def _evenness(rows: Iterable[list[str]]) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in rows if len(row) > 1)
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count, width
