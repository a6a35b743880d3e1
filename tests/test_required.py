"""A test that .ci/run requires cannot pass by being skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = "tests/test_store.py::test_the_schema_of_this_version_is_the_newest_migration"
"""A test that is skipped where MIGRAINE_TEST_POSTGRES names no server."""


@pytest.mark.parametrize(("required", "code"), [("", 0), ("libreoffice", 0), ("postgres libreoffice", 1)])
def test_a_skipped_test_fails_the_run_where_it_is_required(required, code):
    environment = {**os.environ, "MIGRAINE_TEST_POSTGRES": "", "MIGRAINE_TEST_REQUIRE": required}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", SKIPPED]

    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, check=False
    )

    assert code == done.returncode, done.stdout
    assert bool(code) == ("MIGRAINE_TEST_REQUIRE names postgres" in done.stdout)
