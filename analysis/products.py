"""Products of botulinum toxin by their names: the units of one are not those of another."""

from __future__ import annotations

import pandas as pd

BOTOX = r"\b(?:botox|onabotulinumtoxina|vistabel)\b"
UNSTATED = r"\s*(?:botulinum toxin(?: type)?(?: a)?)?\s*"


def is_botox(products: pd.Series[str]) -> pd.Series[bool]:
    """Which names of products are those of onabotulinumtoxinA: only its units are those of the paradigm.

    >>> is_botox(pd.Series(["Botox", "BOTOX 200 U", "onabotulinumtoxinA", "Dysport", None])).tolist()
    [True, True, True, False, False]
    """
    names = _different(products)
    return products.isin(names[names.str.contains(BOTOX, case=False, regex=True)])


def is_other_toxin(products: pd.Series[str]) -> pd.Series[bool]:
    """Which names are those of a product whose units are not those of onabotulinumtoxinA. What is not stated is none.

    >>> is_other_toxin(pd.Series(["Botox", "Dysport", "Botulinum toxin A", None])).tolist()
    [False, True, False, False]
    """
    names = _different(products)
    unstated = products.isna() | products.isin(names[names.str.fullmatch(UNSTATED, case=False)])
    return ~is_botox(products) & ~unstated


def _different(products: pd.Series[str]) -> pd.Series[str]:
    """Each name once: a registry has millions of sessions, and few products."""
    return products.dropna().astype("string").drop_duplicates()
