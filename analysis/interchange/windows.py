"""Windows as FHIR Observations, and back as tables with the same numbers.

A window is an Observation with no value of its own, whose members are the measures. Each measure is a quantity per
28 days with the days that it rests on; where the window cannot tell it has a reason for its absence, never a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from analysis.findings import Findings
from analysis.interchange.elements import (
    Json,
    coded,
    identifier,
    known,
    notes,
    quantity,
    reference,
    resource,
    subject,
    texted,
)
from analysis.measures import BY_NAME
from analysis.windows import CANNOT
from diary.fhir import ABSENT, MEASURE, WINDOW, WINDOW_PANEL, among, at, listed, value_of
from diary.tables import WINDOWS, conform

CARRIED = ("headache_days", "migraine_days", "moderate_severe_days", "acute_days", "headache_hours")
"""The measures that a bundle carries."""

EXPECTED, LOGGED = "expected-days", "logged-days"
WORDS = {
    EXPECTED: "calendar days in the window",
    LOGGED: "days on which it is known",
    "cycle": "cycle of injections; 0 is the baseline",
    "phase": "weeks of the cycle",
    "closed-by": "what ended the window",
    "usable": "enough days are logged for a response to be judged",
}
TOO_LITTLE = "not written down on enough logged days"

RATES = ("patient", "cycle", "phase", "measure", "unit", "value", "logged", "days")
"""The columns of the rates: *value* per 28 days, missing where it cannot be told, known on *logged* of *days* days."""


class Rate(NamedTuple):
    """A measure in a window, per 28 days, and the days on which it is known; *value* None where it cannot be told."""

    value: float | None
    logged: int


class Windows(NamedTuple):
    """What a bundle says of windows: the WINDOWS table, and a table of :data:`RATES`."""

    windows: pd.DataFrame
    rates: pd.DataFrame


def window_resources(findings: Findings) -> Iterator[Json]:
    """Each window of the findings, followed by its measures."""
    rates = _rates(findings.outcomes)
    methods = _methods(findings)
    for row in findings.windows.to_dict("records"):
        key = (row["cycle"], row["phase"])
        members = [_measure(row, name, rates[*key, name], methods.get(name)) for name in CARRIED]
        yield _panel(row, members)
        yield from members


def _rates(outcomes: pd.DataFrame) -> dict[tuple[int, str, str], Rate]:
    """The rate of every measure in every window, by cycle, phase and measure; the baseline is the side before."""
    found: dict[tuple[int, str, str], Rate] = {}
    for row in outcomes.to_dict("records"):
        found[row["cycle"], row["phase"], row["measure"]] = _rate(row, "after")
        found[0, "baseline", row["measure"]] = _rate(row, "before")
    return found


def _rate(row: Mapping[Any, Any], side: str) -> Rate:
    value = row[side]
    return Rate(None if pd.isna(value) else float(value), int(row[f"{side}_logged"]))


def _methods(findings: Findings) -> dict[str, str]:
    """The definition of what is counted, for the measures that have one."""
    rules = findings.day_rules
    return {
        "headache_days": f"Definition {rules.name!r}: {rules.meaning}",
        "migraine_days": f"Definition {rules.migraine.name!r}: {rules.migraine.meaning}",
        "moderate_severe_days": f"Definition {rules.severity.name!r}: {rules.severity.meaning}",
    }


def _panel(row: Mapping[Any, Any], members: Iterable[Json]) -> Json:
    return resource(
        "Observation",
        *_key(row),
        identifier=[identifier(WINDOW, _name(row))],
        status="final",
        code=coded(MEASURE, WINDOW_PANEL, row["name"]),
        subject=subject(row["patient"]),
        effectivePeriod=_period(row),
        note=notes(row["reason"]),
        hasMember=[reference(member) for member in members],
        component=[
            _component("cycle", valueInteger=int(row["cycle"])),
            _component("phase", valueString=row["phase"]),
            _component(EXPECTED, valueInteger=int(row["days"])),
            _component(LOGGED, valueInteger=int(row["logged"])),
            _component("closed-by", valueString=row["closed_by"]),
            _component("usable", valueBoolean=bool(row["usable"])),
        ],
    )


def _measure(row: Mapping[Any, Any], name: str, rate: Rate, method: str | None) -> Json:
    measure = BY_NAME[name]
    return resource(
        "Observation",
        *_key(row),
        name,
        identifier=[identifier(WINDOW, f"{_name(row)} {name}")],
        status="final",
        code=coded(MEASURE, name, measure.words),
        subject=subject(row["patient"]),
        effectivePeriod=_period(row),
        valueQuantity={} if rate.value is None else quantity(rate.value, measure.unit),
        dataAbsentReason=_absent(row["reason"]) if rate.value is None else {},
        method=texted(method),
        component=[
            _component(LOGGED, valueInteger=rate.logged),
            _component(EXPECTED, valueInteger=int(row["days"])),
        ],
    )


def _key(row: Mapping[Any, Any]) -> tuple[object, ...]:
    return WINDOW, row["patient"], row["cycle"], row["phase"], row["start"].date()


def _name(row: Mapping[Any, Any]) -> str:
    return f"cycle {row['cycle']} {row['phase']}"


def _period(row: Mapping[Any, Any]) -> Json:
    """From the first day to the last, both inside, as in FHIR; a window without a day has only its first."""
    last = row["end"].date() - timedelta(days=1)
    return known(start=str(row["start"].date()), end=str(last) if row["days"] else None)


def _absent(reason: str) -> Json:
    return coded(ABSENT, "unknown", reason if reason.startswith(CANNOT) else TOO_LITTLE)


def _component(code: str, **value: Any) -> Json:
    return {"code": coded(MEASURE, code, WORDS[code]), **value}


def read_windows(bundle: Json) -> Windows:
    """The windows of a bundle that :func:`window_resources` made, and their rates, with the same numbers.

    Observations of others are left out. A server may have given the resources new names.
    """
    entries = [one for one in listed(at(bundle, "entry")) if at(one, "resource", "resourceType") == "Observation"]
    by_name = {at(one, "fullUrl"): one["resource"] for one in entries}
    panels = [one for one in by_name.values() if _code(one) == WINDOW_PANEL]
    windows = [_window_row(panel) for panel in panels]
    members = [
        (panel, by_name[member["reference"]])
        for panel in panels
        for member in listed(at(panel, "hasMember"))
        if member["reference"] in by_name
    ]
    rates = pd.DataFrame([_rate_row(panel, member) for panel, member in members], columns=list(RATES))
    return Windows(conform(pd.DataFrame(windows, columns=WINDOWS.names), WINDOWS), rates)


def _code(observation: Json) -> Any:
    return at(among(at(observation, "code", "coding"), MEASURE), "code")


def _components(observation: Json) -> dict[str, Any]:
    """The values of the components, by code."""
    return {_code(one): value_of(one) for one in listed(at(observation, "component"))}


def _patient(observation: Json) -> Any:
    return at(observation, "subject", "identifier", "value")


def _window_row(panel: Json) -> dict[str, Any]:
    parts = _components(panel)
    start, days = date.fromisoformat(panel["effectivePeriod"]["start"]), parts[EXPECTED]
    return {
        "patient": _patient(panel),
        "name": at(panel, "code", "text"),
        "cycle": parts["cycle"],
        "phase": parts["phase"],
        "start": pd.Timestamp(start),
        "end": pd.Timestamp(start + timedelta(days=days)),
        "days": days,
        "logged": parts[LOGGED],
        "coverage": parts[LOGGED] / days if days else 0.0,
        "closed_by": parts["closed-by"],
        "usable": parts["usable"],
        "reason": at(panel, "note", 0, "text") or "",
    }


def _rate_row(panel: Json, member: Json) -> tuple[Any, ...]:
    window, parts = _components(panel), _components(member)
    value, name = at(member, "valueQuantity", "value"), _code(member)
    rate = float("nan") if value is None else float(value)
    unit = BY_NAME[name].unit
    return _patient(panel), window["cycle"], window["phase"], name, unit, rate, parts[LOGGED], parts[EXPECTED]
