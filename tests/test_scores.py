"""What questionnaires mean: grades at each edge, the baseline, changes, criteria, and point 7 of the letter."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analysis import scores
from analysis.findings import find
from analysis.reports.letter.scores import scores_section
from analysis.reports.urgent import safety_message
from analysis.rules import ahs
from analysis.scores import BANDS, CRITERIA, NAMES, PARTS, TOTAL, criterion_table, score_name, score_table
from analysis.windows import window_table
from diary.instruments import HIGHER, INSTRUMENTS
from diary.model import Score
from diary.tables import ATTACKS, DOSES, EVENTS, INJECTIONS, SCORES, Tables, facts_frame
from tests.drawing import day, diary_of, sessions, shown, together
from tests.test_wording import causal_words, texts

SESSION = day("2026-03-01")
LENGTH = 28 + 2 * 84


def given(instrument, days, value, item=None, patient="P1"):
    """A score so many days after the first session."""
    return Score(patient, SESSION + timedelta(days), instrument, value, item)


def windows_of(*patients):
    """A diary of four weeks and two cycles for each patient, with sessions on 1 March and 84 days later."""
    begin = f"{SESSION - timedelta(28)}"
    days = together(*(diary_of(patient, "1" * LENGTH, start=begin) for patient in patients))
    treated = [sessions(patient, f"{SESSION}", f"{SESSION + timedelta(84)}") for patient in patients]
    return window_table(days, pd.concat(treated, ignore_index=True))


def table_of(*found, patients=("P1",), **options):
    return score_table(facts_frame(found, SCORES), windows_of(*patients), **options)


def verdicts(instrument, before, after, item=None, days=84):
    """What each criterion says of one value before the first session and one after it."""
    start = [] if before is None else [given(instrument, -1, before, item)]
    judged = criterion_table(table_of(*start, given(instrument, days, after, item)))
    return dict(zip(judged["criterion"], judged["verdict"], strict=True))


def findings(*found, as_of=None, treated=True):
    """Findings of a patient with these scores; *treated* with two sessions, or with none."""
    days = diary_of("P1", "1" * LENGTH, start=f"{SESSION - timedelta(28)}", severity="1" * LENGTH)
    treatments = sessions("P1", *([f"{SESSION}", f"{SESSION + timedelta(84)}"] if treated else []))
    empty = [facts_frame((), table) for table in (ATTACKS, DOSES, INJECTIONS, EVENTS)]
    attacks, doses, injections, events = empty
    mine = facts_frame(found, SCORES)
    return find(Tables(days, attacks, doses, treatments, injections, mine, events), as_of=as_of)


# --- what the record says is what is meant here


def test_the_questionnaires_are_those_that_can_be_entered():
    assert {code: one.name for code, one in INSTRUMENTS.items()} == NAMES


def test_the_parts_are_those_of_questionnaires_without_a_total():
    parts = {(code, item) for code, one in INSTRUMENTS.items() if one.total is None for item in one.items}

    assert parts == set(PARTS)


def test_the_grades_reach_from_the_lowest_total_to_the_highest():
    for code, bands in BANDS.items():
        assert (INSTRUMENTS[code].total.low, INSTRUMENTS[code].total.high) == (bands.lowest[0], bands.highest)


def test_the_better_end_and_the_days_between_two_forms_are_those_of_the_record():
    assert scores.HIGHER_IS_BETTER == tuple(code for code, one in INSTRUMENTS.items() if one.better == HIGHER)
    assert scores.APART == {code: one.apart for code, one in INSTRUMENTS.items() if one.apart}


# --- grades


@pytest.mark.parametrize(
    ("instrument", "values", "grades"),
    [
        ("hit6", (36, 49), "little or no impact"),
        ("hit6", (50, 55), "some impact"),
        ("hit6", (56, 59), "substantial impact"),
        ("hit6", (60, 78), "severe impact"),
        ("midas", (0, 5), "grade I, little or no disability"),
        ("midas", (6, 10), "grade II, mild disability"),
        ("midas", (11, 20), "grade III, moderate disability"),
        ("midas", (21, 270), "grade IV, severe disability"),
        ("pgic", (1, 1), "very much better"),
        ("pgic", (4, 4), "no change"),
        ("pgic", (7, 7), "very much worse"),
    ],
)
def test_a_grade_begins_and_ends_at_its_edges(instrument, values, grades):
    assert [grades, grades] == BANDS[instrument].names_of(np.array(values)).tolist()


@pytest.mark.parametrize(("instrument", "value"), [("hit6", 35), ("hit6", 79), ("hit6", 49.5), ("midas", 271)])
def test_a_total_that_cannot_be_has_no_grade_and_is_compared_with_nothing(instrument, value):
    table = table_of(given(instrument, -1, 60), given(instrument, 84, value))

    assert [(None, "not possible", None, scores.IMPOSSIBLE)] == shown(table, "band", "role", "change", "reason")[1:]


def test_a_total_that_cannot_be_is_no_baseline():
    table = table_of(given("hit6", -9, 64), given("hit6", -1, 99), given("hit6", 84, 60))

    assert [("baseline", None), ("not possible", None), ("after", -4)] == shown(table, "role", "change")


@pytest.mark.parametrize("instrument", ["mibs4", "mtoq4", "mtoq6", "own form"])
def test_what_no_public_source_grades_has_no_grade(instrument):
    table = table_of(given(instrument, -1, 5), given(instrument, 84, 3))

    assert [(None, None), (None, -2)] == shown(table, "band", "change")


# --- the baseline


@pytest.mark.parametrize(
    ("days", "role"),
    [(-29, "before"), (-28, "baseline"), (-1, "baseline"), (0, "baseline"), (1, "after"), (84, "after")],
)
def test_the_baseline_lies_in_the_28_days_up_to_the_first_session(days, role):
    assert [(role,)] == shown(table_of(given("hit6", days, 64)), "role")


def test_the_last_one_is_the_baseline():
    table = table_of(given("hit6", -20, 60), given("hit6", -3, 66), given("hit6", 50, 61))

    assert [("before", None), ("baseline", None), ("after", -5)] == shown(table, "role", "change")
    assert ["2026-02-26"] * 3 == [date for (date,) in shown(table, "baseline_date")]


def test_without_a_baseline_there_is_no_change_and_no_criterion_is_told():
    table = table_of(given("hit6", -29, 66), given("hit6", 50, 50))

    assert [(None, scores.NO_BASELINE)] == shown(table, "change", "reason")[1:]
    assert {"cannot tell"} == set(verdicts("hit6", None, 50).values())
    assert {scores.NO_BASELINE} == set(criterion_table(table)["because"])


def test_without_a_session_there_is_a_grade_and_no_change():
    windows = windows_of("P1").iloc[:0]
    table = score_table(facts_frame([given("hit6", 0, 64)], SCORES), windows)

    assert [("severe impact", "no session", None)] == shown(table, "band", "role", "change")


def test_scores_after_the_last_day_that_may_be_used_are_left_out():
    found = given("hit6", -1, 64), given("hit6", 10, 60), given("hit6", 11, 58)

    assert 2 == len(table_of(*found, as_of=SESSION + timedelta(10)))


def test_answers_to_single_questions_are_no_scores():
    table = table_of(given("hit6", -1, 64), given("hit6", -1, 13, "1"), given("msq", -1, 40, "RR"))

    assert [("hit6", ""), ("msq", "RR")] == shown(table, "instrument", "item")


def test_each_patient_and_part_has_a_baseline_of_its_own():
    table = table_of(
        *(given("msq", -1, 40 + n, part) for n, part in enumerate(("RR", "RP", "EF"))),
        *(given("msq", 50, 60, part) for part in ("RR", "RP", "EF")),
        given("msq", -1, 10, "RR", patient="P2"),
        given("msq", 50, 11, "RR", patient="P2"),
        patients=("P1", "P2"),
    )

    changes = table.loc[table["role"] == "after"]
    expected = [("P1", "EF", 18.0), ("P1", "RP", 19.0), ("P1", "RR", 20.0), ("P2", "RR", 1.0)]
    assert expected == shown(changes, "patient", "item", "change")


def test_many_patients_at_once_are_each_as_they_are_alone():
    rng = np.random.default_rng(5)
    names = [f"P{n}" for n in range(12)]
    found = [
        given(instrument, int(days), int(rng.integers(36, 79)), patient=name)
        for name in names
        for instrument in ("hit6", "midas")
        for days in sorted(rng.choice(np.arange(-60, 160), 6, replace=False))
    ]
    alone = [table_of(*(one for one in found if one.patient == name), patients=(name,)) for name in names]
    together_ = table_of(*found, patients=tuple(names))

    expected = pd.concat(alone).sort_values(["patient", "instrument", "item", "date"], ignore_index=True)
    pd.testing.assert_frame_equal(expected, together_)


def test_no_score_is_a_table_without_rows():
    table = table_of()

    assert (0, 0) == (len(table), len(criterion_table(table)))


# --- percent


def test_a_change_in_percent_is_of_the_baseline_and_of_nothing_not_told():
    table = table_of(given("midas", -1, 40), given("midas", 84, 10), given("gad7", -1, 0), given("gad7", 84, 3))

    assert [(3, None), (-30, -75)] == shown(table.loc[table["role"] == "after"], "change", "change_percent")


# --- MIDAS


@pytest.mark.parametrize(("gap", "change"), [(83, None), (84, -10)])
def test_a_midas_less_than_84_days_after_the_baseline_is_not_compared(gap, change):
    table = table_of(given("midas", -10, 40), given("midas", gap - 10, 30))

    assert [(change, scores.TOO_SOON if change is None else "")] == shown(table, "change", "reason")[1:]
    assert (change is None) == ({"cannot tell"} == set(criterion_table(table)["verdict"]))


def test_a_midas_that_is_left_out_does_not_push_the_next_one_away():
    table = table_of(given("midas", -1, 40), given("midas", 60, 30), given("midas", 84, 20), given("midas", 167, 9))

    assert [None, None, -20, None] == [change for (change,) in shown(table, "change")]


def test_a_midas_long_before_the_baseline_does_not_undo_it():
    table = table_of(given("midas", -60, 40), given("midas", -5, 30), given("midas", 84, 20))

    assert ["before", "baseline", "after"] == list(table["role"])
    assert -10 == table["change"].iloc[-1]


def test_a_hit6_may_come_soon_after_another():
    assert -4 == table_of(given("hit6", 0, 64), given("hit6", 1, 60))["change"].iloc[-1]


# --- criteria

AHS_HIT6 = "at least 5 points lower (PREEMPT, AHS)"
AHS_MIDAS = "at least 5 points lower from 11-20, 30 % from above 20 (AHS)"
COMPEL = "at least 5 points lower (COMPEL)"
ITALY = "at least 50 % lower, from 11 or more (Italy)"


@pytest.mark.parametrize(("fall", "five", "six"), [(4, "no", "no"), (5, "yes", "no"), (6, "yes", "yes")])
def test_a_hit6_is_judged_by_5_points_and_by_6(fall, five, six):
    found = verdicts("hit6", 64, 64 - fall)

    assert {AHS_HIT6: five, "at least 6 points lower (Houts 2020)": six} == found


@pytest.mark.parametrize(
    ("before", "after", "ahs", "compel", "italy"),
    [
        (10, 0, "cannot tell", "yes", "cannot tell"),
        (11, 7, "no", "no", "no"),
        (11, 6, "yes", "yes", "no"),
        (11, 5, "yes", "yes", "yes"),
        (20, 15, "yes", "yes", "no"),
        (20, 16, "no", "no", "no"),
        (21, 15, "no", "yes", "no"),
        (30, 22, "no", "yes", "no"),
        (30, 21, "yes", "yes", "no"),
        (30, 15, "yes", "yes", "yes"),
        (30, 16, "yes", "yes", "no"),
    ],
)
def test_midas_is_judged_by_ahs_compel_and_the_italian_rule(before, after, ahs, compel, italy):
    assert {AHS_MIDAS: ahs, COMPEL: compel, ITALY: italy} == verdicts("midas", before, after)


def test_the_criterion_of_ahs_begins_at_a_midas_of_11():
    because = criterion_table(table_of(given("midas", -1, 10), given("midas", 84, 0)))["because"]

    assert "10 → 0: the criterion is for a MIDAS of 11 or more at the start" == because.iloc[0]


def test_the_rules_of_ahs_agree_with_the_criterion_of_ahs():
    """The rule looks at a questionnaire around the end of cycle 2, and is met where it is better."""
    for after in (59, 60):
        found = findings(
            given("hit6", -1, 64), given("hit6", 160, after), given("midas", -1, 30), given("midas", 160, 30)
        )
        sets = found.evidence.rule_sets
        verdict = sets.loc[sets["rules"] == ahs.NAME, "verdict"].iloc[0]
        assert {"yes": "met", "no": "not met"}[verdicts("hit6", 64, after)[AHS_HIT6]] == verdict


@pytest.mark.parametrize(("rise", "verdict"), [(10.8, "no"), (10.9, "yes")])
def test_the_restrictive_part_of_msq_is_also_judged_by_10_9_points(rise, verdict):
    assert verdict == verdicts("msq", 40, 40 + rise, "RR")["at least 10.9 points higher (Diener 2020)"]


@pytest.mark.parametrize(("value", "verdict"), [(1, "yes"), (2, "yes"), (3, "no"), (7, "no")])
def test_pgic_says_it_without_a_baseline(value, verdict):
    assert {"much or very much better": verdict} == verdicts("pgic", None, value)


def test_two_pgic_are_not_compared():
    table = table_of(given("pgic", 0, 4), given("pgic", 84, 2))

    assert [(None, scores.ASKED_DIRECTLY)] == shown(table, "change", "reason")[1:]


def test_every_criterion_names_its_source_and_a_score_that_there_is():
    for criterion in CRITERIA:
        assert criterion.source
        assert (criterion.instrument, criterion.item) in {*PARTS, *((name, TOTAL) for name in NAMES)}


def test_a_score_is_called_by_its_name_and_part():
    assert "MFIQ usual activities over all" == score_name("mfiq", "GUA")


# --- point 7 of the letter


def test_the_letter_says_where_nothing_is_recorded():
    section = scores_section(findings())

    assert ("Not documented: no questionnaire is recorded.",) == section.paragraphs
    assert () == section.tables


def test_the_letter_gives_each_value_with_its_date_grade_and_change():
    section = scores_section(findings(given("midas", -1, 40), given("hit6", -1, 66), given("hit6", 84, 60)))

    assert (
        ("HIT-6", "28 Feb 2026", "66", "severe impact", "start"),
        ("HIT-6", "24 May 2026", "60", "severe impact", "−6 (−9 %)"),
        ("MIDAS", "28 Feb 2026", "40", "grade IV, severe disability", "start"),
    ) == section.tables[0].rows


def test_the_letter_shows_a_hit6_by_5_and_by_6_points_each_with_its_source():
    meaningful = scores_section(findings(given("hit6", -1, 66), given("hit6", 84, 61))).tables[1]

    assert [("yes", "66 → 61"), ("no", "66 → 61")] == [row[3:] for row in meaningful.rows]
    assert "https://doi.org/10.1111/head.13946" in meaningful.note
    assert "table 3 of https://doi.org/10.1186/s10194-023-01539-8" in meaningful.note


def test_the_letter_judges_the_latest_midas_that_can_be_compared():
    section = scores_section(findings(given("midas", -1, 40), given("midas", 84, 20), given("midas", 120, 39)))

    assert {"24 May 2026"} == {row[1] for row in section.tables[1].rows}
    assert scores.TOO_SOON == section.tables[0].rows[-1][-1]


def test_the_letter_names_the_usual_questionnaires_that_are_missing():
    assert "Not documented: MIDAS." == scores_section(findings(given("hit6", -1, 66))).paragraphs[0]
    assert "Not documented: HIT-6 and MIDAS." == scores_section(findings(given("phq9", -1, 6))).paragraphs[0]


def test_the_letter_says_where_a_higher_value_is_the_better_one():
    section = scores_section(findings(given("hit6", -1, 66), given("msq", -1, 66, "RR"), given("msq", 84, 72.5, "RR")))

    assert any("A higher value is the better one in MSQ v2.1" in text for text in section.paragraphs)
    assert "+6.5 (+10 %)" == section.tables[0].rows[-1][-1]


def test_the_letter_has_the_grades_of_a_patient_without_a_session():
    section = scores_section(findings(given("hit6", -1, 66), treated=False))

    assert ("severe impact", "no session") == section.tables[0].rows[0][3:]
    assert 1 == len(section.tables)


def test_an_unknown_questionnaire_stands_last_under_its_own_name():
    section = scores_section(findings(given("aform", -1, 5), given("asc12", -1, 9)))

    assert ["ASC-12", "AFORM"] == [row[0] for row in section.tables[0].rows]


@pytest.mark.parametrize("value", [1, 2, 3])
def test_an_answer_above_0_about_self_harm_is_carried_to_the_top(value):
    (message,) = safety_message(findings(given("phq9", 84, value, "9")))

    assert f"answered with {value} of 3 on 24 May 2026" in message
    assert "emergency number" in message


def test_no_answer_about_self_harm_and_a_0_are_no_message():
    assert () == safety_message(findings(given("phq9", 84, 27), given("gad7", 84, 3, "7")))
    assert () == safety_message(findings(given("phq9", 84, 0, "9")))


def test_the_latest_answer_about_self_harm_decides_and_earlier_ones_stay_in_the_letter():
    found = findings(given("phq9", 1, 2, "9"), given("phq9", 84, 0, "9"))

    assert () == safety_message(found)
    assert "PHQ-9, question 9, was answered above 0 on 2 Mar 2026." in scores_section(found).paragraphs


def test_a_later_form_without_that_answer_does_not_silence_it():
    assert safety_message(findings(given("phq9", 1, 2, "9"), given("phq9", 84, 4)))


def test_an_answer_after_the_last_day_that_may_be_used_is_not_told():
    assert () == safety_message(findings(given("phq9", 84, 2, "9"), as_of=SESSION + timedelta(83)))


def test_point_7_names_no_cause():
    every = [given(code, days, 11 if code != "hit6" else 60) for code in NAMES for days in (-1, 84)]
    found = findings(*every, given("phq9", 84, 2, "9"))

    said = [*texts(list(scores_section(found))), *safety_message(found)]
    assert {} == {text: words for text in said if (words := causal_words(text))}
