"""What was worked out is kept while the diary stays as it is, so that a page that is opened again is there at once.

Nothing is written down: what is kept lives in memory, as much of it as fits a few people who look at the same time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from analysis.pages.choice import Choice
from analysis.pages.told import ENGLISH, in_language, reader_of
from diary.state import State
from diary.store import Store

if TYPE_CHECKING:
    from analysis.charts import Shown
    from analysis.charts.marks import Mark
    from analysis.commands.gather import Gathered
    from analysis.findings import Findings
    from analysis.reports.content import Content, Opening
    from analysis.reports.pieces import TextTable

MOST = 16
"""As many results are kept: what is said of one diary under one choice of rules."""


class Picture(NamedTuple):
    """A chart that was drawn: its SVG and size in points, what it says, its numbers, and what can be pointed at.

    The SVG is in the language that was asked for; what stands beside it is English.
    """

    name: str
    svg: bytes
    width: float
    height: float
    text: str
    numbers: TextTable
    marks: list[Mark]


class Result:
    """What is said of one diary under one choice; each part is worked out when it is first asked for.

    *note* is called whenever another picture is there.
    """

    def __init__(self, found: Gathered, choice: Choice, note: Callable[[], None] = lambda: None) -> None:
        self._found, self._choice, self._note = found, choice, note
        self._pictures: dict[tuple[str, str], Picture] = {}
        self._drawing = Lock()

    @cached_property
    def findings(self) -> Findings:
        """The tables of the answer.

        Raises DiaryError: there is no rule set of that name.
        """
        from analysis.definitions import day_rules
        from analysis.findings import find

        return find(self._found.tables, rules=self._choice.rules, day_rules=day_rules(*self._choice.definition))

    @cached_property
    def opening(self) -> Opening:
        """What is said first."""
        from analysis.reports.content import opening

        return opening(self.findings)

    @cached_property
    def content(self) -> Content:
        """All that is said; it takes seconds."""
        from analysis.reports.content import report_content

        return report_content(self.findings, self._found.assumptions, self._found.problems)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was assumed when files were read."""
        return self._found.assumptions

    @cached_property
    def charts(self) -> list[str]:
        """The names of the charts that a page shows, in its order."""
        from analysis.charts import chart_names

        there = set(chart_names(self._shown))
        calendars = sorted(name for name in there if name.startswith("calendar"))
        compared = ("blocks", "phases", "severity", "course") if len(self.findings.windows) else ()
        return [name for name in (*compared, "medication", *calendars, "injections") if name in there]

    def picture(self, name: str, language: str = ENGLISH) -> Picture:
        """The chart of that name, one of :attr:`charts`; drawn once in each language."""
        with self._drawing:
            if (name, language) not in self._pictures:
                self._pictures[name, language] = self._draw(name, language)
                self._note()
            return self._pictures[name, language]

    def drawn(self, name: str, language: str = ENGLISH) -> Picture | None:
        """The chart, if it was drawn before in that language."""
        return self._pictures.get((name, language))

    @cached_property
    def _shown(self) -> Shown:
        from analysis.charts import Shown

        found = self.findings
        tables = found.tables
        return Shown(found.marked, found.windows, found.outcomes, tables.treatments, tables.injections)

    def _draw(self, name: str, language: str) -> Picture:
        from analysis.charts import chart_figure, chart_text, svg_bytes
        from analysis.charts.marks import chart_marks
        from analysis.pages.figures import reword
        from analysis.reports.chart_tables import chart_table

        numbers = chart_table(name, self.findings)
        figure = chart_figure(name, self._shown._replace(word=partial(in_language, language)))
        if language != ENGLISH:
            reword(figure, reader_of(language).reading)
        svg = svg_bytes(figure)
        width, height = (float(inches) * 72 for inches in figure.get_size_inches())
        marks = chart_marks(name, figure, self.findings, numbers)
        return Picture(name, svg, width, height, chart_text(name, self._shown), numbers, marks)


class _Place:
    """Where the result of one patient and choice goes; who comes first works it out, the others wait."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.lock = Lock()
        self.is_filled = False
        self.result: Result | None = None


class Results:
    """The results of the last few patients and choices, each of the diary as it is now.

    *drawn* is how many pictures have been drawn: a page that was made before the latest of them lacks it.
    """

    def __init__(self, most: int = MOST) -> None:
        self.drawn = 0
        self._most = most
        self._lock = Lock()
        self._places: OrderedDict[tuple[str, Choice], _Place] = OrderedDict()

    def of(self, store: Store, patient: str, choice: Choice) -> Result | None:
        """What is said of the patient's diary, worked out anew where anything in it has changed; None without a day.

        Raises DiaryError: there is no rule set of that name.
        """
        place = self._place(store.state(patient), patient, choice)
        with place.lock:
            if not place.is_filled:
                place.result = worked_out(store, patient, choice, self._count)
                place.is_filled = True
            return place.result

    def _count(self) -> None:
        with self._lock:
            self.drawn += 1

    def _place(self, state: State, patient: str, choice: Choice) -> _Place:
        with self._lock:
            place = self._places.get((patient, choice))
            if place is None or place.state != state:
                place = self._places[patient, choice] = _Place(state)
            self._places.move_to_end((patient, choice))
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            return place


def worked_out(store: Store, patient: str, choice: Choice, note: Callable[[], None]) -> Result | None:
    """The result with what every page needs of it; None where the diary has no day."""
    from analysis.commands.gather import gather_open

    found = gather_open(store, patient)
    if found.tables.days.empty:
        return None
    result = Result(found, choice, note)
    _ = result.opening
    return result
