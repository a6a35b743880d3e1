"""Native Excel charts over the numbers at the end of Summary: they follow when a day is corrected."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties

COLUMNS, ROWS = 7, 19
"""What a chart covers of its sheet."""
TITLE, TEXT = 1200, 900
"""Sizes of letters, in hundredths of a point."""

AFTER, BASELINE, LINE, GRID = "8FBBD9", "9A9A9A", "222222", "D9D9D9"
SEVERITIES = ("0B2F5C", "4A90C4", "A3CBE5")
"""Severe, moderate, mild: the dark-to-pale blue of the printed charts, apart in grey print too."""

HIDE_ZERO = "0.0;;"
"""A window without a number has no label; its name says "cannot tell"."""


def headache_chart(sheet: Any, first: int, last: int) -> Any:
    """Headache days of each window, and the baseline as a line. The rows are those of the numbers on *sheet*."""
    chart = _bars("Headache days in each cycle, against the baseline", "headache days per 28 days")
    _add(chart, sheet, 2, first, last, AFTER)
    baseline = DataPoint(idx=0, spPr=_solid(BASELINE))
    chart.series[0].dPt = [baseline]
    chart.series[0].dLbls = _labels()
    line = LineChart()
    line.add_data(Reference(sheet, min_col=3, min_row=first - 1, max_row=last), titles_from_data=True)
    line.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    dashed = LineProperties(solidFill=LINE, prstDash="dash", w=15875)
    line.series[0].graphicalProperties = GraphicalProperties(ln=dashed)
    line.series[0].marker.symbol = "none"
    line.series[0].smooth = False
    chart += line
    return chart


def severity_chart(sheet: Any, first: int, last: int) -> Any:
    """How bad the headache days were: severe, moderate, and mild or not graded, on top of each other."""
    chart = _bars("Headache days by severity", "headache days per 28 days")
    chart.grouping, chart.overlap = "stacked", 100
    for column, colour in zip((4, 5, 6), SEVERITIES, strict=True):
        _add(chart, sheet, column, first, last, colour)
    return chart


def acute_chart(sheet: Any, first: int, last: int) -> Any:
    """Days on which any acute medicine was taken."""
    chart = _bars("Days with acute medicine", "days per 28 days")
    _add(chart, sheet, 7, first, last, SEVERITIES[1])
    chart.series[0].dLbls = _labels()
    chart.legend = None
    return chart


def place(chart: Any, row: int) -> Any:
    """The chart over the whole width of its sheet, from *row* down."""
    corner, end = AnchorMarker(col=0, row=row - 1), AnchorMarker(col=COLUMNS, row=row - 1 + ROWS)
    chart.anchor = TwoCellAnchor("oneCell", _from=corner, to=end)
    return chart


def _bars(title: str, unit: str) -> BarChart:
    """An empty column chart with both axes shown and named."""
    chart = BarChart()
    chart.type, chart.title, chart.gapWidth = "col", title, 60
    chart.roundedCorners = False
    chart.title.overlay = chart.legend.overlay = False
    chart.legend.position = "b"
    _size(chart.title, TITLE)
    chart.x_axis.title, chart.y_axis.title = "window", unit
    chart.x_axis.title.overlay = chart.y_axis.title.overlay = False
    _size(chart.x_axis.title, TEXT)
    _size(chart.y_axis.title, TEXT)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.number_format, chart.y_axis.scaling.min = "0", 0
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    return chart


def _add(chart: BarChart, sheet: Any, column: int, first: int, last: int, colour: str) -> None:
    chart.add_data(Reference(sheet, min_col=column, min_row=first - 1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    chart.series[-1].graphicalProperties = _solid(colour)


def _solid(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill="FFFFFF", w=9525))


def _labels() -> DataLabelList:
    return DataLabelList(
        numFmt=HIDE_ZERO,
        dLblPos="ctr",
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
    )


def _size(title: Any, size: int) -> None:
    """Letters of a title at a size that leaves room for the chart."""
    for paragraph in title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=CharacterProperties(sz=size, b=size == TITLE))
