"""What the command line prints: lines, tables, problems. rich is loaded only for a table or a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from diary.model import Problem

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

T = TypeVar("T")

WIDTH = 100
"""Columns of what is written into a file or a pipe, where there is no terminal to ask."""


def say(text: str) -> None:
    """Print a line."""
    click.echo(text)


def notes(problems: Iterable[Problem]) -> None:
    """Print problems as notes below a confirmation, one a line."""
    for problem in problems:
        say(f"Note: {problem}")


def console() -> Console:
    """The terminal, or a page of fixed width where the output goes elsewhere."""
    from rich.console import Console

    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return Console(width=None if is_terminal else WIDTH, highlight=False, markup=False, emoji=False)


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    """Print a table; the columns at the positions *numbers* are set to the right."""
    from rich import box
    from rich.table import Table

    printed = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, header in enumerate(headers):
        printed.add_column(header, justify="right" if place in numbers else "left", overflow="fold")
    for row in rows:
        printed.add_row(*row)
    show(printed)


def show(thing: RenderableType) -> None:
    """Print what rich can render; into a file, without blanks at the ends of lines."""
    page = console()
    if page.is_terminal:
        page.print(thing)
        return
    with page.capture() as caught:
        page.print(thing)
    say("\n".join(line.rstrip() for line in caught.get().splitlines()))


def problem_table(problems: Sequence[Problem], title: str = "To look at") -> None:
    """Print problems as a table: where, what, and what to do. Nothing where there are none."""
    if problems:
        table(f"{title} ({len(problems)})", ("Where", "What", "What to do"), problems)


def patiently(things: Sequence[T], doing: str) -> Iterator[tuple[T, Callable[[float], None]]]:
    """The things one after the other, with a progress bar while a person watches the terminal.

    Beside each stands a function to be told how much of it is done, from 0 to 1. As long as nobody tells, the bar
    of a single thing only shows that it goes on.
    """
    if not sys.stdout.isatty():
        yield from ((thing, lambda _: None) for thing in things)
        return
    from rich.progress import Progress

    many = len(things)
    with Progress(console=console(), transient=True) as progress:
        task = progress.add_task(doing, total=many if many > 1 else None)

        def is_done(number: int, part: float = 1) -> None:
            progress.update(task, total=many, completed=number + part)

        for number, thing in enumerate(things):
            yield thing, partial(is_done, number)
            is_done(number)


def fits(text: str) -> bool:
    """Whether the output can show these characters.

    >>> fits("plain")
    True
    """
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "day"), counted(3, "day"), counted(0, "entry", "entries")
    ('1 day', '3 days', '0 entries')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
