"""Runs every scenario in one process, and prints as JSON how each ended and which connections were tried.

A script for a process of its own: ``python -m tests.privacy.running FOLDER``. The folder gets a ``home`` that is
HOME with all that belongs there, a ``temporary`` that is TMPDIR, and ``work``, from which the commands are called.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

ATTEMPTS: list[str] = []
WATCHED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"}


def watch(name: str, arguments: tuple[Any, ...]) -> None:
    """Keep each attempt to reach somebody, or to find out where they are; sockets in the file system are no network."""
    in_the_file_system = name in ("socket.connect", "socket.sendto") and isinstance(arguments[1], (str, bytes))
    if name in WATCHED and not in_the_file_system and not (name == "socket.getaddrinfo" and is_address(arguments[0])):
        ATTEMPTS.append(f"{name} {arguments}")


def is_address(host: object) -> bool:
    """Whether it is an address and no name, so that nobody is asked where it is."""
    try:
        ip_address(str(host))
    except ValueError:
        return False
    return True


def prepare(folder: Path) -> None:
    """A home, a folder for what is temporary, and the files to import."""
    from tests.privacy.scenarios import FILE, MEDICINE, NOTE

    for name in ("home", "temporary", "work", "work/asked", "work/diary"):
        (folder / name).mkdir(mode=0o700)
    keep_the_fonts(folder / "home" / ".cache" / "matplotlib")
    for variable in [name for name in os.environ if name.startswith(("XDG_", "MIGRAINE_", "MPL"))]:
        del os.environ[variable]
    work = folder / "work"
    os.environ |= {"HOME": f"{folder}/home", "TMPDIR": f"{folder}/temporary", "COLUMNS": "100", "NO_COLOR": "1"}
    os.environ["MIGRAINE_DIARY"] = "diary/diary.sqlite"
    os.chdir(work)
    rows = (f"2026-02-{day:02},{'none' if day % 3 else 'severe'},{MEDICINE},{NOTE}" for day in range(1, 29))
    (work / f"{FILE}.csv").write_text("\n".join(["Date,Severity,Medication,Notes", *rows]) + "\n")
    (work / f"{FILE}-broken.xlsx").write_bytes(b"PK\3\4" + NOTE.encode() * 100)


def keep_the_fonts(cache: Path) -> None:
    """Take along what matplotlib knows of this computer's fonts: to find them again takes it seconds."""
    import matplotlib

    cache.mkdir(parents=True)
    for known in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
        shutil.copy(known, cache)


def run_all() -> list[list[Any]]:
    """Each scenario's line, the code it was to end with, the code it ended with, and what it printed."""
    from click.testing import CliRunner

    from analysis.cli import migraine
    from tests.privacy.scenarios import SCENARIOS

    runner, ended = CliRunner(), []
    for line, typed, code in SCENARIOS:
        result = runner.invoke(migraine, shlex.split(line), input=typed, prog_name="migraine")
        ended.append([line, code, result.exit_code, result.output])
    return ended


def fault() -> str:
    """What a fault inside of a command prints."""
    from click.testing import CliRunner

    from analysis.cli import migraine
    from tests.privacy.scenarios import NOTE

    @migraine.command("fault")
    def faulty() -> None:
        raise RuntimeError(NOTE)

    return CliRunner().invoke(migraine, ["fault"], prog_name="migraine").output


def main(folder: Path) -> None:
    """Run everything."""
    prepare(folder)
    sys.addaudithook(watch)
    ended = run_all()
    found = {"ended": ended, "fault": fault(), "attempts": ATTEMPTS}
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
