"""What is being done, shown while it takes long enough to notice, and only to a person at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def steps(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A function that is told what is being done next."""
    if quiet or not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        task = progress.add_task("")
        yield lambda text: progress.update(task, description=text)


@contextmanager
def counting(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    """A function that is told how many more of *total* are done, with a bar that shows it."""
    if not sys.stderr.isatty():
        yield lambda number: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda number: progress.update(task, advance=number)
