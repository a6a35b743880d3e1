"""What a layout is: a name, how it is recognised by its content, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diary.importers.options import Options
from diary.importers.sheets import Sheet
from diary.model import Batch


@dataclass(frozen=True, slots=True)
class Layout:
    """One shape of file.

    *claims* says whether sheets are this layout, by what they contain; *read* makes facts of them, for the
    patient named where the file names none. *name* is the source of these facts, in every file of the layout.
    """

    name: str
    claims: Callable[[Sequence[Sheet]], bool]
    read: Callable[[Sequence[Sheet], str, Options], Batch]
