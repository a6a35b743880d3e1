"""Everyday factors and headache onsets: association only, and as seldom without one as is said."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.definitions import mark_days
from analysis.triggers import Association, Split, adjusted, associations
from diary.model import DiaryError
from tests.drawing import diary_of

FIRST = date(2026, 3, 1)
LENGTH = 365


def factor_frame(name, values):
    """A FACTORS table of one factor; None writes nothing."""
    rows = [(FIRST + timedelta(n), value) for n, value in enumerate(values) if value is not None]
    dates, kept = zip(*rows, strict=True) if rows else ((), ())
    return pd.DataFrame(
        {
            "patient": "P1",
            "date": pd.Series(pd.to_datetime(list(dates))).astype("datetime64[s]"),
            "name": name,
            "value": pd.Series(kept, dtype="Float64"),
        }
    )


def asked(headache, values, since=FIRST, lag=1, name="stress"):
    """The association of one factor, of a diary drawn as text or listed."""
    marked = mark_days(diary_of("P1", headache))
    (one,) = associations(marked, factor_frame(name, values), {name: since}, lag=lag)
    return one


def autoregressive(n, keep, rng):
    """A standard normal series in which each day keeps so much of the day before."""
    noise = rng.standard_normal(n) * np.sqrt(1 - keep**2)
    noise[0] /= np.sqrt(1 - keep**2)
    for day in range(1, n):
        noise[day] += keep * noise[day - 1]
    return noise


def simulated(rng, strength=0.0, factors=3):
    """A year of headaches that come in runs and in better and worse weeks, and factors that last.

    The first factor has the planted *strength*: the log odds of a headache on the next day for one standard deviation.
    """
    given = [autoregressive(LENGTH, 0.7, rng) for _ in range(factors)]
    drift = 0.6 * np.repeat(autoregressive(LENGTH // 7 + 1, 0.9, rng), 7)
    headache = np.zeros(LENGTH, int)
    for day in range(1, LENGTH):
        share = 1 / (1 + np.exp(0.85 - drift[day] - strength * given[0][day - 1]))
        headache[day] = rng.random() < 0.7 * share + 0.3 * headache[day - 1]
    return headache, given


def answers(headache, given):
    marked = mark_days(diary_of("P1", headache.tolist()))
    names = [f"factor {n}" for n in range(len(given))]
    frame = pd.concat([factor_frame(name, values.tolist()) for name, values in zip(names, given, strict=True)])
    return associations(marked, frame, dict.fromkeys(names, FIRST))


# --- what is looked at

RUN = "0100" * 60
"""A headache every fourth day: 60 onsets."""


def test_onsets_are_headache_days_after_a_headache_free_one():
    """The second day of each headache, and the day after it, are not at risk: five days a week are, in 38 weeks."""
    found = asked("0110000" * 40, [n % 5 for n in range(280)])

    assert (38, 38 * 5) == (found.onsets, found.more.days + found.less.days)


def test_the_first_fortnight_only_tells_what_was_usual():
    """Days 14 to 239, without the 57 that follow a headache."""
    found = asked(RUN, [n % 3 for n in range(240)])

    assert 226 - 57 == found.more.days + found.less.days


def test_the_factor_stands_on_the_day_before():
    """Stress on the day before each headache, but for every tenth: onsets stand after a yes."""
    stress = [int(n % 4 == 0 and n % 40 != 0) for n in range(240)]
    found = asked(RUN, stress)

    assert found.more.onsets == found.more.days
    assert found.less.onsets == pytest.approx(6, abs=1)


def test_a_longer_lag_looks_at_an_earlier_day():
    stress = [int(n % 4 == 3 and n % 40 != 3) for n in range(240)]
    found = asked(RUN, stress, lag=2)

    assert found.more.onsets == found.more.days > 40


@pytest.mark.parametrize(("headaches", "told"), [(23, False), (24, True)])
def test_24_onsets_are_needed(headaches, told):
    headache = "0" * 28 + "0100" * headaches
    rng = np.random.default_rng(3)
    found = asked(headache, rng.integers(0, 2, len(headache)).tolist())

    assert (headaches, told) == (found.onsets, not np.isnan(found.q))
    assert told == ("too few" not in str(found))
    assert told == ("too few" not in found.patient_sentence())


def test_what_was_written_down_before_the_choice_is_not_used():
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2, 240).tolist()

    assert 56 == asked(RUN, values).onsets
    assert 33 == asked(RUN, values, since=FIRST + timedelta(100)).onsets


def test_a_factor_that_is_always_the_same_cannot_be_told():
    found = asked(RUN, [1] * 240)

    assert np.isnan(found.q)
    assert "hardly varies" in str(found)
    assert "too much alike" in found.patient_sentence()


def test_a_factor_that_splits_the_onsets_completely_cannot_be_told():
    assert "splits the onsets completely" in str(asked(RUN, [int(n % 4 == 0) for n in range(240)]))


def test_a_factor_that_was_never_written_down_is_too_few():
    assert "stress: too few (0 headache onsets; 24 are needed)." == str(asked(RUN, []))


def test_days_that_are_not_logged_are_not_at_risk():
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2, 240).tolist()
    whole, holes = asked(RUN, values), asked("0100" * 40 + "01.0" * 20, values)

    assert holes.onsets == whole.onsets
    assert holes.more.days + holes.less.days == whole.more.days + whole.less.days - 20


def test_the_same_day_is_no_lag():
    with pytest.raises(DiaryError, match="at least 1 day"):
        asked(RUN, [1] * 240, lag=0)


def test_more_than_five_factors_are_refused():
    marked = mark_days(diary_of("P1", RUN))

    with pytest.raises(DiaryError, match="Choose at most 5, before looking"):
        associations(marked, factor_frame("a", [1]), dict.fromkeys("abcdef", FIRST))


# --- many factors


def test_the_smallest_of_five_p_values_is_held_to_a_fifth_of_the_level():
    assert pytest.approx([0.05, 0.5, 0.5, 0.5, 0.5]) == adjusted([0.01, 0.5, 0.4, 0.3, 0.2])


def test_without_any_p_value_there_is_nothing_to_adjust():
    assert [] == adjusted([])
    assert np.isnan(adjusted([float("nan")])).all()


# --- words


def test_an_association_is_said_without_a_cause():
    found = Association("alcohol", 1, Split(12, 40), Split(15, 90), 1.0, 2.14, 1.02, 4.5, 0.01, 0.03)

    assert (
        "alcohol: associated. Onset on 12 of 40 days with more of it 1 day before, and on 15 of 90 days with less; "
        "odds ratio 2.14 for 1.0 more (95 % interval 1.02 to 4.50; q = 0.03)."
    ) == str(found)
    assert (
        "A headache began on 12 of 40 days after more alcohol, and on 15 of 90 days after less. The two went together "
        "in your diary. It cannot say why."
    ) == found.patient_sentence()


def test_without_an_association_the_difference_may_be_chance():
    found = Association("alcohol", 1, Split(12, 40), Split(15, 90), 1.0, 1.5, 0.8, 2.9, 0.2, 0.2)

    assert "an association is not shown" in str(found)
    assert "may be chance" in found.patient_sentence()


# --- a seeded simulation


def test_without_an_association_one_is_hardly_ever_said_to_be_there():
    """150 diaries in which headaches and three factors each last, and have nothing to do with each other."""
    rng = np.random.default_rng(20261104)
    rows = [answers(*simulated(rng)) for _ in range(150)]
    each = np.mean([one.p < 0.05 for row in rows for one in row])
    any_found = np.mean([any(one.found for one in row) for row in rows])

    assert each < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 450)
    assert any_found < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)


def test_a_planted_association_is_found_and_the_others_are_not():
    rng = np.random.default_rng(20261104)
    rows = [answers(*simulated(rng, strength=1.0)) for _ in range(30)]

    assert np.mean([row[0].found and row[0].ratio > 1 for row in rows]) >= 0.9
    assert np.mean([one.found for row in rows for one in row[1:]]) < 0.15
