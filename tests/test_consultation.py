"""What can be noted at a visit, and why a preventive was stopped."""

from datetime import date

import pytest

from analysis import consultations, preventives
from diary import consultation
from diary.consultation import (
    OVERUSE_ANSWERS,
    REASONS,
    answer_of,
    check_consultation,
    expected_answer,
    is_known_reason,
    reason_of,
    topic_of,
)
from diary.model import DECISIONS, TOPICS, Consultation, DiaryError

VISIT = date(2026, 3, 1)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_known_by_its_own_name_and_in_words(topic):
    assert [topic] * 3 == [topic_of(topic), topic_of(topic.replace("_", " ")), topic_of(topic.upper())]


@pytest.mark.parametrize("word", consultation.TOPIC_WORDS)
def test_every_other_word_for_a_topic_is_one(word):
    assert topic_of(word) in TOPICS


def test_an_unknown_topic_is_refused_with_the_nearest():
    with pytest.raises(DiaryError, match="Did you mean 'decision'"):
        topic_of("decison")


def test_an_unknown_topic_that_is_near_nothing_is_refused_without_a_guess():
    with pytest.raises(DiaryError, match=r"no topic 'xyz'\. See what"):
        topic_of("xyz")


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_is_one_of_five(decision):
    assert decision == answer_of("decision", decision.title(), VISIT)


def test_any_other_decision_is_refused():
    with pytest.raises(DiaryError, match=r"continue, raise, stretch, stop or pause.*--note"):
        answer_of("decision", "wait and see", VISIT)


@pytest.mark.parametrize(("word", "decision"), consultation.DECISION_WORDS.items())
def test_other_words_for_a_decision_mean_one_of_the_five(word, decision):
    assert decision in DECISIONS
    assert decision == answer_of("decision", word, VISIT)


@pytest.mark.parametrize("answer", OVERUSE_ANSWERS)
def test_overuse_takes_four_answers(answer):
    assert answer == answer_of("overuse_managed", answer, VISIT)


@pytest.mark.parametrize("answer", ["no", "none", "?", "withdrawn in spring"])
def test_an_answer_on_overuse_that_can_mean_two_things_is_refused(answer):
    with pytest.raises(DiaryError, match="managed, not managed, no overuse or not asked"):
        answer_of("overuse_managed", answer, VISIT)


def test_free_text_is_kept_as_it_is_written():
    assert "To work 4 days, again" == answer_of("goal", "  To work 4 days, again ", VISIT)


def test_an_empty_answer_is_refused():
    with pytest.raises(DiaryError, match="is empty"):
        answer_of("goal", "  ", VISIT)


@pytest.mark.parametrize("since", ["1900", "2019", "2026", "2019-05-01", "2026-03-01"])
def test_chronic_since_is_a_year_or_a_date_up_to_the_visit(since):
    assert since == answer_of("chronic_since", since, VISIT)


@pytest.mark.parametrize("since", ["1899", "2027", "2026-03-02"])
def test_chronic_since_is_not_behind_the_visit_and_not_before_1900(since):
    with pytest.raises(DiaryError, match="Check the year"):
        answer_of("chronic_since", since, VISIT)


@pytest.mark.parametrize("since", ["spring 2019", "19", "2019-02-30", "01/05/2019", "0000"])
def test_chronic_since_is_nothing_else(since):
    with pytest.raises(DiaryError, match="no year and no date"):
        answer_of("chronic_since", since, VISIT)


def test_the_next_review_is_a_date_after_the_visit():
    assert "2026-03-02" == answer_of("next_review", "2026-03-02", VISIT)
    with pytest.raises(DiaryError, match="not after the visit"):
        answer_of("next_review", "2026-03-01", VISIT)
    with pytest.raises(DiaryError, match="no date"):
        answer_of("next_review", "in June", VISIT)


def test_what_a_topic_takes_can_be_said_of_every_topic():
    held = {topic: expected_answer(topic) for topic in TOPICS if expected_answer(topic) != "free text"}

    assert set(consultation.READERS) == set(held)


# --- why a preventive was stopped


@pytest.mark.parametrize("reason", REASONS)
def test_a_known_reason_is_kept_in_its_own_words(reason):
    assert reason == reason_of(reason.upper())
    assert is_known_reason(reason)


@pytest.mark.parametrize("word", consultation.REASON_WORDS)
def test_other_words_for_a_reason_mean_a_known_one(word):
    assert reason_of(word) in REASONS


def test_what_follows_a_colon_stays_beside_the_reason():
    assert "side effects: tingling fingers" == reason_of("Not tolerated:  tingling fingers")
    assert "no effect" == reason_of("no effect:")


def test_a_reason_in_other_words_is_kept_and_not_sorted():
    assert "tingling: fingers" == reason_of(" tingling: fingers ")
    assert not is_known_reason("tingling: fingers")


def test_the_record_and_the_analysis_have_the_same_words_for_overuse():
    names = ("MANAGED", "NOT_MANAGED", "NO_OVERUSE", "NOT_ASKED")

    assert [getattr(consultation, name) for name in names] == [getattr(consultations, name) for name in names]


def test_the_analysis_knows_what_each_reason_means():
    failed = [reason for reason in REASONS if preventives.FAILED.fullmatch(reason)]
    otherwise = [reason for reason in REASONS if preventives.OTHERWISE.fullmatch(reason)]

    assert ["no effect", "side effects", "contra-indicated", "pregnancy"] == failed
    assert ["not wanted", "no longer needed", "cost or supply"] == otherwise
    assert {"other"} == set(REASONS) - {*failed, *otherwise}


# --- what was stored


def problem(topic, answer, day=VISIT):
    [found] = check_consultation(Consultation("P1", day, topic, answer), today=VISIT)
    return f"{found}"


def test_a_sound_answer_has_no_problem():
    assert [] == check_consultation(Consultation("P1", VISIT, "decision", "pause"), today=VISIT)


def test_a_stored_topic_that_does_not_exist_is_a_problem():
    assert "P1, 2026-03-01: There is no topic 'mood'. See what can be noted with: migraine visit topics" == problem(
        "mood", "good"
    )


def test_a_stored_answer_that_its_topic_does_not_take_is_a_problem_with_a_remedy():
    assert problem("decision", "wait").startswith("P1, 2026-03-01: 'wait' is no answer to 'decision'. Write continue")


def test_a_visit_in_the_future_is_a_problem():
    assert "in the future" in problem("goal", "to work", date(2026, 3, 2))
