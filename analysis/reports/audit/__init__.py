"""The report of many patients: workbook, PDF, JSON and charts of an audit, which all say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import date
from pathlib import Path

from analysis.charts import save_charts
from analysis.cohort.audit import Audit
from analysis.cohort.people import Caseload
from analysis.definitions import DEFAULT, DayRules
from analysis.reports.audit.charts import SINGLE, audit_figures, audit_texts
from analysis.reports.audit.content import AuditContent, audit_content
from analysis.reports.audit.document import document
from analysis.reports.audit.pdf import write_pdf
from analysis.reports.audit.workbook import write_workbook
from analysis.reports.document import to_json
from analysis.workers import HERE
from diary.model import Problem

__all__ = ["MOST_PATIENTS", "AuditContent", "audit_content", "write_audit"]

MOST_PATIENTS = 5_000
"""Up to so many patients have a row of their own in the workbook."""

Step = Callable[[str], None]


def write_audit(
    audit: Audit,
    folder: Path,
    *,
    as_of: date,
    period: str = "",
    day_rules: DayRules = DEFAULT,
    people: Caseload | None = None,
    least: int | None = None,
    problems: Iterable[Problem] = (),
    inputs: Iterable[dict[str, str]] = (),
    step: Step = lambda _: None,
    executor: Executor = HERE,
) -> list[Path]:
    """Write ``audit.xlsx``, ``audit.pdf``, ``audit.json`` and ``charts/*`` into the folder; returns the files.

    *people* adds what is told of single patients. Where *least* is given, smaller numbers are left out, and so is all
    that may name a patient: single patients, problems and the names of files. *step* is called with what is being
    done, before it is; *executor* writes the workbook, beside this process if it is :func:`analysis.workers.processes`.
    The same input gives the same bytes.
    """
    content = audit_content(audit, as_of=as_of, period=period, day_rules=day_rules, least=least, problems=problems)
    single = people if least is None and people is not None and len(people.people) <= MOST_PATIENTS else None
    named = list(inputs) if least is None else []
    folder.mkdir(parents=True, exist_ok=True)
    step("Writing the workbook")
    workbook = executor.submit(write_workbook, content, folder / "audit.xlsx", single)
    step("Drawing the charts")
    charts = save_charts(audit_figures(content.audit, content.cycle, single), folder / "charts", [SINGLE])
    svg = {path.stem: path for path in charts if path.suffix == ".svg"}
    step("Setting the PDF")
    alt = audit_texts(content.audit, content.cycle, single)
    pdf = write_pdf(content, svg, alt, folder / "audit.pdf", named)
    numbers = folder / "audit.json"
    numbers.write_text(to_json(document(content, named)), encoding="utf-8")
    return [pdf, workbook.result(), numbers, *charts]
