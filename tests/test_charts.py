"""The charts show what the tables say: what is missing is never drawn as zero, and every text can be read."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from analysis import charts
from analysis.charts import calendar
from analysis.charts.blocks import block_table
from analysis.charts.medication import NAMES, medicines_used, monthly_intake
from analysis.charts.phases import phase_table
from analysis.charts.severity import severity_table
from analysis.charts.style import FREE, SEVERITY_COLOURS, new_figure, spread
from diary.model import ACUTE_CLASSES, Injection
from diary.tables import DAYS, INJECTIONS, OUTCOMES, TREATMENTS, WINDOWS, conform, facts_frame

PHASE_DAYS = {"1-4": (0, 28), "5-8": (28, 56), "9-12": (56, 84), "late": (84, None)}


def marked_days(start="2023-01-01", days=850, *, missing=0.06, rate=0.6, after=0.4, seed=7, stated=True):
    """A seeded diary: headache on *rate* of the days before the fourth month and on *after* of them later."""
    draw = np.random.default_rng(seed)
    date = pd.date_range(start, periods=days)
    headache = draw.random(days) < np.where(np.arange(days) < 112, rate, after)
    peak = np.where(headache, draw.choice([1, 2, 3], days, p=[0.3, 0.45, 0.25]), 0)
    logged = draw.random(days) >= missing
    logged[300:320] &= missing == 0
    frame = pd.DataFrame({"patient": "P1", "date": date, "logged": logged, "headache": headache, "severity": peak})
    frame["triptan"] = headache & (peak > 1) & (draw.random(days) < 0.7)
    frame["non_opioid"] = headache & (draw.random(days) < 0.6)
    frame["acute"] = frame["triptan"] | frame["non_opioid"]
    frame["source"] = np.where((np.arange(days) % 17 == 3) & ~headache, "assumed", "log")
    written = frame.columns[3:]
    frame[written] = frame[written].astype(object).apply(lambda column: column.where(logged, None))
    return with_flags(conform(frame, DAYS), stated)


def with_flags(frame, stated=True):
    """The day table with the flags of the plainest rules."""
    peak = frame["severity"] if stated else frame["severity"].where(frame["severity"].eq(0))
    flags = {
        "headache_day": frame["headache"],
        "clear_day": ~frame["headache"],
        "migraine_day": frame["headache"] & (peak >= 2),
        "moderate_severe_day": peak >= 2,
        "severe_day": peak >= 3,
        "acute_day": frame["acute"],
        **{f"{name}_day": frame[name] for name in ACUTE_CLASSES},
    }
    return frame.assign(**flags, peak=peak, hours=pd.array([pd.NA] * len(frame), dtype="Float32"))


def window_rows(marked, sessions, baseline_days=84):
    """The baseline and the phases of each cycle, counted on the marked days."""
    starts = [pd.Timestamp(session) for session in sessions]
    last = marked["date"].max() + pd.Timedelta(days=1)
    spans = [(0, "baseline", starts[0] - pd.Timedelta(days=baseline_days), starts[0])]
    for cycle, (start, end) in enumerate(zip(starts, [*starts[1:], last], strict=True), start=1):
        for phase, (low, high) in PHASE_DAYS.items():
            left = start + pd.Timedelta(days=low)
            right = end if high is None else min(end, start + pd.Timedelta(days=high))
            if left < right:
                spans.append((cycle, phase, left, right))
    return conform(pd.DataFrame([window_row(marked, *span) for span in spans]), WINDOWS)


def window_row(marked, cycle, phase, start, end):
    inside = marked[(marked["date"] >= start) & (marked["date"] < end)]
    days, logged = (end - start).days, int(inside["logged"].sum())
    return {
        "patient": "P1",
        "name": phase,
        "cycle": cycle,
        "phase": phase,
        "start": start,
        "end": end,
        "days": days,
        "logged": logged,
        "coverage": logged / days,
        "usable": logged * 28 / days >= 20,
        "headache": int(inside["headache"].sum()),
    }


def outcome_rows(marked, windows):
    """Headache days of each phase against the baseline; no number where fewer than 14 in 28 are logged."""
    counted = [window_row(marked, *row) for row in windows[["cycle", "phase", "start", "end"]].itertuples(index=False)]
    base = counted[0]
    before = base["headache"] * 28 / base["logged"] if base["logged"] else None
    return conform(pd.DataFrame([outcome_row(row, base, before) for row in counted[1:]]), OUTCOMES)


def outcome_row(row, base, before):
    known = row["logged"] * 28 / row["days"] >= 14
    after = row["headache"] * 28 / row["logged"] if known else None
    change = after - before if known and before is not None else None
    return {
        "patient": "P1",
        "cycle": row["cycle"],
        "phase": row["phase"],
        "measure": "headache_days",
        "before": before,
        "after": after,
        "change": change,
        "low": None if change is None else change - 6,
        "high": None if change is None else change + 6,
        "level": 0.95,
        "before_logged": base["logged"],
        "before_days": base["days"],
        "after_logged": row["logged"],
        "after_days": row["days"],
        "if_missing_free": row["headache"] * 28 / row["days"],
        "if_missing_headache": (row["headache"] + row["days"] - row["logged"]) * 28 / row["days"],
    }


def treatment_rows(sessions, cosmetic=(), preventives=()):
    rows = [
        {"treatment_id": f"s{day}", "kind": "botulinum", "purpose": "therapeutic", "product": "Botox", "start": day}
        | {"amount": 155, "unit": "U"}
        for day in sessions
    ]
    rows += [
        {"treatment_id": f"c{day}", "kind": "botulinum", "purpose": "cosmetic", "product": "Botox", "start": day}
        | {"amount": 40, "unit": "U"}
        for day in cosmetic
    ]
    rows += [
        {"treatment_id": f"p{name}{start}", "kind": "preventive", "purpose": "therapeutic", "product": name}
        | {"start": start, "end": end}
        for name, start, end in preventives
    ]
    return conform(pd.DataFrame(rows, columns=TREATMENTS.names).assign(patient="P1"), TREATMENTS)


SESSIONS = ["2023-04-20", "2023-07-13", "2023-10-05", "2024-02-01", "2024-04-25"]
PREVENTIVES = [("topiramate", "2022-11-01", "2023-06-15"), ("candesartan", "2024-01-10", None)]


@pytest.fixture(scope="module")
def case():
    """28 months, five cycles, the fourth late, twenty days in a row not logged."""
    marked = marked_days()
    windows = window_rows(marked, SESSIONS)
    treatments = treatment_rows(SESSIONS, cosmetic=["2024-06-10"], preventives=PREVENTIVES)
    return marked, windows, outcome_rows(marked, windows), treatments


@pytest.fixture(scope="module")
def empty():
    marked = with_flags(conform(pd.DataFrame(columns=DAYS.names), DAYS))
    return (marked, *(conform(pd.DataFrame(columns=table.names), table) for table in (WINDOWS, OUTCOMES, TREATMENTS)))


@pytest.fixture(scope="module")
def figures(case):
    return charts.chart_figures(*case)


def new_axes():
    return new_figure(8)[1][0]


def drawn_days(rows):
    """Marked days from lines of "logged headache severity source", from 27 February 2024 on; "-" is not known."""
    cells = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    frame = pd.DataFrame(cells, columns=["logged", "headache", "severity", "source"])
    truth = {"yes": True, "no": False}
    frame = frame.assign(
        patient="P1",
        date=pd.date_range("2024-02-27", periods=len(frame)),
        logged=frame["logged"].map(truth),
        headache=frame["headache"].map(truth).astype("boolean"),
    )
    return with_flags(conform(frame, DAYS))


def texts(artist):
    """Every text that is shown."""
    return [text for text in artist.findobj(Text) if text.get_text().strip() and text.get_visible()]


def words(artist):
    return [text.get_text() for text in texts(artist)]


class TestCalendar:
    def test_each_state_of_a_day_is_its_own(self):
        marked = drawn_days(
            [
                "yes no  0 log",
                "yes yes 1 log",
                "yes yes 3 log",
                "yes yes - log",
                "yes no  0 assumed",
                "no  -   - -",
            ]
        )

        expected = [
            calendar.FREE_DAY,
            calendar.MILD,
            calendar.SEVERE,
            calendar.UNSTATED_DAY,
            calendar.ASSUMED,
            calendar.NOT_LOGGED,
        ]
        assert expected == calendar.day_states(marked).tolist()

    def test_a_day_stands_in_the_row_of_its_month_and_the_column_of_its_date(self):
        marked = drawn_days(["yes yes 2 log"] * 5)

        grid = calendar.state_grid(marked, calendar.calendar_months(marked))

        assert (2, 31) == grid.shape
        assert [(0, 26), (0, 27), (0, 28), (1, 0), (1, 1)] == list(zip(*np.nonzero(grid == 2), strict=True))

    def test_a_date_that_does_not_exist_is_neither_free_nor_missing(self):
        marked = drawn_days(["yes no 0 log"] * 5)

        grid = calendar.state_grid(marked, calendar.calendar_months(marked))

        assert [calendar.OUTSIDE] * 2 == grid[0, 29:].tolist()

    def test_the_key_names_only_what_the_calendar_shows(self):
        ax = charts.draw_calendar(drawn_days(["yes yes 3 log"]), treatment_rows([]), new_axes())

        assert ["severe"] == [text.get_text() for text in ax.get_legend().get_texts()]

    def test_the_margin_names_sessions_and_preventives(self, case):
        marked, _, _, treatments = case

        shown = words(charts.draw_calendar(marked, treatments, new_axes()))

        assert {"on topiramate", "− topiramate", "+ candesartan", "▲ 155 U", "△ 40 U"} <= set(shown)

    def test_ten_years_go_on_two_pages_that_hold_every_month_once(self):
        marked = marked_days("2015-01-01", 3650)

        pages = charts.calendar_pages(marked)

        assert [60, 60] == [len(page) for page in pages]
        assert calendar.calendar_months(marked).tolist() == [month for page in pages for month in page]

    def test_a_page_shows_only_its_own_treatments(self):
        marked = marked_days("2015-01-01", 3650)
        last = charts.calendar_pages(marked)[1]

        ax = charts.draw_calendar(marked, treatment_rows(["2015-04-01", "2020-04-01"]), new_axes(), last)

        assert 1 == words(ax).count("▲ 155 U")


class TestBlocks:
    def test_the_baseline_is_a_block_with_its_own_open_share(self):
        """17 headache days on 24 of 28 days: 19.8 per 28, 17 if the four were free, 21 if all had headache."""
        windows, outcomes = by_hand(before=17 * 28 / 24, before_logged=24, before_days=28)

        row = block_table(windows, outcomes).iloc[0]

        assert pytest.approx([17 * 28 / 24, 17, 21]) == row[["value", "sure", "most"]].tolist()

    def test_the_interval_of_the_change_is_drawn_from_the_baseline_and_stays_in_the_month(self):
        windows, outcomes = by_hand(before=20, low=-25, high=-2)

        row = block_table(windows, outcomes).iloc[1]

        assert [0, 18] == row[["low", "high"]].tolist()

    def test_a_window_that_cannot_be_told_is_hatched_from_top_to_bottom_and_has_no_dot(self):
        windows, outcomes = by_hand(before=20, after=None)

        ax = charts.draw_blocks(windows, outcomes, treatment_rows([]), new_axes())

        assert [28] == [bar.get_height() for bar in ax.patches if bar.get_hatch()]
        assert "cannot tell" in words(ax)
        assert [20] == [y for dots in ax.collections for _, y in dots.get_offsets() if np.isfinite(y) and y > 0]

    def test_no_headache_day_is_a_dot_at_zero(self):
        windows, outcomes = by_hand(before=20, after=0, if_missing_free=0, if_missing_headache=0)

        ax = charts.draw_blocks(windows, outcomes, treatment_rows([]), new_axes())

        assert "cannot tell" not in words(ax)
        assert [] == [bar for bar in ax.patches if bar.get_hatch()]

    def test_a_few_days_after_week_12_are_left_blank(self):
        windows, outcomes = by_hand(before=20)
        windows.loc[1, ["phase", "days"]] = "late", 3

        assert ["baseline"] == block_table(windows, outcomes)["phase"].tolist()

    def test_windows_that_overlap_the_phases_are_not_drawn(self, case):
        _, windows, outcomes, _ = case
        whole = windows.iloc[[1]].assign(phase="cycle")

        table = block_table(pd.concat([windows, whole], ignore_index=True), outcomes)

        assert "cycle" not in set(table["phase"])

    def test_the_units_of_each_session_stand_above_it(self, case):
        _, windows, outcomes, treatments = case

        shown = words(charts.draw_blocks(windows, outcomes, treatments, new_axes()))

        assert len(SESSIONS) == shown.count("155 U")

    def test_each_preventive_has_a_lane(self, case):
        _, windows, outcomes, treatments = case

        shown = words(charts.draw_blocks(windows, outcomes, treatments, new_axes()))

        assert {"topiramate", "candesartan"} <= set(shown)


class TestSeverity:
    def test_the_stack_counts_days_by_their_worst_severity(self):
        marked = drawn_days(["yes yes 1 log"] * 3 + ["yes yes 3 log"] * 5 + ["no - - -"] * 4 + ["yes no 0 log"] * 16)
        windows, _ = by_hand(before=20)

        block = severity_table(marked, windows).iloc[0]

        assert [5, 0, 3, 0, 4] == block[["severe", "moderate", "mild", "not stated", "not logged"]].tolist()

    def test_a_block_of_56_days_is_brought_to_28(self):
        marked = drawn_days(["yes yes 2 log"] * 10 + ["yes no 0 log"] * 46)
        windows, _ = by_hand(before=20)
        windows.loc[0, ["end", "days"]] = windows.loc[0, "start"] + pd.Timedelta(days=56), 56

        assert 5 == severity_table(marked, windows).loc[0, "moderate"]

    def test_days_outside_the_diary_are_not_logged(self):
        marked = drawn_days(["yes yes 2 log"] * 7)
        windows, _ = by_hand(before=20)

        assert [21, 28] == severity_table(marked, windows)["not logged"].tolist()


class TestMedication:
    def test_a_calendar_month_counts_intake_days_and_leaves_unknown_ones_open(self):
        marked = drawn_days(["yes yes 2 log"] * 4 + ["no - - -"])
        marked["triptan_day"] = pd.array([True, False, True, True, pd.NA], dtype="boolean")

        months = monthly_intake(marked, "triptan")

        assert [[2, 3, 26], [1, 1, 30]] == months[["taken", "known", "missing"]].to_numpy().tolist()

    @pytest.mark.parametrize(("medicine", "limit"), [("triptan", "limit 10"), ("non_opioid", "limit 15")])
    def test_the_overuse_limit_of_a_class_is_drawn(self, case, medicine, limit):
        assert limit in words(charts.draw_medication(case[0], new_axes(), medicine))

    def test_gepants_and_all_classes_together_have_no_limit(self, case):
        gepants = case[0].assign(gepant_day=case[0]["triptan_day"])

        for medicine in ("gepant", "acute"):
            assert not [
                word for word in words(charts.draw_medication(gepants, new_axes(), medicine)) if "limit 1" in word
            ]

    def test_only_classes_that_were_used_have_a_panel(self, case):
        assert ["acute", "triptan", "non_opioid"] == medicines_used(case[0])

    def test_every_class_has_a_name(self):
        assert {"acute", *ACUTE_CLASSES} == set(NAMES)


class TestPhases:
    def test_days_after_week_12_are_in_no_mean(self, case):
        ax = charts.draw_phases(case[2], new_axes())
        mean = next(line for line in ax.lines if line.get_linewidth() > 2.5)

        assert [0, 1, 2] == list(mean.get_xdata())

    def test_a_phase_that_cannot_be_told_is_a_gap_and_is_not_counted(self, case):
        shown = words(charts.draw_phases(case[2], new_axes()))

        assert "weeks 5–8\n4 cycles" in shown
        assert np.isnan(phase_table(case[2]).loc[3, "5-8"])

    def test_labels_of_close_lines_do_not_overlap_and_stay_inside(self):
        placed = spread(np.array([27.0, 27.5, 27.2, 3.0]), 2, 28)

        assert [24, 28, 26, 3] == placed.tolist()


class TestPrint:
    def test_no_text_is_smaller_than_8_points(self, figures):
        assert 8 <= min(text.get_fontsize() for figure in figures.values() for text in texts(figure))

    def test_every_chart_is_as_wide_as_the_text_of_an_a4_page(self, figures):
        assert [pytest.approx(17 / 2.54)] * len(figures) == [figure.get_figwidth() for figure in figures.values()]

    def test_no_page_is_higher_than_the_text_of_an_a4_page(self):
        marked = marked_days("2015-01-01", 3650)
        figures = charts.chart_figures(marked, *(conform(pd.DataFrame(columns=t.names), t) for t in REST))

        assert max(figure.get_figheight() for figure in figures.values()) * 2.54 < 25

    def test_every_axis_of_numbers_names_its_unit(self, figures):
        units = {stem: {ax.get_ylabel() for ax in figure.axes} for stem, figure in figures.items()}

        assert units == {
            "calendar": {""},
            "blocks": {"days per 28 days"},
            "severity": {"days per 28 days"},
            "medication": {"days a month"},
            "phases": {"days per 28 days"},
            "rounds": {""},  # there is no whole cycle here: see test_patient_page
            "course": {""},  # nor here: see test_course
        }
        assert "day of the month" == figures["calendar"].axes[0].get_xlabel()

    @pytest.mark.parametrize("eyes", [None, "protan", "deutan", "tritan"])
    def test_free_days_and_severities_stay_apart_in_grey_print_and_for_colour_blind_eyes(self, eyes):
        steps = -np.diff([lightness(colour, eyes) for colour in (FREE, *SEVERITY_COLOURS.values())])

        assert 12 <= steps.min()

    def test_the_same_tables_give_the_same_bytes(self, case, tmp_path):
        figures = charts.chart_figures(*case)
        first = charts.save_charts(figures, tmp_path / "first")
        second = charts.save_charts(charts.chart_figures(*case), tmp_path / "second")

        assert 2 * len(figures) == len(first)
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]

    def test_drawing_changes_no_table(self, case):
        before = [frame.copy() for frame in case]
        charts.chart_figures(*case)

        for old, new in zip(before, case, strict=True):
            pd.testing.assert_frame_equal(old, new)

    def test_pyplot_is_never_loaded(self):
        code = "import sys, analysis.charts; sys.exit('matplotlib.pyplot' in sys.modules)"

        assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


class TestWords:
    def test_an_empty_diary_says_so_in_every_chart(self, empty):
        figures = charts.chart_figures(*empty)

        said = [word for figure in figures.values() for word in words(figure) if word.endswith(".")]
        assert len(figures) == len(said)

    def test_an_empty_diary_has_text_alternatives(self, empty):
        assert all(text.endswith(("yet.", "recorded.")) for text in charts.chart_texts(*empty[:3]).values())

    def test_every_chart_has_a_text_alternative(self, case, figures):
        assert set(figures) == set(charts.chart_texts(*case[:3]))

    def test_the_injection_map_is_drawn_and_told_where_injections_are_recorded(self, case):
        marked, windows, outcomes, treatments = case
        begun = windows[windows["phase"].eq("1-4")].assign(phase="cycle")
        shown = (marked, pd.concat([windows, begun]), outcomes, treatments)
        injections = facts_frame([Injection("s2024-02-01", "procerus", "midline", 1, 5.0)], INJECTIONS)

        assert "injections" in charts.chart_figures(*shown, injections)
        assert "Injection map, 1 Feb 2024, Botox: 5 U" in charts.chart_texts(*shown, injections)["injections"]

    def test_further_calendars_have_their_own_text_alternative(self):
        marked = marked_days("2015-01-01", 3650)
        texts = charts.chart_texts(marked, *(conform(pd.DataFrame(columns=t.names), t) for t in (WINDOWS, OUTCOMES)))

        assert "1 January 2020 to 28 December 2024" in texts["calendar-2"]

    def test_the_calendar_in_words(self):
        marked = drawn_days(["yes yes 3 log", "yes yes 1 log", "yes no 0 log", "no - - -"])

        expected = (
            "Calendar of 4 days, 27 February 2024 to 1 March 2024: "
            "2 with headache (1 mild, 0 moderate, 1 severe), 1 without, 1 not logged."
        )
        assert expected == charts.describe_calendar(marked)

    def test_headaches_of_unstated_severity_and_assumed_days_are_named_in_words(self):
        marked = drawn_days(["yes yes - log", "yes no 0 assumed"])

        said = charts.describe_calendar(marked)

        assert "1 of unstated severity" in said
        assert "1 without (1 of them assumed)" in said

    def test_the_blocks_in_words(self):
        said = charts.describe_blocks(*by_hand(before=20, after=None))

        assert "Headache days per 28 days: 20.0 at baseline. In 1 of 2 windows too few days are logged to tell." == said

    def test_the_medication_in_words_counts_the_months_at_the_limit(self, case):
        assert "triptans at most 12, 1 of 28 months at 10 or more" in charts.describe_medication(case[0])


REST = (WINDOWS, OUTCOMES, TREATMENTS)


def by_hand(**outcome):
    """A baseline of 28 days from 27 February 2024, weeks 1-4 after it, and one outcome row."""
    starts = [pd.Timestamp("2024-02-27"), pd.Timestamp("2024-03-26")]
    window = {"patient": "P1", "days": 28, "logged": 24, "usable": True}
    rows = [
        {**window, "cycle": cycle, "phase": phase, "start": start, "end": start + pd.Timedelta(days=28)}
        for cycle, phase, start in zip((0, 1), ("baseline", "1-4"), starts, strict=True)
    ]
    row = {"patient": "P1", "cycle": 1, "phase": "1-4", "measure": "headache_days", "level": 0.95, "after": 10}
    row |= {"before_logged": 28, "before_days": 28, "if_missing_free": 10, "if_missing_headache": 10} | outcome
    return conform(pd.DataFrame(rows), WINDOWS), conform(pd.DataFrame([row], dtype=object), OUTCOMES)


# Machado, Oliveira & Fernandes (2009), IEEE Trans Vis Comput Graph 15: 1291-1298, severity 1.
SEEN = {
    None: np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lightness(colour, blindness=None):
    """CIE lightness, 0-100, of an sRGB colour as seen with normal eyes or without one kind of cone."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = np.array([0.2126, 0.7152, 0.0722]) @ np.clip(np.array(SEEN[blindness]) @ linear, 0, 1)
    return 116 * np.cbrt(luminance) - 16
