"""``audit.pdf``: what the content says, set for print and for screen readers (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from analysis.reports import words
from analysis.reports.audit.content import AuditContent
from analysis.reports.audit.pieces import LEFT_OUT, NONE
from analysis.reports.pdf import Data, drawings, halves, printable, sheets, typeset
from analysis.reports.pieces import Section, TextTable
from diary import __version__

TEMPLATE = Path(__file__).parents[1] / "audit.typ"

FIRST = "lines"
"""The chart of the first page."""

MOST_PROBLEMS, MOST_INPUTS = 15, 10
"""So many are printed; the workbook and audit.json hold all."""


def write_pdf(
    content: AuditContent,
    charts: Mapping[str, bytes | Path],
    alt: Mapping[str, str],
    path: Path,
    inputs: Iterable[dict[str, str]] = (),
) -> Path:
    """Write the audit to *path*, and return it; the same input gives the same bytes.

    *charts* are SVG, as bytes or files, and *alt* their texts, both by name.

    Raises PdfError: Typst refuses a chart, or a font is not there.
    """
    data = printable(audit_data(content, charts.keys(), inputs)) | {"drawn": drawings(charts, alt)}
    path.write_bytes(typeset(data, content.as_of, TEMPLATE))
    return path


def audit_data(content: AuditContent, charts: Collection[str], inputs: Iterable[dict[str, str]] = ()) -> Data:
    """What the template lays out: plain text, tables, and the names of the charts that are there."""
    return {
        "title": content.title,
        "patient": "",  # the style's own footer names one; the audit's replaces it
        "as_of": words.day(content.as_of),
        "version": __version__,
        "period": content.period,
        "headline": content.headline,
        "points": [point._asdict() for point in content.points],
        "first": [stem for stem in (FIRST,) if stem in charts and content.cycle is not None],
        "sections": [_section(section, charts) for section in content.sections],
        "cautions": content.cautions,
        "methods": halves(content.methods),
        "problems": sheets([_problems(content)]),
        "inputs": _inputs(list(inputs)),
    }


def _section(section: Section, charts: Collection[str]) -> Data:
    return {
        "title": section.title,
        "tables": [_sheet(table) for table in section.tables],
        "figures": [stem for stem in section.figures if stem in charts and stem != FIRST],
    }


def _sheet(table: TextTable) -> Data:
    """The table as the template takes it: a number that is left out stands where numbers stand."""
    plain = tuple(tuple(NONE if cell == LEFT_OUT else cell.replace(",", "") for cell in row) for row in table.rows)
    (sheet,) = sheets([table._replace(rows=plain)])
    return sheet | {"rows": table.rows}


def _problems(content: AuditContent) -> TextTable:
    more = len(content.problems) - MOST_PROBLEMS
    note = f"{words.count(more, 'more problem')}: see audit.xlsx." if more > 0 else ""
    rows = tuple((problem.where, problem.what, problem.remedy) for problem in content.problems[:MOST_PROBLEMS])
    return TextTable("Problems in the data", ("Where", "What", "What to do"), rows, note)


def _inputs(inputs: list[dict[str, str]]) -> list[str]:
    """The first of the files read; how many more there are."""
    named = [f"{found['name']} ({found['sha256'][:16]})" for found in inputs[:MOST_INPUTS]]
    more = len(inputs) - MOST_INPUTS
    return [*named, f"{words.count(more, 'more file')}: see audit.json"] if more > 0 else named
