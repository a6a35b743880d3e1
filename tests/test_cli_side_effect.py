"""``migraine side-effect``: what it leaves in the diary, and what it says, above all where one may be serious."""

from datetime import date, timedelta

import pytest

from diary.model import AdverseEvent
from diary.side_effects import ADVICE
from tests.terminal import Terminal


@pytest.fixture
def migraine(tmp_path):
    return Terminal(tmp_path)


@pytest.fixture
def treated(migraine):
    """A diary with a session on 1 March 2026, and a cosmetic one a month later."""
    migraine("botox add 2026-03-01 --units 155")
    migraine("botox add 2026-04-01 --units 20 --cosmetic")
    return migraine


def stored(migraine):
    with migraine.diary() as diary:
        return diary.batch().events


def session(migraine, day="2026-03-01"):
    with migraine.diary() as diary:
        return next(one.treatment_id for one in diary.treatments("me") if f"{one.start}" == day)


# --- add


def test_a_side_effect_is_stored_as_it_was_said(treated):
    treated(
        'side-effect add "stiff neck" --date 2026-03-06 --severity mild --resolved 2026-03-14 --action rest'
        ' --not-serious --session 2026-03-01 --note "left side"'
    )

    assert (
        AdverseEvent(
            "me",
            date(2026, 3, 6),
            "neck stiffness",
            severity="mild",
            resolved=date(2026, 3, 14),
            treatment_id=session(treated),
            action="rest",
            serious=False,
            note="left side",
        ),
    ) == stored(treated)


def test_a_side_effect_began_today_unless_a_day_is_said(migraine):
    migraine("side-effect add bruise")

    assert [("bruising", date.today())] == [(one.event, one.date) for one in stored(migraine)]


def test_what_was_not_said_is_not_known(migraine):
    migraine("side-effect add bruise --date 2026-03-06")

    assert (AdverseEvent("me", date(2026, 3, 6), "bruising"),) == stored(migraine)


def test_a_confirmation_says_how_to_take_it_back(migraine):
    printed = migraine("side-effect add bruise --date 2026-03-06 --severity mild")

    assert (
        '2026-03-06: bruising, mild. To take it back: migraine side-effect remove "bruising" --date 2026-03-06'
    ) == printed.splitlines()[0]


def test_recording_it_again_changes_only_what_is_said_anew(migraine):
    migraine("side-effect add bruise --date 2026-03-06 --severity mild --action ice")
    printed = migraine("side-effect add bruising --date 2026-03-06 --severity moderate")

    assert [("moderate", "ice")] == [(one.severity, one.action) for one in stored(migraine)]
    assert "Before: bruising, mild, what was done: ice." in printed


def test_saying_the_same_again_changes_nothing(migraine):
    migraine("side-effect add bruise --date 2026-03-06")

    assert "Before" not in migraine("side-effect add bruise --date 2026-03-06")


def test_a_side_effect_without_a_name_is_refused(migraine):
    assert "The side effect has no name." in migraine('side-effect add " "')
    assert (1, ()) == (migraine.code, stored(migraine))


def test_a_severity_that_does_not_exist_is_refused(migraine):
    migraine("side-effect add bruise --severity awful")

    assert 2 == migraine.code


def test_an_unknown_name_is_kept_as_written(migraine):
    printed = migraine('side-effect add "Green hair" --date 2026-03-06')

    assert ["Green hair"] == [one.event for one in stored(migraine)]
    assert "not known by this name, so it is kept as written. Compare the spelling" in printed


def test_a_misspelt_name_is_kept_and_asked_about(migraine):
    printed = migraine('side-effect add "nek pain" --date 2026-03-06')

    assert ["nek pain"] == [one.event for one in stored(migraine)]
    assert 'Did you mean neck pain? Then take it back and add it again as "neck pain".' in printed


def test_it_cannot_be_over_before_it_began(migraine):
    printed = migraine("side-effect add bruise --date 2026-03-06 --resolved 2026-03-01")

    assert "It began on 2026-03-06, so it was not over on 2026-03-01. Check both days." in printed
    assert (1, ()) == (migraine.code, stored(migraine))


# --- sessions


def test_a_side_effect_is_put_down_to_no_session_and_the_latest_one_is_offered(treated):
    printed = treated('side-effect add "neck pain" --date 2026-03-06')

    assert [None] == [one.treatment_id for one in stored(treated)]
    assert (
        "It is put down to no session. To put it down to the session of 2026-03-01, 5 days before: "
        'migraine side-effect add "neck pain" --date 2026-03-06 --session 2026-03-01'
    ) == printed.splitlines()[1]


def test_the_offered_command_puts_it_down_to_the_session(treated):
    offer = treated('side-effect add "neck pain" --date 2026-03-06').splitlines()[1]
    printed = treated(offer.split(": migraine ")[1])

    assert [session(treated)] == [one.treatment_id for one in stored(treated)]
    assert "It is put down to the session of 2026-03-01, 5 days before." in printed


@pytest.mark.parametrize(
    ("after", "offered"),
    [(0, "of 2026-03-01, the same day"), (1, "1 day before"), (84, "84 days before"), (85, ""), (-1, "")],
)
def test_a_session_is_offered_from_its_day_to_84_days_after(migraine, after, offered):
    migraine("botox add 2026-03-01 --units 155")
    printed = migraine(f"side-effect add bruise --date {date(2026, 3, 1) + timedelta(after)}")

    assert (offered or "put down to no session; none was in the 84 days before.") in printed


def test_a_cosmetic_session_is_offered_as_one(treated):
    assert "the cosmetic session of 2026-04-01, 2 days before" in treated("side-effect add bruise --date 2026-04-03")


def test_of_two_sessions_on_one_day_the_therapeutic_one_is_meant_and_named(treated):
    treated("botox add 2026-04-01 --units 155")
    printed = treated("side-effect add bruise --date 2026-04-03 --session 2026-04-01")

    assert "put down to the session of 2026-04-01, 2 days before." in printed
    assert "To put it down to the session of 2026-04-01" in treated("side-effect add swelling --date 2026-04-03")


def test_a_day_without_a_session_is_refused(treated):
    printed = treated("side-effect add bruise --date 2026-03-06 --session 2026-03-02")

    assert "There is no session on 2026-03-02. See them with: migraine botox list" in printed
    assert (1, ()) == (treated.code, stored(treated))


def test_a_side_effect_cannot_begin_before_its_session(treated):
    printed = treated("side-effect add bruise --date 2026-02-06 --session 2026-03-01")

    assert "It began on 2026-02-06, before the session of 2026-03-01." in printed
    assert 1 == treated.code


def test_a_session_that_was_removed_is_said_not_to_be_in_the_diary(treated):
    treated("side-effect add bruise --date 2026-03-06 --session 2026-03-01")
    treated("botox remove 2026-03-01")

    assert "put down to a session that is not in this diary" in treated("side-effect resolve bruise --on 2026-03-09")
    assert "not in this" in treated("side-effect list")


# --- serious ones


@pytest.mark.parametrize(
    "said",
    ["dysphagia", '"hard to swallow pills"', "disphagia", "breathlessness", "anaphylaxis", '"neck pain" --serious'],
)
def test_what_may_be_serious_begins_with_what_to_do(migraine, said):
    printed = migraine(f"side-effect add {said} --date 2026-03-06")

    assert ADVICE == printed.splitlines()[0]
    assert 0 == migraine.code


@pytest.mark.parametrize("said", ["'neck pain'", "ptosis", "'nek pain'", "'green hair'", "bruise --not-serious"])
def test_what_is_not_serious_is_said_without_alarm(migraine, said):
    assert "serious." not in migraine(f"side-effect add {said} --date 2026-03-06")


def test_what_may_have_been_serious_and_is_over_is_for_the_clinic_to_hear(migraine):
    printed = migraine("side-effect add dysphagia --date 2026-03-06 --resolved 2026-03-09")

    assert (
        "This can be serious, also when it is over. Tell your clinic about it before the next session."
    ) == printed.splitlines()[0]


def test_that_a_clinician_called_it_serious_can_be_taken_back(migraine):
    migraine("side-effect add bruise --date 2026-03-06 --serious")
    printed = migraine("side-effect add bruise --date 2026-03-06 --not-serious")

    assert [False] == [one.serious for one in stored(migraine)]
    assert "Before: bruising, called serious by a clinician." in printed


# --- list, resolve, remove


def test_the_list_shows_everything_in_order_of_time(treated):
    treated("side-effect add swelling --date 2026-03-08 --serious")
    treated("side-effect add bruise --date 2026-03-06 --severity mild --resolved 2026-03-09 --session 2026-03-01")
    treated("side-effect add dysphagia --date 2026-03-09 --action none")
    treated("side-effect add nausea --date 2026-03-10 --not-serious --note once")
    lines = treated("side-effect list").splitlines()
    rows = [" ".join(line.split()) for line in lines if line.startswith(" 2026")]

    assert [
        "2026-03-06 bruising mild 2026-03-09 2026-03-01",
        "2026-03-08 swelling not known yes",
        "2026-03-09 swallowing not known none can be",
        "2026-03-10 nausea not known no once",
    ] == rows


def test_an_empty_list_says_how_to_begin(treated):
    assert "No side effects are recorded. Record one with:" in treated("side-effect list")


def test_a_side_effect_that_is_over_has_its_end(migraine):
    migraine('side-effect add "neck pain" --date 2026-03-06 --severity mild')
    printed = migraine('side-effect resolve "sore neck" --on 2026-03-14')

    assert [("mild", date(2026, 3, 14))] == [(one.severity, one.resolved) for one in stored(migraine)]
    assert "neck pain, mild, over on 2026-03-14" in printed


def test_it_is_over_today_unless_a_day_is_said(migraine):
    migraine("side-effect add bruise --date 2026-03-06")
    migraine("side-effect resolve bruise")

    assert [date.today()] == [one.resolved for one in stored(migraine)]


def test_only_what_goes_on_ends_unless_its_day_is_said(migraine):
    migraine("side-effect add bruise --date 2026-03-06 --resolved 2026-03-09")
    migraine("side-effect add bruise --date 2026-05-06")
    migraine("side-effect resolve bruise --on 2026-05-10")
    migraine("side-effect resolve bruise --date 2026-03-06 --on 2026-03-11")

    assert [date(2026, 3, 11), date(2026, 5, 10)] == [one.resolved for one in stored(migraine)]


def test_nothing_that_goes_on_cannot_end(migraine):
    migraine("side-effect add bruise --date 2026-03-06 --resolved 2026-03-09")
    printed = migraine("side-effect resolve bruise")

    assert "bruising of 2026-03-06 is over since 2026-03-09" in printed
    assert 1 == migraine.code
    assert "There is no such entry of eyelid ptosis. See them with: migraine side-effect list" in migraine(
        "side-effect resolve ptosis"
    )


@pytest.mark.parametrize("command", ["resolve", "remove"])
def test_of_several_the_day_has_to_be_said(migraine, command):
    migraine("side-effect add bruise --date 2026-03-06")
    migraine("side-effect add bruise --date 2026-05-06")
    printed = migraine(f"side-effect {command} bruise")

    assert "bruising is recorded more than once: 2026-03-06, 2026-05-06. Say which with --date." in printed
    assert (1, 2) == (migraine.code, len(stored(migraine)))


def test_a_removed_side_effect_is_kept_in_the_history(migraine):
    migraine("side-effect add bruise --date 2026-03-06 --severity mild")
    printed = migraine("side-effect remove bruise")

    assert ("Removed: 2026-03-06, bruising, mild.", ()) == (printed.strip(), stored(migraine))
    with migraine.diary() as diary:
        assert ["removed"] == [change.action for change in diary.history("me")]


def test_what_came_in_under_another_word_is_found_by_its_standard_name(migraine):
    migraine("log 2026-03-06 --none")
    with migraine.diary() as diary:
        diary.record(AdverseEvent("me", date(2026, 3, 6), "Sore Neck"))
    migraine('side-effect resolve "neck pain" --on 2026-03-14')

    assert [("Sore Neck", date(2026, 3, 14))] == [(one.event, one.resolved) for one in stored(migraine)]
