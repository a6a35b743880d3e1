"""What holds for every diary, whatever is in it."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.definitions import RULES, mark_days
from analysis.estimates.serial import serial_amount, serial_mean, serial_newcombe, serial_newcombe_rows
from analysis.measures import BY_NAME, MEAN
from analysis.outcome import outcome_table
from analysis.rules import Case, verdict_table
from analysis.windows import window_table
from diary.days import day_tables
from diary.model import Attack, DayLog, Dose, Source
from tests.drawing import diary_of, record, sessions, together

START = date(2026, 1, 1)
COMPARED = tuple(
    BY_NAME[name]
    for name in ("headache_days", "severe_days", "clear_days", "headache_hours", "attacks", "mean_peak_severity")
)
"""One measure or two of each kind."""
EXAMPLES = settings(max_examples=12, deadline=None)
MANY = settings(max_examples=100, deadline=None)

days_of_a_phase = st.lists(st.sampled_from([0.0, 1.0, float("nan")]), min_size=1, max_size=120).filter(
    lambda days: not np.isnan(days).all()
)


@st.composite
def diaries(draw, patient="P1"):
    """Runs of headache, free and unlogged days with severities and minutes, and the days of sessions in them."""
    runs = draw(st.lists(st.tuples(st.sampled_from("0123."), st.integers(1, 40)), min_size=1, max_size=12))
    severity = "".join(mark * n for mark, n in runs)
    headache = "".join(mark if mark in "0." else "1" for mark in severity)
    minutes = [{"0": 0, ".": None, "1": 20, "2": 120, "3": None}[mark] for mark in severity]
    days = diary_of(patient, headache, start=f"{START}", severity=severity, minutes=minutes)
    offsets = draw(st.lists(st.integers(-10, len(days) + 10), min_size=1, max_size=4, unique=True))
    return days, sessions(patient, *(f"{START + timedelta(n)}" for n in sorted(offsets)))


def analysed(days, treated):
    """Windows and outcomes of days and sessions."""
    marked = mark_days(days)
    windows = window_table(marked, treated)
    return windows, outcome_table(marked, windows, measures=COMPARED)


def later(table, days):
    """The table with every date so many days later."""
    span = pd.Timedelta(days=days)
    dates = table.select_dtypes("datetime").columns
    return table.assign(**{name: (table[name] + span).astype("datetime64[s]") for name in dates})


def alike(expected, actual):
    """Equal, up to the last digits of running totals."""
    pd.testing.assert_frame_equal(expected, actual, rtol=1e-9, atol=1e-9)


# --- the interval


@MANY
@given(days_of_a_phase, days_of_a_phase)
def test_exchanging_before_and_after_flips_the_change_and_mirrors_the_limits(before, after):
    there, back = serial_newcombe(before, after), serial_newcombe(after, before)

    assert pytest.approx((-there.value, -there.high, -there.low), abs=1e-12) == (back.value, back.low, back.high)


@MANY
@given(days_of_a_phase, days_of_a_phase)
def test_the_change_lies_between_its_limits_and_both_are_possible(before, after):
    estimate = serial_newcombe(before, after)

    assert -1 <= estimate.low <= estimate.value <= estimate.high <= 1


@MANY
@given(days_of_a_phase, days_of_a_phase)
def test_headache_and_headache_free_days_mirror_each_other(before, after):
    headache, clear = serial_newcombe(before, after), serial_newcombe(1 - np.array(before), 1 - np.array(after))

    assert pytest.approx((-headache.value, -headache.high, -headache.low), abs=1e-9) == clear[:3]


@MANY
@given(days_of_a_phase, days_of_a_phase)
def test_reading_the_diary_backwards_changes_nothing(before, after):
    forwards, backwards = serial_newcombe(before, after), serial_newcombe(before[::-1], after[::-1])

    assert pytest.approx(forwards[:3], abs=1e-9) == backwards[:3]


@EXAMPLES
@given(st.lists(st.tuples(days_of_a_phase, days_of_a_phase), min_size=1, max_size=8))
def test_many_people_at_once_equal_one_by_one(people):
    befores, afters = ([np.array(days) for days in side] for side in zip(*people, strict=True))
    value, low, high, _ = serial_newcombe_rows(padded(befores), padded(afters))
    alone = [serial_newcombe(before, after) for before, after in people]

    assert pytest.approx([e.value for e in alone]) == value
    assert pytest.approx([e.low for e in alone], abs=1e-9) == low
    assert pytest.approx([e.high for e in alone], abs=1e-9) == high


def padded(rows):
    """Rows of unequal length side by side, NaN behind their ends."""
    width = max(map(len, rows))
    return np.stack([np.pad(row, (0, width - len(row)), constant_values=np.nan) for row in rows])


quantities = st.lists(st.floats(0, 24), min_size=2, max_size=60)


@MANY
@given(quantities, quantities)
def test_the_change_of_a_mean_lies_between_its_limits_where_there_are_any(before, after):
    estimate = serial_mean(before, after)

    assert np.isnan(estimate.low) or estimate.low <= estimate.value <= estimate.high


@MANY
@given(quantities, quantities)
def test_the_change_of_hours_lies_between_its_limits_and_both_are_possible(before, after):
    estimate = serial_amount(before, after, most=24)

    assert -24 <= estimate.low <= estimate.value <= estimate.high <= 24


# --- windows and outcomes


@EXAMPLES
@given(diaries(), st.integers(-4000, 4000))
def test_shifting_all_dates_shifts_all_windows_and_changes_no_number(diary, shift):
    days, treated = diary
    windows, outcomes = analysed(days, treated)
    shifted_windows, shifted_outcomes = analysed(later(days, shift), later(treated, shift))

    pd.testing.assert_frame_equal(later(windows, shift), shifted_windows)
    pd.testing.assert_frame_equal(outcomes, shifted_outcomes)


@EXAMPLES
@given(diaries(), st.integers(1, 30))
def test_unlogged_days_at_the_end_change_no_estimate(diary, more):
    days, treated = diary
    tail = diary_of("P1", "." * more, start=f"{START + timedelta(len(days))}")
    key, estimates = ["cycle", "phase", "measure"], ["before", "after", "change", "low", "high"]
    rows, longer = (analysed(table, treated)[1].set_index(key)[estimates] for table in (days, together(days, tail)))
    same_rows = longer.loc[rows.index]
    told = rows.notna() & same_rows.notna()

    alike(rows.where(told), same_rows.where(told))


@EXAMPLES
@given(diaries("P1"), diaries("P2"), diaries("P3"))
def test_patients_together_equal_patients_alone(one, two, three):
    people = (one, two, three)
    both = analysed(*(pd.concat(tables, ignore_index=True) for tables in zip(*people, strict=True)))
    alone = [analysed(*person) for person in people]

    for index in (0, 1):
        alike(pd.concat([tables[index] for tables in alone], ignore_index=True), both[index])


@EXAMPLES
@given(diaries())
def test_counts_add_up_and_coverage_is_a_share(diary):
    windows, _ = analysed(*diary)

    assert (windows["logged"] <= windows["days"]).all()
    assert windows["coverage"].between(0, 1).all()
    assert ((windows["reason"] == "") == windows["usable"]).all()
    assert ((windows["end"] - windows["start"]).dt.days == windows["days"]).all()


@EXAMPLES
@given(diaries())
def test_the_phases_of_a_cycle_are_the_cycle(diary):
    windows, _ = analysed(*diary)
    phases = windows.loc[windows["phase"].isin(["1-4", "5-8", "9-12"])].groupby("cycle")[["days", "logged"]].sum()
    cycles = windows.loc[windows["phase"] == "cycle"].set_index("cycle")[["days", "logged"]]

    assert (phases == cycles.loc[phases.index]).all(axis=None)


@EXAMPLES
@given(diaries())
def test_the_change_lies_between_its_limits_in_every_row(diary):
    _, outcomes = analysed(*diary)
    told = outcomes.dropna(subset=["change", "low", "high"])

    assert (told["low"] <= told["change"] + 1e-9).all()
    assert (told["change"] <= told["high"] + 1e-9).all()


@EXAMPLES
@given(diaries())
def test_the_best_and_the_worst_case_hold_the_rate_between_them(diary):
    _, outcomes = analysed(*diary)
    told = outcomes.dropna(subset=["after", "if_missing_free", "if_missing_headache"])
    cases = told[["if_missing_free", "if_missing_headache"]]

    assert (cases.min(axis=1) <= told["after"] + 1e-9).all()
    assert (told["after"] <= cases.max(axis=1) + 1e-9).all()


@EXAMPLES
@given(diaries())
def test_a_harder_threshold_is_never_met_more_surely(diary):
    """75 % lower is also 50 % lower, and 50 % lower is also 30 % lower."""
    _, outcomes = analysed(*diary)
    order = ["no", "uncertain", "yes"]
    judged = outcomes.loc[outcomes["measure"].map(lambda name: BY_NAME[name].kind != MEAN)]
    answers = judged[["response_75", "response_50", "response_30"]].dropna()

    for row in answers.itertuples(index=False):
        assert sorted(row, key=order.index) == list(row)


@EXAMPLES
@given(diaries())
def test_a_finer_definition_never_raises_a_count(diary):
    days, _ = diary
    any_, half_hour, four_hours = (
        mark_days(days, RULES[name])["headache_day"].fillna(False) for name in ("any", "30min", "4h")
    )

    assert (four_hours <= half_hour).all()
    assert (half_hour <= any_).all()


@EXAMPLES
@given(diaries())
def test_worse_days_are_fewer(diary):
    marked = mark_days(diary[0])

    assert marked["severe_day"].sum() <= marked["moderate_severe_day"].sum() <= marked["headache_day"].sum()
    assert marked["headache_day"].sum() + marked["clear_day"].sum() == marked["logged"].sum()


@EXAMPLES
@given(diaries(), st.integers(0, 400))
def test_as_of_a_day_equals_a_diary_that_ends_on_it(diary, last):
    days, treated = diary
    as_of = START + timedelta(min(last, len(days) - 1))
    until = pd.Timestamp(as_of)
    cut, known = days.loc[days["date"] <= until], treated.loc[treated["start"] <= until].reset_index(drop=True)
    windows = window_table(days, treated, as_of=as_of)

    pd.testing.assert_frame_equal(window_table(cut, known), windows)
    pd.testing.assert_frame_equal(
        verdict_table(Case(mark_days(cut), windows, known)),
        verdict_table(Case(mark_days(days), windows, treated, as_of)),
    )


# --- facts

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)).map(lambda moment: moment.replace(microsecond=0))
PATIENTS = st.sampled_from(["P1", "P2"])


@st.composite
def facts(draw):
    """Logs, attacks and doses of two patients, from a diary of days and a list of headaches."""
    logged = st.builds(
        DayLog,
        PATIENTS,
        st.dates(date(2026, 1, 1), date(2026, 2, 1)),
        headache=st.sampled_from([True, False, None]),
        severity=st.sampled_from([None, 0, 2, 3]),
        acute=st.sampled_from([None, True, False]),
    )
    lengths = st.one_of(st.none(), st.integers(1, 5000))
    attacked = st.builds(
        lambda patient, start, minutes, severity: Attack(
            patient, start, minutes and start + timedelta(minutes=minutes), severity=severity, source="app"
        ),
        PATIENTS,
        MOMENTS,
        lengths,
        st.sampled_from([None, 1, 3]),
    )
    dosed = st.builds(Dose, PATIENTS, MOMENTS, st.just("x"), medicine_class=st.sampled_from([None, "triptan"]))
    return [
        Source("P1", "app", events_only=draw(st.booleans()), medication=draw(st.booleans())),
        *draw(st.lists(logged, max_size=8, unique_by=lambda log: (log.patient, log.date))),
        *draw(st.lists(attacked, max_size=8, unique_by=lambda attack: attack.attack_id)),
        *draw(st.lists(dosed, max_size=6, unique_by=lambda dose: dose.dose_id)),
    ]


@EXAMPLES
@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(given_facts, random):
    shuffled = list(given_facts)
    random.shuffle(shuffled)

    pd.testing.assert_frame_equal(day_tables(record(*given_facts)).days, day_tables(record(*shuffled)).days)


@EXAMPLES
@given(facts())
def test_the_days_table_keeps_its_promises(given_facts):
    days = day_tables(record(*given_facts)).days
    step = days.groupby("patient")["date"].diff().dropna()
    silent = days.loc[~days["logged"], days.columns[3:]]

    assert (step == pd.Timedelta(days=1)).all()
    assert (days["logged"] == days["headache"].notna()).all()
    assert silent.isna().all(axis=None)
    assert days["minutes"].dropna().between(0, 1440).all()


@EXAMPLES
@given(facts())
def test_more_silence_allowed_never_takes_a_day_away(given_facts):
    narrow, wide = (day_tables(record(*given_facts), silence).days for silence in (3, 14))

    assert (narrow["logged"] <= wide["logged"]).all()
    assert narrow["headache"].fillna(False).equals(wide["headache"].fillna(False))
