"""The injection map: every site in its place, nothing of the record left out, and the same said in words."""

import numpy as np
import pytest
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.text import Text

from analysis import charts
from analysis.charts.heads import outlines
from analysis.charts.injection_sites import (
    BACK,
    FIXED,
    FIXED_COUNT,
    FIXED_UNITS,
    FRONT,
    FURTHER,
    LEFT_SIDE,
    PARADIGM,
    RIGHT_SIDE,
    UNITS_A_SITE,
    VIEWS,
    fixed_sites,
    site_place,
)
from analysis.charts.injections import (
    ABSENT_NAME,
    FIXED_NAME,
    FURTHER_NAME,
    MARK,
    NOTHING,
    SCALE,
    latest_map,
    map_height,
    map_rows,
)
from analysis.charts.style import new_figure
from diary import muscles
from diary.model import Injection, Treatment
from diary.tables import INJECTIONS, TREATMENTS, WINDOWS, facts_frame
from tests.drawing import day, drawn, treatments

PLACES = [(muscle, side, n + 1) for muscle, side in PARADIGM for n in range(fixed_sites(muscle, side))]
FOLLOW_THE_PAIN = ("temporalis", "left", 1), ("occipitalis", "right", 1), ("trapezius", "right", 2)


def session(*further, without=()):
    """The fixed paradigm with further (or other) rows ``muscle, side, sites`` of 5 units each on top."""
    extras = [Injection("s", muscle, side, sites, 5.0 * sites) for muscle, side, sites in further]
    kept = [row for row in muscles.fixed("s") if row.muscle not in without]
    given = {(row.muscle, row.side): row for row in kept}
    for row in extras:
        there = given.get((row.muscle, row.side), Injection("s", row.muscle, row.side, 0, 0))
        total = Injection("s", row.muscle, row.side, there.sites + row.sites, there.units + row.units)
        given[row.muscle, row.side] = total
    return facts_frame(given.values(), INJECTIONS)


def rows(picture):
    """Rows of one session, drawn as ``muscle | side | sites | units``."""
    header, *lines = picture.strip().splitlines()
    return drawn("\n".join([f"treatment_id | {header}", *(f"s | {line}" for line in lines)]), INJECTIONS)


def draw(injections, heading=""):
    return charts.draw_injections(injections, new_figure(map_height(injections))[1][0], heading)


def words(ax):
    return [text.get_text() for text in ax.findobj(Text) if text.get_text().strip()]


def mark_boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


def rings(ax):
    return sum(isinstance(patch, Circle) for patch in ax.patches)


def marks(ax):
    """What stands in each mark, and how many marks there are."""
    boxes = mark_boxes(ax)
    centres = {(round(box.get_x() + box.get_width() / 2, 6), round(box.get_y() + MARK, 6)) for box in boxes}
    inside = [t.get_text() for t in ax.texts if tuple(np.round(t.get_position(), 6)) in centres]
    return len(boxes), inside


def key_of(ax):
    return {text.get_text() for text in ax.get_legend().get_texts()}


class TestPlaces:
    def test_the_fixed_paradigm_is_that_of_the_record(self):
        recorded = {
            (area.muscle, side): area.sites for area in muscles.PARADIGMS[muscles.PREEMPT] for side in area.sides
        }

        assert recorded == {place: fixed_sites(*place) for place in PARADIGM}
        assert muscles.UNITS_A_SITE == UNITS_A_SITE
        assert (155, 31) == (FIXED_UNITS, FIXED_COUNT)

    @pytest.mark.parametrize("area", muscles.PARADIGMS[muscles.PREEMPT], ids=lambda area: area.muscle)
    def test_every_extra_site_of_the_paradigm_has_a_place_even_on_one_side(self, area):
        assert area.sites + area.extra <= len(FIXED[area.muscle] + FURTHER.get(area.muscle, ()))

    @pytest.mark.parametrize(
        ("muscle", "left", "right"),
        [
            ("frontalis", (FRONT, 1), (FRONT, -1)),
            ("trapezius", (BACK, -1), (BACK, 1)),
            ("temporalis", (LEFT_SIDE, 0), (RIGHT_SIDE, 0)),
        ],
    )
    def test_the_patients_left_is_the_viewers_right_in_front_and_the_viewers_left_behind(self, muscle, left, right):
        for side, (view, sign) in (("left", left), ("right", right)):
            place = site_place(muscle, side, 1)

            assert view == place.view
            assert sign == 0 or sign == np.sign(place.x)

    def test_both_sides_mirror_each_other(self):
        for muscle, side, n in PLACES:
            if side == "left":
                left, right = site_place(muscle, "left", n), site_place(muscle, "right", n)
                assert (left.x, left.y) == (-right.x, right.y)

    def test_the_brow_the_temple_and_the_neck_stand_where_anatomy_has_them(self):
        """As commonly taught: procerus between the corrugators, frontalis above them, the temple above the tragus,
        the occipital sites at the level of the bump, the neck's 3 cm below it and next to the midline.
        """
        corrugator, procerus = site_place("corrugator", "left", 1), site_place("procerus", "midline", 1)
        frontalis = [site_place("frontalis", "left", n) for n in (1, 2)]

        assert 0 == procerus.x < corrugator.x
        assert all(site.y - corrugator.y > 1.5 for site in frontalis)
        assert all(site_place("temporalis", "right", n).y >= 3 for n in (1, 2, 3, 4))
        assert site_place("temporalis", "right", 3).x > 0 > site_place("temporalis", "right", 4).x
        assert abs(site_place("occipitalis", "left", 1).y) < 1.5
        assert (1, -3) == pytest.approx(site_place("cervical_paraspinal", "right", 1)[1:], abs=0.7)

    def test_the_middle_trapezius_site_is_the_first_and_the_others_lie_on_both_sides_of_it(self):
        first, outer, inner = (site_place("trapezius", "right", n).x for n in (1, 2, 3))

        assert inner < first < outer

    def test_no_two_marks_of_full_sessions_overlap(self):
        everything = [(muscle, side, n) for muscle, side in PARADIGM for n in range(1, 20)]
        places = [place for place in (site_place(*which) for which in everything) if place]
        for i, one in enumerate(places):
            for other in places[i + 1 :]:
                apart = max(abs(one.x - other.x), abs(one.y - other.y)) * SCALE
                assert one.view != other.view or apart > 1.95 * MARK, (one, other)

    def test_every_site_lies_inside_the_outline_of_its_view(self):
        for view in VIEWS:
            points = np.concatenate([line.path.vertices for line in outlines(view)])
            for place in (site_place(*which) for which in PLACES):
                if place.view == view:
                    assert points[:, 0].min() < place.x < points[:, 0].max()
                    assert points[:, 1].min() < place.y < points[:, 1].max()

    @pytest.mark.parametrize(
        ("muscle", "side", "n"),
        [
            ("masseter", "left", 1),
            ("procerus", "left", 1),
            ("frontalis", "midline", 1),
            ("procerus", "midline", 2),
            ("trapezius", "left", 0),
        ],
    )
    def test_what_has_no_place_has_none(self, muscle, side, n):
        assert site_place(muscle, side, n) is None


class TestDrawing:
    def test_the_fixed_paradigm_is_31_marks_of_5(self):
        ax = draw(session())

        assert (31, ["5"] * 31) == marks(ax)
        assert {FIXED_NAME} == key_of(ax)

    def test_a_site_beyond_the_paradigm_is_another_mark(self):
        ax = draw(session(*FOLLOW_THE_PAIN))

        assert (35, ["5"] * 35) == marks(ax)
        assert {FIXED_NAME, FURTHER_NAME} == key_of(ax)
        assert 4 == sum(box.get_boxstyle().__class__.__name__ == "Square" for box in mark_boxes(ax))

    def test_each_mark_bears_the_units_of_one_site(self):
        ax = draw(rows("muscle | side | sites | units\nfrontalis | left | 2 | 15\noccipitalis | right | 3 | 10"))

        assert (5, ["7.5", "7.5", "3.3", "3.3", "3.3"]) == marks(ax)

    def test_a_muscle_without_a_row_keeps_small_rings(self):
        ax = draw(session(without=("trapezius",)))

        assert (25, ["5"] * 25) == marks(ax)
        assert {FIXED_NAME, ABSENT_NAME} == key_of(ax)
        assert 6 == rings(ax)

    def test_fewer_sites_than_the_paradigm_has_draw_no_rings(self):
        """Which of the four was left out is not recorded."""
        ax = draw(rows("muscle | side | sites | units\ntemporalis | left | 3 | 15"))

        assert 3 == marks(ax)[0]
        assert FIXED_COUNT - 4 == rings(ax)

    def test_unknown_muscles_and_sites_without_a_place_are_written_below(self):
        given = rows(
            """
            muscle     | side    | sites | units
            masseter   | left    | 2     | 20
            procerus   | left    | 1     | 5
            procerus   | midline | 3     | 15
            trapezius  | right   |       | 30
            """
        )
        said = " ".join(words(draw(given)))

        assert (
            "Not in the drawing: left procerus (1 × 5), midline procerus (2 of 3 sites), "
            "right trapezius (30 U, sites not known) and left masseter (2 × 10)."
        ) in said

    def test_the_views_are_named_and_tell_left_from_right(self):
        said = words(draw(session()))

        assert {*VIEWS} <= set(said)
        assert [2, 2] == [said.count("L"), said.count("R")]

    def test_left_and_right_change_places_between_front_and_back(self):
        texts = {text.get_position(): text.get_text() for text in draw(session()).texts}
        by_height = sorted(((y, x, letter) for (x, y), letter in texts.items() if letter in ("L", "R")))
        back, front = by_height[:2], by_height[2:]

        assert ["L", "R"] == [letter for _, _, letter in sorted(back, key=lambda mark: mark[1])]
        assert ["R", "L"] == [letter for _, _, letter in sorted(front, key=lambda mark: mark[1])]

    def test_the_drawing_bears_the_session_and_says_what_it_rests_on(self):
        said = words(draw(session(), "1 Sep 2025, Botox"))

        assert "Injection map, 1 Sep 2025, Botox" in said
        assert any("the record holds how many sites, not where each was" in text for text in said)

    def test_no_text_is_smaller_than_8_points(self):
        ax = draw(session(*FOLLOW_THE_PAIN, ("masseter", "left", 2)))

        assert 8 <= min(text.get_fontsize() for text in ax.findobj(Text) if text.get_text().strip())

    def test_nothing_recorded_says_so(self):
        empty = facts_frame((), INJECTIONS)

        assert NOTHING in words(draw(empty))
        assert "Injection map: no injections by muscle are recorded yet." == charts.describe_injections(empty)


class TestWords:
    def test_two_rows_of_one_place_are_one(self):
        picture = "muscle | side | sites | units\nfrontalis | left | 1 | 5\nfrontalis | left | 1 | 10"

        assert [("frontalis", "left", 2, 15.0)] == map_rows(rows(picture))

    def test_the_map_in_words_says_the_totals_and_every_muscle(self):
        said = charts.describe_injections(session(*FOLLOW_THE_PAIN), "1 Sep 2025, Botox")

        assert said.startswith(
            "Injection map, 1 Sep 2025, Botox: 175 U in 35 sites. "
            "The fixed paradigm has 155 U of onabotulinumtoxinA in 31 sites: 20 U above it."
        )
        assert "left temporalis 5 × 5; right temporalis 4 × 5" in said
        assert "midline procerus 1 × 5" in said

    def test_the_fixed_paradigm_in_words(self):
        said = charts.describe_injections(session())

        assert "155 U in 31 sites, as many as the fixed paradigm has (of onabotulinumtoxinA)." in said

    def test_units_that_are_not_known_are_no_number(self):
        given = rows("muscle | side | sites | units\nfrontalis | left | 2 |\nfrontalis | right | 2 | 10")
        said = charts.describe_injections(given)

        assert "? U in 4 sites" in said
        assert "the units are not known for every muscle" in said
        assert "left frontalis 2 × ?" in said


class TestLatest:
    GIVEN = treatments(
        Treatment("P1", "botulinum", "Botox", day("2026-01-05"), treatment_id="first"),
        Treatment("P1", "botulinum", "Botox", day("2026-03-30"), treatment_id="second"),
        Treatment("P1", "botulinum", "Botox", day("2026-06-22"), treatment_id="third"),
        Treatment("P1", "botulinum", "Botox", day("2026-07-01"), purpose="cosmetic", treatment_id="brow"),
    )
    WINDOWS = drawn(
        "patient | cycle | phase | start\nP1 | 1 | cycle | 2026-01-05\nP1 | 2 | cycle | 2026-03-30\n"
        "P1 | 3 | cycle | 2026-06-22",
        WINDOWS,
    )

    def maps(self, *sessions):
        return facts_frame([Injection(name, "frontalis", "left", 2, 10.0) for name in sessions], INJECTIONS)

    def test_it_is_the_latest_session_that_has_a_map(self):
        found, heading = latest_map(self.WINDOWS, self.GIVEN, self.maps("first", "second", "brow"))

        assert ["second"] == found["treatment_id"].tolist()
        assert "30 Mar 2026, Botox" == heading

    def test_a_session_past_the_last_day_that_is_used_is_not_shown(self):
        found, _ = latest_map(self.WINDOWS[:2], self.GIVEN, self.maps("first", "third"))

        assert ["first"] == found["treatment_id"].tolist()

    def test_without_a_map_there_is_none_to_show(self):
        assert latest_map(self.WINDOWS, facts_frame((), TREATMENTS), self.maps("first"))[0].empty
        assert latest_map(self.WINDOWS, self.GIVEN, self.maps("brow"))[0].empty
        assert latest_map(self.WINDOWS, self.GIVEN, None)[0].empty


def test_the_same_map_gives_the_same_bytes(tmp_path):
    first, second = (
        charts.save_charts({"injections": draw(session(*FOLLOW_THE_PAIN)).figure}, tmp_path / name)
        for name in ("first", "second")
    )

    assert ["injections.png", "injections.svg"] == [path.name for path in first]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
