"""Reading a ten-year diary spreadsheet into facts, against pandas.read_excel with openpyxl reading it into a frame."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import openpyxl
import pandas as pd

from diary.importers import read
from diary.importers.options import Options

DAYS = 3_653
HEADER = (
    "Date", "Headache", "Severity", "Duration (h)", "Nausea", "Vomiting", "Light", "Sound", "Aura", "Medication",
    "Menstruation", "Notes",
)  # fmt: skip


def write_diary(path: Path, seed: int = 3) -> None:
    """Ten years, a row a day, as a person would keep it."""
    rng = random.Random(seed)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for i in range(DAYS):
        day = date(2015, 1, 1) + timedelta(i)
        if rng.random() < 0.5:
            sheet.append((day, "no", "none", None, None, None, None, None, None, "none", None, None))
        else:
            yes = ["yes" if rng.random() < 0.5 else "no" for _ in range(5)]
            took = rng.choice(["sumatriptan 50 mg", "ibuprofen 400 mg + sumatriptan 50 mg", "none"])
            bad = rng.choice(["mild", "moderate", "severe"])
            sheet.append((day, "yes", bad, rng.randint(1, 20), *yes, took, None, "a note"))
    book.save(path)


def main(times: int = 5) -> None:
    """Print the times and the ratio."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diary.xlsx"
        write_diary(path)
        ours, peer = [], []
        for _ in range(times):
            start = perf_counter()
            batch = read(path, patient="P1", options=Options())
            ours.append(perf_counter() - start)
            start = perf_counter()
            frame = pd.read_excel(path, engine="openpyxl")
            peer.append(perf_counter() - start)
    assert len(batch.days) == DAYS == len(frame), (len(batch.days), len(frame))
    print(f"import of {DAYS:,} days: {min(ours):.2f} s; pandas.read_excel with openpyxl: {min(peer):.2f} s")
    print(f"  ratio {min(ours) / min(peer):.2f} (goal ≤ 0.5)")


if __name__ == "__main__":
    sys.exit(main())
