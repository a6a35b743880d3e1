"""A diary goes from one database to the other and back with everything it has; a copy that differs is not kept."""

import os
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from diary.cli.store import store as command
from diary.copying import SLICE, compare_diaries, copy_diary, existing, vacant
from diary.database import StoreError
from diary.model import Batch, DayLog, Dose, Injection, Treatment
from diary.schema import METADATA
from diary.store import Store
from tests.conftest import POSTGRES, fresh_schema
from tests.strategies import batches

MARCH = date(2026, 3, 1)
SESSION = Treatment("münchen-7", "botulinum", "Botox", date(2026, 1, 5), amount=155, lot="C7", consent=True)
SHEET = Batch(
    days=(
        DayLog("münchen-7", MARCH, headache=True, intensity=6.7, source="sheet"),
        DayLog("P2", MARCH, headache=False, source="sheet", entered=datetime(2026, 3, 1, 22, 5, 7)),
    ),
    doses=(Dose("P2", datetime(2026, 3, 1, 8), "foobarol", amount=0.1, source="sheet"),),
    treatments=(SESSION,),
    injections=(Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),),
    assumptions=("Severity is 0 to 3.", "Größe: “a\\b”"),
)


ROUTES = ("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "sqlite")


@pytest.fixture(
    params=[pytest.param(way, marks=[pytest.mark.postgres] * (way != ROUTES[0])) for way in ROUTES], ids=str
)
def places(request, tmp_path):
    """Two places where there is no diary yet."""
    with ExitStack() as stack:
        yield [stack.enter_context(PLACES[kind](tmp_path / f"{n}.sqlite")) for n, kind in enumerate(request.param)]


@contextmanager
def in_postgresql(_path):
    if not (server := os.environ.get(POSTGRES)):
        pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")
    with fresh_schema(server) as url:
        yield url


PLACES = {"sqlite": lambda path: nullcontext(str(path)), "postgresql": in_postgresql}


@pytest.fixture
def location(places):
    return places[0]


@pytest.fixture
def elsewhere(places):
    return places[1]


def live(store):
    """Imports, corrections, a removal, an import taken back, and an answer about a medicine."""
    store.add(SHEET, layout="sheet", file_name="diary.xlsx", file_hash="ab" * 32)
    store.class_medicine("foobarol", "triptan")
    store.record(replace(SHEET.days[0], severity=3))
    store.remove(SHEET.days[1])
    second = store.add(Batch(days=(replace(SHEET.days[0], date=date(2026, 3, 2)),)), layout="sheet")
    store.undo(second.import_id)


def content(location):
    """All that a diary says."""
    with Store.open(location) as store:
        return store.batch(), store.history(), store.imports(undone=True), store.own_classes()


@pytest.fixture
def lived(location):
    """The place of a diary in which everything has happened."""
    with Store.open(location) as store:
        live(store)
    return location


def copied(one, other):
    with existing(one) as source, vacant(other) as target:
        return copy_diary(source, target)


def compared(one, other):
    with existing(one) as source, existing(other) as target:
        return compare_diaries(source, target)


# --- a copy


def test_a_copy_has_the_same_facts_history_imports_and_answers(lived, elsewhere):
    copied(lived, elsewhere)

    assert content(lived) == content(elsewhere)


def test_a_copy_of_a_copy_back_in_the_first_kind_of_database_is_the_diary(lived, elsewhere, tmp_path):
    copied(lived, elsewhere)
    copied(elsewhere, str(tmp_path / "back.sqlite"))

    assert content(lived) == content(str(tmp_path / "back.sqlite"))
    assert all(table.same for table in compared(lived, str(tmp_path / "back.sqlite")))


def test_the_facts_of_a_copy_still_belong_to_their_imports(lived, elsewhere):
    copied(lived, elsewhere)

    with Store.open(elsewhere) as store:
        store.undo(1)
        assert ((), ()) == (store.batch().treatments, store.batch().doses)


def test_the_next_import_of_a_copy_has_the_next_number(lived, elsewhere):
    copied(lived, elsewhere)

    with Store.open(elsewhere) as store:
        added = store.add(Batch(days=(DayLog("P9", MARCH, headache=True),)), layout="sheet")
        store.record(DayLog("P9", MARCH, headache=False))
        numbers = [change.history_id for change in store.history()]
    assert 3 == added.import_id
    assert list(range(1, len(numbers) + 1)) == numbers


def test_every_table_is_counted_and_hashed_on_both_sides(lived, elsewhere):
    tables = copied(lived, elsewhere)

    assert [table.name for table in METADATA.sorted_tables] == [found.table for found in tables]
    assert {"imports": 2, "medicines": 1, "patients": 2} == {
        found.table: found.other.rows for found in tables if found.table in ("imports", "medicines", "patients")
    }
    assert all(found.same for found in tables)
    assert tables == compared(lived, elsewhere)


def test_more_rows_than_one_slice_are_all_copied(location, elsewhere):
    days = (date.fromordinal(MARCH.toordinal() + n) for n in range(2 * SLICE + 1))
    with Store.open(location) as store:
        store.record(*(DayLog("P1", day, headache=True) for day in days))
    told = []

    with existing(location) as source, vacant(elsewhere) as target:
        copy_diary(source, target, told.append)

    with Store.open(elsewhere) as store:
        assert 2 * SLICE + 1 == len(store.batch().days)
    assert (sorted(told), 1) == (told, told[-1])


def test_an_empty_diary_can_be_copied(location, elsewhere):
    Store.open(location).close()

    assert 0 == sum(found.other.rows for found in copied(location, elsewhere))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(batch=batches())
def test_whatever_a_diary_can_hold_has_the_same_hash_in_both(location, elsewhere, batch):
    with Store.open(location) as one, Store.open(elsewhere) as other:
        for store in (one, other):
            empty(store)
        one.add(batch, layout="a sheet")
    copied(location, elsewhere)

    assert content(location)[0] == content(elsewhere)[0]


def empty(store):
    with store._database.writing() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())


# --- what is refused, and what leaves nothing behind


def test_a_place_with_a_diary_is_refused_and_stays(lived, elsewhere):
    with Store.open(elsewhere) as store:
        store.record(DayLog("P9", MARCH, headache=True))
    before = content(elsewhere)

    with pytest.raises(StoreError, match=r"already, and it was left as it is\. Name an empty database"):
        copied(lived, elsewhere)

    assert before == content(elsewhere)


def test_a_place_with_the_tables_of_an_older_program_is_refused(lived, elsewhere):
    with Store.open(elsewhere) as store, store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    with pytest.raises(StoreError, match="already, and it was left as it is"):
        copied(lived, elsewhere)


@pytest.mark.parametrize("command", [copied, compared])
def test_where_there_is_no_diary_none_is_made(command, elsewhere, tmp_path):
    nowhere = tmp_path / "nowhere.sqlite"

    with pytest.raises(StoreError, match=r"no diary at .*nowhere.sqlite. Check the path"):
        command(str(nowhere), elsewhere)

    assert not nowhere.exists()


def test_a_place_without_a_diary_gets_no_tables_by_being_compared(lived, elsewhere):
    with pytest.raises(StoreError, match="no diary at"):
        compared(lived, elsewhere)

    engine = sa.create_engine(elsewhere if "://" in elsewhere else f"sqlite:///{elsewhere}")
    assert [] == sa.inspect(engine).get_table_names()
    engine.dispose()


ALTER = {
    "sqlite": ("CREATE TRIGGER later AFTER INSERT ON day_logs BEGIN UPDATE day_logs SET severity = 0; END",),
    "postgresql": (
        "CREATE FUNCTION zero() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.severity := 0; RETURN NEW; END'",
        "CREATE TRIGGER later BEFORE INSERT ON day_logs FOR EACH ROW EXECUTE FUNCTION zero()",
    ),
}
"""A database that does not keep what it is given."""


def test_a_copy_that_differs_is_not_kept(lived, elsewhere):
    with Store.open(elsewhere) as store, store._database.writing() as connection:
        for statement in ALTER[connection.dialect.name]:
            connection.exec_driver_sql(statement)

    with pytest.raises(StoreError, match="does not hold what the diary holds, so nothing was kept"):
        copied(lived, elsewhere)

    assert (Batch(), [], [], {}) == content(elsewhere)


def test_a_copy_that_is_broken_off_leaves_nothing_behind(lived, elsewhere):
    with existing(lived) as source, vacant(elsewhere) as target, pytest.raises(KeyboardInterrupt):
        copy_diary(source, target, interrupt_in_the_middle)

    assert (Batch(), [], [], {}) == content(elsewhere)


def interrupt_in_the_middle(part):
    if part >= 0.5:
        raise KeyboardInterrupt


def test_two_diaries_that_differ_in_one_value_are_told_apart(lived, elsewhere):
    copied(lived, elsewhere)
    with Store.open(elsewhere) as store, store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE day_logs SET intensity = 6.8")

    assert ["day_logs"] == [found.table for found in compared(lived, elsewhere) if not found.same]


# --- the commands


def run(*words):
    result = CliRunner().invoke(command, [*words])
    return result.exit_code, result.output


def test_the_command_prints_a_table_of_both_sides_and_what_to_do_next(lived, elsewhere):
    code, text = run("copy", lived, elsewhere)

    assert 0 == code
    assert "Rows in FROM" in text
    assert f"Copied, read again and compared: 16 rows in {len(METADATA.tables)} tables." in text
    assert "To work with the copy, set MIGRAINE_DIARY to" in text


def test_the_check_says_where_two_diaries_differ(lived, elsewhere):
    run("copy", lived, elsewhere)
    same = run("check", lived, elsewhere)
    with Store.open(elsewhere) as store:
        store.record(replace(SHEET.days[0], severity=1))
    code, text = run("check", lived, elsewhere)

    assert (0, True) == (same[0], f"Both hold the same 16 rows in {len(METADATA.tables)} tables." in same[1])
    assert (1, True) == (code, "The two differ in: history, day_logs." in text)


def test_a_password_on_the_command_line_is_warned_of_and_never_printed():
    code, text = run("check", "postgresql://doctor:secret@localhost:1/diary", "nowhere.sqlite")

    assert 1 == code
    assert "other users of this computer can see the password" in text
    assert "secret" not in text
