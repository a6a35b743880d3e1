"""Loprinzi and others (1994), J Clin Oncol 12:601-607: survival of 228 people, as in the package survival of R.

``lung.csv`` holds their days of observation and whether they died. The expected figures are those of R 4.2.2,
``survfit(Surv(time, status) ~ 1, data = lung, conf.type = "log-log")``.
"""

from pathlib import Path

import pandas as pd
import pytest

from analysis.estimates.survival import kaplan_meier, median_days

LUNG = pd.read_csv(Path(__file__).with_name("lung.csv"))


@pytest.fixture
def counted():
    """How many died, and how many were last seen, after each number of days."""
    return [LUNG.loc[LUNG["died"] == died, "time"].value_counts().sort_index() for died in (1, 0)]


@pytest.mark.parametrize(
    ("day", "alive", "low", "high"),
    [(84, 89.04, 84.20, 92.45), (168, 75.32, 69.17, 80.42), (365, 40.92, 33.87, 47.84)],
)
def test_the_share_alive_and_its_limits(counted, day, alive, low, high):
    row = kaplan_meier(*counted, [day]).iloc[0]

    assert (alive, low, high) == pytest.approx((row["still_treated"], row["low"], row["high"]), abs=0.006)


def test_the_median(counted):
    assert 310 == median_days(*counted)


def test_where_nobody_ended_everybody_goes_on_and_there_are_no_limits(counted):
    nobody = counted[0].iloc[:0]
    table = kaplan_meier(nobody, counted[1], [0, 365])

    assert [100, 100] == table["still_treated"].tolist()
    assert table[["low", "high"]].isna().all(axis=None)


def test_after_the_last_one_seen_nothing_is_said(counted):
    assert kaplan_meier(*counted, [10_000])["still_treated"].isna().all()
