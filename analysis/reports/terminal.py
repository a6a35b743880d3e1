"""The report in the terminal: the same words and tables as everywhere else."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.reports.content import Content
from analysis.reports.pieces import TextTable

WIDE = 106
"""The width where there is no terminal: the outcome table fits with its dates, unless a cell is unusually long."""

ADD_SESSION = "Add a session with --botox DATE, or with: migraine botox add DATE."
"""What to type where there is nothing to compare."""


def wide_console() -> Console:
    """Standard output: as wide as the terminal, or :data:`WIDE` in a file or pipe."""
    return Console(width=None if sys.stdout.isatty() else WIDE)


def print_content(content: Content, console: Console) -> None:
    """What is urgent, the headline, the outcome table, what the rules say, and what needs a look."""
    console.print(Text(f"{content.patient}: {content.period}"), style="dim")
    console.print()
    for text in content.warnings:
        console.print(Text(f"! {text}"), style="bold reverse")
    if content.warnings:
        console.print()
    console.print(Text(content.headline), style="bold")
    if not content.windows.rows:
        console.print(ADD_SESSION)
    console.print()
    if content.summary.rows:
        console.print(fitting_table(content.summary, console))
    console.print()
    for point in content.points[1:]:
        console.print(Text.assemble((point.question + " ", "bold"), point.answer))
        console.print()
    for verdict in content.verdicts:
        console.print(Text.assemble(f"{verdict.rule}: ", (verdict.verdict, "bold"), f". {verdict.because}"))
    if content.verdicts:
        console.print()
    for text in content.cautions:
        console.print(Text(f"• {text}"))
    for text in content.assumptions:
        console.print(Text(f"Assumed: {text}"))
    print_problems(content, console)


def fitting_table(table: TextTable, console: Console) -> Table:
    """The table; without its dates where the console is too narrow, and with cells on two lines where it is still."""
    endless = console.options.update(max_width=1000)
    for shown in (table, without(table, "Dates")):
        printed = text_table(shown)
        if console.measure(printed, options=endless).maximum <= console.width:
            return printed
    return text_table(without(table, "Dates"), no_wrap=False)


def without(table: TextTable, name: str) -> TextTable:
    """The table without the column of that name."""
    keep = [i for i, header in enumerate(table.header) if header != name]
    rows = tuple(tuple(row[i] for i in keep) for row in table.rows)
    return table._replace(header=tuple(table.header[i] for i in keep), rows=rows)


def text_table(table: TextTable, *, no_wrap: bool = True) -> Table:
    """A table of the report; words to the left, numbers to the right, with *no_wrap* each cell on one line."""
    printed = Table(title=table.title, caption=table.note, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    printed.show_edge = False
    printed.title_justify = printed.caption_justify = "left"
    printed.title_style = "bold"
    for name in table.header:
        printed.add_column(_two_lines(name), justify="left" if name in ("", "Dates") else "right", no_wrap=no_wrap)
    for row in table.rows:
        printed.add_row(*(Text(cell) for cell in row))
    return printed


def _two_lines(name: str) -> str:
    """A long heading, broken at its first space past a word that can stand alone."""
    if len(name) <= 8:
        return name
    head, _, rest = name.partition(" ") if not name.startswith("≥") else name.rpartition(" ")
    return f"{head}\n{rest}"


def print_problems(content: Content, console: Console, most: int = 20) -> None:
    """The first problems, and how many there are."""
    if not content.problems:
        return
    console.print()
    console.print(Text(f"{len(content.problems)} to look at:"), style="bold")
    for problem in content.problems[:most]:
        console.print(Text(f"• {problem}"))
    if len(content.problems) > most:
        console.print(Text(f"… and {len(content.problems) - most} more, in outcomes.json."))


def print_files(files: list[Path], console: Console) -> None:
    """Where the files are: each by name, the charts as one line."""
    charts = [path for path in files if path.parent.name == "charts"]
    console.print()
    for path in files:
        if path not in charts:
            console.print(Text(str(path)), soft_wrap=True)
    if charts:
        console.print(Text(f"{charts[0].parent} ({len(charts)} pictures)"), soft_wrap=True)
