"""A de-identified report: nothing that a person wrote, no date of the diary in any byte; and the numbers stay."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pandas as pd
import pytest
from matplotlib.text import Text
from pypdf import PdfReader

import diary
from analysis.charts import chart_figures, chart_texts
from analysis.findings import find
from analysis.reports import words
from analysis.reports.bundle import write_report
from analysis.reports.content import report_content
from analysis.reports.deidentify import (
    ANSWERS,
    LEFT_OUT,
    NOTE,
    SIDE_EFFECTS,
    deidentified,
    first_day,
    moved,
)
from diary.days import day_tables
from diary.demo import SESSIONS, demo_batch
from diary.model import (
    TOPICS,
    AdverseEvent,
    Attack,
    Batch,
    Consultation,
    DayLog,
    Dose,
    Factor,
    FactorChoice,
    Patient,
    Score,
    Treatment,
)
from diary.tables import CANONICAL, FACTS, facts_frame
from tests.test_pdf import charts_alt

CODE = "C-17"
CANARY = "Canary"
"""Stands in every text that a person wrote."""

FIRST = date(2023, 3, 14)
SESSION = FIRST + timedelta(90)
DATED = re.compile(r"\b(19|20)\d\d\b|\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")
"""A year, or the name of a month."""


def tables_of(batch):
    return day_tables({name: facts_frame(getattr(batch, name), table) for name, table in FACTS.items()})


def telling():
    """A diary with a canary in every text, and every kind of fact."""
    who, n = f"{CANARY}Patient", timedelta
    days = tuple(
        DayLog(who, FIRST + n(k), headache=k % 2 == 0, note=f"{CANARY}Note", source=f"{CANARY}App", menses=k % 28 < 4)
        for k in range(300)
    )
    when = datetime.combine(FIRST, datetime.min.time()) + n(days=10, hours=8)
    first = Treatment(
        *(who, "botulinum", "Botox", SESSION),
        amount=155,
        unit="U",
        sites=31,
        protocol=f"{CANARY}Protocol",
        lot=f"{CANARY}Lot",
        expiry=date(2024, 8, 9),
        dilution=2,
        injector=f"{CANARY}Injector",
        consent=True,
        note=f"{CANARY}Note",
        source=f"{CANARY}App",
    )
    pills = replace(
        Treatment(who, "preventive", "Topiramate", FIRST - n(400), end=FIRST - n(200), note=f"{CANARY}Note"),
        reason=f"side effects: {CANARY}Reason",
    )
    return Batch(
        patients=(Patient(who, born=1987, sex="female", note=f"{CANARY}Note"),),
        days=days,
        attacks=(Attack(who, when, when + n(hours=9), note=f"{CANARY}Note", entered=when, utc_offset=330),),
        doses=(Dose(who, when, f"{CANARY}Medicine", medicine_class="triptan"), Dose(who, when, f"{CANARY}Powder")),
        treatments=(first, Treatment(who, "botulinum", "Botox", SESSION + n(84), lot=f"{CANARY}Lot"), pills),
        scores=(Score(who, SESSION, "hit6", 64), Score(who, SESSION, "phq9", 1, item="9")),
        events=(
            AdverseEvent(who, SESSION + n(3), f"{CANARY}Event", "mild", action=f"{CANARY}Action", note=f"{CANARY}Note"),
            AdverseEvent(who, SESSION + n(4), f"trouble swallowing {CANARY}", treatment_id=first.treatment_id),
        ),
        factors=(Factor(who, FIRST, f"{CANARY}Factor", 1),),
        choices=(FactorChoice(who, f"{CANARY}Factor", FIRST),),
        consultations=tuple(Consultation(who, SESSION, topic, f"{CANARY}Answer", f"{CANARY}Note") for topic in TOPICS),
    )


def report_of(tables, folder):
    """A de-identified report as the command makes it."""
    changed = deidentified(tables, CODE)
    with words.relative_days():
        findings = find(changed, as_of=moved(tables.days["date"].max().date(), tables))
        return write_report(findings, report_content(findings, (NOTE,)), folder)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return report_of(tables_of(telling()), tmp_path_factory.mktemp("report"))


@cache
def everything(path: Path) -> str:
    """All that a file says, and its bytes as they are: parts of an archive, words and metadata of a PDF.

    No test writes a file twice.
    """
    data = path.read_bytes()
    parts = [path.name.encode(), data]
    if is_zipfile(path):
        with ZipFile(BytesIO(data)) as archive:
            parts += [part for name in archive.namelist() for part in (name.encode(), archive.read(name))]
    text = b"\n".join(parts).decode("utf-8", "replace")
    if path.suffix == ".pdf":
        reader = PdfReader(BytesIO(data))
        about = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode("utf-8")
        text += shown(path) + str(dict(reader.metadata or {})) + about + " ".join(charts_alt(reader))
    return text


@cache
def shown(path: Path) -> str:
    """The words of a PDF."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


# Nothing that could tell who it is


def test_no_text_of_a_person_is_in_any_file(files):
    assert len(files) > 15
    assert [] == [path.name for path in files if CANARY.casefold() in everything(path).casefold()]


def test_in_the_full_report_they_are_found(tmp_path):
    findings = find(tables_of(telling()))
    full = write_report(findings, report_content(findings), tmp_path)

    told = {path.name for path in full if CANARY in everything(path) and words.day(SESSION) in everything(path)}
    assert {"letter.pdf", "letter.docx", "report.pdf", "outcomes.xlsx"} <= told


def test_no_real_date_of_the_diary_is_in_any_file(files):
    real = {FIRST + timedelta(n) for n in range(-400, 300)} | {date(2024, 8, 9)}
    ways = ("%Y%m%d", "%Y-%m", "%b %Y", "%B %Y", "%d/%m/%Y", "%d.%m.%Y")
    written = {f"{day:{way}}" for day in real for way in ways}

    assert all({f"{day:%Y-%m}", f"{day:%b %Y}"} <= written for day in real)  # and so no 2023-03-14, no 14 Mar 2023
    assert words.day(SESSION).endswith(f"{SESSION:%b %Y}")
    for path in files:
        text = everything(path)
        assert set() == {day for day in written if day in text}, path.name


def test_no_chart_names_a_month_or_a_year():
    changed = deidentified(tables_of(demo_batch()), CODE)
    with words.relative_days():
        findings = find(changed)
        shown_there = findings.marked, findings.windows, findings.outcomes, changed.treatments, changed.injections
        drawn = chart_figures(*shown_there)
        said = {text.get_text() for figure in drawn.values() for text in figure.findobj(Text)}
        said |= set(chart_texts(*shown_there).values())

    assert {"day 0", "day 84", "month 0"} <= said
    assert [] == [text for text in said if DATED.search(text)]


def test_the_names_of_facts_say_nothing(files):
    given = telling()
    names = [one.treatment_id for one in given.treatments] + [one.attack_id for one in given.attacks]

    assert [] == [path.name for path in files for name in names if name in everything(path)]


def test_every_text_shows_the_code_and_days_since_the_first_session(files):
    pdf = {path.name: shown(path) for path in files if path.suffix == ".pdf"}

    assert all(f"Patient {CODE}, as of day 209" in text for text in pdf.values())
    assert "day −84 to −1" in pdf["letter.pdf"]


def test_a_warning_is_not_lost(files):
    letter = next(path for path in files if path.name == "letter.pdf")

    assert "swallowing difficulty (since day 4)" in shown(letter)


def test_the_report_says_what_was_left_out(files):
    numbers = json.loads(next(path for path in files if path.name == "outcomes.json").read_text(encoding="utf-8"))

    assert (CODE, "2000-07-28", [NOTE], []) == tuple(numbers[k] for k in ("patient", "as_of", "assumptions", "inputs"))


def test_the_same_diary_gives_the_same_bytes(files, tmp_path):
    again = report_of(tables_of(telling()), tmp_path)

    assert [path.read_bytes() for path in files] == [path.read_bytes() for path in again]


# The numbers stay


@pytest.fixture(scope="module")
def demo():
    return tables_of(demo_batch())


def test_every_number_of_the_outcomes_stays(demo):
    full, moved_away = find(demo), find(deidentified(demo, CODE))

    pd.testing.assert_frame_equal(
        full.outcomes.drop(columns=["patient", "caution"]), moved_away.outcomes.drop(columns=["patient", "caution"])
    )


def test_the_first_session_is_day_zero_and_every_other_day_follows(demo):
    changed = deidentified(demo, CODE)

    assert SESSIONS[0][0] == first_day(demo)
    assert date(2000, 1, 1) == first_day(changed) == moved(SESSIONS[0][0], demo)
    by = words.DAY_ZERO - pd.Timestamp(SESSIONS[0][0])
    assert (demo.days["date"] + by).tolist() == changed.days["date"].tolist()
    assert (demo.attacks["start"] + by).tolist() == changed.attacks["start"].tolist()


def test_without_a_session_the_first_day_of_the_diary_is_day_zero():
    tables = tables_of(Batch(days=(DayLog("P1", date(2024, 5, 6), headache=True),)))

    assert date(2024, 5, 6) == first_day(tables)
    assert pd.Timestamp(2000, 1, 1) == deidentified(tables, CODE).days["date"].iloc[0]


def test_what_was_given_where_still_belongs_to_its_session(demo):
    changed = deidentified(demo, CODE)
    units = changed.injections.merge(changed.treatments, on="treatment_id").groupby("start")["units"].sum()

    assert set(changed.injections["treatment_id"]) <= set(changed.treatments["treatment_id"])
    assert 195 == units[pd.Timestamp("2000-12-23")]


def test_the_tables_keep_their_rows_and_types(demo):
    changed = deidentified(demo, CODE)

    for table in CANONICAL:
        old, new = getattr(demo, table.name), getattr(changed, table.name)
        assert len(old) == len(new), table.name
        assert old.dtypes.astype(str).to_dict().keys() == new.dtypes.astype(str).to_dict().keys()
    assert {table.name for table in CANONICAL} == {field.name for field in fields(changed)}


# What is kept of texts


def test_the_standard_names_of_side_effects_stay_and_are_those_of_the_record():
    with (Path(diary.__file__).parent / "side_effects.csv").open(encoding="utf-8", newline="") as names:
        assert {row["name"] for row in csv.DictReader(names)} == SIDE_EFFECTS


def test_of_a_reason_only_the_words_that_are_counted_stay():
    changed = deidentified(tables_of(telling()), CODE)

    assert ["side effects"] == changed.treatments["reason"].dropna().tolist()
    assert {"another side effect", "swallowing difficulty"} == set(changed.events["event"])


@pytest.mark.parametrize(
    ("topic", "answer", "kept"),
    [
        ("decision", "raise", "raise"),
        ("overuse_managed", "managed", "managed"),
        ("next_review", "2023-06-26", "2000-01-15"),
        ("next_review", "in spring", LEFT_OUT),
        ("goal", "to see Anna's wedding", LEFT_OUT),
        ("chronic_since", "2019", LEFT_OUT),
    ],
)
def test_of_an_answer_only_the_words_of_the_program_stay(topic, answer, kept):
    given = replace(telling(), consultations=(Consultation(f"{CANARY}Patient", SESSION, topic, answer),))

    assert [kept] == deidentified(tables_of(given), CODE).consultations["answer"].tolist()


def test_the_answers_that_stay_are_words_of_the_program():
    assert {"continue", "managed", "no overuse"} <= ANSWERS


def test_born_sex_and_note_are_gone():
    people = deidentified(tables_of(telling()), CODE).patients

    assert people[["born", "sex", "note"]].isna().all(axis=None)


@pytest.mark.parametrize("code", ["", "  ", f"{CANARY}Patient"])
def test_a_code_that_hides_nobody_is_refused(code):
    with pytest.raises(diary.model.DiaryError, match="Choose another code"):
        deidentified(tables_of(telling()), code)


def test_outside_of_a_deidentified_report_a_date_is_a_date():
    with words.relative_days():
        assert "day 0" == words.day(words.DAY_ZERO)
    assert "1 Jan 2000" == words.day(words.DAY_ZERO)
