"""Small numbers: what is done to an audit before it leaves the clinic, so that nobody can be found in it.

Counts of 1 to 7 are left out, and every other count is rounded to the nearest 5, as NHS Digital does since 2018
(Disclosure control methodology for Hospital Episode Statistics). Rounding is what keeps a number that was left out from
being worked out: from a total and the other parts, from two groups and everybody, or from this year's audit and last
year's. Shares are computed anew from the rounded counts; a mean of fewer than 8 people is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.audit import DAYS_SHOWN, Audit
from analysis.cohort.lines import STOPPERS, TREATED
from analysis.estimates.shares import share, share_difference

LEAST = 8
"""The smallest count that is shown."""

BASE = 5
"""What counts are rounded to."""

STEP = 2 * BASE
"""The fewest people in a step of the changes: so many that their number is not rounded up."""

PLACES = 1
"""Decimals of means and shares that are kept: with all of them, the counts behind them could be worked out."""

SOURCE = (
    "NHS Digital, Disclosure control methodology for Hospital Episode Statistics, September 2018, "
    "https://digital.nhs.uk/data-and-information/data-tools-and-services/data-services/hospital-episode-statistics/"
    "change-to-disclosure-control-methodology-for-hes-and-ecds-from-september-2018"
)

PEOPLE = ("patients with a diary or a session", "started: at least one therapeutic session")
"""The items of the overview that count people without being a share."""

LIMITS = ["low", "high"]
ANSWERS = ("yes", "uncertain", "no", "cannot_tell", "not_there")
PRESENCE = ("usable", "low_completeness", "cannot_tell", "no_days", "stopped_before", "not_yet")
RARE = "rarer ones, together"


def suppressed(audit: Audit, least: int = LEAST) -> Audit:
    """The audit as it may leave the clinic: what is left out is missing; zero stays zero.

    A share is left out with its limits where 1 to *least* − 1 people are in it, or are the rest of it. Changes and days
    of persistence are merged until each step has at least
    *least* people, and side effects that are rarer than that are counted together.
    """
    responders = _shares(_parts(audit.responders, ANSWERS, least), "reached", "started", least)
    lines = _lines(audit.lines, least)
    return Audit(
        overview=_overview(audit.overview, least),
        standards=_standards(audit.standards, least),
        baseline=_means(audit.baseline, ["mean", "sd", "median", "q1", "q3"], least),
        lines=lines,
        responders=responders,
        first_response=_shares(audit.first_response, "n", "started", least),
        changes=_changes(audit.changes, max(least, STEP)),
        persistence=_persistence(audit.persistence, least),
        wearing_off=_means(audit.wearing_off, ["mean", *LIMITS], least),
        side_effects=_side_effects(audit.side_effects, least),
        missing=_parts(audit.missing, PRESENCE, least),
        comparison=_comparison(audit.comparison, responders, lines),
        other_patients=audit.other_patients,
    )


def _small(counts: Any, least: int) -> Any:
    return (counts > 0) & (counts < least)


def _rounded(counts: pd.Series[Any], hidden: Any) -> pd.Series[Any]:
    """Counts to the nearest :data:`BASE`, missing where *hidden*.

    >>> _rounded(pd.Series([0, 7, 8, 12, 13]), pd.Series([False, True, False, False, False])).tolist()
    [0, <NA>, 10, 10, 15]
    """
    return pd.Series(_nearest(counts.to_numpy(float)), counts.index).astype("Int64").mask(hidden)


def _nearest(counts: Any) -> Any:
    return BASE * np.floor(counts / BASE + 0.5)


def _counts(frame: pd.DataFrame, columns: Sequence[str], least: int) -> pd.DataFrame:
    return frame.assign(**{name: _rounded(frame[name], _small(frame[name], least)) for name in columns})


def _parts(frame: pd.DataFrame, parts: Sequence[str], least: int) -> pd.DataFrame:
    """Counts that add up to a known whole; where the rounded others tell what is left out, one more is left out."""
    counts = frame[list(parts)].to_numpy(float)
    hidden = _small(counts, least)
    others = np.where(hidden | (counts == 0), np.inf, counts)
    for row in np.flatnonzero(_told(counts, hidden, least)):
        hidden[row, others[row].argmin()] = True
    return frame.assign(**{name: _rounded(frame[name], hidden[:, at]) for at, name in enumerate(parts)})


def _told(counts: Any, hidden: Any, least: int) -> Any:
    """In which rows the one count that is left out can only be one number, as far as rounding goes."""
    shown = np.where(hidden, 0, counts)
    rest = _nearest(counts.sum(axis=1)) - _nearest(shown).sum(axis=1)
    reach = BASE // 2 * ((shown > 0).sum(axis=1) + 1)
    most, fewest = np.minimum(rest + reach, least - 1), np.maximum(rest - reach, 1)
    return (hidden.sum(axis=1) == 1) & (most == fewest)


def _means(frame: pd.DataFrame, columns: Sequence[str], least: int) -> pd.DataFrame:
    """Means and quantiles of at least *least* people."""
    few = frame["n"] < least
    kept = {name: frame[name].astype("float64").round(PLACES).mask(few) for name in columns}
    return _counts(frame, ["n"], least).assign(**kept)


def _shares(frame: pd.DataFrame, part: str, whole: str, least: int) -> pd.DataFrame:
    """The counts of a share, and the share of the rounded counts, where neither it nor the rest of it is small."""
    n, of = frame[part], frame[whole]
    hidden = (_small(n, least) | _small(of - n, least)) & (n > 0)
    shown = frame.assign(**{part: _rounded(n, hidden), whole: _rounded(of, _small(of, least))})
    return shown.assign(**_percent(shown[part], shown[whole]))


def _percent(n: pd.Series[Any], of: pd.Series[Any]) -> dict[str, Any]:
    """``percent``, ``low`` and ``high``; not a number where a count is left out."""
    nothing = share(0, 0)
    known = (n.notna() & of.notna()).tolist()
    found = [share(int(a), int(b)) if there else nothing for a, b, there in zip(n, of, known, strict=True)]
    table = pd.DataFrame(found, columns=nothing._fields, index=n.index)
    return {name: table[name].astype("float64").round(PLACES) for name in ("percent", *LIMITS)}


def _overview(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """Of a group of fewer than *least* only that they are few; the rest as shares, counts of people, or means."""
    started = frame.loc[frame["item"] == PEOPLE[1]].set_index("group")["value"]
    frame = frame.loc[frame["group"].map(started).ge(least) | frame["item"].isin(PEOPLE)].reset_index(drop=True)
    of = frame["of"].notna()
    people = frame["item"].isin(PEOPLE)
    shares = _shares(frame.loc[of], "value", "of", least)
    counts = _counts(frame.loc[people], ["value"], least)
    means = frame.loc[~of & ~people]
    parts = [shares, counts, means.assign(value=means["value"].round(PLACES))]
    kinds = {"value": "Float64", "of": "Int64", **dict.fromkeys(("percent", *LIMITS), "float64")}
    return pd.concat([part.astype(kinds) for part in parts]).sort_index()


def _standards(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    parts = _parts(frame, ("met", "not_met", "not_documented"), least)
    shares = _shares(frame, "met", "of", least)
    met = shares["met"].mask(parts["met"].isna())
    return parts.assign(met=met, of=shares["of"], **_percent(met, shares["of"]))


def _lines(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """The three lines; of those with stoppers at baseline none where so few had stopped that the two means tell it."""
    shown = _means(frame, ["change", *LIMITS], least)
    n = frame.set_index(["group", "cycle", "line"])["n"].unstack("line")
    few = _small(n[STOPPERS] - n[TREATED], least)
    told = pd.MultiIndex.from_frame(frame[["group", "cycle"]])
    hidden = (frame["line"] == STOPPERS) & few.reindex(told).to_numpy()
    return shown.assign(**{name: shown[name].mask(hidden) for name in ("n", "change", *LIMITS)})


def _changes(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """Of each cycle the changes merged, from the largest fall on, until each step has at least *least* people."""
    parts = [_merged(mine, least).assign(cycle=cycle) for cycle, mine in frame.groupby("cycle")]
    return pd.concat([frame.iloc[:0].astype({"n": "Int64"}), *parts], ignore_index=True)


def _merged(mine: pd.DataFrame, least: int) -> pd.DataFrame:
    """Steps of at least *least* people with their mean change; a rest that is too small joins the last step."""
    mine = mine.sort_values("change")
    steps = _steps(mine["n"].to_numpy(), least)
    total = mine["n"].groupby(steps).sum()
    mean = (mine["change"] * mine["n"]).groupby(steps).sum() / total
    enough = total >= least
    return pd.DataFrame({"change": mean[enough].round(PLACES), "n": _rounded(total[enough], total[enough] < least)})


def _steps(counts: Any, least: int) -> Any:
    """The number of the step that each count falls into.

    >>> _steps(np.array([5, 5, 9, 3, 1]), 8).tolist()
    [0, 0, 1, 1, 1]
    """
    steps, step, held = [], 0, 0
    for count in counts:
        steps.append(step)
        held += count
        if held >= least:
            step, held = step + 1, 0
    found = np.array(steps, dtype=int)
    return np.minimum(found, max(step - 1, 0)) if held else found


def _persistence(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """The days up to which nobody, or at least *least* people, stopped since the day before; people at risk rounded."""
    known = frame.dropna(subset="still_treated")
    parts = [mine.loc[_kept_days(mine, least)] for _, mine in known.groupby("group", sort=False)]
    kept = pd.concat([known.iloc[:0], *parts], ignore_index=True)
    kept = kept.loc[kept["at_risk"] >= least].reset_index(drop=True)
    shown = kept.assign(**{name: kept[name].round(PLACES) for name in ("still_treated", *LIMITS)})
    return _counts(shown, ["at_risk"], least)


def _kept_days(mine: pd.DataFrame, least: int) -> list[bool]:
    """Which days are kept: those that are told of wherever possible, and between them no more than leaves enough."""
    before = mine["still_treated"].shift(fill_value=100.0)
    stops = (mine["at_risk"] * (1 - mine["still_treated"] / before)).round().fillna(0).to_numpy()
    told = mine["day"].isin((0, *DAYS_SHOWN)).to_numpy()
    since, kept = 0, []
    for at, stopped in enumerate(stops):
        since += stopped
        coming = stops[at + 1 :][: told[at + 1 :].argmax() + 1 if told[at + 1 :].any() else None].sum()
        enough = since == 0 if told[at] else False
        enough = enough or (since >= least and (told[at] or coming == 0 or coming >= least))
        kept.append(bool(enough))
        since = 0 if enough else since
    return kept


def _side_effects(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """Side effects of at least *least* people; the others as one, without their names."""
    rare = (frame["patients"] < least) | (frame["sessions"] < least)
    common = _counts(_shares(frame.loc[~rare], "sessions", "of", least), ["patients"], least)
    if not rare.any():
        return common
    together = {"event": RARE, "sessions": frame.loc[rare, "sessions"].sum(), "of": frame["of"].max()}
    row = _shares(pd.DataFrame([together]), "sessions", "of", least)
    row["patients"] = pd.array([None], dtype="Int64")
    return pd.concat([common, row[list(common.columns)]], ignore_index=True)


def _comparison(frame: pd.DataFrame, responders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Two groups: differences of the rounded shares, and of means of which neither is left out."""
    if frame.empty:
        return frame
    one, other = (_of_group(responders, frame[name].iloc[0]) for name in ("one", "other"))
    differences = [_difference(*rows) for rows in zip(one.itertuples(), other.itertuples(), strict=True)]
    shares, days = frame.iloc[: len(differences)], frame.iloc[len(differences) :]
    treated = lines.loc[lines["line"] == TREATED]
    few = [_of_group(treated, days[name].iloc[0])["n"].isna().to_numpy() for name in ("one", "other")]
    names = ["difference", *LIMITS]
    return pd.concat(
        [
            shares.assign(**dict(zip(names, zip(*differences, strict=True), strict=True))),
            days.assign(**{name: days[name].astype("float64").mask(few[0] | few[1]) for name in names}),
        ]
    ).round(dict.fromkeys(names, PLACES))


def _of_group(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    return frame.loc[frame["group"] == group]


def _difference(one: Any, other: Any) -> tuple[float, float, float]:
    counts = [one.reached, one.started, other.reached, other.started]
    if any(pd.isna(count) for count in counts):
        return (float("nan"),) * 3
    found = share_difference(*(share(int(row.reached), int(row.started)) for row in (one, other)))
    return found.difference, found.low, found.high
