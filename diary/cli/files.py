"""Files that a command writes: never over another one unasked, and for nobody else to read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from diary.model import DiaryError


def claim(path: Path, *, force: bool) -> Path:
    """Make the file, empty and readable by its owner alone; with *force*, one that is there is written over.

    Raises DiaryError: it is there already, is a folder, or cannot be made.
    """
    refuse_existing([path], force=force)
    own = os.O_CREAT | os.O_WRONLY | (0 if force else os.O_EXCL)  # exclusive: a link that leads nowhere is there, too
    try:
        os.close(os.open(path, own, 0o600))
    except OSError as error:
        raise DiaryError(f"{path} cannot be written: {error.strerror}. Name another place.") from error
    return path


def refuse_existing(paths: Iterable[Path], *, force: bool) -> None:
    """Raise DiaryError if one of the paths is there already, unless *force*."""
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise DiaryError(f"{there[0]} exists already. Name another place, or write over it with --force.")


def make_folder(folder: Path) -> None:
    """Make the folder, for its owner alone, where there is none.

    Raises DiaryError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DiaryError(f"The folder {folder} cannot be made: {error.strerror}. Name another place.") from error
