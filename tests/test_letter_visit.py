"""What the letter repeats of a visit: diagnosis and overuse, preventives, the decision, the patient's goal."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from analysis.findings import find
from analysis.reports.letter.decision import NO_DECISION, WORDS, decision_section
from analysis.reports.letter.diagnosis import NO_DIAGNOSIS, diagnosis_section
from analysis.reports.letter.goal import goal_section
from analysis.reports.letter.preventives import preventives_section
from diary.days import day_tables
from diary.demo import demo_batch
from diary.model import DECISIONS, Consultation, Dose, Treatment
from diary.tables import FACTS, facts_frame
from tests.drawing import day, logs, record
from tests.test_wording import causal_words

SESSION = Treatment("P1", "botulinum", "Botox", day("2026-05-01"), amount=155, unit="U")
DAYS = logs("P1", "1100" * 50, start="2026-01-01")


def findings_of(*facts, as_of=None):
    return find(day_tables(record(*DAYS, *facts)), as_of=as_of)


def noted(topic, answer, when="2026-05-01", note=None):
    return Consultation("P1", day(when), topic, answer, note)


def course(product, reason=None, end="2025-06-30", amount=50, start="2025-01-01"):
    return Treatment(
        "P1", "preventive", product, day(start), day(end) if end else None, amount=amount, unit="mg", reason=reason
    )


@pytest.fixture(scope="module")
def nothing():
    return findings_of()


@pytest.fixture(scope="module")
def demo():
    batch = demo_batch()
    return find(day_tables({name: facts_frame(getattr(batch, name), table) for name, table in FACTS.items()}))


SECTIONS = (diagnosis_section, preventives_section, decision_section, goal_section)


# --- where nothing is recorded


def test_a_diagnosis_that_nobody_noted_is_not_documented(nothing):
    said = diagnosis_section(nothing).paragraphs

    assert [
        "Diagnosis by the clinician: not documented.",
        "Chronic since: not documented.",
        NO_DIAGNOSIS,
        "How overuse was dealt with: not documented.",
        "Contra-indications: not documented.",
    ] == [text for text in said if "not documented" in text or text == NO_DIAGNOSIS]


def test_preventives_that_nobody_recorded_are_not_documented(nothing):
    section = preventives_section(nothing)

    assert ("Preventives tried: not documented.", ()) == (section.paragraphs[0], section.tables)


def test_without_a_decision_the_report_makes_none(nothing):
    assert ((NO_DECISION,), ()) == decision_section(nothing)[1:3]


def test_goal_expectations_and_view_are_each_not_documented(nothing):
    assert (
        "The patient's own goal: not documented.",
        "What the patient was told to expect: not documented.",
        "How the patient sees the result: not documented.",
    ) == goal_section(nothing).paragraphs


# --- diagnosis and overuse


def test_the_criteria_are_given_before_the_first_session_and_now():
    section = diagnosis_section(findings_of(SESSION, noted("diagnosis", "chronic migraine")))

    assert "Diagnosis by the clinician: chronic migraine, noted on 1 May 2026." == section.paragraphs[0]
    assert ["Before the first session", "Now"] == [row[0] for row in section.tables[0].rows]
    assert "4" == section.tables[0].rows[0][2]


def test_without_a_session_there_is_only_now(nothing):
    criteria, overuse = diagnosis_section(nothing).tables

    assert ["Now"] == [row[0] for row in criteria.rows]
    assert ("Class", "Now") == overuse.header


def test_overuse_is_given_by_class_and_how_it_was_dealt_with():
    tables = day_tables(
        record(*with_triptans(DAYS), SESSION, noted("overuse_managed", "managed", note="triptans stopped"))
    )
    section = diagnosis_section(find(tables))

    rows = dict(row[:2] for row in section.tables[1].rows)
    assert "yes, for more than three months" == rows["triptans (8.2.2)"]
    assert "yes, for more than three months" == rows["any of them"]
    assert "no" == rows["opioids (8.2.4)"]
    assert "How overuse was dealt with: managed (triptans stopped), noted on 1 May 2026." in section.paragraphs


def with_triptans(days):
    """The days, each headache with a triptan and nothing else."""
    taken = [
        Dose("P1", datetime.combine(one.date, time(9)), "Sumatriptan", medicine_class="triptan")
        for one in days
        if one.headache
    ]
    return [*(replace(one, acute=bool(one.headache)) for one in days), *taken]


# --- preventives


def test_each_preventive_has_its_dose_its_days_and_why_it_was_stopped():
    [table] = preventives_section(
        findings_of(SESSION, course("Topiramate", "side effects", amount=100), course("Candesartan", None, None, 16))
    ).tables

    assert ("Topiramate", "100 mg", "1 Jan 2025", "30 Jun 2025", "181 days", "side effects") in table.rows
    assert ("Candesartan", "16 mg", "1 Jan 2025", "still taken", "565 days", "") in table.rows


def test_what_is_not_known_of_a_preventive_is_not_documented():
    [table] = preventives_section(findings_of(course("Topiramate", amount=None))).tables

    assert (("Topiramate", "not documented", "1 Jan 2025", "30 Jun 2025", "181 days", "not documented"),) == table.rows


def test_those_that_count_are_set_against_what_nice_asks_for():
    given = (
        course("A", "no effect"),
        course("B"),
        course("C", "not tolerated"),
        course("D", start="2026-05-02", end=None),
    )
    [said] = preventives_section(findings_of(SESSION, *given)).paragraphs

    assert (
        "Begun before the first session: 3 preventives; why stopped is documented for 2. Without response, not "
        "tolerated, or unsuitable: 2 (NICE TA260 asks for at least 3)." == said
    )


def test_a_reason_in_other_words_is_left_to_the_clinician():
    [said] = preventives_section(findings_of(course("A", "tingling"))).paragraphs

    assert said.endswith("1 reason in other words to be judged by the clinician.")


# --- the decision


@pytest.mark.parametrize("decision", DECISIONS)
def test_every_decision_has_words(decision):
    [said] = decision_section(findings_of(noted("decision", decision, note="As agreed."))).paragraphs

    assert f"Decided on 1 May 2026: {WORDS[decision]}. As agreed." == said


def test_the_latest_decision_stands_first_and_the_others_in_a_table():
    section = decision_section(
        findings_of(noted("decision", "stop", "2026-06-01"), noted("decision", "continue", "2026-03-01", "well"))
    )

    assert ("Decided on 1 Jun 2026: to stop.",) == section.paragraphs
    assert (("1 Mar 2026", "to continue", "well"),) == section.tables[0].rows


def test_what_was_checked_and_why_it_was_stopped_stand_below_the_decision():
    section = decision_section(
        findings_of(
            noted("decision", "stop"), noted("stop_reason", "wish of the patient"), noted("response_check", "14 %")
        )
    )

    assert (
        "Decided on 1 May 2026: to stop.",
        "Response after the second cycle: 14 %, noted on 1 May 2026.",
        "Why the treatment was stopped: wish of the patient, noted on 1 May 2026.",
    ) == section.paragraphs


def test_what_was_noted_after_the_last_day_that_is_used_is_left_out():
    found = findings_of(
        noted("decision", "stop", "2026-05-02"), noted("goal", "rest", "2026-05-01"), as_of=day("2026-05-01")
    )

    assert (NO_DECISION,) == decision_section(found).paragraphs
    assert "The patient's own goal: rest, noted on 1 May 2026." == goal_section(found).paragraphs[0]


def test_a_visit_after_the_last_day_of_the_diary_is_not_left_out():
    found = findings_of(noted("decision", "stop", "2026-12-01"), course("A", "no effect", end="2026-12-01"))

    assert ("Decided on 1 Dec 2026: to stop.",) == decision_section(found).paragraphs
    assert "1 Dec 2026" == preventives_section(found).tables[0].rows[0][3]


# --- the whole


def test_the_latest_goal_is_the_one_that_is_given():
    found = findings_of(noted("goal", "to run", "2026-03-01"), noted("goal", "to walk", "2026-02-01"))

    assert "The patient's own goal: to run, noted on 1 Mar 2026." == goal_section(found).paragraphs[0]


def said_by(section):
    return [
        *section.paragraphs,
        *(cell for table in section.tables for row in (*table.rows, table.header) for cell in row),
    ]


@pytest.mark.parametrize("point", SECTIONS)
def test_every_cell_is_text_and_nothing_is_not_a_number(point, demo):
    texts = said_by(point(demo))

    assert [] == [text for text in texts if not isinstance(text, str) or text in ("nan", "NaT", "<NA>", "None")]


@pytest.mark.parametrize("point", SECTIONS[:-1])
def test_no_cause_is_named_beside_the_clinics_own_words(point, demo):
    own = {"no effect"}

    assert [] == [text for text in said_by(point(demo)) if text not in own and causal_words(text)]
