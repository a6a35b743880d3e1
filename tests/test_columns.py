"""Whole columns: dates in one order, scales and durations that the column proves, and blanks that stay blank."""

from datetime import date, datetime, time, timedelta

import pytest

from diary.importers import AmbiguousDates, AmbiguousDuration, AmbiguousScale
from diary.importers.columns import number_of, read_durations, read_flags, read_grades
from diary.importers.dates import order_of, read_clocks, read_moments
from diary.importers.headers import field_of, nearest
from diary.importers.scales import read_pain
from diary.importers.words import synonyms, vocabulary


def dates(*cells, order=None, **more):
    """The values of a column of dates."""
    return read_moments(cells, "Date", order, **more).parsed.values


# Dates


@pytest.mark.parametrize(
    "text",
    [
        "2020-09-22",
        "2020/9/22",
        "22.09.2020",
        "22/9/20",
        "22nd Sep 2020",
        "22 September 2020",
        "Tuesday, 22 September 2020",
        "Sep 22, 2020",
        "September 22nd 2020",
        "22-Sep-20",
        "22. Sept. 2020",
        "22 septembre 2020",
        "22 de septiembre de 2020",
        "20200922",
        "Tue 22/09/2020",
        "44096",
        44096,
        44096.0,
    ],
)
def test_a_date_is_read_in_any_of_the_usual_forms(text):
    assert [date(2020, 9, 22)] == dates(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-01-09  21:09", datetime(2021, 1, 9, 21, 9)),
        ("2024-03-01T09:30:15", datetime(2024, 3, 1, 9, 30, 15)),
        ("01/13/21 9:05 pm", datetime(2021, 1, 13, 21, 5)),
        ("13.01.2021, 12:05 AM", datetime(2021, 1, 13, 0, 5)),
        ("22nd Sep 2020 7am", datetime(2020, 9, 22, 7)),
    ],
)
def test_a_text_with_a_time_of_day_keeps_it(text, moment):
    assert [moment] == dates(text)


def test_an_offset_from_utc_stays_beside_the_local_time():
    column = read_moments(["2024-03-01 09:00:00 -0800", "2024-03-01T09:00:00Z", "2024-03-01 09:00"])

    assert {0: -480, 1: 0} == column.offsets
    assert [datetime(2024, 3, 1, 9)] * 3 == column.parsed.values


def test_one_date_that_fits_only_one_order_decides_for_the_whole_column():
    assert [date(2021, 2, 1), date(2021, 2, 13)] == dates("01/02/2021", "13/02/2021")
    assert [date(2021, 1, 2), date(2021, 2, 13)] == dates("01/02/2021", "02/13/2021")


def test_iso_dates_are_never_swapped_whatever_order_is_asked_for():
    assert [date(2024, 2, 1)] == dates("2024-02-01", order="dmy")


def test_dates_that_fit_both_orders_stop_the_reading_and_show_both():
    with pytest.raises(AmbiguousDates, match="1 February 2021 or 2 January 2021.*--date-order dmy or --date-order mdy"):
        dates("01/02/2021", "03/04/2021")


def test_the_order_that_is_asked_for_is_used():
    assert [date(2021, 1, 2)] == dates("01/02/2021", order="mdy")
    assert [date(2024, 1, 31)] == dates("24-01-31", order="ymd")


def test_a_column_in_which_both_orders_are_needed_stops_the_reading():
    with pytest.raises(AmbiguousDates, match='"01/13/2024" can only be month first and "13/01/2024" cannot'):
        dates("13/01/2024", "01/13/2024")


def test_two_digits_on_both_sides_of_dashes_may_begin_with_the_year():
    with pytest.raises(AmbiguousDates, match="24 January 2005 or 5 January 2024.*--date-order dmy or --date-order ymd"):
        dates("24-01-05")
    assert [date(2024, 1, 24)] == dates("24-01-24")


def test_dates_with_equal_day_and_month_leave_nothing_to_ask():
    assert [date(2021, 5, 5)] == dates("05/05/2021")


@pytest.mark.parametrize("text", ["31/02/2024", "30 Feb 2024", "2023-02-29", "2024-04-31"])
def test_a_date_that_does_not_exist_is_a_fault_and_not_another_date(text):
    column = read_moments([text, "13/01/2024"]).parsed

    assert [None, date(2024, 1, 13)] == column.values
    assert "does not exist." in column.faults[0].what


@pytest.mark.parametrize(
    "cell", ["yesterday", "3", "12/2024", "1900-01-01", "2024-13-01", True, time(3), "22 Foo 2020"]
)
def test_what_only_resembles_a_date_is_a_fault(cell):
    column = read_moments([cell]).parsed

    assert [None] == column.values
    assert [0] == list(column.faults)


def test_day_numbers_count_from_1904_in_a_workbook_that_says_so():
    assert [date(2024, 1, 1)] == dates(45292)
    assert [date(2024, 1, 1)] == dates(43830, epoch1904=True)


def test_seconds_and_milliseconds_since_1970_are_dates_where_all_of_the_column_is():
    assert [datetime(2024, 1, 1, 12), datetime(2024, 1, 2)] == dates(1704110400, 1704153600)
    assert [datetime(2024, 1, 1, 12)] == dates("1704110400000")
    assert [None, date(2024, 1, 1)] == dates(1704110400, "2024-01-01")


def test_half_swapped_dates_of_a_foreign_csv_are_noticed():
    column = read_moments([date(2024, 3, 2), "13/02/2024", "27/02/2024"]).parsed

    assert "swapped" in column.notices[0].what


def test_the_order_of_one_column_can_serve_another():
    assert "dmy" == order_of(["13/01/2024", "01/02/2024"], "Start")
    assert order_of([date(2024, 1, 1)], "Start") is None


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("10:30", time(10, 30)),
        ("10.30", time(10, 30)),
        ("22h15", time(22, 15)),
        ("10:30 PM", time(22, 30)),
        ("12 am", time(0)),
        ("14:30 Uhr", time(14, 30)),
        (0.75, time(18)),
        (time(7, 59, 59, 999_600), time(8)),
        (datetime(2024, 1, 1, 9), time(9)),
    ],
)
def test_a_time_of_day_is_read_in_any_of_the_usual_forms(cell, clock):
    assert [clock] == read_clocks([cell]).values


@pytest.mark.parametrize("cell", ["25:00", "10:75", "morning", "7", "13 pm"])
def test_what_is_no_time_of_day_is_a_fault(cell):
    assert [None] == read_clocks([cell]).values
    assert [0] == list(read_clocks([cell]).faults)


# Durations


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("3 h", 180),
        ("3h", 180),
        (3.5, 210),
        ("3,5", 210),
        ("2h30", 150),
        ("02:30", 150),
        ("2:30:00", 150),
        ("90 min", 90),
        ("2 days", 2880),
        ("2 days 3 hours", 3060),
        ("2 days and 3 hours", 3060),
        ("01h 00m", 60),
        ("1d 02h 15m", 1575),
        ("PT27H00M00S", 1620),
        ("4 Std.", 240),
        (time(2, 30), 150),
        (timedelta(hours=27), 1620),
        (datetime(1900, 1, 1, 3), 1620),
        (datetime(1904, 1, 2, 3), 1620),
        ("none", 0),
    ],
)
def test_a_duration_is_read_in_any_of_the_usual_forms(cell, minutes):
    assert [minutes] == read_durations([cell]).values


@pytest.mark.parametrize("cell", ["long", "all day", "2-3 h", "3 x", -1, "999 days", "1e400", date(2024, 1, 1), "h"])
def test_what_is_no_duration_is_a_fault(cell):
    assert [None] == read_durations([cell]).values
    assert [0] == list(read_durations([cell]).faults)


def test_the_header_gives_bare_numbers_their_unit():
    assert [90] == read_durations([90], "Duration (min)").values
    assert [300] == read_durations([5], "Dauer in Stunden").values


def test_bare_numbers_that_can_be_hours_or_minutes_stop_the_reading():
    with pytest.raises(AmbiguousDuration, match="--duration-unit hours or --duration-unit minutes"):
        read_durations([30, 90, 240], "Duration")


def test_the_unit_that_is_asked_for_is_used():
    assert [30] == read_durations([30], "Duration", "minutes").values


def test_fractions_and_small_numbers_are_hours_and_it_is_said():
    column = read_durations([0.5, 30], "Duration")

    assert [30, 1800] == column.values
    assert "are hours" in column.assumptions[0]


# Scales


def test_words_in_seven_languages_are_severities():
    words = ["Mild", "mittel", "SÉVÈRE", "leve", "moderado", "grave", "hevig", "no headache", "keine", "", None, "?"]

    assert [1, 2, 3, 1, 2, 3, 3, 0, 0, None, None, None] == read_pain(words).severity


def test_numbers_up_to_ten_are_intensities_and_no_severity_is_made_of_them():
    pain = read_pain([0, 3, "7,5", None, "10"])

    assert [0.0, 3.0, 7.5, None, 10.0] == pain.intensity
    assert [None] * 5 == pain.severity


@pytest.mark.parametrize("cells", [[0, 1, 2, 3], [1, 2, 3, 4], [0, 4], ["1", "2"]])
def test_small_whole_numbers_fit_several_scales_and_stop_the_reading(cells):
    with pytest.raises(AmbiguousScale, match="--scale 0-10"):
        read_pain(cells, "Severity")


@pytest.mark.parametrize("header", ["Pain (1-5)", "Pain 0 to 5", "Pain /6", "Pain out of 5"])
def test_a_scale_that_the_header_names_and_nothing_reads_stops_the_reading(header):
    with pytest.raises(AmbiguousScale, match="names a scale that is not known"):
        read_pain([0, 3, 5], header)

    assert [0.0, 3.0, 5.0] == read_pain([0, 3, 5], header, "0-10").intensity


@pytest.mark.parametrize(
    ("scale", "severity", "intensity"),
    [
        ("0-3", [0, 1, 3], [None] * 3),
        ("1-4", [0, 1, 3], [None] * 3),
        ("0-10", [None] * 3, [0.0, 1.0, 3.0]),
        ("0-100", [None] * 3, [0.0, 0.1, 0.3]),
    ],
)
def test_the_scale_that_is_asked_for_is_used(scale, severity, intensity):
    pain = read_pain([0, 1, 3], "Severity", scale)

    assert severity == pain.severity
    assert pytest.approx(intensity) == pain.intensity


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("Pain (0-10)", "0-10"),
        ("Pain /10", "0-10"),
        ("NRS", "0-10"),
        ("Severity 0 to 3", "0-3"),
        ("Stärke (0 bis 10)", "0-10"),
        ("Grade 1-4", "1-4"),
        ("Pain 0-100", "0-100"),
    ],
)
def test_the_header_names_the_scale_whatever_is_asked_for(header, scale):
    assert scale == read_pain([1, 2, 3], header, "0-3").scale


def test_most_numbers_above_ten_are_a_scale_to_a_hundred():
    assert [2.0, 6.5, 0.5] == read_pain([20, 65, 5]).intensity


def test_a_single_number_above_ten_is_a_slip_on_a_scale_to_ten():
    pain = read_pain([3, 7, 14, 5])

    assert [3.0, 7.0, None, 5.0] == pain.intensity
    assert "14 is not on a scale from 0 to 10." == pain.faults[2].what
    assert pain.present[2]


def test_several_numbers_above_ten_among_small_ones_stop_the_reading():
    with pytest.raises(AmbiguousScale):
        read_pain([3, 7, 14, 50, 5, 6])


def test_on_mixed_scales_the_odd_cells_are_faults():
    pain = read_pain(["mild", "severe", 7, "mild"])

    assert [1, 3, None, 1] == pain.severity
    assert [2] == list(pain.faults)


def test_four_is_filed_as_severe_and_it_is_said():
    pain = read_pain([1, 4], "Level (1-4)")

    assert [1, 3] == pain.severity
    assert "filed as severe" in pain.assumptions[0]


def test_the_word_none_is_zero_on_a_scale_of_numbers():
    assert [0.0, 6.0] == read_pain(["none", 6]).intensity


# Yes and no, numbers, grades


@pytest.mark.parametrize("cell", ["yes", "Y", "x", "✓", "ja", "OUI", "sí", "sim", "vero", 1, True, "true", "mild", "2"])
def test_yes_is_read_in_many_forms(cell):
    assert [True] == read_flags([cell]).values


@pytest.mark.parametrize("cell", ["no", "N", "nein", "non", "não", "nee", 0, False, "0", "none", "absent"])
def test_no_is_read_in_many_forms(cell):
    assert [False] == read_flags([cell]).values


@pytest.mark.parametrize("cell", ["", None, "  ", "-", "?", "n/a", "unknown", "weiß nicht"])
def test_blank_and_unknown_are_neither_yes_nor_no(cell):
    assert [None] == read_flags([cell]).values
    assert {} == read_flags([cell]).faults


def test_maybe_is_a_fault():
    assert "neither yes nor no" in read_flags(["maybe"]).faults[0].what


@pytest.mark.parametrize("text", ["1,000", "12.500", "3 or 4", "", "1e"])
def test_a_number_that_can_be_read_two_ways_is_none(text):
    assert number_of(text) is None


def test_grades_are_numbers_or_words():
    assert [0, 1, 3, None, 2, 0] == read_grades(["none", 1, "severe", "", "moderate", "no"]).values


# Headers


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Date", "date"),
        ("DATE:", "date"),
        ("Pain Level (0–10)", "pain"),
        ("Schmerzstärke 0-10", "pain"),
        ("Dauer (h)", "duration"),
        ("Medication 1", "medicine"),
        ("Übelkeit", "nausea"),
        ("Durée", "duration"),
        ("Fecha", "date"),
        ("Botox (units)", "botox"),
        ("Date of birth", None),
        ("Preventive medication", None),
        ("Weather", None),
    ],
)
def test_a_header_is_known_by_its_exact_synonyms_alone(header, field):
    assert field == field_of(header)


def test_a_near_miss_is_suggested_and_never_used():
    assert field_of("Severty") is None
    assert "severity" == nearest("Severty")


def test_every_language_has_headers_and_words():
    assert {"date", "pain", "duration", "medicine", "headache", "start", "end"} <= set(synonyms().values())
    assert {"mild", "moderate", "severe"} == set(vocabulary("mild", "moderate", "severe").values())


@pytest.mark.parametrize(
    ("scale", "cells", "severity", "intensity"),
    [
        ("10-0", [10, 3, 0, "none", None], [None] * 5, [0, 7, 10, 0, None]),
        ("100-0", [100, 25], [None, None], [0, 7.5]),
        ("3-0", [3, 2, 0], [0, 1, 3], [None] * 3),
    ],
)
def test_a_scale_whose_lowest_number_is_the_worst_is_turned_round(scale, cells, severity, intensity):
    pain = read_pain(cells, "Well-being (0-10)", scale)

    assert (severity, intensity) == (pain.severity, pain.intensity)
    assert pain.present[0] is False


def test_a_number_that_is_not_on_a_turned_scale_says_nothing_of_pain():
    assert [None] == read_pain([14], "Pain", "10-0").present
