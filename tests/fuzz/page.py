"""Requests that no browser would send, to the page of a clinic and to that of one person, as every role and as nobody.

``make fuzz-page``, or ``python -m tests.fuzz.page --requests 2000 --seed 1``, opens the pages, keeps the forms that it
finds, and sends them back changed: with other values, without the token, by another method, in another encoding, under
the name of another site, for somebody else's entries. Each answer must come within two seconds of processor time and
must not be a fault of the program; it has the headers that keep the page safe, and nothing of a patient whom the user
may not see. After each round the diary is intact, and that of a patient whom nobody may reach is as it was.

A round is a thousand requests to a clinic of its own; its number and the seed make it again: ``--first N --rounds 1``.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from html import unescape
from io import BytesIO
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory
from traceback import format_exc
from typing import Any, NamedTuple
from urllib.parse import quote

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

import analysis.pages
import diary.web
from analysis.pages import PAGES
from diary import passwords
from diary.model import AdverseEvent, Attack, Consultation, DayLog, Dose, Injection, Score, Treatment
from diary.store import Store
from diary.web import create_app
from diary.web.access import ADMIN, CLINICIAN, PATIENT
from diary.web.safety import HEADERS
from tests.fuzz.bounds import MEMORY, SECONDS, peak
from tests.fuzz.damage import LONG, ODD, damage_bytes, damage_rows, delimited
from tests.fuzz.grammar import draw_table
from tests.threats.results import write_result

ROUND = 1_000
NOW = datetime(2026, 3, 10, 18, 0)
PASSWORD = "correct horse battery"
PEOPLE = (("root", ADMIN, None), ("anna", CLINICIAN, None), ("p1", PATIENT, "P-001"), ("p2", PATIENT, "P-002"))
PATIENTS = ("P-001", "P-002", "P-003")
UNREACHED = "P-003"
"""Nobody of the clinic may see this patient's diary, for the clinician chooses only the others."""

NOBODY = "nobody"
SEEN = {NOBODY: (), "root": (), "anna": ("P-001", "P-002"), "p1": ("P-001",), "p2": ("P-002",)}
"""Whose diaries each of them may see."""

TOKEN = "token"
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
ATTRIBUTE = re.compile(r'\b(action|name|value|method)="([^"]*)"')
FIELD = re.compile(r"<(?:input|select|textarea|button|option)\b[^>]*>")
LINK = re.compile(r'href="(/[^"]*)"')
CANARY = re.compile(r"canary-[\w-]+")
SELDOM = {"reports.make": 0.01, "outcome": 0.03, "accounts.login": 0.1, "accounts.logout": 0.02, "static": 0.1}
"""How often, against the others, an endpoint or a blueprint is asked for: what is slow, or ends the visit."""

SLOW = re.compile(r"/(?:outcome|static)")
"""Links that stand on every page, or lead to what takes long; their routes are asked for, seldom."""

METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND")
DAYS = ("2026-03-10", "2026-03-09", "2025-12-01", "2026-02-30", "9999-12-31", "0001-01-01", "1899-12-31", "today", "-1")
KINDS = ("days", "attacks", "doses", "treatments", "scores", "events", "consultations", "patients", "..")
HOSTILE_HEADERS: tuple[dict[str, str], ...] = (
    {"Host": "attacker.example"},
    {"Host": "localhost.attacker.example:80"},
    {"Host": ""},
    {"Origin": "https://attacker.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Cookie": "migraine=x.y.z"},
    {"Accept-Language": "de;q=9,xx-" + "y" * 500},
    {"Range": "bytes=0-1,5-,-3"},
    {"If-Modified-Since": "31 Feb"},
    {"X-Forwarded-Host": "attacker.example"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Transfer-Encoding": "chunked"},
    {"Content-Length": "-1"},
    {"Content-Encoding": "gzip"},
)
SOURCES = tuple(Path(module.__file__).parent for module in (diary.web, analysis.pages))
ASKED = re.compile(r"""(?:form|args|files|values)(?:\.get|\.getlist)?[(\[]"(\w+)\"""")
TYPES = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "x", "text/xml")


class Request(NamedTuple):
    """One request, as it is given to the test client."""

    method: str
    path: str
    options: dict[str, Any]


@dataclass(slots=True)
class Visit:
    """Somebody at the page: *who* they are, whom they may see, and the forms and links that they have found."""

    who: str
    client: FlaskClient
    allowed: frozenset[str]
    forms: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    token: str = ""


@dataclass(slots=True)
class Tally:
    """What became of many requests."""

    codes: Counter[int] = field(default_factory=Counter)
    endpoints: Counter[str] = field(default_factory=Counter)
    processor: tuple[float, str] = (0.0, "")
    clock: tuple[float, str] = (0.0, "")
    peak: int = 0
    failures: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.codes + other.codes,
            self.endpoints + other.endpoints,
            max(self.processor, other.processor),
            max(self.clock, other.clock),
            max(self.peak, other.peak),
            self.failures + other.failures,
        )


# The diary


def canary(patient: str) -> str:
    """A word that stands in every text of that patient's diary, and nowhere else."""
    return f"canary-{patient}"


def facts_of(patient: str) -> Iterator[Any]:
    """A diary of four months, with something of every kind."""
    last, note = NOW.date(), canary(patient)
    for ago in range(120):
        day = last - timedelta(days=ago)
        yield DayLog(patient, day, headache=ago % 3 == 0, severity=2 if ago % 3 == 0 else 0, note=note)
    session = Treatment(patient, "botulinum", "Botox", date(2026, 1, 5), amount=155.0, unit="U", lot=note, note=note)
    yield from (session, Treatment(patient, "botulinum", "Botox", date(2025, 10, 12), amount=155.0, unit="U"))
    yield Treatment(patient, "preventive", "Topiramate", date(2025, 6, 1), amount=50.0, unit="mg", note=note)
    yield Injection(session.treatment_id, "frontalis", "left", 2, 10.0)
    for ago in (1, 4, 40):
        when = NOW - timedelta(days=ago)
        attack = Attack(patient, when, when + timedelta(hours=5), note=note)
        yield from (attack, Dose(patient, when, f"Sumatriptan {note}", attack_id=attack.attack_id))
    yield Score(patient, last, "hit6", 64.0)
    yield AdverseEvent(patient, last, f"neck pain {note}", "mild", note=note)
    yield Consultation(patient, last, "goal", f"to dance again {note}", note=note)


@cache
def ids() -> tuple[str, ...]:
    """The names of entries, of every patient and of none."""
    named = ("attack_id", "treatment_id", "dose_id")
    found = (getattr(fact, name, None) for code in PATIENTS for fact in facts_of(code) for name in named)
    return (*filter(None, found), "0" * 16, "x")


class Clock:
    """The time at the page: a second passes with each request."""

    def __init__(self) -> None:
        self.at = NOW.timestamp()

    def __call__(self) -> float:
        return self.at


@dataclass
class Place:
    """A page with its diary: a clinic's, or one person's."""

    app: Flask
    location: str
    visits: list[Visit]
    clinic: bool
    clock: Clock
    others: set[threading.Thread] = field(default_factory=lambda: set(threading.enumerate()))

    @cached_property
    def rules(self) -> list[Rule]:
        """The routes of the page."""
        return sorted(self.app.url_map.iter_rules(), key=str)

    @cached_property
    def weights(self) -> list[float]:
        """How often each route is asked for."""
        return [_weight(rule.endpoint) for rule in self.rules]

    def close(self) -> None:
        """Wait for what is still being done, and let go of the diary."""
        for thread in set(threading.enumerate()) - self.others:
            if isinstance(thread, threading.Timer):
                thread.cancel()
            thread.join(60)
        if folder := self.app.extensions["uploads"]._folder:
            folder.cleanup()
        self.app.extensions["access"].database.close()


def write_diaries(folder: Path) -> dict[bool, Path]:
    """A clinic's diary with its people, and one of a single person."""
    both = {True: folder / "clinic.sqlite", False: folder / "home.sqlite"}
    for clinic, path in both.items():
        with Store.open(str(path)) as store:
            for code in PATIENTS if clinic else PATIENTS[:1]:
                store.record(*facts_of(code))
    app = create_app(str(both[True]), clinic=True, pages=PAGES)
    for name, role, code in PEOPLE:
        app.extensions["access"].accounts.add(name, role, PASSWORD, patient=code)
    app.extensions["access"].database.close()
    return both


def open_place(folder: Path, diaries: dict[bool, Path], *, clinic: bool) -> Place:
    """A fresh copy of the diary behind a page of its own, with everybody logged in."""
    location = str(folder / "diary.sqlite")
    for ending in ("", "-wal", "-shm"):
        Path(location + ending).unlink(missing_ok=True)
    copyfile(diaries[clinic], location)
    clock = Clock()
    app = create_app(location, clinic=clinic, pages=PAGES, secret="of a test", now=clock)
    app.logger.disabled = True
    place = Place(app, location, [], clinic, clock)
    for who, allowed in SEEN.items() if clinic else ((NOBODY, PATIENTS[:1]),):
        place.visits.append(Visit(who, place.app.test_client(), frozenset(allowed)))
        enter(place, place.visits[-1])
    return place


def enter(place: Place, visit: Visit) -> None:
    """Log in, unless there is no account to log in to; the clinician also chooses a patient."""
    if not place.clinic or visit.who == NOBODY:
        return
    accounts = place.app.extensions["access"].accounts
    accounts.enable(visit.who)
    accounts.set_password(visit.who, PASSWORD)
    visit.client.get("/login")
    data = {"name": visit.who, "password": PASSWORD, TOKEN: token_of(visit)}
    visit.client.post("/login", data=data, environ_overrides={"REMOTE_ADDR": "10.1.1.1"})
    if visit.who == "anna":
        choose(visit, "P-001")


def choose(visit: Visit, code: str) -> None:
    """Let a clinician's further requests be about that patient."""
    visit.client.get("/patients")
    visit.client.post("/patients/choose", data={"patient": code, TOKEN: token_of(visit)})


def token_of(visit: Visit) -> str:
    """The token that the forms of this visit hold."""
    with visit.client.session_transaction() as session:
        return str(session.get(TOKEN, ""))


# Making a request


def make(place: Place, visit: Visit, rng: Random) -> Request:
    """A link that was found, a form that was found and changed, or any route with any fields."""
    chance = rng.random()
    if visit.links and chance < 0.15:
        return Request("GET", rng.choice(visit.links), {"headers": headers(rng)})
    if visit.forms and chance < 0.65:
        path, fields = rng.choice(visit.forms)
        return posted(visit, path, changed(fields, rng), rng)
    rule = rng.choices(place.rules, place.weights, k=1)[0]
    path = path_of(rule, rng)
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    method = rng.choice(methods) if rng.random() < 0.9 else rng.choice(METHODS)
    if method == "GET":
        query = {} if rng.random() < 0.7 else dict(changed([], rng))
        return Request("GET", path, {"query_string": query, "headers": headers(rng)})
    return posted(visit, path, changed([], rng), rng)._replace(method=method)


def _weight(endpoint: str) -> float:
    return SELDOM.get(endpoint, SELDOM.get(endpoint.split(".")[0], 1.0))


def path_of(rule: Rule, rng: Random) -> str:
    """A path of the route, with arguments that may be right."""
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: argument(found[1], rng), str(rule))


def argument(name: str, rng: Random) -> str:
    """Something for one argument of a route."""
    fitting = {
        "day": DAYS,
        "year": ("2026", "0000", "9999", "1900"),
        "month": ("03", "00", "13", "12"),
        "kind": KINDS,
        "code": ("hit6", "midas", "x"),
        "filename": ("style.css", "../app.py", "..%2f..%2fetc/passwd", "nul"),
        "number": (*map(str, range(3)), "x"),
    }.get(name, ids())
    return quote(rng.choice(fitting if rng.random() < 0.8 else ODD)[:500], safe="%" if rng.random() < 0.1 else "")


def changed(fields: Sequence[tuple[str, str]], rng: Random) -> list[tuple[str, str]]:
    """The fields of a form, of which some are changed, left out, doubled, or added."""
    sent = [pair for pair in fields if pair[0] != TOKEN]
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        place = rng.randrange(len(sent)) if sent else 0
        name = sent[place][0] if sent and rng.random() < 0.8 else rng.choice(names())
        match rng.randrange(4):
            case 0 if sent:
                sent.pop(place)
            case 1:
                sent.append((name, value(rng)))
            case _ if sent:
                sent[place] = (name, value(rng))
    return sent


def value(rng: Random) -> str:
    """Something for a field."""
    chance = rng.random()
    if chance < 0.01:
        return rng.choice(LONG) * rng.choice((1_000, 30_000))
    if chance < 0.5:
        return rng.choice(ODD)
    return rng.choice((*DAYS, *ids(), *PATIENTS, "09:30", "1", "155", "hit6", "mild", "on", "victim", "report.pdf"))


@cache
def names() -> tuple[str, ...]:
    """The names of fields that the page's modules ask for."""
    modules = (path.read_text(encoding="utf-8") for folder in SOURCES for path in sorted(folder.glob("*.py")))
    return tuple(sorted({name for text in modules for name in ASKED.findall(text)}))


def posted(visit: Visit, path: str, fields: list[tuple[str, str]], rng: Random) -> Request:
    """The fields as a browser sends them; now and then without the token, or as no browser would."""
    chance = rng.random()
    token = visit.token if chance < 0.9 else rng.choice(("", "ä", visit.token[:-1], "x" * 43, visit.token * 2))
    sent = [(name, safe(visit, text)) for name, text in fields]
    data = MultiDict([*sent, *([(TOKEN, token)] if chance < 0.98 else ())])
    options: dict[str, Any] = {"data": data, "headers": headers(rng)}
    if path == "/import" or rng.random() < 0.02:
        data.setlist("files", [(BytesIO(table(rng)), rng.choice(("diary.csv", "../../x", "\u202e.csv", "")))])
    if rng.random() < 0.03:
        options = {"data": body(rng), "content_type": rng.choice(TYPES), "headers": {"X-Token": visit.token}}
    return Request("POST", path, options)


def table(rng: Random) -> bytes:
    """A file for an import."""
    content = delimited(damage_rows(draw_table(rng), rng), rng)
    return damage_bytes(content, rng) if rng.random() < 0.1 else content


def body(rng: Random) -> bytes:
    """What no form sends: broken parts, JSON, bytes, or more than a form may have."""
    boundary = b'--\r\nContent-Disposition: form-data; name="files"; filename="x.csv"\r\n\r\nDate,Severity\r\n'
    bodies = (boundary, b'{"token": 1}', bytes(range(256)), b"%", b"a=" * 5_000, b"x" * 2_200_000, b"")
    return damage_bytes(rng.choices(bodies, (4, 4, 4, 4, 2, 1, 4), k=1)[0] or b"-", rng)


def headers(rng: Random) -> dict[str, str]:
    """The headers of a request: mostly none, some of htmx, some hostile."""
    chance = rng.random()
    if chance < 0.15:
        return {"HX-Request": "true", "HX-Target": "main"}
    return dict(rng.choice(HOSTILE_HEADERS)) if chance < 0.2 else {}


# Looking at the answer


def look(visit: Visit, text: str) -> None:
    """Keep the token, the forms and the links of a page, without the words of a diary."""
    visit.token = token_of(visit)
    for form in FORM.findall(text)[:40]:
        about = dict(ATTRIBUTE.findall(form[: form.index(">")]))
        fields = [dict(ATTRIBUTE.findall(one)) for one in FIELD.findall(form)]
        known = [
            (unescape(one["name"]), CANARY.sub("words", unescape(one.get("value", "on"))))
            for one in fields
            if "name" in one
        ]
        if "action" in about and weight_of(about["action"]) > 0:
            visit.forms.append((unescape(about["action"]), known))
    visit.links += [unescape(link) for link in LINK.findall(text) if not SLOW.search(link)]
    del visit.forms[:-200], visit.links[:-200]


def weight_of(action: str) -> float:
    """Nothing for the forms that end a visit or take a while; these are asked for by their routes, and seldom."""
    return 0.0 if action in ("/logout", "/login", "/reports") else 1.0


def safe(visit: Visit, text: str) -> str:
    """The value of a field as it is sent: the clinician never chooses the third patient, no user is locked out."""
    if visit.who == "anna" and text == UNREACHED:
        return "P-001"
    if visit.who == "root" and text in SEEN:
        return "victim"
    return text


def faults(visit: Visit, chosen: str | None, answer: Any, text: str) -> Iterator[str]:
    """What is wrong with an answer."""
    if answer.status_code >= 500 or "The program has a fault" in text:
        yield f"a fault of the program ({answer.status_code})"
    for name, wanted in HEADERS.items():
        if answer.headers.get(name) != wanted:
            yield f"no {name}"
    for word in set(CANARY.findall(text)):
        patient = word.removeprefix("canary-")
        if patient not in visit.allowed or (visit.who == "anna" and patient != chosen):
            yield f"{word} is shown to {visit.who}"


def chosen_by(visit: Visit) -> str | None:
    """The patient that the visitor's cookie names."""
    with visit.client.session_transaction() as session:
        return session.get("patient")


# Many of them


def ask(place: Place, visit: Visit, request: Request, tally: Tally) -> None:
    """Send one request, look at the answer, and note what became of it."""
    place.clock.at += 1
    began, processor = time.perf_counter(), time.thread_time()
    answer = visit.client.open(request.path, method=request.method, **request.options)
    text = answer.get_data(as_text=True)
    spent = time.thread_time() - processor, time.perf_counter() - began
    shown = f"{visit.who}: {request.method} {request.path} {str(request.options)[:600]}"
    tally.codes[answer.status_code] += 1
    tally.processor = max(tally.processor, (spent[0], shown[:120]))
    tally.clock = max(tally.clock, (spent[1], shown[:120]))
    slow = [f"{spent[0]:.1f} s of processor time"] if spent[0] > SECONDS else []
    tally.failures += [f"{fault}\n  {shown}" for fault in (*faults(visit, chosen_by(visit), answer, text), *slow)]
    look(visit, text if answer.mimetype == "text/html" else "")


def settle(place: Place, visit: Visit, rng: Random) -> None:
    """Whoever was logged out logs in again; a clinician does not stay with a patient for long, nor with a stranger."""
    if place.clinic and visit.who != NOBODY and visit.client.get("/").location == "/login":
        enter(place, visit)
    if visit.who == "anna" and (rng.random() < 0.2 or chosen_by(visit) not in visit.allowed):
        choose(visit, rng.choice(sorted(visit.allowed)))


def play(number: int, seed: int, requests: int, folder: Path, diaries: dict[bool, Path]) -> Tally:
    """One round: a page of its own and so many requests; then the diary is looked at."""
    rng, tally = Random(f"{seed}/{number}"), Tally()
    place = open_place(folder, diaries, clinic=number % 4 != 0)
    before = unreached(place.location) if place.clinic else None
    for count in range(requests):
        visit = rng.choice(place.visits)
        if count % 20 == 0:
            settle(place, visit, rng)
        ask_guarded(place, visit, rng, tally)
    place.close()
    tally.failures += [f"round {number}: {fault}" for fault in harm(place, before)]
    tally.failures = [f"round {number}: {failure}" for failure in tally.failures]
    tally.peak = peak()
    return tally


def ask_guarded(place: Place, visit: Visit, rng: Random, tally: Tally) -> None:
    """One request; what the client itself cannot send is left out."""
    request = make(place, visit, rng)
    try:
        ask(place, visit, request, tally)
    except Exception:
        tally.failures.append(f"{visit.who}: {request.method} {request.path}\n{format_exc(limit=-4)}")


def unreached(location: str) -> Any:
    """The diary that nobody may reach."""
    with Store.open(location) as store:
        return store.batch(UNREACHED)


def harm(place: Place, before: Any) -> Iterator[str]:
    """What became of the diary that should not have."""
    with closing(sqlite3.connect(place.location)) as connection:
        for pragma in ("integrity_check", "foreign_key_check"):
            found = connection.execute(f"PRAGMA {pragma}").fetchall()
            if found not in ([("ok",)], []):
                yield f"{pragma}: {found[:3]}"
    if place.clinic and unreached(place.location) != before:
        yield f"the diary of {UNREACHED} has changed"
    with Store.open(place.location) as store:
        for code in store.patients():
            store.tables(code)


def run(rounds: range, seed: int, requests: int) -> Iterator[Tally]:
    """What became of each round."""
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        diaries = write_diaries(Path(name))
        for number in rounds:
            yield play(number, seed, requests, Path(name), diaries)


def summary(tally: Tally) -> str:
    """The counts in a few lines."""
    codes = ", ".join(f"{count:,} with {code}" for code, count in sorted(tally.codes.items()))
    return (
        f"{tally.codes.total():,} requests: {codes}; {len(tally.failures)} failures\n"
        f"slowest: {tally.processor[0]:.2f} s of the processor ({tally.processor[1]}); {tally.clock[0]:.2f} s on the "
        f"clock ({tally.clock[1]})\nlargest process: {tally.peak / 1e6:.0f} MB"
    )


def main() -> int:
    """Print the counts and each failure, and keep the counts for SECURITY.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the number of the first round")
    parser.add_argument("--record", action="store_true", help="keep the counts in tests/threats/results")
    arguments = parser.parse_args()
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # ours would take most of the time
    rounds = range(arguments.first, arguments.first + -(-arguments.requests // ROUND))
    total = Tally()
    for tally in run(rounds, arguments.seed, min(ROUND, arguments.requests)):
        total += tally
        print(*tally.failures, summary(total), sep="\n", flush=True)
        if arguments.record:  # so that a run that is ended has counted, too
            record(total)
    return 1 if total.failures or total.peak > MEMORY else 0


def record(total: Tally) -> None:
    """Keep the counts for SECURITY.md."""
    write_result(
        "fuzz-page",
        unit="requests",
        tried=total.codes.total(),
        failed=len(total.failures),
        failure="faults, slow answers, leaks or damaged diaries",
        command="make fuzz-page",
        counts={
            "answered with a page": sum(count for code, count in total.codes.items() if code < 400),
            "refused": sum(count for code, count in total.codes.items() if 400 <= code < 500),
            "ms of the processor at most": round(total.processor[0] * 1000),
            "MB at most": total.peak // 1_000_000,
        },
    )


if __name__ == "__main__":
    sys.exit(main())
