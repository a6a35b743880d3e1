"""The three lines as Excel's own chart."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

LOOKS = (("circle", "solid", "0B2F5C"), ("square", "dash", "D55E00"), ("triangle", "sysDot", "6F7F8C"))
"""Marker, dash and colour of each line: apart in grey print too, and as in the printed chart."""

WIDTH_CM, HEIGHT_CM = 24, 10
GRID = "D9D9D9"


def line_chart(sheet: Any, header: int, rows: int, values: tuple[int, ...]) -> Any:
    """A line for each of the columns *values*, with the header in its row and the cycles in the first column."""
    chart = LineChart()
    chart.title = "Change in headache days per 28 days, from baseline"
    chart.width, chart.height = WIDTH_CM, HEIGHT_CM
    for column, look in zip(values, LOOKS, strict=True):
        chart.add_data(Reference(sheet, min_col=column, min_row=header, max_row=header + rows), titles_from_data=True)
        _style(chart.series[-1], *look)
    chart.set_categories(Reference(sheet, min_col=1, min_row=header + 1, max_row=header + rows))
    chart.x_axis.title, chart.y_axis.title = "cycle", "headache days per 28 days"
    for part in (chart.title, chart.legend, chart.x_axis.title, chart.y_axis.title):
        part.overlay = False
    chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "high"
    chart.y_axis.number_format = "0"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    chart.roundedCorners = False
    return chart


def _style(series: Any, marker: str, dash: str, colour: str) -> None:
    series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour, prstDash=dash, w=22225))
    series.marker.symbol, series.marker.size = marker, 8
    series.marker.graphicalProperties = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
    series.smooth = False
