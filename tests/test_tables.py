"""The canonical tables: their types, and the folder of CSV files that holds them."""

from datetime import date

import pandas as pd
import pytest

from diary.days import day_tables
from diary.model import DayLog, Treatment
from diary.tables import (
    DAY_LOGS,
    DAYS,
    FACTS,
    SCORES,
    TableError,
    conform,
    facts_frame,
    read_tables,
    write_tables,
)


def tables(*facts):
    kinds = {DayLog: "days", Treatment: "treatments"}
    frames = {name: facts_frame([f for f in facts if kinds[type(f)] == name], table) for name, table in FACTS.items()}
    return day_tables(frames)


def test_a_table_without_its_key_is_an_error_that_names_the_column():
    with pytest.raises(TableError, match="no column 'date'"):
        conform(pd.DataFrame({"patient": ["P1"]}), DAYS)


def test_a_value_that_does_not_fit_is_an_error_that_names_the_column():
    with pytest.raises(TableError, match="'value'"):
        conform(
            pd.DataFrame({"patient": ["P1"], "date": ["2026-03-01"], "instrument": ["hit6"], "value": ["x"]}), SCORES
        )


def test_columns_that_are_not_there_are_not_known():
    frame = conform(pd.DataFrame({"patient": ["P1"], "date": ["2026-03-01"]}), DAY_LOGS)

    assert frame["headache"].isna().all()
    assert frame["minutes"].isna().all()


def test_no_facts_give_an_empty_table_of_the_right_types():
    assert {c.name: c.dtype for c in SCORES.columns} == {n: str(t) for n, t in facts_frame((), SCORES).dtypes.items()}


def test_a_folder_of_tables_comes_back_with_the_same_content(tmp_path):
    written = tables(
        DayLog("=P1", date(2026, 3, 1), headache=True, severity=3, minutes=90, nausea=True),
        DayLog("=P1", date(2026, 3, 4), headache=False, acute=False),
        Treatment("=P1", "botulinum", "@Botox", date(2026, 3, 2), amount=155, unit="U"),
    )

    write_tables(written, tmp_path)

    again = read_tables(tmp_path)
    pd.testing.assert_frame_equal(written.days.astype(str), again.days.astype(str))
    pd.testing.assert_frame_equal(written.treatments, again.treatments)
    assert "'=P1" in (tmp_path / "days.csv").read_text()


def test_a_folder_without_days_says_so(tmp_path):
    with pytest.raises(TableError, match=r"no days\.csv"):
        read_tables(tmp_path)


def test_a_number_that_does_not_fit_its_column_is_an_error_and_is_never_wrapped_around():
    with pytest.raises(TableError, match="'severity'.*300"):
        facts_frame([DayLog("P1", date(2026, 3, 1), headache=True, severity=300)], DAY_LOGS)
