"""Text in the cells of a file that a spreadsheet program may open.

A cell that begins with =, +, -, @ or a tab would be run as a formula. It is written with an apostrophe
before it, and read back without.
"""

from __future__ import annotations

import re

RISKY = re.compile(r"'*[=+\-@\t\r\n]")
"""How text begins that needs an apostrophe; with some before it already, one more keeps them apart."""

GUARDED = re.compile(r"''*[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """The text as it may stand in a cell.

    >>> guarded("=1+1"), guarded("a=1")
    ("'=1+1", 'a=1')
    """
    return f"'{text}" if RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text that :func:`guarded` was given.

    >>> unguarded(guarded("'-5")), unguarded("'tis")
    ("'-5", "'tis")
    """
    return text[1:] if GUARDED.match(text) else text
