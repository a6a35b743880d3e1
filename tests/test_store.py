"""The store: what goes in comes out, corrections keep what was there, and failures are said in a sentence."""

import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from diary.database import Database, sentence, url_of
from diary.days import day_tables
from diary.migrations import configuration
from diary.model import (
    AdverseEvent,
    Attack,
    Batch,
    DayLog,
    DiaryError,
    Dose,
    Injection,
    Patient,
    Problem,
    Score,
    Source,
    Treatment,
)
from diary.schema import METADATA, REVISION
from diary.store import Store
from diary.tables import FACTS
from tests.drawing import record

SUNDAY = date(2026, 3, 1)
MILD = DayLog("P1", SUNDAY, headache=True, severity=1, source="sheet")
SEVERE = replace(MILD, severity=3)
SESSION = Treatment("P1", "botulinum", "Botox", date(2026, 1, 5), amount=155)
FRONTALIS = Injection(SESSION.treatment_id, "frontalis", "left", 2, 10)
ONE_OF_EACH = Batch(
    patients=(Patient("P1", born=1980),),
    sources=(Source("P1", "log"), Source("P1", "sheet", medication=True)),
    days=(MILD,),
    attacks=(Attack("P1", datetime(2026, 3, 1, 22), ongoing=True),),
    doses=(Dose("P1", datetime(2026, 3, 1, 22, 30), "sumatriptan", amount=50, unit="mg"),),
    treatments=(SESSION,),
    injections=(FRONTALIS,),
    scores=(Score("P1", SUNDAY, "hit6", 64), Score("P1", SUNDAY, "hit6", 10, item="1")),
    events=(AdverseEvent("P1", date(2026, 1, 9), "neck pain", severity="mild"),),
)


def sheet(*days):
    """A batch of day logs."""
    return Batch(days=days)


def counts(counted):
    """The counts that are not zero."""
    return {name: number for name, number in counted.items() if number}


# --- in and out


def test_a_new_diary_is_empty(store):
    assert (Batch(), [], []) == (store.batch(), store.patients(), store.imports())


def test_every_kind_of_fact_comes_out_as_it_went_in(store):
    store.add(ONE_OF_EACH, layout="sheet")

    assert ONE_OF_EACH == store.batch()


def test_facts_survive_closing(location):
    with Store.open(location) as store:
        store.add(ONE_OF_EACH, layout="sheet")

    with Store.open(location) as store:
        assert ONE_OF_EACH == store.batch()


def test_adding_says_what_was_new(store):
    added = store.add(ONE_OF_EACH, layout="sheet").added

    assert 2 == added["scores"]
    assert 1 == added["injections"]


def test_a_patient_and_source_that_are_only_named_are_made(store):
    store.record(MILD)

    assert (Patient("P1"),) == store.batch().patients
    assert (Source("P1", "sheet"),) == store.batch().sources


def test_a_diary_of_another_patient_is_left_out(store):
    store.add(ONE_OF_EACH, layout="sheet")
    store.record(DayLog("P2", SUNDAY, headache=False))

    assert ["P1", "P2"] == store.patients()
    assert ONE_OF_EACH == store.batch("P1")
    assert ("P2",) == tuple(store.frames("P2")["days"]["patient"])


CODES = ["10", "9", "Zoe", "anna", "zoe", "Ärmel"]
"""Codes that languages and databases sort in different orders."""


def test_parts_hold_every_patient_once_and_whole(store):
    for code in CODES:
        session = replace(SESSION, patient=code, treatment_id=f"session {code}")
        store.record(replace(MILD, patient=code), session, replace(FRONTALIS, treatment_id=session.treatment_id))

    parts = list(store.frames_by_part(4))

    assert [4, 2] == [len(part["patients"]) for part in parts]
    for name in ("patients", "sources", "days", "treatments", "injections"):
        joined = pd.concat([part[name] for part in parts]).sort_values(list(parts[0][name])[:2])
        assert joined.to_csv(index=False) == store.frames()[name].sort_values(list(joined)[:2]).to_csv(index=False)
    assert all(set(part["days"]["patient"]) == set(part["patients"]["patient"]) for part in parts)


def test_a_part_of_any_size_takes_one_query_for_each_table(store):
    store.record(*(replace(MILD, patient=f"P{number}") for number in range(1200)))
    asked = []
    sa.event.listen(store._database._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    [_] = store.frames_by_part(2000)

    assert 1 + len(FACTS) == len([statement for statement in asked if statement.startswith("SELECT")])


def test_a_batch_is_limited_to_days(store):
    store.add(ONE_OF_EACH, layout="sheet")

    march = store.batch("P1", SUNDAY, SUNDAY)

    assert (1, 1, 1, 2) == (len(march.days), len(march.attacks), len(march.doses), len(march.scores))
    assert ((), (), ()) == (march.treatments, march.injections, march.events)


def test_an_attack_that_ends_on_the_first_day_is_within(store):
    night = Attack("P1", datetime(2026, 2, 28, 23), datetime(2026, 3, 1, 1))
    store.record(night, replace(night, attack_id="b", end=datetime(2026, 3, 1)))

    assert (night,) == store.batch("P1", first=SUNDAY).attacks


def test_a_preventive_that_still_runs_is_within_any_later_day(store):
    running = Treatment("P1", "preventive", "topiramate", date(2025, 1, 1))
    store.record(running)

    assert (running,) == store.batch("P1", SUNDAY, SUNDAY).treatments


def test_single_facts_can_be_looked_up(store):
    store.add(ONE_OF_EACH, layout="sheet")

    assert MILD == store.day("P1", SUNDAY)
    assert store.day("P1", date(2026, 3, 2)) is None
    assert ONE_OF_EACH.attacks[0] == store.open_attack("P1")
    assert store.open_attack("P2") is None
    assert [SESSION] == store.treatments("P1")
    assert list(ONE_OF_EACH.doses) == store.doses("P1", SUNDAY, SUNDAY)
    assert [] == store.doses("P1", last=date(2026, 2, 28))


def test_tables_are_those_of_the_same_facts_without_a_store(store):
    store.add(ONE_OF_EACH, layout="sheet")

    expected = day_tables(record(*(fact for name in METADATA_NAMES for fact in getattr(ONE_OF_EACH, name))))

    assert expected.days.equals(store.tables("P1").days)


METADATA_NAMES = ("patients", "sources", "days", "attacks", "doses", "treatments", "injections", "scores", "events")


# --- the same again, corrections, contradictions


@pytest.mark.parametrize(
    "facts",
    [
        (),
        (MILD,),
        (SESSION,),
        (DayLog("P1", date(2026, 3, 4), note="at the sea"), MILD),
        (Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 3, 0)), Attack("P2", datetime(2026, 2, 1, 22))),
        (Attack("P1", datetime(2026, 3, 1, 22), datetime(2026, 3, 3, 0, 1)), MILD),
        (Attack("P1", datetime(2026, 3, 5, 22), ongoing=True), MILD),
    ],
)
def test_the_last_day_is_that_of_the_tables(store, facts):
    store.record(*facts)

    days = store.tables().days["date"]
    assert (None if days.empty else days.max().date()) == store.last_day()


def test_the_same_file_twice_is_imported_once(store):
    first = store.add(ONE_OF_EACH, layout="sheet", file_name="diary.xlsx", file_hash="ab" * 32)
    second = store.add(ONE_OF_EACH, layout="sheet", file_name="copy.xlsx")

    assert (1, None) == (first.import_id, second.import_id)
    assert first.added == second.unchanged
    assert ["diary.xlsx"] == [done.file_name for done in store.imports("P1")]


def test_an_import_remembers_what_was_assumed_and_counted(store):
    store.add(replace(sheet(MILD), assumptions=("Severity is 0 to 3.",)), layout="table", file_hash="ab" * 32)

    (done,) = store.imports("P1")

    assert ("P1", "table", "ab" * 32, ("Severity is 0 to 3.",)) == (
        done.patient,
        done.layout,
        done.file_hash,
        done.assumptions,
    )
    assert {"patients": 1, "sources": 1, "days": 1} == counts(done.counts["added"])


def test_a_correction_holds_and_keeps_what_was_there(store):
    store.add(sheet(MILD), layout="sheet")

    corrected = store.add(sheet(SEVERE), layout="sheet")

    assert {"days": 1} == counts(corrected.corrected)
    assert SEVERE == store.day("P1", SUNDAY)
    (change,) = store.history("P1")
    assert (MILD, "corrected", corrected.import_id) == (change.was, change.action, change.import_id)


def test_own_entries_are_corrected_without_an_import(store):
    store.record(MILD)
    store.record(SEVERE)

    assert [(MILD, None)] == [(change.was, change.import_id) for change in store.history("P1")]
    assert [] == store.imports()


def test_a_correction_may_say_less(store):
    store.record(SEVERE)
    store.record(replace(SEVERE, severity=None))

    assert store.day("P1", SUNDAY).severity is None


def test_when_it_was_entered_is_no_correction(store):
    morning = replace(MILD, entered=datetime(2026, 3, 1, 8))
    store.record(morning)

    again = store.record(replace(MILD, entered=datetime(2026, 3, 1, 20)))

    assert {"days": 1} == counts(again.unchanged)
    assert morning == store.day("P1", SUNDAY)


def test_another_source_does_not_overwrite(store):
    store.add(sheet(MILD), layout="sheet")

    other = store.add(sheet(replace(SEVERE, source="app", nausea=True)), layout="app")

    assert MILD == store.day("P1", SUNDAY)
    assert [
        Problem(
            "P1, day 2026-03-01",
            "'sheet' and 'app' differ in severity, nausea; what 'sheet' says is kept.",
            'Compare the two; to take the other one, import it with --prefer "app".',
        )
    ] == other.problems


def test_two_sources_that_agree_are_no_problem(store):
    store.add(sheet(MILD), layout="sheet")

    other = store.add(sheet(replace(MILD, source="app")), layout="app")

    assert ([], 1) == (other.problems, other.unchanged["days"])


def test_a_name_that_two_patients_share_does_not_mix_them_up(store):
    one = Attack("P1", datetime(2026, 3, 1, 22), source="app", attack_id="1")
    store.add(Batch(attacks=(one,)), layout="app")

    other = store.add(Batch(attacks=(replace(one, patient="P2"),)), layout="app")

    assert (one,) == store.batch().attacks
    assert ["P2, attack 2026-03-01 22:00:00"] == [problem.where for problem in other.problems]


def test_of_two_entries_in_one_file_the_last_one_is_taken(store):
    added = store.add(sheet(MILD, SEVERE), layout="sheet")
    again = store.add(sheet(MILD, SEVERE), layout="sheet")

    assert SEVERE == store.day("P1", SUNDAY)
    assert ["There are two entries that differ in severity; the last one is taken."] == [p.what for p in added.problems]
    assert {} == counts(again.corrected)


def test_what_is_known_of_a_patient_never_becomes_less(store):
    store.record(Patient("P1", born=1980))
    store.record(Patient("P1", sex="f"))

    assert (Patient("P1", born=1980, sex="f"),) == store.batch().patients


def test_a_source_that_once_had_medicines_has_a_place_for_them(store):
    store.record(Source("P1", "app", medication=True))
    store.record(Source("P1", "app", events_only=True))

    assert (Source("P1", "app", events_only=True, medication=True),) == store.batch().sources


def test_what_was_corrected_by_hand_is_not_undone_by_the_same_file(store):
    store.add(sheet(MILD), layout="sheet")
    store.record(SEVERE)

    again = store.add(sheet(MILD), layout="sheet")

    assert SEVERE == store.day("P1", SUNDAY)
    assert (None, ["corrected by hand"]) == (again.import_id, [p.what[15:32] for p in again.problems])


def test_what_was_removed_by_hand_is_not_brought_back_by_the_same_file(store):
    store.add(sheet(MILD), layout="sheet")
    store.remove(MILD)

    store.add(sheet(MILD), layout="sheet")

    assert store.day("P1", SUNDAY) is None


def test_what_was_removed_can_be_entered_again(store):
    store.record(MILD)
    store.remove(MILD)
    store.record(MILD)

    assert MILD == store.day("P1", SUNDAY)


def test_a_removed_session_takes_its_injections_along(store):
    store.add(ONE_OF_EACH, layout="sheet")

    store.remove(SESSION)

    assert ((), ()) == (store.batch().treatments, store.batch().injections)
    assert [(FRONTALIS, "removed"), (SESSION, "removed")] == [(c.was, c.action) for c in store.history("P1")]


def test_the_history_of_one_fact_can_be_read_alone(store):
    total = Score("P1", SUNDAY, "hit6", 64)
    store.record(MILD, total)
    store.record(SEVERE, replace(total, value=60))

    assert [replace(total, value=64.0)] == [change.was for change in store.history("P1", total)]


def test_what_is_not_there_cannot_be_removed(store):
    with pytest.raises(DiaryError, match="P1, day 2026-03-01 is not in the diary"):
        store.remove(MILD)


def test_a_patient_with_entries_cannot_be_removed(store):
    store.record(MILD)

    with pytest.raises(DiaryError, match="Remove those first"):
        store.remove(Patient("P1"))


# --- what cannot be kept


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"minutes": 40_000}, "The minutes 40000 is not a whole number from -32768 to 32767."),
        ({"intensity": float("nan")}, "The intensity nan is not a number."),
        ({"note": "a\0b"}, r"The note 'a\x00b' is not plain text."),
        ({"patient": ""}, "There is no patient."),
        ({"date": datetime(2026, 3, 1, 8)}, "is not a date like 2026-03-01."),
        ({"entered": datetime.fromisoformat("2026-03-01T08:00+01:00")}, "without a zone."),
    ],
)
def test_a_fact_that_no_column_can_hold_is_left_out(store, wrong, sentence):
    good = replace(MILD, date=date(2026, 3, 2))

    (problem,) = store.record(replace(MILD, **wrong), good).problems

    assert sentence in problem.what
    assert (good,) == store.batch().days


def test_an_injection_without_its_session_is_left_out(store):
    (problem,) = store.record(FRONTALIS).problems

    assert "Its session is not in the diary." == problem.what
    assert Batch() == store.batch()


def test_an_injection_may_come_after_its_session(store):
    store.record(SESSION)
    store.record(FRONTALIS)

    assert (FRONTALIS,) == store.batch("P1").injections


# --- the schema


def test_migrations_lead_to_the_declared_tables(store):
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": METADATA})

        assert [] == compare_metadata(context, METADATA)
        for table in METADATA.tables.values():
            key = sa.inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
            assert [column.name for column in table.primary_key] == key


def test_the_schema_of_this_version_is_the_newest_migration(store):
    with store._database.reading() as connection:
        assert REVISION == ScriptDirectory.from_config(configuration(connection)).get_current_head()


# --- several at once


def test_a_reader_does_not_wait_for_a_writer(location):
    with Store.open(location) as writer, Store.open(location, wait=0.1) as reader, writer._database.writing():
        assert Batch() == reader.batch()


def test_a_second_writer_is_told_after_a_while(location):
    with Store.open(location) as store, Store.open(location, wait=0.1) as other:
        with store._database.writing(), pytest.raises(DiaryError, match=r"written by another program. Try again"):
            other.record(MILD)
        other.record(MILD)

        assert MILD == store.day("P1", SUNDAY)


def write_and_fail(store):
    with store._database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO patients (patient) VALUES ('P1')")
        connection.exec_driver_sql("INSERT INTO sources (patient, source) VALUES ('P1', NULL)")


def test_a_failure_in_the_middle_leaves_nothing_behind(store):
    with pytest.raises(DiaryError):
        write_and_fail(store)

    assert [] == store.patients()


# --- SQLite


@pytest.fixture
def path(tmp_path):
    """A new diary's file."""
    path = tmp_path / "folder" / "diary.sqlite"
    Store.open(str(path)).close()
    return path


def pragma(path, name):
    database = Database(str(path))
    with database.reading() as connection:
        value = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    database.close()
    return value


def test_the_file_and_those_beside_it_are_for_their_owner_alone(path):
    with Store.open(str(path)) as store:
        store.record(MILD)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}

    assert {0o600} == modes


def test_sqlite_keeps_a_log_syncs_fully_and_checks_references(path):
    assert ("wal", 2, 1) == (pragma(path, "journal_mode"), pragma(path, "synchronous"), pragma(path, "foreign_keys"))


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear colleague, " * 100)

    with pytest.raises(DiaryError, match=r"letter.txt is not a diary. Name another file"):
        Store.open(str(tmp_path / "letter.txt"))


def test_a_database_that_is_no_diary_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "other.sqlite")
    connection.execute("CREATE TABLE cats (name TEXT)")
    connection.close()

    with pytest.raises(DiaryError, match="a database, but not a diary"):
        Store.open(str(tmp_path / "other.sqlite"))


def test_a_diary_that_can_only_be_read_can_be_read(path):
    with Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert Batch() == store.batch()
        with pytest.raises(DiaryError, match="can only be read. Allow writing"):
            store.record(MILD)


def test_a_full_disk_is_said_and_changes_nothing(path):
    with Store.open(str(path)) as store:
        with store._database.reading() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # the pool hands the same connection out again
        with pytest.raises(DiaryError, match="the disk is full. Nothing was changed"):
            store.record(*(replace(MILD, date=SUNDAY + timedelta(n), note="x" * 1000) for n in range(100)))

        assert Batch() == store.batch()


def test_a_damaged_file_is_said(path):
    with Store.open(str(path)) as store:
        store.record(MILD)
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(content)

    with pytest.raises(DiaryError, match="is damaged. Restore it from a backup"):
        Store.open(str(path))


def test_a_folder_is_no_diary(tmp_path):
    with pytest.raises(DiaryError, match="cannot be"):
        Store.open(str(tmp_path))


# --- servers


@pytest.mark.parametrize("location", ["mysql://host/diary", "oracle://host/diary"])
def test_other_databases_are_refused(location):
    with pytest.raises(DiaryError, match="Use sqlite or postgresql"):
        Store.open(location)


def test_a_server_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(
        DiaryError, match=r"postgresql\+psycopg://doctor:\*\*\*@localhost:1/diary cannot be reached"
    ) as raised:
        Store.open("postgresql://doctor:secret@localhost:1/diary")

    assert "secret" not in str(raised.value)


def test_an_unexpected_error_is_named_by_its_code():
    error = sqlite3.OperationalError("near 'P1': syntax error")

    told = sentence(error, url_of("diary.sqlite"))

    assert "The diary at diary.sqlite cannot be used (OperationalError). Run migraine doctor." == told


# --- speed


def test_recording_loads_neither_pandas_nor_alembic_nor_what_encrypts(path):
    code = (
        "import sys; from datetime import date; from diary.model import DayLog; from diary.store import Store\n"
        f"with Store.open({str(path)!r}) as store: store.record(DayLog('P1', date(2026, 3, 1), headache=False))\n"
        "print(sorted({'pandas', 'numpy', 'alembic', 'matplotlib', 'sqlcipher3', 'pyrage'} & set(sys.modules)))"
    )

    assert "[]\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
