"""The questionnaires: which answers and totals can be, how they are added up, and what is odd about forms together."""

from datetime import date, timedelta

import pytest

from diary.checks import check_score
from diary.instruments import (
    INSTRUMENTS,
    LOWER,
    SAFETY,
    asks_for_care,
    contradicting_totals,
    find_fault,
    overlapping_forms,
    with_total,
)
from diary.model import DiaryError, Score
from tests.terminal import Terminal

MARCH_1 = date(2026, 3, 1)


@pytest.fixture
def migraine(tmp_path):
    return Terminal(tmp_path)


def score(instrument, value=0.0, item=None, day=MARCH_1, patient="P1"):
    return Score(patient, day, instrument, value, item)


def fits(instrument, value, item=None):
    return find_fault(score(instrument, value, item)) is None


def recorded(migraine):
    with migraine.diary() as diary:
        return {(one.instrument, one.item): one.value for one in diary.batch().scores}


TOTALS = {"hit6": (36, 78), "midas": (0, 270), "pgic": (1, 7), "phq9": (0, 27), "gad7": (0, 21), "asc12": (0, 24)}


@pytest.mark.parametrize(("instrument", "low", "high"), [(name, *limits) for name, limits in TOTALS.items()])
def test_a_total_lies_between_the_lowest_and_the_highest_both_included(instrument, low, high):
    assert [False, True, True, False] == [fits(instrument, value) for value in (low - 1, low, high, high + 1)]


@pytest.mark.parametrize("instrument", TOTALS)
def test_a_total_of_whole_answers_is_a_whole_number(instrument):
    assert not fits(instrument, TOTALS[instrument][0] + 0.5)


@pytest.mark.parametrize(
    ("instrument", "items", "low", "high"),
    [
        ("midas", ("1", "2", "3", "4", "5", "A"), 0, 90),
        ("midas", ("B",), 0, 10),
        ("msq", ("RR", "RP", "EF"), 0, 100),
        ("mfiq", ("PF", "UA", "SF", "EF", "GUA"), 0, 100),
        ("phq9", tuple("123456789"), 0, 3),
        ("gad7", tuple("1234567"), 0, 3),
        ("asc12", tuple(map(str, range(1, 13))), 0, 2),
    ],
)
def test_an_answer_lies_between_the_lowest_and_the_highest_both_included(instrument, items, low, high):
    for item in items:
        assert [False, True, True, False] == [fits(instrument, value, item) for value in (low - 1, low, high, high + 1)]


def test_an_answer_in_hit6_is_6_8_10_11_or_13():
    assert [6, 8, 10, 11, 13] == [value for value in range(20) if fits("hit6", value, "1")]


@pytest.mark.parametrize(("instrument", "low", "high"), [(n, *TOTALS[n]) for n in ("hit6", "phq9", "gad7", "asc12")])
def test_the_lowest_and_highest_answers_add_up_to_the_lowest_and_highest_total(instrument, low, high):
    scales = INSTRUMENTS[instrument].items.values()
    for end, total in ((0, low), (1, high)):
        scores = with_total(score(instrument), [(scale.low, scale.high)[end] for scale in scales])
        assert (None, total) == (scores[-1].item, scores[-1].value)


@pytest.mark.parametrize("item", ["7", "0", "A"])
def test_a_question_that_is_not_there_is_named(item):
    assert f"HIT-6 has no question '{item}' here" in check_score(score("hit6", 6, item))[0].what


def test_each_instrument_says_what_it_is_and_where_that_was_read():
    for code, one in INSTRUMENTS.items():
        assert code == one.code
        assert all((one.name, one.measures, one.source, one.licence))
        assert set(one.beside) <= set(one.items)
        assert one.text_free == ("No permission is required" in one.licence)


def test_only_the_quality_of_life_and_the_fit_of_a_treatment_are_better_when_higher():
    assert {"msq", "mtoq4", "mtoq6"} == {code for code, one in INSTRUMENTS.items() if one.better != LOWER}


# --- adding up


def test_midas_adds_up_the_five_questions_about_days_and_not_a_and_b():
    scores = with_total(score("midas"), [1, 2, 3, 4, 5, 60, 8])

    assert ["1", "2", "3", "4", "5", "A", "B", None] == [one.item for one in scores]
    assert 15 == scores[-1].value
    assert 15 == with_total(score("midas"), [1, 2, 3, 4, 5])[-1].value


def test_the_parts_of_msq_are_not_added_up():
    assert [("RR", 45), ("RP", 60), ("EF", 53.3)] == [
        (one.item, one.value) for one in with_total(score("msq"), [45, 60, 53.3])
    ]


@pytest.mark.parametrize(("answers", "given"), [([6] * 5, "5 were given"), ([6], "1 was given"), ([6] * 7, "7 were")])
def test_no_total_is_computed_from_fewer_or_more_answers_than_questions(answers, given):
    with pytest.raises(DiaryError, match=f"HIT-6 needs 6 answers .*{given}"):
        with_total(score("hit6"), answers)


@pytest.mark.parametrize("count", [4, 6])
def test_midas_takes_five_answers_or_seven(count):
    with pytest.raises(DiaryError, match="MIDAS needs 5 answers .* or 7 with A and B"):
        with_total(score("midas"), [1] * count)


@pytest.mark.parametrize("instrument", ["mtoq4", "mtoq6", "mibs4", "pgic", "own form"])
def test_answers_whose_scoring_is_not_known_here_are_not_added_up(instrument):
    with pytest.raises(DiaryError, match="not added up here"):
        with_total(score(instrument), [1, 1, 1, 1])


# --- forms together


def test_a_total_that_is_not_the_sum_of_its_answers_is_a_problem():
    *answers, _ = with_total(score("gad7"), [1] * 7)

    assert [] == list(contradicting_totals([*answers, score("gad7", 7)]))
    (problem,) = contradicting_totals([*answers, score("gad7", 8)])
    assert ("P1, 2026-03-01", "The GAD-7 total is 8, but its answers add up to 7.") == problem[:2]


def test_a_total_contradicts_no_answers_that_are_not_all_there():
    assert [] == list(contradicting_totals([score("gad7", 8), *(score("gad7", 0, str(n)) for n in range(1, 7))]))


def test_a_total_contradicts_no_answers_of_another_day_or_patient():
    answers = with_total(score("gad7"), [1] * 7)[:-1]
    others = [score("gad7", 20, day=date(2026, 3, 2)), score("gad7", 20, patient="P2")]

    assert [] == list(contradicting_totals([*answers, *others]))


@pytest.mark.parametrize(("days", "problems"), [(1, 1), (83, 1), (84, 0), (85, 0)])
def test_two_midas_less_than_84_days_apart_overlap(days, problems):
    later = MARCH_1 + timedelta(days)
    found = list(overlapping_forms([score("midas", 5, day=later), score("midas", 9)]))

    assert problems == len(found)
    assert all(f"{days} days after the one of 2026-03-01" in one.what for one in found)
    assert all(f"P1, {later}" == one.where for one in found)


def test_answers_and_total_of_one_midas_are_one_form():
    assert [] == list(overlapping_forms(with_total(score("midas"), [1] * 7)))


def test_other_questionnaires_may_come_close_together():
    assert [] == list(overlapping_forms([score("hit6", 60), score("hit6", 60, day=date(2026, 3, 2))]))


# --- safety


@pytest.mark.parametrize(("value", "asks"), [(0, False), (1, True), (3, True)])
def test_any_answer_above_0_to_the_question_about_self_harm_asks_for_care(value, asks):
    assert asks is asks_for_care([score("phq9", value, "9")])


def test_other_answers_do_not_ask_for_care():
    assert not asks_for_care([score("phq9", 27), score("phq9", 3, "8"), score("gad7", 3, "7")])


# --- commands


def test_answers_are_stored_with_their_total(migraine):
    migraine('score add hit6 --answers "13 11 10 11 8 10" --date 2026-03-01')

    assert 63 == recorded(migraine)["hit6", None]
    assert [13, 11, 10, 11, 8, 10] == [recorded(migraine)["hit6", str(n)] for n in range(1, 7)]


@pytest.mark.parametrize("answers", ["13 11 10 11 8", "13 11 10 11 8 9", "13 11 10 11 8 x"])
def test_of_answers_that_cannot_be_none_is_stored(migraine, answers):
    migraine(f'score add hit6 --answers "{answers}" --date 2026-03-01')

    assert migraine.code
    assert {} == recorded(migraine)


@pytest.mark.parametrize("answers", ["13 11 10 11 8 10", "13, 11, 10, 11, 8, 10", " 13; 11; 10; 11; 8; 10 "])
def test_answers_may_have_commas_or_semicolons_between_them(migraine, answers):
    migraine(f'score add hit6 --answers "{answers}"')

    assert 63 == recorded(migraine)["hit6", None]


def test_a_whole_form_is_taken_back_at_once(migraine):
    migraine('score add phq9 --answers "0 0 0 0 0 0 0 0 0" --date 2026-03-01')
    migraine("score remove phq9 --date 2026-03-01 --all")

    assert (0, {}) == (migraine.code, recorded(migraine))


def test_the_safety_message_follows_only_an_answer_above_0(migraine):
    assert SAFETY not in migraine('score add phq9 --answers "3 3 3 3 3 3 3 3 0"')
    assert SAFETY in migraine("score add phq9 1 --item 9")


def test_a_second_midas_within_84_days_is_recorded_and_said_to_overlap(migraine):
    migraine("score add midas 30 --date 2026-03-01")
    text = migraine("score add midas 20 --date 2026-04-01")

    assert "overlap" in text
    assert 20 == recorded(migraine)["midas", None]


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_questionnaire_can_be_shown_with_its_source_and_licence(migraine, instrument):
    text = migraine(f"score show {instrument}")

    assert 0 == migraine.code
    assert all(f"\n{line}: " in text for line in ("Source", "Licence"))
