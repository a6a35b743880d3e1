"""``outcomes.json``: the numbers for other programs. ``outcomes.schema.json`` beside this file states its shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.findings import Findings
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
        "headline": content.headline,
        "windows": windows(findings.windows),
        "outcomes": outcomes(findings.outcomes),
        "verdicts": [verdict._asdict() for verdict in content.verdicts],
        "cautions": list(content.cautions),
        "problems": [problem._asdict() for problem in content.problems],
    }


def definitions(findings: Findings) -> dict[str, Any]:
    """Which definitions were used, by name and in words."""
    rules = findings.day_rules
    return {
        "headache_day": rules.name,
        "headache_day_meaning": rules.meaning,
        "rules": findings.rule_set,
        "baseline_blocks": findings.baseline_blocks,
        "full_days_in_28": findings.completeness.full,
        "least_days_in_28": findings.completeness.low,
        "severity_from_rating": {"mild": rules.mild, "moderate": rules.moderate, "severe": rules.severe},
    }


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
