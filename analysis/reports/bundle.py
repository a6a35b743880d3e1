"""The report as files: PDF, workbook, JSON and charts in one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from analysis.charts import chart_figures, chart_texts, save_charts
from analysis.findings import Findings
from analysis.reports.content import Content
from analysis.reports.document import document, to_json
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
    """Write ``report.pdf``, ``details.pdf``, ``outcomes.xlsx``, ``outcomes.json`` and ``charts/*``; returns the files.

    *step* is called with what is being done, before it is.
    """
    inputs = list(inputs)
    folder.mkdir(parents=True, exist_ok=True)
    step("Drawing the charts")
    shown = (findings.marked, findings.windows, findings.outcomes)
    charts = save_charts(chart_figures(*shown, findings.tables.treatments), folder / "charts")
    step("Setting the PDF")
    drawings = {path.stem: path for path in charts if path.suffix == ".svg"}
    pdf = write_pdf(content, drawings, chart_texts(*shown), folder / "report.pdf", made=findings.as_of, inputs=inputs)
    details = write_details(content, folder / "details.pdf", made=findings.as_of)
    step("Writing the workbook")
    workbook = write_workbook(findings, content, folder / "outcomes.xlsx")
    numbers = folder / "outcomes.json"
    numbers.write_text(to_json(document(findings, content, inputs)), encoding="utf-8")
    return [pdf, details, workbook, numbers, *charts]
