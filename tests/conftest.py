"""A diary of one's own for each test: in SQLite, and in PostgreSQL where MIGRAINE_TEST_POSTGRES names one."""

import os
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from diary.store import Store
from tests.begun import begin_blank
from tests.browser import Serving, chromium_path, started_chromium

settings.register_profile("ci", derandomize=True)  # a landing must not hang on the luck of a draw
if os.environ.get("CI"):
    settings.load_profile("ci")

POSTGRES = "MIGRAINE_TEST_POSTGRES"
REQUIRE = "MIGRAINE_TEST_REQUIRE"
"""Markers, such as "postgres libreoffice", whose tests must not be skipped for want of what they need."""

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of hundreds of processes compiles the program for itself
os.environ.setdefault("MIGRAINE_BACKUPS", "off")  # not before each of thousands of imports; test_backups has it on

collect_ignore_glob = ["benchmarks/bench_*.py"]  # scripts, whose peers only the extra "bench" installs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A skipped test fails where MIGRAINE_TEST_REQUIRE names one of its markers."""
    report = yield
    required = {marker.name for marker in item.iter_markers()} & set(os.environ.get(REQUIRE, "").split())
    if report.skipped and required:
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE} names {' and '.join(sorted(required))}, and yet: {call.excinfo.value}"
    return report


@contextmanager
def fresh_schema(server):
    """A PostgreSQL schema that lives as long as one test, as the URL that leads into it."""
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    schema = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
        yield url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        connection.execute(sa.schema.DropSchema(schema, cascade=True))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def location(request, tmp_path):
    """A place where there is no diary yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "diary.sqlite")
    elif server := os.environ.get(POSTGRES):
        with fresh_schema(server) as url:
            yield url
    else:
        pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")


@pytest.fixture
def blank(location):
    """The place of a new, empty diary."""
    begin_blank(location if "://" in location else Path(location))
    return location


@pytest.fixture
def store(blank):
    """A new, empty diary."""
    with Store.open(blank) as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium():
    """A real browser, started once for all tests."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed")
    with started_chromium(path) as browser:
        yield browser


@pytest.fixture
def serving(tmp_path):
    """The page on a diary of one's own, served as at home."""
    served = Serving(tmp_path)
    yield served
    served.stop()
