"""What an audit says, in tables: made of a tally alone, so that it is the same for a clinic and for a registry."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd


class Audit(NamedTuple):
    """The tables of an audit. Everyone who started is the denominator, unless a table says otherwise.

    Shares come with their Wilson interval in ``low`` and ``high``, all in per cent; rates are per 28 days. ``group``
    is "all", or one of the groups that are compared.

    - *overview*: ``item``, ``group``, ``value``, ``of`` (missing where it is no share), ``percent``, ``low``, ``high``.
    - *standards*: ``standard`` (S1 to S9), ``meaning``, ``met``, ``of``, ``not_documented``, ``percent``, ``low``,
      ``high``.
    - *baseline*: ``measure``, ``unit``, ``group``, ``n``, ``mean``, ``sd``, ``median``, ``q1``, ``q3``.
    - *lines*: ``line`` (still treated; all started, modelled; all started, stoppers at baseline), ``group``,
      ``cycle``, ``n``, ``change`` (headache days per 28), ``low``, ``high``.
    - *responders*: ``group``, ``cycle``, ``threshold`` (30, 50, 75), ``yes``, ``uncertain``, ``no``, ``cannot_tell``,
      ``not_there`` (no such cycle), ``started``, ``percent`` (of started, by the counts alone), ``low``, ``high``.
    - *first_response*: ``group``, ``cycle``, ``n``, ``started``, ``percent``, ``low``, ``high``: reached for the first
      time in that cycle.
    - *changes*: ``cycle``, ``change``, ``n``: how many had which change, for the waterfall.
    - *persistence*: ``group``, ``day``, ``at_risk``, ``still_treated`` (per cent), ``low``, ``high``.
    - *wearing_off*: ``cycle``, ``n``, ``mean`` (weeks 9-12 minus weeks 5-8), ``low``, ``high``.
    - *side_effects*: ``event``, ``sessions``, ``of``, ``percent``, ``low``, ``high``, ``patients``.
    - *missing*: ``cycle`` (0 = baseline), ``usable``, ``low_completeness``, ``cannot_tell``, ``no_days``,
      ``not_there``.
    - *comparison*: ``item``, ``one``, ``other`` (the groups), ``difference`` (percentage points or days), ``low``,
      ``high``; empty unless two groups are compared.
    - *other_patients*: ``item``, ``value``, ``source``: published figures, of other patients.
    """

    overview: pd.DataFrame
    standards: pd.DataFrame
    baseline: pd.DataFrame
    lines: pd.DataFrame
    responders: pd.DataFrame
    first_response: pd.DataFrame
    changes: pd.DataFrame
    persistence: pd.DataFrame
    wearing_off: pd.DataFrame
    side_effects: pd.DataFrame
    missing: pd.DataFrame
    comparison: pd.DataFrame
    other_patients: pd.DataFrame
