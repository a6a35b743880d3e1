"""The long course: every cycle over the years, and whether headache days rise; drawn and in words."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from analysis import charts
from analysis.charts.course import gaps, levels, units_labels
from analysis.charts.style import new_figure
from analysis.course import BEST, GROUP, TIMINGS, course_table, cycle_drift, long_course, session_timing
from analysis.definitions import mark_days
from analysis.estimates.serial import serial_newcombe
from analysis.findings import find
from analysis.followup import RESTART
from analysis.outcome import outcome_table
from analysis.reports.letter.course import course_section
from analysis.windows import window_table
from diary.model import Treatment
from diary.tables import ATTACKS, DOSES, EVENTS, INJECTIONS, SCORES, Tables, facts_frame
from tests.benchmarks.course import told
from tests.drawing import day, diary_of, read_marks, shown, together, treatments

FIRST = "2016-01-04"
BASE = "1101110 1110110 0111011 1011101"
CALM = "1000100 0100010 0010001 0001000"
BAD = "1101110 0110110 0011011 1011001"
SILENT = "......." * 4
CYCLES = {"calm": CALM * 3, "bad": BAD * 3, "silent": CALM + SILENT + CALM}


def given(start, units=155.0, **more):
    return Treatment(more.pop("patient", "P1"), "botulinum", more.pop("product", "Botox"), start, amount=units, **more)


def case(*cycles, units=(), patient="P1", after=""):
    """Marked days, windows, outcomes and treatments: a baseline, then each cycle's marks from its session on.

    *after* is drawn behind the last cycle. A cycle that is not named in CYCLES is drawn as it stands.
    """
    drawn = [CYCLES.get(cycle, cycle).replace(" ", "") for cycle in cycles]
    starts = 28 + np.cumsum([0, *map(len, drawn)])[:-1]
    amounts = [*units, *[155.0] * (len(drawn) - len(units))]
    first = day(FIRST)
    sessions = treatments(
        *(given(first + timedelta(int(n)), u, unit="U", patient=patient) for n, u in zip(starts, amounts, strict=True))
    )
    days = diary_of(patient, BASE + "".join(drawn) + after, start=FIRST)
    return analysed(days.assign(severity=(2 * days["headache"].astype("Int8")).astype("Int8")), sessions)


def analysed(days, sessions):
    marked = mark_days(days)
    windows = window_table(marked, sessions)
    return marked, windows, outcome_table(marked, windows), sessions


def decade(cycles=40, seed=1):
    """Ten invented years that rise from 8 to 17 headache days in 28, with one stop and one cycle without a diary."""
    draw = np.random.default_rng(seed)
    length = draw.integers(80, 100, cycles)
    length[12] = 260
    parts = ["".join(map(str, draw.binomial(1, 0.3 + 0.008 * k, n))) for k, n in enumerate(length)]
    parts[5] = "." * len(parts[5])
    return case(*parts, units=[155.0] * 6 + [165.0] * 10 + [195.0] * (cycles - 16))


def table_of(parts):
    return course_table(*parts[1:])


class TestTable:
    def test_each_cycle_is_a_row_with_its_first_84_days(self):
        table = table_of(case("calm", BAD * 4, "calm", after=CALM))

        assert [1, 2, 3] == table["cycle"].tolist()
        assert [84, 84, 84] == table["logged"].tolist()
        calm, bad = (sum(read_marks(picture)) for picture in (CALM, BAD))
        assert pytest.approx([calm, bad, calm]) == table["headache"].tolist()
        assert pytest.approx([calm, bad, calm]) == table["moderate_severe"].tolist()
        assert pytest.approx([20.0] * 3) == table["before"].tolist()
        assert [(None, "first"), (84, "on time"), (112, "on time")] == shown(table, "since", "timing")

    def test_a_cycle_that_cannot_be_told_has_no_number(self):
        table = table_of(case("calm", "silent", "calm"))

        assert [None, True] == [shown(table, "headache")[1][0], table["reason"][1].startswith("cannot tell")]
        assert [True, False, True] == table["usable"].tolist()

    @pytest.mark.parametrize(
        ("since", "timing"),
        [
            (1, "early"),
            (83, "early"),
            (84, "on time"),
            (112, "on time"),
            (113, "late"),
            (182, "late"),
            (183, "restart"),
        ],
    )
    def test_the_days_since_the_last_session_name_how_it_lies(self, since, timing):
        assert [timing] == session_timing(pd.Series([since], dtype="Int32")).tolist()
        assert timing in TIMINGS

    def test_units_sites_and_product_are_those_of_the_session(self):
        first = day(FIRST) + timedelta(28)
        parts = analysed(
            diary_of("P1", BASE + CALM * 6, start=FIRST),
            treatments(
                given(first, 155.0, unit="U", sites=31),
                given(first + timedelta(84), None, product="Dysport"),
                given(first + timedelta(90), 20.0, purpose="cosmetic"),
            ),
        )

        expected = [("Botox", 155.0, "U", 31), ("Dysport", None, None, None)]
        assert expected == shown(table_of(parts), "product", "units", "unit", "sites")

    def test_units_of_two_products_on_one_day_are_not_added(self):
        first = day(FIRST) + timedelta(28)
        both = treatments(
            given(first, 100.0, treatment_id="a"), given(first, 250.0, product="Dysport", treatment_id="b")
        )
        one = treatments(given(first, 100.0, treatment_id="a"), given(first, 55.0, treatment_id="b"))
        days = diary_of("P1", BASE + CALM * 3, start=FIRST)

        assert [(None,)] == shown(table_of(analysed(days, both)), "units")
        assert [(155.0,)] == shown(table_of(analysed(days, one)), "units")

    def test_many_patients_at_once_are_the_same_as_one_by_one(self):
        one, other = case("calm", "bad", patient="A"), case("bad", "silent", "calm", units=[195.0], patient="B")
        marked, windows, outcomes = (
            pd.concat(pair, ignore_index=True) for pair in zip(one[:3], other[:3], strict=True)
        )
        sessions = pd.concat([one[3], other[3]], ignore_index=True)

        expected = pd.concat([table_of(one), table_of(other)], ignore_index=True)
        assert set(marked["patient"]) == set(expected["patient"])
        pd.testing.assert_frame_equal(expected, course_table(windows, outcomes, sessions))

    def test_a_diary_without_a_session_has_an_empty_table(self):
        parts = case()

        assert table_of(parts).empty
        assert "There is no session in this diary yet" in long_course(*parts).sentences()[0]


class TestCourse:
    def test_best_typical_and_latest_are_among_the_usable_cycles(self):
        course = long_course(*case("bad", "calm", "silent", "bad", "bad"))
        said = course.sentences()[0]

        calm, bad = (sum(read_marks(picture)) for picture in (CALM, BAD))
        assert [1, 2, 4, 5] == course.usable["cycle"].tolist()
        assert f"In the best of them (cycle 2) {calm}.0 headache days per 28 days" in said
        assert f"in a typical one (median) {bad}.0, in the latest (cycle 5) {bad}.0; the baseline is 20.0" in said
        assert said.endswith(BEST)

    def test_one_usable_cycle_is_neither_best_nor_typical(self):
        said = long_course(*case("calm", "silent")).sentences()[0]

        assert said.endswith(
            "only cycle 1 has enough logged days: 7.0 headache days per 28 days; the baseline is 20.0."
        )

    def test_no_usable_cycle_is_said(self):
        said = long_course(*case("silent")).sentences()[0]

        assert said == "1 session since 1 Feb 2016; no cycle has enough logged days to be compared with another."

    def test_intervals_are_told_by_median_range_and_kind(self):
        said = long_course(*case(CALM * 2, CALM * 3, CALM * 5, CALM * 7, "calm")).sentences()[1]

        assert said == (
            "Days between sessions: median 112, from 56 to 196; 1 after 84 to 112 days, 1 earlier (under 84), "
            "1 later (over 112) and 1 after a stop (over 182, a convention of this program)."
        )

    def test_a_restart_and_an_open_stop_are_named(self):
        course = long_course(*case(CALM * 7, "calm", after=CALM * 4))

        assert [2] == course.restarts["cycle"].tolist()
        assert course.stopped
        assert (
            "Without a session for more than 182 days: 196 days before the session on 15 Aug 2016 and "
            "195 days from the last session to the end of the diary."
        ) == course.sentences()[2]

    def test_units_are_told_for_each_product(self):
        parts = case("calm", "calm", "calm", units=[155.0, 195.0, None])
        parts[3].loc[1, "product"] = "Dysport"

        assert "Units a session: 155 of Botox and 195 of Dysport; not documented for 1 session." in (
            long_course(*parts).sentences()
        )


class TestDrift:
    def test_where_cycles_vary_the_limits_are_those_of_the_cycles(self):
        """7, 17, 7 against 17, 7, 17: both have the variance 100/3; t at .975 with 4 degrees of freedom is 2.776."""
        drift = long_course(*case(*["calm", "bad"] * 3)).drift
        half = 2.776445 * ((100 / 3 + 100 / 3) / 3) ** 0.5

        change = (17 + 7 + 17) / 3 - (7 + 17 + 7) / 3
        assert pytest.approx((change, change - half, change + half)) == drift[2:]

    def test_where_cycles_are_alike_the_limits_are_those_of_the_days_in_their_place(self):
        """A cycle that cannot be told, and one that is in neither group, stand between them."""
        drift = long_course(*case(*["calm"] * 3, "silent", "calm", *["bad"] * 3)).drift

        calm, bad = (np.array(read_marks(CYCLES[name] * 3), float) for name in ("calm", "bad"))
        expected = serial_newcombe([*calm, *[np.nan] * 420], [*[np.nan] * 420, *bad])
        assert pytest.approx([28 * x for x in expected[:3]]) == list(drift[2:])

    def test_the_first_and_latest_three_are_usable_cycles(self):
        drift = long_course(*case("calm", "silent", *["calm"] * 2, "bad", "silent", *["bad"] * 2, "silent")).drift

        assert (CALM.count("1"), BAD.count("1")) == drift[:2]

    @pytest.mark.parametrize("stray", [0, 3])
    def test_a_change_that_is_not_there_is_seldom_told_even_where_cycles_vary(self, stray):
        by_days, wider = told(10, stray, patients=500)

        assert wider <= 7
        assert wider <= by_days

    def test_below_six_usable_cycles_it_is_described_only(self):
        parts = case(*["calm"] * (2 * GROUP - 1))

        assert cycle_drift(parts[0], table_of(parts)) is None
        assert long_course(*parts).sentences()[-1].endswith("the cycles are described only.")

    @pytest.mark.parametrize(
        ("cycles", "said"),
        [
            (["calm"] * 3 + ["bad"] * 3, "Headache days were more frequent in the latest cycles."),
            (["bad"] * 3 + ["calm"] * 3, "Headache days were less frequent in the latest cycles."),
            (["calm", "bad"] * 3, "A rise or fall over the years is not shown; "),
        ],
    )
    def test_what_is_said_follows_the_interval(self, cycles, said):
        course = long_course(*case(*cycles))

        assert said in course.sentences()[-1]
        assert "not for what else changed in that time" in course.sentences()[-1]

    def test_days_past_week_12_are_in_neither_group(self):
        """Each cycle has 28 bad days behind its first 84."""
        parts = case(*[CYCLES["calm"] + BAD] * 6)
        found = cycle_drift(parts[0], table_of(parts))

        assert (7.0, 7.0, 0.0) == found[:3]

    def test_a_slow_rise_over_ten_years_is_seen(self):
        assert "more frequent in the latest cycles" in long_course(*decade()).sentences()[-1]


def draw(parts):
    return charts.draw_course(*parts[1:], new_figure(8.5)[1][0])


def words(ax):
    return [text.get_text() for text in ax.findobj(Text) if text.get_text().strip() and text.get_visible()]


def key_of(ax):
    return {text.get_text() for text in ax.get_legend().get_texts()}


class TestChart:
    @pytest.mark.parametrize("parts", [case("calm", "bad"), decade()], ids=["2 cycles", "40 cycles"])
    def test_every_cycle_has_one_mark(self, parts):
        table = table_of(parts)
        known, untold = draw(parts).collections[-3:-1]

        assert table["headache"].notna().sum() == np.isfinite(known.get_offsets()[:, 1]).sum()
        assert table["headache"].isna().sum() == len(untold.get_offsets())

    def test_a_cycle_that_cannot_be_told_stands_open_below_zero_and_breaks_the_line(self):
        ax = draw(case("calm", "silent", "bad"))
        untold, line = ax.collections[-2], max(ax.lines, key=lambda drawn: len(drawn.get_xdata()))

        assert untold.get_offsets()[0][1] < 0
        assert "cannot tell" in key_of(ax)
        assert [False, True, False] == np.isnan(line.get_ydata()).tolist()

    def test_the_line_breaks_before_a_restart_and_the_time_without_a_session_is_named(self):
        ax = draw(case("calm", CALM * 8, "bad", "bad"))

        line = max(ax.lines, key=lambda drawn: len(drawn.get_xdata()))
        assert 1 == np.isnan(line.get_ydata()).sum()
        assert any("224 days" in text for text in words(ax))
        assert f"over {RESTART} days without a session" in key_of(ax)

    def test_a_gap_begins_84_days_after_its_session_and_an_open_one_ends_with_the_diary(self):
        table = table_of(case(CALM * 7, "calm", after=CALM * 5))
        last = pd.Timestamp(FIRST) + pd.Timedelta(days=28 * (1 + 7 + 3 + 5))

        assert [196, 224] == gaps(table, last)["days"].tolist()
        assert [112, 140] == (gaps(table, last)["end"] - gaps(table, last)["start"]).tolist()

    def test_units_stand_where_they_change_and_a_question_mark_where_they_are_not_known(self):
        table = table_of(case("calm", "calm", "calm", "calm", units=[155.0, 155.0, None, 195.0]))

        assert ["155 U", "", "?", "195 U"] == units_labels(table).tolist()

    def test_one_usable_cycle_is_not_called_typical(self):
        assert ["baseline"] == list(levels(table_of(case("calm", "silent"))))
        assert {"baseline": 20.0, "typical": 12.0} == levels(table_of(case("calm", "silent", "bad")))

    def test_no_text_is_smaller_than_8_points(self):
        ax = draw(decade())

        assert 8 <= min(text.get_fontsize() for text in ax.findobj(Text) if text.get_text().strip())

    def test_the_chart_in_words(self):
        assert charts.describe_course(*case("calm", "silent", "bad")[1:]) == (
            "The long course: headache days per 28 days in each cycle, 3 cycles; baseline 20.0; "
            "typical (median of the usable ones) 12.0; cycles from 7.0 to 17.0, the last 17.0. 1 cycle cannot be told."
        )


class TestSection:
    @staticmethod
    def section(parts):
        days = parts[0][["patient", "date", "logged", "headache", "severity"]]
        rest = (facts_frame((), table) for table in (INJECTIONS, SCORES, EVENTS))
        days = together(days)
        tables = Tables(days, facts_frame((), ATTACKS), facts_frame((), DOSES), parts[3], *rest)
        return course_section(find(tables))

    def test_it_says_the_course_and_lists_every_cycle(self):
        section = self.section(case("calm", "silent", "bad", units=[155.0, 195.0, None]))

        assert ("The long course", ("course",)) == (section.title, section.figures)
        (table,) = section.tables
        assert ["1", "2", "3"] == [row[0] for row in table.rows]
        assert ("first session", "Botox 155 U", "7.0", "84 of 84") == table.rows[0][2:6]
        assert "cannot tell" == table.rows[1][4] == table.rows[1][6]
        assert "Botox units not documented" == table.rows[2][3]

    def test_early_late_and_restarted_sessions_are_named_in_the_table(self):
        (table,) = self.section(case(CALM * 2, CALM * 5, CALM * 7, "calm")).tables

        assert ["first session", "56 (early)", "140 (late)", "196 (restart)"] == [row[2] for row in table.rows]

    def test_a_cycle_with_few_logged_days_is_marked(self):
        few = "10001.. 010.01. .01.0.1 .0010..".replace(" ", "")
        (table,) = self.section(case("calm", few * 3)).tables

        assert table.rows[1][4].endswith("(low completeness)")

    def test_without_a_session_it_says_so_and_has_no_table(self):
        section = self.section(case())

        assert ((), ()) == (section.tables, section.figures)
        assert section.paragraphs[0].startswith("There is no session in this diary yet")
