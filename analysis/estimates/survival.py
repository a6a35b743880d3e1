"""How long treatment goes on: Kaplan and Meier's estimate, from how many stopped or were still treated on each day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Z = 1.959963984540054
"""Normal quantile of a 95 % interval."""


def kaplan_meier(ended: pd.Series[int], running: pd.Series[int], days: Any) -> pd.DataFrame:
    """The share still treated on each of the *days*: ``day``, ``at_risk``, ``still_treated``, ``low``, ``high`` (%).

    *ended* and *running* hold how many stopped, or were last seen, after each number of days (the index). The limits
    are of the log-log kind, as ``conf.type = "log-log"`` in R's survival. ``at_risk`` counts those still under
    observation just before the day. Kaplan & Meier (1958), J Am Stat Assoc 53:457-481.

    >>> ended, running = pd.Series([1, 1], index=[10, 30]), pd.Series([2], index=[40])
    >>> kaplan_meier(ended, running, [0, 20, 30])[["day", "at_risk", "still_treated"]].round(6).to_numpy().tolist()
    [[0.0, 4.0, 100.0], [20.0, 3.0, 75.0], [30.0, 3.0, 50.0]]
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    table = pd.concat([ended.rename("n").to_frame().assign(status=1), running.rename("n").to_frame().assign(status=0)])
    days = np.asarray(days, dtype=float)
    seen = table.index.to_numpy(float)
    at_risk = np.array([table["n"].to_numpy()[seen >= day].sum() for day in days])
    if not ended.sum():
        return _rows(days, at_risk, np.ones(len(days)), np.zeros(len(days)))
    times = table["n"].to_numpy()  # one by one: with weights, statsmodels' standard errors are others than R's
    found = SurvfuncRight(np.repeat(seen, times), np.repeat(table["status"].to_numpy(), times))
    place = np.searchsorted(found.surv_times, days, side="right") - 1
    share = np.where(place >= 0, found.surv_prob[place], 1.0)
    return _rows(days, at_risk, share, np.where(place >= 0, found.surv_prob_se[place], 0.0))


def _rows(days: Any, at_risk: Any, share: Any, error: Any) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(share)
        spread = np.exp(Z * error / np.abs(share * log))
        low, high = share**spread, share ** (1 / spread)
    open_ = (share == 0) | (share == 1)
    low, high = np.where(open_, np.nan, low), np.where(open_, np.nan, high)
    columns = {"day": days, "at_risk": at_risk, "still_treated": 100 * share, "low": 100 * low, "high": 100 * high}
    table = pd.DataFrame(columns)
    return table.mask(table["at_risk"] == 0).assign(day=days, at_risk=at_risk)


def median_days(ended: pd.Series[int], running: pd.Series[int]) -> float:
    """The first day by which no more than half are still treated; not a number where more are."""
    days = np.sort(ended.index.to_numpy(float))
    table = kaplan_meier(ended, running, days)
    half = table.loc[table["still_treated"] <= 50, "day"]
    return float(half.iloc[0]) if len(half) else float("nan")
