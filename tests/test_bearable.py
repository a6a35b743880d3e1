"""Bearable exports: several rows a day become one day; what is not a headache symptom is asked about."""

from datetime import date, datetime

import pytest

from diary.importers import AmbiguousBlank, Options, UnknownLayout, UnnamedHeadache, identify, read

OLD = "date,weekday,time of day,category,rating/amount,detail,notes"
NEW = "date,date formatted,weekday,time of day,category,rating/amount,detail,notes"
MILD = "22nd Sep 2020,Tuesday,am,Symptom,1,Headache (Mild),"
SEVERE = "24th Sep 2020,Thursday,pm,Symptom,3,Migraine (Severe),at work"
CALM = "23rd Sep 2020,Wednesday,am,Mood,7,Calm,"


@pytest.fixture
def export(tmp_path):
    """Writes rows as a Bearable export and reads it."""

    def write_and_read(*rows, header=OLD, encoding="utf-8", **options):
        path = tmp_path / "bearable.csv"
        path.write_bytes("\n".join([header, *rows]).encode(encoding))
        return read(path, patient="P1", options=Options(**{"blank_headache": "free"} | options))

    return write_and_read


def told(batch):
    """Headache and severity, by day of the month."""
    return {day.date.day: (day.headache, day.severity) for day in batch.days}


def wheres(batch):
    return [problem.where for problem in batch.problems]


GOOD_ROWS = {22: (True, 1), 23: (False, 0), 24: (True, 3)}


# Days


def test_the_rows_of_a_day_are_one_day_with_its_worst_rating(export):
    batch = export(MILD, "22nd Sep 2020,Tuesday,pm,Symptom,3,Headache (Severe),", MILD.replace("am", "mid"))

    assert ({22: (True, 3)}, []) == (told(batch), wheres(batch))


@pytest.mark.parametrize(("rating", "severity"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3)])
def test_ratings_are_known_and_need_no_question(export, rating, severity):
    batch = export(f"22nd Sep 2020,Tuesday,am,Symptom,{rating},Headache,")

    assert {22: (rating > 0, severity)} == told(batch)


def test_the_word_in_the_detail_stands_in_for_a_missing_rating(export):
    assert {22: (True, 2)} == told(export("22nd Sep 2020,Tuesday,am,Symptom,,Headache (Moderate),"))


def test_a_day_without_a_symptom_row_is_asked_about_and_not_taken_for_free(export):
    with pytest.raises(AmbiguousBlank, match="1 day has entries, but no headache"):
        export(MILD, CALM, blank_headache=None)

    assert {22: (True, 1)} == told(export(MILD, CALM, blank_headache="unknown"))
    assert {22: (True, 1), 23: (False, 0)} == told(export(MILD, CALM))


def test_symptoms_that_are_no_words_for_headache_are_asked_about(export):
    pressure = "22nd Sep 2020,Tuesday,am,Symptom,2,Skull of lead (Moderate),"
    with pytest.raises(UnnamedHeadache, match="which symptom means headache.*Skull of lead"):
        export(pressure)

    assert {22: (True, 2)} == told(export(pressure, headache_words=("skull of lead",)))


def test_words_that_were_asked_for_are_the_only_ones(export):
    assert {22: (False, 0), 24: (True, 3)} == told(export(MILD, SEVERE, headache_words=("migraine",)))


def test_features_among_the_symptoms_of_a_headache_day_are_its_features(export):
    batch = export(SEVERE, SEVERE.replace("Migraine", "Nausea"), CALM, CALM.replace("Mood,7,Calm", "Symptom,2,Nausea"))

    assert {23: None, 24: True} == {day.date.day: day.nausea for day in batch.days}


def test_both_headers_give_the_same_days(export):
    new = ["22nd Sep 2020,2020-09-22" + MILD[13:], "24th Sep 2020,2020-09-24" + SEVERE[13:]]

    assert told(export(MILD, SEVERE)) == told(export(*new, header=NEW))


# Medicines


def test_a_medicine_is_a_dose_with_amount_unit_and_time(export):
    batch = export(MILD, "22nd Sep 2020,Tuesday,21:15,Meds/Supplements,600,Ibuprofen (mg),")

    assert [(datetime(2020, 9, 22, 21, 15), True, "Ibuprofen", 600, "mg")] == [
        (dose.taken, dose.timed, dose.medicine, dose.amount, dose.unit) for dose in batch.doses
    ]


def test_a_part_of_the_day_is_no_time(export):
    batch = export(MILD, "22nd Sep 2020,Tuesday,pre,Meds/Supplements,1,Maxalt,")

    assert [(datetime(2020, 9, 22), False)] == [(dose.taken, dose.timed) for dose in batch.doses]


def test_a_daily_preventive_is_proposed_once(export):
    daily = [f"{day}th Sep 2020,Friday,pre,Meds/Supplements,50,Topiramate (mg)," for day in range(4, 20)]
    batch = export(MILD, *daily, blank_headache="unknown")

    assert ((), ["Topiramate"]) == (batch.doses, wheres(batch))
    assert "migraine preventive start Topiramate --date 2020-09-04" in batch.problems[0].remedy


def test_a_headache_day_without_a_medicine_is_one_without_intake_where_medicines_are_entered(export):
    rows = [MILD, SEVERE, "22nd Sep 2020,Tuesday,am,Meds/Supplements,1,Maxalt,"]

    assert [None, False] == [day.acute for day in export(*rows).days]
    assert [None, None] == [day.acute for day in export(*rows, blank_medication="unknown").days]
    assert [None, None] == [day.acute for day in export(MILD, SEVERE).days]


# Damaged files


def test_a_file_cut_short_gives_the_whole_rows(export):
    batch = export(MILD, CALM, SEVERE, "25th Sep 2020,Fri")

    assert GOOD_ROWS.items() <= told(batch).items()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_another_encoding_is_read(export, encoding):
    batch = export("22nd Sep 2020,Tuesday,am,Symptom,1,Migräne (Mild),früh", encoding=encoding)

    assert [("migraine", "früh")] == [(day.kind, day.note) for day in batch.days]


def test_missing_columns_leave_their_values_unknown(export):
    header, row = "date,category,rating/amount,detail", "22nd Sep 2020,Symptom,1,Headache"

    assert [(date(2020, 9, 22), None)] == [(day.date, day.note) for day in export(row, header=header).days]


def test_columns_in_another_order_and_new_ones_are_read_by_name(export):
    header, row = "detail,moon,rating/amount,category,date", "Headache,full,1,Symptom,22nd Sep 2020"

    assert {22: (True, 1)} == told(export(row, header=header))


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ("31st Sep 2020,Tuesday,am,Symptom,1,Headache,", "row 3 (date)"),
        (",Tuesday,am,Symptom,1,Headache,", "row 3 (date)"),
        (MILD, "row 3"),
        ("22nd Sep 2020,Tuesday,am,Symptom,bad,Headache,", "row 3 (rating/amount)"),
        ("22nd Sep 2020,Tuesday,am,Symptom,14,Headache,", "row 3 (rating/amount)"),
        ("22nd Sep 2020,Tuesday,25:70,Meds/Supplements,,Maxalt,", "row 3 (time of day)"),
    ],
)
def test_a_bad_row_in_the_middle_is_one_problem(export, bad, where):
    batch = export(MILD, bad, CALM, SEVERE)

    assert (GOOD_ROWS, [where]) == (told(batch), wheres(batch))


@pytest.mark.parametrize("missing", ["date", "category", "rating/amount", "detail"])
def test_without_its_columns_it_is_no_bearable_export(tmp_path, missing):
    (tmp_path / "x.csv").write_text(f"{OLD.replace(missing, 'moon', 1)}\n{MILD}\n")

    with pytest.raises(UnknownLayout):
        identify(tmp_path / "x.csv")
