"""What holds for every verdict, whatever is in the diary."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.criteria import chronic_table
from analysis.definitions import KINDS_OF_RULES, day_rules, mark_days
from analysis.medication import medication_table, overuse_table
from analysis.rules import Case, all_verdicts
from analysis.rules.ahs import AHS_CONTINUE
from analysis.rules.dmkg import DMKG_STOP, DMKG_STRETCH
from analysis.rules.ehf import EHF_STOP, EHF_SUCCESS
from analysis.rules.hull import HULL
from analysis.rules.ihs import BANDS
from analysis.rules.nice import NICE_EPISODIC, NICE_STOP
from analysis.windows import window_table
from diary.model import ACUTE_CLASSES
from tests.drawing import diary_of, sessions

EXAMPLES = settings(max_examples=12, deadline=None)
ORDER = ["not met", "cannot tell", "met"]
FIRST, BASELINE = "2026-02-26", 56
SESSIONS = (FIRST, "2026-05-21", "2026-08-13")
WORSE = (NICE_STOP, EHF_STOP, DMKG_STOP)
BETTER = (NICE_EPISODIC, EHF_SUCCESS, DMKG_STRETCH, AHS_CONTINUE, HULL, *(band.rule for band in BANDS))


@st.composite
def severities(draw, marks="0123."):
    """Runs of days from 1 January 2026: free, mild, moderate, severe, not logged; at least two cycles of them."""
    runs = draw(st.lists(st.tuples(st.sampled_from(marks), st.integers(1, 30)), min_size=12, max_size=30))
    return "".join(mark * n for mark, n in runs)


def case_of(severity, rules=None):
    """The case of a diary so drawn: severe headaches last long and have a triptan, others a painkiller or nothing."""
    known = [{"0": "0", ".": "."}.get(mark, "1") for mark in severity]
    intakes = {name: ["." if mark == "." else "0" for mark in severity] for name in ACUTE_CLASSES}
    intakes["triptan"] = [{"3": "1", ".": "."}.get(mark, "0") for mark in severity]
    intakes["non_opioid"] = [{"2": "1", ".": "."}.get(mark, "0") for mark in severity]
    minutes = [{"1": 20, "2": 120, "3": 600}.get(mark) for mark in severity]
    days = diary_of(
        "P1",
        "".join(known),
        start="2026-01-01",
        severity=severity,
        minutes=minutes,
        kind=[{"1": "tension", "2": "probable", "3": "migraine"}.get(mark) for mark in severity],
        **{name: "".join(column) for name, column in intakes.items()},
    )
    marked, treated = mark_days(days, rules or day_rules()), sessions("P1", *SESSIONS)
    return Case(marked, window_table(marked, treated, baseline_blocks=2), treated)


def verdicts(severity, **options):
    """The verdict of every rule of every set."""
    table = all_verdicts(case_of(severity, **options))
    return dict(zip(table["rule"], table["verdict"], strict=True))


@EXAMPLES
@given(severities(), st.data())
def test_a_verdict_that_was_told_stands_whatever_the_missing_days_were(severity, data):
    filled = "".join(data.draw(st.sampled_from("0123")) if mark == "." else mark for mark in severity)
    before, after = verdicts(severity), verdicts(filled)

    assert {rule: found for rule, found in before.items() if found != "cannot tell"}.items() <= after.items()


@EXAMPLES
@given(severities("0123"), st.integers(BASELINE, 400))
def test_a_worse_day_after_the_first_session_never_makes_a_verdict_better(severity, at):
    at = min(at, len(severity) - 1)
    if at < BASELINE:
        return
    worse = severity[:at] + "3" + severity[at + 1 :]
    there, then = verdicts(severity), verdicts(worse)

    assert not [rule for rule in WORSE if ORDER.index(then[rule]) < ORDER.index(there[rule])]
    assert not [rule for rule in BETTER if ORDER.index(then[rule]) > ORDER.index(there[rule])]


@EXAMPLES
@given(severities())
def test_a_better_band_is_never_surer_than_a_worse_one(severity):
    found = verdicts(severity)
    order = [ORDER.index(found[band.rule]) for band in BANDS]

    assert sorted(order) == order


@EXAMPLES
@given(severities(), st.sampled_from(sorted(KINDS_OF_RULES["a migraine day"])))
def test_a_migraine_day_is_a_day_with_headache_by_every_definition(severity, name):
    marked = case_of(severity, day_rules(name)).marked
    both = marked["migraine_day"].fillna(False) & ~marked["headache"].fillna(False)

    assert not both.any()


@EXAMPLES
@given(severities())
def test_a_day_that_is_a_migraine_by_the_trial_is_one_by_leiden_too(severity):
    trial, leiden = (case_of(severity, day_rules(name)).marked["migraine_day"] for name in ("trial", "leiden"))

    assert (trial.fillna(False) <= leiden.fillna(False)).all()


@EXAMPLES
@given(severities())
def test_intake_days_of_a_month_lie_within_those_known(severity):
    case = case_of(severity)
    table = medication_table(case.marked, case.treatments)

    assert (table["days"] <= table["known"]).all()
    assert (table["known"] <= table["days_in_month"]).all()
    assert (table.loc[table["reached"] == "yes", "days"] >= 10).all()


@EXAMPLES
@given(severities(), st.data())
def test_what_is_told_of_months_stands_whatever_the_missing_days_were(severity, data):
    filled = "".join(data.draw(st.sampled_from("0123")) if mark == "." else mark for mark in severity)
    for table_of in (chronic_table, overuse_table):
        there, then = (table_of(case.marked, case.treatments) for case in (case_of(severity), case_of(filled)))
        told = there["status"] != "cannot tell"

        pd.testing.assert_series_equal(there.loc[told, "status"], then.loc[told, "status"])
