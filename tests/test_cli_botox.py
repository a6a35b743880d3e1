"""``migraine botox``: the session with its map, as it is stored."""

from datetime import date

import pytest

from diary.model import Injection
from diary.muscles import extra_units, fixed, totals
from tests.terminal import Terminal

EVERY_EXTRA = (
    '--extra "temporalis left 5" --extra "temporalis right 5" --extra "occipitalis left 5" '
    '--extra "occipitalis right 5" --extra "trapezius left 10" --extra "trapezius right 10"'
)


@pytest.fixture
def migraine(tmp_path):
    return Terminal(tmp_path)


def stored(terminal):
    """The session and its map."""
    with terminal.diary() as diary:
        batch = diary.batch()
    [session] = batch.treatments
    return session, batch.injections


def amounts(terminal):
    session, placed = stored(terminal)
    return session.amount, session.sites, len(placed)


def test_preempt_is_one_word(migraine):
    migraine("botox add 2026-03-01 preempt")

    session, placed = stored(migraine)
    assert ("PREEMPT", 155.0, "U", 31) == (session.protocol, session.amount, session.unit, session.sites)
    assert {*fixed(session.treatment_id)} == {*placed}


def test_with_every_extra_site_preempt_is_195_units_in_39_sites(migraine):
    migraine(f"botox add 2026-03-01 preempt {EVERY_EXTRA}")

    assert (195.0, 39, 13) == amounts(migraine)
    assert "Note" not in migraine.text


def test_units_beyond_the_maximum_are_recorded_and_noted(migraine):
    migraine(f'botox add 2026-03-01 preempt {EVERY_EXTRA} --extra "trapezius right 5"')

    assert (200.0, 40, 13) == amounts(migraine)
    assert "trapezius 55, where 50 are the most" in migraine.text
    assert "200 units; 155 to 195 are usual" in migraine.text


def test_a_site_named_beside_the_paradigm_replaces_the_paradigms(migraine):
    migraine('botox add 2026-03-01 preempt --site "temporalis left 25/5"')

    assert (160.0, 32, 13) == amounts(migraine)


def test_places_without_a_paradigm_are_a_map_of_their_own(migraine):
    migraine('botox add 2026-03-01 --site "forehead l 10" --site "forehead r 10" --site "procerus 5"')

    session, placed = stored(migraine)
    assert (None, 25.0, 5) == (session.protocol, session.amount, session.sites)
    assert ["left", "right", "midline"] == [each.side for each in placed]


def test_a_place_said_later_changes_only_itself(migraine):
    migraine("botox add 2026-03-01 preempt")
    migraine('botox add 2026-03-01 --site "temporalis left 25/5"')

    session, placed = stored(migraine)
    assert (160.0, 32) == totals(placed) == (session.amount, session.sites)
    assert {("temporalis", "left"): 5.0} == extra_units(placed)
    assert "Before, in units/sites: left temporalis 20/4." in migraine.text


def test_a_place_of_no_units_is_taken_off_the_map(migraine):
    migraine("botox add 2026-03-01 preempt")
    migraine('botox add 2026-03-01 --site "procerus 0"')

    assert (150.0, 30, 12) == amounts(migraine)


def test_the_paradigm_said_again_is_the_map_as_a_whole(migraine):
    migraine('botox add 2026-03-01 preempt --site "frontalis midline 5/1" --extra "trapezius right 10"')
    migraine("botox add 2026-03-01 preempt")

    assert (155.0, 31, 13) == amounts(migraine)


def test_what_was_taken_off_the_map_stays_in_the_history(migraine):
    migraine('botox add 2026-03-01 preempt --site "frontalis midline 5/1"')
    migraine("botox add 2026-03-01 preempt")

    with migraine.diary() as diary:
        removed = [change.was for change in diary.history() if change.action == "removed"]
    assert [Injection(stored(migraine)[0].treatment_id, "frontalis", "midline", 1, 5.0)] == removed


def test_what_the_vial_says_leaves_the_map_as_it_is(migraine):
    migraine("botox add 2026-03-01 preempt")
    migraine('botox add 2026-03-01 --lot C1234 --expiry 2027-02 --dilution 2 --injector "Dr A. B." --consent')

    session, placed = stored(migraine)
    assert 13 == len(placed)
    assert ("C1234", date(2027, 2, 28), 2.0, "Dr A. B.", True) == (
        session.lot,
        session.expiry,
        session.dilution,
        session.injector,
        session.consent,
    )


def test_consent_that_was_not_spoken_of_is_not_known(migraine):
    migraine("botox add 2026-03-01 preempt")
    unknown = stored(migraine)[0].consent
    migraine("botox add 2026-03-01 --no-consent")

    assert (None, False) == (unknown, stored(migraine)[0].consent)


def test_totals_that_agree_with_the_map_may_be_said(migraine):
    migraine("botox add 2026-03-01 preempt --units 155 --sites 31")

    assert (0, (155.0, 31, 13)) == (migraine.code, amounts(migraine))


@pytest.mark.parametrize("totals_said", ["--units 160", "--sites 32"])
def test_totals_that_contradict_the_map_are_refused(migraine, totals_said):
    migraine(f"botox add 2026-03-01 preempt {totals_said}")
    assert 1 == migraine.code
    assert "adds up to 155 units in 31 sites" in migraine.text

    migraine("botox add 2026-03-01 preempt")
    migraine(f"botox add 2026-03-01 {totals_said}")
    assert (1, (155.0, 31, 13)) == (migraine.code, amounts(migraine))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("preempt --cosmetic", "not of this session"),
        ("preempt --product Dysport", "not of this session"),
        ("--extra 'trapezius right 10'", "--extra is on top of a paradigm. Name it"),
    ],
)
def test_what_does_not_suit_the_session_is_refused_and_not_recorded(migraine, wrong, sentence):
    migraine(f"botox add 2026-03-01 {wrong}")

    assert 1 == migraine.code
    assert sentence in " ".join(migraine.text.split())
    with migraine.diary() as diary:
        assert () == diary.batch().treatments


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("--site 'ear left 5'", "names no muscle. There are: corrugator, procerus"),
        ("--site 'temporalis 5'", "does not say which side"),
        ("--site 'temporalis left right 5'", "does not say which side"),
        ("--site 'temporalis left'", "is no place with units"),
        ("--site 'temporalis left 7'", "does not say how many sites"),
        ("--site 'temporalis left 5/0'", "cannot be"),
        ("--site 'temporalis left 0/2'", "cannot be"),
        ("--site 'temporalis left 5000/2'", "cannot be"),
        ("--expiry 2027", "is no expiry. Write it as 2027-02 or 2027-02-15."),
        ("--expiry 2027-02-30", "does not exist"),
        ("--dilution 0", "is no volume of saline"),
        ("dodick", "is not 'preempt'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_an_example(migraine, wrong, sentence):
    migraine(f"botox add 2026-03-01 {wrong}")

    assert 2 == migraine.code
    assert sentence in " ".join(migraine.text.split())


def test_removing_a_session_takes_its_map_along_and_the_history_keeps_it(migraine):
    migraine("botox add 2026-03-01 preempt")
    migraine("botox remove 2026-03-01")

    with migraine.diary() as diary:
        assert ((), ()) == (diary.batch().treatments, diary.batch().injections)
        assert 14 == len(diary.history())


def test_a_cosmetic_session_counts_among_the_units_of_twelve_weeks(migraine):
    migraine("botox add 2026-01-05 preempt")
    migraine("botox add 2026-02-02 --units 246 --cosmetic")

    assert "401 units of Botox in 84 days" in migraine.text


def test_a_session_among_others_is_noted_only_for_itself(migraine):
    migraine("botox add 2025-01-06 --units 100")
    migraine("botox add 2026-01-05 preempt")

    assert "364 days after the one of 2025-01-06: late" in migraine.text
    assert "100 units" not in migraine.text


def test_what_is_not_documented_is_said_where_one_looks_and_not_at_each_entry(migraine):
    assert "Not documented" not in migraine("botox add 2026-03-01 --units 155")

    assert "Not documented: lot, expiry, injector, map of the injections." in migraine("botox show 2026-03-01")
    assert "such as: migraine botox add 2026-03-01 --lot C1234" in migraine.text


def test_a_full_record_is_shown_without_a_note(migraine):
    migraine("botox add 2026-03-01 preempt --lot C1234 --expiry 2027-02 --injector 'Dr A. B.'")

    assert "Note" not in migraine("botox show 2026-03-01")


def test_a_session_that_is_not_there_cannot_be_shown(migraine):
    migraine("botox add 2026-03-01 preempt")
    migraine("botox show 2026-03-01 --cosmetic")

    assert (1, "Error: There is no cosmetic session on 2026-03-01. See them with: migraine botox list\n") == (
        migraine.code,
        migraine.text,
    )
