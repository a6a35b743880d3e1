"""Where the diary lives, and that nobody else on the machine can read it."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

from diary.model import DiaryError

VARIABLE = "MIGRAINE_DIARY"
"""The environment variable that names another place: a path, or an SQLAlchemy URL."""


def diary_location() -> str:
    """The diary's place: what ``MIGRAINE_DIARY`` names, else ``diary.sqlite`` in the user's data folder.

    >>> os.environ[VARIABLE] = "postgresql+psycopg://clinic/diary"
    >>> diary_location()
    'postgresql+psycopg://clinic/diary'
    >>> del os.environ[VARIABLE]
    >>> Path(diary_location()).name
    'diary.sqlite'
    """
    named = os.environ.get(VARIABLE, "").strip()
    if "://" in named:
        return named
    if named:
        return str(Path(named).expanduser())
    return str(user_data_path("migraine-diary", appauthor=False) / "diary.sqlite")


def private_file(path: Path) -> None:
    """Make the file, empty and readable by its owner alone (0600), in a folder of the same kind (0700).

    What exists already is left as it is. SQLite makes the files beside its database with the same mode.

    Raises DiaryError: the folder or the file cannot be made.
    """
    try:
        private_folder(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise DiaryError(
            f"The diary cannot be made at {path}: {error.strerror}. Name another place in {VARIABLE}."
        ) from error


def private_folder(path: Path) -> None:
    """Make the folder, and those that lead to it, for their owner alone (0700). What exists stays as it is.

    Raises OSError: one cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
