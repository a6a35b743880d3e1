"""The report as files: letter, patient's page, PDF, workbook, JSON and charts in one folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from analysis.charts import OPTIONAL_CHARTS, chart_figures, chart_texts, save_charts
from analysis.findings import Findings
from analysis.reports.content import Content
from analysis.reports.document import document, to_json
from analysis.reports.letter import letter
from analysis.reports.letter_pdf import write_letter
from analysis.reports.letter_word import write_word
from analysis.reports.patient_page import write_patient_page
from analysis.reports.pdf import write_details, write_pdf
from analysis.reports.workbook import write_workbook

Step = Callable[[str], None]

FILES = {
    "letter.pdf": "Writing the letter",
    "letter.docx": "Writing the letter in Word",
    "patient.pdf": "Writing the patient's page",
    "report.pdf": "Setting the report",
    "details.pdf": "Setting the details",
    "outcomes.xlsx": "Writing the workbook",
    "outcomes.json": "Writing the numbers",
}
"""The files of a report, and what is being done while each is made."""

WITHOUT_CHARTS = {"details.pdf", "outcomes.xlsx", "outcomes.json"}


class Pictures(NamedTuple):
    """The charts as files: *svg* and *png* by name, and *alt*, what each says."""

    svg: dict[str, Path]
    png: dict[str, Path]
    alt: dict[str, str]


def write_report(
    findings: Findings,
    content: Content,
    folder: Path,
    inputs: Iterable[dict[str, str]] = (),
    step: Step = lambda _: None,
    only: Collection[str] = tuple(FILES),
) -> list[Path]:
    """Write the letter, the patient's page, report, details, workbook, JSON and ``charts/*``; returns the files.

    *step* is called with what is being done, before it is. *only* are names of :data:`FILES`; charts are drawn where
    one of them needs some. A de-identified report is made of :func:`analysis.reports.deidentify.deidentified` tables,
    without *inputs*, and inside :func:`analysis.reports.words.relative_days`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = Pictures({}, {}, {})
    if not set(only) <= WITHOUT_CHARTS:
        step("Drawing the charts")
        drawn = _pictures(findings, folder / "charts")
    writers = _writers(findings, content, drawn, list(inputs))
    written = []
    for name in (name for name in FILES if name in only):
        step(FILES[name])
        writers[name](folder / name)
        written.append(folder / name)
    return [*written, *sorted((*drawn.svg.values(), *drawn.png.values()))]


def _writers(
    findings: Findings, content: Content, drawn: Pictures, inputs: list[dict[str, str]]
) -> dict[str, Callable[[Path], object]]:
    """How each file is written to its path."""
    svg, png, alt = drawn
    made, said = findings.as_of, letter(findings, content, inputs)
    return {
        "letter.pdf": lambda path: write_letter(said, svg, alt, path, made=made),
        "letter.docx": lambda path: write_word(said, png, alt, path, made=made),
        "patient.pdf": lambda path: write_patient_page(findings, content, svg, alt, path, made=made),
        "report.pdf": lambda path: write_pdf(content, svg, alt, path, made=made, inputs=inputs),
        "details.pdf": lambda path: write_details(content, path, made=made),
        "outcomes.xlsx": lambda path: write_workbook(findings, content, said, path),
        "outcomes.json": lambda path: path.write_text(to_json(document(findings, content, inputs)), encoding="utf-8"),
    }


def _pictures(findings: Findings, folder: Path) -> Pictures:
    tables = findings.tables
    shown = findings.marked, findings.windows, findings.outcomes, tables.treatments, tables.injections
    charts = save_charts(chart_figures(*shown), folder, OPTIONAL_CHARTS)
    svg, png = ({path.stem: path for path in charts if path.suffix == kind} for kind in (".svg", ".png"))
    return Pictures(svg, png, chart_texts(*shown))
