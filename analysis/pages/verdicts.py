"""What the rules say of each patient of a clinic, for the list of patients: all who changed at once, and kept."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from analysis.pages.choice import DEFAULT_RULES
from diary.state import State
from diary.store import Store


class Verdicts:
    """The verdicts on the patients of one diary, in the words of the rules, each of the diary as it is now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: dict[str, tuple[State, str]] = {}

    def __call__(self, codes: Iterable[str]) -> dict[str, str]:
        """The words on each of these patients, by code; a patient without a day has none."""
        with self._lock:
            states = self._store.states()
            old = [code for code in states if self._known.get(code, (None, ""))[0] != states[code]]
            if old:
                said = verdict_words(self._store, old)
                self._known |= {code: (states[code], said.get(code, "")) for code in old}
            return {code: self._known[code][1] for code in codes if code in self._known and self._known[code][1]}


def verdict_words(store: Store, codes: list[str]) -> dict[str, str]:
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
    words = shown["rule"].str.removeprefix(f"{DEFAULT_RULES} ") + ": " + shown["verdict"]
    return {str(code): "; ".join(mine) for code, mine in words.groupby(shown["patient"])}
