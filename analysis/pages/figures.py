"""The words of a chart in another language: charts are drawn in English, and reworded before they become a picture."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter


def reword(figure: Figure, word: Callable[[str], str]) -> None:
    """Say every text of the figure as *word* says it; where a text had several lines, it has them again.

    The layout is worked out when the figure is next drawn, so there is room for longer words.
    """
    for axis in figure.findobj(Axis):
        formatter = axis.get_major_formatter()
        if isinstance(formatter, FixedFormatter):
            axis.set_major_formatter(FixedFormatter([reworded(label, word) for label in formatter.seq]))
    for text in figure.findobj(Text):
        text.set_text(reworded(text.get_text(), word))


def reworded(text: str, word: Callable[[str], str]) -> str:
    r"""One text: what had lines is said as a whole, and broken where it is as wide as before.

    >>> reworded("any acute\nmedicine", {"any acute medicine": "jede Akutmedikation"}.__getitem__)
    'jede\nAkutmedikation'
    """
    lines = text.split("\n")
    said = word(" ".join(lines))
    return said if len(lines) == 1 else "\n".join(wrap(said, max(map(len, lines)), break_long_words=False))
