"""Before the start: what guidelines ask, and whether it is documented. A checklist; it finds nobody eligible.

Every criterion is looked at as of the first therapeutic session, or as of the diary's end where there is none. What
is written nowhere is "not documented"; what is written and leaves the answer open is "cannot tell". Months are whole
calendar months: the last four before the start, or as many of them as the diary has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.consultations import MANAGED, NO_OVERUSE, NOT_ASKED, NOT_DOCUMENTED, NOT_MANAGED, in_words
from analysis.criteria import COMPATIBLE, COMPATIBLE_SO_FAR, HEADACHE_DAYS, MIGRAINE_DAYS, NOT_COMPATIBLE, chronic_table
from analysis.definitions import RULES, headache_day
from analysis.grid import Grid, Ints, day_grid, day_number
from analysis.medication import ANY, CHANGING, CLASS_NAMES, overuse_limits, overuse_table
from analysis.months import (
    BEFORE,
    LONG,
    NEVER,
    NOT_HELD,
    OPEN,
    SO_FAR,
    Stretch,
    diary_end,
    figures,
    first_session,
    held,
    month_counts,
    span_sums,
    stretches,
)
from analysis.outcome import Sums
from analysis.preventives import course_in_words, preventive_table
from analysis.products import is_other_toxin
from analysis.rules import dmkg, ehf, nice
from analysis.rules.base import CANNOT_TELL, MET, NOT_MET, Case
from analysis.truth import answers, reaches, words
from analysis.windows import BLOCK, COMPLETENESS, is_therapeutic, therapeutic_sessions
from diary.model import DiaryError

ADULT = 18
"""Years of age."""

NICE_PREVENTIVES = 3
"""Preventives without response, not tolerated, or unsuitable (NICE TA260, 1.1)."""

EHF_PREVENTIVES = 2
"""Preventives tried: "preferably two to three" (European Headache Federation 2018)."""

FIRST_UNITS = 155
"""Units at the first session (DMKG 2018)."""

THREE_MONTHS = 92
"""Days of the longest three calendar months in a row: a history longer than that is surely longer than three."""

FULL_DAY = 1440
"""Minutes of headache on a day without a break."""

COLUMNS = ("patient", "rules", "criterion", "verdict", "evidence", "source")


class Start(NamedTuple):
    """What is looked at: each patient's *day* of the start, whether it is a session (*treated*), the *months* before.

    *born* are years of birth, 0 where not known; *limits* those of :func:`analysis.medication.overuse_limits`.
    """

    case: Case
    consultations: pd.DataFrame
    born: Ints
    limits: Mapping[str, int]
    grid: Grid
    day: Ints
    treated: Any
    months: Stretch


class Finding(NamedTuple):
    """A verdict and what it rests on, for each patient."""

    verdict: Any
    evidence: Any


class Criterion(NamedTuple):
    """One thing that a rule set asks for, in words, and how it is looked at."""

    rules: str
    words: str
    look: Callable[[Start], Finding]
    source: str


def eligibility_table(
    case: Case,
    consultations: pd.DataFrame,
    *,
    patients: pd.DataFrame | None = None,
    rules: str | None = None,
    limits: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """One row for each patient and criterion: rules, criterion, verdict, evidence, source.

    ``verdict`` is met, not met, cannot tell, or not documented. *patients* is the PATIENTS table, for the year
    of birth. *rules* names one rule set; None looks at all. *limits* are those of overuse.

    Raises DiaryError: there is no rule set of that name.
    """
    if rules is not None and rules not in RULE_NAMES:
        raise DiaryError(f"There is no checklist {rules!r}. Choose one of: {', '.join(RULE_NAMES)}.")
    start = _start(case, consultations, patients, limits)
    parts = []
    for criterion in CRITERIA:
        if rules in (None, criterion.rules):
            found = criterion.look(start)
            said = (start.grid.patients, criterion.rules, criterion.words, *found, criterion.source)
            parts.append(pd.DataFrame(dict(zip(COLUMNS, said, strict=True))))
    table = pd.concat(parts, ignore_index=True).astype("string")
    return table.sort_values("patient", kind="stable", ignore_index=True)


def standards_before_start(
    case: Case, consultations: pd.DataFrame, *, limits: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """One row for each patient: the day of the first session, and what an audit asks to be documented before it.

    ``diagnosis_evidenced``: chronic migraine by ICHD-3 1.3; ``preventives_documented``: at least three without
    response, not tolerated, or unsuitable; ``overuse_addressed``; ``baseline_diary``: at least 28 days. Missing is
    what is not documented or cannot be told, and everything of a patient who has not started.
    """
    start = _start(case, consultations, None, limits)
    started = pd.Series(start.day.astype("datetime64[D]")).astype("datetime64[s]").where(start.treated)
    columns: dict[str, Any] = {"patient": pd.Series(start.grid.patients).astype("string"), "started": started}
    for name, look in STANDARDS.items():
        columns[name] = pd.Series(look(start).verdict).map(KEPT).where(start.treated).astype("boolean")
    return pd.DataFrame(columns)


KEPT = {MET: True, NOT_MET: False}


def documented_as_met(table: pd.DataFrame) -> str:
    """How many of one patient's criteria are documented as met, in words; it says nothing of eligibility.

    >>> documented_as_met(pd.DataFrame({"verdict": ["met", "not documented"]}))
    '1 of 2 criteria documented as met'
    """
    return f"{(table['verdict'] == MET).sum()} of {len(table)} criteria documented as met"


def _start(
    case: Case, consultations: pd.DataFrame, patients: pd.DataFrame | None, limits: Mapping[str, int] | None
) -> Start:
    grid = day_grid(case.marked)
    first, end = first_session(case.treatments, grid, case.as_of), diary_end(grid, case.as_of)
    if case.as_of is not None:
        consultations = consultations.loc[consultations["date"] <= pd.Timestamp(case.as_of)]
    return Start(
        case._replace(marked=_with_durations(case.marked)),
        consultations,
        _years_of_birth(grid, patients),
        overuse_limits() if limits is None else limits,
        grid,
        np.where(first == NEVER, end, first),
        first < NEVER,
        stretches(case.treatments, grid, case.as_of)[0],
    )


def _years_of_birth(grid: Grid, patients: pd.DataFrame | None) -> Ints:
    """Each patient's year of birth; 0 where it is not known."""
    years = np.zeros(len(grid.patients), np.int64)
    if patients is not None:
        known = patients.loc[patients["born"].notna() & (grid.number(patients["patient"]) >= 0)]
        years[grid.number(known["patient"])] = known["born"]
    return years


def _with_durations(marked: pd.DataFrame) -> pd.DataFrame:
    """The marked days with ``long_day``, headache of 4 hours or more, and ``broken_day``, some time without it."""
    broken = ~marked["headache"] | (marked["minutes"] < FULL_DAY)
    return marked.assign(long_day=headache_day(marked, RULES["4h"]), broken_day=broken)


# --- the patient


def adult(start: Start) -> Finding:
    """Whether the patient was 18 at the start. The year of birth leaves one year open."""
    year = start.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    age = year - start.born
    known = start.born > 0
    verdict = words(answers(age > ADULT, age < ADULT), MET, CANNOT_TELL, NOT_MET)
    text = "Born in " + figures(start.born) + ": " + figures(age) + " in the course of " + figures(year) + "."
    return Finding(np.where(known, verdict, NOT_DOCUMENTED), np.where(known, text, "The year of birth is not known."))


# --- the diary


def _monthly(column: str, least: int, named: str) -> Callable[[Start], Finding]:
    """Whether each of the months has at least so many such days."""

    def look(start: Start) -> Finding:
        inside = start.months.inside
        sums = span_sums(start.case.marked, start.grid, column, start.months.edges)
        verdict = pd.Series(held(reaches(sums, least), inside)).map(OF_MONTHS)
        return _seen(inside.any(axis=1), verdict, month_counts(start.months.edges, sums, named, inside) + ".")

    return look


OF_MONTHS = {LONG: MET, SO_FAR: MET, NOT_HELD: NOT_MET, OPEN: CANNOT_TELL}
NO_MONTH = "No whole calendar month before the start is in the diary."


def _seen(seen: Any, verdict: Any, evidence: Any, otherwise: str = NO_MONTH) -> Finding:
    """The finding where there is a diary to look at."""
    return Finding(np.where(seen, verdict, NOT_DOCUMENTED), np.where(seen, evidence, otherwise))


headache_months = _monthly("headache_day", HEADACHE_DAYS, "Headache days")
migraine_months = _monthly("migraine_day", MIGRAINE_DAYS, "Migraine days")
long_months = _monthly("long_day", HEADACHE_DAYS, "Days with headache of 4 hours or more")


def chronic(start: Start) -> Finding:
    """Whether the diary is compatible with chronic migraine (ICHD-3 1.3), for more than three months.

    Three months of diary are enough where it is noted that the headache was chronic for longer.
    """
    table = _at_start(chronic_table(start.case.marked, start.case.treatments, as_of=start.case.as_of), start)
    table = table.set_index("patient").reindex(start.grid.patients)
    status, months = table["status"].to_numpy(object), table["months"].to_numpy(np.int64)
    since = _noted(start, "chronic_since", whenever=True)
    older = (months >= 3) & (start.day - _latest_day(since.answer) > THREE_MONTHS)
    verdict = pd.Series(status).map({COMPATIBLE: MET, NOT_COMPATIBLE: NOT_MET}).fillna(CANNOT_TELL).to_numpy(object)
    verdict = np.where((status == COMPATIBLE_SO_FAR) & older, MET, verdict)
    head = np.where(status == OPEN, UNKNOWN, "Diary " + status + ASKED).astype(object)
    text = head + table["because"].to_numpy(object)
    noted = np.where(since.answer == "", "", " Chronic since " + since.said + ".").astype(object)
    return _seen(months > 0, verdict, text + noted, NO_MONTH)


UNKNOWN = "On too many days it is not known whether there was headache, or migraine. "
ASKED = ", where more than three months are asked for. "


def _at_start(table: pd.DataFrame, start: Start) -> pd.DataFrame:
    """The rows before the first session; of patients without one, those of now."""
    treated = table["patient"].isin(start.grid.patients[start.treated])
    return table.loc[(table["when"] == BEFORE) == treated]


def _latest_day(answer: Any) -> Ints:
    """The last day that a year or a date may mean; a day behind every diary where it is neither."""
    year = pd.to_datetime(pd.Series(answer), format="%Y", errors="coerce") + pd.offsets.YearEnd(0)
    when = pd.to_datetime(pd.Series(answer), format="%Y-%m-%d", errors="coerce").fillna(year)
    return np.where(when.notna(), day_number(when.fillna(pd.Timestamp(0)).to_numpy()), NEVER)


def baseline(start: Start) -> Finding:
    """Whether the diary has the 28 days before the start, at least 20 of them logged."""
    logged = _last_28(start, "headache_day").asked
    reach = start.day - start.grid.first
    enough = (reach >= BLOCK) & (logged >= COMPLETENESS.full)
    text = figures(logged) + f" of the {BLOCK} days before the start are logged; the diary begins "
    text = text + figures(np.maximum(reach, 0)) + f" days before it. {COMPLETENESS.full} logged days are asked for."
    return _seen(logged > 0, np.where(enough, MET, NOT_MET), text, NO_BLOCK)


def _last_28(start: Start, column: str) -> Sums:
    """The sums of the 28 days before the start."""
    edges = np.stack([start.day - BLOCK, start.day], axis=1)
    return Sums._make(part[:, 0] for part in span_sums(start.case.marked, start.grid, column, edges))


def long_block(start: Start) -> Finding:
    """Whether the 28 days before the start have at least 15 with headache of 4 hours or more."""
    sums = _last_28(start, "long_day")
    text = figures(sums.total) + " days with headache of 4 hours or more, on " + figures(sums.known) + KNOWN
    verdict = words(reaches(sums, HEADACHE_DAYS), MET, CANNOT_TELL, NOT_MET)
    return _seen(sums.asked > 0, verdict, text, NO_BLOCK)


KNOWN = f" of {BLOCK} days on which it is known."
NO_BLOCK = f"None of the {BLOCK} days before the start is logged."


def half_migraine(start: Start) -> Finding:
    """Whether at least half of the headache days in the 28 days before the start were migraine days."""
    headache, migraine = _last_28(start, "headache_day"), _last_28(start, "migraine_day")
    open_headache, open_migraine = BLOCK - headache.known, BLOCK - migraine.known
    surely = (2 * migraine.total >= headache.total + open_headache) & (headache.total > 0)
    possibly = 2 * (migraine.total + open_migraine) >= headache.total
    text = figures(migraine.total) + " migraine days of " + figures(headache.total) + " headache days, on "
    text = text + figures(migraine.known) + KNOWN
    verdict = words(answers(surely, ~possibly), MET, CANNOT_TELL, NOT_MET)
    return _seen(headache.asked > 0, verdict, text, NO_BLOCK)


def not_continuous(start: Start) -> Finding:
    """Whether some day of the 28 before the start had time without headache."""
    sums = _last_28(start, "broken_day")
    text = figures(sums.total) + " days with some time without headache, on " + figures(sums.known) + KNOWN
    return _seen(sums.asked > 0, words(reaches(sums, 1), MET, CANNOT_TELL, NOT_MET), text, NO_BLOCK)


# --- treatments


def failed_preventives(start: Start) -> Finding:
    """Whether at least three preventives had no response, were not tolerated, or are unsuitable.

    Only those with a reason count. A reason in words that are not known is for a person to read.
    """
    table, who = _preventives(start)
    failed, unclear = (_count(who[table[name].to_numpy(bool)], start) for name in ("failed", "unclear"))
    enough, perhaps = failed >= NICE_PREVENTIVES, failed + unclear >= NICE_PREVENTIVES
    verdict = np.where(enough, MET, np.where(perhaps, CANNOT_TELL, NOT_DOCUMENTED))
    documented = _count(who[(table["reason"] != "").to_numpy(bool)], start)
    head = figures(_count(who, start)) + " recorded, reason documented for " + figures(documented)
    head = head + ", of which " + figures(failed) + " without response, not tolerated, or unsuitable"
    return Finding(verdict, _listed(start, table, who, head))


def tried_preventives(start: Start) -> Finding:
    """Whether at least two preventives were tried, for whatever reason they were stopped."""
    table, who = _preventives(start)
    table, who = table.loc[table["tried"]], who[table["tried"].to_numpy(bool)]
    tried = _count(who, start)
    verdict = np.where(tried >= EHF_PREVENTIVES, MET, NOT_DOCUMENTED)
    return Finding(verdict, _listed(start, table, who, figures(tried) + " tried"))


def _preventives(start: Start) -> tuple[pd.DataFrame, Ints]:
    """The preventives begun before the start, and whose they are."""
    treatments = start.case.treatments
    at = start.grid.number(treatments["patient"])
    mine = treatments.loc[at >= 0]
    table = preventive_table(mine, start.day[at[at >= 0]].astype("datetime64[D]"))
    return table, start.grid.number(table["patient"])


def _count(who: Ints, start: Start) -> Ints:
    return np.bincount(who, minlength=len(start.grid.patients))


def _listed(start: Start, table: pd.DataFrame, who: Ints, head: Any) -> Any:
    """Each patient's preventives behind the *head*; or that none is recorded."""
    names = ["product", "dose", "start", "end", "days", "reason"]
    said = [course_in_words(*row) for row in table[names].itertuples(index=False, name=None)]
    joined = _joined(start, who, said, "; ")
    return np.where(joined == "", "No preventive is recorded before the start.", head + ": " + joined + ".")


def _joined(start: Start, who: Ints, texts: Iterable[str], between: str) -> Any:
    """The different texts of each patient, one after the other; empty where there is none."""
    mine: list[dict[str, None]] = [{} for _ in start.grid.patients]
    for place, text in zip(who, texts, strict=True):
        mine[place][text] = None
    return np.array([between.join(texts) for texts in mine], object)


def no_preventive(start: Start) -> Finding:
    """Whether a preventive was taken in the 28 days before the start, or in the four weeks before these."""
    treatments = start.case.treatments
    at = start.grid.number(treatments["patient"])
    day = np.where(at >= 0, start.day[at], -NEVER)
    end = day_number(treatments["end"].fillna(pd.Timestamp("2262-01-01")))
    near = (day_number(treatments["start"]) < day) & (end >= day - 2 * BLOCK)
    mine = near & _is_kind(treatments, "preventive")
    return _none_of(start, treatments.loc[mine], f"in the {2 * BLOCK} days before the start")


def no_earlier_toxin(start: Start) -> Finding:
    """Whether botulinum toxin was given before the first therapeutic session, for looks or anything else."""
    treatments = start.case.treatments
    at = start.grid.number(treatments["patient"])
    early = day_number(treatments["start"]) < np.where(at >= 0, start.day[at], -NEVER)
    mine = early & _is_kind(treatments, "botulinum")
    return _none_of(start, treatments.loc[mine], "before the start")


def _is_kind(treatments: pd.DataFrame, kind: str) -> Any:
    return (treatments["kind"] == kind).to_numpy(bool)


def _none_of(start: Start, given: pd.DataFrame, when: str) -> Finding:
    """Not met where something was given; nothing recorded is not yet a document that there was nothing."""
    named = _joined(start, start.grid.number(given["patient"]), given["product"], ", ")
    verdict = np.where(named == "", NOT_DOCUMENTED, NOT_MET)
    return Finding(verdict, np.where(named == "", f"None is recorded {when}.", f"Recorded {when}: " + named + "."))


def first_units(start: Start) -> Finding:
    """Whether the first session had 155 units of onabotulinumtoxinA; those of another product are not the same."""
    treatments = start.case.treatments
    patient, _ = therapeutic_sessions(treatments, start.grid, start.case.as_of)
    at = start.grid.number(treatments["patient"])
    first = (at >= 0) & (day_number(treatments["start"]) == start.day[at]) & np.isin(at, patient)
    first &= is_therapeutic(treatments).to_numpy()
    units = treatments.loc[first, "amount"].to_numpy(np.float64, na_value=np.nan)
    total = np.bincount(at[first], weights=units, minlength=len(start.grid.patients))
    other = first & is_other_toxin(treatments["product"]).to_numpy()
    named = _joined(start, at[other], treatments.loc[other, "product"], ", ")
    known = start.treated & ~np.isnan(total) & (named == "")
    verdict = np.where(known, np.where(total == FIRST_UNITS, MET, NOT_MET), NOT_DOCUMENTED)
    text = np.array([f"{given:g} units at the first session." for given in total], object)
    nothing = np.where(start.treated, "The units of the first session are not recorded.", "There is no session yet.")
    others = "The first session was given with " + named + ", whose units are not those of onabotulinumtoxinA."
    return Finding(verdict, np.where(known, text, np.where(named == "", nothing, others)))


# --- what was noted at visits


class Noted(NamedTuple):
    """Each patient's *answer* on a topic, empty where nothing was noted; *said* in words; *late*: after the start."""

    answer: Any
    said: Any
    late: Any


def _noted(start: Start, topic: str, *, whenever: bool = False) -> Noted:
    """The latest answer up to the day of the start, or the latest *whenever*; else the first one after it."""
    mine = start.consultations.loc[start.consultations["topic"] == topic].fillna({"note": ""})
    at = start.grid.number(mine["patient"])
    mine, at = mine.loc[at >= 0], at[at >= 0]
    when = day_number(mine["date"])
    late = start.treated[at] & (when > start.day[at]) & (not whenever)
    order = np.lexsort((np.where(late, -when, when), ~late))
    said = [in_words(*row) for row in mine[["answer", "note", "date"]].itertuples(index=False, name=None)]
    spread = [np.full(len(start.grid.patients), nothing, object) for nothing in ("", "", False)]
    for column, values in zip(spread, (mine["answer"], said, late), strict=True):
        column[at[order]] = np.asarray(values, object)[order]
    return Noted(spread[0], spread[1], spread[2].astype(bool))


def overuse(start: Start) -> Finding:
    """Whether overuse was dealt with: noted so, or none in the diary for more than three months (ICHD-3 8.2)."""
    status, shown = _overuse_shown(start)
    noted = _noted(start, "overuse_managed")
    text = shown + np.where(noted.answer == "", NOTHING_NOTED, " Visit: " + noted.said + ".").astype(object)
    text = text + np.where(noted.late, AFTER_START, "").astype(object)
    silent = (noted.answer == "") | (noted.answer == NOT_ASKED) | noted.late
    by_diary = _unless_noted(start, status)
    by_diary = np.where(noted.late & (by_diary != MET), CANNOT_TELL, by_diary)
    contradicted = (noted.answer == NO_OVERUSE) & np.isin(status, (LONG, SO_FAR))
    by_visit = pd.Series(noted.answer).map(OF_ANSWERS).fillna(CANNOT_TELL)
    return Finding(np.where(silent, by_diary, np.where(contradicted, CANNOT_TELL, by_visit)), text)


def _unless_noted(start: Start, status: Any) -> Any:
    """The verdict on overuse where nothing was noted by the start."""
    verdict = pd.Series(status).map({NOT_HELD: MET, LONG: NOT_DOCUMENTED, SO_FAR: NOT_DOCUMENTED, OPEN: CANNOT_TELL})
    return np.where(start.months.inside.any(axis=1), verdict, NOT_DOCUMENTED)


OF_ANSWERS = {MANAGED: MET, NO_OVERUSE: MET, NOT_MANAGED: NOT_MET}
NOTHING_NOTED = " How overuse was dealt with is not documented."
AFTER_START = " It was noted only after the start."


def _overuse_shown(start: Start) -> tuple[Any, Any]:
    """What the diary shows of overuse before the start: the status, and a sentence with the classes."""
    marked, treatments = start.case.marked, start.case.treatments
    table = overuse_table(marked, treatments, as_of=start.case.as_of, limits=start.limits)
    wide = _at_start(table, start).pivot(index="patient", columns="class", values="status").reindex(start.grid.patients)
    status = wide[ANY].to_numpy(object)
    held_ = np.isin(status, (LONG, SO_FAR))
    classes: Any = np.full(len(status), "", object)
    for name in wide.columns.intersection(list(CLASS_NAMES)):
        classes = classes + np.where(held_ & (wide[name] == status), f", {CLASS_NAMES[name]}", "").astype(object)
    classes = np.where(classes == "", f", {CHANGING}", classes)
    shown = "Diary compatible with overuse " + status + classes + "."
    shown = np.where(status == NOT_HELD, "The diary has a month in which no limit of overuse was reached.", shown)
    return status, np.where(status == OPEN, "The diary cannot tell whether there was overuse.", shown).astype(object)


def contraindications(start: Start) -> Finding:
    """Whether contra-indications were asked for by the start."""
    noted = _noted(start, "contraindications")
    verdict = np.where(noted.answer == NOT_ASKED, NOT_MET, np.where(noted.late, CANNOT_TELL, MET))
    text = "Visit: " + noted.said + "." + np.where(noted.late, AFTER_START, "").astype(object)
    nothing = noted.answer == ""
    return Finding(np.where(nothing, NOT_DOCUMENTED, verdict), np.where(nothing, "Nothing is noted.", text))


# --- the checklists

ICHD = "ICHD-3 (2018), 1.3, https://ichd-3.org"
SIGN = "Scottish Intercollegiate Guidelines Network, SIGN 155 (2018)"
US_LABEL = "US prescribing information of onabotulinumtoxinA"
UK_LABEL = "Indication in the United Kingdom, https://www.abbviepro.com/gb"
TRIAL = "PREEMPT: Dodick et al. (2010), Headache 50:921, https://doi.org/10.1111/j.1526-4610.2010.01678.x"
OURS = "a convention of this program"

CHRONIC_WORDS = "Chronic migraine: at least 15 headache days a month, 8 of them migraine, for more than three months"

CRITERIA = (
    Criterion(nice.NAME, "Adult", adult, nice.SOURCE),
    Criterion(nice.NAME, "Headache on at least 15 days a month", headache_months, nice.SOURCE),
    Criterion(nice.NAME, "Migraine on at least 8 of these days", migraine_months, nice.SOURCE),
    Criterion(nice.NAME, "Both for more than three months", chronic, ICHD),
    Criterion(
        nice.NAME,
        "At least 3 preventives without response, not tolerated, or unsuitable",
        failed_preventives,
        nice.SOURCE,
    ),
    Criterion(nice.NAME, "Medication overuse appropriately managed", overuse, nice.SOURCE),
    Criterion(ehf.NAME, CHRONIC_WORDS, chronic, ICHD),
    Criterion(ehf.NAME, "Preferably 2 to 3 preventives tried", tried_preventives, ehf.SOURCE),
    Criterion(ehf.NAME, "Overused medicine withdrawn first, if feasible", overuse, ehf.SOURCE),
    Criterion(dmkg.NAME, CHRONIC_WORDS, chronic, ICHD),
    Criterion(dmkg.NAME, f"{FIRST_UNITS} units at the first session", first_units, dmkg.SOURCE),
    Criterion("sign-155", "Medication overuse addressed first", overuse, SIGN),
    Criterion("us-label", "Adult", adult, US_LABEL),
    Criterion("us-label", "At least 15 days a month with headache of 4 hours or more", long_months, US_LABEL),
    Criterion("uk-smpc", "Adult", adult, UK_LABEL),
    Criterion("uk-smpc", "Headache on at least 15 days a month", headache_months, UK_LABEL),
    Criterion("uk-smpc", "Migraine on at least 8 of these days", migraine_months, UK_LABEL),
    Criterion("preempt", "At least 15 days in 28 with headache of 4 hours or more", long_block, TRIAL),
    Criterion("preempt", "At least half of the headache days with migraine", half_migraine, TRIAL),
    Criterion("preempt", "No continuous headache", not_continuous, TRIAL),
    Criterion("preempt", "No preventive in the baseline or the four weeks before it", no_preventive, TRIAL),
    Criterion("preempt", "No botulinum toxin before", no_earlier_toxin, TRIAL),
    Criterion("record", "Contra-indications asked for", contraindications, OURS),
    Criterion("record", f"A diary of at least {BLOCK} days before the start", baseline, OURS),
)
"""What each rule set asks before the start, as far as it is known from its own text; ``record`` is this program's."""

RULE_NAMES = tuple(dict.fromkeys(criterion.rules for criterion in CRITERIA))

STANDARDS: dict[str, Callable[[Start], Finding]] = {
    "diagnosis_evidenced": chronic,
    "preventives_documented": failed_preventives,
    "overuse_addressed": overuse,
    "baseline_diary": baseline,
}
"""The audit standards before the start, drawn from NICE TA260."""
