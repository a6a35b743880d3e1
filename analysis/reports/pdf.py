"""The report as a PDF for print and for screen readers: what ``content.py`` says, set with Typst, and nothing else.

The file is tagged (PDF/UA-1): headings, tables and a text for every chart can be read aloud. Nothing is fetched
from anywhere, and the same content, charts and date give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from itertools import accumulate
from math import isqrt
from pathlib import Path
from typing import Any

from analysis.reports import words
from analysis.reports.content import Content
from analysis.reports.pieces import TextTable
from analysis.windows import FULL
from diary import __version__
from diary.model import DiaryError

TEMPLATE = Path(__file__).with_name("template.typ")

LONG = 20
"""A table of more rows stands among those at the end."""

FIRST_ROWS, LAST_ROWS = 3, 5
"""Of a long summary, page 1 shows the baseline, the first two cycles and the last five."""

USABLE = "usable"
"""How the windows say that enough days are logged."""

MOST_PROBLEMS = 30

UNKNOWN = "\N{REPLACEMENT CHARACTER}"

Data = dict[str, Any]


class PdfError(DiaryError):
    """The report cannot be set as a PDF."""


def write_pdf(
    content: Content,
    charts: Mapping[str, bytes | Path],
    alt: Mapping[str, str],
    path: Path,
    *,
    made: date,
    inputs: Iterable[dict[str, str]] = (),
) -> Path:
    """Write the report to *path*, and return it.

    *charts* are SVG, as bytes or files, and *alt* their texts, both under the names of
    :func:`analysis.charts.chart_figures`; a further calendar shares the first one's text. *made* is the day as of
    which the report speaks: it stands on each page and in the file's metadata. *inputs* name what was read:
    ``name`` and ``sha256`` of each file.

    Raises PdfError: Typst refuses a chart, or a font is not there.
    """
    drawn = drawings(charts, alt)
    data = printable(report_data(content, drawn.keys(), made, inputs))
    path.write_bytes(typeset(data | {"drawn": drawn}, made))
    return path


def write_details(content: Content, path: Path, *, made: date) -> Path:
    """Write what stands behind the report as a tagged PDF; the same input gives the same bytes.

    Raises PdfError: Typst refuses something, or a font is not there.
    """
    path.write_bytes(typeset(printable(details_data(content, made)) | {"drawn": {}}, made))
    return path


def drawings(charts: Mapping[str, bytes | Path], alt: Mapping[str, str]) -> dict[str, Data]:
    """Each chart as a template takes it: its SVG, and the text for those who cannot see it."""
    return {stem: _chart(stem, svg, alt) for stem, svg in charts.items()}


def _chart(stem: str, svg: bytes | Path, alt: Mapping[str, str]) -> Data:
    source = svg if isinstance(svg, bytes) else svg.read_bytes()
    return {"svg": source.decode(), "alt": alt.get(stem) or alt[stem.partition("-")[0]]}


def typeset(data: Data, made: date, template: Path = TEMPLATE) -> bytes:
    """The bytes of the PDF that the template makes of the data.

    Raises PdfError: Typst refuses something, or a font that the template names is not there.
    """
    import typst

    try:
        pdf, warnings = typst.compile_with_warnings(
            template,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
            timestamp=int(datetime(made.year, made.month, made.day, tzinfo=UTC).timestamp()),
        )
    except typst.TypstError as error:
        raise PdfError(f"The PDF cannot be set: {error.message}. Use the workbook, which says the same.") from error
    for warning in warnings:
        if "font" in warning.message:  # Typst itself goes on, with another font or with none
            raise PdfError(f"The PDF cannot be set: {warning.message}. Install matplotlib and typst anew.")
    return pdf


def _fonts() -> Path:
    """The folder of the fonts that matplotlib ships, DejaVu Sans among them; Typst brings Libertinus itself."""
    import matplotlib

    return Path(matplotlib.get_data_path(), "fonts", "ttf")


# What stands where


def report_data(content: Content, charts: Iterable[str], made: date, inputs: Iterable[dict[str, str]] = ()) -> Data:
    """What the template lays out, in its order: plain text, tables, and the names of the charts that are used."""
    compared = bool(content.windows.rows)
    there = set(charts)
    calendars = sorted(stem for stem in there if stem.startswith("calendar"))
    first = ["blocks"] if compared else calendars[:1]
    later = ["severity", "medication"] if compared else ["medication"]
    told = [content.measures, content.phases, verdict_table(content)]
    record = [content.treatments, content.events]
    beside = [content.scores] if any(table.rows for table in _short(record)) else []
    record += [] if beside else [content.scores]
    return {
        "title": content.title,
        "patient": content.patient,
        "as_of": words.day(made),
        "version": __version__,
        "period": content.period,
        "warnings": list(content.warnings),
        "headline": content.headline,
        "points": [_point(point.question, point.answer, content.headline) for point in content.points],
        "summary": sheets([shortened(content.summary)]),
        "first_charts": [stem for stem in first if stem in there],
        "detail": sheets(_short(told)),
        "charts": [stem for stem in [*later, *calendars] if stem in there and stem not in first],
        "records": sheets(_short(record)),
        "beside": sheets(_short(beside)),
        "plain": [],
        "cautions": list(content.cautions),
        "methods": halves(content.methods),
        "appendix": sheets(_appendix(content, [*told, *record, *beside])),
        "inputs": [f"{found['name']} ({found['sha256'][:16]})" for found in inputs],
    }


def details_data(content: Content, made: date) -> Data:
    """The same for the details: the answer in plain words, criteria, all rule sets, and how firm the answer is."""
    return dict.fromkeys(("warnings", "points", "summary", "first_charts", "charts", "records", "beside"), ()) | {
        "title": "Details: criteria, rules, and how firm the answer is",
        "patient": content.patient,
        "as_of": words.day(made),
        "version": __version__,
        "period": content.period,
        "headline": content.headline,
        "plain": list(content.plain),
        "detail": sheets(content.further),
        "cautions": [],
        "methods": [],
        "appendix": [],
        "inputs": [],
    }


def _point(question: str, answer: str, headline: str) -> Data:
    """A question, and its answer; where that begins with the headline, the headline is set apart, larger."""
    lead = headline if answer.startswith(headline) else ""
    return {"question": question, "lead": lead, "answer": answer.removeprefix(lead).lstrip()}


def _appendix(content: Content, tables: list[TextTable]) -> list[TextTable]:
    summary = [content.summary] if shortened(content.summary) is not content.summary else []
    longer = [table for table in tables if len(table.rows) > LONG]
    return [*summary, *longer, telling_windows(content.windows), assumption_table(content), problem_table(content)]


def _short(tables: Iterable[TextTable]) -> list[TextTable]:
    return [table for table in tables if len(table.rows) <= LONG]


def shortened(table: TextTable) -> TextTable:
    """The summary as it fits on page 1: of a long one the first and the last rows, and where the rest is.

    >>> many = TextTable("Cycles", ("Name",), tuple((f"Cycle {n}",) for n in range(40)))
    >>> short = shortened(many)
    >>> len(short.rows), short.note
    (8, 'Cycle 3 to Cycle 34 are left out here; the whole table stands near the end.')
    """
    rows = table.rows
    if len(rows) <= FIRST_ROWS + LAST_ROWS:
        return table
    left_out = f"{rows[FIRST_ROWS][0]} to {rows[-LAST_ROWS - 1][0]} are left out here; "
    note = f"{table.note} {left_out}the whole table stands near the end.".strip()
    return table._replace(rows=rows[:FIRST_ROWS] + rows[-LAST_ROWS:], note=note)


def telling_windows(table: TextTable) -> TextTable:
    """The windows of which there is something to tell: those that are cut short, or in which days are missing.

    >>> rows = ("Cycle 1", "", "84 of 84", FULL, USABLE), ("Cycle 2", "", "9 of 9", "diary ends", "cannot tell")
    >>> [row[0] for row in telling_windows(TextTable("Windows", ("", "", "", "", ""), rows)).rows]
    ['Cycle 2']
    """
    rows = tuple(row for row in table.rows if row[-2:] != (FULL, USABLE))
    others = len(table.rows) - len(rows)
    note = f"All others ({others}) have their full length and enough logged days." if others else ""
    return TextTable("Windows that are cut short, or lack days", table.header, rows, note)


def verdict_table(content: Content) -> TextTable:
    """What the named rules say, and because of what."""
    rows = tuple(verdict[:3] for verdict in content.verdicts)
    note = "Other rule sets, criteria, and how firm the answer is: see details.pdf."
    return TextTable("What the named rules say", ("Rule", "Verdict", "Because"), rows, note)


def halves(methods: tuple[tuple[str, str], ...]) -> list[tuple[tuple[str, str], ...]]:
    """The definitions in two columns of about the same length.

    >>> halves((("Day", "From midnight to midnight."), ("Week", "Seven days."), ("Month", "28 days.")))
    [(('Day', 'From midnight to midnight.'),), (('Week', 'Seven days.'), ('Month', '28 days.'))]
    """
    ends = list(accumulate(len(word) + len(meaning) for word, meaning in methods))
    left = min(range(len(ends)), key=lambda n: abs(2 * ends[n] - ends[-1])) + 1
    return [methods[:left], methods[left:]]


def assumption_table(content: Content) -> TextTable:
    """What was assumed when the files were read."""
    rows = tuple((text,) for text in content.assumptions)
    return TextTable("Assumptions of the import", ("What was assumed",), rows)


def problem_table(content: Content) -> TextTable:
    """What in the data needs a look: the first of them, and how many more there are."""
    more = len(content.problems) - MOST_PROBLEMS
    note = f"{words.count(more, 'more problem')}: see outcomes.json." if more > 0 else ""
    return TextTable("Problems in the data", ("Where", "What", "What to do"), content.problems[:MOST_PROBLEMS], note)


# How a table is set

QUANTITY = re.compile(r"[+−]?\d[\d.]*( %| of \d+| to [+−]?[\d.]+| \([+−\d].*\))?")
NO_DAYS = "–"
WIDE, WIDEST = 30, 400
"""A column with a cell of more than WIDE characters shares the width that the others leave, by the root of its
longest cell's length, up to WIDEST: twice as much text is given less than twice the width, and grows in height too."""
LINE, GAP = 110, 2
"""Letters of a table in one line, and what stands between two columns: a wider table breaks its widest headers."""


def sheets(tables: Iterable[TextTable]) -> list[Data]:
    """The tables that have rows, as the template takes them."""
    return [_sheet(table) for table in tables if table.rows]


def _sheet(table: TextTable) -> Data:
    columns = list(zip(*table.rows, strict=True))
    right = [_is_quantity(cells) for cells in columns]
    longest = [max(map(len, cells)) for cells in columns]
    widest = [max(len(name), length) + GAP for name, length in zip(table.header, longest, strict=True)]
    crowded = max(longest) <= WIDE and sum(widest) > LINE
    return table._asdict() | {"right": right, "widths": [None] * len(columns) if crowded else _widths(longest, right)}


def _is_quantity(cells: tuple[str, ...]) -> bool:
    """Whether at least half of the cells that say something are numbers: these columns are aligned right."""
    told = [QUANTITY.fullmatch(cell) is not None for cell in cells if cell not in ("", NO_DAYS, words.NOT_TOLD)]
    return 2 * sum(told) >= len(told) if told else NO_DAYS in cells


def _widths(longest: list[int], right: list[bool]) -> list[int | None]:
    """The share of the width for columns of long text; None for the others, which are as wide as their cells.

    Where no text is long, the longest column of words takes what is left.

    >>> _widths([9, 64, 900], [True, False, False]), _widths([10, 14, 5], [False, False, True])
    ([None, 8, 20], [None, 1, None])
    """
    if max(longest) > WIDE:
        return [isqrt(min(length, WIDEST)) if length > WIDE else None for length in longest]
    spare = max(range(len(longest)), key=lambda column: (not right[column], longest[column], column))
    return [1 if column == spare else None for column in range(len(longest))]


# Characters


@cache
def _covered() -> frozenset[int]:
    """The code points that the wider of the two fonts can show."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(_fonts() / "DejaVuSans.ttf")).get_charmap())


def printable(value: Any) -> Any:
    """The same data with white space in one piece, and with characters that the fonts lack as a visible stand-in.

    PDF/UA does not allow a character without a glyph; without this, one emoji would cost the whole report.

    >>> printable(["Botox\\n \\U0001F92F", None])
    ['Botox \N{REPLACEMENT CHARACTER}', None]
    """
    if isinstance(value, str):
        return "".join(c if ord(c) in _covered() else UNKNOWN for c in " ".join(value.split()))
    if isinstance(value, Mapping):
        return {key: printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [printable(part) for part in value]
    return value
