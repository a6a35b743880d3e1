"""How counts, shares and means of an audit are written."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.reports import words

LEFT_OUT = "*"
"""Stands for a number that is left out because it is small, or would tell of one that is."""

NONE = "–"


def people(count: Any) -> str:
    """A count.

    >>> people(1234), people(0), people(None)
    ('1,234', '0', '*')
    """
    return LEFT_OUT if pd.isna(count) else f"{int(count):,}"


def percent(row: pd.Series[Any]) -> str:
    """A share with its 95 % interval.

    >>> percent(pd.Series({"percent": 27.64, "low": 20.5, "high": 36.13}))
    '27.6 % (20.5 to 36.1)'
    """
    if pd.isna(row["percent"]):
        return NONE
    return f"{words.number(row['percent'])} % ({words.number(row['low'])} to {words.number(row['high'])})"


def counted(n: Any, of: Any) -> str:
    """How many of how many."""
    return f"{people(n)} of {people(of)}"


def changed(row: pd.Series[Any], value: str = "change") -> str:
    """A mean change with its 95 % interval, where it has one.

    >>> changed(pd.Series({"change": -6.5, "low": -7.55, "high": -5.56}))
    '−6.5 (−7.6 to −5.6)'
    """
    if pd.isna(row[value]):
        return NONE
    limits = "" if pd.isna(row["low"]) else f" ({words.interval(row['low'], row['high'])})"
    return f"{words.signed(row[value])}{limits}"


def figure(value: Any) -> str:
    """A number, without decimals where it is whole.

    >>> figure(31.0), figure(85.5), figure(1500.0)
    ('31', '85.5', '1,500')
    """
    if pd.isna(value):
        return LEFT_OUT
    return f"{value:,.0f}" if float(value).is_integer() else words.number(value)


def of_all(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of everybody."""
    return table.loc[table["group"] == "all"].reset_index(drop=True)
