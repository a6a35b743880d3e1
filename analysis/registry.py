"""A registry: the canonical tables of many patients as Parquet files, in parts, each patient whole in one of them.

A folder for each table holds a file for each part (``days/part-00000.parquet``), and ``registry.json`` says what is
there. It is written last, so that a folder without it is no registry. Any program that reads Parquet can read it.
pyarrow is loaded only where a part is written or read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diary.model import DiaryError
from diary.tables import CANONICAL, Table, Tables, conform

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT = "migraine-registry/1"
ABOUT = "registry.json"

ReadPart = Callable[[], Tables]
"""A part that is read where it is worked on: called without anything, it gives the tables."""


class RegistryError(DiaryError):
    """The folder is not a registry that this program can read, or may not become one."""


class Registry(NamedTuple):
    """How many *parts* and *patients* there are; *as_of* is the last day of any diary, None where there is none."""

    parts: int
    patients: int
    as_of: date | None


def write_registry(parts: Iterable[Tables], folder: Path) -> Registry:
    """Write the parts, one after the other, so that only one of them is in memory. Returns what was written.

    Raises RegistryError: the folder holds something already, or nobody is in the parts. DiaryError: pyarrow is not
    installed.
    """
    check_new(folder)
    number, patients, last_days = 0, 0, []
    for number, tables in enumerate(parts, start=1):
        write_part(tables, folder, number - 1)
        patients += count_patients(tables)
        last_days += [day for day in (last_day(tables),) if day is not None]
    if not patients:
        raise RegistryError("There is no patient to write. Name a folder or a diary that holds some.")
    found = Registry(number, patients, max(last_days, default=None))
    _write_about(found, folder)
    return found


def check_new(folder: Path) -> None:
    """Make sure that a registry can be written into the folder.

    Raises RegistryError: it holds something already. DiaryError: pyarrow is not installed.
    """
    _pyarrow()
    if folder.exists() and any(folder.iterdir()):
        raise RegistryError(f"{folder} is not empty. Name a new folder for the registry.")


def _write_about(found: Registry, folder: Path) -> None:
    as_of = found.as_of.isoformat() if found.as_of else None
    about = {"format": FORMAT, "parts": found.parts, "patients": found.patients, "as_of": as_of}
    _private(folder)
    (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8", newline="\n")


def _private(folder: Path) -> None:
    """The folder, made where there is none, for nobody but its owner."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def count_patients(tables: Tables) -> int:
    """How many patients the tables are about, with a diary or without."""
    frames = (getattr(tables, table.name) for table in CANONICAL)
    return len({code for frame in frames if "patient" in frame for code in frame["patient"].unique()})


def last_day(tables: Tables) -> date | None:
    """The last day of any diary in the tables; None where there is no day."""
    if tables.days.empty:
        return None
    last: date = tables.days["date"].max().date()
    return last


def open_registry(folder: Path) -> Registry:
    """What is in the registry in this folder.

    Raises RegistryError: there is none, its writing did not end, a newer version of the program wrote it, or what it
    says of itself is damaged.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RegistryError(
            f"There is no registry in {folder}. Make one with: migraine registry convert --out FOLDER"
        ) from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise RegistryError(f"The registry in {folder} is not of the form {FORMAT!r}. Update the program.")
    try:
        as_of = about["as_of"] and date.fromisoformat(about["as_of"])
        return Registry(int(about["parts"]), int(about["patients"]), as_of or None)
    except (KeyError, TypeError, ValueError):
        raise RegistryError(f"{folder / ABOUT} is damaged. Make the registry again from its source.") from None


def is_registry(folder: Path) -> bool:
    """Whether a folder holds a registry, rather than the files of a clinic."""
    return (folder / ABOUT).is_file()


def parts(folder: Path) -> list[ReadPart]:
    """The parts of the registry, each to be read where it is worked on.

    Raises RegistryError: there is no registry in the folder.
    """
    return [partial(read_part, folder, number) for number in range(open_registry(folder).parts)]


def write_part(tables: Tables, folder: Path, number: int) -> None:
    """Write one part: a file for each table.

    Raises DiaryError: pyarrow is not installed.
    """
    arrow, parquet = _pyarrow()
    _private(folder)
    for table in CANONICAL:
        path = part_path(folder, table, number)
        path.parent.mkdir(exist_ok=True)
        frame = getattr(tables, table.name)
        parquet.write_table(arrow.Table.from_pandas(frame, schema_of(table), preserve_index=False), path)


def read_part(folder: Path, number: int) -> Tables:
    """The tables of one part, exactly as they were written.

    Raises RegistryError: a file of it is missing or damaged. DiaryError: pyarrow is not installed.
    """
    return Tables(*(_read_table(part_path(folder, table, number), table) for table in CANONICAL))


def _read_table(path: Path, table: Table) -> pd.DataFrame:
    arrow, parquet = _pyarrow()
    try:
        found = parquet.ParquetFile(path).read()
    except (OSError, arrow.ArrowException) as error:
        raise RegistryError(f"{path} cannot be read ({error}). Make the registry again from its source.") from error
    frame: pd.DataFrame = found.to_pandas(types_mapper=_pandas_types().get)
    return conform(_in_order(frame, table), table)


def _in_order(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The same, with those categories that occur, sorted and as text, as :func:`diary.tables.conform` gives them."""
    for column in table.columns:
        if column.dtype == "category" and column.name in frame:
            values = frame[column.name].cat.remove_unused_categories().cat
            text = values.rename_categories(values.categories.astype("string").tolist()).cat
            frame[column.name] = text.set_categories(text.categories.astype("string").sort_values())
    return frame


def part_path(folder: Path, table: Table, number: int) -> Path:
    """The file of one table of one part.

    >>> part_path(Path("registry"), CANONICAL[0], 3).as_posix()
    'registry/days/part-00003.parquet'
    """
    return folder / table.name / f"part-{number:05d}.parquet"


def schema_of(table: Table) -> pa.Schema:
    """The table's columns as Arrow types: text is UTF-8, a nullable type keeps its width.

    Raises DiaryError: pyarrow is not installed.
    """
    arrow, _ = _pyarrow()
    types = _arrow_types()
    return arrow.schema([(column.name, types[column.dtype]) for column in table.columns])


def _arrow_types() -> dict[str, Any]:
    arrow, _ = _pyarrow()
    return {
        "string": arrow.string(),
        "category": arrow.dictionary(arrow.int32(), arrow.string()),
        "datetime64[s]": arrow.timestamp("s"),
        "bool": arrow.bool_(),
        "boolean": arrow.bool_(),
        "Int8": arrow.int8(),
        "Int16": arrow.int16(),
        "Float32": arrow.float32(),
        "Float64": arrow.float64(),
    }


def _pandas_types() -> dict[Any, Any]:
    import pandas as pd

    nullable = ("string", "boolean", "Int8", "Int16", "Float32", "Float64")
    return {_arrow_types()[name]: pd.api.types.pandas_dtype(name) for name in nullable}


def _pyarrow() -> tuple[Any, Any]:
    """pyarrow and its Parquet part.

    Raises DiaryError: it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise DiaryError("A registry needs pyarrow. Install it with: pip install 'migraine-diary[scale]'") from None
    return pyarrow, pyarrow.parquet
