"""Chronic migraine by ICHD-3 1.3: what a diary is compatible with, before the first session and now."""

from calendar import monthrange

import pytest

from analysis.criteria import chronic_table, statuses
from analysis.definitions import mark_days
from tests.drawing import day, diary_of, sessions, shown, together, treatments


def month(number, headaches, migraines, missing=0):
    """Marks and kinds of one month of 2026, its headaches first, its missing days last."""
    n = monthrange(2026, number)[1]
    marks = "1" * headaches + "0" * (n - headaches - missing) + "." * missing
    return marks, ["migraine"] * migraines + ["tension"] * (headaches - migraines) + [None] * (n - headaches)


def diary(*months, first=1, patient="P1"):
    """Months of 2026, each (headaches, migraines) or with the missing days behind them."""
    drawn = [month(number, *counts) for number, counts in enumerate(months, start=first)]
    kinds = [kind for _, column in drawn for kind in column]
    return diary_of(patient, "".join(marks for marks, _ in drawn), start=f"2026-{first:02}-01", kind=kinds)


def status(days, treated=None, when="now", **options):
    """The status at that time, of one patient."""
    table = chronic_table(mark_days(days), treatments() if treated is None else treated, **options)
    return {found.when: found for found in statuses(table)}[when]


def test_more_than_three_months_are_at_least_four():
    assert "compatible" == status(diary(*[(15, 8)] * 4)).status
    assert "compatible so far" == status(diary(*[(15, 8)] * 3)).status


@pytest.mark.parametrize(
    ("worst", "answer"), [((15, 8), "compatible"), ((14, 8), "not compatible"), ((15, 7), "not compatible")]
)
def test_each_month_has_15_headache_and_8_migraine_days(worst, answer):
    assert answer == status(diary((20, 10), worst, (20, 10), (20, 10))).status


def test_only_the_last_four_whole_months_count():
    assert "compatible" == status(diary((1, 0), *[(15, 8)] * 4)).status


def test_days_that_are_missing_leave_it_open_where_they_could_turn_it():
    assert "cannot tell" == status(diary(*[(15, 8)] * 3, (14, 8, 1))).status
    assert "compatible" == status(diary(*[(15, 8)] * 3, (15, 8, 9))).status
    assert "not compatible" == status(diary(*[(15, 8)] * 3, (14, 8, 0))).status


def test_a_headache_of_which_nothing_is_known_may_be_a_migraine():
    days = diary(*[(15, 8)] * 4)
    days.loc[days["kind"] == "migraine", "kind"] = None

    assert "cannot tell" == status(days).status


def test_without_a_whole_month_it_cannot_be_told():
    found = status(diary((15, 8)).iloc[1:].reset_index(drop=True))

    assert ("cannot tell", 0, "No whole calendar month of it is in the diary.") == (
        found.status,
        found.months,
        found.because,
    )


# --- before and now


def test_before_the_first_session_and_now_are_told_apart():
    days = diary(*[(20, 10)] * 4, *[(5, 5)] * 4)
    treated = sessions("P1", "2026-05-01")

    assert "compatible" == status(days, treated, "before the first session").status
    assert "not compatible" == status(days, treated).status


def test_now_looks_at_no_month_that_began_before_the_first_session():
    found = status(diary(*[(20, 10)] * 6), sessions("P1", "2026-04-02"))

    assert ("compatible so far", 2) == (found.status, found.months)
    assert "2026-04" not in found.because


def test_without_a_session_there_is_no_before():
    table = chronic_table(mark_days(diary(*[(15, 8)] * 4)), treatments())

    assert [("now",)] == shown(table, "when")


def test_as_of_a_day_only_the_months_before_it_are_whole():
    found = status(diary(*[(20, 10)] * 5), as_of=day("2026-04-29"))

    assert ("compatible so far", 3) == (found.status, found.months)


def test_each_patient_is_judged_alone():
    days = together(diary(*[(15, 8)] * 4), diary(*[(14, 8)] * 4, patient="P2"))
    table = chronic_table(mark_days(days), treatments())

    assert [("P1", "compatible"), ("P2", "not compatible")] == shown(table, "patient", "status")


# --- 28 days or a month


def test_14_days_in_28_that_are_not_15_in_a_month_are_borderline():
    """14 days at the end of each month: 15.2 in a mean month when counted in the last 28 days."""
    marks = "".join("0" * (monthrange(2026, n)[1] - 14) + "1" * 14 for n in (1, 2, 3, 4))
    found = status(diary_of("P1", marks, start="2026-01-01", kind=["migraine"] * len(marks)))

    assert ("not compatible", True) == (found.status, found.borderline)
    assert str(found).endswith("counted in blocks of 28 days, scaled to a mean month, the answer would differ.")


def test_what_is_far_from_the_limits_is_not_borderline():
    assert not status(diary(*[(25, 20)] * 4)).borderline
    assert not status(diary(*[(3, 2)] * 4)).borderline


# --- words


def test_it_is_never_called_a_diagnosis():
    found = [status(diary(*[counts] * n)) for n, counts in ((4, (15, 8)), (3, (15, 8)), (4, (1, 1)), (4, (14, 8, 9)))]

    assert ["compatible", "compatible so far", "not compatible", "cannot tell"] == [one.status for one in found]
    assert not [text for one in found for text in (str(one), one.plain) if "diagnos" in text]


def test_days_whose_kind_is_not_known_are_not_called_blank():
    found = status(diary_of("P1", "1" * 120, start="2026-01-01"))

    assert ("cannot tell", "Headache days in 2026-01: 31 (31 of 31 days known)") == (found.status, found.because[:50])
    assert found.plain.startswith(
        "In your latest months, your diary does not say on enough days if you had a headache, and if it was a migraine."
    )


def test_the_clinician_reads_the_counts_and_the_patient_a_sentence():
    found = status(diary(*[(25, 20)] * 3))

    assert str(found).startswith(
        "In the latest months: diary compatible with chronic migraine so far (ICHD-3 1.3 asks for more than three "
        "months). Headache days in 2026-01: 25 (31 of 31 days known), 2026-02: 25 (28 of 28 days known), "
    )
    assert (
        "In your latest months, you had headache on 15 or more days every month, and migraine on 8 or more of them. "
        "Doctors look for this over more than three months, and your diary is not that long yet."
    ) == found.plain
