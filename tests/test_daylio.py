"""Daylio exports: the owner names headache, and says what a day without it means."""

from datetime import date

import pytest

from diary.importers import AmbiguousBlank, AmbiguousScale, Options, UnknownLayout, UnnamedHeadache, identify, read

HEADER = "full_date,date,weekday,time,mood,activities,note_title,note"
SCALED = "full_date,date,weekday,time,mood,activities,scales,note_title,note"
BAD_DAY = '2023-05-09,May 9,Tuesday,10:00 pm,meh,"work | headache","",""'
GOOD_DAY = '2023-05-08,May 8,Monday,9:12 pm,rad,"friends | movies","",""'
OTHER_BAD_DAY = '2023-05-07,May 7,Sunday,11:05 pm,awful,"headache | bed","",""'


@pytest.fixture
def export(tmp_path):
    """Writes rows as a Daylio export and reads it."""

    def write_and_read(*rows, header=HEADER, encoding="utf-8", **options):
        path = tmp_path / "daylio.csv"
        path.write_bytes("\n".join([header, *rows]).encode(encoding))
        answers = {"headache_words": ("headache",), "blank_headache": "free"} | options
        return read(path, patient="P1", options=Options(**answers))

    return write_and_read


def told(batch):
    """Whether there was headache, by day of the month."""
    return {day.date.day: day.headache for day in batch.days}


def wheres(batch):
    return [problem.where for problem in batch.problems]


GOOD_ROWS = {7: True, 8: False, 9: True}


# Questions


def test_without_a_word_for_headache_the_activities_are_listed_and_likely_ones_come_first(export):
    with pytest.raises(UnnamedHeadache, match=r"--headache WORD.*It has: headache, bed, friends"):
        export(BAD_DAY, GOOD_DAY, OTHER_BAD_DAY, headache_words=())


def test_a_word_that_is_no_activity_is_asked_about_again(export):
    with pytest.raises(UnnamedHeadache, match='No activity is called "migrane"'):
        export(BAD_DAY, headache_words=("migrane",))


def test_what_a_day_without_headache_means_is_asked(export):
    with pytest.raises(AmbiguousBlank, match="1 day has entries, but no headache.*--blank-headache free"):
        export(BAD_DAY, GOOD_DAY, blank_headache=None)


def test_nothing_is_asked_where_every_day_has_headache(export):
    assert {7: True, 9: True} == told(export(BAD_DAY, OTHER_BAD_DAY, blank_headache=None))


def test_days_without_headache_are_free_or_not_known_as_the_owner_says(export):
    assert GOOD_ROWS == told(export(BAD_DAY, GOOD_DAY, OTHER_BAD_DAY))
    assert {7: True, 9: True} == told(export(BAD_DAY, GOOD_DAY, OTHER_BAD_DAY, blank_headache="unknown"))


# Entries


def test_several_entries_of_a_day_are_one_day(export):
    morning = '2023-05-09,May 9,Tuesday,7:00 am,good,"walk","",""'
    batch = export(BAD_DAY, morning)

    assert ({9: True}, []) == (told(batch), wheres(batch))


def test_an_activity_counts_by_its_whole_name_in_any_case(export):
    batch = export(
        '2023-05-09,May 9,Tuesday,22:00,meh,"Headache","",""',
        '2023-05-08,May 8,Monday,22:00,meh,"headache of a friend","",""',
    )

    assert {8: False, 9: True} == told(batch)


def test_notes_come_as_plain_text(export):
    batch = export('2023-05-09,May 9,Tuesday,22:00,meh,"headache","Bad","since noon<br>R&amp;D, ""meeting"""')

    assert ['Bad: since noon\nR&D, "meeting"'] == [day.note for day in batch.days]


def test_a_scale_may_be_what_means_headache(export):
    batch = export(
        '2026-03-01,1. März,Sonntag,20:00,Ok,"","Kopfweh:\u00a07 | Energie:\u00a02","",""',
        '2026-03-02,2. März,Montag,20:00,Ok,"","Kopfweh:\u00a00","",""',
        header=SCALED,
        headache_words=("kopfweh",),
    )

    assert [(True, 7), (False, 0)] == [(day.headache, day.intensity) for day in batch.days]


def test_a_scale_of_small_numbers_is_asked_about(export):
    with pytest.raises(AmbiguousScale, match="--scale"):
        export('2026-03-01,1,S,20:00,Ok,"","Kopfweh: 2","",""', header=SCALED, headache_words=("Kopfweh",))


def test_a_day_whose_scale_cannot_be_read_is_not_free(export):
    batch = export('2026-03-01,1,S,20:00,Ok,"","Kopfweh: viel","",""', header=SCALED, headache_words=("Kopfweh",))

    assert ({}, ["row 2 (scales)"]) == (told(batch), wheres(batch))


# Damaged files


def test_a_file_cut_short_gives_the_whole_rows(export):
    batch = export(BAD_DAY, GOOD_DAY, OTHER_BAD_DAY, "2023-05")

    assert GOOD_ROWS == told(batch)
    assert {"row 5"} == {where.partition(" (")[0] for where in wheres(batch)}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_another_encoding_is_read(export, encoding):
    batch = export(
        '2026-03-01,1. März,Sonntag,20:00,Ok,"Kopfweh – früh","",""',
        encoding=encoding,
        headache_words=("KOPFWEH – FRÜH",),
    )

    assert {1: True} == told(batch)


def test_missing_columns_leave_their_values_unknown(export):
    batch = export("2023-05-09,meh,headache", header="full_date,mood,activities")

    assert [(True, None)] == [(day.headache, day.note) for day in batch.days]


def test_columns_in_another_order_and_new_ones_are_read_by_name(export):
    batch = export("meh,headache,5,2023-05-09", header="mood,activities,stars,full_date")

    assert {9: True} == told(batch)
    assert "Columns that were not read: mood, stars." in batch.assumptions


def test_a_bad_date_in_the_middle_is_one_problem(export):
    bad = '2023-02-30,February 30,Thursday,8:00 pm,bad,"headache","",""'
    batch = export(BAD_DAY, bad, GOOD_DAY, OTHER_BAD_DAY)

    assert (GOOD_ROWS, ["row 3 (full_date)"]) == (told(batch), wheres(batch))


def test_a_row_that_stands_twice_is_one_problem(export):
    batch = export(BAD_DAY, BAD_DAY, GOOD_DAY, OTHER_BAD_DAY)

    assert (GOOD_ROWS, ["row 3"]) == (told(batch), wheres(batch))


def test_without_its_columns_it_is_no_daylio_export(tmp_path):
    (tmp_path / "x.csv").write_text("full_date,date,weekday\n2023-05-09,May 9,Tuesday\n")

    with pytest.raises(UnknownLayout):
        identify(tmp_path / "x.csv")


def test_the_same_file_says_the_same_of_a_span_of_days(export):
    batch = export(BAD_DAY, GOOD_DAY, OTHER_BAD_DAY)

    assert (date(2023, 5, 7), date(2023, 5, 9)) == batch.span
    assert not batch.sources[0].events_only
