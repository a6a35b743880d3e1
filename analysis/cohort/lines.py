"""The change of headache days by cycle, as three lines: none of them alone tells it.

Those still treated are the ones for whom it went well. Taking the others into the model says what would be seen if all
went on, provided that who stops is foreseen by what was written down before. Counting those who stopped as back at
their baseline says what became of everyone who started, provided that they did go back to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.tally import ALL, SCALE, Tally, summary, values_of
from analysis.estimates.mmrm import Mmrm, ModelError, Patterns, fit_patterns

TREATED = "still treated"
MODELLED = "all who started, modelled"
STOPPERS = "all who started, stoppers counted as baseline"
LINES = (TREATED, MODELLED, STOPPERS)

FEWEST = 5
"""People that a cycle must have for the model to look at it."""


def change_lines(tally: Tally, group: str = ALL, most_cycles: int = 5) -> pd.DataFrame:
    """``line``, ``group``, ``cycle``, ``n``, ``change`` (headache days per 28 days), ``low``, ``high``."""
    cycles = range(1, most_cycles + 1)
    rows = [_mean_line(tally, group, cycle, TREATED, "change") for cycle in cycles]
    rows += _modelled(tally, group, most_cycles)
    rows += [_mean_line(tally, group, cycle, STOPPERS, "change, stoppers at baseline") for cycle in cycles]
    return pd.DataFrame(rows, columns=["line", "group", "cycle", "n", "change", "low", "high"])


def _mean_line(tally: Tally, group: str, cycle: int, line: str, question: str) -> tuple[Any, ...]:
    """The mean with its 95 % t interval."""
    from scipy.special import stdtrit

    found = summary(values_of(tally, question, group, cycle))
    reach = stdtrit(found.n - 1, 0.975) * found.sd / np.sqrt(found.n) if found.n > 1 else np.nan
    return line, group, cycle, found.n, found.mean, found.mean - reach, found.mean + reach


def _modelled(tally: Tally, group: str, most_cycles: int) -> list[tuple[Any, ...]]:
    """The mixed model's changes; not a number where it cannot be fitted."""
    none = [(MODELLED, group, cycle, 0, np.nan, np.nan, np.nan) for cycle in range(1, most_cycles + 1)]
    table = tally.moments.loc[tally.moments["group"] == group]
    fitted, people = _fitted(table, known_visits(table, most_cycles))
    if fitted is None:
        return none
    found = {change.visit: change for change in fitted.changes()}
    return [
        (MODELLED, group, cycle, people, found[cycle].value, found[cycle].low, found[cycle].high)
        if cycle in found
        else row
        for cycle, row in enumerate(none, start=1)
    ]


def _fitted(table: pd.DataFrame, visits: list[int]) -> tuple[Mmrm | None, int]:
    """The model and how many people it rests on; where late cycles have too few for it, without the last of them."""
    while len(visits) > 1 and visits[0] == 0:
        patterns = patterns_of(table, visits)
        try:
            return fit_patterns(np.array(visits), patterns), int(patterns.n.sum())
        except ModelError:
            visits = visits[:-1]
    return None, 0


def known_visits(table: pd.DataFrame, most_cycles: int) -> list[int]:
    """The visits, from the baseline on, that at least :data:`FEWEST` people have."""
    if table.empty:
        return []
    seen = table["pattern"].str
    people = [int(table.loc[seen[visit] == "1", "n"].sum()) for visit in range(most_cycles + 1)]
    return [visit for visit, n in enumerate(people) if n >= FEWEST]


def patterns_of(table: pd.DataFrame, visits: list[int]) -> Patterns:
    """The people of the moments, grouped by which of these visits they have."""
    seen = np.array([[pattern[visit] == "1" for visit in visits] for pattern in table["pattern"]])
    sums = table[[f"s{visit}" for visit in visits]].to_numpy(float) / SCALE
    pairs = [_name(one, other) for one in visits for other in visits]
    products = table[pairs].to_numpy(float).reshape(len(table), len(visits), len(visits)) / SCALE**2
    return _merged(seen, table["n"].to_numpy(float), sums, products)


def _name(one: int, other: int) -> str:
    return f"q{min(one, other)}_{max(one, other)}"


def _merged(seen: Any, n: Any, sums: Any, products: Any) -> Patterns:
    """Patterns that became equal when visits were left out, as one; those without any visit are left out."""
    some = seen.any(axis=1)
    different, which = np.unique(seen[some], axis=0, return_inverse=True)
    n, sums, products = (_added(part[some], which, len(different)) for part in (n, sums, products))
    mean = np.where(different, sums / n[:, None], 0.0)
    scatter = products - n[:, None, None] * mean[:, :, None] * mean[:, None, :]
    both = different[:, :, None] & different[:, None, :]
    return Patterns(different, n, mean, np.where(both, scatter, 0.0))


def _added(part: Any, which: Any, size: int) -> Any:
    total = np.zeros((size, *part.shape[1:]))
    np.add.at(total, which, part)
    return total
