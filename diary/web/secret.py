"""The secret that signs the cookies of a clinic: made once, and kept where only the program's user can read it."""

from __future__ import annotations

import secrets
from pathlib import Path

from platformdirs import user_data_path

from diary.model import DiaryError
from diary.settings import private_file


def kept_secret(folder: Path | None = None) -> str:
    """The secret in the folder, the user's data folder where none is given; a new one where there is none.

    Raises DiaryError: it cannot be kept there, or others can read it.
    """
    path = (folder or user_data_path("migraine-diary", appauthor=False)) / "page.secret"
    private_file(path)
    if path.stat().st_mode & 0o077:
        raise DiaryError(f"Others can read {path}, which signs logins. Make it yours alone: chmod 600 {path}")
    if not path.read_text():
        path.write_text(secrets.token_hex(32))
    return path.read_text()
