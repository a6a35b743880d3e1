"""What stands beside the outcome: near-daily headache, confounders, definitions, plain words."""

from datetime import date, timedelta

import pytest

from analysis.findings import find
from analysis.reports.content import report_content
from diary.days import day_tables
from diary.demo import demo_batch
from diary.model import DayLog, Treatment
from diary.store import Store
from diary.tables import FACTS, facts_frame

FIRST = date(2025, 1, 1)
SESSION = FIRST + timedelta(days=84)


def findings_of(days, treatments, **asked):
    frames = {name: facts_frame((), table) for name, table in FACTS.items()}
    frames["days"] = facts_frame(days, FACTS["days"])
    frames["treatments"] = facts_frame(treatments, FACTS["treatments"])
    return find(day_tables(frames), **asked)


def session(day=SESSION):
    return Treatment("P1", "botulinum", "Botox", day, amount=155, unit="U")


def near_daily(severe_before, severe_after):
    """Headache on every day before and on 97 of 100 after; severe on so many days in ten."""
    days = []
    for n in range(84 + 84):
        after = n >= 84
        headache = not after or n % 33 != 0
        bad = n % 10 < (severe_after if after else severe_before)
        days.append(
            DayLog(
                "P1",
                FIRST + timedelta(days=n),
                headache=headache,
                severity=(3 if bad else 1) if headache else None,
                minutes=600 if headache else None,
                acute=False,
            )
        )
    return days


@pytest.fixture(scope="module")
def ceiling():
    return report_content(findings_of(near_daily(5, 3), [session()]))


def test_near_daily_headache_is_not_called_unchanged_without_what_hours_and_severe_days_say(ceiling):
    answer = ceiling.points[0].answer

    assert "a count of days has little room" in answer
    assert "severe headache days 14.7 → 7.7 (48 % fewer" in answer
    assert "headache hours" in answer


def test_a_diary_that_begins_after_the_first_session_says_that_the_baseline_is_missing():
    days = [DayLog("P1", SESSION + timedelta(days=n), headache=True) for n in range(1, 3)]

    missing = report_content(findings_of(days, [session()])).points[1].answer

    assert "No day of the diary is missing. The baseline lacks 28 of 28 days." == missing


def test_another_treatment_in_the_same_time_confounds_the_cycle_and_is_said():
    started = Treatment("P1", "preventive", "Topiramate", SESSION + timedelta(days=20), amount=50, unit="mg")
    content = report_content(findings_of(near_daily(5, 3), [session(), started]))

    firm = dict(content.further[2].rows)
    assert "Confounded" in firm["Other treatment"]
    assert "Topiramate started on" in firm["Other treatment"]
    assert "left out" in firm["Without these days"]


def test_regression_to_the_mean_is_shown_only_with_a_usual_level_from_the_clinic():
    plain = findings_of(near_daily(5, 3), [session()])
    asked = findings_of(near_daily(5, 3), [session()], usual_level=20.0)

    assert plain.evidence.regression is None
    assert "−2.4 (r = 0.7)" in str(asked.evidence.regression)


def test_the_check_interval_holds_the_interval():
    rows = findings_of(near_daily(5, 3), [session()]).outcomes.dropna(subset=["check_low"])

    assert (rows["check_low"] <= rows["low"]).all()
    assert (rows["check_high"] >= rows["high"]).all()
    assert {"headache_days", "severe_days"} <= set(rows["measure"])


def test_a_diary_without_a_session_still_says_what_it_can():
    content = report_content(findings_of(near_daily(5, 3), []))

    assert content.plain[0] == "Your diary cannot say yet if your headache days changed."
    assert [row[0] for row in content.further[0].rows][:2] == ["Chronic migraine", "Medication overuse"]


def test_every_rule_set_stands_side_by_side(ceiling):
    sets = {row[0].split(" ")[0] for row in ceiling.further[1].rows}

    assert {"nice-ta260", "ehf-2018", "dmkg-2018", "ahs-2021", "hull", "ihs-2025"} == sets


def test_gepant_days_count_towards_overuse_only_where_asked():
    days = near_daily(5, 3)
    counted = findings_of(days, [session()], count_gepants=True)

    assert "gepant" in set(counted.evidence.overuse["class"])
    assert "gepant" not in set(findings_of(days, [session()]).evidence.overuse["class"])


def test_the_table_of_the_first_page_names_the_definitions_it_is_counted_by(ceiling):
    assert "Counted by the definitions 'any', 'label' and '1-4-7'." in ceiling.summary.note


def test_plain_words_do_not_call_the_answers_the_same_where_a_rule_differs_under_blocks_of_28_days():
    with Store.open("sqlite://") as store:
        store.add(demo_batch(), layout="demo")
        content = report_content(find(store.tables()))

    assert "blocks of 28 days (met)" in [row[-1] for row in content.further[1].rows]
    assert any("Some answers change with the way of counting." in sentence for sentence in content.plain)
