"""Point 7: the questionnaires, with their grades, their changes, and whether a change is one that a source calls
meaningful; and what to say at the top of the letter where PHQ-9 asks for it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable
from analysis.reports.urgent import self_harm_answers
from analysis.scores import BANDS, HIGHER_IS_BETTER, NAMES, TOTAL, criterion_table, score_name, score_table

USUAL = ("hit6", "midas")
"""The questionnaires that a letter is expected to have."""

TITLE = "Questionnaires"
COMPARED = (
    "Changes are told from the last value in the 28 days up to the first session. No total is computed from fewer "
    "than all answers, and nothing here says why a value changed."
)


def scores_section(findings: Findings) -> Section:
    """Every recorded value with its date, grade and change; and, of the latest value, each criterion by its source."""
    table = _in_order(score_table(findings.tables.scores, findings.windows, findings.as_of))
    if table.empty:
        return Section(TITLE, ("Not documented: no questionnaire is recorded.", *_self_harm_days(findings)))
    judged = criterion_table(_latest(table))
    tables = (_values(table), *([_meaningful(judged)] if len(judged) else []))
    return Section(TITLE, (*_lacking(table), COMPARED, *_better(table), *_self_harm_days(findings)), tables)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of NAMES, questionnaires that are not known last."""
    place = table["instrument"].map({name: n for n, name in enumerate(NAMES)}).fillna(len(NAMES))
    return table.assign(place=place).sort_values(["place", "instrument", "item", "date"], ignore_index=True)


def _latest(table: pd.DataFrame) -> pd.DataFrame:
    """Of each questionnaire the latest value after the first session that is compared; else the latest at all."""
    after = table.loc[table["role"] == "after"]
    compared = after.assign(told=after["change"].notna()).sort_values(["told", "date"], kind="stable")
    return _in_order(compared.groupby(["instrument", "item"]).tail(1))


def _lacking(table: pd.DataFrame) -> list[str]:
    lacking = [NAMES[name] for name in USUAL if name not in set(table["instrument"])]
    return [f"Not documented: {words.listed(lacking)}."] if lacking else []


def _better(table: pd.DataFrame) -> list[str]:
    """Which end is the better one, where it is not the same for all."""
    higher = [NAMES[name] for name in HIGHER_IS_BETTER if name in set(table["instrument"])]
    return [f"A higher value is the better one in {words.listed(higher)}; a lower one in the rest."] if higher else []


def _values(table: pd.DataFrame) -> TextTable:
    rows = tuple(
        (
            score_name(row["instrument"], row["item"]),
            words.day(row["date"]),
            f"{row['value']:g}",
            "" if pd.isna(row["band"]) else str(row["band"]),
            _change(row),
        )
        for _, row in table.iterrows()
    )
    header = ("Questionnaire", "Date", "Value", "Grade", "Change from the start")
    return TextTable("Values", header, rows, _sources(table))


def _change(row: pd.Series[Any]) -> str:
    if pd.isna(row["change"]):
        return str(row["reason"]) or {"baseline": "start", "before": "before the start"}.get(row["role"], "no session")
    percent = "" if pd.isna(row["change_percent"]) else f" ({words.signed(row['change_percent'], 0)} %)"
    return f"{words.signed(row['change'], 0 if row['change'] % 1 == 0 else 1)}{percent}"


def _sources(table: pd.DataFrame) -> str:
    """Where the grades come from."""
    named = set(table.loc[table["item"] == TOTAL, "instrument"])
    graded = [f"{NAMES[name]}: {bands.source}" for name, bands in BANDS.items() if name in named]
    return f"Grades: {'; '.join(graded)}." if graded else ""


def _meaningful(judged: pd.DataFrame) -> TextTable:
    judged = _in_order(judged)
    rows = tuple(
        (score_name(row["instrument"], row["item"]), words.day(row["date"]), *row[["criterion", "verdict", "because"]])
        for _, row in judged.iterrows()
    )
    header = ("Questionnaire", "Date", "Criterion", "Reached", "Because")
    note = "Sources: " + "; ".join(dict.fromkeys(judged["source"])) + "."
    return TextTable("Meaningful change, latest value against the start", header, rows, note)


# --- PHQ-9, question 9


def _self_harm_days(findings: Findings) -> list[str]:
    """All days on which it was answered above 0, so that an earlier one is not lost behind a later 0."""
    given = self_harm_answers(findings)
    days = [words.day(day) for day in given.loc[given["value"] > 0, "date"]]
    return [f"PHQ-9, question 9, was answered above 0 on {words.listed(days)}."] if days else []
