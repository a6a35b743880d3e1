"""Our own workbook: the empty template that a person fills in, and the same sheets with every fact of a diary.

Each column is declared once; writing, explaining, validating and reading (:mod:`diary.importers.template`)
follow from it. What the template leaves out, such as names and sources, an export has further to the right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diary.facts import tidied_batch
from diary.model import KINDS, PURPOSES, SEVERITIES, Batch, Fact
from diary.saving import save_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

EXAMPLE = "This row is an example. It is not imported."
"""Stands in the column right of the last header, in each example row."""

README = (
    ("Migraine diary", "Fill in what you know and leave the rest blank. Then: migraine import THIS-FILE.xlsx"),
    ("Blank", "A blank cell means not known. It never means none, and never 0."),
    ("Headache-free day", "One row with its date in the sheet Diary, and Severity none."),
    ("Diary or Attacks?", "One row a day in Diary is enough. Use Attacks if you know when an attack began and ended."),
    ("Medicine", "In Diary write what you took that day, or none. In Medication write each intake, if you like."),
    ("Botox", "One row for each session in the sheet Botox."),
    ("Columns", "The little note on each header explains it. A column that you do not use can stay empty or go."),
    ("Examples", "Grey rows are examples. Leave them or delete them: they are not imported."),
)

YES_NO = ("yes", "no")
ROWS = 5000
"""Lists to choose from reach down to this row."""


class Field(NamedTuple):
    """One column: its *header*, the value of a fact that it holds, the *form* of its cells, and what to write.

    ``start.date`` names a part of a value. *extra* columns are in exports only.
    """

    header: str
    name: str
    form: str
    meaning: str = ""
    choices: tuple[str, ...] = ()
    extra: bool = False


class SheetPlan(NamedTuple):
    """One sheet: its name, the field of :class:`diary.model.Batch` that it holds, its columns, its example rows."""

    name: str
    facts: str
    fields: tuple[Field, ...]
    examples: tuple[tuple[Any, ...], ...] = ()

    def visible(self) -> tuple[Field, ...]:
        """The columns of the template."""
        return tuple(field for field in self.fields if not field.extra)


SEVERITY = Field("Severity", "severity", "grade", "The worst of it: none, mild, moderate or severe.", SEVERITIES)
INTENSITY = Field("Intensity (0-10)", "intensity", "intensity", "The worst pain as a number: 0 no pain, 10 the worst.")
KIND = Field("Type", "kind", "kind", "What you or your doctor call this headache.", KINDS)
FEATURE_FIELDS = tuple(
    Field(header, name, "flag", meaning, YES_NO)
    for header, name, meaning in (
        ("One-sided", "unilateral", "The pain was on one side."),
        ("Pulsating", "pulsating", "The pain was pulsating or throbbing."),
        ("Worse with activity", "worse_moving", "Walking or stairs made it worse, or you avoided them."),
        ("Nausea", "nausea", "You felt sick."),
        ("Vomiting", "vomiting", "You were sick."),
        ("Light", "light", "Light bothered you."),
        ("Sound", "sound", "Sound bothered you."),
        ("Aura", "aura", "You had an aura, such as zigzag lines or numbness."),
    )
)
NOTE = Field("Note", "note", "text", "Anything else.")
PATIENT = Field("Patient", "patient", "text", "Code of the patient.", extra=True)
SOURCE = Field("Source", "source", "text", "Where the entry came from.", extra=True)
ENTERED = Field("Entered", "entered", "moment", "When it was written down.", extra=True)

DIARY = SheetPlan(
    "Diary",
    "days",
    (
        Field("Date", "date", "date", "One row for each day that you know about, also for days without headache."),
        Field("Headache", "headache", "flag", "yes or no. May stay blank where Severity says it.", YES_NO),
        SEVERITY,
        INTENSITY,
        Field("Hours", "minutes", "hours", "Hours of headache on this date, such as 3.5 or 2:30."),
        Field("Medicine", "acute", "medicine", "What you took, such as sumatriptan 50 mg; none if nothing."),
        KIND,
        *FEATURE_FIELDS,
        Field("Disability (0-3)", "disability", "grade", "0 none, 1 could do most, 2 could do little, 3 in bed."),
        Field("Period", "menses", "flag", "Menstrual bleeding on this date.", YES_NO),
        NOTE,
        Field("Attacks begun", "starts", "whole", "Attacks that began on this date.", extra=True),
        PATIENT,
        SOURCE,
        ENTERED,
    ),
    (
        (date(2000, 1, 1), "yes", "severe", 8, 6.5, "sumatriptan 50 mg", "migraine"),
        (date(2000, 1, 2), "yes", "mild", 2, 2, "none", "tension"),
        (date(2000, 1, 3), "no", "none"),
    ),
)
ATTACKS = SheetPlan(
    "Attacks",
    "attacks",
    (
        Field("Date", "start.date", "date", "Day on which the attack began."),
        Field("Start", "start.time", "time", "Time at which it began, such as 14:30; blank if you do not know."),
        Field("End date", "end.date", "date", "Day on which it ended; blank if on the same day or night."),
        Field("End", "end.time", "time", "Time at which it ended; blank if you do not know, ongoing if it has not."),
        SEVERITY,
        INTENSITY,
        KIND,
        *FEATURE_FIELDS,
        NOTE,
        Field("Ongoing", "ongoing", "flag", "Had not ended when it was written down.", extra=True),
        Field("UTC offset", "utc_offset", "whole", "Minutes east of UTC.", extra=True),
        PATIENT,
        SOURCE,
        ENTERED,
        Field("ID", "attack_id", "text", "Name of the attack.", extra=True),
    ),
    ((date(2000, 1, 1), time(14, 30), date(2000, 1, 1), time(21, 0), "severe", 8, "migraine"),),
)
MEDICATION = SheetPlan(
    "Medication",
    "doses",
    (
        Field("Date", "taken.date", "date", "Day of the intake."),
        Field("Time", "taken.time", "time", "Time of the intake; blank if you do not know."),
        Field("Medicine", "medicine", "text", "Name of the medicine, as on the package."),
        Field("Amount", "amount", "number", "How much: 50 for 50 mg, 2 for two tablets."),
        Field("Unit", "unit", "text", "mg, tablets, …"),
        Field("Relief (0-3)", "relief", "grade", "Two hours later: 0 none, 1 some, 2 much, 3 complete."),
        Field("Time known", "timed", "flag", "The time of day is known.", extra=True),
        Field("Class", "medicine_class", "text", "Class of the medicine.", extra=True),
        Field("Attack ID", "attack_id", "text", "Attack that it was taken for.", extra=True),
        PATIENT,
        SOURCE,
        Field("ID", "dose_id", "text", "Name of the intake.", extra=True),
    ),
    ((date(2000, 1, 1), time(15, 0), "Sumatriptan", 50, "mg", 2),),
)
BOTOX = SheetPlan(
    "Botox",
    "treatments",
    (
        Field("Date", "start", "date", "Day of the session."),
        Field("Units", "amount", "number", "Units given in all, such as 155."),
        Field("Product", "product", "text", "Name of the product; blank means Botox."),
        Field("Purpose", "purpose", "choice", "therapeutic, for headache, or cosmetic.", PURPOSES),
        Field("Sites", "sites", "whole", "Number of injection sites, such as 31."),
        Field("Protocol", "protocol", "text", "Name of the injection paradigm, such as PREEMPT."),
        NOTE,
        Field("Lot", "lot", "text", "Lot of the vial.", extra=True),
        Field("Expiry", "expiry", "date", "Last day on which the vial may be used.", extra=True),
        Field("Dilution", "dilution", "number", "mL of saline for each 100 units.", extra=True),
        Field("Injector", "injector", "text", "Who injected.", extra=True),
        Field("Consent", "consent", "flag", "Consent was noted.", YES_NO, extra=True),
        Field("Why stopped", "reason", "text", "Why it was stopped.", extra=True),
        Field("End date", "end", "date", "Last day.", extra=True),
        Field("Unit", "unit", "text", "Unit of the amount.", extra=True),
        PATIENT,
        SOURCE,
        Field("ID", "treatment_id", "text", "Name of the session.", extra=True),
    ),
    ((date(2000, 1, 1), 155, "Botox", "therapeutic", 31, "PREEMPT"),),
)
PREVENTIVES = SheetPlan(
    "Preventives",
    "treatments",
    (
        Field("Medicine", "product", "text", "Preventive medicine, device or other treatment."),
        Field("Started", "start", "date", "First day."),
        Field("Stopped", "end", "date", "Last day; blank while you still take it."),
        Field("Amount a day", "amount", "number", "Highest amount a day, or at each injection."),
        Field("Unit", "unit", "text", "mg, …"),
        Field("Why stopped", "reason", "text", "Why you stopped it: no effect, side effects, …"),
        NOTE,
        Field("Kind", "kind", "choice", "preventive or other.", ("preventive", "other"), extra=True),
        Field("Purpose", "purpose", "choice", "therapeutic or cosmetic.", PURPOSES, extra=True),
        Field("Sites", "sites", "whole", "Sites.", extra=True),
        Field("Protocol", "protocol", "text", "Protocol.", extra=True),
        Field("Lot", "lot", "text", "Lot.", extra=True),
        Field("Expiry", "expiry", "date", "Last day on which it may be used.", extra=True),
        Field("Dilution", "dilution", "number", "mL of saline for each 100 units.", extra=True),
        Field("Injector", "injector", "text", "Who injected.", extra=True),
        Field("Consent", "consent", "flag", "Consent was noted.", YES_NO, extra=True),
        PATIENT,
        SOURCE,
        Field("ID", "treatment_id", "text", "Name of the treatment.", extra=True),
    ),
    (("Topiramate", date(2000, 1, 1), date(2000, 6, 30), 50, "mg"),),
)
SCORES = SheetPlan(
    "Scores",
    "scores",
    (
        Field("Date", "date", "date", "Day on which the questionnaire was filled in."),
        Field("Questionnaire", "instrument", "text", "HIT-6, MIDAS, …"),
        Field("Score", "value", "number", "The total."),
        Field("Item", "item", "text", "Blank for the total.", extra=True),
        PATIENT,
        SOURCE,
    ),
    ((date(2000, 1, 1), "HIT-6", 64),),
)
SIDE_EFFECTS = SheetPlan(
    "Side effects",
    "events",
    (
        Field("Date", "date", "date", "Day on which it began."),
        Field("Side effect", "event", "text", "What it was, such as neck pain."),
        Field("Severity", "severity", "choice", "mild, moderate or severe.", SEVERITIES[1:]),
        Field("Over on", "resolved", "date", "Day on which it was over."),
        Field("What was done", "action", "text", "What was done about it: nothing, a medicine, …"),
        NOTE,
        Field("Serious", "serious", "flag", "A clinician called it serious.", YES_NO, extra=True),
        Field("Session ID", "treatment_id", "text", "Session that it is put down to.", extra=True),
        PATIENT,
        SOURCE,
    ),
    ((date(2000, 1, 3), "neck pain", "mild", date(2000, 1, 10)),),
)
FACTORS = SheetPlan(
    "Factors",
    "factors",
    (
        Field("Date", "date", "date", "Day of which you write it."),
        Field("Factor", "name", "text", "One of at most five that you chose beforehand: sleep, stress, alcohol, …"),
        Field("Value", "value", "number", "How much, such as 6.5 hours; of a yes/no factor 1 for yes, 0 for no."),
        PATIENT,
        SOURCE,
    ),
    ((date(2000, 1, 1), "sleep", 6.5),),
)
CHOICES = SheetPlan(
    "Chosen factors",
    "choices",
    (
        Field("Factor", "name", "text", "The factor."),
        Field("Chosen", "chosen", "date", "Since which day it is watched."),
        PATIENT,
        SOURCE,
    ),
)
INJECTIONS = SheetPlan(
    "Injections",
    "injections",
    (
        Field("Session ID", "treatment_id", "text", "The session."),
        Field("Muscle", "muscle", "text", "Muscle."),
        Field("Side", "side", "text", "left, right or midline."),
        Field("Sites", "sites", "whole", "Sites in this muscle and side."),
        Field("Units", "units", "number", "Units in this muscle and side."),
    ),
)
VISITS = SheetPlan(
    "Visits",
    "consultations",
    (
        Field("Date", "date", "date", "Day of the visit."),
        Field("Topic", "topic", "text", "What was asked or settled: goal, decision, …"),
        Field("Answer", "answer", "text", "The answer."),
        NOTE,
        PATIENT,
        SOURCE,
    ),
)
PATIENTS = SheetPlan(
    "Patients",
    "patients",
    (
        Field("Patient", "patient", "text", "Code of the patient."),
        Field("Born", "born", "whole", "Year of birth."),
        Field("Sex", "sex", "text", "As recorded."),
        NOTE,
    ),
)
SOURCES = SheetPlan(
    "Sources",
    "sources",
    (
        Field("Patient", "patient", "text", "Code of the patient."),
        Field("Source", "source", "text", "Where entries came from."),
        Field("Lists headaches only", "events_only", "flag", "Says nothing of the days between.", YES_NO),
        Field("Has medicines", "medication", "flag", "Has a place for acute medicines.", YES_NO),
    ),
)

TEMPLATE = (DIARY, ATTACKS, MEDICATION, BOTOX, PREVENTIVES, SCORES, SIDE_EFFECTS, FACTORS)
"""The sheets that a person fills in."""

EXPORT = (*TEMPLATE, CHOICES, INJECTIONS, VISITS, PATIENTS, SOURCES)
"""The sheets that hold every fact of a diary."""

FORMATS = {"date": "yyyy-mm-dd", "time": "hh:mm", "hours": "0.##", "moment": "yyyy-mm-dd hh:mm"}
WIDTHS = {"text": 18, "medicine": 24, "date": 12, "moment": 17}
LIMITS = {"intensity": (0, 10), "hours": (0, 24)}
"""Lowest and highest number that a cell of a form takes."""

HARD_TO_KEEP = re.compile(r'^["\s]|\s$|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_')
"""Text that a workbook would not give back as it is; it is written as a JSON string."""


def write_template(path: Path) -> Path:
    """The empty template, with explanations and examples, at *path*. Returns the path."""
    workbook = _workbook()
    for plan in TEMPLATE:
        sheet = _sheet(workbook, plan, plan.visible())
        for example in plan.examples:
            _write_example(sheet, plan, example)
    return save_workbook(workbook, path)


def write_workbook(batch: Batch, path: Path) -> Path:
    """Every fact of the batch in the sheets of the template, at *path*. Reading it gives the same facts.

    Returns the path.
    """
    facts = tidied_batch(batch)
    workbook = _workbook()
    for plan in EXPORT:
        sheet = _sheet(workbook, plan, plan.fields)
        for number, fact in enumerate(facts_of(facts, plan), start=2):
            for column, field in enumerate(plan.fields, start=1):
                _write_cell(sheet.cell(number, column), cell_of(fact, field), field.form)
    return save_workbook(workbook, path)


def facts_of(batch: Batch, plan: SheetPlan) -> Iterable[Fact]:
    """The facts that belong on a sheet: botulinum sessions on one, all other treatments on another."""
    facts = getattr(batch, plan.facts)
    if plan.facts == "treatments":
        return [treatment for treatment in facts if (treatment.kind == "botulinum") == (plan is BOTOX)]
    return tuple(facts)


def cell_of(fact: Fact, field: Field) -> Any:
    """What a cell shows of a fact; None where it is not known."""
    name, _, part = field.name.partition(".")
    value = getattr(fact, name)
    if field.name == "headache" and value is None and _implies_headache(fact):
        return "unknown"
    if field.name == "taken.time" and not getattr(fact, "timed", True) and value.time() == time():
        return None
    if value is None:
        return None
    return SHOWN.get(field.form, _as_is)(getattr(value, part)() if part else value)


def _implies_headache(day: Any) -> bool:
    """A blank beside these values would be read as an answer."""
    return day.severity is not None or day.intensity is not None or bool(day.minutes)


def _as_is(value: Any) -> Any:
    return value


def _quoted(text: str) -> str:
    """The text as a JSON string, in which no _x0041_ is left that a workbook would read as a letter."""
    return json.dumps(text).replace("_x", "\\u005fx")


SHOWN: dict[str, Callable[[Any], Any]] = {
    "flag": lambda value: "yes" if value else "no",
    "hours": lambda minutes: minutes / 60,
    "medicine": lambda acute: "yes" if acute else "none",
    "text": lambda text: _quoted(text) if HARD_TO_KEEP.search(text) else text,
    "moment": lambda moment: moment.isoformat(sep=" "),
}
"""How values of a form look in a cell, where it is not as they are."""


def _workbook() -> Workbook:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Read me"
    for number, (what, text) in enumerate(README, start=1):
        sheet.cell(number, 1, what).font = Font(bold=True, size=14 if number == 1 else 11)
        sheet.cell(number, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 80
    return workbook


def _sheet(workbook: Workbook, plan: SheetPlan, fields: Sequence[Field]) -> Worksheet:
    """A sheet with its explained headers, its formats and its lists, and no rows yet."""
    from openpyxl.utils import get_column_letter

    sheet = workbook.create_sheet(plan.name)
    for number, field in enumerate(fields, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(WIDTHS.get(field.form, 0), len(field.header) + 3)
        if field.form in FORMATS:
            sheet.column_dimensions[letter].number_format = FORMATS[field.form]
        _write_header(sheet.cell(1, number), field)
        _validate(sheet, f"{letter}2:{letter}{ROWS}", field)
    sheet.freeze_panes = "B2"
    return sheet


def _write_header(cell: Cell, field: Field) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    cell.value = field.header
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="DCE6F1")
    cell.comment = Comment(field.meaning, "migraine-diary", width=260, height=80)


def _validate(sheet: Worksheet, cells: str, field: Field) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    if field.choices:
        rule = DataValidation("list", formula1=f'"{",".join(field.choices)}"', allow_blank=True)
        rule.error = f"Choose one of: {', '.join(field.choices)}; or leave it blank."
        rule.errorStyle = "warning"
    elif field.form in LIMITS and not field.extra:
        low, high = LIMITS[field.form]
        rule = DataValidation("decimal", operator="between", formula1=low, formula2=high, allow_blank=True)
        rule.error = f"Write a number from {low} to {high}, or leave it blank."
        rule.errorStyle = "warning"
    else:
        return
    rule.add(cells)
    sheet.add_data_validation(rule)


def _write_example(sheet: Worksheet, plan: SheetPlan, example: Sequence[Any]) -> None:
    from openpyxl.styles import Font

    number = sheet.max_row + 1
    for column, (value, field) in enumerate(zip(example, plan.fields, strict=False), start=1):
        _write_cell(sheet.cell(number, column), value, field.form)
    sheet.cell(number, len(plan.visible()) + 1, EXAMPLE)
    for cell in sheet[number]:
        cell.font = Font(italic=True, color="808080")


def _write_cell(cell: Cell, value: Any, form: str) -> None:
    """One value; text stays text, whatever it begins with."""
    if value is None:
        return
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        value = repr(value)  # openpyxl writes 16 digits
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value[0] in "=+-@'"
    elif form in FORMATS:
        cell.number_format = FORMATS[form]


def shown_text(cell: str) -> str:
    """The text that a cell stands for: see :data:`HARD_TO_KEEP`.

    >>> shown_text('"=1\\\\r"'), shown_text('"so-called" migraine')
    ('=1\\r', '"so-called" migraine')
    """
    if not (cell.startswith('"') and cell.endswith('"')):
        return cell
    try:
        text = json.loads(cell)
    except ValueError:
        return cell
    return str(text)
