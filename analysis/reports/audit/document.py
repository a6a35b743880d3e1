"""``audit.json``: the numbers for other programs. ``audit.schema.json`` beside this file states its shape."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.reports.audit.content import AuditContent
from analysis.reports.document import records
from diary import __version__

SCHEMA = Path(__file__).with_name("audit.schema.json")
FORMAT = "migraine-diary-audit/1"


def document(content: AuditContent, inputs: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
    """The audit as plain data: numbers where they are known, null where they are not or are left out.

    *inputs* name what was read: ``name`` and ``sha256`` of each file.
    """
    return {
        "format": FORMAT,
        "version": __version__,
        "as_of": content.as_of.isoformat(),
        "period": content.period,
        "least": content.least,
        "inputs": list(inputs),
        "headline": content.headline,
        "latest_cycle": content.cycle,
        "tables": {name: records(table) for name, table in content.audit._asdict().items()},
        "cautions": list(content.cautions),
        "methods": dict(content.methods),
        "problems": [problem._asdict() for problem in content.problems],
    }
