"""What ``migraine visit`` leaves in the diary, and why a preventive was stopped."""

from datetime import date

import pytest

from analysis.cli import migraine as group
from diary.model import TOPICS, Consultation
from tests.terminal import Terminal

DAY = date(2026, 3, 1)


@pytest.fixture
def migraine(tmp_path, monkeypatch):
    monkeypatch.setitem(group.declared, "visit", ("diary.cli.visit:visit", "What is asked and settled at a visit."))
    return Terminal(tmp_path)


def stored(migraine):
    with migraine.diary() as diary:
        return diary.batch()


def answers(migraine):
    return [(one.date, one.topic, one.answer, one.note) for one in stored(migraine).consultations]


def test_an_answer_is_stored_as_it_was_said(migraine):
    migraine('visit add goal "to work again" --date 2026-03-01 --note "four days a week"')

    assert (Consultation("me", DAY, "goal", "to work again", "four days a week"),) == stored(migraine).consultations
    assert (
        "2026-03-01: goal: to work again (four days a week). "
        "To take it back: migraine visit remove goal --date 2026-03-01\n" == migraine.text
    )


def test_other_words_are_stored_as_the_ones_that_are_counted(migraine):
    migraine('visit add "medication overuse" addressed --date 2026-03-01')
    migraine('visit add decision "Longer interval" --date 2026-03-01')

    assert [(DAY, "decision", "stretch", None), (DAY, "overuse_managed", "managed", None)] == answers(migraine)


def test_without_a_date_the_visit_is_today(migraine):
    migraine("visit add decision continue")

    assert [date.today()] == [when for when, *_ in answers(migraine)]


def test_an_answer_again_corrects_the_first_and_keeps_its_note(migraine):
    migraine('visit add decision continue --date 2026-03-01 --note "as agreed"')
    migraine("visit add decision raise --date 2026-03-01")

    assert [(DAY, "decision", "raise", "as agreed")] == answers(migraine)
    assert "Before: decision: continue (as agreed)." in migraine.text


def test_the_same_topic_at_another_visit_stands_beside_the_first(migraine):
    migraine("visit add decision continue --date 2026-03-01")
    migraine("visit add decision stop --date 2026-06-01")

    assert ["continue", "stop"] == [answer for _, _, answer, _ in answers(migraine)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("visit add decison stop", "Did you mean 'decision'?"),
        ("visit add decision maybe", "continue, raise, stretch, stop or pause"),
        ("visit add next_review 2026-02-01 --date 2026-03-01", "not after the visit"),
        ("visit add chronic_since spring", "2019 or 2019-05-01"),
        ("visit add goal ' '", "is empty"),
        ("visit add goal x --date 2999-01-01", "in the future"),
        ("visit remove mood --date 2026-03-01", "migraine visit topics"),
    ],
)
def test_what_cannot_be_noted_is_refused_and_nothing_is_stored(migraine, line, said):
    migraine(line)

    assert 0 != migraine.code
    assert said in migraine.text
    assert [] == answers(migraine)


def test_an_answer_that_was_taken_back_is_gone_and_in_the_history(migraine):
    migraine("visit add decision continue --date 2026-03-01")
    migraine("visit remove decision --date 2026-03-01")

    assert "Removed: 2026-03-01, decision: continue.\n" == migraine.text
    assert [] == answers(migraine)
    with migraine.diary() as diary:
        assert ["removed"] == [change.action for change in diary.history("me")]


def test_what_was_never_noted_cannot_be_taken_back(migraine):
    migraine("visit add decision continue --date 2026-03-01")
    migraine("visit remove decision --date 2026-03-02")

    assert (1, True) == (migraine.code, "migraine visit list" in migraine.text)


def test_the_list_shows_what_was_noted_by_day(migraine):
    migraine("visit add decision stop --date 2026-06-01")
    migraine("visit add goal rest --date 2026-03-01")

    lines = [line.split() for line in migraine("visit list").splitlines() if line.strip().startswith("2026")]
    assert [["2026-03-01", "goal", "rest"], ["2026-06-01", "decision", "stop"]] == lines


def test_an_empty_list_says_how_to_begin(migraine):
    migraine("log 2026-03-01 --none")

    assert "migraine visit add TOPIC ANSWER" in migraine("visit list")


def test_every_topic_is_listed(migraine):
    listed = migraine("visit topics")

    assert [] == [topic for topic in TOPICS if topic not in listed]


# --- preventives


def courses(migraine):
    return [(one.product, one.end, one.reason, one.note) for one in stored(migraine).treatments]


def test_why_a_preventive_was_stopped_is_stored_in_words_that_are_counted(migraine):
    migraine("preventive start topiramate --date 2026-01-15 --note evenings")
    migraine('preventive stop topiramate --date 2026-02-20 --reason "not tolerated: tingling fingers"')

    assert [("Topiramate", date(2026, 2, 20), "side effects: tingling fingers", "evenings")] == courses(migraine)
    assert "2026-01-15 to 2026-02-20, note: evenings, stopped: side effects: tingling fingers." in migraine.text
    assert "Note:" not in migraine.text


def test_a_reason_in_other_words_is_kept_and_said_to_count_nowhere(migraine):
    migraine("preventive start topiramate --date 2026-01-15")
    migraine('preventive stop topiramate --date 2026-02-20 --reason "tingling fingers"')

    assert ["tingling fingers"] == [reason for _, _, reason, _ in courses(migraine)]
    assert "cannot count it" in migraine.text


def test_a_reason_can_be_added_to_a_stop_that_has_none(migraine):
    migraine("preventive start topiramate --date 2026-01-15")
    migraine("preventive stop topiramate --date 2026-02-20")
    migraine('preventive stop topiramate --date 2026-02-20 --reason "no effect"')

    assert [("Topiramate", date(2026, 2, 20), "no effect", None)] == courses(migraine)


def test_a_preventive_stopped_on_another_day_is_not_being_taken(migraine):
    migraine("preventive start topiramate --date 2026-01-15")
    migraine("preventive stop topiramate --date 2026-02-20")
    migraine('preventive stop topiramate --date 2026-02-21 --reason "no effect"')

    assert (1, True) == (migraine.code, "not being taken" in migraine.text)


def test_a_brand_of_the_same_substance_is_not_another_medicine(migraine):
    migraine("preventive start Topamax --date 2026-01-15")
    migraine("preventive stop topiramate --date 2026-02-20")
    migraine("preventive start topiramate --date 2026-02-21")

    assert {"Topamax"} == {product for product, *_ in courses(migraine)}


def test_the_list_shows_the_highest_dose_and_why_it_was_stopped(migraine):
    migraine('preventive start topiramate --date 2026-01-15 --dose "100 mg"')
    migraine("preventive stop topiramate --date 2026-02-20 --reason ineffective")

    listed = migraine("preventive list")
    assert [True] * 4 == [word in listed for word in ("Highest dose a day", "Why stopped", "100 mg", "no effect")]
