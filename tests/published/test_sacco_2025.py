"""Sacco and others (2025), Cephalalgia 45(2): residual burden of 0, fewer than 4, 4 to 6, more than 6 days a month."""

from calendar import monthrange

import pytest

from analysis.definitions import mark_days
from analysis.rules import Case, verdict_table
from analysis.rules.base import at_most, fewer_than
from analysis.rules.ihs import residual_band
from analysis.windows import window_table
from tests.drawing import diary_of, sessions


def verdicts(*counts):
    """Three months from the first session on, with so many days of moderate headache each."""
    severity = "".join("2" * n + "0" * (monthrange(2026, month)[1] - n) for month, n in enumerate(counts, start=1))
    headache = severity.replace("2", "1")
    marked = mark_days(
        diary_of("P1", headache, start="2026-01-01", severity=severity, kind=["tension"] * len(severity))
    )
    treated = sessions("P1", "2026-01-01")
    return verdict_table(Case(marked, window_table(marked, treated), treated), "ihs-2025")


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "freedom"),
        (1, "optimal"),
        (3, "optimal"),
        (4, "modest"),
        (6, "modest"),
        (7, "insufficient"),
        (28, "insufficient"),
    ],
)
def test_the_edges_of_each_band(days, band):
    assert band == residual_band(verdicts(days, days, days))["P1"]


def test_the_worst_of_three_months_decides():
    assert "modest" == residual_band(verdicts(0, 4, 0))["P1"]
    assert "insufficient" == residual_band(verdicts(3, 3, 7))["P1"]


@pytest.mark.parametrize(("days", "kept"), [(3.99, True), (4.0, False)])
def test_a_prorated_month_below_4_is_optimal(days, kept):
    assert kept is fewer_than(4).kept(days)


@pytest.mark.parametrize(("days", "kept"), [(6.0, True), (6.01, False)])
def test_a_prorated_month_above_6_is_insufficient(days, kept):
    assert kept is at_most(6).kept(days)
