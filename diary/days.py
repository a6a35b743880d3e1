"""From facts to days: what each calendar date says, and what it leaves open.

A day has three states: headache, headache-free, not logged. It is logged only if a source says so:
a day log that answers the question, a date that an attack touches, or, in a source that lists
headaches only, a short silence between two of them (at most ``silence_days``; such days carry the
source ``"assumed"``, so that every report can say how many there are).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diary.model import ACUTE_CLASSES, FEATURES, KINDS
from diary.tables import (
    ATTACKS,
    CHOICES,
    CONSULTATIONS,
    DAYS,
    DOSES,
    EVENTS,
    FACTORS,
    INJECTIONS,
    PATIENTS,
    SCORES,
    TREATMENTS,
    Tables,
    conform,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASSUMED = "assumed"
"""The source of a headache-free day that rests on silence alone."""

KEY = ["patient", "date"]
PEAKS = ["severity", "intensity", *FEATURES]
SAID = [*PEAKS, "minutes", "kind", "starts", "disability", "acute"]
"""What a day log can say that has to do with headache, beside whether there was one."""
DAY = np.timedelta64(1, "D")
MOST_STARTS = 127
"""The most attacks a day that the days table can hold; more of them are not a count but a mistake."""


def day_tables(facts: Mapping[str, pd.DataFrame], silence_days: int = 14) -> Tables:
    """The canonical tables from the fact tables (:data:`diary.tables.FACTS`), keyed by their names.

    *silence_days* is the longest silence, in days, that a list of headaches may hold and still be
    read as headache-free; 0 takes no silence for an answer.
    """
    return Tables(
        day_table(facts, silence_days),
        conform(facts["attacks"], ATTACKS),
        conform(facts["doses"], DOSES),
        conform(facts["treatments"], TREATMENTS),
        conform(facts["injections"], INJECTIONS),
        conform(facts["scores"], SCORES),
        conform(facts["events"], EVENTS),
        conform(facts["factors"], FACTORS),
        conform(facts["choices"], CHOICES),
        conform(facts["consultations"], CONSULTATIONS),
        conform(facts["patients"], PATIENTS),
    )


def day_table(facts: Mapping[str, pd.DataFrame], silence_days: int = 14) -> pd.DataFrame:
    """The days of :func:`day_tables` alone, from the facts "days", "attacks", "doses" and "sources"."""
    stated = join_days(facts["days"], days_of_attacks(facts["attacks"]))
    silent = silent_dates(listed_headaches(facts["days"], facts["attacks"], facts["sources"]), silence_days)
    days = fill_calendar(assume_silence(stated, silent))
    return conform(mark_intakes(days, facts["doses"], facts["sources"]), DAYS)


def split_at_midnight(attacks: pd.DataFrame) -> pd.DataFrame:
    """One row for each attack and each date that it touches, with where it begins and ends on that date.

    ``from_min`` and ``to_min`` are minutes after that date's midnight. An attack whose end is unknown,
    or not after its start, touches the date of its start, with ``to_min`` missing.
    """
    start = attacks["start"].to_numpy("datetime64[s]")
    end = attacks["end"].to_numpy("datetime64[s]")
    known = end > start
    first = start.astype("datetime64[D]")
    last = np.where(known, (end - np.timedelta64(1, "s")).astype("datetime64[D]"), first)
    n = (last - first).astype(np.int64) + 1
    row = np.repeat(np.arange(len(attacks)), n)
    date = first[row] + _counting(n)
    midnight = date.astype("datetime64[s]")
    pieces = attacks.iloc[row].reset_index(drop=True)
    pieces["date"] = midnight
    pieces["from_min"] = np.maximum(_minutes(start[row] - midnight), 0)
    pieces["to_min"] = np.where(known[row], np.minimum(_minutes(end[row] - midnight), 1440), np.nan)
    pieces["starts"] = (date == first[row]).astype(np.int8)
    return pieces


def _counting(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, … n−1 for each n, one after the other."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _minutes(span: NDArray[np.timedelta64]) -> NDArray[np.float64]:
    return span.astype(np.int64) / 60


def days_of_attacks(attacks: pd.DataFrame) -> pd.DataFrame:
    """One row for each patient and date that an attack touches: peaks, features, minutes, starts.

    Minutes of overlapping attacks are counted once. Where one of the date's attacks has no known
    end, the date's minutes are missing.
    """
    pieces = split_at_midnight(attacks).sort_values([*KEY, "from_min", "to_min", "source"], ignore_index=True)
    by = pieces.groupby(KEY, sort=True)
    covered = pieces["to_min"].groupby([pieces[k] for k in KEY]).cummax()
    before = covered.groupby([pieces[k] for k in KEY]).shift().fillna(0.0)
    pieces["minutes"] = (pieces["to_min"] - np.maximum(pieces["from_min"], before)).clip(lower=0)
    pieces["rank"] = pieces["kind"].map({kind: i for i, kind in enumerate(KINDS)}).astype("Int8")
    numbers = pieces[[*KEY, *PEAKS]].astype(dict.fromkeys(FEATURES, "Int8"))
    days = numbers.groupby(KEY).max()
    days["minutes"] = np.floor(by["minutes"].sum().where(by["to_min"].count() == by.size()))
    starts = by["starts"].sum()
    days["starts"] = starts.where(starts <= MOST_STARTS)
    days["kind"] = by["rank"].min().map(dict(enumerate(KINDS))).astype("string")
    days["source"] = by["source"].first()
    return days.reset_index()


def join_days(logs: pd.DataFrame, attacked: pd.DataFrame) -> pd.DataFrame:
    """Day logs and attack days as one row for each patient and date.

    A date that an attack touches is a headache day, whatever the day log says. Peaks are the higher
    of the two, a feature is present if either says so; minutes, kind and starts are the day log's where
    it has them, unless it denies the headache. ``written`` marks the dates that have a day log.
    """
    both = logs.drop_duplicates(KEY).merge(attacked, on=KEY, how="outer", suffixes=("", "_attack"), indicator=True)
    attack = both["_merge"] != "left_only"
    denied = attack & _is(both["headache"], False)
    for name in PEAKS:
        both[name] = _higher(both[name], both[f"{name}_attack"])
    for name in ("minutes", "kind", "starts"):
        both[name] = both[name].mask(denied).fillna(both[f"{name}_attack"].astype(both[name].dtype))
    both["headache"] = both["headache"].mask(attack, True)
    both["starts"] = both["starts"].mask(both["starts"].isna() & _is(both["headache"], False), 0)
    both["written"] = (both["_merge"] != "right_only").astype("boolean")
    both["source"] = both["source"].fillna(both["source_attack"])
    return both[[name for name in both if name != "_merge" and not str(name).endswith("_attack")]]


def _is(answer: pd.Series[Any], wanted: bool) -> pd.Series[bool]:
    """Where the answer is known, and is the wanted one."""
    return (answer == wanted).fillna(False).astype(bool)


def _higher(a: pd.Series[Any], b: pd.Series[Any]) -> pd.Series[Any]:
    """The larger of two columns; where one is missing, the other."""
    pair = pd.DataFrame({"a": a.astype("Float64"), "b": b.astype("Float64")})
    return pair.max(axis=1).astype("Float64").astype(a.dtype)


def listed_headaches(logs: pd.DataFrame, attacks: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Patient, source and date of each headache in the sources that list headaches only, in order."""
    keys = ["patient", "source", "date"]
    lists = sources.loc[sources["events_only"], ["patient", "source"]]
    headaches = [logs.loc[_is(logs["headache"], True), keys], split_at_midnight(attacks)[keys]]
    listed = pd.concat([part.merge(lists) for part in headaches]).drop_duplicates()
    return listed.sort_values(keys, ignore_index=True)


def silent_dates(listed: pd.DataFrame, silence_days: int) -> pd.DataFrame:
    """Patient and date of each day inside a short silence of a list of headaches; ``listed_in`` is the list."""
    date = listed["date"].to_numpy("datetime64[D]")
    same = ~listed[["patient", "source"]].ne(listed[["patient", "source"]].shift()).any(axis=1).to_numpy(bool)
    silence = np.diff(date, prepend=date[:1]).astype(np.int64) - 1
    n = np.where(same & (silence <= silence_days), np.maximum(silence, 0), 0)
    row = np.repeat(np.arange(len(listed)), n)
    silent = pd.DataFrame(
        {
            "patient": listed["patient"].array[row],
            "date": (date[row] - DAY * (1 + _counting(n))).astype("datetime64[s]"),
            "listed_in": listed["source"].array[row],
        }
    )
    return silent.drop_duplicates(KEY)


def assume_silence(days: pd.DataFrame, silent: pd.DataFrame) -> pd.DataFrame:
    """The same days with the silent dates as headache-free days, where nothing else is said of them.

    A day that was written down without a word about headache or medicine is one of which somebody does not know: it
    stays open.
    ``listed_in`` is the source that speaks of the day, also where it speaks by silence.
    """
    both = days.merge(silent, on=KEY, how="outer")
    not_known = both["written"].fillna(False).astype(bool) & both[SAID].isna().all(axis=1)
    assumed = both["headache"].isna() & both["listed_in"].notna() & ~not_known
    both["headache"] = both["headache"].mask(assumed, False)
    both["starts"] = both["starts"].mask(assumed, 0)
    both["listed_in"] = both["listed_in"].where(assumed, both["source"])
    both["source"] = both["source"].mask(assumed, ASSUMED)
    both["written"] = both["written"].fillna(False)
    return both


def fill_calendar(days: pd.DataFrame) -> pd.DataFrame:
    """One row for each patient and date from the patient's first to last; what is not logged says nothing else."""
    span = days.groupby("patient", sort=True)["date"].agg(["min", "max"])
    first = span["min"].to_numpy("datetime64[D]")
    n = (span["max"].to_numpy("datetime64[D]") - first).astype(np.int64) + 1
    row = np.repeat(np.arange(len(span)), n)
    calendar = pd.DataFrame(
        {
            "patient": span.index.array.astype("string")[row],
            "date": (first[row] + _counting(n)).astype("datetime64[s]"),
        }
    )
    full = calendar.merge(days, on=KEY, how="left")
    full["logged"] = full["headache"].notna()
    rest = [str(name) for name in full if name not in (*KEY, "logged")]
    full[rest] = full[rest].where(full["logged"])
    return full


def mark_intakes(days: pd.DataFrame, doses: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The same days, with whether an acute medicine, and which class of it, was taken on each logged day.

    No dose means none taken only where the diary says so: the day log itself, or, for dates known
    from attacks alone, a source that has a place for medicines. A medicine whose class is not known
    leaves open which classes were taken.
    """
    taken = doses.assign(date=doses["taken"].dt.floor("D").astype("datetime64[s]"), there=True)
    taken["class"] = taken["medicine_class"].fillna("unknown")
    counted = taken.loc[taken["class"].isin([*ACUTE_CLASSES, "unknown"])]
    wide = counted.pivot_table(index=KEY, columns="class", values="there", aggfunc="any", observed=True)
    days = days.merge(wide.reindex(columns=[*ACUTE_CLASSES, "unknown"]).reset_index(), on=KEY, how="left")
    dosed = days[[*ACUTE_CLASSES]].notna().any(axis=1)
    unknown = days["unknown"].notna()
    acute = days["acute"].mask(_silent_on_medicines(days, sources), False)
    days["acute"] = acute.mask(unknown & _is(acute, False), pd.NA).mask(dosed, True)
    complete = (dosed & ~unknown) | _is(days["acute"], False)
    for name in ACUTE_CLASSES:
        there = days[name].notna()
        days[name] = pd.Series(pd.NA, index=days.index, dtype="boolean").mask(complete, False).mask(there, True)
    rest = ["acute", *ACUTE_CLASSES]
    days[rest] = days[rest].where(days["logged"])
    return days


def _silent_on_medicines(days: pd.DataFrame, sources: pd.DataFrame) -> pd.Series[bool]:
    """Dates known from attacks or silence alone, in a source where a medicine would have been noted."""
    noted = sources.loc[sources["medication"], ["patient", "source"]].rename(columns={"source": "listed_in"})
    place = days[["patient", "listed_in"]].merge(noted, how="left", indicator=True)["_merge"] == "both"
    return pd.Series(place.to_numpy() & ~days["written"].fillna(False).to_numpy(bool), index=days.index)
