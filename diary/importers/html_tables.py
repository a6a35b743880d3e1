"""The tables of a web page as rows of text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from time import monotonic
from typing import NamedTuple

from diary.importers.options import UnreadableFile
from diary.importers.sheets import SECONDS

LINES = ("br", "div", "p", "pre", "li")
"""Elements that stand on a line of their own."""

PIECE = 64_000
"""Characters that are parsed at a time: broken markup can take long, and is given up between two pieces."""


class HtmlCell(NamedTuple):
    """The text of a cell, and how many columns it spans."""

    text: str
    columns: int = 1


HtmlTable = list[list[HtmlCell]]


def read_html_tables(html: str) -> list[HtmlTable]:
    """The rows of each table. A line break in the page is one in the text.

    Raises UnreadableFile: it takes too long.

    >>> read_html_tables("<table><tr><td>12/10/18<br>at <b>home</b><td colspan=2>5 &gt; 4</table>")
    [[[HtmlCell(text='12/10/18\\nat home', columns=1), HtmlCell(text='5 > 4', columns=2)]]]
    """
    parser = _Parser()
    end = monotonic() + SECONDS
    for start in range(0, len(html), PIECE):
        parser.feed(html[start : start + PIECE])
        if monotonic() > end:
            raise UnreadableFile("The web page could not be read in a reasonable time. Save it again from the app.")
    parser.close()
    return parser.tables


class _Parser(HTMLParser):
    """Collects cells; what a page leaves open ends where the next begins."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[HtmlTable] = []
        self.pieces: list[str] | None = None
        self.columns = 1
        self.verbatim = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, row or cell begins; so does a line."""
        if tag in ("table", "tr", "td", "th"):
            self._end_cell()
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.pieces, self.columns = [], _columns(attrs)
        self._line(tag, verbatim=True)

    def handle_endtag(self, tag: str) -> None:
        """A table, row or cell ends; so does a line."""
        if tag in ("table", "tr", "td", "th"):
            self._end_cell()
        self._line(tag, verbatim=False)

    def handle_data(self, data: str) -> None:
        """Text in a cell; how the page's source is broken into lines means nothing, but in ``pre``."""
        if self.pieces is not None:
            self.pieces.append(data if self.verbatim else re.sub(r"\s+", " ", data))

    def _line(self, tag: str, *, verbatim: bool) -> None:
        if tag == "pre":
            self.verbatim = verbatim
        if tag in LINES and self.pieces is not None:
            self.pieces.append("\n")

    def _end_cell(self) -> None:
        if self.pieces is not None:
            lines = (" ".join(line.split()) for line in "".join(self.pieces).splitlines())
            self.tables[-1][-1].append(HtmlCell("\n".join(line for line in lines if line), self.columns))
        self.pieces, self.verbatim = None, False


def _columns(attrs: list[tuple[str, str | None]]) -> int:
    """The columns that a cell says it spans; more than 99 are not believed."""
    stated = dict(attrs).get("colspan") or ""
    return int(stated) if re.fullmatch(r"[1-9]\d?", stated) else 1
