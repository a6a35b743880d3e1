"""Saving: the same bytes for the same input, and in every formula cell the value that it has now.

openpyxl writes formulas without values, so that Excel's protected view, a mail preview or a program
that reads the file would show nothing. The values are put in here; a spreadsheet still recalculates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from analysis.reports.workbook.page import Page

FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>[^<]*</f>)<v ?(?:/>|></v>)</c>')
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member of the file: the earliest that a zip can state."""


def workbook_bytes(workbook: Workbook, pages: Sequence[Page]) -> bytes:
    """The finished file. *pages* are the workbook's sheets, in order."""
    now = {f"xl/worksheets/sheet{n}.xml": page.now for n, page in enumerate(pages, start=1)}
    plain, finished = BytesIO(), BytesIO()
    ExcelWriter(workbook, ZipFile(plain, "w")).save()
    with ZipFile(plain) as source, ZipFile(finished, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(_member(name), with_values(source.read(name), now.get(name, {})))
    return finished.getvalue()


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, EPOCH)
    info.compress_type = ZIP_DEFLATED
    return info


def with_values(sheet: bytes, now: Mapping[str, float | str]) -> bytes:
    """A sheet's XML with the present value in each of its formula cells.

    >>> with_values(b'<c r="A1"><f>1/4</f><v /></c>', {"A1": 0.25})
    b'<c r="A1"><f>1/4</f><v>0.25</v></c>'
    """
    if not now:
        return sheet
    return FORMULA.sub(lambda found: _cell(found, now[found[1]]), sheet.decode()).encode()


def _cell(found: re.Match[str], value: float | str) -> str:
    place, attributes, formula = found.groups()
    kind = ' t="str"' if isinstance(value, str) else ""
    shown = escape(value) if isinstance(value, str) else repr(value)
    return f'<c r="{place}"{attributes}{kind}>{formula}<v>{shown}</v></c>'
