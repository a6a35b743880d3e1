"""Whatever file a person names, as facts: a spreadsheet, an app's export, or what ``migraine export`` wrote."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from diary.importers import Options, Progress, read
from diary.model import Batch


def read_file(
    path: Path, *, patient: str = "me", options: Options | None = None, progress: Progress | None = None
) -> Batch:
    """The facts in a file, or in a folder that ``migraine export`` wrote.

    *patient* is whose they are, where the file does not say. *progress* is told how much of a large file has
    been read, from 0 to 1.

    Raises DiaryError: it cannot be read, or leaves a question open.
    """
    from diary import exports

    if path.is_dir():
        return exports.read_csv(path)
    if is_export(path):
        return exports.read_json(path)
    return read(path, patient=patient, options=options, progress=progress)


def is_export(path: Path) -> bool:
    """Whether the file begins as our own JSON does; a file that cannot be opened is left to the importers."""
    from diary.exports import FORMAT

    try:
        with path.open("rb") as file:
            return FORMAT.rpartition("/")[0].encode() in file.read(100)
    except OSError:
        return False


def layout_of(batch: Batch) -> str:
    """The name of the layout that the facts came in."""
    return " and ".join(dict.fromkeys(source.source for source in batch.sources)) or "file"


def digest(path: Path) -> str | None:
    """The SHA-256 of a file; None for a folder."""
    if path.is_dir():
        return None
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
