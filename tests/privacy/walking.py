"""Every page and every form once, on a diary whose texts are canaries: at home, and what a clinic has besides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from diary.model import (
    AdverseEvent,
    Attack,
    Consultation,
    DayLog,
    Dose,
    Factor,
    FactorChoice,
    Injection,
    Patient,
    Score,
    Treatment,
)
from tests.privacy.scenarios import FILE, MEDICINE, NOTE, PASSWORD, PATIENT
from tests.privacy.visiting import Visitor

DIARY, TEMPORARY = Path("diary", "diary.sqlite"), Path("temporary")
"""Where the diary is in the folder of a walk, and where temporary files are put."""

TODAY = date.today()
YESTERDAY = TODAY - timedelta(days=1)
ADMIN, CLINICIAN = "root", "anna.berg"
NEW_PASSWORD = f"{PASSWORD} zwei"
NAME = "[0-9a-f]+"
"""The name of an entry in an address."""

TABLE = f"Date,Severity,Medication,Notes\n2025-02-01,severe,{MEDICINE},{NOTE}\n2025-02-02,none,,{NOTE}\n"
DOUBTFUL = f"Date,Severity,Notes\n01/02/2025,severe,{NOTE}\n02/02/2025,none,{NOTE}\n"
UNKNOWN = f"{NOTE};kanarie-wann\nsevere;2025-02-03\nnone;2025-02-04\n"
BROKEN = b"PK\3\4" + NOTE.encode() * 100


def facts() -> Iterator[Any]:
    """A diary of eleven days, with something of every kind and a canary in every text."""
    text: dict[str, Any] = {"note": NOTE}
    yield Patient(PATIENT, 1980, "kanarie-sex", NOTE)
    for ago in range(2, 12):
        bad = ago % 3 == 0
        yield DayLog(PATIENT, TODAY - timedelta(days=ago), headache=bad, kind="kanarie-kind" if bad else None, **text)
    session = Treatment(
        PATIENT, "botulinum", "kanarie-toxin", TODAY - timedelta(days=5), None, "therapeutic", 155.0, "U", 31,
        "kanarie-paradigm", "kanarie-lot", injector="kanarie-injector", reason="kanarie-reason", **text,
    )  # fmt: skip
    yield from (session, Injection(session.treatment_id, "frontalis", "left", 2, 10.0))
    yield Treatment(PATIENT, "preventive", MEDICINE, TODAY - timedelta(days=9), amount=50.0, unit="mg", **text)
    for ago in (3, 6):
        start = datetime.combine(TODAY - timedelta(days=ago), time(8))
        attack = Attack(PATIENT, start, start + timedelta(hours=5), kind="kanarie-kind", **text)
        yield from (attack, Dose(PATIENT, start, MEDICINE, attack_id=attack.attack_id))
    yield Score(PATIENT, YESTERDAY, "hit6", 64.0)
    yield AdverseEvent(PATIENT, YESTERDAY, "kanarie-event", "mild", action="kanarie-action", **text)
    yield Factor(PATIENT, YESTERDAY, "kanarie-factor", 1.0)
    yield FactorChoice(PATIENT, "kanarie-factor", TODAY)
    yield Consultation(PATIENT, YESTERDAY, "goal", "kanarie-answer", **text)


# --- at home


def at_home(page: Visitor, folder: Path) -> None:
    """Everything that one person can open, write and make, and then a diary that is broken."""
    for path in ("/healthz", "/favicon.ico", "/static/style.css", "/month", f"/month/{YESTERDAY:%Y-%m}"):
        page.get(path)
    page.get("/no-such-page").get("/").send("/appearance", theme="light")
    days(page)
    attacks(page)
    treatments(page)
    questionnaires(page)
    side_effects(page)
    visits(page)
    imports(page, folder / TEMPORARY)
    outcome(page)
    reports(page)
    faults(page, folder / DIARY)


def days(page: Visitor) -> None:
    """Today, tap by tap."""
    page.get("/").send("/headache", headache="severe").send("/hours", hours="4").send("/hours", other=NOTE)
    page.get("/").send("/taken", own=MEDICINE).send("/kind", kind="triptan").send("/not-taken")
    page.send("/taken", own=f"{MEDICINE}zwei 50 mg").send("/details", headache="yes", note=NOTE)
    page.send("/factors", {"kanarie-factor": "yes"}).send("/factors", {"kanarie-factor": NOTE})
    page.get("/").send("/details", headache="yes", note=f"{NOTE} zwei").send("/undo").get(f"/day/{YESTERDAY}")
    page.get("/factors").send("/factors", own="kanarie-faktor").send("/choices").send("/choices/undo")


def attacks(page: Visitor) -> None:
    """One that begins and ends now, one from before."""
    page.get("/attacks").send("/start").send("/stop").send("/attacks", start=NOTE)
    page.send("/attacks", start=f"{YESTERDAY} 08:00", end=f"{YESTERDAY} 10:00", severity="mild")
    page.link(f"/attacks/{NAME}").send("", start=f"{YESTERDAY} 09:00", note=NOTE, kind="migraine")
    page.send("/remove/attacks").send("/undo")


def treatments(page: Visitor) -> None:
    """A preventive, and a session with its map."""
    page.get("/treatments").link(f"/treatments/preventive/{NAME}.*").send("", dose="75 mg", end=NOTE, detail=NOTE)
    page.send("", start=f"{YESTERDAY}", dose="75 mg", note=NOTE)
    page.get("/treatments/preventive").send("", product=MEDICINE, start=NOTE, dose="100 mg", note=NOTE)
    page.send("", product=f"{MEDICINE}drei", start=f"{YESTERDAY}", dose="100 mg", note=NOTE)
    page.get("/treatments/session").send("", date=f"{YESTERDAY}", product="kanarie-toxin", lot=NOTE, expiry=NOTE)
    page.send("", date=f"{YESTERDAY}", purpose="therapeutic", paradigm="", lot=NOTE, note=NOTE)
    page.send("/paradigm").send("/site", place="frontalis left +")
    page.send("/place", place="frontalis left", units=NOTE, sites="2").link(f"/treatments/session/{NAME}/details")
    page.send("", date=f"{YESTERDAY}", product="kanarie-toxin", purpose="therapeutic", injector=NOTE)
    page.get("/treatments/sites.css").get("/treatments").send("/remove/treatments").send("/undo")


def questionnaires(page: Visitor) -> None:
    """A score, and another value for it."""
    page.get("/scores").link("/scores/new/hit6").send("", date=f"{TODAY}", total=NOTE)
    page.send("", date=f"{TODAY}", total="60").link(f"/scores/{NAME}").send("", date=f"{TODAY}", total="62")
    page.send("/remove/scores").send("/undo")


def side_effects(page: Visitor) -> None:
    """One in one's own words, and another that is corrected."""
    page.get("/side-effects").link("/side-effects/new").send("", event="kanarie-event", date=NOTE, action=NOTE)
    page.send("", event="kanarie-event", date=f"{TODAY}", action=NOTE, note=NOTE).send("/over")
    page.link(f"/side-effects/{NAME}").send("", event="kanarie-zwei", date=f"{TODAY}", note=NOTE)
    page.send("/remove/events").send("/undo")


def visits(page: Visitor) -> None:
    """What was settled at a visit, and otherwise."""
    page.get("/visits").link("/visits/new").send("", date=f"{TODAY}", goal=NOTE, next_review=NOTE)
    page.send("", date=f"{TODAY}", goal=NOTE).link(f"/visits/{NAME}").send("", date=f"{TODAY}", goal=f"{NOTE} zwei")
    page.send("/remove/consultations").send("/undo")


def imports(page: Visitor, temporary: Path) -> None:
    """Files that are added and taken back, that leave something open, that are broken, cancelled, or gone."""
    page.upload(f"{FILE}.csv", TABLE.encode()).get("/import").ready().get("/import/progress")
    page.get("/import").send("/add").ready().send("/discard").send("/import/undo")
    page.upload(f"{FILE}-doubtful.csv", DOUBTFUL.encode()).get("/import").ready().send("/answer", date_order="dmy")
    page.ready().send("/columns").send("/discard")
    page.upload(f"{FILE}-unknown.csv", UNKNOWN.encode()).get("/import").ready()
    page.send("/columns", {"column-0": "pain", "column-1": "date", "keep": "on", "called": f"{FILE}-kind"})
    page.ready().send("/add").ready().send("/discard")
    page.upload(f"{FILE}-broken.xlsx", BROKEN).get("/import").ready().send("/discard")
    page.upload(f"{FILE}-cancelled.csv", TABLE.encode()).get("/import").ready()
    page.post("/import/cancel", page.form("/discard").hidden)
    page.upload(f"{FILE}-gone.csv", TABLE.encode())
    next(temporary.glob("migraine-*/*")).unlink()
    page.get("/import").ready().send("/discard").upload(f"{FILE}-left.csv", TABLE.encode())


def outcome(page: Visitor) -> None:
    """The answer, its details and pictures."""
    page.get("/outcome").link("/outcome/static/.*").get("/outcome/details").get("/outcome/figure/course")
    page.link("/outcome/chart/.*")


def reports(page: Visitor) -> None:
    """One that is refused, one that is fetched."""
    page.get("/reports").send("/reports", file="outcomes.xlsx", without_person="on", code=PATIENT)
    page.send("/reports", file="bundle.json").ready().link("/reports/.*/file")


# --- in a clinic


def in_clinic(page: Visitor, _folder: Path) -> None:
    """What a clinic has besides: its people, its patients, and who saw what. It ends while a report is being made."""
    log_in(page, ADMIN, PASSWORD).send("/users", name="p.one", role="patient", patient=PATIENT)
    for what in ("password", "disable", "enable"):
        page.send(f"/users/{what}", name="p.one")
    page.get("/trail").send("/trail", patient=PATIENT, user=CLINICIAN)
    page.get("/account").send("/logout")
    log_in(page, CLINICIAN, NOTE)
    log_in(page, CLINICIAN, PASSWORD).send("/patients", search=PATIENT).send("/choose")
    page.send("/headache", headache="mild").send("/details", note=NOTE)
    page.get("/account").send("/password", old=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    page.send("/new", code=f"{PATIENT}-zwei").get("/patients").send("/choose")
    page.upload(f"{FILE}.csv", TABLE.encode()).get("/import").ready().send("/add").ready().send("/import/undo")
    page.get("/reports").send("/reports", file="bundle.json").send("/cancel").send("/reports", file="bundle.json")


def log_in(page: Visitor, name: str, password: str) -> Visitor:
    """Fill in the login."""
    return page.get("/login").send("/login", name=name, password=password)


# --- when something is wrong


def faults(page: Visitor, diary: Path) -> None:
    """The diary refuses what is written, holds what is none, lacks a table, and is not there any more."""
    day = f"/log/{TODAY}/details"
    sent = page.get("/").form(day).sent | {"note": f"{NOTE} drei"}
    for statement in SPOILT:
        spoil(diary, statement)
        page.post(day, sent).get("/").get("/attacks")
    for path in diary.parent.glob(f"{diary.name}*"):
        path.unlink()
    page.post(day, sent).get("/")


SPOILT = (
    "CREATE TRIGGER refused BEFORE UPDATE ON day_logs BEGIN SELECT RAISE(ABORT, 'refused'); END",
    "UPDATE attacks SET \"end\" = 'kanarie-end'",
    "ALTER TABLE doses RENAME TO gone",
)


def spoil(diary: Path, statement: str) -> None:
    """Change the database so that no program can go on with it."""
    with closing(sqlite3.connect(diary, isolation_level=None)) as connection:
        connection.execute(statement)
