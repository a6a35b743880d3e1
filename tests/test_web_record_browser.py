"""The pages of the record in a real browser: a patient's record on a phone, the map by tap and by keyboard, and axe."""

import math
import re
from datetime import date, datetime

import pytest

from analysis.charts.tap_map import tap_map
from diary.model import AdverseEvent, Attack, Consultation, DayLog, Dose, Score, Treatment, identity
from diary.muscles import fixed, totals
from tests.browser import PHONE, Serving, faults, opened, turning, violations
from tests.web import NOW

pytestmark = pytest.mark.browser

SESSION = Treatment("me", "botulinum", "Botox", date(2026, 3, 2), amount=155, unit="U", sites=31, protocol="PREEMPT")
TREATMENT = f"/treatments/session/{identity(SESSION.treatment_id)}"
FACTS = (
    SESSION,
    *fixed(SESSION.treatment_id),
    Treatment("me", "preventive", "Topiramate", date(2026, 1, 5), date(2026, 2, 20), reason="side effects: tingling"),
    DayLog("me", date(2026, 3, 3), headache=True, severity=3, minutes=360),
    DayLog("me", date(2026, 3, 4), headache=False, severity=0, acute=False),
    DayLog("me", date(2026, 3, 6), headache=True),
    Dose("me", datetime(2026, 3, 3), "Sumatriptan", timed=False, medicine_class="triptan", amount=50, unit="mg"),
    Attack("me", datetime(2026, 3, 8, 22), datetime(2026, 3, 9, 4), severity=2, nausea=True),
    Score("me", date(2026, 3, 2), "hit6", 64),
    AdverseEvent("me", date(2026, 3, 6), "eyelid ptosis", "moderate", treatment_id=SESSION.treatment_id),
    Consultation("me", date(2026, 3, 2), "goal", "to work"),
    Consultation("me", date(2026, 3, 2), "overuse_managed", "managed", "triptans stopped in January"),
)
PAGES = (
    "/month",
    "/day/2026-03-03",
    "/attacks",
    f"/attacks/{identity(FACTS[-5].attack_id)}",
    "/treatments",
    "/treatments/session",
    TREATMENT,
    f"{TREATMENT}/details",
    "/treatments/preventive",
    "/scores",
    "/scores/new/hit6",
    "/scores/new/msq",
    "/side-effects",
    "/side-effects/new",
    "/visits",
    "/visits/new",
    "/factors",
)


@pytest.fixture
def served(tmp_path):
    """The page on 10 March 2026, with the drawing of the map."""
    serving = Serving(tmp_path, now=NOW.timestamp)
    serving.app.extensions["sites"] = tap_map()
    yield serving
    serving.stop()


@pytest.fixture
def filled(served):
    with served.diary() as diary:
        diary.record(*FACTS)
    return served


def stored(served, kind):
    with served.diary() as diary:
        return list(getattr(diary.batch("me"), kind))


def unfold(page):
    for details in page.locator("main details:not([open])").all():
        details.evaluate("one => { one.open = true }")


def test_a_patient_keeps_the_whole_record_on_a_phone(chromium, served):
    with opened(chromium, f"{served.url}/attacks") as page:
        page.get_by_role("button", name="An attack begins now").click()
        page.get_by_text("An attack is going on.").wait_for()

        page.goto(f"{served.url}/treatments")
        page.get_by_role("link", name="New session").click()
        page.get_by_role("button", name="PREEMPT").click()
        page.get_by_role("button", name=re.compile("trapezius, right, site 4")).click()
        page.locator(".totals", has_text="160 U in 32 sites").wait_for()

        page.goto(f"{served.url}/treatments/preventive")
        page.get_by_label("Medicine").fill("topiramate 100 mg")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("100 mg, since 10 Mar 2026", exact=True).wait_for()

        page.goto(f"{served.url}/scores/new/hit6")
        page.get_by_label("Total").fill("64")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("HIT-6 64").wait_for()

        page.goto(f"{served.url}/side-effects/new")
        page.get_by_label("What was it?").select_option("swallowing difficulty")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("alert").filter(has_text="Seek medical advice now").wait_for()

        page.goto(f"{served.url}/visits/new")
        page.get_by_label("Goal").fill("to work")
        page.get_by_role("button", name="Save").click()
        page.locator("dl").get_by_text("to work").wait_for()
    kinds = ("attacks", "injections", "treatments", "scores", "events", "consultations")
    assert [1, 13, 2, 1, 1, 1] == [len(stored(served, kind)) for kind in kinds]


def test_a_day_is_found_in_the_month_and_corrected_in_its_place(chromium, filled):
    with opened(chromium, f"{filled.url}/month") as page:
        page.get_by_role("link", name=re.compile("Friday, 6 March")).click()
        page.get_by_role("button", name="Mild").click()
        page.locator("#day-2026-03-06 [data-heard]").wait_for()

        assert page.url.endswith("/day/2026-03-06")
    assert 1 == next(day.severity for day in stored(filled, "days") if day.date == date(2026, 3, 6))


def test_the_map_is_worked_by_keyboard_and_the_focus_stays_on_the_site(chromium, filled):
    with opened(chromium, f"{filled.url}{TREATMENT}") as page:
        site = page.locator("#site-temporalis-left-4")
        site.focus()
        page.keyboard.press("Enter")
        page.locator(".totals", has_text="150 U in 30 sites").wait_for()
        page.wait_for_function("document.activeElement.id === 'site-temporalis-left-4'")
        page.keyboard.press("Enter")
        page.locator(".totals", has_text="155 U in 31 sites").wait_for()

        assert "true" == site.get_attribute("aria-pressed")
    assert (155, 31) == totals(stored(filled, "injections"))


def test_the_map_can_be_tapped_without_scripts(chromium, filled):
    with opened(chromium, f"{filled.url}{TREATMENT}", java_script_enabled=False) as page:
        with turning(page):
            page.locator("#site-occipitalis-right-4").click()

        assert "160 U in 32 sites" in page.inner_text("#map")
        assert page.url.endswith("#part-back")


def test_sites_are_a_fingertip_wide_and_do_not_lie_on_each_other(chromium, filled):
    with opened(chromium, f"{filled.url}{TREATMENT}") as page:
        for width in (360, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            places = page.evaluate(
                """() => [...document.querySelectorAll("button.site")].map(one => {
                    const box = one.getBoundingClientRect();
                    return [box.x + box.width / 2, box.y + box.height / 2, box.width];
                })"""
            )
            given = [(x, y) for x, y, size in places if size >= 44]
            nearest = min(math.dist(one, other) for n, one in enumerate(given) for other in given[:n])
            assert (width, len(places)) == (width, len(given))
            assert nearest >= 40, width


def test_every_page_of_the_record_fits_and_can_be_read_and_tapped(chromium, filled):
    with opened(chromium, filled.url) as page:
        for path in PAGES:
            page.goto(filled.url + path)
            unfold(page)
            assert (path, []) == (path, faults(page, (320, 390, 1280)))


def test_a_refused_form_says_why_and_is_read_out(chromium, filled):
    with opened(chromium, f"{filled.url}/treatments/preventive", PHONE, may_complain=True) as page:
        page.get_by_role("button", name="Save").click()

        assert "Write the name of the medicine" in page.locator("#product-error").inner_text()
        assert "product-error" in page.get_by_label("Medicine").get_attribute("aria-describedby")
        assert [] == violations(page)
