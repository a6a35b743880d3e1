"""Importing an Apple Health export of a gigabyte: seconds, MB a second, and the peak memory of the whole process.

The export is made from a seed, written to a folder of its own as it is made, and deleted afterwards::

    python tests/benchmarks/bench_apple_health.py --size 2 --zip
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

GOAL_MB = 300
DAYS = 3_653
HEADACHES = 1_500
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  value         CDATA #IMPLIED
  startDate     CDATA #REQUIRED
>
]>
<HealthData locale="en_GB">
 <ExportDate value="2026-03-01 10:00:00 +0000"/>
"""
BEAT = """ <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" sourceVersion="11.0" device="\
&lt;&lt;HKDevice: 0x281>, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch7,5, software:11.0>" \
unit="count/min" creationDate="DAY {clock} +0000" startDate="DAY {clock} +0000" endDate="DAY {clock} +0000" \
value="{value}">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>
 </Record>
"""
HEADACHE = """ <Record type="HKCategoryTypeIdentifierHeadache" sourceName="Health" creationDate="DAY 21:00:00 +0000" \
startDate="DAY 09:30:00 +0000" endDate="DAY 17:00:00 +0000" value="HKCategoryValueSeverity{severity}"/>
"""


def blocks(size: int, seed: int = 3) -> Iterator[str]:
    """The export, day by day: heartbeats, and a headache on some days."""
    rng = random.Random(seed)
    beats = size // DAYS // (len(BEAT) + 10)
    clocks = sorted(rng.randrange(86_400) for _ in range(beats))
    day_of_beats = "".join(BEAT.format(clock=timedelta(seconds=clock), value=rng.randint(48, 160)) for clock in clocks)
    bad = set(rng.sample(range(DAYS), HEADACHES))
    yield HEAD
    for number in range(DAYS):
        headache = HEADACHE.format(severity=rng.choice(["Mild", "Moderate", "Severe"])) if number in bad else ""
        yield (day_of_beats + headache).replace("DAY", str(date(2016, 3, 1) + timedelta(days=number)))
    yield "</HealthData>\n"


def write_export(path: Path, size: int) -> Path:
    """An ``export.xml`` of about so many bytes."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(blocks(size))
    return path


def pack(path: Path) -> Path:
    """The ``export.zip`` of an export."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(path, "apple_health_export/export.xml")
    path.unlink()
    return packed


def dry_run(path: Path) -> tuple[float, float, str]:
    """Seconds, peak memory in MB, and what was printed, of a whole ``migraine import --dry-run``."""
    program = "from analysis.cli import main; main()"
    start = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, "import", "--dry-run", str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(printed)
    return perf_counter() - start, usage.ru_maxrss / 1000, printed


def main() -> int:
    """Print the time and the memory; fail beyond the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="gigabytes")
    parser.add_argument("--zip", action="store_true", help="import export.zip")
    wanted = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = write_export(Path(folder) / "export.xml", round(wanted.size * 1e9))
        size = path.stat().st_size
        path = pack(path) if wanted.zip else path
        seconds, memory, printed = dry_run(path)
    assert f"{HEADACHES:,}" in printed or str(HEADACHES) in printed, printed
    print(
        f"Apple Health, {path.name} of {size / 1e9:.2f} GB: {seconds:.1f} s ({size / 1e6 / seconds:.0f} MB/s), "
        f"peak {memory:.0f} MB (goal < {GOAL_MB} MB)"
    )
    return int(memory >= GOAL_MB)


if __name__ == "__main__":
    sys.exit(main())
