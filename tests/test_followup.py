"""What is due, how regular the sessions were, and what the diary says around a stop."""

from datetime import timedelta

import pytest

from analysis.findings import find
from analysis.followup import (
    against_start,
    due_words,
    follow_up,
    interval_sentence,
    phase_means,
    phase_sentence,
    seen_again,
    stops,
)
from analysis.rates import Rate
from analysis.reports.letter.next_review import next_review_section
from diary.model import Consultation, Treatment
from diary.tables import ATTACKS, CONSULTATIONS, DOSES, EVENTS, INJECTIONS, SCORES, Tables, facts_frame
from tests.drawing import day, diary_of, sessions, shown, treatments
from tests.test_wording import causal_words

FIRST = "2026-03-01"


def plus(days, since=FIRST):
    return f"{day(since) + timedelta(days)}"


def noted(*said, patient="P1"):
    """A consultations table of (day, topic, answer)."""
    return facts_frame([Consultation(patient, day(on), topic, answer) for on, topic, answer in said], CONSULTATIONS)


def decided(*said):
    return noted(*((on, "decision", answer) for on, answer in said))


NOTHING = noted()


def state(as_of, given=None, said=NOTHING):
    """Due date and status on a day."""
    due = follow_up(sessions("P1", FIRST) if given is None else given, said, day(as_of), ["P1"]).due
    return shown(due, "due", "status")[0]


# --- due


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (0, "due in 84 days"),
        (83, "due in 1 day"),
        (84, "due today"),
        (85, "overdue by 1 day"),
        (99, "overdue by 15 days"),
    ],
)
def test_a_session_is_due_84_days_after_the_last_one(after, status):
    assert (plus(84), status) == state(plus(after))


def test_the_last_session_is_the_last_one_up_to_that_day():
    given = sessions("P1", FIRST, plus(84))

    assert (plus(84), "due in 1 day") == state(plus(83), given)
    assert (plus(168), "due in 84 days") == state(plus(84), given)


def test_a_cosmetic_session_makes_nothing_due():
    assert (None, "no session") == state(plus(9), sessions("P1", FIRST, purpose="cosmetic"))


@pytest.mark.parametrize(("decision", "status"), [("stop", "stopped"), ("pause", "paused"), (" Stop ", "stopped")])
def test_after_a_stop_or_a_pause_nothing_is_due(decision, status):
    assert (None, status) == state(plus(40), said=decided((plus(30), decision)))


@pytest.mark.parametrize("decision", ["continue", "raise", "stretch", "stop the topiramate"])
def test_after_any_other_decision_the_next_session_is_due(decision):
    assert plus(84) == state(plus(40), said=decided((plus(30), decision)))[0]


def test_a_stop_that_was_noted_on_the_day_of_a_session_is_about_what_comes_after_it():
    assert (None, "stopped") == state(plus(40), said=decided((FIRST, "stop")))


def test_a_session_after_a_stop_makes_the_next_one_due_again():
    given = sessions("P1", FIRST, plus(120))

    assert (plus(204), "due in 84 days") == state(plus(120), given, decided((plus(30), "stop")))


def test_a_later_decision_to_go_on_takes_a_stop_back():
    assert plus(84) == state(plus(60), said=decided((plus(30), "stop"), (plus(50), "continue")))[0]


def test_what_was_noted_later_is_not_known_yet():
    assert plus(84) == state(plus(29), said=decided((plus(30), "stop")))[0]


def test_a_stop_that_is_noted_again_holds_since_the_first_note():
    said = decided((plus(30), "pause"), (plus(150), "stop"))
    due = follow_up(sessions("P1", FIRST), said, day(plus(160))).due

    assert [("stop", plus(30))] == shown(due, "decision", "since")


def test_units_of_two_sessions_on_one_day_are_added():
    given = treatments(
        *(Treatment("P1", "botulinum", name, day(FIRST), amount=100, treatment_id=name) for name in ("A", "B"))
    )

    assert [(1, 200.0)] == shown(follow_up(given, NOTHING, day(FIRST)).due, "sessions", "units")


def test_patients_come_by_due_date_and_those_without_one_last():
    given = of_patients(("P1", plus(9)), ("P2", FIRST), ("P3", FIRST))
    said = noted((plus(30), "decision", "stop"), patient="P3")
    due = follow_up(given, said, day(plus(40)), ["P0", "P1", "P2", "P3"]).due

    assert ["P2", "P1", "P0", "P3"] == due["patient"].tolist()


def of_patients(*given):
    return treatments(*(Treatment(patient, "botulinum", "Botox", day(on)) for patient, on in given))


def test_many_patients_give_what_each_gives_alone():
    given = of_patients(("P1", FIRST), ("P2", plus(20)), ("P2", plus(130)), ("P3", plus(7)))
    said = noted((plus(40), "decision", "pause"), patient="P2")
    whole = follow_up(given, said, day(plus(140)))

    for patient in ("P1", "P2", "P3"):
        alone = follow_up(given.loc[given["patient"] == patient], said.loc[said["patient"] == patient], day(plus(140)))
        for of_all, one in zip(whole, alone, strict=True):
            mine = of_all.loc[of_all["patient"] == patient]
            assert shown(mine, *mine.columns) == shown(one, *one.columns)


def test_a_patient_of_whom_nothing_is_recorded_has_no_session():
    due = follow_up(sessions("P1"), NOTHING, day(FIRST), ["P9"]).due

    assert [("P9", 0, None, "no session")] == shown(due, "patient", "sessions", "due", "status")


def test_the_next_review_is_the_one_that_was_noted_last():
    said = noted((FIRST, "next_review", "2026-06-01"), (plus(30), "next_review", "2026-07-01"))

    assert [("2026-07-01", plus(30))] == shown(
        follow_up(sessions("P1", FIRST), said, day(plus(40))).due, "review", "review_noted"
    )


def test_a_review_that_is_no_date_is_kept_as_it_was_written():
    said = noted((FIRST, "next_review", "in spring"))

    assert [(None, "in spring")] == shown(
        follow_up(sessions("P1", FIRST), said, day(FIRST)).due, "review", "review_text"
    )


@pytest.mark.parametrize(("days", "words"), [(2, "due in 2 days"), (0, "due today"), (-2, "overdue by 2 days")])
def test_the_days_until_a_session_are_said_in_words(days, words):
    assert words == due_words(days)


# --- intervals


def timings(*after, said=NOTHING):
    given = sessions("P1", *(plus(days) for days in after))
    return follow_up(given, said, day(plus(after[-1]))).sessions["timing"].tolist()


@pytest.mark.parametrize(
    ("days", "timing"),
    [(83, "early"), (84, "on time"), (112, "on time"), (113, "late"), (182, "late"), (183, "restart")],
)
def test_a_session_is_early_on_time_late_or_a_restart_by_the_days_since_the_last(days, timing):
    assert ["first", timing] == timings(0, days)


@pytest.mark.parametrize("days", [60, 100, 150])
def test_a_session_after_a_noted_stop_is_a_restart_however_soon(days):
    assert ["first", "restart"] == timings(0, days, said=decided((plus(30), "pause")))


def test_a_stop_on_the_day_of_the_later_session_does_not_make_it_a_restart():
    assert ["first", "on time"] == timings(0, 84, said=decided((plus(84), "stop")))


def test_a_stop_before_the_first_session_does_not_make_it_a_restart():
    assert ["first", "on time"] == timings(0, 84, said=decided((plus(-9), "stop")))


def test_the_intervals_are_listed_and_counted():
    text = interval_sentence(
        follow_up(sessions("P1", *map(plus, (0, 80, 164, 250, 500))), NOTHING, day(plus(500))).sessions
    )

    assert "Days since the session before: 80, 84, 86 and 250." in text
    assert "Of 4 intervals: 1 early (fewer than 84 days), 2 on time (84 to 112 days) and 1 a restart" in text
    assert "a convention of this program" in text


def test_without_a_second_session_there_is_no_interval():
    assert "no interval" in interval_sentence(follow_up(sessions("P1", FIRST), NOTHING, day(FIRST)).sessions)


# --- how a cycle goes on, and stops


def part(headaches, days=28):
    """So many headache days first, then none."""
    return "1" * headaches + "0" * (days - headaches)


def findings(marks, given, said=NOTHING, **asked):
    """The findings of a diary that begins 28 days before the first session, with consultations."""
    none = [facts_frame((), table) for table in (ATTACKS, DOSES)]
    rest = [facts_frame((), table) for table in (INJECTIONS, SCORES, EVENTS)]
    return find(Tables(diary_of("P1", marks, start=plus(-28)), *none, given, *rest, consultations=said), **asked)


TWO_CYCLES = part(20) + part(4) + part(6) + part(10) + part(2) + part(8) + part(12)
"""A baseline and two cycles of 84 days."""


def test_each_part_of_the_cycles_has_a_mean_a_range_and_a_number_of_cycles():
    found = findings(TWO_CYCLES, sessions("P1", FIRST, plus(84)))

    assert [("1-4", 3.0, 2.0, 4.0, 2), ("5-8", 7.0, 6.0, 8.0, 2), ("9-12", 11.0, 10.0, 12.0, 2)] == shown(
        phase_means(found.outcomes, found.windows), "phase", "mean", "least", "most", "cycles"
    )


def test_a_part_with_too_few_logged_days_is_in_no_mean():
    marks = TWO_CYCLES[:-28] + "." * 20 + part(8, 8)
    found = findings(marks, sessions("P1", FIRST, plus(84)))

    assert [("9-12", 10.0, 1)] == shown(phase_means(found.outcomes, found.windows).tail(1), "phase", "mean", "cycles")


def test_the_sentence_on_the_cycle_gives_no_number_of_weeks_that_a_change_lasts():
    found = findings(TWO_CYCLES, sessions("P1", FIRST, plus(84)))
    text = phase_sentence(phase_means(found.outcomes, found.windows))

    assert "3.0 in weeks 1-4 (2 cycles, from 2.0 to 4.0)" in text
    assert "not put into one number" in text
    assert [] == causal_words(text)


def test_without_a_cycle_that_can_be_used_the_sentence_says_so():
    found = findings(part(20), sessions("P1", FIRST))

    assert "enough logged days" in phase_sentence(phase_means(found.outcomes, found.windows))


STOPPED = part(20) + part(4) * 3 + part(6) + part(9) + part(16)
"""A baseline, a cycle, then three times 28 days; a stop on day 84 after the session."""


def found_stops(said, marks=STOPPED, given=None, as_of=None):
    found = findings(marks, sessions("P1", FIRST) if given is None else given, said)
    on = found.as_of if as_of is None else day(as_of)
    return stops(follow_up(found.tables.treatments, said, on), found.marked, on)


def test_around_a_stop_the_28_days_before_from_it_on_and_the_latest_are_counted():
    (stop,) = found_stops(decided((plus(84), "stop")))

    assert (day(plus(84)), None) == (stop.since, stop.restart)
    assert [(4, 28, 28), (6, 28, 28), (16, 28, 28)] == [stop.before, stop.after, stop.latest]


def test_28_days_that_are_not_over_yet_are_not_counted():
    (before, after) = (found_stops(decided((plus(84), "stop")), as_of=plus(84 + n))[0] for n in (26, 27))

    assert (None, (6, 28, 28)) == (before.after, after.after)
    assert (None, None) == (before.latest, after.latest)


def test_the_latest_days_of_a_stop_end_where_the_treatment_starts_again():
    (stop,) = found_stops(decided((plus(84), "pause")), given=sessions("P1", FIRST, plus(84 + 56)))

    assert (day(plus(140)), (9, 28, 28)) == (stop.restart, stop.latest)


def test_days_that_are_not_logged_count_neither_way_around_a_stop():
    marks = STOPPED[:84] + "." * 10 + STOPPED[94:]
    (stop,) = found_stops(decided((plus(84), "stop")), marks)

    assert (0, 18, 28) == stop.before


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        (Rate(13, 28, 28), "below"),
        (Rate(14, 28, 28), "cannot tell"),
        (Rate(15, 28, 28), "15 a month or more"),
        (Rate(15, 20, 28), "15 a month or more"),
        (Rate(8, 20, 28), "cannot tell"),
        (Rate(5, 20, 28), "below"),
        (Rate(0, 13, 28), "cannot tell"),
    ],
)
def test_the_threshold_is_held_against_the_fewest_and_the_most_that_a_month_can_have(rate, says):
    """Of 14 in 28 days a month has 15.2; 8 and 8 missing are up to 16."""
    assert against_start(rate).startswith(says)


def test_a_patient_who_stops_is_seen_again_4_to_5_months_later():
    assert (day("2026-07-15"), day("2026-08-15")) == seen_again(day("2026-03-15"))


# --- point 13 of the letter


def section(said=NOTHING, marks=STOPPED, given=None, **asked):
    return next_review_section(findings(marks, sessions("P1", FIRST) if given is None else given, said, **asked))


def text_of(one):
    return " ".join([*one.paragraphs, *(cell for table in one.tables for row in table.rows for cell in row)])


def test_the_letter_says_when_the_next_session_is_due_and_that_no_review_is_documented():
    said = section(as_of=day(plus(80)))

    assert "The next is due on 24 May 2026, 84 days later: on 20 May 2026 it is due in 4 days." in said.paragraphs[0]
    assert "Next review: not documented." == said.paragraphs[1]
    assert () == said.tables


def test_the_letter_gives_the_review_that_was_noted():
    noted_review = noted((plus(80), "next_review", "2026-09-01"))

    assert "Next review: 1 Sep 2026 (noted on 20 May 2026)." == section(noted_review).paragraphs[1]


def test_the_letter_says_that_the_day_of_a_review_has_passed():
    assert "This day has passed." in section(noted((plus(80), "next_review", plus(90)))).paragraphs[1]


def test_the_letter_repeats_a_review_that_is_no_date():
    assert section(noted((plus(80), "next_review", "in spring"))).paragraphs[1].endswith(": in spring.")


def test_after_a_stop_the_letter_gives_the_days_in_which_the_patient_is_seen_again():
    text = text_of(section(decided((plus(84), "stop"))))

    assert "Noted on 24 May 2026: stopped. No session is due." in text
    assert "24 Sep 2026 to 24 Oct 2026" in text


def test_after_a_stop_the_letter_holds_the_days_around_it_against_the_threshold():
    (table,) = section(decided((plus(84), "stop"))).tables

    assert [
        ("28 before: stopped 24 May 2026", "28 of 28", "4.0", "below 15 a month"),
        ("28 from: stopped 24 May 2026", "28 of 28", "6.0", "below 15 a month"),
        ("28 latest", "28 of 28", "16.0", "15 a month or more"),
    ] == list(table.rows)


def test_after_a_stop_the_letter_gives_no_number_where_fewer_than_14_of_28_days_are_logged():
    (table,) = section(decided((plus(84), "stop")), STOPPED[:84] + "." * 15 + STOPPED[99:]).tables

    assert ("cannot tell", "13 of 28") == (table.rows[0][2], table.rows[0][1])


def test_the_letter_names_who_sets_the_threshold():
    said = decided((plus(84), "stop"))

    assert "NICE TA260" in text_of(section(said))
    assert "ICHD-3" in text_of(section(said, rules="ehf-2018"))


def test_a_longer_interval_that_was_noted_stands_beside_the_due_date():
    assert "A longer interval was noted" in section(decided((plus(80), "stretch"))).paragraphs[0]


def test_without_a_session_the_letter_says_that_none_is_due():
    assert "none is due" in section(given=sessions("P1")).paragraphs[0]


def test_the_letter_decides_nothing_and_names_no_cause():
    for said in (NOTHING, decided((plus(84), "stop")), decided((plus(84), "pause"), (plus(110), "continue"))):
        assert [] == causal_words(text_of(section(said)))
    assert "the clinician's decision" in text_of(section(decided((plus(84), "stop"))))
