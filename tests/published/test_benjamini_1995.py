"""Benjamini & Hochberg (1995), J R Stat Soc B 57:289-300, section 4.1: fifteen p-values of a trial of thrombolysis."""

from analysis.triggers import adjusted

P = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]


def test_at_5_percent_the_four_smallest_are_rejected():
    assert [True] * 4 + [False] * 11 == [q <= 0.05 for q in adjusted(P)]


def test_bonferroni_rejects_three():
    assert 3 == sum(p <= 0.05 / len(P) for p in P)
