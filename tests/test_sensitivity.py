"""The same diary read in other ways: which verdicts change, under what, and how it is said."""

import pandas as pd
import pytest

from analysis.definitions import DEFAULT, MIGRAINE_RULES, RULES, day_rules, mark_days
from analysis.rules import NICE_EPISODIC, NICE_STOP, Case, verdict_table
from analysis.rules.hull import HULL
from analysis.sensitivity import (
    checked_verdicts,
    definitions,
    estimate_sentence,
    estimate_table,
    judged_by,
    sensitivity_plain,
    sensitivity_sentence,
    sensitivity_table,
)
from analysis.windows import window_table
from tests.drawing import diary_of, sessions, shown, together, treatments


def share(headaches, days):
    return "1" * headaches + "0" * (days - headaches)


def case_of(headache, *dates, rules=DEFAULT, **columns):
    """A diary from 1 January 2026."""
    days = diary_of("P1", headache, start="2026-01-01", **columns)
    treated = sessions("P1", *dates) if dates else treatments()
    marked = mark_days(days, rules)
    return Case(marked, window_table(marked, treated), treated)


def two_cycles(second, **columns):
    """A baseline of 20 headache days in 28 and two cycles; the second is drawn."""
    return case_of(share(20, 28) + "1" * 84 + second, "2026-01-29", "2026-04-23", **columns)


def named(case, rule, kind, rules="nice-ta260"):
    """The verdict under each reading of that kind."""
    table = sensitivity_table(case, rules)
    mine = table.loc[(table["rule"] == rule) & (table["kind"] == kind)]
    return dict(shown(mine, "name", "verdict"))


# --- definitions


def test_every_headache_day_is_looked_at_with_every_migraine_day():
    names = {rules.names[:2] for rules in definitions()}

    assert names == {(headache, migraine) for headache in RULES for migraine in MIGRAINE_RULES}


def test_the_severity_map_in_use_is_kept():
    assert {"1-5-7"} == {rules.severity.name for rules in definitions(day_rules("1-5-7"))}


def test_a_verdict_that_hangs_on_four_hours_is_said_to():
    """By any headache cycle 2 has 51 headache days of 84; none of them lasts 4 hours."""
    case = two_cycles(share(17, 28) * 3, minutes=[300] * 112 + [60] * 84)
    table = sensitivity_table(case)
    stop = checked_verdicts(case).set_index("rule").loc[NICE_STOP]

    assert ("met", "4h (not met)") == tuple(stop[["verdict", "flips"]])
    assert sensitivity_sentence(table, NICE_STOP).startswith(
        f"{NICE_STOP}: the verdict (met) changes under 4h (not met); is the same under all 3 windows; "
    )
    assert "Some answers change with the way of counting." in sensitivity_plain(table)


def test_the_reading_in_use_says_what_the_verdict_says():
    case = two_cycles(share(43, 84))
    table = sensitivity_table(case)
    same = table.loc[table["name"].isin(["any + label", "whole cycle", "baseline of 28 days"])]

    assert (same["used"] == same["verdict"]).all()


def test_where_nothing_changes_it_is_said_in_one_sentence():
    case = two_cycles(share(10, 28) * 3, minutes=[300] * 196)
    table = sensitivity_table(case)

    assert (
        f"{NICE_STOP}: the verdict (not met) is the same under all 12 definitions; is the same under all 3 windows; "
        "is the same under 1 baseline (2 of 3 baselines cannot tell)."
    ) == sensitivity_sentence(table, NICE_STOP)
    assert sensitivity_plain(table).endswith("The answers stayed the same each time.")


def test_what_cannot_be_told_names_the_readings_that_could():
    """The first four weeks of the cycle have too few logged days; the last four do not."""
    case = two_cycles("." * 20 + "1" * 64)
    text = sensitivity_sentence(sensitivity_table(case), NICE_STOP)

    assert (
        f"{NICE_STOP}: the verdict cannot be told; it could be under weeks 9-12 (met), best four weeks (met)." == text
    )


def test_what_no_reading_can_tell_is_said_to_be_so():
    case = case_of("1" * 20)
    table = sensitivity_table(case)

    assert sensitivity_sentence(table, NICE_STOP).endswith("cannot be told under any definition, window or baseline.")
    assert "cannot answer these rules yet" in sensitivity_plain(table)


# --- windows


def test_a_cycle_is_judged_by_the_whole_of_it_its_last_and_its_best_four_weeks():
    """None in weeks 5-8, all days in 1-4 and 9-12: 56 of 84."""
    case = two_cycles("1" * 28 + "0" * 28 + "1" * 28)

    assert {"whole cycle": "met", "weeks 9-12": "met", "best four weeks": "not met"} == named(case, NICE_STOP, "window")


def test_the_best_four_weeks_are_the_best_of_those_that_are_usable():
    case = judged_by(two_cycles("1" * 28 + "." * 10 + "0" * 18 + share(14, 28)), "best four weeks")
    best = case.windows.loc[(case.windows["cycle"] == 2) & (case.windows["phase"] == "cycle"), "name"]

    assert ["cycle 2 weeks 9-12"] == best.tolist()


def test_the_hull_month_too_is_looked_at_in_other_windows():
    case = two_cycles("0" * 28 + "1" * 56, kind=["tension"] * 196)
    used = verdict_table(case, "hull").set_index("rule").loc[HULL, "verdict"]

    assert "met" == used
    assert {"whole cycle": "not met", "weeks 9-12": "not met", "best four weeks": "met"} == named(
        case, HULL, "window", "hull"
    )


def test_rules_on_calendar_months_do_not_hang_on_windows():
    case = two_cycles(share(10, 28) * 3)

    assert 1 == len(set(named(case, NICE_EPISODIC, "window").values()))


# --- baselines


def test_one_two_and_three_baseline_blocks_are_looked_at():
    """The last 28 days before the session were the worst."""
    text = share(8, 28) + share(8, 28) + share(20, 28) + "1" * 84 + share(14, 28) * 3
    case = case_of(text, "2026-03-26", "2026-06-18")

    assert {"baseline of 28 days": "not met", "baseline of 56 days": "met", "baseline of 84 days": "met"} == named(
        case, NICE_STOP, "baseline"
    )


# --- numbers


def test_the_change_is_shown_under_each_reading():
    minutes = [300] * 122 + [60] * 74
    table = estimate_table(two_cycles(share(50, 84), minutes=minutes))
    headache = table.loc[table["measure"] == "headache_days"].set_index("name")

    assert (20, pytest.approx(28 * 50 / 84)) == tuple(headache.loc["any + label", ["before", "after"]])
    assert pytest.approx(28 * 10 / 84) == headache.loc["4h + ichd", "after"]
    assert {2} == set(table["cycle"])
    assert (headache["low"].dropna() <= headache["change"].dropna()).all()


def test_how_far_the_changes_lie_apart_is_said():
    table = estimate_table(two_cycles(share(50, 84), minutes=[300] * 122 + [60] * 74))

    assert (
        "Change in headache days per 28 days, under the 12 of 12 definitions that can be told: from −16.7 to −3.3; "
    ) in estimate_sentence(table)
    assert "Change in migraine days: cannot be told under any definition." == estimate_sentence(table, "migraine_days")


def test_patients_together_are_patients_alone():
    one, two = two_cycles(share(43, 84)), two_cycles(share(10, 84))
    days = together(*(case.marked.assign(patient=code) for case, code in ((one, "P1"), (two, "P2"))))
    treated = pd.concat([sessions(code, "2026-01-29", "2026-04-23") for code in ("P1", "P2")], ignore_index=True)
    marked = mark_days(days)
    both = sensitivity_table(Case(marked, window_table(marked, treated), treated))

    for code, case in (("P1", one), ("P2", two)):
        mine = both.loc[both["patient"] == code]
        assert shown(sensitivity_table(case), "rule", "name", "verdict") == shown(mine, "rule", "name", "verdict")
