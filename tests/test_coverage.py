"""The intervals hold the truth as often as they say: a small, seeded part of tests/benchmarks/coverage.py."""

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.coverage import (
    DAY_METHODS,
    GRID,
    HOURS,
    LONG_TAILED,
    PARTS,
    Scenario,
    cover,
    drifting_share,
    lasting_hours,
    main,
    markov_days,
    mean_intensity,
    peak_intensity,
    simulate_attacks,
    simulate_days,
    simulate_intensity,
    simulate_parts,
    tally,
)

CELLS = [
    Scenario(28, 84, 8, -60, 30, 0.5),
    Scenario(28, 84, 15, -30, 15, 0.5),
    Scenario(84, 84, 8, 0, 0, 0.3),
    Scenario(84, 168, 22, 0, 0, 0.1),
]
PATIENTS = 2_000
FEW = {"serial t": 100}


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
    found = coverages(Scenario(84, 168, 15, 0, 0, 0.0), *DAY_METHODS)

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


@pytest.mark.parametrize("kind", [HOURS, LONG_TAILED])
def test_simulated_hours_have_the_mean_that_their_coverage_is_measured_by(rng, kind):
    hours = lasting_hours(kind, (2_000, 100), 0.5, rng)

    assert pytest.approx(kind.mean, abs=0.05) == hours.mean()
    assert hours.max() <= 24


def test_simulated_attacks_change_by_the_truth_that_their_coverage_is_measured_by(rng):
    days = simulate_attacks(Scenario(56, 84, 15, -30, 15, 0.3), 2_000, rng)

    assert pytest.approx(days.truth, abs=0.01) == np.nanmean(days.after) - np.nanmean(days.before)


def test_simulated_intensity_is_known_on_headache_days_only_and_falls_by_half_as_much(rng):
    days = simulate_intensity(Scenario(56, 84, 14, -60, 0, 0.3), 2_000, rng)

    assert pytest.approx(0.5, abs=0.01) == np.isnan(days.before).mean()
    assert pytest.approx(mean_intensity(4.2) - mean_intensity(6.0)) == days.truth
    assert pytest.approx(days.truth, abs=0.03) == np.nanmean(days.after) - np.nanmean(days.before)


def test_simulated_intensity_is_a_whole_number_from_1_to_10(rng):
    intensity = peak_intensity(6.0, (2_000, 100), 0.3, rng)

    assert set(range(1, 11)) == set(intensity.ravel())


# --- amounts and means


@pytest.mark.parametrize("part", ["hours", "long-tailed hours", "attacks"])
@pytest.mark.parametrize("scenario", CELLS, ids=str)
def test_the_score_interval_of_amounts_holds_the_truth_94_times_in_100(part, scenario):
    coverage, error = coverages(scenario, "serial score", part=part)["serial score"]

    assert coverage >= 94 - 3 * error


def test_where_few_days_have_long_headaches_the_t_interval_of_hours_holds_it_less_than_90_times():
    """So that amounts have a score interval."""
    coverage, error = coverages(CELLS[0], "serial t", part="hours")["serial t"]

    assert coverage < 90 - 3 * error


@pytest.mark.parametrize("scenario", CELLS, ids=str)
def test_the_t_interval_of_a_mean_peak_holds_the_truth_93_times_in_100(scenario):
    coverage, error = coverages(scenario, "serial t", part="intensity")["serial t"]

    assert coverage >= 93 - 3 * error


def test_patients_without_an_interval_are_not_counted():
    low, high = np.array([np.nan, -1.0, 1.0]), np.array([np.nan, 1.0, 2.0])
    found = tally((low, high), 0.0)

    assert (2, 1, 3.0) == (found.told, found.held, found.width)


# --- the run


def test_the_same_seed_gives_the_same_coverage():
    assert cover(CELLS[0], {"serial": 100}) == cover(CELLS[0], {"serial": 100})


def test_another_seed_gives_other_patients():
    assert cover(CELLS[0], {"serial": 100})[0].coverage != cover(CELLS[0], {"serial": 100}, again=True)[0].coverage


def test_the_quick_run_prints_the_table_and_the_lowest_cells(capsys):
    main(["--quick"])
    printed = capsys.readouterr().out

    assert all(method in printed for part in PARTS.values() for method in part.methods)
    assert "The ten lowest cells: serial" in printed


def test_a_part_is_simulated_alone_and_the_others_are_kept(monkeypatch):
    monkeypatch.setitem(PARTS, "intensity", PARTS["intensity"]._replace(scenarios=GRID[:2], patients=FEW, again={}))
    before = pd.DataFrame({"part": ["hours", "hours again", "intensity"], "coverage": [0.96, 0.95, 0.5]})
    after = simulate_parts(["intensity"], 1, before)

    assert ["hours", "hours again", "intensity", "intensity"] == after["part"].tolist()
    assert [0.96, 0.95] == after["coverage"].head(2).tolist()
    assert after["coverage"].tail(2).min() > 0.8
