"""The letter as a Word document that can be edited: the same points with real headings and tables.

It holds no macro and no link to anything outside, and every text stays text. The same letter, charts and date give
the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.reports.archive import undated
from analysis.reports.letter import Letter
from analysis.reports.pdf import Data, sheets
from analysis.reports.pieces import Section
from diary import __version__

if TYPE_CHECKING:
    from docx.document import Document

WIDTH = 17.0
"""Width of the text on A4, in cm."""

INK, QUIET, ACCENT, WARN, RULE = "1C1C1C", "5A5A5A", "1B4A7A", "B34700", "CCCCCC"
FONT = "Calibri"

LETTER, PADDING, LEAST = 0.17, 0.42, 1.1
"""About how wide a letter of a table is, what stands between two columns, and the narrowest column, in cm."""

NARROW = 22
"""A column with a cell of more letters takes a share of what the narrow ones leave."""

WHOLE = 12
"""A table of at most so many rows stands on one page."""

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file may hold."""


def write_word(letter: Letter, charts: Mapping[str, Path], alt: Mapping[str, str], path: Path, *, made: date) -> Path:
    """Write the letter to *path*, and return it.

    *charts* are PNG files and *alt* their texts, both by name; a figure of which there is no chart is left out.
    *made* is the day as of which the letter speaks.
    """
    document = _blank(letter, made)
    document.add_paragraph(legible(letter.title), "Title")
    document.add_paragraph(
        legible(f"Patient {letter.patient}. Diary: {letter.period}. As of {letter.as_of}."), "Subtitle"
    )
    for text in letter.warnings:
        document.add_paragraph(legible(text), "Warning")
    document.add_paragraph(legible(letter.headline), "Lead")
    for heading, section in letter.numbered:
        document.add_paragraph(legible(heading), "Heading 1")
        _fill(document, section, charts, alt)
    for fact in letter.facts:
        document.add_paragraph(legible(fact), "Small")
    finished = BytesIO()
    document.save(finished)
    path.write_bytes(undated(finished.getvalue()))
    return path


def _fill(document: Document, section: Section, charts: Mapping[str, Path], alt: Mapping[str, str]) -> None:
    """Sentences, tables and figures of one point."""
    for text in section.paragraphs:
        document.add_paragraph(legible(text))
    for table in sheets(section.tables):
        _table(document, table)
    for stem in section.figures:
        if stem in charts:
            _picture(document, charts[stem], alt[stem])


def legible(text: str) -> str:
    """The text with white space in one piece, and without what an XML file may not hold.

    >>> legible("Botox\\x07\\n <b>5</b>")
    'Botox <b>5</b>'
    """
    return " ".join(NOT_XML.sub("", text).split())


def _picture(document: Document, png: Path, alt: str) -> None:
    from docx.shared import Cm

    picture = document.add_picture(str(png), width=Cm(WIDTH))
    about = picture._inline.docPr
    about.set("name", png.stem)
    about.set("descr", legible(alt))


# Tables


def _table(document: Document, table: Data) -> None:
    from docx.shared import Cm

    if table["title"]:
        document.add_paragraph(legible(table["title"]), "Heading 2")
    grid = document.add_table(rows=0, cols=len(table["header"]), style="Diary table")
    grid.autofit = False
    widths = column_widths([table["header"], *table["rows"]])
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    last = len(table["rows"])
    for at, cells in enumerate([table["header"], *table["rows"]]):
        together = (at < last and (last <= WHOLE or at < 2)) or (at == last and table["note"] != "")
        _row(grid, cells, table["right"], widths, heads=at == 0, together=together)
    if table["note"]:
        document.add_paragraph(legible(table["note"]), "Small")


def _row(
    grid: Any, cells: tuple[str, ...], right: list[bool], widths: list[float], *, heads: bool, together: bool
) -> None:
    """One row, whole on a page and *together* with the next; a row that heads the table is repeated on each page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    row = grid.add_row()
    marks = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader") if heads else ("w:cantSplit",):
        marks.append(OxmlElement(name))
    look = grid.part.styles["Table head" if heads else "Table text"].style_id
    for cell, text, at_right, width in zip(row.cells, cells, right, widths, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph._p.style = look  # by its name it is looked up among all styles again, for every cell
        paragraph.add_run(legible(text))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if at_right else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.keep_with_next = together


def column_widths(rows: list[tuple[str, ...]]) -> list[float]:
    """Width of each column in cm, WIDTH in all: narrow ones as they need, the others by the root of their length.

    >>> [round(width, 1) for width in column_widths([("Date", "What"), ("1 Mar 2026", 80 * "x")])]
    [2.1, 14.9]
    """
    longest = [max([_header(head), *map(len, cells)]) for head, *cells in zip(*rows, strict=True)]
    needed = [max(LEAST, LETTER * length + PADDING) for length in longest]
    shared = [length > NARROW for length in longest]
    if not any(shared):
        shared[longest.index(max(longest))] = True
    left = WIDTH - sum(width for width, wide in zip(needed, shared, strict=True) if not wide)
    parts = [length**0.5 if wide else 0.0 for length, wide in zip(longest, shared, strict=True)]
    given = [left * part / sum(parts) if part else width for part, width in zip(parts, needed, strict=True)]
    return given if left > WIDTH / 6 else [WIDTH * width**0.5 / sum(w**0.5 for w in needed) for width in needed]


def _header(text: str) -> int:
    """How many letters a header needs where it may stand on two lines."""
    return max([len(text) // 2, *map(len, text.split())])


# The empty document


def _blank(letter: Letter, made: date) -> Document:
    """A document on A4 in British English, with its styles and its footer, dated by the letter and not by the clock."""
    import docx
    from docx.shared import Cm

    document = docx.Document()
    _drop_thumbnail(document)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin, page.bottom_margin = Cm(1.8), Cm(2)
    _styles(document)
    _footer(page.footer.paragraphs[0], letter)
    about = document.core_properties
    about.title, about.subject, about.comments, about.language = legible(letter.title), "", "", "en-GB"
    about.author = about.last_modified_by = f"migraine-diary {__version__}"
    about.created = about.modified = datetime.combine(made, time())
    return document


def _drop_thumbnail(document: Document) -> None:
    """The picture of an empty page that the template brings would stand for this letter in a folder."""
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]


def _styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for name in ("Warning", "Lead", "Small", "Table text", "Table head"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, size, bold, colour, before, after in LOOK:
        _look(styles[name], size, bold, colour, before, after)
    for name in ("Heading 1", "Heading 2", "Table head"):
        styles[name].paragraph_format.keep_with_next = True
    _border(styles["Title"].element.get_or_add_pPr(), {})
    _border(styles["Warning"].element.get_or_add_pPr(), dict.fromkeys(("top", "left", "bottom", "right"), WARN))
    table = styles.add_style("Diary table", WD_STYLE_TYPE.TABLE)
    table.base_style = styles["Normal Table"]
    _rules(table.element)


LOOK = (
    ("Normal", 10, False, INK, 0, 5),
    ("Title", 18, True, ACCENT, 0, 4),
    ("Subtitle", 10.5, False, QUIET, 0, 8),
    ("Heading 1", 13, True, ACCENT, 14, 4),
    ("Heading 2", 10, True, INK, 8, 3),
    ("Warning", 11.5, True, INK, 0, 6),
    ("Lead", 12, True, INK, 4, 6),
    ("Small", 9, False, QUIET, 3, 3),
    ("Table text", 9, False, INK, 1, 1),
    ("Table head", 9, True, INK, 1, 1),
)
"""Each style with its size, weight and colour, and the room before and after it, in points."""


def _look(style: Any, size: float, bold: bool, colour: str, before: float, after: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]  # a font of the theme would win over the one that is named
    spacing = style.element.rPr.find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.0


def _border(properties: Any, sides: Mapping[str, str]) -> None:
    """A line in its colour on each of these sides of a paragraph, and on no other."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    if sides:
        border = OxmlElement("w:pBdr")
        border.extend(_line(side, colour, 12, 6) for side, colour in sides.items())
        properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _rules(style: Any) -> None:
    """Faint lines between the rows, and stronger ones above and below."""
    from docx.oxml import OxmlElement

    borders = OxmlElement("w:tblBorders")
    borders.extend(
        [_line("top", ACCENT, 6, 0), _line("bottom", ACCENT, 6, 0), _line("insideH", RULE, 4, 0)],
    )
    properties = OxmlElement("w:tblPr")
    properties.append(borders)
    style.append(properties)


def _line(side: str, colour: str, eighths: int, space: int) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", eighths), ("space", space), ("color", colour)):
        line.set(qn(f"w:{name}"), str(value))
    return line


def _footer(paragraph: Any, letter: Letter) -> None:
    """Whose letter, and which page of how many."""
    paragraph.style = "Small"
    paragraph.add_run(
        legible(f"Patient {letter.patient}, as of {letter.as_of}. This letter describes; it decides nothing.")
    )
    paragraph.add_run(" Page ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A number that Word works out."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)
