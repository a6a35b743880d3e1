"""What leaves the clinic holds no small number, and none that can be worked out from what is left."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.audit import audit
from analysis.cohort.lines import STOPPERS, TREATED
from analysis.cohort.people import cohort
from analysis.cohort.questions import tally
from analysis.disclosure import ANSWERS, BASE, PRESENCE, RARE, suppressed
from tests.registry_data import AS_OF, invented_part
from tests.test_cohort import CLINIC, part_of

LEAST = 8
HALF = BASE // 2


@pytest.fixture(scope="module")
def exact():
    """An audit of 150 invented patients in two groups, with small numbers in almost every table."""
    tables = invented_part(0, 150)
    groups = {code: "2024" if n % 3 else "2025" for n, code in enumerate(tables.patients["patient"])}
    return audit(tally(cohort(tables, as_of=AS_OF, groups=groups)))


@pytest.fixture(scope="module")
def left(exact):
    return suppressed(exact)


def counts_of(audit):
    """Every count of people or sessions in the tables, with its table and column."""
    columns = {
        "standards": ["met", "not_met", "not_documented", "of"],
        "baseline": ["n"],
        "lines": ["n"],
        "responders": [*ANSWERS, "reached", "started"],
        "first_response": ["n", "started"],
        "changes": ["n"],
        "persistence": ["at_risk"],
        "wearing_off": ["n"],
        "side_effects": ["sessions", "of", "patients"],
        "missing": [*PRESENCE],
    }
    for name, names in columns.items():
        for column in names:
            yield name, column, getattr(audit, name)[column]


def test_no_small_number_is_left(exact, left):
    assert any(((counts > 0) & (counts < LEAST)).any() for _, _, counts in counts_of(exact))
    for name, column, counts in counts_of(left):
        assert not ((counts > 0) & (counts < LEAST)).fillna(False).any(), (name, column)


def test_every_count_that_is_left_is_a_multiple_of_five(left):
    for name, column, counts in counts_of(left):
        assert (counts.dropna() % BASE == 0).all(), (name, column)


def test_zero_stays_zero(exact, left):
    for name in ("responders", "missing", "standards"):
        before, after = getattr(exact, name), getattr(left, name)
        whole = before.select_dtypes("number").columns.intersection(after.select_dtypes("Int64").columns)
        assert (after[whole] == 0).fillna(False).eq(before[whole] == 0).all(axis=None), name


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (92, 90), (93, None), (100, 100)]
)
def test_a_share_of_a_hundred_is_shown_where_neither_it_nor_the_rest_is_small(exact, count, shown):
    row = exact.first_response.head(1).assign(n=count, started=100)
    found = suppressed(exact._replace(first_response=row)).first_response.iloc[0]

    assert shown == (None if pd.isna(found["n"]) else found["n"])
    assert pd.isna(found["percent"]) == (shown is None)


def test_a_share_is_that_of_the_rounded_counts(left):
    for table, part, whole in ((left.responders, "reached", "started"), (left.side_effects, "sessions", "of")):
        known = table.dropna(subset=["percent"])
        assert (100 * known[part] / known[whole]).astype(float).round(1).tolist() == known["percent"].tolist()


# --- somebody tries to work them out


def possible(shown):
    """What a count can be of which this is shown: itself where it is 0, within two of it, or small or left out."""
    if pd.isna(shown):
        return 1, np.inf
    return (0, 0) if shown == 0 else (max(LEAST, shown - HALF), shown + HALF)


def small_ones(shown, parts, whole):
    """For each part of a row that is left out, the small numbers that it can be, given all else in the row."""
    low, high = possible(shown[whole]) if whole else (0, np.inf)
    ranges = {name: possible(shown[name]) for name in parts}
    for name in (name for name in parts if pd.isna(shown[name])):
        others = [ranges[other] for other in parts if other != name]
        least, most = low - sum(each[1] for each in others), high - sum(each[0] for each in others)
        yield name, [n for n in range(1, LEAST) if least <= n <= most]


def assert_untold(table, parts, whole):
    for _, row in table.iterrows():
        for name, candidates in small_ones(row, parts, whole):
            assert len(candidates) > 1, (name, dict(row))


def test_no_answer_can_be_worked_out_from_the_rest_of_its_row(left):
    assert_untold(left.responders, ANSWERS, "started")
    assert_untold(left.standards, ("met", "not_met", "not_documented"), "of")


def test_nothing_missing_can_be_worked_out_from_everyone_who_started(left):
    started = left.overview.loc[left.overview["item"].str.startswith("started"), "value"].iloc[0]

    assert_untold(left.missing.assign(started=started), PRESENCE, "started")


def test_nothing_can_be_worked_out_from_any_row(exact_tables):
    """Rows as they come, many of them with one small number; 48 + 53 + 1 = 102 would tell, were only the 1 left out."""
    drawn = np.random.default_rng(6).integers(0, 40, (2000, len(PRESENCE)))
    rows = np.vstack([np.where(drawn > 30, 0, drawn), [[48, 53, 1, 0, 0, 0]], [[12, 12, 22, 7, 0, 0]]])
    table = pd.DataFrame(rows, columns=PRESENCE).assign(cycle=1)
    shown = suppressed(exact_tables._replace(missing=table)).missing
    started = BASE * np.floor(rows.sum(axis=1) / BASE + 0.5)
    known = rows.sum(axis=1) >= LEAST

    assert_untold(shown.loc[known].assign(started=started[known]), PRESENCE, "started")


@pytest.fixture(scope="module")
def exact_tables(exact):
    """The same audit with as little as possible beside the table that is looked at."""
    return exact._replace(
        **{name: getattr(exact, name).head(0) for name in ("changes", "persistence", "comparison", "side_effects")}
    )


def test_no_group_can_be_worked_out_from_everybody_and_the_other_group(left):
    keys = ["cycle", "threshold"]
    for column in (*ANSWERS, "reached"):
        wide = left.responders.set_index([*keys, "group"])[column].unstack("group")
        for _, row in wide.iterrows():
            for name, candidates in small_ones(row, ("2024", "2025"), "all"):
                assert len(candidates) > 1, (column, name, dict(row))


@pytest.mark.parametrize(("rest", "first"), list(product((1, 3, 7), (48, 50, 100))))
def test_the_rest_of_a_share_cannot_be_worked_out(exact_tables, rest, first):
    row = exact_tables.first_response.head(1).assign(n=first, started=first + rest)
    found = suppressed(exact_tables._replace(first_response=row)).first_response.iloc[0]

    assert pd.isna(found["n"])


@pytest.mark.parametrize(("stopped", "told"), [(0, True), (1, False), (LEAST - 1, False), (LEAST, True)])
def test_the_third_line_is_left_out_where_its_mean_would_tell_how_few_had_stopped(exact, stopped, told):
    first = (exact.lines["group"] == "all") & (exact.lines["cycle"] == 1)
    treated, stoppers = (first & (exact.lines["line"] == line) for line in (TREATED, STOPPERS))
    n = exact.lines["n"].where(~stoppers, exact.lines.loc[treated, "n"].iloc[0] + stopped)
    shown = suppressed(exact._replace(lines=exact.lines.assign(n=n))).lines["change"].notna()

    assert (True, told) == (shown[treated].all(), shown[stoppers].all())


# --- what is merged, and what is dropped


def test_changes_are_merged_until_ten_people_share_each(exact, left):
    assert left.changes["n"].min() >= 10
    for cycle, mine in left.changes.groupby("cycle"):
        before = exact.changes.loc[exact.changes["cycle"] == cycle]
        assert abs(mine["n"].sum() - before["n"].sum()) <= HALF * len(mine)
        assert mine["change"].is_monotonic_increasing


def test_a_step_of_the_curve_is_none_or_at_least_eight_people_who_stopped(exact):
    days = pd.DataFrame(
        {
            "group": "all",
            "day": [0.0, 50, 84, 100, 110, 120, 168, 200],
            "at_risk": [100, 100, 97, 97, 92, 87, 87, 80],
            "still_treated": [100, 97, 97, 92, 87, 87, 87, 85],
            "low": 80.0,
            "high": 99.0,
        }
    )
    found = suppressed(exact._replace(persistence=days)).persistence

    assert [0.0, 110.0, 168.0] == found["day"].tolist()


def test_rare_side_effects_lose_their_names(exact):
    rows = [("neck pain", 40, 400, 30), ("eyelid ptosis", 5, 400, 5), ("fell in the market", 4, 400, 1)]
    table = pd.DataFrame(rows, columns=["event", "sessions", "of", "patients"]).assign(percent=0.0, low=0.0, high=0.0)
    found = suppressed(exact._replace(side_effects=table)).side_effects

    assert [("neck pain", 40), (RARE, 10)] == list(zip(found["event"], found["sessions"], strict=True))
    assert found["patients"].isna().tolist() == [False, True]


def test_means_of_fewer_than_eight_are_left_out():
    found = suppressed(audit(tally(part_of(*CLINIC))))

    assert found.baseline["mean"].isna().all()
    assert found.lines["change"].isna().all()
    assert found.wearing_off["mean"].isna().all()
    assert found.overview["value"].isna().all()
    assert found.changes.empty


def test_a_difference_is_left_out_with_either_of_its_shares(exact, left):
    shares = left.responders.loc[left.responders["group"] != "all"]
    wide = shares.set_index(["cycle", "threshold", "group"])["percent"].unstack("group").isna().any(axis=1)
    differences = left.comparison["difference"].iloc[: len(wide)].isna()

    assert wide.tolist() == differences.tolist()
    assert len(exact.comparison) == len(left.comparison)


def test_what_was_published_of_other_patients_stays(exact, left):
    assert left.other_patients.equals(exact.other_patients)
