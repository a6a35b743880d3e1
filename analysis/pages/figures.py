"""The words of a chart in another language: charts are drawn in English, and reworded before they become a picture."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.pages.reader import Reading

Read = Callable[[str], Reading]


def reword(figure: Figure, read: Read) -> None:
    """Say every text of the figure as it is *read* in the other language.

    The layout is worked out when the figure is next drawn, so there is room for longer words.
    """
    for axis in figure.findobj(Axis):
        places = [float(place) for place in axis.get_majorticklocs()]
        labels = axis.get_major_formatter().format_ticks(places)
        if any(map(str.isalpha, "".join(labels))):
            axis.set_ticks(places, [reworded(label, read) for label in labels])
    for text in figure.findobj(Text):
        text.set_text(reworded(text.get_text(), read))


def reworded(text: str, read: Read) -> str:
    r"""One text: line by line, or, where lines are parts of one phrase, as a whole in lines as wide as before.

    >>> from analysis.pages.reader import Reader
    >>> read = Reader("de", {"any acute medicine": "jede Akutmedikation", "baseline": "Ausgangsphase"}).reading
    >>> reworded("any acute\nmedicine", read), reworded("baseline\n19.5", read)
    ('jede\nAkutmedikation', 'Ausgangsphase\n19,5')
    """
    lines = text.split("\n")
    each = [read(line) for line in lines]
    whole = read(" ".join(lines))
    if sum(line.left for line in each) <= whole.left:
        return "\n".join(line.text for line in each)
    return "\n".join(wrap(whole.text, max(map(len, lines)), break_long_words=False))
