"""Everyday factors at the page: a few are chosen, written down with the day, corrected, and never guessed."""

from datetime import date

import pytest

from diary.model import DayLog, Factor, FactorChoice, Source
from tests.browser import faults, opened, turning
from tests.web import Visitor

TODAY = date(2026, 3, 10)
OLD = date(2026, 1, 5)


@pytest.fixture
def visitor(tmp_path):
    return Visitor(tmp_path)


def watch(visitor, *names):
    with visitor.diary() as diary:
        diary.record(Source("me", "log"), *(FactorChoice("me", name, date(2026, 3, 1)) for name in names))


def note(visitor, day=TODAY, **values):
    return visitor.send(f"/log/{day}/factors", values)


def written(visitor):
    with visitor.diary() as diary:
        return [(one.date, one.name, one.value) for one in diary.batch().factors]


def chosen(visitor):
    with visitor.diary() as diary:
        return [choice.name for choice in diary.batch().choices]


# --- choosing


def test_the_usual_factors_and_ones_own_are_chosen(visitor):
    page = visitor.send("/factors", {"usual": ["sleep", "stress"], "own": " Screen  time "})

    assert ["screen time", "sleep", "stress"] == sorted(chosen(visitor))
    assert "screen time since 10 Mar 2026 · written down on 0 days" in page.text


def test_more_than_five_are_refused_and_none_is_chosen(visitor):
    page = visitor.send("/factors", {"usual": ["sleep", "stress", "water", "meals", "alcohol", "exercise"]})

    assert (422, []) == (page.code, chosen(visitor))
    assert "That would be 6. Watch 5 at most: take one out first." in page.text


@pytest.mark.parametrize(
    ("own", "why"), [("", "Nothing was chosen."), ("a=b", "This is no name."), ("x" * 41, "too long")]
)
def test_what_is_no_name_is_refused_beside_the_field(visitor, own, why):
    page = visitor.send("/factors", own=own)

    assert (422, []) == (page.code, chosen(visitor))
    assert why in page.text


def test_a_factor_that_is_taken_out_is_watched_no_more_and_what_was_written_down_stays(visitor):
    watch(visitor, "sleep")
    note(visitor, sleep="6.5")
    page = visitor.get("/factors")
    name = page.html.split('name="name" value="')[1].split('"')[0]
    page = visitor.send("/remove/choices", name=name)

    assert ([], [(TODAY, "sleep", 6.5)]) == (chosen(visitor), written(visitor))
    assert "None is needed." in page.text


# --- writing down


def test_without_a_choice_the_first_page_asks_for_none(visitor):
    assert "Everyday:" not in visitor.get("/").text


@pytest.mark.parametrize(("text", "value"), [("6.5", 6.5), ("6,5", 6.5), ("yes", 1), ("No", 0), ("0", 0)])
def test_a_number_or_yes_or_no_is_written_down(visitor, text, value):
    watch(visitor, "sleep")
    page = note(visitor, sleep=text)

    assert [(TODAY, "sleep", value)] == written(visitor)
    assert f"Saved: sleep {value:g}" in page.text


def test_what_is_left_empty_is_not_known(visitor):
    watch(visitor, "sleep", "stress")
    note(visitor, sleep="6", stress="3")
    page = note(visitor, sleep="6", stress="")

    assert [(TODAY, "sleep", 6)] == written(visitor)
    assert "Everyday: sleep 6, stress" in page.text


def test_what_is_no_amount_is_refused_beside_its_field_and_stays_in_it(visitor):
    watch(visitor, "sleep", "stress")
    page = note(visitor, sleep="6", stress="much")

    assert (422, []) == (page.code, written(visitor))
    assert "Write a number, yes or no, or leave it empty." in page.text
    assert 'value="much" aria-invalid="true"' in page.html
    assert 'name="sleep" autocomplete="off"' in page.html


def test_a_factor_that_is_not_watched_is_not_written_down(visitor):
    watch(visitor, "sleep")

    assert 400 == note(visitor, coffee="3").code
    assert [] == written(visitor)


def test_factors_say_nothing_of_whether_there_was_headache(visitor):
    watch(visitor, "sleep")
    note(visitor, sleep="6")

    with visitor.diary() as diary:
        assert diary.day("me", TODAY) is None


def test_the_page_of_a_day_has_its_factors_with_what_was_said_before(visitor):
    watch(visitor, "sleep")
    with visitor.diary() as diary:
        diary.record(DayLog("me", OLD, headache=False), Factor("me", OLD, "sleep", 8))
    page = note(visitor, day=OLD, sleep="6")

    assert f"/day/{OLD}" == page.path
    assert "Saved: sleep 6" in page.text
    assert "sleep 8" in page.text.split("What was said before")[1]


def test_a_factor_that_is_watched_no_more_can_still_be_corrected_where_it_was_written_down(visitor):
    with visitor.diary() as diary:
        diary.record(Source("me", "log"), Factor("me", OLD, "sleep", 8))
    note(visitor, day=OLD, sleep="")

    assert [] == written(visitor)


# --- in a real browser


@pytest.mark.browser
def test_factors_are_chosen_and_written_down_on_a_phone(chromium, serving):
    with opened(chromium, f"{serving.url}/factors") as page:
        assert [] == faults(page, (320, 1280))
        page.get_by_label("sleep").check()
        page.get_by_label("One of your own").fill("screens")
        with turning(page):
            page.get_by_role("button", name="Watch", exact=True).click()
        page.goto(serving.url)
        card = page.locator(f"#day-{date.today()}")
        card.get_by_text("Everyday: screens, sleep").click()
        card.get_by_label("sleep").fill("6,5")
        assert [] == faults(page, (320, 1280))
        card.get_by_role("button", name="Save").last.click()
        card.get_by_text("Saved: screens, sleep 6.5").wait_for()
    with serving.diary() as diary:
        assert [("sleep", 6.5)] == [(one.name, one.value) for one in diary.batch().factors]
