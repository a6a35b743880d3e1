"""A workbook as a file: the same bytes for the same cells, whatever the clock says."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl import Workbook

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of the workbook and of every member of the file: the earliest that a zip can state."""


def save_workbook(workbook: Workbook, path: Path) -> Path:
    """Write the workbook to *path*, in a folder that is made where there is none. Returns the path."""
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.created = workbook.properties.modified = datetime(*EPOCH)
    plain = BytesIO()
    ExcelWriter(workbook, ZipFile(plain, "w")).save()
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(plain) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, EPOCH), source.read(name), ZIP_DEFLATED)
    return path
