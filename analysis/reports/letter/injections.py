"""Point 4: what was injected at which session: vial, units, sites, and each muscle of the latest session."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.charts.injection_sites import FIXED_COUNT, FIXED_UNITS, UNITS_A_SITE, fixed_sites
from analysis.consultations import NOT_DOCUMENTED
from analysis.findings import Findings
from analysis.products import is_botox
from analysis.reports import words
from analysis.reports.pieces import Section, TextTable
from analysis.windows import is_therapeutic
from diary.model import MUSCLES, SIDES

TITLE = "Injections"

SESSIONS = ("Date", "Since the last", "Product", "Units", "Sites", "Follow the pain")
VIALS = ("Date", "Lot", "Expiry", "Dilution", "Injector", "Consent")
PLACES = ("Muscle", "Left", "Midline", "Right", "Units", "Sites")


def injections_section(findings: Findings) -> Section:
    """Every session up to the letter's last day, and the map of the latest one that has a map."""
    given = _sessions(findings)
    if given.empty:
        return Section(TITLE, ("No session is documented.", *_after(findings)))
    placed = findings.tables.injections
    mapped = given.loc[given["therapeutic"] & given["treatment_id"].isin(placed["treatment_id"])]
    tables = (_session_table(given, placed), _vial_table(given))
    paragraphs = (_documented(given), *_products(given), *_after(findings))
    if mapped.empty:
        return Section(TITLE, (*paragraphs, f"What each muscle received is {NOT_DOCUMENTED}."), tables)
    latest = mapped.iloc[-1]
    return Section(TITLE, paragraphs, (*tables, _map_table(latest, placed)), _figures(findings, latest))


def _sessions(findings: Findings) -> pd.DataFrame:
    """The sessions in order of time; *therapeutic*, *botox*, and the days *since* the last therapeutic one."""
    mine = findings.tables.treatments
    used = (mine["kind"] == "botulinum") & (mine["start"] <= pd.Timestamp(findings.as_of))
    mine = mine.loc[used].sort_values(["start", "purpose"], kind="stable", ignore_index=True)
    therapeutic = is_therapeutic(mine)
    since = mine["start"] - mine["start"].where(therapeutic).ffill().shift()
    return mine.assign(therapeutic=therapeutic, botox=is_botox(mine["product"]), since=since.dt.days)


# --- sentences


def _documented(given: pd.DataFrame) -> str:
    therapeutic = given.loc[given["therapeutic"], "start"]
    cosmetic = words.count(len(given) - len(therapeutic), "cosmetic session")
    if therapeutic.empty:
        return f"Documented: {cosmetic}, and none against migraine."
    days = words.span(therapeutic.min(), therapeutic.max() + pd.Timedelta(days=1))
    beside = f", and {cosmetic}" if len(therapeutic) < len(given) else ""
    return f"Documented: {words.count(len(therapeutic), 'session')} against migraine, {days}{beside}."


def _products(given: pd.DataFrame) -> tuple[str, ...]:
    names = sorted({str(name) for name in given["product"]}, key=str.casefold)
    if len(names) == 1 or is_botox(pd.Series(names)).all():
        return ()
    return (f"The units of {words.listed(names)} are not the same and cannot be compared.",)


def _after(findings: Findings) -> tuple[str, ...]:
    mine = findings.tables.treatments
    later = int(((mine["kind"] == "botulinum") & (mine["start"] > pd.Timestamp(findings.as_of))).sum())
    if not later:
        return ()
    verb = "is" if later == 1 else "are"
    return (f"{words.count(later, 'session')} after {words.day(findings.as_of)} {verb} not in this letter.",)


# --- a row for each session


def _session_table(given: pd.DataFrame, placed: pd.DataFrame) -> TextTable:
    rows = tuple(
        (
            words.day(one["start"]),
            _since(one),
            str(one["product"]),
            _known(one["amount"], "{:g} U"),
            _known(one["sites"], "{:d}"),
            _follow_the_pain(one, _of(one, placed)),
        )
        for _, one in given.iterrows()
    )
    note = f"Follow the pain: units above the fixed PREEMPT paradigm of {FIXED_UNITS} U in {FIXED_COUNT} sites."
    return TextTable("Sessions", SESSIONS, rows, note)


def _since(session: pd.Series[Any]) -> str:
    if not session["therapeutic"]:
        return "cosmetic: starts no cycle"
    return "first session" if pd.isna(session["since"]) else words.count(int(session["since"]), "day")


def _follow_the_pain(session: pd.Series[Any], placed: pd.DataFrame) -> str:
    if not (session["therapeutic"] and session["botox"]):
        return "does not apply"
    if placed.empty:
        return NOT_DOCUMENTED
    above = float(_above(placed).sum())
    return f"{above:g} U" if above else "none"


def _above(placed: pd.DataFrame) -> pd.Series[Any]:
    """The units of each row above the fixed paradigm's in the same muscle and side."""
    fixed = pd.Series(map(fixed_sites, placed["muscle"], placed["side"]), placed.index, dtype="Float64")
    return (placed["units"] - fixed * UNITS_A_SITE).clip(lower=0)


def _of(session: pd.Series[Any], placed: pd.DataFrame) -> pd.DataFrame:
    mine: pd.DataFrame = placed.loc[placed["treatment_id"] == session["treatment_id"]]
    return mine


def _vial_table(given: pd.DataFrame) -> TextTable:
    rows = tuple(
        (
            words.day(one["start"]),
            _known(one["lot"]),
            NOT_DOCUMENTED if pd.isna(one["expiry"]) else words.day(one["expiry"]),
            _known(one["dilution"], "{:g} mL for 100 U"),
            _known(one["injector"]),
            NOT_DOCUMENTED if pd.isna(one["consent"]) else "noted" if one["consent"] else "not noted",
        )
        for _, one in given.iterrows()
    )
    return TextTable("Vial, injector and consent", VIALS, rows)


def _known(value: Any, form: str = "{}") -> str:
    return NOT_DOCUMENTED if pd.isna(value) else form.format(value)


# --- the latest map


def _map_table(session: pd.Series[Any], placed: pd.DataFrame) -> TextTable:
    mine = _of(session, placed)
    muscles = [muscle for muscle in MUSCLES if (mine["muscle"] == muscle).any()]
    rows = [_muscle_row(muscle, mine.loc[mine["muscle"] == muscle]) for muscle in muscles]
    rows.append(("all", "", "", "", *_sums(mine)))
    title = f"Injection map of {words.day(session['start'])}, {session['product']}"
    return TextTable(title, PLACES, tuple(rows), _map_note(session, mine))


def _muscle_row(muscle: str, placed: pd.DataFrame) -> tuple[str, ...]:
    return (_spoken(muscle), *(_dose(placed.loc[placed["side"] == side]) for side in SIDES), *_sums(placed))


def _dose(placed: pd.DataFrame) -> str:
    return " / ".join(_sums(placed)) if len(placed) else ""


def _sums(placed: pd.DataFrame) -> tuple[str, str]:
    return f"{placed['units'].sum():g}", str(placed["sites"].sum())


def _map_note(session: pd.Series[Any], placed: pd.DataFrame) -> str:
    sides = "Of each side: units / sites."
    if not session["botox"]:
        return sides
    above = placed.assign(above=_above(placed)).loc[lambda rows: rows["above"] > 0]
    named = [
        f"{side} {_spoken(muscle)} {units:g} U" for side, muscle, units in above[["side", "muscle", "above"]].values
    ]
    return f"{sides} Above the fixed paradigm: {words.listed(named) if named else 'nothing'}."


def _spoken(muscle: str) -> str:
    return muscle.replace("_", " ")


def _figures(findings: Findings, session: pd.Series[Any]) -> tuple[str, ...]:
    """The drawn map, where it is of the same session: it shows the latest one that began a cycle."""
    windows = findings.windows
    begun = windows.loc[windows["phase"] == "cycle", "start"]
    return ("injections",) if (begun == session["start"]).any() else ()
