"""A diary of every schema that there was opens with all that it says; back it goes only where nothing is lost."""

import os
import signal
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from alembic.command import downgrade as take_back
from alembic.command import upgrade as bring
from alembic.script import ScriptDirectory

from diary.database import Database, stored_version
from diary.migrations import MigrationError, configuration, downgrade, filled_columns, upgrade
from diary.model import (
    AdverseEvent,
    Attack,
    Batch,
    Consultation,
    DayLog,
    DiaryError,
    Dose,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Score,
    Source,
    Treatment,
)
from diary.relocking import relock
from diary.schema import ACCESS_LOG, LOGIN_ATTEMPTS, METADATA, REVISION, USERS, WEB_SESSIONS
from diary.store import Store

OLDER = ("0001", "0002", "0003", "0004")
DAY, MOMENT = date(2026, 3, 1), datetime(2026, 3, 1, 22, 5, 7)
FEATURES = dict.fromkeys(
    ("unilateral", "pulsating", "worse_moving", "nausea", "vomiting", "light", "sound", "aura"), True
)
SESSION = Treatment(
    "münchen-7", "botulinum", "Botox", date(2026, 1, 5), end=date(2026, 1, 5), amount=155, unit="U", sites=31,
    protocol="PREEMPT", lot="C7", expiry=date(2027, 1, 1), dilution=2.0, injector="AB", consent=True, reason="chronic",
    note="erste Sitzung", source="sheet",
)  # fmt: skip
EVERYTHING = Batch(
    patients=(Patient("münchen-7", born=1980, sex="f", note="“Größe”"), Patient("P2")),
    sources=(Source("münchen-7", "sheet", events_only=False, medication=True), Source("P2", "log")),
    days=(
        DayLog(
            "münchen-7", DAY, headache=True, kind="migraine", severity=3, intensity=6.7, minutes=210, starts=1,
            **FEATURES, acute=True, disability=2, menses=False, note="x' OR 1=1 --", source="sheet", entered=MOMENT,
        ),
        DayLog("P2", DAY, headache=False),
    ),
    attacks=(
        Attack(
            "münchen-7", MOMENT, datetime(2026, 3, 2, 4), utc_offset=60, kind="migraine", severity=3, intensity=8.5,
            **FEATURES, note="in der Nacht", source="sheet", entered=MOMENT,
        ),
    ),
    doses=(
        Dose(
            "münchen-7", MOMENT, "foobarol", medicine_class="triptan", amount=0.1, unit="mg", relief=2, attack_id="a1",
            source="sheet",
        ),
    ),
    treatments=(SESSION,),
    injections=(Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),),
    scores=(Score("münchen-7", DAY, "hit6", 64, source="sheet"), Score("münchen-7", DAY, "hit6", 10, "1", "sheet")),
    events=(
        AdverseEvent(
            "münchen-7", date(2026, 1, 9), "neck pain", severity="mild", resolved=date(2026, 1, 20),
            treatment_id=SESSION.treatment_id, action="none", serious=False, note="links", source="sheet",
        ),
    ),
    consultations=(Consultation("münchen-7", DAY, "goal", "fewer days", note="50 %", source="sheet"),),
    factors=(Factor("münchen-7", DAY, "sleep", 6.5, source="sheet"),),
    choices=(FactorChoice("münchen-7", "sleep", date(2026, 2, 1), source="sheet"),),
)  # fmt: skip
CLINIC = {
    USERS: {
        "name": "anna", "role": "patient", "patient": "P2", "password_hash": "$argon2id$", "must_change": True,
        "created_at": MOMENT, "disabled_at": MOMENT,
    },
    WEB_SESSIONS: {
        "token_hash": "ab", "user_name": "anna", "created_at": MOMENT, "seen_at": MOMENT, "expires_at": MOMENT
    },
    LOGIN_ATTEMPTS: {"subject": "anna", "failures": 1.5, "failed_at": MOMENT},
    ACCESS_LOG: {"at": MOMENT, "user_name": "anna", "action": "read", "patient": "P2", "what": "month.index"},
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The rows of every table of a diary in which everything has happened, by table."""
    with closing(Database(str(tmp_path_factory.mktemp("full") / "diary.sqlite"))) as database:
        store = Store(database)
        store.add(EVERYTHING, layout="sheet", file_name="diary.xlsx", file_hash="ab" * 32)
        another = store.add(Batch(days=(replace(EVERYTHING.days[0], date=date(2026, 4, 1)),)), layout="sheet")
        store.undo(another.import_id)
        store.add(Batch(days=(replace(EVERYTHING.days[0], severity=2),)), layout="sheet")
        store.class_medicine("barfoonol", "triptan")
        with database.writing() as connection:
            for table, row in CLINIC.items():
                connection.execute(table.insert().values(row))
            connection.exec_driver_sql("UPDATE imports SET patient = 'münchen-7'")
        return read(database)


def read(database, columns=None):
    """The rows of every table as sets of values, whatever their order; only of these columns, where they are given."""
    with database.reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(*kept)).mappings()]
            for table in METADATA.sorted_tables
            if (kept := [one for one in table.columns if columns is None or (table.name, one.name) in columns])
        }


def in_any_order(tables):
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


def make(location, revision, rows):
    """A diary as it was at that schema, with the rows as far as it has a place for them. Returns its columns."""
    with closing(Database(location, migrate=False)) as database, database.writing() as connection:
        bring(configuration(connection), revision)
        columns = existing(connection)
        for table in METADATA.sorted_tables:
            kept = [{name: row[name] for name in row if (table.name, name) in columns} for row in rows[table.name]]
            if any(kept):
                connection.execute(table.insert(), kept)
    return columns


def existing(connection):
    inspector = sa.inspect(connection)
    return {(table, one["name"]) for table in inspector.get_table_names() for one in inspector.get_columns(table)}


def only(rows, columns):
    """The rows without what that schema had no place for."""
    kept = {
        table: [{name: row[name] for name in row if (table, name) in columns} for row in found]
        for table, found in rows.items()
    }
    return {table: found for table, found in kept.items() if any(name == table for name, _ in columns)}


def test_the_rows_of_these_tests_leave_no_column_of_any_table_empty(rows):
    filled = {(table, name) for table, found in rows.items() for row in found for name in row if row[name] is not None}

    assert {(table.name, column.name) for table in METADATA.sorted_tables for column in table.columns} == filled


# --- up


@pytest.mark.parametrize("revision", [*OLDER, REVISION])
def test_a_diary_of_every_schema_opens_and_says_all_that_it_said(location, rows, revision):
    columns = make(location, revision, rows)

    with closing(Database(location)) as database:
        assert in_any_order(only(rows, columns)) == in_any_order(read(database, columns))
        known = {table for table, _ in columns}
        for table, found in read(database).items():
            assert {None} >= {
                row[name] for row in found for name in row if table in known and (table, name) not in columns
            }
        with database.reading() as connection:
            assert {(table.name, one.name) for table in METADATA.sorted_tables for one in table.columns} == {
                one for one in existing(connection) if one[0] != "alembic_version"
            }


def test_what_the_oldest_diary_said_comes_out_as_facts_and_can_be_added_to(location, rows):
    make(location, "0001", rows)

    with Store.open(location) as store:
        assert EVERYTHING.scores == store.batch("münchen-7").scores
        assert EVERYTHING.attacks == store.batch("münchen-7").attacks
        assert EVERYTHING.injections == store.batch("münchen-7").injections
        assert 2 == len(store.history("münchen-7"))
        store.record(DayLog("P2", date(2026, 3, 2), headache=True))
        assert 2 == len(store.batch("P2").days)


def test_an_encrypted_diary_of_an_older_schema_opens_too(tmp_path, rows):
    path = tmp_path / "diary.sqlite"
    make(str(path), REVISION, rows)
    relock(path, None, "four words in a row")
    with closing(Database(str(path), passphrase="four words in a row")) as database, database.writing() as connection:
        take_back(configuration(connection), "0001")
        columns = existing(connection)

    with closing(Database(str(path), passphrase="four words in a row")) as database:
        assert "0001" == database.version
        assert in_any_order(only(rows, columns)) == in_any_order(read(database, columns))


def test_a_diary_of_the_future_is_left_alone(location, rows):
    make(location, REVISION, rows)
    with closing(Database(location)) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DiaryError, match=r"newer version of this program \(schema 9999.*Update the program"):
        Store.open(location)
    with pytest.raises(DiaryError, match="newer version"):
        Database(location, migrate=False)


def test_every_migration_is_one_that_these_tests_know(location):
    with closing(Database(location)) as database, database.reading() as connection:
        found = ScriptDirectory.from_config(configuration(connection)).walk_revisions()

        assert [REVISION, *reversed(OLDER)] == [script.revision for script in found]


# --- down


@pytest.mark.parametrize("revision", OLDER)
def test_back_and_forth_again_where_nothing_is_lost(location, rows, revision):
    columns = make(location, revision, rows)
    with closing(Database(location)) as database:
        before = in_any_order(read(database))
        with database.writing() as connection:
            downgrade(connection, revision)
            assert columns == existing(connection)
            upgrade(connection)

        assert before == in_any_order(read(database))


@pytest.mark.parametrize(
    ("revision", "named"),
    [
        ("0004", r"access_log.*users\.role.*web_sessions"),
        ("0003", r"consultations.*events\.serious.*treatments\.lot"),
        ("0002", r"choices.*factors"),
        ("0001", r"imports\.undone_at.*medicines"),
    ],
)
def test_back_is_refused_where_something_would_be_lost(location, rows, revision, named):
    newer = [*OLDER, REVISION][[*OLDER, REVISION].index(revision) + 1]
    columns = make(location, newer, rows)
    with closing(Database(location, migrate=False)) as database:
        with (
            pytest.raises(MigrationError, match=rf"no place for .*{named}.*nothing was changed.*migraine export"),
            database.writing() as connection,
        ):
            downgrade(connection, revision)

        assert in_any_order(only(rows, columns)) == in_any_order(read(database, columns))
        with database.reading() as connection:
            assert newer == stored_version(connection, database.url)


def test_an_empty_diary_goes_back_to_nothing_and_is_made_again(location):
    with closing(Database(location)) as database, database.writing() as connection:
        downgrade(connection, "base")
        assert ["alembic_version"] == sa.inspect(connection).get_table_names()
        upgrade(connection)
        assert {("alembic_version", "version_num")} == filled_columns(connection)


# --- broken off


@pytest.mark.parametrize("statements", [1, 9])
def test_a_migration_that_is_killed_leaves_the_diary_as_it_was(location, rows, statements):
    columns = make(location, "0001", rows)

    assert -signal.SIGKILL == killed_while_migrating(location, statements)

    with closing(Database(location, migrate=False)) as database:
        assert "0001" == database.version
        with database.reading() as connection:
            assert columns == existing(connection)
        assert in_any_order(only(rows, columns)) == in_any_order(read(database, columns))
    with Store.open(location) as store:
        assert EVERYTHING.attacks == store.batch("münchen-7").attacks


def killed_while_migrating(location, statements):
    """How a process ends that is killed after so many statements that change the schema."""
    pid = os.fork()
    if pid == 0:
        changes = 0

        def count(_connection, _cursor, statement, *_rest):
            nonlocal changes
            changes += statement.lstrip().startswith(("CREATE", "ALTER", "UPDATE alembic"))
            if changes == statements:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "after_cursor_execute", count)
        try:
            Database(location)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
