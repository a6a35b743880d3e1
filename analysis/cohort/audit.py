"""What an audit says, in tables: made of a tally alone, so that it is the same for a clinic and for a registry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.benchmarks import BENCHMARKS, Benchmark
from analysis.cohort.lines import change_lines
from analysis.cohort.questions import MEASURES, MOST_CYCLES, PRESENCE, RESPONSES, STOPPED, THRESHOLDS, VERDICTS
from analysis.cohort.standards import MET, NOT_DOCUMENTED, NOT_MET, STANDARDS, WORDS
from analysis.cohort.tally import ALL, NO_CYCLE, Tally, summary, values_of
from analysis.estimates.shares import Share, share, share_difference
from analysis.estimates.survival import kaplan_meier
from analysis.measures import BY_NAME

DAYS_SHOWN = (84, 168, 365, 730, 1095)
"""Days after the first session on which the number at risk is given."""

EXPECTED_UNITS, SHORTEST, LATE = 155, 84, 91
"""Units of the fixed paradigm; days of a cycle, and of the 13 weeks that REPOSE 2019 counted gaps from."""


class Audit(NamedTuple):
    """The tables of an audit. Everyone who started is the denominator, unless a table says otherwise.

    Shares come with their Wilson interval in ``low`` and ``high``, all in per cent; rates are per 28 days. ``group``
    is "all", or one of the groups that are compared.

    - *overview*: ``item``, ``group``, ``value``, ``of`` (missing where it is no share), ``percent``, ``low``, ``high``.
    - *standards*: ``standard`` (S1 to S9), ``meaning``, ``met``, ``not_met``, ``of``, ``not_documented``, ``percent``,
      ``low``, ``high``.
    - *baseline*: ``measure``, ``unit``, ``group``, ``n``, ``mean``, ``sd``, ``median``, ``q1``, ``q3``.
    - *lines*: ``line`` (still treated; all started, modelled; all started, stoppers at baseline), ``group``,
      ``cycle``, ``n``, ``change`` (headache days per 28), ``low``, ``high``.
    - *responders*: ``group``, ``cycle``, ``threshold`` (30, 50, 75), ``yes``, ``uncertain``, ``no``, ``cannot_tell``,
      ``not_there`` (stopped before), ``reached`` (by the counts alone), ``started`` (long enough ago for it to be
      over), ``percent`` (reached ÷ started), ``low``, ``high``.
    - *first_response*: ``group``, ``cycle``, ``threshold``, ``n``, ``started``, ``percent``, ``low``, ``high``: reached
      for the first time in that cycle.
    - *changes*: ``cycle``, ``change``, ``n``: how many had which change, for the waterfall.
    - *persistence*: ``group``, ``day``, ``at_risk``, ``still_treated`` (per cent), ``low``, ``high``.
    - *wearing_off*: ``cycle``, ``n``, ``mean`` (weeks 9-12 minus weeks 5-8), ``low``, ``high``.
    - *side_effects*: ``event``, ``sessions``, ``of``, ``percent``, ``low``, ``high``, ``patients``.
    - *missing*: ``cycle`` (0 = baseline), ``usable``, ``low_completeness``, ``cannot_tell``, ``no_days``,
      ``stopped_before``, ``not_yet`` (the cycle is not over, or would not be had they gone on): how many of those
      who started.
    - *comparison*: ``item``, ``one``, ``other`` (the groups), ``difference`` (percentage points or days), ``low``,
      ``high``; empty unless two groups are compared.
    - *other_patients*: ``item``, ``value``, ``low``, ``high``, ``source``: published figures, of other patients.
    """

    overview: pd.DataFrame
    standards: pd.DataFrame
    baseline: pd.DataFrame
    lines: pd.DataFrame
    responders: pd.DataFrame
    first_response: pd.DataFrame
    changes: pd.DataFrame
    persistence: pd.DataFrame
    wearing_off: pd.DataFrame
    side_effects: pd.DataFrame
    missing: pd.DataFrame
    comparison: pd.DataFrame
    other_patients: pd.DataFrame


def audit(tally: Tally, most_cycles: int = MOST_CYCLES) -> Audit:
    """The audit of everyone in the tally, and of each group in it."""
    groups = _groups(tally)
    cycles = range(1, most_cycles + 1)
    return Audit(
        overview=_frame(row for group in groups for row in _overview(tally, group)),
        standards=_frame(_standard(tally, standard) for standard in STANDARDS),
        baseline=_frame(_baseline(tally, name, group) for name in BASELINES for group in groups),
        lines=pd.concat([change_lines(tally, group, most_cycles) for group in groups], ignore_index=True),
        responders=_frame(_responders(tally, *at) for at in _product(groups, cycles, THRESHOLDS)),
        first_response=_frame(_first(tally, *at) for at in _product(groups, cycles, THRESHOLDS)),
        changes=_changes(tally, cycles),
        persistence=pd.concat([_persistence(tally, group) for group in groups], ignore_index=True),
        wearing_off=_frame(_mean(values_of(tally, "fades", ALL, cycle)) | {"cycle": cycle} for cycle in cycles),
        side_effects=_side_effects(tally),
        missing=_frame(_missing(tally, cycle) for cycle in range(most_cycles + 1)),
        comparison=_frame(_comparison(tally, groups[1:], most_cycles), COMPARISON),
        other_patients=_frame(row for benchmark in BENCHMARKS for row in _benchmark(benchmark)),
    )


COMPARISON = ["item", "one", "other", "difference", "low", "high"]

BASELINES = {
    **{name: (BY_NAME[name].words, BY_NAME[name].unit) for name in MEASURES},
    "hit6": ("HIT-6", "36-78"),
    "midas": ("MIDAS", "0-270"),
}
"""What is told of the time before the first session, in words and with its unit."""


def _frame(rows: Iterable[dict[str, Any]], columns: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns)


def _product(*lists: Iterable[Any]) -> list[tuple[Any, ...]]:
    from itertools import product

    return list(product(*lists))


def _groups(tally: Tally) -> list[str]:
    """Everybody, then the groups that are compared, by name."""
    return [ALL, *sorted(set(tally.counts["group"]) - {ALL})]


def total(tally: Tally, question: str, group: str = ALL, cycle: int = NO_CYCLE) -> int:
    """How many answered the question."""
    return int(values_of(tally, question, group, cycle).sum())


def _words(tally: Tally, question: str, known: tuple[str, ...], group: str, cycle: int) -> dict[str, int]:
    """How many gave which of the known answers."""
    found = values_of(tally, question, group, cycle)
    return {word: int(found.get(place, 0)) for place, word in enumerate(known)}


def _mean(counts: pd.Series[int]) -> dict[str, Any]:
    """``n``, ``mean`` and its 95 % t interval."""
    from scipy.special import stdtrit

    found = summary(counts)
    reach = stdtrit(found.n - 1, 0.975) * found.sd / np.sqrt(found.n) if found.n > 1 else float("nan")
    return {"n": found.n, "mean": found.mean, "low": found.mean - reach, "high": found.mean + reach}


def _shared(found: Share) -> dict[str, Any]:
    return {"percent": found.percent, "low": found.low, "high": found.high}


# --- who they are, and what was done


def _overview(tally: Tally, group: str) -> Iterable[dict[str, Any]]:
    started = total(tally, "started", group)
    if group == ALL:
        yield _number("patients with a diary or a session", group, total(tally, "patients"))
    yield _number("started: at least one therapeutic session", group, started)
    age, female = summary(values_of(tally, "age", group)), values_of(tally, "female", group)
    yield _number("age at the first session, median, years", group, age.median)
    yield _part("female", group, int(female.get(1.0, 0)), int(female.sum()))
    yield _number("sessions, mean a patient", group, summary(values_of(tally, "sessions", group)).mean)
    yield from _sessions(tally, group)
    yield _part("stopped so far", group, total(tally, "days until stopped", group), started)
    hit6 = values_of(tally, "change hit6", group)
    yield _part("HIT-6 known before and after", group, hit6.sum(), started)
    for points in (5, 6):
        better = int(hit6[hit6.index <= -points].sum())
        yield _part(f"HIT-6 at least {points} points lower, of everyone who started", group, better, started)
    for cycle in (1, 2, 3):
        doubled = int(values_of(tally, "clear days doubled", group, cycle).get(1.0, 0))
        had_time = _had_time(tally, group, cycle)[1]
        yield _part(f"headache-free days at least doubled in cycle {cycle}", group, doubled, had_time)
    yield from _rules(tally, group)


def _rules(tally: Tally, group: str) -> Iterable[dict[str, Any]]:
    """Of how many with a diary each rule was met, and of how many it cannot be told."""
    questions = tally.counts["question"].drop_duplicates()
    for question in sorted(questions[questions.str.startswith("rule ")]):
        answers = _words(tally, question, VERDICTS, group, NO_CYCLE)
        of = sum(answers.values())
        yield _part(f"{question.removeprefix('rule ')}: met", group, answers["met"], of)
        yield _part(f"{question.removeprefix('rule ')}: cannot tell", group, answers["cannot tell"], of)


def _sessions(tally: Tally, group: str) -> Iterable[dict[str, Any]]:
    """Intervals and units of all the sessions of the cycles that are looked at."""
    intervals, units, sites = (_all_cycles(tally, name, group) for name in ("interval", "units", "sites"))
    yield _number("interval between sessions, median, days", group, summary(intervals).median)
    yield _part("intervals under 12 weeks", group, int(intervals[intervals.index < SHORTEST].sum()), intervals.sum())
    yield _part("intervals over 13 weeks", group, int(intervals[intervals.index > LATE].sum()), intervals.sum())
    yield _number("units a session, mean", group, summary(units).mean)
    yield _number("sites a session, mean", group, summary(sites).mean)


def _all_cycles(tally: Tally, question: str, group: str) -> pd.Series[int]:
    mine = (tally.counts["question"] == question) & (tally.counts["group"] == group)
    return tally.counts.loc[mine].groupby("value")["n"].sum()


def _number(item: str, group: str, value: float) -> dict[str, Any]:
    return {"item": item, "group": group, "value": float(value)}


def _part(item: str, group: str, n: int, of: int) -> dict[str, Any]:
    found = share(int(n), int(of))
    return {"item": item, "group": group, "value": float(n), "of": int(of), **_shared(found)}


def _standard(tally: Tally, standard: str) -> dict[str, Any]:
    answers = _words(tally, standard, WORDS, ALL, NO_CYCLE)
    of = sum(answers.values())
    counted = {"met": answers[MET], "not_met": answers[NOT_MET], "of": of, "not_documented": answers[NOT_DOCUMENTED]}
    return {"standard": standard, "meaning": STANDARDS[standard], **counted, **_shared(share(answers[MET], of))}


def _baseline(tally: Tally, name: str, group: str) -> dict[str, Any]:
    words, unit = BASELINES[name]
    found = summary(values_of(tally, f"baseline {name}", group))
    return {"measure": words, "unit": unit, "group": group, **found._asdict()}


# --- what changed


def _had_time(tally: Tally, group: str, cycle: int) -> tuple[dict[str, int], int]:
    """What there is of the cycle, and how many started long enough ago to have had it."""
    presence = _words(tally, "presence", PRESENCE, group, cycle)
    return presence, sum(presence.values()) - presence["not yet"]


def _responders(tally: Tally, group: str, cycle: int, threshold: int) -> dict[str, Any]:
    presence, started = _had_time(tally, group, cycle)
    answers = _words(tally, f"response {threshold}", RESPONSES, group, cycle)
    reached = total(tally, f"reached {threshold}", group, cycle)
    there = started - presence[STOPPED]
    return {
        "group": group,
        "cycle": cycle,
        "threshold": threshold,
        **answers,
        "cannot_tell": there - sum(answers.values()),
        "not_there": presence[STOPPED],
        "reached": reached,
        "started": started,
        **_shared(share(reached, started)),
    }


def _first(tally: Tally, group: str, cycle: int, threshold: int) -> dict[str, Any]:
    n, started = total(tally, f"first reached {threshold}", group, cycle), total(tally, "started", group)
    at = {"group": group, "cycle": cycle, "threshold": threshold, "n": n, "started": started}
    return at | _shared(share(n, started))


def _changes(tally: Tally, cycles: Iterable[int]) -> pd.DataFrame:
    mine = (tally.counts["question"] == "change") & (tally.counts["group"] == ALL)
    table = tally.counts.loc[mine & tally.counts["cycle"].isin(list(cycles)), ["cycle", "value", "n"]]
    return table.rename(columns={"value": "change"}).reset_index(drop=True)


def _persistence(tally: Tally, group: str) -> pd.DataFrame:
    ended, running = (values_of(tally, f"days {name}", group) for name in ("until stopped", "still treated"))
    days = sorted({0, *DAYS_SHOWN, *ended.index.astype(int)})
    return kaplan_meier(ended, running, days).assign(group=group)


def _missing(tally: Tally, cycle: int) -> dict[str, Any]:
    presence = _words(tally, "presence", PRESENCE, ALL, cycle)
    return {"cycle": cycle} | {name.replace(" ", "_"): n for name, n in presence.items()}


def _side_effects(tally: Tally) -> pd.DataFrame:
    """Each side effect with how many sessions it was put down to, the commonest first."""
    sessions = total(tally, "sessions in all")
    names = tally.counts["question"].drop_duplicates()
    events = names[names.str.startswith("side effect ")].str.removeprefix("side effect ")
    rows = (_side_effect(tally, event, sessions) for event in events)
    columns = ["event", "sessions", "of", "percent", "low", "high", "patients"]
    return _frame(rows, columns).sort_values(["sessions", "event"], ascending=[False, True], ignore_index=True)


def _side_effect(tally: Tally, event: str, sessions: int) -> dict[str, Any]:
    n = total(tally, f"side effect {event}")
    counted = {"event": event, "sessions": n, "of": sessions, "patients": total(tally, f"patients with {event}")}
    return counted | _shared(share(n, sessions))


# --- two groups, and other patients


def _comparison(tally: Tally, groups: list[str], most_cycles: int) -> Iterable[dict[str, Any]]:
    """The first group minus the second, where there are just two."""
    if len(groups) != len(("one", "other")):
        return
    for cycle, threshold in _product(range(1, most_cycles + 1), THRESHOLDS):
        rows = [_responders(tally, group, cycle, threshold) for group in groups]
        shares = [share(row["reached"], row["started"]) for row in rows]
        item = f"at least {threshold} % fewer headache days in cycle {cycle}, percentage points"
        yield _against(item, groups, share_difference(*shares))
    for cycle in range(1, most_cycles + 1):
        item = f"change in headache days in cycle {cycle}, days per 28 days"
        yield _against(item, groups, _welch(*(values_of(tally, "change", group, cycle) for group in groups)))


def _against(item: str, groups: list[str], found: Any) -> dict[str, Any]:
    return dict(zip(COMPARISON, (item, *groups, *found), strict=True))


def _welch(one: pd.Series[int], other: pd.Series[int]) -> tuple[float, float, float]:
    """The difference of two means with Welch's 95 % interval."""
    from scipy.special import stdtrit

    a, b = summary(one), summary(other)
    if min(a.n, b.n) <= 1:
        return a.mean - b.mean, float("nan"), float("nan")
    parts = np.array([a.sd**2 / a.n, b.sd**2 / b.n])
    if not parts.sum():
        return a.mean - b.mean, float("nan"), float("nan")
    df = parts.sum() ** 2 / (parts**2 / np.array([a.n - 1, b.n - 1])).sum()
    reach = float(stdtrit(df, 0.975) * np.sqrt(parts.sum()))
    return a.mean - b.mean, a.mean - b.mean - reach, a.mean - b.mean + reach


def _benchmark(benchmark: Benchmark) -> Iterable[dict[str, Any]]:
    item = f"at least 50 % fewer headache days, {benchmark.group}, %"
    yield {"item": item, "value": benchmark.responders, "low": None, "high": None, "source": benchmark.source}
    if benchmark.change is not None:
        item = f"mean change in headache days per 28 days, {benchmark.group}"
        limits = {"low": benchmark.low, "high": benchmark.high}
        yield {"item": item, "value": benchmark.change, **limits, "source": benchmark.source}
