"""The whole as one FHIR R4 bundle: put together, validated, written, and the same bytes for the same diary.

Validated with fhir.resources, whose models are of release 4B. HL7 limited 4B to a few modules, none of which existed in
release 3 (https://hl7.org/fhir/R4B/r4b-explanation.html, https://hl7.org/fhir/R4B/r3maps.html); the resources here all
did, so that for them R4 and R4B are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from analysis.findings import Findings
from analysis.interchange.elements import Json, full_url, identifier, reference, resource
from analysis.interchange.record import record_resources
from analysis.interchange.windows import window_resources
from diary import __version__
from diary.fhir import DEFINITION, PROGRAM, RULE_SET, SHA256
from diary.model import Batch, DiaryError, Patient

NAME = "migraine-diary"

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that a text in FHIR cannot hold."""

MARK = "\ufffd"


class InterchangeError(DiaryError):
    """The bundle does not hold to FHIR R4."""


def bundle(findings: Findings, facts: Batch, inputs: Iterable[dict[str, str]] = ()) -> Json:
    """One patient's windows, sessions, preventives, scores and side effects as a FHIR R4 Bundle.

    Days, attacks and intakes stay in the diary. *inputs* name what was read: ``name`` and ``sha256`` of each file, of
    which only the sum is told. The time of the bundle is that of the last day used, so that the same diary gives the
    same bytes.
    """
    mine = facts if facts.patients else replace(facts, patients=(Patient(findings.patient),))
    told = [*record_resources(mine, findings.as_of), *window_resources(findings)]
    everything = [*told, provenance(findings, told, inputs)]
    return resource(
        "Bundle",
        findings.patient,
        findings.as_of,
        meta={"tag": tags(findings)},
        type="collection",
        timestamp=_instant(findings.as_of),
        entry=[{"fullUrl": full_url(one), "resource": one} for one in everything],
    )


def tags(findings: Findings) -> list[Json]:
    """The program and its version, the rule set, and the definitions that the numbers rest on."""
    return [
        {"system": PROGRAM, "version": __version__, "code": NAME},
        {"system": RULE_SET, "code": findings.rule_set},
        *({"system": DEFINITION, "code": name} for name in findings.day_rules.names),
    ]


def provenance(findings: Findings, targets: Iterable[Json], inputs: Iterable[dict[str, str]]) -> Json:
    """Which program made the bundle, and from what: the sums of the files that were read."""
    sums = sorted({one["sha256"] for one in inputs if one["sha256"]})
    return resource(
        "Provenance",
        findings.patient,
        findings.as_of,
        target=[reference(one) for one in targets],
        recorded=_instant(findings.as_of),
        agent=[{"who": {"identifier": identifier(PROGRAM, NAME), "display": f"{NAME} {__version__}"}}],
        entity=[{"role": "source", "what": {"identifier": identifier(SHA256, one)}} for one in sums],
    )


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _writable(value: Any) -> Any:
    """The same, with a mark in the place of each character that FHIR forbids, and of a text that is only blanks."""
    if isinstance(value, str):
        return CONTROL.sub(MARK, value) if value.strip() else MARK
    if isinstance(value, list):
        return [_writable(one) for one in value]
    return {key: _writable(one) for key, one in value.items()} if isinstance(value, dict) else value


def up_to(facts: Batch, as_of: date) -> Batch:
    """The treatments, scores and side effects that began on *as_of* or before."""
    return replace(
        facts,
        treatments=tuple(one for one in facts.treatments if one.start <= as_of),
        scores=tuple(one for one in facts.scores if one.date <= as_of),
        events=tuple(one for one in facts.events if one.date <= as_of),
    )


def to_json(content: Json) -> str:
    """The bundle as text, validated.

    Raises InterchangeError: it does not hold to FHIR R4.
    """
    text = json.dumps(_writable(content), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    validate(text)
    return text


def validate(text: str) -> None:
    """Raise InterchangeError where the text is not a valid bundle."""
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InterchangeError(
            f"The bundle does not hold to FHIR R4 ({where}: {first['msg']}), so nothing was written. "
            "Please report this as a bug."
        ) from error


def write_bundle(content: Json, path: Path) -> Path:
    """Write the bundle, validated. Returns the path.

    Raises InterchangeError: it does not hold to FHIR R4; then nothing is written.
    """
    path.write_text(to_json(content), encoding="utf-8", newline="\n")
    return path
