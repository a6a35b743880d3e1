"""``migraine doctor``: the program, the diary file, and what could harm either."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from diary import __version__
from diary.cli.finding import Finding
from diary.cli.libraries import library_findings
from diary.cli.opening import opened
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import say
from diary.cli.surroundings import backup_findings, mode_findings, place_finding, server_findings
from diary.model import DiaryError

DISTRIBUTION = "migraine-diary"
PACKAGES = ("diary", "analysis")

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset bug (https://sqlite.org/wal.html#walresetbug)."""

LITTLE_SPACE = 100 * 2**20
"""Bytes of free space below which the disk is nearly full."""

PARTS = {
    "pandas": "reports",
    "matplotlib": "charts",
    "openpyxl": "writing spreadsheets",
    "python_calamine": "reading spreadsheets",
    "typst": "PDF",
}
"""Modules that the program needs, and what for."""

ENCRYPTED = "pip install 'migraine-diary[encrypted]'"
OPTIONAL = {
    "psycopg": ("a PostgreSQL diary", "pip install 'migraine-diary[postgres]'"),
    "sqlcipher3": ("an encrypted diary", ENCRYPTED),
    "pyrage": ("encrypted backups", ENCRYPTED),
}
"""Modules that it can do without: what for, and how they are installed."""


@click.command(epilog=example("migraine doctor"))
@with_options(DIARY[1])
def doctor(store: str | None) -> None:
    """Look after the program and the diary file. Nothing of the diary's content is shown."""
    findings = [*program(), *parts(), *diary_file(store)]
    for finding in findings:
        say(str(finding))
    if any(finding.bad for finding in findings):
        click.get_current_context().exit(1)


def program() -> Iterator[Finding]:
    """The program, what it runs on, and whether another package has taken its place."""
    yield Finding("Program", f"migraine-diary {__version__}")
    yield Finding("Python", f"{platform.python_version()} on {platform.system()}")
    yield sqlite_finding(sqlite3.sqlite_version_info)
    yield from library_findings(DISTRIBUTION)
    distributions = packages_distributions()
    for package in PACKAGES:
        yield clash_finding(package, distributions.get(package, []))


def sqlite_finding(version: tuple[int, int, int]) -> Finding:
    """Whether SQLite is one with the WAL-reset bug.

    >>> sqlite_finding((3, 40, 1)).remedy[:37]
    'It has a rare bug that can damage a d'
    >>> sqlite_finding((3, 51, 3)).remedy
    ''
    """
    state = ".".join(map(str, version))
    if version >= SAFE_SQLITE:
        return Finding("SQLite", state)
    remedy = (
        "It has a rare bug that can damage a diary while two programs write to it (sqlite.org/wal.html#walresetbug). "
        "Keep backups, and take a newer Python or SQLite when there is one."
    )
    return Finding("SQLite", f"{state}, older than {'.'.join(map(str, SAFE_SQLITE))}", remedy)


def clash_finding(package: str, distributions: list[str]) -> Finding:
    """Whether another distribution has a package of the same name, which may have overwritten ours.

    >>> clash_finding("analysis", ["migraine-diary", "lab-tools"]).bad
    True
    """
    others = sorted(set(distributions) - {DISTRIBUTION})
    if not others:
        return Finding(f"Package {package}", "ours alone")
    remedy = f"Install the program by itself: pipx install {DISTRIBUTION}"
    return Finding(f"Package {package}", f"also installed by {', '.join(others)}", remedy, bad=True)


def parts() -> Iterator[Finding]:
    """The libraries that are needed, and those that may be there."""
    for module, use in PARTS.items():
        if find_spec(module) is None:
            yield Finding(f"Part {module}", f"missing: {use}", f"Install again: pip install {DISTRIBUTION}", bad=True)
    for module, (use, remedy) in OPTIONAL.items():
        if find_spec(module) is None:
            yield Finding(f"Optional {module}", "not installed", f"Only for {use}: {remedy}")
        else:
            yield Finding(f"Optional {module}", f"installed, for {use}")


def diary_file(place: str | None) -> Iterator[Finding]:
    """Where the diary is, whether it and its backups are whole, and who can reach them."""
    from diary.database import shown, url_of
    from diary.settings import diary_location

    url = url_of(place or diary_location())
    if url.get_backend_name() != "sqlite":
        yield Finding("Diary", shown(url))
        yield from opening(place)
        return
    path = Path(url.database or "")
    if not path.exists():
        yield Finding("Diary", f"none yet at {path}", "The first entry makes it: migraine log")
        return
    yield Finding("Diary", str(path))
    if where := place_finding(path.parent):
        yield where
    beside = (path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm"))
    yield from mode_findings(other for other in beside if other.exists())
    yield from (mode_finding(path), space_finding(shutil.disk_usage(path.parent).free), integrity_finding(path))
    yield from opening(place)


def mode_finding(path: Path) -> Finding:
    """Whether other people on this computer can read the file."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "nt" or not mode & 0o077:
        return Finding("Diary file", f"for its owner alone ({mode:o})")
    return Finding("Diary file", f"others can read it ({mode:o})", f"Close it to them: chmod 600 {path}", bad=True)


def space_finding(free: int) -> Finding:
    """Whether the disk has room.

    >>> space_finding(5 * 2**30)
    Finding(what='Free space', state='5.0 GB', remedy='', bad=False)
    """
    state = f"{free / 2**30:.1f} GB"
    if free >= LITTLE_SPACE:
        return Finding("Free space", state)
    return Finding("Free space", state, "Make room on the disk before the next entry.", bad=True)


def integrity_finding(path: Path) -> Finding:
    """What SQLite's own check of the file says; of an encrypted one, it also finds whatever does not fit its lock."""
    from diary.encryption import database_errors
    from diary.snapshots import trouble_in

    try:
        with closing(looked_at(path)) as connection:
            first = trouble_in(connection)
    except DiaryError as error:
        return Finding("Integrity", "not known", str(error), bad=True)
    except database_errors() as error:
        first = str(error)
    if not first:
        return Finding("Integrity", "ok")
    return Finding("Integrity", f"damaged: {first}", "Go back to a backup: migraine restore latest", bad=True)


def looked_at(path: Path) -> Any:
    """A connection to the file that does not change it.

    Raises DiaryError: it is encrypted, and the passphrase does not open it.
    """
    from diary.database import Database
    from diary.encryption import is_encrypted

    if not is_encrypted(path):
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    with closing(Database(str(path), migrate=False)) as database:
        return database.connect(path)


def opening(place: str | None) -> Iterator[Finding]:
    """Whether the program can open the diary, at which schema it is, and how many patients it holds.

    It is only looked at: a diary that is older than the program stays as it is.
    """
    from diary.database import Database
    from diary.schema import REVISION
    from diary.settings import diary_location

    try:
        with closing(Database(place or diary_location(), migrate=False)) as diary:
            yield schema_finding(diary.version)
            yield from backup_findings(diary.url)
            if diary.version == REVISION and not diary.is_sqlite:
                yield from server_findings(diary)
        if diary.version == REVISION:
            with opened(place) as store:
                yield Finding("Patients", str(len(store.patients())))
    except DiaryError as error:
        yield Finding("Opening", str(error), bad=True)


def schema_finding(version: str) -> Finding:
    """Whether the diary's tables are those of this program.

    >>> schema_finding("").state
    'none yet'
    """
    from diary.schema import REVISION

    if version == REVISION:
        return Finding("Schema", f"{version}, the newest")
    if not version:
        return Finding("Schema", "none yet", "The first entry makes it: migraine log")
    remedy = "The next command brings the diary up to date. Keep a copy of it until then."
    return Finding("Schema", f"{version}; this program has {REVISION}", remedy)
