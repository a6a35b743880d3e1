"""EHF 2018, DMKG 2018, AHS 2021, the Hull responder and IHS 2025 on drawn diaries: each verdict and each edge."""

from calendar import monthrange
from datetime import timedelta
from itertools import pairwise, product
from math import prod

import numpy as np
import pandas as pd
import pytest

from analysis.definitions import mark_days
from analysis.outcome import Sums
from analysis.rules import RULE_SETS, RULE_SOURCES, Case, all_verdicts, verdict_table
from analysis.rules.ahs import AHS_CONTINUE
from analysis.rules.base import COLUMNS, Found, fewer, fewer_than, one_way, part, prorated
from analysis.rules.dmkg import DMKG_STOP, DMKG_STRETCH
from analysis.rules.ehf import EHF_CONTINUE, EHF_STOP, EHF_SUCCESS
from analysis.rules.hull import HULL, Chance, at_least_twice, chance
from analysis.rules.ihs import BANDS, residual_band
from analysis.windows import window_table
from diary.model import Score
from diary.tables import SCORES, facts_frame
from tests.drawing import day, diary_of, sessions, together, treatments

START = "2026-01-01"


def share(headaches, days):
    """So many headache days, and then free days."""
    return "1" * headaches + "0" * (days - headaches)


def case_of(headache, *session_days, scores=(), **columns):
    """A diary from 1 January 2026 with sessions so many days into it."""
    days = diary_of("P1", headache, start=START, **columns)
    treated = sessions("P1", *(f"{day(START) + timedelta(n)}" for n in session_days))
    marked = mark_days(days)
    table = facts_frame([Score("P1", day(START) + timedelta(n), *rest) for n, *rest in scores], SCORES)
    return Case(marked, window_table(marked, treated), treated, None, table)


def verdict(case, rules, rule):
    """The verdict and its reason."""
    table = verdict_table(case, rules)
    row = table.index[table["rule"] == rule].item()
    return table.loc[row, "verdict"], table.loc[row, "because"]


def cycles(*headaches, baseline=20):
    """A baseline of 28 days and cycles of 84 with so many headache days each, one session after the other."""
    text = share(baseline, 28) + "".join(share(n, 84) for n in headaches)
    return case_of(text, *(28 + 84 * k for k in range(len(headaches))))


# --- EHF


@pytest.mark.parametrize(
    ("headaches", "answer"),
    [
        ((43, 43), "met"),
        ((43, 43, 43), "met"),
        ((43, 43, 42), "not met"),
        ((43, 42, 43), "not met"),
        ((42, 84, 84), "not met"),
        ((43,), "cannot tell"),
        ((42,), "not met"),
    ],
)
def test_ehf_stops_where_none_of_the_first_two_to_three_cycles_reaches_30_percent(headaches, answer):
    assert answer == verdict(cycles(*headaches), "ehf-2018", EHF_STOP)[0]


def test_ehf_does_not_wait_for_a_third_cycle_that_is_still_running():
    text = share(20, 28) + "1" * 84 + "1" * 84 + "1" * 40
    found, because = verdict(case_of(text, 28, 112, 196), "ehf-2018", EHF_STOP)

    assert "met" == found
    assert "cycle 3: cannot tell: the diary ends after 40 of 84 days" in because


def test_ehf_says_the_counts_of_each_cycle():
    _, because = verdict(cycles(42, 63), "ehf-2018", EHF_STOP)

    assert (
        "Baseline 20 headache days on 28 logged days; cycle 1 42 headache days on 84 logged days: 30.0 % fewer; "
        "cycle 2 63 headache days on 84 logged days: 5.0 % more; there is no cycle 3 yet."
    ) == because


@pytest.mark.parametrize(
    ("baseline", "because"),
    [
        ("." * 10 + "1" * 18, "Baseline: low completeness: 18 of 28 days logged (20 in each 28 are needed)."),
        ("0" * 28, "The baseline has no headache day."),
        (
            share(1, 28),
            "Baseline 1 headache days on 28 logged days; cycle 1 0 headache days on 84 logged days: 100.0 % fewer; "
            "cycle 2 0 headache days on 84 logged days: 100.0 % fewer; there is no cycle 3 yet.",
        ),
    ],
)
def test_ehf_compares_cycles_with_a_usable_baseline_that_has_a_headache_day(baseline, because):
    assert because == verdict(case_of(baseline + "0" * 168, 28, 112), "ehf-2018", EHF_STOP)[1]


@pytest.mark.parametrize(
    ("after", "answer"), [(share(14, 28), "met"), (share(15, 28), "not met"), (share(14, 27) + ".", "cannot tell")]
)
def test_ehf_compares_four_weeks_before_and_after_the_latest_session(after, answer):
    """20 to 14 days is exactly 30 %."""
    found, because = verdict(case_of("1" * 84 + share(20, 28) + after, 28, 112), "ehf-2018", EHF_CONTINUE)

    assert answer == found
    assert (answer == "cannot tell") is ("The days that are missing could turn the answer." in because)


def test_ehf_takes_the_latest_session_that_four_weeks_of_diary_follow():
    text = share(20, 28) + share(10, 28) + "1" * 30

    assert "met" == verdict(case_of(text, 28, 60), "ehf-2018", EHF_CONTINUE)[0]


def test_ehf_four_weeks_with_fewer_than_20_logged_days_cannot_tell():
    text = share(20, 28) + "0" * 19 + "." * 9

    assert (
        "cannot tell",
        "Fewer than 20 of the 28 days before or after the latest session are logged.",
    ) == verdict(case_of(text, 28), "ehf-2018", EHF_CONTINUE)
    assert "met" == verdict(case_of(share(20, 28) + "0" * 20 + "." * 8, 28), "ehf-2018", EHF_CONTINUE)[0]


def test_ehf_four_weeks_without_a_headache_day_have_nothing_to_fall():
    assert ("cannot tell", "The four weeks before had no headache day.") == verdict(
        case_of("0" * 28 + share(3, 28), 28), "ehf-2018", EHF_CONTINUE
    )


def test_ehf_without_four_weeks_after_a_session_cannot_tell():
    assert ("cannot tell", "No session is followed by four weeks of diary yet.") == verdict(
        case_of("1" * 50, 28), "ehf-2018", EHF_CONTINUE
    )


def months(*headaches):
    """January to … 2026 with so many headache days each, and a session on the first day."""
    return "".join(share(n, monthrange(2026, month)[1]) for month, n in enumerate(headaches, start=1))


@pytest.mark.parametrize(("headaches", "answer"), [((9, 9, 9), "met"), ((9, 10, 9), "not met")])
def test_ehf_success_is_fewer_than_10_days_in_each_of_three_months(headaches, answer):
    assert answer == verdict(case_of(months(*headaches), 0), "ehf-2018", EHF_SUCCESS)[0]


def test_a_limit_that_28_day_blocks_would_judge_otherwise_is_said_to_flip():
    """9 headache days at the end of each month are 9.8 in a mean month; 28-day blocks can hold ten of them."""
    text = "0" * 22 + "1" * 9 + "1" * 9 + "0" * 19 + "0" * 22 + "1" * 9
    table = verdict_table(case_of(text, 0), "ehf-2018").set_index("rule")

    assert ("met", "blocks of 28 days (not met)") == tuple(table.loc[EHF_SUCCESS, ["verdict", "flips"]])


# --- DMKG


@pytest.mark.parametrize(("third", "answer"), [(42, "not met"), (43, "met")])
def test_dmkg_judges_the_third_cycle(third, answer):
    assert answer == verdict(cycles(84, 84, third), "dmkg-2018", DMKG_STOP)[0]


def test_dmkg_waits_for_the_third_cycle():
    assert "cannot tell" == verdict(cycles(84, 84), "dmkg-2018", DMKG_STOP)[0]


@pytest.mark.parametrize(
    ("headaches", "answer"),
    [((42, 42, 42, 42), "met"), ((42, 42, 43, 42), "not met"), ((42, 42, 42), "cannot tell"), ((43,), "not met")],
)
def test_dmkg_calls_a_year_stable_where_every_cycle_has_30_percent_fewer(headaches, answer):
    assert answer == verdict(cycles(*headaches), "dmkg-2018", DMKG_STRETCH)[0]


def test_dmkg_says_the_answer_of_each_cycle_and_how_stable_is_read():
    _, because = verdict(cycles(42, 43), "dmkg-2018", DMKG_STRETCH)

    assert (
        "At least 30 % fewer headache days than at baseline in cycle 1: yes, in cycle 2: no, in cycle 3: cannot tell, "
        'in cycle 4: cannot tell. "Stable" is read as at least 30 % fewer in each of the four: '
        "a convention of this program."
    ) == because


# --- AHS


HIT6, MIDAS, MPFID = "hit6", "midas", "mpfid"
SIX_MONTHS = 28 + 84 + 70


def ahs(before, after, *scores):
    """A cycle 2 with so many headache days, all of them mild, and questionnaires."""
    text = share(before, 28) + "1" * 84 + share(after, 84)
    return verdict(case_of(text, 28, 112, 196, scores=scores, severity=text), "ahs-2021", AHS_CONTINUE)


def asked(instrument, before, after):
    return (20, instrument, before), (SIX_MONTHS, instrument, after)


@pytest.mark.parametrize(("after", "answer"), [(30, "met"), (31, "cannot tell")])
def test_ahs_continues_at_half_the_headache_days(after, answer):
    """20 of 28 to 30 of 84 is exactly half; without questionnaires more than half cannot be told."""
    assert answer == ahs(20, after)[0]


@pytest.mark.parametrize(
    ("scores", "answer"),
    [
        (asked(HIT6, 65, 60) + asked(MIDAS, 60, 60), "met"),
        (asked(HIT6, 65, 61) + asked(MIDAS, 60, 60), "not met"),
        (asked(HIT6, 65, 61) + asked(MIDAS, 10, 0), "not met"),
        (asked(HIT6, 65, 61), "cannot tell"),
        (asked(HIT6, 65, 60)[:1] + asked(MIDAS, 60, 60), "cannot tell"),
        (asked(MIDAS, 11, 6), "met"),
        (asked(MIDAS, 20, 15), "met"),
        (asked(MIDAS, 21, 16), "cannot tell"),
        (asked(MIDAS, 30, 21), "met"),
        (asked(MPFID, 20, 15), "met"),
    ],
)
def test_ahs_continues_where_a_questionnaire_is_clearly_better(scores, answer):
    """No headache is moderate or severe, so that these cannot be half as many."""
    assert answer == ahs(20, 84, *scores)[0]


def ahs_of_severe(scores, after="3"):
    severity = "3" * 20 + "0" * 8 + "3" * 84 + after * 84
    headache = severity.replace("3", "1")
    return verdict(case_of(headache, 28, 112, 196, severity=severity, scores=scores), "ahs-2021", AHS_CONTINUE)


def test_ahs_is_not_met_only_where_days_and_both_questionnaires_say_so():
    both = asked(HIT6, 65, 61) + asked(MIDAS, 100, 71)

    assert "not met" == ahs_of_severe(both)[0]
    assert "cannot tell" == ahs_of_severe(both[:2])[0]


def test_ahs_counts_half_the_severe_days_by_themselves():
    found, because = ahs_of_severe((), after="1")

    assert "met" == found
    assert (
        "Headache days 20.0 → 28.0 per 28 (40.0 % more); moderate or severe days 20.0 → 0.0 per 28 (100.0 % fewer); "
        "HIT-6 not recorded at both times; MIDAS not recorded at both times; MPFID not recorded at both times."
    ) == because


def test_ahs_reads_a_questionnaire_of_the_four_weeks_before_and_of_the_end_of_cycle_2_only():
    known = "HIT-6 65 → 55"

    assert known in ahs(20, 84, (0, HIT6, 65), (112 + 56, HIT6, 55))[1]
    assert known in ahs(20, 84, (28, HIT6, 65), (112 + 84 + 28, HIT6, 55))[1]
    assert known not in ahs(20, 84, (29, HIT6, 65), (112 + 56, HIT6, 55))[1]
    assert known not in ahs(20, 84, (28, HIT6, 65), (112 + 55, HIT6, 55))[1]
    assert known not in ahs(20, 84, (28, HIT6, 65), (112 + 84 + 29, HIT6, 55))[1]


@pytest.mark.parametrize(("short_of_it", "read"), [(0, True), (1, False)])
def test_ahs_reads_no_questionnaire_after_as_of(short_of_it, read):
    as_of = day(START) + timedelta(SIX_MONTHS - short_of_it)
    case = case_of(share(20, 28) + "1" * 168, 28, 112, scores=asked(HIT6, 65, 55))

    assert read is ("HIT-6 65 → 55" in verdict(case._replace(as_of=as_of), "ahs-2021", AHS_CONTINUE)[1])


def test_ahs_does_not_read_single_items_for_totals():
    assert "HIT-6 not recorded at both times" in ahs(20, 84, (20, HIT6, 13, "1"), (SIX_MONTHS, HIT6, 6, "1"))[1]


# --- Hull


def hull(before, after, before_migraine=None, after_migraine=None):
    """Weeks 1-4 of cycle 2 with so many headache and migraine days."""
    text = share(before, 28) + "1" * 84 + share(after, 28) + "0" * 56
    kinds = _kinds(before, before_migraine) + ["tension"] * 84 + _kinds(after, after_migraine) + [None] * 56
    return verdict(case_of(text, 28, 112, kind=kinds), "hull", HULL)


def _kinds(headaches, migraines):
    migraines = headaches if migraines is None else migraines
    return ["migraine"] * migraines + ["tension"] * (headaches - migraines) + [None] * (28 - headaches)


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        ((20, 10), "met"),
        ((20, 13, 10, 8), "not met"),
        ((20, 13, 10, 5), "met"),
        ((20, 12, 10, 8), "met"),
        ((24, 20), "met"),
        ((24, 21), "not met"),
    ],
)
def test_hull_responds_by_half_the_headache_or_migraine_days_or_twice_the_clear_ones(counts, answer):
    """Of 24 headache days 4 are clear: 8 are twice as many, 7 are not."""
    assert answer == hull(*counts)[0]


@pytest.mark.parametrize(("after", "answer"), [(27, "cannot tell"), (28, "not met"), (14, "met")])
def test_hull_cannot_double_no_clear_day_at_all(after, answer):
    assert answer == hull(28, after)[0]


def found(total, known=28, usable=True):
    """A window of 28 days of which so many are known, and so many of these counted."""
    sums = Sums(np.array([float(total)]), np.array([known]), np.array([known]), np.array([28]))
    return Found(sums, *np.array([[True], [True], [usable]]), np.array([""], object))


YES, OPEN, NO = 1, 0, -1


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        (found(1), found(2), YES),
        (found(4), found(7), NO),
        (found(4, 27), found(8), OPEN),
        (found(4), found(7, 27), OPEN),
        (found(0), found(1, 27), OPEN),
        (found(4, usable=False), found(8), OPEN),
        (found(4), found(8, usable=False), OPEN),
    ],
)
def test_days_doubled_only_if_they_did_whatever_the_missing_ones_were(before, after, answer):
    assert [answer] == at_least_twice(before, after).tolist()


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [(found(1), found(0), YES), (found(0), found(9), NO), (found(0), found(9, usable=False), OPEN)],
)
def test_days_that_surely_were_not_there_cannot_be_half_as_many(before, after, answer):
    assert [answer] == one_way(before, after, 50).tolist()


@pytest.mark.parametrize(("after", "said"), [(199, "0.5 % fewer"), (200, "0.0 % fewer"), (201, "0.5 % more")])
def test_a_small_change_is_said_with_its_direction(after, said):
    assert [said] == fewer(found(200, 200).sums, found(after, 200).sums).tolist()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (found(0), found(9), "days 0.0 → 9.0 per 28"),
        (found(1), found(9), "days 1.0 → 9.0 per 28 (800.0 % more)"),
        (found(18, 26), found(9), "days 19.4 → 9.0 per 28 (53.5 % fewer)"),
        (found(1, 1), found(7, 14), "days 28.0 → 14.0 per 28 (50.0 % fewer)"),
        (found(7, 14), found(1, 1), "days 14.0 → 28.0 per 28 (100.0 % more)"),
        (found(0, 0), found(9), "days not known"),
        (found(9), found(0, 0), "days not known"),
        (found(9, usable=False), found(9), "days not known"),
        (found(9), found(9, usable=False), "days not known"),
    ],
)
def test_a_rate_is_said_of_windows_that_are_usable_and_known_and_a_change_of_those_that_can_fall(before, after, said):
    assert [said] == part(before, after, "days").tolist()


@pytest.mark.parametrize(("total", "known", "answer"), [(0, 1, YES), (1, 1, NO), (0, 0, OPEN)])
def test_a_span_is_prorated_from_one_known_day_and_not_from_none(total, known, answer):
    span = Sums._make(column[:, None] for column in found(total, known).sums)

    assert [answer] == prorated(span, 28, fewer_than(15)).tolist()


@pytest.mark.parametrize(
    ("share_of_diaries", "said"), [(0.9, "90 %"), (0.006, "1 %"), (0.005, "fewer than 1 %"), (0.0, "fewer than 1 %")]
)
def test_what_chance_reaches_is_said_in_whole_percent_and_never_as_none(share_of_diaries, said):
    assert str(Chance(share_of_diaries, 0, 0, 0.3)).endswith(f"reached in 30 %, half the headache days in {said}")


def test_hull_says_all_three_rates_and_what_chance_does():
    _, because = hull(20, 15, 10, 8)

    assert (
        "Headache days 20.0 → 15.0 per 28 (25.0 % fewer); migraine days 10.0 → 8.0 per 28 (20.0 % fewer); "
        f"headache-free days 8.0 → 13.0 per 28 (62.5 % more). {chance(20, 10)}."
    ) == because


@pytest.mark.parametrize(
    ("before", "after"), [("1" * 28, "1" * 28), (share(27, 28), "1" * 28), ("1" * 28, share(27, 28))]
)
def test_what_chance_reaches_is_not_said_where_it_is_not_known_which_days_were_migraine(before, after):
    _, because = verdict(case_of(before + "1" * 84 + after + "0" * 56, 28, 112), "hull", HULL)

    assert "migraine days not known" in because
    assert "By chance" not in because


def test_what_chance_reaches_is_said_from_one_day_on_that_surely_was_no_migraine():
    """What the headaches were is not known; the one day without is known to be free of migraine."""
    case = case_of(share(27, 28) + "1" * 84 + share(27, 28) + "0" * 56, 28, 112)

    assert f"{chance(27, 0)}." in verdict(case, "hull", HULL)[1]


def test_what_chance_reaches_is_not_said_of_a_window_that_is_not_usable():
    text = share(20, 28) + "1" * 84 + "0" * 10 + "." * 18 + "0" * 56

    assert (
        "cannot tell",
        "Headache days not known; migraine days not known; headache-free days not known.",
    ) == verdict(case_of(text, 28, 112, kind=_kinds(20, 10) + [None] * 168), "hull", HULL)


def chance_by_counting(likely, before, after):
    """The same by going through each diary that there can be: how likely it is, and what it reaches."""
    total = np.zeros(4)
    for days in product((0, 1, 2), repeat=before + after):
        steps = [0.3 * (one == other) + 0.7 * likely[other] for one, other in pairwise(days)]
        (h0, h1), (m0, m1), (c0, c1) = (
            (np.isin(days[:before], kinds).mean(), np.isin(days[before:], kinds).mean()) for kinds in ([1, 2], [2], [0])
        )
        reached = [0 < h0 and h1 <= h0 / 2, 0 < m0 and m1 <= m0 / 2, 0 < c0 and c1 >= 2 * c0]
        total += likely[days[0]] * prod(steps) * np.array([*reached, any(reached)])
    return total


def test_what_chance_reaches_is_what_all_diaries_together_do():
    """Windows of 4 and 2 days; the standard error of the simulation is at most 0.008."""
    assert pytest.approx(chance_by_counting((0.5, 0.25, 0.25), 4, 2), abs=0.016) == list(chance(14, 7, 4, 2))


def test_what_chance_reaches_is_the_same_each_time():
    first = chance(15, 8)
    chance.cache_clear()

    assert first == chance(15, 8)


def test_with_longer_windows_chance_reaches_less():
    assert chance(15, 8, 84, 84).any < chance(15, 8, 28, 28).any


# --- IHS


def burdened(*counts):
    """Months after the first session with so many days of moderate headache each; mild ones on the others."""
    severity = "".join("2" * n + "1" * (monthrange(2026, month)[1] - n) for month, n in enumerate(counts, start=1))
    return verdict_table(
        case_of("1" * len(severity), 0, severity=severity, kind=["tension"] * len(severity)), "ihs-2025"
    )


def test_moderate_days_and_migraine_days_are_one_burden():
    """Two moderate days, of which one is migraine, and one mild migraine: three days."""
    kinds = ["migraine", "tension", "migraine"] + ["tension"] * 87
    table = verdict_table(case_of("1" * 90, 0, severity="221" + "1" * 87, kind=kinds), "ihs-2025")

    assert "in 2026-01: 3 (31 of 31 days known)" in table["because"][0]


def test_each_verdict_says_the_band():
    assert burdened(5, 0, 0)["because"].str.contains("Band: modest.").all()


@pytest.mark.parametrize(
    ("surely", "answers"), [(3, ["not met", "cannot tell", "met"]), (6, ["not met", "not met", "cannot tell"])]
)
def test_a_day_that_could_be_one_too_many_leaves_the_band_open(surely, answers):
    severity = [2] * surely + [None] + [1] * (89 - surely)
    table = verdict_table(case_of("1" * 90, 0, severity=severity, kind=["tension"] * 90), "ihs-2025")

    assert answers == table["verdict"].tolist()
    assert [""] == table.loc[table["verdict"] == "cannot tell", "flips"].tolist()
    assert residual_band(table).isna().all()


def test_each_band_says_by_itself_whether_it_is_borderline():
    """Three days a month, five of them within 28: fewer than 4 a month no more, and yet not more than 6."""
    severity = "1" * 28 + "2" * 5 + "1" * 25 + "2" + "1" * 28 + "2" * 3
    table = verdict_table(case_of("1" * 90, 0, severity=severity, kind=["tension"] * 90), "ihs-2025")

    assert [False, True, False] == table["because"].str.contains("Borderline").tolist()


# --- all of them


def test_every_rule_set_has_a_source_and_speaks_of_each_patient():
    days = together(diary_of("P1", "1" * 300, start=START), diary_of("P2", "0" * 30, start=START))
    treated = sessions("P1", "2026-02-01", "2026-04-26")
    marked = mark_days(days)
    table = all_verdicts(Case(marked, window_table(marked, treated), treated))

    assert list(RULE_SETS) == list(RULE_SOURCES)
    assert ["patient", "rules", *COLUMNS[1:]] == list(table)
    assert set(RULE_SETS) == set(table["rules"])
    assert list(range(len(table))) == table.index.tolist()
    assert (table.groupby("rule")["patient"].nunique() == 2).all()
    assert set(table["verdict"]) <= {"met", "not met", "cannot tell"}
    assert table["because"].str.fullmatch(r"[A-Z0-9].*\.").all()
    assert (table["window"] != "").all()


def case_of_patients(*drawn):
    """The case of patients, each with a headache diary and a first session so many days into it, and HIT-6 totals."""
    days = together(*(diary_of(name, headache, start=START) for name, headache, _ in drawn))
    dates = [[f"{day(START) + timedelta(first + n)}" for n in (0, 84)] for _, _, first in drawn]
    treated = pd.concat([sessions(name, *at) for (name, *_), at in zip(drawn, dates, strict=True)], ignore_index=True)
    asked = [
        Score(name, day(START) + timedelta(first + n), HIT6, total)
        for name, _, first in drawn
        for n, total in ((-8, 60), (154, 50 + first // 28))
    ]
    marked = mark_days(days)
    return Case(marked, window_table(marked, treated), treated, None, facts_frame(asked, SCORES))


def test_patients_together_have_the_verdicts_that_each_has_alone():
    one, other = ("P1", share(20, 28) + "01" * 90, 28), ("P2", "001" * 28 + "0001" * 45, 84)
    alone = pd.concat([all_verdicts(case_of_patients(drawn)) for drawn in (one, other)])
    order = ["patient", "rule"]

    pd.testing.assert_frame_equal(
        alone.sort_values(order, ignore_index=True),
        all_verdicts(case_of_patients(one, other)).sort_values(order, ignore_index=True),
    )


def test_no_rule_says_that_a_treatment_did_something():
    table = all_verdicts(cycles(42, 43, 20, 84))
    text = " ".join(table["because"]).casefold()

    assert not [word for word in ("botox", "because of", "effect of", "helped", "worked", "reduced by") if word in text]


def test_an_empty_diary_has_no_verdicts_in_any_set():
    marked = mark_days(diary_of("P1", "1").iloc[:0])

    assert 0 == len(all_verdicts(Case(marked, window_table(marked, treatments()), treatments())))


def test_the_bands_are_ordered():
    assert sorted(BANDS, key=lambda band: band.limit.below) == list(BANDS)
    assert isinstance(residual_band(burdened(0, 0, 0)), pd.Series)
