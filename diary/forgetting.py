"""A patient is forgotten: erased from the diary, its history and its backups, so that no byte of it stays in a file.

What is kept is that somebody was forgotten, and when. Files that were written elsewhere (reports, exports, copies) are
not known here, and a server's own logs and backups are its administrator's.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from diary.access_log import COMMAND_LINE, Access, note_access
from diary.attempts import forget as forget_attempts
from diary.attempts import of_user
from diary.backups import Backup, backups_folder, backups_of, delete_backup, fault_of, leftovers, rewrite_backup
from diary.database import Database, shown
from diary.facts import CLASSES
from diary.model import DiaryError
from diary.own_classes import name_key
from diary.profiles import profiles_folder
from diary.restoring import opened_backup
from diary.rows import of_patient
from diary.schema import ACCESS_LOG, HISTORY, IMPORTS, MEDICINES, METADATA, TABLES, USERS, WEB_SESSIONS
from diary.snapshots import compact

UPLOADS = "migraine-????????"
"""The folder in which the page keeps files that were sent to it; one stays behind when the page was killed."""

UPLOAD = re.compile(r"[0-9a-f]{32}")


class Receipt(NamedTuple):
    """What was erased about *patient*, and when (UTC): rows by table, of the diary; and files by name.

    *left* is how many patients the diary still holds; *whole* is False where another program that has the diary open
    kept SQLite from writing all of the file anew.
    """

    patient: str
    at: datetime
    rows: dict[str, int]
    rewritten: list[str]
    deleted: list[str]
    profiles: list[str]
    uploads: int
    left: int
    whole: bool


def forget(database: Database, patient: str, *, folders: Iterable[Path] = (), passphrase: str | None = None) -> Receipt:
    """Erase all that the diary, its backups and what lies beside it hold about the patient.

    The backups go first, so that it can be done again where it was interrupted. *folders* are others in which backups
    of this diary were put. One that is locked is opened with the *passphrase*; where none is given, or a backup is
    damaged, so that nobody can rewrite it, it is deleted.

    Raises DiaryError: nothing is known of the patient, or something cannot be written.
    """
    rewritten, deleted = [], []
    for backup in _backups(database, folders):
        became = _forgotten_in(backup, database, patient, passphrase)
        rewritten += [backup.path.name] if became == "rewritten" else []
        deleted += [backup.path.name] if became == "deleted" else []
    rows, left = _erased(database, patient, in_backups=bool(rewritten or deleted))
    whole = _compacted(database)
    if not (rows or rewritten or deleted):
        raise DiaryError(f"Nothing is known of a patient {patient!r}, so nothing was changed. Check the code.")
    deleted += [path.name for path in leftovers(database.url) if _deleted(path)]
    profiles = [path.name for path in _profiles(database, patient, left) if _deleted(path)]
    return Receipt(patient, _now(), rows, rewritten, deleted, profiles, _clear_uploads(), left, whole)


def erase(connection: sa.Connection, patient: str) -> dict[str, int]:
    """Delete every row about the patient, and the accounts of their own. Returns how many rows of each table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    users, imports = _users(connection, patient), _imports(connection, patient)
    gone = {"medicines": _delete(connection, MEDICINES, MEDICINES.c.name.in_(_own_medicines(connection, patient)))}
    gone["history"] = _delete(connection, HISTORY, HISTORY.c.patient == patient)
    for name in reversed(CLASSES):  # what needs others goes before them
        gone[TABLES[name].name] = _delete(connection, TABLES[name], of_patient(name, patient))
    gone["imports"] = _erase_imports(connection, patient, imports)
    gone["users"] = _erase_users(connection, users)
    log = ACCESS_LOG.c
    about = sa.or_(log.patient == patient, log.user_name.in_(users), log.what.in_(users))
    gone["access_log"] = _delete(connection, ACCESS_LOG, about)
    return {name: number for name, number in gone.items() if number}


def _compacted(database: Database) -> bool:
    """Clear away what was deleted; False where another program kept SQLite from writing all of the file anew."""
    if database.is_sqlite:
        return compact(database)
    engine = sa.create_engine(database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(sa.text(f'VACUUM "{table.name}"'))
    engine.dispose()
    return True


def _erased(database: Database, patient: str, *, in_backups: bool) -> tuple[dict[str, int], int]:
    """Erase the patient from the diary itself; what was erased, and how many patients stay."""
    with database.writing() as connection:
        rows = erase(connection, patient)
        if rows or in_backups:
            note_access(connection, Access(_now(), COMMAND_LINE, "forgotten"))
        return rows, _patients(connection)


def _patients(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(TABLES["patients"])) or 0


def _delete(connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    return connection.execute(table.delete().where(condition)).rowcount


def _users(connection: sa.Connection, patient: str) -> list[str]:
    """The names under which the patient logs in."""
    return list(connection.scalars(sa.select(USERS.c.name).where(USERS.c.patient == patient)))


def _erase_users(connection: sa.Connection, names: list[str]) -> int:
    _delete(connection, WEB_SESSIONS, WEB_SESSIONS.c.user_name.in_(names))
    for name in names:
        forget_attempts(connection, of_user(name))
    return _delete(connection, USERS, USERS.c.name.in_(names))


def _own_medicines(connection: sa.Connection, patient: str) -> list[str]:
    """The names of medicines that were classed, and that nobody but the patient has taken."""
    doses = TABLES["doses"].c
    mine, others = (
        {name_key(name) for name in connection.scalars(sa.select(doses.medicine).where(condition).distinct())}
        for condition in (doses.patient == patient, doses.patient != patient)
    )
    said = sa.select(HISTORY.c.row).where(HISTORY.c.patient == patient, HISTORY.c.table_name == "doses")
    mine |= {name_key(row["medicine"]) for row in connection.scalars(said)}
    return sorted(mine - others)


def _imports(connection: sa.Connection, patient: str) -> set[int]:
    """The imports that the patient's entries came with."""
    found = set(connection.scalars(sa.select(IMPORTS.c.import_id).where(IMPORTS.c.patient == patient)))
    for name, table in TABLES.items():
        found.update(connection.scalars(sa.select(table.c.import_id).where(of_patient(name, patient)).distinct()))
    said = sa.select(HISTORY.c.import_id, HISTORY.c.row).where(HISTORY.c.patient == patient)
    for import_id, row in connection.execute(said):
        found |= {import_id, row["import_id"]}
    return {number for number in found if number is not None}


def _erase_imports(connection: sa.Connection, patient: str, candidates: set[int]) -> int:
    """Delete the imports that brought nothing about anybody else; in others nothing names the patient any more."""
    needed = {number for table in (HISTORY, *TABLES.values()) for number in _named_imports(connection, table)}
    gone = _delete(connection, IMPORTS, IMPORTS.c.import_id.in_(candidates - needed))
    for row in connection.execute(sa.select(IMPORTS)).all():
        values = {
            "patient": None if row.patient == patient else row.patient,
            "file_name": None if _names(row.file_name, patient) else row.file_name,
            "assumptions": [sentence for sentence in row.assumptions if not _names(sentence, patient)],
        }
        if any(row._mapping[name] != value for name, value in values.items()):
            connection.execute(IMPORTS.update().where(IMPORTS.c.import_id == row.import_id).values(values))
    return gone


def _named_imports(connection: sa.Connection, table: sa.Table) -> Iterable[int]:
    return connection.scalars(sa.select(table.c.import_id).where(table.c.import_id.is_not(None)).distinct())


def _names(text: str | None, patient: str) -> bool:
    """Whether the code stands in the text as a word.

    >>> _names("P1-march.csv", "p1"), _names("P12.csv", "P1"), _names(None, "P1")
    (True, False, False)
    """
    return bool(re.search(rf"(?<![^\W_]){re.escape(patient)}(?![^\W_])", text or "", re.IGNORECASE))


def _backups(database: Database, folders: Iterable[Path]) -> Iterator[Backup]:
    for folder in dict.fromkeys([backups_folder(database.url), *(path.absolute() for path in folders)]):
        yield from backups_of(database.url, folder)


def _forgotten_in(backup: Backup, database: Database, patient: str, passphrase: str | None) -> str:
    """Take the patient out of a backup: it is then ``rewritten`` or ``deleted``, or as it was."""
    if fault_of(backup) or (_is_sealed(backup) and passphrase is None):
        delete_backup(backup.path)
        return "deleted"
    with opened_backup(backup, database.url, passphrase if _is_sealed(backup) else None) as copy:
        with copy.writing() as connection:
            rows, left = erase(connection, patient), _patients(connection)
        if rows and left:
            _compacted(copy)
            rewrite_backup(backup, copy, passphrase)
    if rows and not left:
        delete_backup(backup.path)
    return "" if not rows else "rewritten" if left else "deleted"


def _is_sealed(backup: Backup) -> bool:
    return bool(backup.manifest and backup.manifest.sealed)


def _profiles(database: Database, patient: str, left: int) -> list[Path]:
    """The saved profiles that name the patient; all of them where the diary, and the folder it is in, was theirs alone.

    The diaries of one folder share them.
    """
    folder = profiles_folder(shown(database.url))
    saved = sorted(folder.glob("*.toml"))
    if not left and not _other_diaries(folder.parent, database.path):
        return saved
    return [path for path in saved if _names(path.read_text("utf-8", "replace"), patient)]


def _other_diaries(folder: Path, mine: Path | None) -> list[Path]:
    return [path for path in folder.glob("*.sqlite") if mine is None or path.resolve() != mine.resolve()]


def _clear_uploads() -> int:
    """Delete the files that were sent to the page and wait for a decision. Returns how many."""
    folders = Path(tempfile.gettempdir()).glob(UPLOADS)
    return sum(_deleted(path) for folder in folders if _is_uploads(folder) for path in list(folder.iterdir()))


def _is_uploads(folder: Path) -> bool:
    """Whether the folder is one that our page made: its owner's alone, with nothing but such names in it."""
    found = folder.lstat()
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    private = stat.S_ISDIR(found.st_mode) and (os.name == "nt" or stat.S_IMODE(found.st_mode) == 0o700)
    return ours and private and all(UPLOAD.match(path.name) for path in folder.iterdir())


def _deleted(path: Path) -> bool:
    try:
        path.unlink()
    except OSError as error:
        raise DiaryError(
            f"{path} cannot be deleted ({error.strerror}). Delete it yourself, and forget the patient again."
        ) from error
    return True


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
