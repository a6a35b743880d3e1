"""A table that nobody knows, at the page: its columns are asked for one by one, and the answers kept for the next."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from diary.importers.profile import FIELDS
from diary.model import DayLog, Dose, Source
from diary.web.access import CLINICIAN, PATIENT
from diary.web.columns import MEANINGS
from tests.browser import faults, opened, turning
from tests.web import Visitor

TABLE = """Wann,Wie,Pille,Wetter
2026-03-01,3,Maxalt,Regen
2026-03-02,0,,Sonne
2026-03-03,2,Foobarol,Sonne
"""
SAID = {"column-0": "date", "column-1": "pain", "column-2": "medicine", "column-3": "skip", "called": "Kalender"}
GOOD = "correct horse battery"


@pytest.fixture
def visitor(tmp_path):
    return Visitor(tmp_path)


def send(visitor, content=TABLE, name="mine.csv"):
    content = content.encode() if isinstance(content, str) else content
    return visitor.send("/import", {"files": (io.BytesIO(content), name)})


def decide(visitor, what, fields=()):
    name = next(iter(visitor.app.extensions["uploads"]._kept))
    return visitor.send(f"/import/{what}", {"file": name, **dict(fields)})


def read(visitor, **more):
    """The columns of the table said, and what they leave open as well."""
    decide(visitor, "columns", SAID | more)
    return decide(visitor, "answer", {"scale": "0-3"})


def profiles(tmp_path):
    return sorted(path.name for path in tmp_path.glob("profiles/*"))


def test_every_meaning_of_a_column_can_be_chosen():
    assert FIELDS == MEANINGS


def test_each_column_is_asked_about_with_what_stands_in_it(visitor):
    page = send(visitor)

    assert "What are its columns?" in page.text
    assert "Wetter" in page.text
    assert "such as: Maxalt, Foobarol" in page.text
    assert "Add to the diary" not in page.text


def test_a_header_that_is_nearly_known_is_suggested_and_no_more(visitor):
    page = send(visitor, "Date,Headahce level\n2026-03-01,3\n")

    assert '<option value="date" selected>' in page.html
    assert "Add to the diary" not in page.text


def test_what_was_said_reads_the_table_under_the_name_it_was_given(visitor):
    send(visitor)
    page = read(visitor)
    assert "Read as: Kalender. Nothing is added yet." in page.text

    decide(visitor, "add")

    with visitor.diary() as diary:
        assert [(3, "Kalender"), (0, "Kalender"), (2, "Kalender")] == [
            (day.severity, day.source) for day in diary.batch().days
        ]


def test_columns_that_make_no_diary_are_asked_about_again_and_the_answers_stay(visitor):
    send(visitor)
    page = decide(visitor, "columns", SAID | {"column-0": "skip"})

    assert 422 == page.code
    assert "These columns do not make a diary. It needs a date, or a start" in page.text
    assert '<option value="pain" selected>' in page.html


def test_an_answer_that_is_not_among_the_meanings_is_not_taken(visitor):
    send(visitor)
    page = decide(visitor, "columns", SAID | {"column-0": "../../etc"})

    assert (422, False) == (page.code, "etc" in page.html)


def test_a_table_without_names_is_asked_about_by_the_place_of_its_columns(visitor):
    send(visitor, "2026-03-01,3\n2026-03-02,0\n")
    page = decide(visitor, "columns", {"look": "yes", "unnamed": "on"})
    assert "column 1" in page.text

    decide(visitor, "columns", {"column-0": "date", "column-1": "pain", "unnamed": "on"})
    decide(visitor, "answer", {"scale": "0-3"})
    decide(visitor, "add")

    with visitor.diary() as diary:
        assert [3, 0] == [day.severity for day in diary.batch().days]


def test_of_a_workbook_with_several_sheets_one_is_asked_about(visitor):
    workbook = Workbook()
    workbook.active.title = "Notes"
    workbook.active.append(["Something else"])
    sheet = workbook.create_sheet("Log")
    for row in (["Wann", "Wie"], ["2026-03-01", 3], ["2026-03-02", 0]):
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)

    assert '<option value="1">Log</option>' in send(visitor, content.getvalue(), "mine.xlsx").html
    assert "Wann" in decide(visitor, "columns", {"look": "yes", "sheet": "1"}).text


def test_a_table_that_is_known_can_be_asked_about_as_well(visitor):
    send(visitor, "Date,Headache\n2026-03-01,yes\n")

    page = decide(visitor, "columns", {"look": "yes"})

    assert "What are its columns?" in page.text
    assert "Days logged" not in page.text


def test_what_was_said_is_kept_when_it_was_added_and_reads_the_next_file(visitor, tmp_path):
    send(visitor)
    read(visitor, keep="on")
    assert [] == profiles(tmp_path)
    decide(visitor, "add")
    assert ["kalender.toml"] == profiles(tmp_path)
    decide(visitor, "discard")

    page = send(visitor, TABLE.replace("2026-03", "2026-02"), "next.csv")

    assert "Read as: Kalender. Nothing is added yet." in page.text
    assert "Days logged 3" in page.text


def test_what_was_said_is_not_kept_unless_that_is_wanted(visitor, tmp_path):
    send(visitor)
    read(visitor)
    decide(visitor, "add")

    assert [] == profiles(tmp_path)


# --- in a clinic all patients share one store


@pytest.fixture
def clinic(tmp_path):
    visitor = Visitor(tmp_path, clinic=True)
    with visitor.diary() as diary:
        diary.record(Source("P1", "log"), Dose("P1", NOON, "Foobarol"))
    accounts = visitor.app.extensions["access"].accounts
    accounts.add("p1", PATIENT, GOOD, patient="P1")
    accounts.add("anna", CLINICIAN, GOOD)
    return visitor


NOON = datetime(2026, 3, 9, 12)


def log_in(clinic, name):
    clinic.client = clinic.app.test_client()
    clinic.get("/login").send("/login", name=name, password=GOOD)
    if name == "anna":
        clinic.send("/patients/choose", patient="P1")


def test_in_a_clinic_a_patient_says_what_columns_are_and_nothing_of_it_is_kept(clinic, tmp_path):
    log_in(clinic, "p1")
    assert "Remember this" not in send(clinic).text
    read(clinic, keep="on")
    decide(clinic, "add")

    assert [] == profiles(tmp_path)
    with clinic.diary() as diary:
        assert 3 == len(diary.batch("P1").days)


def test_in_a_clinic_what_a_clinician_kept_is_not_offered_to_patients(clinic, tmp_path):
    log_in(clinic, "anna")
    assert "Remember this" in send(clinic).text
    read(clinic, keep="on")
    decide(clinic, "add")
    decide(clinic, "discard")
    assert ["kalender.toml"] == profiles(tmp_path)

    assert "Read as: Kalender" in send(clinic).text
    decide(clinic, "discard")
    log_in(clinic, "p1")
    page = send(clinic)
    assert "What are its columns?" in page.text
    assert "Kalender" not in page.text


def test_in_a_clinic_a_patient_does_not_class_medicines_for_all(clinic):
    log_in(clinic, "p1")
    clinic.get("/")
    page = clinic.send("/log/2026-03-09/kind", name="Foobarol", kind="triptan")

    assert 400 == page.code
    with clinic.diary() as diary:
        assert {} == diary.own_classes()


# --- in a real browser


@pytest.mark.browser
def test_a_table_is_answered_column_by_column(chromium, serving, tmp_path):
    (tmp_path / "mine.csv").write_text(TABLE)
    with serving.diary() as diary:
        diary.record(Source("me", "app"), DayLog("me", date(2026, 3, 1), headache=False, source="app"))
    with opened(chromium, f"{serving.url}/import") as page:
        page.get_by_label("Choose files").set_input_files(str(tmp_path / "mine.csv"))
        with turning(page):
            page.get_by_role("button", name="Read it").click()
        page.get_by_text("The table is another one").click()
        assert [] == faults(page, (320, 1280))
        page.get_by_label("Wann").select_option("date")
        page.get_by_label("Wie").select_option("pain")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("How bad it was is written as").select_option("0-3")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("What this file says").check()
        page.get_by_role("button", name="Add to the diary").click()
        page.get_by_role("heading", name="Added: mine.csv").wait_for()
    with serving.diary() as diary:
        assert [3, 0, 2] == [day.severity for day in diary.batch().days]
    assert ["mine.toml"] == profiles(tmp_path)
