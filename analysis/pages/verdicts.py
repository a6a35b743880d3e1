"""What the rules say of each patient of a clinic, for the list of patients: all who changed at once, and kept."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

from markupsafe import Markup

from analysis.pages.choice import DEFAULT_RULES
from analysis.pages.told import told
from diary.state import State
from diary.store import Store


class Verdict(NamedTuple):
    """What a rule says of a patient, as the analysis says it."""

    rule: str
    verdict: str


class Verdicts:
    """The verdicts on the patients of one diary, each of the diary as it is now, in the language of the page."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: dict[str, tuple[State, list[Verdict]]] = {}

    def __call__(self, codes: Iterable[str]) -> dict[str, str]:
        """The words on each of these patients, by code; a patient without a day has none."""
        with self._lock:
            states = self._store.states()
            old = [code for code in states if self._known.get(code, (None, []))[0] != states[code]]
            if old:
                said = verdicts_of(self._store, old)
                self._known |= {code: (states[code], said.get(code, [])) for code in old}
            known = {code: self._known[code][1] for code in codes if code in self._known}
        return {code: Markup("; ").join(map(in_words, mine)) for code, mine in known.items() if mine}


def in_words(found: Verdict) -> Markup:
    """The verdict in the language of the page, without the name of the rules, which are the same for all."""
    rule = told(found.rule).removeprefix(DEFAULT_RULES).lstrip(" ,")
    return rule + ": " + told(found.verdict)


def verdicts_of(store: Store, codes: list[str]) -> dict[str, list[Verdict]]:
    """Each patient's verdicts by the default rules, worked out together: whether to stop, or before it, to start."""
    from analysis.definitions import mark_days
    from analysis.rules import NICE_START, Case, verdict_table
    from analysis.windows import window_table

    tables = store.tables(codes[0] if len(codes) == 1 else None)
    if tables.days.empty:
        return {}
    marked = mark_days(tables.days, doses=tables.doses)
    windows = window_table(marked, tables.treatments)
    case = Case(marked, windows, tables.treatments, None, tables.scores, tables.consultations)
    table = verdict_table(case, DEFAULT_RULES)
    treated = table["patient"].isin(windows["patient"])
    shown = table.loc[treated != (table["rule"] == NICE_START)]
    found: dict[str, list[Verdict]] = {}
    for code, rule, verdict in shown[["patient", "rule", "verdict"]].itertuples(index=False):
        found.setdefault(str(code), []).append(Verdict(rule, verdict))
    return found
