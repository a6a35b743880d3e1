"""Nothing of a diary is left or told by the page as it is served, but on its pages and in files that were asked for.

Every page is opened and every form sent (:mod:`tests.privacy.walking`), at home and in a clinic, on a diary of which
each text is a canary; then whatever the server has printed, left and sent is looked through.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from analysis.pages import PAGES
from diary.accounts import Accounts
from diary.database import Database
from diary.store import Store
from diary.web import create_app
from tests.privacy import walking
from tests.privacy.running import keep_the_fonts
from tests.privacy.scenarios import PASSWORD
from tests.privacy.visiting import Answer, Visitor
from tests.privacy.walking import DIARY
from tests.test_privacy import found_in
from tests.test_serve import free_port

ROOT = Path(__file__).parents[1]
CANARY = "kanari"
"""Every planted text begins with it."""

SERVE = """
import sys
from argon2 import PasswordHasher
from analysis.cli import main
from diary import passwords
from tests.privacy.running import ATTEMPTS, watch
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # ours would take most of the time
sys.addaudithook(watch)
try:
    main()
finally:
    print(*ATTEMPTS, sep="\\n", end="")
"""
"""Prints also which connections were tried, a line each; see :mod:`tests.privacy.running`."""

NO_FAULT = re.compile(r"The page is at http://127\.0\.0\.1:\d+ and stops with Ctrl-C\.|Stopped\.|")
FAULT = re.compile(r"\[[\d :,-]+\] ERROR in safety: \w+ in [\w./-]+\.pyx?, line \d+")


class Walk(NamedTuple):
    """What was answered, the lines that the server printed, and the folder with all that it left."""

    answers: list[Answer]
    said: list[str]
    folder: Path


@pytest.fixture(scope="module")
def walks(tmp_path_factory):
    """Both walks, at the same time."""
    home, clinic = (new_diary(tmp_path_factory.mktemp(name)) for name in ("home", "clinic"))
    add_people(clinic / DIARY)
    with ThreadPoolExecutor() as both:
        at_home = both.submit(walked, home, walking.at_home)
        in_clinic = both.submit(walked, clinic, walking.in_clinic, "--clinic")
        return {"home": at_home.result(), "clinic": in_clinic.result()}


@pytest.fixture(params=["home", "clinic"])
def walk(request, walks):
    """One of them."""
    return walks[request.param]


def new_diary(folder):
    for name in ("home", "temporary", "diary"):
        (folder / name).mkdir()
    keep_the_fonts(folder / "home" / ".cache" / "matplotlib")
    with Store.open(str(folder / DIARY)) as store:
        store.record(*walking.facts())
    return folder


def add_people(diary):
    accounts = Accounts(Database(str(diary)))
    accounts.add(walking.ADMIN, "admin", PASSWORD)
    accounts.add(walking.CLINICIAN, "clinician", PASSWORD)


def walked(folder, walk, *options):
    """Serve the page in a process with a home of its own, and let it end after the walk."""
    own = {"HOME": f"{folder}/home", "TMPDIR": f"{folder}/temporary", "MIGRAINE_DIARY": f"{folder / DIARY}"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MIGRAINE_", "MPL"))}
    port = free_port()
    words = [sys.executable, "-u", "-c", SERVE, "serve", "--no-open", "--port", str(port), *options]
    server = subprocess.Popen(
        words, cwd=ROOT, env=clean | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    first, page = server.stdout.readline(), Visitor(port)
    try:
        walk(page, folder)
    finally:
        page.close()
        server.terminate()
        rest, _ = server.communicate(timeout=60)
    return Walk(page.answers, [first.strip(), *rest.splitlines()], folder)


def test_every_route_of_the_page_is_walked(walks):
    rules = create_app(":memory:", clinic=True, pages=PAGES).url_map
    adapter = rules.bind("localhost")
    well = {(one.path.partition("?")[0], one.method) for one in answers(walks) if one.code < 400}
    asked = {(adapter.match(*one, return_rule=True)[0].rule, one[1]) for one in well}
    there = {(rule.rule, method) for rule in rules.iter_rules() for method in {"GET", "POST"} & rule.methods}

    assert set() == there - asked


def answers(walks):
    return [one for walk in walks.values() for one in walk.answers]


def test_the_server_prints_nothing_of_the_diary(walk):
    assert [] == [line for line in walk.said if CANARY in line.casefold()]


def test_the_page_looks_for_no_name_and_opens_no_connection(walk):
    assert [] == [line for line in walk.said if line.startswith("socket.")]


def test_of_a_fault_the_log_says_kind_and_place_alone(walks):
    printed = [line for line in walks["home"].said if not NO_FAULT.fullmatch(line)]

    assert printed
    assert [] == [line for line in printed if not FAULT.fullmatch(line)]
    assert [] == [line for line in walks["clinic"].said if not NO_FAULT.fullmatch(line)]


def test_an_answer_that_is_a_fault_tells_nothing_of_the_diary(walks):
    codes = {one.code for one in walks["home"].answers}
    faults = [one for one in walks["home"].answers if one.code in (400, 500)]

    assert {400, 404, 422, 500} <= codes
    assert [] == [one.path for one in faults if CANARY in one.text.casefold()]


def test_nothing_is_left_outside_of_the_folder_of_the_diary(walk):
    assert [] == list((walk.folder / "temporary").iterdir())
    assert [] == found_in(walk.folder / "home", [CANARY])


def test_no_address_no_header_and_no_cookie_holds_a_word_of_the_diary(walk):
    told = {(one.method, one.path, said) for one in walk.answers for said in one.outside()}

    assert [] == [one for one in told if CANARY in one[2].casefold()]


def test_whatever_is_of_the_diary_is_kept_by_no_browser(walk):
    ours = [one for one in walk.answers if not one.path.startswith("/static/")]

    assert [] == [one.path for one in ours if one.header("Cache-Control") != "no-store"]
