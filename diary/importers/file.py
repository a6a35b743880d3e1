"""A file as a layout looks at it: opened only as far as it is asked, and each part once."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from diary.importers.options import UnreadableFile
from diary.importers.sheets import BROKEN_ZIP, TEXT_BYTES, ZIP, Sheet, beginning, decode, read_sheets

Progress = Callable[[float], None]
"""Is told how much of a file has been read, from 0 to 1, by layouts whose files are read for a while."""

WORKBOOKS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}


class File:
    """What is in a file: ``sheets``, ``json``, ``html`` or ``members``, whichever it has.

    A layout claims a file by looking at these, never at its name. Each is empty, or None, where the file is
    something else; nothing raises before :meth:`refuse`, apart from a file that cannot be opened or is damaged.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.path = path
        self.progress = progress
        self.name = path.name
        self.head, self.size = beginning(path)

    @cached_property
    def start(self) -> bytes:
        """The first characters, in lower case, without a byte order mark or white space."""
        return decode(self.head).lstrip("\ufeff \t\r\n")[:200].lower().encode()

    @cached_property
    def is_markup(self) -> bool:
        """XML or HTML."""
        return self.start.startswith(b"<")

    @cached_property
    def is_json(self) -> bool:
        """Text that begins as a JSON object or array does."""
        return re.match(rb'[\[{]\s*["\[{\]}]', self.start) is not None

    @cached_property
    def members(self) -> frozenset[str]:
        """The names of the files in a zip archive that is no workbook; none for any other file."""
        if not self.head.startswith(ZIP):
            return frozenset()
        try:
            with zipfile.ZipFile(self.path) as archive:
                names = frozenset(archive.namelist())
        except BROKEN_ZIP:
            return frozenset()
        return frozenset() if names & WORKBOOKS else names

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The sheets of a workbook or of delimited text; none for any other file."""
        return [] if self.is_markup or self.is_json or self.members else read_sheets(self.path)

    @cached_property
    def text(self) -> str:
        """The whole file as text.

        Raises UnreadableFile: it is larger than any diary.
        """
        if self.size > TEXT_BYTES:
            raise UnreadableFile(f"{self.name} is larger than any diary (over 50 MB). Export a shorter time.")
        return decode(self.path.read_bytes())

    @cached_property
    def json(self) -> Any:
        """The JSON value of the file; None for any other file.

        Raises UnreadableFile: it begins as JSON and goes on as something else, or is nested beyond reason.
        """
        if not self.is_json:
            return None
        try:
            value = json.loads(self.text)
            return _in_whole_characters(value) if HALF.search(self.text) else value
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(f"{self.name} is damaged or cut short. Export or copy it again.") from error

    def refuse(self) -> None:
        """Say what the file is instead of a diary.

        Raises UnreadableFile: it is a web page, XML, a PDF, an archive, … that no layout knows.
        """
        if self.is_json:
            raise UnreadableFile(f"{self.name} is JSON of a kind that is not known. Export it as csv or xlsx instead.")
        read_sheets(self.path)


HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""How JSON writes one half of a character, such as half of an emoji; both halves together are a character."""


def _in_whole_characters(value: Any) -> Any:
    r"""The value; where half a character stands alone, which no file and no screen can hold, the sign for that.

    >>> _in_whole_characters({"name": "\ud83d\ude00 \ud83d x"})
    {'name': '😀 � x'}
    """
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
