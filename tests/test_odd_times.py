"""Days and moments at which programs go wrong: leap days, 1900 and 2100, clocks that are moved."""

import time
from datetime import date, datetime, timedelta

import pytest

from diary.model import Attack, DayLog
from tests.terminal import Terminal

EDGES = ("1900-01-01", "1900-02-28", "1999-12-31", "2000-02-29", "2024-02-29", "2038-01-20", "2100-02-28", "2100-12-31")


@pytest.fixture
def terminal(tmp_path):
    return Terminal(tmp_path)


def test_days_at_the_edges_of_a_calendar_are_kept(store):
    logs = [DayLog(f"P{day}", date.fromisoformat(day), headache=True) for day in EDGES]
    store.record(*logs)

    assert logs == list(store.batch().days)
    assert list(EDGES) == [str(day.date()) for day in store.tables().days["date"]]


def test_between_28_february_and_1_march_there_is_a_day_in_leap_years_alone(store):
    years = {1900: 2, 2000: 3, 2023: 2, 2024: 3, 2100: 2}
    for year in years:
        store.record(*(DayLog(str(year), day, headache=True) for day in (date(year, 2, 28), date(year, 3, 1))))

    assert years == {int(year): days for year, days in store.tables().days.groupby("patient").size().items()}


@pytest.mark.parametrize("day", ["1900-02-29", "2023-02-29", "2100-02-29", "2026-02-30", "2026-13-01"])
def test_a_day_that_does_not_exist_is_a_sentence(terminal, day):
    assert f"{day} does not exist. Check the day and the month." in " ".join(terminal(f"log {day} --none").split())


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("1899-12-31", "is before 1900. Check the year."),
        ("2100-01-01", "is in the future. Record it when it has come."),
    ],
)
def test_a_day_out_of_all_reason_is_a_sentence(terminal, day, sentence):
    assert sentence in " ".join(terminal(f"log {day} --none").split())
    assert not (terminal.folder / "diary.sqlite").exists()


def test_what_was_written_while_the_clock_was_wrong_is_kept_and_noticed(terminal):
    ahead = date.today() + timedelta(days=40)
    with terminal.diary() as diary:
        diary.record(DayLog("me", ahead, headache=True), DayLog("me", date(2026, 3, 1), headache=False))

    assert f"me, {ahead} The date of the day is in the future." in " ".join(terminal("check").split())


def test_corrections_keep_their_order_when_the_clock_is_set_back(store, monkeypatch):
    moments = iter([datetime(2026, 3, 2, 12), datetime(2026, 3, 1, 12), datetime(2025, 3, 1, 12)])
    monkeypatch.setattr("diary.history.now", lambda: next(moments))
    for note in ("first", "second", "third", "last"):
        store.record(DayLog("P1", date(2026, 3, 1), headache=True, note=note))

    assert ["first", "second", "third"] == [change.was.note for change in store.history()]


def test_the_days_of_a_diary_are_the_same_wherever_the_computer_is(store, monkeypatch):
    attack = Attack("P1", datetime(2026, 3, 29, 1, 30), end=datetime(2026, 3, 29, 3, 30), utc_offset=60)
    store.record(attack)
    at_home = store.tables().days
    for zone in ("Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert at_home.equals(store.tables().days)
    monkeypatch.undo()
    time.tzset()
