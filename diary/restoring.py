"""A diary brought back from a backup: into a place of its own first, compared, and then swapped in one transaction.

Who may log in is restored with it; where somebody was logged in is not, and what the access log says stays.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import sqlalchemy as sa

from diary.access_log import COMMAND_LINE, Access, note_access
from diary.backups import (
    Backup,
    backup_at,
    backups_folder,
    backups_of,
    draft_in,
    fault_of,
    make_backup,
    make_private,
    stem_in,
    sync,
)
from diary.copying import canonical, copy_diary, set_sequences, vacant
from diary.database import Database, StoreError, shown, url_of
from diary.encryption import database_errors, is_encrypted
from diary.manifest import BackupError
from diary.passphrases import PASSPHRASES, PassphraseError
from diary.schema import ACCESS_LOG, LOGIN_ATTEMPTS, METADATA, REVISION, WEB_SESSIONS
from diary.snapshots import examined, fill_memory, snapshot_file, trouble_in

LATEST = "latest"
STAYS = (ACCESS_LOG,)
"""What was done is not undone: a restored diary keeps the access log that it had."""

ENDS = (WEB_SESSIONS, LOGIN_ATTEMPTS)
"""What must not come back: where somebody was logged in then."""

BESIDE = ("", "-wal", "-shm")
"""The endings of the files that are one SQLite database."""

DAMAGED = ".damaged"
SLICE = 1000
BEFORE = "before restore"


class Difference(NamedTuple):
    """One table in the diary and in a backup: the rows that only the one or the other has, and those that differ."""

    table: str
    now: int
    then: int
    only_now: int
    only_then: int
    differing: int

    @property
    def same(self) -> bool:
        """Whether both hold the same."""
        return not (self.only_now or self.only_then or self.differing)


def find_backup(url: sa.URL, named: str) -> Backup:
    """The backup that a path, a name from the list, or the word ``latest`` stands for.

    Raises BackupError: there is none.
    """
    there = backups_of(url)
    whole = [backup for backup in there if not fault_of(backup)] if named == LATEST else []
    named_so = [backup for backup in there if named in (backup.path.name, backup.path.stem)]
    if found := whole[-1:] or named_so:
        return found[0]
    if Path(named).is_file():
        return backup_at(Path(named))
    raise BackupError(f"There is no backup {named!r}. See which there are with: migraine backups")


@contextmanager
def opened_backup(backup: Backup, url: sa.URL, passphrase: str | None = None) -> Iterator[Database]:
    """What a backup holds, as a diary of the newest schema in a place of its own, which goes in the end.

    That of a server's diary is a schema in the database at *url*. Raises BackupError: the backup is damaged, was made
    by a newer version of this program, or cannot be restored here.
    """
    kind = _checked(backup)
    data = _opened(backup, passphrase)
    if kind == "postgresql":
        with _in_schema(data, url) as copy:
            yield copy
    elif isinstance(data, bytes):
        with closing(Database(":memory:", migrate=False)) as copy:
            fill_memory(copy, data)
            yield _upgraded(copy)
    else:
        with _copied(data, url) as path, closing(_opened_file(path, url, passphrase)) as copy:
            yield _upgraded(copy)


def _opened_file(path: Path, url: sa.URL, passphrase: str | None) -> Database:
    """The database in a file; one that is encrypted opens with the diary's passphrase, or with that of before."""
    if passphrase is not None or not is_encrypted(path):
        return Database(str(path), migrate=False, passphrase=passphrase)
    try:
        return Database(str(path), migrate=False, passphrase=PASSPHRASES.of(shown(url)))
    except PassphraseError:
        return Database(str(path), migrate=False, passphrase=PASSPHRASES.ask("the backup", False))


def _checked(backup: Backup) -> str:
    """The kind of a backup that is whole and not from the future."""
    fault, manifest = fault_of(backup), backup.manifest
    if fault or manifest is None:
        raise BackupError(
            f"{backup.path} was not restored. {fault} Take another one: migraine backups. "
            f"To look what is left of it: migraine store copy {backup.path} TO"
        )
    if manifest.schema > REVISION:
        raise BackupError(
            f"{backup.path} was made by a newer version of this program (schema {manifest.schema}, this one knows "
            f"{REVISION}). Update the program and try again."
        )
    return manifest.kind


def _opened(backup: Backup, passphrase: str | None) -> Path | bytes:
    if not (backup.manifest and backup.manifest.sealed):
        return backup.path
    from diary.sealing import unseal

    return unseal(backup.path.read_bytes(), passphrase or "")


@contextmanager
def _copied(path: Path, url: sa.URL) -> Iterator[Path]:
    """The file once more, for its owner alone, to be worked on."""
    draft = draft_in(backups_folder(url), url)
    try:
        make_private(draft)
        shutil.copyfile(path, draft)
        yield draft
    except OSError as error:
        raise BackupError(
            f"{path} cannot be copied to {draft.parent} ({error.strerror}). Make room and try again."
        ) from error
    finally:
        for ending in BESIDE:
            Path(f"{draft}{ending}").unlink(missing_ok=True)


def _upgraded(copy: Database) -> Database:
    from diary.migrations import upgrade

    with copy.writing() as connection:
        upgrade(connection)
        _end_sessions(connection)
    return copy


def _end_sessions(connection: sa.Connection) -> None:
    for table in ENDS:
        connection.execute(table.delete())


@contextmanager
def _in_schema(data: Path | bytes, url: sa.URL) -> Iterator[Database]:
    """A dump's rows in tables of a schema that only lives as long."""
    if url.get_backend_name() != "postgresql":
        raise BackupError(
            "This is the backup of a PostgreSQL diary. Restore it into one, with --store postgresql://…; from there "
            "migraine store copy brings it into a file."
        )
    schema = f"migraine_restore_{token_hex(6)}"
    with closing(Database(_url_text(url), migrate=False)) as server:
        with server.writing() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
        try:
            with closing(Database(_url_text(_within(url, schema)), migrate=False)) as copy:
                _load(copy, data)
                yield copy
        finally:
            with server.writing() as connection:
                connection.execute(sa.schema.DropSchema(schema, cascade=True))


def _within(url: sa.URL, schema: str) -> sa.URL:
    options = " ".join(filter(None, (str(url.query.get("options", "")), f"-csearch_path={schema}")))
    return url.update_query_dict({"options": options})


def _url_text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _load(copy: Database, data: Path | bytes) -> None:
    from alembic import command

    from diary.dumps import load_dump, schema_in_dump
    from diary.migrations import configuration, upgrade

    with copy.writing() as connection:
        command.upgrade(configuration(connection), schema_in_dump(data))
        load_dump(connection, data)
        set_sequences(connection)
        upgrade(connection)
        _end_sessions(connection)


def differences(diary: Database, copy: Database) -> list[Difference]:
    """Every table that a restore would bring back, as it is now and as the copy of a backup has it."""
    with diary.reading() as now, copy.reading() as then:
        return [_difference(table, _rows(now, table), _rows(then, table)) for table in _restored()]


def _difference(
    table: sa.Table, now: dict[tuple[object, ...], bytes], then: dict[tuple[object, ...], bytes]
) -> Difference:
    differing = sum(then[key] != row for key, row in now.items() if key in then)
    return Difference(
        table.name, len(now), len(then), len(now.keys() - then.keys()), len(then.keys() - now.keys()), differing
    )


def _rows(connection: sa.Connection, table: sa.Table) -> dict[tuple[object, ...], bytes]:
    """A short hash of every row, by its key."""
    keys = [list(table.columns).index(column) for column in table.primary_key]
    rows = connection.execute(sa.select(table), execution_options={"yield_per": SLICE})
    return {tuple(row[place] for place in keys): blake2b(canonical(row), digest_size=16).digest() for row in rows}


def _restored() -> list[sa.Table]:
    """The tables that a restore brings back, each after those that its rows need."""
    return [table for table in METADATA.sorted_tables if table not in (*STAYS, *ENDS)]


def swap(diary: Database, copy: Database, name: str) -> Backup:
    """Let the diary say what the copy says: all of it in one transaction, or nothing. Returns what keeps the diary.

    Nobody else can write between that backup and the swap. *name* is noted in the access log.

    Raises DiaryError: the diary cannot be backed up or written, or came to hold something else.
    """
    with copy.reading() as here, diary.writing() as there:
        replaced = make_backup(diary, BEFORE)
        for table in (*ENDS, *reversed(_restored())):
            there.execute(table.delete())
        for table in _restored():
            _copy(here, there, table)
            if _rows(here, table) != _rows(there, table):
                raise StoreError("The restored diary is not what the backup holds, so nothing was kept. Try again.")
        set_sequences(there)
        note_access(there, Access(_now(), COMMAND_LINE, "restored", None, name))
    return replaced


def _copy(here: sa.Connection, there: sa.Connection, table: sa.Table) -> None:
    rows = here.execute(sa.select(table), execution_options={"yield_per": SLICE})
    for some in rows.mappings().partitions():
        there.execute(table.insert(), [dict(row) for row in some])


def fill(place: str, copy: Database) -> None:
    """Write what the copy says to a place where there is no diary; a file is encrypted where the backup is.

    Raises DiaryError: there is something, or it cannot be written.
    """
    url = url_of(place)
    if not (copy.is_sqlite and url.get_backend_name() == "sqlite"):
        with vacant(place) as diary:
            copy_diary(copy, diary)
        return
    path = Path(url.database or "")
    if path.exists():
        raise BackupError(f"{path} exists already, and was left as it is. Name another place.")
    draft = draft_in(path.absolute().parent, url)
    try:
        make_private(draft)
        snapshot_file(copy, draft)
        examined(copy, draft)
        sync(draft)
        os.replace(draft, path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written ({error.strerror}). Make room, or name another place.") from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def usable(location: str) -> Iterator[Database | None]:
    """The diary at a path or URL, if there is one that can be read; None where there is none, or a damaged one.

    Raises StoreError: it was written by a newer version, or its server cannot be reached.
    """
    url = url_of(location)
    if url.get_backend_name() == "sqlite" and not _is_whole(url):
        yield None
        return
    with closing(Database(location)) as diary:
        yield diary


def _is_whole(url: sa.URL) -> bool:
    """Whether the file is there and holds a diary that SQLite finds nothing wrong with."""
    if not Path(url.database or "").is_file():
        return False
    try:
        with closing(Database(_url_text(url), migrate=False)) as diary, diary.reading() as connection:
            return bool(diary.version) and not trouble_in(connection.connection.driver_connection)
    except StoreError as error:
        if getattr(error.__cause__, "sqlite_errorcode", None) is None:
            raise
        return False
    except database_errors():
        return False


def put_aside(url: sa.URL) -> Path | None:
    """Move a damaged diary out of the way, into the folder of the backups, and keep it. None where there is none.

    Raises BackupError: that is not allowed.
    """
    diary = Path(url.database or "")
    if not diary.exists():
        return None
    folder = backups_folder(url)
    aside = folder / f"{stem_in(folder, url)}-damaged-{_now():%Y-%m-%dT%H%M%SZ}{DAMAGED}"
    try:
        aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for ending in reversed(BESIDE):
            if Path(f"{diary}{ending}").exists():
                shutil.move(f"{diary}{ending}", f"{aside}{ending}")
    except OSError as error:
        raise BackupError(
            f"{diary} cannot be put aside ({error.strerror}). Move it yourself, and try again."
        ) from error
    return aside


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
