"""Logs of changes: a level holds until the next line, and a long silence says nothing."""

from datetime import datetime

import pytest

from diary.importers import AmbiguousDates, AmbiguousScale, Options, UnknownLayout, identify, read


@pytest.fixture
def log(tmp_path):
    """Writes times and levels, one line each, and reads them."""

    def write_and_read(picture, encoding="utf-8", **options):
        lines = [line.strip().replace(" | ", "\t") for line in picture.strip().splitlines()]
        path = tmp_path / "severity.txt"
        path.write_bytes("\n".join(lines).encode(encoding))
        return read(path, patient="P1", options=Options(**{"scale": "0-10"} | options))

    return write_and_read


def attacks(batch):
    """Start and end as day and hour, and the peak."""
    when = lambda moment: moment and (moment.day, moment.hour)  # noqa: E731
    return [(when(a.start), when(a.end), a.intensity) for a in batch.attacks]


def told(batch):
    return {(day.date.month, day.date.day): day.headache for day in batch.days}


def wheres(batch):
    return [problem.where for problem in batch.problems]


GOOD = """
    2021-03-01  12:00 | 5
    2021-03-01  16:00 | 0
    2021-03-03  08:00 | 2
    2021-03-03  10:00 | 7
    2021-03-03  12:00 | 0
"""
GOOD_ATTACKS = [((1, 12), (1, 16), 5), ((3, 8), (3, 12), 7)]


# Levels


def test_a_level_holds_until_the_next_line_and_zero_ends(log):
    batch = log(GOOD)

    assert GOOD_ATTACKS == attacks(batch)
    assert {(3, 2): False} == told(batch)


def test_a_headache_may_hold_over_midnight_and_days(log):
    batch = log("""
        2021-03-01 22:00 | 5
        2021-03-04 06:00 | 0
        2021-03-04 07:00 | 0
    """)

    assert ([((1, 22), (4, 6), 5)], {}) == (attacks(batch), told(batch))


def test_days_of_a_silence_over_the_limit_are_not_logged(log):
    picture = """
        2021-03-01 12:00 | 5
        2021-03-01 16:00 | 0
        2021-06-12 08:00 | 0
    """
    batch = log(picture)

    assert {(6, 12): False} == told(batch)
    assert any("the longest has 102 days, from 1 March 2021 to 12 June 2021" in told for told in batch.assumptions)
    assert 103 == len(log(picture, hold_days=200).days)


def test_a_pain_before_a_long_silence_has_no_known_end(log):
    batch = log("""
        2021-03-01 12:00 | 5
        2021-03-02 09:00 | 3
        2021-04-02 09:00 | 0
    """)

    assert [((1, 12), None, 5)] == attacks(batch)
    assert {(3, 2): True, (4, 2): False} == told(batch)


def test_a_pain_on_the_last_line_is_ongoing(log):
    batch = log("""
        2021-03-01 12:00 | 5
        2021-03-01 16:00 | 0
        2021-03-02 09:00 | 3
    """)

    assert [False, True] == [attack.ongoing for attack in batch.attacks]


def test_lines_out_of_order_and_a_second_time_count_once(log):
    first, *rest = GOOD.strip().splitlines()
    batch = log("\n".join([*rest, first, *rest, first]))

    assert (GOOD_ATTACKS, ["row 6"]) == (attacks(batch), wheres(batch))
    assert "Lines that stand a second time: 5." == batch.problems[0].what


def test_small_levels_are_asked_about_and_may_be_grades(log):
    picture = """
        2021-03-01 12:00 | 2
        2021-03-01 13:00 | 3
        2021-03-01 16:00 | 0
    """
    with pytest.raises(AmbiguousScale, match="--scale"):
        log(picture, scale=None)

    assert [3] == [attack.severity for attack in log(picture, scale="0-3").attacks]


def test_day_and_month_are_asked_about(log):
    with pytest.raises(AmbiguousDates, match="--date-order"):
        log("01/02/2021 12:00 | 5\n01/02/2021 16:00 | 0\n03/02/2021 16:00 | 0")


# Damaged files


def test_a_file_cut_short_gives_the_whole_lines(log):
    batch = log(GOOD + "2021-03-0")

    assert (GOOD_ATTACKS, ["row 6 (time)"]) == (attacks(batch), wheres(batch))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_another_encoding_is_read(log, encoding):
    assert GOOD_ATTACKS == attacks(log(GOOD, encoding=encoding))


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ("2021-02-30 09:00 | 4", "row 6 (time)"),
        ("2021-03-02 | 4", "row 6"),
        ("2021-03-02 09:00 | bad", "row 6 (level)"),
        ("2021-03-01 12:00 | 3", "row 6"),
        ("2021-03-01 12:00 | 5", "row 6"),
    ],
    ids=["30 February", "no time", "no level", "same time", "repeated"],
)
def test_a_bad_line_is_one_problem(log, bad, where):
    batch = log(GOOD + bad)

    assert (GOOD_ATTACKS, [where]) == (attacks(batch), wheres(batch))


def test_a_level_beyond_the_scale_is_still_a_pain(log):
    batch = log(GOOD.replace("| 7", "| 14"))

    assert ([((1, 12), (1, 16), 5), ((3, 8), (3, 12), 2)], ["row 4 (level)"]) == (attacks(batch), wheres(batch))


@pytest.mark.parametrize(
    "content",
    ["5\t2021-03-01 12:00\n" * 3, "2021-03-01 12:00\n" * 3, "2021-03-01\t5\n" * 3],
    ids=["swapped", "one", "day"],
)
def test_other_columns_are_no_log(tmp_path, content):
    (tmp_path / "x.txt").write_text(content)

    with pytest.raises(UnknownLayout):
        identify(tmp_path / "x.txt")


def test_lines_with_headers_are_a_general_table(tmp_path):
    (tmp_path / "x.csv").write_text("Start,Pain (0-10)\n2021-03-01 12:00,5\n2021-03-02 12:00,4\n2021-03-04 12:00,4\n")

    assert "attack table" == identify(tmp_path / "x.csv").name
    assert datetime(2021, 3, 1, 12) == read(tmp_path / "x.csv").attacks[0].start
