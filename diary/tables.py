"""The canonical tables: each column declared once, with its type, meaning and unit.

A table in this project is a pandas DataFrame that :func:`conform` has accepted. Dates are the
patient's local days. Every column that can be unknown has a type that can say so.
pandas is loaded by the functions that need it, never by reading this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diary.cells import guarded, unguarded
from diary.model import ACUTE_CLASSES, FEATURES, DiaryError, Fact

if TYPE_CHECKING:
    import pandas as pd


class TableError(DiaryError, ValueError):
    """A table does not have the columns, types or keys that it promises."""


class Column(NamedTuple):
    """One column: *dtype* is a pandas type; *unit* is empty where the meaning says all."""

    name: str
    dtype: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, its columns in order, and the columns that tell its rows apart."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]


PATIENT = Column("patient", "string", "pseudonymous code")
DATE = Column("date", "datetime64[s]", "the patient's local day")
SOURCE = Column("source", "string", "which import layout or log it came from")
ENTERED = Column("entered", "datetime64[s]", "when it was written down, where known")
NOTE = Column("note", "string", "free text")
KIND = Column("kind", "string", "the patient's or app's own label: migraine, probable, tension, cluster, other")
SEVERITY = Column("severity", "Int8", "peak: 0 none, 1 mild, 2 moderate, 3 severe", "0-3")
INTENSITY = Column("intensity", "Float32", "peak on the numeric rating scale", "0-10")
FEATURE_COLUMNS = tuple(
    Column(name, "boolean", meaning)
    for name, meaning in zip(
        FEATURES,
        (
            "one-sided pain",
            "pulsating pain",
            "worse with, or avoids, routine activity",
            "nausea",
            "vomiting",
            "bothered by light",
            "bothered by sound",
            "aura",
        ),
        strict=True,
    )
)
CLASS_COLUMNS = tuple(Column(name, "boolean", f"an intake day of: {name.replace('_', ' ')}") for name in ACUTE_CLASSES)

DAYS = Table(
    "days",
    (
        PATIENT,
        DATE,
        Column("logged", "bool", "the diary says whether there was headache on this day"),
        Column("headache", "boolean", "any headache"),
        KIND._replace(dtype="category"),
        SEVERITY,
        INTENSITY,
        Column("minutes", "Int16", "headache on this date; missing if an end is unknown", "min, 0-1440"),
        Column("starts", "Int8", "attacks that began on this date"),
        *FEATURE_COLUMNS,
        Column("acute", "boolean", "an acute medicine was taken"),
        *CLASS_COLUMNS,
        Column("disability", "Int8", "0 none to 3 in bed", "0-3"),
        Column("menses", "boolean", "menstrual bleeding"),
        SOURCE._replace(dtype="category", meaning="which import or log it came from; 'assumed' rests on silence"),
    ),
    ("patient", "date"),
)
"""One row for each patient and calendar date from first to last, no gaps. Where *logged* is false every
column after it is missing."""

ATTACKS = Table(
    "attacks",
    (
        Column("attack_id", "string", "name of the attack"),
        PATIENT,
        Column("start", "datetime64[s]", "local wall-clock time"),
        Column("utc_offset", "Int16", "of the start, where known", "minutes east of UTC"),
        Column("end", "datetime64[s]", "local wall-clock time; missing = unknown"),
        Column("ongoing", "bool", "had not ended when written down"),
        KIND,
        SEVERITY,
        INTENSITY,
        *FEATURE_COLUMNS,
        NOTE,
        SOURCE,
        ENTERED,
    ),
    ("attack_id",),
)
DOSES = Table(
    "doses",
    (
        Column("dose_id", "string", "name of the intake"),
        PATIENT,
        Column("attack_id", "string", "the attack it was taken for, where known"),
        Column("taken", "datetime64[s]", "local time; midnight of the day where only the day is known"),
        Column("timed", "bool", "the time of day is known"),
        Column("medicine", "string", "as written"),
        Column("medicine_class", "string", "one of the acute classes, or adjunct; missing = name not known"),
        Column("amount", "Float64", "how much"),
        Column("unit", "string", "mg, tablets, …"),
        Column("relief", "Int8", "0 none to 3 complete", "0-3"),
        SOURCE,
    ),
    ("dose_id",),
)
TREATMENTS = Table(
    "treatments",
    (
        Column("treatment_id", "string", "name of the treatment"),
        PATIENT,
        Column("kind", "string", "botulinum, preventive or other"),
        Column("purpose", "string", "therapeutic or cosmetic; a cosmetic session starts no cycle"),
        Column("product", "string", "as written"),
        Column("start", "datetime64[s]", "the session, or the first day"),
        Column("end", "datetime64[s]", "last day; missing = a session, or still running"),
        Column("amount", "Float64", "units of toxin, or the highest dose a day"),
        Column("unit", "string", "U, mg, …"),
        Column("sites", "Int16", "injection sites"),
        Column("protocol", "string", "name of the injection paradigm"),
        Column("lot", "string", "lot or batch of the vial"),
        Column("expiry", "datetime64[s]", "last day on which the vial may be used"),
        Column("dilution", "Float64", "saline for each 100 units", "mL"),
        Column("injector", "string", "who injected, as initials or a code"),
        Column("consent", "boolean", "consent was noted"),
        Column("reason", "string", "why it was stopped"),
        NOTE,
        SOURCE,
    ),
    ("treatment_id",),
)
INJECTIONS = Table(
    "injections",
    (
        Column("treatment_id", "string", "the session"),
        Column("muscle", "string", "muscle"),
        Column("side", "string", "left, right or midline"),
        Column("sites", "Int16", "sites in this muscle and side"),
        Column("units", "Float64", "toxin in this muscle and side", "U"),
    ),
    ("treatment_id", "muscle", "side"),
)
SCORES = Table(
    "scores",
    (
        PATIENT,
        DATE,
        Column("instrument", "string", "hit6, midas, …"),
        Column("item", "string", "missing = total"),
        Column("value", "Float64", "score"),
        SOURCE,
    ),
    ("patient", "date", "instrument", "item"),
)
EVENTS = Table(
    "events",
    (
        PATIENT,
        DATE,
        Column("event", "string", "side effect"),
        Column("severity", "string", "mild, moderate or severe"),
        Column("resolved", "datetime64[s]", "day on which it was over; missing = not known"),
        Column("treatment_id", "string", "the session it is put down to, where stated"),
        Column("action", "string", "what was done about it"),
        Column("serious", "boolean", "a clinician called it serious"),
        NOTE,
        SOURCE,
    ),
    ("patient", "date", "event"),
)
FACTORS = Table(
    "factors",
    (
        PATIENT,
        DATE,
        Column("name", "string", "everyday factor: sleep, stress, …"),
        Column("value", "Float64", "how much; of a yes/no factor 1 or 0"),
        SOURCE,
    ),
    ("patient", "date", "name"),
)
CHOICES = Table(
    "choices",
    (
        PATIENT,
        Column("name", "string", "everyday factor that the patient chose to watch"),
        Column("chosen", "datetime64[s]", "since which day"),
        SOURCE,
    ),
    ("patient", "name"),
)
CONSULTATIONS = Table(
    "consultations",
    (
        PATIENT,
        DATE,
        Column("topic", "string", "what was asked or settled at a visit"),
        Column("answer", "string", "the answer, in the clinician's or the patient's words"),
        NOTE,
        SOURCE,
    ),
    ("patient", "date", "topic"),
)
DAY_LOGS = Table(
    "day_logs",
    (
        PATIENT,
        DATE,
        Column("headache", "boolean", "any headache; missing = the row does not say"),
        *(column for column in DAYS.columns[4:-1] if column.name not in ACUTE_CLASSES and column.name != "kind"),
        KIND,
        NOTE,
        SOURCE,
        ENTERED,
    ),
    ("patient", "date"),
)
"""What was written about single days: the facts behind :data:`DAYS`."""

SOURCES = Table(
    "sources",
    (
        PATIENT,
        SOURCE,
        Column("events_only", "bool", "lists headaches and says nothing of the days between"),
        Column("medication", "bool", "has a place for acute medicines"),
    ),
    ("patient", "source"),
)
PATIENTS = Table(
    "patients",
    (PATIENT, Column("born", "Int16", "year of birth"), Column("sex", "string", "as recorded"), NOTE),
    ("patient",),
)
WINDOWS = Table(
    "windows",
    (
        PATIENT,
        Column("name", "string", "baseline, cycle 1, cycle 1 weeks 1-4, …"),
        Column("cycle", "Int16", "0 = baseline"),
        Column("phase", "string", "baseline, cycle, 1-4, 5-8, 9-12, late, 21-24"),
        Column("start", "datetime64[s]", "first day"),
        Column("end", "datetime64[s]", "first day outside"),
        Column("days", "Int32", "calendar days in the window", "days"),
        Column("logged", "Int32", "days on which the diary says whether there was headache", "days"),
        Column("coverage", "Float64", "logged ÷ days", "0-1"),
        Column("closed_by", "string", "full length, next session, treatment change, diary ends"),
        Column("usable", "bool", "enough days are logged for a response to be judged"),
        Column("reason", "string", "why not, in words; empty where usable"),
    ),
    ("patient", "cycle", "phase"),
)
OUTCOMES = Table(
    "outcomes",
    (
        PATIENT,
        Column("cycle", "Int16", "cycle compared with the baseline"),
        Column("phase", "string", "cycle, 1-4, 5-8, 9-12, late, 21-24"),
        Column("measure", "string", "headache_days, migraine_days, …"),
        Column("unit", "string", "days per 28 days, hours per 28 days, …"),
        Column("before", "Float64", "baseline, per 28 days"),
        Column("after", "Float64", "this window, per 28 days"),
        Column("change", "Float64", "after − before"),
        Column("change_percent", "Float64", "change ÷ before", "%"),
        Column("low", "Float64", "lower limit of the change"),
        Column("high", "Float64", "upper limit of the change"),
        Column("level", "Float64", "confidence level of the limits"),
        Column("method", "string", "how the limits were computed"),
        Column("before_logged", "Int32", "baseline days on which the measure is known", "days"),
        Column("before_days", "Int32", "baseline calendar days", "days"),
        Column("after_logged", "Int32", "window days on which the measure is known", "days"),
        Column("after_days", "Int32", "window calendar days", "days"),
        Column("if_missing_free", "Float64", "after, were every missing day of the window free of it"),
        Column("if_missing_headache", "Float64", "after, were every missing day of the window a full one"),
        Column("response_30", "string", "at least 30 % lower: yes, uncertain, no; missing = cannot tell"),
        Column("response_50", "string", "at least 50 % lower: yes, uncertain, no; missing = cannot tell"),
        Column("response_75", "string", "at least 75 % lower: yes, uncertain, no; missing = cannot tell"),
        Column("caution", "string", "what to keep in mind; empty where nothing"),
        Column("check_low", "Float64", "lower limit of the wider check interval; days only"),
        Column("check_high", "Float64", "upper limit of the wider check interval; days only"),
    ),
    ("patient", "cycle", "phase", "measure"),
)

CANONICAL = (DAYS, ATTACKS, DOSES, TREATMENTS, INJECTIONS, SCORES, EVENTS, FACTORS, CHOICES, CONSULTATIONS, PATIENTS)
"""What the analysis reads."""

FACTS = {
    "patients": PATIENTS,
    "sources": SOURCES,
    "days": DAY_LOGS,
    "attacks": ATTACKS,
    "doses": DOSES,
    "treatments": TREATMENTS,
    "injections": INJECTIONS,
    "scores": SCORES,
    "events": EVENTS,
    "factors": FACTORS,
    "choices": CHOICES,
    "consultations": CONSULTATIONS,
}
"""The table of each field of :class:`diary.model.Batch`."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The canonical tables of one patient or of many."""

    days: pd.DataFrame
    attacks: pd.DataFrame
    doses: pd.DataFrame
    treatments: pd.DataFrame
    injections: pd.DataFrame
    scores: pd.DataFrame
    events: pd.DataFrame
    factors: pd.DataFrame = field(default_factory=lambda: facts_frame((), FACTORS))
    choices: pd.DataFrame = field(default_factory=lambda: facts_frame((), CHOICES))
    consultations: pd.DataFrame = field(default_factory=lambda: facts_frame((), CONSULTATIONS))
    patients: pd.DataFrame = field(default_factory=lambda: facts_frame((), PATIENTS))


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The same rows with exactly the table's columns, in order, in their types.

    Columns that the table does not have are left out; a missing key column is an error; any other
    missing column is filled with "not known".

    Raises TableError: a key column is missing, or a value does not fit its column.
    """
    import pandas as pd

    columns = {}
    for column in table.columns:
        if column.name in frame.columns:
            values = frame[column.name]
        elif column.name in table.key and column.name != "item":
            raise TableError(
                f"The table {table.name!r} has no column {column.name!r} ({column.meaning}). Add it and try again."
            )
        else:
            values = pd.Series(None, index=frame.index, dtype=object)
        columns[column.name] = _cast(values, column, table)
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)


def _cast(values: Any, column: Column, table: Table) -> Any:
    if column.dtype == str(values.dtype):
        return values
    try:
        if column.dtype == "bool":
            return values.astype("boolean").fillna(False).astype("bool")
        if column.dtype == "category":
            return values.astype("string").astype("category")
        if column.dtype.startswith("Int"):
            return _whole(values, column.dtype)
        return values.astype(column.dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise TableError(
            f"The column {column.name!r} ({column.meaning}) of the table {table.name!r} holds a value "
            f"that does not fit {column.dtype}: {error}. Correct it and try again."
        ) from error


def _whole(values: Any, dtype: str) -> Any:
    """Numbers as whole ones; one that the type cannot hold is an error, where pandas would wrap it around."""
    from pandas.api.types import is_numeric_dtype

    numbers = values if is_numeric_dtype(values) else values.astype("Float64")
    bits = int(dtype.removeprefix("Int"))
    if (numbers.abs() >= 2 ** (bits - 1)).any():
        raise OverflowError(f"{numbers.abs().max():g} is too large")
    return numbers.astype(dtype)


def facts_frame(facts: Iterable[Fact], table: Table) -> pd.DataFrame:
    """Facts of one kind as their table.

    >>> from diary.model import Score
    >>> from datetime import date
    >>> frame = facts_frame([Score("P1", date(2026, 3, 1), "hit6", 64)], SCORES)
    >>> frame.loc[0, "value"], frame["item"].isna()[0]
    (np.float64(64.0), np.True_)
    """
    import pandas as pd

    rows = list(facts)
    if not rows:
        return conform(pd.DataFrame({name: [] for name in table.names}, dtype=object), table)
    names = [f.name for f in fields(rows[0])]
    columns = zip(*map(attrgetter(*names), rows), strict=True)
    return conform(pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in zip(names, columns, strict=True)}), table)


def write_tables(tables: Tables | Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Each table as a UTF-8 CSV file in the folder; missing values are empty. Returns the files.

    Text that a spreadsheet program would run as a formula is kept from it (:mod:`diary.cells`).
    """
    named = tables if isinstance(tables, Mapping) else {t.name: getattr(tables, t.name) for t in CANONICAL}
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in named.items():
        path = folder / f"{name}.csv"
        _texts(frame, guarded).to_csv(path, index=False, lineterminator="\n")
        written.append(path)
    return written


def read_tables(folder: Path) -> Tables:
    """The canonical tables from a folder of CSV files named after them; only ``days.csv`` is required.

    Raises TableError: there is no ``days.csv``, or a column does not fit.
    """
    if not (folder / "days.csv").is_file():
        raise TableError(f"There is no days.csv in {folder}. Name the folder that holds the tables.")
    return Tables(*(read_table(folder / f"{table.name}.csv", table) for table in CANONICAL))


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """One canonical table from a CSV file; an empty one where the file is absent."""
    import pandas as pd

    if not path.is_file():
        return facts_frame((), table)
    raw = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
    for column in table.columns:
        if column.name in raw and column.dtype in ("bool", "boolean"):
            truth = {"true": True, "false": False, "1": True, "0": False}
            raw[column.name] = raw[column.name].str.casefold().map(truth).astype("boolean")
    return conform(_texts(raw, unguarded), table)


def _texts(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """The frame with every text changed, category by category where it has categories."""
    changed = {}
    for name in frame.columns:
        if frame[name].dtype in ("string", "category"):
            changed[name] = frame[name].astype("string").map(change, na_action="ignore")
    return frame.assign(**changed)
