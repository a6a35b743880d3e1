"""An audit of a clinic small enough to be counted by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.cohort.audit import audit
from analysis.cohort.lines import LINES, MODELLED, STOPPERS, TREATED, change_lines
from analysis.cohort.people import cohort
from analysis.cohort.questions import tally
from analysis.cohort.standards import standards_table
from analysis.cohort.tally import add_up, summary, values_of
from diary.days import day_tables
from diary.model import AdverseEvent, Consultation, Patient, Score, Source, Treatment
from tests.drawing import day, logs, record, shown

FIRST, SECOND, THIRD = "2026-01-29", "2026-04-23", "2026-07-16"
"""Day 28 of the diaries, and every 84 days after it."""
END = date(2026, 10, 7)
"""The last day of the third cycle."""


def diary(patient, *per_28):
    """Logs from 1 January 2026 on: so many headache days in the baseline of 28 days, and in each 28 days of a cycle."""
    base, *cycles = ["1" * n + "0" * (28 - n) for n in per_28]
    return [Source(patient, "log"), *logs(patient, base + "".join(block * 3 for block in cycles), "2026-01-01")]


def sessions(patient, *days, **said):
    return [
        Treatment(patient, "botulinum", "Botox", day(text), amount=155, unit="U", sites=31, **said) for text in days
    ]


CLINIC = (
    *diary("halved", 20, 10, 8, 6),
    *sessions("halved", FIRST, SECOND, THIRD),
    *diary("failed", 20, 18, 16),
    *sessions("failed", FIRST, SECOND),
    Consultation("failed", day(THIRD), "decision", "stop"),
    Consultation("failed", day(THIRD), "stop_reason", "no response"),
    *diary("just", 20, 14, 14, 14),
    *sessions("just", FIRST, SECOND, THIRD),
    Patient("blank", born=1980, sex="female"),
    *sessions("blank", FIRST),
    *diary("new", 20, 10, 10, 10),
    *sessions("new", "2026-09-10"),
    *diary("untreated", 20),
)


def part_of(*facts, as_of=END, groups=None):
    return cohort(day_tables(record(*facts)), as_of=as_of, groups=groups)


@pytest.fixture(scope="module")
def part():
    return part_of(*CLINIC)


@pytest.fixture(scope="module")
def found(part):
    return audit(tally(part))


def test_everyone_with_a_session_has_started_with_or_without_a_diary(part):
    started = part.people.loc[part.people["sessions"] > 0]

    assert ["blank", "failed", "halved", "just", "new"] == started["patient"].tolist()


def test_a_decision_or_a_long_silence_ends_the_treatment(part):
    assert [
        ("blank", "2026-04-23", 84),  # twelve weeks after a session that none followed for half a year
        ("failed", THIRD, 168),
        ("halved", None, 251),
        ("just", None, 251),
        ("new", None, 27),
        ("untreated", None, None),
    ] == shown(part.people, "patient", "stopped", "days_on")


def test_why_it_was_stopped_is_as_written(part):
    assert [("failed", "no response")] == shown(part.people.dropna(subset="stop_reason"), "patient", "stop_reason")


def test_a_decision_to_stop_before_further_sessions_ends_nothing():
    facts = [*sessions("P", FIRST, SECOND, THIRD), Consultation("P", day(FIRST), "decision", "stop")]

    assert part_of(*facts).people["stopped"].isna().all()


@pytest.mark.parametrize(("after", "stopped"), [(182, False), (183, True)])
def test_the_longest_interval_is_half_a_year(after, stopped):
    facts = sessions("P", FIRST)

    assert [stopped] == part_of(*facts, as_of=day(FIRST) + timedelta(after)).people["ended"].tolist()


def test_each_cycle_has_its_change(part):
    assert [
        ("halved", 0, None, 20.0, None),
        ("halved", 1, None, 10.0, -10.0),
        ("halved", 2, 84, 8.0, -12.0),
        ("halved", 3, 84, 6.0, -14.0),
    ] == shown(part.cycles.loc[part.cycles["patient"] == "halved"], "patient", "cycle", "interval", "after", "change")


def test_those_still_treated_do_better_than_everyone_who_started(found):
    rows = found.lines.loc[found.lines["cycle"] == 3].round(3)

    assert [(TREATED, 2, -10.0), (STOPPERS, 3, -6.667)] == shown(
        rows.loc[rows["line"] != MODELLED], "line", "n", "change"
    )


@pytest.mark.parametrize(
    ("cycle", "threshold", "reached", "started", "not_there"),
    [
        (1, 30, 2, 4, 0),  # 20 → 14 is just 30 %
        (1, 50, 1, 4, 0),
        (2, 30, 2, 4, 1),
        (3, 30, 2, 4, 2),
        (3, 75, 0, 4, 2),
        (4, 30, 0, 0, 0),  # nobody has had the time, those who stopped neither
    ],
)
def test_everyone_who_had_the_time_is_the_denominator(found, cycle, threshold, reached, started, not_there):
    rows = found.responders.set_index(["cycle", "threshold"])[["reached", "started", "not_there"]]

    assert (reached, started, not_there) == tuple(rows.loc[(cycle, threshold)])


@pytest.mark.parametrize(("days", "not_there"), [(3 * 84 - 2, 0), (3 * 84 - 1, 1)])
def test_who_stopped_counts_in_a_cycle_from_the_day_on_which_it_would_be_over(days, not_there):
    facts = [*sessions("P", FIRST, SECOND), Consultation("P", day(THIRD), "decision", "stop")]
    rows = audit(tally(part_of(*facts, as_of=day(FIRST) + timedelta(days)))).missing.set_index("cycle")

    assert (not_there, 1 - not_there) == tuple(rows.loc[3, ["stopped_before", "not_yet"]])


def test_the_answers_of_a_cycle_add_up_to_those_who_started(found):
    rows = found.responders
    answers = rows[["yes", "uncertain", "no", "cannot_tell", "not_there"]].sum(axis=1)

    assert answers.tolist() == rows["started"].tolist()


def test_a_first_response_is_counted_once_of_everyone_who_started(found):
    rows = found.first_response.loc[found.first_response["threshold"] == 50]

    assert [(1, 1, 5), (2, 0, 5), (3, 0, 5), (4, 0, 5), (5, 0, 5)] == shown(rows, "cycle", "n", "started")


def test_units_of_other_products_are_left_out():
    dysport = Treatment("P", "botulinum", "Dysport", day(SECOND), amount=500, unit="U")
    both = replace(dysport, start=day(THIRD), treatment_id="")
    part = part_of(*sessions("P", FIRST, THIRD), dysport, both)

    assert [155, None, None] == [None if pd.isna(units) else units for units in part.cycles["units"].iloc[1:]]


def test_two_records_of_one_day_are_one_session_with_the_units_of_both():
    first, second = (
        Treatment("P", "botulinum", name, day(FIRST), amount=n, unit="U", sites=n / 5)
        for name, n in (("Botox", 100), ("onabotulinumtoxinA", 55))
    )
    part = part_of(first, second)

    assert [(1, 155, 31)] == shown(part.cycles.iloc[1:], "cycle", "units", "sites")


def test_what_is_missing_of_each_cycle_is_counted(found):
    columns = ("cycle", "usable", "cannot_tell", "no_days", "stopped_before", "not_yet")

    assert [
        (0, 4, 0, 1, 0, 0),
        (1, 3, 0, 1, 0, 1),
        (2, 3, 0, 0, 1, 1),
        (3, 2, 0, 0, 2, 1),
    ] == shown(found.missing.iloc[:4], *columns)


def test_persistence_counts_who_stopped_and_who_was_last_seen(found):
    rows = found.persistence.set_index("day")

    assert (5, 100.0) == tuple(rows.loc[0, ["at_risk", "still_treated"]])
    assert (4, 75.0) == tuple(rows.loc[84, ["at_risk", "still_treated"]])
    assert (3, 50.0) == pytest.approx(tuple(rows.loc[168, ["at_risk", "still_treated"]]))


def standards(*facts, as_of=END):
    part = part_of(*facts, as_of=as_of)
    found = standards_table(part, part.people.loc[part.people["sessions"] > 0])
    return {(row.patient, row.standard): row.verdict for row in found.itertuples()}


def test_stopping_after_too_little_is_met_by_who_stopped_and_asked_of_nobody_else():
    found = standards(*CLINIC)

    assert ["failed"] == [patient for patient, standard in found if standard == "S6"]
    assert "met" == found["failed", "S6"]


@pytest.mark.parametrize(("as_of", "verdict"), [("2026-07-15", "not documented"), ("2026-07-14", None)])
def test_a_third_session_that_is_merely_not_there_yet_is_no_stop(as_of, verdict):
    found = standards(*diary("P", 20, 18, 18), *sessions("P", FIRST, SECOND), as_of=day(as_of))

    assert verdict == found.get(("P", "S6"))


def test_going_on_after_too_little_is_not_met():
    found = standards(*diary("P", 20, 18, 16), *sessions("P", FIRST, SECOND, THIRD))

    assert "not met" == found["P", "S6"]


@pytest.mark.parametrize(
    ("topic", "when", "standard", "verdict"),
    [
        ("response_check", THIRD, "S5", "met"),
        ("response_check", FIRST, "S5", "not documented"),
        ("goal", THIRD, "S5", "not documented"),
        ("success_review", THIRD, "S7", "met"),
        ("goal", THIRD, "S7", "not documented"),
    ],
)
def test_what_is_to_be_noted_after_two_cycles(topic, when, standard, verdict):
    facts = [
        *diary("P", 20, 10, 8, 6),
        *sessions("P", FIRST, SECOND, THIRD),
        Consultation("P", day(when), topic, "yes"),
    ]

    assert verdict == standards(*facts)["P", standard]


@pytest.mark.parametrize(("second", "verdict"), [("2026-04-23", "met"), ("2026-04-22", "not met")])
def test_twelve_weeks_between_sessions(second, verdict):
    assert verdict == standards(*sessions("P", FIRST, second))["P", "S8"]


def test_side_effects_are_to_be_asked_about_after_every_session_but_the_last():
    facts = sessions("P", FIRST, SECOND, THIRD)
    asked = [Consultation("P", day(when), "side_effects_asked", "none") for when in (SECOND, THIRD)]

    assert "met" == standards(*facts, *asked)["P", "S9"]
    assert "not documented" == standards(*facts, asked[0])["P", "S9"]


def test_side_effects_are_counted_by_session_and_by_patient():
    given = sessions("P", FIRST, SECOND)
    events = [AdverseEvent("P", one.start, "Neck pain", treatment_id=one.treatment_id) for one in given]
    found = audit(tally(part_of(*given, *events))).side_effects

    assert [("neck pain", 2, 2, 1)] == shown(found, "event", "sessions", "of", "patients")


def test_hit6_is_compared_with_the_baseline():
    facts = [*diary("P", 20, 10), *sessions("P", FIRST), Score("P", day(FIRST), "hit6", 66)]
    found = tally(part_of(*facts, Score("P", day(SECOND), "hit6", 60)))

    assert {-6.0: 1} == values_of(found, "change hit6").to_dict()


def test_what_belongs_to_later_days_changes_nothing_in_an_audit_of_before():
    given = sessions("P", FIRST, SECOND, THIRD)
    later = (
        given[2],
        *(AdverseEvent("P", day(THIRD), f"pain {n}", treatment_id=given[n].treatment_id) for n in (1, 2)),
        Consultation("P", day(THIRD), "decision", "stop"),
        Consultation("P", day(THIRD), "side_effects_asked", "none"),
        Score("P", day(THIRD), "hit6", 50),
    )
    facts = (*diary("P", 20, 10, 10), *given[:2], Score("P", day(FIRST), "hit6", 60))
    before, found = (tally(part_of(*facts, *more, as_of=date(2026, 7, 1))) for more in ((), later))

    assert before.counts.equals(found.counts)


def test_two_groups_are_compared():
    groups = {"halved": "2025", "failed": "2026"}
    found = audit(tally(part_of(*CLINIC, groups=groups))).comparison.set_index("item")

    row = found.loc["at least 50 % fewer headache days in cycle 1, percentage points"]
    assert ("2025", "2026", 100.0) == (row["one"], row["other"], row["difference"])
    assert row["low"] < 100 <= row["high"]


def test_parts_add_up_to_the_whole(part):
    whole = tally(part)
    codes = {fact.patient for fact in CLINIC}
    parts = [tally(part_of(*(fact for fact in CLINIC if fact.patient == code))) for code in sorted(codes, reverse=True)]
    summed = add_up(parts)

    assert whole.counts.equals(summed.counts)
    assert whole.moments.equals(summed.moments)


def test_the_model_takes_those_in_who_stopped():
    """Ten that go on and ten that stop after the first cycle, who had changed less: the model knows."""
    facts = []
    for n in range(10):
        on, off = f"on{n}", f"off{n}"
        facts += [*diary(on, 18 + 5 * n % 7, 6 + n, 5 + n + n % 3), *sessions(on, FIRST, SECOND)]
        facts += [*diary(off, 18 + 3 * n % 7, 17 + 4 * n % 5), *sessions(off, FIRST)]
    found = change_lines(tally(part_of(*facts)), most_cycles=2).set_index(["line", "cycle"])["change"]

    treated, modelled, stoppers = (found[line, 2] for line in LINES)
    assert treated < modelled
    assert treated < stoppers


def test_the_summary_of_counted_values_is_that_of_the_values():
    found = summary(values_of(tally(part_of(*CLINIC)), "baseline headache_days"))

    assert (4, 17.5, 5.0, 20.0) == (found.n, found.mean, found.sd, found.median)  # 20, 20, 20 and, of "new", 10


def test_an_audit_of_nobody_is_empty_and_not_a_fault():
    found = audit(tally(part_of(*diary("untreated", 20))))

    assert found.lines["change"].isna().all()
    assert {0} == set(found.responders["started"])


def test_late_cycles_with_too_few_people_are_left_out_of_the_model():
    facts = []
    for n in range(10):
        code, third = f"P{n}", [THIRD] if n < 5 else []
        facts += [*diary(code, 18 + 5 * n % 7, 6 + n, 5 + n + n % 3, 4), *sessions(code, FIRST, SECOND, *third)]
    found = change_lines(tally(part_of(*facts)), most_cycles=3).set_index(["line", "cycle"])["change"]

    assert [False, False, True] == found[MODELLED].isna().tolist()  # in the third cycle all have 4 days: no spread
