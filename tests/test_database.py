"""What a database is asked, and what it lets whom do: queries, roles, pools, and a writer that falls silent."""

import os
import re
import time
import uuid
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from diary.facts import CLASSES
from diary.model import DayLog, DiaryError, Treatment
from diary.store import Store
from tests.begun import begin_blank
from tests.conftest import POSTGRES, fresh_schema

MARCH = date(2026, 3, 1)
GUIDE = Path(__file__).parents[1] / "data" / "postgresql" / "README.md"


@contextmanager
def queries(store):
    """The SELECT statements that are sent to the database."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.extend([statement] * statement.startswith("SELECT"))

    sa.event.listen(store._database._engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(store._database._engine, "before_cursor_execute", note)


@pytest.mark.parametrize("patients", [1, 50])
@pytest.mark.parametrize("read", [Store.tables, Store.frames])
def test_however_many_patients_there_are_each_table_is_one_query(store, read, patients):
    codes = [f"P{number}" for number in range(patients)]
    store.record(*(DayLog(code, MARCH, headache=True) for code in codes))
    store.record(*(Treatment(code, "botulinum", "Botox", MARCH, amount=155) for code in codes))

    with queries(store) as sent:
        read(store)

    assert len(CLASSES) == len(sent)


def test_only_the_tables_that_are_asked_for_are_read(store):
    with queries(store) as sent:
        frames = store.frames(names=("treatments", "consultations"))

    assert ["treatments", "consultations"] == list(frames)
    assert 2 == len(sent)


# --- PostgreSQL


@pytest.fixture
def server():
    if server := os.environ.get(POSTGRES):
        return server
    return pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")


@pytest.fixture
def clinic(server):
    """A diary on the server."""
    with fresh_schema(server) as url:
        begin_blank(url)
        yield url


def administrate(url, *statements):
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def roles(clinic):
    """A clinician and an auditor with the rights that the guide gives them: the URLs under which they work."""
    guide = re.search("<!-- roles -->\n```sql\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[1]
    url, own = sa.make_url(clinic), f"test_{uuid.uuid4().hex[:8]}"
    names = {kind: f"{own}_{kind}" for kind in ("clinician", "auditor")}
    for word, real in {
        "public": schema_of(clinic),
        "DATABASE diary": f"DATABASE {url.database}",
        "migraine_": f"{own}_",
    }.items():
        guide = guide.replace(word, real)
    both = ", ".join(names.values())
    administrate(clinic, *filter(str.strip, guide.split(";")), *(f"ALTER ROLE {name} LOGIN" for name in names.values()))
    yield {kind: url.set(username=name).render_as_string() for kind, name in names.items()}
    administrate(clinic, f"DROP OWNED BY {both}", f"DROP ROLE {both}")


@pytest.mark.postgres
def test_a_clinician_reads_writes_and_corrects(roles):
    with Store.open(roles["clinician"]) as store:
        store.record(DayLog("P1", MARCH, headache=True))
        store.record(DayLog("P1", MARCH, headache=False))
        store.remove(store.day("P1", MARCH))

        assert ["corrected", "removed"] == [change.action for change in store.history()]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement", ["DELETE FROM history", "UPDATE history SET action = ''", "DELETE FROM imports", "DROP TABLE scores"]
)
def test_a_clinician_cannot_change_what_was(roles, statement):
    with Store.open(roles["clinician"]) as store, pytest.raises(DiaryError, match="does not allow this"):
        forbidden(store, statement)


def forbidden(store, statement):
    with store._database.writing() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.postgres
def test_an_auditor_reads_and_cannot_write(clinic, roles):
    with Store.open(clinic) as store:
        store.record(DayLog("P1", MARCH, headache=True))

    with Store.open(roles["auditor"]) as store:
        assert ["P1"] == store.patients()
        assert 1 == len(store.tables().days)
        with pytest.raises(DiaryError, match="does not allow this. Ask for the right to read and write"):
            store.record(DayLog("P1", MARCH, headache=False))


@pytest.mark.postgres
def test_who_may_not_make_tables_is_told_whom_to_ask(clinic, roles):
    administrate(clinic, "DELETE FROM alembic_version")

    with pytest.raises(DiaryError, match="you may not make them. Ask its owner to run once: migraine imports"):
        Store.open(roles["clinician"])


@pytest.mark.postgres
def test_a_writer_that_falls_silent_loses_its_turn_and_nothing_is_kept(clinic):
    with Store.open(clinic) as silent, Store.open(clinic, wait=5) as other:
        with pytest.raises(DiaryError, match="heard nothing of this program for too long. Nothing was changed"):
            begin_and_fall_silent(silent, other)
        silent.record(DayLog("P3", MARCH, headache=True))

        assert ["P2", "P3"] == other.patients()


def begin_and_fall_silent(silent, other):
    with silent._database.writing() as connection:
        assert "2min" == connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
        connection.exec_driver_sql("INSERT INTO patients (patient) VALUES ('P1')")
        other.record(DayLog("P2", MARCH, headache=True))
        time.sleep(0.2)
        connection.exec_driver_sql("INSERT INTO patients (patient) VALUES ('P4')")


@pytest.mark.postgres
def test_two_diaries_on_one_server_do_not_wait_for_each_other(server, clinic):
    with fresh_schema(server) as place, Store.open(clinic) as one, Store.open(place, wait=0.1) as other:
        with one._database.writing():
            other.record(DayLog("P1", MARCH, headache=True))

        assert (["P1"], []) == (other.patients(), one.patients())


@pytest.mark.postgres
def test_two_that_reach_one_diary_by_different_search_paths_wait_for_each_other(server, clinic):
    with fresh_schema(server) as empty, ExitStack() as stack:
        detour = f"-csearch_path={schema_of(empty)},{schema_of(clinic)}"
        by_detour = sa.make_url(clinic).update_query_dict({"options": detour})
        one = stack.enter_context(Store.open(clinic))
        other = stack.enter_context(Store.open(by_detour.render_as_string(hide_password=False), wait=0.1))
        with one._database.writing(), pytest.raises(DiaryError, match="written by another program"):
            other.record(DayLog("P1", MARCH, headache=True))


def schema_of(url):
    """The schema that the URL leads into."""
    return re.search("search_path=(.*)", sa.make_url(url).query["options"])[1]


@pytest.mark.postgres
def test_a_connection_that_the_server_has_closed_is_not_noticed(clinic):
    name = f"test_{uuid.uuid4().hex}"
    with Store.open(f"{clinic}&application_name={name}") as store:
        store.record(DayLog("P1", MARCH, headache=True))
        administrate(
            clinic, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
        )

        assert ["P1"] == store.patients()


@pytest.mark.postgres
def test_a_service_file_says_where_the_diary_is(clinic, tmp_path, monkeypatch):
    url = sa.make_url(clinic)
    lines = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database, **url.query}
    (tmp_path / "services").write_text("\n".join(["[clinic]", *(f"{name}={value}" for name, value in lines.items())]))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))

    with Store.open("postgresql+psycopg://?service=clinic") as store:
        store.record(DayLog("P1", MARCH, headache=True))

    with Store.open(clinic) as store:
        assert ["P1"] == store.patients()
