"""A terminal for tests: it runs ``migraine`` on a diary of its own and remembers what was printed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from analysis.cli import migraine
from diary.store import Store

ENVIRONMENT = {"COLUMNS": "100", "NO_COLOR": "1"}


class Terminal:
    """Commands on the diary ``diary.sqlite`` in a folder; *code* and *text* are the last one's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = 0
        self.text = ""

    @property
    def location(self) -> str:
        """The diary's path."""
        return str(self.folder / "diary.sqlite")

    def __call__(self, line: str) -> str:
        """Run ``migraine`` with the words of the line, in the folder; returns what it printed."""
        with working_in(self.folder):
            result = CliRunner().invoke(
                migraine,
                shlex.split(line),
                prog_name="migraine",
                env=ENVIRONMENT | {"MIGRAINE_DIARY": "diary.sqlite"},
            )
        assert "The program has a fault" not in result.output, result.output
        self.code, self.text = result.exit_code, result.output
        return self.text

    @contextmanager
    def diary(self) -> Iterator[Store]:
        """The diary itself, to look at what is in it."""
        with Store.open(self.location) as store:
            yield store


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """The folder as the current one."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
