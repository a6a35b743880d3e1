"""What changed, and its reports, on the page: the answer first, every picture with its numbers, nothing left behind."""

import io
import os
import re
import stat
import tempfile
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest

from analysis.pages import PAGES
from analysis.pages.choice import Choice
from analysis.pages.making import KEPT, CancelledError, Making, Makings, Order, made_file
from analysis.pages.results import Picture, Results
from analysis.pages.tips import tip_of
from analysis.pages.verdicts import Verdicts
from diary.model import AdverseEvent, DayLog, Dose, Injection, Patient, Treatment
from diary.store import Store
from tests.browser import DESK, PHONE, Serving, faults, opened, turning
from tests.drawing import logs
from tests.web import Visitor

FIRST = date(2026, 3, 29)
SESSION = Treatment("me", "botulinum", "Botox", FIRST, amount=155, unit="U")
BEFORE = "1101110 1101100 1110110 1011010"
AFTER = "0100100 0010000 0100010 0010010 " * 3
DIARY = [
    *logs("me", BEFORE, "2026-03-01"),
    *logs("me", AFTER, "2026-03-29"),
    SESSION,
    Injection(SESSION.treatment_id, "frontalis", "left", 2, 10),
    Dose("me", datetime(2026, 3, 2, 9), "sumatriptan", medicine_class="triptan"),
]
HEADLINE = "Headache days were fewer in cycle 1: 7.0 per 28 days, against 18.0 at baseline."


def visitor(folder, *facts, **options):
    """A browser without scripts on a diary that holds these facts."""
    found = Visitor(folder, pages=PAGES, **options)
    with found.diary() as diary:
        diary.record(*facts) if facts else None
    return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A reader of a diary with four weeks before a session and twelve after it."""
    return visitor(tmp_path_factory.mktemp("outcome"), *DIARY)


# --- the answer


def test_the_answer_is_the_sentence_of_every_report(reader):
    assert HEADLINE in reader.get("/outcome").text


def test_the_four_questions_are_answered(reader):
    text = reader.get("/outcome").text

    assert all(question in text for question in ("By how much?", "How sure are we?", "What are we missing?"))
    assert "cannot say why something changed" in text


def test_a_warning_stands_before_the_answer(tmp_path):
    ill = visitor(tmp_path, *DIARY, AdverseEvent("me", date(2026, 4, 2), "swallowing difficulty"))
    text = ill.get("/outcome").text

    assert 0 < text.index("Recorded, can be serious") < text.index(HEADLINE)


def test_an_empty_diary_is_told_where_to_begin(tmp_path):
    page = visitor(tmp_path).get("/outcome")

    assert 200 == page.code
    assert "There is no day in this diary yet." in page.text
    assert "Log today" in page.text


def test_without_a_session_the_page_cannot_tell_and_offers_to_add_one(tmp_path):
    page = visitor(tmp_path, *logs("me", BEFORE)).get("/outcome")

    assert "The diary cannot tell yet" in page.text
    assert "Add a session" in page.text
    assert "migraine botox" not in page.text


def test_without_a_baseline_the_page_says_what_is_missing(tmp_path):
    page = visitor(tmp_path, SESSION, *logs("me", AFTER, "2026-03-29")).get("/outcome")

    assert "It has no logged day in the four weeks before the first session." in page.text


def test_another_definition_is_another_answer(reader):
    """No duration is written down, so no headache is known to have lasted four hours."""
    assert "The diary cannot tell yet" in reader.get("/outcome?definition=4h").text
    assert HEADLINE in reader.get("/outcome?definition=any&rules=hull").text


def test_a_definition_that_does_not_exist_is_a_sentence(reader):
    page = reader.get("/outcome?definition=anything")

    assert 400 == page.code
    assert "There is no definition 'anything'." in page.text


def test_a_rule_set_that_does_not_exist_is_a_sentence(reader):
    assert "There is no rule set 'mine'." in reader.get("/outcome?rules=mine").text


def test_the_details_say_what_the_rules_say_and_how_firm_it_is(reader):
    text = reader.get("/outcome/details").text

    assert "nice-ta260 start" in text
    assert "How firm is the answer?" in text
    assert "Definitions and methods" in text


def test_a_part_that_scripts_ask_for_comes_without_the_page_around_it(reader):
    alone = reader.get("/outcome/figure/blocks", headers={"HX-Request": "true"}).html

    assert alone.strip().startswith("<figure")
    assert "<html" in reader.get("/outcome/figure/blocks").html


# --- the pictures


@pytest.mark.parametrize("name", ["blocks", "phases", "severity", "course", "medication", "calendar", "injections"])
def test_every_picture_has_its_words_and_its_numbers(reader, name):
    html = reader.get(f"/outcome/figure/{name}").html

    assert re.search(r'<img [^>]*alt="[^"]{20,}"', html)
    assert "<summary>In words and numbers</summary>" in html
    assert "<caption" in html


def test_each_bar_says_what_the_table_says(reader):
    html = reader.get("/outcome/figure/blocks").html

    assert 'aria-label="Cycle 1 weeks 1-4; Dates: 29 Mar – 25 Apr 2026; Logged: 28 of 28; Headache days: 7.0;' in html
    assert 4 == html.count('class="mark"')


def test_a_picture_is_svg_without_a_style_of_the_page(reader):
    page = reader.get("/outcome/chart/blocks.svg")

    assert "image/svg+xml" == page.headers["Content-Type"].split(";")[0]
    assert "<svg" in page.html
    assert "style=" not in reader.get("/outcome").html


def test_a_picture_that_does_not_exist_is_no_page(reader):
    assert 404 == reader.get("/outcome/figure/rounds").code


def test_words_beside_a_bar_stay_inside_the_picture(reader):
    with reader.diary() as diary:
        result = Results().of(diary, "me", Choice())
    for name in ("blocks", "course", "medication", "calendar"):
        picture = result.picture(name)
        for number in range(len(picture.marks)):
            tip = tip_of(picture, number)
            assert tip.x >= 0
            assert tip.y >= 0
            assert tip.x + tip.width <= picture.width + 1


# --- what is kept


def test_a_result_is_kept_while_the_diary_stays_as_it_is(tmp_path):
    with Store.open(str(tmp_path / "diary.sqlite")) as diary:
        diary.record(*DIARY)
        results = Results()
        before = results.of(diary, "me", Choice())
        again = results.of(diary, "me", Choice())
        diary.record(DayLog("me", FIRST, headache=True))
        after = results.of(diary, "me", Choice())

    assert before is again
    assert before is not after
    assert "7.3 per 28 days" in after.opening.headline


def test_only_so_many_results_are_kept(tmp_path):
    with Store.open(str(tmp_path / "diary.sqlite")) as diary:
        diary.record(*DIARY)
        results = Results(most=1)
        first = results.of(diary, "me", Choice())
        results.of(diary, "me", Choice("hull"))

        assert first is not results.of(diary, "me", Choice())


def test_a_picture_is_drawn_once(reader):
    with reader.diary() as diary:
        result = Results().of(diary, "me", Choice())

    assert isinstance(result.picture("phases"), Picture)
    assert result.picture("phases") is result.drawn("phases")


def test_the_verdicts_of_a_clinic_follow_its_diaries(tmp_path):
    others = [replace(fact, patient="P2") for fact in logs("me", BEFORE)]
    with Store.open(str(tmp_path / "diary.sqlite")) as diary:
        diary.record(*DIARY, *others, Patient("P3"))
        verdicts = Verdicts(diary)
        before = verdicts(["me", "P2", "P3"])
        diary.record(*(replace(fact, patient="P3") for fact in logs("me", BEFORE)))
        after = verdicts(["me", "P2", "P3"])

    assert "stop: less than 30 % fewer headache days after two cycles: cannot tell" in before["me"]
    assert before["P2"].startswith("start: ")
    assert "P3" not in before
    assert "P3" in after


# --- reports


def made(page, file, **fields):
    """Ask for a file, wait for it without scripts, and fetch it."""
    page.get("/reports").send("/reports", file=file, **fields)
    place = page.path
    for _ in range(600):
        if 'http-equiv="refresh"' not in page.html:
            break
        time.sleep(0.1)
        page.get(place)
    assert "The report is ready." in page.text, page.text
    return page.client.get(f"{place}/file"), place


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The folder in which temporary ones are made."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_a_report_is_made_and_nothing_of_it_is_left_behind(reader, scratch):
    sent, place = made(reader, "patient.pdf")

    assert sent.data.startswith(b"%PDF")
    assert "attachment; filename=migraine-patient.pdf" == sent.headers["Content-Disposition"]
    assert "no-store" == sent.headers["Cache-Control"]
    assert [] == list(scratch.iterdir())
    assert "/reports" == reader.get(f"{place}/file").path


def test_everything_is_one_archive_with_all_that_the_command_writes(reader):
    sent, _ = made(reader, "everything.zip")
    names = zipfile.ZipFile(io.BytesIO(sent.data)).namelist()

    assert {"letter.pdf", "letter.docx", "report.pdf", "outcomes.xlsx", "bundle.json", "charts/blocks.svg"} <= {*names}


def test_a_report_without_the_person_has_neither_dates_nor_fhir(reader):
    sent, _ = made(reader, "everything.zip", without_person="on", code="A1")
    archive = zipfile.ZipFile(io.BytesIO(sent.data))

    assert "bundle.json" not in archive.namelist()
    assert b"2026" not in archive.read("outcomes.json")


def test_a_report_without_the_person_asks_for_a_code(reader):
    page = reader.get("/reports").send("/reports", file="letter.pdf", without_person="on", code="")

    assert 422 == page.code
    assert "Write a short code that stands for the patient" in page.text


def test_a_fhir_bundle_cannot_go_without_the_person(reader):
    page = reader.get("/reports").send("/reports", file="bundle.json", without_person="on", code="A1")

    assert "cannot go without the person" in page.text


def test_a_file_that_is_not_offered_is_refused(reader):
    assert 400 == reader.get("/reports").send("/reports", file="../../etc/passwd").code


def test_the_folder_of_a_report_is_private_and_goes_when_it_is_cancelled(reader, scratch):
    modes = []

    def step(doing):
        modes.extend(stat.S_IMODE(os.stat(one).st_mode) for one in scratch.iterdir())
        if doing == "Setting the details":
            raise CancelledError

    with reader.diary() as diary, pytest.raises(CancelledError):
        made_file(diary, "me", Order("everything.zip", Choice()), step)

    assert {0o700} == set(modes)
    assert [] == list(scratch.iterdir())


def test_a_report_that_is_stopped_is_not_here_any_more(reader):
    reader.get("/reports").send("/reports", file="letter.pdf")
    place = reader.path
    reader.send(f"{place}/cancel")

    assert "This report is not here any more." in reader.get(place).text


def test_a_report_of_an_empty_diary_says_so(tmp_path):
    page = visitor(tmp_path)
    page.get("/reports").send("/reports", file="letter.pdf")
    place = page.path
    for _ in range(100):
        time.sleep(0.1)
        if "no day in this diary" in page.get(place).text:
            break

    assert "There is no day in this diary yet." in page.text


def test_a_report_belongs_to_who_asked_for_it():
    makings = Makings()
    making = Making(("anna", "P1"), Order("letter.pdf", Choice()))
    makings._all[making.number] = making

    assert makings.find(making.number, ("anna", "P1")) is making
    assert makings.find(making.number, ("anna", "P2")) is None
    assert makings.find(making.number, ("bert", "P1")) is None


def test_a_report_that_nobody_fetches_is_forgotten():
    makings = Makings()
    making = Making(("", "me"), Order("letter.pdf", Choice()))
    making.file, making.begun = b"%PDF", making.begun - KEPT - 1
    makings._all[making.number] = making

    assert makings.find(making.number, ("", "me")) is None
    assert making.file is None


# --- in a browser


def serving(folder):
    """The page with its answer, served."""
    served = Serving(folder, pages=PAGES)
    with served.diary() as diary:
        diary.record(*DIARY)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Nothing that is done there changes the diary."""
    yield from serving(tmp_path_factory.mktemp("served"))


@pytest.fixture
def just_served(tmp_path):
    """Nobody has looked at a part of the answer yet; one that was drawn stands in the page at once."""
    yield from serving(tmp_path)


@pytest.mark.browser
def test_the_page_fits_and_is_accessible(chromium, served):
    with opened(chromium, f"{served.url}/reports") as page:
        page.set_default_timeout(60_000)
        assert [] == faults(page, (390, 1280))
        page.goto(f"{served.url}/outcome")
        for name in ("blocks", "phases", "medication", "injections"):
            page.evaluate("name => document.getElementById(`part-${name}`).scrollIntoView()", name)
            page.locator(f"figure#part-{name} img").wait_for()
        page.get_by_role("link", name="How firm is this?").click()
        page.locator("#part-details .rules").wait_for()
        assert [] == faults(page, (390, 1280))
        assert page.locator("figure img:not([alt])").count() == 0


@pytest.mark.browser
def test_keys_lead_from_bar_to_bar_and_show_their_numbers(chromium, served):
    with opened(chromium, f"{served.url}/outcome", DESK) as page:
        page.set_default_timeout(60_000)
        marks = page.locator("#part-blocks .mark")
        marks.first.wait_for()
        assert not marks.nth(1).locator(".tip").is_visible()
        marks.first.focus()
        assert marks.first.locator(".tip").is_visible()
        page.keyboard.press("ArrowRight")
        assert marks.nth(1).locator(".tip").is_visible()
        assert not marks.first.locator(".tip").is_visible()
        assert "Headache days: 7.0" in marks.nth(1).get_attribute("aria-label")


@pytest.mark.browser
def test_pointing_at_a_bar_shows_its_numbers(chromium, served):
    with opened(chromium, f"{served.url}/outcome", PHONE) as page:
        page.set_default_timeout(60_000)
        mark = page.locator("#part-blocks .mark").nth(0)
        mark.wait_for()
        mark.locator(".bar").hover()
        assert mark.locator(".tip").is_visible()
        mark.focus()
        tip = mark.locator(".tip").bounding_box()
        assert tip["x"] >= 0
        assert tip["x"] + tip["width"] <= PHONE["width"]


@pytest.mark.browser
def test_without_scripts_every_part_is_a_page_behind_a_link(chromium, just_served):
    with opened(chromium, f"{just_served.url}/outcome", PHONE, java_script_enabled=False) as page:
        page.set_default_timeout(60_000)
        with turning(page):
            page.get_by_role("link", name="Headache days, block by block").click()
        assert page.locator("figure img").is_visible()
        page.get_by_role("link", name="Back to what changed").click()
        with turning(page):
            page.get_by_role("link", name="How firm is this?").click()
        assert page.get_by_text("What the rules say").is_visible()


@pytest.mark.browser
def test_a_report_is_saved_with_scripts_and_without_them(chromium, served):
    for scripts in (True, False):
        with opened(chromium, f"{served.url}/reports", PHONE, java_script_enabled=scripts) as page:
            page.set_default_timeout(60_000)
            page.get_by_label("Workbook").check()
            page.get_by_role("button", name="Make it").click()
            with page.expect_download() as sent:
                page.get_by_role("link", name="Save it").click()
            assert "migraine-outcomes.xlsx" == sent.value.suggested_filename
