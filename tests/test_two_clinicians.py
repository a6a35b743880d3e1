"""Two people write into one diary at the same time, each in a process of their own: nothing is lost, nothing doubled.

Every test runs on a SQLite file and on a PostgreSQL server, whatever isolation that server gives by default.
"""

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from diary.store import Store
from tests.begun import begin_blank
from tests.conftest import POSTGRES, fresh_schema

JANUARY = date(2026, 1, 1)
TIMES = 30
"""How often each of the two writes."""

CLINICIAN = f"""
import sys
from dataclasses import replace
from datetime import date, timedelta
from diary.model import Batch, DayLog
from diary.store import Store

location, me = sys.argv[1:]
days = [date.fromisoformat("{JANUARY}") + timedelta(n) for n in range({TIMES})]
with Store.open(location, wait=60) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for n, day in enumerate(days):
"""
"""What each of the two does: open the diary, wait for the word to begin, then do the task below for each day."""

OWN_PATIENT = 'store.record(DayLog(me, day, headache=True, note=f"{me} {n}"))'
SAME_DAY = 'store.record(DayLog("P1", days[0], headache=True, note=f"{me} {n}"))'
SHEET = 'Batch(days=tuple(DayLog("P1", day, headache=True, source="sheet") for day in days[: n + 1]))'
GROWING_FILE = f'store.add({SHEET}, layout="sheet")'
BY_HAND = """
        while (was := store.day("P1", day)) is None:
            pass
        store.record(replace(was, headache=False))
"""


@pytest.fixture(
    params=[
        "sqlite",
        *(
            pytest.param(level, marks=pytest.mark.postgres)
            for level in ("read committed", "repeatable read", "serializable")
        ),
    ]
)
def place(request, tmp_path):
    """An empty diary, on a server with each of the isolation levels that its owner may have chosen."""
    if request.param == "sqlite":
        yield from made(str(tmp_path / "diary.sqlite"))
    elif server := os.environ.get(POSTGRES):
        with fresh_schema(server) as url:
            yield from made(f"{url}%20-cdefault_transaction_isolation={request.param.replace(' ', '%5C%20')}")
    else:
        pytest.skip(f"{POSTGRES} does not name a PostgreSQL server")


def made(location):
    begin_blank(location if "://" in location else Path(location))
    yield location


def together(place, **tasks):
    """Two processes that begin at the same moment, each with a task for every day; both must succeed."""
    both = [clinician(place, me, task) for me, task in tasks.items()]
    for one in both:
        assert "ready\n" == one.stdout.readline()
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    ends = [one.communicate(timeout=120) for one in both]
    assert [0, 0] == [one.returncode for one in both], ends


def clinician(place, me, task):
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-c", f"{CLINICIAN}        {task}\n", place, me], text=True, **pipes)


def test_what_two_write_about_their_own_patients_is_all_there(place):
    together(place, ann=OWN_PATIENT, bob=OWN_PATIENT)

    with Store.open(place) as store:
        assert {"ann": TIMES, "bob": TIMES} == Counter(day.patient for day in store.batch().days)
        assert [] == store.history()


def test_of_the_same_day_the_last_word_holds_and_the_history_has_all_others(place):
    together(place, ann=SAME_DAY, bob=SAME_DAY)

    with Store.open(place) as store:
        (day,) = store.batch().days
        said = [day.note, *(change.was.note for change in store.history())]
    assert sorted(f"{me} {n}" for me in ("ann", "bob") for n in range(TIMES)) == sorted(said)


def test_a_file_that_both_import_is_counted_once(place):
    together(place, ann=GROWING_FILE, bob=GROWING_FILE)

    with Store.open(place) as store:
        assert (TIMES, TIMES, 0) == (len(store.batch().days), len(store.imports()), len(store.history()))


def test_what_one_corrects_while_the_other_imports_stays_corrected(place):
    together(place, ann=GROWING_FILE, bob=BY_HAND)

    with Store.open(place) as store:
        assert [False] * TIMES == [day.headache for day in store.batch().days]
        assert [True] * TIMES == [change.was.headache for change in store.history()]
