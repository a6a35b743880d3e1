"""The pages of the record without scripts: month, attacks, treatments with the map, scores, side effects, visits."""

import re
from datetime import date, datetime, timedelta

import pytest

from analysis.charts.tap_map import tap_map
from diary.consultation import OVERUSE_ANSWERS, REASONS
from diary.instruments import INSTRUMENTS
from diary.model import (
    DECISIONS,
    FEATURES,
    KINDS,
    MUSCLES,
    SIDES,
    TOPICS,
    AdverseEvent,
    Attack,
    Consultation,
    DayLog,
    Dose,
    Score,
    Source,
    Treatment,
)
from diary.muscles import fixed, totals
from diary.side_effects import known_side_effects
from diary.web.vocabulary import KNOWN
from tests.web import NOW, Visitor

TODAY = NOW.date()


@pytest.fixture
def visitor(tmp_path):
    return Visitor(tmp_path)


def record(visitor, *facts):
    with visitor.diary() as diary:
        diary.record(*facts)


def stored(visitor, kind):
    with visitor.diary() as diary:
        return list(getattr(diary.batch("me"), kind))


def link(visitor, words):
    """Where the first link or form that has these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>{words}', visitor.html)
    assert found, visitor.text
    return found[1]


# --- the month


def cell(visitor, day):
    """The class and the words of one day of the month."""
    found = re.search(
        rf'<a class="day ([\w-]+)" href="/day/{day}".*?<span class="hidden-text">(.*?)</span>', visitor.html, re.DOTALL
    )
    return found[1], found[2]


def test_a_day_of_the_month_says_all_that_is_known_of_it(visitor):
    day = DayLog("me", date(2026, 3, 3), headache=True, severity=3, minutes=360)
    dose = Dose("me", datetime(2026, 3, 3), "Sumatriptan", timed=False, medicine_class="triptan")
    record(visitor, day, dose)

    state, words = cell(visitor.get("/month/2026-03"), "2026-03-03")

    assert "severe" == state
    assert "Tuesday, 3 March: Headache, severe, 6 h, Sumatriptan" == words


def test_a_day_that_is_not_logged_is_not_free(visitor):
    record(visitor, DayLog("me", date(2026, 3, 4), headache=False, severity=0, acute=False))

    visitor.get("/month/2026-03")

    assert "none" == cell(visitor, "2026-03-04")[0]
    assert ("not-logged", "Thursday, 5 March: not logged") == cell(visitor, "2026-03-05")


def test_a_headache_without_a_severity_is_no_mild_one(visitor):
    record(visitor, DayLog("me", date(2026, 3, 4), headache=True))

    assert "unstated" == cell(visitor.get("/month"), "2026-03-04")[0]


def test_the_silence_of_a_list_of_headaches_is_shown_as_assumed(visitor):
    days = [DayLog("me", date(2026, 3, day), headache=True, severity=2, source="app") for day in (2, 5)]
    record(visitor, Source("me", "app", events_only=True), *days)

    state, words = cell(visitor.get("/month"), "2026-03-03")

    assert "assumed" == state
    assert words.endswith("no headache assumed: the list of headaches is silent")


def test_a_day_to_come_cannot_be_opened(visitor):
    assert "/day/2026-03-11" not in visitor.get("/month").html
    assert 404 == visitor.get("/day/2026-03-11").code
    assert 404 == visitor.get("/day/2026-02-30").code


def test_a_month_to_come_leads_to_this_one(visitor):
    assert "/month" == visitor.get("/month/2026-04").path
    assert 404 == visitor.get("/month/2026-13").code


def test_a_session_stands_in_its_month(visitor):
    record(visitor, Treatment("me", "botulinum", "Botox", date(2026, 3, 2), amount=155, unit="U"))

    assert "Botox, 155 U" in cell(visitor.get("/month"), "2026-03-02")[1]
    assert "botulinum session" in visitor.text


def test_a_day_shows_what_was_said_before(visitor):
    record(visitor, DayLog("me", date(2026, 3, 3), headache=True, severity=1))
    visitor.send("/log/2026-03-03/headache", headache="severe")

    visitor.get("/day/2026-03-03")

    assert "What was said before Headache, mild" in visitor.text


# --- attacks


def test_an_attack_starts_and_stops_with_one_tap(visitor):
    visitor.send("/attacks/start")
    assert "An attack is going on." in visitor.text
    later = NOW + timedelta(hours=2)
    visitor.app.extensions["access"] = visitor.app.extensions["access"]._replace(now=later.timestamp)

    visitor.send("/attacks/stop", severity="moderate")

    [attack] = stored(visitor, "attacks")
    assert (NOW, later, False, 2) == (attack.start, attack.end, attack.ongoing, attack.severity)


def test_an_attack_is_noted_afterwards(visitor):
    visitor.send("/attacks", start="2026-03-08T22:00", end="2026-03-09T04:00", severity="severe")

    [attack] = stored(visitor, "attacks")
    assert (datetime(2026, 3, 8, 22), datetime(2026, 3, 9, 4), 3) == (attack.start, attack.end, attack.severity)
    assert "(6 h)" in visitor.text


def test_the_end_of_an_attack_may_be_unknown(visitor):
    visitor.send("/attacks", start="2026-03-08T22:00", end="")

    assert "end not known" in visitor.text


def test_an_attack_that_ends_before_it_begins_is_refused_beside_the_field(visitor):
    visitor.send("/attacks", start="2026-03-08T22:00", end="2026-03-08T20:00")

    assert 422 == visitor.code
    assert "It would end before it began. Check both times, or leave the end empty." in visitor.text
    assert 'value="2026-03-08T22:00"' in visitor.html
    assert [] == stored(visitor, "attacks")


def test_an_attack_in_the_future_is_refused(visitor):
    visitor.send("/attacks", start="2026-03-11T22:00")

    assert "This is in the future. Record it when it has come." in visitor.text


def test_a_corrected_start_takes_the_medicines_along(visitor):
    attack = Attack("me", datetime(2026, 3, 8, 22), datetime(2026, 3, 9, 4), severity=2, nausea=False)
    dose = Dose("me", datetime(2026, 3, 8, 23), "Sumatriptan", medicine_class="triptan", attack_id=attack.attack_id)
    record(visitor, attack, dose)
    place = link(visitor.get("/attacks"), "Correct")

    visitor.send(place, {"start": "2026-03-08T21:00", "end": "2026-03-09T04:00", "severity": "severe", "with": "light"})

    [moved], [taken] = stored(visitor, "attacks"), stored(visitor, "doses")
    assert (datetime(2026, 3, 8, 21), 3, True, False) == (moved.start, moved.severity, moved.light, moved.nausea)
    assert moved.attack_id == taken.attack_id


def test_two_attacks_cannot_begin_at_one_minute(visitor):
    record(visitor, *(Attack("me", datetime(2026, 3, 8, hour), datetime(2026, 3, 8, hour + 1)) for hour in (8, 20)))
    place = link(visitor.get("/attacks"), "Correct")

    visitor.send(place, start="2026-03-08T08:00", end="2026-03-08T21:00")

    assert "Another attack begins at this time." in visitor.text
    assert 2 == len(stored(visitor, "attacks"))


# --- taking back


def undo(visitor):
    lines = re.findall(r'name="line" value="(\d+)"', visitor.html)
    kind = re.search(r'action="(/remove/\w+/undo)"', visitor.html)[1]
    return visitor.send(kind, {"line": lines})


def remove(visitor, page):
    names = re.findall(r'name="name" value="(\w+)"', visitor.get(page).html)
    kind = re.search(r'action="(/remove/\w+)"', visitor.html)[1]
    return visitor.send(kind, {"name": names})


@pytest.mark.parametrize(
    ("page", "kind", "fact"),
    [
        ("/attacks", "attacks", Attack("me", datetime(2026, 3, 8, 22), datetime(2026, 3, 9, 4))),
        ("/treatments", "treatments", Treatment("me", "preventive", "Topiramate", date(2026, 1, 5))),
        ("/scores", "scores", Score("me", date(2026, 3, 2), "hit6", 64.0)),
        ("/side-effects", "events", AdverseEvent("me", date(2026, 3, 6), "neck pain")),
        ("/visits", "consultations", Consultation("me", date(2026, 3, 2), "goal", "to work")),
    ],
)
def test_what_is_removed_can_be_undone_and_stays_in_the_history(visitor, page, kind, fact):
    record(visitor, fact)

    remove(visitor, page)

    assert [] == stored(visitor, kind)
    assert "Removed. The history keeps it." in visitor.text
    assert [fact] == stored(undo(visitor), kind)
    with visitor.diary() as diary:
        assert ["removed"] == [change.action for change in diary.history("me", fact)]


def test_undoing_a_removed_session_brings_its_map_back(visitor):
    preempt(visitor)

    remove(visitor, "/treatments")
    assert [] == stored(visitor, "injections")

    assert (155, 31) == totals(stored(undo(visitor), "injections"))


def test_undo_is_offered_once(visitor):
    record(visitor, AdverseEvent("me", date(2026, 3, 6), "neck pain"))
    remove(visitor, "/side-effects")

    assert "Undo" not in visitor.get("/side-effects").text


# --- sessions


def preempt(visitor, **said):
    return visitor.send(
        "/treatments/session",
        {"date": "2026-03-02", "product": "Botox", "purpose": "therapeutic", "paradigm": "preempt"} | said,
    )


def test_preempt_is_one_tap(visitor):
    preempt(visitor, lot="C1234", expiry="2027-02", dilution="2", injector="AB", consent="yes")

    [session] = stored(visitor, "treatments")
    assert (155, 31, "PREEMPT", "C1234", date(2027, 2, 28), 2, "AB", True) == (
        session.amount,
        session.sites,
        session.protocol,
        session.lot,
        session.expiry,
        session.dilution,
        session.injector,
        session.consent,
    )
    assert {*fixed(session.treatment_id)} == {*stored(visitor, "injections")}
    assert "155 U in 31 sites" in visitor.text


def test_without_a_drawing_the_map_is_a_table_with_buttons(visitor):
    preempt(visitor)
    assert 'class="site' not in visitor.html

    visitor.send(f"{visitor.path}/site", place="trapezius right +")

    assert "160 U in 32 sites, 5 U above the fixed paradigm" in visitor.text
    assert (160, 32) == totals(stored(visitor, "injections"))


def test_a_tap_on_a_given_site_takes_it_away(visitor):
    visitor.app.extensions["sites"] = tap_map()
    preempt(visitor)
    assert 31 == len(re.findall(r'class="site[^"]*"[^>]* aria-pressed="true"', visitor.html))

    visitor.send(f"{visitor.path}/site", place="temporalis left -")

    assert (150, 30) == totals(stored(visitor, "injections"))
    assert 30 == len(re.findall(r'class="site[^"]*"[^>]* aria-pressed="true"', visitor.html))


def test_a_map_whose_last_site_is_taken_away_says_nothing_of_units(visitor):
    preempt(visitor, paradigm="")
    page = visitor.path
    visitor.send(f"{page}/site", place="procerus midline +")
    assert 5 == stored(visitor, "treatments")[0].amount

    visitor.send(f"{page}/site", place="procerus midline -")

    assert (None, None) == (stored(visitor, "treatments")[0].amount, stored(visitor, "treatments")[0].sites)
    assert [] == stored(visitor, "injections")


def test_every_site_of_the_drawing_has_a_place_and_one_that_is_unknown_is_refused(visitor):
    visitor.app.extensions["sites"] = tap_map()
    preempt(visitor)
    shown = set(re.findall(r" at-([\w-]+)\"", visitor.html))

    assert 400 == visitor.send(f"{visitor.path}/site", place="masseter left +").code
    styles = visitor.get("/treatments/sites.css").html
    assert [] == [key for key in shown if f".at-{key} {{" not in styles]


def test_other_units_are_written_in_the_table(visitor):
    preempt(visitor)

    visitor.send(f"{visitor.path}/place", place="temporalis left", units="22,5", sites="4")

    assert 157.5 == stored(visitor, "treatments")[0].amount
    assert "5 units a site are usual; the session has: left temporalis 22.5 units in 4 sites." in visitor.text


def test_what_is_not_documented_of_a_session_is_named(visitor):
    preempt(visitor)

    assert "Not documented: lot, expiry, injector." in visitor.text


def test_preempt_is_no_paradigm_of_another_product(visitor):
    preempt(visitor, product="Dysport")

    assert 422 == visitor.code
    assert "PREEMPT is a paradigm of Botox against migraine." in visitor.text


def test_preempt_is_not_taken_for_other_totals(visitor):
    preempt(visitor, units="195", sites="39")

    assert (422, []) == (visitor.code, stored(visitor, "treatments"))
    assert "PREEMPT is 155 U in 31 sites." in visitor.text


def test_a_session_cannot_be_recorded_twice(visitor):
    preempt(visitor)
    preempt(visitor)

    assert "There is a session on this day already." in visitor.text


def test_a_session_that_moves_takes_its_map_and_side_effects_along(visitor):
    preempt(visitor)
    page = visitor.path
    visitor.send(
        "/side-effects/new", known="neck pain", date="2026-03-06", session=stored(visitor, "treatments")[0].treatment_id
    )

    visitor.send(f"{page}/details", date="2026-03-01", product="Botox", purpose="therapeutic")

    [session] = stored(visitor, "treatments")
    assert (date(2026, 3, 1), 155) == (session.start, session.amount)
    assert (155, 31) == totals(stored(visitor, "injections"))
    assert session.treatment_id == stored(visitor, "events")[0].treatment_id


# --- preventives


def test_a_preventive_is_started_and_stopped_with_a_reason(visitor):
    visitor.send("/treatments/preventive", product="topiramate", dose="100 mg", start="2026-01-05")
    place = link(visitor, "Stopped").split("#")[0]

    visitor.send(place, start="2026-01-05", dose="100 mg", end="2026-02-20", reason="side effects", detail="tingling")

    [course] = stored(visitor, "treatments")
    assert ("Topiramate", 100, "mg", date(2026, 2, 20), "side effects: tingling") == (
        course.product,
        course.amount,
        course.unit,
        course.end,
        course.reason,
    )
    assert "stopped: side effects: tingling" in visitor.text


def test_a_reason_needs_a_last_day(visitor):
    visitor.send("/treatments/preventive", product="topiramate", start="2026-01-05", reason="no effect")

    assert "Write the last day on which it was taken, or leave out why it was stopped." in visitor.text


def test_a_preventive_that_is_still_taken_is_not_started_again(visitor):
    for start in ("2026-01-05", "2026-02-05"):
        visitor.send("/treatments/preventive", product="Topamax", start=start)

    assert 422 == visitor.code
    assert 1 == len(stored(visitor, "treatments"))


def test_botox_is_no_preventive(visitor):
    visitor.send("/treatments/preventive", product="Botox", start="2026-01-05")

    assert 422 == visitor.code
    assert [] == stored(visitor, "treatments")


# --- questionnaires


def answers(*values, code="hit6"):
    return {f"item-{item}": str(value) for item, value in zip(INSTRUMENTS[code].items, values, strict=False)}


def test_answers_are_added_up(visitor):
    visitor.send("/scores/new/hit6", {"date": "2026-03-02", **answers(13, 11, 10, 11, 8, 10)})

    assert 63 == next(score.value for score in stored(visitor, "scores") if score.item is None)
    assert 7 == len(stored(visitor, "scores"))


def test_a_total_alone_is_enough(visitor):
    visitor.send("/scores/new/hit6", date="2026-03-02", total="64")

    assert [("hit6", 64.0, None)] == [(one.instrument, one.value, one.item) for one in stored(visitor, "scores")]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"total": "35"}, "The HIT-6 total is 35; it can be 36 to 78, a whole number."),
        ({"total": "64", **answers(13, 11, 10, 11, 8, 10)}, "The answers add up to 63."),
        (answers(13, 11), "Answer this too, or write only the total."),
        (answers(9, 11, 10, 11, 8, 10), "HIT-6, 1, is 9; it can be 6, 8, 10, 11, 13."),
        ({}, "Nothing is filled in yet."),
    ],
)
def test_what_a_questionnaire_cannot_give_is_refused(visitor, form, why):
    visitor.send("/scores/new/hit6", {"date": "2026-03-02", **form})

    assert (422, []) == (visitor.code, stored(visitor, "scores"))
    assert why in visitor.text


def test_the_parts_of_a_questionnaire_without_a_total_are_kept_one_by_one(visitor):
    visitor.send("/scores/new/msq", {"date": "2026-03-02", "item-RR": "45.5"})

    assert [("RR", 45.5)] == [(one.item, one.value) for one in stored(visitor, "scores")]


def test_question_nine_of_the_phq9_is_answered_at_once(visitor):
    visitor.send("/scores/new/phq9", {"date": "2026-03-02", **answers(0, 0, 0, 0, 0, 0, 0, 0, 1, code="phq9")})

    assert "Please talk about it today" in visitor.text
    assert "Please talk about it today" not in visitor.get("/scores").text


def test_a_corrected_form_replaces_its_answers(visitor):
    visitor.send("/scores/new/hit6", {"date": "2026-03-02", **answers(13, 11, 10, 11, 8, 10)})

    visitor.send(link(visitor, "Correct"), date="2026-03-03", total="60")

    assert [(date(2026, 3, 3), 60, None)] == [(one.date, one.value, one.item) for one in stored(visitor, "scores")]


def test_the_page_of_a_questionnaire_says_which_days_it_asks_about(visitor):
    assert "It asks about the 28 days before the day on which it is filled in." in visitor.get("/scores/new/hit6").text
    assert "For a comparison, let 84 days pass between two." in visitor.get("/scores/new/midas").text


# --- side effects


def test_a_side_effect_that_may_be_serious_is_answered_at_once(visitor):
    visitor.send("/side-effects/new", known="swallowing difficulty", date="2026-03-06")

    assert "Seek medical advice now" in visitor.text


def test_the_advice_stands_also_above_a_form_that_is_refused(visitor):
    visitor.send("/side-effects/new", event="trouble swallowing", date="2026-03-06", resolved="2026-03-01")

    assert 422 == visitor.code
    assert "This can be serious" in visitor.text
    assert "It began on 2026-03-06, so it was not over on 2026-03-01." in visitor.text


def test_the_latest_session_is_offered(visitor):
    preempt(visitor)

    session = stored(visitor, "treatments")[0].treatment_id
    assert f'<option value="{session}" selected>' in visitor.get("/side-effects/new").html


def test_a_side_effect_in_own_words_is_kept_and_one_that_looks_like_it_is_named(visitor):
    visitor.send("/side-effects/new", event="neck pian", date="2026-03-06")

    assert ["neck pian"] == [one.event for one in stored(visitor, "events")]
    assert "If you mean “neck pain”, correct it." in visitor.text


def test_a_side_effect_is_over_with_one_tap(visitor):
    record(visitor, AdverseEvent("me", date(2026, 3, 6), "neck pain", "mild"))
    place = re.search(r'action="(/side-effects/\w+/over)"', visitor.get("/side-effects").html)[1]

    visitor.send(place)

    assert [TODAY] == [one.resolved for one in stored(visitor, "events")]


def test_a_side_effect_that_is_corrected_is_not_there_twice(visitor):
    record(visitor, AdverseEvent("me", date(2026, 3, 6), "neck pain", "mild"))

    visitor.send(
        link(visitor.get("/side-effects"), "Correct"), known="neck weakness", date="2026-03-07", severity="severe"
    )

    assert [("neck weakness", date(2026, 3, 7), "severe")] == [
        (one.event, one.date, one.severity) for one in stored(visitor, "events")
    ]


# --- visits


def test_a_visit_is_noted_topic_by_topic(visitor):
    visitor.send("/visits/new", date="2026-03-02", goal="to work", decision="continue", next_review="2026-05-25")

    answers = {one.topic: one.answer for one in stored(visitor, "consultations")}
    assert {"goal": "to work", "decision": "continue", "next_review": "2026-05-25"} == answers


def test_an_answer_that_a_topic_does_not_take_is_refused_beside_it(visitor):
    visitor.send("/visits/new", date="2026-03-02", goal="to work", next_review="2026-03-01")

    assert (422, []) == (visitor.code, stored(visitor, "consultations"))
    assert "2026-03-01 is not after the visit of 2026-03-02. Check the date." in visitor.text


def test_an_emptied_topic_is_taken_out_and_a_note_beside_an_answer_stays(visitor):
    visit = date(2026, 3, 2)
    managed = Consultation("me", visit, "overuse_managed", "managed", "triptans stopped")
    record(visitor, managed, Consultation("me", visit, "goal", "to work"))

    visitor.send(link(visitor.get("/visits"), "Correct"), date="2026-03-02", overuse_managed="managed", goal="")

    assert [managed] == stored(visitor, "consultations")


# --- all pages


def test_every_name_that_is_data_can_be_translated():
    names = {*FEATURES, *KINDS, *MUSCLES, *SIDES, *DECISIONS, *OVERUSE_ANSWERS, *REASONS, *TOPICS, *TOPICS.values()}
    names |= {one.name for one in known_side_effects()} | {one.measures for one in INSTRUMENTS.values()}
    names |= {one.remark for one in INSTRUMENTS.values() if one.remark}

    assert set() == names - KNOWN.keys()


@pytest.mark.parametrize(
    "path",
    ["/attacks/0000", "/treatments/session/0000", "/treatments/preventive/0000", "/scores/0000", "/side-effects/0000"],
)
def test_an_entry_that_is_not_there_is_no_page(visitor, path):
    assert 404 == visitor.get(path).code


@pytest.mark.parametrize("path", ["/attacks", "/treatments", "/scores", "/side-effects", "/visits", "/month"])
def test_an_empty_diary_has_every_page_and_is_not_written_to(visitor, path):
    assert 200 == visitor.get(path).code
    with visitor.diary() as diary:
        assert [] == diary.patients()
