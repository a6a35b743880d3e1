"""CSV files of apps with something done to them: the good rows arrive, and what is wrong is said once."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from diary.importers import AmbiguousDates, Options, UnknownLayout, identify, read
from diary.importers.sheets import decode

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
LAYOUTS = {
    "aiding-migraine/first-version.csv": "AidingMigraine",
    "aiding-migraine/later-version.csv": "AidingMigraine",
    "cluster-headache-tracker/logs.csv": "cluster-headache-tracker",
    "headi/diary.csv": "Headi",
    "headway/ios.csv": "Headway",
    "headway/macos-list.csv": "Headway",
    "headway/macos-settings.csv": "Headway",
    "migraine-ai/crises.csv": "Migraine AI",
    "migraine-navigator/migraine_log.csv": "Migraine-Navigator",
    "redcap/days.csv": "REDCap",
}
ZURICH = Options(time_zone="Europe/Zurich")
every_sample = pytest.mark.parametrize("name", LAYOUTS)


def rows_of(name):
    text = decode((EXPORTS / name).read_bytes())
    return list(csv.reader(text.splitlines(keepends=True)))


@pytest.fixture
def saved(tmp_path):
    """Saves rows as a file that a person might have named anything, and returns it."""

    def save(rows, **form):
        path = tmp_path / "export.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, **form).writerows(rows)
        return path

    return save


def facts(path):
    """What arrives from a file."""
    batch = read(path, patient="P1", options=ZURICH)
    return batch.sources, batch.days, batch.attacks, batch.doses, batch.scores


def layout_of(path):
    """The name of a file's layout; None where no layout knows it."""
    try:
        return identify(path).name
    except UnknownLayout:
        return None


def headaches(path):
    """How many attacks and days arrive."""
    batch = read(path, patient="P1", options=ZURICH)
    return len(batch.attacks) + len(batch.days)


@every_sample
def test_a_sample_is_recognised_by_its_headers(name, saved):
    assert LAYOUTS[name] == identify(saved(rows_of(name))).name


@every_sample
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_does_not_matter(name, encoding, tmp_path):
    path = tmp_path / "export.csv"
    text = decode((EXPORTS / name).read_bytes()).replace("\u202f", " ")
    path.write_bytes(text.encode(encoding))

    assert facts(EXPORTS / name) == facts(path)


@every_sample
def test_a_file_saved_again_by_a_spreadsheet_in_another_country_is_the_same(name, saved):
    assert facts(EXPORTS / name) == facts(saved(rows_of(name), delimiter=";", quoting=csv.QUOTE_ALL))


@every_sample
def test_the_order_of_columns_does_not_matter(name, saved):
    width = len(rows_of(name)[0])
    turned = [(row + [""] * (width - len(row)))[::-1] for row in rows_of(name)]

    assert facts(EXPORTS / name)[1:] == facts(saved(turned))[1:]


@every_sample
def test_columns_of_a_later_version_are_left_out_and_said(name, saved):
    wider = [[*row, "Aura score" if n == 0 else "17"] for n, row in enumerate(rows_of(name))]
    path = saved(wider)

    assert facts(EXPORTS / name) == facts(path)
    assert any("Aura score" in sentence for sentence in read(path, options=ZURICH).assumptions)


@every_sample
def test_rows_that_stand_twice_are_counted_once(name, saved):
    header, *rows = rows_of(name)
    path = saved([header, *rows, *rows])
    again = [p for p in read(path, options=ZURICH).problems if "The same row stands above" in p.what]

    assert facts(EXPORTS / name) == facts(path)
    assert again


@every_sample
def test_a_row_of_rubbish_in_the_middle_harms_no_other_row(name, saved):
    header, *rows = rows_of(name)
    rubbish = ["#!?"] * len(header)
    path = saved([header, *rows[:1], rubbish, *rows[1:]])

    assert headaches(EXPORTS / name) == headaches(path)
    assert any("row 3" in problem.where for problem in read(path, options=ZURICH).problems)


@every_sample
def test_a_file_cut_off_in_a_row_gives_the_rows_before(name, saved):
    header, *rows = rows_of(name)
    path = saved([header, *rows[:-1], rows[-1][:2]])

    assert headaches(saved([header, *rows[:-1]])) <= headaches(path)


@every_sample
def test_a_file_without_a_column_that_makes_it_this_layout_is_not_taken_for_it(name, saved):
    needed = {"Headi": "strength", "REDCap": "record_id"}.get(LAYOUTS[name])
    rows = rows_of(name)
    gone = rows[0].index(needed or next(h for h in rows[0] if h in ("Pain Level", "Intensité", "intensity")))
    path = saved([row[:gone] + row[gone + 1 :] for row in rows])

    assert LAYOUTS[name] != layout_of(path)


# Single apps


def test_dates_in_the_form_of_the_computer_are_asked_about_where_both_orders_fit(saved):
    header, first, *_ = rows_of("headway/macos-list.csv")
    first[0] = "03/02/2026"

    with pytest.raises(AmbiguousDates, match="--date-order"):
        read(saved([header, first]))
    assert (
        datetime(2026, 2, 3, 7, 15) == read(saved([header, first]), options=Options(date_order="dmy")).attacks[0].start
    )


def test_the_same_attack_has_the_same_name_in_every_export_of_headway():
    names = [{a.attack_id for a in read(EXPORTS / f"headway/{f}.csv").attacks} for f in ("ios", "macos-list")]

    assert names[0] & names[1]


def test_a_duration_that_migraine_ai_worked_out_is_no_end():
    batch = read(EXPORTS / "migraine-ai/crises.csv")

    assert None is next(attack.end for attack in batch.attacks if attack.start.date() == date(2026, 3, 9))


def test_an_amount_of_zero_in_headi_is_nothing_taken():
    batch = read(EXPORTS / "headi/diary.csv", options=ZURICH)

    assert False is next(day.acute for day in batch.days if day.date == date(2025, 10, 28))


def test_records_of_redcap_are_patients(saved):
    header, *rows = rows_of("redcap/days.csv")
    other = [["102", *row[1:]] for row in rows if row[0]]
    batch = read(saved([header, *rows, *other]), options=Options(scale="0-10"))

    assert {"101", "102"} == {day.patient for day in batch.days}


def test_a_study_of_redcap_with_names_of_its_own_is_refused_with_its_names(saved):
    path = saved([["record_id", "redcap_event_name", "hx_q01"], ["1", "baseline", "3"]])

    with pytest.raises(UnknownLayout, match="hx_q01"):
        read(path)


# Logs of doses


def test_a_log_of_a_preventive_is_one_proposal_for_each_dose(saved):
    log = [["Date", "Medicine", "Dose"], ["2026-01-05", "Topiramate", "25 mg"], ["2026-01-19", "Topiramate", "50 mg"]]
    log += [["2026-03-02", "topiramate", "0 mg"], ["2026-01-20", "sumatriptan", "50 mg"]]
    batch = read(saved(log))

    assert ["Sumatriptan"] == [dose.medicine for dose in batch.doses]
    assert [
        "Record it with: migraine preventive start Topiramate --date 2026-01-05 --dose '25 mg'",
        "Record it with: migraine preventive stop Topiramate --date 2026-01-18, then: "
        "migraine preventive start Topiramate --date 2026-01-19 --dose '50 mg'",
        "Record it with: migraine preventive stop Topiramate --date 2026-03-01",
    ] == [problem.remedy for problem in batch.problems]


def test_a_log_of_daily_tablets_is_one_proposal(saved):
    days = [[f"2026-01-{day:02}", "Propranolol 80 mg"] for day in range(1, 31)]
    batch = read(saved([["Date", "Medicine"], *days]))

    assert () == batch.doses
    assert ["Record it with: migraine preventive start Propranolol --date 2026-01-01 --dose '80 mg'"] == [
        problem.remedy for problem in batch.problems
    ]
