"""The letter as a PDF for print and for screen readers, set by the same means as the report.

The file is tagged (PDF/UA-1), nothing is fetched from anywhere, and the same letter, charts and date give the same
bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from analysis.reports.letter import Letter
from analysis.reports.pdf import Data, drawings, printable, sheets, typeset
from analysis.reports.pieces import Section

TEMPLATE = Path(__file__).with_name("letter.typ")


def write_letter(
    letter: Letter, charts: Mapping[str, bytes | Path], alt: Mapping[str, str], path: Path, *, made: date
) -> Path:
    """Write the letter to *path*, and return it.

    *charts* are SVG, as bytes or files, and *alt* their texts, both by name; a figure of which there is no chart is
    left out. *made* is the day as of which the letter speaks.

    Raises PdfError: Typst refuses a chart, or a font is not there.
    """
    used = {stem: charts[stem] for section in letter.sections for stem in section.figures if stem in charts}
    data = printable(letter_data(letter, used.keys())) | {"drawn": drawings(used, alt)}
    path.write_bytes(typeset(data, made, TEMPLATE))
    return path


def letter_data(letter: Letter, charts: Collection[str]) -> Data:
    """What the template lays out: plain text, tables, and the names of the charts that are there."""
    sections = [_section(heading, section, charts) for heading, section in letter.numbered]
    return letter._asdict() | {"sections": sections}


def _section(heading: str, section: Section, charts: Collection[str]) -> Data:
    return {
        "heading": heading,
        "paragraphs": section.paragraphs,
        "tables": sheets(section.tables),
        "figures": [stem for stem in section.figures if stem in charts],
    }
