"""How long a command takes to start, against the least that any click program takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

MIGRAINE = str(Path(sys.executable).with_name("migraine"))


def seconds(command: list[str], times: int = 15) -> float:
    """The median time of the whole process, in seconds, after one run that is not counted."""
    taken = []
    for _ in range(times + 1):
        start = perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(perf_counter() - start)
    return median(taken[1:])


def main() -> None:
    """Print the times and the ratio."""
    peer = seconds([sys.executable, "-c", "import click"])
    ours = seconds([MIGRAINE, "--help"])
    print(f"migraine --help: {ours * 1000:.0f} ms; python -c 'import click': {peer * 1000:.0f} ms")
    print(f"  ratio {ours / peer:.2f} (goal ≤ 2)")


if __name__ == "__main__":
    main()
