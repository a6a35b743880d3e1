"""Point 1: whose diary, up to which day, and by which definitions it was read."""

from __future__ import annotations

import pandas as pd

from analysis.findings import Findings
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable
from analysis.rules import RULE_SOURCES
from diary import __version__


def identification_section(findings: Findings) -> Section:
    """Patient, author, days, program, rule set and definitions."""
    headache, migraine, severity = findings.day_rules.names
    rows = (
        ("Patient", findings.patient),
        ("Author", "not documented: to be filled in by whoever signs"),
        ("Diary", _diary(findings)),
        ("As of", words.day(findings.as_of)),
        ("Program", f"migraine-diary {__version__}"),
        ("Rule set", f"{findings.rule_set}: {RULE_SOURCES[findings.rule_set]}"),
        ("Definitions", f"headache day {headache!r}, migraine day {migraine!r}, severity {severity!r}; see the end"),
    )
    return Section("Identification", tables=(TextTable("", ("What", "Which"), rows),))


def _diary(findings: Findings) -> str:
    days = findings.marked
    span = words.span(days["date"].min(), days["date"].max() + pd.Timedelta(days=1))
    return f"{span}; {int(days['logged'].sum())} of {words.count(len(days), 'day')} logged"
