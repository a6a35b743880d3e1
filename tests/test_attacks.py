"""What an entry does to attacks, whichever door it comes through."""

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from diary.attacks import begun_elsewhere
from diary.entries import own_source
from diary.model import Attack, DiaryError
from diary.store import Store

EIGHT = datetime(2026, 3, 1, 8)
FULL = "CREATE TRIGGER full BEFORE INSERT ON attacks BEGIN SELECT RAISE(ABORT, 'no room'); END"


def test_an_attack_that_cannot_be_written_at_its_new_time_stays_at_its_old_one(tmp_path):
    place = str(tmp_path / "diary.sqlite")
    attack = Attack("P1", EIGHT, severity=2)
    with Store.open(place) as diary:
        diary.record(own_source("P1"), attack)
        with closing(sqlite3.connect(place)) as connection:
            connection.execute(FULL)
        with pytest.raises(DiaryError):
            begun_elsewhere(diary, attack, EIGHT.replace(hour=7))

        assert [attack] == diary.facts("attacks", "P1")
