"""JSON files of apps: instants on the patient's clock, and files with something wrong in them."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.importers import Options, UnreadableFile, identify, read
from diary.importers.options import UnknownZone
from diary.intake import sort_out
from diary.model import DiaryError

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
COMPANION = EXPORTS / "headache-companion" / "days.json"
MIGRALOG = EXPORTS / "migralog" / "export.json"
BERLIN = Options(time_zone="Europe/Berlin")


@pytest.fixture
def changed(tmp_path):
    """Reads a sample after a change to its content."""

    def change_and_read(sample, change, options=BERLIN):
        content = json.loads(sample.read_text("utf-8"))
        path = tmp_path / "export.json"
        path.write_text(json.dumps(change(content) or content), "utf-8")
        return read(path, patient="P1", options=options)

    return change_and_read


def new_problems(batch, sample):
    """The problems that the sample itself does not have."""
    known = set(map(str, read(sample, patient="P1", options=BERLIN).problems))
    return [str(problem) for problem in batch.problems if str(problem) not in known]


# Whatever the app


@pytest.mark.parametrize("sample", [COMPANION, MIGRALOG], ids=["companion", "migralog"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_a_file_does_not_matter(tmp_path, sample, encoding):
    path = tmp_path / "export.json"
    path.write_bytes(sample.read_text("utf-8").encode(encoding))

    assert read(sample, options=BERLIN) == read(path, options=BERLIN)


@pytest.mark.parametrize("sample", [COMPANION, MIGRALOG], ids=["companion", "migralog"])
def test_a_file_that_is_cut_short_is_refused_in_a_sentence(tmp_path, sample):
    path = tmp_path / "export.json"
    path.write_bytes(sample.read_bytes()[:-200])

    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        identify(path)


def test_an_unknown_time_zone_is_refused(tmp_path):
    with pytest.raises(UnknownZone, match="Europe/Berlin"):
        read(COMPANION, options=Options(time_zone="Atlantis"))


def test_without_a_time_zone_the_clock_of_the_computer_is_taken_and_said():
    batch = read(COMPANION)

    assert "time zone of this computer" in batch.assumptions[0]


# Headache Companion


def test_an_attack_that_the_app_cut_at_midnight_is_one():
    batch = read(COMPANION, options=BERLIN)
    night = next(attack for attack in batch.attacks if attack.start.date() == date(2025, 3, 29))

    assert (datetime(2025, 3, 29, 21, 15), datetime(2025, 3, 30, 4, 30), 6) == (night.start, night.end, night.intensity)


def test_an_early_version_counts_its_seconds_from_2001():
    early = read(EXPORTS / "headache-companion" / "early-version.json", options=BERLIN)

    assert datetime(2025, 3, 28, 7, 30) == early.attacks[0].start


def test_the_wrong_time_zone_shows_as_attacks_on_other_days():
    batch = read(COMPANION, options=Options(time_zone="Pacific/Auckland"))

    assert "--time-zone" in " ".join(map(str, batch.problems))


def test_a_day_without_an_attack_says_nothing():
    batch = read(COMPANION, options=BERLIN)

    assert {None} == {day.headache for day in batch.days}
    assert date(2025, 3, 31) not in {day.date for day in batch.days}


def test_half_a_character_in_a_name_is_shown_as_such_and_everything_arrives(changed):
    batch = changed(COMPANION, lambda days: days[1]["medications"][0].update(name="\ud800 Zzyx"))

    assert [] == new_problems(batch, COMPANION)
    assert "\ufffd Zzyx" in {dose.medicine for dose in sort_out(batch)[0].doses}


@pytest.mark.parametrize(
    ("change", "expected"),  # what is expected of the one problem; None where there is none
    [
        (lambda days: days[1]["attacks"][0].pop("startTime"), 'There is no "startTime"'),
        (lambda days: days[1]["attacks"][0].update(startTime="soon"), '"startTime" is "soon", not a time.'),
        (lambda days: days[1]["attacks"][0].update(startTime=10**400), '"startTime" is'),
        (lambda days: days[1].update(attacks="many"), '"attacks" is not a list.'),
        (lambda days: days.insert(2, 7), '"7" is not an entry.'),
        (lambda days: days.append(days[1]), "The same entry stands above already."),
        (lambda days: days[0].update(date="2025-02-30"), '"date" is "2025-02-30"'),
        (lambda days: days[1]["medications"][0].pop("name"), "The intake has no name"),
        (
            lambda days: days[1]["attacks"].append(days[1]["attacks"][0] | {"id": "B", "painLevel": 2}),
            "at the same time",
        ),
        (lambda days: days.append(days[0] | {"notes": "the same day once more"}), "stands in 2 rows"),
        (lambda days: days[-1].pop("medications"), None),
    ],
)
def test_a_bad_entry_of_headache_companion_is_one_problem_and_the_others_arrive(changed, change, expected):
    batch = changed(COMPANION, lambda days: change(days) and None)
    problems = new_problems(batch, COMPANION)

    assert len(batch.attacks) >= 5
    assert ([True] if expected else []) == [str(expected) in problem for problem in problems]


def test_unknown_keys_and_missing_ones_change_nothing_else(changed):
    def strip(days):
        for day in days:
            for key in ("diet", "exercise", "relax", "sleep", "water"):
                del day[key]
            day["mood"] = {"new": ["in", "a", "later", "version"]}

    assert read(COMPANION, patient="P1", options=BERLIN) == changed(COMPANION, strip)


# MigraLog


def test_an_attack_of_half_an_hour_while_the_clock_goes_back_lasts_half_an_hour(changed):
    def night(content):
        began = int(
            datetime(2025, 10, 26, 0, 45, tzinfo=UTC).timestamp() * 1000
        )  # 02:45 in Berlin, and 02:15 at its end
        content["episodes"] = [{"id": "n", "startTime": began, "endTime": began + 30 * 60_000}]

    attack = changed(MIGRALOG, night).attacks[0]
    assert (datetime(2025, 10, 26, 2, 45), timedelta(minutes=30)) == (attack.start, attack.end - attack.start)


def test_a_green_day_with_an_episode_is_a_headache_day_and_a_problem():
    batch = read(MIGRALOG, options=BERLIN)

    assert None is next(day.headache for day in batch.days if day.date == date(2025, 11, 2))
    assert any("is green, and has an episode" in problem.what for problem in batch.problems)


def test_without_green_days_the_file_is_a_list_of_headaches(changed):
    def only_yellow(content):
        content["dailyStatusLogs"] = [log for log in content["dailyStatusLogs"] if log["status"] == "yellow"]

    assert changed(MIGRALOG, only_yellow).sources[0].events_only


def test_a_file_that_the_app_may_have_cut_off_is_a_problem(changed):
    def fifty(content):
        first = content["episodes"][0]
        content["episodes"] = [first | {"id": str(n), "startTime": first["startTime"] - n * 10**8} for n in range(50)]
        content["metadata"]["episodeCount"] = 50

    assert ["There are exactly 50 of them: some versions of the app leave out all older ones."] == [
        problem.what for problem in changed(MIGRALOG, fifty).problems if problem.where == "episodes"
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda log: log["episodes"][0].pop("startTime"), ['There is no "startTime"', "metadata"]),
        (lambda log: log["episodes"].append("x"), ['"x" is not an entry.']),
        (lambda log: log["intensityReadings"][0].update(intensity=None), []),
        (lambda log: log["intensityReadings"][0].update(intensity="high"), ['"intensity" is "high"']),
        (lambda log: log["dailyStatusLogs"][0].update(status="purple"), ["not green, yellow or red"]),
        (lambda log: log["dailyStatusLogs"].append(log["dailyStatusLogs"][0]), ["The same entry"]),
        (lambda log: log["medicationDoses"][0].update(timestamp=True), ['"timestamp" is "True"']),
        (lambda log: log.update(medications={}), None),
        (lambda log: log["medicationSchedules"][0].update(timezone="Nowhere/At all"), []),
        (lambda log: log.pop("medicationDoses"), None),
    ],
)
def test_a_bad_entry_of_migralog_is_one_problem_and_the_others_arrive(changed, change, expected):
    batch = changed(MIGRALOG, lambda log: change(log) and None)
    problems = new_problems(batch, MIGRALOG)

    assert len(batch.attacks) >= 4
    if expected is not None:
        assert len(expected) == len(problems)
        assert all(any(one in problem for problem in problems) for one in expected)


# Whatever a value may be

NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([1e15, 10**400, -1, True]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=5,
)


def places(content, path=()):
    """The way to each value in a JSON file."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


@pytest.mark.parametrize("sample", [COMPANION, MIGRALOG], ids=["companion", "migralog"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_one_place_the_reading_ends_in_facts_or_a_sentence(changed, sample, data):
    def strike(content):
        *way, last = data.draw(st.sampled_from(list(places(content))))
        for key in way:
            content = content[key]
        content[last] = data.draw(VALUES)

    with suppress(DiaryError):
        changed(sample, strike)
