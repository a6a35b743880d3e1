"""What the doctor finds: one thing that was looked at, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that was looked at. *remedy* is empty where nothing can be done; *bad*, where something must be."""

    what: str
    state: str
    remedy: str = ""
    bad: bool = False

    def __str__(self) -> str:
        mark = "BAD " if self.bad else "note" if self.remedy else "ok  "
        return f"{mark}  {self.what}: {self.state}{f'. {self.remedy}' if self.remedy else ''}"
