"""The intervals hold the truth as often as they say: a small, seeded part of tests/benchmarks/coverage.py."""

import numpy as np
import pytest

from tests.benchmarks.coverage import (
    GRID,
    METHODS,
    Scenario,
    cover,
    drifting_share,
    lasting_hours,
    main,
    markov_days,
    mean_hours,
    serial_t,
    simulate_days,
    simulate_hours,
)

CELLS = [
    Scenario(28, 84, 8, -60, 30, 0.5),
    Scenario(28, 84, 15, -30, 15, 0.5),
    Scenario(84, 84, 8, 0, 0, 0.3),
    Scenario(84, 168, 22, 0, 0, 0.1),
]
PATIENTS = 2_000


def coverages(scenario, *methods, **options):
    """Each method's coverage and its standard error, in per cent."""
    rows = cover(scenario, dict.fromkeys(methods, PATIENTS), **options)
    return {row.method: (100 * row.coverage, 100 * row.error) for row in rows}


@pytest.fixture
def rng():
    return np.random.default_rng(20260301)


@pytest.mark.parametrize("scenario", CELLS, ids=str)
def test_the_serial_and_the_check_interval_hold_the_truth_94_times_in_100(scenario):
    for coverage, error in coverages(scenario, "serial", "check").values():
        assert coverage >= 94 - 3 * error


def test_where_days_come_in_runs_newcombes_interval_holds_it_less_than_90_times():
    coverage, error = coverages(CELLS[1], "Newcombe")["Newcombe"]

    assert coverage < 90 - 3 * error


def test_newey_west_and_the_block_bootstrap_do_not_repair_it():
    for coverage, error in coverages(CELLS[1], "Newey-West", "block bootstrap").values():
        assert coverage < 94 - 3 * error


def test_without_autocorrelation_every_method_holds_it_about_95_times(rng):
    """So that what they lose above is due to the runs, and not to a mistake in the peer."""
    found = coverages(Scenario(84, 168, 15, 0, 0, 0.0), *METHODS)

    assert min(coverage for coverage, _ in found.values()) > 92


# --- the simulated patients are what they are said to be


def test_the_grid_has_486_different_cells():
    assert 486 == len(GRID) == len(set(GRID))


@pytest.mark.parametrize("r", [0.1, 0.3, 0.5])
def test_simulated_days_have_the_stated_share_and_autocorrelation(rng, r):
    days = markov_days(np.full((200, 1), 0.4), r, 2_000, rng)
    rest = days - 0.4

    assert pytest.approx(0.4, abs=0.005) == days.mean()
    assert pytest.approx(0.4, abs=0.05) == days[0].mean()
    assert pytest.approx(r, abs=0.01) == (rest[1:] * rest[:-1]).mean() / rest.var()


def test_simulated_patients_have_the_stated_effect_and_missing_days(rng):
    days = simulate_days(Scenario(56, 84, 15, -30, 15, 0.3), 2_000, rng)

    assert ((2_000, 56), (2_000, 84)) == (days.before.shape, days.after.shape)
    assert pytest.approx(-0.3 * 15 / 28) == days.truth
    assert pytest.approx(days.truth, abs=0.01) == np.nanmean(days.after) - np.nanmean(days.before)
    assert pytest.approx(0.15, abs=0.01) == np.isnan(days.after).mean()


@pytest.mark.parametrize(("drift", "last"), [("AR(1)", 0.6), ("random walk", 0.6 * np.sqrt(16))])
def test_a_drift_has_the_stated_size_and_stays_for_a_week(rng, drift, last):
    share = drifting_share(Scenario(28, 84, 14, 0, 0, 0.3, drift, 0.6), 4_000, rng)
    logit = np.log(share / (1 - share))

    assert (112, 4_000) == share.shape
    assert (share[0:7] == share[0]).all()
    assert pytest.approx([0.6, last], rel=0.05) == [logit[0].std(), logit[-1].std()]


def test_simulated_hours_have_the_mean_that_their_coverage_is_measured_by(rng):
    hours = lasting_hours((2_000, 100), 0.5, rng)

    assert pytest.approx(mean_hours(), abs=0.05) == hours.mean()
    assert hours.max() <= 24


def test_the_interval_of_headache_hours_holds_the_truth_93_times_in_100_where_diaries_are_long():
    found = coverages(
        Scenario(84, 168, 15, -30, 15, 0.3), "serial t", simulate=simulate_hours, methods={"serial t": serial_t}
    )
    coverage, error = found["serial t"]

    assert coverage >= 93 - 3 * error


def test_the_same_seed_gives_the_same_coverage():
    assert cover(CELLS[0], {"serial": 100}) == cover(CELLS[0], {"serial": 100})


def test_another_seed_gives_other_patients():
    assert cover(CELLS[0], {"serial": 100}) != cover(CELLS[0], {"serial": 100}, seed=1)


def test_the_quick_run_prints_the_table_and_the_lowest_cells(capsys):
    main(["--quick"])
    printed = capsys.readouterr().out

    assert all(method in printed for method in METHODS)
    assert "The ten lowest cells: serial" in printed
