"""Saving: the same bytes for the same input, and in every formula cell the value that it has now.

openpyxl writes formulas without values, so that Excel's protected view, a mail preview or a program
that reads the file would show nothing. The values are put in here; a spreadsheet still recalculates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from analysis.reports.archive import undated
from analysis.reports.workbook.page import Page

FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>[^<]*</f>)<v ?(?:/>|></v>)</c>')


def workbook_bytes(workbook: Workbook, pages: Sequence[Page]) -> bytes:
    """The finished file. *pages* are the workbook's sheets, in order."""
    now = {f"xl/worksheets/sheet{n}.xml": page.now for n, page in enumerate(pages, start=1)}
    plain = BytesIO()
    ExcelWriter(workbook, ZipFile(plain, "w")).save()
    return undated(plain.getvalue(), lambda name, part: with_values(part, now.get(name, {})))


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
