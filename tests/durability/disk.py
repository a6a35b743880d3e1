"""A disk that is full, and a folder that can only be read: what the commands say, and what is there afterwards.

A script for a process of its own, as it mounts a small disk (``full``, in a namespace of mounts) or gives up the
rights of root (``readonly``). What it finds is printed as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.terminal import Terminal

NOBODY = 65534
JANUARY = date(2026, 1, 1)
LARGE = 9_000
"""Days of the file that the small disk has no room for."""

ROOM = 60_000
"""Bytes that are left for a few more entries."""


def full(folder: Path) -> dict[str, Any]:
    """A diary on a disk of 800 kB, which is filled up."""
    large = folder / "large.csv"
    large.write_text("Date,Severity\n" + "\n".join(f"{JANUARY - timedelta(n)},mild" for n in range(1, LARGE)) + "\n")
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800k", "none", small], check=True)
    terminal = Terminal(small)
    terminal("log 2025-01-01 --none")
    said = [_said(terminal, f"import {large} --patient me")]
    (small / "ballast").write_bytes(b"x" * (_free(small) - ROOM))
    logged = _log_until_it_fails(terminal)
    said.append([terminal.code, terminal.text])
    (small / "ballast").unlink()
    logged += [_log(terminal, 900)]
    found = _found(terminal)
    subprocess.run(["umount", small], check=True)
    return {"said": said, "logged": sorted(day for day in logged if day), "found": found}


def _free(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def _log_until_it_fails(terminal: Terminal) -> list[str]:
    """The days of which the command said that they are kept."""
    logged = []
    for number in range(900):
        logged.append(_log(terminal, number))
        if terminal.code:
            break
    return logged


def _log(terminal: Terminal, number: int) -> str:
    """The day, if the command says that it is kept."""
    day = str(JANUARY - timedelta(number))
    terminal(f"log {day} --severity mild --took nothing")
    return "" if terminal.code else day


def readonly(folder: Path) -> dict[str, Any]:
    """A diary in a folder that can only be read, and a new one that cannot be made there."""
    terminal = Terminal(folder)
    folder.chmod(0o755)
    terminal("log 2026-01-01 --severity mild --took nothing")
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)  # everything that is needed has been loaded by the command above
    said = [_said(terminal, "log 2026-01-02 --none"), _said(terminal, "log 2026-01-02 --none --store new.sqlite")]
    if os.getuid() == 0:
        os.seteuid(0)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o700)
    return {"said": said, "logged": ["2026-01-01"], "found": _found(terminal)}


def _said(terminal: Terminal, line: str) -> list[Any]:
    text = terminal(line)
    return [terminal.code, text]


def _found(terminal: Terminal) -> list[str]:
    """The days with mild headache that the diary holds."""
    with terminal.diary() as diary:
        return sorted(str(day.date) for day in diary.batch().days if day.headache)


if __name__ == "__main__":
    with TemporaryDirectory() as own:  # not in a folder of pytest's, which only its owner may enter
        print(json.dumps({"full": full, "readonly": readonly}[sys.argv[1]](Path(own))))
