"""Kostecki-Dillon, Monette & Wong (1999): 133 daily headache logs around the start of a treatment programme.

The data are ``KosteckiDillon`` of the R package carData. The file is not part of the project (its licence is
the GPL); where it is not at hand these tests are skipped. Day 0 of the data is the first day of the programme;
it is treated here as a session.
"""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.cohort.audit import audit
from analysis.cohort.people import cohort, cycle_table, session_table
from analysis.cohort.questions import tally
from analysis.definitions import mark_days
from analysis.estimates.gee import daily_change
from analysis.estimates.paired import mean_difference, signed_ranks
from analysis.grid import day_grid
from analysis.measures import BY_NAME
from analysis.outcome import outcome_table, window_slices, window_sums
from analysis.windows import window_table
from diary.days import day_tables
from diary.model import Treatment
from diary.tables import DAY_LOGS, WINDOWS, conform
from tests.datasets import KOSTECKI_DILLON
from tests.drawing import record, treatments

BEGIN = pd.Timestamp("2020-06-01")
HEADACHE_DAYS = (BY_NAME["headache_days"],)


pytestmark = pytest.mark.skipif(not KOSTECKI_DILLON.is_file(), reason="carData's KosteckiDillon.csv is not at hand")


@pytest.fixture(scope="module")
def raw():
    return pd.read_csv(KOSTECKI_DILLON)


@pytest.fixture(scope="module")
def days(raw):
    """The days table, by way of day logs: one for each patient and day, the repeated row once."""
    once = raw.drop_duplicates(["id", "time"])
    log = pd.DataFrame(
        {
            "patient": once["id"].astype("string"),
            "date": BEGIN + pd.to_timedelta(once["time"], unit="D"),
            "headache": once["headache"] == "yes",
            "source": "carData",
        }
    )
    return day_tables({**record(), "days": conform(log, DAY_LOGS)}).days


@pytest.fixture(scope="module")
def marked(days):
    return mark_days(days)


@pytest.fixture(scope="module")
def sessions(days):
    return treatments(*(Treatment(p, "botulinum", "day 0", BEGIN.date()) for p in days["patient"].unique()))


@pytest.fixture(scope="module")
def halves(days):
    """For each patient two windows: everything before day 0, and everything from day 0 on."""
    patients = days["patient"].unique()
    edges = [days["date"].min(), BEGIN, days["date"].max() + pd.Timedelta(days=1)]
    windows = [
        pd.DataFrame({"patient": patients, "name": name, "cycle": cycle, "phase": phase, "start": start, "end": end})
        for cycle, (name, phase, start, end) in enumerate(
            [("before", "baseline", *edges[:2]), ("after", "cycle", *edges[1:])]
        )
    ]
    both = pd.concat(windows, ignore_index=True)
    return conform(both.assign(days=(both["end"] - both["start"]).dt.days, usable=True, reason=""), WINDOWS)


@pytest.fixture(scope="module")
def counts(marked, halves):
    """Headache days and logged days of each patient before and after, as our windows count them."""
    grid = day_grid(marked)
    slices = window_slices(grid, halves, grid.number(halves["patient"]))
    sums = window_sums(marked, "headache_day", slices, halves["days"].to_numpy())
    table = halves[["patient", "name"]].assign(events=sums.total.astype(int), logged=sums.known)
    return table.pivot(index="patient", columns="name")


@pytest.fixture(scope="module")
def outcomes(marked, halves):
    """The change in headache days of those who have days before and after, by patient."""
    table = outcome_table(marked, halves, measures=HEADACHE_DAYS).set_index("patient")
    return table.loc[table["change"].notna()]


def test_the_data_have_4152_rows_of_133_patients_and_one_of_them_twice(raw):
    assert (4152, 133, -29, 99) == (len(raw), raw["id"].nunique(), raw["time"].min(), raw["time"].max())
    assert [(90, 17)] == raw.loc[raw.duplicated(["id", "time"]), ["id", "time"]].to_records(index=False).tolist()


def test_4151_days_are_logged_and_17_3_percent_of_the_spanned_days_are_not(days):
    assert 4151 == days["logged"].sum()
    assert 17.3 == round(100 * (~days["logged"]).mean(), 1)


def test_74_patients_have_gaps(days):
    assert 74 == (~days["logged"]).groupby(days["patient"]).any().sum()


@pytest.fixture(scope="module")
def published(counts, raw):
    """The counts with the repeated row counted twice, as the published figures count it."""
    twice = raw.loc[raw.duplicated(["id", "time"])].iloc[0]
    as_printed = counts.copy()
    as_printed.loc[str(twice["id"]), ("logged", "after")] += 1
    as_printed.loc[str(twice["id"]), ("events", "after")] += twice["headache"] == "yes"
    return as_printed


@pytest.fixture(scope="module")
def rates(published):
    """Headache days per 28 days, before and after, of the patients with days before."""
    both = published.loc[published["logged"]["before"] > 0]
    return 28 * both["events"] / both["logged"]


def test_the_pooled_counts_before_and_after(published):
    both = published.loc[published["logged"]["before"] > 0]

    assert (55, 443, 700) == (len(both), both["events"]["before"].sum(), both["logged"]["before"].sum())
    assert (852, 1338) == (both["events"]["after"].sum(), both["logged"]["after"].sum())
    assert (2223, 3452) == (published["events"]["after"].sum(), published["logged"]["after"].sum())


def test_the_outcome_rows_are_these_rates_but_for_the_repeated_row(outcomes, rates):
    others = rates.drop(index="90")[["before", "after"]]

    assert 55 == len(outcomes)
    assert pytest.approx(others.to_numpy()) == outcomes.loc[others.index, ["before", "after"]].to_numpy(float)


def test_the_mean_of_the_patients_rates_hardly_changes(rates):
    assert pytest.approx([0.651996, 0.646786], abs=1e-6) == (rates[["before", "after"]].mean() / 28).tolist()
    assert pytest.approx(-0.1459, abs=5e-5) == (rates["after"] - rates["before"]).mean()


def test_the_paired_t_test_of_the_changes(rates):
    found = mean_difference(rates["after"] - rates["before"])

    assert pytest.approx((-0.1492, 0.88197), abs=5e-5) == (found.t, found.p)
    assert (-0.1459, -2.11, 1.81) == (round(found.mean, 4), round(found.low, 2), round(found.high, 2))


def test_the_signed_rank_test_of_the_changes(rates):
    found = signed_ranks(rates["after"] - rates["before"])

    assert (648.5, "approximate") == (found.w, found.method)
    assert pytest.approx(0.895594, abs=1e-6) == found.p
    assert found.low < found.estimate < found.high


@pytest.mark.parametrize(
    ("whose", "people", "coefficient", "error"), [("some", 55, 0.011482, 0.137842), ("all", 133, 0.012862, 0.134688)]
)
def test_the_odds_of_a_headache_day_hardly_change(raw, whose, people, coefficient, error):
    """As R's geepack has it, by all rows of the file: those with days before, and everybody."""
    with_days_before = raw["id"].isin(raw.loc[raw["time"] < 0, "id"])
    rows = raw.loc[with_days_before | (whose == "all")].sample(frac=1, random_state=1)

    found = daily_change(rows["headache"] == "yes", rows["time"] >= 0, rows["id"])

    assert (people, "robust") == (found.patients, found.covariance)
    assert pytest.approx([coefficient, error], abs=1e-6) == [found.coefficient, found.standard_error]


@pytest.mark.parametrize(("threshold", "responders"), [(30, 9), (50, 4), (75, 2)])
def test_responders_by_the_point_estimate(outcomes, threshold, responders):
    percent = outcomes["change_percent"].dropna()

    assert (54, responders) == (len(percent), (percent <= -threshold + 1e-9).sum())


def test_with_14_days_in_each_half_one_of_22_responds(outcomes):
    enough = outcomes.loc[(outcomes["before_logged"] >= 14) & (outcomes["after_logged"] >= 14)]

    assert (22, 1) == (len(enough), (enough["change_percent"] <= -50 + 1e-9).sum())


@pytest.mark.parametrize(
    ("patient", "change", "low", "high"), [("55", -4.2533, -11.2949, 6.9674), ("10", -0.5301, -8.3121, 9.5485)]
)
def test_the_serial_interval_of_one_patient(outcomes, patient, change, low, high):
    row = outcomes.loc[patient]

    assert pytest.approx([change, low, high], abs=5e-5) == [row["change"], row["low"], row["high"]]


def test_the_windows_count_what_a_group_by_of_the_raw_rows_counts(raw, marked, sessions):
    windows = window_table(marked, sessions, baseline_blocks=1)
    once = raw.drop_duplicates(["id", "time"])
    spans = {"baseline": (-28, 0), "1-4": (0, 28), "5-8": (28, 56), "9-12": (56, 84), "late": (84, 100)}
    grid = day_grid(marked)
    sums = window_sums(
        marked,
        "headache_day",
        window_slices(grid, windows, grid.number(windows["patient"])),
        windows["days"].to_numpy(),
    )
    ours = windows.assign(events=sums.total, known=sums.known).groupby("phase")[["events", "known"]].sum()

    for phase, (first, end) in spans.items():
        inside = once.loc[once["time"].between(first, end - 1)]
        assert ((inside["headache"] == "yes").sum(), len(inside)) == tuple(ours.loc[phase])


def test_few_of_these_logs_are_long_enough_to_be_judged(marked, sessions):
    """Half of them have no day before treatment: a report on them must say so, and not compare."""
    outcomes = outcome_table(marked, window_table(marked, sessions), measures=HEADACHE_DAYS)
    judged = outcomes.loc[outcomes["response_50"].notna()]

    assert (judged["before_logged"] >= 20).all()
    assert (outcomes.loc[outcomes["change"].isna(), "caution"] != "").all()


# --- as an audit


AS_OF = date(2020, 9, 8)
"""The last day of the data, day 99."""


@pytest.fixture(scope="module")
def clinic(days, sessions):
    """Everybody as one clinic, each with one session on day 0, by this program's own definitions."""
    return cohort(replace(day_tables(record()), days=days, treatments=sessions), as_of=AS_OF, baseline_blocks=1)


@pytest.fixture(scope="module")
def as_published(clinic, marked, halves, counts, sessions):
    """The audit, were the baseline everything before day 0, the cycle everything after, and one day of each enough."""
    logged = counts["logged"].stack().rename("logged").reset_index()
    windows = halves.drop(columns="logged").merge(logged, on=["patient", "name"])
    windows["usable"] = windows["logged"] > 0
    cycles = cycle_table(marked, windows, session_table(sessions, AS_OF), clinic.people)
    return audit(tally(clinic._replace(cycles=cycles), most_cycles=1), most_cycles=1)


def test_an_audit_over_the_published_windows_finds_the_responders(as_published):
    """Of 133 who started, not of the 54 with headache on any day before: who has no baseline did not respond."""
    table = as_published.responders.set_index("threshold")

    assert {30: 9, 50: 4, 75: 2} == table["reached"].to_dict()
    assert [133] * 3 == table["started"].tolist()
    assert [79] * 3 == table["cannot_tell"].tolist()


def test_an_audit_over_the_published_windows_finds_the_mean_change(as_published, outcomes):
    """Within 0.02 days of the published −0.1459 (−2.11 to 1.81), which count the repeated row twice."""
    treated, _, _ = as_published.lines.itertuples(index=False)

    assert 55 == treated.n
    assert pytest.approx(outcomes["change"].mean(), abs=1e-4) == treated.change
    assert pytest.approx([-0.1459, -2.11, 1.81], abs=0.03) == [treated.change, treated.low, treated.high]


def test_the_model_takes_in_those_without_a_day_before(as_published):
    _, modelled, _ = as_published.lines.itertuples(index=False)

    assert 133 == modelled.n
    assert modelled.low < 0 < modelled.high


def test_by_the_program_s_own_windows_the_audit_of_these_data_says_that_it_cannot_tell(clinic):
    """The definitions do not coincide: nobody's diary spans a cycle of 84 days with 14 logged in each 28, but three.

    The baseline is days -28 to -1 with at least 14 of them logged, which 24 of the 133 have; 22 of the published
    comparison had 14 days on either side, however far apart.
    """
    found = audit(tally(clinic))
    missing = found.missing.set_index("cycle")
    told = found.responders.query("cycle == 1 and threshold == 50").iloc[0]

    assert [10, 14, 30, 79] == missing.loc[0, ["usable", "low_completeness", "cannot_tell", "no_days"]].tolist()
    assert [2, 1, 130, 0] == missing.loc[1, ["usable", "low_completeness", "cannot_tell", "no_days"]].tolist()
    assert (1, 132, 133) == (told["no"], told["cannot_tell"], told["started"])
