"""What counts as a headache day, a migraine day, a severe day, a medication day.

Facts are stored; what they count as is decided here, late, by a named :class:`DayRules`. Every
answer is three-valued: yes, no, or not known, so that a day whose severity nobody wrote down is
neither a severe day nor a day that was not severe.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from diary.model import ACUTE_CLASSES, DiaryError

Flag = Any  # a pandas Series of dtype "boolean": yes, no, not known

MIGRAINE_SPECIFIC = ("triptan", "ergotamine", "ditan", "gepant")
"""Classes that only migraine is treated with."""


class DayRules(NamedTuple):
    """A named answer to "what counts".

    *headache_minutes*: the least headache, in minutes, that makes a headache day; 0 = of any duration.
    *strict_duration*: a day whose duration was not written down is "not known" rather than long enough.
    *mild*, *moderate*, *severe*: where each grade begins on the 0-10 scale, used only on days that
    carry a 0-10 rating and no 0-3 grade. The cut-offs are a convention and a setting; no headache
    paper that we could read fixes them.
    """

    name: str
    meaning: str
    source: str
    headache_minutes: int = 0
    strict_duration: bool = False
    mild: float = 1
    moderate: float = 4
    severe: float = 7


MIGRAINE_DAY = (
    "The diary's own label where there is one (migraine or probable migraine); otherwise a headache "
    "with at least two of one-sided, pulsating, moderate or severe, worse with movement, and with nausea, vomiting, "
    "or both light and sound; or a headache with aura; or a headache for which a triptan, ergotamine, ditan or "
    "gepant was taken, whatever its effect (van der Arend and others, Cephalalgia 2023)."
)

RULES = {
    rules.name: rules
    for rules in (
        DayRules(
            "any",
            "A calendar day with any headache, of any duration or severity.",
            "as in the CHARM trial of withdrawal and onabotulinumtoxinA (Pijpers)",
        ),
        DayRules(
            "30min",
            "A calendar day with headache for at least 30 minutes; a headache whose duration was not "
            "written down counts.",
            "duration rule of van der Arend and others, Cephalalgia 2023",
            headache_minutes=30,
        ),
        DayRules(
            "4h",
            "A calendar day with headache for at least 4 hours; where the duration was not written "
            "down, it is not known.",
            "US prescribing information of onabotulinumtoxinA: headache lasting 4 hours a day or longer",
            headache_minutes=240,
            strict_duration=True,
        ),
    )
}
DEFAULT = RULES["any"]


def day_rules(name: str) -> DayRules:
    """The rules of that name.

    Raises DiaryError: there are none.
    """
    if name not in RULES:
        raise DiaryError(f"There is no definition {name!r}. Choose one of: {', '.join(RULES)}.")
    return RULES[name]


def mark_days(days: pd.DataFrame, rules: DayRules = DEFAULT) -> pd.DataFrame:
    """The days table with what each day counts as; every new column is missing where that is not known.

    New columns: ``headache_day``, ``migraine_day``, ``moderate_severe_day``, ``severe_day``, ``clear_day``,
    ``acute_day`` and one ``<class>_day`` for each acute class (boolean); ``peak`` (0-3), ``hours`` (0-24),
    ``attack_starts``, ``intensity_when`` and ``peak_when`` (only on headache days).
    """
    headache = days["headache"]
    peak = peak_grade(days, rules)
    long_enough = lasting(days, rules.headache_minutes, strict=rules.strict_duration)
    marks: dict[str, Any] = {
        "peak": peak,
        "hours": (days["minutes"].astype("Float64") / 60).mask(_no(headache), 0),
        "attack_starts": days["starts"].mask(_no(headache), 0),
        "intensity_when": days["intensity"].where(_yes(headache)),
        "peak_when": peak.where(_yes(headache)),
        "headache_day": headache & long_enough,
        "migraine_day": migraine_day(days, peak),
        "moderate_severe_day": headache & (peak >= 2),
        "severe_day": headache & (peak >= 3),
        "clear_day": ~headache,
        "acute_day": days["acute"],
        **{f"{name}_day": days[name] for name in ACUTE_CLASSES},
    }
    return pd.concat([days, pd.DataFrame(marks, index=days.index)], axis=1)


def peak_grade(days: pd.DataFrame, rules: DayRules) -> Any:
    """The day's peak on 0-3: as written, or from the 0-10 rating; 0 on a headache-free day."""
    rating = days["intensity"]
    graded = (
        (rating >= rules.mild).astype("Int8")
        + (rating >= rules.moderate).astype("Int8")
        + (rating >= rules.severe).astype("Int8")
    )
    peak = days["severity"].fillna(graded)
    return peak.mask(_yes(days["headache"]) & (peak == 0).fillna(False), pd.NA).mask(_no(days["headache"]), 0)


def lasting(days: pd.DataFrame, minutes: int, *, strict: bool = False) -> Flag:
    """Whether the day's headache lasted so long; where no duration is written: not known if *strict*, else yes."""
    if minutes == 0:
        return pd.Series(True, index=days.index, dtype="boolean")
    long_enough = days["minutes"] >= minutes
    return long_enough if strict else long_enough.fillna(True)


def migraine_day(days: pd.DataFrame, peak: Any) -> Flag:
    """:data:`MIGRAINE_DAY`; a headache day without label or features is "not known", not "no"."""
    headache = days["headache"]
    pain = at_least(2, days["unilateral"], days["pulsating"], peak >= 2, days["worse_moving"])
    company = days["nausea"] | days["vomiting"] | (days["light"] & days["sound"])
    specific = at_least(1, *(days[name] for name in MIGRAINE_SPECIFIC))
    by_features = (pain & company & lasting(days, 30)) | days["aura"] | specific
    label = days["kind"].astype("string")
    by_label = label.isin(["migraine", "probable"]).astype("boolean").where(label.notna())
    return headache & by_label.fillna(by_features)


def at_least(k: int, *flags: Flag) -> Flag:
    """Whether at least *k* of the flags hold: yes or no only where the unknown ones cannot change it.

    >>> one, none, unknown = (pd.Series([v], dtype="boolean") for v in (True, False, None))
    >>> pd.concat([at_least(1, one, unknown), at_least(2, one, unknown), at_least(2, none, unknown)]).tolist()
    [True, <NA>, False]
    """
    surely = sum(flag.fillna(False).astype("int8") for flag in flags)
    possibly = sum(flag.fillna(True).astype("int8") for flag in flags)
    return (surely >= k).astype("boolean").where((surely >= k) | (possibly < k))


def _yes(flag: Flag) -> Any:
    return flag.fillna(False).astype(bool)


def _no(flag: Flag) -> Any:
    return ~flag.fillna(True).astype(bool)
