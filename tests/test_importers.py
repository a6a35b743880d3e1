"""Tables of days, attacks, intakes and sessions: what each row says, and what it leaves open."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from diary.importers import (
    AmbiguousBlank,
    AmbiguousScale,
    TwoLayouts,
    UnknownLayout,
    identify,
    read,
)
from diary.importers.sheets import decode
from diary.model import Source
from tests.drawn_tables import read_drawn, told


@pytest.fixture
def drawn(tmp_path):
    """Reads a table drawn with bars, as a csv file."""
    return partial(read_drawn, tmp_path / "diary.csv")


# Days


def test_a_blank_is_not_a_headache_free_day(drawn):
    batch = drawn("""
        Date       | Severity | Notes
        2026-03-01 | severe   |
        2026-03-02 | none     |
        2026-03-03 |          | slept badly
        2026-03-04 |          |
    """)

    assert {1: (True, 3), 2: (False, 0), 3: (None, None)} == told(batch, "headache", "severity")


def test_a_row_with_more_cells_than_headers_may_have_lost_a_text_to_the_wrong_column(drawn):
    batch = drawn("""
        Date       | Severity | Medicine | Notes
        2026-03-01 | mild     | Advil    | Imitrex | bad night
        2026-03-02 | none     |          |
    """)

    assert [("row 2", "The row has more cells than there are headers.")] == [p[:2] for p in batch.problems]


def test_pain_or_hours_above_zero_are_a_headache_where_no_column_says_so(drawn):
    batch = drawn("""
        Date       | Pain (0-10) | Hours
        2026-03-01 | 7           |
        2026-03-02 |             | 2.5
        2026-03-03 | 0           |
    """)

    assert {1: (True, 7, None), 2: (True, None, 150), 3: (False, 0, None)} == told(
        batch, "headache", "intensity", "minutes"
    )


def test_words_and_numbers_in_two_columns_are_severity_and_intensity(drawn):
    batch = drawn("""
        Date       | Severity | Intensity (0-10)
        2026-03-01 | mild     | 3
        2026-03-02 | severe   | 9
    """)

    assert {1: (1, 3), 2: (3, 9)} == told(batch, "severity", "intensity")


def test_a_column_called_headache_may_hold_how_bad_it_was(drawn):
    batch = drawn("""
        Date       | Headache
        2026-03-01 | none
        2026-03-02 | moderate
    """)

    assert {1: (False, 0), 2: (True, 2)} == told(batch, "headache", "severity")


def test_a_column_called_headache_may_hold_its_kind(drawn):
    batch = drawn("""
        Date       | Headache
        2026-03-01 | migraine
        2026-03-02 | no
        2026-03-03 | tension-type
    """)

    assert {1: (True, "migraine"), 2: (False, None), 3: (True, "tension")} == told(batch, "headache", "kind")


def test_a_day_that_is_no_migraine_day_may_still_have_another_headache(drawn):
    batch = drawn("""
        Date       | Migraine
        2026-03-01 | yes
        2026-03-02 | no
    """)

    assert {1: (True, "migraine")} == told(batch, "headache", "kind")


def test_rows_of_other_languages_need_no_option(drawn):
    batch = drawn("""
        Datum      | Kopfschmerzen | Stärke (0-10) | Dauer (h) | Übelkeit | Medikament
        13.03.2026 | ja            | 6             | 3,5       | x        | Ibuprofen 400 mg
        14.03.2026 | nein          |               |           |          | keine
    """)

    assert {13: (True, 6, 210, True, True), 14: (False, None, None, None, False)} == told(
        batch, "headache", "intensity", "minutes", "nausea", "acute"
    )


def test_several_rows_of_one_date_are_one_day_and_it_is_said(drawn):
    batch = drawn("""
        Date       | Severity | Hours | Nausea
        2026-03-01 | mild     | 2     | no
        2026-03-01 | severe   | 3     | yes
    """)

    assert {1: (True, 3, 300, True)} == told(batch, "headache", "severity", "minutes", "nausea")
    assert ["row 3"] == [problem.where for problem in batch.problems]


def test_a_headache_longer_than_a_day_reaches_the_following_dates_without_their_hours(drawn):
    batch = drawn("""
        Date       | Headache | Duration
        2026-03-01 | yes      | 2 days
        2026-03-04 | no       |
    """)

    assert {1: (True, None), 2: (True, None), 4: (False, None)} == told(batch, "headache", "minutes")
    assert ["row 2"] == [problem.where for problem in batch.problems]


def test_a_headache_free_day_stands_against_a_long_headache_before_it(drawn):
    batch = drawn("""
        Date       | Headache | Duration
        2026-03-01 | yes      | 2 days
        2026-03-02 | no       |
    """)

    assert {1: (True,), 2: (False,)} == told(batch, "headache")


def test_a_row_that_contradicts_itself_says_neither(drawn):
    batch = drawn("""
        Date       | Headache | Pain (0-10) | Period
        2026-03-01 | no       | 5           | yes
    """)

    assert {1: (None, None, True)} == told(batch, "headache", "intensity", "menses")
    assert "both that there was a headache" in batch.problems[0].what


def test_a_table_of_headaches_only_leaves_its_silent_days_to_the_analysis(drawn):
    batch = drawn("""
        Date       | Severity
        2026-03-01 | mild
        2026-03-09 | severe
    """)

    assert (Source("P1", "day table", events_only=True),) == batch.sources
    assert any("--silence-days 0" in sentence for sentence in batch.assumptions)


WITH_BLANKS = """
    Date       | Pain (0-10) | Medicine
    2026-03-01 | 5           |
    2026-03-02 |             |
    2026-03-03 |             | Sumatriptan
    2026-03-04 | 7           |
"""
ATTACKS_WITH_BLANKS = """
    Date       | Start | Pain (0-10)
    2026-03-01 | 08:00 | 5
    2026-03-02 |       |
    2026-03-04 | 09:00 | 7
"""
NOT_ALL_MIGRAINE = """
    Date       | Migraine
    2026-03-01 | yes
    2026-03-02 | no
    2026-03-04 | yes
"""


@pytest.mark.parametrize("picture", [WITH_BLANKS, NOT_ALL_MIGRAINE, ATTACKS_WITH_BLANKS])
def test_what_a_row_without_a_word_of_headache_means_is_asked_where_no_row_denies_one(drawn, picture):
    with pytest.raises(AmbiguousBlank, match=r"^1 day has entries, but no headache in them.*--blank-headache free"):
        drawn(picture)


@pytest.mark.parametrize(("answer", "second"), [("free", False), ("unknown", None)])
def test_rows_without_a_word_of_headache_mean_what_a_person_says_they_do(drawn, answer, second):
    batch = drawn(WITH_BLANKS, blank_headache=answer)

    assert {1: (True,), 2: (second,), 3: (None,), 4: (True,)} == {2: (None,)} | told(batch, "headache")
    assert not batch.sources[0].events_only


@pytest.mark.parametrize("second", ["2026-03-02 | severe", "2026-03-09 | none"])
def test_a_table_without_gaps_or_with_free_days_is_no_list_of_headaches(drawn, second):
    batch = drawn(f"Date | Severity\n2026-03-01 | mild\n{second}")

    assert not batch.sources[0].events_only


def test_one_persons_silences_are_not_free_in_a_table_that_writes_down_free_days(drawn):
    batch = drawn("""
        Patient | Date       | Headache
        P1      | 2026-03-01 | no
        P2      | 2026-03-01 | yes
        P2      | 2026-03-09 | yes
    """)

    assert [False, False] == [source.events_only for source in batch.sources]


# Medicines


def test_a_blank_medicine_is_none_where_no_cell_says_none(drawn):
    batch = drawn("""
        Date       | Severity | Medicine
        2026-03-01 | mild     |
        2026-03-02 | severe   | Sumatriptan 50 mg
        2026-03-03 |          |
    """)

    assert {1: (False,), 2: (True,)} == told(batch, "acute")
    assert batch.sources[0].medication
    assert 'A blank in the column "Medicine" means that nothing was taken, as no cell says none.' in batch.assumptions


def test_a_blank_medicine_is_not_known_where_other_cells_say_none(drawn):
    picture = """
        Date       | Severity | Medicine
        2026-03-01 | mild     |
        2026-03-02 | severe   | none
        2026-03-03 | severe   | Sumatriptan
    """

    assert {1: (None,), 2: (False,), 3: (True,)} == told(drawn(picture), "acute")
    assert {1: (False,), 2: (False,), 3: (True,)} == told(drawn(picture, blank_medication="none"), "acute")


def test_a_number_in_a_medicine_column_is_so_many_of_something_and_no_name(drawn):
    batch = drawn("""
        Date       | Severity | Painkillers
        2026-03-01 | mild     | 2
        2026-03-02 | severe   | 0
    """)

    assert ({1: (True,), 2: (False,)}, ()) == (told(batch, "acute"), batch.doses)


def test_an_empty_medicine_column_says_nothing(drawn):
    batch = drawn("""
        Date       | Severity | Medicine
        2026-03-01 | mild     |
        2026-03-02 | severe   |
    """)

    assert {1: (None,), 2: (None,)} == told(batch, "acute")
    assert not batch.sources[0].medication


def test_medicines_become_doses_of_the_day_with_their_class(drawn):
    batch = drawn("""
        Date       | Severity | Medication 1 | Medication 2
        2026-03-01 | mild     | Imigran 50mg | ibuprofen
    """)

    assert {("Imigran", "triptan", 50.0, False), ("Ibuprofen", "non_opioid", None, False)} == {
        (dose.medicine, dose.medicine_class, dose.amount, dose.timed) for dose in batch.doses
    }


def test_a_dose_column_beside_the_medicine_belongs_to_it(drawn):
    batch = drawn("""
        Date       | Severity | Medicine    | Dose
        2026-03-01 | mild     | Sumatriptan | 50 mg
    """)

    assert [("Sumatriptan", 50.0, "mg")] == [(dose.medicine, dose.amount, dose.unit) for dose in batch.doses]


def test_a_day_on_which_nothing_acute_is_named_is_no_acute_day(drawn):
    batch = drawn("""
        Date       | Severity | Medicine
        2026-03-01 | mild     | Sumatriptan, ondansetron
        2026-03-02 | mild     | ondansetron
        2026-03-03 | mild     | coffee and ice
        2026-03-04 | mild     | Topiramate 50 mg
        2026-03-05 | mild     | grandmother's drops
    """)

    assert {1: (True,), 2: (False,), 3: (False,), 4: (False,), 5: (True,)} == told(batch, "acute")


def test_ends_are_read_in_the_order_of_the_starts_and_nobody_is_said_to_have_asked_for_it(drawn):
    batch = drawn("""
        Start            | End              | Severity
        01/03/2026 22:00 | 02/03/2026 04:00 | severe
        15/03/2026 08:00 | 15/03/2026 20:00 | mild
    """)

    assert datetime(2026, 3, 2, 4) == batch.attacks[0].end
    assert 'Dates in the column "End" are read day first, as in the column "Start".' in batch.assumptions


def test_a_preventive_among_acute_medicines_is_a_problem_of_its_row(drawn):
    batch = drawn("""
        Date       | Severity | Medicine
        2026-03-01 | mild     | Topamax
    """)

    assert () == batch.doses
    assert ["row 2"] == [problem.where for problem in batch.problems]


# Botox


def test_a_botox_column_files_sessions_and_says_so(drawn):
    batch = drawn("""
        Date       | Severity | Botox
        2026-03-01 | mild     | 155 U
        2026-03-02 | severe   |
        2026-03-03 | severe   | 0
        2026-05-24 | mild     | x
    """)

    assert [
        (date(2026, 3, 1), 155.0, "U", "onabotulinumtoxinA"),
        (date(2026, 5, 24), None, None, "onabotulinumtoxinA"),
    ] == [(session.start, session.amount, session.unit, session.product) for session in batch.treatments]
    assert 'The column "Botox" is read as botulinum sessions: 1 March 2026, 24 May 2026.' in batch.assumptions


def test_a_table_of_sessions_needs_only_their_dates(drawn):
    batch = drawn("Botox date | Units\n2026-03-01 | 155\n2026-05-24 |")

    assert [155.0, None] == [session.amount for session in batch.treatments]


# Attacks


def test_an_attack_has_a_start_an_end_and_what_was_written(drawn):
    batch = drawn("""
        Start            | End              | Pain (0-10) | Aura | Medication | Notes
        2026-03-01 22:00 | 2026-03-02 04:30 | 8           | yes  | Maxalt     | work
    """)
    attack = batch.attacks[0]

    assert (datetime(2026, 3, 1, 22), datetime(2026, 3, 2, 4, 30)) == (attack.start, attack.end)
    assert (8, True, "work", "attack table") == (attack.intensity, attack.aura, attack.note, attack.source)
    assert [attack.attack_id] == [dose.attack_id for dose in batch.doses]


def test_date_and_times_in_columns_of_their_own_make_an_attack_that_may_cross_midnight(drawn):
    batch = drawn("""
        Date       | Start time | End time | Severity
        2026-03-01 | 22:00      | 04:30    | mild
        2026-03-03 | 9 am       | 11:00    | severe
    """)

    assert [datetime(2026, 3, 2, 4, 30), datetime(2026, 3, 3, 11)] == [attack.end for attack in batch.attacks]
    assert "An end earlier in the day than its start is taken to be on the next day." in batch.assumptions


def test_a_duration_gives_the_end_where_none_is_written(drawn):
    batch = drawn("""
        Start            | Lasted   | Pain (0-10)
        2026-03-01 22:00 | 01h 30m  | 8
        2026-03-05 22:00 | Ongoing  | 8
        2026-03-06 22:00 |          | 8
    """)

    assert [datetime(2026, 3, 1, 23, 30), None, None] == [attack.end for attack in batch.attacks]
    assert [False, True, False] == [attack.ongoing for attack in batch.attacks]


def test_a_row_of_an_attack_table_without_a_time_is_about_its_day(drawn):
    batch = drawn("""
        Date       | Time  | Severity | Hours
        2026-03-01 | 22:00 | mild     | 1
        2026-03-02 |       | severe   | 3
        2026-03-03 |       | none     |
    """)

    assert 1 == len(batch.attacks)
    assert {2: (True, 3, 180, 1), 3: (False, 0, None, None)} == told(batch, "headache", "severity", "minutes", "starts")


def test_the_order_of_the_starts_is_the_order_of_the_ends(drawn):
    batch = drawn("""
        Start            | End              | Severity
        13/02/2026 22:00 | 14/02/2026 01:00 | mild
        01/02/2026 22:00 | 02/02/2026 01:00 | mild
    """)

    assert {datetime(2026, 2, 14, 1), datetime(2026, 2, 2, 1)} == {attack.end for attack in batch.attacks}


def test_attacks_that_begin_together_are_one_and_it_is_said(drawn):
    batch = drawn("""
        Start            | End              | Severity
        2026-03-01 22:00 | 2026-03-01 23:00 | mild
        2026-03-01 22:00 | 2026-03-02 02:00 | severe
    """)

    assert [datetime(2026, 3, 2, 2)] == [attack.end for attack in batch.attacks]
    assert ["row 2"] == [problem.where for problem in batch.problems]


def test_times_that_are_all_midnight_make_no_attacks(drawn):
    batch = drawn("""
        Date                | Severity
        2026-03-01 00:00:00 | mild
        2026-03-02 00:00:00 | none
    """)

    assert () == batch.attacks
    assert {1: (True,), 2: (False,)} == told(batch, "headache")


# Intakes, patients, files


def test_a_table_of_intakes_is_doses_with_their_times(drawn):
    batch = drawn("""
        Date       | Time  | Medicine    | Amount | Unit | Relief
        2026-03-01 | 14:30 | Sumatriptan | 50     | mg   | 2
        2026-03-01 |       | Ibuprofen   | 400    | mg   |
    """)

    assert {
        (datetime(2026, 3, 1, 14, 30), True, "Sumatriptan", 50.0, 2),
        (datetime(2026, 3, 1), False, "Ibuprofen", 400.0, None),
    } == {(dose.taken, dose.timed, dose.medicine, dose.amount, dose.relief) for dose in batch.doses}


def test_each_patient_of_a_file_keeps_the_own_code(drawn):
    batch = drawn("""
        Patient | Date       | Severity
        A7      | 2026-03-01 | mild
        B2      | 2026-03-01 | none
        B2      | 2026-03-02 | severe
    """)

    assert [("A7", True), ("B2", False), ("B2", True)] == [(day.patient, day.headache) for day in batch.days]
    assert {"A7", "B2"} == {source.patient for source in batch.sources}


def test_every_sheet_of_a_workbook_is_read_by_its_own_shape(tmp_path):
    workbook = openpyxl.Workbook()
    first = workbook.active
    first.title = "2026"
    for row in (["Date", "Severity"], [date(2026, 3, 1), "mild"], [date(2026, 3, 2), "none"]):
        first.append(row)
    for row in (["Date", "Units"], [date(2026, 3, 2), 155]):
        workbook["Botox"].append(row) if "Botox" in workbook.sheetnames else workbook.create_sheet("Botox").append(row)
    workbook.create_sheet("Ideas").append(["Ask about magnesium"])
    workbook.save(tmp_path / "mine.xlsx")

    batch = read(tmp_path / "mine.xlsx")

    assert "day table and session table" == identify(tmp_path / "mine.xlsx").name
    assert 2 == len(batch.days)
    assert [155.0] == [session.amount for session in batch.treatments]
    assert ["sheet Ideas"] == [problem.where for problem in batch.problems]


def test_the_same_table_reads_alike_from_every_kind_of_text_file(tmp_path):
    text = "Date;Severity;Hours\n13.03.2026;mild;3,5\n14.03.2026;keine Übelkeit, aber Schmerz;2\n"
    for number, encoding in enumerate(["utf-8", "utf-8-sig", "utf-16", "cp1252"]):
        (tmp_path / f"{number}.txt").write_bytes(text.encode(encoding))
    (tmp_path / "4.txt").write_text(text.replace(";", "\t"), encoding="utf-8")

    first, *others = [read(path) for path in sorted(tmp_path.iterdir())]

    assert 210 == first.days[0].minutes
    assert [first] * 4 == others


def test_utf_16_without_its_mark_is_noticed():
    assert "Date,Headache" == decode("Date,Headache".encode("utf-16-le"))


def test_an_unknown_file_says_what_was_seen_and_what_would_be_known(tmp_path):
    (tmp_path / "x.csv").write_text("Datte,Mood\n2026-03-01,3\n")

    with pytest.raises(
        UnknownLayout, match='its headers are "Datte", "Mood" .*"Datte" may be "date".*migraine template'
    ):
        read(tmp_path / "x.csv")


def test_two_layouts_that_claim_one_file_are_an_error_that_names_both(tmp_path, monkeypatch):
    from diary import importers
    from diary.importers.layout import Layout

    twins = tuple(Layout(name, lambda _: True, lambda *_: None) for name in ("one app", "another app"))
    monkeypatch.setattr(importers, "LAYOUTS", twins)
    (tmp_path / "x.csv").write_text("Date,Severity\n2026-03-01,mild\n")

    with pytest.raises(TwoLayouts, match="one app and another app"):
        identify(tmp_path / "x.csv")


def test_small_numbers_without_a_scale_stop_the_reading(drawn):
    picture = """
        Date       | Severity
        2026-03-01 | 1
        2026-03-02 | 3
    """
    with pytest.raises(AmbiguousScale, match="--scale"):
        drawn(picture)

    assert {1: (1,), 2: (3,)} == told(drawn(picture, scale="0-3"), "severity")


def test_the_name_of_a_file_means_nothing(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Date", "Severity"])
    workbook.active.append([date(2026, 3, 1), "mild"])
    workbook.save(tmp_path / "diary.xlsx")
    renamed = (tmp_path / "diary.xlsx").rename(tmp_path / "holiday.csv")

    assert 1 == len(read(renamed).days)


def test_a_file_that_is_not_there_is_a_sentence():
    with pytest.raises(Exception, match="cannot be opened"):
        read(Path("nowhere.csv"))
