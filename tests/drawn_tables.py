"""Tables drawn with bars, read as the files that people keep."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from diary.importers import Options, read
from diary.model import Batch


def read_drawn(path: Path, picture: str, **options: Any) -> Batch:
    """What is read of a drawing that was written to the path as a csv file, of the patient P1."""
    rows = [[cell.strip() for cell in line.split("|")] for line in picture.strip().splitlines()]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return read(path, patient="P1", options=Options(**options))


def told(batch: Batch, *names: str) -> dict[int, tuple[Any, ...]]:
    """Some columns of the days, by date, as short as a test can say them."""
    return {day.date.day: tuple(getattr(day, name) for name in names) for day in batch.days}
