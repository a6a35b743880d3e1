"""Office files are zip archives: written so that the same parts give the same bytes, whatever the clock says."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member of the file: the earliest that a zip can state."""


def undated(archive: bytes, change: Callable[[str, bytes], bytes] = lambda _, part: part) -> bytes:
    """The archive with its members in the same order and without their dates; *change* is given each one's name."""
    finished = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(finished, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(_member(name), change(name, source.read(name)))
    return finished.getvalue()


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, EPOCH)
    info.compress_type = ZIP_DEFLATED
    return info
