"""Before against after, on a diary that can be counted by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.definitions import RULES, mark_days
from analysis.estimates.serial import serial_amount, serial_mean, serial_newcombe
from analysis.measures import BY_NAME, MEASURES
from analysis.outcome import outcome_table
from analysis.windows import window_table
from diary.tables import OUTCOMES
from tests.drawing import diary_of, sessions, shown, treatments

# A week a line: 0 none, 1 mild, 2 moderate, 3 severe, . not logged.
BEFORE = """
    3120210
    2011.30
    1302120
    .220103
"""  # 18 headache days on 26 logged days; moderate or severe 11, severe 4, clear 8
WEEKS_1_TO_4 = """
    0010200
    1000030
    0020100
    0000000
"""  # 6 on 28; moderate or severe 3, severe 1, clear 22
WEEKS_5_TO_8 = """
    01.0.20
    0.01.00
    3.00.00
    0.02.00
"""  # 5 on 20; moderate or severe 3, severe 1, clear 15
WEEKS_9_TO_12 = """
    1020...
    0103...
    2010...
    0200...
"""  # 7 on 16; moderate or severe 4, severe 1, clear 9
LATE = "10200001000"  # 3 on 11
CYCLE_2 = "0001000" * 12  # 12 on 84, none of them severe

PICTURE = BEFORE + WEEKS_1_TO_4 + WEEKS_5_TO_8 + WEEKS_9_TO_12 + LATE + CYCLE_2
SESSIONS = sessions("P1", "2026-03-29", "2026-07-02")
"""Days 0 and 95 of a diary that begins 28 days before the first."""


def diary(picture, patient="P1", **columns):
    """A diary from a drawing of severities."""
    severity = "".join(picture.split())
    headache = "".join(mark if mark in ".0" else "1" for mark in severity)
    return diary_of(patient, headache, severity=severity, **columns)


def outcomes(days, treated=SESSIONS, rules=RULES["any"], **options):
    """The outcome rows by phase and measure, the cycle before the phase where it is not the first."""
    table = outcome_table(mark_days(days, rules), window_table(days, treated), **options)
    return table.set_index(["cycle", "phase", "measure"]).sort_index()


@pytest.fixture(scope="module")
def drawn():
    return outcomes(diary(PICTURE))


def test_before_and_after_are_the_counts_of_the_drawing(drawn):
    """Each rate is events × 28 ÷ logged days, with the counts noted beside the drawing."""
    counted = {
        (1, "1-4"): (6, 28),
        (1, "5-8"): (5, 20),
        (1, "9-12"): (7, 16),
        (1, "cycle"): (18, 64),
        (2, "cycle"): (12, 84),
    }
    for window, (events, logged) in counted.items():
        row = drawn.loc[(*window, "headache_days")]
        assert (18 * 28 / 26, 26, 28) == (row["before"], row["before_logged"], row["before_days"])
        assert (events * 28 / logged, logged) == (row["after"], row["after_logged"])


@pytest.mark.parametrize(
    ("measure", "before", "after"),
    [
        ("headache_days", 18, 6),
        ("moderate_severe_days", 11, 3),
        ("severe_days", 4, 1),
        ("clear_days", 8, 22),
    ],
)
def test_each_kind_of_day_is_counted_by_itself(drawn, measure, before, after):
    row = drawn.loc[(1, "1-4", measure)]

    assert pytest.approx((before * 28 / 26, after)) == (row["before"], row["after"])


def test_headache_days_and_clear_days_are_all_the_logged_days(drawn):
    for phase in ("1-4", "5-8", "9-12", "cycle"):
        headache, clear = (drawn.loc[(1, phase, name)] for name in ("headache_days", "clear_days"))
        assert pytest.approx((28, 28)) == (headache["before"] + clear["before"], headache["after"] + clear["after"])


def test_the_change_is_after_less_before_and_its_percent_of_before(drawn):
    row = drawn.loc[(1, "1-4", "headache_days")]

    assert pytest.approx((6 - 18 * 28 / 26, 100 * (6 * 26 / (18 * 28) - 1))) == (row["change"], row["change_percent"])


def test_the_missing_days_give_a_best_and_a_worst_case(drawn):
    bounds = drawn.xs("headache_days", level="measure").loc[1, ["if_missing_free", "if_missing_headache"]]

    assert (5, 13) == tuple(bounds.loc["5-8"])
    assert (7, 19) == tuple(bounds.loc["9-12"])
    assert pytest.approx((18 / 3, 38 / 3)) == tuple(bounds.loc["cycle"])


def test_for_clear_days_a_missing_day_free_of_headache_is_one_more(drawn):
    row = drawn.loc[(1, "5-8", "clear_days")]

    assert (15 + 8, 15) == (row["if_missing_free"], row["if_missing_headache"])


def test_the_limits_are_those_of_the_serial_interval(drawn):
    days = diary(PICTURE)["headache"].to_numpy(float, na_value=np.nan)
    alone = serial_newcombe(days[:28], days[56:84])
    row = drawn.loc[(1, "5-8", "headache_days")]

    assert pytest.approx((28 * alone.low, 28 * alone.high), abs=1e-9) == (row["low"], row["high"])
    assert ("serial Newcombe", 0.95) == (row["method"], row["level"])


def test_a_window_of_low_completeness_is_shown_and_not_judged(drawn):
    row = drawn.loc[(1, "9-12", "headache_days")]

    assert (12.25, True) == (row["after"], row[["response_30", "response_50", "response_75"]].isna().all())
    assert "cycle 1 weeks 9-12: low completeness: 16 of 28 days logged" in row["caution"]


def test_a_window_that_cannot_be_told_has_no_number(drawn):
    row = drawn.loc[(1, "late", "headache_days")]
    numbers = ["after", "change", "change_percent", "low", "high", "if_missing_free", "if_missing_headache"]

    assert row[numbers].isna().all()
    assert (11, 11) == (row["after_logged"], row["after_days"])
    assert "cannot tell: 11 of 11 days logged" in row["caution"]


def test_a_baseline_that_cannot_be_told_leaves_no_change_but_keeps_after():
    row = outcomes(diary("." * 15 + "1" * 13 + WEEKS_1_TO_4 * 3)).loc[(1, "cycle", "headache_days")]

    assert (6, True, True) == (row["after"], pd.isna(row["before"]), pd.isna(row["change"]))
    assert row["caution"].startswith("baseline: cannot tell: 13 of 28 days logged")


def test_responses_are_three_way(drawn):
    row = drawn.loc[(2, "cycle", "headache_days")]

    assert ("yes", "yes", "uncertain") == (row["response_30"], row["response_50"], row["response_75"])


def test_no_fall_at_all_is_no_response():
    row = outcomes(diary("1100" * 7 + "1100" * 21)).loc[(1, "cycle", "headache_days")]

    assert "no" == row["response_50"]


def test_a_baseline_without_a_single_one_has_neither_percent_nor_response():
    row = outcomes(diary("0" * 28 + "0100" * 21)).loc[(1, "cycle", "headache_days")]

    assert (0, 7, True, True) == (
        row["before"],
        row["after"],
        pd.isna(row["change_percent"]),
        pd.isna(row["response_30"]),
    )


def test_more_clear_days_are_not_called_a_response(drawn):
    assert drawn.xs("clear_days", level="measure")[["response_30", "response_50", "response_75"]].isna().all(axis=None)


# --- amounts and means


def test_hours_are_the_sum_of_the_minutes():
    days = diary("1000" * 7 + "0100" * 21, minutes=[120, 0, 0, 0] * 7 + [0, 45, 0, 0] * 21)
    row = outcomes(days).loc[(1, "cycle", "headache_hours")]

    assert (14, 5.25, "hours per 28 days") == (row["before"], row["after"], row["unit"])


def test_hours_are_told_while_nine_in_ten_days_are_known():
    one_unknown = [None, 0, 0, 0] + [120, 0, 0, 0] * 6
    three_unknown = [None, 0, 0, 0] * 3 + [120, 0, 0, 0] * 4
    picture = "1000" * 7 + "0100" * 21
    rest = [0, 45, 0, 0] * 21
    few, many = (
        outcomes(diary(picture, minutes=minutes + rest)).loc[(1, "cycle", "headache_hours")]
        for minutes in (one_unknown, three_unknown)
    )

    assert (12 * 28 / 27, 27) == (few["before"], few["before_logged"])
    assert (True, 25) == (pd.isna(many["before"]), many["before_logged"])
    assert "headache hours: not written down on enough logged days of baseline" in many["caution"]


def test_a_day_of_unknown_hours_is_at_worst_a_whole_day():
    minutes = [60, 0, 0, 0] * 7 + [None, 0, 0, 0] + [60, 0, 0, 0] * 20
    row = outcomes(diary("1000" * 28, minutes=minutes)).loc[(1, "1-4", "headache_hours")]

    assert (6, 30) == (row["if_missing_free"], row["if_missing_headache"])


def test_attacks_are_those_that_began():
    days = diary("1100" * 28, starts="1000" * 7 + "2000" * 21)
    row = outcomes(days).loc[(1, "cycle", "attacks")]

    assert (7, 14, "attacks per 28 days") == (row["before"], row["after"], row["unit"])


def test_the_worst_case_of_attacks_is_no_better_than_the_rate():
    days = diary("1000" * 7 + "330." * 21, starts="1000" * 7 + "330." * 21)
    row = outcomes(days).loc[(1, "cycle", "attacks")]

    assert row["if_missing_free"] < row["after"] <= row["if_missing_headache"]


def test_the_mean_peak_is_over_headache_days(drawn):
    row = drawn.loc[(1, "1-4", "mean_peak_severity")]

    assert pytest.approx((33 / 18, 10 / 6)) == (row["before"], row["after"])
    assert (18, 6) == (row["before_logged"], row["after_logged"])


def test_the_mean_peak_of_a_window_without_headache_is_not_zero():
    row = outcomes(diary("2000" * 7 + "0" * 84)).loc[(1, "cycle", "mean_peak_severity")]

    assert (2, True) == (row["before"], pd.isna(row["after"]))


LONG = [300, 0, 1440, 0] * 7
"""Minutes of four weeks: a headache every other day, now and then a whole day."""
SHORT = [0, 45, 0, 120] * 21
ALTERNATING = "1010" * 7 + "0101" * 21


def test_the_limits_of_hours_are_those_of_the_serial_score_interval():
    row = outcomes(diary(ALTERNATING, minutes=LONG + SHORT)).loc[(1, "cycle", "headache_hours")]
    alone = serial_amount(np.array(LONG) / 60, np.array(SHORT) / 60, most=24)

    assert pytest.approx((28 * alone.low, 28 * alone.high)) == (row["low"], row["high"])
    assert ("serial score", 0.95) == (row["method"], row["level"])


def test_the_limits_of_attacks_know_no_most():
    starts = "3010" * 7 + "0100" * 21
    row = outcomes(diary(ALTERNATING, starts=starts)).loc[(1, "cycle", "attacks")]
    days = np.array([float(mark) for mark in starts])
    alone = serial_amount(days[:28], days[28:])

    assert pytest.approx((28 * alone.low, 28 * alone.high)) == (row["low"], row["high"])
    assert "serial score" == row["method"]


def test_the_limits_of_a_mean_peak_are_those_of_the_serial_t_interval(drawn):
    peaks = diary(PICTURE)["severity"].to_numpy(float, na_value=np.nan)
    peaks = np.where(peaks > 0, peaks, np.nan)
    alone = serial_mean(peaks[:28], peaks[28:56])
    row = drawn.loc[(1, "1-4", "mean_peak_severity")]

    assert pytest.approx((alone.low, alone.high)) == (row["low"], row["high"])
    assert "serial t" == row["method"]


def test_headache_without_an_end_has_limits_within_the_hours_of_28_days():
    """24 hours on every day before and after: no change, and not a sure one."""
    row = outcomes(diary("1" * 112, minutes=[1440] * 112)).loc[(1, "cycle", "headache_hours")]

    assert -28 * 24 <= row["low"] < 0 == row["change"] < row["high"] <= 28 * 24
    assert ("serial score, autocorrelation assumed 0.25", "no") == (row["method"], row["response_50"])


def test_hours_respond_by_the_same_interval():
    row = outcomes(diary(ALTERNATING, minutes=LONG + SHORT)).loc[(1, "cycle", "headache_hours")]
    to_none = outcomes(diary("1010" * 7 + "0000" * 21, minutes=LONG + [0] * 84)).loc[(1, "cycle", "headache_hours")]

    assert ("yes", "yes", "yes") == tuple(row[["response_30", "response_50", "response_75"]])
    assert "yes" == to_none["response_75"]


# --- what was never written down


def test_a_measure_that_the_diary_does_not_hold_is_not_zero(drawn):
    for measure in ("triptan_days", "acute_days", "attacks", "headache_hours", "mean_peak_intensity"):
        row = drawn.loc[(1, "1-4", measure)]
        assert row[["before", "after", "change", "low", "high", "response_50"]].isna().all()
        assert f"{BY_NAME[measure].words}: not written down on enough logged days" in row["caution"]


def test_headaches_of_unknown_severity_are_not_headaches_that_were_not_severe():
    severity = "3000" * 7 + (".000000" + "0" * 21) * 3
    days = diary_of("P1", "1000" * 7 + ("1000000" + "0" * 21) * 3, severity=severity)
    row = outcomes(days).loc[(1, "cycle", "severe_days")]

    assert pd.isna(row["response_50"])
    assert (0, 1) == (row["if_missing_free"], row["if_missing_headache"])
    assert "severe headache days: not written down on most headache days of cycle 1." in row["caution"]


def test_a_fully_told_row_has_no_caution():
    assert "" == outcomes(diary("1000" * 28)).loc[(1, "cycle", "headache_days"), "caution"]


def test_intake_days_are_counted_by_class():
    days = diary("1100" * 28, acute="1100" * 7 + "1000" * 21, triptan="1000" * 7 + "0" * 84)
    table = outcomes(days)

    assert (14, 7) == tuple(table.loc[(1, "cycle", "acute_days"), ["before", "after"]])
    assert (7, 0) == tuple(table.loc[(1, "cycle", "triptan_days"), ["before", "after"]])


def test_the_definition_decides_what_a_headache_day_is():
    minutes = [300, 20, 0, 0] * 28
    days = diary("1100" * 28, minutes=minutes)

    assert [14, 7, 7] == [
        outcomes(days, rules=RULES[name]).loc[(1, "cycle", "headache_days"), "before"]
        for name in ("any", "30min", "4h")
    ]


# --- the table


def test_there_is_a_row_for_each_window_after_the_baseline_and_each_measure():
    days = diary(PICTURE)
    windows = window_table(days, SESSIONS)
    table = outcome_table(mark_days(days), windows)

    assert list(OUTCOMES.names) == list(table.columns)
    assert (len(windows) - 1) * len(MEASURES) == len(table)
    assert not table.duplicated(list(OUTCOMES.key)).any()
    assert [m.name for m in MEASURES] == table["measure"].head(len(MEASURES)).tolist()


def test_weeks_21_to_24_are_compared_too():
    days = diary("1100" * 7 + "1000" * 42)
    row = outcomes(days, sessions("P1", "2026-03-29", "2026-06-21")).loc[(2, "21-24", "headache_days")]

    assert (14, 7) == (row["before"], row["after"])


def test_without_sessions_there_is_nothing_to_compare():
    assert 0 == len(outcome_table(mark_days(diary(PICTURE)), window_table(diary(PICTURE), treatments())))


def test_patients_are_each_compared_with_their_own_baseline():
    one, two = diary("1000" * 28), diary("1110" * 7 + "1000" * 21, "P2")
    both = pd.concat([one, two], ignore_index=True)
    treated = pd.concat([sessions("P1", "2026-03-29"), sessions("P2", "2026-03-29")], ignore_index=True)
    table = outcome_table(mark_days(both), window_table(both, treated), measures=(BY_NAME["headache_days"],))
    cycles = table.loc[table["phase"] == "cycle"]

    assert [("P1", 7.0, 7.0), ("P2", 21.0, 7.0)] == shown(cycles, "patient", "before", "after")
