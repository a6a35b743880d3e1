"""The first page: what a tap leaves in the diary, and what stands on the page afterwards."""

from datetime import date, datetime, timedelta

import pytest

from diary.model import Attack, DayLog, Dose, Source
from tests.browser import DESK, PHONE, SIZES, faults, opened, turning
from tests.web import NOW, Visitor

TODAY, YESTERDAY = date(2026, 3, 10), date(2026, 3, 9)


@pytest.fixture
def visitor(tmp_path):
    return Visitor(tmp_path)


def answer(visitor, what, day=TODAY, **fields):
    return visitor.send(f"/log/{day}/{what}", fields)


def stored(visitor, day=TODAY):
    with visitor.diary() as diary:
        return diary.day("me", day)


def doses(visitor):
    with visitor.diary() as diary:
        return diary.doses("me")


def record(visitor, *facts):
    with visitor.diary() as diary:
        diary.record(Source("me", "log", medication=True), *facts)


def test_a_new_diary_asks_for_today_and_yesterday_and_for_nothing_else(visitor):
    page = visitor.get("/")

    assert "Today Tuesday, 10 March" in page.text
    assert "Yesterday Monday, 9 March" in page.text
    assert "open" not in page.text


@pytest.mark.parametrize(("word", "severity"), [("mild", 1), ("moderate", 2), ("severe", 3)])
def test_one_tap_says_how_bad_the_headache_was(visitor, word, severity):
    page = answer(visitor, "headache", headache=word)

    assert (True, severity) == (stored(visitor).headache, stored(visitor).severity)
    assert f"Saved: Headache, {word}" in page.text


def test_headache_free_is_one_tap(visitor):
    page = answer(visitor, "headache", headache="none")

    day = stored(visitor)
    assert (False, 0, False) == (day.headache, day.severity, day.acute)
    assert "Saved: No headache, nothing taken" in page.text


def test_a_headache_alone_does_not_say_that_nothing_was_taken(visitor):
    page = answer(visitor, "headache", headache="moderate")

    assert stored(visitor).acute is None
    assert "medicines not known" in page.text


def test_that_nothing_was_taken_is_an_answer_of_its_own(visitor):
    answer(visitor, "headache", headache="moderate")
    answer(visitor, "taken", answer="nothing")

    assert stored(visitor).acute is False


def test_a_free_day_that_becomes_a_headache_day_asks_for_medicines_anew(visitor):
    answer(visitor, "headache", headache="none")
    answer(visitor, "headache", headache="mild")

    assert stored(visitor).acute is None


def test_i_do_not_know_is_an_answer_and_the_day_is_not_logged(visitor):
    page = answer(visitor, "headache", day=YESTERDAY, headache="unknown")

    day = stored(visitor, YESTERDAY)
    assert (None, None, None) == (day.headache, day.severity, day.acute)
    assert "Not known, so it counts as not logged" in page.text


def test_i_do_not_know_takes_an_answer_back_and_the_history_keeps_it(visitor):
    record(visitor, DayLog("me", YESTERDAY, headache=True, severity=3, nausea=True, menses=True, note="long day"))
    answer(visitor, "headache", day=YESTERDAY, headache="unknown")

    day = stored(visitor, YESTERDAY)
    assert (None, None, None) == (day.headache, day.severity, day.nausea)
    assert (True, "long day") == (day.menses, day.note)
    with visitor.diary() as diary:
        assert [3] == [change.was.severity for change in diary.history("me", day)]


@pytest.mark.parametrize(("said", "minutes"), [("3", 180), ("3.5", 210), ("3,5", 210), ("2:30", 150), ("45 min", 45)])
def test_hours_are_one_tap_or_written(visitor, said, minutes):
    answer(visitor, "headache", headache="moderate")
    answer(visitor, "hours", other=said)

    assert minutes == stored(visitor).minutes


@pytest.mark.parametrize("said", ["long", "25", "0", "-3", "", "9" * 400, "9" * 5_000 + " min"])
def test_hours_that_are_none_are_refused_beside_the_field_and_stay_in_it(visitor, said):
    answer(visitor, "headache", headache="moderate")
    page = answer(visitor, "hours", other=said)

    assert 422 == page.code
    assert 'class="error"' in page.html
    assert f'value="{said}" aria-invalid="true"' in page.html
    assert stored(visitor).minutes is None


def test_what_was_taken_is_written_with_its_amount_and_time(visitor):
    answer(visitor, "headache", headache="moderate")
    page = answer(visitor, "taken", medicine="sumatriptan 50 mg", at="14:30")

    [dose] = doses(visitor)
    assert ("Sumatriptan", 50, "mg", "triptan") == (dose.medicine, dose.amount, dose.unit, dose.medicine_class)
    assert (datetime(2026, 3, 10, 14, 30), True) == (dose.taken, dose.timed)
    assert stored(visitor).acute
    assert "Sumatriptan 50 mg at 14:30" in page.text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"medicine": ""}, "names no medicine"),
        ({"medicine": "coffee"}, "names no medicine"),
        ({"medicine": "topiramate 50 mg"}, "Treatments"),
        ({"medicine": "sumatriptan", "at": "23:30"}, "in the future"),
    ],
)
def test_what_is_no_intake_is_refused_with_a_sentence(visitor, fields, why):
    answer(visitor, "headache", headache="moderate")
    page = answer(visitor, "taken", **fields)

    assert (422, []) == (page.code, doses(visitor))
    assert why in page.text


def test_the_medicines_that_are_taken_most_are_offered_first(visitor):
    taken = ["Ibuprofen", "Sumatriptan", "Ibuprofen", "Ibuprofen", "Sumatriptan", "Aspirin"]
    record(
        visitor,
        *(Dose("me", NOW - timedelta(days=20 + n), name, amount=100, unit="mg") for n, name in enumerate(taken)),
    )
    page = answer(visitor, "headache", headache="mild")

    offered = [name for name in page.text.split() if name in taken]
    assert ["Ibuprofen", "Sumatriptan", "Aspirin"] == offered


def test_one_tap_on_an_own_medicine_records_it_as_it_was(visitor):
    record(visitor, Dose("me", datetime(2026, 2, 1, 8), "Sumatriptan", amount=50, unit="mg", medicine_class="triptan"))
    answer(visitor, "headache", headache="mild")
    answer(visitor, "taken", own="Sumatriptan 50 mg")

    latest = doses(visitor)[-1]
    assert ("Sumatriptan", 50, "mg", "triptan", False) == (
        latest.medicine,
        latest.amount,
        latest.unit,
        latest.medicine_class,
        latest.timed,
    )


def test_a_medicine_taken_once_more_is_a_second_intake(visitor):
    answer(visitor, "headache", headache="mild")
    answer(visitor, "taken", own="Sumatriptan 50 mg")
    answer(visitor, "taken", own="Sumatriptan 50 mg", again="yes")

    assert 2 == len(doses(visitor))


def test_an_intake_that_is_removed_leaves_open_whether_anything_was_taken(visitor):
    answer(visitor, "headache", headache="mild")
    answer(visitor, "taken", own="Sumatriptan 50 mg")
    answer(visitor, "not-taken", dose=doses(visitor)[0].dose_id)

    assert ([], None) == (doses(visitor), stored(visitor).acute)


def test_a_name_that_is_not_known_is_said_and_can_be_classed(visitor):
    answer(visitor, "headache", headache="mild")
    page = answer(visitor, "taken", medicine="foobarol 20 mg")
    assert "“Foobarol” is not known" in page.text.replace("foobarol", "Foobarol")

    page = answer(visitor, "kind", name="foobarol", kind="triptan")

    assert ["triptan"] == [dose.medicine_class for dose in doses(visitor)]
    assert "not known, so" not in page.text


def test_a_name_that_looks_like_a_known_one_is_asked_about_and_never_changed(visitor):
    answer(visitor, "headache", headache="mild")
    page = answer(visitor, "taken", medicine="sumatripan")

    assert "Did you mean Sumatriptan?" in page.text
    assert ["sumatripan"] == [dose.medicine for dose in doses(visitor)]


def test_what_came_with_it_is_ticked_and_the_rest_is_not_said(visitor):
    answer(visitor, "headache", headache="mild")
    answer(visitor, "details", **{"headache": "yes", "with": ["nausea", "light"], "note": " after the flight "})

    day = stored(visitor)
    assert (True, True, None, None) == (day.nausea, day.light, day.sound, day.aura)
    assert "after the flight" == day.note


def test_none_of_the_others_says_that_the_rest_was_not_there(visitor):
    answer(visitor, "headache", headache="mild")
    answer(visitor, "details", **{"headache": "yes", "with": ["nausea"], "no_others": "yes", "disability": "2"})

    day = stored(visitor)
    assert (True, False, False, 2) == (day.nausea, day.sound, day.aura, day.disability)


def test_a_note_on_a_free_day_leaves_it_free(visitor):
    answer(visitor, "headache", headache="none")
    answer(visitor, "details", note="holiday", menses="no")

    day = stored(visitor)
    assert (False, False, "holiday", False) == (day.headache, day.acute, day.note, day.menses)


def test_a_note_that_is_too_long_is_refused_and_stays_in_the_field(visitor):
    answer(visitor, "headache", headache="none")
    page = answer(visitor, "details", note="x" * 2001)

    assert 422 == page.code
    assert "x" * 2001 in page.html
    assert stored(visitor).note is None


def test_the_last_tap_can_be_undone_with_all_that_it_overwrote(visitor):
    answer(visitor, "headache", headache="severe")
    answer(visitor, "details", **{"headache": "yes", "with": ["nausea"]})
    answer(visitor, "headache", headache="none")
    answer(visitor, "undo")

    assert (True, 3, True) == (stored(visitor).headache, stored(visitor).severity, stored(visitor).nausea)


def test_the_first_tap_is_undone_to_a_day_that_is_open(visitor):
    answer(visitor, "headache", headache="severe")
    page = answer(visitor, "undo")

    assert stored(visitor) is None
    assert "this day is open" in page.text


def test_undo_is_offered_once_for_the_day_that_was_changed(visitor):
    assert 1 == answer(visitor, "headache", headache="severe").html.count('/undo" hx-post')
    assert 0 == visitor.get("/").html.count('/undo"')


def test_a_day_with_an_attack_cannot_be_free(visitor):
    record(visitor, Attack("me", datetime(2026, 3, 10, 8), datetime(2026, 3, 10, 12), severity=2))
    page = answer(visitor, "headache", headache="none")

    assert 422 == page.code
    assert "This day has an attack" in page.text
    assert stored(visitor) is None


def test_an_attack_stands_on_the_page_of_its_day(visitor):
    record(visitor, Attack("me", datetime(2026, 3, 10, 8), datetime(2026, 3, 10, 12), severity=2))

    assert "08:00 to 12:00 (4 h)" in visitor.get("/").text


def test_days_that_are_open_are_asked_for_from_the_day_on_which_the_diary_began(visitor):
    record(visitor, *(DayLog("me", date(2026, 3, day), headache=False, severity=0) for day in (4, 6)))
    page = visitor.get("/")

    assert "3 days are open" in page.text
    assert all(day in page.text for day in ("Sunday, 8 March", "Saturday, 7 March", "Thursday, 5 March"))
    assert "Tuesday, 3 March" not in page.text


def test_only_the_last_fourteen_days_are_asked_for(visitor):
    record(visitor, DayLog("me", date(2026, 2, 10), headache=False, severity=0))
    page = visitor.get("/")

    assert "12 days are open" in page.text
    assert "Wednesday, 25 February" in page.text
    assert "Tuesday, 24 February" not in page.text


@pytest.mark.parametrize("word", ["none", "severe", "unknown"])
def test_a_day_that_was_open_is_asked_for_no_more_whatever_the_answer(visitor, word):
    record(visitor, DayLog("me", date(2026, 3, 7), headache=False, severity=0))
    assert "One day is open" in visitor.get("/").text

    page = answer(visitor, "headache", day=date(2026, 3, 8), headache=word)

    assert "is open" not in page.text
    assert "Sunday, 8 March Saved:" in page.text


def test_an_older_day_can_be_corrected_and_stands_on_the_page_then(visitor):
    page = answer(visitor, "headache", day=date(2025, 6, 1), headache="mild")

    assert "Sunday, 1 June Saved: Headache, mild" in page.text


@pytest.mark.parametrize("day", ["2026-03-11", "2026-02-30", "yesterday", "1800-01-01"])
def test_a_day_to_come_or_none_at_all_cannot_be_logged(visitor, day):
    assert 404 == visitor.send(f"/log/{day}/headache", headache="mild").code


def test_a_word_that_is_no_answer_is_refused(visitor):
    assert 400 == answer(visitor, "headache", headache="dreadful").code
    assert stored(visitor) is None


def test_the_page_shows_at_once_what_another_program_has_recorded(visitor):
    assert "Headache, severe" not in visitor.get("/").text
    record(visitor, DayLog("me", TODAY, headache=True, severity=3))

    assert "Headache, severe" in visitor.get("/").text


def test_a_page_that_is_kept_holds_the_token_of_the_one_who_looks(visitor):
    first = visitor.get("/")
    token = first.token()
    other = visitor.app.test_client().get("/").get_data(as_text=True)

    assert token in visitor.get("/").html
    assert token not in other
    assert "\x00" not in other


# ---- In a real browser ----------------------------------------------------------------------------------------


@pytest.fixture(params=SIZES)
def size(request):
    return SIZES[request.param]


def today(serving):
    with serving.diary() as diary:
        return diary.day("me", date.today())


def saved(page):
    return page.locator(f"#day-{date.today()} [data-heard]").inner_text()


@pytest.mark.browser
def test_a_headache_is_logged_with_three_taps(chromium, serving, size):
    with serving.diary() as diary:
        month_ago = datetime.combine(date.today() - timedelta(days=30), datetime.min.time())
        diary.record(Source("me", "log"), Dose("me", month_ago, "Sumatriptan", False, "triptan", 50, "mg"))
    with opened(chromium, serving.url, size) as page:
        card = page.locator(f"#day-{date.today()}")
        card.get_by_role("button", name="Moderate").click()
        card.get_by_role("button", name="4 hours", exact=True).click()
        card.get_by_role("button", name="Sumatriptan 50 mg").click()
        card.get_by_text("Once more").wait_for()
        assert "Saved: Headache, moderate, 4 h, Sumatriptan 50 mg" == saved(page)
    assert (2, 240, True) == (today(serving).severity, today(serving).minutes, today(serving).acute)


@pytest.mark.browser
def test_the_page_works_without_scripts(chromium, serving, size):
    with opened(chromium, serving.url, size, java_script_enabled=False) as page:
        card = page.locator(f"#day-{date.today()}")
        with turning(page):
            card.get_by_role("button", name="Severe").click()
        with turning(page):
            card.get_by_role("button", name="8 hours", exact=True).click()
        card.get_by_label("Another medicine").fill("ibuprofen 400 mg")
        with turning(page):
            card.get_by_role("button", name="Add").click()
        card.locator("summary").click()
        card.get_by_label("feeling sick").check()
        card.get_by_label("Note").fill("after the flight")
        with turning(page):
            card.get_by_role("button", name="Save").last.click()
        assert saved(page).startswith("Saved: Headache, severe, feeling sick, 8 h")
    assert (3, True, "after the flight") == (today(serving).severity, today(serving).nausea, today(serving).note)


@pytest.mark.browser
def test_the_page_is_worked_by_keyboard_alone_and_the_focus_stays_where_it_was(chromium, serving):
    with opened(chromium, serving.url, DESK) as page:
        page.keyboard.press("Tab")
        assert "To the content" == page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        for wanted in ("none", "mild", "moderate"):
            page.keyboard.press("Tab")
            assert f"{wanted}-{date.today()}" == page.evaluate("document.activeElement.id")
        page.keyboard.press("Enter")
        page.locator(f"#day-{date.today()} [data-heard]").wait_for()
        assert f"moderate-{date.today()}" == page.evaluate("document.activeElement.id")
        assert "Saved: Headache, moderate, medicines not known" == page.locator("#heard").inner_text()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        assert "Undo" == page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        page.locator("[data-heard]", has_text="this day is open").wait_for()
    assert today(serving) is None


@pytest.mark.browser
def test_saving_exchanges_the_card_and_leaves_the_rest_of_the_page(chromium, serving):
    yesterday = date.today() - timedelta(days=1)
    with opened(chromium, serving.url) as page:
        page.locator(f"#moderate-{yesterday}").click()
        page.locator(f"#day-{yesterday} [data-heard]").wait_for()
        page.locator(f"#day-{yesterday} summary").click()
        page.locator(f"#note-{yesterday}").fill("half a thought")
        page.locator(f"#mild-{date.today()}").click()
        page.locator(f"#day-{date.today()} [data-heard]").wait_for()
        assert "half a thought" == page.locator(f"#note-{yesterday}").input_value()


@pytest.mark.browser
def test_what_cannot_be_sent_is_said(chromium, serving):
    with opened(chromium, serving.url, may_complain=True) as page:
        page.context.set_offline(True)
        page.locator(f"#mild-{date.today()}").click()
        page.get_by_text("This was not saved").wait_for()
        page.context.set_offline(False)
        page.locator(f"#mild-{date.today()}").click()
        page.locator(f"#day-{date.today()} [data-heard]").wait_for()
        assert not page.get_by_text("This was not saved").is_visible()


@pytest.mark.browser
def test_a_form_that_is_too_old_says_so_in_the_place_of_the_page(chromium, serving):
    with opened(chromium, serving.url, may_complain=True) as page:
        page.context.clear_cookies()
        page.locator(f"#mild-{date.today()}").click()
        page.get_by_text("This form is too old").wait_for()
    assert today(serving) is None


@pytest.mark.browser
def test_the_page_fits_and_can_be_read_and_tapped(chromium, serving):
    with serving.diary() as diary:
        old = date.today() - timedelta(days=9)
        diary.record(Source("me", "log"), DayLog("me", old, headache=False), DayLog("me", date.today(), headache=True))
    with opened(chromium, serving.url) as page:
        page.locator(".menu summary").click()
        for summary in page.locator("main summary").all():
            summary.click()
        assert [] == faults(page)


@pytest.mark.browser
def test_a_theme_that_is_chosen_stays_from_page_to_page(chromium, serving):
    with opened(chromium, serving.url) as page:
        assert "dark" == page.locator("html").get_attribute("data-theme")
        page.locator(".menu summary").click()
        with turning(page):
            page.get_by_role("button", name="Light").click()
        page.goto(f"{serving.url}/month")
        assert "light" == page.locator("html").get_attribute("data-theme")


@pytest.mark.browser
def test_the_menu_closes_with_escape_and_by_a_tap_elsewhere(chromium, serving):
    with opened(chromium, serving.url, PHONE) as page:
        summary, theme = page.locator(".menu summary"), page.get_by_role("button", name="Light")
        summary.click()
        assert theme.is_visible()
        page.keyboard.press("Escape")
        assert not theme.is_visible()
        summary.click()
        page.locator("main h2").first.click()
        assert not theme.is_visible()
