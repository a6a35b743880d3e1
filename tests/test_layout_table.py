"""The table of layouts in data/exports/README.md, generated from their declarations."""

import os
from pathlib import Path

from diary.importers import LAYOUTS

PAGE = Path(__file__).parents[1] / "data" / "exports" / "README.md"
BEGIN, END = "<!-- layouts -->\n", "<!-- /layouts -->"

OURS = "template"
"""Our own spreadsheet explains itself, column by column."""


def table():
    rows = [(layout.name, layout.takes, layout.leaves, layout.blanks) for layout in LAYOUTS if layout.name != OURS]
    lines = ["| layout | what is read | what is not | how blanks are taken |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in sorted(rows, key=lambda r: r[0].lower()))])


def test_every_layout_says_what_it_reads_what_not_and_how_it_takes_blanks():
    silent = [one.name for one in LAYOUTS if one.name != OURS and "" in (one.takes, one.leaves, one.blanks)]

    assert [] == silent


def test_the_table_of_layouts_is_current():
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page = f"{before}{BEGIN}{table()}\n{END}{after}"
    if os.environ.get("MIGRAINE_REWRITE_GOLDEN"):
        PAGE.write_text(page, "utf-8")

    assert page == PAGE.read_text("utf-8")
