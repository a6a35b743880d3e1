"""SECURITY.md says of each threat what is done and how often it was tried, by tests that there are.

``make golden`` writes its table anew from ``tests/threats``: read the difference before it is committed.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.test_docs import between
from tests.threats.results import RESULTS, read_result
from tests.threats.table import read_threats, table

ROOT = Path(__file__).parents[1]
SECURITY = ROOT / "SECURITY.md"
THREATS = read_threats()
NAMED = {test for threat in THREATS for test in threat.tests}


@pytest.fixture(scope="module")
def cases(request):
    """How many cases each test has that is named: of this run, if they are all in it; else they are collected apart."""
    here = counted(item.nodeid for item in request.session.items)
    return here if NAMED <= here.keys() else collected(sorted({test.split("::")[0] for test in NAMED}))


def counted(ids):
    return Counter(found.partition("[")[0] for found in ids)


def collected(files):
    """The cases that pytest finds in these files."""
    options = ("-o", "addopts=", "--import-mode=importlib", "--collect-only", "-q", "-p", "no:cacheprovider")
    words = [sys.executable, "-m", "pytest", *options, *files]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return counted(line for line in done.stdout.splitlines() if "::" in line)


def test_every_test_that_a_threat_names_is_there(cases):
    assert set() == NAMED - cases.keys()


def test_every_threat_is_tried_and_no_line_comes_twice():
    assert [] == [threat.name for threat in THREATS if not threat.tests and not threat.runs]
    assert len(THREATS) == len({(threat.group, threat.name) for threat in THREATS})


def test_every_long_run_has_a_threat_and_none_has_failed():
    named = {run for threat in THREATS for run in threat.runs}

    assert {path.stem for path in RESULTS.glob("*.json")} <= named
    assert {name: 0 for name in named if read_result(name)} == {
        name: result.failed for name in named if (result := read_result(name))
    }


def test_the_table_of_the_security_page_is_that_of_the_tests(cases):
    written = between(SECURITY, "threats")
    due = "\n".join(table(THREATS, cases))
    if os.environ.get("MIGRAINE_REWRITE_GOLDEN"):
        before, _, rest = SECURITY.read_text(encoding="utf-8").partition("<!-- threats -->\n")
        after = rest.partition("<!-- /threats -->")[2]
        SECURITY.write_text(f"{before}<!-- threats -->\n{due}<!-- /threats -->{after}", encoding="utf-8")

    assert due == written
