"""What a layout is: a name, how it is recognised by its content, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diary.importers.file import File
from diary.importers.options import Options
from diary.model import Batch


@dataclass(frozen=True, slots=True)
class Layout:
    """One shape of file.

    *claims* says whether a file is this layout, by what it contains; *read* makes facts of it, for the patient
    named where the file names none. *name* is the source of these facts, in every file of the layout.
    *takes*, *leaves* and *blanks* stand in the manual: what is read, what is not, and how blanks are taken.
    """

    name: str
    claims: Callable[[File], bool]
    read: Callable[[File, str, Options], Batch]
    takes: str = ""
    leaves: str = ""
    blanks: str = ""
