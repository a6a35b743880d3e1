"""What the commands print, word for word: the transcripts in ``golden/cli_*.txt``.

A line that begins with ``$ migraine`` is a command; the lines below it are what it prints, and ``[exit 1]`` how
it ends. ``MIGRAINE_REWRITE_GOLDEN=1`` writes the transcripts anew: read the difference before it is committed.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.terminal import Terminal

GOLDEN = Path(__file__).with_name("golden")
PROMPT = "$ migraine "
WHEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
"""The moment of an import, which is another one each time."""

TRANSCRIPTS = sorted(GOLDEN.glob("cli_*.txt"))


def replay(written: str, terminal: Terminal) -> str:
    """The transcript as it is now."""
    lines = []
    for line in written.splitlines():
        if line.startswith(PROMPT):
            lines.append(line)
            lines += WHEN.sub("(when)", terminal(line.removeprefix(PROMPT))).splitlines()
            lines += [f"[exit {terminal.code}]"] if terminal.code else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_commands_print_what_the_transcript_says(path, tmp_path):
    shutil.copytree(GOLDEN / "files", tmp_path, dirs_exist_ok=True)
    written = path.read_text(encoding="utf-8")

    printed = replay(written, Terminal(tmp_path))

    if os.environ.get("MIGRAINE_REWRITE_GOLDEN"):
        path.write_text(printed, encoding="utf-8")
    assert written == printed


def test_there_are_transcripts():
    assert len(TRANSCRIPTS) >= 8
