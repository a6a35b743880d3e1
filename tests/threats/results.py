"""What a long run found, kept as ``results/NAME.json``, so that SECURITY.md can say what was tried and how often.

The normal suite tries everything a few times. The full counts take minutes or hours, have a word of their own in the
Makefile, and end by calling :func:`write_result`. The name of a result is what a line of ``threats.toml`` lists under
``runs``; then ``make golden`` puts the numbers into SECURITY.md.

>>> shown = Result("kills", 500, 0, "entries lost", "make durability", {"writes": 12_345}, {"python": "3.11"}, "2026")
>>> shown.tried_in_words, shown.failed_in_words
('500 kills (12,345 writes)', '0 entries lost')
"""

from __future__ import annotations

import json
import platform
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Result:
    """*tried* so many *unit*, of which *failed* in the way that *failure* names; *command* does it again.

    *counts* is what else was counted, such as the writes between kills; *versions* are those that matter to the
    result; *date* is the day of the run.
    """

    unit: str
    tried: int
    failed: int
    failure: str
    command: str
    counts: dict[str, int]
    versions: dict[str, str]
    date: str

    @property
    def tried_in_words(self) -> str:
        """How often what was tried."""
        counts = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        return f"{self.tried:,} {self.unit}{f' ({counts})' if counts else ''}"

    @property
    def failed_in_words(self) -> str:
        """How often it failed, and what a failure would be."""
        return f"{self.failed:,} {self.failure}"


def write_result(
    name: str,
    *,
    unit: str,
    tried: int,
    failed: int,
    failure: str,
    command: str,
    counts: dict[str, int] | None = None,
    versions: dict[str, str] | None = None,
) -> Path:
    """Keep the result of a run of today, in place of the last one; Python's and SQLite's versions are added."""
    own = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "system": platform.system()}
    today = datetime.now(UTC).date().isoformat()
    result = Result(unit, tried, failed, failure, command, counts or {}, own | (versions or {}), today)
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    return path


def read_result(name: str) -> Result | None:
    """The result of that name; None where the run has not been made yet."""
    path = RESULTS / f"{name}.json"
    return Result(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
