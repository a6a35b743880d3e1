"""Point 3: which preventives were tried, at which dose, for how long, and why they were stopped."""

from __future__ import annotations

import pandas as pd

from analysis.consultations import NOT_DOCUMENTED
from analysis.eligibility import NICE_PREVENTIVES
from analysis.findings import Findings
from analysis.preventives import preventive_table
from analysis.reports import words
from analysis.reports.letter.visits import cut
from analysis.reports.pieces import Section, TextTable

NONE = f"Preventives tried: {NOT_DOCUMENTED}."
HEADER = ("Medicine", "Highest dose a day", "From", "To", "Duration", "Why stopped")


def preventives_section(findings: Findings) -> Section:
    """Each medicine once, and how many of those before the first session count for NICE TA260."""
    known = preventive_table(findings.tables.treatments, _behind(findings))
    if known.empty:
        return Section("Preventives", (NONE, _asked(known)))
    return Section("Preventives", (_asked(_before_start(findings)),), (_listed(known),))


def _behind(findings: Findings) -> pd.Timestamp:
    """The first day that is not used any more; treatments may be recorded past the diary's own end."""
    treatments = findings.tables.treatments
    recorded = () if cut(findings) else (treatments["start"].max(), treatments["end"].max())
    last: pd.Timestamp = max(filter(pd.notna, (pd.Timestamp(findings.as_of), *recorded)))
    return last + pd.Timedelta(days=1)


def _before_start(findings: Findings) -> pd.DataFrame:
    """The preventives as they stood at the first session; without one, as they stand now."""
    cycles = findings.windows.loc[findings.windows["phase"] == "cycle", "start"]
    start = cycles.min() if len(cycles) else _behind(findings)
    return preventive_table(findings.tables.treatments, start)


def _asked(table: pd.DataFrame) -> str:
    """What NICE asks for, and how many are documented."""
    recorded, reasons, failed = len(table), int((table["reason"] != "").sum()), int(table["failed"].sum())
    unclear = int(table["unclear"].sum())
    own = f" {words.count(unclear, 'reason')} in other words to be judged by the clinician." if unclear else ""
    return (
        f"Begun before the first session: {words.count(recorded, 'preventive')}; why stopped is documented for "
        f"{reasons}. Without response, not tolerated, or unsuitable: {failed} (NICE TA260 asks for at least "
        f"{NICE_PREVENTIVES}).{own}"
    )


def _listed(table: pd.DataFrame) -> TextTable:
    rows = tuple(
        (
            str(one["product"]),
            one["dose"] or NOT_DOCUMENTED,
            words.day(one["start"]),
            "still taken" if pd.isna(one["end"]) else words.day(one["end"]),
            words.count(int(one["days"]), "day"),
            one["reason"] or ("" if pd.isna(one["end"]) else NOT_DOCUMENTED),
        )
        for _, one in table.iterrows()
    )
    return TextTable("Preventives", HEADER, rows, "Courses of one medicine are one row; days without it do not count.")
