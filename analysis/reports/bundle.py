"""The report as files: letter, patient's page, PDF, workbook, JSON and charts in one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from analysis.charts import chart_figures, chart_texts, save_charts
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


def write_report(
    findings: Findings,
    content: Content,
    folder: Path,
    inputs: Iterable[dict[str, str]] = (),
    step: Step = lambda _: None,
) -> list[Path]:
    """Write the letter, the patient's page, report, details, workbook, JSON and ``charts/*``; returns the files.

    *step* is called with what is being done, before it is. A de-identified report is made of
    :func:`analysis.reports.deidentify.deidentified` tables, without *inputs*, and inside
    :func:`analysis.reports.words.relative_days`.
    """
    inputs, made = list(inputs), findings.as_of
    folder.mkdir(parents=True, exist_ok=True)
    step("Drawing the charts")
    given = findings.tables.treatments, findings.tables.injections
    shown = findings.marked, findings.windows, findings.outcomes, *given
    charts = save_charts(chart_figures(*shown), folder / "charts")
    svg, png = ({path.stem: path for path in charts if path.suffix == kind} for kind in (".svg", ".png"))
    alt = chart_texts(*shown)
    step("Writing the letter")
    said = letter(findings, content, inputs)
    letters = [
        write_letter(said, svg, alt, folder / "letter.pdf", made=made),
        write_word(said, png, alt, folder / "letter.docx", made=made),
        write_patient_page(findings, content, svg, alt, folder / "patient.pdf", made=made),
    ]
    step("Setting the PDF")
    pdf = write_pdf(content, svg, alt, folder / "report.pdf", made=made, inputs=inputs)
    details = write_details(content, folder / "details.pdf", made=made)
    step("Writing the workbook")
    workbook = write_workbook(findings, content, said, folder / "outcomes.xlsx")
    numbers = folder / "outcomes.json"
    numbers.write_text(to_json(document(findings, content, inputs)), encoding="utf-8")
    return [*letters, pdf, details, workbook, numbers, *charts]
