"""Files that were sent to the page: kept between the preview and the decision, under names of our own, and no longer.

They lie in a folder that nobody else can look into. A file goes as soon as it is decided upon, after an hour, and
when the program ends; and what is being done with it is stopped then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Timer
from typing import Any, NamedTuple

from werkzeug.datastructures import FileStorage

from diary.importers.profile import Profile
from diary.importers.sheets import Sheet
from diary.intake import Added
from diary.model import Batch
from diary.web.work import Work

KEPT_FOR = 3600
"""Seconds for which a file is kept while nobody decides."""

LONGEST_TITLE = 120


class Preview(NamedTuple):
    """What came out of a file; or why nothing did, and then which answer is *wanted* where one would help.

    *disputed* counts the entries of which the diary has another word, from another source.
    """

    batch: Batch
    error: str = ""
    wanted: str = ""
    disputed: int = 0


@dataclass(slots=True, eq=False)
class Upload:
    """A file: its *name* is ours and random, its *title* is what the person calls it and never leads anywhere.

    *answers* are values of :class:`diary.importers.Options`; *preview* is what they make of it, None before it was
    read; *added*, what became of it, None before it was decided. *profile* says what its columns are, where that was
    asked, which is done of the *sheets*; *keep* is whether that is to be kept. *work* is what is being done with it;
    whoever begins or ends that holds the *lock*.
    """

    name: str
    title: str
    path: Path
    whose: tuple[str, ...]
    at: float
    answers: dict[str, Any] = field(default_factory=dict)
    preview: Preview | None = None
    added: Added | None = None
    profile: Profile | None = None
    sheets: list[Sheet] = field(default_factory=list)
    keep: bool = False
    work: Work | None = None
    lock: Lock = field(default_factory=Lock)


class Uploads:
    """The files of one application; *now* is its clock, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = Lock()
        self._folder: TemporaryDirectory[str] | None = None
        self._kept: dict[str, Upload] = {}

    def keep(self, sent: FileStorage, whose: tuple[str, ...]) -> Upload:
        """Keep a file that was sent. It is deleted in an hour, also where nobody looks at the page again."""
        name = secrets.token_hex(16)
        upload = Upload(name, title_of(sent.filename or ""), self.folder() / name, whose, self._now())
        sent.save(upload.path)
        with self._lock:
            self._kept[name] = upload
        later = Timer(KEPT_FOR, self.sweep)
        later.daemon = True
        later.start()
        return upload

    def folder(self) -> Path:
        """The folder, which is the owner's alone; it goes when the program ends."""
        with self._lock:
            if self._folder is None:
                self._folder = TemporaryDirectory(prefix="migraine-", ignore_cleanup_errors=True)
            return Path(self._folder.name)

    def of(self, whose: tuple[str, ...]) -> list[Upload]:
        """The files of one person about one patient, in the order in which they came."""
        self.sweep()
        return [upload for upload in list(self._kept.values()) if upload.whose == whose]

    def decide(self, upload: Upload, added: Added) -> None:
        """Keep what became of the file, and neither the file nor what was read in it."""
        upload.added, upload.preview, upload.sheets = added, None, []
        _delete(upload)

    def cancel(self, upload: Upload) -> bool:
        """Stop what is being done with the file, and forget it; False where that is too late: it is kept already."""
        if upload.work and not upload.work.stop():
            return False
        self.discard(upload)
        return True

    def discard(self, upload: Upload) -> None:
        """Forget the file, and stop what is being done with it."""
        with self._lock:
            self._kept.pop(upload.name, None)
        if upload.work:
            upload.work.stop()
        _delete(upload)

    def sweep(self) -> None:
        """Forget every file that has been kept for an hour."""
        for upload in self._old():
            self.discard(upload)

    def _old(self) -> Iterator[Upload]:
        return (one for one in list(self._kept.values()) if self._now() - one.at >= KEPT_FOR)


def _delete(upload: Upload) -> None:
    with suppress(PermissionError):  # Windows keeps a file that is open: it goes when the program ends
        upload.path.unlink(missing_ok=True)


def title_of(filename: str) -> str:
    r"""The last part of a file's name as a browser sends it, as text that can be shown.

    >>> title_of("C:\\Users\\me\\diary.xlsx"), title_of("../../etc/passwd"), title_of("a\r\nb.csv"), title_of("")
    ('diary.xlsx', 'passwd', 'ab.csv', 'file')
    """
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(filter(str.isprintable, last)).strip()[:LONGEST_TITLE] or "file"
