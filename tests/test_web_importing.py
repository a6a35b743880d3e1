"""The page for files: nothing is added that was not shown, and what was sent does not stay."""

import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from diary.exports import write_json
from diary.model import Batch, DayLog, Injection, Source, Treatment
from diary.web import importing
from diary.web.access import PATIENT
from diary.web.previews import in_page_words
from diary.web.uploads import KEPT_FOR, Upload
from tests.browser import SIZES, faults, opened, turning
from tests.web import NOW, Visitor

DAYS = """Date,Severity,Hours,Medicine,Nausea
2026-03-01,severe,6,sumatriptan 50 mg,yes
2026-03-02,none,,,
2026-03-03,mild,2,Grandmother's drops,no
"""
TWO_WAYS = "Date,Headache\n01/02/2026,yes\n03/02/2026,no\n"


class Clock:
    """A clock that a test can move."""

    def __init__(self):
        self.seconds = NOW.timestamp()

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def visitor(tmp_path, clock):
    return Visitor(tmp_path, now=clock)


def send(visitor, *files):
    """Send files, each a name with its content."""
    sent = [(io.BytesIO(content.encode()), name) for name, content in files]
    return visitor.send("/import", {"files": sent})


def first(visitor):
    """The name of the first file that waits."""
    return waiting(visitor)[0].name


def waiting(visitor):
    return list(visitor.app.extensions["uploads"]._kept.values())


def decide(visitor, what, **fields):
    return visitor.send(f"/import/{what}", {"file": first(visitor), **fields})


def days(visitor):
    with visitor.diary() as diary:
        return diary.batch().days


def test_a_file_is_shown_before_anything_is_added(visitor):
    page = send(visitor, ("days.csv", DAYS))

    assert "days.csv" in page.text
    assert "Days logged 3 Headache days 2" in page.text
    assert "1 Mar 2026 Headache, severe, feeling sick, 6 h, Sumatriptan 50 mg" in page.text
    assert () == days(visitor)


def test_what_was_shown_is_added_on_a_tap(visitor):
    send(visitor, ("days.csv", DAYS))

    page = decide(visitor, "add")

    assert [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)] == [day.date for day in days(visitor)]
    assert "Added: days.csv" in page.text
    assert "Days 3 new Intakes 2 new" in page.text


def test_adding_twice_changes_nothing(visitor):
    send(visitor, ("days.csv", DAYS))
    decide(visitor, "add")
    decide(visitor, "add")

    with visitor.diary() as diary:
        assert 1 == len(diary.imports())


def test_a_file_that_was_added_before_says_so(visitor):
    send(visitor, ("days.csv", DAYS))
    decide(visitor, "add")
    decide(visitor, "discard")
    send(visitor, ("days.csv", DAYS))

    assert "The diary said all of this already. Nothing was changed." in decide(visitor, "add").text


def test_a_medicine_that_nobody_has_classed_is_named(visitor):
    page = send(visitor, ("days.csv", DAYS))

    assert "Not known what kind of medicine it is Grandmother's drops" in page.text


def test_a_problem_is_shown_with_its_row_and_what_to_do(visitor):
    page = send(visitor, ("days.csv", DAYS + "2026-02-30,mild,,,\n"))

    assert "To look at" in page.text
    assert "row 5" in page.text
    assert "30 February 2026 does not exist." in page.text


def test_what_is_assumed_names_no_option_of_the_command_line(visitor):
    page = send(visitor, ("days.csv", DAYS))

    assert "Assumed" in page.text
    assert "--" not in page.text


def test_dates_that_can_be_read_in_two_ways_are_asked_about(visitor):
    page = send(visitor, ("two.csv", TWO_WAYS))

    assert "One question first." in page.text
    assert '"01/02/2026" is' in page.text
    assert "--date-order" not in page.text
    assert "Add to the diary" not in page.text
    assert "Days logged 2" in decide(visitor, "answer", date_order="dmy").text


def test_the_answer_decides_how_the_file_is_read(visitor):
    send(visitor, ("two.csv", TWO_WAYS))
    decide(visitor, "answer", date_order="mdy")
    decide(visitor, "add")

    assert [date(2026, 1, 2), date(2026, 3, 2)] == [day.date for day in days(visitor)]


def test_a_question_without_an_answer_stays_open(visitor):
    send(visitor, ("two.csv", TWO_WAYS))

    page = decide(visitor, "answer", date_order="")

    assert 422 == page.code
    assert "Choose or write an answer, or discard the file." in page.text


def test_an_answer_that_is_not_among_the_choices_is_refused(visitor):
    send(visitor, ("two.csv", TWO_WAYS))

    page = decide(visitor, "answer", date_order="md", year="12")

    assert 422 == page.code
    assert "This is not one of the choices. Choose again." in page.text
    assert "Write a number from 1950 to 2099." in page.text


def test_a_question_cannot_be_stepped_over(visitor):
    send(visitor, ("two.csv", TWO_WAYS))
    decide(visitor, "add")

    assert () == days(visitor)
    assert "One question first." in visitor.text


def test_a_scale_that_fits_two_is_asked_about_and_earlier_answers_are_kept(visitor):
    send(visitor, ("two.csv", "Date,Pain\n01/02/2026,1\n03/02/2026,3\n"))
    page = decide(visitor, "answer", date_order="dmy")

    assert "which fits" in page.text
    assert 'name="date_order" value="dmy"' in page.html

    decide(visitor, "answer", date_order="dmy", scale="0-3")
    decide(visitor, "add")
    assert [1, 3] == [day.severity for day in days(visitor)]


def test_a_file_can_be_read_in_another_way_after_all(visitor):
    send(visitor, ("days.csv", DAYS))
    decide(visitor, "answer", blank_medication="unknown")
    decide(visitor, "add")

    assert [True, None, True] == [day.acute for day in days(visitor)]


def test_a_file_that_is_no_diary_is_called_by_its_own_name(visitor):
    page = send(visitor, ("letter.pdf", "%PDF-1.7 Anna"))

    assert "letter.pdf is a PDF document." in page.text
    assert "Add to the diary" not in page.text


def test_no_file_is_asked_for_in_a_sentence(visitor):
    page = visitor.send("/import", {"files": (io.BytesIO(b""), "")})

    assert 422 == page.code
    assert "No file was chosen." in page.text


def test_several_files_are_shown_one_after_the_other(visitor):
    page = send(visitor, ("days.csv", DAYS), ("two.csv", TWO_WAYS))
    assert "1 more file waits: two.csv" in page.text

    decide(visitor, "discard")

    assert () == days(visitor)
    assert '"01/02/2026" is' in visitor.text


def test_more_files_than_can_wait_are_refused_as_a_whole(visitor):
    page = send(visitor, *[(f"{number}.csv", DAYS) for number in range(11)])

    assert 422 == page.code
    assert "These are more than 10 files." in page.text
    assert [] == waiting(visitor)


def test_a_file_lies_under_a_name_of_our_own_where_nobody_else_can_look(visitor):
    send(visitor, ("../../evil.csv", DAYS))

    path = waiting(visitor)[0].path
    assert 0o700 == path.parent.stat().st_mode & 0o777
    assert [path.name] == os.listdir(path.parent)
    assert "evil" not in str(path)
    assert "../" not in visitor.text


@pytest.mark.parametrize("what", ["add", "discard"])
def test_a_file_goes_as_soon_as_it_is_decided_upon(visitor, what):
    send(visitor, ("days.csv", DAYS))
    path = waiting(visitor)[0].path

    decide(visitor, what)

    assert not path.exists()


def test_a_file_goes_after_an_hour(visitor, clock):
    send(visitor, ("days.csv", DAYS))
    upload = waiting(visitor)[0]
    clock.seconds += KEPT_FOR

    page = visitor.send("/import/add", file=upload.name)

    assert "This file is no longer here. Choose it again." in page.text
    assert not upload.path.exists()
    assert () == days(visitor)


def test_another_browser_does_not_see_the_file(visitor):
    send(visitor, ("days.csv", DAYS))
    name = first(visitor)
    visitor.client = visitor.app.test_client()

    assert "days.csv" not in visitor.get("/import").text
    visitor.send("/import/add", file=name)
    assert () == days(visitor)


def test_a_file_about_another_patient_is_not_shown(visitor):
    with visitor.diary() as diary:
        diary.record(Source("me", "log"), DayLog("me", date(2026, 3, 1), headache=True))

    page = send(visitor, ("others.csv", "Patient,Date,Headache\nP7,2026-03-01,yes\nP7,2026-03-02,no\n"))

    assert "This file is about another patient" in page.text
    assert "Days logged" not in page.text


def test_a_new_diary_takes_its_owner_from_the_file(visitor):
    send(visitor, ("own.csv", "Patient,Date,Headache\nP7,2026-03-01,yes\nP7,2026-03-02,no\n"))
    page = decide(visitor, "add")

    assert {"P7"} == {day.patient for day in days(visitor)}
    assert "Added: own.csv" in page.text


OTHERWISE = "Date,Severity\n2026-03-01,mild\n2026-03-02,none\n"


@pytest.fixture
def said_before(visitor):
    """A diary in which the day of the file stands otherwise."""
    with visitor.diary() as diary:
        diary.record(Source("me", "app"), DayLog("me", date(2026, 3, 1), headache=True, severity=3, source="app"))


@pytest.mark.usefixtures("said_before")
@pytest.mark.parametrize(("counts", "severity"), [("diary", 3), ("file", 1)])
def test_where_two_sources_differ_the_person_says_which_one_counts(visitor, counts, severity):
    page = send(visitor, ("days.csv", OTHERWISE))
    assert "1 entry is in the diary otherwise, from another source. Which one is to count?" in page.text

    decide(visitor, "add", counts=counts)

    assert [severity, 0] == [day.severity for day in days(visitor)]


def test_where_no_two_sources_differ_nothing_is_asked(visitor):
    assert "Which one is to count?" not in send(visitor, ("days.csv", DAYS)).text


def test_an_import_is_taken_back_whole(visitor):
    send(visitor, ("days.csv", DAYS))
    decide(visitor, "add")

    page = visitor.send("/import/undo", {"import": "1"})

    assert () == days(visitor)
    assert "days.csv was taken back. Entries removed: 5." in page.text
    assert "taken back" in page.text.split("Imports so far")[1]


def test_an_import_that_is_not_there_cannot_be_taken_back(visitor):
    assert 404 == visitor.send("/import/undo", {"import": "7"}).code


# ---- In a clinic


@pytest.fixture
def clinic(tmp_path):
    """A clinic of two patients, who both log in themselves."""
    visitor = Visitor(tmp_path, clinic=True)
    with visitor.diary() as diary:
        diary.record(Source("P1", "log"), Source("P2", "log"), SESSION)
    accounts = visitor.app.extensions["access"].accounts
    for patient in ("P1", "P2"):
        accounts.add(patient.lower(), PATIENT, GOOD, patient=patient)
    return visitor


GOOD = "correct horse battery"
SESSION = Treatment("P2", "botulinum", "Botox", date(2026, 1, 5), amount=155, unit="U")


def log_in(clinic, name):
    clinic.client = clinic.app.test_client()
    return clinic.get("/login").send("/login", name=name, password=GOOD)


def test_in_a_clinic_a_file_goes_into_the_diary_of_who_sent_it(clinic):
    log_in(clinic, "p1")
    send(clinic, ("days.csv", DAYS))
    decide(clinic, "add")

    assert {"P1"} == {day.patient for day in days(clinic)}


@pytest.mark.parametrize(
    "batch",
    [
        Batch(days=(DayLog("P2", date(2026, 3, 1), headache=True),)),
        Batch(treatments=(replace(SESSION, patient="P1", treatment_id=SESSION.treatment_id),)),
        Batch(
            sources=(Source("P1", "log"),), injections=(Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),)
        ),
    ],
    ids=["a day", "a session under the name of theirs", "a site of their session"],
)
def test_in_a_clinic_nobody_writes_into_the_diary_of_another(clinic, tmp_path, batch):
    log_in(clinic, "p1")
    send(clinic, ("export.json", write_json(batch, tmp_path / "export.json").read_text()))
    before = stored(clinic)
    assert "This file is about another patient" in clinic.text

    decide(clinic, "add")

    assert before == stored(clinic)


def stored(visitor):
    with visitor.diary() as diary:
        return diary.batch()


def test_in_a_clinic_nobody_takes_back_the_import_of_another(clinic):
    log_in(clinic, "p1")
    send(clinic, ("days.csv", DAYS))
    decide(clinic, "add")
    log_in(clinic, "p2")

    assert "days.csv" not in clinic.get("/import").text
    assert 404 == clinic.send("/import/undo", {"import": "1"}).code
    assert 3 == len(days(clinic))


def test_in_a_clinic_an_import_about_several_is_nobodys_to_take_back(clinic):
    with clinic.diary() as diary:
        both = (DayLog(patient, date(2026, 3, 1), headache=True) for patient in ("P1", "P2"))
        diary.add(Batch(days=tuple(both)), layout="all", file_name="everyone.csv")
    log_in(clinic, "p1")

    assert "everyone.csv" not in clinic.get("/import").text
    assert 404 == clinic.send("/import/undo", {"import": "1"}).code


def test_a_file_that_takes_too_long_is_left_to_the_command_line(visitor, monkeypatch, tmp_path):
    monkeypatch.setattr(importing, "SECONDS", -1)
    (tmp_path / "export.xml").write_text("<HealthData></HealthData>")

    page = send(visitor, ("export.xml", (tmp_path / "export.xml").read_text()))

    assert "This file takes too long here. Read it with: migraine import FILE" in page.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The 7f is odd. Say which with --date-order dmy or --date-order mdy.", "The a.csv is odd."),
        ("Blank means not known; --blank-medication none takes it as none.", "Blank means not known."),
        ("A level holds, for 14 days at most (--hold-days).", "A level holds, for 14 days at most."),
        ("None means headache. Name it with --headache WORD, once for each. It has: a, b.",
         "None means headache. It has: a, b."),
        ("Nothing to leave out: 3.5 hours.", "Nothing to leave out: 3.5 hours."),
    ],
)  # fmt: skip
def test_what_is_typed_into_a_terminal_is_not_said_on_the_page(said, shown):
    assert shown == in_page_words(said, Upload("7f", "a.csv", Path(), (), 0))


# ---- In a real browser ----------------------------------------------------------------------------------------


@pytest.fixture(params=SIZES)
def size(request):
    return SIZES[request.param]


@pytest.fixture
def files(tmp_path):
    """Two files to choose: one with a question, one with a problem."""
    for name, content in (("two.csv", TWO_WAYS), ("days.csv", DAYS + "2026-02-30,mild,,,\n")):
        (tmp_path / name).write_text(content)
    return [str(tmp_path / "two.csv"), str(tmp_path / "days.csv")]


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_files_are_imported_and_taken_back(chromium, serving, files, size, scripts):
    with opened(chromium, f"{serving.url}/import", size, java_script_enabled=scripts) as page:
        page.get_by_label("Choose files").set_input_files(files)
        page.get_by_role("button", name="Read it").click()
        page.get_by_label("Dates are written as").select_option("dmy")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Add to the diary").click()
        page.get_by_role("heading", name="Added: two.csv").wait_for()
        page.get_by_role("button", name="Add to the diary").click()
        page.get_by_role("heading", name="Added: days.csv").wait_for()
        page.get_by_text("Take back days.csv").click()
        page.get_by_role("button", name="Take it back days.csv").click()
        page.get_by_text("days.csv was taken back").wait_for()
    with serving.diary() as diary:
        assert [date(2026, 2, 1), date(2026, 2, 3)] == [day.date for day in diary.batch().days]


@pytest.mark.browser
def test_every_state_of_the_page_is_readable_and_fits(chromium, serving, files):
    with opened(chromium, f"{serving.url}/import") as page:
        assert [] == faults(page, (390, 1280))
        page.get_by_label("Choose files").set_input_files(files)
        for step in (
            ("Read it",),
            ("Discard two.csv", "Read it in another way"),
            ("Add to the diary", "Take back days.csv"),
        ):
            take(page, *step)
            assert (step, []) == (step, faults(page, (390, 1280)))


def take(page, button, *folded):
    """Go on to the next state of the page, and open what is folded in it."""
    with turning(page):
        page.get_by_role("button", name=button).click()
    for text in folded:
        page.get_by_text(text).click()
