"""Apple Health exports: what their headaches say of attacks and days, and what hostile files cannot do."""

import zipfile
from datetime import date, datetime, timedelta

import pytest

from diary.importers import Options, UnreadableFile, identify, read
from diary.model import Source

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Record*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
]>
<HealthData locale="en_US">
"""
FIRST_LINE = HEAD.count("\n") + 1


def record(value, start, end="", app="Health", kind="Headache", inside=""):
    if kind == "Headache":
        value = f"HKCategoryValueSeverity{value}"
    tag = (
        f'Record type="HKCategoryTypeIdentifier{kind}" sourceName="{app}" startDate="{start}" endDate="{end or start}"'
    )
    return f'<{tag} value="{value}">{inside}</Record>\n'


MORNING = record("Mild", "2024-03-01 08:00:00 +0000", "2024-03-01 10:00:00 +0000")
EVENING = record("Severe", "2024-03-03 18:00:00 +0000", "2024-03-03 22:00:00 +0000")
FREE = record("NotPresent", "2024-03-02 08:00:00 +0000")


@pytest.fixture
def export(tmp_path):
    """Writes an export.xml of these records and reads it."""

    def write_and_read(*records, head=HEAD, tail="</HealthData>\n", encoding="utf-8", **options):
        path = tmp_path / "export.xml"
        path.write_bytes("".join([head, *records, tail]).encode(encoding))
        return read(path, patient="P1", options=Options(**options))

    return write_and_read


def starts(batch):
    return [attack.start.day for attack in batch.attacks]


def wheres(batch):
    return [problem.where for problem in batch.problems]


def lines(*numbers):
    return [f"line {FIRST_LINE + number}" for number in numbers]


# What entries say


def test_an_entry_that_says_not_present_is_a_headache_free_day_and_the_file_no_list_of_headaches(export):
    batch = export(MORNING, FREE)

    assert [(date(2024, 3, 2), False)] == [(day.date, day.headache) for day in batch.days]
    assert (Source("P1", "Apple Health", events_only=False),) == batch.sources


def test_without_such_an_entry_the_file_lists_headaches_only(export):
    batch = export(MORNING, EVENING)

    assert batch.sources[0].events_only
    assert any("--silence-days 0" in sentence for sentence in batch.assumptions)


def test_a_headache_of_unspecified_severity_is_a_headache(export):
    batch = export(record("Unspecified", "2024-03-01 08:00:00 +0000"))

    assert [(None, None)] == [(attack.severity, attack.end) for attack in batch.attacks]


def test_the_day_is_the_local_one_by_the_offset_of_the_entry(export):
    batch = export(record("Mild", "2024-03-01 23:30:00 -0800", "2024-03-02 00:30:00 -0800"))

    assert [(datetime(2024, 3, 1, 23, 30), -480)] == [(a.start, a.utc_offset) for a in batch.attacks]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-03-31 01:00:00 +0100", "2024-03-31 04:00:00 +0200", 2),  # the clocks go forward in Europe
        ("2024-10-27 02:30:00 +0200", "2024-10-27 02:15:00 +0100", 0.75),  # and back
        ("2024-06-01 20:00:00 +0900", "2024-06-01 15:00:00 +0200", 2),  # from Tokyo to Berlin
    ],
)
def test_a_headache_is_as_long_as_it_was_over_a_change_of_the_clock(export, start, end, hours):
    (attack,) = export(record("Mild", start, end)).attacks

    assert timedelta(hours=hours) == attack.end - attack.start


def test_an_entry_that_names_its_time_zone_is_dated_there(export):
    noted = '<MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/>'
    (attack,) = export(record("Mild", "2024-03-01 18:00:00 +0000", inside=noted)).attacks

    assert (datetime(2024, 3, 2, 3), 540) == (attack.start, attack.utc_offset)


def test_a_time_zone_that_was_asked_for_dates_the_other_entries(export):
    (attack,) = export(MORNING, time_zone="America/New_York").attacks

    assert datetime(2024, 3, 1, 3) == attack.start


def test_the_metadata_of_a_workout_is_not_that_of_the_headache_before_it(export):
    walk = '<Workout><MetadataEntry key="HKTimeZone" value="Asia/Tokyo"/></Workout>\n'

    assert [0] == [attack.utc_offset for attack in export(MORNING, walk).attacks]


def test_an_entry_of_whole_days_is_days_without_hours(export):
    batch = export(record("Severe", "2024-03-01 00:00:00 +0000", "2024-03-02 23:59:59 +0000"))

    assert () == batch.attacks
    assert [(1, 3, None), (2, 3, None)] == [(day.date.day, day.severity, day.minutes) for day in batch.days]


def test_menstrual_flow_is_menses_and_says_nothing_of_headache(export):
    flow = [
        record("HKCategoryValueMenstrualFlowHeavy", "2024-03-01 12:00:00 +0000", kind="MenstrualFlow"),
        record("HKCategoryValueVaginalBleedingNone", "2024-03-02 12:00:00 +0000", kind="MenstrualFlow"),
    ]

    assert [(True, None), (False, None)] == [(day.menses, day.headache) for day in export(*flow).days]


# Several apps


def test_one_headache_that_two_apps_wrote_is_counted_once_and_both_are_named(export):
    twin = record("Moderate", "2024-03-01 08:10:00 +0000", "2024-03-01 09:50:00 +0000", app="Headway")
    batch = export(MORNING, twin)

    assert ["written by Health and Headway"] == [attack.note for attack in batch.attacks]
    assert any("Headway (1), Health (1)" in sentence for sentence in batch.assumptions)


def test_two_headaches_of_one_app_at_different_times_stay_two(export):
    second = record("Mild", "2024-03-01 09:00:00 +0000", "2024-03-01 11:00:00 +0000")

    assert 2 == len(export(MORNING, second).attacks)


# Damaged files: the good entries arrive, and each bad one is one problem


def test_a_file_cut_short_gives_what_stands_before_the_cut(export):
    batch = export(MORNING, EVENING, tail='<Record type="HKCategoryTypeIdentifierHea')

    assert ([1, 3], lines(2)) == (starts(batch), wheres(batch))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_another_encoding_than_the_file_claims_is_read(export, encoding):
    batch = export(record("Mild", "2024-03-01 08:00:00 +0000", app="Jürgens App"), EVENING, encoding=encoding)

    assert ([1, 3], []) == (starts(batch), wheres(batch))


@pytest.mark.parametrize(
    "bad",
    [
        record("Mild", "2024-02-31 08:00:00 +0000"),
        record("Mild", "yesterday"),
        record("Mild", "0001-01-01 00:00:00 +1400"),
        record("Agonising", "2024-03-02 08:00:00 +0000"),
        MORNING,
    ],
    ids=["31 February", "no time", "year 1", "unknown value", "a second time"],
)
def test_a_bad_entry_in_the_middle_is_one_problem_by_its_line(export, bad):
    batch = export(MORNING, bad, EVENING)

    assert ([1, 3], lines(1)) == (starts(batch), wheres(batch))


@pytest.mark.parametrize(
    "end", ["2024-03-01 07:00:00 +0000", "2025-03-01 07:00:00 +0000", "soon"], ids=["before", "a year", "no time"]
)
def test_an_impossible_end_is_left_open_with_one_problem(export, end):
    batch = export(record("Mild", "2024-03-01 08:00:00 +0000", end), EVENING)

    assert ([None, 22], lines(0)) == ([a.end and a.end.hour for a in batch.attacks], wheres(batch))


def test_missing_and_additional_attributes_do_no_harm(export):
    batch = export(
        '<Record type="HKCategoryTypeIdentifierHeadache" startDate="2024-03-01 08:00:00 +0000" mood="low"/>\n', EVENING
    )

    assert ([1, 3], lines(0)) == (starts(batch), wheres(batch))  # it has no end


def test_an_export_without_headaches_says_so(export):
    assert ["There is no headache in this export."] == [problem.what for problem in export().problems]


def test_a_malformed_document_type_of_apples_own_does_no_harm(export):
    broken = HEAD.replace("(ExportDate,Record*)>", "(ExportDate,(Record")

    assert [1] == starts(export(MORNING, head=broken))


# Archives


def pack(path, members, **how):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **how)
    return path


EXPORT = HEAD + MORNING + "</HealthData>\n"
CLINICAL = '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'


@pytest.mark.parametrize("name", ["export.xml", "Экспорт.xml", "../../导出.xml"])
def test_the_export_in_an_archive_is_known_by_its_content_whatever_its_name(tmp_path, name):
    path = pack(tmp_path / "holiday.dat", {"apple_health_export/export_cda.xml": CLINICAL, name: EXPORT})

    assert "Apple Health" == identify(path).name
    assert [1] == starts(read(path))
    assert [path] == list(tmp_path.iterdir())


def test_an_archive_cut_short_is_a_sentence(tmp_path):
    path = pack(tmp_path / "export.zip", {"export.xml": EXPORT})
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(UnreadableFile, match="cut short or damaged"):
        read(path)


def test_a_damaged_member_gives_what_could_be_unpacked(tmp_path):
    others = "".join(f'<Record value="{number * 7_919 % 65_521}"/>\n' for number in range(100_000))
    path = pack(tmp_path / "export.zip", {"export.xml": HEAD + MORNING + others + EVENING + "</HealthData>"})
    content = bytearray(path.read_bytes())
    content[-1_000:-980] = b"\xff" * 20
    path.write_bytes(content)
    batch = read(path)

    assert ([1], ["damaged or cut short"]) == (starts(batch), [p.what[12:32] for p in batch.problems])


def test_an_archive_of_a_later_kind_of_zip_is_a_sentence(tmp_path):
    path = pack(tmp_path / "export.zip", {"export.xml": EXPORT})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 6] = 175  # the version that is needed to unpack it
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match="cut short or damaged"):
        read(path)


def test_an_archive_that_inflates_beyond_reason_is_not_read(tmp_path):
    path = pack(tmp_path / "export.zip", {"export.xml": HEAD + " " * 30_000_000})

    with pytest.raises(UnreadableFile, match="unpack to far more"):
        read(path)


# Hostile files


LAUGHS = HEAD.replace("]>", '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n]>')
OUTSIDE = '<!DOCTYPE HealthData SYSTEM "file:///etc/passwd">\n<HealthData>\n'


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE], ids=["billion laughs", "outside"])
def test_entities_and_outside_files_are_refused(export, head):
    with pytest.raises(UnreadableFile, match="declares entities or other files"):
        export(record("Mild", "&b;"), head=head)


@pytest.mark.parametrize(
    "content",
    [
        "<a>" * 400_000,
        f'<Record device="{"x" * 6_000_000}',
        "".join(f"<n{number}/>" for number in range(200_000)),
        MORNING * 100_001,
    ],
    ids=["depth", "one tag", "names", "records"],
)
def test_a_file_built_to_fill_the_memory_is_refused(export, content):
    with pytest.raises(UnreadableFile, match="built like no export"):
        export(content)


def test_other_xml_is_not_claimed(tmp_path):
    (tmp_path / "x.xml").write_text("<?xml version='1.0'?>\n<Other><HealthData/></Other>")

    with pytest.raises(UnreadableFile, match="an XML file"):
        identify(tmp_path / "x.xml")


# Progress


def test_a_long_file_tells_how_far_it_is(tmp_path):
    (tmp_path / "export.xml").write_text(HEAD + "<Record/>\n" * 300_000 + "</HealthData>")
    told = []
    read(tmp_path / "export.xml", progress=told.append)

    assert sorted(told) == told
    assert (True, 1.0) == (len(told) > 2, told[-1])
