"""Importing ten years of Migraine Buddy as a whole process, against pandas.read_csv reading the same file."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from diary.importers import read

ATTACKS = 3_000
YEARS = 10
MIGRAINE = str(Path(sys.executable).with_name("migraine"))
EVENTS = ("Date", "Time Period", "Description", "Notes")
HEADER = (
    "#", "Started", "Lasted", "Start UTC Offset (min)", "End UTC Offset (min)", "Geohash", "Attack Types",
    "Attack Location", "Pain Level", "Affected Activities", "Potential Triggers", "Symptoms",
    "Most Bothersome Symptom", "Premonitory Symptoms", "Pain Positions", "Helpful Medication",
    "Somewhat Helpful Medication", "Unhelpful Medication", "Unsure Medication", "Helpful Non Drug Relief Methods",
    "Somewhat Helpful Non Drug Relief Methods", "Unhelpful Non Drug Relief Methods",
    "Unsure Non Drug Relief Methods", "Notes",
)  # fmt: skip
SYMPTOMS = ("Nausea", "Vomiting", "Throbbing pain", "Sensitivity to light", "Sensitivity to noise", "Neck pain")
POSITIONS = ("Left Temple", "Right Temple", "Left Eye", "Right Eye", "Forehead")
MEDICINES = ("Sumatriptan 50 mg", "Ibuprofen 400 mg", "Naproxen sodium 550mg Oral", "Rizatriptan, Paracetamol")
NOTES = ("", "", "bad night,\nthen better", 'the "usual" one', "after a long week")


class Cost(NamedTuple):
    """What a process took: seconds, and megabytes of memory at its peak."""

    seconds: float
    megabytes: float


def write_export(path: Path, seed: int = 3) -> None:
    """Ten years of attacks, the latest first, as the app writes them, with Botox among the health events."""
    rng = random.Random(seed)
    gap = timedelta(days=YEARS * 365.25) / ATTACKS
    starts = [datetime(2016, 1, 1, 6) + n * gap + timedelta(minutes=rng.randrange(1440)) for n in range(ATTACKS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(EVENTS)
        for session in range(0, YEARS * 365, 84):
            writer.writerow([f"{datetime(2016, 1, 5) + timedelta(session):%m/%d/%Y}", "Morning", "Botox 155 units", ""])
        file.write("\n")
        writer.writerow(HEADER)
        for number, start in reversed([*enumerate(sorted(starts), 1)]):
            writer.writerow(_row(number, start, rng))


def _row(number: int, start: datetime, rng: random.Random) -> list[str]:
    hours = rng.randrange(1, 40)
    lasted = f"{hours // 24}d {hours % 24:02}h 30m" if hours > 23 else f"{hours:02}h 30m"
    symptoms, positions = (rng.sample(names, rng.randrange(4)) for names in (SYMPTOMS, POSITIONS))
    medicines = ["", "", "", ""]
    medicines[rng.randrange(4)] = rng.choice((*MEDICINES, "No medication"))
    return [
        *(str(number), f"{start:%m/%d/%y} {start.hour}:{start:%M}", lasted, "60", "60", "u0yjjd", "Migraine", "Home"),
        *(str(rng.randrange(1, 11)), "Slower at work", "Stress, Weather", ", ".join(symptoms), "", "Yawning"),
        *(", ".join(positions), *medicines, "Sleep", "", "", "", rng.choice(NOTES)),
    ]


def cost(command: list[str], environment: dict[str, str]) -> Cost:
    """One run of a whole process."""
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | environment)
    _, status, usage = os.wait4(process.pid, 0)
    taken = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(taken, usage.ru_maxrss / 1024)


def main(times: int = 5) -> None:
    """Print the time of the import, its ratio to the peer's, and the memory of both."""
    with TemporaryDirectory() as folder:
        export = Path(folder) / "export.csv"
        write_export(export)
        found = len(read(export).attacks)
        assert found == ATTACKS, found
        skipped = export.read_text("utf-8").splitlines().index("") + 1
        peer = [sys.executable, "-c", f"import pandas; pandas.read_csv({str(export)!r}, skiprows={skipped})"]
        ours, theirs = [], []
        for n in range(times):
            diary = {"MIGRAINE_DIARY": str(Path(folder) / f"{n}.db")}
            ours.append(cost([MIGRAINE, "import", str(export), "--patient", "P1"], diary))
            theirs.append(cost(peer, {}))
    best, least = min(ours), min(theirs)
    print(f"migraine import of {ATTACKS:,} attacks in ten years: {best.seconds:.2f} s, {best.megabytes:.0f} MB")
    print(f"  pandas.read_csv of the same file: {least.seconds:.2f} s, {least.megabytes:.0f} MB")
    print(f"  ratio {best.seconds / least.seconds:.2f}")


if __name__ == "__main__":
    main()
