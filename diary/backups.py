"""Backups of a diary: one consistent moment in a file of its own, read again before it counts, with a manifest beside.

Before every import, every undo and every migration one is made by itself, unless nothing has changed since the last.
They lie in ``backups`` beside the diary, for their owner alone; :mod:`diary.rotation` says which are kept. A diary on
a server is backed up by itself only where MIGRAINE_BACKUPS names a folder: it has an administrator who may do so
already, and what one user's computer keeps of it should be that clinic's decision.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from time import time
from typing import NamedTuple

import sqlalchemy as sa
from platformdirs import user_data_path

from diary import __version__
from diary.database import Database
from diary.dumps import dump_bytes, dump_file, examined_dump
from diary.manifest import BackupError, Manifest, digest_of, manifest_text, read_manifest
from diary.model import identity
from diary.rotation import kept, rule
from diary.schema import METADATA
from diary.snapshots import Counts, Moment, examined, snapshot_bytes, snapshot_file

VARIABLE = "MIGRAINE_BACKUPS"
"""The environment variable that names another folder for backups; ``off`` makes none by itself."""

OFF = "off"
ASKED = "asked for"
ENDINGS = {"sqlite": ".sqlite", "postgresql": ".pgdump"}
SEALED = ".age"
MANIFEST = ".json"
DRAFT = ".part"
ABANDONED = 24 * 3600
"""Seconds after which nobody works on a draft any more."""

WHEN = r"\d{4}-\d\d-\d\dT\d{6}Z(?:-\d+)?"


class Kind(NamedTuple):
    """How a kind of database is backed up: written into a file, taken into memory; and how a copy is examined."""

    write: Callable[[Database, Path], Moment]
    take: Callable[[Database], tuple[bytes, Moment]]
    examine: Callable[[Database, Path | bytes], Counts]


KINDS = {
    "sqlite": Kind(snapshot_file, snapshot_bytes, examined),
    "postgresql": Kind(dump_file, dump_bytes, examined_dump),
}


class Backup(NamedTuple):
    """A backup's file, and its manifest; None where that is missing or damaged."""

    path: Path
    manifest: Manifest | None


def make_backup(
    database: Database, why: str = ASKED, *, folder: Path | None = None, passphrase: str | None = None
) -> Backup:
    """Back the diary up, as it is at this moment, into the folder; with a passphrase nobody else can read it.

    Raises BackupError: it cannot be written, or is not what the diary holds.
    """
    folder = folder or backups_folder(database.url)
    with _drafted(folder, database.url) as draft:
        return _keep(draft, _finished(database, draft, why, passphrase), folder, stem_in(folder, database.url))


def before(database: Database, why: str) -> None:
    """Back the diary up before something that changes much of it, unless it is blank, or as it was at the last backup.

    Raises BackupError: it cannot be backed up; better nothing is changed then.
    """
    if not automatic(database.url) or _is_blank(database):
        return
    folder = backups_folder(database.url)
    with _drafted(folder, database.url) as draft:
        manifest = _finished(database, draft, why, None)
        if not _is_known(manifest, backups_of(database.url)):
            _keep(draft, manifest, folder, stem_in(folder, database.url))
            rotate(database.url)


def automatic(url: sa.URL) -> bool:
    """Whether backups of this diary are made without being asked for."""
    named = _named()
    if named.casefold() == OFF or _in_memory(url):
        return False
    return bool(named) or url.get_backend_name() == "sqlite"


def backups_folder(url: sa.URL) -> Path:
    """Where the backups of a diary are: the folder that is named, else beside it, else in the user's data folder."""
    named = _named()
    if named and named.casefold() != OFF:
        return Path(named).expanduser().absolute()
    if url.get_backend_name() == "sqlite" and not _in_memory(url):
        return Path(str(url.database)).absolute().parent / "backups"
    return user_data_path("migraine-diary", appauthor=False) / "backups"


def backups_of(url: sa.URL, folder: Path | None = None) -> list[Backup]:
    """The backups of a diary in a folder, oldest first; those without a readable manifest by their names."""
    folder = folder or backups_folder(url)
    stem = stem_in(folder, url)
    named = re.compile(rf"{re.escape(stem)}-{WHEN}(?:{'|'.join(map(re.escape, ENDINGS.values()))})({SEALED})?")
    found = sorted(folder.glob(f"{_glob(stem)}-*"))
    return sorted((backup_at(path) for path in found if named.fullmatch(path.name)), key=_moment)


def backup_at(path: Path) -> Backup:
    """The backup in a file, with what its manifest says."""
    return Backup(path, read_manifest(manifest_path(path)))


def manifest_path(path: Path) -> Path:
    """Where the manifest of a backup is."""
    return path.with_name(path.name + MANIFEST)


def fault_of(backup: Backup) -> str:
    """What is wrong with a backup, as a sentence; empty where its file and manifest are as they were written."""
    if backup.manifest is None:
        return "Its manifest is missing or damaged."
    try:
        same = digest_of(backup.path) == (backup.manifest.size, backup.manifest.sha256)
    except OSError as error:
        return f"It cannot be read: {error.strerror}."
    return "" if same else "It is not as it was written: something has changed or damaged it."


def rotate(url: sa.URL) -> list[Path]:
    """Delete the backups that the rule does not keep; those made by themselves push out none that was asked for.

    Only what has a readable manifest is counted and deleted. Raises DiaryError: the rule is none.
    """
    listed = [(backup, backup.manifest) for backup in backups_of(url) if backup.manifest]
    gone = []
    for asked in (True, False):
        group = [(backup, manifest) for backup, manifest in listed if (manifest.why == ASKED) is asked]
        keep = kept({manifest.made_at for _, manifest in group}, rule())
        gone += [backup.path for backup, manifest in group if manifest.made_at not in keep]
    for path in (*gone, *_abandoned(url)):
        delete_backup(path)
    return gone


def rewrite_backup(backup: Backup, copy: Database, passphrase: str | None) -> None:
    """Let the backup hold what its copy holds now, from which something was erased; it keeps its name and its time.

    Raises BackupError: it cannot be written.
    """
    manifest = backup.manifest
    assert manifest is not None  # else there were no copy of it
    with _drafted(backup.path.parent, copy.url) as draft:
        written = _finished(copy, draft, manifest.why, passphrase if manifest.sealed else None)
        os.replace(draft, backup.path)
        write_manifest(backup.path, written._replace(made_at=manifest.made_at, rewritten_at=written.made_at))


def leftovers(url: sa.URL) -> list[Path]:
    """What is no backup and yet may hold something of the diary: drafts, and damaged diaries that were put aside."""
    folder = backups_folder(url)
    return sorted([*_drafts(url), *folder.glob(f"{_glob(stem_in(folder, url))}-damaged-*")])


def _abandoned(url: sa.URL) -> Iterator[Path]:
    """Drafts that a program left behind when it was killed, a day ago or longer."""
    return (path for path in _drafts(url) if time() - path.stat().st_mtime > ABANDONED)


def _drafts(url: sa.URL) -> Iterator[Path]:
    """What was being written for this diary, and not for one whose name begins as its name does."""
    folder = backups_folder(url)
    stem = stem_in(folder, url)
    named = re.compile(rf"\.{re.escape(stem)}-(?:[0-9a-f]{{16}}|{WHEN}.*){re.escape(DRAFT)}.*")
    return (path for path in folder.glob(f".{_glob(stem)}-*{DRAFT}*") if named.fullmatch(path.name))


def delete_backup(path: Path) -> None:
    """Delete a backup and its manifest. Raises BackupError: that is not allowed."""
    try:
        path.unlink(missing_ok=True)
        manifest_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"{path} cannot be deleted ({error.strerror}). Allow that, and try again.") from error


def _named() -> str:
    return os.environ.get(VARIABLE, "").strip()


def _in_memory(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and (not url.database or url.database.startswith((":", "file:")))


def stem_in(folder: Path, url: sa.URL) -> str:
    """What the names of a diary's backups in a folder begin with, and those of no other diary.

    The file's own name says which diary it is in a folder beside it, so that the two may be moved together; elsewhere,
    and of a diary on a server, there is a sign for it.
    """
    if url.get_backend_name() == "sqlite":
        return _stem_of_file(folder.resolve(), Path(url.database or "diary.sqlite").resolve())
    which = identity(url.host, url.port, url.database, url.query.get("options"))
    name = re.sub(r"[^\w.-]", "_", url.database or "diary")
    return f"{name}-{which[:6]}"


def _stem_of_file(folder: Path, path: Path) -> str:
    beside = folder.parent == path.parent
    if beside and path.suffix == ".sqlite":
        return path.stem
    return f"{path.stem}-{identity(path.name if beside else path)[:6]}"


def _glob(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def _moment(backup: Backup) -> tuple[str, str]:
    """What backups are ordered by: when they were made, as far as it is known."""
    made = backup.manifest.made_at.isoformat() if backup.manifest else backup.path.name
    return made, backup.path.name


@contextmanager
def _drafted(folder: Path, url: sa.URL) -> Iterator[Path]:
    """A file to write to, for its owner alone; gone in the end unless it was given its name.

    Raises BackupError: what was tried with it the disk or the database did not allow.
    """
    draft = draft_in(folder, url)
    try:
        make_private(draft)
        yield draft
    except OSError as error:
        raise BackupError(
            f"The diary cannot be backed up to {folder} ({error.strerror}), so nothing was done. Make room or "
            f"allow writing there, or name another folder in {VARIABLE}."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def draft_in(folder: Path, url: sa.URL) -> Path:
    """The name of a file in the folder that something of the diary is written to before it gets its own."""
    return folder / f".{stem_in(folder, url)}-{token_hex(8)}{DRAFT}"


def make_private(path: Path) -> None:
    """Make the file, empty and for its owner alone, in a folder of the same kind. Raises OSError: it cannot be made."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _finished(database: Database, draft: Path, why: str, passphrase: str | None) -> Manifest:
    """The manifest of the backup in the draft, which is then on the disk and was read again."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    moment = KINDS[kind].write(database, draft) if passphrase is None else _seal(database, draft, passphrase)
    sync(draft)
    if passphrase is None:
        _compare(KINDS[kind].examine(database, draft), moment)
    size, digest = digest_of(draft)
    tables, sealed = ({}, True) if passphrase else (moment.tables, False)
    made_at = datetime.now(UTC).replace(tzinfo=None)
    return Manifest(made_at, why, kind, moment.schema, __version__, size, digest, tables, sealed)


def _seal(database: Database, draft: Path, passphrase: str) -> Moment:
    """Write the backup so that nobody reads it without the passphrase; it is never plain on the disk."""
    from diary.sealing import seal, unseal

    kind = KINDS["sqlite" if database.is_sqlite else "postgresql"]
    data, moment = kind.take(database)
    _compare(kind.examine(database, data), moment)
    draft.write_bytes(seal(data, passphrase))
    if unseal(draft.read_bytes(), passphrase) != data:
        raise BackupError("The backup cannot be opened again, so it was not kept. Check the disk and try again.")
    return moment


def _compare(found: Counts, moment: Moment) -> None:
    if found != moment.tables:
        raise BackupError("The backup does not hold what the diary holds, so it was not kept. Please report it.")


def _keep(draft: Path, manifest: Manifest, folder: Path, stem: str) -> Backup:
    """Give a finished backup its name; it counts as soon as its manifest is there."""
    path = _free(folder, f"{stem}-{manifest.made_at:%Y-%m-%dT%H%M%SZ}", _ending(manifest))
    os.replace(draft, path)
    write_manifest(path, manifest)
    return Backup(path, manifest)


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of the backup, whole or not at all."""
    draft = path.with_name(f".{path.name}{DRAFT}")
    draft.unlink(missing_ok=True)
    make_private(draft)
    draft.write_text(manifest_text(manifest), encoding="utf-8")
    sync(draft)
    os.replace(draft, manifest_path(path))
    sync_folder(path.parent)


def _free(folder: Path, name: str, ending: str) -> Path:
    """A path that no backup of the same second has."""
    names = (f"{name}{f'-{number}' if number else ''}{ending}" for number in count())
    return next(folder / name for name in names if not (folder / name).exists())


def _ending(manifest: Manifest) -> str:
    return ENDINGS[manifest.kind] + (SEALED if manifest.sealed else "")


def sync(path: Path) -> None:
    """Wait until the disk has the file."""
    with path.open("rb+") as file:
        os.fsync(file)


def sync_folder(path: Path) -> None:
    """Wait until the disk has the names of the folder's files, where the system lets a program ask for it."""
    with suppress(OSError):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _is_blank(database: Database) -> bool:
    """Whether there is nothing to lose yet."""
    with database.reading() as connection:
        there = sa.inspect(connection).get_table_names()
        ours = (sa.table(name) for name in there if name in METADATA.tables)
        return all(
            connection.execute(sa.select(sa.literal(1)).select_from(one).limit(1)).first() is None for one in ours
        )


def _is_known(manifest: Manifest, backups: Sequence[Backup]) -> bool:
    """Whether the latest backup is the same, and whole."""
    latest = backups[-1] if backups else None
    return bool(latest and latest.manifest and latest.manifest.sha256 == manifest.sha256 and not fault_of(latest))
