"""A whole report as one process, and where its time goes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from diary.demo import demo_batch
from diary.template import write_workbook

STEPS = """
import sys
from pathlib import Path
from time import perf_counter
start = perf_counter()
at = []
def step(name): at.append((name, perf_counter()))
step("import")
from analysis.commands.gather import answer
from analysis.reports.bundle import write_report
import analysis.charts, analysis.reports.pdf, analysis.reports.workbook
step("Reading and comparing")
found = answer((Path(sys.argv[1]),))
write_report(found.findings, found.content, Path(sys.argv[2]), found.inputs, step)
step("end")
for (name, begun), (_, over) in zip(at, at[1:]):
    print(f"  {name}: {over - begun:.2f} s")
"""


def main() -> None:
    """Print the time of the process, and of its parts in another run."""
    with TemporaryDirectory() as folder:
        diary = write_workbook(demo_batch(), Path(folder) / "diary.xlsx")
        command = [str(Path(sys.executable).with_name("migraine")), "report", str(diary), "--out", f"{folder}/out"]
        peer = [sys.executable, "-c", "import pandas, matplotlib.figure"]
        taken = {}
        for name, words in (("ours", command), ("peer", peer)) * 3:
            start = perf_counter()
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
            taken[name] = min(taken.get(name, 1e9), perf_counter() - start)
        split = subprocess.run(
            [sys.executable, "-c", STEPS, str(diary), f"{folder}/again"], check=True, capture_output=True, text=True
        )
    print(f"migraine report on the demo diary: {taken['ours']:.2f} s")
    print(
        f"  against importing pandas and matplotlib: {taken['peer']:.2f} s, ratio {taken['ours'] / taken['peer']:.1f}"
    )
    print(split.stdout, end="")


if __name__ == "__main__":
    main()
