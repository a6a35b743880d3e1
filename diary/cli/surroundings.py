"""What the doctor sees around a diary: who can read it, where its folder is, and how its backups are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from diary.cli.finding import Finding
from diary.cli.say import counted

if TYPE_CHECKING:
    import sqlalchemy as sa

    from diary.backups import Backup
    from diary.database import Database

MOUNTS = Path("/proc/mounts")
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "9p", "davfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs2"}
"""Kinds of file systems that are on another computer."""

CLOUDS = (
    *("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "cloudstorage"),
    *("nextcloud", "owncloud", "pcloud", "mega", "syncthing"),
)
"""How folders are called that a program copies to a server whenever they change."""

OLD = 30
"""Days after which a backup is old."""


def mode_findings(paths: Iterable[Path]) -> Iterator[Finding]:
    """Which of the files and folders others on this computer can read, or write to."""
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        if os.name != "nt" and mode & 0o077:
            close = f"chmod {'700' if path.is_dir() else '600'} {path}"
            yield Finding(path.name, f"others can reach it ({mode:o})", f"Close it to them: {close}", bad=True)


def place_finding(folder: Path) -> Finding | None:
    """That the folder is on a network drive, or copied to a cloud; None where neither is known."""
    path = folder.resolve()
    remedy = (
        "Two computers that write at once, or a copy that is made while one writes, can damage a diary. "
        "Move it to this computer's own disk, and put only backups there: MIGRAINE_BACKUPS names their folder."
    )
    if is_network(path, mounts()):
        return Finding("Folder", f"{folder} is on a network drive", remedy)
    if cloud := cloud_of(path):
        return Finding("Folder", f"{folder} is copied to a cloud ({cloud})", remedy)
    return None


def cloud_of(path: Path) -> str:
    """The part of the path that is called as the folders of a cloud are; empty where none is.

    >>> cloud_of(Path("/home/me/OneDrive - Clinic/diary")), cloud_of(Path("/home/me/omega/diary"))
    ('OneDrive - Clinic', '')
    """
    return next((part for part in path.parts if part.casefold().lstrip(".").startswith(CLOUDS)), "")


def mounts() -> str:
    """The file systems of this computer, as Linux lists them; empty elsewhere."""
    return MOUNTS.read_text(errors="replace") if MOUNTS.exists() else ""


def is_network(path: Path, mounted: str) -> bool:
    r"""Whether the path is on another computer: by the kind of what is mounted nearest, or as Windows writes it.

    >>> is_network(Path("/mnt/share/diary"), "/dev/sda / ext4 rw 0 0\nhost:/x /mnt/share nfs4 rw 0 0")
    True
    """
    lines = [line.split() for line in mounted.splitlines()]
    above = {Path(place.replace("\\040", " ")): kind for _, place, kind, *_ in lines}
    nearest = next((above[one] for one in (path, *path.parents) if one in above), "")
    return nearest in NETWORK or str(path).startswith("\\\\")


def backup_findings(url: sa.URL) -> Iterator[Finding]:
    """How old the last backup is, and whether all of them are as they were written."""
    from diary.backups import automatic, backups_folder, backups_of, fault_of

    found = backups_of(url)
    if not found:
        by_itself = "one is made before the next import" if automatic(url) else "none is made by itself"
        yield Finding("Backups", f"none in {backups_folder(url)}; {by_itself}", "Make one: migraine backup")
        return
    faults = [backup.path.name for backup in found if fault_of(backup)]
    if faults:
        remedy = "Make a new one: migraine backup; and look at them: migraine backups"
        yield Finding("Backups", f"{counted(len(faults), 'backup')} damaged: {', '.join(faults)}", remedy, bad=True)
    else:
        yield Finding("Backups", f"{counted(len(found), 'backup')}, all as they were written")
    yield age_finding(found[-1])
    yield from mode_findings([found[-1].path.parent, *(backup.path for backup in found)])
    yield from plain_findings(url, found)


def age_finding(latest: Backup) -> Finding:
    """How old a backup is."""
    if latest.manifest is None:
        return Finding("Last backup", "its age is not known", "Make one: migraine backup")
    days = (datetime.now(UTC).replace(tzinfo=None) - latest.manifest.made_at).days
    state = f"{counted(days, 'day')} old" if days > 0 else "of today"
    return Finding("Last backup", state, "Make one: migraine backup" if days > OLD else "")


def plain_findings(url: sa.URL, backups: Iterable[Backup]) -> Iterator[Finding]:
    """Backups that anybody can read although the diary is encrypted."""
    from diary.encryption import is_encrypted

    if url.get_backend_name() != "sqlite" or not is_encrypted(Path(url.database or "")):
        return
    plain = [one.path for one in backups if not (one.manifest and one.manifest.sealed) and not is_encrypted(one.path)]
    if plain:
        remedy = "They are from before. Make a new one with migraine backup, and delete these and their .json files."
        yield Finding("Backups", f"{counted(len(plain), 'backup')} not encrypted, although the diary is", remedy)


def server_findings(database: Database) -> Iterator[Finding]:
    """The server's version; and whether every row can be read, every index holds, and every row has what it needs."""
    import sqlalchemy as sa

    from diary.schema import METADATA
    from diary.snapshots import counts_of

    with database.reading() as connection:
        yield Finding("PostgreSQL", str(connection.scalar(sa.text("SHOW server_version"))))
        invalid = connection.scalar(sa.text(INVALID)) or 0
        orphans = [table.name for table in METADATA.sorted_tables if has_orphans(connection, table)]
        rows = sum(counts_of(connection, METADATA.tables).values())
    if invalid or orphans:
        what = f"{counted(invalid, 'index', 'indexes')} not valid, rows without what they need in: {orphans or 'none'}"
        yield Finding("Integrity", what, "Ask the server's administrator, or restore a backup.", bad=True)
    else:
        yield Finding("Integrity", f"{counted(rows, 'row')} read, indexes and links hold")


INVALID = (
    "SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid "
    "WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace"
)


def has_orphans(connection: sa.Connection, table: sa.Table) -> bool:
    """Whether a row of the table names a row of another that is not there."""
    import sqlalchemy as sa

    for link in table.foreign_key_constraints:
        other = link.referred_table.alias()
        same = (other.c[key.column.name] == key.parent for key in link.elements)
        named = (key.parent.is_not(None) for key in link.elements)
        lost = sa.select(sa.literal(1)).select_from(table).where(*named, ~sa.exists().where(*same)).limit(1)
        if connection.execute(lost).first():
            return True
    return False
