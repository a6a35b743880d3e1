"""``outcomes.json``: the numbers for other programs. ``outcomes.schema.json`` beside this file states its shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.findings import Findings
from analysis.placebo import PlaceboInTime
from analysis.reports.content import Content
from diary import __version__
from diary.tables import OUTCOMES

SCHEMA = Path(__file__).with_name("outcomes.schema.json")
FORMAT = "migraine-diary-outcomes/1"


def document(findings: Findings, content: Content, inputs: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
    """The report as plain data: numbers where they are known, null where they are not, dates as ISO 8601.

    *inputs* name what was read: ``name`` and ``sha256`` of each file.
    """
    return {
        "format": FORMAT,
        "version": __version__,
        "patient": findings.patient,
        "as_of": findings.as_of.isoformat(),
        "inputs": list(inputs),
        "definitions": definitions(findings),
        "assumptions": list(content.assumptions),
        "warnings": list(content.warnings),
        "headline": content.headline,
        "windows": windows(findings.windows),
        "outcomes": outcomes(findings.outcomes),
        "verdicts": [verdict._asdict() for verdict in content.verdicts],
        **evidence(findings),
        "cautions": list(content.cautions),
        "problems": [problem._asdict() for problem in content.problems],
    }


def definitions(findings: Findings) -> dict[str, Any]:
    """Which definitions were used, by name and in words."""
    rules = findings.day_rules
    return {
        "headache_day": rules.name,
        "headache_day_meaning": rules.meaning,
        "migraine_day": rules.migraine.name,
        "migraine_day_meaning": rules.migraine.meaning,
        "rules": findings.rule_set,
        "baseline_blocks": findings.baseline_blocks,
        "full_days_in_28": findings.completeness.full,
        "least_days_in_28": findings.completeness.low,
        "severity_from_rating": {"mild": rules.mild, "moderate": rules.moderate, "severe": rules.severe},
    }


def evidence(findings: Findings) -> dict[str, Any]:
    """What stands beside the outcomes: every rule set, other readings, criteria, and how firm the answer is."""
    beside = findings.evidence
    regression = beside.regression
    return {
        "rule_sets": records(beside.rule_sets.drop(columns="patient")),
        "sensitivity": records(beside.sensitivity.drop(columns="patient")),
        "estimates": records(beside.estimates.drop(columns="patient")),
        "criteria": [
            {name: value for name, value in status._asdict().items() if name != "patient"} for status in beside.chronic
        ],
        "overuse": records(beside.overuse.drop(columns="patient")),
        "wearing_off": _known(
            {
                "cycles": beside.wear_off.cycles,
                "change": beside.wear_off.change,
                "low": beside.wear_off.low,
                "high": beside.wear_off.high,
                "flagged": beside.wear_off.flagged,
            }
        ),
        "treatment_changes": records(
            beside.changes.drop(columns="patient").assign(date=beside.changes["date"].dt.strftime("%Y-%m-%d"))
        ),
        "without_changes": outcomes(beside.without_changes),
        "weekly": [
            _known({name: value for name, value in found._asdict().items() if name != "patient"})
            for found in beside.overlaps
        ],
        "menstrual": [
            {name: value for name, value in relation._asdict().items() if name != "patient"}
            for relation in beside.menstrual
        ],
        "associations": [
            _known({name: getattr(found, name) for name in ("factor", "lag", "onsets", "ratio", "low", "high", "q")})
            for found in beside.associations
        ],
        "placebo_in_time": None if beside.placebo is None else _placebo(beside.placebo),
        "regression_to_the_mean": None if regression is None else regression._asdict(),
    }


def _placebo(found: PlaceboInTime) -> dict[str, Any]:
    return {
        "cycle": found.cycle,
        "change": found.real.change,
        "sham_sessions": [sham.session.isoformat() for sham in found.shams],
        "sham_changes": [sham.change for sham in found.shams],
        "as_large": found.as_large,
    }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """The values, None where a number is not one."""
    return {name: None if pd.isna(value) else value for name, value in values.items()}


def windows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The windows, with the last day inclusive; null where a window has no day."""
    plain = table.assign(
        first_day=table["start"].dt.strftime("%Y-%m-%d"),
        last_day=(table["end"] - pd.Timedelta(days=1)).dt.strftime("%Y-%m-%d").where(table["days"] > 0),
    )
    columns = ["name", "cycle", "phase", "first_day", "last_day", "days", "logged", "coverage", "closed_by"]
    return records(plain[[*columns, "usable", "reason"]])


def outcomes(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The outcomes, a row for each window after the baseline and each measure."""
    return records(table[[name for name in OUTCOMES.names if name != "patient"]])


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, None where not known."""
    values = table.astype(object).where(table.notna(), None)
    return [dict(zip(table.columns, row, strict=True)) for row in values.itertuples(index=False, name=None)]


def to_json(document: dict[str, Any]) -> str:
    """The document as text, the same bytes for the same numbers."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    return value.item()
