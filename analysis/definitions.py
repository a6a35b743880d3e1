"""What counts as a headache day, a migraine day, a severe day, a medication day.

Facts are stored; what they count as is decided here, late, by named rules of three kinds: what a headache day
is, what a migraine day is, and where the grades of a 0-10 rating begin. :func:`day_rules` puts one of each
together. Every answer is three-valued: yes, no, or not known, so that a day whose severity nobody wrote down is
neither a severe day nor a day that was not severe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from diary.model import ACUTE_CLASSES, DiaryError

Flag = Any  # a pandas Series of dtype "boolean": yes, no, not known

MIGRAINE_SPECIFIC = ("triptan", "ergotamine", "ditan", "gepant")
"""Classes that only migraine is treated with."""

TRIPTAN_OR_ERGOT = ("triptan", "ergotamine")
"""The classes whose relief ICHD-3 1.3 C3 asks for."""

HALF_HOUR, FOUR_HOURS = 30, 240
"""Minutes of headache."""

RELIEVED = 2
"""Relief, on 0-3, from which a dose is read as having relieved the headache; 1 leaves it open. A convention."""

LEIDEN_SOURCE = "van der Arend and others, Cephalalgia 2023"

MIGRAINE_DAY = (
    "The diary's own label where there is one (migraine or probable migraine); otherwise a headache "
    "with at least two of one-sided, pulsating, moderate or severe, worse with movement, and with nausea, vomiting, "
    "or both light and sound; or a headache with aura; or a headache for which a triptan, ergotamine, ditan or "
    f"gepant was taken, whatever its effect ({LEIDEN_SOURCE})."
)


class Symptoms(NamedTuple):
    """What a migraine rule looks at: days, their *peak* on 0-3, and the *doses* taken; None = not known."""

    days: pd.DataFrame
    peak: Any
    doses: pd.DataFrame | None


class MigraineRule(NamedTuple):
    """A named answer to "is this headache day a migraine day": *holds* is asked of headache days only."""

    name: str
    meaning: str
    source: str
    holds: Callable[[Symptoms], Flag]


class SeverityMap(NamedTuple):
    """Where each grade begins on the 0-10 scale, used only on days that carry such a rating and no 0-3 grade."""

    name: str
    meaning: str
    source: str
    mild: float
    moderate: float
    severe: float


def by_features(seen: Symptoms) -> Flag:
    """Criteria C and D of ICHD-3 1.1, of whatever duration.

    At least two of one-sided, pulsating, moderate or severe, and worse with activity; with nausea, vomiting, or
    both light and sound.
    """
    days = seen.days
    pain = at_least(2, days["unilateral"], days["pulsating"], seen.peak >= 2, days["worse_moving"])
    company = days["nausea"] | days["vomiting"] | (days["light"] & days["sound"])
    return pain & company


def ichd(seen: Symptoms) -> Flag:
    """ICHD-3 1.3 C: features, or aura, or believed to be migraine and relieved by a triptan or ergot.

    The label "migraine" stands for what the patient believed; a diary's mark "aura" for 1.2 B and C.
    """
    believed = (seen.days["kind"].astype("string") == "migraine").astype("boolean")
    return by_features(seen) | seen.days["aura"] | (believed & relieved_days(seen.days, seen.doses))


def leiden(seen: Symptoms) -> Flag:
    """Features for 30 minutes, or aura, or a migraine-specific medicine whatever its effect."""
    long_enough = lasting(seen.days, HALF_HOUR)
    return (by_features(seen) & long_enough) | seen.days["aura"] | taken(seen.days, MIGRAINE_SPECIFIC)


def trial(seen: Symptoms) -> Flag:
    """Features for 4 hours, or aura, or a triptan or ergot whatever its effect."""
    long_enough = lasting(seen.days, FOUR_HOURS, strict=True)
    return (by_features(seen) & long_enough) | seen.days["aura"] | taken(seen.days, TRIPTAN_OR_ERGOT)


def own_label(seen: Symptoms) -> Flag:
    """The diary's own label where there is one, else :func:`leiden`."""
    label = seen.days["kind"].astype("string")
    labelled = label.isin(["migraine", "probable"]).astype("boolean").where(label.notna())
    return labelled.fillna(leiden(seen))


MIGRAINE_RULES = {
    rule.name: rule
    for rule in (
        MigraineRule("label", MIGRAINE_DAY, f"the diary's own label, else {LEIDEN_SOURCE}", own_label),
        MigraineRule(
            "ichd",
            "A headache day with at least two of one-sided, pulsating, moderate or severe, worse with movement, and "
            "with nausea, vomiting, or both light and sound, of any duration; or with aura; or one that the diary "
            "labels as migraine and that a triptan or ergot relieved. A dose whose relief was not written down, or "
            "was slight, leaves the last of these open.",
            "ICHD-3 (2018), 1.3 criterion C",
            ichd,
        ),
        MigraineRule(
            "leiden",
            "A headache of at least 30 minutes with at least two of one-sided, pulsating, moderate or severe, worse "
            "with movement, and with nausea, vomiting, or both light and sound; or a headache with aura; or a headache "
            "for which a triptan, ergotamine, ditan or gepant was taken, whatever its effect. A headache whose "
            "duration was not written down counts as long enough.",
            LEIDEN_SOURCE,
            leiden,
        ),
        MigraineRule(
            "trial",
            "A headache of at least 4 hours with at least two of one-sided, pulsating, moderate or severe, worse with "
            "movement, and with nausea, vomiting, or both light and sound; or a headache with aura; or a headache for "
            "which a triptan or ergotamine was taken. Where the duration was not written down, it is not known.",
            f"the 4-hour definition that {LEIDEN_SOURCE} compares with",
            trial,
        ),
    )
}

SEVERITY_MAPS = {
    scale.name: scale
    for scale in (
        SeverityMap(
            "1-4-7",
            "A 0-10 rating is read as mild from 1, moderate from 4, severe from 7.",
            "a convention of this program, not a standard",
            mild=1,
            moderate=4,
            severe=7,
        ),
        SeverityMap(
            "1-5-7",
            "A 0-10 rating is read as mild from 1, moderate from 5, severe from 7.",
            "moderate begins above 4, the cut-off for days of peak headache intensity of "
            "J Headache Pain 2016, doi:10.1186/s10194-016-0676-z; the others are a convention of this program",
            mild=1,
            moderate=5,
            severe=7,
        ),
    )
}


class DayRules(NamedTuple):
    """A named answer to "what counts": *name*, *meaning* and *source* are those of the headache day.

    *headache_minutes*: the least headache, in minutes, that makes a headache day; 0 = of any duration.
    *strict_duration*: a day whose duration was not written down is "not known" rather than long enough.
    *migraine* and *severity* are the other two kinds of rules.
    """

    name: str
    meaning: str
    source: str
    headache_minutes: int = 0
    strict_duration: bool = False
    migraine: MigraineRule = MIGRAINE_RULES["label"]
    severity: SeverityMap = SEVERITY_MAPS["1-4-7"]

    @property
    def names(self) -> tuple[str, str, str]:
        """The names of the three kinds of rules, as :func:`day_rules` takes them."""
        return self.name, self.migraine.name, self.severity.name

    @property
    def mild(self) -> float:
        """The 0-10 rating from which a headache is mild."""
        return self.severity.mild

    @property
    def moderate(self) -> float:
        """The 0-10 rating from which a headache is moderate."""
        return self.severity.moderate

    @property
    def severe(self) -> float:
        """The 0-10 rating from which a headache is severe."""
        return self.severity.severe


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
            f"duration rule of {LEIDEN_SOURCE}",
            headache_minutes=HALF_HOUR,
        ),
        DayRules(
            "4h",
            "A calendar day with headache for at least 4 hours; where the duration was not written "
            "down, it is not known.",
            "US prescribing information of onabotulinumtoxinA: headache lasting 4 hours a day or longer",
            headache_minutes=FOUR_HOURS,
            strict_duration=True,
        ),
    )
}
DEFAULT = RULES["any"]

KINDS_OF_RULES: Mapping[str, Mapping[str, Any]] = {
    "a headache day": RULES,
    "a migraine day": MIGRAINE_RULES,
    "the grade of a rating": SEVERITY_MAPS,
}
"""Every definition by what it defines and by its name; no name occurs twice."""


def day_rules(*names: str) -> DayRules:
    """The rules of those names, at most one of each kind; the default for a kind that is not named.

    >>> day_rules("4h", "ichd").names
    ('4h', 'ichd', '1-4-7')

    Raises DiaryError: a name is unknown, or two are of one kind.
    """
    headache, migraine, severity = (_chosen(names, what) for what in KINDS_OF_RULES)
    known = [name for kind in KINDS_OF_RULES.values() for name in kind]
    for name in names:
        if name not in known:
            raise DiaryError(f"There is no definition {name!r}. Choose one of: {', '.join(known)}.")
    return RULES[headache or DEFAULT.name]._replace(
        migraine=MIGRAINE_RULES[migraine or DEFAULT.migraine.name],
        severity=SEVERITY_MAPS[severity or DEFAULT.severity.name],
    )


def _chosen(names: tuple[str, ...], what: str) -> str | None:
    """The one of the names that defines this; None where none does."""
    mine = [name for name in dict.fromkeys(names) if name in KINDS_OF_RULES[what]]
    if len(mine) > 1:
        raise DiaryError(f"The definitions {' and '.join(mine)} both say what {what} is. Name only one of them.")
    return mine[0] if mine else None


def mark_days(days: pd.DataFrame, rules: DayRules = DEFAULT, doses: pd.DataFrame | None = None) -> pd.DataFrame:
    """The days table with what each day counts as; every new column is missing where that is not known.

    New columns: ``headache_day``, ``migraine_day``, ``moderate_severe_day``, ``severe_day``, ``clear_day``,
    ``acute_day`` and one ``<class>_day`` for each acute class (boolean); ``peak`` (0-3), ``hours`` (0-24),
    ``attack_starts``, ``intensity_when`` and ``peak_when`` (only on headache days). *doses* is the table of
    intakes, for the rule ``ichd``, which asks what a triptan or ergot relieved; without it no relief is known.
    """
    headache = days["headache"]
    peak = peak_grade(days, rules)
    marks: dict[str, Any] = {
        "peak": peak,
        "hours": (days["minutes"].astype("Float64") / 60).mask(_no(headache), 0),
        "attack_starts": days["starts"].mask(_no(headache), 0),
        "intensity_when": days["intensity"].where(_yes(headache)),
        "peak_when": peak.where(_yes(headache)),
        "headache_day": headache_day(days, rules),
        "migraine_day": migraine_day(days, rules, doses),
        "moderate_severe_day": headache & (peak >= 2),
        "severe_day": headache & (peak >= 3),
        "clear_day": ~headache,
        "acute_day": days["acute"],
        **{f"{name}_day": days[name] for name in ACUTE_CLASSES},
    }
    return pd.concat([days, pd.DataFrame(marks, index=days.index)], axis=1)


def headache_day(days: pd.DataFrame, rules: DayRules) -> Flag:
    """Whether each day is a headache day."""
    return days["headache"] & lasting(days, rules.headache_minutes, strict=rules.strict_duration)


def migraine_day(days: pd.DataFrame, rules: DayRules, doses: pd.DataFrame | None = None) -> Flag:
    """Whether each day is a migraine day; a headache day of which too little is known is "not known", not "no"."""
    return days["headache"] & rules.migraine.holds(Symptoms(days, peak_grade(days, rules), doses))


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


def taken(days: pd.DataFrame, classes: tuple[str, ...]) -> Flag:
    """Whether a medicine of one of the classes was taken."""
    return at_least(1, *(days[name] for name in classes))


def relieved_days(days: pd.DataFrame, doses: pd.DataFrame | None = None) -> Flag:
    """Whether a triptan or ergot taken on the day relieved the headache.

    Yes where a dose has a relief of at least :data:`RELIEVED`; no where none was taken, or where all that were
    have a relief of 0; not known where a relief was not written down, or was slight.
    """
    relieved = taken(days, TRIPTAN_OR_ERGOT)
    relieved = relieved.mask(_yes(relieved), pd.NA)
    if doses is None or not len(doses):
        return relieved
    mine = doses.loc[doses["medicine_class"].isin(TRIPTAN_OR_ERGOT).fillna(False)]
    by_day = mine["relief"].fillna(1).groupby([mine["patient"], mine["taken"].dt.floor("D").astype("datetime64[s]")])
    most = by_day.max().reindex(pd.MultiIndex.from_frame(days[["patient", "date"]])).to_numpy(float, na_value=np.nan)
    return relieved.mask(most >= RELIEVED, True).mask(most == 0, False)


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
