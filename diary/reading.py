"""Whatever file a person names, as facts: a spreadsheet, an app's export, or what ``migraine export`` wrote."""

from __future__ import annotations

import re
from hashlib import file_digest
from pathlib import Path

from diary.importers import File, Options, Progress, identify, read
from diary.importers.profile import Profile, read_with
from diary.importers.sheets import decode
from diary.model import Batch

JSON_EXPORT = "migraine-diary export (JSON)"
CSV_EXPORT = "migraine-diary export (folder of CSV)"
OURS = re.compile(r'"format"\s*:\s*"migraine-diary/')
"""What our own JSON says of itself near its beginning, in whatever version."""


def identify_file(path: Path) -> str:
    """What a file or folder is: the name of its layout, :data:`JSON_EXPORT` or :data:`CSV_EXPORT`.

    Raises DiaryError: it cannot be opened, or nothing knows it.
    """
    if path.is_dir():
        return CSV_EXPORT
    return JSON_EXPORT if is_export(path) else identify(path).name


def read_file(
    path: Path,
    *,
    patient: str = "me",
    options: Options | None = None,
    progress: Progress | None = None,
    profile: Profile | None = None,
) -> Batch:
    """The facts in a file, or in a folder that ``migraine export`` wrote.

    *patient* is whose they are, where the file does not say. *progress* is told how much of a large file has
    been read, from 0 to 1. With a *profile* the file is read as that says, whatever else it may be.

    Raises DiaryError: it cannot be read, or leaves a question open.
    """
    from diary import exports

    if profile is not None:
        return read_with(path, profile, patient=patient, options=options)
    if path.is_dir():
        return exports.read_csv(path)
    if is_export(path):
        return exports.read_json(File(path).text)
    return read(path, patient=patient, options=options, progress=progress)


def is_export(path: Path) -> bool:
    """Whether the file is our own JSON, also where another program has saved it again.

    Raises UnreadableFile: it cannot be opened.
    """
    file = File(path)
    return file.is_json and OURS.search(decode(file.head)) is not None


def layout_of(batch: Batch) -> str:
    """The name of the layout that the facts came in."""
    return " and ".join(dict.fromkeys(source.source for source in batch.sources)) or "file"


def digest(path: Path) -> str | None:
    """The SHA-256 of a file; None for a folder."""
    if path.is_dir():
        return None
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
