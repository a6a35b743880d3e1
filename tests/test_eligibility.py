"""Before the start: each criterion at its edge, and what is not documented."""

from calendar import monthrange
from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.commands import eligibility as command
from analysis.definitions import mark_days
from analysis.eligibility import (
    RULE_NAMES,
    documented_as_met,
    eligibility_table,
    standards_before_start,
)
from analysis.preventives import course_in_words, preventive_table
from analysis.rules import RULE_SETS, Case
from analysis.windows import window_table
from diary.model import Consultation, DiaryError, Patient, Treatment
from diary.tables import CONSULTATIONS, PATIENTS, facts_frame
from tests.drawing import day, diary_of, shown, together, treatments
from tests.terminal import Terminal
from tests.test_wording import causal_words

FIRST = day("2026-05-01")
"""The first session; four whole months before it begin in January."""


def month(number, headaches, migraines, missing=0):
    """Marks and kinds of one month of 2026: headaches first, missing days last."""
    n = monthrange(2026, number)[1]
    marks = "1" * headaches + "0" * (n - headaches - missing) + "." * missing
    return marks, ["migraine"] * migraines + ["tension"] * (headaches - migraines) + [None] * (n - headaches)


def diary(*months, first=1, patient="P1", **columns):
    """Months of 2026, each (headaches, migraines) or with the missing days behind them."""
    drawn = [month(number, *counts) for number, counts in enumerate(months, start=first)]
    kinds = [kind for _, column in drawn for kind in column]
    text = "".join(marks for marks, _ in drawn)
    columns = {name: make(text) for name, make in columns.items()}
    return diary_of(patient, text, start=f"2026-{first:02}-01", kind=kinds, **columns)


FULL = diary(*[(20, 10)] * 4)


def session(when=FIRST, amount=155, patient="P1", product="Botox", **said):
    return Treatment(patient, "botulinum", product, when, amount=amount, unit="U", **said)


def course(product, reason=None, start="2025-01-01", end="2025-06-30", amount=50, patient="P1", unit="mg"):
    last = day(end) if end else None
    return Treatment(patient, "preventive", product, day(start), end=last, amount=amount, unit=unit, reason=reason)


def noted(topic, answer, when="2026-05-01", patient="P1", note=None):
    return Consultation(patient, day(when), topic, answer, note)


def case_of(days, given, as_of=None):
    marked, treated = mark_days(days), treatments(*given)
    return Case(marked, window_table(marked, treated, as_of=as_of), treated, as_of)


TREATED = (session(),)


def checklist(days=FULL, given=TREATED, visits=(), born=None, rules=None, as_of=None):
    """The criteria of one patient, by rule set and words: (verdict, evidence)."""
    patients = facts_frame([Patient("P1", born=born)], PATIENTS)
    table = eligibility_table(
        case_of(days, given, as_of), facts_frame(visits, CONSULTATIONS), patients=patients, rules=rules
    )
    return {(rules, words): rest for rules, words, *rest in shown(table, "rules", "criterion", "verdict", "evidence")}


def found(criterion, rules="nice-ta260", **asked):
    """Verdict and evidence of the one criterion that has these words in it."""
    [[verdict, evidence]] = [rest for (_, words), rest in checklist(**asked, rules=rules).items() if criterion in words]
    return verdict, evidence


def verdict(criterion, rules="nice-ta260", **asked):
    return found(criterion, rules, **asked)[0]


# --- the patient


@pytest.mark.parametrize(
    ("born", "answer"), [(2007, "met"), (2008, "cannot tell"), (2009, "not met"), (None, "not documented")]
)
def test_an_adult_is_18_and_a_year_of_birth_leaves_one_year_open(born, answer):
    assert answer == verdict("Adult", born=born)


def test_the_age_is_that_at_the_first_session_and_not_at_the_end_of_the_diary():
    assert "Born in 2000: 26 in the course of 2026." == found("Adult", born=2000)[1]


# --- the diary


@pytest.mark.parametrize(("least", "answer"), [(15, "met"), (14, "not met")])
def test_each_month_has_15_headache_days(least, answer):
    days = diary((20, 10), (least, 10), (20, 10), (20, 10))

    assert answer == verdict("at least 15 days", days=days)
    assert "met" == verdict("at least 8", days=days)


@pytest.mark.parametrize(("least", "answer"), [(8, "met"), (7, "not met")])
def test_each_month_has_8_migraine_days(least, answer):
    days = diary((20, 10), (20, least), (20, 10), (20, 10))

    assert answer == verdict("at least 8", days=days)
    assert "met" == verdict("at least 15 days", days=days)


def test_a_missing_day_that_could_turn_it_leaves_it_open():
    assert "cannot tell" == verdict("at least 15 days", days=diary(*[(20, 10)] * 3, (14, 8, 1)))
    assert "not met" == verdict("at least 15 days", days=diary(*[(20, 10)] * 3, (13, 8, 1)))


def test_the_counts_of_each_month_are_the_evidence():
    evidence = found("at least 15 days", days=diary((15, 8, 3), (20, 10), first=3))[1]

    assert "Headache days in 2026-03: 15 (28 of 31 days known), 2026-04: 20 (30 of 30 days known)." == evidence


@pytest.mark.parametrize(("months", "answer"), [(4, "met"), (3, "cannot tell")])
def test_more_than_three_months_are_at_least_four(months, answer):
    assert answer == verdict("more than three months", days=diary(*[(15, 8)] * months, first=5 - months))


@pytest.mark.parametrize(
    ("since", "answer"),
    [
        ("2026-01-28", "met"),
        ("2026-01-29", "cannot tell"),
        ("2025", "met"),
        ("2026", "cannot tell"),
        ("spring", "cannot tell"),
    ],
)
def test_three_months_of_diary_are_enough_where_the_headache_was_chronic_for_longer(since, answer):
    days = diary(*[(15, 8)] * 3, first=2)

    assert answer == verdict("more than three months", days=days, visits=[noted("chronic_since", since)])


def test_a_history_does_not_make_up_for_two_months_of_diary_or_for_a_month_below():
    history = [noted("chronic_since", "2019")]

    assert "cannot tell" == verdict("three months", days=diary(*[(15, 8)] * 2, first=3), visits=history)
    assert "not met" == verdict("three months", days=diary((14, 8), *[(15, 8)] * 2, first=2), visits=history)


def test_since_when_it_is_chronic_may_be_noted_at_any_visit():
    visits = [noted("chronic_since", "2019", "2026-09-01")]

    assert "met" == verdict("three months", days=diary(*[(15, 8)] * 3, first=2), visits=visits)


@pytest.mark.parametrize("criterion", ["at least 15 days", "at least 8", "three months", "overuse"])
def test_without_a_whole_month_before_the_start_nothing_is_documented(criterion):
    assert "not documented" == verdict(criterion, days=diary((20, 10), first=4).iloc[1:].reset_index(drop=True))
    assert "not documented" == verdict(criterion, days=diary((20, 10), first=5))


def test_without_a_session_the_end_of_the_diary_is_looked_at():
    asked = {"days": diary((20, 10), (20, 10), (20, 10), (14, 8)), "given": ()}

    assert "not met" == verdict("at least 15 days", **asked)
    assert "met" == verdict("at least 15 days", **asked, as_of=day("2026-03-31"))


@pytest.mark.parametrize(("minutes", "answer"), [(240, "met"), (239, "not met"), (None, "cannot tell")])
def test_the_us_label_counts_headache_of_4_hours(minutes, answer):
    days = diary(*[(15, 8)] * 4, minutes=lambda text: [minutes if mark == "1" else 0 for mark in text])

    assert answer == verdict("4 hours", "us-label", days=days)


def test_the_month_of_the_us_label_has_15_such_days():
    def short_once(text):
        return [200 if n == 0 else 300 if mark == "1" else 0 for n, mark in enumerate(text)]

    assert "not met" == verdict("4 hours", "us-label", days=diary(*[(15, 8)] * 4, minutes=short_once))
    assert "met" == verdict("4 hours", "us-label", days=diary(*[(16, 8)] * 4, minutes=short_once))


# --- the 28 days before the start


def block(marks, **columns):
    """A diary whose last day is the one before the first session."""
    return diary_of("P1", marks, start=f"{FIRST - timedelta(len(marks))}", **columns)


@pytest.mark.parametrize(
    ("marks", "answer"),
    [
        ("1" * 28, "met"),
        ("1" * 27, "not met"),
        ("1" * 20 + "." * 8, "met"),
        ("1" * 19 + "." * 9, "not met"),
        ("1" * 30 + "." * 28, "not documented"),
    ],
)
def test_a_baseline_diary_has_28_days_of_which_20_are_logged(marks, answer):
    assert answer == verdict("28 days", "record", days=block(marks))


@pytest.mark.parametrize(("long", "answer"), [(15, "met"), (14, "not met")])
def test_the_trial_asked_for_15_days_of_4_hours_in_28(long, answer):
    days = block("1" * 28, minutes=[240] * long + [239] * (28 - long))

    assert answer == verdict("15 days in 28", "preempt", days=days)


def test_a_duration_that_was_not_written_down_can_turn_the_trials_count():
    days = block("1" * 28, minutes=[240] * 14 + [None] + [60] * 13)

    assert "cannot tell" == verdict("15 days in 28", "preempt", days=days)


@pytest.mark.parametrize(("migraines", "answer"), [(10, "met"), (9, "not met")])
def test_half_of_the_headache_days_are_migraine_days(migraines, answer):
    kinds = ["migraine"] * migraines + ["tension"] * (20 - migraines) + [None] * 8

    assert answer == verdict("half", "preempt", days=block("1" * 20 + "0" * 8, kind=kinds))


def test_a_missing_day_can_turn_the_half():
    kinds = ["migraine"] * 10 + ["tension"] * 10 + [None] * 8

    assert "cannot tell" == verdict("half", "preempt", days=block("1" * 20 + "0" * 7 + ".", kind=kinds))


def test_without_a_headache_day_there_is_no_half():
    assert "cannot tell" == verdict("half", "preempt", days=block("0" * 28))


@pytest.mark.parametrize(
    ("minutes", "answer"),
    [([1440] * 28, "not met"), ([1440] * 27 + [1439], "met"), ([1440] * 27 + [None], "cannot tell")],
)
def test_continuous_headache_fills_every_day(minutes, answer):
    assert answer == verdict("continuous", "preempt", days=block("1" * 28, minutes=minutes))


@pytest.mark.parametrize("criterion", ["15 days in 28", "half", "continuous"])
def test_28_days_of_which_none_is_logged_document_nothing(criterion):
    assert "not documented" == verdict(criterion, "preempt", days=block("1" * 9 + "." * 28))


# --- preventives

SURE = ("no effect", "side effects: tingling", "Contra-indicated", "pregnancy", "ineffective", "not tolerated")


def tried(*reasons, **said):
    return (session(), *(course(f"Drug {n}", reason, **said) for n, reason in enumerate(reasons)))


@pytest.mark.parametrize(("number", "answer"), [(3, "met"), (2, "not documented"), (0, "not documented")])
def test_three_preventives_are_asked_for(number, answer):
    assert answer == verdict("preventives", given=tried(*SURE[:number]))


@pytest.mark.parametrize("reason", SURE)
def test_each_of_these_reasons_counts(reason):
    assert "met" == verdict("preventives", given=tried("no effect", "no effect", reason))


@pytest.mark.parametrize("reason", [None, "not wanted", "no longer needed", "cost or supply: none in the pharmacy"])
def test_a_preventive_without_a_reason_or_with_another_one_does_not_count(reason):
    assert "not documented" == verdict("preventives", given=tried("no effect", "no effect", reason))


@pytest.mark.parametrize("reason", ["other", "tingling fingers", "no effects on the aura"])
def test_a_reason_in_other_words_is_left_to_a_person(reason):
    assert "cannot tell" == verdict("preventives", given=tried("no effect", "no effect", reason))


def test_the_reasons_that_are_documented_are_counted_in_the_evidence():
    evidence = found("preventives", given=tried("no effect", "side effects", None))[1]

    assert evidence.startswith(
        "3 recorded, reason documented for 2, of which 2 without response, not tolerated, or unsuitable: "
        "Drug 0 50 mg, 1 Jan 2025 – 30 Jun 2025 (181 days), no effect; "
    )
    assert evidence.endswith("Drug 2 50 mg, 1 Jan 2025 – 30 Jun 2025 (181 days), why stopped not documented.")


def test_one_medicine_in_two_courses_counts_once():
    twice = course("drug 0", "no effect", "2025-08-01", "2025-09-01")

    assert "not documented" == verdict("preventives", given=(*tried("no effect", "no effect"), twice))


def test_a_preventive_that_was_still_taken_at_the_start_does_not_count_yet():
    assert "not documented" == verdict("preventives", given=tried(*["no effect"] * 3, end=None))
    assert "not documented" == verdict("preventives", given=tried(*["no effect"] * 3, end="2026-05-02"))
    assert "met" == verdict("preventives", given=tried(*["no effect"] * 3, end="2026-05-01"))


def test_a_contra_indication_counts_without_an_end():
    assert "met" == verdict("preventives", given=tried(*["contra-indicated"] * 3, end=None))


def test_a_preventive_begun_on_the_day_of_the_session_is_not_one_before_it():
    assert "not documented" == verdict("preventives", given=tried(*["no effect"] * 3, start="2026-05-01", end=None))
    assert "No preventive is recorded before the start." == found("preventives", given=(session(),))[1]


@pytest.mark.parametrize(("number", "answer"), [(2, "met"), (1, "not documented")])
def test_two_tried_are_enough_for_the_european_guideline_whatever_the_reason(number, answer):
    assert answer == verdict("preventives", "ehf-2018", given=tried(*[None] * number))


def test_what_was_found_unsuitable_on_its_first_day_was_not_tried():
    unsuitable = tried("contra-indicated", "contra-indicated", start="2025-01-01", end="2025-01-01")

    assert "not documented" == verdict("preventives", "ehf-2018", given=unsuitable)


@pytest.mark.parametrize(
    ("end", "answer"), [("2026-03-06", "not met"), ("2026-03-05", "not documented"), (None, "not met")]
)
def test_the_trial_looked_back_eight_weeks_for_a_preventive(end, answer):
    assert answer == verdict("No preventive", "preempt", given=tried("no effect", end=end))


def test_the_trial_excluded_earlier_toxin_also_for_looks():
    earlier = session(FIRST - timedelta(1), purpose="cosmetic")

    assert ("not met", "Recorded before the start: Botox.") == found("toxin", "preempt", given=(session(), earlier))
    assert "not documented" == verdict("toxin", "preempt")


@pytest.mark.parametrize(
    ("units", "answer"), [(155, "met"), (154, "not met"), (195, "not met"), (None, "not documented")]
)
def test_the_german_recommendation_begins_with_155_units(units, answer):
    assert answer == verdict(
        "155 units", "dmkg-2018", given=(session(amount=units), session(FIRST + timedelta(84), 195))
    )


def test_units_of_another_product_are_not_those_of_the_recommendation():
    assert (
        "not documented",
        "The first session was given with Dysport, whose units are not those of onabotulinumtoxinA.",
    ) == found("155 units", "dmkg-2018", given=(session(product="Dysport"),))


def test_without_a_session_there_are_no_units():
    assert ("not documented", "There is no session yet.") == found("155 units", "dmkg-2018", given=())


# --- the table of preventives


def test_courses_of_one_medicine_are_one_row_with_the_highest_dose():
    table = preventive_table(
        treatments(
            course("Topiramate", start="2025-01-01", end="2025-01-31", amount=50),
            course("topiramate", "side effects", start="2025-02-01", end="2025-03-02", amount=100),
            course("Candesartan", start="2025-06-01", end=None, amount=None),
        ),
        pd.Timestamp("2025-06-11"),
    )

    columns = "product", "dose", "start", "end", "days", "reason", "failed"
    assert [
        ("topiramate", "100 mg", "2025-01-01", "2025-03-02", 61, "side effects", True),
        ("Candesartan", "", "2025-06-01", None, 10, "", False),
    ] == shown(table, *columns)


def test_a_day_on_which_two_courses_of_one_medicine_overlap_is_one_day():
    table = preventive_table(
        treatments(
            course("Topiramate", start="2025-01-01", end=None, amount=50),
            course("Topiramate", start="2025-01-11", end="2025-01-12", amount=75),
            course("Topiramate", start="2025-01-21", end="2025-01-31", amount=100),
        ),
        pd.Timestamp("2025-01-31"),
    )

    assert [30] == list(table["days"])


def test_doses_in_several_units_stand_side_by_side():
    given = course("Valproate", amount=1, unit="g"), course("Valproate", start="2025-07-01", end=None, amount=500)

    assert ["1 g; 500 mg"] == list(preventive_table(treatments(*given), pd.Timestamp("2026-01-01"))["dose"])


def test_a_medicine_that_is_taken_again_has_not_failed():
    given = course("Topiramate", "no effect"), course("Topiramate", start="2025-08-01", end=None)

    assert [(None, False)] == shown(preventive_table(treatments(*given), pd.Timestamp("2026-01-01")), "end", "failed")


def test_other_treatment_is_no_preventive():
    block_ = Treatment("P1", "other", "nerve block", day("2025-01-01"))

    assert preventive_table(treatments(block_, session()), pd.Timestamp("2026-06-01")).empty


def test_one_day_is_one_day():
    said = course_in_words("Topiramate", "", day("2025-01-01"), day("2025-01-01"), 1, "")

    assert "Topiramate, 1 Jan 2025 – 1 Jan 2025 (1 day), why stopped not documented" == said


# --- overuse


def overused(*triptan_days):
    """Four months with headache on 20 days, and a triptan on so many of them."""
    months = [month(n, 20, 10)[0] for n in range(1, 5)]
    taken = [int(place < many) for many, text in zip(triptan_days, months, strict=True) for place in range(len(text))]
    none = [0] * len(taken)
    classes = ("ergotamine", "non_opioid", "opioid", "combination", "ditan")
    return diary(*[(20, 10)] * 4, triptan=lambda _: taken, **{name: lambda _: none for name in classes})


OVERUSE, NONE_OVERUSED = overused(10, 10, 10, 10), overused(10, 10, 10, 9)
ANSWERS = [
    (None, "not documented"),
    ("managed", "met"),
    ("not managed", "not met"),
    ("not asked", "not documented"),
    ("no overuse", "cannot tell"),
    ("in his own words", "cannot tell"),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_overuse_in_the_diary_has_to_be_dealt_with(answer, expected):
    visits = [noted("overuse_managed", answer)] if answer else []

    assert expected == verdict("overuse", days=OVERUSE, visits=visits)


def test_overuse_that_did_not_last_is_none_to_deal_with():
    assert ("met", True) == (
        verdict("overuse", days=NONE_OVERUSED),
        "no limit of overuse was reached" in found("overuse", days=NONE_OVERUSED)[1],
    )
    assert "not met" == verdict("overuse", days=NONE_OVERUSED, visits=[noted("overuse_managed", "not managed")])


def test_a_diary_that_does_not_say_what_was_taken_cannot_tell_unless_it_was_noted():
    assert "cannot tell" == verdict("overuse")
    assert "met" == verdict("overuse", visits=[noted("overuse_managed", "no overuse")])


def test_the_evidence_names_the_class_and_quotes_the_visit():
    visits = [noted("overuse_managed", "managed", "2026-04-20", note="triptans stopped")]

    assert (
        "Diary compatible with overuse for more than three months, triptans (8.2.2). "
        "Visit: managed (triptans stopped), noted on 20 Apr 2026." == found("overuse", days=OVERUSE, visits=visits)[1]
    )


def test_the_latest_answer_up_to_the_start_counts():
    early, late = noted("overuse_managed", "not managed", "2026-03-01"), noted("overuse_managed", "managed")

    assert "met" == verdict("overuse", days=OVERUSE, visits=[late, early])


def test_what_was_noted_only_after_the_start_leaves_it_open():
    late, later = noted("overuse_managed", "managed", "2026-05-02"), noted("overuse_managed", "managed", "2026-08-02")
    answer, evidence = found("overuse", days=OVERUSE, visits=[later, late])

    assert "cannot tell" == answer
    assert evidence.endswith("noted on 2 May 2026. It was noted only after the start.")
    assert "not documented" == verdict("overuse", days=OVERUSE, visits=[late], as_of=FIRST)


# --- contra-indications


@pytest.mark.parametrize(
    ("visits", "answer"),
    [
        ([], "not documented"),
        ([noted("contraindications", "none found")], "met"),
        ([noted("contraindications", "not asked")], "not met"),
        ([noted("contraindications", "none found", "2026-05-02")], "cannot tell"),
        ([noted("goal", "none")], "not documented"),
    ],
)
def test_contra_indications_are_asked_for_by_the_start(visits, answer):
    assert answer == verdict("Contra-indications", "record", visits=visits)


def test_answers_of_other_patients_and_treatments_of_theirs_are_not_mixed_in():
    theirs = [noted("overuse_managed", "managed", patient="P2"), noted("contraindications", "none", patient="P2")]
    given = (session(), *(course(f"Drug {n}", "no effect", patient="P2") for n in range(3)))

    assert "not documented" == verdict("overuse", days=OVERUSE, visits=theirs)
    assert "not documented" == verdict("Contra-indications", "record", visits=theirs)
    assert "not documented" == verdict("preventives", given=given)


# --- the whole


def test_every_rule_set_is_asked_and_each_can_be_asked_alone():
    assert set(RULE_NAMES) == {rules for rules, _ in checklist()}
    assert {"sign-155"} == {rules for rules, _ in checklist(rules="sign-155")}


def test_a_rule_set_of_another_name_is_refused():
    with pytest.raises(DiaryError, match="nice-ta260, ehf-2018"):
        checklist(rules="nice")


def test_rule_sets_have_the_names_that_they_have_elsewhere():
    assert {"nice-ta260", "ehf-2018", "dmkg-2018"} == set(RULE_NAMES) & set(RULE_SETS)


def test_the_help_names_every_checklist():
    assert [] == [name for name in RULE_NAMES if name not in command.RULES]


def test_of_a_record_that_is_nearly_empty_only_the_length_of_the_diary_is_not_met():
    answers = checklist(days=diary_of("P1", "0", start="2026-04-30"))

    assert ["A diary of at least 28 days before the start"] == [
        words for (_, words), (answer, _) in answers.items() if answer == "not met"
    ]


def test_nobody_is_called_eligible_and_no_cause_is_named():
    said = [text for key, rest in checklist(given=tried("not tolerated", None)).items() for text in (*key, *rest)]

    assert [] == [text for text in said if "eligible" in text or causal_words(text)]


def test_what_is_met_is_counted_in_words():
    table = pd.DataFrame({"verdict": ["met", "met", "not met", "not documented", "cannot tell"]})

    assert "2 of 5 criteria documented as met" == documented_as_met(table)


# --- the standards of an audit


def standards(days, given, visits=()):
    table = standards_before_start(case_of(days, given), facts_frame(visits, CONSULTATIONS))
    return shown(table, *table.columns)


def test_a_full_record_meets_the_four_standards():
    given, visits = tried("no effect", "no effect", "side effects"), [noted("overuse_managed", "managed")]

    assert [("P1", "2026-05-01", True, True, True, True)] == standards(OVERUSE, given, visits)


def test_what_is_not_documented_is_missing_and_what_is_not_met_is_false():
    short = diary((14, 8), first=4)

    assert [("P1", "2026-05-01", False, None, None, True)] == standards(short, (session(),))


def test_who_has_not_started_has_no_standards():
    assert [("P1", None, None, None, None, None)] == standards(FULL, ())


def test_many_patients_are_one_row_each_in_the_order_of_the_days():
    days = together(OVERUSE.assign(patient="P2"), FULL, diary((20, 10), first=4, patient="P3"))
    given = (session(), session(patient="P2"), *(course(f"Drug {n}", "no effect", patient="P2") for n in range(3)))

    assert [
        ("P2", "2026-05-01", True, True, True, True),
        ("P1", "2026-05-01", True, None, None, True),
        ("P3", None, None, None, None, None),
    ] == standards(days, given, [noted("overuse_managed", "managed", patient="P2")])


# --- the command


@pytest.fixture
def migraine(tmp_path, monkeypatch):
    from analysis.cli import migraine as group

    for name, place in (
        ("eligibility", "analysis.commands.eligibility:eligibility"),
        ("visit", "diary.cli.visit:visit"),
    ):
        monkeypatch.setitem(group.declared, name, (place, ""))
    return Terminal(tmp_path)


def test_the_command_prints_the_checklist_and_decides_nothing(migraine):
    migraine("log 2026-04-30 --severity 2")
    migraine("botox add 2026-05-01 --units 155")
    migraine('preventive start topiramate --date 2025-01-01 --dose "100 mg"')
    migraine("visit add contraindications none --date 2026-05-01")

    printed = migraine("eligibility")
    assert 0 == migraine.code
    assert [] == [name for name in RULE_NAMES if f"\n{name}: " not in f"\n{printed}"]
    assert "record: 1 of 2 criteria documented as met" in printed
    assert "Whether to treat is for the clinic and the patient to decide" in printed
    assert "eligible" not in printed


def test_one_checklist_can_be_printed_alone(migraine):
    migraine("log 2026-04-30 --severity 2")

    printed = migraine("eligibility --rules sign-155")
    assert ("sign-155: 0 of 1", False) == (printed.strip()[:16], "nice-ta260" in printed)


def test_what_counts_as_a_headache_day_can_be_chosen(migraine):
    rows = (f"{date(2026, 1, 1) + timedelta(n)},{'mild' if n % 3 else 'none'},{2 if n % 3 else ''}" for n in range(120))
    (migraine.folder / "short.csv").write_text("\n".join(["Date,Severity,Hours", *rows, ""]))
    said = [migraine(f"eligibility short.csv --rules nice-ta260 {words}") for words in ("", "--definition 4h")]

    assert [True, False] == ["Headache days in 2026-01: 20" in " ".join(one.split()) for one in said]
    assert "There is no definition 'hours'" in migraine("eligibility short.csv --definition hours")


def test_a_checklist_of_another_name_and_an_empty_diary_are_refused(migraine):
    assert "The diary is empty" in migraine("eligibility")
    migraine("log 2026-04-30 --severity 2")

    assert "There is no checklist 'nice'" in migraine("eligibility --rules nice")
    assert 1 == migraine.code


def test_a_record_without_a_day_says_what_to_do(migraine):
    migraine("botox add 2026-05-01")

    assert "There is no day in this diary yet" in migraine("eligibility")
