"""NICE TA260 on drawn diaries: each verdict, each edge, and the counts that give it."""

from calendar import monthrange

import pandas as pd
import pytest

from analysis.definitions import mark_days
from analysis.rules import NICE_EPISODIC, NICE_START, NICE_STOP, OVERUSE_DAYS, Case, verdict_table
from analysis.windows import window_table
from diary.model import Consultation, DiaryError, Treatment
from diary.tables import CONSULTATIONS, facts_frame
from tests.drawing import day, diary_of, sessions, together, treatments


def share(headaches, days):
    """So many headache days, and then free days."""
    return "1" * headaches + "0" * (days - headaches)


def verdicts(days, treated, as_of=None, visits=None, **options):
    """The verdict and its reason by rule, of one patient."""
    marked = mark_days(days)
    windows = window_table(marked, treated, as_of=as_of, **options)
    table = verdict_table(Case(marked, windows, treated, as_of, consultations=visits))
    return dict(zip(table["rule"], zip(table["verdict"], table["because"], strict=True), strict=True))


# --- less than 30 % after two cycles


def stop(baseline, cycle_2, interval=84, **options):
    """The verdict of the 30 % rule: cycle 1 is as bad as can be, and does not matter."""
    days = diary_of("P1", baseline + "1" * 84 + cycle_2, start="2026-01-01")
    first = day("2026-01-01") + pd.Timedelta(days=len(baseline))
    dates = [f"{first + pd.Timedelta(days=n):%Y-%m-%d}" for n in (0, 84, 84 + interval)]
    return verdicts(days, sessions("P1", *dates), **options)[NICE_STOP]


@pytest.mark.parametrize(
    ("after", "verdict"), [(41, "not met"), (42, "not met"), (43, "met"), (84, "met"), (0, "not met")]
)
def test_a_fall_of_exactly_30_percent_is_not_a_stop(after, verdict):
    assert verdict == stop(share(20, 28), share(after, 84))[0]


def test_the_counts_that_give_the_verdict_are_said():
    _, because = stop(share(20, 28), share(42, 84))

    assert because.startswith(
        "Baseline 20 headache days on 28 logged days; cycle 2 42 headache days on 84 logged days: 30.0 % fewer."
    )


def test_29_98_percent_is_a_stop_and_is_not_said_to_be_30():
    """30 of 61 days against 59 of 84: 29.98 % fewer."""
    verdict, because = stop(share(59, 84), share(30, 61), interval=61)

    assert "met" == verdict
    assert ": 29.9 % fewer." in because


def test_a_rise_is_a_stop_and_is_said_to_be_one():
    verdict, because = stop(share(10, 28), share(33, 84))

    assert "met" == verdict
    assert ": 10.0 % more." in because


def test_where_the_missing_days_could_turn_the_answer_it_cannot_be_told():
    """42 headache days on 83 logged days: the missing one decides whether 30 % is reached."""
    verdict, because = stop(share(20, 28), share(42, 83) + ".")

    assert "cannot tell" == verdict
    assert because.endswith("The days that are missing could turn the answer.")


def test_where_the_missing_days_cannot_turn_the_answer_it_is_told():
    assert "met" == stop(share(20, 28), share(70, 80) + "....")[0]
    assert "not met" == stop(share(20, 28), share(7, 80) + "....")[0]


def test_a_missing_day_of_the_baseline_can_turn_the_answer_too():
    assert "cannot tell" == stop(share(20, 27) + ".", share(43, 84))[0]


def test_a_baseline_without_a_headache_day_has_nothing_to_fall():
    assert ("cannot tell", "The baseline has no headache day.") == stop("0" * 28, share(10, 84))


def test_without_a_usable_baseline_it_cannot_be_told():
    verdict, because = stop("." * 10 + share(18, 18), share(10, 84))

    assert "cannot tell" == verdict
    assert because.startswith("Baseline: low completeness: 18 of 28 days logged")


def test_while_cycle_2_is_running_it_cannot_be_told():
    verdict, because = stop(share(20, 28), share(10, 50))

    assert "cannot tell" == verdict
    assert "Cycle 2: cannot tell: the diary ends after 50 of 84 days." == because


def test_before_the_second_session_there_is_no_cycle_2():
    days = diary_of("P1", "1" * 28 + "0" * 84, start="2026-01-01")

    assert ("cannot tell", "There is no cycle 2 yet.") == verdicts(days, sessions("P1", "2026-01-29"))[NICE_STOP]


def test_without_a_session_there_is_nothing_to_judge():
    days = diary_of("P1", "1" * 120, start="2026-01-01")

    assert ("cannot tell", "No therapeutic botulinum session is recorded.") == verdicts(days, treatments())[NICE_STOP]


def test_weeks_9_to_12_of_the_second_cycle_are_said_beside_it():
    _, because = stop(share(20, 28), "1" * 56 + "0" * 28)

    assert because.endswith("Weeks 9-12 alone: 100.0 % fewer.")


# --- episodic for three months


def months(first, *headaches, missing=0):
    """Whole calendar months with so many headache days each; the last has *missing* days at its end."""
    drawn = [
        share(n, monthrange(2026, month)[1])
        for month, n in enumerate(headaches, start=int(first.removeprefix("2026-")))
    ]
    text = "".join(drawn)
    return text[: len(text) - missing] + "." * missing


def episodic(headache, session="2026-03-01", start="2026-03-01", **options):
    return verdicts(diary_of("P1", headache, start=start), sessions("P1", session), **options)[NICE_EPISODIC]


@pytest.mark.parametrize(
    ("headaches", "verdict"), [((14, 14, 14), "met"), ((14, 15, 14), "not met"), ((0, 0, 15), "not met")]
)
def test_three_months_below_15_headache_days_are_episodic(headaches, verdict):
    assert verdict == episodic(months("2026-03", 28, *headaches))[0]


def test_only_the_last_three_whole_months_count():
    assert "met" == episodic(months("2026-03", 14, 14, 14) + "1" * 20)[0]


def test_the_months_and_their_counts_are_said():
    _, because = episodic(months("2026-03", 9, 8, 7))

    assert because.startswith(
        "Headache days in 2026-03: 9 (31 of 31 days known), 2026-04: 8 (30 of 30 days known), "
        "2026-05: 7 (31 of 31 days known)."
    )


def test_missing_days_that_could_reach_15_leave_it_open():
    assert "cannot tell" == episodic(months("2026-03", 14, 14, 14, missing=1) + "0")[0]
    assert "met" == episodic(months("2026-03", 14, 14, 13, missing=1) + "0")[0]


def test_15_headache_days_in_a_month_are_15_whatever_is_missing():
    assert "not met" == episodic(months("2026-03", 15, 1, 1, missing=20) + "0")[0]


def test_the_months_begin_with_or_after_the_first_session():
    assert "met" == episodic(months("2026-03", 1, 1, 1), session="2026-03-01")[0]
    assert "cannot tell" == episodic(months("2026-03", 1, 1, 1), session="2026-03-02")[0]


def test_the_months_begin_with_or_after_the_diary():
    diary = months("2026-03", 1, 1, 1)[1:]

    assert "cannot tell" == episodic(diary, session="2026-02-01", start="2026-03-02")[0]


def test_a_month_that_has_not_ended_does_not_count():
    diary = months("2026-03", 1, 1, 1)

    assert "cannot tell" == episodic(diary[:-1])[0]
    assert "cannot tell" == episodic(diary + "0" * 30, as_of=day("2026-05-30"))[0]
    assert "met" == episodic(diary + "1" * 30, as_of=day("2026-05-31"))[0]


def test_a_month_and_28_days_that_disagree_are_called_borderline():
    """14 headache days in 28 are 15.2 in a mean month."""
    at_the_end = "".join("0" * (n - 14) + "1" * 14 for n in (31, 30, 31))
    verdict, because = episodic(at_the_end)

    assert ("met", True) == (verdict, "Borderline" in because)
    assert "Borderline" not in episodic(months("2026-03", 1, 1, 1))[1]
    assert "Borderline" not in episodic(months("2026-03", 1, 1, 1, missing=31) + "0")[1]


# --- start

LENGTH = 92
"""March, April and May 2026; the first session is on 1 June."""
CLASSES = tuple(OVERUSE_DAYS)


def candidate(
    headaches=15, migraines=8, preventives=3, session="2026-06-01", cut=0, missing=0, noted=None, further=(), **intakes
):
    """A diary of three months with so many headache, migraine and intake days in each; at its end days are missing."""
    spans = [monthrange(2026, month)[1] for month in (3, 4, 5)]
    kinds = [
        kind
        for n in spans
        for kind in ["migraine"] * migraines + ["tension"] * (headaches - migraines) + [None] * (n - headaches)
    ]
    medicines = {name: "".join(share(intakes.get(name, 0), n) for n in spans) for name in CLASSES}
    headache = "".join(share(headaches, n) for n in spans)[: LENGTH - missing] + "." * missing
    days = diary_of("P1", headache, start="2026-03-01", kind=kinds, **medicines).iloc[cut:].reset_index(drop=True)
    given = [preventive(n, "no effect", day("2025-06-30")) for n in range(preventives)]
    botox = [Treatment("P1", "botulinum", "Botox", day(session))] if session else []
    answers = [Consultation("P1", day(noted[1]), "overuse_managed", noted[0])] if noted else []
    return verdicts(days, treatments(*given, *further, *botox), visits=facts_frame(answers, CONSULTATIONS))[NICE_START]


def preventive(number, reason, end):
    """A preventive that was taken from January 2025 on."""
    return Treatment("P1", "preventive", f"preventive {number}", day("2025-01-01"), end=end, reason=reason)


def test_all_four_criteria_make_a_start():
    assert "met" == candidate()[0]


@pytest.mark.parametrize("short", [{"headaches": 14}, {"migraines": 7}])
def test_too_few_headache_or_migraine_days_are_no_start(short):
    assert "not met" == candidate(**short)[0]


@pytest.mark.parametrize(("headaches", "verdict"), [(13, "not met"), (14, "cannot tell"), (15, "met")])
def test_a_missing_day_that_could_be_the_15th_leaves_it_open(headaches, verdict):
    """May alone is looked at."""
    assert verdict == candidate(headaches, cut=61, missing=1)[0]


def test_fewer_than_three_recorded_preventives_leave_it_open():
    verdict, because = candidate(preventives=2)

    assert "cannot tell" == verdict
    assert "preventives recorded before the first session: 2, failed or unsuitable 2 (" in because


@pytest.mark.parametrize(
    ("reason", "end"), [("no effect", None), (None, day("2025-06-30")), ("no longer needed", day("2025-06-30"))]
)
def test_a_preventive_that_goes_on_or_was_stopped_for_another_reason_has_not_failed(reason, end):
    verdict, because = candidate(preventives=2, further=[preventive(3, reason, end)])

    assert "cannot tell" == verdict
    assert "preventives recorded before the first session: 3, failed or unsuitable 2 (" in because


@pytest.mark.parametrize(("end", "verdict"), [("2026-06-01", "met"), ("2026-06-02", "cannot tell")])
def test_a_preventive_has_failed_that_was_stopped_up_to_the_first_session(end, verdict):
    assert verdict == candidate(preventives=2, further=[preventive(3, "no effect", day(end))])[0]


@pytest.mark.parametrize(("name", "limit"), OVERUSE_DAYS.items())
def test_a_class_at_its_overuse_limit_leaves_it_open(name, limit):
    assert "met" == candidate(**{name: limit - 1})[0]
    assert "cannot tell" == candidate(**{name: limit})[0]


def test_what_is_said_of_overuse_is_what_was_looked_at():
    assert "no class of acute medicine reached its overuse limit in these months" in candidate()[1]
    assert "how overuse of acute medicine was managed is not documented" in candidate(triptan=10)[1]


@pytest.mark.parametrize(
    ("noted", "on", "verdict"),
    [
        ("managed", "2026-05-31", "met"),
        ("no overuse", "2026-06-01", "met"),
        ("not managed", "2026-06-01", "not met"),
        ("not asked", "2026-06-01", "cannot tell"),
        ("managed", "2026-06-02", "cannot tell"),
    ],
)
def test_what_a_visit_up_to_the_first_session_noted_of_overuse_decides(noted, on, verdict):
    assert verdict == candidate(triptan=10, noted=(noted, on))[0]


def test_a_visit_between_the_first_session_and_the_end_of_the_diary_does_not_decide():
    assert "met" == candidate(triptan=10, session="2026-05-20", noted=("managed", "2026-05-20"))[0]
    assert "cannot tell" == candidate(triptan=10, session="2026-05-20", noted=("managed", "2026-05-25"))[0]


def test_a_preventive_begun_after_the_first_session_was_not_tried_before_it():
    late = [Treatment("P1", "preventive", f"p{n}", day("2026-05-01")) for n in range(3)]
    days = diary_of("P1", "1" * LENGTH)

    _, because = verdicts(days, treatments(*late, Treatment("P1", "botulinum", "Botox", day("2026-05-01"))))[NICE_START]

    assert "preventives recorded before the first session: 0" in because


def test_no_more_than_three_months_are_looked_at():
    _, because = verdicts(diary_of("P1", "0" * 28 + "1" * LENGTH, start="2026-02-01"), treatments())[NICE_START]

    assert because.startswith("Headache days in 2026-03: 31")


def test_one_whole_month_is_enough_to_be_looked_at():
    verdict, because = candidate(cut=40)

    assert "met" == verdict
    assert "2026-05: 15" in because
    assert "2026-04" not in because


def test_without_a_whole_month_before_the_first_session_it_cannot_be_told():
    verdict, because = candidate(cut=70)

    assert "cannot tell" == verdict
    assert "No whole calendar month before the first session is in the diary." == because


def test_before_any_session_the_last_three_months_of_the_diary_are_looked_at():
    verdict, because = candidate(session=None)

    assert "met" == verdict
    assert "Headache days in 2026-03: 15 (31 of 31 days known)" in because


def test_a_session_planned_after_the_end_of_the_diary_looks_at_its_last_months():
    assert "Headache days in 2026-03: 15" in candidate(session="2026-09-15")[1]


# --- all of them


def test_each_patient_has_a_verdict_for_each_rule():
    days = together(diary_of("P1", "1" * 200), diary_of("P2", "0" * 30))
    treated = pd.concat([sessions("P1", "2026-04-01", "2026-06-24"), sessions("P9", "2026-04-01")], ignore_index=True)
    marked = mark_days(days)
    table = verdict_table(Case(marked, window_table(marked, treated), treated))

    assert {("P1", rule) for rule in (NICE_STOP, NICE_EPISODIC, NICE_START)} | {
        ("P2", rule) for rule in (NICE_STOP, NICE_EPISODIC, NICE_START)
    } == set(zip(table["patient"], table["rule"], strict=True))
    assert list(range(6)) == table.index.tolist()
    assert set(table["verdict"]) <= {"met", "not met", "cannot tell"}
    assert table["because"].str.endswith(".").all()


def test_an_empty_diary_has_no_verdicts():
    days = diary_of("P1", "1").iloc[:0]

    assert 0 == len(verdict_table(Case(mark_days(days), window_table(days, treatments()), treatments())))


def test_an_unknown_rule_set_is_refused_with_the_names_that_there_are():
    days = mark_days(diary_of("P1", "1"))

    with pytest.raises(DiaryError, match="Choose one of: nice-ta260"):
        verdict_table(Case(days, window_table(days, treatments()), treatments()), "french")
