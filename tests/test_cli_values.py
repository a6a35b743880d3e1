"""What a person may write for a day, a time, a grade, a duration."""

from datetime import date, datetime, time, timedelta

import pytest

from diary.cli.values import AMOUNT, CLOCK, DAY, FEATURES_LIST, HOURS, MOMENT, MONTH, SEVERITY, not_in_future
from diary.model import DiaryError


def test_today_and_yesterday_are_days():
    assert (date.today(), date.today() - timedelta(days=1)) == (DAY.read("today"), DAY.read("Yesterday"))


@pytest.mark.parametrize("text", ["1.3.2026", "01/03/2026", "3", "March", "2026-3", "", "20260301"])
def test_a_day_in_another_order_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="Write it as 2026-03-01"):
        DAY.read(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("2026-02-30", "does not exist"), ("2999-01-01", "in the future"), ("1850-01-01", "before 1900")],
)
def test_a_day_that_cannot_be_says_why(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        DAY.read(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("3", 180),
        ("3.5", 210),
        ("3,5", 210),
        ("2h30", 150),
        ("2 h 5 min", 125),
        ("45 min", 45),
        ("24", 1440),
        ("0:20", 20),
    ],
)
def test_hours_are_read_as_people_write_them(text, minutes):
    assert minutes == HOURS.read(text)


@pytest.mark.parametrize("text", ["0", "25", "24h01", "-3", "long", "2h75"])
def test_hours_that_do_not_fit_a_day_are_refused(text):
    with pytest.raises(ValueError, match="Write"):
        HOURS.read(text)


def test_a_severity_is_a_word_or_a_number():
    assert [0, 1, 2, 3, 3] == [SEVERITY.read(text) for text in ("none", "Mild", "moderate", "SEVERE", "3")]


@pytest.mark.parametrize("text", ["4", "-1", "1.5", "bad", ""])
def test_a_severity_beyond_the_scale_is_refused(text):
    with pytest.raises(ValueError, match="none, mild, moderate, severe"):
        SEVERITY.read(text)


@pytest.mark.parametrize("text", ["24:00", "7", "7:5", "14.30", "2pm"])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="14:30"):
        CLOCK.read(text)


def test_a_moment_is_a_day_with_a_time_or_a_time_alone():
    yesterday = date.today() - timedelta(days=1)

    assert datetime(2026, 3, 1, 22, 30) == MOMENT.read("2026-03-01T22:30") == MOMENT.read("2026-03-01 22:30")
    assert datetime.combine(yesterday, time(6)) == MOMENT.read("yesterday 06:00")
    assert time(6) == MOMENT.read("6:00")


def test_now_has_no_seconds():
    assert 0 == MOMENT.read("now").second


def test_features_have_other_names_too():
    assert ("light", "sound", "worse_moving") == FEATURES_LIST.read("photophobia, phonophobia, worse moving")


def test_a_month_beyond_december_is_refused():
    with pytest.raises(ValueError, match="2026-03"):
        MONTH.read("2026-13")


@pytest.mark.parametrize("text", ["0 mg", "mg", "much", "100 mg 200"])
def test_an_amount_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="100 mg"):
        AMOUNT.read(text)


def test_a_moment_to_come_is_refused():
    with pytest.raises(DiaryError, match="is in the future"):
        not_in_future(datetime.now() + timedelta(hours=1))
