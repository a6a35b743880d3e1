"""Migraine Buddy's exports and report, whole and damaged: the good rows arrive, each bad one is one clear problem."""

from datetime import date, datetime
from pathlib import Path

import pytest

from diary.importers import AmbiguousDates, Options, UnknownLayout, UnreadableFile, identify, read
from diary.importers.html_tables import HtmlCell, read_html_tables
from diary.importers.migraine_buddy import NAME

EXPORTS = Path(__file__).parents[1] / "data" / "exports" / "migraine-buddy"
US, UK = EXPORTS / "export_us.csv", EXPORTS / "export_uk.csv"
OLD, OLDEST = EXPORTS / "export_2024_19_columns.csv", EXPORTS / "export_2022_auras.csv"
REPORT = EXPORTS / "report_us.html"
CSVS = (US, UK, OLD, OLDEST)
HEADER = "#,Started,Lasted,Pain Level,Potential Triggers,Symptoms,Pain Positions,Helpful Medication,Notes"
EVENTS = "Date,Time Period,Description,Notes"


@pytest.fixture
def damaged(tmp_path):
    """Reads a sample after a change to its text, and in another encoding."""

    def read_damaged(sample, change=lambda text: text, encoding="utf-8", **options):
        path = tmp_path / "export"
        path.write_bytes(change(sample.read_text("utf-8")).encode(encoding))
        return read(path, patient="P1", options=Options(**options))

    return read_damaged


@pytest.fixture
def lines(tmp_path):
    """Reads an export of these lines."""

    def read_lines(*rows, **options):
        path = tmp_path / "export.csv"
        path.write_text("\n".join(rows) + "\n", "utf-8")
        return read(path, patient="P1", options=Options(**options))

    return read_lines


def wheres(batch):
    return [problem.where for problem in batch.problems]


def unharmed(sample):
    return read(sample, patient="P1")


# What the app writes


@pytest.mark.parametrize("sample", [*CSVS, REPORT], ids=lambda path: path.name)
def test_each_of_its_files_is_recognised_by_its_content(sample, tmp_path):
    copy = tmp_path / "download"
    copy.write_bytes(sample.read_bytes())

    assert NAME == identify(copy).name


def test_health_events_of_many_years_may_stand_above_the_attacks(lines):
    events = [f"13/01/2024,Morning,Event {number}," for number in range(400)]

    batch = lines(EVENTS, *events, "", HEADER, "1,13/02/24 10:00,01h 00m,5,,,,,")

    assert [datetime(2024, 2, 13, 10)] == [attack.start for attack in batch.attacks]


def test_health_events_may_stand_below_the_attacks(lines):
    batch = lines(HEADER, "1,13/02/24 10:00,01h 00m,5,,,,,", "", EVENTS, "01/02/2024,Morning,Botox 155 units,")

    assert 1 == len(batch.attacks)
    assert ["row 5"] == wheres(batch)


def test_a_health_event_decides_the_order_of_dates_that_the_attacks_leave_open(lines):
    attack = "1,01/02/24 10:00,01h 00m,5,,,,,"

    batch = lines(EVENTS, "25/01/2024,Morning,Dentist,", "", HEADER, attack)

    assert [datetime(2024, 2, 1, 10)] == [attack.start for attack in batch.attacks]
    assert 'Dates in the column "Started" are read day first, as other dates of the file prove.' in batch.assumptions
    with pytest.raises(AmbiguousDates, match="--date-order"):
        lines(HEADER, attack)


def test_the_person_decides_the_order_of_dates_before_the_file_does(lines):
    batch = lines(EVENTS, "25/01/2024,,Dentist,", "", HEADER, "1,01/02/24 10:00,01h 00m,5,,,,,", date_order="mdy")

    assert [datetime(2024, 1, 2, 10)] == [attack.start for attack in batch.attacks]


@pytest.mark.parametrize(
    ("lasted", "end"),
    [
        ("01h 00m", datetime(2024, 2, 13, 11)),
        ("1d 02h 15m", datetime(2024, 2, 14, 12, 15)),
        ("05h 30m\n(estimated)", datetime(2024, 2, 13, 15, 30)),
        ("Ongoing", None),
        ("", None),
    ],
)
def test_every_form_of_its_durations_is_read(lines, lasted, end):
    batch = lines(HEADER, f'1,13/02/24 10:00,"{lasted}",5,,,,,')

    attack = batch.attacks[0]
    assert (end, lasted == "Ongoing", ()) == (attack.end, attack.ongoing, batch.problems)


@pytest.mark.parametrize(
    ("symptoms", "features"),
    [
        ("Throbbing pain, Worse pain if moving", {"pulsating", "worse_moving"}),
        ("Sensitivity to light, Sensitivity to noise", {"light", "sound"}),
        ("Nausea, Vomiting", {"nausea", "vomiting"}),
        ("Neck pain, Sensitivity to smell", set()),
    ],
)
def test_symptoms_that_plainly_name_a_feature_are_one_and_the_others_stay_open(lines, symptoms, features):
    attack = lines(HEADER, f'1,13/02/24 10:00,01h 00m,5,,"{symptoms}",,,').attacks[0]

    told = {
        name: getattr(attack, name) for name in ("pulsating", "worse_moving", "nausea", "vomiting", "light", "sound")
    }
    assert {name: name in features or None for name in told} == told


def test_no_medication_is_an_answer_and_a_blank_beside_it_is_none(lines):
    batch = lines(
        HEADER,
        "1,13/02/24 10:00,01h 00m,5,,,,Sumatriptan,",
        "2,14/02/24 10:00,01h 00m,5,,,,No medication,",
        "3,15/02/24 10:00,01h 00m,5,,,,,",
    )

    assert {date(2024, 2, 14): False} == {day.date: day.acute for day in batch.days}
    assert [False] == [source.medication for source in batch.sources]


def test_pain_level_0_is_an_attack_of_unknown_pain(lines):
    batch = lines(HEADER, "1,13/02/24 10:00,01h 00m,0,,,,,", "2,14/02/24 10:00,,0,,,,,")

    assert [(None, datetime(2024, 2, 13, 11)), (None, None)] == [(a.intensity, a.end) for a in batch.attacks]
    assert "Attacks with pain level 0, where the app begins, are attacks of unknown pain: 2." in batch.assumptions


def test_botox_and_preventives_among_health_events_are_proposed_and_not_filed(lines):
    batch = lines(
        EVENTS,
        "13/01/2024,,Botox 155 units,",
        "14/01/2024 - 20/03/2024,,Topiramate 50mg,",
        "15/01/2024,,Dysport,500 units",
        "",
        HEADER,
        "1,13/02/24 10:00,01h 00m,5,,,,,",
    )

    assert ((), ()) == (batch.treatments, batch.doses)
    commands = [problem.remedy.partition(": ")[2] for problem in batch.problems]
    assert [
        "migraine botox add 2024-01-13 --units 155",
        "migraine botox add 2024-01-15 --units 500 --product Dysport",
        "migraine preventive start Topiramate --date 2024-01-14 --dose '50 mg'",
        "migraine preventive stop Topiramate --date 2024-03-20",
    ] == commands


def test_the_report_and_the_export_name_an_attack_alike(lines):
    exported = lines(HEADER, "1,11/20/18 8:00,02h 15m,4,,,,,")

    assert exported.attacks[0].attack_id in {attack.attack_id for attack in unharmed(REPORT).attacks}


def test_totals_that_the_report_prints_are_held_against_its_rows(damaged):
    totals = "<tr><td>8</td><td>10</td><td>34</td>"
    assert totals in REPORT.read_text("utf-8")

    batch = damaged(REPORT, lambda text: text.replace(totals, "<tr><td>7</td><td>46</td><td>1</td>"))

    assert [
        "The report counts 46 attack days, and its rows come to 10.",
        "The report counts 1 attack-free days, and its rows come to 34.",
    ] == [problem.what for problem in batch.problems if problem.where == "report"]


def test_the_period_of_a_report_decides_the_order_of_its_dates(damaged):
    def keep_early_days(text):
        before, after = text.split("<tbody>\n     <tr>\n      <td>1</td>")
        rows = f"<tr>\n      <td>1</td>{after}".split("     <tr>\n      <td>")
        kept = [row for row in rows if "12/9/18" in row or "12/4/18" in row]
        return before + "<tbody><tr><td>" + "<tr><td>".join(kept)

    batch = damaged(REPORT, keep_early_days)

    assert {date(2018, 12, 9), date(2018, 12, 4)} == {attack.start.date() for attack in batch.attacks}
    assert 'Dates in the column "Started" are read month first, as other dates of the file prove.' in batch.assumptions


# Damaged exports


@pytest.mark.parametrize("sample", [*CSVS, REPORT], ids=lambda path: path.name)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_another_encoding_changes_nothing(sample, encoding, damaged):
    assert unharmed(sample) == damaged(sample, encoding=encoding)


@pytest.mark.parametrize("sample", CSVS, ids=lambda path: path.name)
def test_windows_line_ends_change_nothing_but_those_within_notes(sample, damaged):
    batch = damaged(sample, lambda text: text.replace("\n", "\r\n"))

    assert [attack.start for attack in unharmed(sample).attacks] == [attack.start for attack in batch.attacks]


@pytest.mark.parametrize("sample", CSVS, ids=lambda path: path.name)
def test_a_file_that_was_cut_short_gives_the_attacks_before_the_cut(sample, damaged):
    whole = unharmed(sample)

    batch = damaged(sample, lambda text: text[: text.rindex('","', 0, -60)] + "\n")

    assert len(whole.attacks) == len(batch.attacks)
    new = set(wheres(batch)) - set(wheres(whole))
    assert {problem.what.split(" cells")[0][:11] for problem in batch.problems if problem.where in new} == {
        "The row has"
    }


@pytest.mark.parametrize("column", ["Pain Level", "Symptoms", "Pain Positions", "Helpful Medication", "Notes"])
@pytest.mark.parametrize("sample", CSVS, ids=lambda path: path.name)
def test_a_missing_column_leaves_its_values_unknown(sample, column, damaged):
    batch = damaged(sample, lambda text: text.replace(f'"{column}"', '"Something Else"'))

    assert [attack.start for attack in unharmed(sample).attacks] == [attack.start for attack in batch.attacks]
    assert any("Something Else" in sentence for sentence in batch.assumptions)


@pytest.mark.parametrize("sample", CSVS, ids=lambda path: path.name)
def test_without_the_column_of_starts_the_file_is_not_recognised(sample, damaged):
    with pytest.raises(UnknownLayout, match="is not recognised"):
        damaged(sample, lambda text: text.replace('"Started"', '"X"').replace('"Date"', '"Y"'))


def test_columns_in_another_order_and_new_ones_between_them_are_found_by_name(lines):
    batch = lines("Mood,Started,Potential Triggers,Pain Level,Lasted", "bad,13/02/24 10:00,Wine,6,01h 00m")

    attack = batch.attacks[0]
    assert (datetime(2024, 2, 13, 11), 6) == (attack.end, attack.intensity)


@pytest.mark.parametrize("sample", CSVS, ids=lambda path: path.name)
def test_a_bad_row_in_the_middle_is_one_problem(sample, damaged):
    def add_bad_row(text):
        rows = text.splitlines(keepends=True)
        first = next(n for n, row in enumerate(rows) if row.startswith('"#"'))
        cells = rows[first].count(",")
        rows.insert(first + 2, '"99","sometime","a while","5"' + ',""' * (cells - 3) + "\n")
        return "".join(rows)

    whole = unharmed(sample)
    batch = damaged(sample, add_bad_row)

    assert whole.attacks == batch.attacks
    assert 1 == len(batch.problems) - len(whole.problems)
    assert '"sometime" is not a date.' in [problem.what for problem in batch.problems]


@pytest.mark.parametrize("sample", CSVS, ids=lambda path: path.name)
def test_rows_that_stand_twice_count_once(sample, damaged):
    def twice(text):
        rows = text.splitlines(keepends=True)
        last = rows[-1]
        return "".join([*rows, last])

    whole = unharmed(sample)
    batch = damaged(sample, twice)

    assert (whole.attacks, whole.doses) == (batch.attacks, batch.doses)
    assert 1 == len(batch.problems) - len(whole.problems)


def test_a_note_broken_at_a_comma_is_one_problem(lines):
    batch = lines(HEADER, "1,13/02/24 10:00,01h 00m,5,,,,,bad, then better", "2,14/02/24 10:00,01h 00m,5,,,,,fine")

    assert (["bad", "fine"], ["row 2"]) == ([attack.note for attack in batch.attacks], wheres(batch))


def test_a_health_event_without_a_real_date_is_one_problem(lines):
    batch = lines(EVENTS, "31/02/2024,,Botox,", "14/02/2024,,Botox,", "", HEADER, "1,13/02/24 10:00,01h 00m,5,,,,,")

    assert ["row 2 (Date)", "row 3"] == wheres(batch)


# Damaged reports


def test_a_report_that_was_cut_short_gives_the_attacks_before_the_cut(damaged):
    batch = damaged(REPORT, lambda text: text[: text.index("11/20/18")])

    assert 4 == len(batch.attacks)
    assert "The report counts 8 attacks, and its rows come to 4." in [problem.what for problem in batch.problems]


def test_a_report_without_its_attacks_is_a_sentence(damaged):
    with pytest.raises(UnreadableFile, match="no table of attacks"):
        damaged(REPORT, lambda text: text.replace(">Started<", ">Begun<"))


def test_a_report_with_attacks_in_it_twice_counts_them_once_and_says_so(damaged):
    def twice(text):
        first, end = text.index("     <tr>\n      <td>1</td>"), text.index("     <tr>\n      <td>2</td>")
        return text[:end] + text[first:end] + text[end:]

    whole = unharmed(REPORT)
    batch = damaged(REPORT, twice)

    assert whole.attacks == batch.attacks
    assert ["attack 1"] == [where for where in wheres(batch) if where not in wheres(whole)]


def test_a_report_with_a_missing_column_leaves_its_values_unknown(damaged):
    batch = damaged(REPORT, lambda text: text.replace(">Auras<", ">Mood<"))

    assert {None} == {attack.aura for attack in batch.attacks}
    assert 7 == len(batch.attacks)


def test_a_page_that_closes_nothing_is_read_as_a_browser_does(damaged):
    closed = ("</td>", "</tr>", "</tbody>", "</b>", "</span>")

    def left_open(text):
        for tag in closed:
            text = text.replace(tag, "")
        return text

    assert unharmed(REPORT).attacks == damaged(REPORT, left_open).attacks


def test_a_web_page_of_something_else_is_refused(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html><body>Number of Attacks</body></html>", "utf-8")

    with pytest.raises(UnreadableFile, match="a web page"):
        read(path)


def test_a_cell_that_claims_to_span_a_million_columns_is_not_believed():
    html = '<table><tr><td colspan="1000000">a<td colspan=x>b<td colspan="3">c</table>'

    assert [[[HtmlCell("a"), HtmlCell("b"), HtmlCell("c", 3)]]] == read_html_tables(html)
