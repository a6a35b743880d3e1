"""Reads a workbook in a process of its own, with bounded memory. A script: :mod:`diary.importers.sheets` runs it.

``python -I -S child.py FOLDER_OF_CALAMINE WORKBOOK`` writes a pickle to standard output: ``{"error": word}``, or
``{"sheets": [...]}`` with one dictionary a sheet. A hostile workbook can end this process, but not the caller's.
"""

from __future__ import annotations

import pickle
import re
import sys
import zipfile
from html import unescape
from typing import Any

MEMORY = 450_000_000  # bytes of address space
MEMBER_BYTES = 100_000_000  # of one inflated sheet
MOST_CELLS = 4_000_000  # rows × columns that the used range spans

ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
FAR = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]{2,3}\d|[A-Z]\d{6})""")
UNVALUED = re.compile(
    rb"""<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
FAILED = re.compile(rb"""<c r="([A-Z]{1,3})(\d{1,7})"[^>]*\bt="e"[^>]*>""")
HIDDEN = re.compile(rb"""<row\s[^>]*\bhidden=["'](?:1|true)["']""")


def main(library: str, path: str) -> dict[str, Any]:
    """What is in the workbook, or the word for why it was not read."""
    limit_memory()
    sys.path.append(library)
    import python_calamine

    try:
        marks = look(path) if zipfile.is_zipfile(path) else {}
        return {"sheets": sheets(python_calamine.CalamineWorkbook.from_path(path), marks)}
    except python_calamine.PasswordError:
        return {"error": "password"}
    except OversizeError:
        return {"error": "oversize"}
    except MemoryError:
        return {"error": "memory"}
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, EOFError, ValueError, KeyError):
        return {"error": "damaged"}


class OversizeError(Exception):
    """The workbook would need far more memory than a diary does."""


def limit_memory() -> None:
    """Bound the address space, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the look before opening still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def look(path: str) -> dict[str, dict[str, Any]]:
    """For each sheet of an xlsx what calamine does not tell: empty formulas, error cells, hidden rows.

    Raises OversizeError before calamine sets aside memory for every cell between the first and the last.
    """
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        workbook = member(archive, "xl/workbook.xml")
        epoch = re.search(rb"""date1904\s*=\s*["'](?:1|true)["']""", workbook) is not None
        return {
            name: sheet_marks(member(archive, part)) | {"epoch1904": epoch}
            for name, part in sheet_parts(archive, workbook)
        }


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One inflated member, refused beyond MEMBER_BYTES whatever its header claims."""
    with archive.open(name) as file:
        content = file.read(MEMBER_BYTES + 1)
    if len(content) > MEMBER_BYTES:
        raise OversizeError
    if b"<!DOCTYPE" in content[:4096]:
        raise ValueError("a workbook has no document type")
    return content


def sheet_parts(archive: zipfile.ZipFile, workbook: bytes) -> list[tuple[str, str]]:
    """Names of the sheets and of the members that hold them."""
    names = set(archive.namelist())
    targets = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", member(archive, "xl/_rels/workbook.xml.rels")):
        attributes = dict(ATTRIBUTE.findall(tag))
        targets[attributes.get(b"Id")] = attributes.get(b"Target", b"").decode()
    parts = []
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", workbook):
        attributes = dict(ATTRIBUTE.findall(tag))
        target = targets.get(attributes.get(b"r:id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts.append((unescape(attributes.get(b"name", b"").decode()), part))
    return parts


def sheet_marks(xml: bytes) -> dict[str, Any]:
    """Empty formulas and error cells as (row, column) from zero, and how many rows are hidden."""
    if FAR.search(xml):  # within 26 columns and 99,999 rows there is nothing to fear
        check_extent(REFERENCE.findall(xml))
    return {
        "unvalued": [_place(*cell) for cell in UNVALUED.findall(xml)] if b"<f" in xml else [],
        "failed": [_place(*cell) for cell in FAILED.findall(xml)] if b't="e"' in xml else [],
        "hidden": len(HIDDEN.findall(xml)) if b"hidden=" in xml else 0,
    }


def check_extent(cells: list[tuple[bytes, bytes]]) -> None:
    """Raise OversizeError where A1 to the last cell spans too many cells. What ``dimension`` claims harms nobody."""
    rows = max((int(row) for row in {row for _, row in cells}), default=0)
    columns = max((_place(letters, b"1")[1] + 1 for letters in {letters for letters, _ in cells}), default=0)
    if rows * columns > MOST_CELLS:
        raise OversizeError


def _place(letters: bytes, digits: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(digits) - 1, column - 1


def sheets(workbook: Any, marks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Each sheet's cells from A1 on, None where empty, and what was marked."""
    read = []
    for index, about in enumerate(workbook.sheets_metadata):
        if str(about.typ) != "SheetTypeEnum.WorkSheet":  # a chart sheet has no cells
            continue
        name, sheet = about.name, workbook.get_sheet_by_index(index)
        rows = [
            [None if cell == "" else cell for cell in row]  # calamine has no other word for an empty cell
            for row in sheet.to_python(skip_empty_area=False)
        ]
        read.append({"name": name, "rows": rows, "merged": sheet.merged_cell_ranges or []} | marks.get(name, {}))
    return read


if __name__ == "__main__":
    result = main(*sys.argv[1:])
    try:
        payload = pickle.dumps(result, protocol=5)
    except MemoryError:
        payload = pickle.dumps({"error": "memory"})
    sys.stdout.buffer.write(payload)
