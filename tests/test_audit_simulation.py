"""An audit of a clinic whose truth is known: a small, seeded part of tests/benchmarks/audit_simulation.py."""

import numpy as np
import pytest

from analysis.cohort.lines import MODELLED, STOPPERS, TREATED
from tests.benchmarks.audit_simulation import CYCLES, RULE_CYCLE, SEED, lines, main, simulate, tables

PATIENTS = 400


@pytest.fixture(scope="module")
def clinic():
    return simulate(PATIENTS, np.random.default_rng(SEED))


@pytest.fixture(scope="module")
def found(clinic):
    return lines(clinic)


def test_the_truths_of_the_scenario():
    many = simulate(10_000, np.random.default_rng(SEED))

    assert pytest.approx([-5.9, -4.0], abs=0.15) == [many.if_continued, many.treatment_policy]


def test_the_audit_looks_at_all_who_started_and_at_those_who_stayed(clinic, found):
    assert (clinic.sessions == CYCLES).sum() == found.loc[TREATED, "n"]
    assert (PATIENTS, PATIENTS) == (found.loc[MODELLED, "n"], found.loc[STOPPERS, "n"])


def test_completers_alone_hold_neither_truth(clinic, found):
    treated = found.loc[TREATED]

    assert pytest.approx(-9.9, abs=0.6) == treated["change"]
    assert treated["high"] < min(clinic.if_continued, clinic.treatment_policy)


def test_each_of_the_other_lines_holds_the_truth_that_it_is_about(clinic, found):
    modelled, stoppers = found.loc[MODELLED], found.loc[STOPPERS]

    assert modelled["low"] < clinic.if_continued < modelled["high"]
    assert stoppers["low"] < clinic.treatment_policy < stoppers["high"]


def test_the_three_lines_bracket_both_truths(clinic, found):
    assert found["change"].min() < clinic.if_continued < clinic.treatment_policy < found["high"].max()
    assert found.loc[TREATED, "change"] < found.loc[MODELLED, "change"] < found.loc[STOPPERS, "change"]


def test_who_stopped_is_not_counted_in_a_cycle_that_nobody_who_started_with_them_can_have_had():
    """In a clinic of which half began half a year later than the others, so that only those others came to cycle 5."""
    clinic = simulate(2 * PATIENTS, np.random.default_rng(SEED))
    late = np.where(np.arange(2 * PATIENTS) % 2, 182, 0)
    stoppers = lines(clinic, late).loc[STOPPERS]

    assert PATIENTS == stoppers["n"]
    assert stoppers["low"] < clinic.treatment_policy < stoppers["high"]


def test_nothing_after_a_stop_reaches_the_audit(clinic):
    known = tables(clinic)
    last = known.days.groupby("patient")["date"].max() - known.days["date"].min()

    assert (84 * (1 + clinic.sessions) - 1 == last.dt.days.to_numpy()).all()
    assert clinic.stopped.sum() == len(known.consultations)
    assert (clinic.sessions[clinic.stopped] == RULE_CYCLE).all()


def test_those_who_leave_would_have_fared_worse_than_those_who_stay(clinic):
    """In the cycle that the leavers, whom no rule stopped, do not come back for."""
    change = clinic.levels - clinic.before[:, None]
    through = (clinic.sessions > 1) & ~clinic.stopped
    left = clinic.sessions == 1

    assert change[through, 1].mean() < change[left, 1].mean()


def test_the_script_prints_two_truths_and_three_lines(capsys):
    main(100)

    printed = capsys.readouterr().out.splitlines()
    assert "Change in cycle 5, headache days per 28 days, of 100 who started" == printed[0]
    assert ["the truth, if continued", "the truth, treatment policy", TREATED, MODELLED, STOPPERS] == [
        line[:48].strip() for line in printed[1:]
    ]
